//! The names that a Python file defines at its top level, without evaluating anything: for files
//! that a program describes by hand.
//!
//! Spec: language.md §18.2 (sidecars).

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::capability::guard;
use ruff_python_ast::{ExceptHandler, Expr, PySourceType, Stmt};

/// What a Python file defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DefinedNames {
    /// The names at its top level.
    pub names: BTreeSet<Rc<str>>,
    /// There may be more: it imports everything of another module, or serves names when asked.
    pub is_open: bool,
}

/// Reads the names that a text defines. The error says what is wrong with the text, and the line.
pub fn defined_names(text: &str) -> Result<DefinedNames, String> {
    if let Some(why) = guard::refusal(text) {
        return Err(why.to_owned());
    }
    let parsed = ruff_python_parser::parse_unchecked_source(text, PySourceType::Python);
    if let Some(error) = parsed.errors().first() {
        let start = error.location.start().to_usize();
        let before = text.get(..start).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        return Err(format!("line {line}: {}", error.error));
    }
    let mut found = DefinedNames::default();
    found.body(&parsed.syntax().body);
    Ok(found)
}

impl DefinedNames {
    fn add(&mut self, name: &str) {
        self.names.insert(Rc::from(name));
    }

    fn body(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::FunctionDef(def) if def.name.as_str() == "__getattr__" => self.is_open = true,
            Stmt::FunctionDef(def) => self.add(def.name.as_str()),
            Stmt::ClassDef(def) => self.add(def.name.as_str()),
            Stmt::Assign(item) => item.targets.iter().for_each(|target| self.target(target)),
            // A declaration alone binds nothing.
            Stmt::AnnAssign(item) if item.value.is_some() => self.target(&item.target),
            Stmt::TypeAlias(item) => self.target(&item.name),
            Stmt::Import(item) => {
                for alias in &item.names {
                    let bound = match &alias.asname {
                        Some(name) => name.as_str(),
                        None => alias.name.as_str().split('.').next().unwrap_or_default(),
                    };
                    self.add(bound);
                }
            }
            Stmt::ImportFrom(item) => {
                for alias in &item.names {
                    match (&alias.asname, alias.name.as_str()) {
                        (Some(name), _) => self.add(name.as_str()),
                        (None, "*") => self.is_open = true,
                        (None, name) => self.add(name),
                    }
                }
            }
            Stmt::If(item) => {
                self.body(&item.body);
                for clause in &item.elif_else_clauses {
                    self.body(&clause.body);
                }
            }
            Stmt::Try(item) => {
                self.body(&item.body);
                for handler in &item.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    self.body(&handler.body);
                }
                self.body(&item.orelse);
                self.body(&item.finalbody);
            }
            Stmt::With(item) => {
                for entered in &item.items {
                    entered
                        .optional_vars
                        .iter()
                        .for_each(|target| self.target(target));
                }
                self.body(&item.body);
            }
            Stmt::For(item) => {
                self.target(&item.target);
                self.body(&item.body);
                self.body(&item.orelse);
            }
            Stmt::While(item) => {
                self.body(&item.body);
                self.body(&item.orelse);
            }
            Stmt::Match(item) => {
                for case in &item.cases {
                    self.body(&case.body);
                }
            }
            _ => {}
        }
    }

    fn target(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => self.add(name.id.as_str()),
            Expr::Tuple(parts) => parts.elts.iter().for_each(|part| self.target(part)),
            Expr::List(parts) => parts.elts.iter().for_each(|part| self.target(part)),
            Expr::Starred(part) => self.target(&part.value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let found = defined_names(text).expect("it is Python");
        found.names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_way_to_bind_a_name() {
        let text = "import os.path, json as j\nfrom a import b, c as d\nx = y, *z = 1, 2\nw: int = 1\n\
                    unbound: int\ndef f(): inner = 1\nclass C: attribute = 1\ntype T = int\n\
                    if x:\n    g = 1\nelse:\n    h = 1\ntry:\n    i = 1\nexcept ValueError:\n    k = 1\n\
                    for l in []: pass\nelse:\n    n = 1\nwhile x: pass\nelse:\n    o = 1\n\
                    with open('') as m: pass\nmatch x:\n    case 1:\n        p = 1\n";
        let expected = "C T b d f g h i j k l m n o os p w x y z";
        assert_eq!(names(text).join(" "), expected);
    }

    #[test]
    fn what_may_have_more_is_open() {
        assert!(
            defined_names("from a import *")
                .expect("it is Python")
                .is_open
        );
        let getattr = "def __getattr__(name): ...";
        assert!(defined_names(getattr).expect("it is Python").is_open);
        assert!(!defined_names("x = 1").expect("it is Python").is_open);
    }

    #[test]
    fn what_is_no_python_says_where() {
        let error = defined_names("x = 1\ndef f(:\n").expect_err("no Python");
        assert!(error.starts_with("line 2: "), "{error}");
    }
}
