//! A program of several modules: each lowered after those that it imports, with one set of helpers
//! and checks for all.
//!
//! Spec: language.md §19.1, §19.5.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_check::typed::{self, Builtin, ExprKind, FunId, VarId};
use mochi_types::{ClassId, DeclId, Externs, Type};

use super::own_field::owned_fields;
use super::query::{self, Doings};
use super::reach::Reach;
use super::sign::Signs;
use super::{LowerOptions, Lowered, Lowerer, Shape, walk};
use crate::check_fn::CheckFns;
use crate::py::{self, Arg, Expr, FunctionDef, Import, ImportGroup, ImportKind, StmtKind};
use crate::{runtime, source_map};

/// What the program does anywhere that matters to how other things are lowered.
#[derive(Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts about the program"
)]
pub(super) struct Facts {
    /// Variables that are read anywhere.
    pub(super) read_vars: BTreeSet<VarId>,
    /// Variables that calls may assign: other functions than their own do.
    pub(super) shared_vars: BTreeSet<VarId>,
    /// Which numbers can never be negative.
    pub(super) signs: Signs,
    /// Fields whose lists nothing else refers to.
    pub(super) owned_fields: BTreeSet<(DeclId, Rc<str>)>,
    /// What functions may do when they are called.
    pub(super) doings: Doings,
    /// Elements of lists are assigned, or Python code gets to see lists.
    pub(super) lists_change: bool,
    /// Lists are passed to Python code, which may change their length.
    pub(super) lists_reach_python: bool,
    /// Which lists Python code may know.
    pub(super) reach: Reach,
    /// Lambdas of whose parameters only their annotations tell type checkers the types.
    pub(super) loose_lambdas: BTreeSet<FunId>,
    /// Some agent does something at its end.
    pub(super) closes_agents: bool,
    /// The program writes JSON, so variants must be told from records.
    pub(super) writes_json: bool,
}

impl Facts {
    /// What may hold of a program that more text is added to.
    fn unknown(program: &[typed::Module]) -> Self {
        let count = program.first().map_or(0, |module| module.vars.len());
        let ids = 0..u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            read_vars: ids.clone().map(VarId).collect(),
            shared_vars: ids.map(VarId).collect(),
            lists_change: true,
            lists_reach_python: true,
            reach: Reach::unknown(),
            writes_json: true,
            ..Self::default()
        }
    }

    fn of(program: &[typed::Module]) -> Self {
        let mut facts = Self {
            shared_vars: super::place::shared_vars(program),
            ..Self::default()
        };
        let mut see = |expr: &typed::Expr| {
            super::generic::loose_lambdas(expr, &mut facts.loose_lambdas);
            match &expr.kind {
                ExprKind::PyCall { args, fun, .. } => {
                    if let Some(fun) = fun {
                        super::loose::lambdas(fun, args, &mut facts.loose_lambdas);
                    }
                    facts.lists_reach_python |= args
                        .iter()
                        .any(|arg| !matches!(arg.value.ty, Type::Int | Type::Str | Type::Bool));
                }
                ExprKind::CallBuiltin { builtin, .. } | ExprKind::Builtin(builtin) => {
                    facts.writes_json |= matches!(builtin, Builtin::Json | Builtin::ToJson);
                }
                ExprKind::Data(_) => facts.writes_json = true,
                ExprKind::Var(id) => {
                    facts.read_vars.insert(*id);
                }
                _ => {}
            }
        };
        for module in program {
            walk::each_expr(&module.body, &mut see);
        }
        facts.closes_agents = super::reactive::closes_agents(program);
        // All modules share one table of functions.
        for fun in program.iter().take(1).flat_map(|module| module.funs.iter()) {
            walk::each_expr(&fun.body, &mut see);
            for default in fun.params.iter().filter_map(|param| param.default.as_ref()) {
                walk::each_subexpr(default, &mut see);
            }
        }
        let mut funs = program.iter().take(1).flat_map(|module| module.funs.iter());
        facts.lists_change =
            facts.lists_reach_python || funs.any(|fun| query::assigns_elements(&fun.body));
        facts.doings = Doings::of(program);
        if !facts.lists_reach_python {
            facts.owned_fields = owned_fields(program, &facts.doings);
        }
        facts.reach = Reach::of(program);
        facts.signs = Signs::of(program, facts.lists_reach_python);
        facts
    }
}

