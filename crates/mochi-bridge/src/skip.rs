//! The skips collected so far: what was degraded, and why.
//!
//! Spec: bridge.md §6 ("every degradation is a skip").

use std::cell::RefCell;

use mochi_surface::{Skip, SkipReason};

/// A growing list of skips without repeats.
#[derive(Default)]
pub(crate) struct SkipList(RefCell<Vec<Skip>>);

impl SkipList {
    /// Records one.
    pub(crate) fn push(&self, skip: Skip) {
        self.0.borrow_mut().push(skip);
    }

    /// All of them: sorted by item, part, reason and place, each once.
    pub(crate) fn sorted(&self) -> Vec<Skip> {
        let mut skips = self.0.borrow().clone();
        skips.sort_by(|a, b| key(a).cmp(&key(b)));
        skips.dedup();
        skips
    }
}

fn key(skip: &Skip) -> (&str, &str, SkipReason, Option<(&str, u32)>) {
    let place = skip.place.as_ref().map(|place| (&*place.file, place.line));
    (&skip.item, &skip.part, skip.reason, place)
}

/// Whether the reason means that nothing was declared, so that the value is `any` both ways;
/// other reasons mean that what is declared cannot be carried over.
pub(crate) const fn is_undeclared(reason: SkipReason) -> bool {
    matches!(
        reason,
        SkipReason::NoAnnotation
            | SkipReason::UnannotatedDecorator
            | SkipReason::DynamicAttribute
            | SkipReason::NoTypes
    )
}
