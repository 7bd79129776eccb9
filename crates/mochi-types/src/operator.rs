//! Operators, iteration, length and context managers of handles, by their methods.
//!
//! Decisions: the left operand's method is asked first, then the right one's reflected method;
//! `==` and `!=` with a Mochi value on the left prefer the handle's. Without a declared `__eq__`
//! (other than `object`'s) equality is a bool; a declared `__eq__` without `__ne__` makes `!=` a
//! bool. `in` is a bool. An enum class can be iterated, indexed by name and measured.
//!
//! Spec: language.md §18.3, §18.11, §18.14.

use std::rc::Rc;

use crate::member::unchecked;
use crate::{ArgValue, BoundMember, CallArg, Check, ClassId, ClassKind, Context, Out, Type};

/// What an operator does on these operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The result.
    pub out: Out,
    /// The right operand's method is called.
    pub reversed: bool,
    /// The method, for messages: `pandas.Series.__gt__`.
    pub symbol: Rc<str>,
}

/// The methods of an operator: its own and the one of the right operand.
pub(crate) fn methods(op: &str) -> Option<(&'static str, Option<&'static str>)> {
    Some(match op {
        "+" => ("__add__", Some("__radd__")),
        "-" => ("__sub__", Some("__rsub__")),
        "*" => ("__mul__", Some("__rmul__")),
        "/" => ("__truediv__", Some("__rtruediv__")),
        "%" => ("__mod__", Some("__rmod__")),
        "//" => ("__floordiv__", Some("__rfloordiv__")),
        "**" => ("__pow__", Some("__rpow__")),
        "@" => ("__matmul__", Some("__rmatmul__")),
        "<<" => ("__lshift__", Some("__rlshift__")),
        ">>" => ("__rshift__", Some("__rrshift__")),
        "&" => ("__and__", Some("__rand__")),
        "|" => ("__or__", Some("__ror__")),
        "^" => ("__xor__", Some("__rxor__")),
        "<" => ("__lt__", Some("__gt__")),
        "<=" => ("__le__", Some("__ge__")),
        ">" => ("__gt__", Some("__lt__")),
        ">=" => ("__ge__", Some("__le__")),
        "==" => ("__eq__", Some("__eq__")),
        "!=" => ("__ne__", Some("__ne__")),
        "[]" => ("__getitem__", None),
        _ => return None,
    })
}

