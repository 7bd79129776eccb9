//! Attributes that methods assign to `self`; what `__init__` assigns counts first. In stubs only
//! those count that are written with a type.

use std::rc::Rc;

use mochi_surface::{MemberKind, ParameterKind, PyType, SkipReason, Value};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef, Suite};
use ruff_text_size::{Ranged, TextSize};

use crate::function::{Receiver, literal_type};
use crate::index::{ClassNode, Def, InstanceAttribute, ModuleIndex};
use crate::scope::Ctx;
use crate::universe::Universe;

impl Universe {
    /// Whether a base class declares what a method merely assigns.
    pub(crate) fn is_inherited(&self, node: &Rc<ClassNode>, attribute: &InstanceAttribute) -> bool {
        if attribute.annotation.is_some() {
            return false;
        }
        self.mro(node).iter().skip(1).any(|base| {
            let Some((_, base)) = crate::mro::class_of(base).and_then(|b| self.class_node(b))
            else {
                return false;
            };
            base.scope.sites.get(&attribute.name).is_some_and(|sites| {
                sites
                    .iter()
                    .any(|site| matches!(site.def, Def::Annotated(_) | Def::Function(_)))
            })
        })
    }

    /// The member that an assignment to `self` makes.
    pub(crate) fn instance_member(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        found: &InstanceAttribute,
    ) -> MemberKind {
        let ctx = self.class_ctx(module, node);
        let ty = match (&found.annotation, &found.value) {
            (Some(annotation), value) => self.declared_type(&ctx, annotation, value.as_ref()),
            (None, Some(Expr::Name(name))) => {
                let parameter = found.method.parameters.find(name.id.as_str());
                match parameter {
                    // What the method itself rebinds is no longer the parameter.
                    Some(parameter) => {
                        match (&parameter.parameter.annotation, &parameter.default) {
                            (Some(annotation), default) => {
                                let ty = self.eval_type(&ctx, annotation);
                                match default.as_deref() {
                                    Some(Expr::NoneLiteral(_)) => PyType::union([ty, PyType::None]),
                                    _ => ty,
                                }
                            }
                            (None, Some(default)) => literal_type(default)
                                .unwrap_or(PyType::Unknown(SkipReason::NoAnnotation)),
                            (None, None) => PyType::Unknown(SkipReason::NoAnnotation),
                        }
                    }
                    None => PyType::Unknown(SkipReason::NoAnnotation),
                }
            }
            // `None` is where something comes later.
            (None, Some(Expr::NoneLiteral(_)) | None) => PyType::Unknown(SkipReason::NoAnnotation),
            (None, Some(value)) => match self.commented_type(&ctx, found.end) {
                Some(ty) => ty,
                None => self.infer(&self.body_ctx(&ctx, &found.method), value),
            },
        };
        MemberKind::Attribute {
            value: Value {
                ty,
                is_final: false,
                place: Some(module.place(found.at)),
            },
            class_level: false,
        }
    }

    /// The context of a method's body: its parameters by their types, what else it binds unknown.
    fn body_ctx(&self, ctx: &Ctx, method: &StmtFunctionDef) -> Ctx {
        let signature = self.signature(ctx, method, Receiver::Instance);
        let mut assigned: Vec<Rc<str>> = Vec::new();
        bound_names(&method.body, &mut assigned);
        let unknown = || PyType::Unknown(SkipReason::NoAnnotation);
        let mut locals: Vec<(Rc<str>, PyType)> = Vec::new();
        for (at, param) in signature.params.into_iter().enumerate() {
            let ty = match (at, &ctx.class) {
                (0, Some(class)) => PyType::Class(class.name.clone(), Rc::from([])),
                _ if assigned.contains(&param.name)
                    || matches!(param.kind, ParameterKind::VarArgs | ParameterKind::KwArgs) =>
                {
                    unknown()
                }
                _ => param.ty,
            };
            locals.push((param.name, ty));
        }
        locals.extend(assigned.into_iter().map(|name| (name, unknown())));
        Ctx {
            class: None,
            locals: Rc::new(locals),
            ..ctx.clone()
        }
    }