/// What other modules need to know of one that was lowered.
pub(super) struct PyModule {
    /// Its name with packages, inside that of the program.
    pub(super) path: Vec<String>,
    /// What the function with its statements is called, if it is the entry.
    main: &'static str,
    /// It has statements that run when it is imported.
    runs: bool,
    /// It or a module that it imports has such statements.
    pub(super) runs_any: bool,
    /// The modules that it imports before any of its statements runs.
    early: Vec<usize>,
    /// What it exports.
    exports: Vec<String>,
    /// Its tests, with the functions that they became.
    tests: Vec<(String, String)>,
    pub(super) vars: BTreeMap<VarId, String>,
    pub(super) params: BTreeMap<VarId, String>,
    pub(super) funs: BTreeMap<FunId, String>,
    pub(super) decls: BTreeMap<DeclId, String>,
    pub(super) variants: BTreeMap<(DeclId, u32), String>,
    /// The classes of hand-written interfaces.
    pub(super) interfaces: BTreeMap<ClassId, String>,
    /// The classes made for anonymous records.
    pub(super) shapes: Vec<(Shape, String)>,
}

/// Lowers the modules of a program, each after those that it imports, with the options of each.
/// The files of the last one, the entry, come first; one that is not run is that of a library.
pub fn lower_program(
    program: &[typed::Module],
    externs: &dyn Externs,
    options: &[LowerOptions],
) -> Lowered {
    let mut checks = CheckFns::new(externs);
    let mut helpers: BTreeSet<&'static str> = BTreeSet::new();
    let grows = options.iter().any(|options| options.since.is_some());
    let facts = if grows {
        Facts::unknown(program)
    } else {
        Facts::of(program)
    };
    let facts = Rc::new(facts);
    let mut done: Vec<Rc<PyModule>> = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut too_deep = None;
    for (module, options) in program.iter().zip(options) {
        checks.forget_used();
        let mut lowerer = Lowerer::new(module, done.clone(), options, checks, Rc::clone(&facts));
        let mut py_module = lowerer.module();
        // Where parts of the text are left out, so are the comments inside of them.
        let is_whole = options.since.is_none() && !options.runs_blocks();
        super::comment::settle(&mut py_module, &lowerer.comments, is_whole);
        let printed = crate::print::module(&py_module);
        let map = source_map::write(&printed, &options.sources);
        let found = printed.too_deep;
        too_deep = too_deep.or(found.map(|(reason, span)| (reason, span.unwrap_or_default())));
        let base = file_path(options);
        files.insert(0, (format!("{base}.py.map"), map));
        files.insert(0, (format!("{base}.py"), printed.text));
        helpers.append(&mut lowerer.helpers);
        let made = PyModule {
            path: path(options),
            main: lowerer.main_name(),
            exports: lowerer.exported_names(),
            runs: lowerer.runs,
            runs_any: lowerer.runs
                || lowerer
                    .spaces
                    .keys()
                    .any(|index| done.get(*index).is_some_and(|other| other.runs_any)),
            early: lowerer
                .spaces
                .keys()
                .filter(|index| !lowerer.late.contains(index))
                .copied()
                .collect(),
            tests: lowerer.tests,
            vars: lowerer.var_names,
            params: lowerer.param_names,
            funs: lowerer.fun_names,
            decls: lowerer.decl_names,
            variants: lowerer.variant_names,
            interfaces: lowerer.interface_names,
            shapes: lowerer.anonymous,
        };
        checks = lowerer.checks;
        done.push(Rc::new(made));
    }
    let in_package = options.iter().any(|options| options.in_package);
    let is_library = options.last().is_some_and(|entry| !entry.entry);
    if in_package && is_library {
        files.extend(done.last().map(|entry| library(entry)));
        files.extend(packages(&files));
    } else if in_package {
        let entry = options.last();
        let persistent = entry.is_some_and(|entry| entry.persistent_loop);
        if persistent && program.last().is_some_and(|entry| entry.is_async) {
            helpers.insert("run_on_loop");
        }
        let (helper, starter) = if entry.is_some_and(|entry| entry.tests) {
            ("run_tests", block_starter(program, &done, "run_tests"))
        } else if entry.is_some_and(|entry| entry.benches) {
            ("run_benches", block_starter(program, &done, "run_benches"))
        } else {
            ("run", starter(program, &done, persistent))
        };
        helpers.insert(helper);
        files.extend(packages(&files));
        files.push(("__main__.py".to_string(), starter));
    }
    if let Some(wrapper) = checks.module(in_package) {
        helpers.extend(wrapper.helpers.iter().copied());
        files.push(("_mochi_wrap.py".to_string(), wrapper.text));
    }
    if let Some(text) = runtime::assemble(&helpers) {
        files.push(("_mochi.py".to_string(), text));
    }
    Lowered { files, too_deep }
}

