//! Why one type does not fit another, where the two types alone do not tell.

use super::protocol::Lack;
use super::{Mode, Relation};
use crate::{ClassKind, Context, Type};

impl Context<'_> {
    /// Why `from` is not passable for `to`, where the two types alone do not tell: the missing
    /// member of a protocol, the parameter count of a callback, `any`, an unguarded option.
    /// None if there is nothing to add, or it fits.
    pub fn explain(&self, from: &Type, to: &Type) -> Option<String> {
        if self.is_passable(from, to) {
            return None;
        }
        match (from, to) {
            (Type::Any, _) => Some("a value of type any needs `as`".to_owned()),
            (Type::PyObject, _) => {
                Some("an opaque Python object can only be kept and passed on".to_owned())
            }
            (Type::Option(inner), _) if self.is_passable(inner, to) => {
                Some("the value may be none".to_owned())
            }
            (_, Type::Option(inner)) => self.explain(from, inner),
            (Type::List(a), Type::List(b))
            | (Type::Set(a), Type::Set(b))
            | (Type::Iterator(a), Type::Iterator(b)) => self.explain(a, b),
            (Type::Map(k, v), Type::Map(l, w)) => self.explain(k, l).or_else(|| self.explain(v, w)),
            (_, Type::Fun(fun)) => self.explain_function(from, fun),
            (_, Type::Handle(class, args)) => {
                let known = self.externs.class(class)?;
                if known.kind != ClassKind::Protocol {
                    return self.explain_elements(from, to);
                }
                let mut relation = Relation::new(*self, Mode::Python);
                Some(match relation.lacks(from, class, args)? {
                    Lack::Missing(name) if &*name == "__call__" => "it is not callable".to_owned(),
                    Lack::Missing(name) => format!("it has no `{name}`"),
                    Lack::Differs(name) => match self.explain_elements(from, to) {
                        Some(reason) => reason,
                        None => format!("its `{name}` has another type"),
                    },
                })
            }
            _ => None,
        }
    }

    /// Containers given for an ABC: the reason of the elements.
    fn explain_elements(&self, from: &Type, to: &Type) -> Option<String> {
        let Type::Handle(class, args) = to else {
            return None;
        };
        let (from_class, from_args) = self.python_class(from)?;
        let base_args = self.base_args(&from_class, &from_args, class)?;
        base_args
            .iter()
            .zip(args.iter())
            .find_map(|(from, to)| self.explain(from, to))
    }

    fn explain_function(&self, from: &Type, to: &crate::FunType) -> Option<String> {
        let wanted = to.params.len();
        match from {
            Type::Fun(fun) if fun.params.len() != wanted => Some(format!(
                "it is called with {}, the function takes {}",
                arguments(wanted),
                fun.params.len(),
            )),
            Type::Fun(fun) if fun.is_async != to.is_async => Some(
                if fun.is_async {
                    "the function is async"
                } else {
                    "the function is not async"
                }
                .to_owned(),
            ),
            Type::Fun(fun) => {
                let mut relation = Relation::new(*self, Mode::Python);
                let misfit = fun
                    .params
                    .iter()
                    .zip(&to.params)
                    .enumerate()
                    .find(|(_, (own, asked))| !relation.exactly(asked, own));
                Some(match misfit {
                    Some((index, (own, asked))) => format!(
                        "its parameter {} is {}, but is called with {}",
                        index + 1,
                        self.show(own),
                        self.show(asked),
                    ),
                    None => format!(
                        "its result is {}, not {}",
                        self.show(&fun.result),
                        self.show(&to.result),
                    ),
                })
            }
            Type::Extern(fun) if fun.overloads.len() == 1 => None,
            other => {
                let callable = self.signatures_of(other).is_some();
                (!callable).then(|| "it is not callable".to_owned())
            }
        }
    }
}

fn arguments(count: usize) -> String {
    match count {
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}
