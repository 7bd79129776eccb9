//! Record-like classes: dataclasses, `dataclass_transform`, named tuples, typed dicts; their fields
//! and the constructors that nobody wrote.
//!
//! Spec: typing-spec "dataclasses", "`dataclass_transform`", "named tuples", "typed dictionaries".

use std::rc::Rc;

use mochi_surface::{ClassName, Field, PyType, SkipReason};
use ruff_python_ast::{Arguments, Expr, ExprCall};

use crate::index::{ClassNode, ClassOrigin, Def, MadeKind, ModuleIndex};
use crate::mro::class_of;
use crate::scope::{Ctx, Symbol, local_ctx};
use crate::special::Special;
use crate::subst::{bind, substitute};
use crate::universe::Universe;

/// The fields of a record-like class.
pub(crate) struct Record {
    pub(crate) kind: RecordKind,
    pub(crate) fields: Vec<RecordField>,
    pub(crate) frozen: bool,
    /// The class itself asks for a constructor.
    pub(crate) makes_init: bool,
}

/// Which kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordKind {
    Dataclass,
    NamedTuple,
    TypedDict,
}

/// A field with what the constructor needs.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a field"
)]
pub(crate) struct RecordField {
    pub(crate) name: Rc<str>,
    /// The constructor's name for it.
    pub(crate) alias: Option<Rc<str>>,
    pub(crate) ty: PyType,
    pub(crate) has_default: bool,
    pub(crate) keyword_only: bool,
    pub(crate) in_init: bool,
    /// The class itself has the default as an attribute.
    pub(crate) on_class: bool,
}

impl RecordField {
    pub(crate) fn surface(&self) -> Option<Field> {
        self.in_init.then(|| Field {
            name: self.name.clone(),
            ty: self.ty.clone(),
            has_default: self.has_default,
            keyword_only: self.keyword_only,
        })
    }

    pub(crate) fn name(&self) -> &Rc<str> {
        &self.name
    }

    /// Whether the class itself has the attribute.
    pub(crate) fn on_class(&self) -> bool {
        self.on_class
    }

    pub(crate) fn ty(&self) -> &PyType {
        &self.ty
    }
}

/// What makes a class a dataclass.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
struct Spec {
    frozen: bool,
    keyword_only: bool,
    init: bool,
    /// Names of the functions that describe a field.
    specifiers: Vec<Rc<str>>,
    /// By a base class or metaclass: private names are no fields.
    by_base: bool,
    /// `@dataclass` itself: plain defaults stay on the class.
    keeps_defaults: bool,
}

impl Universe {
    /// The record that a class is, if it is one.
    pub(crate) fn record(&self, node: &Rc<ClassNode>) -> Option<Rc<Record>> {
        if let Some(record) = &*node.record.borrow() {
            return Some(record.clone());
        }
        let record = Rc::new(self.evaluate_record(node)?);
        *node.record.borrow_mut() = Some(record.clone());
        Some(record)
    }

    fn evaluate_record(&self, node: &Rc<ClassNode>) -> Option<Record> {
        let header = self.header(node)?;
        let module = self.load(&node.name.module)?;
        if let ClassOrigin::Call(kind, assign) = &node.origin {
            let Expr::Call(call) = &*assign.value else {
                return None;
            };
            return self.made_record(&module, *kind, call);
        }
        if let Some(Expr::Call(call)) = &header.tuple_call {
            return self.made_record(&module, MadeKind::NamedTuple, call);
        }
        if header.is_named_tuple {
            return Some(Record {
                kind: RecordKind::NamedTuple,
                fields: self.own_fields(&module, node, &Spec::default()),
                frozen: true,
                makes_init: true,
            });
        }
        let mro = self.mro(node);
        if mro
            .iter()
            .skip(1)
            .any(|entry| is_class(entry, "typing", "_TypedDict"))
        {
            return Some(self.typed_dict(&mro));
        }
        if mro
            .iter()
            .skip(1)
            .any(|entry| is_class(entry, "typing", "NamedTuple"))
        {
            // A subclass of a named tuple is constructed like it.
            return mro.iter().skip(1).find_map(|entry| {
                let PyType::Class(name, arguments) = entry else {
                    return None;
                };
                let (_, base) = self.class_node(name)?;
                let record = self.record(&base)?;
                let vars = self.header(&base).map(|header| header.type_vars.clone());
                let bindings = bind(&vars.unwrap_or_default(), arguments);
                let mut fields = record.fields.clone();
                for field in &mut fields {
                    field.ty = substitute(&field.ty, &bindings);
                }
                Some(Record {
                    kind: RecordKind::NamedTuple,
                    fields,
                    frozen: true,
                    makes_init: false,
                })
            });
        }
        self.dataclass(node, &mro)
    }

