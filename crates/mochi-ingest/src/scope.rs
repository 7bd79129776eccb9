//! What names mean where a type is written: the class body first, then the module, then builtins.

use std::cell::RefCell;
use std::rc::Rc;

use mochi_surface::{ClassName, ModuleName, PyType, SkipReason, TypeVar};
use ruff_python_ast::{Expr, Operator};

use crate::alias::{Alias, AliasBody, VarDecl};
use crate::index::{ClassNode, ClassOrigin, Def, MadeKind, ModuleIndex, Scope};
use crate::lookup::{Found, Local};
use crate::special::{Special, old_alias, special};
use crate::universe::Universe;

/// What a name means in a type expression.
pub(crate) enum Symbol {
    Class(ClassName),
    Special(Special),
    /// A type variable declared by assignment.
    Var(Rc<VarDecl>),
    /// A type variable of a PEP 695 list in scope.
    Bound(Rc<TypeVar>),
    Alias(Rc<Alias>),
    Module(ModuleName),
    /// A function, a variable: no type.
    Value(Local),
    Missing(SkipReason),
}

impl Symbol {
    /// Whether it can stand in a type expression.
    pub(crate) fn is_type(&self) -> bool {
        matches!(
            self,
            Self::Class(_) | Self::Special(_) | Self::Var(_) | Self::Bound(_) | Self::Alias(_)
        )
    }
}

/// Where a type expression stands.
#[derive(Clone)]
pub(crate) struct Ctx {
    pub(crate) module: Rc<ModuleIndex>,
    /// The innermost class whose body holds the expression.
    pub(crate) class: Option<Rc<ClassNode>>,
    /// PEP 695 variables in scope, innermost last.
    pub(crate) params: Vec<Rc<TypeVar>>,
    /// Variables that an enclosing class binds.
    pub(crate) bound: Vec<Rc<TypeVar>>,
    /// The scope that binds the others.
    pub(crate) owner: Rc<str>,
    /// The others, in order of appearance.
    pub(crate) fresh: Rc<RefCell<Vec<Rc<TypeVar>>>>,
    /// Keep `ParamSpec`s as variables (decorators need them).
    pub(crate) keeps_param_spec: bool,
    /// The names that a function body binds, with what is known of them.
    pub(crate) locals: Rc<Vec<(Rc<str>, PyType)>>,
}

impl Ctx {
    /// The context of a module's top level.
    pub(crate) fn module(module: &Rc<ModuleIndex>, owner: &str) -> Self {
        Self {
            module: module.clone(),
            class: None,
            params: Vec::new(),
            bound: Vec::new(),
            owner: Rc::from(owner),
            fresh: Rc::default(),
            keeps_param_spec: false,
            locals: Rc::default(),
        }
    }

    /// The same place, binding its variables for another owner.
    pub(crate) fn owned(&self, owner: &str) -> Self {
        Self {
            owner: Rc::from(owner),
            fresh: Rc::default(),
            ..self.clone()
        }
    }
}

impl Universe {
    /// The context of a class body, its type variables bound.
    pub(crate) fn class_ctx(&self, module: &Rc<ModuleIndex>, class: &Rc<ClassNode>) -> Ctx {
        let mut ctx = self.class_outer_ctx(module, class);
        ctx.class = Some(class.clone());
        if let Some(header) = self.header(class) {
            if class.statement().is_some_and(|s| s.type_params.is_some()) {
                ctx.params.extend(header.type_vars.iter().cloned());
            }
            ctx.bound.extend(header.type_vars.iter().cloned());
        }
        ctx
    }

    /// The context in which a class statement's bases are written.
    pub(crate) fn class_outer_ctx(&self, module: &Rc<ModuleIndex>, class: &ClassNode) -> Ctx {
        let owner = class.name.to_string();
        if let Some((outer, _)) = class.name.qualname.rsplit_once('.') {
            let outer = ClassName::new(class.name.module.clone(), outer);
            if let Some((_, outer)) = self.class_node(&outer) {
                return self.class_ctx(module, &outer).owned(&owner);
            }
        }
        Ctx::module(module, &owner)
    }

