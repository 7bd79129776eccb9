//! Attributes of Python modules, classes and values.
//!
//! Spec: language.md §18.1–18.4.

use std::rc::Rc;

use mochi_base::Span;
use mochi_syntax::ast::Name;
use mochi_types::{
    BoundMember, Check, ClassId, ClassKind, ExternField, ExternItem, Literal, ModuleId, Type,
};

use super::checked;
use super::declare::module_symbol;
use crate::checker::{Checker, error, expr};
use crate::relation::converted;
use crate::typed::{Expr, ExprKind, PyArg, PySubscript};

impl Checker<'_> {
    /// `object.name` on what comes from Python; the object comes back if it has no such member.
    pub(crate) fn python_field(
        &mut self,
        object: Expr,
        name: &Name,
        span: Span,
    ) -> Result<Expr, Expr> {
        match object.ty.clone() {
            Type::Module(module) => self.module_member(object, &module, name, span),
            Type::TypeOf(inner) => {
                let class = match &*inner {
                    Type::Handle(class, args) => Some((class.clone(), Rc::clone(args))),
                    other => self.cx().python_class(other),
                };
                let Some((class, args)) = class else {
                    return Err(object);
                };
                let own = self
                    .cx()
                    .lookup_class_member(&class, Some(&args), &name.text);
                // `__name__` and the like are members of the class object's own class.
                let member = own.or_else(|| self.cx().lookup_member(&object.ty, &name.text));
                match member {
                    Some(member) => Ok(self.bound(object, member, name, span)),
                    None => Err(object),
                }
            }
            Type::Handle(class, _) => self.handle_member(object, &class, name, span),
            Type::Literal(Literal::Member(class, _)) => {
                self.handle_member(object, &class, name, span)
            }
            // Some members of one enum.
            union @ Type::Union(_) => match union.widened() {
                Type::Handle(class, _) => self.handle_member(object, &class, name, span),
                _ => Err(object),
            },
            Type::Param(_) | Type::AsyncIterator(_) | Type::Iterator(_) => {
                let ty = object.ty.clone();
                match self.cx().lookup_member(&ty, &name.text) {
                    Some(member) => Ok(self.bound(object, member, name, span)),
                    None => Err(object),
                }
            }
            _ => Err(object),
        }
    }

    fn module_member(
        &mut self,
        object: Expr,
        module: &ModuleId,
        name: &Name,
        span: Span,
    ) -> Result<Expr, Expr> {
        self.module.py_modules.insert(Rc::clone(&module.0));
        match self.module_item(module, &name.text, span) {
            Some(value) => Ok(value),
            None => Err(object),
        }
    }

    /// A name of a module imported with `auto`.
    pub(crate) fn auto_name(&mut self, module: &ModuleId, name: &str, span: Span) -> Expr {
        self.module.py_modules.insert(Rc::clone(&module.0));
        self.module_item(module, name, span)
            .unwrap_or_else(|| error(span))
    }

    /// What a name of a module is as an expression.
    fn module_item(&mut self, module: &ModuleId, name: &str, span: Span) -> Option<Expr> {
        let item = self.cx().lookup_module(module, name)?;
        let spelling = self.spelling(module, name);
        let read = |ty: Type| {
            let object = expr(
                ExprKind::PyModule(module.clone()),
                Type::Module(module.clone()),
                span,
            );
            let kind = ExprKind::PyAttr {
                object: Box::new(object),
                name: Rc::clone(&spelling),
            };
            expr(kind, ty, span)
        };
        Some(match &*item {
            ExternItem::Fun(fun) => read(Type::Extern(Rc::clone(fun))),
            // Under another name it may be more than the class: `Port = Annotated[int, Gt(0)]`.
            ExternItem::Class(class) if self.is_renamed(class, name) => {
                let instance = self.instance_of(class, Vec::new(), span);
                read(Type::TypeOf(Rc::new(instance)))
            }
            ExternItem::Class(class) => self.class_object(class, span),
            // Nothing comes of `None` that could be another value.
            ExternItem::Value { get, .. } if *get.check == Check::Unit => read(get.ty.clone()),
            ExternItem::Value { get, .. } => {
                let symbol = module_symbol(&module.0, name);
                checked(read(get.ty.clone()), get.clone(), symbol)
            }
            ExternItem::Module(inner) => {
                let inner = inner.clone();
                self.module.py_modules.insert(Rc::clone(&inner.0));
                let ty = Type::Module(inner.clone());
                expr(ExprKind::PyModule(inner), ty, span)
            }
            ExternItem::Alias(ty) => read(Type::TypeOf(Rc::new(ty.clone()))),
        })
    }

    /// Whether the name is not the class's own.
    fn is_renamed(&self, class: &ClassId, name: &str) -> bool {
        let own = class.qualname.rsplit('.').next().unwrap_or_default();
        let public = self.externs.class(class);
        let public = public.as_ref().map_or("", |info| &info.path.1);
        own != name && public.rsplit('.').next() != Some(name)
    }

    /// How Python spells a module's name: without the underscore that Mochi's words take.
    fn spelling(&self, module: &ModuleId, name: &str) -> Rc<str> {
        match name.strip_suffix('_') {
            Some(plain) if self.externs.attribute(module, name).is_none() => Rc::from(plain),
            _ => Rc::from(name),
        }
    }

    /// A class as a value.
    pub(crate) fn class_object(&mut self, class: &ClassId, span: Span) -> Expr {
        if let Some(info) = self.externs.class(class) {
            self.module.py_modules.insert(Rc::clone(&info.path.0.0));
        }
        let instance = self.instance_of(class, Vec::new(), span);
        let ty = Type::TypeOf(Rc::new(instance));
        expr(ExprKind::PyClass(class.clone()), ty, span)
    }

    fn handle_member(
        &mut self,
        object: Expr,
        class: &ClassId,
        name: &Name,
        span: Span,
    ) -> Result<Expr, Expr> {
        let text = &name.text;
        if let Some(info) = self.externs.class(class)
            && let ClassKind::TypedDict(fields) = &info.kind
            && let Some(field) = fields.iter().find(|field| field.name == *text)
        {
            let symbol = Rc::from(format!("{}.{text}", info.display));
            let key = expr(ExprKind::Str(Rc::clone(text)), Type::Str, name.span);
            return Ok(Self::typed_dict_read(object, key, field, symbol, span));
        }
        let ty = object.ty.clone();
        match self.cx().lookup_member(&ty, text) {
            Some(member) => Ok(self.bound(object, member, name, span)),
            None if self.is_exception(class) => match &**text {
                "code" | "message" | "type" => {
                    let ty = if &**text == "code" {
                        Type::Int
                    } else {
                        Type::Str
                    };
                    let object = converted(object, &Type::ErrorValue);
                    let kind = ExprKind::Field {
                        object: Box::new(object),
                        name: Rc::clone(text),
                    };
                    Ok(expr(kind, ty, span))
                }
                _ => Err(object),
            },
            None => match self.cx().lookup_dynamic(&ty, text) {
                Some(member) => Ok(self.bound(object, member, name, span)),
                None => Err(object),
            },
        }
    }

    /// Reads a field of a `TypedDict`; one that may be missing reads as none then.
    pub(crate) fn typed_dict_read(
        object: Expr,
        key: Expr,
        field: &ExternField,
        symbol: Rc<str>,
        span: Span,
    ) -> Expr {
        let kind = if field.has_default {
            let get = ExprKind::PyAttr {
                object: Box::new(object),
                name: Rc::from("get"),
            };
            ExprKind::PyCall {
                callee: Box::new(expr(get, Type::Any, span)),
                args: vec![PyArg {
                    name: None,
                    value: key,
                }],
                fun: None,
            }
        } else {
            ExprKind::PyIndex {
                object: Box::new(object),
                subscripts: vec![PySubscript::Index(key)],
            }
        };
        let read = expr(kind, field.get.ty.clone(), span);
        checked(read, field.get.clone(), symbol)
    }

    fn bound(&mut self, object: Expr, member: BoundMember, name: &Name, span: Span) -> Expr {
        let owner = match &object.ty {
            Type::TypeOf(inner) => self.show(inner),
            other => self.show(&other.widened()),
        };
        let attribute = |object: Expr, ty: Type| {
            let kind = ExprKind::PyAttr {
                object: Box::new(object),
                name: Rc::clone(&name.text),
            };
            expr(kind, ty, span)
        };
        match member {
            BoundMember::Method(fun) => attribute(object, Type::Extern(fun)),
            BoundMember::Class(class) => self.class_object(&class, span),
            BoundMember::Attribute { get, .. } => {
                if let (Type::TypeOf(_), Type::Literal(literal @ Literal::Member(..))) =
                    (&object.ty, &get.ty)
                {
                    let kind = ExprKind::PyLiteral(literal.clone());
                    return expr(kind, get.ty.clone(), span);
                }
                let symbol = Rc::from(format!("{owner}.{}", name.text));
                checked(attribute(object, get.ty.clone()), get, symbol)
            }
        }
    }

    /// What the type's declaration leaves open, for messages about missing members.
    pub(crate) fn incomplete_note(&self, ty: &Type) -> Option<String> {
        let class = match ty {
            Type::Handle(class, _) => class,
            Type::TypeOf(inner) => match &**inner {
                Type::Handle(class, _) => class,
                _ => return None,
            },
            Type::Union(_) => return self.union_note(ty),
            Type::PyObject => {
                return Some(
                    "an opaque Python object can be kept, passed on and compared, nothing else; \
                     `mochi pkg surface` tells what made its type opaque"
                        .to_owned(),
                );
            }
            _ => return None,
        };
        let info = self.externs.class(class)?;
        info.has_unknown_base.then(|| {
            format!(
                "the declaration of `{}` is incomplete: one of its bases is unknown",
                info.display
            )
        })
    }
}
