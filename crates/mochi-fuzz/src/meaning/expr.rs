//! Expressions.
//!
//! Spec: language.md §5.2, §7–§9.

use std::cmp::Ordering;
use std::rc::Rc;

use mochi_syntax::ast::{
    AgentMember, AsyncExpr, BinaryOp, DataExpr, Expr, ExprKind, FStrPart, MapEntry, MapKey, Name,
    Subscript, UnaryOp,
};

use super::declared::{declared, global, variant};
use super::stmt::position;
use super::value::{
    Answer, Declared, Function, NodeKind, Record, Scope, Shape, Value, fault, give_up, inside,
    raise,
};
use super::{Interpreter, builtin, format, number, text};

impl Interpreter {
    /// The value of an expression.
    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope) -> Answer<Value> {
        self.step()?;
        match &expr.kind {
            ExprKind::Int(n) => Ok(Value::Int(i128::from(*n))),
            ExprKind::Float(x) => Ok(Value::Float(*x)),
            ExprKind::Str(text) => Ok(Value::Str(text.clone())),
            ExprKind::Bytes(bytes) => Ok(Value::Bytes(bytes.clone())),
            ExprKind::FStr(parts) => self.f_string(parts, scope),
            ExprKind::Bool(b) => Ok(Value::Bool(*b)),
            ExprKind::None => Ok(Value::None),
            ExprKind::Name(name) => self.variable(name, scope),
            ExprKind::List(items) => Ok(Value::list(self.all(items, scope)?)),
            ExprKind::Tuple(items) => Ok(Value::Tuple(Rc::new(self.all(items, scope)?))),
            ExprKind::Set(items) => {
                let mut found = Vec::new();
                for item in self.all(items, scope)? {
                    if !number::contains(&found, &item) {
                        found.push(item);
                    }
                }
                Ok(Value::Set(Rc::new(found)))
            }
            ExprKind::Map(entries) => Ok(Value::map(self.entries(entries, scope)?)),
            ExprKind::OMap(entries) => {
                let entries = self.entries(entries, scope)?;
                Ok(Value::OMap(Rc::new(entries.into())))
            }
            ExprKind::Paren(inner) => self.expr(inner, scope),
            ExprKind::Record { path, fields } => self.record(path, fields, scope),
            ExprKind::Unary { op, operand } => {
                let value = self.expr(operand, scope)?;
                unary(*op, &value)
            }
            ExprKind::Binary {
                op, left, right, ..
            } => self.binary(*op, left, right, scope),
            ExprKind::Call { callee, args, .. } => self.call(callee, args, scope),
            ExprKind::Field { object, name } => {
                let object = self.expr(object, scope)?;
                self.field(&object, &name.text)
            }
            ExprKind::SafeField { object, name } => match self.expr(object, scope)? {
                Value::None => Ok(Value::None),
                object => self.field(&object, &name.text),
            },
            ExprKind::Index { object, subscripts } => {
                let object = self.expr(object, scope)?;
                self.subscript(&object, subscripts, scope)
            }
            ExprKind::SafeIndex { object, index } => match self.expr(object, scope)? {
                Value::None => Ok(Value::None),
                object => {
                    let key = self.expr(index, scope)?;
                    self.index(&object, &key)
                }
            },
            ExprKind::Cast { value, ty } => {
                let value = self.expr(value, scope)?;
                self.cast(value, ty, scope)
            }
            ExprKind::Lambda(lambda) => {
                let function = Function::Lambda(lambda.clone(), scope.clone());
                Ok(Value::Fun(Rc::new(function)))
            }
            ExprKind::If {
                cond,
                then,
                otherwise,
            } => {
                if self.condition(cond, scope)? {
                    return self.expr(then, scope);
                }
                match otherwise {
                    Some(otherwise) => self.expr(otherwise, scope),
                    None => Ok(Value::None),
                }
            }
            ExprKind::Match(item) => self.match_expr(item, scope, true),
            ExprKind::Query(query) => self.query(query, scope),
            ExprKind::Async(item) => match &**item {
                AsyncExpr::Await { value, .. } => self.expr(value, scope),
                AsyncExpr::AwaitAll { items, .. } => Ok(Value::list(self.all(items, scope)?)),
                AsyncExpr::Spawn { value, .. } => self.expr(value, scope),
            },
            ExprKind::Data(item) => match &**item {
                DataExpr::Query(pred) => self.logic_query(pred, scope),
                DataExpr::Load { path, ty, options } => {
                    self.load(path.as_deref(), ty, options.as_ref(), scope)
                }
                DataExpr::Save {
                    rows,
                    path,
                    options,
                } => self.save(rows, path.as_deref(), options.as_ref(), scope),
                _ => give_up("an expression of another kind"),
            },
            ExprKind::Error => give_up("an expression of another kind"),
        }
    }

    /// Evaluates an expression whose value nobody asks for.
    pub(super) fn unused(&mut self, expr: &Expr, scope: &Scope) -> Answer<()> {
        match &expr.kind {
            ExprKind::Match(item) => self.match_expr(item, scope, false).map(drop),
            ExprKind::Paren(inner) => self.unused(inner, scope),
            _ => self.expr(expr, scope).map(drop),
        }
    }

    pub(super) fn all(&mut self, items: &[Expr], scope: &Scope) -> Answer<Vec<Value>> {
        items.iter().map(|item| self.expr(item, scope)).collect()
    }

    /// A condition; inside `any` it may be no truth value.
    pub(super) fn condition(&mut self, expr: &Expr, scope: &Scope) -> Answer<bool> {
        match self.expr(expr, scope)? {
            Value::Bool(b) => Ok(b),
            _ => fault(3),
        }
    }

    fn entries(&mut self, entries: &[MapEntry], scope: &Scope) -> Answer<Vec<(Value, Value)>> {
        let mut found: Vec<(Value, Value)> = Vec::new();
        for entry in entries {
            let key = match &entry.key {
                MapKey::Word(name) => Value::Str(name.text.clone()),
                MapKey::Expr(key) => self.expr(key, scope)?,
            };
            let value = self.expr(&entry.value, scope)?;
            match found.iter_mut().find(|(old, _)| number::equal(old, &key)) {
                Some((_, slot)) => *slot = value,
                None => found.push((key, value)),
            }
        }
        Ok(found)
    }

    pub(super) fn record(
        &mut self,
        path: &[Name],
        fields: &[(Name, Expr)],
        scope: &Scope,
    ) -> Answer<Value> {
        let mut values = Vec::new();
        for (field, value) in fields {
            values.push((field.text.clone(), self.expr(value, scope)?));
        }
        let shape = match declared(path, scope) {
            Some(Declared::Agent(decl, scope)) => return self.make_agent(&decl, &scope, values),
            Some(Declared::Shape(shape)) => shape,
            _ => return give_up("an unknown record"),
        };
        let scope = shape.scope.borrow().clone();
        let mut found = Vec::new();
        for field in &shape.fields {
            let value = values.iter().find(|(name, _)| *name == field.name.text);
            let Some((_, value)) = value else {
                return give_up("a field without value");
            };
            let value = self.coerce(value.clone(), &field.ty, &scope)?;
            found.push((field.name.text.clone(), value));
        }
        Ok(new_record(&shape, found))
    }

    /// The value of a name.
    pub(super) fn variable(&mut self, name: &Rc<str>, scope: &Scope) -> Answer<Value> {
        let mut at = scope;
        while let Some(node) = at {
            match &node.kind {
                NodeKind::Var(found, cell) if found == name => return Ok(cell.borrow().clone()),
                NodeKind::This(object) => {
                    if &**name == "this" {
                        return Ok(Value::Record(object.clone()));
                    }
                    let value = Value::Record(object.clone());
                    if let Some(member) = self.member(&value, name) {
                        return Ok(member);
                    }
                }
                NodeKind::Type(found, Declared::Shape(shape)) if found == name => {
                    if shape.is_variant {
                        return Ok(variant(shape));
                    }
                }
                NodeKind::File(file) => {
                    if let Some(found) = global(file, name)? {
                        return Ok(found);
                    }
                }
                NodeKind::Var(..) | NodeKind::Type(..) => {}
            }
            at = &node.outer;
        }
        if builtin::is_known(name) {
            return Ok(Value::Fun(Rc::new(Function::Builtin(name.clone()))));
        }
        give_up(&format!("an unknown name {name}"))
    }

    /// Assigns to a variable or to a field that is visible by its bare name.
    pub(super) fn store(&mut self, name: &Rc<str>, value: Value, scope: &Scope) -> Answer<()> {
        let mut at = scope;
        while let Some(node) = at {
            match &node.kind {
                NodeKind::Var(found, cell) if found == name => {
                    let value = same_kind(&cell.borrow(), value);
                    *cell.borrow_mut() = value;
                    return Ok(());
                }
                NodeKind::This(object) => {
                    let has = object
                        .fields
                        .borrow()
                        .iter()
                        .any(|(field, _)| field == name);
                    if has {
                        let object = Value::Record(object.clone());
                        return self.set_field(&object, name, value);
                    }
                }
                NodeKind::Var(..) | NodeKind::Type(..) | NodeKind::File(_) => {}
            }
            at = &node.outer;
        }
        give_up("assignment to an unknown name")
    }

    /// A field or a method of a record.
    fn member(&mut self, value: &Value, name: &str) -> Option<Value> {
        let Value::Record(record) = value else {
            return None;
        };
        let field = record
            .fields
            .borrow()
            .iter()
            .find(|(field, _)| &**field == name)
            .map(|(_, value)| value.clone());
        if field.is_some() {
            return field;
        }
        let (found, scope) = match &record.made_by {
            Declared::Agent(agent, scope) => {
                let found = agent.members.iter().find_map(|member| match member {
                    AgentMember::Intent(decl) if &*decl.name.text == name => Some(decl.clone()),
                    _ => None,
                })?;
                (found, scope.clone())
            }
            Declared::Shape(shape) => {
                let found = shape.methods.iter().find(|one| &*one.name.text == name)?;
                (found.clone(), shape.scope.borrow().clone())
            }
            _ => return None,
        };
        let scope = inside(&scope, record.clone());
        Some(Value::Fun(Rc::new(Function::Named(found, scope))))
    }

    /// `object.name`.
    pub(super) fn field(&mut self, object: &Value, name: &str) -> Answer<Value> {
        if let Some(member) = self.member(object, name) {
            return Ok(member);
        }
        match object {
            Value::Error(error) => match name {
                "code" => Ok(Value::Int(error.code)),
                "message" if error.message.is_empty() => give_up("a message"),
                "message" => Ok(Value::text(&error.message)),
                "type" => Ok(Value::text(name_of_code(error.code))),
                _ => give_up("a field of an error"),
            },
            Value::Module(module) => {
                let at = module.end.borrow().clone();
                self.variable(&Rc::from(name), &at)
            }
            Value::Group(group) => match name {
                "key" => Ok(group.key.clone()),
                "items" => Ok(Value::list(group.items.clone())),
                _ => give_up("a field of a group"),
            },
            Value::Map(entries) => {
                let key = Value::text(name);
                let entries = entries.borrow();
                let found = entries.iter().find(|(found, _)| number::equal(found, &key));
                match found {
                    Some((_, value)) => Ok(value.clone()),
                    // What follows depends on the type of the map.
                    None => give_up("a field that a map lacks"),
                }
            }
            _ => give_up(&format!("a field of {}", text::describe(object))),
        }
    }

    fn subscript(
        &mut self,
        object: &Value,
        subscripts: &[Subscript],
        scope: &Scope,
    ) -> Answer<Value> {
        match subscripts {
            [Subscript::Index(key)] => {
                let key = self.expr(key, scope)?;
                self.index(object, &key)
            }
            [
                Subscript::Slice {
                    start, stop, step, ..
                },
            ] => {
                let mut bounds = Vec::new();
                for part in [start, stop, step] {
                    bounds.push(match part {
                        Some(part) => number::integer(&self.expr(part, scope)?),
                        None => None,
                    });
                }
                slice(object, bounds[0], bounds[1], bounds[2])
            }
            _ => give_up("several subscripts"),
        }
    }

    /// `object[key]`.
    pub(super) fn index(&mut self, object: &Value, key: &Value) -> Answer<Value> {
        let entry = |entries: &[(Value, Value)]| {
            entries
                .iter()
                .find(|(found, _)| number::equal(found, key))
                .map(|(_, value)| value.clone())
        };
        match object {
            Value::List(items) => {
                let items = items.borrow();
                Ok(items[position(key, items.len())?].clone())
            }
            Value::Tuple(items) => Ok(items[position(key, items.len())?].clone()),
            Value::Str(text) => {
                let chars: Vec<char> = text.chars().collect();
                Ok(Value::text(&chars[position(key, chars.len())?].to_string()))
            }
            Value::Bytes(bytes) => Ok(Value::Int(i128::from(bytes[position(key, bytes.len())?]))),
            Value::Map(entries) => Ok(entry(&entries.borrow()).unwrap_or(Value::None)),
            Value::OMap(entries) => match entry(&entries.borrow()) {
                Some(value) => Ok(value),
                None => fault(4),
            },
            Value::None => Ok(Value::None),
            _ => fault(3),
        }
    }

    fn binary(&mut self, op: BinaryOp, a: &Expr, b: &Expr, scope: &Scope) -> Answer<Value> {
        match op {
            BinaryOp::And => {
                return Ok(Value::Bool(
                    self.condition(a, scope)? && self.condition(b, scope)?,
                ));
            }
            BinaryOp::Or => {
                return Ok(Value::Bool(
                    self.condition(a, scope)? || self.condition(b, scope)?,
                ));
            }
            BinaryOp::Coalesce => {
                return match self.expr(a, scope)? {
                    Value::None => self.expr(b, scope),
                    value => Ok(value),
                };
            }
            _ => {}
        }
        let a = self.expr(a, scope)?;
        let b = self.expr(b, scope)?;
        match op {
            BinaryOp::Eq => Ok(Value::Bool(number::equal(&a, &b))),
            BinaryOp::Ne => Ok(Value::Bool(!number::equal(&a, &b))),
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                let order = number::order(&a, &b)?;
                Ok(Value::Bool(order.is_some_and(|order| match op {
                    BinaryOp::Lt => order == Ordering::Less,
                    BinaryOp::Le => order != Ordering::Greater,
                    BinaryOp::Gt => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                })))
            }
            BinaryOp::In => is_in(&a, &b).map(Value::Bool),
            BinaryOp::Union | BinaryOp::UnionAll | BinaryOp::Except | BinaryOp::Intersect => {
                together(op, &a, &b)
            }
            _ => number::arithmetic(op, &a, &b),
        }
    }

    fn f_string(&mut self, parts: &[FStrPart], scope: &Scope) -> Answer<Value> {
        let mut out = String::new();
        for part in parts {
            match part {
                FStrPart::Text(text) => out.push_str(text),
                FStrPart::Value { value, spec } => {
                    let value = self.expr(value, scope)?;
                    match spec {
                        None => out.push_str(&text::str(&value)),
                        Some((spec, _)) => out.push_str(&format::formatted(&value, spec)?),
                    }
                }
            }
        }
        Ok(Value::text(&out))
    }
}

