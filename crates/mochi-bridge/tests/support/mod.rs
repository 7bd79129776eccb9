//! A surface in memory, for tests.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may stop at the first surprise"
)]
#![allow(dead_code, reason = "each test binary uses a part")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use mochi_bridge::Bridge;
use mochi_surface::{
    Class, ClassKind, ClassName, Function, Item, Member, MemberKind, Module, ModuleName, Parameter,
    ParameterKind, Place, PyType, Signature, SurfaceSource, Tier, TypeVar, TypeVarKind, Value,
};
use mochi_types::{Context, Decls, ExternFun, ExternItem, Externs, ModuleId, Type};

/// The module that tests fill.
pub const MODULE: &str = "pkg";

/// Items, classes and members by name.
#[derive(Default)]
pub struct Memory {
    items: RefCell<BTreeMap<String, Rc<Item>>>,
    classes: RefCell<BTreeMap<ClassName, Rc<Class>>>,
    members: RefCell<BTreeMap<(ClassName, String), Rc<Member>>>,
    pub tier: RefCell<Option<Tier>>,
    pub dynamic: RefCell<bool>,
}

impl SurfaceSource for Memory {
    fn module(&self, name: &ModuleName) -> Option<Rc<Module>> {
        let names: Vec<Rc<str>> = self
            .items
            .borrow()
            .keys()
            .map(|name| Rc::from(&**name))
            .collect();
        (name.as_str() == MODULE).then(|| {
            Rc::new(Module {
                name: name.clone(),
                tier: self.tier.borrow().unwrap_or(Tier::Inline),
                names: names.clone(),
                public: names,
                doc: None,
                dynamic: *self.dynamic.borrow(),
            })
        })
    }

    fn item(&self, module: &ModuleName, name: &str) -> Option<Rc<Item>> {
        if module.as_str() != MODULE {
            return None;
        }
        self.items.borrow().get(name).cloned()
    }

    fn class(&self, class: &ClassName) -> Option<Rc<Class>> {
        if let Some(class) = self.classes.borrow().get(class) {
            return Some(class.clone());
        }
        // The standard library's own: a plain class.
        (class.module.as_str() != MODULE).then(|| Rc::new(plain_class(class.clone())))
    }

    fn member(&self, class: &ClassName, name: &str) -> Option<Rc<Member>> {
        self.members
            .borrow()
            .get(&(class.clone(), name.to_owned()))
            .cloned()
    }
}

impl Memory {
    /// A class of `pkg` of some kind, `own` being changed as the test wants.
    pub fn class_with(&self, name: &str, change: impl FnOnce(&mut Class)) -> PyType {
        let mut class = plain_class(local(name));
        change(&mut class);
        let py = PyType::Class(class.name.clone(), Rc::from([]));
        self.items
            .borrow_mut()
            .insert(name.to_owned(), Rc::new(Item::Class(class.name.clone())));
        self.classes
            .borrow_mut()
            .insert(class.name.clone(), Rc::new(class));
        py
    }

    /// A class of `pkg` of some kind.
    pub fn class(&self, name: &str, kind: ClassKind) -> PyType {
        self.class_with(name, |class| class.kind = kind)
    }

    /// Another member of a class of `pkg`.
    pub fn member(&self, class: &str, name: &str, kind: MemberKind) {
        let owner = local(class);
        let mut classes = self.classes.borrow_mut();
        let header = classes.get_mut(&owner).unwrap();
        Rc::make_mut(header).members.push(Rc::from(name));
        self.members.borrow_mut().insert(
            (owner.clone(), name.to_owned()),
            Rc::new(Member { owner, kind }),
        );
    }

    /// A name of `pkg`.
    pub fn item(&self, name: &str, item: Item) {
        self.items
            .borrow_mut()
            .insert(name.to_owned(), Rc::new(item));
    }

    /// A function of `pkg` with these overloads.
    pub fn function(&self, name: &str, overloads: Vec<Signature>) {
        self.item(name, Item::Function(Rc::new(function(name, overloads))));
    }
}

