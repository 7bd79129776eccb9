//! What tests of sessions share: a recorder of progress, worlds in memory with a scripted uv, and
//! the real machine with other settings.
#![allow(dead_code, unused_imports, reason = "each user takes a part")]

mod machine;
mod memory;

use std::cell::RefCell;

use mochi_project::{Event, Import, Phase, Progress};

pub use machine::Machine;
pub use memory::{argument_of, machine_in_memory, write_files};

/// Everything that is said while a session works; phases must not nest.
#[derive(Default)]
pub struct Events {
    pub said: RefCell<Vec<Event>>,
    pub running: RefCell<Vec<Phase>>,
}

impl Progress for Events {
    fn start(&self, phase: Phase) {
        assert!(self.running.borrow().is_empty(), "phases do not nest");
        self.running.borrow_mut().push(phase);
    }
    fn event(&self, event: &Event) {
        self.said.borrow_mut().push(event.clone());
    }
    fn finish(&self) {
        self.running.borrow_mut().pop().unwrap();
    }
}

impl Events {
    pub fn warnings(&self) -> Vec<String> {
        let said = self.said.borrow();
        let warnings = said.iter().filter_map(|event| match event {
            Event::Warning(text) => Some(text.clone()),
            _ => None,
        });
        warnings.collect()
    }
}

/// Imports without places.
pub fn imports(specs: &[&str]) -> Vec<Import> {
    specs
        .iter()
        .map(|spec| Import {
            spec: (*spec).to_owned(),
            span: None,
        })
        .collect()
}
