//! Nodes of the data statements: files, network, models, facts and rules.
//!
//! Spec: language.md §5.3 (`update`), §14, §17.

use std::rc::Rc;

use mochi_base::Span;

use super::{Expr, MapEntry, Name, TypeExpr};

/// An expression that reaches outside the program or asks its facts.
#[derive(Clone, Debug)]
pub enum DataExpr {
    /// `load ["path"] as T [with options]`.
    Load {
        /// The path; none for standard input.
        path: Option<Rc<str>>,
        /// What each row is cast to.
        ty: TypeExpr,
        /// The options.
        options: Option<Expr>,
    },
    /// `save rows [to "path"] [with options]`.
    Save {
        /// The rows.
        rows: Expr,
        /// The path; none for standard output.
        path: Option<Rc<str>>,
        /// The options.
        options: Option<Expr>,
    },
    /// `fetch url [with options]`.
    Fetch(Fetch),
    /// `generate P { … }`.
    Generate {
        /// The provider, `text`, `embedding` or a record type.
        target: Name,
        /// The fields as written.
        fields: Vec<(Name, Expr)>,
    },
    /// `query p(…)`.
    Query(Pred),
}

/// A statement about data.
#[derive(Clone, Debug)]
pub enum DataStmt {
    /// `fetch url into x [with options]`.
    Fetch {
        /// What is fetched.
        fetch: Fetch,
        /// The variable that is declared.
        into: Name,
    },
    /// `update xs set { … } [where c]`.
    Update {
        /// The list.
        list: Name,
        /// The new values.
        fields: Vec<MapEntry>,
        /// Which elements are changed; all without it.
        cond: Option<Expr>,
    },
    /// `model m { … }`.
    Model {
        /// Its name.
        name: Name,
        /// The fields as written.
        fields: Vec<(Name, Expr)>,
    },
    /// `fact p(…)`.
    Fact(Pred),
    /// `rule p(…) :- …`.
    Rule {
        /// What is derived.
        head: Pred,
        /// From what, in source order.
        conds: Vec<Cond>,
    },
}

/// What `fetch` asks for.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// The address.
    pub url: Expr,
    /// The options.
    pub options: Option<Expr>,
}

/// `p(X, "a", 1)`.
#[derive(Clone, Debug)]
pub struct Pred {
    /// The predicate's name.
    pub name: Name,
    /// The terms in order.
    pub terms: Vec<Term>,
    /// From the name to `)`.
    pub span: Span,
}

/// A term of a predicate.
#[derive(Clone, Debug)]
pub enum Term {
    /// A logic variable; `_` is a fresh one each time.
    Var(Name),
    /// A string.
    Str(Rc<str>, Span),
    /// An integer.
    Int(i64, Span),
}

/// A condition of a rule.
#[derive(Clone, Debug)]
pub enum Cond {
    /// `p(…)`, `not p(…)`.
    Pred {
        /// `not`.
        negated: bool,
        /// The predicate.
        pred: Pred,
    },
    /// `X != Y`.
    Differ(Name, Name),
}

impl DataExpr {
    /// The word that it begins with.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Load { .. } => "load",
            Self::Save { .. } => "save",
            Self::Fetch(_) => "fetch",
            Self::Generate { .. } => "generate",
            Self::Query(_) => "query",
        }
    }

    /// The expressions in it, in order of evaluation.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Load { options, .. } => options.iter().collect(),
            Self::Save { rows, options, .. } => [rows].into_iter().chain(options).collect(),
            Self::Fetch(fetch) => fetch.exprs(),
            Self::Generate { fields, .. } => fields.iter().map(|(_, value)| value).collect(),
            Self::Query(_) => Vec::new(),
        }
    }
}

impl DataStmt {
    /// The expressions in it, in order of evaluation.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Fetch { fetch, .. } => fetch.exprs(),
            Self::Update { fields, cond, .. } => {
                let values = fields.iter().map(|entry| &entry.value);
                cond.iter().chain(values).collect()
            }
            Self::Model { fields, .. } => fields.iter().map(|(_, value)| value).collect(),
            Self::Fact(_) | Self::Rule { .. } => Vec::new(),
        }
    }
}

impl Fetch {
    fn exprs(&self) -> Vec<&Expr> {
        [&self.url].into_iter().chain(&self.options).collect()
    }
}
