//! Walks one source and notes the first place of each capability.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_body, walk_expr, walk_stmt};
use ruff_python_ast::{
    Expr, ExprCall, ExprContext, PySourceType, Stmt, StmtAssign, StmtFunctionDef, StmtIf,
    TypeParams,
};
use ruff_text_size::{Ranged, TextSize};

use super::binding::{self, Binding, Home, Imported, Names};
use super::condition::taken;
use super::{Capability, guard, table};

/// The first place in a source where a capability shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapabilityUse {
    /// What the code can do.
    pub capability: Capability,
    /// The line, from 1.
    pub line: u32,
    /// What stands there, such as `subprocess.run`.
    pub what: String,
}

/// What one source says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleReport {
    /// At most one use of each capability, the first in the text, by capability.
    pub uses: Vec<CapabilityUse>,
    /// The absolute dotted names that are imported when the code runs, sorted.
    pub imports: Vec<String>,
    /// Why the source was not read, or not to its end, in one clause.
    pub fault: Option<String>,
}

/// How deep expressions and statements may nest.
const DEEPEST: u32 = 3000;

/// Reads a source. `module` is its dotted name; `own` are the top-level modules of its distribution,
/// which it may change as it likes.
pub fn read_capabilities(text: &str, module: &str, is_package: bool, own: &[&str]) -> ModuleReport {
    if let Some(reason) = guard::refusal(text) {
        return ModuleReport {
            fault: Some(reason.to_owned()),
            ..ModuleReport::default()
        };
    }
    let parsed = ruff_python_parser::parse_unchecked_source(text, PySourceType::Python);
    let error = parsed.errors().first().map(|error| {
        let line = text
            .get(..error.location.start().to_usize())
            .map_or(1, |before| before.matches('\n').count() + 1);
        format!("line {line} is not Python 3: {}", error.error)
    });
    let body = parsed.into_suite();
    let home = Home { module, is_package };
    let mut scan = Scan {
        home,
        own,
        scopes: Vec::new(),
        found: BTreeMap::new(),
        imports: BTreeSet::new(),
        referred: BTreeSet::new(),
        has_pathlib: false,
        has_asyncio: false,
        methods: Vec::new(),
        depth: 0,
        is_too_deep: false,
    };
    scan.enter(&body, |_| {});
    walk_body(&mut scan, &body);
    scan.finish();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let line = |at: TextSize| {
        let line = starts.partition_point(|start| *start <= at.to_usize());
        u32::try_from(line).unwrap_or(u32::MAX)
    };
    let uses = scan
        .found
        .iter()
        .map(|(capability, (at, what))| CapabilityUse {
            capability: *capability,
            line: line(*at),
            what: what.clone(),
        });
    let deep = scan.is_too_deep.then(|| "it nests too deeply".to_owned());
    ModuleReport {
        uses: uses.collect(),
        fault: error.or(deep),
        imports: scan.imports.into_iter().collect(),
    }
}

struct Scan<'a> {
    home: Home<'a>,
    own: &'a [&'a str],
    /// The scopes around, the module's first.
    scopes: Vec<Names>,
    found: BTreeMap<Capability, (TextSize, String)>,
    imports: BTreeSet<String>,
    /// Names of the module's imports that something refers to.
    referred: BTreeSet<String>,
    has_pathlib: bool,
    has_asyncio: bool,
    /// Methods that are called, until it is known what the module imports.
    methods: Vec<(TextSize, String)>,
    depth: u32,
    is_too_deep: bool,
}

