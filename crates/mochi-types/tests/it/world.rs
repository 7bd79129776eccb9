//! A small typeshed in memory: the classes and protocols that every package leans on.

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_types::{
    Check, ClassId, ClassKind, Context, Decl, DeclId, DeclRef, Decls, ExternClass, ExternField,
    ExternFun, ExternItem, ExternMember, Externs, FieldInfo, ModuleId, Out, Param, ParamKind,
    RecordDecl, RelationMemo, Signature, Type, TypeParam,
};

pub struct World {
    classes: BTreeMap<ClassId, Rc<ExternClass>>,
    members: BTreeMap<(ClassId, Rc<str>), Rc<ExternMember>>,
    order: BTreeMap<ClassId, Vec<Rc<str>>>,
    memo: RelationMemo,
    pub decls: Decls,
}

impl World {
    pub fn cx(&self) -> Context<'_> {
        Context {
            decls: &self.decls,
            externs: self,
        }
    }

    /// A class with its bases in resolution order (itself left out).
    pub fn class(&mut self, id: &str, params: &[&str], kind: ClassKind, mro: &[Type]) {
        let id = class_id(id);
        let type_params: Vec<Rc<TypeParam>> = params.iter().map(|name| param(&id, name)).collect();
        let own: Rc<[Type]> = type_params.iter().cloned().map(Type::Param).collect();
        let mut all = vec![(id.clone(), own)];
        for base in mro {
            let Type::Handle(class, args) = base else {
                panic!("a base is a handle")
            };
            all.push((class.clone(), args.clone()));
        }
        all.push((ClassId::new("builtins", "object"), Rc::from([])));
        let display = if &*id.module == "builtins" || &*id.module == "typing" {
            id.qualname.clone()
        } else {
            Rc::from(id.to_string())
        };
        let class = ExternClass {
            id: id.clone(),
            display,
            path: (ModuleId(id.module.clone()), id.qualname.clone()),
            type_params,
            mro: all,
            kind,
            has_unknown_base: false,
            stub_only: false,
            types_only: false,
            tuple_parts: None,
            metaclass: None,
            doc: None,
        };
        self.classes.insert(id, Rc::new(class));
    }

    pub fn member(&mut self, class: &str, name: &str, member: ExternMember) {
        let class = class_id(class);
        self.order
            .entry(class.clone())
            .or_default()
            .push(Rc::from(name));
        self.members
            .insert((class, Rc::from(name)), Rc::new(member));
    }

    /// A method with one signature.
    pub fn method(&mut self, class: &str, name: &str, params: Vec<Param>, ret: Type) {
        self.overloaded(class, name, vec![sig(params, ret)]);
    }

    pub fn overloaded(&mut self, class: &str, name: &str, overloads: Vec<Signature>) {
        let fun = fun(&format!("{class}.{name}"), overloads);
        self.member(class, name, ExternMember::Method(Rc::new(fun)));
    }

    pub fn attribute(&mut self, class: &str, name: &str, ty: Type, settable: bool) {
        let member = ExternMember::Attribute {
            get: out(ty.clone()),
            set: settable.then_some(ty),
            class_level: false,
        };
        self.member(class, name, member);
    }
}

impl Externs for World {
    fn import(&self, _spec: &str) -> Option<ModuleId> {
        None
    }

    fn attribute(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>> {
        (&*module.0 == "math" && name == "pi").then(|| {
            Rc::new(ExternItem::Value {
                get: out(Type::Float),
                set: None,
            })
        })
    }

    fn names(&self, _module: &ModuleId) -> Vec<Rc<str>> {
        vec![Rc::from("pi")]
    }

    fn class(&self, class: &ClassId) -> Option<Rc<ExternClass>> {
        self.classes.get(class).cloned()
    }

    fn member(&self, class: &ClassId, name: &str) -> Option<Rc<ExternMember>> {
        self.members.get(&(class.clone(), Rc::from(name))).cloned()
    }

    fn member_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        let names = self.declared_names(class);
        names
            .into_iter()
            .filter(|name| !name.starts_with('_'))
            .collect()
    }

    fn declared_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        self.order.get(class).cloned().unwrap_or_default()
    }

    fn memo(&self) -> Option<&RelationMemo> {
        Some(&self.memo)
    }
}

