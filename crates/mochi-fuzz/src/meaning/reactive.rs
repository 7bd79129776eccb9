//! Event streams and agents.
//!
//! Spec: language.md §16.

use std::rc::Rc;

use mochi_syntax::ast::{AgentMember, Name, OnHandler, ReactiveStmt};

use super::expr::new_record;
use super::stmt::Flow;
use super::value::{Answer, Scope, Stop, Value, declare, give_up, inside};
use super::{Handler, Interpreter, Shape};

impl Interpreter {
    pub(super) fn reactive(&mut self, item: &ReactiveStmt, scope: &Scope) -> Answer<()> {
        match item {
            ReactiveStmt::Stream(decl) => {
                let shape = Shape {
                    is_variant: false,
                    fields: Rc::new(decl.fields.clone()),
                    methods: Rc::new(Vec::new()),
                    scope: None,
                };
                self.shapes.insert(decl.name.text.clone(), shape);
                Ok(())
            }
            ReactiveStmt::On(handler) => {
                self.register(handler, scope);
                Ok(())
            }
            ReactiveStmt::Emit { stream, fields } => {
                let path: [Name; 1] = [stream.clone()];
                let event = self.record(&path, fields, scope)?;
                let handlers = self.handlers.get(&stream.text).cloned().unwrap_or_default();
                for handler in handlers {
                    let inner = declare(&handler.scope, &handler.event, event.clone());
                    match self.block(&handler.body, &inner) {
                        Ok(Flow::Next | Flow::Return(_)) | Err(Stop::Return(_)) => {}
                        Ok(_) => return give_up("a handler that leaves a loop"),
                        Err(stop) => return Err(stop),
                    }
                }
                Ok(())
            }
            ReactiveStmt::Agent(decl) => {
                self.agents
                    .insert(decl.name.text.clone(), (decl.clone(), scope.clone()));
                Ok(())
            }
            ReactiveStmt::EmitValue { .. } => give_up("a value stream"),
        }
    }

    fn register(&mut self, handler: &OnHandler, scope: &Scope) {
        let found = self.handlers.entry(handler.stream.text.clone());
        found.or_default().push(Handler {
            event: handler.event.text.clone(),
            body: Rc::new(handler.body.clone()),
            scope: scope.clone(),
        });
    }

    /// A new instance of an agent.
    pub(super) fn make_agent(
        &mut self,
        name: &Rc<str>,
        given: Vec<(Rc<str>, Value)>,
    ) -> Answer<Value> {
        let (decl, outer) = self.agents[name].clone();
        let Value::Record(object) = new_record(name, Vec::new()) else {
            return give_up("an agent");
        };
        let scope = inside(&outer, object.clone());
        for member in &decl.members {
            match member {
                AgentMember::Let { item, .. } => {
                    let mochi_syntax::ast::Binder::Name(field) = &item.binder else {
                        return give_up("a variable in parts");
                    };
                    let own = given.iter().find(|(name, _)| *name == field.text);
                    let value = match (own, &item.value, &item.ty) {
                        (Some((_, value)), _, _) => value.clone(),
                        (None, Some(value), _) => self.expr(value, &scope)?,
                        (None, None, Some(ty)) => self.zero(ty)?,
                        (None, None, None) => return give_up("a variable of nothing"),
                    };
                    let value = match &item.ty {
                        Some(ty) => self.coerce(value, ty)?,
                        None => value,
                    };
                    object.fields.borrow_mut().push((field.text.clone(), value));
                }
                AgentMember::On(handler) => self.register(handler, &scope),
                AgentMember::Close { body, .. } => {
                    self.closing.push((body.clone(), scope.clone()));
                }
                AgentMember::Assign { .. } => return give_up("an assignment in an agent"),
                AgentMember::Intent(_) => {}
            }
        }
        Ok(Value::Record(object))
    }

    /// What agents do at the end of the program, the latest first.
    pub(super) fn close_agents(&mut self) -> Answer<()> {
        while let Some((body, scope)) = self.closing.pop() {
            self.block(&body, &scope)?;
        }
        Ok(())
    }
}