fn path(options: &LowerOptions) -> Vec<String> {
    let mut path = options.package.clone();
    if options.module_name != "__init__" {
        path.push(options.module_name.clone());
    }
    path
}

fn file_path(options: &LowerOptions) -> String {
    let mut path = options.package.clone();
    path.push(options.module_name.clone());
    path.join("/")
}

/// An empty `__init__.py` for each folder that has none.
fn packages(files: &[(String, String)]) -> Vec<(String, String)> {
    let mut folders: BTreeSet<String> = BTreeSet::from([String::new()]);
    for (path, _) in files {
        for (end, _) in path.match_indices('/') {
            folders.insert(path.get(..=end).unwrap_or("").to_string());
        }
    }
    folders
        .into_iter()
        .map(|folder| format!("{folder}__init__.py"))
        .filter(|path| !files.iter().any(|(other, _)| other == path))
        .map(|path| (path, String::new()))
        .collect()
}

/// `__init__.py` of a library: what its file exports is the package's.
fn library(entry: &PyModule) -> (String, String) {
    let (from, stem) = super::space::relative(&[], &entry.path);
    let imports = entry.exports.iter().map(|name| Import {
        group: ImportGroup::Local,
        kind: ImportKind::From(format!("{from}{stem}"), name.clone()),
        span: None,
    });
    let mut body = Vec::new();
    if !entry.exports.is_empty() {
        body.push(super::space::all_names(&entry.exports));
    }
    let module = py::Module {
        header: Vec::new(),
        doc: None,
        future_annotations: false,
        imports: imports.collect(),
        import_notes: Vec::new(),
        type_imports: Vec::new(),
        body,
    };
    (
        "__init__.py".to_string(),
        crate::print::module(&module).text,
    )
}

/// `__main__.py`: runs the entry module's `main`. The modules are imported inside of `run`, so that
/// their statements run, and fail, as those of the program: one by one in the order of the program,
/// where several do something then, or where imports of imports would go too deep.
fn starter(program: &[typed::Module], modules: &[Rc<PyModule>], persistent_loop: bool) -> String {
    let args = with_stack(program, vec![Expr::name("start")]);
    let mut body = Vec::new();
    let is_deep = depth(program) > DEEPEST;
    let early = early(modules);
    let running: Vec<&Rc<PyModule>> = modules
        .iter()
        .enumerate()
        .filter(|(index, module)| early.contains(index) && (module.runs || is_deep))
        .map(|(_, module)| module)
        .collect();
    if running.len() > 1 {
        let paths = running.iter().map(|module| module.path.join("."));
        body.extend(import_all(paths));
    }
    if let Some(entry) = modules.last() {
        let (from, stem) = super::space::relative(&[], &entry.path);
        body.push(StmtKind::ImportFrom(from, stem).bare());
        let stem = entry.path.last().cloned().unwrap_or_default();
        let mut call = Expr::name(stem).attr(entry.main).call([]);
        if program.last().is_some_and(|entry| entry.is_async) {
            let (import, run) = if persistent_loop {
                let name = "run_on_loop".to_string();
                let import = StmtKind::ImportFrom("._mochi".to_string(), name.clone());
                (import, Expr::Name(name))
            } else {
                let name = "asyncio".to_string();
                let run = Expr::name(name.clone()).attr("run");
                (StmtKind::Import(name, None), run)
            };
            body.insert(0, import.bare());
            call = run.call([call]);
        }
        body.push(StmtKind::Expr(call).bare());
    }
    let run_entry = FunctionDef {
        name: "start".to_string(),
        is_async: false,
        decorators: Vec::new(),
        type_params: Vec::new(),
        params: Vec::new(),
        result: Some(Expr::None),
        doc: None,
        body,
        origin: None,
    };
    let function = StmtKind::Function(Box::new(run_entry)).bare();
    main_module("Runs the program.", "run", args, vec![function])
}

