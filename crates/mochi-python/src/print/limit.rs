//! How deep Python lets code nest: its compiler refuses what goes further, however well formed.

/// What goes deeper than Python allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooDeep {
    /// Lines are indented by too many levels.
    Indentation,
    /// Too many loops, `try` and `with` statements stand inside each other in one function.
    Blocks,
    /// Too many brackets are open at once.
    Brackets,
}

impl TooDeep {
    /// The limit in the words of the language.
    pub const fn limit(self) -> &'static str {
        match self {
            Self::Indentation => "at most 99 blocks",
            Self::Blocks => "at most 20 loops, `try` and `using` blocks of one function",
            Self::Brackets => "at most 200 brackets",
        }
    }
}

/// The most levels of indentation.
pub(super) const INDENTATION: usize = 99;
/// The most blocks that need a place on the block stack.
pub(super) const BLOCKS: usize = 20;
/// The most open brackets.
pub(super) const BRACKETS: usize = 200;

/// The brackets that are open while a line is written.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    open: usize,
    most: usize,
}

impl Brackets {
    /// Takes a piece of text into account: a bracket alone, or code on one line.
    pub(super) fn see(&mut self, text: &str) {
        match text.as_bytes() {
            [b'(' | b'[' | b'{'] => self.enter(),
            [b')' | b']' | b'}'] | [b',', b')'] => self.leave(),
            // Shorter ones cannot matter.
            bytes if bytes.len() > BRACKETS / 2 => self.see_code(bytes),
            _ => {}
        }
    }

    /// The most that were open at once; the next line starts anew.
    pub(super) fn take_most(&mut self) -> usize {
        std::mem::take(self).most
    }

    fn enter(&mut self) {
        self.open += 1;
        self.most = self.most.max(self.open);
    }

    fn leave(&mut self) {
        self.open = self.open.saturating_sub(1);
    }

    /// Code may be a string: the brackets in it mean nothing, but for those in the braces of an
    /// f-string.
    fn see_code(&mut self, bytes: &[u8]) {
        let outside = self.open;
        let in_fstring = matches!(bytes, [b'f', b'"' | b'\'', ..]);
        if !in_fstring && matches!(bytes, [b'"' | b'\'', ..] | [b'b', b'"' | b'\'', ..]) {
            return;
        }
        let mut quote: Option<u8> = None;
        let mut rest = bytes.iter().copied().peekable();
        while let Some(byte) = rest.next() {
            let is_text = in_fstring && self.open == outside;
            match (byte, quote) {
                (b'\\', _) => {
                    rest.next();
                }
                // Doubled ones stand for themselves.
                (b'{' | b'}', None) if is_text && rest.next_if_eq(&byte).is_some() => {}
                (b'{', None) if is_text => self.enter(),
                (_, None) if is_text => {}
                (b'"' | b'\'', None) => quote = Some(byte),
                (_, Some(open)) if byte == open => quote = None,
                (b'(' | b'[' | b'{', None) => self.enter(),
                (b')' | b']' | b'}', None) => self.leave(),
                _ => {}
            }
        }
        self.open = outside;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(text: &str) -> usize {
        let mut brackets = Brackets::default();
        brackets.see_code(text.as_bytes());
        brackets.take_most()
    }

    #[test]
    fn brackets_of_code_are_counted_and_those_of_texts_are_not() {
        assert_eq!(most("f(x[0], {1: (2)})"), 3);
        assert_eq!(most("f(\"((((\", '[[[')"), 1);
        assert_eq!(most("\"((((\""), 0);
        assert_eq!(most("b'(((('"), 0);
        assert_eq!(most("f\"(({x[0]} {{{{ {f((1))}\""), 3);
    }

    #[test]
    fn pieces_add_up() {
        let mut brackets = Brackets::default();
        for piece in ["f", "(", "[", "1", "]", "(", "x", ",)", ")"] {
            brackets.see(piece);
        }
        assert_eq!((brackets.open, brackets.take_most()), (0, 2));
    }
}
