//! The syntax tree, as the parser leaves it: names unresolved, no types, every node with its span.
//!
//! Expressions carry a [`NodeId`], unique in their file, for side tables.
//!
//! Spec: language.md §2.

mod external;

mod query;

use std::rc::Rc;

use mochi_base::Span;

mod data;
mod reactive;

pub use reactive::{AgentDecl, AgentMember, AsyncExpr, OnHandler, ReactiveStmt, StreamDecl};

pub use query::{JoinKind, Query, QueryGroup, QueryJoin, QuerySource};

pub use data::{Cond, DataExpr, DataStmt, Fetch, Pred, Term};

pub use external::{
    ExternClass, ExternClassKind, ExternDecl, ExternDeclKind, ExternEnumMember, ExternMember,
    ExternMemberKind, ExternParam, ExternParamKind, ExternSignature,
};

/// Identifies an expression within its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A name or word with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The text as written.
    pub text: Rc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A whole file.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// `package NAME`, if given.
    pub package: Option<Name>,
    /// `///` lines at the top of the file that do not belong to a declaration.
    pub doc: Option<Rc<str>>,
    /// The statements in source order.
    pub body: Vec<Stmt>,
}

/// `{ … }` in statement position.
#[derive(Clone, Debug)]
pub struct Block {
    /// The statements in source order.
    pub body: Vec<Stmt>,
    /// From `{` to `}` inclusive.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// The whole statement.
    pub span: Span,
    /// The `///` block directly above, lines joined by `\n`, for declarations.
    pub doc: Option<Rc<str>>,
    /// Preceded by `export`.
    pub export: bool,
}

/// The kinds of statement (`stmt` in the grammar).
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `let` / `var`.
    Let(Let),
    /// `a[i].f = e`.
    Assign(Assign),
    /// `fun f(…) { … }`.
    Fun(Rc<FunDecl>),
    /// `return [e]`.
    Return(Option<Expr>),
    /// `if`.
    If(IfStmt),
    /// `while c { … }`.
    While {
        /// The condition.
        cond: Expr,
        /// The body.
        body: Block,
    },
    /// `for`.
    For(For),
    /// `try`.
    Try(Try),
    /// `using`.
    Using(Using),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// An expression as a statement.
    Expr(Expr),
    /// `expect c`.
    Expect(Expr),
    /// `test "name" { … }`.
    Test(TestBlock),
    /// `bench "name" { … }`.
    Bench(TestBlock),
    /// `type …`.
    Type(Rc<TypeDecl>),
    /// `import …`.
    Import(Import),
    /// `fetch … into`, `update`, `model`, `fact`, `rule`.
    Data(Box<DataStmt>),
    /// `stream`, `on`, `emit`, `agent`.
    Reactive(Box<ReactiveStmt>),
    /// `extern …`.
    Extern(Rc<ExternDecl>),
    /// A statement that could not be read; already reported.
    Error,
}

/// `let` / `var`.
#[derive(Clone, Debug)]
pub struct Let {
    /// `var` rather than `let`.
    pub mutable: bool,
    /// What is bound.
    pub binder: Binder,
    /// The annotation.
    pub ty: Option<TypeExpr>,
    /// The initialiser.
    pub value: Option<Expr>,
}

/// What a `let`, `for` or tuple binds.
#[derive(Clone, Debug)]
pub enum Binder {
    /// One name; `_` binds nothing.
    Name(Name),
    /// `(a, (b, _))`.
    Tuple(Vec<Binder>, Span),
}

/// An assignment.
#[derive(Clone, Debug)]
pub struct Assign {
    /// The variable at the root.
    pub root: Name,
    /// The path from it, in source order.
    pub path: Vec<PlaceStep>,
    /// The right side.
    pub value: Expr,
}

/// One step of an assignment's path.
#[derive(Clone, Debug)]
pub enum PlaceStep {
    /// `[subscripts]`.
    Index(Vec<Subscript>, Span),
    /// `.name`.
    Field(Name),
}

/// A named function, a method or an intent.
#[derive(Clone, Debug)]
pub struct FunDecl {
    /// Its name.
    pub name: Name,
    /// `async fun`.
    pub is_async: bool,
    /// Type parameters.
    pub type_params: Vec<TypeParamDecl>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Declared result.
    pub result: Option<TypeExpr>,
    /// `! io, net`; none if not stated.
    pub effects: Option<Vec<Name>>,
    /// The body.
    pub body: Block,
    /// The `///` block directly above.
    pub doc: Option<Rc<str>>,
    /// From `fun` to the end of the body.
    pub span: Span,
}

