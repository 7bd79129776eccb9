//! `match`.
//!
//! Spec: language.md §7.

use mochi_syntax::ast::{ArmBody, Block, Match, Pattern, PatternKind, StmtKind};

use super::declared::{is_made_by, type_of_name};
use super::stmt::Flow;
use super::value::{Answer, Declared, Scope, Stop, Value, declare, fault, give_up};
use super::{Interpreter, number};

impl Interpreter {
    pub(super) fn match_expr(&mut self, item: &Match, scope: &Scope, used: bool) -> Answer<Value> {
        let subject = self.expr(&item.subject, scope)?;
        for arm in &item.arms {
            let mut inner = scope.clone();
            if !self.fits(&arm.pattern, &subject, &mut inner, true)? {
                continue;
            }
            if let Some(guard) = &arm.guard
                && !self.condition(guard, &inner)?
            {
                continue;
            }
            return match &arm.body {
                ArmBody::Expr(value) if used => self.expr(value, &inner),
                ArmBody::Expr(value) => self.unused(value, &inner).map(|()| Value::None),
                ArmBody::Block(block) => self.block_value(block, &inner, used),
            };
        }
        if used { fault(3) } else { Ok(Value::None) }
    }

    fn block_value(&mut self, block: &Block, scope: &Scope, used: bool) -> Answer<Value> {
        let mut inner = scope.clone();
        for (at, stmt) in block.body.iter().enumerate() {
            if at + 1 == block.body.len()
                && let StmtKind::Expr(value) = &stmt.kind
            {
                if used {
                    return self.expr(value, &inner);
                }
                return self.unused(value, &inner).map(|()| Value::None);
            }
            match self.stmt(stmt, &mut inner, false)? {
                Flow::Next => {}
                Flow::Return(value) => return Err(Stop::Return(value)),
                Flow::Break | Flow::Continue => return give_up("an arm that leaves a loop"),
            }
        }
        Ok(Value::None)
    }

    fn fits(
        &mut self,
        pattern: &Pattern,
        value: &Value,
        scope: &mut Scope,
        top: bool,
    ) -> Answer<bool> {
        match &pattern.kind {
            PatternKind::Wildcard => Ok(true),
            PatternKind::Name(name) => {
                if let Some(Declared::Shape(shape)) = type_of_name(name, scope)
                    && shape.is_variant
                    && shape.fields.is_empty()
                {
                    return Ok(is_made_by(value, &shape));
                }
                if top {
                    let wanted = self.variable(name, scope)?;
                    return Ok(number::equal(&wanted, value));
                }
                *scope = declare(scope, name, value.clone());
                Ok(true)
            }
            PatternKind::Path(path) => {
                let mut wanted = self.variable(&path[0].text, scope)?;
                for name in &path[1..] {
                    wanted = self.field(&wanted, &name.text)?;
                }
                Ok(number::equal(&wanted, value))
            }
            PatternKind::Variant { name, args } => {
                let Value::Record(record) = value else {
                    return Ok(false);
                };
                // The type of the subject says whose variant is meant.
                if record.name != name.text {
                    return Ok(false);
                }
                let fields: Vec<Value> = record
                    .fields
                    .borrow()
                    .iter()
                    .map(|(_, value)| value.clone())
                    .collect();
                for (pattern, value) in args.iter().zip(&fields) {
                    if !self.fits(pattern, value, scope, false)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            PatternKind::Typed { name, ty } => {
                if !self.is_of(value, ty, scope) {
                    return Ok(false);
                }
                if &*name.text != "_" {
                    *scope = declare(scope, &name.text, value.clone());
                }
                Ok(true)
            }
            PatternKind::Literal(literal) => {
                let wanted = self.expr(literal, scope)?;
                Ok(number::equal(&wanted, value))
            }
            PatternKind::Error => give_up("a pattern that could not be read"),
        }
    }
}
