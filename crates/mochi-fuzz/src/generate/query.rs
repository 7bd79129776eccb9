//! Queries.

use super::ty::Ty;
use super::{Piece, Writer};

impl Writer {
    /// A variable of a query and what it runs over.
    fn source(&mut self, taken: &[String], depth: usize) -> (String, Ty, String) {
        let mut name = self.var_name();
        if taken.contains(&name) || name == "_x" {
            name = format!("q{}", self.next());
        }
        let ty = match self.ty(0) {
            ty if ty.needs_slot() => Ty::Int,
            ty => ty,
        };
        let items = self.expr(&ty.clone().list(), depth.min(1), true);
        (name, ty, items.within(0))
    }

    /// A condition without effects.
    fn pure_condition(&mut self, depth: usize) -> String {
        let outer = std::mem::replace(&mut self.pure, true);
        let cond = self.expr(&Ty::Bool, depth, true).text;
        self.pure = outer;
        cond
    }

    /// `from … select e` with `e` of a type.
    pub(super) fn query(&mut self, ty: &Ty, depth: usize) -> Piece {
        let visible = self.vars.len();
        let depth = depth.min(2);
        let mut text = String::new();
        let mut names = Vec::new();
        let sources = if self.chance.percent(25) { 2 } else { 1 };
        if self.chance.percent(15) {
            return self.outer_join(ty, depth);
        }
        for _ in 0..sources {
            // How often a source that is not the first is evaluated is left open.
            let outer = self.pure;
            self.pure |= !names.is_empty();
            let (name, of, items) = self.source(&names, depth);
            self.pure = outer;
            text.push_str(&format!("from {name} in {items} "));
            self.declare(&name, &of, false);
            names.push(name);
        }
        if self.chance.percent(25) {
            // How often what is joined is evaluated is left open.
            let outer = std::mem::replace(&mut self.pure, true);
            let (name, of, items) = self.source(&names, depth);
            self.pure = outer;
            self.declare(&name, &of, false);
            let cond = self.pure_condition(depth.max(1));
            text.push_str(&format!("join {name} in {items} on {cond} "));
            names.push(name);
        }
        if self.chance.percent(40) {
            let cond = self.pure_condition(depth.max(1));
            text.push_str(&format!("where {cond} "));
        }
        if self.chance.percent(30) {
            let key = match self.chance.below(3) {
                0 => self.expr(&Ty::Str, depth, true),
                _ => self.expr(&Ty::Int, depth, true),
            };
            let minus = if self.chance.percent(20) {
                let key = self.expr(&Ty::Int, depth, true).within(0);
                format!("-{key}")
            } else {
                key.within(0)
            };
            text.push_str(&format!("sort by {minus} "));
        }
        if self.chance.percent(15) {
            text.push_str(&format!("skip {} ", self.chance.below(3)));
        }
        if self.chance.percent(20) {
            text.push_str(&format!("take {} ", self.chance.below(4)));
        }
        let distinct = if self.chance.percent(20) && !ty.has_function() {
            "distinct "
        } else {
            ""
        };
        let mut value = self.expr(ty, depth, true).text;
        let aggregates = ["sum(", "avg(", "min(", "max(", "count("];
        if aggregates.iter().any(|name| value.starts_with(name)) {
            value = format!("[{value}][0]");
        }
        text.push_str(&format!("select {distinct}{value}"));
        self.vars.truncate(visible);
        Piece::loose(text)
    }

