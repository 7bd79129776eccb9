//! The relation by class: a value's Python class and its bases.

use std::rc::Rc;

use super::{Mode, Relation};
use crate::{ClassId, ClassKind, Type};

impl Relation<'_> {
    /// `from` has a class that `to` names or that `to`'s Mochi type stands for.
    pub(super) fn fits_class(&mut self, from: &Type, to: &Type) -> bool {
        match to {
            Type::Handle(class, args) => self.fits_handle(from, to, class, args),
            // Mochi's own types fit each other by the rules of the language only.
            _ if matches!(from, Type::Handle(..)) => self.handle_fits_builtin(from, to),
            _ => false,
        }
    }

    fn fits_handle(&mut self, from: &Type, to: &Type, class: &ClassId, args: &Rc<[Type]>) -> bool {
        let own = self.cx.python_class(from);
        if let Some((from_class, from_args)) = &own
            && let Some(base_args) = self.cx.base_args(from_class, from_args, class)
        {
            let before = self.snapshot();
            if self.args_fit(from, &base_args, args) {
                return true;
            }
            self.restore(before);
        }
        if let Type::TypeOf(of) = from
            && self.has_metaclass(of, class)
        {
            return true;
        }
        let known = self.cx.externs.class(class);
        if known
            .as_deref()
            .is_some_and(|class| class.kind == ClassKind::Protocol)
        {
            // Nothing is known of an opaque object; Python says whether it will do.
            if *from == Type::PyObject {
                return self.mode == Mode::Python;
            }
            return self.fits_protocol(from, to, class, args);
        }
        if let Type::List(element) = from
            && class.is("builtins", "tuple")
        {
            let accepts = self.mode == Mode::Python && self.list_is_tuple;
            return accepts && args.first().is_none_or(|arg| self.part_fits(element, arg));
        }
        if &*class.module == "numbers" {
            return self.mode == Mode::Python && is_in_tower(from, &class.qualname);
        }
        own.is_some_and(|(class, _)| self.has_unknown_base(&class))
    }

    /// Whether the class object of a type is an instance of a metaclass.
    fn has_metaclass(&self, of: &Type, asked: &ClassId) -> bool {
        let class = self.cx.python_class(of);
        let known = class.and_then(|(class, _)| self.cx.externs.class(&class));
        let metaclass = known.and_then(|known| known.metaclass.clone());
        metaclass.is_some_and(|own| self.cx.base_args(&own, &Rc::from([]), asked).is_some())
    }

    fn has_unknown_base(&self, class: &ClassId) -> bool {
        self.cx
            .externs
            .class(class)
            .is_some_and(|class| class.has_unknown_base)
    }

    /// A handle where a Mochi type is asked for: `Markup` is a string, `Counter[T]` a map.
    fn handle_fits_builtin(&mut self, from: &Type, to: &Type) -> bool {
        let Type::Handle(class, args) = from else {
            return false;
        };
        if let Type::Tuple(parts) = to {
            // `tuple[Any, ...]` as an argument of a class leaves the length open too.
            if self.any_fits && class.is("builtins", "tuple") && args.first() == Some(&Type::Any) {
                return parts.iter().all(|part| self.part_fits(&Type::Any, part));
            }
            return self.named_tuple_fits(from, parts);
        }
        let Some((to_class, to_args)) = self.cx.python_class(to) else {
            return false;
        };
        if matches!(to, Type::Named(_) | Type::TypeOf(_) | Type::Module(_)) {
            return false;
        }
        if let Some(base_args) = self.cx.base_args(class, args, &to_class) {
            return self.args_fit(from, &base_args, &to_args);
        }
        match to {
            Type::Set(_) => {
                let frozen = ClassId::new("builtins", "frozenset");
                let base_args = self.cx.base_args(class, args, &frozen);
                base_args.is_some_and(|base| self.args_fit(from, &base, &to_args))
            }
            // Inside class arguments `tuple[T, ...]` may be written either way.
            Type::List(element) if self.any_fits && class.is("builtins", "tuple") => {
                args.first().is_none_or(|arg| self.part_fits(arg, element))
            }
            // An iterator by its methods.
            Type::Iterator(_) | Type::AsyncIterator(_) | Type::Future(_) => {
                let asked = Type::Handle(to_class.clone(), to_args.clone());
                self.fits_handle(from, &asked, &to_class, &to_args)
            }
            _ => self.mode == Mode::Python && self.has_unknown_base(class),
        }
    }

    fn named_tuple_fits(&mut self, from: &Type, parts: &[Type]) -> bool {
        self.cx.named_parts(from).is_some_and(|own| {
            own.len() == parts.len()
                && own
                    .iter()
                    .zip(parts)
                    .all(|(own, part)| self.part_fits(&own.ty, part))
        })
    }

    /// Class arguments, covariantly; missing ones are `any`.
    fn args_fit(&mut self, from: &Type, args: &[Type], to_args: &[Type]) -> bool {
        let any_fits = self.any_fits || matches!(from, Type::Handle(..));
        self.with(Mode::Python, any_fits, |this| {
            // A class without its arguments has `any` for each.
            let args = args.iter().chain(std::iter::repeat(&Type::Any));
            args.zip(to_args)
                .all(|(arg, to_arg)| this.part_fits(arg, to_arg))
        })
    }
}

/// Python's numbers are registered with the classes of `numbers`, not derived from them.
fn is_in_tower(from: &Type, class: &str) -> bool {
    match class {
        "Number" | "Complex" | "Real" => from.is_number(),
        "Rational" => from.is_integer() || *from == Type::BigRat,
        "Integral" => from.is_integer(),
        _ => false,
    }
}
