//! Default values that can be written down again: literals, and globals of the package.
//!
//! Spec: bridge.md §7 (wrapper functions).

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_surface::ModuleName;
use ruff_python_ast::{Expr, Number, Parameters, UnaryOp};

use crate::index::Def;
use crate::lookup::Local;
use crate::scope::Symbol;
use crate::universe::Universe;

/// A default value that can be written down again.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue {
    /// `None`.
    None,
    /// `True`, `False`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// `()`.
    EmptyTuple,
    /// A global of a module that exists when the program runs.
    Global(ModuleName, Rc<str>),
}

impl Universe {
    /// The defaults of a function's parameters by name; those that cannot be written down again are
    /// left out. None if the name is no plain function.
    pub fn plain_defaults(
        &self,
        module: &ModuleName,
        name: &str,
    ) -> Option<BTreeMap<Rc<str>, DefaultValue>> {
        let index = self.load(module)?;
        let found = self.find(&index, name)?;
        let symbol = self.symbol(&found);
        let Symbol::Value(local) = &*symbol else {
            return None;
        };
        let site = self.choose(local.scope(), &local.name)?;
        match &site.def {
            Def::Function(def) => Some(self.defaults(local, &def.parameters)),
            _ => None,
        }
    }

    fn defaults(&self, local: &Local, parameters: &Parameters) -> BTreeMap<Rc<str>, DefaultValue> {
        let all = parameters.iter_non_variadic_params();
        let known = all.filter_map(|param| {
            let default = param.default.as_deref()?;
            let value = literal(default).or_else(|| self.global(local, default))?;
            Some((Rc::from(param.name().as_str()), value))
        });
        known.collect()
    }

    /// A global of the source that defines the function, where it is defined itself.
    fn global(&self, local: &Local, value: &Expr) -> Option<DefaultValue> {
        let Expr::Name(name) = value else {
            return None;
        };
        let found = self.find(&local.module, name.id.as_str())?;
        let symbol = self.symbol(&found);
        let Symbol::Value(global) = &*symbol else {
            return None;
        };
        let is_variable = self
            .choose(global.scope(), &global.name)
            .is_some_and(|site| matches!(site.def, Def::Assigned(_) | Def::Annotated(_)));
        let runs = is_variable && global.class.is_none() && !global.module.is_stub();
        runs.then(|| DefaultValue::Global(global.module.name.clone(), Rc::clone(&global.name)))
    }
}

fn literal(value: &Expr) -> Option<DefaultValue> {
    Some(match value {
        Expr::NoneLiteral(_) => DefaultValue::None,
        Expr::BooleanLiteral(literal) => DefaultValue::Bool(literal.value),
        Expr::StringLiteral(literal) => DefaultValue::Str(Rc::from(literal.value.to_str())),
        Expr::BytesLiteral(literal) => DefaultValue::Bytes(literal.value.bytes().collect()),
        Expr::NumberLiteral(literal) => number(&literal.value)?,
        Expr::Tuple(parts) if parts.elts.is_empty() => DefaultValue::EmptyTuple,
        Expr::UnaryOp(operation) if operation.op == UnaryOp::USub => {
            match literal(&operation.operand)? {
                DefaultValue::Int(value) => DefaultValue::Int(value.checked_neg()?),
                DefaultValue::Float(value) => DefaultValue::Float(-value),
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn number(value: &Number) -> Option<DefaultValue> {
    match value {
        Number::Int(value) => value.as_i64().map(DefaultValue::Int),
        Number::Float(value) if value.is_finite() => Some(DefaultValue::Float(*value)),
        Number::Float(_) | Number::Complex { .. } => None,
    }
}
