//! Modules of the program as namespaces: what an import binds, and what it shows.
//!
//! Only exported names can be seen through an alias; a type's variants go with the type.
//!
//! Spec: language.md §15.

use std::collections::HashMap;
use std::rc::Rc;

use mochi_base::{Diagnostic, Span};
use mochi_syntax::ast::{self, Arg, ExprKind as Ast, Name};
use mochi_types::{Decl, DeclRef, ModuleId, Type, is_sidecar};

use crate::Target;
use crate::checker::{Checker, TypeName, error};
use crate::effects::EffectTable;
use crate::expr::unparenthesised;
use crate::report;
use crate::scope::Binding;
use crate::typed::{Expr, FunId, SpaceImport, VarId};

/// A module that was checked.
#[derive(Debug)]
pub(crate) struct Space {
    /// What messages call it.
    pub(crate) name: Rc<str>,
    /// Every top-level name, private ones too; of several declarations the last counts.
    pub(crate) names: HashMap<Rc<str>, Vec<Binding>>,
    /// Every type.
    pub(crate) types: HashMap<Rc<str>, TypeName>,
    /// Every variant.
    pub(crate) variants: HashMap<Rc<str>, Vec<(DeclRef, u32)>>,
    /// What its functions may do.
    pub(crate) effects: Rc<EffectTable>,
    /// The names of exported hand-written declarations.
    pub(crate) externs: Vec<Rc<str>>,
}

/// What a name of a module stands for.
#[derive(Clone, Debug)]
pub(crate) enum Shown {
    Var(VarId),
    Fun(FunId),
    Variant(DeclRef, u32),
    Type(TypeName),
    /// A hand-written declaration of Python.
    Extern(ModuleId, Rc<str>),
    /// Declared, but reported there.
    Error,
}

/// Where a name is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Value,
    Type,
}

