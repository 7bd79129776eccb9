//! Nodes of asynchronous code, event streams and agents.
//!
//! Spec: language.md §2, §16, §18.10.

use std::rc::Rc;

use mochi_base::Span;

use super::{Assign, Block, Expr, FieldDecl, FunDecl, Let, Name};

/// An expression of asynchronous code.
#[derive(Clone, Debug)]
pub enum AsyncExpr {
    /// `await e [timeout t]`.
    Await {
        /// What is awaited.
        value: Expr,
        /// Seconds.
        timeout: Option<Expr>,
    },
    /// `await all [a, b] [timeout t]`.
    AwaitAll {
        /// What is awaited, in order.
        items: Vec<Expr>,
        /// The list literal.
        list_span: Span,
        /// Seconds.
        timeout: Option<Expr>,
    },
    /// `spawn e`, `async e`.
    Spawn {
        /// The word as written.
        word: &'static str,
        /// The call, or an agent's literal.
        value: Expr,
    },
}

/// A statement of event streams and agents.
#[derive(Clone, Debug)]
pub enum ReactiveStmt {
    /// `stream S { … }`.
    Stream(Rc<StreamDecl>),
    /// `on S as e { … }`.
    On(OnHandler),
    /// `emit S { … }`.
    Emit {
        /// The stream.
        stream: Name,
        /// The fields as written.
        fields: Vec<(Name, Expr)>,
    },
    /// `emit(s, v)`.
    EmitValue {
        /// What stands in the parentheses: the value stream and the value.
        args: Vec<Expr>,
        /// From `(` to `)`.
        args_span: Span,
    },
    /// `agent A { … }`.
    Agent(Rc<AgentDecl>),
}

/// `stream S { … }`.
#[derive(Clone, Debug)]
pub struct StreamDecl {
    /// Its name, also that of the record type.
    pub name: Name,
    /// The record's fields in order.
    pub fields: Vec<FieldDecl>,
    /// The `///` block directly above.
    pub doc: Option<Rc<str>>,
    /// The whole declaration.
    pub span: Span,
}

/// `on S as e { … }`.
#[derive(Clone, Debug)]
pub struct OnHandler {
    /// The stream.
    pub stream: Name,
    /// The name of the event in the body.
    pub event: Name,
    /// The body.
    pub body: Block,
    /// From `on` to the end of the body.
    pub span: Span,
}

/// `agent A { … }`.
#[derive(Clone, Debug)]
pub struct AgentDecl {
    /// Its name.
    pub name: Name,
    /// Its members in order.
    pub members: Vec<AgentMember>,
    /// The `///` block directly above.
    pub doc: Option<Rc<str>>,
    /// The whole declaration.
    pub span: Span,
}

/// A member of an agent.
#[derive(Clone, Debug)]
pub enum AgentMember {
    /// `let` / `var`.
    Let {
        /// The declaration.
        item: Let,
        /// The `///` block directly above.
        doc: Option<Rc<str>>,
        /// The whole member.
        span: Span,
    },
    /// An assignment, run when an instance is made.
    Assign {
        /// The assignment.
        item: Assign,
        /// The whole member.
        span: Span,
    },
    /// `on S as e { … }`.
    On(OnHandler),
    /// `on close { … }`.
    Close {
        /// The body.
        body: Block,
        /// From `on` to the end of the body.
        span: Span,
    },
    /// `intent f(…) { … }`.
    Intent(Rc<FunDecl>),
}