impl Scan<'_> {
    /// Opens the scope of some statements.
    fn enter(&mut self, body: &[Stmt], before: impl FnOnce(&mut Names)) {
        let mut names = Names::default();
        before(&mut names);
        binding::collect(&mut names, self.home, body);
        self.scopes.push(names);
    }

    fn note(&mut self, capability: Capability, at: TextSize, what: impl Into<String>) {
        let is_first = self
            .found
            .get(&capability)
            .is_none_or(|(first, _)| at < *first);
        if is_first {
            self.found.insert(capability, (at, what.into()));
        }
    }

    /// What a name means here, and whether it is a name of the module.
    fn look_up(&self, name: &str) -> Option<(&Binding, bool)> {
        self.scopes
            .iter()
            .enumerate()
            .rev()
            .find_map(|(depth, names)| Some((names.get(name)?, depth == 0)))
    }

    /// The import that an expression such as `a.b.c` begins with, and the whole dotted path.
    fn resolve(&mut self, expression: &Expr) -> Option<(Imported, String)> {
        match expression {
            Expr::Name(name) => {
                let (binding, is_global) = self.look_up(name.id.as_str())?;
                let Binding::Import(imported) = binding.clone() else {
                    return None;
                };
                if is_global {
                    self.referred.insert(name.id.to_string());
                }
                let path = imported.path.to_string();
                Some((imported, path))
            }
            Expr::Attribute(attribute) => {
                let (imported, path) = self.resolve(&attribute.value)?;
                Some((imported, format!("{path}.{}", attribute.attr)))
            }
            _ => None,
        }
    }

    fn refer(&mut self, at: TextSize, dotted: &str) {
        if let Some(capability) = table::capability_of(dotted) {
            self.note(capability, at, dotted);
        }
    }

    /// A module that the code imports when it runs.
    fn import(&mut self, at: TextSize, module: &str) {
        self.has_pathlib |= module == "pathlib" || module.starts_with("pathlib.");
        self.has_asyncio |= module == "asyncio" || module.starts_with("asyncio.");
        if !self.imports.contains(module) {
            self.imports.insert(module.to_owned());
        }
        // The module itself says nothing yet: what is used of it does.
        if table::module_of(module).is_none_or(|found| found.name != module) {
            self.refer(at, module);
        }
    }

    fn is_own(&self, path: &str) -> bool {
        let top = path.split('.').next().unwrap_or(path);
        let here = self.home.module.split('.').next().unwrap_or("");
        top == here || self.own.contains(&top)
    }

    /// An assignment to, or a deletion of, something that may belong to others.
    fn change(&mut self, target: &Expr, value: Option<&Expr>) {
        match target {
            Expr::Tuple(tuple) => {
                for element in &tuple.elts {
                    self.change(element, None);
                }
            }
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                self.change_attribute(target.start(), &attribute.value, name, value);
            }
            Expr::Subscript(subscript) => {
                let Some((_, path)) = self.resolve(&subscript.value) else {
                    return;
                };
                if path == "sys.modules" {
                    let Expr::StringLiteral(key) = &*subscript.slice else {
                        return;
                    };
                    let key = key.value.to_str().to_owned();
                    if !matches!(key.as_str(), "__main__" | "__mp_main__") && !self.is_own(&key) {
                        let what = format!("sys.modules[\"{key}\"] =");
                        self.note(Capability::MonkeyPatch, target.start(), what);
                    }
                } else if let Some(owner) = path.strip_suffix(".__dict__")
                    && !self.is_own(owner)
                {
                    self.note(
                        Capability::MonkeyPatch,
                        target.start(),
                        format!("{path}[…] ="),
                    );
                }
            }
            _ => {}
        }
    }

    fn change_attribute(&mut self, at: TextSize, owner: &Expr, name: &str, value: Option<&Expr>) {
        let Some((imported, path)) = self.resolve(owner) else {
            return;
        };
        let dotted = format!("{path}.{name}");
        if self.is_own(&path) || table::is_setting(&dotted) {
            return;
        }
        // A module or a class of others; other objects are there to be changed.
        let is_module =
            imported.is_module && (*imported.path == *path || self.imports.contains(&path));
        let last = path.rsplit('.').next().unwrap_or(&path);
        let replaces_class = is_class_name(name) && !matches!(value, Some(Expr::Call(_)));
        if is_module || is_class_name(last) || replaces_class {
            self.note(Capability::MonkeyPatch, at, format!("{dotted} ="));
        }
    }

    fn call(&mut self, call: &ExprCall) {
        let arguments = &call.arguments.args;
        if let Expr::Attribute(attribute) = &*call.func
            && table::method(attribute.attr.as_str(), true, true).is_some()
        {
            self.methods
                .push((attribute.attr.start(), attribute.attr.to_string()));
        }
        let text = |index: usize| match arguments.get(index) {
            Some(Expr::StringLiteral(text)) => Some(text.value.to_str()),
            _ => None,
        };
        let builtin = match &*call.func {
            Expr::Name(name) if self.look_up(name.id.as_str()).is_none() => Some(name.id.as_str()),
            _ => None,
        };
        match builtin {
            Some("setattr" | "delattr") => {
                if let (Some(owner), Some(name)) = (arguments.first(), text(1)) {
                    self.change_attribute(call.start(), owner, name, arguments.get(2));
                } else if let Some(owner) = arguments.first() {
                    self.change_attribute(call.start(), owner, "…", arguments.get(2));
                }
            }
            Some("__import__") => {
                if let Some(module) = text(0) {
                    self.loaded(call.start(), module);
                }
            }
            _ => {
                let path = self.resolve(&call.func).map(|(_, path)| path);
                if path.as_deref() == Some("importlib.import_module")
                    && let Some(module) = text(0)
                    && !module.starts_with('.')
                {
                    self.loaded(call.start(), module);
                }
            }
        }
    }

    /// A module that is imported by a call: whatever is done with it is not seen.
    fn loaded(&mut self, at: TextSize, module: &str) {
        self.import(at, module);
        self.refer(at, module);
    }

    fn function(&mut self, function: &StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        self.visit_parameters(&function.parameters);
        self.enter(&function.body, |names| {
            names.parameters(&function.parameters);
        });
        self.visit_body(&function.body);
        self.scopes.pop();
    }

    /// Branches that no supported Python takes, and those for type checkers, are passed over.
    fn condition(&mut self, statement: &StmtIf) {
        let clauses = statement.elif_else_clauses.iter();
        let rest = clauses.map(|clause| (clause.test.as_ref(), &*clause.body));
        let first = (Some(&*statement.test), &*statement.body);
        for (test, body) in std::iter::once(first).chain(rest) {
            let taken = test.map_or(Some(true), taken);
            if let Some(test) = test.filter(|_| taken.is_none()) {
                self.visit_expr(test);
            }
            if taken != Some(false) {
                self.visit_body(body);
            }
            if taken == Some(true) {
                break;
            }
        }
    }

    /// What is known only at the end of the module.
    fn finish(&mut self) {
        for (at, name) in std::mem::take(&mut self.methods) {
            if let Some(capability) = table::method(&name, self.has_pathlib, self.has_asyncio) {
                self.note(capability, at, format!(".{name}()"));
            }
        }
        // What is imported and not used is there for other modules.
        let Some(module) = self.scopes.pop() else {
            return;
        };
        for (name, (imported, at)) in &module.imports {
            if !self.referred.contains(name)
                && let Some(found) = table::module_of(&imported.path)
                && found.name == &*imported.path
            {
                self.note(found.capability, *at, format!("import {}", imported.path));
            }
        }
    }

    fn nested(&mut self, step: impl FnOnce(&mut Self)) {
        if self.depth >= DEEPEST {
            self.is_too_deep = true;
            return;
        }
        self.depth += 1;
        step(self);
        self.depth -= 1;
    }
}

