//! Hand-written `extern` declarations: where each belongs, and in which order they are read.
//!
//! They become the same declarations that packages have (`mochi_types::DeclaredTable`), so that
//! calls, records, patterns and checks treat both alike. Names of classes come first, since
//! everything else may mention them.
//!
//! Spec: language.md §18.2–18.4.

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::{Diagnostic, Span};
use mochi_syntax::ast::{self, ExternDeclKind, Name};
use mochi_types::{
    BoundMember, ClassId, ExternFun, ExternItem, ExternMember, ModuleId, Out, Type, is_sidecar,
    python_spelling,
};

use crate::checker::Checker;
use crate::report;
use crate::scope::Binding;
use crate::typed::ExternExport;
use crate::{Sidecar, SidecarNames};

/// What a declaration describes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// A name of a module.
    Item(ModuleId, Rc<str>),
    /// A member of a class.
    Member(ClassId, Rc<str>),
}

/// A declaration whose place is known.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) decl: Rc<ast::ExternDecl>,
    pub(crate) place: Place,
    /// The class, if it declares one.
    pub(crate) class: Option<ClassId>,
}

impl Checker<'_> {
    /// Declares the names that the `extern` statements of a module bring, and their classes.
    pub(crate) fn declare_extern_names(&mut self, body: &[ast::Stmt]) {
        let mut placed = Vec::new();
        for stmt in body {
            if let ast::StmtKind::Extern(decl) = &stmt.kind {
                placed.extend(self.place_extern(decl, stmt.export));
            }
        }
        self.placed_externs = placed;
    }

    /// Reads the types in the `extern` statements of a module.
    pub(crate) fn declare_externs(&mut self) {
        let placed = std::mem::take(&mut self.placed_externs);
        self.read_externs(&placed);
    }

    /// Declares what the `extern` statements of a block describe, so that its types may mention it.
    /// The names are bound where the statements stand.
    pub(crate) fn externs_of_block(&mut self, body: &[ast::Stmt]) {
        let mut placed = Vec::new();
        for stmt in body {
            match &stmt.kind {
                // Its faults are reported where it stands.
                ast::StmtKind::Import(import) => {
                    self.attempt(|checker| checker.import(import, stmt.span));
                }
                ast::StmtKind::Extern(decl) => {
                    placed.extend(self.place_extern(decl, false));
                    let bound = match decl.path.as_slice() {
                        [name] => self.lookup(&name.text),
                        _ => None,
                    };
                    self.inner.externs.insert(decl.span, bound);
                }
                _ => {}
            }
        }
        self.read_externs(&placed);
    }

    /// Binds the name that an `extern` statement of a block declares.
    pub(crate) fn extern_in_block(&mut self, decl: &ast::ExternDecl) {
        let bound = self.inner.externs.get(&decl.span).cloned().flatten();
        if let (Some(binding), [name]) = (bound, decl.path.as_slice()) {
            self.declare(&name.text, binding);
        }
    }

    fn read_externs(&mut self, placed: &[Placed]) {
        for item in placed {
            self.extern_class_params(item);
        }
        for item in placed {
            self.extern_class_bases(item, placed);
        }
        for item in placed {
            self.extern_class_members(item);
        }
        let mut funs: BTreeMap<Place, ExternFun> = BTreeMap::new();
        for item in placed {
            match &item.decl.kind {
                ExternDeclKind::Fun(signature) => {
                    let signature = self.extern_signature(signature);
                    let fun = funs.entry(item.place.clone());
                    let fun = fun.or_insert_with(|| ExternFun {
                        symbol: self.extern_symbol(&item.place),
                        overloads: Vec::new(),
                        doc: item.decl.doc.clone(),
                        deprecated: None,
                    });
                    fun.overloads.push(signature);
                }
                ExternDeclKind::Value { mutable, ty } => {
                    let ty = self.annotation(ty);
                    self.set_extern_value(&item.place, ty, *mutable);
                }
                ExternDeclKind::Object => self.set_extern_value(&item.place, Type::Any, false),
                ExternDeclKind::Class(_) | ExternDeclKind::Enum { .. } => {}
            }
        }
        for (place, fun) in funs {
            self.set_extern_fun(&place, fun);
        }
    }

    /// Where a declaration belongs; what it binds in the file is bound.
    fn place_extern(&mut self, decl: &Rc<ast::ExternDecl>, export: bool) -> Option<Placed> {
        let (first, rest) = decl.path.split_first()?;
        let place = if rest.is_empty() {
            let place = self.sidecar_place(first, decl);
            let binding = match &place {
                Some(Place::Item(module, name)) => Binding::Auto(module.clone(), Rc::clone(name)),
                _ => Binding::Error,
            };
            if export && let Binding::Auto(module, name) = &binding {
                self.module.exported_externs.push(ExternExport {
                    module: module.clone(),
                    name: Rc::clone(name),
                    own: Rc::clone(&first.text),
                    span: first.span,
                });
            }
            self.declare(&first.text, binding);
            place
        } else {
            self.dotted_place(first, rest)
        }?;
        let class = match &decl.kind {
            ExternDeclKind::Class(_) | ExternDeclKind::Enum { .. } => {
                Some(self.extern_class_header(decl, &place))
            }
            _ => None,
        };
        Some(Placed {
            decl: Rc::clone(decl),
            place,
            class,
        })
    }

    /// A name of the file's sidecar, which must have it (T091). An interface is only a shape: no
    /// Python class stands behind it.
    fn sidecar_place(&mut self, name: &Name, decl: &ast::ExternDecl) -> Option<Place> {
        let is_interface = matches!(
            &decl.kind,
            ExternDeclKind::Class(class) if class.kind == ast::ExternClassKind::Interface
        );
        let Some(sidecar) = self.sidecars.get(&name.span.source).cloned() else {
            if !is_interface {
                self.report_sidecar(report::sidecar("a sidecar", "is missing", name.span));
                return None;
            }
            let module = ModuleId(Rc::from("._interfaces"));
            return Some(Place::Item(module, Rc::clone(&name.text)));
        };
        if is_interface {
            return Some(Place::Item(sidecar.module, Rc::clone(&name.text)));
        }
        let found = self.sidecar_name(&sidecar, name)?;
        self.module.sidecars.insert(sidecar.module.clone());
        Some(Place::Item(sidecar.module, found))
    }

    /// Reports what is wrong with a sidecar, if no declaration above was refused for it.
    fn report_sidecar(&mut self, diagnostic: Diagnostic) {
        let same = |other: &Diagnostic| {
            other.code == diagnostic.code
                && other.message == diagnostic.message
                && other.span.map(|span| span.source) == diagnostic.span.map(|span| span.source)
        };
        if !self.diagnostics.iter().any(same) {
            self.report(diagnostic);
        }
    }

    fn sidecar_name(&mut self, sidecar: &Sidecar, name: &Name) -> Option<Rc<str>> {
        let file = format!("sidecar {}", sidecar.file);
        let (names, is_open) = match &sidecar.names {
            SidecarNames::Missing => {
                self.report_sidecar(report::sidecar(&file, "is missing", name.span));
                return None;
            }
            SidecarNames::Unreadable(why) => {
                let diagnostic = report::sidecar(&file, "cannot be read", name.span);
                self.report_sidecar(diagnostic.with_note(why.clone()));
                return None;
            }
            SidecarNames::Known { names, is_open } => (names, *is_open),
        };
        let plain = plain_name(&name.text);
        if names.contains(&name.text) {
            return Some(Rc::clone(&name.text));
        }
        if names.contains(&plain) || is_open {
            return Some(plain);
        }
        let what = format!("has no `{plain}`");
        let diagnostic = report::sidecar(&file, &what, name.span);
        let known = names.iter().map(|name| &**name);
        self.report(report::suggest(diagnostic, &plain, known));
        None
    }

    /// An attribute of an imported module or of a class.
    fn dotted_place(&mut self, first: &Name, rest: &[Name]) -> Option<Place> {
        match self.lookup(&first.text) {
            Some(Binding::Module(module)) => self.module_place(module, rest),
            Some(Binding::Auto(module, item)) => {
                match self.externs.attribute(&module, &item).as_deref() {
                    Some(ExternItem::Class(class)) => self.class_place(class.clone(), rest),
                    _ => self.no_place(first),
                }
            }
            Some(Binding::Error) => None,
            _ => {
                let note =
                    "a dotted name describes an attribute of what `import python … as` binds";
                let diagnostic = report::undefined_variable(&first.text, first.span);
                self.report(diagnostic.with_note(note));
                None
            }
        }
    }

    fn module_place(&mut self, module: ModuleId, rest: &[Name]) -> Option<Place> {
        let (name, tail) = rest.split_first()?;
        let spelling = self.extern_spelling(&module, name);
        if tail.is_empty() {
            return Some(Place::Item(module, spelling));
        }
        match self.externs.attribute(&module, &spelling).as_deref() {
            Some(ExternItem::Module(inner)) => self.module_place(inner.clone(), tail),
            Some(ExternItem::Class(class)) => self.class_place(class.clone(), tail),
            // A module that nothing describes.
            None => {
                let inner = ModuleId(Rc::from(format!("{}.{spelling}", module.0)));
                let item = ExternItem::Module(inner.clone());
                self.declared_externs.set_item(&module, &spelling, item);
                self.module_place(inner, tail)
            }
            Some(_) => self.no_place(name),
        }
    }

    fn class_place(&mut self, class: ClassId, rest: &[Name]) -> Option<Place> {
        let (name, tail) = rest.split_first()?;
        if tail.is_empty() {
            return Some(Place::Member(class, plain_name(&name.text)));
        }
        match self.cx().lookup_class_member(&class, None, &name.text) {
            Some(BoundMember::Class(inner)) => self.class_place(inner, tail),
            _ => self.no_place(name),
        }
    }

    fn no_place(&mut self, name: &Name) -> Option<Place> {
        let note = format!("`{}` is neither a module nor a class", name.text);
        let diagnostic = report::unknown_type(&name.text, name.span);
        self.report(diagnostic.with_note(note));
        None
    }

    /// How Python spells a name that is declared for a module.
    fn extern_spelling(&self, module: &ModuleId, name: &Name) -> Rc<str> {
        let plain = plain_name(&name.text);
        // `type_` may be the name itself.
        let is_there = self.externs.names(module).contains(&name.text);
        if is_there {
            Rc::clone(&name.text)
        } else {
            plain
        }
    }

    /// What messages call a function or value.
    pub(crate) fn extern_symbol(&self, place: &Place) -> Rc<str> {
        match place {
            Place::Item(module, name) => module_symbol(&module.0, name),
            Place::Member(class, name) => {
                let shown = match self.externs.class(class) {
                    Some(known) => known.display.to_string(),
                    None => class.to_string(),
                };
                Rc::from(format!("{shown}.{name}"))
            }
        }
    }

    fn set_extern_value(&mut self, place: &Place, ty: Type, mutable: bool) {
        let set = mutable.then(|| ty.clone());
        let get = self.extern_out(ty);
        match place {
            Place::Item(module, name) => {
                let item = ExternItem::Value { get, set };
                self.declared_externs.set_item(module, name, item);
            }
            Place::Member(class, name) => {
                let member = ExternMember::Attribute {
                    get,
                    set,
                    class_level: true,
                };
                self.declared_externs.set_member(class, name, member);
            }
        }
    }

    /// A function of a class stays of the kind that it has; a new one belongs to the class object.
    fn set_extern_fun(&mut self, place: &Place, fun: ExternFun) {
        let fun = Rc::new(fun);
        match place {
            Place::Item(module, name) => {
                let item = ExternItem::Fun(fun);
                self.declared_externs.set_item(module, name, item);
            }
            Place::Member(class, name) => {
                let member = match self.externs.member(class, name).as_deref() {
                    Some(ExternMember::Method(_) | ExternMember::Attribute { .. }) => {
                        ExternMember::Method(fun)
                    }
                    Some(ExternMember::ClassMethod(_)) => ExternMember::ClassMethod(fun),
                    _ => ExternMember::StaticMethod(fun),
                };
                self.declared_externs.set_member(class, name, member);
            }
        }
    }

    /// A declared type with its check at the border.
    pub(crate) fn extern_out(&self, ty: Type) -> Out {
        Out {
            check: Rc::new(self.cx().declared_check(&ty)),
            ty,
        }
    }

    /// Whether calling the class is not described: a handle's values come from Python.
    pub(crate) fn is_opaque(&self, class: &ClassId) -> bool {
        if !self.described_alone.contains(class) {
            return false;
        }
        let Some(known) = self.externs.class(class) else {
            return false;
        };
        let is_handle = matches!(
            known.kind,
            mochi_types::ClassKind::Plain | mochi_types::ClassKind::Protocol
        );
        let is_made = |(base, _): &(ClassId, Rc<[Type]>)| {
            !base.is("builtins", "object")
                && ["__init__", "__new__"]
                    .iter()
                    .any(|name| self.externs.member(base, name).is_some())
        };
        is_handle && !known.mro.iter().any(is_made)
    }
}

/// The place of an unknown thing in a file: what a module's parts are called in messages.
pub(crate) fn module_symbol(module: &str, name: &str) -> Rc<str> {
    if is_sidecar(module) {
        let file = module.rsplit('.').next().unwrap_or(module);
        return Rc::from(format!("{file}.{name}"));
    }
    Rc::from(format!("{module}.{name}"))
}

/// A name as Python spells it: Mochi's own words take an underscore that Python does not know.
pub(crate) fn plain_name(name: &Rc<str>) -> Rc<str> {
    python_spelling(name).map_or_else(|| Rc::clone(name), Rc::from)
}

/// Where the name of a declaration stands.
pub(crate) fn name_span(decl: &ast::ExternDecl) -> Span {
    match (decl.path.first(), decl.path.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => decl.span,
    }
}
