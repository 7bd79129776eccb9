//! The typed module: names resolved, implicit conversions explicit, calls matched to parameters.
//!
//! It is what lowering reads. Every expression carries its type; variables, functions and
//! declarations are identified by index. Evaluation order is source order unless a node says so.

mod builtin;
mod data;
mod matching;
mod query;
mod reactive;

use std::collections::BTreeSet;
use std::rc::Rc;

pub use builtin::Builtin;
pub use data::{
    DataExpr, DataOptions, DataStmt, Generated, Logic, LogicAtom, LogicCond, LogicFacts, LogicRule,
    LogicTerm,
};
pub use matching::{Arm, Match, Pattern};
use mochi_base::{SourceId, Span};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::{
    Check, ClassId, DeclRef, Decls, Effects, ExternFun, Literal, ModuleId, Type, TypeParam,
};
pub use query::{Query, QueryGroup, QueryJoin, QuerySource};
pub use reactive::{AgentDef, AgentStep, AsyncExpr, InnerTypes, ReactiveStmt};

/// A variable; an index into [`Module::vars`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub u32);

/// A function; an index into [`Module::funs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunId(pub u32);

/// A checked module: a file, or the files of a folder.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The file's documentation.
    pub doc: Option<Rc<str>>,
    /// The texts that the module was read from; what the tables below hold of other texts belongs
    /// to other modules of the program.
    pub sources: Vec<SourceId>,
    /// All variables of the program, parameters and pattern bindings included.
    pub vars: Rc<Vec<Var>>,
    /// All functions of the program: top-level, nested, methods and lambdas.
    pub funs: Rc<Vec<Fun>>,
    /// The records and sum types of the program.
    pub decls: Rc<Decls>,
    /// What blocks of the program declare.
    pub inner: Rc<InnerTypes>,
    /// Type aliases of the program, in source order.
    pub aliases: Rc<Vec<Alias>>,
    /// Imports of other modules of the program, in source order.
    pub spaces: Vec<SpaceImport>,
    /// The top level awaits.
    pub is_async: bool,
    /// `import python` in source order.
    pub imports: Vec<PyImport>,
    /// Every dotted Python module whose attributes are used, submodules included.
    pub py_modules: BTreeSet<Rc<str>>,
    /// The Python files beside it whose names it declares (`mochi_types::is_sidecar`).
    pub sidecars: BTreeSet<ModuleId>,
    /// The interfaces that it declares by hand, in source order.
    pub interfaces: Vec<ClassId>,
    /// Hand-written declarations marked `export`, in source order.
    pub exported_externs: Vec<ExternExport>,
    /// Its facts and rules, wherever they stand.
    pub logic: Logic,
    /// The top-level statements in source order; declarations stand where they were written.
    pub body: Vec<Stmt>,
}

impl Module {
    /// Whether what stands at that place belongs to this module.
    pub fn owns(&self, span: Span) -> bool {
        self.sources.contains(&span.source)
    }
}

/// A variable.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts that lowering asks for one by one"
)]
pub struct Var {
    /// The name as written.
    pub name: Rc<str>,
    /// Its declared or inferred type.
    pub ty: Type,
    /// How it came about.
    pub kind: VarKind,
    /// May be assigned.
    pub mutable: bool,
    /// Is assigned somewhere after its declaration.
    pub assigned: bool,
    /// The function it belongs to; none for the file itself.
    pub owner: Option<FunId>,
    /// Read or assigned by a function nested in its owner (for globals: by any function).
    pub captured: bool,
    /// Assigned by such a function.
    pub assigned_by_inner: bool,
    /// Declared inside a loop body, so each round has its own.
    pub in_loop: bool,
    /// Marked `export`.
    pub export: bool,
    /// Its `///` documentation.
    pub doc: Option<Rc<str>>,
    /// Where its name stands.
    pub span: Span,
}

