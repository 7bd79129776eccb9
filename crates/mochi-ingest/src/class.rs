//! Class headers: type variables, bases, metaclass; and the class as the surface shows it.
//!
//! Spec: typing-spec "generics", "protocols", "enumerations"; bridge.md §5.

use std::rc::Rc;

use mochi_surface::{
    Class, ClassKind, ClassName, Field, ModuleName, PyType, SkipReason, TypeVar, TypeVarKind,
};
use ruff_python_ast::Expr;

use crate::annotation::class as std_class;
use crate::exports::is_stub_export;
use crate::index::{ClassNode, ClassOrigin, Def, MadeKind, ModuleIndex};
use crate::lookup::Found;
use crate::mro::class_of;
use crate::scope::{Ctx, Symbol};
use crate::special::Special;
use crate::subst::{bind, substitute};
use crate::universe::{ClassHome, Universe};

pub(crate) use crate::record::Record;

/// How far up a tuple is looked for: a class that derives from itself has no end.
const MAX_BASES: u32 = 32;

/// What a class statement's head says.
#[derive(Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts of a class statement"
)]
pub(crate) struct Header {
    pub(crate) type_vars: Vec<Rc<TypeVar>>,
    /// Classes only, with their arguments.
    pub(crate) bases: Vec<PyType>,
    pub(crate) is_protocol: bool,
    /// A direct base is `NamedTuple`, or a call that makes a named tuple.
    pub(crate) is_named_tuple: bool,
    /// `namedtuple("X", "a b")` among the bases.
    pub(crate) tuple_call: Option<Expr>,
    /// `tuple[A, B]` among the bases.
    pub(crate) tuple_parts: Option<Rc<[PyType]>>,
    /// `tuple[*Ts]` among the bases: its parts are the class's own arguments.
    pub(crate) is_own_tuple: bool,
    pub(crate) has_unknown_base: bool,
    pub(crate) metaclass: Option<ClassName>,
}

impl Universe {
    /// Remembers a class under its name.
    pub(crate) fn register(&self, module: &Rc<ModuleIndex>, node: &Rc<ClassNode>) {
        self.classes
            .borrow_mut()
            .entry(node.name.clone())
            .or_insert_with(|| Some((module.clone(), node.clone())));
    }

    /// The class of that name.
    pub(crate) fn class_node(&self, name: &ClassName) -> Option<ClassHome> {
        if let Some(known) = self.classes.borrow().get(name) {
            return known.clone();
        }
        let home = self.find_class_node(name);
        self.classes.borrow_mut().insert(name.clone(), home.clone());
        home
    }

    fn find_class_node(&self, name: &ClassName) -> Option<ClassHome> {
        let module = self.load(&name.module)?;
        let mut node: Option<Rc<ClassNode>> = None;
        for part in name.qualname.split('.') {
            let scope = node.as_ref().map_or(&module.scope, |node| &node.scope);
            let site = self.choose(scope, part)?;
            let next = match &site.def {
                Def::Class(inner) => inner.clone(),
                Def::Assigned(_) => {
                    let found = match &node {
                        Some(node) => self.find_in_class(&module, node, part)?,
                        None => self.find(&module, part)?,
                    };
                    self.symbol(&found);
                    module.made.borrow().get(&name.qualname)?.clone()
                }
                _ => return None,
            };
            node = Some(next);
        }
        Some((module, node?))
    }

    /// The head of a class; none while it is being evaluated.
    pub(crate) fn header(&self, node: &Rc<ClassNode>) -> Option<Rc<Header>> {
        if let Some(header) = &*node.header.borrow() {
            return Some(header.clone());
        }
        let module = self.load(&node.name.module)?;
        // A class that occurs in its own bases ends here.
        let marker = format!("class {}", node.name);
        if !self.busy_values.borrow_mut().insert(marker.clone()) {
            return None;
        }
        let header = self.nested(|| self.evaluate_header(&module, node));
        self.busy_values.borrow_mut().remove(&marker);
        let header = Rc::new(header?);
        *node.header.borrow_mut() = Some(header.clone());
        Some(header)
    }

