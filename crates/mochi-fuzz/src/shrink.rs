//! Makes a program small that shows a fault: whole statements go first, then parts of lines.
//!
//! It knows no more of the language than brackets, words and strings, so that it works on texts that
//! the compiler refuses too.

/// How many smaller programs are tried.
const TRIES: usize = 6_000;

/// The smallest program found that still `shows` what the given one shows.
pub fn shrink(text: &str, shows: &mut dyn FnMut(&str) -> bool) -> String {
    let mut shrinker = Shrinker {
        best: text.to_owned(),
        tries: TRIES,
        shows,
    };
    loop {
        let before = shrinker.best.len();
        shrinker.lines();
        shrinker.tokens();
        if shrinker.best.len() == before || shrinker.tries == 0 {
            return shrinker.best;
        }
    }
}

struct Shrinker<'a> {
    best: String,
    tries: usize,
    shows: &'a mut dyn FnMut(&str) -> bool,
}

impl Shrinker<'_> {
    fn keep(&mut self, candidate: String) -> bool {
        if self.tries == 0 || candidate.len() >= self.best.len() {
            return false;
        }
        self.tries -= 1;
        let good = (self.shows)(&candidate);
        if good {
            self.best = candidate;
        }
        good
    }

    /// Drops lines with the blocks that they open, from the end; or only the block's borders.
    fn lines(&mut self) {
        let mut at = self.best.lines().count();
        while at > 0 {
            at -= 1;
            let text = self.best.clone();
            let lines: Vec<&str> = text.lines().collect();
            if at >= lines.len() {
                continue;
            }
            let end = block_end(&lines, at);
            let without = |skip: &dyn Fn(usize) -> bool| {
                let kept = lines.iter().enumerate().filter(|(at, _)| !skip(*at));
                kept.flat_map(|(_, line)| [*line, "\n"]).collect::<String>()
            };
            if self.keep(without(&|line| (at..=end).contains(&line))) {
                continue;
            }
            if end > at {
                self.keep(without(&|line| line == at || line == end));
            }
        }
    }

    /// Drops runs of tokens, replaces bracketed parts by what is in them or by something short.
    fn tokens(&mut self) {
        for size in [24, 12, 8, 6, 5, 4, 3, 2, 1] {
            let mut at = 0;
            loop {
                let parts = tokens(&self.best);
                if at >= parts.len() {
                    break;
                }
                let end = (at + size).min(parts.len());
                let rest = |from: &[String]| from.concat();
                let mut done = self.keep(rest(&parts[..at]) + &rest(&parts[end..]));
                if size == 1
                    && let Some(close) = closing(&parts, at)
                {
                    let (before, after) = (rest(&parts[..at]), rest(&parts[close + 1..]));
                    let inside = rest(&parts[at + 1..close]);
                    done = done || self.keep(format!("{before}{after}"));
                    done = done || self.keep(format!("{before}{inside}{after}"));
                    for short in ["0", "\"\"", "true", "none", "[]", "x"] {
                        done = done || self.keep(format!("{before}{short}{after}"));
                    }
                    if parts[..at].last().is_some_and(|word| is_word(word)) {
                        let before = rest(&parts[..at - 1]);
                        for short in ["0", "\"\"", "true", "none", "[]", &inside] {
                            done = done || self.keep(format!("{before}{short}{after}"));
                        }
                    }
                }
                if !done {
                    at += 1;
                }
                if self.tries == 0 {
                    return;
                }
            }
        }
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The last line of what a line opens.
fn block_end(lines: &[&str], at: usize) -> usize {
    let mut open = 0_i32;
    for (index, line) in lines.iter().enumerate().skip(at) {
        for part in tokens(line) {
            match &*part {
                "{" | "(" | "[" => open += 1,
                "}" | ")" | "]" => open -= 1,
                _ => {}
            }
        }
        if open <= 0 {
            return index;
        }
    }
    at
}

/// Where the bracket at a place is closed.
fn closing(parts: &[String], at: usize) -> Option<usize> {
    if !matches!(&*parts[at], "(" | "[" | "{") {
        return None;
    }
    let mut open = 0_i32;
    for (index, part) in parts.iter().enumerate().skip(at) {
        match &**part {
            "{" | "(" | "[" => open += 1,
            "}" | ")" | "]" => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(index);
        }
    }
    None
}

/// Words, strings, single marks, and blanks with what follows them left alone.
pub fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let c = chars[at];
        at += 1;
        if c == '"' {
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at = (at + 1).min(chars.len());
        } else if c.is_alphanumeric() || c == '_' {
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                at += 1;
            }
        } else if c == ' ' {
            while at < chars.len() && chars[at] == ' ' {
                at += 1;
            }
        }
        parts.push(chars[start..at].iter().collect());
    }
    parts
}
