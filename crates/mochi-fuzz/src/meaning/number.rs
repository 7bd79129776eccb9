//! Arithmetic and comparison.
//!
//! Spec: language.md §5.1.

use std::cmp::Ordering;
use std::rc::Rc;

use mochi_syntax::ast::BinaryOp;

use super::text;
use super::value::{Answer, Declared, Record, Value, fault, give_up, raise};

/// The kinds of number, narrowest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Big,
    Float,
    Rat,
}

fn kind(value: &Value) -> Option<Kind> {
    match value {
        Value::Int(_) | Value::Error(_) => Some(Kind::Int),
        Value::Big(_) => Some(Kind::Big),
        Value::Float(_) => Some(Kind::Float),
        Value::Rat(..) => Some(Kind::Rat),
        _ => None,
    }
}

fn join(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        (Kind::Rat, _) | (_, Kind::Rat) | (Kind::Float, Kind::Big) | (Kind::Big, Kind::Float) => {
            Kind::Rat
        }
        (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
        (Kind::Big, _) | (_, Kind::Big) => Kind::Big,
        _ => Kind::Int,
    }
}

/// The integer that a number is, if it is one of the integer types.
pub fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(n) | Value::Big(n) => Some(*n),
        Value::Error(error) => Some(error.code),
        _ => None,
    }
}

/// A number as a float.
pub fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(x) => Some(*x),
        Value::Rat(n, d) => Some(*n as f64 / *d as f64),
        other => integer(other).map(|n| n as f64),
    }
}

