//! What becomes of a name of a package in its wrapper.

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_types::{Check, ExternFun, ExternItem, ParamKind};

use super::{Defaults, WrapDefault};

/// What becomes of a name.
pub(super) enum Plan {
    /// A function that checks, with the defaults of its parameters.
    Checked(BTreeMap<Rc<str>, WrapDefault>),
    /// The package's own object, and why.
    Alias(&'static str),
}

/// Names that the functions of a wrapper mean as Python's own.
const BUILTINS: [&str; 17] = [
    "AttributeError",
    "bool",
    "bytes",
    "dict",
    "float",
    "getattr",
    "int",
    "isinstance",
    "issubclass",
    "list",
    "map",
    "object",
    "set",
    "str",
    "tuple",
    "type",
    "chain",
];

/// The plan for a name; none for what is no object of the module.
pub(super) fn plan(item: &ExternItem, name: &str, defaults: Defaults<'_>) -> Option<Plan> {
    if name.starts_with("__") {
        return None;
    }
    Some(match item {
        ExternItem::Fun(fun) => of_function(fun, name, defaults),
        ExternItem::Class(_) => Plan::Alias("a class"),
        ExternItem::Value { get, .. } if *get.check == Check::Nothing => {
            Plan::Alias("nothing to check")
        }
        ExternItem::Value { .. } => Plan::Alias("checked where it is read"),
        ExternItem::Alias(_) => Plan::Alias("a type"),
        ExternItem::Module(_) => return None,
    })
}

fn of_function(fun: &ExternFun, name: &str, defaults: Defaults<'_>) -> Plan {
    let is_checked = |check: &Check| !matches!(check, Check::Nothing | Check::Unit);
    if !fun.overloads.iter().any(|one| is_checked(&one.ret.check)) {
        return Plan::Alias("nothing to check");
    }
    let [signature] = &*fun.overloads else {
        return Plan::Alias("overloaded, so checked at each call");
    };
    if !signature.type_params.is_empty() || depends_on_call(&signature.ret.check) {
        return Plan::Alias("generic, so checked at each call");
    }
    if BUILTINS.contains(&name) {
        return Plan::Alias("named as one of Python's own, so checked at each call");
    }
    let names = || signature.params.iter().map(|param| &*param.name);
    let hides = names().any(|name| BUILTINS.contains(&name) || name.starts_with("as_"));
    let mut known = if signature.params.iter().any(|param| param.has_default) {
        defaults(name)
    } else {
        BTreeMap::new()
    };
    known.retain(|param, _| names().any(|name| *name == **param));
    let is_open = signature.params.iter().any(|param| {
        let is_variadic = matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs);
        param.has_default && !is_variadic && !known.contains_key(&param.name)
    });
    if is_open || hides {
        return Plan::Alias("with defaults of its own, so checked at each call");
    }
    Plan::Checked(known)
}

/// Whether the check is another one for other arguments.
fn depends_on_call(check: &Check) -> bool {
    match check {
        Check::Var(_) | Check::SelfType | Check::Mochi(_) | Check::Cast(_) => true,
        Check::List(inner)
        | Check::Set(inner)
        | Check::Sequence(inner)
        | Check::VariadicTuple(inner)
        | Check::Option(inner)
        | Check::Iterator(inner)
        | Check::AsyncIterator(inner) => depends_on_call(inner),
        Check::Dict(key, value) | Check::Mapping(key, value) => {
            depends_on_call(key) || depends_on_call(value)
        }
        Check::Tuple(parts) | Check::Union(parts) => parts.iter().any(depends_on_call),
        _ => false,
    }
}
