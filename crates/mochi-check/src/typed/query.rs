//! Queries as lowering sees them.
//!
//! Spec: language.md §10, §19.4.

use mochi_syntax::ast::JoinKind;
use mochi_types::Type;

use super::{Expr, VarId};

/// A query; its value is the list of what is selected. An aggregate over all rows is a call of the
/// builtin with a query.
///
/// A variable that some join leaves without a value has an option as its type; where it surely has
/// one, uses of it have the type of that.
#[derive(Clone, Debug)]
pub struct Query {
    /// What the rows are made of: first the `from` clauses, then the joins, each in order.
    pub sources: Vec<QuerySource>,
    /// `where`.
    pub filter: Option<Expr>,
    /// `group by`.
    pub group: Option<QueryGroup>,
    /// The keys of `sort by`, the first one first; empty without.
    pub sort: Vec<Expr>,
    /// `skip`; it sees no row.
    pub skip: Option<Expr>,
    /// `take`; it sees no row.
    pub take: Option<Expr>,
    /// `select distinct`.
    pub distinct: bool,
    /// What is selected.
    pub select: Expr,
}

/// One source of rows.
#[derive(Clone, Debug)]
pub struct QuerySource {
    /// Its variable; none for `_`.
    pub var: Option<VarId>,
    /// What the variable holds where the source has a row for it.
    pub item: Type,
    /// What it runs over: a list, set, group, iterator, `any`, or a handle. It sees the variables of
    /// the sources before, unless `join` keeps rows of the right side.
    pub value: Expr,
    /// How it is joined; none for `from`.
    pub join: Option<QueryJoin>,
}

/// How a source is joined with the rows so far.
#[derive(Clone, Debug)]
pub struct QueryJoin {
    /// Which rows without partner stay.
    pub kind: JoinKind,
    /// The condition, of type bool or `any`.
    pub on: Expr,
}

/// `group by k, … into g [having c]`.
#[derive(Clone, Debug)]
pub struct QueryGroup {
    /// The keys; several make the fields of [`QueryGroup::key`], in that order.
    pub keys: Vec<Expr>,
    /// The type of `g.key`: that of the only key, or an anonymous record.
    pub key: Type,
    /// The type of an item: that of the only variable, or an anonymous record of all of them.
    pub item: Type,
    /// The group's variable.
    pub var: VarId,
    /// `having`.
    pub having: Option<Expr>,
}

impl Query {
    /// Its expressions in the order of evaluation, each as often as it is written.
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut out = Vec::new();
        for source in &self.sources {
            out.push(&source.value);
            out.extend(source.join.as_ref().map(|join| &join.on));
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
