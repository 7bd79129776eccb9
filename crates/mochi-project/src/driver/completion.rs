//! What may stand at the end of a text that is being typed: names of the program, and members of
//! what stands before a dot.
//!
//! Spec: bridge.md §13 (`mochi repl`).

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_check::typed::{FunKind, VarKind};
use mochi_types::{
    ClassId, ClassKind, Decl, ExternFun, ExternItem, ExternMember, Externs, ModuleId, Type,
};

use super::{Accepted, CheckedScript};

/// Words that a statement or an expression may begin with.
const WORDS: [&str; 32] = [
    "agent", "async", "await", "bench", "break", "catch", "continue", "else", "expect", "export",
    "extern", "false", "for", "from", "fun", "if", "import", "in", "let", "match", "none",
    "return", "select", "stream", "test", "true", "try", "type", "using", "var", "where", "while",
];

/// What a name or a path stands for.
enum Thing {
    Module(ModuleId),
    /// Another module of the program.
    Space(usize),
    Class(ClassId),
    Value(Type),
    /// What is called, with what the call gives.
    Function(Type),
}

/// One part of what stands before the dot.
#[derive(Debug, PartialEq, Eq)]
enum Step<'t> {
    /// A name, or a member of what is before it.
    Name(&'t str),
    /// `(…)`.
    Call,
    /// `[…]`.
    Index,
}

/// The words that may complete the end of `text`, sorted, and where the word begins that they
/// complete. Without a program only words of the language are known.
pub fn complete(checked: Option<&CheckedScript>, text: &str) -> (usize, Vec<String>) {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let start = text.trim_end_matches(is_part).len();
    let (before, word) = text.split_at(start);
    let program = checked.and_then(|checked| checked.program.as_ref());
    let mut found = BTreeSet::new();
    if let Some(path) = before.strip_suffix('.') {
        if let Some(program) = program
            && let Some(steps) = steps(path.strip_suffix('?').unwrap_or(path))
            && let Some(thing) = program.thing(&steps)
        {
            program.members(&thing, &mut found);
        }
    } else {
        found.extend(WORDS.map(str::to_owned));
        found.extend(mochi_check::builtin_names().map(str::to_owned));
        if let Some(program) = program {
            program.names(&mut found);
        }
    }
    let is_offered = |name: &String| {
        name.starts_with(word) && name != word && (word.starts_with('_') || !name.starts_with('_'))
    };
    (start, found.into_iter().filter(is_offered).collect())
}

impl Accepted {
    /// The names that the program declares and imports.
    fn names(&self, found: &mut BTreeSet<String>) {
        let Some(module) = self.modules.last() else {
            return;
        };
        let globals = module
            .vars
            .iter()
            .filter(|var| var.kind == VarKind::Global && module.owns(var.span));
        found.extend(globals.map(|var| var.name.to_string()));
        let functions = module
            .funs
            .iter()
            .filter(|fun| fun.kind == FunKind::Top && module.owns(fun.span));
        found.extend(functions.filter_map(|fun| Some(fun.name.as_ref()?.to_string())));
        for decl in &module.decls.items {
            match decl {
                Decl::Record(one) | Decl::Agent(one) if module.owns(one.span) => {
                    found.insert(one.name.to_string());
                }
                Decl::Sum(one) if module.owns(one.span) => {
                    found.insert(one.name.to_string());
                    found.extend(one.variants.iter().map(|variant| variant.name.to_string()));
                }
                _ => {}
            }
        }
        let aliases = module.aliases.iter();
        found.extend(
            aliases
                .filter(|alias| module.owns(alias.span))
                .map(|alias| alias.name.to_string()),
        );
        found.extend(module.imports.iter().map(|import| import.alias.to_string()));
        found.extend(module.spaces.iter().map(|space| space.alias.to_string()));
    }

