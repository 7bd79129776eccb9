//! Lists, maps, sets and tuples.

use super::number::ADD;
use super::ty::Ty;
use super::{Piece, Writer};

impl Writer {
    pub(super) fn container(&mut self, ty: &Ty, depth: usize) -> Piece {
        let below = depth.saturating_sub(1);
        match ty {
            Ty::List(item) => self.list(item, depth),
            Ty::Set(item) => self.set(item, depth),
            Ty::Map(key, value) => {
                let entries = self.entries(key, value, below);
                Piece::tight(format!("{{{entries}}}"))
            }
            Ty::OMap(key, value) => {
                let entries = self.entries(key, value, below);
                Piece::tight(format!("omap{{{entries}}}"))
            }
            Ty::Tuple(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| self.expr(part, below, false).text)
                    .collect();
                Piece::tight(format!("({})", parts.join(", ")))
            }
            _ => Piece::tight("none"),
        }
    }

    /// At least one entry, so that the types are known.
    fn entries(&mut self, key: &Ty, value: &Ty, depth: usize) -> String {
        let count = 1 + self.chance.below(3);
        let entries: Vec<String> = (0..count)
            .map(|_| {
                let key = if *key == Ty::Str && self.chance.percent(40) {
                    (*self.chance.pick(&["k", "class", "a", "z9", "π"])).to_owned()
                } else {
                    format!("({})", self.expr(key, depth, false).text)
                };
                format!("{key}: {}", self.expr(value, depth, false).text)
            })
            .collect();
        entries.join(", ")
    }

    fn items(&mut self, item: &Ty, depth: usize) -> String {
        let count = 1 + self.chance.below(3);
        let items: Vec<String> = (0..count)
            .map(|_| self.expr(item, depth, false).text)
            .collect();
        items.join(", ")
    }

    fn list(&mut self, item: &Ty, depth: usize) -> Piece {
        let below = depth.saturating_sub(1);
        let of = item.clone().list();
        if depth == 0 || item.needs_slot() || item.has_function() {
            return Piece::tight(format!("[{}]", self.items(item, below)));
        }
        if matches!(item, Ty::Int | Ty::Str)
            && self.chance.percent(25)
            && let Some(found) = self.logic_values(item)
        {
            return found;
        }
        match self.chance.below(16) {
            0 | 1 => {
                let (a, b) = (self.expr(&of, below, true), self.expr(&of, below, true));
                Self::infix(a, "+", b, ADD)
            }
            2 => {
                let items = self.expr(&of, below, true).within(0);
                let bounds = ["0:1", "1:", ":2", "-2:", ":", "::2", ": : -1", "3:1", "0:0"];
                Piece::tight(format!("{items}[{}]", self.chance.pick(&bounds)))
            }
            3 | 4 => {
                let (items, value) = (
                    self.expr(&of, below, true).text,
                    self.expr(item, below, true).text,
                );
                Piece::tight(format!("append({items}, {value})"))
            }
            5 => Piece::tight(format!("reverse({})", self.expr(&of, below, true).text)),
            6 => Piece::tight(format!("distinct({})", self.expr(&of, below, true).text)),
            7..=9 => self.query(item, below),
            10 => {
                let from = self.ty(0);
                if from.needs_slot() {
                    return self.list(item, 0);
                }
                let items = self.expr(&from.clone().list(), below, true).text;
                let function = Ty::Fun(vec![from], Box::new(item.clone()));
                let function = self.expr(&function, below, false).text;
                Piece::tight(format!("map({items}, {function})"))
            }
            11 => {
                let items = self.expr(&of, below, true).text;
                let function = Ty::Fun(vec![item.clone()], Box::new(Ty::Bool));
                let function = self.expr(&function, below, false).text;
                Piece::tight(format!("filter({items}, {function})"))
            }
            12 => {
                let op = *self
                    .chance
                    .pick(&["union", "union all", "except", "intersect"]);
                let (a, b) = (self.expr(&of, below, true), self.expr(&of, below, true));
                Piece::loose(format!("{} {op} {}", a.within(0), b.within(0)))
            }
            13 if *item == Ty::Int => Piece::tight(format!("range({})", self.chance.below(5))),
            13 if *item == Ty::Str => {
                let text = self.expr(&Ty::Str, below, true).text;
                Piece::tight(format!("split({text}, \",\")"))
            }
            14 if item.is_key(&self.types) && self.is_free("keys") && self.is_free("values") => {
                if self.chance.percent(50) {
                    let map = Ty::Map(Box::new(item.clone()), Box::new(Ty::Int));
                    Piece::tight(format!("keys({})", self.expr(&map, below, true).text))
                } else {
                    let map = Ty::Map(Box::new(Ty::Int), Box::new(item.clone()));
                    Piece::tight(format!("values({})", self.expr(&map, below, true).text))
                }
            }
            _ => Piece::tight(format!("[{}]", self.items(item, below))),
        }
    }

    fn set(&mut self, item: &Ty, depth: usize) -> Piece {
        let below = depth.saturating_sub(1);
        let of = Ty::Set(Box::new(item.clone()));
        if depth > 0 && !item.needs_slot() {
            match self.chance.below(5) {
                0 => {
                    let op = *self.chance.pick(&["union", "except", "intersect"]);
                    let (a, b) = (self.expr(&of, below, true), self.expr(&of, below, true));
                    return Piece::loose(format!("{} {op} {}", a.within(0), b.within(0)));
                }
                1 => {
                    let (items, value) = (
                        self.expr(&of, below, true).text,
                        self.expr(item, below, true).text,
                    );
                    return Piece::tight(format!("add({items}, {value})"));
                }
                _ => {}
            }
        }
        Piece::tight(format!("set{{{}}}", self.items(item, below)))
    }

    /// An entry of a container, whatever it holds.
    pub(super) fn entry(&mut self, ty: &Ty, depth: usize) -> Option<Piece> {
        if ty.needs_slot() || ty.has_function() {
            return None;
        }
        match self.chance.below(4) {
            0 if self.guarded => {
                let items = self.expr(&ty.clone().list(), depth, true).within(0);
                let at = self.expr(&Ty::Int, depth, true).text;
                Some(Piece::tight(format!("{items}[{at}]")))
            }
            0 => {
                let items = self.items(ty, depth);
                Some(Piece::tight(format!(
                    "[{items}][{}]",
                    self.chance.pick(&["0", "-1"])
                )))
            }
            1 => {
                let key = self.key_type();
                let map = Ty::Map(Box::new(key.clone()), Box::new(ty.clone()));
                let map = self.expr(&map, depth, true).within(0);
                let key = self.expr(&key, depth, true).text;
                let default = self.expr(ty, depth, true);
                Some(Piece {
                    text: format!("{map}[{key}] ?? {}", default.within(7)),
                    level: 8,
                })
            }
            2 => {
                let key = self.key_type();
                let map = Ty::Map(Box::new(key.clone()), Box::new(ty.clone()));
                let map = self.variable(&map)?.text;
                let key = self.expr(&key, depth, true).text;
                let default = self.expr(ty, depth, true).text;
                Some(Piece::tight(format!("{map}.get({key}, {default})")))
            }
            _ => {
                let map = Ty::OMap(Box::new(Ty::Str), Box::new(ty.clone()));
                if !self.guarded {
                    return None;
                }
                let map = self.variable(&map)?.text;
                let key = self.expr(&Ty::Str, depth, true).text;
                Some(Piece::tight(format!("{map}[{key}]")))
            }
        }
    }
}