/// A value for a variable that already holds one: integers keep the type of the variable.
fn same_kind(old: &Value, new: Value) -> Value {
    match (old, new) {
        (Value::Big(_), Value::Int(n)) => Value::Big(n),
        (Value::Rat(..), Value::Int(n) | Value::Big(n)) => Value::Rat(n, 1),
        (Value::Rat(..), Value::Float(x)) => match number::fraction(&Value::Float(x)) {
            Ok((n, d)) => Value::Rat(n, d),
            Err(_) => Value::Float(x),
        },
        (Value::Int(_), Value::Error(error)) => Value::Int(error.code),
        (_, new) => new,
    }
}

/// A record or variant with its fields in order of declaration.
pub fn new_record(shape: &Rc<Shape>, fields: Vec<(Rc<str>, Value)>) -> Value {
    Value::Record(Rc::new(Record {
        name: shape.name.clone(),
        made_by: Declared::Shape(shape.clone()),
        fields: fields.into(),
    }))
}

/// The name that `e.type` gives for a code.
fn name_of_code(code: i128) -> &'static str {
    match code {
        1 => "FETCH",
        2 => "PARSE",
        3 => "TYPE",
        4 => "INDEX",
        5 => "DIVZERO",
        6 => "OVERFLOW",
        7 => "FFI",
        8 => "LLM",
        9 => "ASSERT",
        _ => "PANIC",
    }
}