    /// What a name means in a context.
    pub(crate) fn resolve_name(&self, ctx: &Ctx, name: &str) -> Rc<Symbol> {
        if let Some(var) = ctx.params.iter().rev().find(|var| &*var.name == name) {
            return Rc::new(Symbol::Bound(var.clone()));
        }
        if let Some(class) = &ctx.class {
            if let Some(found) = self.find_in_class(&ctx.module, class, name) {
                let symbol = self.symbol(&found);
                if symbol.is_type() || matches!(*symbol, Symbol::Module(_)) {
                    return symbol;
                }
            }
            // A class can name itself and its siblings in an annotation only by the outer scopes,
            // but stubs do nest: the enclosing classes are searched as checkers do.
            let mut qualname: &str = &class.name.qualname;
            while let Some((outer, _)) = qualname.rsplit_once('.') {
                let outer_name = ClassName::new(class.name.module.clone(), outer);
                if let Some((_, outer)) = self.class_node(&outer_name)
                    && let Some(found) = self.find_in_class(&ctx.module, &outer, name)
                {
                    let symbol = self.symbol(&found);
                    if symbol.is_type() {
                        return symbol;
                    }
                }
                qualname = outer;
            }
        }
        if let Some(found) = self.find(&ctx.module, name) {
            // A submodule that shares a builtin's name is not bound by it, and a module's
            // `__getattr__` serves attributes, not its own names.
            let is_bound = match &found {
                Found::Module(_) | Found::Missing(SkipReason::DynamicAttribute) => {
                    ctx.module.scope.sites.contains_key(name)
                }
                _ => true,
            };
            if is_bound {
                return self.symbol(&found);
            }
        }
        match self.builtin(name) {
            Some(found) => self.symbol(&found),
            None => Rc::new(Symbol::Missing(SkipReason::UnresolvedReference)),
        }
    }

    /// A name of `builtins`.
    pub(crate) fn builtin(&self, name: &str) -> Option<Found> {
        let builtins = self.load(&self.builtins)?;
        self.find(&builtins, name)
    }

    /// What a found name means in a type expression.
    pub(crate) fn symbol(&self, found: &Found) -> Rc<Symbol> {
        match found {
            Found::Module(name) => Rc::new(Symbol::Module(name.clone())),
            Found::Missing(reason) => Rc::new(Symbol::Missing(*reason)),
            Found::Local(local) => self.local_symbol(local),
        }
    }

    fn local_symbol(&self, local: &Local) -> Rc<Symbol> {
        let scope: &Scope = local.scope();
        if let Some(known) = scope.symbols.borrow().get(&local.name) {
            return known.clone();
        }
        // A name that leads back to itself is nothing.
        scope.symbols.borrow_mut().insert(
            local.name.clone(),
            Rc::new(Symbol::Missing(SkipReason::RecursiveAlias)),
        );
        let Some(symbol) = self.nested(|| self.classify(local)) else {
            // Cut short: another way to the name may be shorter.
            scope.symbols.borrow_mut().remove(&local.name);
            return Rc::new(Symbol::Missing(SkipReason::UnsupportedExpression));
        };
        let symbol = Rc::new(symbol);
        scope
            .symbols
            .borrow_mut()
            .insert(local.name.clone(), symbol.clone());
        symbol
    }

    fn classify(&self, local: &Local) -> Symbol {
        let module = local.module.name.as_str();
        if local.class.is_none() {
            if let Some(form) = special(module, &local.name) {
                return Symbol::Special(form);
            }
            if let Some(class) = old_alias(module, &local.name) {
                return Symbol::Class(class);
            }
            if module == "types" && &*local.name == "NoneType" {
                return Symbol::Alias(Rc::new(Alias::none(local)));
            }
        }
        let Some(site) = self.choose(local.scope(), &local.name) else {
            return Symbol::Missing(SkipReason::UnresolvedReference);
        };
        match &site.def {
            Def::Class(class) => {
                self.register(&local.module, class);
                Symbol::Class(class.name.clone())
            }
            Def::TypeAlias(alias) => Symbol::Alias(Rc::new(Alias::new(
                local,
                AliasBody::Statement(alias.clone()),
            ))),
            Def::Annotated(assign) => {
                let ctx = local_ctx(local);
                match (
                    &assign.value,
                    self.is_alias_annotation(&ctx, &assign.annotation),
                ) {
                    (Some(value), true) if is_own_name(value, local) => {
                        self.second_name(local, &self.outer_meaning(local))
                    }
                    (Some(_), true) => Symbol::Alias(Rc::new(Alias::new(
                        local,
                        AliasBody::Declared(assign.clone()),
                    ))),
                    _ => Symbol::Value(local.clone()),
                }
            }
            Def::Assigned(assign) => self.classify_assigned(local, assign),
            _ => Symbol::Value(local.clone()),
        }
    }