    /// A query whose join keeps rows without partners, so that its variables are options.
    fn outer_join(&mut self, ty: &Ty, depth: usize) -> Piece {
        let visible = self.vars.len();
        let outer = std::mem::replace(&mut self.pure, true);
        // What is joined must not see the row by accident: the names are new.
        let (_, a_type, a_items) = self.source(&[], depth);
        let (_, b_type, b_items) = self.source(&[], depth);
        let (a, b) = (format!("q{}", self.next()), format!("show{}", self.next()));
        self.pure = outer;
        // Functions in the condition see options already.
        self.narrow(&a, &a_type);
        self.narrow(&b, &b_type);
        let cond = if a_type == b_type && self.chance.percent(60) {
            format!("{a} == {b}")
        } else {
            self.pure_condition(depth.max(1))
        };
        self.vars.truncate(visible);
        let kind = *self.chance.pick(&["left", "right", "outer"]);
        let optional = |ty: Ty, is_option: bool| match ty {
            Ty::Any | Ty::Opt(_) => ty,
            ty if is_option => ty.opt(),
            ty => ty,
        };
        self.declare(&a, &optional(a_type, kind != "left"), false);
        self.declare(&b, &optional(b_type, kind != "right"), false);
        let mut text = format!("from {a} in {a_items} {kind} join {b} in {b_items} on {cond} ");
        if self.chance.percent(30) {
            let cond = self.pure_condition(1);
            text.push_str(&format!("where {cond} "));
        }
        let mut value = self.expr(ty, depth.max(1), true).text;
        let aggregates = ["sum(", "avg(", "min(", "max(", "count("];
        if aggregates.iter().any(|name| value.starts_with(name)) {
            value = format!("[{value}][0]");
        }
        text.push_str(&format!("select {value}"));
        self.vars.truncate(visible);
        Piece::loose(text)
    }

    /// A query that ends in one number.
    pub(super) fn aggregate_query(&mut self, depth: usize) -> Piece {
        let visible = self.vars.len();
        let (name, of, items) = self.source(&[], depth);
        self.declare(&name, &of, false);
        let free = self.is_free("sum") && self.is_free("count");
        let grouped = self.chance.percent(40);
        let text = if !free {
            "[1][0]".to_owned()
        } else if grouped {
            let key = match self.chance.below(3) {
                0 => Ty::Str,
                1 => Ty::Bool,
                _ => Ty::Int,
            };
            let key = self.expr(&key, depth.max(1), true).within(0);
            let group = format!("g{}", self.next());
            format!("sum(from {name} in {items} group by {key} into {group} select count({group}))")
        } else {
            let cond = self.pure_condition(depth.max(1));
            let value = self.expr(&Ty::Int, depth, true).text;
            let value = if value.starts_with("from ") {
                format!("0 + ({value})")
            } else {
                value
            };
            let aggregate = *self.chance.pick(&["sum", "count"]);
            format!("from {name} in {items} where {cond} select {aggregate}({value})")
        };
        self.vars.truncate(visible);
        Piece::loose(text)
    }

    /// A statement that groups and prints what comes out.
    pub(super) fn group_stmt(&mut self) {
        let visible = self.vars.len();
        let (name, of, items) = self.source(&[], 1);
        self.declare(&name, &of, false);
        let mut keys = Vec::new();
        for _ in 0..=self.chance.below(2) {
            let ty = match self.chance.below(3) {
                0 => Ty::Str,
                1 => Ty::Bool,
                _ => Ty::Int,
            };
            keys.push(self.expr(&ty, 1, true).within(0));
        }
        let where_ = if self.chance.percent(40) {
            format!("where {} ", self.pure_condition(1))
        } else {
            String::new()
        };
        self.vars.truncate(visible);
        let group = format!("g{}", self.next());
        let size = if self.is_free("count") {
            "count"
        } else {
            "len"
        };
        let having = if self.chance.percent(30) {
            format!("having {size}({group}) > {} ", self.chance.below(3))
        } else {
            String::new()
        };
        let sort = if self.chance.percent(40) {
            format!("sort by -{size}({group}) ")
        } else {
            String::new()
        };
        if !self.is_free("len") {
            return;
        }
        let result = format!("r{}", self.next());
        let select = match self.chance.below(3) {
            0 => group.clone(),
            1 => format!("({group}.key, {group}.items)"),
            _ => format!("{{k: {group}.key, n: {size}({group})}}"),
        };
        self.line(&format!(
            "let {result} = from {name} in {items} {where_}group by {} into {group} \
             {having}{sort}select {select}",
            keys.join(", ")
        ));
        self.line(&format!("print({result})"));
    }
}