fn unary(op: UnaryOp, value: &Value) -> Answer<Value> {
    match (op, value) {
        (UnaryOp::Neg, value) => number::negate(value),
        (UnaryOp::Not, Value::Bool(b)) => Ok(Value::Bool(!b)),
        (UnaryOp::Invert, Value::Int(n)) => Ok(Value::Int(!n)),
        _ => fault(3),
    }
}

fn is_in(item: &Value, container: &Value) -> Answer<bool> {
    match (item, container) {
        (item, Value::List(items)) => Ok(number::contains(&items.borrow(), item)),
        (item, Value::Set(items)) => Ok(number::contains(items, item)),
        (item, Value::Map(entries) | Value::OMap(entries)) => Ok(entries
            .borrow()
            .iter()
            .any(|(key, _)| number::equal(key, item))),
        (Value::Str(part), Value::Str(text)) => Ok(text.contains(&**part)),
        (Value::Int(byte), Value::Bytes(bytes)) => {
            Ok(bytes.iter().any(|b| i128::from(*b) == *byte))
        }
        (Value::Bytes(part), Value::Bytes(bytes)) => {
            Ok(part.is_empty() || bytes.windows(part.len()).any(|window| window == &**part))
        }
        _ => fault(3),
    }
}

fn together(op: BinaryOp, a: &Value, b: &Value) -> Answer<Value> {
    let (first, second, set) = match (a, b) {
        (Value::List(x), Value::List(y)) => (x.borrow().clone(), y.borrow().clone(), false),
        (Value::Set(x), Value::Set(y)) => (x.to_vec(), y.to_vec(), true),
        _ => return fault(3),
    };
    let found = match op {
        BinaryOp::Union => distinct(first.into_iter().chain(second)),
        BinaryOp::UnionAll if set => distinct(first.into_iter().chain(second)),
        BinaryOp::UnionAll => first.into_iter().chain(second).collect(),
        BinaryOp::Except => {
            let kept = first.into_iter();
            kept.filter(|item| !number::contains(&second, item))
                .collect()
        }
        _ => {
            let kept = second.into_iter();
            distinct(kept.filter(|item| number::contains(&first, item)))
        }
    };
    Ok(if set {
        Value::Set(Rc::new(found))
    } else {
        Value::list(found)
    })
}