/// How a variable came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VarKind {
    /// Top-level `let` / `var` of the file, outside any block.
    Global,
    /// `let` / `var` in a block (of the file or of a function).
    Local,
    /// A parameter.
    Param,
    /// `this` of a method.
    This,
    /// A loop variable.
    Loop,
    /// Bound by a pattern.
    Pattern,
    /// Bound by `catch`.
    Catch,
    /// Bound by `using`.
    Using,
    /// Holds the class or stream that a block declares.
    Home,
    /// Introduced by the checker (the temporary of a safe access).
    Temp,
}

/// A function.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts that lowering asks for one by one"
)]
pub struct Fun {
    /// The name as written; none for lambdas.
    pub name: Option<Rc<str>>,
    /// What kind it is.
    pub kind: FunKind,
    /// Type parameters.
    pub type_params: Vec<Rc<TypeParam>>,
    /// Parameters in order, the receiver excluded.
    pub params: Vec<FunParam>,
    /// The result type.
    pub result: Type,
    /// The body; for `=> e` a single `Return`.
    pub body: Vec<Stmt>,
    /// The body was `=> e`.
    pub is_expression: bool,
    /// Control can reach the end of the body.
    pub falls_off: bool,
    /// Effects of a call.
    pub effects: Effects,
    /// `async fun`.
    pub is_async: bool,
    /// The enclosing function; none at top level and for methods of the file's types.
    pub owner: Option<FunId>,
    /// Created inside a loop body, so each round has its own captures.
    pub in_loop: bool,
    /// Calls itself, directly or through others.
    pub is_recursive: bool,
    /// Marked `export`.
    pub export: bool,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// The whole function.
    pub span: Span,
}

/// The kinds of function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunKind {
    /// Declared at top level.
    Top,
    /// Declared inside a function or block; it has a variable-like scope.
    Nested,
    /// A method of a record; `this` is the receiver's variable.
    Method {
        /// The record.
        record: DeclRef,
        /// The receiver.
        this: VarId,
    },
    /// A lambda.
    Lambda,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct FunParam {
    /// Its variable.
    pub var: VarId,
    /// Its default value, evaluated at each call that omits it.
    pub default: Option<Expr>,
}

/// A type alias.
#[derive(Clone, Debug)]
pub struct Alias {
    /// Its name.
    pub name: Rc<str>,
    /// What it stands for.
    pub ty: Type,
    /// Marked `export`.
    pub export: bool,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// The declaration.
    pub span: Span,
}

/// The import of another module of the program.
#[derive(Clone, Debug)]
pub struct SpaceImport {
    /// The alias.
    pub alias: Rc<str>,
    /// The module's index in the program.
    pub module: usize,
    /// It stands in a block: the module runs when the block gets there, if it did not before.
    pub nested: bool,
    /// The statement.
    pub span: Span,
}

/// A hand-written declaration that the module exports.
#[derive(Clone, Debug)]
pub struct ExternExport {
    /// The module that it describes.
    pub module: ModuleId,
    /// How Python spells its name there.
    pub name: Rc<str>,
    /// Its name in this module.
    pub own: Rc<str>,
    /// Where that stands.
    pub span: Span,
}

