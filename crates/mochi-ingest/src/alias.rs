//! Type aliases and type variables: declared once, expanded where they are used.
//!
//! Spec: typing-spec "type aliases", "generics"; PEP 695, PEP 696.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use mochi_surface::{ClassName, PyType, SkipReason, TypeVar, TypeVarKind};
use ruff_python_ast::{Expr, StmtAnnAssign, StmtAssign, StmtTypeAlias, TypeParam, TypeParams};

use crate::lookup::Local;
use crate::scope::{Ctx, local_ctx};
use crate::subst::{nesting, substitute};
use crate::universe::Universe;

/// How deep an alias's type may nest: every walk over a type takes stack.
const MAX_NESTING: u32 = 64;

/// A type alias.
pub(crate) struct Alias {
    home: Local,
    body: AliasBody,
    expanded: RefCell<Option<Rc<Expanded>>>,
    /// Its place in the chain of aliases under evaluation.
    busy: Cell<Option<u32>>,
}

/// How an alias is written.
pub(crate) enum AliasBody {
    /// `type X = …`.
    Statement(Rc<StmtTypeAlias>),
    /// `X: TypeAlias = …`.
    Declared(Rc<StmtAnnAssign>),
    /// `X = …`.
    Assigned(Rc<StmtAssign>),
    /// `X = NewType("X", …)`.
    NewType(Rc<StmtAssign>),
    /// `X = TypeAliasType("X", …)`.
    Made(Rc<StmtAssign>),
    /// `None`.
    None,
}

/// An evaluated alias.
pub(crate) struct Expanded {
    vars: Vec<Rc<TypeVar>>,
    ty: PyType,
}

impl Alias {
    pub(crate) fn new(home: &Local, body: AliasBody) -> Self {
        Self {
            home: home.clone(),
            body,
            expanded: RefCell::default(),
            busy: Cell::default(),
        }
    }

    pub(crate) fn none(home: &Local) -> Self {
        Self::new(home, AliasBody::None)
    }
}

/// A type variable declared by assignment.
pub(crate) struct VarDecl {
    home: Local,
    kind: TypeVarKind,
    assign: Rc<StmtAssign>,
    parts: RefCell<Option<Rc<VarParts>>>,
    busy: Cell<bool>,
}

#[derive(Default)]
struct VarParts {
    bound: Option<PyType>,
    constraints: Vec<PyType>,
    default: Option<PyType>,
}

impl VarDecl {
    pub(crate) fn new(home: &Local, class: &ClassName, assign: &Rc<StmtAssign>) -> Self {
        let kind = match &*class.qualname {
            "ParamSpec" => TypeVarKind::ParamSpec,
            "TypeVarTuple" => TypeVarKind::Tuple,
            _ => TypeVarKind::Plain,
        };
        Self {
            home: home.clone(),
            kind,
            assign: assign.clone(),
            parts: RefCell::default(),
            busy: Cell::default(),
        }
    }

    pub(crate) fn kind(&self) -> &TypeVarKind {
        &self.kind
    }
}

impl Universe {
    /// The variable that a declared type variable is in a context: an enclosing class's, or one
    /// that the context's owner binds.
    pub(crate) fn var(&self, ctx: &Ctx, decl: &VarDecl) -> Rc<TypeVar> {
        let name = &decl.home.name;
        let is_it = |var: &&Rc<TypeVar>| var.name == *name;
        if let Some(var) = ctx.bound.iter().rev().find(is_it) {
            return var.clone();
        }
        if let Some(var) = ctx.fresh.borrow().iter().find(is_it) {
            return var.clone();
        }
        let parts = self.var_parts(decl);
        let var = Rc::new(TypeVar {
            id: Rc::from(format!("{name}@{}", ctx.owner)),
            name: name.clone(),
            kind: decl.kind.clone(),
            bound: parts.bound.clone(),
            constraints: parts.constraints.clone(),
            default: parts.default.clone(),
        });
        ctx.fresh.borrow_mut().push(var.clone());
        var
    }

    fn var_parts(&self, decl: &VarDecl) -> Rc<VarParts> {
        if let Some(parts) = &*decl.parts.borrow() {
            return parts.clone();
        }
        if decl.busy.get() {
            return Rc::default();
        }
        let Expr::Call(call) = &*decl.assign.value else {
            return Rc::default();
        };
        decl.busy.set(true);
        let ctx = local_ctx(&decl.home);
        let mut parts = VarParts::default();
        if decl.kind == TypeVarKind::Plain {
            for constraint in call.arguments.args.iter().skip(1) {
                parts.constraints.push(self.eval_type(&ctx, constraint));
            }
            if let Some(bound) = call.arguments.find_keyword("bound")
                && !matches!(bound.value, Expr::NoneLiteral(_))
            {
                parts.bound = Some(self.eval_type(&ctx, &bound.value));
            }
            if let Some(default) = call.arguments.find_keyword("default") {
                parts.default = Some(self.eval_type(&ctx, &default.value));
            }
        }
        decl.busy.set(false);
        let parts = Rc::new(parts);
        *decl.parts.borrow_mut() = Some(parts.clone());
        parts
    }

