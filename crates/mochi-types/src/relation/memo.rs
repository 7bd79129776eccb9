//! Remembered answers to protocol questions.
//!
//! Whether `list<int>` is a `SupportsIter` depends on declarations alone, and large overload sets
//! ask it again and again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use crate::Type;

/// Answers that hold as long as the [`crate::Externs`] that keeps them: pairs of closed types,
/// the program's own records aside.
#[derive(Default)]
pub struct RelationMemo(RefCell<HashMap<(Type, Type), bool>>);

impl RelationMemo {
    pub(super) fn get(&self, pair: &(Type, Type)) -> Option<bool> {
        self.0.borrow().get(pair).copied()
    }

    /// Forgets everything: the declarations have changed.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    pub(super) fn put(&self, pair: (Type, Type), answer: bool) {
        self.0.borrow_mut().insert(pair, answer);
    }
}

impl fmt::Debug for RelationMemo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RelationMemo({} answers)", self.0.borrow().len())
    }
}
