//! Python expressions.

use mochi_base::Span;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A name.
    Name(String),
    /// A non-negative integer literal.
    Int(u64),
    /// A finite, non-negative float literal.
    Float(f64),
    /// A string literal.
    Str(String),
    /// A bytes literal.
    Bytes(Vec<u8>),
    /// An f-string.
    FStr(Vec<FPart>),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `value.name`.
    Attr(Box<Expr>, String),
    /// `value[index]`; several subscripts are a [`Expr::Tuple`].
    Index(Box<Expr>, Box<Expr>),
    /// `a:b:c` inside a subscript.
    Slice(Option<Box<Expr>>, Option<Box<Expr>>, Option<Box<Expr>>),
    /// `func(args)`.
    Call(Box<Expr>, Vec<Arg>),
    /// A prefix operator.
    Unary(UnaryOp, Box<Expr>),
    /// An arithmetic or bit operator.
    Binary(BinOp, Box<Expr>, Box<Expr>),
    /// A comparison; not chained.
    Compare(CmpOp, Box<Expr>, Box<Expr>),
    /// `and` / `or` over two or more operands.
    Bool2(BoolOp, Vec<Expr>),
    /// `then if cond else otherwise`.
    IfExp(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `lambda params: body`.
    Lambda(Vec<LambdaParam>, Box<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `(a, b)`; printed without parentheses only inside subscripts.
    Tuple(Vec<Expr>),
    /// `{a, b}`; never empty.
    Set(Vec<Expr>),
    /// `{k: v}`; a missing key is `**v`.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// `*value`.
    Star(Box<Expr>),
    /// `[element for …]`.
    ListComp(Box<Expr>, Vec<Comprehension>),
    /// `{element for …}`.
    SetComp(Box<Expr>, Vec<Comprehension>),
    /// `{key: value for …}`.
    DictComp(Box<Expr>, Box<Expr>, Vec<Comprehension>),
    /// `(element for …)`.
    Generator(Box<Expr>, Vec<Comprehension>),
    /// `(name := value)`.
    Walrus(String, Box<Expr>),
    /// `await value`.
    Await(Box<Expr>),
    /// An expression with the place that caused it; prints as the inner one.
    At(Span, Box<Expr>),
    /// An item of a list, or an argument, with comments.
    Noted(Box<Beside>, Box<Expr>),
}

/// The comments beside an item, each a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// On lines of their own before it.
    pub before: Vec<String>,
    /// On its last line.
    pub behind: Vec<String>,
    /// On lines of their own below it, before the bracket that closes.
    pub below: Vec<String>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `name=`.
    pub name: Option<String>,
    /// The value.
    pub value: Expr,
}

/// A parameter of a lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct LambdaParam {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: Option<Expr>,
}

/// `for target in source if conds`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// What is bound.
    pub target: Expr,
    /// What is iterated.
    pub source: Expr,
    /// The conditions.
    pub conds: Vec<Expr>,
}

/// A part of an f-string.
#[derive(Clone, Debug, PartialEq)]
pub enum FPart {
    /// Literal text.
    Text(String),
    /// `{value:format}`.
    Value(Expr, Option<String>),
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `~`
    Invert,
    /// `not`
    Not,
}

/// Arithmetic and bit operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as in Python's own grammar")]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    MatMul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    Shl,
    Shr,
    BitAnd,
    BitXor,
    BitOr,
}

impl BinOp {
    /// The operator as written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::MatMul => "@",
            Self::Div => "/",
            Self::FloorDiv => "//",
            Self::Mod => "%",
            Self::Pow => "**",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::BitAnd => "&",
            Self::BitXor => "^",
            Self::BitOr => "|",
        }
    }
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as in Python's own grammar")]
pub enum CmpOp {
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    Is,
    IsNot,
    In,
    NotIn,
}

impl CmpOp {
    /// The operator as written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }

    /// The operator of the negated comparison where it is the same for all values: not for order,
    /// because of NaN.
    pub const fn negated(self) -> Option<Self> {
        match self {
            Self::Is => Some(Self::IsNot),
            Self::IsNot => Some(Self::Is),
            Self::In => Some(Self::NotIn),
            Self::NotIn => Some(Self::In),
            Self::Eq => Some(Self::Ne),
            Self::Ne => Some(Self::Eq),
            _ => None,
        }
    }
}

/// `and` and `or`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as in Python's own grammar")]
pub enum BoolOp {
    And,
    Or,
}

impl Expr {
    /// A name.
    pub fn name(name: impl Into<String>) -> Self {
        Self::Name(name.into())
    }

    /// A string literal.
    pub fn str(text: impl Into<String>) -> Self {
        Self::Str(text.into())
    }

