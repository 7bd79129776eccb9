//! Calls: arguments, defaults, partial application, results.
//!
//! Spec: language.md §6, §18.5.

use std::rc::Rc;

use mochi_syntax::ast::{Arg, Expr, ExprKind, FunDecl, LambdaBody, Param, TypeExpr, TypeExprKind};

use super::expr::new_record;
use super::stmt::Flow;
use super::value::{Answer, Function, Scope, Stop, Value, declare, fault, give_up, raise};
use super::{Interpreter, builtin};

/// An argument: its name, if given, and its value; none where it is left open.
type Given = (Option<Rc<str>>, Option<Value>);

impl Interpreter {
    pub(super) fn call(&mut self, callee: &Expr, args: &[Arg], scope: &Scope) -> Answer<Value> {
        let mut skip = false;
        let function = match &callee.kind {
            ExprKind::Field { object, name } => {
                let object = self.expr(object, scope)?;
                return self.method(&object, &name.text, args, scope);
            }
            ExprKind::SafeField { object, name } => {
                let object = self.expr(object, scope)?;
                skip = matches!(object, Value::None);
                if skip {
                    Value::None
                } else {
                    return self.method(&object, &name.text, args, scope);
                }
            }
            _ => self.expr(callee, scope)?,
        };
        if skip {
            return Ok(Value::None);
        }
        let given = self.arguments(args, scope)?;
        self.apply_given(&function, given)
    }

    fn arguments(&mut self, args: &[Arg], scope: &Scope) -> Answer<Vec<Given>> {
        let mut given = Vec::new();
        for arg in args {
            let name = arg.name.as_ref().map(|name| name.text.clone());
            let open = matches!(&arg.value.kind, ExprKind::Name(name) if &**name == "_");
            let value = if open {
                None
            } else {
                Some(self.expr(&arg.value, scope)?)
            };
            given.push((name, value));
        }
        Ok(given)
    }

    fn method(&mut self, object: &Value, name: &str, args: &[Arg], scope: &Scope) -> Answer<Value> {
        if let Value::Record(_) | Value::Error(_) | Value::Group(_) | Value::Module(_) = object {
            let function = self.field(object, name)?;
            let given = self.arguments(args, scope)?;
            return self.apply_given(&function, given);
        }
        let mut values = vec![object.clone()];
        for (_, value) in self.arguments(args, scope)? {
            values.extend(value);
        }
        match (object, name, &values[1..]) {
            (Value::Map(entries) | Value::OMap(entries), "get", [key, default]) => {
                let entries = entries.borrow();
                let found = entries
                    .iter()
                    .find(|(found, _)| super::number::equal(found, key));
                Ok(found.map_or_else(|| default.clone(), |(_, value)| value.clone()))
            }
            (Value::Map(_) | Value::OMap(_), "keys", []) => self.builtin("keys", values),
            (Value::Str(_), "contains" | "padStart", _) => self.builtin(name, values),
            _ => give_up("a method of another value"),
        }
    }

    /// Calls a function with positional arguments.
    pub(super) fn apply(&mut self, function: &Value, args: Vec<Value>) -> Answer<Value> {
        let given = args.into_iter().map(|value| (None, Some(value))).collect();
        self.apply_given(function, given)
    }

    fn apply_given(&mut self, function: &Value, given: Vec<Given>) -> Answer<Value> {
        let Value::Fun(called) = function else {
            return give_up("a call of no function");
        };
        match &**called {
            Function::Builtin(name) => {
                let values = given.into_iter().filter_map(|(_, value)| value).collect();
                self.builtin(name, values)
            }
            Function::Variant(shape) => {
                let fields = &shape.fields;
                let params: Vec<Rc<str>> =
                    fields.iter().map(|field| field.name.text.clone()).collect();
                let slots = slots(&params, given)?;
                let mut found = Vec::new();
                for (field, slot) in fields.iter().zip(slots) {
                    let Some(value) = slot else {
                        return give_up("a variant in parts");
                    };
                    let scope = shape.scope.borrow().clone();
                    let value = self.coerce(value, &field.ty, &scope)?;
                    found.push((field.name.text.clone(), value));
                }
                Ok(new_record(shape, found))
            }
            Function::Partial(inner, slots) => {
                let mut slots = slots.clone();
                for (_, value) in given {
                    if let Some(open) = slots.iter_mut().find(|slot| slot.is_none()) {
                        *open = value;
                    }
                }
                self.with_slots(inner, slots)
            }
            Function::Named(decl, _) => self.apply_declared(function, &decl.params, given),
            Function::Lambda(lambda, _) => self.apply_declared(function, &lambda.params, given),
        }
    }

