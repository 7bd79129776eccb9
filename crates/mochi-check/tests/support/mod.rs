//! What the tests share: a small Python world in memory, and rendering of what checking yields.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_base::{Severity, SourceFile, SourceId};
use mochi_check::{Checked, check};
use mochi_types::{
    Check, ClassId, ClassKind, ExternClass, ExternFun, ExternItem, ExternMember, Externs, ModuleId,
    Out, Param, ParamKind, Signature, Type,
};

/// Imported modules described by hand.
#[derive(Default)]
pub struct World {
    items: BTreeMap<(String, String), Rc<ExternItem>>,
    classes: BTreeMap<ClassId, Rc<ExternClass>>,
    members: BTreeMap<(ClassId, String), Rc<ExternMember>>,
}

pub fn out(ty: Type) -> Out {
    let check = match &ty {
        Type::Str => Check::Str,
        Type::Int => Check::Int,
        Type::Bool => Check::Bool,
        Type::Handle(class, _) => Check::Instance(class.clone()),
        Type::Unit => Check::Unit,
        _ => Check::Nothing,
    };
    Out {
        ty,
        check: Rc::new(check),
    }
}

pub fn handle(module: &str, name: &str) -> Type {
    Type::Handle(ClassId::new(module, name), Rc::from([]))
}

pub fn param(name: &str, ty: Type, has_default: bool) -> Param {
    Param {
        name: Rc::from(name),
        kind: ParamKind::Normal,
        ty,
        has_default,
    }
}

pub fn keyword(name: &str, ty: Type) -> Param {
    Param {
        kind: ParamKind::KeywordOnly,
        ..param(name, ty, true)
    }
}

pub fn signature(params: Vec<Param>, ret: Type) -> Signature {
    Signature {
        type_params: Vec::new(),
        receiver: None,
        params,
        ret: out(ret),
        is_async: false,
    }
}

pub fn fun(symbol: &str, overloads: Vec<Signature>) -> Rc<ExternFun> {
    Rc::new(ExternFun {
        symbol: Rc::from(symbol),
        overloads,
        doc: None,
        deprecated: None,
    })
}

impl World {
    pub fn item(&mut self, module: &str, name: &str, item: ExternItem) {
        self.items
            .insert((module.to_owned(), name.to_owned()), Rc::new(item));
    }

    pub fn add_class(
        &mut self,
        module: &str,
        name: &str,
        kind: ClassKind,
        bases: &[&str],
    ) -> ClassId {
        let id = ClassId::new(module, name);
        let display = if module == "builtins" {
            name.to_owned()
        } else {
            format!("{module}.{name}")
        };
        let mut mro: Vec<(ClassId, Rc<[Type]>)> = vec![(id.clone(), Rc::from([]))];
        for base in bases {
            let (module, name) = base.rsplit_once('.').unwrap();
            mro.push((ClassId::new(module, name), Rc::from([])));
        }
        mro.push((ClassId::new("builtins", "object"), Rc::from([])));
        self.classes.insert(
            id.clone(),
            Rc::new(ExternClass {
                id: id.clone(),
                display: Rc::from(display),
                path: (ModuleId(Rc::from(module)), Rc::from(name)),
                type_params: Vec::new(),
                mro,
                kind,
                has_unknown_base: false,
                stub_only: false,
                types_only: false,
                tuple_parts: None,
                metaclass: None,
                doc: None,
            }),
        );
        self.item(module, name, ExternItem::Class(id.clone()));
        id
    }

    pub fn add_member(&mut self, class: &ClassId, name: &str, member: ExternMember) {
        self.members
            .insert((class.clone(), name.to_owned()), Rc::new(member));
    }

    pub fn add_attribute(&mut self, class: &ClassId, name: &str, ty: Type) {
        let member = ExternMember::Attribute {
            get: out(ty.clone()),
            set: Some(ty),
            class_level: false,
        };
        self.add_member(class, name, member);
    }

    pub fn method(&mut self, class: &ClassId, name: &str, params: Vec<Param>, ret: Type) {
        let symbol = format!("{}.{}.{name}", class.module, class.qualname);
        let fun = fun(&symbol, vec![signature(params, ret)]);
        self.add_member(class, name, ExternMember::Method(fun));
    }
}

impl Externs for World {
    fn import(&self, spec: &str) -> Option<ModuleId> {
        Some(ModuleId(Rc::from(spec)))
    }

    fn attribute(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>> {
        self.items
            .get(&(module.0.to_string(), name.to_owned()))
            .cloned()
    }

    fn names(&self, module: &ModuleId) -> Vec<Rc<str>> {
        self.items
            .keys()
            .filter(|(owner, _)| *owner == *module.0)
            .map(|(_, name)| Rc::from(name.as_str()))
            .collect()
    }

    fn class(&self, class: &ClassId) -> Option<Rc<ExternClass>> {
        self.classes.get(class).cloned()
    }

    fn member(&self, class: &ClassId, name: &str) -> Option<Rc<ExternMember>> {
        self.members.get(&(class.clone(), name.to_owned())).cloned()
    }

    fn member_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        self.declared_names(class)
    }

    fn declared_names(&self, class: &ClassId) -> Vec<Rc<str>> {
        self.members
            .keys()
            .filter(|(owner, _)| owner == class)
            .map(|(_, name)| Rc::from(name.as_str()))
            .collect()
    }
}