impl Checker<'_> {
    /// Binds the alias of a module of the program.
    pub(crate) fn import_space(&mut self, import: &ast::Import, span: Span) {
        let alias = match &import.alias {
            Some(alias) => Rc::clone(&alias.text),
            None => default_alias(&import.path),
        };
        self.misplaced_effects(import.effects.as_deref());
        let binding = match self.targets.get(&import.path_span).cloned() {
            Some(Target::Module(module)) => {
                // A function's body may be checked more than once.
                if !self.module.spaces.iter().any(|other| other.span == span) {
                    self.module.spaces.push(SpaceImport {
                        alias: Rc::clone(&alias),
                        module,
                        nested: !self.scopes.is_empty(),
                        span,
                    });
                }
                let place = import.alias.as_ref().map_or(span, |name| name.span);
                self.uses.get_mut().import(&alias, None, place);
                Binding::Space(module)
            }
            Some(Target::Missing { shown, note }) => {
                let diagnostic = report::module_not_found(&shown, import.path_span);
                self.report(diagnostic.with_notes(note));
                Binding::Error
            }
            Some(Target::Cycle(shown)) => {
                self.report(report::import_cycle(&shown, import.path_span));
                Binding::Error
            }
            None => Binding::Error,
        };
        self.declare(&alias, binding);
    }

    /// The effects of the modules that a file imports, by alias.
    pub(crate) fn imported_effects(&self, body: &[ast::Stmt]) -> HashMap<Rc<str>, Rc<EffectTable>> {
        let mut tables = HashMap::new();
        for import in crate::imports::space_imports(body) {
            if let Some(Target::Module(module)) = self.targets.get(&import.path_span)
                && let Some(space) = self.spaces.get(*module)
            {
                let alias = match &import.alias {
                    Some(alias) => Rc::clone(&alias.text),
                    None => default_alias(&import.path),
                };
                tables.insert(alias, Rc::clone(&space.effects));
            }
        }
        tables
    }

    /// The module that an expression names, if it is the alias of one.
    pub(crate) fn space_of(&self, object: &ast::Expr) -> Option<usize> {
        match &unparenthesised(object).kind {
            Ast::Name(name) => self.space_named(name),
            _ => None,
        }
    }

    /// The module that a name is the alias of.
    pub(crate) fn space_named(&self, name: &str) -> Option<usize> {
        match self.lookup(name) {
            Some(Binding::Space(space)) => Some(space),
            _ => None,
        }
    }

    /// `alias.name` as a value.
    pub(crate) fn space_value(&mut self, space: usize, name: &Name, span: Span) -> Expr {
        match self.shown(space, name, Sort::Value) {
            Some(Shown::Var(id)) => self.read(id, span),
            Some(Shown::Fun(fun)) => self.fun_value(fun, span),
            Some(Shown::Extern(module, item)) => self.auto_name(&module, &item, span),
            Some(Shown::Variant(sum, variant)) => self.variant_value(&sum, variant, span),
            Some(Shown::Type(_)) => {
                let note = format!("`{}` is a type", name.text);
                let diagnostic = report::undefined_variable(self.text(span), span);
                self.fail(diagnostic.with_note(note), span)
            }
            Some(Shown::Error) | None => error(span),
        }
    }

    /// `alias.name(…)`.
    pub(crate) fn call_space(
        &mut self,
        space: usize,
        name: &Name,
        at: Span,
        args: &[Arg],
        span: Span,
        expected: Option<&Type>,
    ) -> Expr {
        match self.shown(space, name, Sort::Value) {
            Some(Shown::Fun(fun)) => self.call_fun(fun, None, args, span, expected),
            Some(Shown::Extern(module, item)) => {
                let callee = self.auto_name(&module, &item, at);
                self.call_value(callee, args, span, expected)
            }
            Some(Shown::Variant(sum, variant)) => self.call_variant(&sum, variant, args, span),
            Some(Shown::Var(id)) => {
                let callee = self.read(id, at);
                self.call_value(callee, args, span, expected)
            }
            Some(Shown::Type(_)) => {
                self.discard_args(args);
                let text = self.text(at);
                let note = format!("`{text}` is a type: build a record as `{text} {{ … }}`");
                self.fail(report::unknown_function(text, at).with_note(note), span)
            }
            Some(Shown::Error) | None => {
                self.discard_args(args);
                error(span)
            }
        }
    }

    /// `alias.name` as a type.
    pub(crate) fn space_type(&mut self, space: usize, name: &Name) -> Type {
        match self.shown(space, name, Sort::Type) {
            Some(Shown::Type(TypeName::Decl(decl))) => Type::Named(decl),
            Some(Shown::Type(TypeName::Alias(index))) => self
                .module
                .aliases
                .get(index)
                .map_or(Type::Error, |alias| alias.ty.clone()),
            Some(Shown::Variant(sum, _)) => Type::Named(sum),
            Some(Shown::Extern(module, item)) => {
                let ty = self.module_type(&module, &item, &[], name.span);
                ty.unwrap_or(Type::Error)
            }
            _ => Type::Error,
        }
    }

    /// What `alias.name { … }` builds.
    pub(crate) fn space_record(&mut self, space: usize, name: &Name) -> Option<Shown> {
        self.shown(space, name, Sort::Type)
    }

    /// A type of an imported module with the name that it has here.
    pub(crate) fn qualified(&self, decl: &DeclRef) -> Option<DeclRef> {
        let mut imports = self.module.spaces.iter();
        let import = imports.find(|import| {
            let space = self.spaces.get(import.module);
            let found = space.and_then(|space| space.types.get(&decl.name));
            matches!(found, Some(TypeName::Decl(found)) if found == decl)
        })?;
        Some(DeclRef {
            id: decl.id,
            name: Rc::from(format!("{}.{}", import.alias, decl.name)),
        })
    }

    /// What to write for a name that an imported module exports, for notes.
    pub(crate) fn export_note(&self, name: &str) -> Option<String> {
        let mut imports = self.module.spaces.iter();
        let import = imports.find(|import| {
            [Sort::Value, Sort::Type]
                .iter()
                .any(|sort| matches!(self.find(import.module, name, *sort), Some((_, true))))
        })?;
        let alias = &import.alias;
        Some(format!("`{alias}` exports it: write `{alias}.{name}`"))
    }

    /// The variable that `object.name` is, if `object` is the alias of a module that shows it.
    pub(crate) fn shown_variable(&self, object: &ast::Expr, name: &Name) -> Option<VarId> {
        let space = self.space_of(object)?;
        match self.find(space, &name.text, Sort::Value) {
            Some((Shown::Var(id), true)) => Some(id),
            _ => None,
        }
    }

    /// The variant that a dotted pattern names.
    pub(crate) fn shown_variant(&self, path: &[Name]) -> Option<(DeclRef, u32)> {
        let [alias, name] = path else { return None };
        let space = self.space_named(&alias.text)?;
        match self.find(space, &name.text, Sort::Value) {
            Some((Shown::Variant(sum, variant), true)) => Some((sum, variant)),
            _ => None,
        }
    }

    /// What a module shows under a name; if nothing, that is reported (T082).
    fn shown(&mut self, space: usize, name: &Name, sort: Sort) -> Option<Shown> {
        match self.find(space, &name.text, sort) {
            Some((found, true)) => Some(found),
            found => {
                let private = found.map(|(shown, _)| shown);
                if matches!(private, Some(Shown::Error)) {
                    return private;
                }
                let diagnostic = self.not_shown(space, name, private.as_ref());
                self.report(diagnostic);
                None
            }
        }
    }

    fn not_shown(&self, space: usize, name: &Name, private: Option<&Shown>) -> Diagnostic {
        let Some(known) = self.spaces.get(space) else {
            return report::not_exported(&name.text, "the module", name.span);
        };
        let diagnostic = report::not_exported(&name.text, &known.name, name.span);
        if let Some(place) = private.and_then(|shown| self.place_of(shown)) {
            let note = format!("`{}` is declared here, without `export`", name.text);
            return diagnostic.with_note_at(place, note);
        }
        let mut names: Vec<&Rc<str>> = known.names.keys().chain(known.types.keys()).collect();
        names.extend(known.variants.keys());
        names.retain(|name| {
            [Sort::Value, Sort::Type]
                .iter()
                .any(|sort| matches!(self.find(space, name, *sort), Some((_, true))))
        });
        names.sort();
        names.dedup();
        if names.is_empty() {
            return diagnostic.with_note("it exports nothing");
        }
        report::suggest(diagnostic, &name.text, names.iter().map(|name| &***name))
    }

    /// What a module declares under a name, and whether it exports it.
    fn find(&self, space: usize, name: &str, sort: Sort) -> Option<(Shown, bool)> {
        let space = self.spaces.get(space)?;
        let ty = space.types.get(name).map(|ty| {
            let exported = match ty {
                TypeName::Decl(decl) => self.is_exported(decl),
                TypeName::Alias(index) => {
                    let alias = self.module.aliases.get(*index);
                    alias.is_some_and(|alias| alias.export)
                }
            };
            (Shown::Type(ty.clone()), exported)
        });
        let variant = space.variants.get(name).and_then(|all| {
            let exported = all.iter().rev().find(|(sum, _)| self.is_exported(sum));
            let (sum, index) = exported.or(all.last())?;
            let shown = Shown::Variant(sum.clone(), *index);
            Some((shown, exported.is_some()))
        });
        let described = match space.names.get(name).and_then(|all| all.last()) {
            Some(Binding::Auto(module, item)) if is_sidecar(&module.0) => {
                let exported = space.externs.iter().any(|shown| **shown == *name);
                Some((Shown::Extern(module.clone(), Rc::clone(item)), exported))
            }
            _ => None,
        };
        if sort == Sort::Type {
            return ty.or(variant).or(described);
        }
        let value = space.names.get(name).and_then(|all| match all.last()? {
            Binding::Var(id) => {
                let exported = self.var(*id).is_some_and(|var| var.export);
                Some((Shown::Var(*id), exported))
            }
            Binding::Fun(id) => {
                let exported = self.fun(*id).is_some_and(|fun| fun.export);
                Some((Shown::Fun(*id), exported))
            }
            Binding::Error => Some((Shown::Error, false)),
            Binding::Module(_) | Binding::Auto(..) | Binding::Space(_) => None,
        });
        value.or(described).or(variant).or(ty)
    }

    fn is_exported(&self, decl: &DeclRef) -> bool {
        match self.decls.get(decl.id) {
            Some(Decl::Record(record) | Decl::Agent(record)) => record.export,
            Some(Decl::Sum(sum)) => sum.export,
            None => false,
        }
    }

    fn place_of(&self, shown: &Shown) -> Option<Span> {
        match shown {
            Shown::Var(id) => self.var(*id).map(|var| var.span),
            Shown::Fun(id) => self.fun(*id).map(|fun| fun.span),
            Shown::Variant(decl, _) | Shown::Type(TypeName::Decl(decl)) => {
                match self.decls.get(decl.id)? {
                    Decl::Record(record) | Decl::Agent(record) => Some(record.span),
                    Decl::Sum(sum) => Some(sum.span),
                }
            }
            Shown::Type(TypeName::Alias(index)) => {
                self.module.aliases.get(*index).map(|alias| alias.span)
            }
            Shown::Extern(..) | Shown::Error => None,
        }
    }
}

/// The last element of a path without its suffix, as a name.
fn default_alias(path: &str) -> Rc<str> {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let stem = last.strip_suffix(".mochi").unwrap_or(last);
    let legal = |c: char| if c.is_alphanumeric() { c } else { '_' };
    stem.chars().map(legal).collect::<String>().into()
}
