//! Numbers and truth values.

use super::names::FLOATS;
use super::ty::Ty;
use super::{LOOSE, Piece, Writer};

/// The levels of operators, as §5.1 numbers them.
pub(super) const MUL: u8 = 2;
pub(super) const ADD: u8 = 3;
const COMPARE: u8 = 4;
const EQUAL: u8 = 5;
const AND: u8 = 6;
const OR: u8 = 7;

impl Writer {
    /// Two operands with an operator between them.
    pub(super) fn infix(a: Piece, op: &str, b: Piece, level: u8) -> Piece {
        Piece {
            text: format!("{} {op} {}", a.within(level), b.within(level - 1)),
            level,
        }
    }

    pub(super) fn number(&mut self, ty: &Ty, depth: usize) -> Piece {
        if depth == 0 {
            return self.number_literal(ty);
        }
        let below = depth - 1;
        match self.chance.below(10) {
            0 => self.number_literal(ty),
            1..=5 => self.arithmetic(ty, below),
            6 => {
                let value = self.expr(ty, below, true).within(0);
                Piece {
                    text: format!("-{value}"),
                    level: 1,
                }
            }
            _ => match ty {
                Ty::Int => self.int_call(below),
                Ty::Float => self.float_call(below),
                Ty::Big => {
                    let value = self.expr(&Ty::Int, below, true).within(0);
                    Piece::tight(format!("({value} as bigint)"))
                }
                _ => {
                    let value = self.expr(&Ty::Int, below, true).within(0);
                    Piece::tight(format!("({value} as bigrat)"))
                }
            },
        }
    }

    fn number_literal(&mut self, ty: &Ty) -> Piece {
        match ty {
            Ty::Float => {
                let text = *self.chance.pick(FLOATS);
                self.signed(text.to_owned())
            }
            Ty::Int => {
                let n = match self.chance.below(8) {
                    0 => 1_000_003,
                    1 => 10,
                    _ => self.chance.below(6),
                };
                self.signed(n.to_string())
            }
            Ty::Big => Piece::tight(format!("({} as bigint)", self.chance.below(9))),
            _ => Piece::tight(format!(
                "({} as bigrat) / {}",
                self.chance.below(9),
                1 + self.chance.below(5)
            ))
            .at(MUL),
        }
    }

    fn signed(&mut self, text: String) -> Piece {
        if self.chance.percent(20) {
            return Piece {
                text: format!("-{text}"),
                level: 1,
            };
        }
        Piece::tight(text)
    }

    fn arithmetic(&mut self, ty: &Ty, depth: usize) -> Piece {
        let a = self.expr(ty, depth, true);
        let other = match ty {
            Ty::Float | Ty::Big | Ty::Rat if self.chance.percent(25) => Ty::Int,
            other => other.clone(),
        };
        let op = *self.chance.pick(&["+", "-", "*", "/", "%", "+", "-"]);
        let level = if matches!(op, "+" | "-") { ADD } else { MUL };
        match (op, ty) {
            ("%", Ty::Rat) => {
                let b = self.expr(&other, depth, true);
                Self::infix(a, "-", b, ADD)
            }
            ("/" | "%", Ty::Int | Ty::Big | Ty::Rat) => {
                let b = if self.chance.percent(if self.guarded { 40 } else { 4 }) {
                    self.expr(&other, depth, true)
                } else {
                    Piece::tight((1 + self.chance.below(9)).to_string())
                };
                if *ty == Ty::Big && self.chance.percent(0) {
                    return a;
                }
                Self::infix(a, op, b, level)
            }
            ("*", Ty::Int | Ty::Big) => {
                // Small factors, so that loops do not leave the bounds of the second implementation.
                let factor = Piece::tight(self.chance.below(4).to_string());
                Self::infix(a, op, factor, level)
            }
            ("*" | "+" | "-", Ty::Rat) => {
                let factor = Piece::tight(self.chance.below(4).to_string());
                Self::infix(a, op, factor, level)
            }
            _ => {
                let b = self.expr(&other, depth, true);
                Self::infix(a, op, b, level)
            }
        }
    }

