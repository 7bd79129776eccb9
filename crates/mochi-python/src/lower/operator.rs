//! Operators on Mochi values.
//!
//! Spec: language.md §5.1; the traps of §19.8.

use mochi_check::typed::{Builtin, Expr as Typed, ExprKind};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::{Decl, Literal, Type};

use super::collection::concatenation;
use super::expr::mixes;
use super::sign::Sign;
use super::{Lowerer, walk};
use crate::py::{BinOp, CmpOp, Expr, UnaryOp as PyUnary};

/// Python's arithmetic and bit operators.
pub(super) const fn binary_op(op: BinaryOp) -> Option<BinOp> {
    Some(match op {
        BinaryOp::Pow => BinOp::Pow,
        BinaryOp::Mul => BinOp::Mul,
        BinaryOp::Div => BinOp::Div,
        BinaryOp::Rem => BinOp::Mod,
        BinaryOp::FloorDiv => BinOp::FloorDiv,
        BinaryOp::MatMul => BinOp::MatMul,
        BinaryOp::Add => BinOp::Add,
        BinaryOp::Sub => BinOp::Sub,
        BinaryOp::Shl => BinOp::Shl,
        BinaryOp::Shr => BinOp::Shr,
        BinaryOp::BitAnd => BinOp::BitAnd,
        BinaryOp::BitXor => BinOp::BitXor,
        BinaryOp::BitOr => BinOp::BitOr,
        _ => return None,
    })
}

/// Python's comparisons.
pub(super) const fn compare_op(op: BinaryOp) -> Option<CmpOp> {
    Some(match op {
        BinaryOp::Lt => CmpOp::Lt,
        BinaryOp::Le => CmpOp::Le,
        BinaryOp::Gt => CmpOp::Gt,
        BinaryOp::Ge => CmpOp::Ge,
        BinaryOp::Eq => CmpOp::Eq,
        BinaryOp::Ne => CmpOp::Ne,
        BinaryOp::In => CmpOp::In,
        _ => return None,
    })
}