    /// What an expression of names, members, calls and indexes stands for.
    fn thing(&self, steps: &[Step<'_>]) -> Option<Thing> {
        let (Step::Name(first), rest) = steps.split_first()? else {
            return None;
        };
        let mut thing = self.named(first)?;
        for step in rest {
            thing = match step {
                Step::Name(name) => self.step(&thing, name)?,
                Step::Call => match thing {
                    Thing::Function(result) => Thing::Value(result),
                    Thing::Class(class) => Thing::Value(Type::Handle(class, Rc::from([]))),
                    _ => return None,
                },
                Step::Index => Thing::Value(element(&thing)?),
            };
        }
        Some(thing)
    }

    fn named(&self, name: &str) -> Option<Thing> {
        let module = self.modules.last()?;
        let var =
            module.vars.iter().rev().find(|var| {
                var.kind == VarKind::Global && *var.name == *name && module.owns(var.span)
            });
        if let Some(var) = var {
            return Some(value(&var.ty));
        }
        let fun = module.funs.iter().rev().find(|fun| {
            let own = fun.name.as_deref() == Some(name);
            own && fun.kind == FunKind::Top && module.owns(fun.span)
        });
        if let Some(fun) = fun {
            return Some(Thing::Function(fun.result.clone()));
        }
        if let Some(import) = module.imports.iter().find(|one| *one.alias == *name) {
            return Some(Thing::Module(import.module.clone()));
        }
        let space = module.spaces.iter().find(|one| *one.alias == *name)?;
        Some(Thing::Space(space.module))
    }

    fn step(&self, thing: &Thing, name: &str) -> Option<Thing> {
        match thing {
            Thing::Module(module) => match &*self.externs.attribute(module, name)? {
                ExternItem::Module(module) => Some(Thing::Module(module.clone())),
                ExternItem::Class(class) => Some(Thing::Class(class.clone())),
                ExternItem::Value { get, .. } => Some(value(&get.ty)),
                ExternItem::Fun(fun) => result(fun, None),
                ExternItem::Alias(_) => None,
            },
            Thing::Class(class) | Thing::Value(Type::Handle(class, _)) => {
                let known = self.externs.class(class)?;
                if let ClassKind::Enum(members) = &known.kind
                    && members.iter().any(|member| **member == *name)
                {
                    return Some(Thing::Value(Type::Handle(class.clone(), Rc::from([]))));
                }
                let member = known
                    .mro
                    .iter()
                    .find_map(|(base, _)| self.externs.member(base, name))?;
                match &*member {
                    ExternMember::Attribute { get, .. } => Some(value(&get.ty)),
                    ExternMember::Class(class) => Some(Thing::Class(class.clone())),
                    ExternMember::Method(fun)
                    | ExternMember::ClassMethod(fun)
                    | ExternMember::StaticMethod(fun) => result(fun, Some(class)),
                }
            }
            Thing::Value(Type::Option(inner)) => self.step(&value(inner), name),
            Thing::Value(Type::Named(decl)) => {
                let decls = &self.modules.last()?.decls;
                let record = decls.with_methods(decl.id)?;
                if let Some(method) = record.methods.iter().find(|one| *one.name == *name) {
                    return Some(Thing::Function(method.ty.result.clone()));
                }
                let field = record.fields.iter().find(|field| *field.name == *name)?;
                Some(value(&field.ty))
            }
            Thing::Value(Type::Anon(fields)) => {
                let (_, ty) = fields.iter().find(|(field, _)| **field == *name)?;
                Some(value(ty))
            }
            Thing::Space(index) => {
                let module = self.modules.get(*index)?;
                let own = |span| module.owns(span);
                let mut vars = module.vars.iter();
                if let Some(var) =
                    vars.find(|var| var.export && *var.name == *name && own(var.span))
                {
                    return Some(value(&var.ty));
                }
                let mut funs = module.funs.iter();
                let fun = funs
                    .find(|fun| fun.export && fun.name.as_deref() == Some(name) && own(fun.span))?;
                Some(Thing::Function(fun.result.clone()))
            }
            Thing::Function(_) | Thing::Value(_) => None,
        }
    }

    fn members(&self, thing: &Thing, found: &mut BTreeSet<String>) {
        match thing {
            Thing::Module(module) => {
                found.extend(self.externs.names(module).iter().map(ToString::to_string));
            }
            Thing::Class(class) | Thing::Value(Type::Handle(class, _)) => {
                let Some(known) = self.externs.class(class) else {
                    return;
                };
                if let ClassKind::Enum(members) = &known.kind {
                    found.extend(members.iter().map(ToString::to_string));
                }
                for (base, _) in &known.mro {
                    let names = self.externs.member_names(base);
                    found.extend(names.iter().map(ToString::to_string));
                }
            }
            Thing::Value(Type::Named(decl)) => {
                let decls = self.modules.last().map(|module| &module.decls);
                let record = decls.and_then(|decls| decls.with_methods(decl.id));
                if let Some(record) = record {
                    // What an agent holds is seen inside of it only.
                    let is_agent = decls.is_some_and(|decls| decls.agent(decl.id).is_some());
                    let fields = record.fields.iter().filter(|_| !is_agent);
                    found.extend(fields.map(|field| field.name.to_string()));
                    found.extend(record.methods.iter().map(|method| method.name.to_string()));
                }
            }
            Thing::Value(Type::Anon(fields)) => {
                found.extend(fields.iter().map(|(name, _)| name.to_string()));
            }
            Thing::Value(Type::ErrorValue) => {
                found.extend(["code", "message", "type"].map(str::to_owned));
            }
            Thing::Value(Type::Option(inner)) => self.members(&value(inner), found),
            Thing::Value(Type::Union(members)) => {
                for member in &**members {
                    self.members(&value(member), found);
                }
            }
            Thing::Space(index) => {
                if let Some(module) = self.modules.get(*index) {
                    let vars = module.vars.iter();
                    let vars = vars.filter(|var| var.export && module.owns(var.span));
                    found.extend(vars.map(|var| var.name.to_string()));
                    let funs = module.funs.iter();
                    let funs = funs.filter(|fun| fun.export && module.owns(fun.span));
                    found.extend(funs.filter_map(|fun| Some(fun.name.as_ref()?.to_string())));
                }
            }
            Thing::Function(_) | Thing::Value(_) => {}
        }
    }
}

/// What a value of a type stands for: functions can be called, modules and classes have members of
/// their own.
fn value(ty: &Type) -> Thing {
    match ty {
        Type::Fun(fun) => Thing::Function(fun.result.clone()),
        Type::Module(module) => Thing::Module(module.clone()),
        Type::TypeOf(inner) => match &**inner {
            Type::Handle(class, _) => Thing::Class(class.clone()),
            _ => Thing::Value(ty.clone()),
        },
        _ => Thing::Value(ty.clone()),
    }
}

/// What the first overload gives, `Self` being the receiver's class.
fn result(fun: &ExternFun, receiver: Option<&ClassId>) -> Option<Thing> {
    let ty = &fun.overloads.first()?.ret.ty;
    let ty = match (ty, receiver) {
        (Type::SelfType, Some(class)) => Type::Handle(class.clone(), Rc::from([])),
        _ => ty.clone(),
    };
    Some(Thing::Function(ty))
}

/// What an index gives.
fn element(thing: &Thing) -> Option<Type> {
    match thing {
        Thing::Value(Type::List(item) | Type::Map(_, item) | Type::OMap(_, item)) => {
            Some((**item).clone())
        }
        _ => None,
    }
}

/// The parts of the expression that a text ends with; none if it is not made of names, members,
/// calls and indexes.
fn steps(text: &str) -> Option<Vec<Step<'_>>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        match rest.chars().next_back()? {
            ')' => {
                rest = before_bracket(rest)?;
                steps.push(Step::Call);
            }
            ']' => {
                rest = before_bracket(rest)?;
                steps.push(Step::Index);
            }
            _ => {
                let start = rest.trim_end_matches(is_part).len();
                let (before, name) = rest.split_at(start);
                if name.is_empty() {
                    return None;
                }
                steps.push(Step::Name(name));
                match before.strip_suffix('.') {
                    Some(before) => rest = before.strip_suffix('?').unwrap_or(before),
                    None => break,
                }
            }
        }
    }
    steps.reverse();
    Some(steps)
}

/// The text before the bracket that its last character closes; brackets in strings count as others.
fn before_bracket(text: &str) -> Option<&str> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return text.get(..at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_read_from_its_end() {
        use Step::{Call, Index, Name};
        assert_eq!(steps("let x = a.b"), Some(vec![Name("a"), Name("b")]));
        assert_eq!(
            steps("f(1, [2])[i].g()"),
            Some(vec![Name("f"), Call, Index, Name("g"), Call])
        );
        assert_eq!(steps("a?.b"), Some(vec![Name("a"), Name("b")]));
        assert_eq!(steps("\"text\""), None);
        assert_eq!(steps("1 + )"), None);
        assert_eq!(steps("(a)"), None);
        assert_eq!(steps(""), None);
    }
}
