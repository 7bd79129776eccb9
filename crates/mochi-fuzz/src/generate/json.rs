//! JSON: values that have such a form, and what comes back from it.

use super::names::STRINGS;
use super::ty::Ty;
use super::{Piece, Writer};

impl Writer {
    /// A type that may have a JSON form.
    pub(super) fn json_type(&mut self) -> Ty {
        if self.chance.percent(30)
            && let Some(named) = self.named_type()
        {
            return named;
        }
        self.ty(2)
    }

    /// A value of `any` that was read from JSON.
    pub(super) fn decoded(&mut self, depth: usize) -> Piece {
        if self.guarded && self.chance.percent(20) {
            return Piece::tight(format!("json_decode(\"{}\")", self.chance.pick(STRINGS)));
        }
        for _ in 0..4 {
            let ty = self.json_type();
            if ty.is_json(&self.types) && !ty.has_function() {
                let value = self.expr(&ty, depth, true).text;
                return Piece::tight(format!("json_decode(to_json({value}))"));
            }
        }
        Piece::tight("json_decode(\"[1, 2.5, null, {\\\"a\\\": \\\"<\\\"}]\")")
    }

    /// A value that went through JSON and got its type again.
    pub(super) fn read_back(&mut self, ty: &Ty, depth: usize) -> Option<Piece> {
        if !ty.is_read_back(&self.types) {
            return None;
        }
        let value = self.expr(ty, depth, true).text;
        let text = self.type_text(ty);
        Some(Piece::tight(format!(
            "(json_decode(to_json({value})) as {text})"
        )))
    }

    /// A value printed as JSON.
    pub(super) fn json_stmt(&mut self) {
        let ty = self.json_type();
        if !ty.is_json(&self.types) || ty.has_function() || self.pure {
            return self.print();
        }
        let value = self.expr(&ty, 2, true).text;
        if self.chance.percent(50) {
            return self.line(&format!("json({value})"));
        }
        let name = format!("shown{}", self.next());
        self.line(&format!("let {name} = json({value})"));
        self.declare(&name, &ty, false);
    }
}