impl Context<'_> {
    /// `left op right`, `op` as written in source (`+`, `==`, `in`, `**`), and `[]` for
    /// `left[right]`; none if neither operand has a method that accepts the other.
    pub fn operator(&self, left: &Type, op: &str, right: &Type) -> Option<Operation> {
        match op {
            "in" => return self.contains(right, left),
            "==" | "!=" => return Some(self.equality(left, op, right)),
            "[]" if self.enum_class(left).is_some() && self.is_passable(right, &Type::Str) => {
                return self.enum_class(left).map(by_enum);
            }
            _ => {}
        }
        let (own, reflected) = methods(op)?;
        self.call_method(left, own, &[right], false)
            .or_else(|| self.call_method(right, reflected?, &[left], true))
    }

    /// Whether `<` orders the values: numbers, texts, lists and tuples of such, and handles whose
    /// class has a `<` that gives a bool.
    pub fn is_ordered(&self, left: &Type, right: &Type) -> bool {
        match (left, right) {
            (Type::Any, other) | (other, Type::Any) => {
                *other == Type::Any || self.is_ordered(other, other)
            }
            (Type::Str, Type::Str) | (Type::Bool, Type::Bool) | (Type::Bytes, Type::Bytes) => true,
            (Type::List(a), Type::List(b)) => self.is_ordered(&a.widened(), &b.widened()),
            (Type::Tuple(a), Type::Tuple(b)) => {
                let mut parts = a.iter().zip(b.iter());
                a.len() == b.len()
                    && parts.all(|(a, b)| self.is_ordered(&a.widened(), &b.widened()))
            }
            (Type::Handle(..), Type::Handle(..)) => self
                .operator(left, "<", right)
                .is_some_and(|operation| operation.out.ty == Type::Bool),
            (a, b) => a.is_number() && b.is_number(),
        }
    }

    /// Whether the class of a value has a format language of its own (`datetime`, `Decimal`).
    pub fn has_own_format(&self, value: &Type) -> bool {
        let class = self.python_class(&value.widened());
        let found = class.and_then(|(class, args)| self.find_member(&class, &args, "__format__"));
        found.is_some_and(|found| !found.owner.is("builtins", "object"))
    }

    /// The prefix operators `-` and `~` (and `+`).
    pub fn unary_operator(&self, op: &str, operand: &Type) -> Option<Operation> {
        let method = match op {
            "-" => "__neg__",
            "+" => "__pos__",
            "~" => "__invert__",
            _ => return None,
        };
        self.call_method(operand, method, &[], false)
    }

    /// Calls a method with arguments of these types.
    fn call_method(
        &self,
        receiver: &Type,
        name: &str,
        args: &[&Type],
        reversed: bool,
    ) -> Option<Operation> {
        if matches!(receiver, Type::Any | Type::Error) {
            return None;
        }
        let fun = match self.lookup_member(receiver, name)? {
            BoundMember::Method(fun) => fun,
            BoundMember::Attribute { get, .. } => self.signatures_of(&get.ty)?,
            BoundMember::Class(_) => return None,
        };
        let args: Vec<CallArg<'_>> = args
            .iter()
            .map(|ty| CallArg {
                name: None,
                value: match ty {
                    Type::Literal(literal) => ArgValue::Literal(literal.clone()),
                    other => ArgValue::Typed((*other).clone()),
                },
            })
            .collect();
        let call = self.resolve_call(&fun, Some(receiver), &args, None).ok()?;
        (!call.is_async).then(|| Operation {
            out: call.ret,
            reversed,
            symbol: fun.symbol.clone(),
        })
    }

    fn equality(&self, left: &Type, op: &str, right: &Type) -> Operation {
        let method = if op == "==" { "__eq__" } else { "__ne__" };
        let declared = |receiver: &Type, other: &Type, reversed: bool| {
            let (class, args) = self.python_class(&receiver.widened())?;
            let found = self.find_member(&class, &args, method)?;
            if found.owner.is("builtins", "object") {
                return None;
            }
            self.call_method(receiver, method, &[other], reversed)
        };
        let is_handle = |ty: &Type| matches!(ty.widened(), Type::Handle(..));
        let by_right_first = !is_handle(left) && is_handle(right);
        let found = if by_right_first {
            declared(right, left, true).or_else(|| declared(left, right, false))
        } else {
            declared(left, right, false).or_else(|| declared(right, left, true))
        };
        found.unwrap_or_else(|| Operation {
            out: Out {
                ty: Type::Bool,
                check: Rc::new(Check::Bool),
            },
            reversed: false,
            symbol: Rc::from(method),
        })
    }

    fn contains(&self, container: &Type, element: &Type) -> Option<Operation> {
        let answer = |symbol: Rc<str>| Operation {
            out: unchecked(Type::Bool),
            reversed: true,
            symbol,
        };
        if self.lookup_member(container, "__contains__").is_some() {
            let operation = self.call_method(container, "__contains__", &[element], true)?;
            return Some(answer(operation.symbol));
        }
        self.iterate(container)?;
        Some(answer(Rc::from("__iter__")))
    }

    /// The elements of `for x in value`: by `__iter__` and `__next__`, else by `__getitem__` with
    /// an int; those of Mochi's own containers too.
    pub fn iterate(&self, value: &Type) -> Option<Out> {
        match value {
            Type::List(element) | Type::Set(element) | Type::Iterator(element) => {
                return Some(unchecked((**element).clone()));
            }
            Type::Map(key, _) | Type::OMap(key, _) => return Some(unchecked((**key).clone())),
            Type::Str => return Some(unchecked(Type::Str)),
            Type::Bytes => return Some(unchecked(Type::Int)),
            Type::Any => return Some(unchecked(Type::Any)),
            Type::Tuple(parts) => {
                let (first, rest) = parts.split_first()?;
                let element = rest
                    .iter()
                    .try_fold(first.clone(), |all, part| self.unify(&all, part))?;
                return Some(unchecked(element));
            }
            _ => {}
        }
        if let Some(class) = self.enum_class(value) {
            return Some(by_enum(class).out);
        }
        match self.call_method(value, "__iter__", &[], false) {
            Some(made) => self.element_of(&made.out, "__next__"),
            None => Some(
                self.call_method(value, "__getitem__", &[&Type::Int], false)?
                    .out,
            ),
        }
    }

    /// The elements of `for await x in value`.
    pub fn iterate_async(&self, value: &Type) -> Option<Out> {
        if let Type::AsyncIterator(element) = value {
            return Some(unchecked((**element).clone()));
        }
        let made = self.call_method(value, "__aiter__", &[], false)?;
        self.element_of(&made.out, "__anext__")
    }

    /// What an iterator yields.
    fn element_of(&self, iterator: &Out, next: &str) -> Option<Out> {
        let (Type::Iterator(element) | Type::AsyncIterator(element)) = &iterator.ty else {
            if iterator.ty == Type::Any {
                return Some(unchecked(Type::Any));
            }
            return self.yielded(&iterator.ty, next);
        };
        let check = match &*iterator.check {
            Check::Iterator(check) | Check::AsyncIterator(check) => check.clone(),
            _ => Rc::new(self.check_of(element)),
        };
        Some(Out {
            ty: (**element).clone(),
            check,
        })
    }

    /// What `__next__` gives, or awaiting `__anext__`.
    fn yielded(&self, iterator: &Type, next: &str) -> Option<Out> {
        let BoundMember::Method(fun) = self.lookup_member(iterator, next)? else {
            return None;
        };
        let call = self.resolve_call(&fun, Some(iterator), &[], None).ok()?;
        if next == "__anext__" && !call.is_async {
            return self.awaited(&call.ret.ty);
        }
        Some(call.ret)
    }

    /// What `using x = value` binds.
    pub fn enter(&self, value: &Type) -> Option<Out> {
        self.lookup_member(value, "__exit__")?;
        Some(self.call_method(value, "__enter__", &[], false)?.out)
    }

    /// What `using await x = value` binds.
    pub fn enter_async(&self, value: &Type) -> Option<Out> {
        self.lookup_member(value, "__aexit__")?;
        let BoundMember::Method(fun) = self.lookup_member(value, "__aenter__")? else {
            return None;
        };
        let call = self.resolve_call(&fun, Some(value), &[], None).ok()?;
        if call.is_async {
            Some(call.ret)
        } else {
            self.awaited(&call.ret.ty)
        }
    }

    /// What `await value` gives, for futures and handles with `__await__`.
    pub fn awaited(&self, value: &Type) -> Option<Out> {
        let checked = |ty: &Type| Out {
            ty: ty.clone(),
            check: Rc::new(self.check_of(ty)),
        };
        if let Type::Future(result) = value {
            return Some(checked(result));
        }
        let (class, args) = self.python_class(value)?;
        let awaitable = ClassId::new("typing", "Awaitable");
        if let Some(args) = self.base_args(&class, &args, &awaitable) {
            return Some(args.first().map_or_else(|| unchecked(Type::Any), checked));
        }
        let made = self.call_method(value, "__await__", &[], false)?;
        Some(match &made.out.ty {
            // `Generator[Any, Any, T]` ends with T; as a mere iterator it tells nothing.
            Type::Handle(class, args) if class.is("typing", "Generator") => {
                args.get(2).map_or_else(|| unchecked(Type::Any), checked)
            }
            _ => unchecked(Type::Any),
        })
    }

    /// Whether `len(value)` works.
    pub fn has_length(&self, value: &Type) -> bool {
        match value {
            Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::OMap(..)
            | Type::Tuple(_)
            | Type::Str
            | Type::Bytes => true,
            Type::TypeOf(_) => self.enum_class(value).is_some(),
            other => self.call_method(other, "__len__", &[], false).is_some(),
        }
    }

    /// The enum whose class object the value is.
    fn enum_class(&self, value: &Type) -> Option<ClassId> {
        let Type::TypeOf(of) = value else {
            return None;
        };
        let Type::Handle(class, _) = &**of else {
            return None;
        };
        let known = self.externs.class(class)?;
        matches!(known.kind, ClassKind::Enum(_)).then(|| class.clone())
    }
}

fn by_enum(class: ClassId) -> Operation {
    Operation {
        symbol: Rc::from(class.to_string()),
        out: unchecked(Type::Handle(class, Rc::from([]))),
        reversed: false,
    }
}