/// A number as an exact fraction.
pub fn fraction(value: &Value) -> Answer<(i128, i128)> {
    match value {
        Value::Rat(n, d) => Ok((*n, *d)),
        Value::Float(x) if x.is_finite() => {
            let (mut n, mut d) = (*x, 1_i128);
            for _ in 0..60 {
                if n.fract() == 0.0 {
                    break;
                }
                n *= 2.0;
                d *= 2;
            }
            if n.fract() != 0.0 || n.abs() > 1e30 {
                return give_up("a fraction beyond the bounds");
            }
            lowest(n as i128, d)
        }
        Value::Float(_) => give_up("a fraction of no finite number"),
        other => match integer(other) {
            Some(n) => Ok((n, 1)),
            None => fault(3),
        },
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn lowest(n: i128, d: i128) -> Answer<(i128, i128)> {
    if d == 0 {
        return raise(5, "division by zero");
    }
    let by = gcd(n.unsigned_abs(), d.unsigned_abs()) as i128;
    Ok((n / by * d.signum(), (d / by).abs()))
}

fn bounded<T>(value: Option<T>) -> Answer<T> {
    value.map_or_else(|| give_up("a number beyond the bounds"), Ok)
}

/// `a op b` of an arithmetic operator.
pub fn arithmetic(op: BinaryOp, a: &Value, b: &Value) -> Answer<Value> {
    if let (BinaryOp::Add, Value::Str(_), _) | (BinaryOp::Add, _, Value::Str(_)) = (op, a, b) {
        let joined = format!("{}{}", text::str(a), text::str(b));
        return Ok(Value::text(&joined));
    }
    match (op, a, b) {
        (BinaryOp::Add, Value::Bytes(x), Value::Bytes(y)) => {
            return Ok(Value::Bytes(x.iter().chain(y.iter()).copied().collect()));
        }
        (BinaryOp::Add, Value::List(x), Value::List(y)) => {
            let mut items = x.borrow().clone();
            items.extend(y.borrow().iter().cloned());
            return Ok(Value::list(items));
        }
        (_, Value::None, _) | (_, _, Value::None) => return Ok(Value::None),
        _ => {}
    }
    let (Some(left), Some(right)) = (kind(a), kind(b)) else {
        return fault(3);
    };
    match join(left, right) {
        Kind::Rat => {
            let ((n, d), (m, e)) = (fraction(a)?, fraction(b)?);
            ratio(op, (n, d), (m, e))
        }
        Kind::Float => floating(op, float(a).unwrap(), float(b).unwrap()),
        of => {
            let n = whole(op, integer(a).unwrap(), integer(b).unwrap())?;
            Ok(if of == Kind::Big {
                Value::Big(n)
            } else {
                Value::Int(n)
            })
        }
    }
}

fn whole(op: BinaryOp, a: i128, b: i128) -> Answer<i128> {
    let by_zero = b == 0;
    match op {
        BinaryOp::Add => bounded(a.checked_add(b)),
        BinaryOp::Sub => bounded(a.checked_sub(b)),
        BinaryOp::Mul => bounded(a.checked_mul(b)),
        BinaryOp::Div | BinaryOp::Rem | BinaryOp::FloorDiv if by_zero => {
            raise(5, "division by zero")
        }
        BinaryOp::Div => Ok(a / b),
        BinaryOp::Rem => Ok(a % b),
        BinaryOp::FloorDiv => {
            let down = (a % b != 0) && ((a < 0) != (b < 0));
            Ok(a / b - i128::from(down))
        }
        BinaryOp::Pow if b < 0 => fault(6),
        BinaryOp::Pow => bounded(u32::try_from(b).ok().and_then(|b| a.checked_pow(b))),
        BinaryOp::BitAnd => Ok(a & b),
        BinaryOp::BitOr => Ok(a | b),
        BinaryOp::BitXor => Ok(a ^ b),
        BinaryOp::Shl | BinaryOp::Shr if !(0..100).contains(&b) => give_up("a far shift"),
        BinaryOp::Shl => bounded(a.checked_mul(1 << b)),
        BinaryOp::Shr => Ok(a >> b),
        _ => give_up("an operator of no integers"),
    }
}

fn floating(op: BinaryOp, a: f64, b: f64) -> Answer<Value> {
    Ok(Value::Float(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Rem => a % b,
        BinaryOp::Pow => a.powf(b),
        _ => return give_up("an operator of no floats"),
    }))
}

fn ratio(op: BinaryOp, (n, d): (i128, i128), (m, e): (i128, i128)) -> Answer<Value> {
    let times = |a: i128, b: i128| bounded(a.checked_mul(b));
    let (n, d) = match op {
        BinaryOp::Add => (
            bounded(times(n, e)?.checked_add(times(m, d)?))?,
            times(d, e)?,
        ),
        BinaryOp::Sub => (
            bounded(times(n, e)?.checked_sub(times(m, d)?))?,
            times(d, e)?,
        ),
        BinaryOp::Mul => (times(n, m)?, times(d, e)?),
        BinaryOp::Div => (times(n, e)?, times(d, m)?),
        _ => return give_up("an operator of no fractions"),
    };
    let (n, d) = lowest(n, d)?;
    Ok(Value::Rat(n, d))
}

/// `-a`.
pub fn negate(value: &Value) -> Answer<Value> {
    match value {
        Value::Int(n) => Ok(Value::Int(-n)),
        Value::Big(n) => Ok(Value::Big(-n)),
        Value::Rat(n, d) => Ok(Value::Rat(-n, *d)),
        Value::Float(x) => Ok(Value::Float(-x)),
        Value::Error(error) => Ok(Value::Int(-error.code)),
        Value::None => Ok(Value::None),
        _ => fault(3),
    }
}

fn order_of_numbers(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Float(x), Value::Float(y)) => x.partial_cmp(y),
        (Value::Float(x), other) => against_float(other, *x).map(Ordering::reverse),
        (other, Value::Float(y)) => against_float(other, *y),
        _ => {
            let (n, d) = fraction(a).ok()?;
            let (m, e) = fraction(b).ok()?;
            Some(n.checked_mul(e)?.cmp(&m.checked_mul(d)?))
        }
    }
}

