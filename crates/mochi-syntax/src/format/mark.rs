//! What the parser tells the formatter: where constructs begin and end, and what single tokens are
//! there for. The tree leaves most of that out, and constructs that are not lowered yet have none.
//!
//! A mark refers to tokens by their index. Marks of one file nest.

/// One observation of the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub kind: MarkKind,
    /// Index of the first token.
    pub first: u32,
    /// Index behind the last token.
    pub end: u32,
}

/// What a run of tokens is, or what a token is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// A run of tokens that belong together.
    Node(NodeKind),
    /// One token.
    Role(Role),
}

/// What a run of tokens is, as far as layout is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// The whole file.
    File,
    /// A statement.
    Stmt,
    /// `{ … }` around statements.
    Block,
    /// `{ … }` around members, between which commas may be left out.
    Members,
    /// Brackets around items with commas between them.
    List,
    /// An item of [`NodeKind::List`] or [`NodeKind::Members`].
    Item,
    /// `(e)`.
    Paren,
    /// `{ e }`, a branch of an `if` expression.
    Braced,
    /// A value followed by calls, members and subscripts.
    Chain,
    /// Operands with operators between them; each operator has a [`Role::Op`].
    Binary,
    /// An `if` expression.
    If,
    /// A query, whose clauses but the first begin with a [`Role::Clause`], or a rule, whose
    /// conditions do.
    Query,
}

/// What a token is there for, where its kind does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// No blank stands before it: the bracket of a call, a subscript, a parameter list.
    Tight,
    /// No blank stands behind it: `-x`, `*args`.
    Prefix,
    /// A brace with blanks inside, such as that of a record literal.
    Padded,
    /// A colon of a slice.
    Slice,
    /// `<` before type arguments or parameters.
    AngleOpen,
    /// `>` or `>>` behind them.
    AngleClose,
    /// The point, or the question mark before it, of a member in a chain.
    Link,
    /// An infix operator with its level; operators of a low level bind loosely.
    Op(u8),
    /// Begins a clause of a query.
    Clause,
    /// A comma that may be left out.
    Optional,
}