impl<'a> Visitor<'a> for Scan<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => self.nested(|scan| scan.function(function)),
            Stmt::If(statement) => self.nested(|scan| scan.condition(statement)),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(import.start(), alias.name.as_str());
                }
            }
            Stmt::ImportFrom(import) => {
                let Some(module) = self.home.absolute(import) else {
                    return;
                };
                self.import(import.start(), &module);
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.refer(import.start(), &module);
                    } else {
                        self.import(import.start(), &format!("{module}.{}", alias.name));
                    }
                }
            }
            Stmt::Assign(StmtAssign { targets, value, .. }) => {
                for target in targets {
                    self.change(target, Some(value));
                }
                self.nested(|scan| walk_stmt(scan, statement));
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.change(&assign.target, Some(value));
                    self.visit_expr(value);
                }
                self.visit_expr(&assign.target);
            }
            Stmt::AugAssign(assign) => {
                self.change(&assign.target, None);
                self.nested(|scan| walk_stmt(scan, statement));
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.change(target, None);
                }
                self.nested(|scan| walk_stmt(scan, statement));
            }
            Stmt::TypeAlias(_) => {}
            other => self.nested(|scan| walk_stmt(scan, other)),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                if name.ctx != ExprContext::Load {
                    return;
                }
                if let Some((_, path)) = self.resolve(expression) {
                    self.refer(name.start(), &path);
                } else if name.id.as_str() == "open" && self.look_up("open").is_none() {
                    self.note(Capability::Fs, name.start(), "open");
                }
            }
            Expr::Attribute(attribute) => {
                if let Some((_, path)) = self.resolve(expression) {
                    self.refer(attribute.start(), &path);
                } else {
                    self.nested(|scan| scan.visit_expr(&attribute.value));
                }
            }
            Expr::Call(call) => {
                self.call(call);
                self.nested(|scan| walk_expr(scan, expression));
            }
            Expr::Lambda(lambda) => self.nested(|scan| {
                scan.enter(&[], |names| {
                    if let Some(parameters) = &lambda.parameters {
                        names.parameters(parameters);
                    }
                });
                walk_expr(scan, expression);
                scan.scopes.pop();
            }),
            other => self.nested(|scan| walk_expr(scan, other)),
        }
    }

    // Annotations name types; nothing is done with them.
    fn visit_annotation(&mut self, _annotation: &'a Expr) {}

    fn visit_type_params(&mut self, _parameters: &'a TypeParams) {}
}

/// `HTTPConnection`, not `HTTP_PORT` and not `client`.
fn is_class_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.contains(|c: char| c.is_ascii_lowercase())
}
