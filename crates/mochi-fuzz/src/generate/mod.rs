//! Random programs that are well typed and end by themselves.
//!
//! The text is written with the types at hand: an expression is asked for by its type, so that what
//! comes out fits. What the checker refuses all the same is a fault of this module or of the checker.

mod boxed;
mod container;
mod decl;
mod expr;
mod file;
mod json;
mod logic;
mod module;
mod names;
mod number;
mod pattern;
mod query;
mod reactive;
mod stmt;
mod text;
mod ty;

use crate::chance::Chance;
use ty::{Signature, Ty, TypeDef};

/// The program that belongs to a seed.
pub fn program(seed: u64) -> String {
    let mut writer = Writer::new(seed);
    writer.program();
    let imports = writer.imports();
    let mut text = writer.before;
    if !text.is_empty() {
        text.push_str("// module start\n");
    }
    text.push_str(&imports);
    text.push_str(&writer.kept);
    text.push_str(&writer.out);
    text.push_str(&writer.late);
    text
}

/// A variable in sight.
#[derive(Clone, Debug)]
struct Var {
    name: String,
    ty: Ty,
    /// May be assigned.
    is_mutable: bool,
    /// Declared by `let`, so that its value may not be taken over by a `var`.
    is_let: bool,
    /// Stands for an option that is known to hold a value; functions do not know it.
    is_narrowed: bool,
}

/// An expression's text with the level of its outermost operator; 0 for the tightest.
struct Piece {
    text: String,
    level: u8,
}

/// The level of what needs parentheses next to any operator.
const LOOSE: u8 = 20;

impl Piece {
    fn tight(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            level: 0,
        }
    }

    fn loose(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            level: LOOSE,
        }
    }

    /// As an operand beside operators of a level.
    fn within(self, level: u8) -> String {
        if self.level > level {
            format!("({})", self.text)
        } else {
            self.text
        }
    }
}

/// What writes a program.
struct Writer {
    chance: Chance,
    /// Functions that only give a value its type; they stand first.
    kept: String,
    kept_types: Vec<Ty>,
    out: String,
    indent: usize,
    types: Vec<TypeDef>,
    functions: Vec<Signature>,
    /// The variables in sight; later ones hide earlier ones of the same name.
    vars: Vec<Var>,
    /// The result of the function around; none at the top.
    result: Option<Ty>,
    /// Whether `break` may stand here.
    in_loop: bool,
    /// Whether nothing may leave the block (`finally`).
    sealed: bool,
    /// Whether nothing may print here.
    pure: bool,
    /// Whether an error is caught further out.
    guarded: bool,
    /// Whether `await` may stand here.
    awaits: bool,
    /// Whether the program has functions that are called under `await`.
    is_async: bool,
    /// Whether the next function is such a one.
    next_is_async: bool,
    /// Whether the functions with type parameters are there.
    has_generics: bool,
    /// Streams, with their fields.
    streams: Vec<(String, Vec<(String, Ty)>)>,
    /// Predicates.
    relations: Vec<logic::Relation>,
    /// The modules that it imports, with their texts.
    modules: Vec<String>,
    before: String,
    /// What stands behind everything else.
    late: String,
    count: usize,
    /// Statements that may still be written.
    budget: usize,
}

