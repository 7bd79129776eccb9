//! The imports of a file wherever they stand: in blocks and functions too.
//!
//! Spec: language.md §2 (`import` is a statement), §18.1.

use mochi_syntax::ast::{Import, Stmt, StmtKind, TypeDeclKind};

use crate::walk::{self, Visitor};

/// Every `import python` of a file, in source order.
pub fn python_imports(body: &[Stmt]) -> Vec<Import> {
    let is_python = |import: &Import| {
        let language = import.language.as_ref();
        language.is_some_and(|language| &*language.text == "python")
    };
    all_imports(body).into_iter().filter(is_python).collect()
}

/// Every import of another module of the program, in source order.
pub fn space_imports(body: &[Stmt]) -> Vec<Import> {
    let is_space = |import: &Import| import.language.is_none();
    all_imports(body).into_iter().filter(is_space).collect()
}

fn all_imports(body: &[Stmt]) -> Vec<Import> {
    let mut found = Found(Vec::new());
    walk::block(&mut found, body);
    found.0
}

struct Found(Vec<Import>);

impl Visitor for Found {
    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Import(import) => self.0.push(import.clone()),
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