    /// The variables of a PEP 695 list, as variables of the context's owner; they see each other.
    pub(crate) fn type_params(
        &self,
        ctx: &mut Ctx,
        params: Option<&TypeParams>,
    ) -> Vec<Rc<TypeVar>> {
        let Some(params) = params else {
            return Vec::new();
        };
        let start = ctx.params.len();
        let plain = |name: &str, kind: TypeVarKind| {
            Rc::new(TypeVar {
                id: Rc::from(format!("{name}@{}", ctx.owner)),
                name: Rc::from(name),
                kind,
                bound: None,
                constraints: Vec::new(),
                default: None,
            })
        };
        // First without bounds, so that a bound can name a sibling.
        let bare: Vec<Rc<TypeVar>> = params
            .iter()
            .map(|param| match param {
                TypeParam::TypeVar(var) => plain(var.name.as_str(), TypeVarKind::Plain),
                TypeParam::ParamSpec(var) => plain(var.name.as_str(), TypeVarKind::ParamSpec),
                TypeParam::TypeVarTuple(var) => plain(var.name.as_str(), TypeVarKind::Tuple),
            })
            .collect();
        ctx.params.extend(bare.iter().cloned());
        let full: Vec<Rc<TypeVar>> = params
            .iter()
            .zip(&bare)
            .map(|(param, bare)| {
                let TypeParam::TypeVar(var) = param else {
                    return bare.clone();
                };
                if var.bound.is_none() && var.default.is_none() {
                    return bare.clone();
                }
                let mut full = (**bare).clone();
                match var.bound.as_deref() {
                    Some(Expr::Tuple(constraints)) => {
                        full.constraints = constraints
                            .iter()
                            .map(|constraint| self.eval_type(ctx, constraint))
                            .collect();
                    }
                    Some(bound) => full.bound = Some(self.eval_type(ctx, bound)),
                    None => {}
                }
                full.default = var.default.as_deref().map(|ty| self.eval_type(ctx, ty));
                Rc::new(full)
            })
            .collect();
        ctx.params.truncate(start);
        ctx.params.extend(full.iter().cloned());
        full
    }

    /// The type that an alias with arguments stands for.
    pub(crate) fn expand(&self, alias: &Alias, arguments: &[PyType]) -> PyType {
        let Some(expanded) = self.expanded(alias) else {
            return PyType::Unknown(SkipReason::RecursiveAlias);
        };
        if expanded.vars.is_empty() {
            return expanded.ty.clone();
        }
        substitute(&expanded.ty, &crate::subst::bind(&expanded.vars, arguments))
    }

    /// The alias evaluated; none where it contains itself.
    fn expanded(&self, alias: &Alias) -> Option<Rc<Expanded>> {
        if let Some(known) = &*alias.expanded.borrow() {
            return Some(known.clone());
        }
        if let Some(level) = alias.busy.get() {
            self.lowest_recursion
                .set(self.lowest_recursion.get().min(level));
            return None;
        }
        let level = self.alias_level.get();
        let outer_lowest = self.lowest_recursion.replace(u32::MAX);
        alias.busy.set(Some(level));
        self.alias_level.set(level + 1);
        let mut expanded = self.evaluate_alias(alias);
        if nesting(&expanded.ty, 0) > MAX_NESTING {
            expanded.ty = PyType::Unknown(SkipReason::UnsupportedExpression);
        }
        let expanded = Rc::new(expanded);
        self.alias_level.set(level);
        alias.busy.set(None);
        let lowest = self.lowest_recursion.get();
        // What was cut short by an alias further out is only right inside that one.
        if lowest >= level {
            *alias.expanded.borrow_mut() = Some(expanded.clone());
        }
        let inner = if lowest < level { lowest } else { u32::MAX };
        self.lowest_recursion.set(outer_lowest.min(inner));
        Some(expanded)
    }

    fn evaluate_alias(&self, alias: &Alias) -> Expanded {
        let mut ctx = local_ctx(&alias.home);
        let call_argument = |assign: &StmtAssign| match &*assign.value {
            Expr::Call(call) => call.arguments.args.get(1).cloned(),
            _ => None,
        };
        let unknown = PyType::Unknown(SkipReason::UnsupportedExpression);
        match &alias.body {
            AliasBody::None => Expanded {
                vars: Vec::new(),
                ty: PyType::None,
            },
            AliasBody::Statement(statement) => {
                let vars = self.type_params(&mut ctx, statement.type_params.as_deref());
                let ty = self.eval_type(&ctx, &statement.value);
                Expanded { vars, ty }
            }
            AliasBody::Declared(assign) => {
                let ty = match &assign.value {
                    Some(value) => self.eval_type(&ctx, value),
                    None => unknown,
                };
                let vars = ctx.fresh.take();
                Expanded { vars, ty }
            }
            AliasBody::Assigned(assign) => {
                let ty = self.eval_type(&ctx, &assign.value);
                let vars = ctx.fresh.take();
                Expanded { vars, ty }
            }
            AliasBody::NewType(assign) => Expanded {
                vars: Vec::new(),
                ty: call_argument(assign).map_or(unknown, |expr| self.eval_type(&ctx, &expr)),
            },
            AliasBody::Made(assign) => {
                // The variables come in the order of this list, not of the type's text.
                let params = match &*assign.value {
                    Expr::Call(call) => call.arguments.find_keyword("type_params"),
                    _ => None,
                };
                if let Some(Expr::Tuple(params)) = params.map(|keyword| &keyword.value) {
                    for param in &params.elts {
                        self.eval_type(&ctx, param);
                    }
                }
                let ty = call_argument(assign).map_or(unknown, |expr| self.eval_type(&ctx, &expr));
                let vars = ctx.fresh.take();
                Expanded { vars, ty }
            }
        }
    }
}