    /// What the methods of a class assign to `self`, `__init__` first.
    pub(crate) fn instance_attributes(node: &Rc<ClassNode>) -> Rc<Vec<InstanceAttribute>> {
        node.instance
            .get_or_init(|| {
                let mut found = Vec::new();
                let first = ["__init__", "__post_init__", "__attrs_post_init__"];
                let others = node.scope.order.iter().map(|name| &**name);
                let others = others.filter(|name| !first.contains(name) && *name != "__new__");
                for name in first.into_iter().chain(others) {
                    let Some(sites) = node.scope.sites.get(name) else {
                        continue;
                    };
                    for site in sites {
                        if let Def::Function(method) = &site.def
                            && let Some(receiver) = method
                                .parameters
                                .posonlyargs
                                .first()
                                .or(method.parameters.args.first())
                            && takes_instance(method)
                        {
                            let receiver = receiver.name().as_str();
                            collect(&method.body, receiver, method, &mut found);
                        }
                    }
                }
                found.retain(|attribute: &InstanceAttribute| {
                    !node.scope.sites.contains_key(&attribute.name)
                });
                Rc::new(found)
            })
            .clone()
    }
}

/// Whether nothing says that the first parameter is no instance.
fn takes_instance(method: &StmtFunctionDef) -> bool {
    !method.decorator_list.iter().any(|decorator| {
        matches!(
            &decorator.expression,
            Expr::Name(name) if matches!(name.id.as_str(), "classmethod" | "staticmethod")
        )
    })
}

/// The names that statements bind, blocks included.
fn bound_names(body: &Suite, names: &mut Vec<Rc<str>>) {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Finder<'n>(&'n mut Vec<Rc<str>>);
    impl<'a> Visitor<'a> for Finder<'_> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::FunctionDef(function) => self.0.push(Rc::from(function.name.as_str())),
                Stmt::ClassDef(class) => self.0.push(Rc::from(class.name.as_str())),
                Stmt::Import(import) => {
                    for alias in &import.names {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name);
                        self.0.push(Rc::from(name.as_str()));
                    }
                }
                Stmt::ImportFrom(import) => {
                    for alias in &import.names {
                        let name = alias.asname.as_ref().unwrap_or(&alias.name);
                        self.0.push(Rc::from(name.as_str()));
                    }
                }
                other => walk_stmt(self, other),
            }
        }
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Name(name) = expr
                && name.ctx.is_store()
            {
                self.0.push(Rc::from(name.id.as_str()));
            }
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder(names);
    for statement in body {
        finder.visit_stmt(statement);
    }
}

/// Collects `self.x = …` and `self.x: T = …` in the body, blocks included.
fn collect(
    body: &Suite,
    receiver: &str,
    method: &Rc<StmtFunctionDef>,
    found: &mut Vec<InstanceAttribute>,
) {
    let mut add =
        |target: &Expr, annotation: Option<&Expr>, value: Option<&Expr>, end: TextSize| {
            if let Expr::Attribute(attribute) = target
                && matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == receiver)
            {
                found.push(InstanceAttribute {
                    name: Rc::from(attribute.attr.as_str()),
                    annotation: annotation.cloned(),
                    value: value.cloned(),
                    method: method.clone(),
                    at: attribute.start(),
                    end,
                });
            }
        };
    let mut blocks: Vec<&Suite> = Vec::new();
    for statement in body {
        match statement {
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    match target {
                        Expr::Tuple(tuple) => {
                            tuple
                                .elts
                                .iter()
                                .for_each(|target| add(target, None, None, assign.end()));
                        }
                        other => add(other, None, Some(&assign.value), assign.end()),
                    }
                }
            }
            Stmt::AnnAssign(assign) => {
                add(
                    &assign.target,
                    Some(&assign.annotation),
                    assign.value.as_deref(),
                    assign.end(),
                );
            }
            Stmt::If(statement) => {
                blocks.push(&statement.body);
                blocks.extend(
                    statement
                        .elif_else_clauses
                        .iter()
                        .map(|clause| &clause.body),
                );
            }
            Stmt::For(statement) => blocks.extend([&statement.body, &statement.orelse]),
            Stmt::While(statement) => blocks.extend([&statement.body, &statement.orelse]),
            Stmt::With(statement) => blocks.push(&statement.body),
            Stmt::Try(statement) => {
                blocks.extend([&statement.body, &statement.orelse, &statement.finalbody]);
                for handler in &statement.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    blocks.push(&handler.body);
                }
            }
            _ => {}
        }
    }
    for block in blocks {
        collect(block, receiver, method, found);
    }
}
