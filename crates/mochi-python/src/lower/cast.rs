//! Casts and implicit conversions.
//!
//! Spec: language.md §4.5, §4.1.

use std::rc::Rc;

use mochi_check::typed::{DataExpr, Expr as Typed, ExprKind};
use mochi_types::{Check, Decl, DeclRef, Type};

use super::collection::spread;
use super::{Lowerer, name};
use crate::py::{Arg, BinOp, Expr, FunctionDef, LambdaParam, Param, StmtKind};

impl<'a> Lowerer<'a> {
    pub(super) fn cast(&mut self, inner: &'a Typed, to: &Type) -> Expr {
        let from = &inner.ty;
        if let (ExprKind::Data(data), Type::List(item)) = (&inner.kind, to)
            && let DataExpr::Load { path, options } = &**data
        {
            let rows = self.loaded(path.as_ref(), item, options);
            let item = self.caster_value(item);
            return self.call_helper("cast_rows", [rows, item]);
        }
        let value = self.expr(inner);
        let is_whole = |ty: &Type| matches!(ty, Type::Int | Type::Int64 | Type::BigInt);
        match (from, to) {
            (from, to) if *to == Type::Any || from == to || (is_whole(from) && is_whole(to)) => {
                value
            }
            (from, Type::Float) if is_whole(from) || *from == Type::BigRat => {
                Expr::call_name("float", [value])
            }
            (Type::Float, to) if is_whole(to) => self.call_helper("float_to_int", [value]),
            (Type::BigRat, to) if is_whole(to) => Expr::call_name("int", [value]),
            (_, Type::BigRat) if *from != Type::Any => self.as_fraction(value, from),
            (Type::Map(..) | Type::OMap(..), Type::Named(_)) | (Type::Any, _) => {
                self.cast_any(value, to)
            }
            (
                Type::List(_)
                | Type::Set(_)
                | Type::Map(..)
                | Type::OMap(..)
                | Type::Tuple(_)
                | Type::Option(_),
                _,
            ) => self.cast_any(value, to),
            (_, Type::Variant(decl, variant)) => {
                let class = self.variant_class(decl, *variant);
                self.call_helper("cast_instance", [value, class])
            }
            _ => {
                let check = border_check(to);
                match check.and_then(|check| self.check_function(&check)) {
                    Some(function) => function.call([value, Expr::str("as")]),
                    None => self.cast_any(value, to),
                }
            }
        }
    }

    /// A checked cast of an `any`.
    fn cast_any(&mut self, value: Expr, to: &Type) -> Expr {
        match self.caster(to) {
            Caster::Function(function) => function.call([value]),
            Caster::Call(function, mut args) => {
                args.insert(0, value);
                function.call(args)
            }
            Caster::Checked(function) => function.call([value, Expr::str("as")]),
            Caster::Nothing => value,
        }
    }

    /// How values are cast to a type.
    fn caster(&mut self, to: &Type) -> Caster {
        let scalar = match to {
            Type::Int | Type::Int64 | Type::BigInt => Some("cast_int"),
            Type::Float => Some("cast_float"),
            Type::Bool => Some("cast_bool"),
            Type::Str => Some("cast_str"),
            Type::Bytes => Some("cast_bytes"),
            Type::BigRat => Some("rational"),
            Type::Unit | Type::None => Some("cast_none"),
            _ => None,
        };
        if let Some(scalar) = scalar {
            return Caster::Function(self.helper(scalar));
        }
        match to {
            Type::List(item) => self.container("cast_list", &[item]),
            Type::Set(item) => self.container("cast_set", &[item]),
            Type::Map(key, value) => self.container("cast_map", &[key, value]),
            Type::OMap(key, value) => self.container("cast_omap", &[key, value]),
            Type::Option(inner) => self.container("cast_option", &[inner]),
            Type::Tuple(items) => self.cast_tuple(items),
            Type::Named(decl) => Caster::Function(self.record_caster(decl)),
            Type::Variant(decl, variant) => {
                let class = self.variant_class(decl, *variant);
                Caster::Call(self.helper("cast_instance"), vec![class])
            }
            Type::Anon(fields) => Caster::Function(self.anonymous_caster(&Rc::clone(fields))),
            _ => match border_check(to).and_then(|check| self.check_function(&check)) {
                Some(function) => Caster::Checked(function),
                None => Caster::Nothing,
            },
        }
    }

