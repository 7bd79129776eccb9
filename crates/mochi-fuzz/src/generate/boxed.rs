//! Values of `any`, and access to what may be none.

use super::names::STRINGS;
use super::ty::Ty;
use super::{Piece, Writer};

impl Writer {
    /// A value of `any`: what operators make of boxed values, or parts of boxed containers.
    pub(super) fn boxed(&mut self, depth: usize) -> Piece {
        if self.chance.percent(15) {
            return self.decoded(depth);
        }
        match self.chance.below(5) {
            0 | 1 => {
                let op = *self.chance.pick(&["+", "-", "*"]);
                let (a, b) = (self.boxed_number(depth), self.boxed_number(depth));
                Piece::tight(format!("({a} {op} {b})"))
            }
            2 => {
                let op = *self.chance.pick(&["/", "%"]);
                let a = self.boxed_number(depth);
                Piece::tight(format!("({a} {op} {})", 1 + self.chance.below(5)))
            }
            3 => {
                let items = self.kept_any(&Ty::Int.list(), depth);
                let at = if self.guarded {
                    self.expr(&Ty::Int, depth.min(1), true).text
                } else {
                    "0".to_owned()
                };
                let item = if self.guarded {
                    format!("{items}[{at}]")
                } else {
                    format!("[{items}][0]")
                };
                Piece::tight(item)
            }
            _ => {
                if self.chance.percent(50) {
                    let value = self.expr(&Ty::Int, depth, true).text;
                    return Piece::tight(format!("{}({{a: {value}}}).a", self.kept_name()));
                }
                let map = Ty::Map(Box::new(Ty::Str), Box::new(Ty::Int));
                let map = self.kept_any(&map, depth);
                let key = *self.chance.pick(STRINGS);
                Piece::tight(format!("{map}[\"{key}\"]"))
            }
        }
    }

    /// A value of a type, given away as `any`.
    fn kept_any(&mut self, ty: &Ty, depth: usize) -> String {
        let value = self.expr(ty, depth, true).text;
        format!("{}({value})", self.kept_name())
    }

    fn boxed_number(&mut self, depth: usize) -> String {
        let of = match self.chance.below(if self.guarded { 8 } else { 4 }) {
            0 => Ty::Float,
            1 | 2 => Ty::Int,
            3 => return format!("{}(none)", self.kept_name()),
            4 => Ty::Str,
            5 => Ty::Bool,
            6 => Ty::Int.list(),
            _ => Ty::Int,
        };
        self.kept_any(&of, depth)
    }

    fn kept_name(&mut self) -> String {
        self.keeper(&Ty::Any)
    }

    /// `v?.f` and `v?[i]` with a value of the type, if there is one.
    pub(super) fn safe_access(&mut self, inner: &Ty) -> Option<Piece> {
        let wanted = inner.clone().opt();
        let fits = |ty: &Ty| ty == inner || *ty == wanted;
        let mut found = Vec::new();
        for var in self.in_sight(|var| matches!(var.ty, Ty::Opt(_))) {
            let Ty::Opt(of) = &var.ty else { continue };
            match &**of {
                Ty::Named(at) if self.types[*at].is_record => {
                    for (name, ty) in &self.types[*at].variants[0].fields {
                        if fits(ty) {
                            found.push(format!("{}?.{name}", var.name));
                        }
                    }
                }
                Ty::List(item) if fits(item) && self.guarded => {
                    found.push(format!("{}?[0]", var.name));
                }
                Ty::Map(key, value) if **key == Ty::Str && fits(value) => {
                    found.push(format!("{}?[\"a\"]", var.name));
                }
                Ty::Str if *inner == Ty::Str && self.guarded => {
                    found.push(format!("{}?[-1]", var.name));
                }
                _ => {}
            }
        }
        if found.is_empty() {
            return None;
        }
        Some(Piece::tight(self.chance.pick(&found).clone()))
    }
}