/// A web client, an enum and a few functions, as a package would declare them.
pub fn web() -> World {
    let mut world = World::default();
    let object = world.add_class("builtins", "object", ClassKind::Plain, &[]);
    world.method(
        &object,
        "__eq__",
        vec![param("other", Type::Any, false)],
        Type::Bool,
    );
    world.add_class("builtins", "BaseException", ClassKind::Exception, &[]);
    let error = world.add_class(
        "web",
        "Error",
        ClassKind::Exception,
        &["builtins.BaseException"],
    );
    world.method(
        &error,
        "__init__",
        vec![param("message", Type::Str, false)],
        Type::Unit,
    );
    world.add_attribute(&error, "request", handle("web", "Client"));
    world.add_class(
        "web",
        "Timeout",
        ClassKind::Exception,
        &["web.Error", "builtins.BaseException"],
    );
    let response = world.add_class("web", "Response", ClassKind::Plain, &[]);
    world.add_attribute(&response, "status", Type::Int);
    world.add_attribute(&response, "body", Type::Str);
    world.add_attribute(&response, "next", Type::option(handle("web", "Response")));
    world.method(&response, "json", vec![], Type::Any);
    let client = world.add_class("web", "Client", ClassKind::Plain, &[]);
    world.method(
        &client,
        "__init__",
        vec![keyword("timeout", Type::Float), keyword("base", Type::Str)],
        Type::Unit,
    );
    world.method(
        &client,
        "get",
        vec![
            param("url", Type::Str, false),
            keyword("timeout", Type::Float),
        ],
        handle("web", "Response"),
    );
    world.method(&client, "close", vec![], Type::Unit);
    world.method(&client, "__enter__", vec![], handle("web", "Client"));
    world.method(
        &client,
        "__exit__",
        vec![param("a", Type::Any, true), param("b", Type::Any, true)],
        Type::Unit,
    );
    let color = world.add_class(
        "web",
        "Color",
        ClassKind::Enum(vec![Rc::from("RED"), Rc::from("BLUE")]),
        &[],
    );
    for name in ["RED", "BLUE"] {
        let ty = Type::Literal(mochi_types::Literal::Member(color.clone(), Rc::from(name)));
        let member = ExternMember::Attribute {
            get: out(ty),
            set: None,
            class_level: true,
        };
        world.add_member(&color, name, member);
    }
    world.add_attribute(&color, "value", Type::Int);
    let get = fun(
        "web.get",
        vec![signature(
            vec![
                param("url", Type::Str, false),
                keyword("timeout", Type::Float),
            ],
            handle("web", "Response"),
        )],
    );
    world.item("web", "get", ExternItem::Fun(get));
    let each = fun(
        "web.each",
        vec![signature(
            vec![param(
                "handler",
                Type::fun(vec![handle("web", "Response")], Type::Str),
                false,
            )],
            Type::Unit,
        )],
    );
    world.item("web", "each", ExternItem::Fun(each));
    let find = fun(
        "web.find",
        vec![
            signature(
                vec![param("key", Type::Str, false)],
                Type::option(Type::Int),
            ),
            signature(vec![param("key", Type::Int, false)], Type::Str),
        ],
    );
    world.item("web", "find", ExternItem::Fun(find));
    let old = Rc::new(ExternFun {
        symbol: Rc::from("web.old"),
        overloads: vec![signature(vec![], Type::Unit)],
        doc: None,
        deprecated: Some(Rc::from("use get")),
    });
    world.item("web", "old", ExternItem::Fun(old));
    let value = ExternItem::Value {
        get: out(Type::Int),
        set: None,
    };
    world.item("web", "LIMIT", value);
    let value = ExternItem::Value {
        get: out(Type::PyObject),
        set: None,
    };
    world.item("web", "opaque", value);
    let sub = ExternItem::Module(ModuleId(Rc::from("web.sub")));
    world.item("web", "sub", sub);
    let value = ExternItem::Value {
        get: out(Type::Any),
        set: Some(Type::Any),
    };
    world.item("web.sub", "debug", value);
    world
}

/// Parses and checks a text.
pub fn checked(text: &str) -> Checked {
    let parsed = mochi_syntax::parse(SourceId(0), text);
    let file = SourceFile::new("test.mochi", text);
    let mut checked = check(&parsed.program, &file, &web());
    let mut all = parsed.diagnostics;
    all.append(&mut checked.diagnostics);
    all.sort_by_key(|diagnostic| diagnostic.span.map(|span| span.start));
    checked.diagnostics = all;
    checked
}

/// The diagnostics as lines `CODE LINE:COLUMN message`, notes indented.
pub fn report(text: &str) -> String {
    let file = SourceFile::new("test.mochi", text);
    let mut lines = Vec::new();
    for diagnostic in checked(text).diagnostics {
        let at = diagnostic.span.map(|span| file.line_column(span.start));
        let place = at.map_or_else(String::new, |at| format!(" {}:{}", at.line, at.column));
        let word = match diagnostic.severity {
            Severity::Error => "",
            Severity::Warning => "warning ",
        };
        lines.push(format!(
            "{word}{}{place} {}",
            diagnostic.code, diagnostic.message
        ));
        for note in diagnostic.notes {
            lines.push(format!("    {}", note.message.replace('\n', "\n    ")));
        }
    }
    lines.join("\n")
}

/// The types that `--types` shows, one a line.
pub fn types(text: &str) -> String {
    let file = SourceFile::new("test.mochi", text);
    let checked = checked(text);
    let lines: Vec<String> = checked
        .types
        .iter()
        .map(|(span, ty)| format!("{}: {ty}", file.slice(*span)))
        .collect();
    lines.join("\n")
}
