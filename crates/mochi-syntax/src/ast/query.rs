//! Queries as the parser leaves them.
//!
//! Spec: language.md §2 (query), §10.

use mochi_base::Span;

use super::{Expr, Name};

/// `from x in xs … select e`.
#[derive(Clone, Debug)]
pub struct Query {
    /// The `from` clauses in order; at least one.
    pub sources: Vec<QuerySource>,
    /// The joins in order.
    pub joins: Vec<QueryJoin>,
    /// `where`.
    pub filter: Option<Expr>,
    /// `group by … into …`.
    pub group: Option<QueryGroup>,
    /// `sort by`.
    pub sort: Option<Expr>,
    /// `skip`.
    pub skip: Option<Expr>,
    /// `take`.
    pub take: Option<Expr>,
    /// `select distinct`.
    pub distinct: bool,
    /// What is selected.
    pub select: Expr,
}

/// `x in e`.
#[derive(Clone, Debug)]
pub struct QuerySource {
    /// The variable; `_` binds nothing.
    pub name: Name,
    /// What it runs over.
    pub value: Expr,
}

/// A `join` clause.
#[derive(Clone, Debug)]
pub struct QueryJoin {
    /// Which rows without partner stay.
    pub kind: JoinKind,
    /// What is joined.
    pub source: QuerySource,
    /// The condition.
    pub on: Expr,
    /// From the first word of the clause to the end of the condition.
    pub span: Span,
}

/// The kinds of join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// `join`: none.
    Inner,
    /// `left join`: those so far.
    Left,
    /// `right join`: those that are joined.
    Right,
    /// `outer join`: all.
    Outer,
}

impl JoinKind {
    /// The word before `join`, if any.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inner => "",
            Self::Left => "left",
            Self::Right => "right",
            Self::Outer => "outer",
        }
    }

    /// Whether rows so far stay without a partner.
    pub const fn keeps_left(self) -> bool {
        matches!(self, Self::Left | Self::Outer)
    }

    /// Whether rows of what is joined stay without a partner.
    pub const fn keeps_right(self) -> bool {
        matches!(self, Self::Right | Self::Outer)
    }
}

/// `group by k, … into g [having c]`.
#[derive(Clone, Debug)]
pub struct QueryGroup {
    /// The keys; at least one.
    pub keys: Vec<Expr>,
    /// The group's variable.
    pub name: Name,
    /// `having`.
    pub having: Option<Expr>,
}

impl Query {
    /// Every expression of the query in the order of the text.
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut out: Vec<&Expr> = self.sources.iter().map(|source| &source.value).collect();
        for join in &self.joins {
            out.extend([&join.source.value, &join.on]);
        }
        out.extend(&self.filter);
        if let Some(group) = &self.group {
            out.extend(&group.keys);
            out.extend(&group.having);
        }
        out.extend(&self.sort);
        out.extend(&self.skip);
        out.extend(&self.take);
        out.push(&self.select);
        out
    }
}