/// A function.
pub fn function(name: &str, overloads: Vec<Signature>) -> Function {
    Function {
        name: Rc::from(name),
        overloads,
        doc: None,
        deprecated: None,
        place: Some(place()),
    }
}

/// Where everything is declared.
pub fn place() -> Place {
    Place {
        file: Rc::from("pkg/__init__.py"),
        line: 7,
    }
}

/// `name` of `pkg`.
pub fn local(name: &str) -> ClassName {
    ClassName::new(ModuleName::new(MODULE), name)
}

fn plain_class(name: ClassName) -> Class {
    Class {
        public_path: (name.module.clone(), name.qualname.clone()),
        mro: vec![PyType::Class(name.clone(), Rc::from([]))],
        name,
        type_vars: Vec::new(),
        bases: Vec::new(),
        kind: ClassKind::Plain,
        has_unknown_base: false,
        members: Vec::new(),
        doc: None,
        deprecated: None,
        from_stub: false,
        tuple_parts: None,
        metaclass: None,
        place: Some(place()),
    }
}

/// A parameter.
pub fn param(name: &str, kind: ParameterKind, ty: PyType, has_default: bool) -> Parameter {
    Parameter {
        name: Rc::from(name),
        kind,
        ty,
        has_default,
    }
}

/// A parameter by position or name, without default.
pub fn normal(name: &str, ty: PyType) -> Parameter {
    param(name, ParameterKind::Normal, ty, false)
}

/// A signature.
pub fn signature(params: Vec<Parameter>, ret: PyType) -> Signature {
    Signature {
        type_vars: Vec::new(),
        params,
        ret,
        is_async: false,
    }
}

/// A constant or attribute.
pub fn value(ty: PyType, is_final: bool) -> Value {
    Value {
        ty,
        is_final,
        place: Some(place()),
    }
}

/// A class of another module with arguments.
pub fn class(module: &str, name: &str, args: &[PyType]) -> PyType {
    PyType::Class(
        ClassName::new(ModuleName::new(module), name),
        args.iter().cloned().collect(),
    )
}

/// An ordinary type variable.
pub fn type_var(name: &str) -> Rc<TypeVar> {
    variable(name, TypeVarKind::Plain)
}

/// A type variable of some kind.
pub fn variable(name: &str, kind: TypeVarKind) -> Rc<TypeVar> {
    Rc::new(TypeVar {
        id: Rc::from(format!("{name}@pkg")),
        name: Rc::from(name),
        kind,
        bound: None,
        constraints: Vec::new(),
        default: None,
    })
}

/// A bridge over the surface.
pub fn bridge(memory: Memory) -> Bridge {
    Bridge::new(Rc::new(memory), BTreeMap::new())
}

/// `pkg.name`.
pub fn attribute(bridge: &Bridge, name: &str) -> Option<Rc<ExternItem>> {
    bridge.attribute(&ModuleId(Rc::from(MODULE)), name)
}

/// The function `pkg.name`.
pub fn fun(bridge: &Bridge, name: &str) -> Rc<ExternFun> {
    match attribute(bridge, name).as_deref() {
        Some(ExternItem::Fun(fun)) => fun.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

/// A type as messages show it.
pub fn show(bridge: &Bridge, ty: &Type) -> String {
    let decls = Decls::default();
    Context {
        decls: &decls,
        externs: bridge,
    }
    .show(ty)
}

/// A signature as messages show it.
pub fn show_signature(bridge: &Bridge, name: &str, signature: &mochi_types::Signature) -> String {
    let decls = Decls::default();
    Context {
        decls: &decls,
        externs: bridge,
    }
    .show_signature(name, signature)
}

/// Skips as `part: code` lines.
pub fn skip_lines(bridge: &Bridge) -> Vec<String> {
    bridge
        .skips()
        .iter()
        .map(|skip| format!("{} / {}: {}", skip.item, skip.part, skip.reason.code()))
        .collect()
}
