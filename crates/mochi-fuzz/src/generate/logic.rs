//! Facts, rules and questions about them.

use super::ty::Ty;
use super::{Piece, Writer};

/// A predicate.
#[derive(Clone)]
pub struct Relation {
    name: String,
    columns: Vec<Ty>,
    /// Rules negate those of lower levels only.
    level: usize,
}

const NAMES: &[&str] = &["edge", "path", "class", "near", "self", "top", "p", "_q"];
const TEXTS: &[&str] = &["\"a\"", "\"b\"", "\"c\"", "\"it's\"", "\"\""];
const VARIABLES: &[&str] = &["X", "Y", "Z"];

impl Writer {
    /// Facts and rules: some before everything else, some behind.
    pub(super) fn logic_decls(&mut self) {
        let mut lines = Vec::new();
        let count = 2 + self.chance.below(4);
        for (at, name) in NAMES.iter().enumerate().take(count) {
            let columns = (0..=self.chance.below(3)).map(|_| {
                if self.chance.percent(50) {
                    Ty::Int
                } else {
                    Ty::Str
                }
            });
            let columns: Vec<Ty> = columns.collect();
            let level = if at < 2 { 0 } else { self.chance.below(3) };
            let relation = Relation {
                name: (*name).to_owned(),
                columns,
                level,
            };
            let facts = if level == 0 {
                1 + self.chance.below(5)
            } else {
                1
            };
            for _ in 0..facts {
                let terms: Vec<String> = relation
                    .columns
                    .iter()
                    .map(|ty| self.logic_constant(ty))
                    .collect();
                lines.push(format!("fact {}({})", relation.name, terms.join(", ")));
            }
            self.relations.push(relation.clone());
            if at >= 2 {
                for _ in 0..=self.chance.below(2) {
                    lines.extend(self.rule(&relation));
                }
            }
        }
        for line in lines {
            if self.chance.percent(70) {
                self.line(&line);
            } else {
                self.late.push_str(&line);
                self.late.push('\n');
            }
        }
    }

    fn logic_constant(&mut self, ty: &Ty) -> String {
        if *ty == Ty::Int {
            return self.chance.below(4).to_string();
        }
        (*self.chance.pick(TEXTS)).to_owned()
    }

    /// A rule whose variables keep the types of the columns.
    fn rule(&mut self, head: &Relation) -> Option<String> {
        let mut bound: Vec<(&str, Ty)> = Vec::new();
        let mut conds = Vec::new();
        let below: Vec<Relation> = self
            .relations
            .iter()
            .filter(|one| one.level <= head.level)
            .cloned()
            .collect();
        for _ in 0..=self.chance.below(3) {
            let relation = self.chance.pick(&below).clone();
            let mut terms = Vec::new();
            for ty in &relation.columns {
                if self.chance.percent(15) {
                    terms.push(self.logic_constant(ty));
                    continue;
                }
                if self.chance.percent(10) {
                    terms.push("_".to_owned());
                    continue;
                }
                let name = *self.chance.pick(VARIABLES);
                match bound.iter().find(|(other, _)| *other == name) {
                    Some((_, of)) if of != ty => terms.push("_".to_owned()),
                    Some(_) => terms.push(name.to_owned()),
                    None => {
                        bound.push((name, ty.clone()));
                        terms.push(name.to_owned());
                    }
                }
            }
            conds.push(format!("{}({})", relation.name, terms.join(", ")));
        }
        if self.chance.percent(40) && bound.len() > 1 {
            let at = self.chance.below(conds.len() + 1);
            conds.insert(at, format!("{} != {}", bound[0].0, bound[1].0));
        }
        let lower: Vec<Relation> = below
            .iter()
            .filter(|one| one.level < head.level)
            .cloned()
            .collect();
        if !lower.is_empty() && self.chance.percent(70) {
            let relation = self.chance.pick(&lower).clone();
            let terms: Vec<String> = relation
                .columns
                .iter()
                .map(|ty| self.logic_term(ty, &bound))
                .collect();
            let at = self.chance.below(conds.len() + 1);
            conds.insert(at, format!("not {}({})", relation.name, terms.join(", ")));
        }
        let mut terms = Vec::new();
        for ty in &head.columns {
            let term = self.logic_term(ty, &bound);
            terms.push(if term == "_" {
                self.logic_constant(ty)
            } else {
                term
            });
        }
        Some(format!(
            "rule {}({}) :- {}",
            head.name,
            terms.join(", "),
            conds.join(", ")
        ))
    }