    fn evaluate_header(&self, module: &Rc<ModuleIndex>, node: &Rc<ClassNode>) -> Header {
        let statement = match &node.origin {
            ClassOrigin::Statement(statement) => statement,
            ClassOrigin::Call(kind, _) => return self.made_header(*kind, node),
        };
        let mut header = Header::default();
        let mut ctx = self.class_outer_ctx(module, node);
        let own_vars = self.type_params(&mut ctx, statement.type_params.as_deref());
        let mut generic: Option<Vec<Rc<TypeVar>>> = None;
        for base in statement.bases() {
            self.evaluate_base(&ctx, base, &mut header, &mut generic);
        }
        if let Some(metaclass) = statement
            .arguments
            .as_ref()
            .and_then(|arguments| arguments.find_keyword("metaclass"))
            && let Symbol::Class(name) = &*self.resolve_expr(&ctx, &metaclass.value)
        {
            header.metaclass = Some(name.clone());
        }
        header.type_vars = if own_vars.is_empty() {
            generic.unwrap_or_else(|| ctx.fresh.take())
        } else {
            own_vars
        };
        header
    }

    fn made_header(&self, kind: MadeKind, node: &ClassNode) -> Header {
        let base = match kind {
            MadeKind::UntypedTuple | MadeKind::NamedTuple => std_class("typing", "NamedTuple"),
            MadeKind::TypedDict => std_class("typing", "_TypedDict"),
            MadeKind::Enum => match self.made_enum_base(node) {
                Some(base) => PyType::Class(base, Rc::from([])),
                None => std_class("enum", "Enum"),
            },
        };
        Header {
            bases: vec![base],
            is_named_tuple: matches!(kind, MadeKind::UntypedTuple | MadeKind::NamedTuple),
            ..Header::default()
        }
    }

    fn made_enum_base(&self, node: &ClassNode) -> Option<ClassName> {
        let ClassOrigin::Call(_, assign) = &node.origin else {
            return None;
        };
        let Expr::Call(call) = &*assign.value else {
            return None;
        };
        let module = self.load(&node.name.module)?;
        let ctx = Ctx::module(&module, "");
        match &*self.resolve_expr(&ctx, &call.func) {
            Symbol::Class(name) => Some(name.clone()),
            _ => None,
        }
    }

    fn evaluate_base(
        &self,
        ctx: &Ctx,
        base: &Expr,
        header: &mut Header,
        generic: &mut Option<Vec<Rc<TypeVar>>>,
    ) {
        let symbol = match base {
            Expr::Name(_) | Expr::Attribute(_) => Some(self.resolve_expr(ctx, base)),
            Expr::Subscript(subscript) => Some(self.resolve_expr(ctx, &subscript.value)),
            _ => None,
        };
        match (symbol.as_deref(), base) {
            (Some(Symbol::Special(form @ (Special::Generic | Special::Protocol))), _) => {
                header.is_protocol |= *form == Special::Protocol;
                if let Expr::Subscript(subscript) = base {
                    let inner = ctx.owned(&ctx.owner);
                    inner.fresh.borrow_mut().clone_from(&ctx.fresh.borrow());
                    let listed = crate::annotation::elements(&subscript.slice)
                        .iter()
                        .filter_map(|var| self.listed_var(ctx, var))
                        .collect();
                    *generic = Some(listed);
                }
            }
            (Some(Symbol::Special(Special::NamedTuple)), _) => {
                header.is_named_tuple = true;
                header.bases.push(std_class("typing", "NamedTuple"));
            }
            (Some(Symbol::Special(Special::TypedDict)), _) => {
                header.bases.push(std_class("typing", "_TypedDict"));
            }
            (_, Expr::Call(call)) if self.makes_tuple(ctx, &call.func) => {
                header.is_named_tuple = true;
                header.tuple_call = Some(base.clone());
                header.bases.push(std_class("typing", "NamedTuple"));
            }
            (_, Expr::Call(_)) => match self.infer(ctx, base) {
                PyType::TypeOf(inner) => push_base(header, &inner),
                _ => header.has_unknown_base = true,
            },
            _ => push_base(header, &self.eval_type(ctx, base)),
        }
    }

