//! Lowering: from the typed module to Python text, helpers, checks and source map.
//!
//! Expressions become Python expressions; what Python can only say with statements is emitted
//! before the statement at hand, and what was to be evaluated earlier is then kept in temporaries,
//! so that evaluation stays left to right.
//!
//! Spec: language.md §19.

mod aggregate;
mod annotation;
mod append;
mod awaiting;
mod builtin;
mod call;
mod cast;
mod closure;
mod collection;
mod comment;
mod data;
mod division;
mod expecting;
mod expr;
mod frame;
mod function;
mod generic;
mod guard;
mod interface;
mod interop;
mod local_class;
mod logic;
mod loose;
mod module;
mod name;
mod operator;
mod order;
mod own_field;
mod own_list;
mod parameter;
mod pattern;
mod place;
mod program;
mod query;
mod reach;
mod reactive;
mod rebound;
mod record;
mod session;
mod shape;
mod sidecar;
mod sign;
mod space;
mod stmt;
mod text;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_base::{SourceFile, SourceId, Span};
use mochi_check::typed::{self, FunId, VarId};
use mochi_types::{CheckRule, ClassId, DeclId, Externs, ModuleId, Type};

use crate::check_fn::CheckFns;
use crate::print::TooDeep;
use crate::py::{self, StmtKind};
use frame::Frame;
pub use name::module_name;
pub use program::lower_program;
use program::{Facts, PyModule};

/// How a module is lowered.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "independent settings")]
pub struct LowerOptions {
    /// The Python module's name, without packages: `cart`; `__init__` for the module of a folder.
    pub module_name: String,
    /// The packages around it, inside that of the program.
    pub package: Vec<String>,
    /// The Mochi files, with their paths as messages show them; one, but for a folder.
    pub sources: Vec<(SourceId, Rc<SourceFile>)>,
    /// The file is what is run: its statements go into `main`.
    pub entry: bool,
    /// The output is part of a package: siblings are imported relatively.
    pub in_package: bool,
    /// One event loop serves all calls of asynchronous code.
    pub persistent_loop: bool,
    /// How strictly results of Python code are checked.
    pub checks: CheckRule,
    /// Its tests are run, each by itself: they become functions, and benchmarks are left out.
    pub tests: bool,
    /// Its benchmarks are measured, each by itself: they become functions, and tests are left out.
    pub benches: bool,
    /// It grows while it runs: only what this text and those after it declare and do is emitted, in
    /// the scope of what was emitted for the texts before. Nothing is taken for granted that later
    /// texts may change.
    pub since: Option<SourceId>,
}

impl LowerOptions {
    /// Whether blocks are run by themselves, each after the program's statements.
    pub(crate) fn runs_blocks(&self) -> bool {
        self.tests || self.benches
    }
}

/// What lowering yields.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// Paths relative to the folder of the output, with their texts.
    pub files: Vec<(String, String)>,
    /// The first place of the program where they nest deeper than Python allows. Python refuses such
    /// files, so whoever accepts programs has to look at this.
    pub too_deep: Option<(TooDeep, Span)>,
}

/// Lowers a checked module that imports no other.
pub fn lower(module: &typed::Module, externs: &dyn Externs, options: &LowerOptions) -> Lowered {
    program::lower_program(
        std::slice::from_ref(module),
        externs,
        std::slice::from_ref(options),
    )
}

/// The fields of an anonymous record type.
type Shape = Rc<[(Rc<str>, Type)]>;