/// `builtins.list` from `list`, `m.C` from `m.C`.
pub fn class_id(name: &str) -> ClassId {
    const TYPING: [&str; 16] = [
        "Iterable",
        "Iterator",
        "Collection",
        "Sequence",
        "Mapping",
        "Sized",
        "Container",
        "Hashable",
        "SupportsIndex",
        "Awaitable",
        "Reversible",
        "MutableSequence",
        "MutableMapping",
        "AbstractSet",
        "Generator",
        "Protocol",
    ];
    match name.rsplit_once('.') {
        Some((module, name)) => ClassId::new(module, name),
        None if TYPING.contains(&name) => ClassId::new("typing", name),
        None => ClassId::new("builtins", name),
    }
}

fn param(class: &ClassId, name: &str) -> Rc<TypeParam> {
    type_param(&format!("{name}@{class}"), name, None)
}

pub fn type_param(id: &str, name: &str, bound: Option<Type>) -> Rc<TypeParam> {
    Rc::new(TypeParam {
        id: Rc::from(id),
        name: Rc::from(name),
        bound,
        constraints: Vec::new(),
        default: None,
    })
}

/// A class's own parameter as a type.
pub fn var(class: &str, name: &str) -> Type {
    Type::Param(param(&class_id(class), name))
}

pub fn handle(name: &str, args: &[Type]) -> Type {
    Type::Handle(class_id(name), Rc::from(args))
}

pub fn out(ty: Type) -> Out {
    let check = match &ty {
        Type::Param(param) => Check::Var(param.id.clone()),
        Type::Int => Check::Int,
        Type::Str => Check::Str,
        Type::SelfType => Check::SelfType,
        Type::List(element) => Check::List(out((**element).clone()).check),
        Type::Iterator(element) => Check::Iterator(out((**element).clone()).check),
        _ => Check::Nothing,
    };
    Out {
        ty,
        check: Rc::new(check),
    }
}

pub fn sig(params: Vec<Param>, ret: Type) -> Signature {
    Signature {
        type_params: Vec::new(),
        receiver: None,
        params,
        ret: out(ret),
        is_async: false,
    }
}

pub fn generic(type_params: &[&Rc<TypeParam>], params: Vec<Param>, ret: Type) -> Signature {
    let type_params = type_params.iter().map(|param| (*param).clone()).collect();
    Signature {
        type_params,
        ..sig(params, ret)
    }
}

pub fn fun(symbol: &str, overloads: Vec<Signature>) -> ExternFun {
    ExternFun {
        symbol: Rc::from(symbol),
        overloads,
        doc: None,
        deprecated: None,
    }
}

fn any_param(name: &str, ty: Type, kind: ParamKind, has_default: bool) -> Param {
    Param {
        name: Rc::from(name),
        kind,
        ty,
        has_default,
    }
}

pub fn pos(name: &str, ty: Type) -> Param {
    any_param(name, ty, ParamKind::PositionalOnly, false)
}

pub fn normal(name: &str, ty: Type) -> Param {
    any_param(name, ty, ParamKind::Normal, false)
}

pub fn optional(name: &str, ty: Type) -> Param {
    any_param(name, ty, ParamKind::Normal, true)
}

pub fn keyword(name: &str, ty: Type, has_default: bool) -> Param {
    any_param(name, ty, ParamKind::KeywordOnly, has_default)
}

pub fn varargs(name: &str, ty: Type) -> Param {
    any_param(name, ty, ParamKind::VarArgs, false)
}

pub fn kwargs(name: &str, ty: Type) -> Param {
    any_param(name, ty, ParamKind::KwArgs, false)
}

pub fn field(name: &str, ty: Type, has_default: bool) -> ExternField {
    ExternField {
        name: Rc::from(name),
        get: out(ty.clone()),
        set: ty,
        has_default,
        keyword_only: false,
    }
}

/// The record `Point { x: int, y: int }` of the program.
pub fn point() -> Type {
    Type::Named(DeclRef {
        id: DeclId(0),
        name: Rc::from("Point"),
    })
}

pub fn world() -> World {
    let mut world = World {
        classes: BTreeMap::new(),
        members: BTreeMap::new(),
        order: BTreeMap::new(),
        memo: RelationMemo::default(),
        decls: Decls::default(),
    };
    add_abcs(&mut world);
    add_builtins(&mut world);
    add_package(&mut world);
    let span = mochi_base::Span::default();
    let of = |name: &str, ty: Type| FieldInfo {
        name: Rc::from(name),
        ty,
        doc: None,
        span,
    };
    world.decls.items.push(Decl::Record(RecordDecl {
        name: Rc::from("Point"),
        fields: vec![of("x", Type::Int), of("y", Type::Int)],
        methods: Vec::new(),
        doc: None,
        is_key: false,
        export: false,
        span,
    }));
    world
}

