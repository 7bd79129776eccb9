//! Assignments: the place, whether it may change, and what it takes.
//!
//! Spec: language.md §3 ("The rule concerns the whole path"), §5.3.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::{self, Name, PlaceStep, Subscript};
use mochi_types::{BoundMember, ClassKind, ExternItem, ModuleId, Type};

use crate::checker::{Checker, expr};
use crate::relation::Slot;
use crate::report;
use crate::scope::Binding;
use crate::typed::{Expr, ExprKind, Place, StmtKind, Var, VarId, VarKind};

impl Checker<'_> {
    pub(crate) fn assign(&mut self, item: &ast::Assign) -> Option<StmtKind> {
        let root = &item.root;
        if self.space_named(&root.text).is_some() {
            let text = self.place_text(root, &item.path);
            let span = item.path.iter().fold(root.span, |span, step| match step {
                PlaceStep::Field(name) => span.to(name.span),
                PlaceStep::Index(_, at) => span.to(*at),
            });
            let note = "what a module exports can be read through its alias, not assigned";
            self.report(report::immutable(&text, span).with_note(note));
            self.expr(&item.value, None);
            return None;
        }
        let Some((last, before)) = item.path.split_last() else {
            return self.assign_name(root, &item.value);
        };
        let Some(mut object) = self.root(root) else {
            self.expr(&item.value, None);
            return None;
        };
        for step in before {
            object = match step {
                PlaceStep::Field(name) => self.field_of(object, name, root.span.to(name.span)),
                PlaceStep::Index(subscripts, span) => {
                    self.index_of(object, subscripts, root.span.to(*span))
                }
            };
        }
        let text = self.place_text(root, &item.path);
        let object = self.present(object);
        let (place, ty) = match last {
            PlaceStep::Field(name) => self.field_place(object, name, &text)?,
            PlaceStep::Index(subscripts, span) => {
                let whole = root.span.to(*span);
                return self.assign_index(object, subscripts, whole, &text, &item.value);
            }
        };
        let python = match &place {
            Place::Field { is_python, .. } => *is_python,
            Place::Index { object, .. } => matches!(object.ty, Type::Handle(..)),
            Place::ModuleAttr { .. } => true,
            Place::Var(_) | Place::PyIndex { .. } => false,
        };
        let outer = std::mem::replace(&mut self.in_python, python);
        let value = self.expect(&item.value, &ty, Slot::Assign(&text));
        self.in_python = outer;
        Some(StmtKind::Assign { place, value })
    }

    /// The path as messages show it.
    fn place_text(&self, root: &Name, path: &[PlaceStep]) -> String {
        let end = path.iter().fold(root.span, |span, step| match step {
            PlaceStep::Field(name) => span.to(name.span),
            PlaceStep::Index(_, at) => span.to(*at),
        });
        self.text(end).to_owned()
    }

    /// The variable or module at the root of a path, if it may change.
    fn root(&mut self, root: &Name) -> Option<Expr> {
        match self.lookup(&root.text) {
            Some(Binding::Var(id)) => {
                // What `using` and `catch` bind cannot be assigned itself, but it is no `let`.
                let is_fixed = |var: &Var| {
                    let is_let = !matches!(var.kind, VarKind::Using | VarKind::Catch);
                    // The variables of an agent are not there to be assigned, whatever holds it.
                    let is_hidden = matches!(&var.ty, Type::Named(decl)
                        if self.decls.agent(decl.id).is_some() && self.fields_here(decl).is_none());
                    is_let && !var.mutable && !is_hidden && var.ty != Type::Error
                };
                if let Some(var) = self.var(id).filter(|var| is_fixed(var)) {
                    let mut diagnostic = report::immutable(&root.text, root.span);
                    if matches!(var.kind, VarKind::Global | VarKind::Local) {
                        let note = format!(
                            "`let` holds for what is assigned through a name too: write `var {} = …` here",
                            root.text
                        );
                        diagnostic = diagnostic.with_note_at(var.span, note);
                    }
                    self.report(diagnostic);
                    return None;
                }
                self.note_read(id);
                let ty = self.type_of_var(id);
                let read = expr(ExprKind::Var(id), ty.clone(), root.span);
                Some(read)
            }
            Some(Binding::Module(module)) => Some(expr(
                ExprKind::PyModule(module.clone()),
                Type::Module(module),
                root.span,
            )),
            Some(Binding::Error) => None,
            Some(Binding::Auto(module, item)) if self.may_change(&module, &item) => {
                Some(self.auto_name(&module, &item, root.span))
            }
            Some(Binding::Fun(_) | Binding::Auto(..) | Binding::Space(_)) => {
                self.report(report::immutable(&root.text, root.span));
                None
            }
            None => {
                if let Some(member) = self.own_member(&root.text, root.span) {
                    return Some(member);
                }
                self.undeclared(root);
                None
            }
        }
    }

    fn undeclared(&mut self, root: &Name) {
        let diagnostic = report::undeclared_assignment(&root.text, root.span);
        let names = self.visible_names();
        let diagnostic = report::suggest(diagnostic, &root.text, names.iter().map(|name| &**name));
        self.report(diagnostic);
    }

    fn assign_name(&mut self, root: &Name, value: &ast::Expr) -> Option<StmtKind> {
        let id = match self.lookup(&root.text) {
            Some(Binding::Var(id)) => id,
            Some(Binding::Error) => {
                self.expr(value, None);
                return None;
            }
            Some(Binding::Auto(module, item)) => {
                return self.assign_module_name(&module, &item, root, value);
            }
            Some(_) => {
                self.report(report::immutable(&root.text, root.span));
                self.expr(value, None);
                return None;
            }
            None => return self.assign_own_field(root, value),
        };
        let var = self.var(id)?;
        let ty = var.ty.clone();
        if !var.mutable {
            let mut diagnostic = report::immutable(&root.text, root.span);
            let is_let = matches!(var.kind, VarKind::Global | VarKind::Local);
            if is_let && self.module.owns(var.span) {
                let note = format!("`let` binds once: write `var {} = …` here", root.text);
                diagnostic = diagnostic.with_note_at(var.span, note);
            }
            self.report(diagnostic);
            self.expr(value, Some(&ty));
            return None;
        }
        let value = self.expect(value, &ty, Slot::Assign(&root.text));
        self.note_assigned(id);
        self.narrowed.remove(id);
        Some(StmtKind::Assign {
            place: Place::Var(id),
            value,
        })
    }

    /// Whether what a bare name of a module stands for may be changed, or holds what may be.
    fn may_change(&self, module: &ModuleId, item: &str) -> bool {
        matches!(
            self.cx().lookup_module(module, item).as_deref(),
            Some(ExternItem::Value { set: Some(_), .. } | ExternItem::Class(_))
        )
    }

    /// `x = e`, where `x` is a name of a Python module.
    fn assign_module_name(
        &mut self,
        module: &ModuleId,
        item: &Rc<str>,
        root: &Name,
        value: &ast::Expr,
    ) -> Option<StmtKind> {
        let object = expr(
            ExprKind::PyModule(module.clone()),
            Type::Module(module.clone()),
            root.span,
        );
        let name = Name {
            text: Rc::clone(item),
            span: root.span,
        };
        let Some((place, ty)) = self.field_place(object, &name, &root.text) else {
            self.expr(value, None);
            return None;
        };
        let outer = std::mem::replace(&mut self.in_python, true);
        let value = self.expect(value, &ty, Slot::Assign(&root.text));
        self.in_python = outer;
        Some(StmtKind::Assign { place, value })
    }

    /// `f = e` in a method, where `f` is a field of the object.
    fn assign_own_field(&mut self, root: &Name, value: &ast::Expr) -> Option<StmtKind> {
        let Some((record, this)) = self.receiver_with(&root.text) else {
            self.undeclared(root);
            self.expr(value, None);
            return None;
        };
        if self
            .agent_lets
            .contains(&(record.id, Rc::clone(&root.text)))
        {
            self.report(report::immutable(&root.text, root.span));
            self.expr(value, None);
            return None;
        }
        let field = self.decls.with_methods(record.id).and_then(|info| {
            info.fields
                .iter()
                .find(|field| field.name == root.text)
                .map(|field| field.ty.clone())
        });
        let Some(ty) = field else {
            self.undeclared(root);
            self.expr(value, None);
            return None;
        };
        self.assigned_decls.push((record.clone(), root.span));
        let value = self.expect(value, &ty, Slot::Assign(&root.text));
        let object = self.this(this, &Type::Named(record), root.span);
        Some(StmtKind::Assign {
            place: Place::Field {
                object,
                name: Rc::clone(&root.text),
                is_python: false,
            },
            value,
        })
    }

    /// Reads the object of a method.
    pub(crate) fn this(&mut self, this: VarId, ty: &Type, span: Span) -> Expr {
        self.note_read(this);
        expr(ExprKind::Var(this), ty.clone(), span)
    }

    /// The place `object.name` and what it takes.
    fn field_place(&mut self, object: Expr, name: &Name, text: &str) -> Option<(Place, Type)> {
        let place = |object: Expr, is_python: bool| Place::Field {
            object,
            name: Rc::clone(&name.text),
            is_python,
        };
        match self.single_variant(object.ty.clone()) {
            Type::Error => None,
            Type::Variant(sum, index) => {
                let fields = self.variant_fields(&sum, index);
                let field = fields.into_iter().find(|(field, _)| *field == name.text);
                let Some((_, ty)) = field else {
                    self.unknown_field(&object.ty, name);
                    return None;
                };
                self.assigned_decls.push((sum, name.span));
                Some((place(object, false), ty))
            }
            Type::Named(decl) => {
                let field = self.fields_here(&decl).and_then(|record| {
                    let mut fields = record.fields.iter();
                    fields
                        .find(|field| field.name == name.text)
                        .map(|field| field.ty.clone())
                });
                if let Some(ty) = field {
                    self.assigned_decls.push((decl, name.span));
                    Some((place(object, false), ty))
                } else {
                    self.unknown_field(&object.ty, name);
                    None
                }
            }
            Type::Anon(fields) => {
                if let Some((_, ty)) = fields.iter().find(|(field, _)| *field == name.text) {
                    self.assigned_shapes.push((object.ty.clone(), name.span));
                    Some((place(object, false), ty.clone()))
                } else {
                    self.unknown_field(&object.ty, name);
                    None
                }
            }
            Type::Map(key, value) | Type::OMap(key, value) if *key == Type::Str => {
                let index = expr(ExprKind::Str(Rc::clone(&name.text)), Type::Str, name.span);
                Some((Place::Index { object, index }, (*value).clone()))
            }
            Type::Option(_) => {
                self.unguarded(&object);
                None
            }
            Type::Module(module) => {
                self.module.py_modules.insert(Rc::clone(&module.0));
                match self.cx().lookup_module(&module, &name.text).as_deref() {
                    Some(ExternItem::Value { set: Some(ty), .. }) => {
                        let name = Rc::clone(&name.text);
                        Some((Place::ModuleAttr { module, name }, ty.clone()))
                    }
                    Some(_) => {
                        self.report(report::immutable(text, name.span));
                        None
                    }
                    None => {
                        self.unknown_field(&object.ty, name);
                        None
                    }
                }
            }
            ty => self.python_place(object, &ty, name, text),
        }
    }

    fn python_place(
        &mut self,
        object: Expr,
        ty: &Type,
        name: &Name,
        text: &str,
    ) -> Option<(Place, Type)> {
        if let Type::Handle(class, _) = ty
            && let Some(info) = self.externs.class(class)
            && let ClassKind::TypedDict(fields) = &info.kind
            && let Some(field) = fields.iter().find(|field| field.name == name.text)
        {
            let index = expr(ExprKind::Str(Rc::clone(&name.text)), Type::Str, name.span);
            return Some((Place::Index { object, index }, field.set.clone()));
        }
        let member = match ty {
            Type::TypeOf(inner) => match &**inner {
                Type::Handle(class, args) => {
                    self.cx().lookup_class_member(class, Some(args), &name.text)
                }
                _ => None,
            },
            ty => {
                let declared = self.cx().lookup_member(ty, &name.text);
                declared.or_else(|| self.cx().lookup_dynamic(ty, &name.text))
            }
        };
        match member {
            Some(BoundMember::Attribute { set: Some(ty), .. }) => {
                let place = Place::Field {
                    object,
                    name: Rc::clone(&name.text),
                    is_python: true,
                };
                Some((place, ty))
            }
            Some(_) => {
                self.report(report::immutable(text, name.span));
                None
            }
            None => {
                self.unknown_field(ty, name);
                None
            }
        }
    }

    fn assign_index(
        &mut self,
        object: Expr,
        subscripts: &[Subscript],
        span: Span,
        text: &str,
        value: &ast::Expr,
    ) -> Option<StmtKind> {
        let one = match subscripts {
            [Subscript::Index(index)] => Some(index),
            _ => None,
        };
        let (place, ty) = match (object.ty.clone(), one) {
            (Type::Error, _) => {
                self.expr(value, None);
                return None;
            }
            (Type::List(item), Some(index)) => {
                let index = self.list_index(index);
                (Place::Index { object, index }, (*item).clone())
            }
            (Type::Map(key, item) | Type::OMap(key, item), Some(index)) => {
                let index = self.map_key(index, &key);
                (Place::Index { object, index }, (*item).clone())
            }
            (Type::Any, Some(index)) => {
                let index = self.expr(index, None);
                (Place::Index { object, index }, Type::Any)
            }
            (Type::Map(..) | Type::OMap(..), None) => {
                self.report(report::slice_of_map(span));
                return None;
            }
            (Type::Option(_), _) => {
                self.unguarded(&object);
                return None;
            }
            (Type::Str | Type::Bytes | Type::Tuple(_), _) => {
                self.report(report::immutable(text, span));
                return None;
            }
            (Type::Handle(..), _) => {
                return self.assign_python_index(object, subscripts, span, value);
            }
            (ty, _) => {
                let shown = self.show(&ty);
                self.report(self.noted(report::not_indexable(&shown, span), &ty));
                return None;
            }
        };
        let value = self.expect(value, &ty, Slot::Assign(text));
        Some(StmtKind::Assign { place, value })
    }
}