    fn container(&mut self, helper: &'static str, items: &[&Type]) -> Caster {
        let function = self.helper(helper);
        let args = items.iter().map(|item| self.caster_value(item)).collect();
        Caster::Call(function, args)
    }

    fn cast_tuple(&mut self, items: &[Type]) -> Caster {
        let ty = Type::Tuple(Rc::from(items.to_vec()));
        if let Some((_, name)) = self.tuple_casts.iter().find(|(other, _)| *other == ty) {
            return Caster::Function(Expr::name(name.clone()));
        }
        let is_local = self.holds_local(&ty);
        let name = if is_local {
            self.fresh("cast_to_tuple")
        } else {
            name::distinct("cast_to_tuple", |name| self.all_names.contains(name))
        };
        if !is_local {
            self.all_names.insert(name.clone());
            self.tuple_casts.push((ty.clone(), name.clone()));
        }
        let count = Expr::Int(items.len() as u64);
        let parts = self.call_helper("cast_parts", [Expr::name("value"), count]);
        let mut made = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let part = Expr::name("parts").index(Expr::Int(index as u64));
            made.push(self.cast_any(part, item));
        }
        let body = vec![
            StmtKind::Assign(Expr::name("parts"), parts).bare(),
            StmtKind::Return(Some(Expr::Tuple(made))).bare(),
        ];
        let result = self.annotation(&ty);
        self.caster_function(&name, result, body, is_local);
        Caster::Function(Expr::Name(name))
    }

    /// A cast as a function of one argument.
    pub(super) fn caster_value(&mut self, ty: &Type) -> Expr {
        match self.caster(ty) {
            Caster::Function(function) => function,
            Caster::Call(function, args) => {
                let mut all = vec![Expr::name("_v")];
                all.extend(args);
                Expr::Lambda(vec![lambda_param("_v")], Box::new(function.call(all)))
            }
            Caster::Checked(function) => Expr::Lambda(
                vec![lambda_param("_v")],
                Box::new(function.call([Expr::name("_v"), Expr::str("as")])),
            ),
            Caster::Nothing => self.helper("cast_any"),
        }
    }

    /// The function that makes a record (or accepts a sum) out of an `any`.
    fn record_caster(&mut self, decl: &DeclRef) -> Expr {
        let id = decl.id;
        let ty = Type::Named(decl.clone());
        let mut open = self.open_casts.iter();
        let open = open.find_map(|(other, name)| (*other == ty).then_some(name));
        if let Some(name) = self.cast_names.get(&id).or(open) {
            return Expr::name(name.clone());
        }
        let class = self.declared_class(id);
        let shown = last_name(&class).to_string();
        let base = format!("cast_to_{}", shown.to_lowercase());
        let is_local = self.holds_local(&ty);
        let name = if is_local {
            let name = self.fresh(&base);
            self.open_casts.push((ty, name.clone()));
            name
        } else {
            let name = name::distinct(&base, |name| self.all_names.contains(name));
            self.all_names.insert(name.clone());
            self.cast_names.insert(id, name.clone());
            name
        };
        let module = self.module;
        let body = match module.decls.get(id) {
            Some(Decl::Record(record)) => {
                let fields: Vec<(Rc<str>, Type)> = record
                    .fields
                    .iter()
                    .map(|field| (Rc::clone(&field.name), field.ty.clone()))
                    .collect();
                let made = self.making_class(id);
                self.build_record(&class, made, &shown, &fields)
            }
            Some(Decl::Sum(sum)) => {
                let classes = (0..sum.variants.len())
                    .map(|variant| {
                        self.declared_variant(id, u32::try_from(variant).unwrap_or(u32::MAX))
                    })
                    .collect::<Vec<_>>();
                let value = Expr::name("value");
                let test = Expr::call_name("isinstance", [value.clone(), Expr::Tuple(classes)]);
                let error = self.call_helper("cast_error", [value.clone(), Expr::str(shown)]);
                vec![
                    StmtKind::If(test, vec![StmtKind::Return(Some(value)).bare()], Vec::new())
                        .bare(),
                    StmtKind::Raise(Some(error), None).bare(),
                ]
            }
            Some(Decl::Agent(_)) => {
                let value = Expr::name("value");
                let test = Expr::call_name("isinstance", [value.clone(), class.clone()]);
                let error = self.call_helper("cast_error", [value.clone(), Expr::str(shown)]);
                vec![
                    StmtKind::If(test, vec![StmtKind::Return(Some(value)).bare()], Vec::new())
                        .bare(),
                    StmtKind::Raise(Some(error), None).bare(),
                ]
            }
            None => Vec::new(),
        };
        let result = self.declared_name(decl);
        self.caster_function(&name, result, body, is_local);
        if is_local {
            self.open_casts.pop();
        }
        Expr::Name(name)
    }

    fn anonymous_caster(&mut self, fields: &Rc<[(Rc<str>, Type)]>) -> Expr {
        let ty = Type::Anon(Rc::clone(fields));
        if let Some((_, name)) = self.tuple_casts.iter().find(|(other, _)| *other == ty) {
            return Expr::name(name.clone());
        }
        let class = self.anonymous_class(fields);
        let shown = last_name(&class).to_string();
        let base = format!("cast_to_{}", shown.to_lowercase());
        let is_local = self.holds_local(&ty);
        let name = if is_local {
            self.fresh(&base)
        } else {
            let name = name::distinct(&base, |name| self.all_names.contains(name));
            self.all_names.insert(name.clone());
            self.tuple_casts.push((ty.clone(), name.clone()));
            name
        };
        let mut body = self.build_record(&class, class.clone(), &shown, fields);
        if self.is_generic_shape(fields) {
            // One of the class may hold values of other types.
            body.remove(0);
        }
        let result = self.annotation(&ty);
        self.caster_function(&name, result, body, is_local);
        Expr::Name(name)
    }

    /// A cast as a function of the module, or beside the place of the cast.
    fn caster_function(
        &mut self,
        name: &str,
        result: Expr,
        body: Vec<crate::py::Stmt>,
        is_local: bool,
    ) {
        self.future_annotations = true;
        let def = FunctionDef {
            name: name.to_string(),
            is_async: false,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params: vec![Param {
                name: "value".to_string(),
                annotation: Some(Expr::name("object")),
                default: None,
            }],
            result: Some(result),
            doc: None,
            body,
            origin: None,
        };
        let def = StmtKind::Function(Box::new(def));
        if is_local {
            self.emit(def);
        } else {
            self.casts.push(def.bare());
        }
    }

    /// `return value if it is one, else Class(f=cast(entry), …)`.
    fn build_record(
        &mut self,
        class: &Expr,
        made: Expr,
        shown: &str,
        fields: &[(Rc<str>, Type)],
    ) -> Vec<crate::py::Stmt> {
        let value = Expr::name("value");
        let test = Expr::call_name("isinstance", [value.clone(), class.clone()]);
        let mut body = vec![
            StmtKind::If(
                test,
                vec![StmtKind::Return(Some(value.clone())).bare()],
                Vec::new(),
            )
            .bare(),
        ];
        let entries = self.call_helper("cast_entries", [value, Expr::str(shown)]);
        body.push(StmtKind::Assign(Expr::name("entries"), entries).bare());
        let mut args = Vec::new();
        for (field, ty) in fields {
            let mut entry = self.call_helper(
                "cast_field",
                [
                    Expr::name("entries"),
                    Expr::str(field.to_string()),
                    Expr::str(shown),
                ],
            );
            entry = self.cast_any(entry, ty);
            args.push((name::field_name(field), entry));
        }
        let made = made.call_named(args);
        body.push(StmtKind::Return(Some(made)).bare());
        body
    }

    /// A conversion that the checker inserted.
    pub(super) fn convert(&mut self, inner: &'a Typed, to: &Type) -> Expr {
        if let (ExprKind::Map(entries), Type::Anon(shape)) = (&inner.kind, to) {
            let operands: Vec<&Typed> = entries.iter().map(|(_, value)| value).collect();
            let values = self.operands(&operands);
            let class = self.anonymous_class(&Rc::clone(shape));
            let args = entries
                .iter()
                .zip(values)
                .map(|((key, _), value)| Arg {
                    name: match &key.kind {
                        ExprKind::Str(text) => Some(name::field_name(text)),
                        _ => None,
                    },
                    value,
                })
                .collect();
            return Expr::Call(Box::new(class), args);
        }
        let value = self.expr(inner);
        match to {
            Type::BigRat => self.as_fraction(value, &inner.ty),
            Type::Option(element) if **element == Type::BigRat && inner.ty != Type::None => {
                self.as_fraction(value, &inner.ty)
            }
            Type::ErrorValue => self.call_helper("caught", [value]),
            _ if inner.ty == Type::ErrorValue => value.attr("code"),
            _ => value,
        }
    }

    /// The same value at another static type. Python's containers are invariant, so a fresh one
    /// is rebuilt unless it is written out, which lets the slot say what its elements are.
    pub(super) fn widen(&mut self, inner: &'a Typed, to: &Type) -> Expr {
        let value = self.expr(inner);
        if same_in_python(&inner.ty, to) || !says_its_type(&value) {
            return value;
        }
        match (&inner.ty, to) {
            (Type::List(_), Type::List(_)) => rebuilt_list(value),
            (Type::Map(..), Type::Map(..)) => Expr::call_name("dict", [value]),
            (Type::OMap(..), Type::OMap(..)) if !matches!(inner.kind, ExprKind::OMap(_)) => {
                self.call_helper("omap", [value])
            }
            (Type::Set(_), Type::Set(_)) => Expr::call_name("set", [value]),
            _ => value,
        }
    }
}

