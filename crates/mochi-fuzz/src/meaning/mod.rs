//! A second implementation of the language, read from the specification: a walk over the tree.
//!
//! It trusts that a program is well typed and finds everything else while it runs. What it does not
//! know (numbers beyond 128 bits, constructs outside the ones that are generated) it gives up on.
//!
//! Spec: language.md §3–§13.

mod builtin;
mod call;
mod declared;
mod expr;
mod format;
mod json;
mod logic;
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

use mochi_syntax::ast::{Block, Program};

use declared::collect;
use value::{Answer, Module, Scope, Stop, Value, give_up};

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
    let module = Rc::new(Module::default());
    collect(program, &module);
    let mut scope = value::file(&module);
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
    /// The handlers of streams in order of registration.
    handlers: HashMap<usize, Vec<Handler>>,
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

impl Interpreter {
    fn new(steps: u64) -> Self {
        Self {
            output: String::new(),
            steps,
            depth: 0,
            handlers: HashMap::new(),
            closing: Vec::new(),
        }
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