    fn dataclass(&self, node: &Rc<ClassNode>, mro: &[PyType]) -> Option<Record> {
        let transform = self.inherited_transform(node);
        let mut fields: Vec<RecordField> = Vec::new();
        let mut found = false;
        let mut frozen = false;
        let mut makes_init = false;
        for entry in mro.iter().rev() {
            let PyType::Class(name, arguments) = entry else {
                continue;
            };
            let Some((home, base)) = self.class_node(name) else {
                continue;
            };
            let is_own = base.name == node.name;
            let spec = match self.decorated_spec(&home, &base) {
                Some(spec) => spec,
                None => match &transform {
                    Some(transform) if self.is_under_transform(&base) => with_options(
                        transform.clone(),
                        base.statement().and_then(|s| s.arguments.as_deref()),
                    ),
                    _ => continue,
                },
            };
            found = true;
            frozen = spec.frozen;
            if is_own {
                makes_init = spec.init;
            }
            let vars = self.header(&base).map(|h| h.type_vars.clone());
            let bindings = bind(&vars.unwrap_or_default(), arguments);
            for mut field in self.own_fields(&home, &base, &spec) {
                if !is_own {
                    field.ty = substitute(&field.ty, &bindings);
                }
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => *known = field,
                    None => fields.push(field),
                }
            }
        }
        found.then_some(Record {
            kind: RecordKind::Dataclass,
            fields,
            frozen,
            makes_init,
        })
    }

    /// What `@dataclass` or a `dataclass_transform` decorator on the class says.
    fn decorated_spec(&self, module: &Rc<ModuleIndex>, node: &Rc<ClassNode>) -> Option<Spec> {
        let statement = node.statement()?;
        if statement.decorator_list.is_empty() {
            return None;
        }
        let ctx = self.class_outer_ctx(module, node);
        for decorator in &statement.decorator_list {
            let (function, arguments) = match &decorator.expression {
                Expr::Call(call) => (&*call.func, Some(&call.arguments)),
                other => (other, None),
            };
            let symbol = self.resolve_expr(&ctx, function);
            let Symbol::Value(local) = &*symbol else {
                continue;
            };
            if local.module.name.as_str() == "dataclasses" && &*local.name == "dataclass" {
                let spec = Spec {
                    init: true,
                    keeps_defaults: true,
                    specifiers: vec![Rc::from("field")],
                    ..Spec::default()
                };
                return Some(with_options(spec, arguments));
            }
            let Some(sites) = local.scope().sites.get(&local.name) else {
                continue;
            };
            let home = local_ctx(local);
            for site in sites {
                if let Def::Function(function) = &site.def
                    && let Some(spec) = self.transform_of(&home, &function.decorator_list)
                {
                    return Some(with_options(spec, arguments));
                }
            }
        }
        None
    }

    /// The parameters of `@dataclass_transform(…)` among decorators.
    fn transform_of(&self, ctx: &Ctx, decorators: &[ruff_python_ast::Decorator]) -> Option<Spec> {
        decorators.iter().find_map(|decorator| {
            let Expr::Call(call) = &decorator.expression else {
                return None;
            };
            let name = match &*call.func {
                Expr::Name(name) => name.id.as_str(),
                Expr::Attribute(attribute) => attribute.attr.as_str(),
                _ => return None,
            };
            if name != "dataclass_transform" && name != "__dataclass_transform__" {
                return None;
            }
            let flag = |name: &str| is_true(&call.arguments, name).unwrap_or(false);
            let mut specifiers = Vec::new();
            if let Some(listed) = call.arguments.find_keyword("field_specifiers")
                && let Expr::Tuple(tuple) = &listed.value
            {
                for specifier in tuple {
                    // The function's own name: it may be imported under another one.
                    if let Symbol::Value(local) = &*self.resolve_expr(ctx, specifier) {
                        specifiers.push(local.name.clone());
                    }
                    let written = match specifier {
                        Expr::Name(name) => name.id.as_str(),
                        Expr::Attribute(attribute) => attribute.attr.as_str(),
                        _ => continue,
                    };
                    specifiers.push(Rc::from(written));
                }
            }
            Some(Spec {
                frozen: flag("frozen_default"),
                keyword_only: flag("kw_only_default"),
                init: true,
                specifiers,
                by_base: false,
                keeps_defaults: false,
            })
        })
    }

    /// The transform that a base class or the metaclass carries.
    fn inherited_transform(&self, node: &Rc<ClassNode>) -> Option<Spec> {
        let bases = self
            .mro(node)
            .iter()
            .skip(1)
            .filter_map(class_of)
            .cloned()
            .collect::<Vec<_>>();
        let of_bases = bases.iter().find_map(|name| self.class_transform(name));
        let spec = of_bases.or_else(|| {
            let metaclass = self.metaclass_of(node)?;
            self.ancestry(&metaclass)
                .iter()
                .find_map(|name| self.class_transform(name))
        })?;
        Some(Spec {
            by_base: true,
            ..spec
        })
    }

    fn class_transform(&self, name: &ClassName) -> Option<Spec> {
        let (module, node) = self.class_node(name)?;
        let statement = node.statement()?;
        if statement.decorator_list.is_empty() {
            return None;
        }
        let ctx = Ctx::module(&module, "");
        self.transform_of(&ctx, &statement.decorator_list)
    }

    /// Whether a class in the order of a transformed class is itself transformed.
    fn is_under_transform(&self, node: &Rc<ClassNode>) -> bool {
        self.inherited_transform(node).is_some()
    }

    /// The fields that a class body itself declares.
    fn own_fields(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        spec: &Spec,
    ) -> Vec<RecordField> {
        let ctx = self.class_ctx(module, node);
        let mut keyword_only = spec.keyword_only;
        let mut fields = Vec::new();
        for name in &node.scope.order {
            let Some(site) = self.choose(&node.scope, name) else {
                continue;
            };
            if spec.by_base && name.starts_with('_') {
                continue;
            }
            match &site.def {
                Def::Annotated(assign) => {
                    match self.annotation_role(&ctx, &assign.annotation) {
                        Role::ClassVar => continue,
                        Role::KeywordOnly => {
                            keyword_only = true;
                            continue;
                        }
                        Role::InitVar | Role::Field => {}
                    }
                    let only_init = matches!(
                        self.annotation_role(&ctx, &assign.annotation),
                        Role::InitVar
                    );
                    let ty = match (&*assign.annotation, only_init) {
                        (Expr::Subscript(subscript), true) => {
                            self.eval_type(&ctx, &subscript.slice)
                        }
                        (annotation, _) => self.eval_type(&ctx, annotation),
                    };
                    let mut field = RecordField {
                        name: name.clone(),
                        alias: None,
                        ty,
                        has_default: assign.value.is_some(),
                        keyword_only,
                        in_init: true,
                        on_class: spec.keeps_defaults
                            && assign.value.as_deref().is_some_and(|v| !v.is_call_expr()),
                    };
                    if let Some(Expr::Call(call)) = assign.value.as_deref() {
                        self.apply_specifier(&ctx, call, spec, &mut field);
                    }
                    fields.push(field);
                }
                Def::Assigned(assign) => {
                    let Expr::Call(call) = &*assign.value else {
                        continue;
                    };
                    let mut field = RecordField {
                        name: name.clone(),
                        alias: None,
                        ty: PyType::Unknown(SkipReason::NoAnnotation),
                        has_default: false,
                        keyword_only,
                        in_init: true,
                        on_class: false,
                    };
                    if !spec.by_base && self.apply_specifier(&ctx, call, spec, &mut field) {
                        if let Some(ty) = call.arguments.find_keyword("type") {
                            field.ty = self.eval_type(&ctx, &ty.value);
                        }
                        fields.push(field);
                    }
                }
                _ => {}
            }
        }
        fields
    }

    /// Reads `field(default=…)`; false if the call describes no field.
    fn apply_specifier(
        &self,
        ctx: &Ctx,
        call: &ExprCall,
        spec: &Spec,
        field: &mut RecordField,
    ) -> bool {
        let symbol = self.resolve_expr(ctx, &call.func);
        let name = match &*symbol {
            Symbol::Value(local) => local.name.clone(),
            Symbol::Class(class) => Rc::from(class.simple()),
            _ => return false,
        };
        if !spec.specifiers.contains(&name) {
            return false;
        }
        let arguments = &call.arguments;
        let positional = arguments.args.first();
        field.has_default = ["default", "default_factory", "factory"]
            .iter()
            .any(|keyword| {
                arguments
                    .find_keyword(keyword)
                    .is_some_and(|k| !matches!(k.value, Expr::EllipsisLiteral(_)))
            })
            || positional.is_some_and(|first| !matches!(first, Expr::EllipsisLiteral(_)));
        if let Some(keyword_only) = is_true(arguments, "kw_only") {
            field.keyword_only = keyword_only;
        }
        if let Some(init) = is_true(arguments, "init") {
            field.in_init = init;
        } else if let Symbol::Value(local) = &*symbol
            && never_in_init(local)
        {
            field.in_init = false;
        }
        if let Some(alias) = arguments.find_keyword("alias")
            && let Expr::StringLiteral(text) = &alias.value
        {
            field.alias = Some(Rc::from(text.value.to_str()));
        }
        true
    }

    fn annotation_role(&self, ctx: &Ctx, annotation: &Expr) -> Role {
        let parsed;
        let annotation = match annotation {
            Expr::StringLiteral(text) => {
                match ruff_python_parser::parse_expression(text.value.to_str()) {
                    Ok(expression) => {
                        parsed = expression.into_expr();
                        &parsed
                    }
                    Err(_) => return Role::Field,
                }
            }
            other => other,
        };
        let base = match annotation {
            Expr::Subscript(subscript) => &subscript.value,
            other => other,
        };
        if !matches!(base, Expr::Name(_) | Expr::Attribute(_)) {
            return Role::Field;
        }
        match &*self.resolve_expr(ctx, base) {
            Symbol::Special(Special::ClassVar) => Role::ClassVar,
            Symbol::Class(name) if name.is("dataclasses", "KW_ONLY") => Role::KeywordOnly,
            Symbol::Class(name) if name.is("dataclasses", "InitVar") => Role::InitVar,
            _ => Role::Field,
        }
    }
}

