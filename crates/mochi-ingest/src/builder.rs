//! Builds a module's index from its syntax tree: walks the statements that bind names, taking the
//! branches that the target takes.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use mochi_surface::{ClassName, ModuleName};
use ruff_python_ast::{
    Expr, PySourceType, Stmt, StmtClassDef, StmtIf, StmtImport, StmtImportFrom, StmtTry, Suite,
};
use ruff_text_size::{Ranged, TextSize};

use crate::flow::{Target, decide, dotted, is_type_checking};
use crate::index::{AllPart, ClassNode, ClassOrigin, Def, ModuleIndex, Scope, Site};
use crate::resolver::ModuleSource;

/// Where in the control flow a statement stands.
#[derive(Clone, Copy, Default)]
struct Flow {
    is_fallback: bool,
    is_typing_only: bool,
}

struct Builder<'a> {
    target: &'a Target,
    module: &'a ModuleName,
    is_package: bool,
    is_stub: bool,
    stars: Vec<ModuleName>,
    all: Option<Vec<AllPart>>,
    all_is_unreadable: bool,
}

/// Parses and indexes a module.
pub(crate) fn build(
    name: &ModuleName,
    source: Rc<ModuleSource>,
    text: &str,
    target: &Target,
) -> ModuleIndex {
    let kind = if source.is_stub {
        PySourceType::Stub
    } else {
        PySourceType::Python
    };
    let parsed = ruff_python_parser::parse_unchecked_source(text, kind);
    let has_errors = !parsed.errors().is_empty();
    let body = parsed.into_suite();
    let doc = docstring(&body);
    let mut builder = Builder {
        target,
        module: name,
        is_package: source.is_package,
        is_stub: source.is_stub,
        stars: Vec::new(),
        all: None,
        all_is_unreadable: false,
    };
    let mut scope = Scope::default();
    builder.block(body, &mut scope, "", Flow::default());
    let is_stub = source.is_stub;
    ModuleIndex {
        name: name.clone(),
        stars: builder.stars,
        all: if builder.all_is_unreadable {
            None
        } else {
            builder.all
        },
        source,
        scope,
        doc,
        has_errors,
        lines: line_starts(text),
        text: if is_stub {
            Rc::from("")
        } else {
            Rc::from(text)
        },
        found: RefCell::default(),
        star_names: OnceCell::default(),
        made: RefCell::default(),
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let mut starts = vec![0];
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'\n' {
            starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
        }
    }
    starts
}

/// The first statement if it is a string.
pub(crate) fn docstring(body: &[Stmt]) -> Option<Rc<str>> {
    match body.first()? {
        Stmt::Expr(statement) => match &*statement.value {
            Expr::StringLiteral(text) => Some(Rc::from(text.value.to_str())),
            _ => None,
        },
        _ => None,
    }
}

