//! The module as a whole: names of its scope, order of definitions, `main`.
//!
//! Spec: language.md §19.1–19.3.

use std::collections::BTreeSet;
use std::rc::Rc;

use mochi_base::Span;
use mochi_check::typed::{
    FunId, FunKind, Stmt as Typed, StmtKind as TypedKind, Target, VarId, VarKind,
};
use mochi_types::{Decl, DeclId, DeclRef, Type};

use super::frame::Frame;
use super::name;
use super::{Lowerer, own_list};
use crate::py::{
    Arg, CmpOp, Expr, FunctionDef, Import, ImportGroup, ImportKind, Module, Stmt, StmtKind,
};

/// A name as an import has it.
fn import_of(name: &str, local: &str) -> String {
    if name == local {
        name.to_string()
    } else {
        format!("{name} as {local}")
    }
}

impl<'a> Lowerer<'a> {
    /// Lowers the whole module.
    pub(super) fn module(&mut self) -> Module {
        self.find_rebound();
        self.name_everything();
        self.name_interfaces();
        self.find_boxes();
        if self.options.since.is_none() {
            let lists = own_list::survey(self.module, &self.facts.doings);
            self.owned_lists = lists.owned;
            self.shrinking_lists = lists.shrinking;
            self.inner_lists = lists.inner;
            self.private_lists = lists.private;
        }
        self.python_imports();
        self.space_imports();
        self.interfaces();
        self.exported_externs();
        let mut body = Vec::new();
        let mut main = Frame::new(None);
        main.at_module_level = !self.options.entry && !self.module.is_async;
        self.frames.push(main);
        self.out.push(Vec::new());
        self.top_statements(&self.module.body, &mut body);
        self.late_imports(None);
        let statements = self.out.pop().unwrap_or_default();
        let mut statements = self.holding_tasks(&self.module.body, statements);
        if self.options.entry && self.options.since.is_none() {
            self.agents_end(&mut statements);
        }
        let frame = self.frames.pop();
        let extra = std::mem::take(&mut self.extra);
        body.append(&mut self.casts);
        if self.options.entry {
            let heads = frame.map(|frame| frame.heads()).unwrap_or_default();
            self.entry(heads, statements, &mut body);
        } else {
            // Functions are visible in the whole file, so they stand before all statements.
            self.runs = !statements.is_empty();
            if self.module.is_async {
                let heads = frame.map(|frame| frame.heads()).unwrap_or_default();
                self.imported_start(heads, statements, &mut body);
            } else {
                body.extend(statements);
            }
        }
        self.finish(body, extra)
    }

    /// The statements of the file, in order.
    fn top_statements(&mut self, stmts: &'a [Typed], body: &mut Vec<Stmt>) {
        for (index, stmt) in stmts.iter().enumerate() {
            self.late_imports(Some(stmt.span));
            self.span = stmt.span;
            if let Some(rest) = self.held(stmt, body) {
                return self.top_statements(rest, body);
            }
            let (before, declared) = (self.emitted(), body.len());
            self.top_statement(stmt, body);
            if self.is_there(stmt.span) {
                body.truncate(declared);
                if let Some(out) = self.out.last_mut() {
                    out.truncate(before);
                }
                continue;
            }
            self.comment_at(stmt.span, before);
            if index + 1 == stmts.len() {
                self.closing_comment(stmt.span, before);
            }
            if body.len() > declared && self.emitted() == before {
                let comments = self.comments_about(stmt.span);
                body.splice(declared..declared, comments);
            }
        }
    }

    /// Whether what stands at that place was emitted and executed before.
    pub(super) fn is_there(&self, span: Span) -> bool {
        self.options.since.is_some_and(|since| span.source < since)
    }