    /// The variable that `Generic[…]` lists.
    fn listed_var(&self, ctx: &Ctx, expr: &Expr) -> Option<Rc<TypeVar>> {
        let expr = match expr {
            Expr::Starred(starred) => &starred.value,
            Expr::Subscript(subscript) => &subscript.slice,
            other => other,
        };
        match &*self.resolve_expr(ctx, expr) {
            Symbol::Var(decl) => Some(self.var(ctx, decl)),
            Symbol::Bound(var) => Some(var.clone()),
            _ => None,
        }
    }

    /// Whether a callee makes a named tuple.
    pub(crate) fn makes_tuple(&self, ctx: &Ctx, function: &Expr) -> bool {
        match &*self.resolve_expr(ctx, function) {
            Symbol::Special(Special::NamedTuple) => true,
            Symbol::Value(local) => {
                &*local.name == "namedtuple" && local.module.name.as_str() == "collections"
            }
            _ => false,
        }
    }

    /// The metaclass that a class or the nearest of its bases declares.
    pub(crate) fn metaclass_of(&self, node: &Rc<ClassNode>) -> Option<ClassName> {
        self.mro(node).iter().filter_map(class_of).find_map(|name| {
            let (_, node) = self.class_node(name)?;
            self.header(&node)?.metaclass.clone()
        })
    }

    /// The class as the surface shows it.
    pub(crate) fn describe_class(&self, module: &Rc<ModuleIndex>, node: &Rc<ClassNode>) -> Class {
        let header = self.header(node).unwrap_or_default();
        let mro = self.mro(node);
        let has_unknown_base = mro.iter().filter_map(class_of).any(|name| {
            self.class_node(name)
                .and_then(|(_, node)| self.header(&node))
                .is_none_or(|header| header.has_unknown_base)
        });
        Class {
            name: node.name.clone(),
            type_vars: header.type_vars.clone(),
            bases: header.bases.clone(),
            mro: mro.to_vec(),
            kind: self.class_kind(module, node, &header),
            has_unknown_base,
            members: self.member_names(module, node),
            doc: node.doc.clone(),
            deprecated: self.class_deprecation(module, node),
            from_stub: module.is_stub() || module.source.is_types_only,
            tuple_parts: self.tuple_parts(node, 0),
            metaclass: self.metaclass_of(node),
            place: Some(module.place(node.at)),
            public_path: self.public_path(module, node),
        }
    }

    fn class_kind(
        &self,
        module: &Rc<ModuleIndex>,
        node: &Rc<ClassNode>,
        header: &Header,
    ) -> ClassKind {
        if header.is_protocol {
            return ClassKind::Protocol;
        }
        if self.is_enum(&node.name) && !node.name.module.as_str().eq("enum") {
            return ClassKind::Enum(self.enum_members(module, node));
        }
        let record = self.record(node);
        if let Some(record) = record {
            let fields: Vec<Field> = record
                .fields
                .iter()
                .filter_map(super::record::RecordField::surface)
                .collect();
            return match record.kind {
                crate::record::RecordKind::NamedTuple => ClassKind::NamedTuple(fields),
                crate::record::RecordKind::TypedDict => ClassKind::TypedDict(fields),
                crate::record::RecordKind::Dataclass => ClassKind::Dataclass {
                    fields,
                    frozen: record.frozen,
                },
            };
        }
        if self.derives_from(&node.name, "builtins", "BaseException") {
            return ClassKind::Exception;
        }
        ClassKind::Plain
    }

    /// The message of `@deprecated` on a class.
    fn class_deprecation(&self, module: &Rc<ModuleIndex>, node: &Rc<ClassNode>) -> Option<Rc<str>> {
        let statement = node.statement()?;
        if statement.decorator_list.is_empty() {
            return None;
        }
        let ctx = self.class_outer_ctx(module, node);
        statement
            .decorator_list
            .iter()
            .find_map(|decorator| self.deprecation(&ctx, &decorator.expression))
    }

    /// The parts of a tuple of fixed length that the class or a base of it derives from.
    fn tuple_parts(&self, node: &Rc<ClassNode>, depth: u32) -> Option<Rc<[PyType]>> {
        let header = self.header(node)?;
        if header.tuple_parts.is_some() || depth > MAX_BASES {
            return header.tuple_parts.clone();
        }
        header.bases.iter().find_map(|base| {
            let PyType::Class(name, arguments) = base else {
                return None;
            };
            let (_, node) = self.class_node(name)?;
            let header = self.header(&node)?;
            if header.is_own_tuple {
                return own_parts(&header.type_vars, arguments);
            }
            let bindings = bind(&header.type_vars, arguments);
            let parts = self.tuple_parts(&node, depth + 1)?;
            let part = |part: &PyType| substitute(part, &bindings);
            Some(parts.iter().map(part).collect())
        })
    }

