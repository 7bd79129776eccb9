//! Event streams and agents.
//!
//! Spec: language.md §16.

use std::rc::Rc;

use mochi_syntax::ast::{AgentDecl, AgentMember, Name, OnHandler, ReactiveStmt};

use super::declared::{file_of, type_of_name};
use super::stmt::Flow;
use super::value::{Answer, Declared, Record, Scope, Shape, Stop, Value, declare, give_up, inside};
use super::{Handler, Interpreter};

impl Interpreter {
    pub(super) fn reactive(&mut self, item: &ReactiveStmt, scope: &Scope) -> Answer<()> {
        match item {
            ReactiveStmt::Stream(decl) => {
                let shape = Rc::new(Shape {
                    name: decl.name.text.clone(),
                    decl: Rc::as_ptr(decl) as usize,
                    is_variant: false,
                    fields: decl.fields.clone(),
                    methods: Vec::new(),
                    scope: scope.clone().into(),
                });
                let mut types = file_of(scope)?.types.borrow_mut();
                types.insert(decl.name.text.clone(), Declared::Shape(shape));
                Ok(())
            }
            ReactiveStmt::On(handler) => self.register(handler, scope),
            ReactiveStmt::Emit { stream, fields } => {
                let path: [Name; 1] = [stream.clone()];
                let event = self.record(&path, fields, scope)?;
                let stream = stream_of(&stream.text, scope)?;
                let handlers = self.handlers.get(&stream).cloned().unwrap_or_default();
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
                let declared = Declared::Agent(decl.clone(), scope.clone());
                let mut types = file_of(scope)?.types.borrow_mut();
                types.insert(decl.name.text.clone(), declared);
                Ok(())
            }
            ReactiveStmt::EmitValue { .. } => give_up("a value stream"),
        }
    }

    fn register(&mut self, handler: &OnHandler, scope: &Scope) -> Answer<()> {
        let stream = stream_of(&handler.stream.text, scope)?;
        let found = self.handlers.entry(stream);
        found.or_default().push(Handler {
            event: handler.event.text.clone(),
            body: Rc::new(handler.body.clone()),
            scope: scope.clone(),
        });
        Ok(())
    }

    /// A new instance of an agent.
    pub(super) fn make_agent(
        &mut self,
        decl: &Rc<AgentDecl>,
        outer: &Scope,
        given: Vec<(Rc<str>, Value)>,
    ) -> Answer<Value> {
        let object = Rc::new(Record {
            name: decl.name.text.clone(),
            made_by: Declared::Agent(decl.clone(), outer.clone()),
            fields: Vec::new().into(),
        });
        let scope = inside(outer, object.clone());
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
                        (None, None, Some(ty)) => self.zero(ty, &scope)?,
                        (None, None, None) => return give_up("a variable of nothing"),
                    };
                    let value = match &item.ty {
                        Some(ty) => self.coerce(value, ty, &scope)?,
                        None => value,
                    };
                    object.fields.borrow_mut().push((field.text.clone(), value));
                }
                AgentMember::On(handler) => self.register(handler, &scope)?,
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

/// The declaration of a stream.
fn stream_of(name: &Rc<str>, scope: &Scope) -> Answer<usize> {
    match type_of_name(name, scope) {
        Some(Declared::Shape(shape)) => Ok(shape.decl),
        _ => give_up("an unknown stream"),
    }
}
