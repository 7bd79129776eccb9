//! Nodes of asynchronous code, event streams and agents.
//!
//! Spec: language.md §16, §18.10.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_types::{Check, DeclId, DeclRef, TypeParam};

use super::{Expr, FunId, Stmt, VarId};

/// The types, agents and streams that blocks declare.
#[derive(Clone, Debug, Default)]
pub struct InnerTypes {
    /// The variables that hold the class, or the stream, while the block runs.
    pub homes: BTreeMap<DeclId, VarId>,
    /// Methods that use what belongs to the blocks around their type.
    pub scoped: BTreeSet<FunId>,
    /// The types and agents that have such methods: their class is made whenever the block runs.
    pub classes: BTreeSet<DeclId>,
    /// The type parameters of functions around them that types mention, in order.
    pub params: BTreeMap<DeclId, Vec<Rc<TypeParam>>>,
}

/// An expression of asynchronous code.
#[derive(Clone, Debug)]
pub enum AsyncExpr {
    /// A call of something async that is not awaited where it stands: a future.
    Call {
        /// The call, of the type that awaiting it gives.
        call: Expr,
        /// The check of what awaiting it gives, with the symbol.
        check: Option<(Rc<Check>, Rc<str>)>,
    },
    /// `await e`: a future or a handle with `__await__`.
    Await {
        /// What is awaited; a call of something async stands there itself.
        value: Expr,
        /// Seconds.
        timeout: Option<Expr>,
    },
    /// `await all [a, b]`: a list, or by the expression's type a tuple.
    AwaitAll {
        /// The futures, in order.
        items: Vec<Expr>,
        /// Seconds.
        timeout: Option<Expr>,
    },
    /// `await_all(xs)` of a list of futures.
    AwaitList(Expr),
    /// `spawn f(x)`, and a call in a slot of a future: started at once, held by the function.
    Start(Expr),
    /// A call of something async in synchronous code: run to its end.
    Run {
        /// The call.
        call: Expr,
        /// The handle that it uses, for messages: how it is written and where it comes from.
        handle: Option<(Rc<str>, mochi_base::Span)>,
    },
}

impl AsyncExpr {
    /// The direct subexpressions in order of evaluation.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Call { call, .. }
            | Self::Run { call, .. }
            | Self::Start(call)
            | Self::AwaitList(call) => vec![call],
            Self::Await { value, timeout } => {
                let mut parts = vec![value];
                parts.extend(timeout);
                parts
            }
            Self::AwaitAll { items, timeout } => items.iter().chain(timeout).collect(),
        }
    }
}

/// A statement of event streams.
#[derive(Clone, Debug)]
pub enum ReactiveStmt {
    /// A stream is declared here, with the record type of its events.
    Stream(DeclRef),
    /// `on S as e { … }`: registers the function.
    On {
        /// The stream.
        stream: DeclRef,
        /// The function that takes the event.
        handler: FunId,
    },
    /// `emit S { … }`.
    Emit {
        /// The stream.
        stream: DeclRef,
        /// The event.
        event: Expr,
    },
    /// An agent is declared here.
    Agent(AgentDef),
}

/// What an agent is made of, beside its intents: these are the methods of its declaration.
#[derive(Clone, Debug)]
pub struct AgentDef {
    /// The declaration.
    pub decl: DeclRef,
    /// The function that makes an instance; its parameters are those of the steps.
    pub init: FunId,
    /// What happens when an instance is made, in order.
    pub steps: Vec<AgentStep>,
    /// Its handlers, and what runs at its end: methods.
    pub close: Option<FunId>,
}

/// A step of making an instance.
#[derive(Clone, Debug)]
pub enum AgentStep {
    /// A variable gets the value that was given for it, else its own.
    Var {
        /// The variable, a field of the declaration.
        name: Rc<str>,
        /// The parameter that takes a given value.
        param: VarId,
        /// Its own value.
        value: Expr,
    },
    /// A statement.
    Run(Box<Stmt>),
    /// Registers a method as a handler.
    On {
        /// The stream.
        stream: DeclRef,
        /// The method.
        handler: FunId,
    },
}

impl ReactiveStmt {
    /// The stream or agent that it declares.
    pub fn declared(&self) -> Option<&DeclRef> {
        match self {
            Self::Stream(decl) => Some(decl),
            Self::Agent(def) => Some(&def.decl),
            Self::On { .. } | Self::Emit { .. } => None,
        }
    }

    /// The statements in it.
    pub fn blocks(&self) -> Vec<&[Stmt]> {
        let Self::Agent(def) = self else {
            return Vec::new();
        };
        let runs = def.steps.iter().filter_map(|step| match step {
            AgentStep::Run(stmt) => Some(std::slice::from_ref(&**stmt)),
            AgentStep::Var { .. } | AgentStep::On { .. } => None,
        });
        runs.collect()
    }

    /// The expressions in it.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Emit { event, .. } => vec![event],
            Self::Agent(def) => {
                let values = def.steps.iter().filter_map(|step| match step {
                    AgentStep::Var { value, .. } => Some(value),
                    AgentStep::Run(_) | AgentStep::On { .. } => None,
                });
                values.collect()
            }
            Self::Stream(_) | Self::On { .. } => Vec::new(),
        }
    }
}
