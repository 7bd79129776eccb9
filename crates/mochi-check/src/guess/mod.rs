//! What containers that are declared empty hold: `var xs = []`.
//!
//! An empty literal by itself is a container of `any`. What the program puts into its variable says
//! more: [`content`] collects that while a program is checked, [`refined`] checks the program again
//! with these types at the declarations, and keeps them where nothing is refused that was not
//! refused before. So a guess never costs a program anything, and what is of mixed types stays
//! `any`.
//!
//! Spec: language.md §4.2, §21 (11).

mod content;

use std::collections::{BTreeMap, BTreeSet};

use mochi_base::{Code, Severity, Span};
use mochi_types::Type;

use crate::CheckedProgram;

/// The types of containers that are declared empty, by the places of their variables' names.
pub(crate) type Guesses = BTreeMap<Span, Type>;

/// What is known of such containers while a program is checked.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// The types with which they are declared this time.
    pub(crate) guesses: Guesses,
    /// What is put into each; none where the types do not go together.
    seen: BTreeMap<Span, Option<Type>>,
}

/// How often types are refined from what the last ones led to: nested containers need as many
/// rounds as they are deep.
const ROUNDS: usize = 4;
/// How many checks may be spent on finding out which guesses do not fit.
const TRIALS: usize = 24;

/// A check of the program with some types, and what it puts into the containers.
pub(crate) type Check<'c> = dyn FnMut(Guesses) -> (CheckedProgram, Guesses) + 'c;

/// Checks a program with the types that fit the containers that it declares empty.
pub(crate) fn refined(check: &mut Check<'_>) -> CheckedProgram {
    let (plain, mut found) = check(Guesses::new());
    if found.is_empty() {
        return plain;
    }
    let before = errors(&plain);
    let mut tried = Guesses::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        let (checked, next) = check(found.clone());
        tried = std::mem::replace(&mut found, next);
        last = Some(checked);
        if found == tried {
            break;
        }
    }
    if let Some(checked) = last.filter(|checked| errors(checked).is_subset(&before)) {
        return checked;
    }
    let mut trials = Trials {
        check,
        before,
        left: TRIALS,
        best: plain,
        kept: Guesses::new(),
    };
    trials.halves(&tried.into_iter().collect::<Vec<_>>());
    trials.best
}

/// What a program was refused for.
fn errors(checked: &CheckedProgram) -> BTreeSet<(Option<Span>, Code)> {
    let errors = checked.diagnostics.iter();
    errors
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| (diagnostic.span, diagnostic.code))
        .collect()
}

/// The search for the guesses that fit.
struct Trials<'t, 'c> {
    check: &'t mut Check<'c>,
    /// What may be refused.
    before: BTreeSet<(Option<Span>, Code)>,
    /// How many checks may still be made.
    left: usize,
    /// The check with the guesses kept so far.
    best: CheckedProgram,
    kept: Guesses,
}

impl Trials<'_, '_> {
    /// Keeps those of the guesses with which no more is refused, halving them where some do not fit.
    fn add(&mut self, guesses: &[(Span, Type)]) {
        if guesses.is_empty() || self.left == 0 {
            return;
        }
        self.left -= 1;
        let mut with = self.kept.clone();
        with.extend(guesses.iter().cloned());
        let (checked, _) = (self.check)(with.clone());
        if errors(&checked).is_subset(&self.before) {
            self.best = checked;
            self.kept = with;
        } else {
            self.halves(guesses);
        }
    }

    /// The same for guesses of which it is known that they do not fit together.
    fn halves(&mut self, guesses: &[(Span, Type)]) {
        if guesses.len() > 1 {
            let (first, second) = guesses.split_at(guesses.len() / 2);
            self.add(first);
            self.add(second);
        }
    }
}
