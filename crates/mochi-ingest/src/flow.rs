//! Conditions that are decided without running anything: versions, platforms, `TYPE_CHECKING`.
//!
//! Spec: typing-spec "version and platform checking"; bridge.md §5.

use ruff_python_ast::{BoolOp, CmpOp, Expr, Number, UnaryOp};

/// What conditions are decided against.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The Python version.
    pub(crate) version: (u8, u8),
    /// `sys.platform`.
    pub(crate) platform: String,
}

/// The value of a condition, if it is known before running. `constant` answers for plain names.
pub(crate) fn decide(
    test: &Expr,
    target: &Target,
    constant: &dyn Fn(&str) -> Option<bool>,
) -> Option<bool> {
    match test {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(int) => Some(int.as_i64() != Some(0)),
            _ => None,
        },
        Expr::Name(name) => match name.id.as_str() {
            "TYPE_CHECKING" => Some(true),
            "MYPY" => Some(false),
            other => constant(other),
        },
        Expr::Attribute(attribute) if attribute.attr.as_str() == "TYPE_CHECKING" => Some(true),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => {
            decide(&unary.operand, target, constant).map(|known| !known)
        }
        Expr::BoolOp(operation) => {
            let is_and = operation.op == BoolOp::And;
            let mut all_known = true;
            for value in &operation.values {
                match decide(value, target, constant) {
                    Some(known) if known != is_and => return Some(known),
                    Some(_) => {}
                    None => all_known = false,
                }
            }
            all_known.then_some(is_and)
        }
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
            ([op], [right]) => decide_comparison(&compare.left, *op, right, target),
            _ => None,
        },
        Expr::Call(call) => {
            let Expr::Attribute(function) = &*call.func else {
                return None;
            };
            if function.attr.as_str() != "startswith"
                || dotted(&function.value).as_deref() != Some("sys.platform")
            {
                return None;
            }
            match call.arguments.args.first()? {
                Expr::StringLiteral(prefix) => {
                    Some(target.platform.starts_with(prefix.value.to_str()))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the condition is `TYPE_CHECKING` itself: what it guards does not exist at run time.
pub(crate) fn is_type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}

fn decide_comparison(left: &Expr, op: CmpOp, right: &Expr, target: &Target) -> Option<bool> {
    match left {
        Expr::Subscript(subscript) if dotted(&subscript.value)? == "sys.version_info" => {
            match &*subscript.slice {
                Expr::NumberLiteral(_) => {
                    let value = match int(&subscript.slice)? {
                        0 => i64::from(target.version.0),
                        1 => i64::from(target.version.1),
                        _ => return None,
                    };
                    compare(&[value], op, &[int(right)?])
                }
                // A slice such as `[:2]` compares like the whole.
                Expr::Slice(_) => compare_version(op, right, target),
                _ => None,
            }
        }
        _ => match dotted(left)?.as_str() {
            "__name__" => match (op, right) {
                (CmpOp::Eq, Expr::StringLiteral(text)) if text.value.to_str() == "__main__" => {
                    Some(false)
                }
                _ => None,
            },
            "sys.version_info" => compare_version(op, right, target),
            "sys.version_info.major" => compare(&[i64::from(target.version.0)], op, &[int(right)?]),
            "sys.version_info.minor" => compare(&[i64::from(target.version.1)], op, &[int(right)?]),
            "sys.platform" => compare_text(&target.platform, op, right),
            "os.name" => {
                let name = if target.platform == "win32" {
                    "nt"
                } else {
                    "posix"
                };
                compare_text(name, op, right)
            }
            "sys.implementation.name" => compare_text("cpython", op, right),
            _ => None,
        },
    }
}

fn compare_text(left: &str, op: CmpOp, right: &Expr) -> Option<bool> {
    match (op, right) {
        (CmpOp::Eq, Expr::StringLiteral(text)) => Some(left == text.value.to_str()),
        (CmpOp::NotEq, Expr::StringLiteral(text)) => Some(left != text.value.to_str()),
        (CmpOp::In | CmpOp::NotIn, Expr::Tuple(_) | Expr::Set(_) | Expr::List(_)) => {
            let elements = match right {
                Expr::Tuple(tuple) => &tuple.elts,
                Expr::Set(set) => &set.elts,
                Expr::List(list) => &list.elts,
                _ => return None,
            };
            let found = elements.iter().any(
                |element| matches!(element, Expr::StringLiteral(text) if text.value.to_str() == left),
            );
            Some(found == (op == CmpOp::In))
        }
        _ => None,
    }
}

fn compare_version(op: CmpOp, right: &Expr, target: &Target) -> Option<bool> {
    let Expr::Tuple(tuple) = right else {
        return None;
    };
    let wanted: Option<Vec<i64>> = tuple.elts.iter().take(2).map(int).collect();
    let have = [i64::from(target.version.0), i64::from(target.version.1)];
    let wanted = wanted?;
    let have = have.get(..wanted.len().min(2))?;
    // `version_info` has five parts: it is greater than a tuple that it starts with.
    match op {
        CmpOp::Gt if wanted == have => Some(true),
        CmpOp::LtE if wanted == have => Some(false),
        _ => compare(have, op, &wanted),
    }
}

fn compare(left: &[i64], op: CmpOp, right: &[i64]) -> Option<bool> {
    match op {
        CmpOp::Eq => Some(left == right),
        CmpOp::NotEq => Some(left != right),
        CmpOp::Lt => Some(left < right),
        CmpOp::LtE => Some(left <= right),
        CmpOp::Gt => Some(left > right),
        CmpOp::GtE => Some(left >= right),
        _ => None,
    }
}

fn int(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(int) => int.as_i64(),
            _ => None,
        },
        _ => None,
    }
}

/// `a.b.c` as text.
pub(crate) fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str().to_owned()),
        Expr::Attribute(attribute) => {
            let mut path = dotted(&attribute.value)?;
            path.push('.');
            path.push_str(attribute.attr.as_str());
            Some(path)
        }
        _ => None,
    }
}