/// Whether type checkers of Python know the type of a value whatever it is for.
fn says_its_type(value: &Expr) -> bool {
    match value.plain() {
        Expr::Call(..) | Expr::Await(_) | Expr::Binary(..) | Expr::IfExp(..) => true,
        Expr::Index(_, index) => matches!(index.plain(), Expr::Slice(..)),
        _ => false,
    }
}

/// A fresh list as one of other elements.
fn rebuilt_list(value: Expr) -> Expr {
    match value {
        Expr::At(span, inner) => Expr::At(span, Box::new(rebuilt_list(*inner))),
        Expr::Index(list, index) if is_backwards(&index) => {
            Expr::call_name("list", [Expr::call_name("reversed", [*list])])
        }
        Expr::Binary(BinOp::Add, left, right) => {
            Expr::List([*left, *right].into_iter().flat_map(spread).collect())
        }
        value => Expr::call_name("list", [value]),
    }
}

/// Whether a subscript is `::-1`.
fn is_backwards(index: &Expr) -> bool {
    match index.plain() {
        Expr::Slice(None, None, Some(step)) => *step.plain() == Expr::int(-1),
        _ => false,
    }
}

/// Whether two types of containers have one annotation: Mochi alone tells integers apart.
fn same_in_python(a: &Type, b: &Type) -> bool {
    let is_int = |ty: &Type| matches!(ty, Type::Int | Type::Int64 | Type::BigInt);
    match (a, b) {
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) => same_in_python(a, b),
        (Type::Map(ka, va), Type::Map(kb, vb)) | (Type::OMap(ka, va), Type::OMap(kb, vb)) => {
            same_in_python(ka, kb) && same_in_python(va, vb)
        }
        _ => is_int(a) && is_int(b) || a.without_effects() == b.without_effects(),
    }
}