    /// An integer of either sign.
    pub fn int(value: i64) -> Self {
        let digits = Self::Int(value.unsigned_abs());
        if value < 0 {
            Self::Unary(UnaryOp::Neg, Box::new(digits))
        } else {
            digits
        }
    }

    /// `self.name`.
    #[must_use]
    pub fn attr(self, name: impl Into<String>) -> Self {
        Self::Attr(Box::new(self), name.into())
    }

    /// `self[index]`.
    #[must_use]
    pub fn index(self, index: Self) -> Self {
        Self::Index(Box::new(self), Box::new(index))
    }

    /// `self(args)` with positional arguments.
    #[must_use]
    pub fn call(self, args: impl IntoIterator<Item = Self>) -> Self {
        let args = args
            .into_iter()
            .map(|value| Arg { name: None, value })
            .collect();
        Self::Call(Box::new(self), args)
    }

    /// `self(name=value, …)`.
    #[must_use]
    pub fn call_named(self, args: impl IntoIterator<Item = (String, Self)>) -> Self {
        let named = args.into_iter().map(|(name, value)| Arg {
            name: Some(name),
            value,
        });
        Self::Call(Box::new(self), named.collect())
    }

    /// `name(args)` with positional arguments.
    pub fn call_name(name: &str, args: impl IntoIterator<Item = Self>) -> Self {
        Self::name(name).call(args)
    }

    /// `left op right`.
    pub fn binary(op: BinOp, left: Self, right: Self) -> Self {
        Self::Binary(op, Box::new(left), Box::new(right))
    }

    /// `left | right` of two annotations.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        Self::binary(BinOp::BitOr, self, other)
    }

    /// What stands in the brackets of `base[…]`: the only item, or all of them.
    pub fn one_or_tuple(items: Vec<Self>) -> Self {
        match <[Self; 1]>::try_from(items) {
            Ok([only]) => only,
            Err(items) => Self::Tuple(items),
        }
    }

    /// `left op right`.
    pub fn compare(op: CmpOp, left: Self, right: Self) -> Self {
        Self::Compare(op, Box::new(left), Box::new(right))
    }

    /// `self is None`.
    #[must_use]
    pub fn is_none(self) -> Self {
        Self::compare(CmpOp::Is, self, Self::None)
    }

    /// `self is not None`.
    #[must_use]
    pub fn is_not_none(self) -> Self {
        Self::compare(CmpOp::IsNot, self, Self::None)
    }

    /// `then if cond else otherwise`.
    pub fn if_else(cond: Self, then: Self, otherwise: Self) -> Self {
        Self::IfExp(Box::new(then), Box::new(cond), Box::new(otherwise))
    }

    /// The logical opposite, as short as it can be written.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::At(span, inner) => Self::At(span, Box::new(inner.negated())),
            Self::Unary(UnaryOp::Not, inner) => *inner,
            Self::Bool(value) => Self::Bool(!value),
            Self::Compare(CmpOp::Gt, left, right) if left.is_length() && *right == Self::Int(0) => {
                Self::Compare(CmpOp::Eq, left, right)
            }
            Self::Compare(op, left, right) => match op.negated() {
                Some(op) => Self::Compare(op, left, right),
                None => Self::Unary(UnaryOp::Not, Box::new(Self::Compare(op, left, right))),
            },
            other => Self::Unary(UnaryOp::Not, Box::new(other)),
        }
    }

    /// Whether it is `len(…)`, which is never negative.
    fn is_length(&self) -> bool {
        matches!(self.plain(), Self::Call(function, _) if function.as_name() == Some("len"))
    }

    /// `left and right`, flattened.
    pub fn bool2(op: BoolOp, left: Self, right: Self) -> Self {
        let mut operands = match left {
            Self::Bool2(inner, operands) if inner == op => operands,
            other => vec![other],
        };
        operands.push(right);
        Self::Bool2(op, operands)
    }

    /// The expression without marks of places.
    pub fn plain(&self) -> &Self {
        let mut expr = self;
        while let Self::At(_, inner) | Self::Noted(_, inner) = expr {
            expr = inner;
        }
        expr
    }

    /// Whether it is a constant: evaluating it at another time or twice changes nothing.
    pub fn is_constant(&self) -> bool {
        match self.plain() {
            Self::Int(_)
            | Self::Float(_)
            | Self::Str(_)
            | Self::Bytes(_)
            | Self::Bool(_)
            | Self::None
            | Self::Ellipsis => true,
            Self::Unary(UnaryOp::Neg, inner) => inner.is_constant(),
            Self::Tuple(items) => items.iter().all(Self::is_constant),
            _ => false,
        }
    }

    /// Whether it is a bare name.
    pub fn as_name(&self) -> Option<&str> {
        match self.plain() {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }
}