impl Writer {
    fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed),
            kept: String::new(),
            kept_types: Vec::new(),
            out: String::new(),
            indent: 0,
            types: Vec::new(),
            functions: Vec::new(),
            vars: Vec::new(),
            result: None,
            in_loop: false,
            sealed: false,
            pure: false,
            guarded: false,
            awaits: false,
            is_async: false,
            next_is_async: false,
            has_generics: false,
            streams: Vec::new(),
            relations: Vec::new(),
            late: String::new(),
            modules: Vec::new(),
            before: String::new(),
            count: 0,
            budget: 0,
        }
    }

    fn program(&mut self) {
        if self.chance.percent(20) {
            for _ in 0..=self.chance.below(2) {
                self.module();
            }
        }
        for _ in 0..self.chance.below(4) {
            self.type_decl();
        }
        self.is_async = self.chance.percent(15);
        self.awaits = self.is_async;
        if self.chance.percent(20) {
            self.stream_decl();
            self.agent_decl();
        }
        if self.chance.percent(20) {
            self.logic_decls();
        }
        self.generic_decls();
        self.budget = 15 + self.chance.below(40);
        let functions = self.chance.below(5);
        for _ in 0..functions {
            for _ in 0..self.chance.below(3) {
                self.declaration();
            }
            self.function_decl();
        }
        while self.budget > 0 {
            self.stmt(3);
        }
        let last: Vec<Var> = self.in_sight(|var| !var.ty.has_function());
        for var in last.iter().rev().take(12) {
            self.line(&format!("print({})", var.name));
        }
    }

    /// Writes a line.
    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A number that no other name has.
    fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    /// The variables that are not hidden and fit.
    fn in_sight(&self, fits: impl Fn(&Var) -> bool) -> Vec<Var> {
        let mut seen: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        for var in self.vars.iter().rev() {
            if seen.contains(&&*var.name) {
                continue;
            }
            seen.push(&var.name);
            if fits(var) {
                found.push(var.clone());
            }
        }
        found
    }

    /// Whether a name means what it means without variables.
    fn is_free(&self, name: &str) -> bool {
        self.vars.iter().all(|var| var.name != name)
    }

    fn var_name(&mut self) -> String {
        if self.chance.percent(4) {
            return (*self.chance.pick(names::HIDING)).to_owned();
        }
        let most = if self.chance.percent(60) {
            13
        } else {
            names::VARIABLES.len()
        };
        (*self.chance.pick(&names::VARIABLES[..most])).to_owned()
    }

    fn declare(&mut self, name: &str, ty: &Ty, is_mutable: bool) {
        self.vars.push(Var {
            name: name.to_owned(),
            ty: ty.clone(),
            is_mutable,
            is_let: !is_mutable,
            is_narrowed: false,
        });
    }

    /// An option is known to hold a value from here on.
    fn narrow(&mut self, name: &str, ty: &Ty) {
        self.declare(name, ty, false);
        if let Some(var) = self.vars.last_mut() {
            var.is_narrowed = true;
        }
    }

    /// Writes a part that is a function, which sees declared types.
    fn as_function<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.vars.clone();
        let awaits = std::mem::replace(&mut self.awaits, false);
        self.vars.retain(|var| !var.is_narrowed);
        let value = write(self);
        self.vars = outer;
        self.awaits = awaits;
        value
    }

    /// A type for a variable.
    fn ty(&mut self, depth: usize) -> Ty {
        let simple = depth == 0;
        match self.chance.below(if simple { 9 } else { 18 }) {
            0..=2 => Ty::Int,
            3 | 4 => Ty::Str,
            5 => Ty::Bool,
            6 => Ty::Float,
            7 if self.chance.percent(50) => Ty::Big,
            7 => Ty::Rat,
            8 if self.chance.percent(40) => Ty::Any,
            8 if self.chance.percent(30) => Ty::Bytes,
            8 => self.named_type().unwrap_or(Ty::Int),
            9 | 10 => self.ty(depth - 1).list(),
            11 => Ty::Map(Box::new(self.key_type()), Box::new(self.ty(depth - 1))),
            12 if self.chance.percent(50) => Ty::Set(Box::new(self.key_type())),
            12 => Ty::OMap(Box::new(self.key_type()), Box::new(self.ty(depth - 1))),
            13 => match self.ty(depth - 1) {
                Ty::Opt(inner) => Ty::Opt(inner),
                Ty::Any => Ty::Any,
                other => other.opt(),
            },
            14 => {
                let count = 2 + self.chance.below(2);
                Ty::Tuple((0..count).map(|_| self.ty(depth - 1)).collect())
            }
            15 => {
                let count = self.chance.below(3);
                let params = (0..count).map(|_| self.ty(0)).collect();
                Ty::Fun(params, Box::new(self.ty(0)))
            }
            16 => {
                let names = *self
                    .chance
                    .pick(&[["a", "b"], ["x", "class"], ["key", "n"]]);
                Ty::Anon(names.into_iter().map(|name| (name, self.ty(0))).collect())
            }
            _ => {
                let mut members = vec![Ty::Int, Ty::Str];
                if self.chance.percent(40) {
                    members.push(Ty::Bool);
                }
                Ty::Union(members)
            }
        }
    }

    fn named_type(&mut self) -> Option<Ty> {
        if self.types.is_empty() {
            return None;
        }
        let at = self.chance.below(self.types.len());
        let def = &self.types[at];
        (!def.is_agent && !def.is_gone).then_some(Ty::Named(at))
    }

    fn key_type(&mut self) -> Ty {
        match self.chance.below(8) {
            0..=2 => Ty::Str,
            3 | 4 => Ty::Int,
            5 => Ty::Bool,
            6 => Ty::Tuple(vec![Ty::Int, Ty::Str]),
            _ => {
                let keys: Vec<usize> = (0..self.types.len())
                    .filter(|at| self.types[*at].is_key && !self.types[*at].is_gone)
                    .collect();
                if keys.is_empty() {
                    return Ty::Int;
                }
                Ty::Named(*self.chance.pick(&keys))
            }
        }
    }

    fn type_text(&self, ty: &Ty) -> String {
        ty.text(&self.types)
    }
}
