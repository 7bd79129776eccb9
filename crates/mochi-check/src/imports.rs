//! The imports of a file wherever they stand: in blocks and functions too.
//!
//! Spec: language.md §2 (`import` is a statement), §18.1.

use mochi_syntax::ast::{Import, Stmt, StmtKind, TypeDeclKind};

use crate::walk::{self, Visitor};

/// Every `import python` of a file, in source order.
pub fn python_imports(body: &[Stmt]) -> Vec<Import> {
    let mut found = Found(Vec::new());
    walk::block(&mut found, body);
    found.0
}

struct Found(Vec<Import>);

impl Visitor for Found {
    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Import(import) => {
                let language = import.language.as_ref();
                if language.is_some_and(|language| &*language.text == "python") {
                    self.0.push(import.clone());
                }
            }
            StmtKind::Type(decl) => {
                if let TypeDeclKind::Record { methods, .. } = &decl.kind {
                    for method in methods {
                        walk::block(self, &method.body.body);
                    }
                }
            }
            _ => {}
        }
        true
    }
}
