//! What is declared by name: the types and functions of a file, and types in blocks.
//!
//! Spec: language.md §3, §7.

use std::rc::Rc;

use mochi_syntax::ast::{Name, Program, StmtKind, TypeDecl, TypeDeclKind, VariantDecl};

use super::expr::new_record;
use super::logic::Logic;
use super::value::{
    Answer, Declared, Function, Module, NodeKind, Scope, Shape, Value, file, give_up, with_type,
};

/// What is visible in the whole file.
pub fn collect(program: &Program, module: &Rc<Module>) {
    *module.logic.borrow_mut() = Logic::of(program);
    for stmt in &program.body {
        match &stmt.kind {
            StmtKind::Fun(decl) => {
                let name = decl.name.text.clone();
                module.functions.borrow_mut().insert(name, decl.clone());
            }
            StmtKind::Type(decl) => {
                for (name, declared) in declarations(decl, &file(module)) {
                    module.types.borrow_mut().insert(name, declared);
                }
            }
            _ => {}
        }
    }
}

/// Declares a type in a block: it is visible in itself and from here on.
pub fn declare_type(decl: &Rc<TypeDecl>, scope: &mut Scope) {
    let declared = declarations(decl, scope);
    for (name, declared) in &declared {
        *scope = with_type(scope, name, declared.clone());
    }
    for (_, declared) in declared {
        if let Declared::Shape(shape) = declared {
            shape.scope.borrow_mut().clone_from(scope);
        }
    }
}

/// The methods of a type of the file see the variables above its declaration.
pub fn see(decl: &TypeDecl, scope: &Scope) -> Answer<()> {
    let types = file_of(scope)?.types.borrow();
    if let Some(Declared::Shape(shape)) = types.get(&decl.name.text) {
        shape.scope.borrow_mut().clone_from(scope);
    }
    Ok(())
}

fn declarations(decl: &Rc<TypeDecl>, scope: &Scope) -> Vec<(Rc<str>, Declared)> {
    let name = decl.name.text.clone();
    let id = Rc::as_ptr(decl) as usize;
    match &decl.kind {
        TypeDeclKind::Record { fields, methods } => {
            let shape = Shape {
                name: name.clone(),
                decl: id,
                is_variant: false,
                fields: fields.clone(),
                methods: methods.clone(),
                scope: scope.clone().into(),
            };
            vec![(name, Declared::Shape(Rc::new(shape)))]
        }
        TypeDeclKind::Sum(variants) => {
            let mut found = vec![(name, Declared::Sum(id))];
            for variant in variants {
                let shape = of_variant(variant, id, scope);
                found.push((variant.name.text.clone(), Declared::Shape(Rc::new(shape))));
            }
            found
        }
        TypeDeclKind::Alias(ty) => vec![(name, Declared::Alias(Rc::new(ty.clone())))],
    }
}

fn of_variant(variant: &VariantDecl, decl: usize, scope: &Scope) -> Shape {
    Shape {
        name: variant.name.text.clone(),
        decl,
        is_variant: true,
        fields: variant.fields.clone(),
        methods: Vec::new(),
        scope: scope.clone().into(),
    }
}

/// The file around a place.
pub fn file_of(scope: &Scope) -> Answer<&Rc<Module>> {
    let mut at = scope;
    while let Some(node) = at {
        if let NodeKind::File(module) = &node.kind {
            return Ok(module);
        }
        at = &node.outer;
    }
    give_up("a place outside of files")
}

/// What a name means as a type.
pub fn type_of_name(name: &Rc<str>, scope: &Scope) -> Option<Declared> {
    let mut at = scope;
    while let Some(node) = at {
        match &node.kind {
            NodeKind::Type(found, declared) if found == name => return Some(declared.clone()),
            NodeKind::File(module) => return module.types.borrow().get(name).cloned(),
            _ => {}
        }
        at = &node.outer;
    }
    None
}

/// What a name means as a type, be it of another module.
pub fn declared(path: &[Name], scope: &Scope) -> Option<Declared> {
    match path {
        [name] => type_of_name(&name.text, scope),
        [alias, name] => {
            let mut at = scope;
            while let Some(node) = at {
                if let NodeKind::Var(found, value) = &node.kind
                    && *found == alias.text
                    && let Value::Module(module) = &*value.borrow()
                {
                    return module.types.borrow().get(&name.text).cloned();
                }
                at = &node.outer;
            }
            None
        }
        _ => None,
    }
}

/// Whether a record is of a shape.
pub fn is_made_by(value: &Value, shape: &Shape) -> bool {
    matches!(value, Value::Record(record)
        if matches!(&record.made_by, Declared::Shape(made) if made.is_same(shape)))
}

/// Whether a record is of the type of this name.
pub fn is_named(value: &Value, path: &[Name], scope: &Scope) -> bool {
    let Value::Record(record) = value else {
        return false;
    };
    match (declared(path, scope), &record.made_by) {
        (Some(Declared::Shape(shape)), _) => is_made_by(value, &shape),
        (Some(Declared::Sum(decl)), Declared::Shape(made)) => made.decl == decl,
        (Some(Declared::Agent(decl, _)), Declared::Agent(made, _)) => Rc::ptr_eq(&decl, made),
        _ => false,
    }
}

/// A variant as a value: itself, or its constructor.
pub fn variant(shape: &Rc<Shape>) -> Value {
    if shape.fields.is_empty() {
        return new_record(shape, Vec::new());
    }
    Value::Fun(Rc::new(Function::Variant(shape.clone())))
}

/// A function or a variant of a file.
pub fn global(module: &Module, name: &Rc<str>) -> Answer<Option<Value>> {
    if let Some(decl) = module.functions.borrow().get(name) {
        let Some(scope) = module.scopes.borrow().get(name).cloned() else {
            return give_up("a function before its declaration");
        };
        let function = Function::Named(decl.clone(), scope);
        return Ok(Some(Value::Fun(Rc::new(function))));
    }
    match module.types.borrow().get(name) {
        Some(Declared::Shape(shape)) if shape.is_variant => Ok(Some(variant(shape))),
        _ => Ok(None),
    }
}
