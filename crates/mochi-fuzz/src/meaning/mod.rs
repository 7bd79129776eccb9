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
mod file;
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

/// Runs the modules of a program, the entry last; an error says why its meaning is not known.
pub fn run(programs: &[(String, Program)], steps: u64) -> Result<Ending, String> {
    let mut interpreter = Interpreter::new(steps);
    let Some((entry, others)) = programs.split_last() else {
        return Err("no module".to_owned());
    };
    for (name, program) in others {
        let module = (program.clone(), None);
        interpreter.modules.insert(name.clone(), module);
    }
    let mut ended = interpreter.file(&entry.1).map(drop);
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
    /// The files that it wrote.
    files: HashMap<String, String>,
    /// What agents do at the end, in order of creation.
    closing: Vec<(Rc<value::Record>, Block, Scope)>,
    /// The other modules, those that have run with what they declare.
    modules: HashMap<String, (Program, Option<Rc<Module>>)>,
}

/// A registered handler.
#[derive(Clone)]
struct Handler {
    event: Rc<str>,
    body: Rc<Block>,
    scope: Scope,
    /// Kept, so that no other stream takes its place.
    _stream: Rc<value::Shape>,
}

impl Interpreter {
    fn new(steps: u64) -> Self {
        Self {
            output: String::new(),
            steps,
            depth: 0,
            handlers: HashMap::new(),
            files: HashMap::new(),
            closing: Vec::new(),
            modules: HashMap::new(),
        }
    }

    /// Runs the statements of a file.
    fn file(&mut self, program: &Program) -> Answer<Rc<Module>> {
        let module = Rc::new(Module::default());
        collect(program, &module);
        let mut scope = value::file(&module);
        for stmt in &program.body {
            match self.stmt(stmt, &mut scope, true)? {
                stmt::Flow::Next => {}
                _ => return give_up("control flow at the top"),
            }
        }
        *module.end.borrow_mut() = scope;
        Ok(module)
    }

    /// What an import binds; the module runs when the first import of it is reached.
    fn imported(&mut self, path: &str) -> Answer<Value> {
        let name = path.trim_start_matches("./");
        let module = match self.modules.get(name) {
            Some((_, Some(module))) => module.clone(),
            Some((program, None)) => {
                let program = program.clone();
                let module = self.file(&program)?;
                if let Some((_, slot)) = self.modules.get_mut(name) {
                    *slot = Some(module.clone());
                }
                module
            }
            None => return give_up("an unknown module"),
        };
        Ok(Value::Module(module))
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
