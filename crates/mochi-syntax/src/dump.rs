//! Trees as compact S-expressions, one statement a line: for tests and for looking at what the
//! parser understood. Places and node numbers are left out.

mod data;
mod reactive;

mod external;
mod query;

use std::fmt::Write as _;

use crate::ast::{
    Arg, Arm, ArmBody, Binder, Block, Else, Expr, ExprKind, FStrPart, FieldDecl, FunDecl, IfStmt,
    LambdaBody, MapEntry, MapKey, Name, Param, Pattern, PatternKind, PlaceStep, Program, Stmt,
    StmtKind, Subscript, TypeDeclKind, TypeExpr, TypeExprKind, TypeParamDecl, VariantDecl,
};

/// A whole file, each top-level statement on a line of its own.
pub fn program(program: &Program) -> String {
    let mut dump = Dump::default();
    if let Some(package) = &program.package {
        dump.line(|d| d.form("package", |d| d.name(package)));
    }
    if let Some(doc) = &program.doc {
        dump.line(|d| d.form("doc", |d| d.quoted(doc)));
    }
    for stmt in &program.body {
        dump.line(|d| d.stmt(stmt));
    }
    dump.out
}

/// One expression.
pub fn expr(value: &Expr) -> String {
    let mut dump = Dump::default();
    dump.expr(value);
    dump.out
}

/// One type.
pub fn type_expr(ty: &TypeExpr) -> String {
    let mut dump = Dump::default();
    dump.ty(ty);
    dump.out
}

#[derive(Default)]
struct Dump {
    out: String,
}

impl Dump {
    fn line(&mut self, write: impl FnOnce(&mut Self)) {
        write(self);
        self.out.push('\n');
    }

    /// A blank, unless this is the start of something.
    fn gap(&mut self) {
        if !matches!(
            self.out.chars().next_back(),
            None | Some('(' | '[' | '\n' | ' ')
        ) {
            self.out.push(' ');
        }
    }

    fn word(&mut self, text: &str) {
        self.gap();
        self.out.push_str(text);
    }

    fn quoted(&mut self, text: &str) {
        self.gap();
        let _ = write!(self.out, "{text:?}");
    }

    fn name(&mut self, name: &Name) {
        self.word(&name.text);
    }

    fn path(&mut self, path: &[Name]) {
        let parts: Vec<&str> = path.iter().map(|name| &*name.text).collect();
        self.word(&parts.join("."));
    }

    fn form(&mut self, head: &str, write: impl FnOnce(&mut Self)) {
        self.gap();
        self.out.push('(');
        self.out.push_str(head);
        write(self);
        self.out.push(')');
    }