/// An exact number compared with a float, exactly.
fn against_float(exact: &Value, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.abs() > 1e30 {
        return Some(if x > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    }
    let (n, d) = fraction(exact).ok()?;
    let floor = x.floor();
    let whole = n.div_euclid(d).cmp(&(floor as i128));
    if whole != Ordering::Equal {
        return Some(whole);
    }
    let rest = n.rem_euclid(d) as f64 / d as f64;
    rest.partial_cmp(&(x - floor))
}

/// Whether two values are equal, at any depth.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::None, Value::None) => true,
        (Value::Bool(x), Value::Bool(y)) => x == y,
        (Value::Str(x), Value::Str(y)) => x == y,
        (Value::Bytes(x), Value::Bytes(y)) => x == y,
        (Value::List(x), Value::List(y)) => all_equal(&x.borrow(), &y.borrow()),
        (Value::Tuple(x), Value::Tuple(y)) => all_equal(x, y),
        (Value::Set(x), Value::Set(y)) => {
            x.len() == y.len() && x.iter().all(|item| contains(y, item))
        }
        (Value::Map(x) | Value::OMap(x), Value::Map(y) | Value::OMap(y)) => {
            let (x, y) = (x.borrow(), y.borrow());
            x.len() == y.len()
                && x.iter().all(|(key, value)| {
                    y.iter()
                        .any(|(other, found)| equal(key, other) && equal(value, found))
                })
        }
        (Value::Record(x), Value::Record(y)) => {
            made_alike(x, y) && {
                let (x, y) = (x.fields.borrow(), y.fields.borrow());
                x.iter().zip(y.iter()).all(|((_, a), (_, b))| equal(a, b))
            }
        }
        (Value::Group(x), Value::Group(y)) => {
            equal(&x.key, &y.key) && all_equal(&x.items, &y.items)
        }
        (Value::Fun(x), Value::Fun(y)) => Rc::ptr_eq(x, y),
        (Value::Chan(x), Value::Chan(y)) | (Value::Sub(x), Value::Sub(y)) => Rc::ptr_eq(x, y),
        (Value::Feed(x), Value::Feed(y)) => Rc::ptr_eq(x, y),
        _ => {
            kind(a).is_some()
                && kind(b).is_some()
                && order_of_numbers(a, b) == Some(Ordering::Equal)
        }
    }
}

/// Whether two records are of one type.
fn made_alike(a: &Record, b: &Record) -> bool {
    match (&a.made_by, &b.made_by) {
        (Declared::Shape(a), Declared::Shape(b)) => a.is_same(b),
        _ => std::ptr::eq(a, b),
    }
}

fn all_equal(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
}

/// Whether a value stands among others.
pub fn contains(items: &[Value], value: &Value) -> bool {
    items.iter().any(|item| equal(item, value))
}

/// The order of two values; none where neither is before the other and they are not equal.
pub fn order(a: &Value, b: &Value) -> Answer<Option<Ordering>> {
    let lists = |x: &[Value], y: &[Value]| {
        for (a, b) in x.iter().zip(y) {
            match order(a, b)? {
                Some(Ordering::Equal) => {}
                other => return Ok(other),
            }
        }
        Ok(Some(x.len().cmp(&y.len())))
    };
    match (a, b) {
        (Value::None, _) | (_, Value::None) => Ok(None),
        (Value::Bool(x), Value::Bool(y)) => Ok(Some(x.cmp(y))),
        (Value::Str(x), Value::Str(y)) => Ok(Some(x.cmp(y))),
        (Value::Bytes(x), Value::Bytes(y)) => Ok(Some(x.cmp(y))),
        (Value::List(x), Value::List(y)) => lists(&x.borrow(), &y.borrow()),
        (Value::Tuple(x), Value::Tuple(y)) => lists(x, y),
        _ if kind(a).is_some() && kind(b).is_some() => Ok(order_of_numbers(a, b)),
        _ => fault(3),
    }
}