    /// Whether a stub offers the name to other modules.
    pub(crate) fn exports(&self, module: &Rc<ModuleIndex>, name: &str) -> bool {
        let own = match module.scope.sites.get(name) {
            Some(sites) => sites.iter().any(is_stub_export),
            None => !module.stars.is_empty(),
        };
        own || self
            .all_names(module)
            .is_some_and(|all| all.iter().any(|known| **known == *name))
    }

    /// A public path: the shortest asked for, else a parent package that binds the class, else
    /// the definition.
    fn public_path(&self, module: &Rc<ModuleIndex>, node: &ClassNode) -> (ModuleName, Rc<str>) {
        let name = &node.name;
        if let Some(path) = self.public_paths.borrow().get(name) {
            return path.clone();
        }
        let (first, rest) = match name.qualname.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (&*name.qualname, None),
        };
        let mut parents = Vec::new();
        let mut current = module.name.parent();
        while let Some(parent) = current {
            current = parent.parent();
            parents.push(parent);
        }
        // `_io.TextIOWrapper` is `io.TextIOWrapper` to its users.
        if parents.is_empty()
            && let Some(public) = module.name.as_str().strip_prefix('_')
            && !public.is_empty()
        {
            parents.push(ModuleName::new(public));
        }
        for parent in parents.iter().rev() {
            if is_private(parent.as_str()) {
                continue;
            }
            let Some(index) = self.load(parent) else {
                continue;
            };
            if !index.binds_at_run_time(first) || (index.is_stub() && !self.exports(&index, first))
            {
                continue;
            }
            if let Some(found) = self.find(&index, first)
                && !matches!(found, Found::Module(_))
                && let Symbol::Class(found) = &*self.symbol(&found)
                && found.module == name.module
                && &*found.qualname == first
            {
                let path = match rest {
                    Some(_) => name.qualname.clone(),
                    None => Rc::from(first),
                };
                return (parent.clone(), path);
            }
        }
        (name.module.clone(), name.qualname.clone())
    }
}

/// Whether a dotted name has a private part.
pub(crate) fn is_private(dotted: &str) -> bool {
    dotted.split('.').any(|part| part.starts_with('_'))
}

/// The arguments that a class's own `*Ts` takes; none where they are not known.
fn own_parts(vars: &[Rc<TypeVar>], arguments: &[PyType]) -> Option<Rc<[PyType]>> {
    let at = vars.iter().position(|var| var.kind == TypeVarKind::Tuple)?;
    let end = arguments.len().checked_sub(vars.len() - at - 1)?;
    let parts = arguments.get(at..end)?;
    let is_open = |part: &PyType| match part {
        PyType::Var(var) => var.kind == TypeVarKind::Tuple,
        part => matches!(part, PyType::Unknown(_)),
    };
    (!parts.iter().any(is_open)).then(|| Rc::from(parts))
}

fn push_base(header: &mut Header, base: &PyType) {
    match base {
        PyType::Class(..) => header.bases.push(base.clone()),
        PyType::Tuple(elements) => {
            header.tuple_parts = Some(elements.clone());
            header.bases.push(PyType::Class(
                mochi_surface::ClassName::new(mochi_surface::ModuleName::new("builtins"), "tuple"),
                Rc::from([PyType::union(elements.iter().cloned())]),
            ));
        }
        PyType::VariadicTuple(element) => {
            header.is_own_tuple = **element == PyType::Unknown(SkipReason::TypeVarTuple);
            header.bases.push(PyType::Class(
                mochi_surface::ClassName::new(mochi_surface::ModuleName::new("builtins"), "tuple"),
                Rc::from([(**element).clone()]),
            ));
        }
        PyType::TypeOf(_) => header.bases.push(std_class("builtins", "type")),
        PyType::Unknown(SkipReason::RecursiveAlias) => {}
        _ => header.has_unknown_base = true,
    }
}
