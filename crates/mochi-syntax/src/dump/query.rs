//! Queries in the dump.

use super::Dump;
use crate::ast::{Query, QuerySource};

impl Dump {
    pub(super) fn query(&mut self, query: &Query) {
        self.form("query", |d| {
            for source in &query.sources {
                d.form("from", |d| d.query_source(source));
            }
            for join in &query.joins {
                d.form("join", |d| {
                    d.flag(!join.kind.word().is_empty(), join.kind.word());
                    d.query_source(&join.source);
                    d.expr(&join.on);
                });
            }
            d.query_part("where", query.filter.as_ref());
            if let Some(group) = &query.group {
                d.form("group", |d| {
                    d.name(&group.name);
                    for key in &group.keys {
                        d.expr(key);
                    }
                });
                d.query_part("having", group.having.as_ref());
            }
            d.query_part("sort", query.sort.as_ref());
            d.query_part("skip", query.skip.as_ref());
            d.query_part("take", query.take.as_ref());
            d.form("select", |d| {
                d.flag(query.distinct, "distinct");
                d.expr(&query.select);
            });
        });
    }

    fn query_source(&mut self, source: &QuerySource) {
        self.name(&source.name);
        self.expr(&source.value);
    }

    fn query_part(&mut self, what: &str, part: Option<&crate::ast::Expr>) {
        if let Some(part) = part {
            self.form(what, |d| d.expr(part));
        }
    }
}