    /// Calls what has parameters that the program names.
    fn apply_declared(
        &mut self,
        function: &Value,
        params: &[Param],
        given: Vec<Given>,
    ) -> Answer<Value> {
        let names: Vec<Rc<str>> = params.iter().map(|one| one.name.text.clone()).collect();
        let slots = slots(&names, given)?;
        self.with_slots(function, slots)
    }

    /// Calls a function if every parameter has a value, else leaves the rest open.
    fn with_slots(&mut self, function: &Value, slots: Vec<Option<Value>>) -> Answer<Value> {
        let Value::Fun(called) = function else {
            return give_up("a call of no function");
        };
        self.depth += 1;
        if self.depth > 120 {
            return give_up("too deep");
        }
        let answer = match &**called {
            Function::Named(decl, scope) => {
                let has_defaults = decl.params.iter().any(|one| one.default.is_some());
                if slots.iter().any(Option::is_none) && !has_defaults {
                    let partial = Function::Partial(function.clone(), slots);
                    self.depth -= 1;
                    return Ok(Value::Fun(Rc::new(partial)));
                }
                let inner = self.bound(&decl.params, slots, scope)?;
                self.named(decl, &inner)
            }
            Function::Lambda(lambda, scope) => {
                let inner = self.bound(&lambda.params, slots, scope)?;
                let value = match &lambda.body {
                    LambdaBody::Expr(value) => self.returned(value, &inner),
                    LambdaBody::Block(block) => match self.block(block, &inner) {
                        Ok(Flow::Return(value)) | Err(Stop::Return(value)) => Ok(value),
                        Ok(_) => fell_off(lambda.result.as_ref(), "fun"),
                        Err(stop) => Err(stop),
                    },
                };
                match (&lambda.result, value) {
                    (Some(ty), Ok(value)) => self.coerce(value, ty, &inner),
                    (_, value) => value,
                }
            }
            _ => give_up("a call of another function"),
        };
        self.depth -= 1;
        answer
    }

    fn returned(&mut self, value: &Expr, scope: &Scope) -> Answer<Value> {
        match self.expr(value, scope) {
            Err(Stop::Return(value)) => Ok(value),
            other => other,
        }
    }

    fn named(&mut self, decl: &FunDecl, scope: &Scope) -> Answer<Value> {
        let value = match self.block(&decl.body, scope) {
            Ok(Flow::Return(value)) | Err(Stop::Return(value)) => value,
            Ok(_) => fell_off(decl.result.as_ref(), &decl.name.text)?,
            Err(stop) => return Err(stop),
        };
        match &decl.result {
            Some(ty) => self.coerce(value, ty, scope),
            None => Ok(value),
        }
    }

    /// The scope of a body: parameters with their values.
    fn bound(
        &mut self,
        params: &[Param],
        slots: Vec<Option<Value>>,
        scope: &Scope,
    ) -> Answer<Scope> {
        let mut inner = scope.clone();
        for (param, slot) in params.iter().zip(slots) {
            let value = match (slot, &param.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.expr(default, scope)?,
                (None, None) => return give_up("an argument that is missing"),
            };
            let value = match &param.ty {
                Some(ty) => self.coerce(value, ty, scope)?,
                None => value,
            };
            inner = declare(&inner, &param.name.text, value);
        }
        Ok(inner)
    }

    /// Whether a name means a builtin at a place.
    pub(super) fn is_builtin(&mut self, name: &Rc<str>, scope: &Scope) -> bool {
        builtin::is_known(name)
            && matches!(self.variable(name, scope),
                Ok(Value::Fun(function)) if matches!(*function, Function::Builtin(_)))
    }
}

fn slots(names: &[Rc<str>], given: Vec<Given>) -> Answer<Vec<Option<Value>>> {
    let mut slots = vec![None; names.len()];
    for (at, (name, value)) in given.into_iter().enumerate() {
        let place = match name {
            Some(name) => names.iter().position(|one| *one == name),
            None => Some(at),
        };
        match place.and_then(|place| slots.get_mut(place)) {
            Some(slot) => *slot = value,
            None => return give_up("an argument without parameter"),
        }
    }
    Ok(slots)
}

/// What a function yields that ends without `return`.
fn fell_off(result: Option<&TypeExpr>, name: &str) -> Answer<Value> {
    let none = match result.map(|ty| &ty.kind) {
        None | Some(TypeExprKind::Option(_)) => true,
        Some(TypeExprKind::Named { path, .. }) => {
            matches!(&*path[0].text, "unit" | "any" | "value")
        }
        Some(_) => false,
    };
    if none {
        return Ok(Value::None);
    }
    if name == "fun" {
        return fault(3);
    }
    raise(3, &format!("missing return in {name}"))
}
