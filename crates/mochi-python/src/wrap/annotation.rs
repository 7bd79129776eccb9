//! What the parameters of a wrapper's functions accept.
//!
//! What the type table leaves open is `Any`: the package's own declaration is the better one.

use mochi_types::{ClassId, Literal, Type};

use crate::check_fn::CheckFns;
use crate::py::Expr;

impl CheckFns<'_> {
    /// The annotation of a parameter; `or_none` where its default is `None`.
    pub(crate) fn param_annotation(&mut self, ty: &Type, or_none: bool) -> Expr {
        match self.spelled(ty) {
            Some(spelled) if !or_none || matches!(ty, Type::Option(_)) => spelled,
            _ => self.any(),
        }
    }

    fn any(&mut self) -> Expr {
        self.typing("typing", "Any");
        Expr::name("Any")
    }

    /// The Python spelling of a type, if it says all that the type does.
    fn spelled(&mut self, ty: &Type) -> Option<Expr> {
        Some(match ty {
            Type::Int | Type::Int64 | Type::BigInt => Expr::name("int"),
            Type::Float => Expr::name("float"),
            Type::Bool => Expr::name("bool"),
            Type::Str => Expr::name("str"),
            Type::Bytes => Expr::name("bytes"),
            Type::None | Type::Unit => Expr::None,
            Type::List(item) => self.spelled_container("list", &[item])?,
            Type::Map(key, value) => self.spelled_container("dict", &[key, value])?,
            Type::Option(inner) => {
                let inner = self.spelled(inner)?;
                inner.either(Expr::None)
            }
            Type::Literal(literal @ (Literal::Str(_) | Literal::Int(_) | Literal::Bool(_))) => {
                let value = match literal {
                    Literal::Str(text) => Expr::str(text.to_string()),
                    Literal::Int(value) => Expr::int(*value),
                    Literal::Bool(value) => Expr::Bool(*value),
                    _ => return None,
                };
                self.typing("typing", "Literal");
                Expr::name("Literal").index(value)
            }
            Type::Union(members) => {
                let mut literals = Vec::new();
                let mut spelled = Vec::new();
                for member in members.iter() {
                    match self.spelled(member)? {
                        Expr::Index(base, value) if *base == Expr::name("Literal") => {
                            literals.push(*value);
                        }
                        other => spelled.push(other),
                    }
                }
                if !literals.is_empty() {
                    let all = Expr::name("Literal").index(Expr::one_or_tuple(literals));
                    spelled.insert(0, all);
                }
                spelled.into_iter().reduce(Expr::either)?
            }
            Type::Tuple(parts) if !parts.is_empty() => {
                let parts: Vec<Expr> = parts.iter().map(|part| self.inner(part)).collect();
                Expr::name("tuple").index(Expr::one_or_tuple(parts))
            }
            Type::Handle(class, args) => self.class_spelled(class, args)?,
            _ => return None,
        })
    }

    fn spelled_container(&mut self, name: &str, args: &[&Type]) -> Option<Expr> {
        let mut spelled = Vec::new();
        for arg in args {
            spelled.push(self.spelled(arg)?);
        }
        Some(Expr::name(name).index(Expr::one_or_tuple(spelled)))
    }

    /// A part of a type: what cannot be said of it is left open.
    fn inner(&mut self, ty: &Type) -> Expr {
        match self.spelled(ty) {
            Some(spelled) => spelled,
            None => self.any(),
        }
    }

    /// A class with its arguments.
    fn class_spelled(&mut self, class: &ClassId, args: &[Type]) -> Option<Expr> {
        let known = self.externs.class(class)?;
        let (module, path) = (known.path.0.0.to_string(), known.path.1.to_string());
        let base = if module == "builtins" {
            Expr::Name(path)
        } else {
            let base = self.alias(&module, true);
            path.split('.').fold(base, Expr::attr)
        };
        let mut given: Vec<Expr> = args.iter().map(|arg| self.inner(arg)).collect();
        for _ in known.type_params.iter().skip(given.len()) {
            given.push(self.any());
        }
        if given.is_empty() {
            return Some(base);
        }
        if class.is("builtins", "tuple") {
            given.push(Expr::Ellipsis);
        }
        Some(base.index(Expr::one_or_tuple(given)))
    }
}