/// The state of lowering one module.
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts about the program"
)]
pub(crate) struct Lowerer<'a> {
    /// The module at hand.
    module: &'a typed::Module,
    externs: &'a dyn Externs,
    options: &'a LowerOptions,
    /// What the modules before this one are called and declare.
    others: Vec<Rc<PyModule>>,
    /// It has statements that run when it is imported.
    runs: bool,
    /// Its tests, with the functions that they became; none for tests inside of statements.
    tests: Vec<(String, String)>,
    /// Modules that are imported where the import stands, because statements before it come first.
    late: BTreeSet<usize>,
    /// Those whose import was written.
    started: BTreeSet<usize>,
    /// Local names of other modules, by index.
    spaces: BTreeMap<usize, String>,
    /// Names of globals, functions, types: by identity.
    var_names: BTreeMap<VarId, String>,
    /// Names of parameters for those who give arguments by name.
    param_names: BTreeMap<VarId, String>,
    fun_names: BTreeMap<FunId, String>,
    /// Of top-level functions of one name the last.
    last_funs: BTreeMap<Rc<str>, FunId>,
    decl_names: BTreeMap<DeclId, String>,
    variant_names: BTreeMap<(DeclId, u32), String>,
    alias_names: BTreeMap<usize, String>,
    stream_names: BTreeMap<DeclId, String>,
    import_names: Vec<(Rc<str>, String)>,
    /// Names of the program's interfaces, and of the sidecars and what they define.
    interface_names: BTreeMap<ClassId, String>,
    sidecar_names: BTreeMap<(ModuleId, Option<String>), String>,
    /// Every name of the Python module's own scope.
    module_names: BTreeSet<String>,
    /// The names of globals that are called otherwise in the program.
    renamed_globals: BTreeSet<String>,
    /// Where the globals that have these names are declared.
    global_starts: BTreeMap<String, (SourceId, u32)>,
    /// These and every other name that the program uses anywhere.
    all_names: BTreeSet<String>,
    /// Variables that live in a box, because closures made in a loop share them by reference.
    boxed: BTreeSet<VarId>,
    /// Variables called like constants that are bound more than once.
    rebound: BTreeSet<VarId>,
    /// Lists to which nothing else refers, so that appending in place cannot be observed.
    owned_lists: BTreeSet<VarId>,
    /// Variables whose lists may grow and shrink in place.
    shrinking_lists: BTreeSet<VarId>,
    /// Variables in whose lists lists may grow in place.
    inner_lists: BTreeSet<VarId>,
    /// Lists that nothing but their variable ever refers to.
    private_lists: BTreeSet<VarId>,
    /// What the whole program does.
    facts: Rc<Facts>,
    /// In the match at hand an arm of its own takes the bools, so `int` means integers.
    bools_are_taken: bool,
    /// The expression at hand stands in an f-string.
    in_text: bool,
    /// How many loops and queries are around the place at hand, inside of its function.
    depth: u32,
    /// What was done before the rows of the query at hand.
    ahead: query::Done<'a>,
    /// Names that only the comprehensions at hand know.
    row_names: Vec<String>,
    /// The rows of the query to come may be made in any order.
    any_order: bool,
    /// Groups that are no objects, with the names that stand for them.
    exploded: BTreeMap<VarId, query::Exploded>,
    /// Rows that are no objects, with the names that stand for their parts.
    row_parts: BTreeMap<VarId, query::PartNames>,
    /// Helpers of `_mochi` in use.
    helpers: BTreeSet<&'static str>,
    /// Check functions in use.
    checks: CheckFns<'a>,
    imports: Vec<py::Import>,
    type_imports: Vec<py::Import>,
    future_annotations: bool,
    /// Types whose Python class has been emitted.
    declared: BTreeSet<DeclId>,
    /// The fields of anonymous records whose class is generic.
    generic_shapes: BTreeSet<Vec<Rc<str>>>,
    /// Classes made for anonymous records, by shape.
    anonymous: Vec<(Shape, String)>,
    /// Module-level definitions that some construct asked for.
    extra: Vec<py::Stmt>,
    /// The comments that were not carried over yet.
    comments: comment::Comments,
    /// The facts and rules, once something asks for them.
    logic_name: Option<String>,
    /// Functions that cast, to stand before `main`.
    casts: Vec<py::Stmt>,
    tuple_casts: Vec<(Type, String)>,
    /// Casts to records, by type.
    cast_names: BTreeMap<DeclId, String>,
    /// Casts to what only a block can make, as functions beside the place of the cast.
    open_casts: Vec<(Type, String)>,
    /// The functions being lowered, innermost last.
    frames: Vec<Frame>,
    /// The blocks being built, innermost last.
    out: Vec<Vec<py::Stmt>>,
    /// The statement at hand.
    span: Span,
    /// What a failure of the `expect` at hand shows.
    watched: Vec<expecting::Watched<'a>>,
}