/// `T` or `T: Bound`.
#[derive(Clone, Debug)]
pub struct TypeParamDecl {
    /// Its name.
    pub name: Name,
    /// Its bound.
    pub bound: Option<TypeExpr>,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Option<TypeExpr>,
    /// Its default value.
    pub default: Option<Expr>,
}

/// `if` as a statement.
#[derive(Clone, Debug)]
pub struct IfStmt {
    /// The condition.
    pub cond: Expr,
    /// Taken when true.
    pub then: Block,
    /// Taken when false.
    pub otherwise: Option<Else>,
}

/// What follows `else`.
#[derive(Clone, Debug)]
pub enum Else {
    /// `else if`.
    If(Box<IfStmt>, Span),
    /// `else { … }`.
    Block(Block),
}

/// `for`.
#[derive(Clone, Debug)]
pub struct For {
    /// The loop variables.
    pub binder: Binder,
    /// What is iterated, or the lower bound of a range.
    pub source: Expr,
    /// The upper bound of `a..b`.
    pub end: Option<Expr>,
    /// `for await`.
    pub is_await: bool,
    /// The body.
    pub body: Block,
}

/// `try`.
#[derive(Clone, Debug)]
pub struct Try {
    /// The protected block.
    pub body: Block,
    /// The clauses in order.
    pub catches: Vec<Catch>,
    /// `finally`.
    pub finally: Option<Block>,
}

/// `catch e [: T] { … }`.
#[derive(Clone, Debug)]
pub struct Catch {
    /// The error's name.
    pub name: Name,
    /// The extern error type.
    pub ty: Option<TypeExpr>,
    /// The block.
    pub body: Block,
    /// From `catch` to the end of the block.
    pub span: Span,
}

/// `using x = e [{ … }]`.
#[derive(Clone, Debug)]
pub struct Using {
    /// `using await`.
    pub is_await: bool,
    /// What entering binds.
    pub name: Name,
    /// The manager.
    pub value: Expr,
    /// The block; without one it lasts to the end of the enclosing block.
    pub body: Option<Block>,
}

/// A test or bench block.
#[derive(Clone, Debug)]
pub struct TestBlock {
    /// Its name.
    pub name: Rc<str>,
    /// Its body.
    pub body: Block,
}

/// `type …`.
#[derive(Clone, Debug)]
pub struct TypeDecl {
    /// Its name.
    pub name: Name,
    /// What it declares.
    pub kind: TypeDeclKind,
    /// The `///` block directly above.
    pub doc: Option<Rc<str>>,
    /// The whole declaration.
    pub span: Span,
}

/// The kinds of type declaration.
#[derive(Clone, Debug)]
pub enum TypeDeclKind {
    /// `type P { x: int  fun f() { } }`.
    Record {
        /// The fields in order.
        fields: Vec<FieldDecl>,
        /// The methods in order.
        methods: Vec<Rc<FunDecl>>,
    },
    /// `type T = A | B(x: int)`.
    Sum(Vec<VariantDecl>),
    /// `type X = int?`.
    Alias(TypeExpr),
}

/// A field of a record or variant.
#[derive(Clone, Debug)]
pub struct FieldDecl {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// The `///` block directly above.
    pub doc: Option<Rc<str>>,
}

/// A variant of a sum type.
#[derive(Clone, Debug)]
pub struct VariantDecl {
    /// Its name.
    pub name: Name,
    /// Its fields in order; empty for a nullary variant.
    pub fields: Vec<FieldDecl>,
    /// The `///` block directly above it, or above the bar before it.
    pub doc: Option<Rc<str>>,
}

