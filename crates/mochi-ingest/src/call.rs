//! Whether a call's arguments fit a signature, as far as their shape and their literals show.

use mochi_surface::{ClassName, ParameterKind, PyType, Signature};
use ruff_python_ast::{Arguments, Expr};

use crate::function::literal_type;
use crate::mro::class_of;
use crate::universe::Universe;

impl Universe {
    /// Whether a call's shape fits a signature: numbers, keywords, and `None` or literals by position.
    pub(crate) fn fits(&self, signature: &Signature, arguments: &Arguments) -> bool {
        let has_spread = arguments.args.iter().any(Expr::is_starred_expr)
            || arguments
                .keywords
                .iter()
                .any(|keyword| keyword.arg.is_none());
        let mut positional = arguments.args.iter();
        let mut used: Vec<&str> = Vec::new();
        for param in &signature.params {
            match param.kind {
                ParameterKind::PositionalOnly | ParameterKind::Normal => {
                    if let Some(argument) = positional.next() {
                        if !self.may_be(&param.ty, argument) {
                            return false;
                        }
                        continue;
                    }
                    let keyword = arguments.find_keyword(&param.name);
                    if let Some(keyword) = keyword {
                        used.push(&param.name);
                        if !self.may_be(&param.ty, &keyword.value) {
                            return false;
                        }
                    } else if !param.has_default && !has_spread {
                        return false;
                    }
                }
                ParameterKind::VarArgs => positional.by_ref().for_each(drop),
                ParameterKind::KeywordOnly => match arguments.find_keyword(&param.name) {
                    Some(keyword) => {
                        used.push(&param.name);
                        if !self.may_be(&param.ty, &keyword.value) {
                            return false;
                        }
                    }
                    None if !param.has_default && !has_spread => return false,
                    None => {}
                },
                ParameterKind::KwArgs => return positional.next().is_none(),
            }
        }
        let unknown_keyword = arguments
            .keywords
            .iter()
            .filter_map(|keyword| keyword.arg.as_ref())
            .any(|name| !used.contains(&name.as_str()));
        positional.next().is_none() && !unknown_keyword
    }

    /// Whether a literal argument may have a parameter's type; anything else may.
    fn may_be(&self, ty: &PyType, argument: &Expr) -> bool {
        if let PyType::Union(members) = ty {
            return members.iter().any(|member| self.may_be(member, argument));
        }
        let Some(PyType::Class(literal, _)) = (match argument {
            Expr::NoneLiteral(_) => {
                return matches!(
                    ty,
                    PyType::None | PyType::Any | PyType::Unknown(_) | PyType::Var(_)
                ) || class_of(ty).is_some_and(|name| name.is("builtins", "object"));
            }
            other => literal_type(other),
        }) else {
            return !matches!((ty, argument), (PyType::None, Expr::Lambda(_)));
        };
        match ty {
            PyType::None | PyType::Callable(..) | PyType::AnyCallable(_) | PyType::TypeOf(_) => {
                false
            }
            PyType::Class(name, _) if name.module.as_str() == "builtins" => {
                *name == literal
                    || matches!(
                        (&*literal.qualname, &*name.qualname),
                        (_, "object")
                            | ("bool", "int" | "float" | "complex")
                            | ("int", "float" | "complex")
                            | ("float", "complex")
                    )
            }
            PyType::Class(name, _) => {
                self.is_protocol(name)
                    || self.derives_from(&literal, name.module.as_str(), &name.qualname)
            }
            _ => true,
        }
    }

    fn is_protocol(&self, name: &ClassName) -> bool {
        self.class_node(name)
            .and_then(|(_, node)| self.header(&node))
            .is_none_or(|header| header.is_protocol)
    }
}