/// The first occurrences.
pub fn distinct(items: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let mut found = Vec::new();
    for item in items {
        if !number::contains(&found, &item) {
            found.push(item);
        }
    }
    found
}

/// `object[start:stop:step]`.
pub fn slice(
    object: &Value,
    start: Option<i128>,
    stop: Option<i128>,
    step: Option<i128>,
) -> Answer<Value> {
    match object {
        Value::List(items) => Ok(Value::list(part(&items.borrow(), start, stop, step)?)),
        Value::Str(text) => {
            let chars: Vec<char> = text.chars().collect();
            let chars: String = part(&chars, start, stop, step)?.into_iter().collect();
            Ok(Value::text(&chars))
        }
        Value::Bytes(bytes) => Ok(Value::Bytes(part(bytes, start, stop, step)?.into())),
        _ => fault(3),
    }
}

fn part<T: Clone>(
    items: &[T],
    start: Option<i128>,
    stop: Option<i128>,
    step: Option<i128>,
) -> Answer<Vec<T>> {
    let step = step.unwrap_or(1);
    if step == 0 {
        return raise(3, "");
    }
    let len = items.len() as i128;
    // The least and the greatest bound that a step in this direction can reach.
    let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
    let bound = |given: Option<i128>, default: i128| match given {
        None => default,
        Some(at) if at < 0 => (at + len).clamp(low, high),
        Some(at) => at.clamp(low, high),
    };
    let (mut at, end) = if step > 0 {
        (bound(start, low), bound(stop, high))
    } else {
        (bound(start, high), bound(stop, low))
    };
    let mut found = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        found.push(items[at as usize].clone());
        at += step;
    }
    Ok(found)
}
