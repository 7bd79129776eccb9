//! No text makes the lexer, the parser, the checker or lowering panic, and formatting loses nothing:
//! programs of the literate cases, changed at random places, always in the same way.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::thread;
use std::time::{Duration, Instant};

use mochi_base::{SourceFile, SourceId};
use mochi_python::lower;
use support::{NoExterns, options};

/// Changed programs per program, as far as the time goes.
const ROUNDS: usize = 6;
/// After this the rest is left to other runs.
const TIME: Duration = Duration::from_secs(20);
/// As the command has it.
const STACK: usize = 256 * 1024 * 1024;

/// What is put into programs beside parts of their own.
const PIECES: &[&str] = &[
    "none",
    "0",
    "-1",
    "\"x\"",
    "[]",
    "{}",
    "()",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "?",
    "?.",
    "??",
    "=",
    "==",
    "=>",
    "..",
    ":-",
    "!",
    "!=",
    "as int",
    "as any",
    "as T",
    "let",
    "var",
    "fun",
    "type",
    "match",
    "if",
    "else",
    "for",
    "in",
    "while",
    "return",
    "break",
    "try",
    "catch e",
    "finally",
    "using",
    "import",
    "export",
    "from x in xs",
    "where",
    "select",
    "group by",
    "join",
    "query p(X)",
    "fact p(1)",
    "rule p(X) :- q(X)",
    "load",
    "save",
    "fetch",
    "generate text",
    "update xs set",
    "model",
    "await",
    "async",
    "spawn",
    "agent A {",
    "stream S {",
    "emit",
    "on",
    "extern",
    "eval(\"1\")",
    "x",
    "_",
    "this",
    "f\"{",
    "b\"",
    "\"",
    "/*",
    "//",
    "\n",
    "🍣",
    "any",
    "list<",
    ">",
    "|",
    "1.5",
    "true",
    "expect",
    "test \"t\"",
    "bench \"b\"",
    "union",
    "set{",
    "omap{",
    "T",
    "int?",
    "error",
    "panic(1)",
];

/// Numbers that look random and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// The pieces of a text: words, numbers, single marks and blanks.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut word = false;
    for (at, c) in text.char_indices() {
        let is_word = c.is_alphanumeric() || c == '_';
        if at > start && !(word && is_word) {
            found.push(&text[start..at]);
            start = at;
        }
        word = is_word;
    }
    found.push(&text[start..]);
    found
}

/// A text with one to three changes.
fn changed(text: &str, other: &str, chance: &mut Chance) -> String {
    let mut parts = pieces(text);
    let others = pieces(other);
    for _ in 0..=chance.below(3) {
        let at = chance.below(parts.len());
        let foreign = others[chance.below(others.len())];
        match chance.below(6) {
            0 => {
                parts.remove(at);
            }
            1 => parts.insert(at, PIECES[chance.below(PIECES.len())]),
            2 => parts[at] = PIECES[chance.below(PIECES.len())],
            3 => parts[at] = foreign,
            4 => {
                let with = chance.below(parts.len());
                parts.swap(at, with);
            }
            _ => parts.truncate(at + 1),
        }
        if parts.is_empty() {
            parts.push(" ");
        }
    }
    parts.concat()
}

/// Everything that the compiler does with a text; the answer says whether it was lowered.
fn compile(text: &str) -> bool {
    let source = SourceFile::new("main.mochi", text);
    let parsed = mochi_syntax::parse(SourceId(0), text);
    if let Ok(once) = mochi_syntax::format(text) {
        let again = mochi_syntax::format(&once);
        assert_eq!(again.as_ref(), Ok(&once), "formatted twice: {text}");
        let other = mochi_syntax::parse(SourceId(0), &once);
        let dumps = [&parsed.program, &other.program].map(mochi_syntax::dump::program);
        assert_eq!(dumps[0], dumps[1], "formatted: {text}");
    }
    let checked = mochi_check::check(&parsed.program, &source, &NoExterns);
    let Some(module) = checked.module.filter(|_| parsed.diagnostics.is_empty()) else {
        let silent = parsed.diagnostics.is_empty() && checked.diagnostics.is_empty();
        assert!(!silent, "refused without a word: {text}");
        return false;
    };
    let options = options("main", source);
    assert!(!lower(&module, &NoExterns, &options).files.is_empty());
    true
}

fn run() {
    let programs = support::literate_programs();
    assert!(programs.len() > 300, "only {} programs", programs.len());
    let begin = Instant::now();
    let mut chance = Chance(7);
    let (mut count, mut lowered) = (0, 0);
    for round in 0..ROUNDS {
        for (index, program) in programs.iter().enumerate() {
            if begin.elapsed() > TIME {
                break;
            }
            let other = &programs[(index * 31 + round) % programs.len()];
            let text = if round == 0 {
                program.clone()
            } else {
                changed(program, other, &mut chance)
            };
            let shown = text.clone();
            let done = std::panic::catch_unwind(move || compile(&text));
            assert!(done.is_ok(), "this text:\n{shown}");
            lowered += usize::from(done.unwrap_or(false));
            count += 1;
        }
    }
    println!("{count} programs, {lowered} of them without fault");
    assert!(
        lowered > 100,
        "only {lowered} of {count} programs were lowered"
    );
}

#[test]
fn changed_programs_are_compiled_or_refused() {
    let work = thread::Builder::new().stack_size(STACK).spawn(run).unwrap();
    work.join().unwrap();
}