/// `import python`.
#[derive(Clone, Debug)]
pub struct PyImport {
    /// The alias.
    pub alias: Rc<str>,
    /// The module.
    pub module: ModuleId,
    /// The statement.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of statement.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// Declares variables. Without initialiser the checker fills in the zero value.
    Let {
        /// What is bound.
        target: Target,
        /// The value, already of the declared type.
        value: Expr,
    },
    /// Assigns. The place's subexpressions are evaluated before the value.
    Assign {
        /// Where to.
        place: Place,
        /// The value, already of the place's type.
        value: Expr,
    },
    /// Evaluates for its effects.
    Expr(Expr),
    /// Leaves the function.
    Return(Option<Expr>),
    /// `if`; `else if` is a nested `If` as the only statement of `otherwise`.
    If {
        /// The condition.
        cond: Expr,
        /// Taken when true.
        then: Vec<Stmt>,
        /// Taken when false.
        otherwise: Vec<Stmt>,
    },
    /// `while`.
    While {
        /// The condition.
        cond: Expr,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `for i in a..b`.
    ForRange {
        /// The loop variable; none for `_`.
        var: Option<VarId>,
        /// The lower bound.
        start: Expr,
        /// The upper bound, excluded.
        end: Expr,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `for x in e`; how is decided by the source's type (language.md §5.3).
    ForEach {
        /// What is bound in each round.
        target: Target,
        /// The source.
        source: Expr,
        /// For handles: the check of each element.
        check: Option<(Rc<Check>, Rc<str>)>,
        /// `(k, v)` over a map or omap: entries rather than keys.
        entries: bool,
        /// The body may change the length of what is iterated.
        body_may_mutate: bool,
        /// `for await`.
        is_await: bool,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `try`.
    Try {
        /// The protected block.
        body: Vec<Stmt>,
        /// The clauses in order.
        catches: Vec<Catch>,
        /// `finally`.
        finally: Vec<Stmt>,
    },
    /// `using`.
    Using {
        /// What entering binds.
        var: VarId,
        /// `using await`.
        is_await: bool,
        /// The manager.
        manager: Expr,
        /// The check of what entering returns, with the symbol.
        check: Option<(Rc<Check>, Rc<str>)>,
        /// What it protects.
        body: Vec<Stmt>,
    },
    /// `match` as a statement.
    Match(Match),
    /// `stream`, `on`, `emit`, `agent`.
    Reactive(Box<ReactiveStmt>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// A named function is declared here.
    Fun(FunId),
    /// A record or sum type is declared here.
    Type(DeclRef),
    /// An alias is declared here; an index into [`Module::aliases`].
    Alias(usize),
    /// `import python`; an index into [`Module::imports`].
    Import(usize),
    /// The import of another module in a block; an index into [`Module::spaces`].
    Space(usize),
    /// `update`, `model`.
    Data(Box<DataStmt>),
    /// `expect c`.
    Expect {
        /// The condition.
        cond: Expr,
        /// Its source text.
        text: Rc<str>,
    },
    /// `test "name" { … }`.
    Test {
        /// Its name.
        name: Rc<str>,
        /// Its body.
        body: Vec<Stmt>,
    },
    /// `bench "name" { … }`.
    Bench {
        /// Its name.
        name: Rc<str>,
        /// Its body.
        body: Vec<Stmt>,
    },
}

/// What a `let` or loop binds.
#[derive(Clone, Debug)]
pub enum Target {
    /// One variable.
    Var(VarId),
    /// `_`.
    Ignore,
    /// The parts of a tuple.
    Tuple(Vec<Target>),
}

impl Target {
    /// The variables that it binds, in order.
    pub fn vars(&self) -> Vec<VarId> {
        match self {
            Self::Var(id) => vec![*id],
            Self::Ignore => Vec::new(),
            Self::Tuple(parts) => parts.iter().flat_map(Self::vars).collect(),
        }
    }
}

/// A place that can be assigned.
#[derive(Clone, Debug)]
pub enum Place {
    /// A variable.
    Var(VarId),
    /// A field of a record, or an attribute of a handle (`is_python`).
    Field {
        /// The object.
        object: Expr,
        /// The field.
        name: Rc<str>,
        /// The object is a Python handle (a `TypedDict` has [`Place::Index`] instead).
        is_python: bool,
    },
    /// `xs[i]`, `m[k]` by the object's type.
    Index {
        /// The container.
        object: Expr,
        /// The index or key.
        index: Expr,
    },
    /// `h[subscripts]` on a handle.
    PyIndex {
        /// The handle.
        object: Expr,
        /// The subscripts.
        subscripts: Vec<PySubscript>,
    },
    /// A Python module attribute.
    ModuleAttr {
        /// The module.
        module: ModuleId,
        /// The attribute.
        name: Rc<str>,
    },
}

/// A `catch` clause.
#[derive(Clone, Debug)]
pub struct Catch {
    /// The error's variable.
    pub var: VarId,
    /// The exception class; none for a plain `catch e` (any `Exception`).
    pub class: Option<ClassId>,
    /// The block.
    pub body: Vec<Stmt>,
    /// The clause.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// The value before it was seen as one of another type ([`ExprKind::Widen`]).
    pub fn unwidened(&self) -> &Self {
        let mut value = self;
        while let ExprKind::Widen(inner) = &value.kind {
            value = inner;
        }
        value
    }
}

/// The kinds of expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// A byte string.
    Bytes(Rc<[u8]>),
    /// A bool.
    Bool(bool),
    /// `none`, and the unit value.
    None,
    /// An f-string.
    FStr(Vec<FStrPart>),
    /// A variable.
    Var(VarId),
    /// A named function as a value.
    Fun(FunId),
    /// A method as a value, bound to its receiver.
    BoundMethod {
        /// The receiver.
        object: Box<Expr>,
        /// The method.
        fun: FunId,
    },
    /// A builtin as a value.
    Builtin(Builtin),
    /// A variant's constructor as a value.
    Constructor {
        /// The sum type.
        sum: DeclRef,
        /// The variant's index.
        variant: u32,
    },
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{k: v}`, in source order.
    Map(Vec<(Expr, Expr)>),
    /// `omap{k: v}`.
    OMap(Vec<(Expr, Expr)>),
    /// `set{a}`.
    Set(Vec<Expr>),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// A record, in the order written.
    Record {
        /// The type.
        decl: DeclRef,
        /// The fields.
        fields: Vec<(Rc<str>, Expr)>,
    },
    /// A variant, fields in the order written; a nullary one has none.
    Variant {
        /// The sum type.
        sum: DeclRef,
        /// The variant's index.
        variant: u32,
        /// The fields.
        fields: Vec<(Rc<str>, Expr)>,
    },
    /// An anonymous record, fields in the order written.
    Anon(Vec<(Rc<str>, Expr)>),
    /// `-`, `!`, `~` on Mochi values.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// An operator on Mochi values; operands are not converted to a common type.
    Binary {
        /// The operator, `&&`, `||`, `??` and `in` included.
        op: BinaryOp,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// Calls a function of the program by identity.
    CallFun {
        /// The function.
        fun: FunId,
        /// The arguments in source order, each with the index of its parameter. Parameters that
        /// do not occur take their defaults.
        args: Vec<(usize, Expr)>,
    },
    /// Calls a method.
    CallMethod {
        /// The receiver.
        object: Box<Expr>,
        /// The method.
        fun: FunId,
        /// As in [`ExprKind::CallFun`].
        args: Vec<(usize, Expr)>,
    },
    /// Calls a value of a `fun` type.
    CallValue {
        /// The value.
        callee: Box<Expr>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// Calls a builtin.
    CallBuiltin {
        /// The builtin.
        builtin: Builtin,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// A partial application: the given arguments are evaluated now; open places (`None`) and
    /// then the parameters beyond the list are taken later, one call each unless `open` says
    /// that all open places are taken by one call (`f(_, 2)`).
    Partial {
        /// The function value.
        callee: Box<Expr>,
        /// The arguments; `None` is an open place.
        args: Vec<Option<Expr>>,
        /// Open places were written as `_`.
        open: bool,
    },
    /// A field of a record, variant, anonymous record or `error`.
    Field {
        /// The object.
        object: Box<Expr>,
        /// The field.
        name: Rc<str>,
    },
    /// `a.f` on `any`: a map entry or record field; yields `any`.
    AnyField {
        /// The object.
        object: Box<Expr>,
        /// The field.
        name: Rc<str>,
    },
    /// `m.name` on a string-keyed map.
    MapField {
        /// The map.
        object: Box<Expr>,
        /// The key.
        name: Rc<str>,
    },
    /// `e[i]` on Mochi values, `any` included; by the object's type.
    Index {
        /// The object.
        object: Box<Expr>,
        /// The index or key.
        index: Box<Expr>,
    },
    /// `t[0]` on a tuple.
    TupleIndex {
        /// The tuple.
        object: Box<Expr>,
        /// The position.
        index: usize,
    },
    /// `e[a:b:c]` on lists, strings and bytes.
    Slice {
        /// The object.
        object: Box<Expr>,
        /// The lower bound.
        start: Option<Box<Expr>>,
        /// The upper bound.
        stop: Option<Box<Expr>>,
        /// The step.
        step: Option<Box<Expr>>,
    },
    /// `a?.f`, `a?[i]`: binds `temp` to the object; none if that is none, else `then`.
    Safe {
        /// The receiver, an option.
        object: Box<Expr>,
        /// The variable that `then` reads.
        temp: VarId,
        /// The access on `temp`.
        then: Box<Expr>,
    },
    /// `e as T` with T the expression's type, where it does something at run time.
    Cast(Box<Expr>),
    /// An implicit conversion to the expression's type: numbers to `bigrat`, an `error` to its
    /// code where an int is expected, a Python exception to the `error` that a plain `catch`
    /// would bind, a map literal to an anonymous record.
    Convert(Box<Expr>),
    /// The same value at another static type (narrowing, a value into an option, a variant into
    /// its sum, a fresh container widened).
    Widen(Box<Expr>),
    /// A lambda.
    Lambda(FunId),
    /// `if` as an expression; without `else` the other value is none.
    If {
        /// The condition.
        cond: Box<Expr>,
        /// The value when true.
        then: Box<Expr>,
        /// The value when false.
        otherwise: Option<Box<Expr>>,
    },
    /// `match` as an expression.
    Match(Match),
    /// `load`, `save`, `fetch`, `generate`, `query p(…)`.
    Data(Box<DataExpr>),
    /// `from … select …`.
    Query(Box<Query>),
    /// Asynchronous code.
    Async(Box<AsyncExpr>),
    /// A Python module object.
    PyModule(ModuleId),
    /// A Python class object.
    PyClass(ClassId),
    /// The class object of a record of the program.
    RecordClass(DeclRef),
    /// An attribute of a Python module, class or handle: function, method, value.
    PyAttr {
        /// The object.
        object: Box<Expr>,
        /// The attribute.
        name: Rc<str>,
    },
    /// Calls a Python callable with arguments as written.
    PyCall {
        /// The callable.
        callee: Box<Expr>,
        /// The arguments.
        args: Vec<PyArg>,
        /// What is called, for messages.
        fun: Option<Rc<ExternFun>>,
    },
    /// `h[subscripts]` on a handle; a `TypedDict` field read is this with a string.
    PyIndex {
        /// The handle.
        object: Box<Expr>,
        /// The subscripts.
        subscripts: Vec<PySubscript>,
    },
    /// An operator where one side is a handle: plain Python operator.
    PyBinary {
        /// The operator.
        op: BinaryOp,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// A prefix operator on a handle.
    PyUnary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// An enum member or another literal value of a Python class.
    PyLiteral(Literal),
    /// The border: the value of a Python expression, checked and converted.
    Check {
        /// The Python expression.
        value: Box<Expr>,
        /// What it must be.
        check: Rc<Check>,
        /// What declared it: `httpx.Client.get`.
        symbol: Rc<str>,
    },
}

/// A part of an f-string.
#[derive(Clone, Debug)]
pub enum FStrPart {
    /// Literal text.
    Text(Rc<str>),
    /// A value with its format, if any.
    Value(Box<Expr>, Option<Rc<str>>),
}

/// An argument of a Python call.
#[derive(Clone, Debug)]
pub struct PyArg {
    /// By name.
    pub name: Option<Rc<str>>,
    /// The value.
    pub value: Expr,
}

/// A subscript on a handle.
#[derive(Clone, Debug)]
pub enum PySubscript {
    /// One value.
    Index(Expr),
    /// A slice.
    Slice(Option<Box<Expr>>, Option<Box<Expr>>, Option<Box<Expr>>),
}