    pub(crate) fn is_alias_annotation(&self, ctx: &Ctx, annotation: &Expr) -> bool {
        let symbol = match annotation {
            Expr::Name(_) | Expr::Attribute(_) => self.resolve_expr(ctx, annotation),
            Expr::StringLiteral(text) => return text.value.to_str().ends_with("TypeAlias"),
            _ => return false,
        };
        matches!(*symbol, Symbol::Special(Special::TypeAlias))
    }

    fn classify_assigned(&self, local: &Local, assign: &Rc<ruff_python_ast::StmtAssign>) -> Symbol {
        let ctx = local_ctx(local);
        match &*assign.value {
            Expr::Call(call) => {
                let function = self.resolve_expr(&ctx, &call.func);
                match &*function {
                    Symbol::Class(class) => self.classify_call(local, class, assign, call),
                    Symbol::Special(Special::TypedDict) => {
                        self.made_class(local, MadeKind::TypedDict, assign)
                    }
                    Symbol::Special(Special::NamedTuple) => {
                        self.made_class(local, MadeKind::NamedTuple, assign)
                    }
                    Symbol::Value(function)
                        if &*function.name == "namedtuple"
                            && function.module.name.as_str() == "collections" =>
                    {
                        self.made_class(local, MadeKind::UntypedTuple, assign)
                    }
                    _ => Symbol::Value(local.clone()),
                }
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                let symbol = if is_own_name(&assign.value, local) {
                    self.outer_meaning(local)
                } else {
                    self.resolve_expr(&ctx, &assign.value)
                };
                self.second_name(local, &symbol)
            }
            Expr::Subscript(_) | Expr::BinOp(_) if self.is_type_expr(&ctx, &assign.value) => {
                Symbol::Alias(Rc::new(Alias::new(
                    local,
                    AliasBody::Assigned(assign.clone()),
                )))
            }
            _ => Symbol::Value(local.clone()),
        }
    }

    /// `str = str`: the name means what it means further out.
    fn outer_meaning(&self, local: &Local) -> Rc<Symbol> {
        if local.class.is_some() {
            let outer = Ctx::module(&local.module, &local_ctx(local).owner);
            return self.resolve_name(&outer, &local.name);
        }
        match self.builtin(&local.name) {
            Some(found) => self.symbol(&found),
            None => Rc::new(Symbol::Missing(SkipReason::UnresolvedReference)),
        }
    }

    /// What another name of something is.
    fn second_name(&self, local: &Local, symbol: &Symbol) -> Symbol {
        match symbol {
            Symbol::Class(class) => Symbol::Class(class.clone()),
            Symbol::Special(form) => Symbol::Special(*form),
            Symbol::Var(var) => Symbol::Var(var.clone()),
            Symbol::Alias(alias) => Symbol::Alias(alias.clone()),
            Symbol::Module(module) => Symbol::Module(module.clone()),
            // A second name of a function.
            Symbol::Value(other) if local.class.is_none() && self.is_function(other) => {
                Symbol::Value(other.clone())
            }
            _ => Symbol::Value(local.clone()),
        }
    }

    fn is_function(&self, local: &Local) -> bool {
        local.class.is_none()
            && self
                .choose(local.scope(), &local.name)
                .is_some_and(|site| matches!(site.def, Def::Function(_)))
    }

    fn classify_call(
        &self,
        local: &Local,
        class: &ClassName,
        assign: &Rc<ruff_python_ast::StmtAssign>,
        call: &ruff_python_ast::ExprCall,
    ) -> Symbol {
        let module = class.module.as_str();
        if matches!(module, "typing" | "typing_extensions") {
            match &*class.qualname {
                "TypeVar" | "ParamSpec" | "TypeVarTuple" => {
                    return Symbol::Var(Rc::new(VarDecl::new(local, class, assign)));
                }
                "NewType" => {
                    return Symbol::Alias(Rc::new(Alias::new(
                        local,
                        AliasBody::NewType(assign.clone()),
                    )));
                }
                "TypeAliasType" => {
                    return Symbol::Alias(Rc::new(Alias::new(
                        local,
                        AliasBody::Made(assign.clone()),
                    )));
                }
                "NamedTuple" => return self.made_class(local, MadeKind::NamedTuple, assign),
                _ => {}
            }
        }
        if call.arguments.args.len() >= 2 && self.is_enum(class) {
            return self.made_class(local, MadeKind::Enum, assign);
        }
        Symbol::Value(local.clone())
    }