    /// A bound variable of the type, else a constant or `_`.
    fn logic_term(&mut self, ty: &Ty, bound: &[(&str, Ty)]) -> String {
        let fits: Vec<&str> = bound
            .iter()
            .filter(|(_, of)| of == ty)
            .map(|(name, _)| *name)
            .collect();
        if fits.is_empty() || self.chance.percent(15) {
            if self.chance.percent(50) {
                return "_".to_owned();
            }
            return self.logic_constant(ty);
        }
        (*self.chance.pick(&fits)).to_owned()
    }

    /// A question whose answer is a list of values.
    pub(super) fn logic_values(&mut self, item: &Ty) -> Option<Piece> {
        let mut found = Vec::new();
        for relation in &self.relations {
            for (at, ty) in relation.columns.iter().enumerate() {
                if ty == item {
                    found.push((relation.clone(), at));
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let (relation, free) = self.chance.pick(&found).clone();
        let mut terms = Vec::new();
        for (at, ty) in relation.columns.iter().enumerate() {
            terms.push(if at == free {
                (*self.chance.pick(&["X", "_", "x"])).to_owned()
            } else {
                self.logic_constant(ty)
            });
        }
        Some(Piece::loose(format!(
            "query {}({})",
            relation.name,
            terms.join(", ")
        )))
    }

    /// A question whether something holds.
    pub(super) fn logic_truth(&mut self) -> Option<Piece> {
        if self.relations.is_empty() {
            return None;
        }
        let relation = self.chance.pick(&self.relations).clone();
        let terms: Vec<String> = relation
            .columns
            .iter()
            .map(|ty| self.logic_constant(ty))
            .collect();
        Some(Piece::loose(format!(
            "query {}({})",
            relation.name,
            terms.join(", ")
        )))
    }

    /// A variable with the answers of a question about several columns.
    pub(super) fn logic_stmt(&mut self) {
        let wide: Vec<Relation> = self
            .relations
            .iter()
            .filter(|one| one.columns.len() > 1)
            .cloned()
            .collect();
        if wide.is_empty() {
            return self.declaration();
        }
        let relation = self.chance.pick(&wide).clone();
        let names = ["X", "Y", "Z"];
        let mut fields = Vec::new();
        let mut terms = Vec::new();
        let mut free = 0;
        for (at, ty) in relation.columns.iter().enumerate() {
            if self.chance.percent(20) {
                terms.push(self.logic_constant(ty));
                continue;
            }
            free += 1;
            if self.chance.percent(15) {
                terms.push("_".to_owned());
                continue;
            }
            let twice = fields.iter().position(|(_, of)| of == ty);
            if let Some(twice) = twice
                && self.chance.percent(25)
            {
                let (name, _): &(&str, Ty) = &fields[twice];
                terms.push((*name).to_owned());
                continue;
            }
            fields.push((names[at], ty.clone()));
            terms.push(names[at].to_owned());
        }
        let text = format!("query {}({})", relation.name, terms.join(", "));
        if free < 2 || fields.is_empty() || self.chance.percent(30) {
            if !self.pure && self.is_free("print") {
                self.line(&format!("print({text})"));
            }
            return;
        }
        let name = format!("rows{}", self.next());
        let ty = Ty::Anon(fields).list();
        if self.chance.percent(50) {
            self.line(&format!("let {name} = {text}"));
        } else {
            let of = self.type_text(&ty);
            self.line(&format!("let {name}: {of} = {text}"));
        }
        self.declare(&name, &ty, false);
    }
}
