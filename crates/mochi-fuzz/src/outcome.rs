//! What a program does under the compiler and by the reference interpreter, side by side.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mochi_base::SourceId;
use mochi_syntax::ast::Program;

use crate::compile::{Compiled, compile, modules};
use crate::meaning;
use crate::python::{Python, Ran};

/// Steps after which the reference interpreter gives up on a program.
const STEPS: u64 = 100_000;

/// What was found out about a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Both ways agree.
    Same,
    /// The reference interpreter does not know.
    Unknown(String),
    /// The checker refuses it.
    Refused(String),
    /// The compiler panics.
    Panic(String),
    /// Python raises what no Mochi program may raise, or the text is no Python.
    Internal(String),
    /// Output or error differ.
    Differs {
        /// By the specification.
        expected: String,
        /// By the compiler.
        found: String,
    },
}

impl Outcome {
    /// What stays the same when a program that shows the fault becomes smaller.
    pub fn kind(&self) -> String {
        let head = |text: &str| text.split(':').next().unwrap_or("").to_owned();
        match self {
            Self::Same => "same".to_owned(),
            Self::Unknown(_) => "unknown".to_owned(),
            Self::Refused(why) => format!("refused {}", head(why)),
            Self::Panic(_) => "panic".to_owned(),
            Self::Internal(why) => format!("internal {}", head(why)),
            Self::Differs { .. } => "differs".to_owned(),
        }
    }
}

/// Compiles a program and runs it both ways.
pub fn outcome(text: &str, python: &mut Python) -> Outcome {
    let compiled = match catch_unwind(AssertUnwindSafe(|| compile(text))) {
        Ok(Ok(compiled)) => compiled,
        Ok(Err(why)) => return Outcome::Refused(why),
        Err(why) => {
            let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
            return Outcome::Panic(why);
        }
    };
    judge(text, &compiled, python)
}

fn judge(text: &str, compiled: &Compiled, python: &mut Python) -> Outcome {
    let parsed: Vec<(String, Program)> = modules(text)
        .into_iter()
        .map(|(name, text)| (name, mochi_syntax::parse(SourceId(0), &text).program))
        .collect();
    let meaning = meaning::run(&parsed, STEPS);
    if matches!(&meaning, Err(why) if why.starts_with("too ")) {
        return Outcome::Unknown(meaning.unwrap_err());
    }
    let ran = python.run(compiled);
    if let Some(why) = internal(&ran) {
        return Outcome::Internal(why);
    }
    let expected = match meaning {
        Ok(expected) => expected,
        Err(why) => return Outcome::Unknown(why),
    };
    let same_message = expected.message.is_empty() || expected.message == ran.message;
    if expected.output == ran.output && expected.code == ran.code && same_message {
        return Outcome::Same;
    }
    let end = |code: Option<i128>, message: &str| match code {
        Some(code) => format!("error {code}: {message}\n"),
        None => String::new(),
    };
    Outcome::Differs {
        expected: expected.output + &end(expected.code, &expected.message),
        found: ran.output + &end(ran.code, &ran.message),
    }
}

/// A Python exception that no program without imports may end with.
fn internal(ran: &Ran) -> Option<String> {
    let allowed = [
        "",
        "MochiError",
        "ZeroDivisionError",
        "IndexError",
        "OverflowError",
    ];
    if allowed.contains(&&*ran.class) && ran.code != Some(7) {
        return None;
    }
    Some(format!("{}: {}", ran.class, ran.trace))
}
