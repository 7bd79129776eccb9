//! `import python`.
//!
//! Spec: language.md §18.1.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast;
use mochi_types::{Effects, is_reserved};

use crate::checker::Checker;
use crate::report;
use crate::scope::Binding;
use crate::typed::{PyImport, StmtKind};

impl Checker<'_> {
    /// Binds a module's alias, and with `auto` its public names.
    pub(crate) fn import(&mut self, import: &ast::Import, span: Span) {
        let python = import
            .language
            .as_ref()
            .is_some_and(|name| &*name.text == "python");
        if !python {
            if import.language.is_none() {
                self.import_space(import, span);
            } else {
                // Its language was reported.
                let last = import.path.rsplit(['/', '.']).next().unwrap_or_default();
                let alias = import.alias.as_ref().map_or(last, |alias| &alias.text);
                self.declare(&Rc::from(alias), Binding::Error);
            }
            return;
        }
        for label in import.effects.iter().flatten() {
            if Effects::label(&label.text).is_none() {
                self.report(report::unknown_effect(&label.text, label.span));
            }
        }
        let Some(module) = self.externs.import(&import.path) else {
            if let Some(alias) = &import.alias {
                self.declare(&alias.text, Binding::Error);
            }
            return;
        };
        if import.auto {
            for name in self.externs.names(&module) {
                let item = Binding::Auto(module.clone(), Rc::clone(&name));
                let place = (Rc::clone(&name), module.clone(), import.path_span);
                self.auto_names.push(place);
                self.declare(&name, item.clone());
                if is_reserved(&name) {
                    self.declare(&Rc::from(format!("{name}_")), item);
                }
            }
        }
        let alias = match &import.alias {
            Some(alias) => Rc::clone(&alias.text),
            None => Rc::from(module.0.rsplit('.').next().unwrap_or(&module.0)),
        };
        let clash = self.scopes.is_empty()
            && self
                .module
                .imports
                .iter()
                .any(|other| other.alias == alias && other.module != module);
        if clash {
            let place = import.alias.as_ref().map_or(span, |name| name.span);
            self.report(report::alias_clash(&alias, place));
            self.declare(&alias, Binding::Error);
            return;
        }
        let place = import.alias.as_ref().map_or(span, |name| name.span);
        let auto = import.auto.then_some(&module);
        self.uses.get_mut().import(&alias, auto, place);
        self.declare(&alias, Binding::Module(module.clone()));
        // A block may be checked more than once.
        if self.module.imports.iter().all(|other| other.span != span) {
            self.module.imports.push(PyImport {
                alias,
                module,
                span,
            });
        }
    }

    /// Reports names that `auto` binds and something else declares too.
    pub(crate) fn check_auto(&mut self) {
        let names = std::mem::take(&mut self.auto_names);
        let mut clashes: Vec<(Span, String, Vec<Rc<str>>)> = Vec::new();
        for (index, (name, module, span)) in names.iter().enumerate() {
            let earlier = names.iter().take(index);
            let other = earlier
                .filter(|(same, other, _)| same == name && other != module)
                .map(|(_, other, _)| format!("`{}`", other.0))
                .next();
            let here = self.type_names.contains_key(name)
                || self.globals.get(name).into_iter().flatten().any(|binding| {
                    matches!(
                        binding,
                        Binding::Var(_) | Binding::Fun(_) | Binding::Module(_) | Binding::Space(_)
                    )
                });
            let by = if here {
                Some("this file".to_owned())
            } else {
                other
            };
            let Some(by) = by else {
                continue;
            };
            let known = clashes
                .iter_mut()
                .find(|(place, other, _)| place == span && *other == by);
            match known {
                Some((_, _, more)) => more.push(Rc::clone(name)),
                None => clashes.push((*span, by, vec![Rc::clone(name)])),
            }
        }
        for (span, by, names) in clashes {
            let Some((first, more)) = names.split_first() else {
                continue;
            };
            let report = report::auto_clash(first, &by, span);
            self.report(match more {
                [] => report,
                more => report.with_note(format!("and also {}", some_of(more))),
            });
        }
    }

    /// The statement of an import that was bound before.
    pub(crate) fn import_stmt(&mut self, import: &ast::Import, span: Span) -> Option<StmtKind> {
        if import.language.is_none() {
            if !self.scopes.is_empty() {
                self.import_space(import, span);
            }
            let mut spaces = self.module.spaces.iter();
            let index = spaces.position(|space| space.span == span && space.nested);
            return index.map(StmtKind::Space);
        }
        if !self.scopes.is_empty() {
            self.import(import, span);
        }
        let mut imports = self.module.imports.iter();
        let index = imports.position(|item| item.span == span);
        index.map(StmtKind::Import)
    }
}

/// The first names of a list, and how many there are besides.
fn some_of(names: &[Rc<str>]) -> String {
    const SHOWN: usize = 5;
    let quoted: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(SHOWN) {
        0 => quoted.join(", "),
        left => format!("{} and {left} more", quoted.join(", ")),
    }
}