    fn int_call(&mut self, depth: usize) -> Piece {
        let free = |writer: &Self, name: &str| writer.is_free(name);
        match self.chance.below(16) {
            0 if free(self, "len") => {
                let of = match self.chance.below(4) {
                    0 => Ty::Str,
                    1 => Ty::Map(Box::new(Ty::Str), Box::new(Ty::Int)),
                    2 => Ty::Set(Box::new(Ty::Int)),
                    _ => Ty::Int.list(),
                };
                Piece::tight(format!("len({})", self.expr(&of, depth, true).text))
            }
            1 if free(self, "abs") => {
                Piece::tight(format!("abs({})", self.expr(&Ty::Int, depth, true).text))
            }
            2 => {
                let value = self.expr(&Ty::Float, depth, true).text;
                let name = *self.chance.pick(&["floor", "ceil", "int"]);
                if self.guarded {
                    Piece::tight(format!("{name}({value})"))
                } else if !self.is_free("len") {
                    Piece::tight("7")
                } else {
                    Piece::tight(format!("len(str({value}))"))
                }
            }
            3 if free(self, "sum") => {
                let of = Ty::Int.list();
                Piece::tight(format!("sum({})", self.expr(&of, depth, true).text))
            }
            4 if free(self, "max") && free(self, "min") => {
                let name = *self.chance.pick(&["max", "min"]);
                let (a, b) = (
                    self.expr(&Ty::Int, depth, true).text,
                    self.expr(&Ty::Int, depth, true).text,
                );
                Piece::tight(format!("{name}([{a}, {b}])"))
            }
            5 if free(self, "count") => {
                let rows = self.ty(0);
                let rows = self.query(&rows, depth);
                Piece::tight(format!("count({})", rows.text))
            }
            6 => {
                let (a, b) = (
                    self.expr(&Ty::Str, depth, true),
                    self.expr(&Ty::Str, depth, true),
                );
                Piece::tight(format!("indexOf({}, {})", a.text, b.text))
            }
            7 => {
                let a = self.expr(&Ty::Int, depth, true);
                let op = *self.chance.pick(&["&", "|", "^"]);
                let b = Piece::tight((1 + self.chance.below(7)).to_string());
                Piece::loose(format!("{} {op} {}", a.within(0), b.text))
            }
            8 if free(self, "first") => {
                let items = self.expr(&Ty::Int.list(), depth, true).text;
                Piece::loose(format!("first({items}) ?? {}", self.chance.below(9)))
            }
            9 => self.reduced(depth),
            10 => self.aggregate_query(depth),
            11 => Piece::tight(format!(
                "int(str({}))",
                self.expr(&Ty::Int, depth, true).text
            )),
            12 => {
                let text = self.expr(&Ty::Str, depth, true).text;
                if self.guarded {
                    Piece::tight(format!("int({text})"))
                } else {
                    Piece::tight(format!("indexOf({text}, \"a\")"))
                }
            }
            _ => self.arithmetic(&Ty::Int, depth),
        }
    }

    fn reduced(&mut self, depth: usize) -> Piece {
        let item = self.ty(0);
        if item.needs_slot() {
            return self.number_literal(&Ty::Int);
        }
        let items = self.expr(&item.clone().list(), depth, true).text;
        let function = Ty::Fun(vec![Ty::Int, item], Box::new(Ty::Int));
        let function = self.expr(&function, depth, false).text;
        Piece::tight(format!("reduce({items}, {function}, 0)"))
    }

    fn float_call(&mut self, depth: usize) -> Piece {
        match self.chance.below(5) {
            0 => Piece::tight(format!("float({})", self.expr(&Ty::Int, depth, true).text)),
            1 => {
                let value = self.expr(&Ty::Int, depth, true).within(0);
                Piece::tight(format!("({value} as float)"))
            }
            2 => {
                let of = Ty::Int.list();
                Piece::tight(format!("avg({})", self.expr(&of, depth, true).text))
            }
            3 => Piece::tight(format!(
                "round({})",
                self.expr(&Ty::Float, depth, true).text
            )),
            _ => Piece::tight(format!("sqrt({})", self.expr(&Ty::Int, depth, true).text)),
        }
    }

    pub(super) fn truth(&mut self, depth: usize) -> Piece {
        if depth == 0 {
            let literal = *self.chance.pick(&["true", "false"]);
            return Piece::tight(literal);
        }
        let below = depth - 1;
        if self.chance.percent(6)
            && let Some(found) = self.logic_truth()
        {
            return found;
        }
        match self.chance.below(12) {
            0..=3 => {
                let of = match self.chance.below(5) {
                    0 => Ty::Str,
                    1 => Ty::Float,
                    2 => Ty::Int.list(),
                    _ => Ty::Int,
                };
                let op = *self.chance.pick(&["<", "<=", ">", ">="]);
                let (a, b) = (self.expr(&of, below, true), self.expr(&of, below, true));
                Self::infix(a, op, b, COMPARE)
            }
            4 | 5 => {
                let of = self.ty(1);
                if of.has_function() {
                    return self.truth(0);
                }
                let op = *self.chance.pick(&["==", "!="]);
                let (a, b) = (self.expr(&of, below, true), self.expr(&of, below, true));
                Self::infix(a, op, b, EQUAL)
            }
            6 => {
                let value = self.expr(&Ty::Bool, below, true).within(0);
                Piece {
                    text: format!("!{value}"),
                    level: 1,
                }
            }
            7 | 8 => {
                let (a, b) = (
                    self.expr(&Ty::Bool, below, true),
                    self.expr(&Ty::Bool, below, true),
                );
                if self.chance.percent(50) {
                    Self::infix(a, "&&", b, AND)
                } else {
                    Self::infix(a, "||", b, OR)
                }
            }
            9 => {
                let of = self.ty(0);
                if of.needs_slot() {
                    return self.truth(0);
                }
                let (a, b) = (
                    self.expr(&of, below, true),
                    self.expr(&of.clone().list(), below, true),
                );
                Self::infix(a, "in", b, EQUAL)
            }
            10 => {
                // Through a function, so that it narrows nothing.
                let option = self.ty(0);
                if matches!(option, Ty::Any | Ty::Opt(_)) {
                    return self.truth(0);
                }
                let value = self.kept(&option.opt(), below);
                let op = *self.chance.pick(&["==", "!="]);
                Self::infix(value, op, Piece::tight("none"), EQUAL)
            }
            _ => {
                let key = self.key_type();
                let value = self.expr(&key, below, true);
                let map = Ty::Map(Box::new(key), Box::new(Ty::Int));
                let map = self.expr(&map, below, true);
                Self::infix(value, "in", map, EQUAL)
            }
        }
    }
}

impl Piece {
    /// The same text with another level.
    pub(super) fn at(mut self, level: u8) -> Self {
        self.level = level.min(LOOSE);
        self
    }
}
