//! Record-like classes: dataclasses, `dataclass_transform`, named tuples, typed dicts; their fields
//! and the constructors that nobody wrote.
//!
//! Spec: typing-spec "dataclasses", "dataclass_transform", "named tuples", "typed dictionaries".

use std::rc::Rc;

use mochi_surface::{
    ClassName, Field, Function, Parameter, ParameterKind, PyType, Signature, SkipReason,
};
use ruff_python_ast::{Arguments, Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use crate::index::{ClassNode, ClassOrigin, Def, MadeKind, ModuleIndex};
use crate::mro::class_of;
use crate::scope::{Ctx, Symbol};
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
pub(crate) struct RecordField {
    name: Rc<str>,
    /// The constructor's name for it.
    alias: Option<Rc<str>>,
    ty: PyType,
    has_default: bool,
    keyword_only: bool,
    in_init: bool,
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

    pub(crate) fn ty(&self) -> &PyType {
        &self.ty
    }
}

/// What makes a class a dataclass.
#[derive(Clone, Default)]
struct Spec {
    frozen: bool,
    keyword_only: bool,
    init: bool,
    /// Names of the functions that describe a field.
    specifiers: Vec<Rc<str>>,
    /// By a base class or metaclass: private names are no fields.
    by_base: bool,
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
            return mro.iter().skip(1).filter_map(class_of).find_map(|name| {
                let (_, base) = self.class_node(name)?;
                let record = self.record(&base)?;
                Some(Record {
                    kind: RecordKind::NamedTuple,
                    fields: record.fields.clone(),
                    frozen: true,
                    makes_init: false,
                })
            });
        }
        self.dataclass(&module, node, &mro)
    }

    fn dataclass(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        mro: &[PyType],
    ) -> Option<Record> {
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
                    Some(transform) if self.is_under_transform(&base) => {
                        self.class_options(&home, &base, transform)
                    }
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
        let _ = module;
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
                    specifiers: vec![Rc::from("field")],
                    ..Spec::default()
                };
                return Some(with_options(spec, arguments));
            }
            let Some(sites) = local.scope().sites.get(&local.name) else {
                continue;
            };
            let home = self.local_ctx(local);
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
            let _ = ctx;
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

    /// Class keywords: `class A(Model, frozen=True)`.
    fn class_options(&self, module: &Rc<ModuleIndex>, node: &ClassNode, spec: &Spec) -> Spec {
        let _ = module;
        let arguments = node.statement().and_then(|s| s.arguments.as_deref());
        with_options(spec.clone(), arguments)
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
            && self.never_in_init(local)
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

    /// Whether a field specifier declares `init: Literal[False] = False`.
    fn never_in_init(&self, local: &crate::lookup::Local) -> bool {
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

    fn typed_dict(&self, mro: &[PyType]) -> Record {
        let mut fields: Vec<RecordField> = Vec::new();
        for entry in mro.iter().rev() {
            let PyType::Class(name, arguments) = entry else {
                continue;
            };
            if name.module.as_str() == "typing" {
                continue;
            }
            let Some((module, base)) = self.class_node(name) else {
                continue;
            };
            let own = match &base.origin {
                ClassOrigin::Call(..) => self.record(&base).map(|r| r.fields.clone()),
                ClassOrigin::Statement(statement) => {
                    let total = statement
                        .arguments
                        .as_ref()
                        .and_then(|arguments| is_true(arguments, "total"))
                        .unwrap_or(true);
                    let ctx = self.class_ctx(&module, &base);
                    Some(self.typed_dict_fields(&ctx, &base, total))
                }
            };
            let vars = self.header(&base).map(|h| h.type_vars.clone());
            let bindings = bind(&vars.unwrap_or_default(), arguments);
            for mut field in own.unwrap_or_default() {
                field.ty = substitute(&field.ty, &bindings);
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => *known = field,
                    None => fields.push(field),
                }
            }
        }
        Record {
            kind: RecordKind::TypedDict,
            fields,
            frozen: false,
            makes_init: true,
        }
    }

    fn typed_dict_fields(&self, ctx: &Ctx, node: &ClassNode, total: bool) -> Vec<RecordField> {
        let mut fields = Vec::new();
        for name in &node.scope.order {
            if let Some(site) = self.choose(&node.scope, name)
                && let Def::Annotated(assign) = &site.def
            {
                fields.push(self.typed_dict_field(ctx, name, &assign.annotation, total));
            }
        }
        fields
    }

    fn typed_dict_field(
        &self,
        ctx: &Ctx,
        name: &str,
        annotation: &Expr,
        total: bool,
    ) -> RecordField {
        RecordField {
            name: Rc::from(name),
            alias: None,
            ty: self.eval_type(ctx, annotation),
            has_default: !self.is_required(ctx, annotation).unwrap_or(total),
            keyword_only: true,
            in_init: true,
        }
    }

    /// `Required[…]` and `NotRequired[…]`, looked for through the other qualifiers.
    fn is_required(&self, ctx: &Ctx, annotation: &Expr) -> Option<bool> {
        match annotation {
            Expr::Subscript(subscript) => match &*self.resolve_expr(ctx, &subscript.value) {
                Symbol::Special(Special::Required) => Some(true),
                Symbol::Special(Special::NotRequired) => Some(false),
                Symbol::Special(Special::ReadOnly | Special::Annotated) => {
                    let inner = crate::annotation::elements(&subscript.slice).first()?;
                    self.is_required(ctx, inner)
                }
                _ => None,
            },
            Expr::StringLiteral(text) => {
                let parsed = ruff_python_parser::parse_expression(text.value.to_str()).ok()?;
                self.is_required(ctx, parsed.expr())
            }
            _ => None,
        }
    }

    /// The record that a call such as `namedtuple("P", "x y")` makes.
    fn made_record(
        &self,
        module: &Rc<ModuleIndex>,
        kind: MadeKind,
        call: &ExprCall,
    ) -> Option<Record> {
        let ctx = Ctx::module(module, "");
        let argument = call.arguments.args.get(1);
        let (kind, fields) = match kind {
            MadeKind::Enum => return None,
            MadeKind::TypedDict => {
                let total = is_true(&call.arguments, "total").unwrap_or(true);
                let mut fields = Vec::new();
                if let Some(Expr::Dict(dict)) = argument {
                    for item in dict {
                        if let Some(Expr::StringLiteral(key)) = &item.key {
                            let key = key.value.to_str();
                            fields.push(self.typed_dict_field(&ctx, key, &item.value, total));
                        }
                    }
                }
                (RecordKind::TypedDict, fields)
            }
            MadeKind::NamedTuple | MadeKind::UntypedTuple => {
                let names = argument
                    .or_else(|| {
                        let keyword = call.arguments.find_keyword("field_names");
                        keyword.map(|keyword| &keyword.value)
                    })
                    .map(|expr| tuple_fields(expr))
                    .unwrap_or_default();
                let defaults = call
                    .arguments
                    .find_keyword("defaults")
                    .map_or(0, |keyword| match &keyword.value {
                        Expr::Tuple(tuple) => tuple.len(),
                        Expr::List(list) => list.len(),
                        // `(None,) * n`: how many is not known, so none is required.
                        _ => names.len(),
                    });
                let required = names.len().saturating_sub(defaults);
                let fields = names
                    .into_iter()
                    .enumerate()
                    .map(|(at, (name, ty))| RecordField {
                        name,
                        alias: None,
                        ty: ty.map_or(PyType::Any, |ty| self.eval_type(&ctx, ty)),
                        has_default: at >= required,
                        keyword_only: false,
                        in_init: true,
                    })
                    .collect();
                (RecordKind::NamedTuple, fields)
            }
        };
        Some(Record {
            kind,
            fields,
            frozen: kind == RecordKind::NamedTuple,
            makes_init: true,
        })
    }

    /// The name of the constructor that a record makes for itself, if it makes one.
    pub(crate) fn synthesised(&self, node: &Rc<ClassNode>) -> Option<&'static str> {
        let record = self.record(node)?;
        if !record.makes_init {
            return None;
        }
        let name = match record.kind {
            RecordKind::NamedTuple => "__new__",
            _ => "__init__",
        };
        (!node.scope.sites.contains_key(name)).then_some(name)
    }

    /// The constructor that a record makes.
    pub(crate) fn synthesise(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
    ) -> Option<Function> {
        let record = self.record(node)?;
        let is_new = record.kind == RecordKind::NamedTuple;
        let receiver = Parameter {
            name: Rc::from(if is_new { "cls" } else { "self" }),
            kind: ParameterKind::PositionalOnly,
            ty: if is_new {
                PyType::TypeOf(Rc::new(PyType::SelfType))
            } else {
                PyType::SelfType
            },
            has_default: false,
        };
        let mut params = vec![receiver];
        for keyword_only in [false, true] {
            for field in &record.fields {
                if !field.in_init || field.keyword_only != keyword_only {
                    continue;
                }
                params.push(Parameter {
                    name: field.alias.clone().unwrap_or_else(|| field.name.clone()),
                    kind: if keyword_only {
                        ParameterKind::KeywordOnly
                    } else {
                        ParameterKind::Normal
                    },
                    ty: field.ty.clone(),
                    has_default: field.has_default,
                });
            }
        }
        Some(Function {
            name: Rc::from(if is_new { "__new__" } else { "__init__" }),
            overloads: vec![Signature {
                type_vars: Vec::new(),
                params,
                ret: if is_new {
                    PyType::SelfType
                } else {
                    PyType::None
                },
                is_async: false,
            }],
            doc: None,
            deprecated: None,
            place: Some(module.place(node.at)),
        })
    }

    /// The fields of a typed dict, for `**kwargs: Unpack[TD]`.
    pub(crate) fn typed_dict_params(&self, name: &ClassName) -> Option<Vec<Parameter>> {
        let (_, node) = self.class_node(name)?;
        let record = self.record(&node)?;
        if record.kind != RecordKind::TypedDict {
            return None;
        }
        let params = record.fields.iter().map(|field| Parameter {
            name: field.name.clone(),
            kind: ParameterKind::KeywordOnly,
            ty: field.ty.clone(),
            has_default: field.has_default,
        });
        Some(params.collect())
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

/// The fields in `"x y"`, `["x", "y"]` or `[("x", int)]`.
fn tuple_fields(expr: &Expr) -> Vec<(Rc<str>, Option<&Expr>)> {
    let elements = match expr {
        Expr::StringLiteral(text) => {
            return text
                .value
                .to_str()
                .split([',', ' ', '\n', '\t'])
                .filter(|name| !name.is_empty())
                .map(|name| (Rc::from(name), None))
                .collect();
        }
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        _ => return Vec::new(),
    };
    elements
        .iter()
        .filter_map(|element| match element {
            Expr::StringLiteral(text) => Some((Rc::from(text.value.to_str()), None)),
            Expr::Tuple(pair) => match pair.elts.as_slice() {
                [Expr::StringLiteral(text), ty] => Some((Rc::from(text.value.to_str()), Some(ty))),
                _ => None,
            },
            _ => None,
        })
        .collect()
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
fn is_true(arguments: &Arguments, name: &str) -> Option<bool> {
    match &arguments.find_keyword(name)?.value {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        _ => None,
    }
}

/// Whether a function's own body yields (nested functions aside).
pub(crate) fn yields(function: &StmtFunctionDef) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn visit_stmt(&mut self, statement: &'a ruff_python_ast::Stmt) {
            match statement {
                ruff_python_ast::Stmt::FunctionDef(_) | ruff_python_ast::Stmt::ClassDef(_) => {}
                _ if self.0 => {}
                _ => walk_stmt(self, statement),
            }
        }
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
                Expr::Lambda(_) => {}
                _ if self.0 => {}
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut finder = Finder(false);
    for statement in &function.body {
        finder.visit_stmt(statement);
    }
    let _ = function.range();
    finder.0
}
