//! Typed nodes of the data statements: files, network, models, facts and rules.
//!
//! Spec: language.md §5.3 (`update`), §14, §17.

use std::rc::Rc;

use mochi_base::Span;

use super::{Expr, VarId};

/// An expression that reaches outside the program or asks its facts.
#[derive(Clone, Debug)]
pub enum DataExpr {
    /// The rows of a file; each is `any`.
    Load {
        /// The path; none for standard input.
        path: Option<Rc<str>>,
        /// The options.
        options: DataOptions,
    },
    /// Writes rows to a file; yields unit.
    Save {
        /// The rows: a list of maps or records.
        rows: Expr,
        /// The path; none for standard output.
        path: Option<Rc<str>>,
        /// The options.
        options: DataOptions,
    },
    /// What an address leads to: its text if the type is `string`, else what its JSON says.
    Fetch {
        /// The address.
        url: Expr,
        /// The options.
        options: DataOptions,
    },
    /// The answer of a language model; what it becomes is said by `what`.
    Generate {
        /// What is made of the answer.
        what: Generated,
        /// The fields, in the order written.
        fields: Vec<(Rc<str>, Expr)>,
    },
    /// `query p(…)`: a bool, a list of values, or a list of anonymous records, by the type.
    Query(LogicAtom),
}

/// What `generate` yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Generated {
    /// Text of a provider; of the named model's with an empty name.
    Text(Rc<str>),
    /// Numbers.
    Embedding,
    /// A value of the expression's type, from JSON.
    Record,
}

/// The options of `load`, `save` and `fetch`.
#[derive(Clone, Debug)]
pub enum DataOptions {
    /// Known by name; none if nothing was given.
    Given(Vec<(Rc<str>, Expr)>),
    /// A map that is looked into at run time.
    Map(Box<Expr>),
}

impl DataOptions {
    fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Given(fields) => fields.iter().map(|(_, value)| value).collect(),
            Self::Map(map) => vec![map],
        }
    }

    /// The text that an option has as a literal.
    pub fn text(&self, wanted: &str) -> Option<&Rc<str>> {
        let Self::Given(fields) = self else {
            return None;
        };
        fields.iter().find_map(|(name, value)| {
            let mut value = value;
            while let super::ExprKind::Widen(inner) = &value.kind {
                value = inner;
            }
            match &value.kind {
                super::ExprKind::Str(text) if **name == *wanted => Some(text),
                _ => None,
            }
        })
    }
}

impl DataExpr {
    /// The expressions in it, in order of evaluation.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Load { options, .. } => options.exprs(),
            Self::Save { rows, options, .. } => [rows].into_iter().chain(options.exprs()).collect(),
            Self::Fetch { url, options } => [url].into_iter().chain(options.exprs()).collect(),
            Self::Generate { fields, .. } => fields.iter().map(|(_, value)| value).collect(),
            Self::Query(_) => Vec::new(),
        }
    }
}

/// A statement about data.
#[derive(Clone, Debug)]
pub enum DataStmt {
    /// `update xs set { … } where c`.
    Update {
        /// The element at hand, which the expressions read their fields from.
        item: VarId,
        /// The list.
        list: Box<Expr>,
        /// The elements are maps rather than records.
        entries: bool,
        /// The new values in the order written.
        fields: Vec<(Rc<str>, Expr)>,
        /// Which elements are changed; all without it.
        cond: Option<Box<Expr>>,
    },
    /// `model m { … }`: defaults of `generate`.
    Model {
        /// Its name.
        name: Rc<str>,
        /// The fields in the order written.
        fields: Vec<(Rc<str>, Expr)>,
    },
}

impl DataStmt {
    /// The expressions in it, in order of evaluation.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Update {
                list, fields, cond, ..
            } => {
                let values = fields.iter().map(|(_, value)| value);
                let head = [list].into_iter().chain(cond).map(|value| &**value);
                head.chain(values).collect()
            }
            Self::Model { fields, .. } => fields.iter().map(|(_, value)| value).collect(),
        }
    }
}

/// The facts and rules of a module.
#[derive(Clone, Debug, Default)]
pub struct Logic {
    /// The facts by predicate, predicates in order of their first fact.
    pub facts: Vec<LogicFacts>,
    /// The rules in source order.
    pub rules: Vec<LogicRule>,
}

/// The facts of a predicate.
#[derive(Clone, Debug)]
pub struct LogicFacts {
    /// The predicate.
    pub name: Rc<str>,
    /// The tuples in source order, without repeats.
    pub rows: Vec<Vec<LogicTerm>>,
    /// The first of them.
    pub span: Span,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct LogicRule {
    /// Rules of lower strata are evaluated before those of higher ones.
    pub stratum: usize,
    /// What is derived.
    pub head: LogicAtom,
    /// From what, in source order.
    pub conds: Vec<LogicCond>,
    /// The rule.
    pub span: Span,
}

/// A condition of a rule.
#[derive(Clone, Debug)]
pub enum LogicCond {
    /// `p(…)`.
    Holds(LogicAtom),
    /// `not p(…)`.
    Not(LogicAtom),
    /// `X != Y`.
    Differ(Rc<str>, Rc<str>),
}

/// `p(X, "a", 1)`.
#[derive(Clone, Debug)]
pub struct LogicAtom {
    /// The predicate.
    pub name: Rc<str>,
    /// The terms in order.
    pub terms: Vec<LogicTerm>,
}

/// A term of a predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogicTerm {
    /// A variable; `_` is a fresh one each time.
    Var(Rc<str>),
    /// A string.
    Str(Rc<str>),
    /// An integer.
    Int(i64),
}
