//! What may stand at the end of a text that is being typed: names of the program, and members of
//! what stands before a dot.
//!
//! Spec: bridge.md §13 (`mochi repl`).

use std::collections::BTreeSet;

use mochi_check::typed::{FunKind, VarKind};
use mochi_types::{ClassId, ClassKind, Decl, ExternItem, ExternMember, Externs, ModuleId, Type};

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
        let from = path
            .trim_end_matches(|c: char| is_part(c) || c == '.')
            .len();
        let path = path.get(from..).unwrap_or("");
        if let Some(program) = program
            && let Some(thing) = program.thing(path)
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

    /// What a dotted path stands for.
    fn thing(&self, path: &str) -> Option<Thing> {
        let mut parts = path.split('.');
        let mut thing = self.named(parts.next()?)?;
        for part in parts {
            thing = self.step(&thing, part)?;
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
            return Some(Thing::Value(var.ty.clone()));
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
                ExternItem::Value { get, .. } => Some(Thing::Value(get.ty.clone())),
                ExternItem::Fun(_) | ExternItem::Alias(_) => None,
            },
            Thing::Class(class) | Thing::Value(Type::Handle(class, _)) => {
                let known = self.externs.class(class)?;
                let member = known
                    .mro
                    .iter()
                    .find_map(|(base, _)| self.externs.member(base, name))?;
                match &*member {
                    ExternMember::Attribute { get, .. } => Some(Thing::Value(get.ty.clone())),
                    ExternMember::Class(class) => Some(Thing::Class(class.clone())),
                    _ => None,
                }
            }
            Thing::Value(Type::Named(decl)) => {
                let decls = &self.modules.last()?.decls;
                let record = decls.record(decl.id)?;
                let field = record.fields.iter().find(|field| *field.name == *name)?;
                Some(Thing::Value(field.ty.clone()))
            }
            Thing::Space(_) | Thing::Value(_) => None,
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
                    found.extend(record.fields.iter().map(|field| field.name.to_string()));
                    found.extend(record.methods.iter().map(|method| method.name.to_string()));
                }
            }
            Thing::Value(Type::Anon(fields)) => {
                found.extend(fields.iter().map(|(name, _)| name.to_string()));
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
            Thing::Value(_) => {}
        }
    }
}