    fn made_class(
        &self,
        local: &Local,
        kind: MadeKind,
        assign: &Rc<ruff_python_ast::StmtAssign>,
    ) -> Symbol {
        let qualname: Rc<str> = match &local.class {
            Some(class) => Rc::from(format!("{}.{}", class.name.qualname, local.name)),
            None => local.name.clone(),
        };
        let node = Rc::new(ClassNode {
            name: ClassName::new(local.module.name.clone(), qualname.clone()),
            origin: ClassOrigin::Call(kind, assign.clone()),
            scope: Scope::default(),
            doc: None,
            at: assign.range.start(),
            header: RefCell::default(),
            record: RefCell::default(),
            instance: std::cell::OnceCell::default(),
        });
        self.register(&local.module, &node);
        local
            .module
            .made
            .borrow_mut()
            .insert(qualname, node.clone());
        Symbol::Class(node.name.clone())
    }

    /// Whether an assigned expression is a type rather than a value.
    fn is_type_expr(&self, ctx: &Ctx, expr: &Expr) -> bool {
        match expr {
            Expr::Name(_) | Expr::Attribute(_) => self.resolve_expr(ctx, expr).is_type(),
            Expr::Subscript(subscript) => self.is_type_expr(ctx, &subscript.value),
            Expr::BinOp(operation) if operation.op == Operator::BitOr => {
                let sides = [&*operation.left, &*operation.right];
                sides.iter().any(|side| self.is_type_expr(ctx, side))
                    && sides.iter().all(|side| {
                        matches!(side, Expr::NoneLiteral(_) | Expr::StringLiteral(_))
                            || self.is_type_expr(ctx, side)
                    })
            }
            _ => false,
        }
    }

    /// What a dotted expression means where it is evaluated rather than read as a type: a class
    /// body's own functions and variables come first.
    pub(crate) fn resolve_value(&self, ctx: &Ctx, expr: &Expr) -> Rc<Symbol> {
        match expr {
            Expr::Name(name) => {
                if let Some(class) = &ctx.class
                    && let Some(found) = self.find_in_class(&ctx.module, class, name.id.as_str())
                {
                    return self.symbol(&found);
                }
                self.resolve_expr(ctx, expr)
            }
            Expr::Attribute(attribute) => {
                let holder = self.resolve_value(ctx, &attribute.value);
                self.attribute_symbol(&holder, attribute.attr.as_str())
            }
            _ => self.resolve_expr(ctx, expr),
        }
    }

    /// What a dotted expression means.
    pub(crate) fn resolve_expr(&self, ctx: &Ctx, expr: &Expr) -> Rc<Symbol> {
        match expr {
            Expr::Name(name) => self.resolve_name(ctx, name.id.as_str()),
            Expr::Attribute(attribute) => {
                let holder = self.resolve_expr(ctx, &attribute.value);
                self.attribute_symbol(&holder, attribute.attr.as_str())
            }
            _ => Rc::new(Symbol::Missing(SkipReason::UnsupportedExpression)),
        }
    }

    /// What an attribute of a module or class means.
    pub(crate) fn attribute_symbol(&self, holder: &Symbol, name: &str) -> Rc<Symbol> {
        let missing = |reason| Rc::new(Symbol::Missing(reason));
        match holder {
            Symbol::Module(module) => match self.load(module) {
                Some(index) => match self.find(&index, name) {
                    Some(found) => self.symbol(&found),
                    None => missing(SkipReason::UnresolvedReference),
                },
                None => missing(SkipReason::UnresolvedReference),
            },
            Symbol::Class(class) => {
                for owner in self.ancestry(class) {
                    let Some((module, node)) = self.class_node(&owner) else {
                        continue;
                    };
                    if let Some(found) = self.find_in_class(&module, &node, name) {
                        return self.symbol(&found);
                    }
                }
                missing(SkipReason::UnresolvedReference)
            }
            Symbol::Missing(reason) => missing(*reason),
            _ => missing(SkipReason::UnsupportedExpression),
        }
    }
}

/// Where the definition's own expressions are written; a class's variables are not bound.
pub(crate) fn local_ctx(local: &Local) -> Ctx {
    let mut ctx = Ctx::module(&local.module, &local.path());
    ctx.class.clone_from(&local.class);
    ctx
}

/// Whether the value of an assignment is the very name that is assigned.
fn is_own_name(value: &Expr, local: &Local) -> bool {
    matches!(value, Expr::Name(name) if name.id.as_str() == &*local.name)
}