enum Role {
    Field,
    ClassVar,
    KeywordOnly,
    InitVar,
}

fn is_class(ty: &PyType, module: &str, name: &str) -> bool {
    class_of(ty).is_some_and(|class| class.is(module, name))
}

/// Whether a field specifier declares `init: Literal[False] = False`.
fn never_in_init(local: &crate::lookup::Local) -> bool {
    let Some(sites) = local.scope().sites.get(&local.name) else {
        return false;
    };
    sites.iter().any(|site| match &site.def {
        Def::Function(function) => function.parameters.find("init").is_some_and(|parameter| {
            matches!(
                parameter.default(),
                Some(Expr::BooleanLiteral(literal)) if !literal.value
            )
        }),
        _ => false,
    })
}

fn with_options(mut spec: Spec, arguments: Option<&Arguments>) -> Spec {
    if let Some(arguments) = arguments {
        spec.frozen = is_true(arguments, "frozen").unwrap_or(spec.frozen);
        spec.keyword_only = is_true(arguments, "kw_only").unwrap_or(spec.keyword_only);
        spec.init = is_true(arguments, "init").unwrap_or(spec.init);
    }
    spec
}

/// The value of a flag among keyword arguments.
pub(crate) fn is_true(arguments: &Arguments, name: &str) -> Option<bool> {
    match &arguments.find_keyword(name)?.value {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        _ => None,
    }
}