    fn entry(&mut self, heads: Vec<Stmt>, statements: Vec<Stmt>, body: &mut Vec<Stmt>) {
        let name = self.main_name();
        let mut main = heads;
        main.extend(statements);
        body.push(
            StmtKind::Function(Box::new(FunctionDef {
                name: name.to_string(),
                is_async: self.module.is_async,
                decorators: Vec::new(),
                type_params: Vec::new(),
                params: Vec::new(),
                result: Some(Expr::None),
                doc: None,
                body: main,
                origin: None,
            }))
            .bare(),
        );
        let is_recursive =
            self.module.funs.iter().any(|fun| fun.is_recursive) || self.module.decls.is_recursive();
        let run = self.helper("run");
        let value = if self.module.is_async {
            self.run_main(Expr::name(name))
        } else {
            Expr::name(name)
        };
        let mut args = vec![Arg { name: None, value }];
        if is_recursive {
            args.push(Arg {
                name: Some("deep".to_string()),
                value: Expr::Bool(true),
            });
        }
        let call = StmtKind::Expr(Expr::Call(Box::new(run), args)).bare();
        let guard = Expr::compare(CmpOp::Eq, Expr::name("__name__"), Expr::str("__main__"));
        body.push(StmtKind::If(guard, vec![call], Vec::new()).bare());
    }

    /// The statements of an imported module that awaits: a function of its own, run at the import.
    fn imported_start(&mut self, heads: Vec<Stmt>, statements: Vec<Stmt>, body: &mut Vec<Stmt>) {
        let name = self.module_name("_start");
        let mut start = heads;
        start.extend(statements);
        body.push(
            StmtKind::Function(Box::new(FunctionDef {
                name: name.clone(),
                is_async: true,
                decorators: Vec::new(),
                type_params: Vec::new(),
                params: Vec::new(),
                result: Some(Expr::None),
                doc: None,
                body: start,
                origin: None,
            }))
            .bare(),
        );
        let runner = self.runner();
        let call = self.call_helper(runner, [Expr::Name(name).call([])]);
        body.push(StmtKind::Expr(call).bare());
    }