    fn group<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.gap();
        self.out.push('[');
        for item in items {
            write(self, item);
        }
        self.out.push(']');
    }

    fn block(&mut self, block: &Block) {
        self.form("do", |d| {
            for stmt in &block.body {
                d.stmt(stmt);
            }
        });
    }

    // Statements.

    fn stmt(&mut self, stmt: &Stmt) {
        if let Some(doc) = &stmt.doc {
            self.form("doc", |d| d.quoted(doc));
        }
        if stmt.export {
            self.word("export");
        }
        self.stmt_kind(&stmt.kind);
    }

    fn stmt_kind(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::Let(stmt) => {
                let head = if stmt.mutable { "var" } else { "let" };
                self.form(head, |d| {
                    d.binder(&stmt.binder);
                    d.annotation(stmt.ty.as_ref());
                    d.initial(stmt.value.as_ref());
                });
            }
            StmtKind::Assign(stmt) => self.form("set", |d| {
                d.name(&stmt.root);
                for step in &stmt.path {
                    match step {
                        PlaceStep::Index(subscripts, _) => d.subscripts(subscripts),
                        PlaceStep::Field(name) => d.word(&format!(".{}", name.text)),
                    }
                }
                d.initial(Some(&stmt.value));
            }),
            StmtKind::Fun(decl) => self.fun_decl(decl),
            StmtKind::Return(value) => self.form("return", |d| {
                if let Some(value) = value {
                    d.expr(value);
                }
            }),
            StmtKind::If(stmt) => self.if_stmt(stmt),
            StmtKind::While { cond, body } => self.form("while", |d| {
                d.expr(cond);
                d.block(body);
            }),
            StmtKind::For(stmt) => self.form("for", |d| {
                d.flag(stmt.is_await, "await");
                d.binder(&stmt.binder);
                d.expr(&stmt.source);
                if let Some(end) = &stmt.end {
                    d.word("..");
                    d.expr(end);
                }
                d.block(&stmt.body);
            }),
            StmtKind::Try(stmt) => self.form("try", |d| {
                d.block(&stmt.body);
                for catch in &stmt.catches {
                    d.form("catch", |d| {
                        d.name(&catch.name);
                        d.annotation(catch.ty.as_ref());
                        d.block(&catch.body);
                    });
                }
                if let Some(finally) = &stmt.finally {
                    d.form("finally", |d| d.block(finally));
                }
            }),
            StmtKind::Using(stmt) => self.form("using", |d| {
                d.flag(stmt.is_await, "await");
                d.name(&stmt.name);
                d.expr(&stmt.value);
                if let Some(body) = &stmt.body {
                    d.block(body);
                }
            }),
            StmtKind::Break => self.word("break"),
            StmtKind::Continue => self.word("continue"),
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Expect(value) => self.form("expect", |d| d.expr(value)),
            StmtKind::Test(block) | StmtKind::Bench(block) => {
                let test = matches!(kind, StmtKind::Test(_));
                self.form(if test { "test" } else { "bench" }, |d| {
                    d.quoted(&block.name);
                    d.block(&block.body);
                });
            }
            StmtKind::Type(decl) => self.form("type", |d| {
                d.name(&decl.name);
                d.type_decl(&decl.kind);
            }),
            StmtKind::Import(import) => self.form("import", |d| {
                if let Some(language) = &import.language {
                    d.name(language);
                }
                d.quoted(&import.path);
                if let Some(alias) = &import.alias {
                    d.form("as", |d| d.name(alias));
                }
                d.flag(import.auto, "auto");
                d.effects(import.effects.as_deref());
            }),
            StmtKind::Data(data) => self.data_stmt(data),
            StmtKind::Reactive(stmt) => self.reactive_stmt(stmt),
            StmtKind::Extern(decl) => self.extern_decl(decl),
            StmtKind::Error => self.word("<error>"),
        }
    }

    fn flag(&mut self, set: bool, text: &str) {
        if set {
            self.word(text);
        }
    }

    fn annotation(&mut self, ty: Option<&TypeExpr>) {
        if let Some(ty) = ty {
            self.word(":");
            self.ty(ty);
        }
    }

    fn initial(&mut self, value: Option<&Expr>) {
        if let Some(value) = value {
            self.word("=");
            self.expr(value);
        }
    }

    fn effects(&mut self, effects: Option<&[Name]>) {
        if let Some(effects) = effects {
            self.form("!", |d| effects.iter().for_each(|name| d.name(name)));
        }
    }

    fn binder(&mut self, binder: &Binder) {
        match binder {
            Binder::Name(name) => self.name(name),
            Binder::Tuple(parts, _) => self.form("tuple", |d| {
                for part in parts {
                    d.binder(part);
                }
            }),
        }
    }

    fn if_stmt(&mut self, stmt: &IfStmt) {
        self.form("if", |d| {
            d.expr(&stmt.cond);
            d.block(&stmt.then);
            match &stmt.otherwise {
                Some(Else::If(inner, _)) => d.if_stmt(inner),
                Some(Else::Block(block)) => d.block(block),
                None => {}
            }
        });
    }

    fn fun_decl(&mut self, decl: &FunDecl) {
        self.form("fun", |d| {
            d.flag(decl.is_async, "async");
            d.name(&decl.name);
            d.type_params(&decl.type_params);
            d.group(&decl.params, Self::param);
            d.annotation(decl.result.as_ref());
            d.effects(decl.effects.as_deref());
            d.block(&decl.body);
        });
    }

    fn type_params(&mut self, params: &[TypeParamDecl]) {
        if !params.is_empty() {
            self.form("<>", |d| {
                for param in params {
                    d.name(&param.name);
                    d.annotation(param.bound.as_ref());
                }
            });
        }
    }

    fn param(&mut self, param: &Param) {
        self.name(&param.name);
        self.annotation(param.ty.as_ref());
        self.initial(param.default.as_ref());
    }

    fn type_decl(&mut self, kind: &TypeDeclKind) {
        match kind {
            TypeDeclKind::Record { fields, methods } => self.form("record", |d| {
                for field in fields {
                    d.field_decl(field);
                }
                for method in methods {
                    if let Some(doc) = &method.doc {
                        d.form("doc", |d| d.quoted(doc));
                    }
                    d.fun_decl(method);
                }
            }),
            TypeDeclKind::Sum(variants) => self.form("sum", |d| {
                for variant in variants {
                    d.variant_decl(variant);
                }
            }),
            TypeDeclKind::Alias(ty) => self.form("alias", |d| d.ty(ty)),
        }
    }

    fn field_decl(&mut self, field: &FieldDecl) {
        if let Some(doc) = &field.doc {
            self.form("doc", |d| d.quoted(doc));
        }
        self.name(&field.name);
        self.annotation(Some(&field.ty));
    }

    fn variant_decl(&mut self, variant: &VariantDecl) {
        if variant.fields.is_empty() && variant.doc.is_none() {
            self.name(&variant.name);
        } else {
            self.form(&variant.name.text, |d| {
                if let Some(doc) = &variant.doc {
                    d.form("doc", |d| d.quoted(doc));
                }
                for field in &variant.fields {
                    d.field_decl(field);
                }
            });
        }
    }

    // Types.

    fn ty(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeExprKind::Named { path, args } => {
                self.path(path);
                if !args.is_empty() {
                    self.out.push('<');
                    let types: Vec<String> = args.iter().map(type_expr).collect();
                    self.out.push_str(&types.join(", "));
                    self.out.push('>');
                }
            }
            TypeExprKind::List(element) => self.form("list", |d| d.ty(element)),
            TypeExprKind::Option(inner) => self.form("?", |d| d.ty(inner)),
            TypeExprKind::Tuple(parts) => self.types("tuple", parts),
            TypeExprKind::Fun { params, result } => self.form("fun", |d| {
                d.group(params, Self::ty);
                d.annotation(result.as_deref());
            }),
            TypeExprKind::AnyFun { result } => self.form("fun", |d| {
                d.word("...any");
                d.annotation(result.as_deref());
            }),
            TypeExprKind::Record(fields) => self.form("record", |d| {
                for (name, ty) in fields {
                    d.name(name);
                    d.annotation(Some(ty));
                }
            }),
            TypeExprKind::Union(members) => self.types("|", members),
            TypeExprKind::StrLiteral(text) => self.quoted(text),
            TypeExprKind::IntLiteral(value) => self.word(&value.to_string()),
            TypeExprKind::Error => self.word("<error>"),
        }
    }

    fn types(&mut self, head: &str, types: &[TypeExpr]) {
        self.form(head, |d| {
            for ty in types {
                d.ty(ty);
            }
        });
    }

    // Expressions.

    fn expr(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Int(value) => self.word(&value.to_string()),
            ExprKind::Float(value) => self.word(&format!("{value:?}")),
            ExprKind::Str(text) => self.quoted(text),
            ExprKind::Bytes(bytes) => self.word(&format!("b\"{}\"", bytes.escape_ascii())),
            ExprKind::FStr(parts) => self.form("f", |d| {
                for part in parts {
                    d.f_part(part);
                }
            }),
            ExprKind::Bool(value) => self.word(if *value { "true" } else { "false" }),
            ExprKind::None => self.word("none"),
            ExprKind::Name(name) => self.word(name),
            ExprKind::List(items) => self.exprs("list", items),
            ExprKind::Map(entries) => self.entries("map", entries),
            ExprKind::Set(items) => self.exprs("set", items),
            ExprKind::OMap(entries) => self.entries("omap", entries),
            ExprKind::Tuple(items) => self.exprs("tuple", items),
            ExprKind::Paren(inner) => self.form("paren", |d| d.expr(inner)),
            ExprKind::Record { path, fields } => self.form("new", |d| {
                d.path(path);
                for (name, value) in fields {
                    d.name(name);
                    d.initial(Some(value));
                }
            }),
            ExprKind::Unary { op, operand } => self.form(op.text(), |d| d.expr(operand)),
            ExprKind::Binary {
                op, left, right, ..
            } => self.form(op.text(), |d| {
                d.expr(left);
                d.expr(right);
            }),
            ExprKind::Query(query) => self.query(query),
            ExprKind::Data(data) => self.data_expr(data),
            ExprKind::Async(value) => self.async_expr(value),
            ExprKind::Error => self.word("<error>"),
            _ => self.compound(value),
        }
    }

    /// Postfix forms, lambdas, `if` and `match`.
    fn compound(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Call { callee, args, .. } => self.form("call", |d| {
                d.expr(callee);
                for arg in args {
                    d.arg(arg);
                }
            }),
            ExprKind::Field { object, name } => self.form(".", |d| {
                d.expr(object);
                d.name(name);
            }),
            ExprKind::SafeField { object, name } => self.form("?.", |d| {
                d.expr(object);
                d.name(name);
            }),
            ExprKind::Index { object, subscripts } => self.form("at", |d| {
                d.expr(object);
                d.subscripts(subscripts);
            }),
            ExprKind::SafeIndex { object, index } => self.form("?at", |d| {
                d.expr(object);
                d.expr(index);
            }),
            ExprKind::Cast { value, ty } => self.form("as", |d| {
                d.expr(value);
                d.ty(ty);
            }),
            ExprKind::Lambda(lambda) => self.form("lambda", |d| {
                d.flag(lambda.is_async, "async");
                d.type_params(&lambda.type_params);
                d.group(&lambda.params, Self::param);
                d.annotation(lambda.result.as_ref());
                d.effects(lambda.effects.as_deref());
                match &lambda.body {
                    LambdaBody::Expr(value) => d.expr(value),
                    LambdaBody::Block(block) => d.block(block),
                }
            }),
            ExprKind::If {
                cond,
                then,
                otherwise,
            } => self.form("if-expr", |d| {
                d.expr(cond);
                d.expr(then);
                if let Some(otherwise) = otherwise {
                    d.expr(otherwise);
                }
            }),
            ExprKind::Match(value) => self.form("match", |d| {
                d.expr(&value.subject);
                for arm in &value.arms {
                    d.arm(arm);
                }
            }),
            _ => {}
        }
    }

    fn exprs(&mut self, head: &str, items: &[Expr]) {
        self.form(head, |d| {
            for item in items {
                d.expr(item);
            }
        });
    }

    fn entries(&mut self, head: &str, entries: &[MapEntry]) {
        self.form(head, |d| {
            for entry in entries {
                match &entry.key {
                    MapKey::Word(name) => d.name(name),
                    MapKey::Expr(key) => d.expr(key),
                }
                d.initial(Some(&entry.value));
            }
        });
    }

    fn f_part(&mut self, part: &FStrPart) {
        match part {
            FStrPart::Text(text) => self.quoted(text),
            FStrPart::Value { value, spec } => {
                self.expr(value);
                if let Some((spec, _)) = spec {
                    self.word(&format!(":{spec}"));
                }
            }
        }
    }

    fn arg(&mut self, arg: &Arg) {
        if let Some(name) = &arg.name {
            self.name(name);
            self.word("=");
        }
        self.expr(&arg.value);
    }

    fn subscripts(&mut self, subscripts: &[Subscript]) {
        self.group(subscripts, |d, subscript| match subscript {
            Subscript::Index(index) => d.expr(index),
            Subscript::Slice {
                start, stop, step, ..
            } => d.form("slice", |d| {
                for part in [start, stop, step] {
                    match part {
                        Some(part) => d.expr(part),
                        None => d.word("_"),
                    }
                }
            }),
        });
    }

    fn arm(&mut self, arm: &Arm) {
        self.form("arm", |d| {
            d.pattern(&arm.pattern);
            if let Some(guard) = &arm.guard {
                d.form("when", |d| d.expr(guard));
            }
            match &arm.body {
                ArmBody::Expr(value) => d.expr(value),
                ArmBody::Block(block) => d.block(block),
            }
        });
    }

    fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Wildcard => self.word("_"),
            PatternKind::Name(name) => self.word(name),
            PatternKind::Path(path) => self.path(path),
            PatternKind::Variant { name, args } => self.form(&name.text, |d| {
                for arg in args {
                    d.pattern(arg);
                }
            }),
            PatternKind::Typed { name, ty } => {
                self.name(name);
                self.annotation(Some(ty));
            }
            PatternKind::Literal(value) => self.expr(value),
            PatternKind::Error => self.word("<error>"),
        }
    }
}