/// Imports modules of the package for what they do, not for a name.
fn import_all(paths: impl Iterator<Item = String>) -> [py::Stmt; 2] {
    let import = "import_module".to_string();
    let module = Expr::name("module");
    let modules = paths.map(|path| Expr::str(format!(".{path}"))).collect();
    let call = Expr::name(import.clone()).call([module.clone(), Expr::name("__package__")]);
    let body = vec![StmtKind::Expr(call).bare()];
    [
        StmtKind::ImportFrom("importlib".to_string(), import).bare(),
        StmtKind::For(module, Expr::Tuple(modules), body).bare(),
    ]
}

/// The modules that are imported before any statement of the entry runs.
fn early(modules: &[Rc<PyModule>]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = modules.len().checked_sub(1).into_iter().collect();
    while let Some(index) = open.pop() {
        if let Some(module) = modules.get(index)
            && found.insert(index)
        {
            open.extend(&module.early);
        }
    }
    found
}

/// How many imports may lead from one to the next: each takes several frames of Python's stack,
/// which has a thousand.
const DEEPEST: usize = 40;

/// The most imports that lead from one to the next.
fn depth(program: &[typed::Module]) -> usize {
    let mut depths: Vec<usize> = Vec::new();
    for module in program {
        let imports = module.spaces.iter();
        let inner = imports.filter_map(|import| depths.get(import.module));
        depths.push(inner.max().map_or(0, |depth| depth + 1));
    }
    depths.into_iter().max().unwrap_or(0)
}

/// `__main__.py` where the entry's tests are run, or its benchmarks measured.
fn block_starter(
    program: &[typed::Module],
    modules: &[Rc<PyModule>],
    runner: &'static str,
) -> String {
    let Some(entry) = modules.last() else {
        return String::new();
    };
    let tests = entry.tests.iter().map(|(name, function)| {
        let pair = [Expr::str(name.clone()), Expr::str(function.clone())];
        Expr::Tuple(pair.to_vec())
    });
    let args = vec![
        Expr::name("__package__"),
        Expr::str(entry.path.join(".")),
        Expr::str(entry.main),
        Expr::List(tests.collect()),
    ];
    let args = with_stack(program, args);
    let doc = match runner {
        "run_tests" => "Runs the tests of the program.",
        _ => "Measures the benchmarks of the program.",
    };
    main_module(doc, runner, args, Vec::new())
}

/// The arguments of what runs a program: with recursion it asks for a large stack.
fn with_stack(program: &[typed::Module], args: Vec<Expr>) -> Vec<Arg> {
    let mut all: Vec<Arg> = args
        .into_iter()
        .map(|value| Arg { name: None, value })
        .collect();
    let mut funs = program.iter().flat_map(|module| module.funs.iter());
    let mut decls = program.iter().map(|module| &module.decls);
    if funs.any(|fun| fun.is_recursive) || decls.any(|decls| decls.is_recursive()) {
        all.push(Arg {
            name: Some("deep".to_string()),
            value: Expr::Bool(true),
        });
    }
    all
}

fn main_module(doc: &str, helper: &str, args: Vec<Arg>, mut body: Vec<py::Stmt>) -> String {
    let call = Expr::Call(Box::new(Expr::name(helper)), args);
    let guard = Expr::compare(py::CmpOp::Eq, Expr::name("__name__"), Expr::str("__main__"));
    body.push(StmtKind::If(guard, vec![StmtKind::Expr(call).bare()], Vec::new()).bare());
    let module = py::Module {
        header: Vec::new(),
        doc: Some(doc.to_string()),
        future_annotations: false,
        imports: vec![Import {
            group: ImportGroup::Local,
            kind: ImportKind::From("._mochi".to_string(), helper.to_string()),
            span: None,
        }],
        import_notes: Vec::new(),
        type_imports: Vec::new(),
        body,
    };
    crate::print::module(&module).text
}