impl Builder<'_> {
    fn block(&mut self, body: Suite, scope: &mut Scope, qualifier: &str, flow: Flow) {
        for statement in body {
            self.statement(statement, scope, qualifier, flow);
        }
    }

    fn statement(&mut self, statement: Stmt, scope: &mut Scope, qualifier: &str, flow: Flow) {
        let at = statement.start();
        match statement {
            Stmt::FunctionDef(function) => {
                let function = Rc::new(function);
                let name = function.name.as_str();
                let at = function.name.start();
                scope.add(name, site(Def::Function(function.clone()), flow, at));
            }
            Stmt::ClassDef(class) => self.class(class, scope, qualifier, flow),
            Stmt::TypeAlias(alias) => {
                if let Expr::Name(name) = &*alias.name {
                    let name = name.id.clone();
                    let def = Def::TypeAlias(Rc::new(alias));
                    scope.add(name.as_str(), site(def, flow, at));
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    let name = name.id.clone();
                    if qualifier.is_empty()
                        && name.as_str() == "__all__"
                        && let Some(value) = &assign.value
                    {
                        self.all = Some(Vec::new());
                        self.extend_all(value);
                    }
                    let def = Def::Annotated(Rc::new(assign));
                    scope.add(name.as_str(), site(def, flow, at));
                }
            }
            Stmt::Assign(assign) => {
                if qualifier.is_empty() && is_all(assign.targets.first()) {
                    self.all = Some(Vec::new());
                    self.extend_all(&assign.value);
                }
                let assign = Rc::new(assign);
                for target in &assign.targets {
                    match target {
                        Expr::Name(name) => {
                            let def = Def::Assigned(assign.clone());
                            scope.add(name.id.as_str(), site(def, flow, at));
                        }
                        other => bind_opaque(other, scope, flow),
                    }
                }
            }
            Stmt::AugAssign(assign) if qualifier.is_empty() && is_all(Some(&assign.target)) => {
                self.extend_all(&assign.value);
            }
            Stmt::For(statement) => {
                bind_opaque(&statement.target, scope, flow);
                self.block(statement.body, scope, qualifier, flow);
                self.block(statement.orelse, scope, qualifier, flow);
            }
            Stmt::While(statement) => {
                self.block(statement.body, scope, qualifier, flow);
                self.block(statement.orelse, scope, qualifier, flow);
            }
            Stmt::If(statement) => self.condition(statement, scope, qualifier, flow),
            Stmt::With(statement) => {
                for item in &statement.items {
                    if let Some(target) = &item.optional_vars {
                        bind_opaque(target, scope, flow);
                    }
                }
                self.block(statement.body, scope, qualifier, flow);
            }
            Stmt::Match(statement) => {
                let flow = fallback(flow);
                for case in statement.cases {
                    self.block(case.body, scope, qualifier, flow);
                }
            }
            Stmt::Try(statement) => self.attempt(statement, scope, qualifier, flow),
            Stmt::Import(statement) => import(&statement, scope, flow),
            Stmt::ImportFrom(statement) => self.import_from(&statement, scope, flow),
            Stmt::Expr(statement) => {
                if qualifier.is_empty()
                    && let Expr::Call(call) = &*statement.value
                    && let Expr::Attribute(method) = &*call.func
                    && is_all(Some(&method.value))
                    && let Some(argument) = call.arguments.args.first()
                {
                    self.change_all(method.attr.as_str(), argument);
                }
            }
            Stmt::Delete(statement) => {
                for target in &statement.targets {
                    if let Expr::Name(name) = target {
                        scope.remove(name.id.as_str());
                    }
                }
            }
            _ => {}
        }
    }

    fn class(&mut self, mut class: StmtClassDef, scope: &mut Scope, qualifier: &str, flow: Flow) {
        let name = class.name.clone();
        let qualname = if qualifier.is_empty() {
            name.as_str().to_owned()
        } else {
            format!("{qualifier}.{name}")
        };
        let body = std::mem::take(&mut class.body);
        let doc = docstring(&body);
        let mut inner = Scope::default();
        self.block(body, &mut inner, &qualname, Flow::default());
        let at = class.name.start();
        let node = ClassNode {
            name: ClassName::new(self.module.clone(), qualname),
            origin: ClassOrigin::Statement(Box::new(class)),
            scope: inner,
            doc,
            at,
            header: RefCell::default(),
            record: RefCell::default(),
            instance: OnceCell::default(),
        };
        scope.add(name.as_str(), site(Def::Class(Rc::new(node)), flow, at));
    }

    fn condition(&mut self, statement: StmtIf, scope: &mut Scope, qualifier: &str, flow: Flow) {
        let mut flow = flow;
        let has_else = !statement.elif_else_clauses.is_empty();
        let mut branches = vec![(Some(*statement.test), statement.body)];
        branches.extend(
            statement
                .elif_else_clauses
                .into_iter()
                .map(|clause| (clause.test, clause.body)),
        );
        for (test, body) in branches {
            let known = match &test {
                None => Some(true),
                Some(test) => decide(test, self.target, &|name| self.constant(name, scope)),
            };
            match known {
                Some(false) => {}
                Some(true) => {
                    let mut inner = flow;
                    if !self.is_stub && !has_else && test.as_ref().is_some_and(is_type_checking) {
                        inner.is_typing_only = true;
                    }
                    self.block(body, scope, qualifier, inner);
                    return;
                }
                None => {
                    self.block(body, scope, qualifier, flow);
                    flow = fallback(flow);
                }
            }
        }
    }

    /// A name that stands for a condition which is known: `WINDOWS = sys.platform == "win32"`.
    fn constant(&self, name: &str, scope: &Scope) -> Option<bool> {
        match scope.sites.get(name)?.as_slice() {
            [
                Site {
                    def: Def::Assigned(assign),
                    ..
                },
            ] if matches!(&*assign.value, Expr::Compare(_) | Expr::Call(_)) => {
                decide(&assign.value, self.target, &|_| None)
            }
            _ => None,
        }
    }

    fn attempt(&mut self, statement: StmtTry, scope: &mut Scope, qualifier: &str, flow: Flow) {
        self.block(statement.body, scope, qualifier, flow);
        self.block(statement.orelse, scope, qualifier, flow);
        for handler in statement.handlers {
            let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
            self.block(handler.body, scope, qualifier, fallback(flow));
        }
        self.block(statement.finalbody, scope, qualifier, flow);
    }

    fn import_from(&mut self, statement: &StmtImportFrom, scope: &mut Scope, flow: Flow) {
        let path = statement
            .module
            .as_ref()
            .map(ruff_python_ast::Identifier::as_str);
        let Some(module) = self.absolute(path, statement.level) else {
            for alias in &statement.names {
                let name = alias.asname.as_ref().unwrap_or(&alias.name);
                scope.add(name.as_str(), site(Def::Opaque, flow, statement.start()));
            }
            return;
        };
        for alias in &statement.names {
            let name = alias.name.as_str();
            if name == "*" {
                self.stars.push(module.clone());
                continue;
            }
            let bound = alias.asname.as_ref().map_or(name, |name| name.as_str());
            let def = Def::ImportFrom {
                module: module.clone(),
                name: Rc::from(name),
                reexport: alias
                    .asname
                    .as_ref()
                    .is_some_and(|asname| asname.as_str() == name),
            };
            scope.add(bound, site(def, flow, statement.start()));
        }
    }

    /// The absolute name of `from ..path import`.
    fn absolute(&self, path: Option<&str>, level: u32) -> Option<ModuleName> {
        if level == 0 {
            return path.map(ModuleName::new);
        }
        let mut base = self.module.clone();
        let up = if self.is_package { level - 1 } else { level };
        for _ in 0..up {
            base = base.parent()?;
        }
        Some(match path {
            Some(path) => base.child(path),
            None => base,
        })
    }

    fn change_all(&mut self, method: &str, argument: &Expr) {
        let text = |expr: &Expr| match expr {
            Expr::StringLiteral(text) => Some(Rc::<str>::from(text.value.to_str())),
            _ => None,
        };
        match method {
            "extend" => self.extend_all(argument),
            "append" => match text(argument) {
                Some(name) => self.push_all(AllPart::Names(vec![name])),
                None => self.all_is_unreadable = true,
            },
            "remove" => match text(argument) {
                Some(name) => self.push_all(AllPart::Remove(name)),
                None => self.all_is_unreadable = true,
            },
            _ => {}
        }
    }

    fn push_all(&mut self, part: AllPart) {
        self.all.get_or_insert_with(Vec::new).push(part);
    }

    fn extend_all(&mut self, value: &Expr) {
        let elements: &[Expr] = match value {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            Expr::BinOp(operation) => {
                self.extend_all(&operation.left);
                self.extend_all(&operation.right);
                return;
            }
            Expr::Call(call)
                if matches!(&*call.func, Expr::Name(name)
                    if matches!(name.id.as_str(), "list" | "tuple" | "sorted"))
                    && call.arguments.args.len() == 1 =>
            {
                if let Some(argument) = call.arguments.args.first() {
                    self.extend_all(argument);
                }
                return;
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__all__" => {
                match dotted(&attribute.value) {
                    Some(path) => self.push_all(AllPart::Module(path)),
                    None => self.all_is_unreadable = true,
                }
                return;
            }
            _ => {
                self.all_is_unreadable = true;
                return;
            }
        };
        let mut names = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                Expr::StringLiteral(text) => names.push(Rc::from(text.value.to_str())),
                Expr::Starred(starred) => self.extend_all(&starred.value),
                _ => self.all_is_unreadable = true,
            }
        }
        self.push_all(AllPart::Names(names));
    }
}