fn add_abcs(world: &mut World) {
    let protocol = || ClassKind::Protocol;
    let t = |class: &str| [var(class, "T")];
    world.class("object", &[], ClassKind::Plain, &[]);
    world.method(
        "object",
        "__eq__",
        vec![pos("other", Type::Any)],
        Type::Bool,
    );
    world.method("object", "__hash__", vec![], Type::Int);
    world.method("object", "__str__", vec![], Type::Str);
    world.class("Sized", &[], protocol(), &[]);
    world.method("Sized", "__len__", vec![], Type::Int);
    world.class("Hashable", &[], protocol(), &[]);
    world.method("Hashable", "__hash__", vec![], Type::Int);
    world.class("SupportsIndex", &[], protocol(), &[]);
    world.method("SupportsIndex", "__index__", vec![], Type::Int);
    world.class("Iterable", &["T"], protocol(), &[]);
    world.method(
        "Iterable",
        "__iter__",
        vec![],
        Type::iterator(var("Iterable", "T")),
    );
    world.class(
        "Iterator",
        &["T"],
        protocol(),
        &[handle("Iterable", &t("Iterator"))],
    );
    world.method("Iterator", "__next__", vec![], var("Iterator", "T"));
    world.method(
        "Iterator",
        "__iter__",
        vec![],
        Type::iterator(var("Iterator", "T")),
    );
    world.class("Container", &["T"], protocol(), &[]);
    world.method(
        "Container",
        "__contains__",
        vec![pos("x", Type::Any)],
        Type::Bool,
    );
    let collection = t("Collection");
    world.class(
        "Collection",
        &["T"],
        protocol(),
        &[
            handle("Iterable", &collection),
            handle("Container", &collection),
        ],
    );
    world.method("Collection", "__len__", vec![], Type::Int);
    let s = t("Sequence");
    let of_sequence = |arg: &[Type; 1]| {
        vec![
            handle("Collection", arg),
            handle("Iterable", arg),
            handle("Container", arg),
        ]
    };
    world.class("Sequence", &["T"], ClassKind::Plain, &of_sequence(&s));
    let kv = [var("Mapping", "K"), var("Mapping", "V")];
    world.class(
        "Mapping",
        &["K", "V"],
        ClassKind::Plain,
        &of_sequence(&[kv[0].clone()]),
    );
    world.class("Awaitable", &["T"], protocol(), &[]);
    world.method("Awaitable", "__await__", vec![], Type::Any);
    world.class("m.SupportsLT", &["T"], protocol(), &[]);
    world.method(
        "m.SupportsLT",
        "__lt__",
        vec![pos("other", var("m.SupportsLT", "T"))],
        Type::Bool,
    );
    world.class("m.SupportsWrite", &["T"], protocol(), &[]);
    world.method(
        "m.SupportsWrite",
        "write",
        vec![pos("s", var("m.SupportsWrite", "T"))],
        Type::Any,
    );
    world.class("m.Handler", &[], protocol(), &[]);
    world.method(
        "m.Handler",
        "__call__",
        vec![normal("name", Type::Str), normal("count", Type::Int)],
        Type::Bool,
    );
    world.class("m.HasX", &[], protocol(), &[]);
    world.attribute("m.HasX", "x", Type::Int, false);
    // A sequence of sequences of …: grows at every step.
    world.class("m.Nested", &["T"], protocol(), &[]);
    let deeper = handle("m.Nested", &[Type::list(var("m.Nested", "T"))]);
    world.method(
        "m.Nested",
        "__getitem__",
        vec![pos("i", Type::Int)],
        Type::union([var("m.Nested", "T"), deeper]),
    );
}