impl<'a> Lowerer<'a> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &'a Typed) -> Expr {
        let value = if op == UnaryOp::Not {
            self.condition(operand)
        } else {
            self.expr(operand)
        };
        match op {
            UnaryOp::Not => value.negated(),
            UnaryOp::Invert => Expr::Unary(PyUnary::Invert, Box::new(value)),
            UnaryOp::Neg if self.known_type(operand) == Type::Any => {
                self.call_helper("any_negative", [value])
            }
            UnaryOp::Neg => Expr::Unary(PyUnary::Neg, Box::new(value)),
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &'a Typed,
        right: &'a Typed,
        whole: &'a Typed,
    ) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => self.logical(op, left, right),
            BinaryOp::Coalesce => self.coalesce(left, right),
            BinaryOp::Eq | BinaryOp::Ne => self.equality(op, left, right),
            BinaryOp::In => self.membership(left, right),
            BinaryOp::Union | BinaryOp::UnionAll | BinaryOp::Except | BinaryOp::Intersect => {
                self.set_operator(op, left, right)
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                self.order(op, left, right)
            }
            _ => self.arithmetic(op, left, right, whole),
        }
    }

    fn order(&mut self, op: BinaryOp, left: &'a Typed, right: &'a Typed) -> Expr {
        let boxed = left.ty == Type::Any || right.ty == Type::Any;
        let boxed = boxed && !self.are_of_one_kind(left, right);
        let (left, right) = self.pair(left, right);
        if boxed {
            return self.call_helper("any_compare", [Expr::str(op.text()), left, right]);
        }
        match compare_op(op) {
            Some(op) => Expr::compare(op, left, right),
            None => left,
        }
    }

    /// Whether both are known to be numbers or texts, though the definition has one as `any`.
    fn are_of_one_kind(&self, left: &Typed, right: &Typed) -> bool {
        let (left, right) = (self.known_type(left), self.known_type(right));
        left.is_number() && right.is_number() || left == Type::Str && right == Type::Str
    }

    /// Whether values of the type may hold values of the same type, to any depth.
    fn is_recursive(&self, ty: &Type) -> bool {
        match ty {
            Type::Named(decl) | Type::Variant(decl, _) => self.module.decls.holds_itself(decl.id),
            Type::Option(inner) | Type::List(inner) => self.is_recursive(inner),
            _ => false,
        }
    }

    fn equality(&mut self, op: BinaryOp, left: &'a Typed, right: &'a Typed) -> Expr {
        let is_none = |expr: &Typed| matches!(expr.kind, ExprKind::None);
        let negate = op == BinaryOp::Ne;
        if is_none(left) || is_none(right) {
            let value = if is_none(right) { left } else { right };
            let value = self.expr(value);
            return if negate {
                value.is_not_none()
            } else {
                value.is_none()
            };
        }
        if !self.is_watched(left)
            && let Some(value) = self.divisibility(negate, left, right)
        {
            return value;
        }
        let bools = left.ty == Type::Bool && right.ty == Type::Bool;
        let direct =
            self.compares_directly(&left.ty, &right.ty) || self.are_of_one_kind(left, right);
        let types = (left.ty.clone(), right.ty.clone());
        let (left, right) = self.pair(left, right);
        if bools {
            // Beside a literal the other side says it all.
            match (left.plain(), right.plain()) {
                (_, Expr::Bool(value)) => {
                    return if *value == negate {
                        left.negated()
                    } else {
                        left
                    };
                }
                (Expr::Bool(value), _) => {
                    return if *value == negate {
                        right.negated()
                    } else {
                        right
                    };
                }
                _ => {}
            }
        }
        if direct && self.is_recursive(&types.0) && self.is_recursive(&types.1) {
            let same = self.call_helper("deeply_equal", [left, right]);
            return if negate { same.negated() } else { same };
        }
        if !direct {
            let same = self.call_helper("equal", [left, right]);
            return if negate { same.negated() } else { same };
        }
        Expr::compare(if negate { CmpOp::Ne } else { CmpOp::Eq }, left, right)
    }

    /// Whether Python's `==` says what Mochi's does for values of these types.
    fn compares_directly(&self, left: &Type, right: &Type) -> bool {
        let kinds = |ty: &Type| self.kinds(ty, 0, false);
        let (left, right) = (kinds(left), kinds(right));
        let mixes = (left.bools && right.numbers) || (left.numbers && right.bools);
        let nested_floats = left.nested_floats || right.nested_floats;
        !(left.unknown || right.unknown || mixes || nested_floats)
    }

    fn kinds(&self, ty: &Type, depth: u32, nested: bool) -> Kinds {
        let mut kinds = Kinds::default();
        if depth > 6 {
            // A recursive type: floats inside were seen on the way, or come with the helper.
            return kinds;
        }
        let mut parts: Vec<(&Type, bool)> = Vec::new();
        match ty {
            Type::Any | Type::Param(_) | Type::Group(..) => kinds.unknown = true,
            Type::Bool | Type::Literal(Literal::Bool(_)) => kinds.bools = true,
            Type::Int
            | Type::Int64
            | Type::BigInt
            | Type::BigRat
            | Type::Literal(Literal::Int(_)) => kinds.numbers = true,
            Type::Float => {
                kinds.numbers = true;
                kinds.nested_floats = nested;
            }
            Type::List(item) | Type::Set(item) => parts.push((item, true)),
            Type::Map(key, value) | Type::OMap(key, value) => {
                parts.extend([(&**key, true), (&**value, true)]);
            }
            Type::Option(inner) => parts.push((inner, nested)),
            Type::Tuple(items) => parts.extend(items.iter().map(|item| (item, true))),
            Type::Union(items) => parts.extend(items.iter().map(|item| (item, nested))),
            Type::Anon(fields) => parts.extend(fields.iter().map(|(_, ty)| (ty, true))),
            Type::Named(decl) | Type::Variant(decl, _) => match self.module.decls.get(decl.id) {
                Some(Decl::Record(record)) => {
                    parts.extend(record.fields.iter().map(|field| (&field.ty, true)));
                }
                Some(Decl::Sum(sum)) => {
                    for variant in &sum.variants {
                        parts.extend(variant.fields.iter().map(|field| (&field.ty, true)));
                    }
                }
                Some(Decl::Agent(_)) | None => {}
            },
            _ => {}
        }
        let is_record = matches!(ty, Type::Named(_) | Type::Variant(..) | Type::Anon(_));
        for (part, nested) in parts {
            let inner = self.kinds(part, depth + 1, nested);
            kinds.unknown |= inner.unknown;
            kinds.nested_floats |= inner.nested_floats;
            if !is_record {
                kinds.bools |= inner.bools;
                kinds.numbers |= inner.numbers;
            }
        }
        if matches!(ty, Type::Union(_)) && kinds.bools && kinds.numbers {
            kinds.unknown = true;
        }
        kinds
    }

    fn membership(&mut self, item: &'a Typed, container: &'a Typed) -> Expr {
        let element = match &container.ty {
            Type::List(item) => Some(&**item),
            Type::Any => None,
            _ => Some(&Type::Str),
        };
        let direct = element.is_some_and(|element| {
            self.compares_directly(&item.ty, element) && *element != Type::Float
        });
        let both_act = walk::calls_functions(item) && walk::calls_functions(container);
        let (item, container) = self.pair(item, container);
        if direct {
            Expr::compare(CmpOp::In, item, container)
        } else if both_act {
            self.call_helper("is_element", [item, container])
        } else {
            self.call_helper("contains", [container, item])
        }
    }

    fn set_operator(&mut self, op: BinaryOp, left: &'a Typed, right: &'a Typed) -> Expr {
        let sets = matches!(left.ty, Type::Set(_));
        let mixed = matches!(&left.ty, Type::Set(item) if mixes(item));
        let boxed = left.ty == Type::Any || right.ty == Type::Any;
        let (left, right) = self.pair(left, right);
        if boxed {
            return self.call_helper("any_lists", [Expr::str(op.text()), left, right]);
        }
        let left = if mixed {
            self.call_helper("mixed_set", [Expr::Star(Box::new(left))])
        } else {
            left
        };
        match (op, sets) {
            (BinaryOp::Union | BinaryOp::UnionAll, true) => Expr::binary(BinOp::BitOr, left, right),
            (BinaryOp::Except, true) => Expr::binary(BinOp::Sub, left, right),
            (_, true) => Expr::binary(BinOp::BitAnd, left, right),
            (BinaryOp::UnionAll, false) => concatenation(left, right),
            (BinaryOp::Union, false) => self.call_helper("list_union", [left, right]),
            (BinaryOp::Except, false) => self.call_helper("list_except", [left, right]),
            (_, false) => self.call_helper("list_intersect", [left, right]),
        }
    }

    fn arithmetic(
        &mut self,
        op: BinaryOp,
        left: &'a Typed,
        right: &'a Typed,
        whole: &'a Typed,
    ) -> Expr {
        let types = (&left.ty, &right.ty);
        if op == BinaryOp::Add && (matches!(types, (Type::Str, Type::Any) | (Type::Any, Type::Str)))
        {
            let (a, b) = self.pair(left, right);
            let a = self.str_form(a, &left.ty);
            let b = self.str_form(b, &right.ty);
            return Expr::binary(BinOp::Add, a, b);
        }
        if left.ty == Type::Any || right.ty == Type::Any {
            let (left, right) = self.pair(left, right);
            return self.call_helper("any_arithmetic", [Expr::str(op.text()), left, right]);
        }
        if whole.ty == Type::BigRat {
            return self.fraction_arithmetic(op, left, right);
        }
        let is_float = whole.ty == Type::Float;
        let (left, right) = if is_float && op != BinaryOp::Pow {
            (as_is(left, right), as_is(right, left))
        } else {
            (left, right)
        };
        if let Some(value) = self.division(op, left, right, is_float) {
            return value;
        }
        let helper = match op {
            BinaryOp::Div if is_float && !self.is_nonzero(right) => Some("fdiv"),
            BinaryOp::Rem if is_float => Some("frem"),
            BinaryOp::Div if !is_float && !self.both_natural(left, right) => Some("idiv"),
            BinaryOp::Rem if !is_float && !self.both_natural(left, right) => Some("irem"),
            BinaryOp::Pow if is_float => Some("fpow"),
            BinaryOp::Pow if !matches!(right.kind, ExprKind::Int(0..)) => Some("ipow"),
            _ => None,
        };
        let (left, right) = self.pair(left, right);
        if let Some(helper) = helper {
            return self.call_helper(helper, [left, right]);
        }
        let op = match op {
            BinaryOp::Div if !is_float => Some(BinOp::FloorDiv),
            _ => binary_op(op),
        };
        match op {
            Some(BinOp::Add) if matches!(whole.ty, Type::List(_)) => concatenation(left, right),
            Some(op) => Expr::binary(op, left, right),
            None => left,
        }
    }

    fn fraction_arithmetic(&mut self, op: BinaryOp, left: &'a Typed, right: &'a Typed) -> Expr {
        let (a, b) = self.pair(left, right);
        let a = self.as_fraction(a, &left.ty);
        // One side as a fraction is enough, except beside a float.
        let b = if right.ty == Type::Float {
            self.as_fraction(b, &right.ty)
        } else {
            b
        };
        match op {
            BinaryOp::Rem => self.call_helper("rational_rem", [a, b]),
            BinaryOp::Pow if !matches!(right.kind, ExprKind::Int(_)) => {
                self.call_helper("rational_pow", [a, b])
            }
            _ => match binary_op(op) {
                Some(op) => Expr::binary(op, a, b),
                None => a,
            },
        }
    }

    pub(super) fn as_fraction(&mut self, value: Expr, ty: &Type) -> Expr {
        if *ty == Type::BigRat {
            return value;
        }
        self.call_helper("rational", [value])
    }

    /// Whether neither operand can be negative, so that Python's division truncates as well.
    pub(super) fn both_natural(&self, left: &Typed, right: &Typed) -> bool {
        self.is_natural(left) && self.is_natural(right)
    }

    pub(super) fn is_natural(&self, expr: &Typed) -> bool {
        self.facts.signs.sign(expr) >= Sign::Natural
    }
}

/// An operand without `float(…)` around an integer, if the other one is a float anyway.
fn as_is<'e>(operand: &'e Typed, other: &Typed) -> &'e Typed {
    match &operand.kind {
        ExprKind::CallBuiltin {
            builtin: Builtin::Float,
            args,
        } if other.ty == Type::Float => match args.as_slice() {
            [only] if only.ty.is_integer() && !is_conversion(other) => only,
            _ => operand,
        },
        _ => operand,
    }
}

/// Whether an expression is `float(…)` around something.
fn is_conversion(expr: &Typed) -> bool {
    matches!(
        &expr.kind,
        ExprKind::CallBuiltin {
            builtin: Builtin::Float,
            ..
        }
    )
}

/// What values of a type may hold, as far as equality cares.
#[derive(Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts, joined one by one"
)]
struct Kinds {
    unknown: bool,
    bools: bool,
    numbers: bool,
    nested_floats: bool,
}