fn import(statement: &StmtImport, scope: &mut Scope, flow: Flow) {
    for alias in &statement.names {
        let path = alias.name.as_str();
        let (name, module, reexport) = if let Some(name) = &alias.asname {
            (name.as_str(), path, name.as_str() == path)
        } else {
            let top = path.split('.').next().unwrap_or(path);
            (top, top, false)
        };
        let def = Def::Import {
            module: ModuleName::new(module),
            reexport,
        };
        scope.add(name, site(def, flow, statement.start()));
    }
}

fn is_all(target: Option<&Expr>) -> bool {
    matches!(target, Some(Expr::Name(name)) if name.id.as_str() == "__all__")
}

fn fallback(flow: Flow) -> Flow {
    Flow {
        is_fallback: true,
        ..flow
    }
}

fn site(def: Def, flow: Flow, at: TextSize) -> Site {
    Site {
        def,
        is_fallback: flow.is_fallback,
        is_typing_only: flow.is_typing_only,
        at,
    }
}

/// Binds the names of a target whose type nobody declares.
fn bind_opaque(target: &Expr, scope: &mut Scope, flow: Flow) {
    match target {
        Expr::Name(name) => scope.add(name.id.as_str(), site(Def::Opaque, flow, name.start())),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|t| bind_opaque(t, scope, flow)),
        Expr::List(list) => list.elts.iter().for_each(|t| bind_opaque(t, scope, flow)),
        Expr::Starred(starred) => bind_opaque(&starred.value, scope, flow),
        _ => {}
    }
}