/// `import …`.
#[derive(Clone, Debug)]
pub struct Import {
    /// The word between `import` and the path, such as `python`.
    pub language: Option<Name>,
    /// The path or requirement, escapes decoded.
    pub path: Rc<str>,
    /// The string literal.
    pub path_span: Span,
    /// `as NAME`.
    pub alias: Option<Name>,
    /// `auto`.
    pub auto: bool,
    /// `! io, net`.
    pub effects: Option<Vec<Name>>,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of type expression (`type` in the grammar).
#[derive(Clone, Debug)]
pub enum TypeExprKind {
    /// `NAME {"." NAME} ["<" … ">"]`.
    Named {
        /// The dotted name.
        path: Vec<Name>,
        /// The type arguments.
        args: Vec<TypeExpr>,
    },
    /// `[T]`.
    List(Box<TypeExpr>),
    /// `T?`.
    Option(Box<TypeExpr>),
    /// `(A, B)`.
    Tuple(Vec<TypeExpr>),
    /// `fun(A, B): R`; no result means unit.
    Fun {
        /// The parameter types.
        params: Vec<TypeExpr>,
        /// The result type.
        result: Option<Box<TypeExpr>>,
    },
    /// `fun(...any): R`.
    AnyFun {
        /// The result type.
        result: Option<Box<TypeExpr>>,
    },
    /// `{a: A, b: B}`.
    Record(Vec<(Name, TypeExpr)>),
    /// `A | B`.
    Union(Vec<TypeExpr>),
    /// `"x"`.
    StrLiteral(Rc<str>),
    /// `1`.
    IntLiteral(i64),
    /// A type that could not be read; already reported.
    Error,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Unique in the file.
    pub id: NodeId,
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression (`expr` in the grammar).
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// An integer literal (language.md §1: fits 64 signed bits).
    Int(i64),
    /// A float literal.
    Float(f64),
    /// A string literal, escapes decoded.
    Str(Rc<str>),
    /// A byte string literal.
    Bytes(Rc<[u8]>),
    /// `f"…"`.
    FStr(Vec<FStrPart>),
    /// `true`, `false`.
    Bool(bool),
    /// `none`.
    None,
    /// A name.
    Name(Rc<str>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{k: v}`.
    Map(Vec<MapEntry>),
    /// `set{a, b}`.
    Set(Vec<Expr>),
    /// `omap{k: v}`.
    OMap(Vec<MapEntry>),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `(e)`, kept for messages and the formatter.
    Paren(Box<Expr>),
    /// `P { x: 1 }`.
    Record {
        /// The dotted name of the type.
        path: Vec<Name>,
        /// The fields as written.
        fields: Vec<(Name, Expr)>,
    },
    /// `-e`, `!e`, `~e`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b`; also `&&`, `||`, `??`, `in` and the set operations.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The operator's own place.
        op_span: Span,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `f(a, k = b)`.
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The arguments in order.
        args: Vec<Arg>,
        /// From `(` to `)`.
        args_span: Span,
    },
    /// `e.name`.
    Field {
        /// The receiver.
        object: Box<Expr>,
        /// The member.
        name: Name,
    },
    /// `e?.name`.
    SafeField {
        /// The receiver.
        object: Box<Expr>,
        /// The member.
        name: Name,
    },
    /// `e[…]`.
    Index {
        /// The receiver.
        object: Box<Expr>,
        /// One or more subscripts.
        subscripts: Vec<Subscript>,
    },
    /// `e?[i]`.
    SafeIndex {
        /// The receiver.
        object: Box<Expr>,
        /// The index.
        index: Box<Expr>,
    },
    /// `e as T`.
    Cast {
        /// The operand.
        value: Box<Expr>,
        /// The target.
        ty: TypeExpr,
    },
    /// `fun(x: int): int => x + 1`.
    Lambda(Rc<Lambda>),
    /// `if c then a else b`, `if c { a } else { b }`.
    If {
        /// The condition.
        cond: Box<Expr>,
        /// The value when true.
        then: Box<Expr>,
        /// The value when false.
        otherwise: Option<Box<Expr>>,
    },
    /// `match e { … }`.
    Match(Box<Match>),
    /// `from x in xs … select e`.
    Query(Box<Query>),
    /// `load`, `save`, `fetch`, `generate`, `query p(…)`.
    Data(Box<DataExpr>),
    /// `await`, `await all`, `spawn`, `async`.
    Async(Box<AsyncExpr>),
    /// An expression that could not be read; already reported.
    Error,
}

/// A part of an f-string.
#[derive(Clone, Debug)]
pub enum FStrPart {
    /// Literal text, escapes and doubled braces decoded.
    Text(Rc<str>),
    /// `{e:spec}`.
    Value {
        /// The expression.
        value: Box<Expr>,
        /// The format after the colon and its place.
        spec: Option<(Rc<str>, Span)>,
    },
}

/// An entry of a map literal.
#[derive(Clone, Debug)]
pub struct MapEntry {
    /// The key; a bare name is the string of that name ([`MapKey::Word`]).
    pub key: MapKey,
    /// The value.
    pub value: Expr,
}

/// The key of a map literal's entry.
#[derive(Clone, Debug)]
pub enum MapKey {
    /// A bare name: that string.
    Word(Name),
    /// Any other expression; `(a)` is the variable's value.
    Expr(Expr),
}

/// An argument.
#[derive(Clone, Debug)]
pub struct Arg {
    /// `name =`.
    pub name: Option<Name>,
    /// The value; a bare `_` is `ExprKind::Name("_")` and leaves the place open.
    pub value: Expr,
}

/// A subscript.
#[derive(Clone, Debug)]
pub enum Subscript {
    /// `[i]`.
    Index(Expr),
    /// `[a:b:c]`.
    Slice {
        /// Before the first colon.
        start: Option<Box<Expr>>,
        /// Between the colons.
        stop: Option<Box<Expr>>,
        /// After the second colon.
        step: Option<Box<Expr>>,
        /// The whole slice.
        span: Span,
    },
}

/// A lambda.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// `async fun`.
    pub is_async: bool,
    /// Type parameters.
    pub type_params: Vec<TypeParamDecl>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Declared result.
    pub result: Option<TypeExpr>,
    /// `! io`.
    pub effects: Option<Vec<Name>>,
    /// The body.
    pub body: LambdaBody,
    /// The whole lambda.
    pub span: Span,
}