fn add_builtins(world: &mut World) {
    let plain = || ClassKind::Plain;
    world.class("int", &[], plain(), &[]);
    world.method("int", "__index__", vec![], Type::Int);
    world.method("int", "__lt__", vec![pos("other", Type::Int)], Type::Bool);
    world.method("int", "__add__", vec![pos("other", Type::Int)], Type::Int);
    world.method("int", "__eq__", vec![pos("other", Type::Any)], Type::Bool);
    world.class("bool", &[], plain(), &[handle("int", &[])]);
    world.class("float", &[], plain(), &[]);
    let bases = |class: &str, arg: Type| {
        let arg = [arg];
        vec![
            handle(class, &arg),
            handle("Collection", &arg),
            handle("Iterable", &arg),
            handle("Container", &arg),
        ]
    };
    world.class("str", &[], plain(), &bases("Sequence", Type::Str));
    world.method("str", "__iter__", vec![], Type::iterator(Type::Str));
    world.method("str", "__len__", vec![], Type::Int);
    world.method("str", "__lt__", vec![pos("other", Type::Str)], Type::Bool);
    world.method("str", "upper", vec![], Type::Str);
    world.class(
        "list",
        &["T"],
        plain(),
        &bases("Sequence", var("list", "T")),
    );
    world.attribute("list", "__hash__", Type::None, false);
    world.method("list", "__iter__", vec![], Type::iterator(var("list", "T")));
    world.method("list", "__len__", vec![], Type::Int);
    world.overloaded(
        "list",
        "__getitem__",
        vec![
            sig(
                vec![pos("i", handle("SupportsIndex", &[]))],
                var("list", "T"),
            ),
            sig(
                vec![pos("s", handle("slice", &[]))],
                Type::list(var("list", "T")),
            ),
        ],
    );
    world.overloaded(
        "list",
        "__init__",
        vec![
            sig(vec![], Type::Unit),
            sig(
                vec![pos("iterable", handle("Iterable", &[var("list", "T")]))],
                Type::Unit,
            ),
        ],
    );
    world.class(
        "tuple",
        &["T"],
        plain(),
        &bases("Sequence", var("tuple", "T")),
    );
    world.class("slice", &[], plain(), &[]);
    world.class(
        "set",
        &["T"],
        plain(),
        &bases("Collection", var("set", "T"))[1..],
    );
    let entries = [var("dict", "K"), var("dict", "V")];
    let key = [entries[0].clone()];
    world.class(
        "dict",
        &["K", "V"],
        plain(),
        &[
            handle("Mapping", &entries),
            handle("Collection", &key),
            handle("Iterable", &key),
            handle("Container", &key),
        ],
    );
    world.class("type", &[], plain(), &[]);
    world.attribute("type", "__name__", Type::Str, true);
    world.class("types.NoneType", &[], plain(), &[]);
}

/// A package: a generic class, a class hierarchy, an enum, a record, operators, a context manager.
fn add_package(world: &mut World) {
    let t = || var("m.Box", "T");
    world.class("m.Box", &["T"], ClassKind::Plain, &[]);
    world.method("m.Box", "__init__", vec![normal("value", t())], Type::Unit);
    world.method("m.Box", "get", vec![], t());
    world.method("m.Box", "put", vec![normal("value", t())], Type::Unit);
    world.method("m.Box", "same", vec![], Type::SelfType);
    world.attribute("m.Box", "value", t(), true);
    world.member(
        "m.Box",
        "of",
        ExternMember::ClassMethod(Rc::new(fun(
            "m.Box.of",
            vec![sig(vec![normal("value", t())], Type::SelfType)],
        ))),
    );
    world.member(
        "m.Box",
        "LIMIT",
        ExternMember::Attribute {
            get: out(Type::Int),
            set: None,
            class_level: true,
        },
    );
    world.class(
        "m.IntBox",
        &[],
        ClassKind::Plain,
        &[handle("m.Box", &[Type::Int])],
    );
    world.class("m.Markup", &[], ClassKind::Plain, &[handle("str", &[])]);
    let members = vec![Rc::from("RED"), Rc::from("BLUE")];
    world.class("m.Color", &[], ClassKind::Enum(members), &[]);
    let fields = vec![
        field("name", Type::Str, false),
        field("size", Type::Int, true),
    ];
    world.class(
        "m.Item",
        &[],
        ClassKind::Record {
            fields,
            frozen: false,
        },
        &[],
    );
    world.class("m.Series", &[], ClassKind::Plain, &[]);
    let series = || handle("m.Series", &[]);
    world.method(
        "m.Series",
        "__gt__",
        vec![pos("other", Type::Float)],
        series(),
    );
    world.method(
        "m.Series",
        "__eq__",
        vec![pos("other", Type::Any)],
        series(),
    );
    world.method(
        "m.Series",
        "__radd__",
        vec![pos("other", Type::Float)],
        series(),
    );
    world.method(
        "m.Series",
        "__getitem__",
        vec![pos("i", Type::Int)],
        Type::Float,
    );
    world.method("m.Series", "__neg__", vec![], series());
    world.class("m.File", &[], ClassKind::Plain, &[]);
    world.method("m.File", "__enter__", vec![], Type::SelfType);
    world.method(
        "m.File",
        "__exit__",
        vec![varargs("args", Type::Any)],
        Type::Unit,
    );
    world.method("m.File", "write", vec![pos("s", Type::Str)], Type::Int);
    world.method("m.File", "__iter__", vec![], Type::SelfType);
    world.method("m.File", "__next__", vec![], Type::Str);
}
