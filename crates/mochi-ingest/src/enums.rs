//! Enum members: which names of a class body are members.
//!
//! Spec: typing-spec "enumerations" (defining members).

use std::rc::Rc;

use mochi_surface::PyType;
use ruff_python_ast::Expr;

use crate::annotation::{bare_class, int_literal};
use crate::index::{ClassNode, ClassOrigin, Def, ModuleIndex};
use crate::mro::class_of;
use crate::scope::{Ctx, Symbol};
use crate::universe::Universe;

impl Universe {
    /// The members of an enum, in order.
    pub(crate) fn enum_members(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
    ) -> Vec<Rc<str>> {
        if let ClassOrigin::Call(_, assign) = &node.origin {
            return match &*assign.value {
                Expr::Call(call) => made_enum_members(call.arguments.args.get(1)),
                _ => Vec::new(),
            };
        }
        let ctx = self.class_ctx(module, node);
        let mut members: Vec<Rc<str>> = Vec::new();
        let mut values: Vec<&Expr> = Vec::new();
        for name in node.scope.order.iter().filter(|name| is_member_name(name)) {
            let value = match self.choose(&node.scope, name).map(|site| &site.def) {
                Some(Def::Assigned(assign)) => &*assign.value,
                Some(Def::Annotated(assign)) => match &assign.value {
                    Some(value) => value,
                    None => continue,
                },
                _ => continue,
            };
            // A second name or a repeated value is an alias of the first member.
            let is_alias = match value {
                Expr::Name(other) => members.iter().any(|m| **m == *other.id.as_str()),
                value => values.iter().any(|known| same_literal(known, value)),
            };
            if !is_alias && self.is_member_value(&ctx, value) {
                members.push(name.clone());
                values.push(value);
            }
        }
        members
    }

    /// What `.value` of the members is, as far as their values show it; none where the class or a
    /// base makes the values itself.
    pub(crate) fn enum_value_type(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
    ) -> Option<PyType> {
        if !self.is_enum(&node.name) || matches!(node.origin, ClassOrigin::Call(..)) {
            return None;
        }
        for name in self.mro(node).iter().filter_map(class_of) {
            match (name.module.as_str(), &*name.qualname) {
                ("enum", "Enum" | "ReprEnum") | ("builtins", "object") => continue,
                ("builtins", _) => return Some(bare_class(name)),
                _ => {}
            }
            let (_, base) = self.class_node(name)?;
            let makes_values = |name: &&str| base.scope.sites.contains_key(*name);
            if ["__new__", "_value_", "value", "_generate_next_value_"]
                .iter()
                .any(makes_values)
            {
                return None;
            }
        }
        let ctx = self.class_ctx(module, node);
        let mut types = Vec::new();
        for member in self.enum_members(module, node) {
            let value = match &self.choose(&node.scope, &member)?.def {
                Def::Assigned(assign) => &*assign.value,
                Def::Annotated(assign) => assign.value.as_deref()?,
                _ => return None,
            };
            match self.infer(&ctx, value) {
                PyType::Unknown(_) | PyType::Any => return None,
                // `auto()` counts.
                PyType::Class(name, _) if name.is("enum", "auto") => {
                    types.push(PyType::builtin("int"));
                }
                ty => types.push(ty),
            }
        }
        (!types.is_empty()).then(|| PyType::union(types))
    }

    /// Whether a value in an enum's body makes a member: functions, descriptors and `nonmember`
    /// do not.
    pub(crate) fn is_member_value(&self, ctx: &Ctx, value: &Expr) -> bool {
        match value {
            Expr::Lambda(_) => false,
            Expr::Name(name) => match &ctx.class {
                // An alias of another member is a member's second name; of a method, a method.
                Some(class) => !class
                    .scope
                    .sites
                    .get(name.id.as_str())
                    .is_some_and(|sites| {
                        sites
                            .iter()
                            .any(|site| matches!(site.def, Def::Function(_)))
                    }),
                None => true,
            },
            Expr::Call(call) => match &*self.resolve_expr(ctx, &call.func) {
                Symbol::Class(name) => !matches!(
                    (name.module.as_str(), &*name.qualname),
                    ("enum", "nonmember")
                        | ("builtins", "property" | "staticmethod" | "classmethod")
                ),
                _ => true,
            },
            _ => true,
        }
    }
}

/// Names with one underscore at each end, and private ones, are not members.
pub(crate) fn is_member_name(name: &str) -> bool {
    !(name.starts_with("__") || name.starts_with('_') && name.ends_with('_'))
}

fn made_enum_members(names: Option<&Expr>) -> Vec<Rc<str>> {
    let text = |expr: &Expr| match expr {
        Expr::StringLiteral(text) => Some(Rc::<str>::from(text.value.to_str())),
        Expr::Tuple(pair) => match pair.elts.first() {
            Some(Expr::StringLiteral(text)) => Some(Rc::from(text.value.to_str())),
            _ => None,
        },
        _ => None,
    };
    match names {
        Some(Expr::StringLiteral(names)) => names
            .value
            .to_str()
            .split([',', ' ', '\n'])
            .filter(|name| !name.is_empty())
            .map(Rc::from)
            .collect(),
        Some(Expr::List(list)) => list.elts.iter().filter_map(text).collect(),
        Some(Expr::Tuple(tuple)) => tuple.elts.iter().filter_map(text).collect(),
        Some(Expr::Dict(dict)) => dict
            .items
            .iter()
            .filter_map(|item| item.key.as_ref().and_then(text))
            .collect(),
        _ => Vec::new(),
    }
}

fn same_literal(left: &Expr, right: &Expr) -> bool {
    match (left, right) {
        (Expr::StringLiteral(a), Expr::StringLiteral(b)) => a.value.to_str() == b.value.to_str(),
        _ => match (int_literal(left), int_literal(right)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
    }
}
