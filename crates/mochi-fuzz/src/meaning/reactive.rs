//! Event streams and agents.
//!
//! Spec: language.md §16.

use std::rc::Rc;

use mochi_syntax::ast::{AgentDecl, AgentMember, Block, Name, OnHandler, ReactiveStmt};

use super::declared::{file_of, type_of_name};
use super::stmt::Flow;
use super::value::{
    Answer, Chan, Declared, Record, Scope, Shape, Stop, Value, declare, fault, give_up, inside,
    with_type,
};
use super::{Handler, Interpreter};

impl Interpreter {
    pub(super) fn reactive(
        &mut self,
        item: &ReactiveStmt,
        scope: &mut Scope,
        top: bool,
    ) -> Answer<()> {
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
                put(&decl.name.text, Declared::Shape(shape), scope, top)
            }
            ReactiveStmt::On(handler) => self.register(handler, scope),
            ReactiveStmt::Emit { stream, fields } => {
                let path: [Name; 1] = [stream.clone()];
                let event = self.record(&path, fields, scope)?;
                let stream = stream_of(&stream.text, scope)?;
                let handlers = self.handlers.get(&key(&stream)).cloned();
                let handlers = handlers.unwrap_or_default();
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
                put(&decl.name.text, declared, scope, top)
            }
            ReactiveStmt::EmitValue { args, .. } => {
                let values = self.all(args, scope)?;
                let [Value::Feed(feed), value] = &values[..] else {
                    return give_up("a value for no stream");
                };
                for sub in feed.borrow().iter() {
                    if sub.is_full() {
                        sub.values.borrow_mut().pop_front();
                    }
                    sub.values.borrow_mut().push_back(value.clone());
                }
                Ok(())
            }
        }
    }

    fn register(&mut self, handler: &OnHandler, scope: &Scope) -> Answer<()> {
        let stream = stream_of(&handler.stream.text, scope)?;
        let found = self.handlers.entry(key(&stream));
        found.or_default().push(Handler {
            event: handler.event.text.clone(),
            body: Rc::new(handler.body.clone()),
            scope: scope.clone(),
            _stream: stream,
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
                    let closing = (object.clone(), body.clone(), scope.clone());
                    self.closing.push(closing);
                }
                AgentMember::Assign { .. } => return give_up("an assignment in an agent"),
                AgentMember::Intent(_) => {}
            }
        }
        Ok(Value::Record(object))
    }

    /// `using`: the agent is closed however the block ends.
    pub(super) fn using(
        &mut self,
        value: Value,
        body: impl FnOnce(&mut Self) -> Answer<Flow>,
    ) -> Answer<Flow> {
        let Value::Record(object) = value else {
            return give_up("using another value");
        };
        let ended = body(self);
        if matches!(ended, Err(Stop::GiveUp(_))) {
            return ended;
        }
        let is_own = |(of, _, _): &(Rc<Record>, Block, Scope)| Rc::ptr_eq(of, &object);
        while let Some(at) = self.closing.iter().rposition(is_own) {
            let (_, body, scope) = self.closing.remove(at);
            self.block(&body, &scope)?;
        }
        ended
    }

    /// What agents do at the end of the program, the latest first.
    pub(super) fn close_agents(&mut self) -> Answer<()> {
        while let Some((_, body, scope)) = self.closing.pop() {
            self.block(&body, &scope)?;
        }
        Ok(())
    }
}

/// The declaration of a stream.
fn stream_of(name: &Rc<str>, scope: &Scope) -> Answer<Rc<Shape>> {
    match type_of_name(name, scope) {
        Some(Declared::Shape(shape)) => Ok(shape),
        _ => give_up("an unknown stream"),
    }
}

/// What tells streams apart: those of a block are new whenever it runs.
fn key(stream: &Rc<Shape>) -> usize {
    Rc::as_ptr(stream) as usize
}

/// Declares a stream or an agent.
fn put(name: &Rc<str>, declared: Declared, scope: &mut Scope, top: bool) -> Answer<()> {
    if top {
        let mut types = file_of(scope)?.types.borrow_mut();
        types.insert(name.clone(), declared);
    } else {
        *scope = with_type(scope, name, declared);
    }
    Ok(())
}

/// Builtins of channels and value streams.
pub fn messages(name: &str, args: &[Value]) -> Answer<Value> {
    match (name, args) {
        ("make_chan", []) => Ok(Value::Chan(Chan::new(0))),
        ("make_chan", [Value::Int(n)]) => Ok(Value::Chan(Chan::new(*n))),
        ("make_stream", _) => Ok(Value::Feed(Rc::default())),
        ("send", [Value::Chan(chan), _]) if chan.is_full() => fault(6),
        ("send", [Value::Chan(chan), value]) => {
            chan.values.borrow_mut().push_back(value.clone());
            Ok(Value::None)
        }
        ("recv", [Value::Chan(chan)]) | ("recv_sub", [Value::Sub(chan)]) => {
            match chan.values.borrow_mut().pop_front() {
                Some(value) => Ok(value),
                None => fault(4),
            }
        }
        ("subscribe" | "subscribe_limit", [Value::Feed(feed), rest @ ..]) => {
            let limit = match rest {
                [Value::Int(n)] if *n > 0 => *n,
                [] => 0,
                _ => return give_up("a subscription without room"),
            };
            let sub = Chan::new(limit);
            feed.borrow_mut().push(sub.clone());
            Ok(Value::Sub(sub))
        }
        _ => give_up(&format!("a builtin {name}")),
    }
}
