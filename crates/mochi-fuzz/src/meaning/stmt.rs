//! Statements.
//!
//! Spec: language.md §3, §5.3, §13.

use std::rc::Rc;

use mochi_syntax::ast::{
    Assign, Binder, Block, DataStmt, Else, Expr, For, IfStmt, Let, MapEntry, MapKey, PlaceStep,
    Stmt, StmtKind, Subscript, Try,
};

use super::declared::{declare_type, file_of, see};
use super::value::{
    Answer, Declared, Fault, Function, Scope, Stop, Value, declare, fault, give_up, raise,
};
use super::{Interpreter, number, text};

/// How a statement ends.
pub enum Flow {
    /// The next one follows.
    Next,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return`.
    Return(Value),
}

impl Interpreter {
    /// Runs a block in a scope of its own.
    pub(super) fn block(&mut self, block: &Block, scope: &Scope) -> Answer<Flow> {
        self.stmts(&block.body, scope.clone())
    }

    fn stmts(&mut self, body: &[Stmt], mut scope: Scope) -> Answer<Flow> {
        for (at, stmt) in body.iter().enumerate() {
            if let StmtKind::Using(item) = &stmt.kind
                && item.body.is_none()
                && !item.is_await
            {
                let value = self.expr(&item.value, &scope)?;
                let inner = declare(&scope, &item.name.text, value.clone());
                return self.using(value, |this| this.stmts(&body[at + 1..], inner));
            }
            match self.stmt(stmt, &mut scope, false)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt, scope: &mut Scope, top: bool) -> Answer<Flow> {
        self.step()?;
        match &stmt.kind {
            StmtKind::Let(item) => self.let_stmt(item, scope)?,
            StmtKind::Assign(item) => self.assign(item, scope)?,
            StmtKind::Fun(decl) if top => {
                let file = file_of(scope)?;
                let name = decl.name.text.clone();
                file.scopes.borrow_mut().insert(name, scope.clone());
            }
            StmtKind::Fun(decl) => {
                *scope = declare(scope, &decl.name.text, Value::None);
                let function = Function::Named(decl.clone(), scope.clone());
                self.store(&decl.name.text, Value::Fun(Rc::new(function)), scope)?;
            }
            StmtKind::Return(value) => {
                let value = match value {
                    Some(value) => self.expr(value, scope)?,
                    None => Value::None,
                };
                return Ok(Flow::Return(value));
            }
            StmtKind::If(item) => return self.if_stmt(item, scope),
            StmtKind::While { cond, body } => {
                while self.condition(cond, scope)? {
                    self.step()?;
                    match self.block(body, scope)? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        Flow::Next | Flow::Continue => {}
                    }
                }
            }
            StmtKind::For(item) => return self.for_stmt(item, scope),
            StmtKind::Try(item) => return self.try_stmt(item, scope),
            StmtKind::Break => return Ok(Flow::Break),
            StmtKind::Continue => return Ok(Flow::Continue),
            StmtKind::Expr(expr) => {
                self.unused(expr, scope)?;
            }
            StmtKind::Expect(cond) => {
                if !self.condition(cond, scope)? {
                    return fault(9);
                }
            }
            StmtKind::Test(item) => return self.block(&item.body, scope),
            StmtKind::Type(decl) if top => see(decl, scope)?,
            StmtKind::Type(decl) => declare_type(decl, scope),
            StmtKind::Data(data) => match &**data {
                DataStmt::Update { list, fields, cond } => {
                    self.update(&list.text, fields, cond.as_ref(), scope)?;
                }
                DataStmt::Fact(_) | DataStmt::Rule { .. } => {}
                _ => return give_up("a data statement"),
            },
            StmtKind::Import(item) if item.language.is_none() => {
                let stem = item.path.rsplit('/').next().unwrap_or("");
                let stem: Rc<str> = Rc::from(stem);
                let alias = item.alias.as_ref().map_or(stem, |alias| alias.text.clone());
                let module = self.imported(&item.path)?;
                *scope = declare(scope, &alias, module);
            }
            StmtKind::Reactive(item) => self.reactive(item, scope, top)?,
            StmtKind::Using(item) if !item.is_await => {
                if let Some(body) = &item.body {
                    let value = self.expr(&item.value, scope)?;
                    let inner = declare(scope, &item.name.text, value.clone());
                    return self.using(value, |this| this.block(body, &inner));
                }
                return give_up("using to the end of a block");
            }
            _ => return give_up("a statement of another kind"),
        }
        Ok(Flow::Next)
    }

    fn let_stmt(&mut self, item: &Let, scope: &mut Scope) -> Answer<()> {
        let value = match (&item.value, &item.ty) {
            (Some(value), Some(ty)) => {
                let value = self.expr(value, scope)?;
                self.coerce(value, ty, scope)?
            }
            (Some(value), None) => self.expr(value, scope)?,
            (None, Some(ty)) => self.zero(ty, scope)?,
            (None, None) => return give_up("a declaration of nothing"),
        };
        self.bind(&item.binder, value, scope)
    }

    pub(super) fn bind(&mut self, binder: &Binder, value: Value, scope: &mut Scope) -> Answer<()> {
        match binder {
            Binder::Name(name) => {
                if &*name.text != "_" {
                    *scope = declare(scope, &name.text, value);
                }
                Ok(())
            }
            Binder::Tuple(parts, _) => {
                let Value::Tuple(values) = value else {
                    return give_up("parts of what is no tuple");
                };
                for (part, value) in parts.iter().zip(values.iter()) {
                    self.bind(part, value.clone(), scope)?;
                }
                Ok(())
            }
        }
    }

    fn assign(&mut self, item: &Assign, scope: &Scope) -> Answer<()> {
        let Some((last, before)) = item.path.split_last() else {
            let value = self.expr(&item.value, scope)?;
            return self.store(&item.root.text, value, scope);
        };
        // Keys in order, then the value; what holds the place is looked up at the end.
        let mut keys = Vec::new();
        for step in &item.path {
            if let PlaceStep::Index(subscripts, _) = step {
                keys.push(self.one_subscript(subscripts, scope)?);
            }
        }
        let value = self.expr(&item.value, scope)?;
        let mut keys = keys.into_iter();
        let mut key = || keys.next().unwrap_or(Value::None);
        let mut place = self.variable(&item.root.text, scope)?;
        for step in before {
            place = match step {
                PlaceStep::Field(name) => self.field(&place, &name.text)?,
                PlaceStep::Index(..) => self.index(&place, &key())?,
            };
        }
        match last {
            PlaceStep::Field(name) => self.set_field(&place, &name.text, value),
            PlaceStep::Index(..) => set_index(&place, key(), value),
        }
    }

    fn one_subscript(&mut self, subscripts: &[Subscript], scope: &Scope) -> Answer<Value> {
        match subscripts {
            [Subscript::Index(key)] => self.expr(key, scope),
            _ => give_up("a subscript of another kind"),
        }
    }

    /// Assigns to a field, with the conversion that its type asks for.
    pub(super) fn set_field(&mut self, place: &Value, name: &str, value: Value) -> Answer<()> {
        match place {
            Value::Record(record) => {
                let value = match &record.made_by {
                    Declared::Shape(shape) => {
                        let field = shape.fields.iter().find(|field| &*field.name.text == name);
                        let Some(field) = field else {
                            return give_up("a field that is not there");
                        };
                        let scope = shape.scope.borrow().clone();
                        self.coerce(value, &field.ty, &scope)?
                    }
                    _ => value,
                };
                let mut fields = record.fields.borrow_mut();
                match fields.iter_mut().find(|(field, _)| &**field == name) {
                    Some((_, slot)) => *slot = value,
                    None => return give_up("a field that is not there"),
                }
                Ok(())
            }
            Value::Map(_) => set_index(place, Value::text(name), value),
            _ => give_up("a field of another value"),
        }
    }

    fn if_stmt(&mut self, item: &IfStmt, scope: &Scope) -> Answer<Flow> {
        if self.condition(&item.cond, scope)? {
            return self.block(&item.then, scope);
        }
        match &item.otherwise {
            Some(Else::If(item, _)) => self.if_stmt(item, scope),
            Some(Else::Block(block)) => self.block(block, scope),
            None => Ok(Flow::Next),
        }
    }

    fn for_stmt(&mut self, item: &For, scope: &Scope) -> Answer<Flow> {
        let source = self.expr(&item.source, scope)?;
        if let Some(end) = &item.end {
            let end = self.expr(end, scope)?;
            let (Some(from), Some(to)) = (number::integer(&source), number::integer(&end)) else {
                return fault(3);
            };
            for i in from..to {
                match self.round(item, Value::Int(i), scope)? {
                    Flow::Break => break,
                    Flow::Return(value) => return Ok(Flow::Return(value)),
                    Flow::Next | Flow::Continue => {}
                }
            }
            return Ok(Flow::Next);
        }
        let pairs = matches!(item.binder, Binder::Tuple(..));
        let live = match &source {
            Value::List(items) => Some(items.clone()),
            _ => None,
        };
        let items = self.items(&source, pairs)?;
        for (at, item_value) in items.iter().enumerate() {
            let value = match &live {
                Some(list) => list.borrow().get(at).cloned().unwrap_or(Value::None),
                None => item_value.clone(),
            };
            match self.round(item, value, scope)? {
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
                Flow::Next | Flow::Continue => {}
            }
        }
        Ok(Flow::Next)
    }

    fn round(&mut self, item: &For, value: Value, scope: &Scope) -> Answer<Flow> {
        self.step()?;
        let mut inner = scope.clone();
        self.bind(&item.binder, value, &mut inner)?;
        self.block(&item.body, &inner)
    }

    /// What a loop or a query runs over.
    pub(super) fn items(&mut self, source: &Value, pairs: bool) -> Answer<Vec<Value>> {
        let entries = |entries: &[(Value, Value)]| -> Vec<Value> {
            let one = |(key, value): &(Value, Value)| {
                if pairs {
                    Value::Tuple(Rc::new(vec![key.clone(), value.clone()]))
                } else {
                    key.clone()
                }
            };
            entries.iter().map(one).collect()
        };
        Ok(match source {
            Value::List(items) => items.borrow().clone(),
            Value::Tuple(items) => items.to_vec(),
            Value::Set(items) => text::in_order(items),
            Value::Map(map) => entries(&text::sorted_entries(&map.borrow())),
            Value::OMap(map) => entries(&map.borrow()),
            Value::Str(text) => text.chars().map(|c| Value::text(&c.to_string())).collect(),
            Value::Bytes(bytes) => bytes.iter().map(|b| Value::Int(i128::from(*b))).collect(),
            Value::Group(group) => group.items.clone(),
            Value::None => Vec::new(),
            _ => return fault(3),
        })
    }

    fn try_stmt(&mut self, item: &Try, scope: &Scope) -> Answer<Flow> {
        let mut ended = self.block(&item.body, scope);
        if let (Err(Stop::Fault(raised)), Some(clause)) = (&ended, item.catches.first()) {
            let error = Value::Error(Rc::new(raised.clone()));
            let inner = if &*clause.name.text == "_" {
                scope.clone()
            } else {
                declare(scope, &clause.name.text, error)
            };
            ended = self.block(&clause.body, &inner);
        }
        if let Some(block) = &item.finally {
            self.block(block, scope)?;
        }
        ended
    }

    fn update(
        &mut self,
        list: &str,
        fields: &[MapEntry],
        cond: Option<&Expr>,
        scope: &Scope,
    ) -> Answer<()> {
        let Value::List(items) = self.variable(&Rc::from(list), scope)? else {
            return give_up("update of another value");
        };
        let elements = items.borrow().clone();
        for element in elements {
            let mut inner = scope.clone();
            match &element {
                Value::Record(record) => {
                    for (name, value) in record.fields.borrow().iter() {
                        inner = declare(&inner, name, value.clone());
                    }
                }
                _ => return give_up("update of another value"),
            }
            if let Some(cond) = cond
                && !self.condition(cond, &inner)?
            {
                continue;
            }
            let mut values = Vec::new();
            for entry in fields {
                let MapKey::Word(name) = &entry.key else {
                    return give_up("update of no field");
                };
                values.push((name.text.clone(), self.expr(&entry.value, &inner)?));
            }
            for (name, value) in values {
                self.set_field(&element, &name, value)?;
            }
        }
        Ok(())
    }
}

fn set_index(place: &Value, key: Value, value: Value) -> Answer<()> {
    match place {
        Value::List(items) => {
            let mut items = items.borrow_mut();
            let at = position(&key, items.len())?;
            items[at] = value;
            Ok(())
        }
        Value::Map(entries) | Value::OMap(entries) => {
            let mut entries = entries.borrow_mut();
            match entries
                .iter_mut()
                .find(|(found, _)| number::equal(found, &key))
            {
                Some((_, slot)) => *slot = value,
                None => entries.push((key, value)),
            }
            Ok(())
        }
        Value::None => fault(3),
        _ => give_up("an entry of another value"),
    }
}

/// A position of a sequence; negative ones count from the end.
pub fn position(key: &Value, len: usize) -> Answer<usize> {
    let Some(at) = number::integer(key) else {
        return fault(3);
    };
    let at = if at < 0 { at + len as i128 } else { at };
    match usize::try_from(at) {
        Ok(at) if at < len => Ok(at),
        _ => fault(4),
    }
}

/// The fault that a value of `catch` stands for.
pub fn again<T>(error: &Fault) -> Answer<T> {
    raise(error.code, &error.message)
}