    /// What the function with the statements is called.
    pub(super) fn main_name(&self) -> &'static str {
        if self.module_names.contains("main") {
            "_main"
        } else {
            "main"
        }
    }

    fn finish(&mut self, body: Vec<Stmt>, extra: Vec<Stmt>) -> Module {
        let prefix = self.prefix();
        let mut helpers = Vec::new();
        for name in &self.helpers {
            let local = self.imported_as(name);
            helpers.push(("_mochi", import_of(name, &local)));
        }
        for name in self.checks.used() {
            let local = self.imported_as(&name);
            helpers.push(("_mochi_wrap", import_of(&name, &local)));
        }
        for (module, name) in helpers {
            self.imports.push(Import {
                group: ImportGroup::Local,
                kind: ImportKind::From(format!("{prefix}{module}"), name),
                span: None,
            });
        }
        let imported: Vec<&ImportKind> = self.imports.iter().map(|import| &import.kind).collect();
        self.type_imports
            .retain(|import| !imported.contains(&&import.kind));
        let mut all: Vec<Stmt> = self.exports().into_iter().collect();
        all.extend(extra);
        all.extend(body);
        Module {
            header: Vec::new(),
            doc: self.module.doc.as_ref().map(ToString::to_string),
            future_annotations: self.future_annotations,
            imports: std::mem::take(&mut self.imports),
            import_notes: Vec::new(),
            type_imports: std::mem::take(&mut self.type_imports),
            body: all,
        }
    }

    fn top_statement(&mut self, stmt: &'a Typed, body: &mut Vec<Stmt>) {
        match &stmt.kind {
            TypedKind::Fun(id) => {
                if self.is_superseded(*id) {
                    return;
                }
                let frames = std::mem::take(&mut self.frames);
                let (def, _) = self.function(*id);
                self.frames = frames;
                body.push(StmtKind::Function(Box::new(def)).at(stmt.span));
            }
            TypedKind::Type(decl) => {
                let frames = std::mem::take(&mut self.frames);
                let mut classes = self.type_declaration(decl);
                self.frames = frames;
                body.append(&mut classes);
            }
            TypedKind::Alias(index) => {
                if let Some(alias) = self.module.aliases.get(*index) {
                    let alias = self.alias_statement(*index, &alias.ty);
                    body.push(alias.at(stmt.span));
                }
            }
            TypedKind::Import(_) => {}
            TypedKind::Reactive(item) => {
                if !self.reactive_declaration(item, stmt.span, body) {
                    self.stmt(stmt);
                }
            }
            TypedKind::Test { name, body: block } if self.options.tests => {
                if self.options.entry {
                    let function = self.block_function("test", name, block);
                    body.push(function.at(stmt.span));
                }
            }
            TypedKind::Bench { name, body: block } if self.options.benches => {
                if self.options.entry {
                    let function = self.block_function("bench", name, block);
                    body.push(function.at(stmt.span));
                }
            }
            TypedKind::Bench { .. } if self.options.tests => {}
            TypedKind::Test { .. } if self.options.benches => {}
            TypedKind::Let { target, value } => {
                self.global_declarations(target, value, body);
            }
            TypedKind::Using {
                var, body: rest, ..
            } if self.is_global(*var) => {
                self.declare_globals(&[*var], body);
                self.hoist(rest, body);
                self.span = stmt.span;
                self.stmt(stmt);
            }
            _ => self.stmt(stmt),
        }
    }

    /// A type that a block declares: its class belongs to the module.
    pub(super) fn inner_type(&mut self, stmt: &'a Typed) {
        let behind_using = matches!(self.frames.as_slice(), [only] if only.fun.is_none());
        match &stmt.kind {
            TypedKind::Type(decl) if !self.declared.contains(&decl.id) => {
                self.precede_classes();
                let frames = std::mem::take(&mut self.frames);
                let mut classes = self.type_declaration(decl);
                self.frames = frames;
                self.extra.append(&mut classes);
                self.local_type(decl);
            }
            TypedKind::Type(decl) => self.local_type(decl),
            TypedKind::Alias(index) if !behind_using => {
                if let Some(alias) = self.module.aliases.get(*index) {
                    let declared = self.alias_statement(*index, &alias.ty);
                    if self.extra.iter().all(|other| other.kind != declared) {
                        self.extra.push(declared.at(stmt.span));
                    }
                }
            }
            _ => {}
        }
    }

    /// `type X = …`, with the type parameters of functions around it that it mentions.
    fn alias_statement(&mut self, index: usize, ty: &Type) -> StmtKind {
        let name = self.alias_names.get(&index).cloned().unwrap_or_default();
        let params = self.params_of(ty);
        let value = self.annotation(ty);
        StmtKind::TypeAlias(name, params, value)
    }

    /// The class of a type whose methods use the block.
    fn local_type(&mut self, decl: &'a DeclRef) {
        if self.is_local_class(decl.id)
            && let Some(Decl::Record(record)) = self.module.decls.get(decl.id)
        {
            self.local_record(decl, record);
        }
    }

    /// A class of a block stands before those of the file, which it may name.
    pub(super) fn precede_classes(&mut self) {
        self.future_annotations |= self
            .declared
            .iter()
            .any(|id| self.decl_names.contains_key(id));
    }

    pub(super) fn is_global(&self, id: VarId) -> bool {
        self.var(id).is_some_and(|var| var.kind == VarKind::Global)
    }

    /// The declarations behind a `using` of the file: they belong to the module all the same.
    fn hoist(&mut self, rest: &'a [Typed], body: &mut Vec<Stmt>) {
        for stmt in rest {
            self.span = stmt.span;
            match &stmt.kind {
                TypedKind::Fun(_) | TypedKind::Type(_) | TypedKind::Alias(_) => {
                    self.top_statement(stmt, body);
                }
                TypedKind::Reactive(item) => {
                    self.reactive_declaration(item, stmt.span, body);
                }
                TypedKind::Let { target, .. } => {
                    let mut ids = Vec::new();
                    targets(target, &mut ids);
                    self.declare_globals(&ids, body);
                }
                TypedKind::Using {
                    var, body: rest, ..
                } if self.is_global(*var) => {
                    self.declare_globals(&[*var], body);
                    self.hoist(rest, body);
                }
                _ => {}
            }
        }
    }

    /// The annotations of globals that `main` assigns.
    pub(super) fn declare_globals(&mut self, ids: &[VarId], body: &mut Vec<Stmt>) {
        let span = self.span;
        for id in ids {
            let Some(var) = self.var(*id) else { continue };
            if var.kind == VarKind::Global && &*var.name != "_" {
                let name = self.declare(*id);
                let annotation = self.annotation(&var.ty);
                body.push(StmtKind::AnnAssign(Expr::Name(name), annotation, None).at(span));
                self.attribute_doc(*id, body);
            }
        }
    }

    /// A test or a benchmark as a function.
    fn block_function(&mut self, kind: &str, name: &str, block: &'a [Typed]) -> StmtKind {
        let function = self.module_name(&format!("{kind}_{}", name::module_name(name)));
        self.all_names.insert(function.clone());
        self.tests.push((name.to_string(), function.clone()));
        let frames = std::mem::replace(&mut self.frames, vec![Frame::new(None)]);
        let (statements, ()) = self.captured(|this| this.statements(block));
        let frame = self.frames.pop();
        self.frames = frames;
        let mut body = frame.map(|frame| frame.heads()).unwrap_or_default();
        body.extend(self.holding_tasks(block, statements));
        StmtKind::Function(Box::new(FunctionDef {
            name: function,
            is_async: self.module.is_async,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params: Vec::new(),
            result: Some(Expr::None),
            doc: None,
            body,
            origin: Some(Rc::from(format!("{kind} {name}"))),
        }))
    }

    /// A top-level `let`: constants are assigned where they are declared, everything else in
    /// `main`.
    fn global_declarations(
        &mut self,
        target: &'a Target,
        value: &'a mochi_check::typed::Expr,
        body: &mut Vec<Stmt>,
    ) {
        let span = self.span;
        if let Target::Var(id) = target
            && super::expr::is_fixed(value)
            && let Some(var) = self.var(*id)
            && var.kind == VarKind::Global
        {
            let name = self.declare(*id);
            let annotation = self.annotation(&var.ty);
            let (_, value) = self.captured(|this| this.expr(value));
            body.push(StmtKind::AnnAssign(Expr::Name(name), annotation, Some(value)).at(span));
            self.attribute_doc(*id, body);
            return;
        }
        if let Target::Var(id) = target
            && self.binds_in_place(value)
            && let Some(var) = self.var(*id)
            && var.kind == VarKind::Global
        {
            let lowered = self.expr(value);
            let lowered = self.named_value(lowered, value);
            let name = self.declare(*id);
            let annotation = self.annotation(&var.ty);
            self.emit(StmtKind::AnnAssign(
                Expr::Name(name),
                annotation,
                Some(lowered),
            ));
            let mut doc = Vec::new();
            self.attribute_doc(*id, &mut doc);
            self.append(doc);
            return;
        }
        let mut ids = Vec::new();
        targets(target, &mut ids);
        self.declare_globals(&ids, body);
        self.let_statement(target, value);
    }

    /// Whether the statement that gives a global this value declares it: in a module whose statements
    /// are no function's.
    pub(super) fn binds_in_place(&self, value: &mochi_check::typed::Expr) -> bool {
        !self.options.entry
            && self.options.since.is_none()
            && !self.module.is_async
            && !super::stmt::needs_statements(self, value)
    }

    fn attribute_doc(&self, id: VarId, body: &mut Vec<Stmt>) {
        if let Some(doc) = self.var(id).and_then(|var| var.doc.as_ref()) {
            body.push(StmtKind::Expr(Expr::str(doc.trim().to_string())).bare());
        }
    }

    /// Of two top-level functions of one name the later counts.
    fn is_superseded(&self, id: FunId) -> bool {
        let Some(name) = self.fun(id).and_then(|fun| fun.name.as_ref()) else {
            return true;
        };
        self.last_funs.get(name).is_some_and(|last| *last != id)
    }

    fn name_everything(&mut self) {
        let module = self.module;
        for (index, fun) in module.funs.iter().enumerate() {
            let id = FunId(u32::try_from(index).unwrap_or(u32::MAX));
            let params = fun.type_params.iter();
            self.all_names
                .extend(params.map(|param| param.name.to_string()));
            let Some(written) = &fun.name else { continue };
            let is_own = module.owns(fun.span);
            match fun.kind {
                FunKind::Top if !is_own => {}
                FunKind::Top => {
                    self.last_funs.insert(Rc::clone(written), id);
                    let base = name::global_name(written);
                    self.module_names.insert(base.clone());
                    self.fun_names.insert(id, base);
                }
                FunKind::Method { .. } => {
                    self.fun_names.insert(id, name::field_name(written));
                }
                _ => {
                    self.all_names.insert(name::python_name(written));
                }
            }
        }
        self.name_types(false);
        for import in &module.imports {
            let alias = &import.alias;
            let same = **alias == *import.module.0;
            let local = if same {
                alias.to_string()
            } else {
                self.module_name(alias)
            };
            if let Some(first) = local.split('.').next() {
                self.module_names.insert(first.to_string());
            }
            self.import_names.push((Rc::clone(alias), local));
        }
        for space in &module.spaces {
            let name = self.module_name(&space.alias);
            self.spaces.entry(space.module).or_insert(name);
        }
        for (index, var) in module.vars.iter().enumerate() {
            let id = VarId(u32::try_from(index).unwrap_or(u32::MAX));
            if !module.owns(var.span) {
                continue;
            }
            if var.kind == VarKind::Global {
                let name = self.module_name(&self.written_name(id));
                if name != name::python_name(&var.name) {
                    self.renamed_globals.insert(name.clone());
                }
                let start = (var.span.source, var.span.start);
                self.global_starts.insert(name.clone(), start);
                self.var_names.insert(id, name);
            } else {
                let name = name::python_name(&self.written_name(id));
                self.all_names.insert(name);
            }
        }
        self.name_types(true);
        self.name_reactive();
        self.name_params();
        let names = self.module_names.clone();
        self.all_names.extend(names);
    }

    /// Names the types of the file, or after everything else those of its blocks.
    fn name_types(&mut self, inner: bool) {
        let module = self.module;
        let mut top = BTreeSet::new();
        let mut top_aliases = BTreeSet::new();
        for stmt in &module.body {
            match &stmt.kind {
                TypedKind::Type(decl) => {
                    top.insert(decl.id);
                }
                TypedKind::Reactive(item) => top.extend(item.declared().map(|decl| decl.id)),
                TypedKind::Alias(index) => {
                    top_aliases.insert(*index);
                }
                _ => {}
            }
        }
        for (index, decl) in module.decls.items.iter().enumerate() {
            let id = DeclId(u32::try_from(index).unwrap_or(u32::MAX));
            if top.contains(&id) == inner {
                continue;
            }
            match decl {
                Decl::Record(record) | Decl::Agent(record) if !module.owns(record.span) => {
                    self.declared.insert(id);
                }
                Decl::Sum(sum) if !module.owns(sum.span) => {
                    self.declared.insert(id);
                }
                Decl::Record(record) | Decl::Agent(record) => {
                    let name = self.module_name(&record.name);
                    self.decl_names.insert(id, name);
                }
                Decl::Sum(sum) => {
                    let name = self.module_name(&sum.name);
                    self.decl_names.insert(id, name);
                    for (variant, info) in sum.variants.iter().enumerate() {
                        let name = if info.name == sum.name {
                            self.module_name(&format!("{}Value", info.name))
                        } else {
                            self.module_name(&info.name)
                        };
                        let variant = u32::try_from(variant).unwrap_or(u32::MAX);
                        self.variant_names.insert((id, variant), name);
                    }
                }
            }
        }
        for (index, alias) in module.aliases.iter().enumerate() {
            if module.owns(alias.span) && top_aliases.contains(&index) != inner {
                let name = self.module_name(&alias.name);
                self.alias_names.insert(index, name);
            }
        }
    }

    pub(super) fn module_name(&mut self, written: &str) -> String {
        let base = name::global_name(written);
        let name = name::distinct(&base, |name| self.module_names.contains(name));
        self.module_names.insert(name.clone());
        name
    }

    /// Variables of a loop body that a closure shares and that change: each round has its own,
    /// and both sides must see assignments.
    fn find_boxes(&mut self) {
        for (index, var) in self.module.vars.iter().enumerate() {
            if var.in_loop && var.captured && var.assigned && var.kind != VarKind::Global {
                self.boxed
                    .insert(VarId(u32::try_from(index).unwrap_or(u32::MAX)));
            }
        }
    }

    /// The classes of a type declaration.
    pub(super) fn type_declaration(&mut self, decl: &'a DeclRef) -> Vec<Stmt> {
        match self.module.decls.get(decl.id) {
            Some(Decl::Record(record)) => self.record_class(decl, record),
            Some(Decl::Sum(sum)) => self.sum_classes(decl, sum),
            Some(Decl::Agent(_)) | None => Vec::new(),
        }
    }
}

/// The variables that a target binds.
pub(super) fn targets(target: &Target, out: &mut Vec<VarId>) {
    match target {
        Target::Var(id) => out.push(*id),
        Target::Ignore => {}
        Target::Tuple(parts) => parts.iter().for_each(|part| targets(part, out)),
    }
}
