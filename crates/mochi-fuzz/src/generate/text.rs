//! Strings and bytes.

use super::names::STRINGS;
use super::number::ADD;
use super::ty::Ty;
use super::{Piece, Writer};

impl Writer {
    pub(super) fn string(&mut self, depth: usize) -> Piece {
        if depth == 0 {
            return Piece::tight(format!("\"{}\"", self.chance.pick(STRINGS)));
        }
        let below = depth - 1;
        if self.guarded && !self.pure && self.chance.percent(4) {
            return self.read_text();
        }
        match self.chance.below(15) {
            13 => {
                let of = self.json_type();
                if of.has_function() || !of.is_json(&self.types) {
                    return self.string(0);
                }
                Piece::tight(format!("to_json({})", self.expr(&of, below, true).text))
            }
            0 | 1 => Piece::tight(format!("\"{}\"", self.chance.pick(STRINGS))),
            2 | 3 => {
                let (a, b) = (
                    self.expr(&Ty::Str, below, true),
                    self.expr(&Ty::Str, below, true),
                );
                Self::infix(a, "+", b, ADD)
            }
            4 | 5 => {
                let of = self.ty(2);
                if of.has_function() {
                    return self.string(0);
                }
                Piece::tight(format!("str({})", self.expr(&of, below, true).text))
            }
            6 | 7 => self.f_string(below),
            8 => {
                let name = *self.chance.pick(&["upper", "lower", "trim", "reverse"]);
                Piece::tight(format!("{name}({})", self.expr(&Ty::Str, below, true).text))
            }
            9 => {
                let text = self.expr(&Ty::Str, below, true).within(0);
                let bounds = [
                    "0:1", "1:", ":2", "-2:", ":", "::2", ": : -1", "3:1", "-9:9",
                ];
                Piece::tight(format!("{text}[{}]", self.chance.pick(&bounds)))
            }
            10 => {
                let text = self.expr(&Ty::Str, below, true).text;
                Piece::tight(format!("repeat({text}, {})", self.chance.below(4)))
            }
            11 => {
                let parts = self.expr(&Ty::Str.list(), below, true).text;
                Piece::tight(format!("join({parts}, \"{}\")", self.chance.pick(STRINGS)))
            }
            12 => {
                let text = self.expr(&Ty::Str, below, true).text;
                Piece::tight(format!("padStart({text}, {}, \"*\")", self.chance.below(8)))
            }
            _ => {
                let value = self.kept(&Ty::Any, below);
                let text = self.expr(&Ty::Str, 0, true);
                Self::infix(text, "+", value, ADD)
            }
        }
    }

    fn f_string(&mut self, depth: usize) -> Piece {
        let mut text = String::from("f\"");
        for _ in 0..=self.chance.below(3) {
            let literal = *self.chance.pick(STRINGS);
            text.push_str(&literal.replace('{', "{{").replace('}', "}}"));
            let (ty, specs): (Ty, &[&str]) = match self.chance.below(5) {
                0 => (
                    Ty::Int,
                    &["", ":d", ":>5", ":05d", ":x", ":,", ":<4", ":^7", ":+d"],
                ),
                1 => (Ty::Float, &["", ":.2f", ":8.1f", ":.0f"]),
                2 => (Ty::Str, &["", ":>5", ":*^9", ":<3", ":.2"]),
                3 => (Ty::Bool, &["", ":>6"]),
                _ => (self.ty(1), &[""]),
            };
            if ty.has_function() {
                continue;
            }
            let value = self.expr(&ty, depth, true);
            let spec = *self.chance.pick(specs);
            // Braces and colons of the expression itself stay in parentheses.
            let value = if value.level > 0 || value.text.contains([':', '{']) {
                format!("({})", value.text)
            } else {
                value.text
            };
            text.push_str(&format!("{{{value}{spec}}}"));
        }
        text.push('"');
        Piece::tight(text)
    }

    pub(super) fn bytes(&mut self, depth: usize) -> Piece {
        let literal = ["b\"\"", "b\"ab\"", "b\"\\x00\\xff\"", "b\"q\\\"\""];
        if depth == 0 {
            let literal = *self.chance.pick(&literal);
            return Piece::tight(literal);
        }
        let below = depth - 1;
        match self.chance.below(4) {
            0 => Piece::tight(format!("encode({})", self.expr(&Ty::Str, below, true).text)),
            1 => {
                let (a, b) = (
                    self.expr(&Ty::Bytes, below, true),
                    self.expr(&Ty::Bytes, below, true),
                );
                Self::infix(a, "+", b, ADD)
            }
            2 => {
                let value = self.expr(&Ty::Bytes, below, true).within(0);
                Piece::tight(format!("{value}[1:]"))
            }
            _ => {
                let literal = *self.chance.pick(&literal);
                Piece::tight(literal)
            }
        }
    }
}
