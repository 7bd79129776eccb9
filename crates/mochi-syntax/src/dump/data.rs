//! Dumps of the data statements.

use super::Dump;
use crate::ast::{Cond, DataExpr, DataStmt, Expr, Fetch, MapKey, Name, Pred, Term};

impl Dump {
    pub(super) fn data_expr(&mut self, value: &DataExpr) {
        match value {
            DataExpr::Load { path, ty, options } => self.form("load", |d| {
                d.data_path(path.as_deref());
                d.annotation(Some(ty));
                d.initial(options.as_ref());
            }),
            DataExpr::Save {
                rows,
                path,
                options,
            } => self.form("save", |d| {
                d.expr(rows);
                d.data_path(path.as_deref());
                d.initial(options.as_ref());
            }),
            DataExpr::Fetch(fetch) => self.form("fetch", |d| d.fetch(fetch)),
            DataExpr::Generate { target, fields } => self.form("generate", |d| {
                d.name(target);
                d.data_fields(fields);
            }),
            DataExpr::Query(pred) => self.form("query", |d| d.pred(pred)),
        }
    }

    pub(super) fn data_stmt(&mut self, stmt: &DataStmt) {
        match stmt {
            DataStmt::Fetch { fetch, into } => self.form("fetch", |d| {
                d.fetch(fetch);
                d.form("into", |d| d.name(into));
            }),
            DataStmt::Update { list, fields, cond } => self.form("update", |d| {
                d.name(list);
                for entry in fields {
                    match &entry.key {
                        MapKey::Word(name) => d.name(name),
                        MapKey::Expr(key) => d.expr(key),
                    }
                    d.initial(Some(&entry.value));
                }
                if let Some(cond) = cond {
                    d.form("where", |d| d.expr(cond));
                }
            }),
            DataStmt::Model { name, fields } => self.form("model", |d| {
                d.name(name);
                d.data_fields(fields);
            }),
            DataStmt::Fact(pred) => self.form("fact", |d| d.pred(pred)),
            DataStmt::Rule { head, conds } => self.form("rule", |d| {
                d.pred(head);
                for cond in conds {
                    d.cond(cond);
                }
            }),
        }
    }

    fn data_path(&mut self, path: Option<&str>) {
        match path {
            Some(path) => self.quoted(path),
            None => self.word("-"),
        }
    }

    fn fetch(&mut self, fetch: &Fetch) {
        self.expr(&fetch.url);
        self.initial(fetch.options.as_ref());
    }

    fn data_fields(&mut self, fields: &[(Name, Expr)]) {
        for (name, value) in fields {
            self.name(name);
            self.initial(Some(value));
        }
    }

    fn pred(&mut self, pred: &Pred) {
        self.form(&pred.name.text, |d| {
            for term in &pred.terms {
                match term {
                    Term::Var(name) => d.name(name),
                    Term::Str(text, _) => d.quoted(text),
                    Term::Int(value, _) => d.word(&value.to_string()),
                }
            }
        });
    }

    fn cond(&mut self, cond: &Cond) {
        match cond {
            Cond::Pred {
                negated: false,
                pred,
            } => self.pred(pred),
            Cond::Pred {
                negated: true,
                pred,
            } => self.form("not", |d| d.pred(pred)),
            Cond::Differ(one, other) => self.form("!=", |d| {
                d.name(one);
                d.name(other);
            }),
        }
    }
}