/// How a value is cast.
enum Caster {
    /// By a function of the value.
    Function(Expr),
    /// By a function of the value and these.
    Call(Expr, Vec<Expr>),
    /// By a check function of the border.
    Checked(Expr),
    /// Not at all.
    Nothing,
}

fn lambda_param(name: &str) -> LambdaParam {
    LambdaParam {
        name: name.to_string(),
        default: None,
    }
}

/// The border's check for a type that has one.
fn border_check(ty: &Type) -> Option<Check> {
    Some(match ty {
        Type::Handle(class, _) => Check::Instance(class.clone()),
        Type::Fun(_) | Type::AnyFun(_) => Check::Callable,
        Type::Literal(literal) => Check::Literal(Rc::from(vec![literal.clone()])),
        Type::Int | Type::Int64 | Type::BigInt => Check::Int,
        Type::Float => Check::Float,
        Type::Bool => Check::Bool,
        Type::Str => Check::Str,
        Type::Bytes => Check::Bytes,
        Type::Union(members) => {
            let members: Vec<Check> = members.iter().filter_map(border_check).collect();
            Check::Union(Rc::from(members))
        }
        Type::List(item) => Check::List(Rc::new(border_check(item)?)),
        Type::Option(inner) => Check::Option(Rc::new(border_check(inner)?)),
        _ => return None,
    })
}

/// The name that a class has in its module.
fn last_name(class: &Expr) -> &str {
    match class {
        Expr::Name(name) | Expr::Attr(_, name) => name,
        _ => "",
    }
}