impl<'a> Lowerer<'a> {
    /// What lowers the next module of a program, after `others`.
    fn new(
        module: &'a typed::Module,
        others: Vec<Rc<PyModule>>,
        options: &'a LowerOptions,
        checks: CheckFns<'a>,
        facts: Rc<Facts>,
    ) -> Self {
        Self {
            module,
            externs: checks.externs,
            options,
            others,
            runs: false,
            late: BTreeSet::new(),
            started: BTreeSet::new(),
            tests: Vec::new(),
            spaces: BTreeMap::new(),
            var_names: BTreeMap::new(),
            param_names: BTreeMap::new(),
            fun_names: BTreeMap::new(),
            last_funs: BTreeMap::new(),
            decl_names: BTreeMap::new(),
            variant_names: BTreeMap::new(),
            alias_names: BTreeMap::new(),
            stream_names: BTreeMap::new(),
            import_names: Vec::new(),
            interface_names: BTreeMap::new(),
            sidecar_names: BTreeMap::new(),
            module_names: BTreeSet::new(),
            renamed_globals: BTreeSet::new(),
            global_starts: BTreeMap::new(),
            all_names: BTreeSet::new(),
            boxed: BTreeSet::new(),
            rebound: BTreeSet::new(),
            owned_lists: BTreeSet::new(),
            shrinking_lists: BTreeSet::new(),
            inner_lists: BTreeSet::new(),
            private_lists: BTreeSet::new(),
            facts,
            bools_are_taken: false,
            in_text: false,
            depth: 0,
            ahead: query::Done::default(),
            row_names: Vec::new(),
            any_order: false,
            exploded: BTreeMap::new(),
            row_parts: BTreeMap::new(),
            helpers: BTreeSet::new(),
            checks,
            imports: Vec::new(),
            type_imports: Vec::new(),
            future_annotations: false,
            declared: BTreeSet::new(),
            generic_shapes: shape::generic_shapes(module),
            anonymous: Vec::new(),
            extra: Vec::new(),
            comments: comment::of_sources(&options.sources),
            logic_name: None,
            casts: Vec::new(),
            tuple_casts: Vec::new(),
            cast_names: BTreeMap::new(),
            open_casts: Vec::new(),
            frames: Vec::new(),
            out: Vec::new(),
            span: Span::default(),
            watched: Vec::new(),
        }
    }

    /// A name of `_mochi`, imported as such or, where the program uses the name itself, with an
    /// underscore.
    fn helper(&mut self, name: &'static str) -> py::Expr {
        self.helpers.insert(name);
        py::Expr::Name(self.imported_as(name))
    }

    /// What a name that the output imports is called in it: like nothing of the program.
    pub(super) fn imported_as(&self, name: &str) -> String {
        if self.all_names.contains(name) {
            name::distinct(&format!("_{name}"), |name| self.all_names.contains(name))
        } else {
            name.to_string()
        }
    }

    /// A call of a helper.
    fn call_helper(
        &mut self,
        name: &'static str,
        args: impl IntoIterator<Item = py::Expr>,
    ) -> py::Expr {
        self.helper(name).call(args)
    }

    fn emit(&mut self, kind: StmtKind) {
        let stmt = kind.at(self.span);
        if let Some(block) = self.out.last_mut() {
            block.push(stmt);
        }
    }

    /// Runs `build` with an empty block and returns what it emitted.
    fn captured<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> (Vec<py::Stmt>, T) {
        self.out.push(Vec::new());
        let value = build(self);
        (self.out.pop().unwrap_or_default(), value)
    }

    fn append(&mut self, stmts: Vec<py::Stmt>) {
        if let Some(block) = self.out.last_mut() {
            block.extend(stmts);
        }
    }

    fn var(&self, id: VarId) -> Option<&'a typed::Var> {
        self.module.vars.get(id.0 as usize)
    }

    fn fun(&self, id: FunId) -> Option<&'a typed::Fun> {
        self.module.funs.get(id.0 as usize)
    }

    /// `FILE:LINE` of a place, for messages.
    fn position(&self, span: Span) -> String {
        let mut sources = self.options.sources.iter();
        sources
            .find(|(id, _)| *id == span.source)
            .map_or_else(String::new, |(_, source)| {
                let line = source.line_column(span.start).line;
                format!("{}:{line}", source.path())
            })
    }
}
