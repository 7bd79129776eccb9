//! A second implementation of the language, read from the specification: a walk over the tree.
//!
//! It trusts that a program is well typed and finds everything else while it runs. What it does not
//! know (numbers beyond 128 bits, constructs outside the ones that are generated) it gives up on.
//!
//! Spec: language.md §3–§13.

mod builtin;
mod call;
mod expr;
mod format;
mod json;
mod matching;
mod number;
mod query;
mod reactive;
mod slot;
mod stmt;
mod text;
mod value;

use std::collections::HashMap;
use std::rc::Rc;

use mochi_syntax::ast::{
    AgentDecl, Block, FieldDecl, FunDecl, Program, StmtKind, TypeDecl, TypeDeclKind, TypeExpr,
    VariantDecl,
};

use value::{Answer, Scope, Stop, Value, give_up};

/// How a program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What it printed.
    pub output: String,
    /// The code of the error that nobody caught, if there is one.
    pub code: Option<i128>,
    /// Its message where the specification quotes it, else empty.
    pub message: String,
}

/// Runs a program; an error says why its meaning is not known.
pub fn run(program: &Program, steps: u64) -> Result<Ending, String> {
    let mut interpreter = Interpreter::new(steps);
    interpreter.collect(program);
    let mut scope = Scope::None;
    let mut ended = Ok(());
    for stmt in &program.body {
        match interpreter.stmt(stmt, &mut scope, true) {
            Ok(stmt::Flow::Next) => {}
            Ok(_) => return Err("control flow at the top".to_owned()),
            Err(stop) => {
                ended = Err(stop);
                break;
            }
        }
    }
    if ended.is_ok() {
        ended = interpreter.close_agents();
    }
    let output = interpreter.output;
    match ended {
        Ok(()) => Ok(Ending {
            output,
            code: None,
            message: String::new(),
        }),
        Err(Stop::Fault(fault)) => Ok(Ending {
            output,
            code: Some(fault.code),
            message: fault.message,
        }),
        Err(Stop::Return(_)) => Err("return at the top".to_owned()),
        Err(Stop::GiveUp(why)) => Err(why),
    }
}

/// What runs a program.
struct Interpreter {
    output: String,
    steps: u64,
    depth: u32,
    /// Records and variants with fields or without, by name.
    shapes: HashMap<Rc<str>, Shape>,
    sums: HashMap<Rc<str>, Vec<Rc<str>>>,
    aliases: HashMap<Rc<str>, TypeExpr>,
    functions: HashMap<Rc<str>, Rc<FunDecl>>,
    /// What the top-level functions see, from their declarations on.
    scopes: HashMap<Rc<str>, Scope>,
    /// Agents, with what their members see.
    agents: HashMap<Rc<str>, (Rc<AgentDecl>, Scope)>,
    /// The handlers of streams in order of registration.
    handlers: HashMap<Rc<str>, Vec<Handler>>,
    /// What agents do at the end, in order of creation.
    closing: Vec<(Block, Scope)>,
}

/// A registered handler.
#[derive(Clone)]
struct Handler {
    event: Rc<str>,
    body: Rc<Block>,
    scope: Scope,
}

/// A record type or a variant.
#[derive(Clone)]
struct Shape {
    is_variant: bool,
    fields: Rc<Vec<FieldDecl>>,
    methods: Rc<Vec<Rc<FunDecl>>>,
    /// What the methods see.
    scope: Scope,
}

impl Interpreter {
    fn new(steps: u64) -> Self {
        Self {
            output: String::new(),
            steps,
            depth: 0,
            shapes: HashMap::new(),
            sums: HashMap::new(),
            aliases: HashMap::new(),
            functions: HashMap::new(),
            scopes: HashMap::new(),
            agents: HashMap::new(),
            handlers: HashMap::new(),
            closing: Vec::new(),
        }
    }

    /// What is visible in the whole file.
    fn collect(&mut self, program: &Program) {
        for stmt in &program.body {
            match &stmt.kind {
                StmtKind::Fun(decl) => {
                    self.functions.insert(decl.name.text.clone(), decl.clone());
                }
                StmtKind::Type(decl) => self.declare_type(decl, &None),
                _ => {}
            }
        }
    }

    fn declare_type(&mut self, decl: &TypeDecl, scope: &Scope) {
        let name = decl.name.text.clone();
        match &decl.kind {
            TypeDeclKind::Record { fields, methods } => {
                let shape = Shape {
                    is_variant: false,
                    fields: Rc::new(fields.clone()),
                    methods: Rc::new(methods.clone()),
                    scope: scope.clone(),
                };
                self.shapes.insert(name, shape);
            }
            TypeDeclKind::Sum(variants) => {
                let names = variants.iter().map(|one| one.name.text.clone()).collect();
                self.sums.insert(name, names);
                for variant in variants {
                    self.declare_variant(variant);
                }
            }
            TypeDeclKind::Alias(ty) => {
                self.aliases.insert(name, ty.clone());
            }
        }
    }

    fn declare_variant(&mut self, variant: &VariantDecl) {
        let shape = Shape {
            is_variant: true,
            fields: Rc::new(variant.fields.clone()),
            methods: Rc::new(Vec::new()),
            scope: None,
        };
        self.shapes.insert(variant.name.text.clone(), shape);
    }

    fn step(&mut self) -> Answer<()> {
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 {
            return give_up("too many steps");
        }
        if self.output.len() > 200_000 {
            return give_up("too much output");
        }
        Ok(())
    }

    fn write_line(&mut self, values: &[Value]) {
        let texts: Vec<String> = values.iter().map(text::print).collect();
        let line = texts.join(" ");
        let line = if values.len() > 2 {
            line.trim().to_owned()
        } else {
            line
        };
        self.output.push_str(&line);
        self.output.push('\n');
    }
}