/// The body of a lambda.
#[derive(Clone, Debug)]
pub enum LambdaBody {
    /// `=> e`.
    Expr(Box<Expr>),
    /// `{ … }`.
    Block(Block),
}

/// `match`.
#[derive(Clone, Debug)]
pub struct Match {
    /// The subject.
    pub subject: Expr,
    /// The arms in order.
    pub arms: Vec<Arm>,
}

/// An arm.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The pattern.
    pub pattern: Pattern,
    /// `when c`.
    pub guard: Option<Expr>,
    /// What it yields.
    pub body: ArmBody,
    /// The whole arm.
    pub span: Span,
}

/// What an arm yields.
#[derive(Clone, Debug)]
pub enum ArmBody {
    /// An expression.
    Expr(Expr),
    /// A block; its value is its last statement if that is an expression.
    Block(Block),
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of pattern. What a bare name means is decided by the checker (language.md §7).
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// `_`.
    Wildcard,
    /// A bare name.
    Name(Rc<str>),
    /// A dotted name.
    Path(Vec<Name>),
    /// `V(p, …)`.
    Variant {
        /// The variant's name.
        name: Name,
        /// The patterns of its fields.
        args: Vec<Pattern>,
    },
    /// `x: T`.
    Typed {
        /// What is bound; `_` binds nothing.
        name: Name,
        /// The type.
        ty: TypeExpr,
    },
    /// A literal, `none` included.
    Literal(Expr),
    /// A pattern that could not be read; already reported.
    Error,
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `~`
    Invert,
}

/// Infix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named by its text in `BinaryOp::text`")]
pub enum BinaryOp {
    Pow,
    Mul,
    Div,
    Rem,
    FloorDiv,
    MatMul,
    Add,
    Sub,
    Shl,
    Shr,
    BitAnd,
    BitXor,
    BitOr,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    In,
    And,
    Or,
    Coalesce,
    Union,
    UnionAll,
    Except,
    Intersect,
}

impl BinaryOp {
    /// The operator as written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pow => "**",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::FloorDiv => "//",
            Self::MatMul => "@",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::BitAnd => "&",
            Self::BitXor => "^",
            Self::BitOr => "|",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::In => "in",
            Self::And => "&&",
            Self::Or => "||",
            Self::Coalesce => "??",
            Self::Union => "union",
            Self::UnionAll => "union all",
            Self::Except => "except",
            Self::Intersect => "intersect",
        }
    }
}

impl UnaryOp {
    /// The operator as written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Neg => "-",
            Self::Not => "!",
            Self::Invert => "~",
        }
    }
}
