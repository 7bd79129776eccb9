//! What a module holds: functions, classes with members, values.

use std::rc::Rc;

use crate::{ClassName, ModuleName, PyType, Tier, TypeVar};

/// A place in a Python source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, relative to its root (`httpx/_client.py`).
    pub file: Rc<str>,
    /// The line, from 1.
    pub line: u32,
}

/// A module: its names, not yet evaluated.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its name.
    pub name: ModuleName,
    /// Which tier of the ladder its types come from.
    pub tier: Tier,
    /// Every name that can be reached as an attribute, sorted: definitions, re-exports, submodules.
    pub names: Vec<Rc<str>>,
    /// The public ones among them (bridge.md §5), sorted.
    pub public: Vec<Rc<str>>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// Whether it has a module-level `__getattr__`.
    pub dynamic: bool,
}

/// What a name of a module stands for, re-exports followed.
#[derive(Clone, Debug)]
pub enum Item {
    /// A function.
    Function(Rc<Function>),
    /// A class.
    Class(ClassName),
    /// A constant or variable.
    Value(Value),
    /// A submodule or an imported module.
    Module(ModuleName),
    /// A type alias: usable as a type; as a value only if it names a class.
    Alias(PyType),
    /// A type variable or another construct that only type expressions use.
    TypingOnly,
}

/// A constant, variable or attribute.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its declared (or plainly evident) type.
    pub ty: PyType,
    /// Declared `Final`, or an all-upper-case module constant.
    pub is_final: bool,
    /// Where it is declared.
    pub place: Option<Place>,
}

/// A function or method with all its overloads.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: Rc<str>,
    /// The overloads in order; one for an ordinary function.
    pub overloads: Vec<Signature>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// The message of `@deprecated`.
    pub deprecated: Option<Rc<str>>,
    /// Where it is declared.
    pub place: Option<Place>,
}

/// One signature. Methods include their first parameter (`self`, `cls`) when they are accessed
/// unbound; [`Member`] says how to bind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// Type variables that this signature itself binds.
    pub type_vars: Vec<Rc<TypeVar>>,
    /// The parameters in order.
    pub params: Vec<Parameter>,
    /// The declared result; for `async def` what awaiting yields.
    pub ret: PyType,
    /// `async def`.
    pub is_async: bool,
}

/// How a parameter takes its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParameterKind {
    /// By position only.
    PositionalOnly,
    /// By position or by name.
    Normal,
    /// `*args`; the type is that of one argument.
    VarArgs,
    /// By name only.
    KeywordOnly,
    /// `**kwargs`; the type is that of one argument.
    KwArgs,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parameter {
    /// Its name.
    pub name: Rc<str>,
    /// How it takes arguments.
    pub kind: ParameterKind,
    /// Its declared type.
    pub ty: PyType,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// A class: header and names of members; members are asked for one by one.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its identity.
    pub name: ClassName,
    /// Type variables it binds, in order.
    pub type_vars: Vec<Rc<TypeVar>>,
    /// Its bases with their arguments, in order, `Generic`/`Protocol` markers left out.
    pub bases: Vec<PyType>,
    /// Its method resolution order, itself first, each with arguments in terms of `type_vars`.
    /// A base that cannot be resolved is left out.
    pub mro: Vec<PyType>,
    /// What kind of class it is.
    pub kind: ClassKind,
    /// A base could not be resolved, or is `Any`: members may exist that nobody declared.
    pub has_unknown_base: bool,
    /// Own member names in order of declaration, private ones included.
    pub members: Vec<Rc<str>>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// The message of `@deprecated`.
    pub deprecated: Option<Rc<str>>,
    /// Declared in a stub file whose class may not exist at run time.
    pub from_stub: bool,
    /// The parts of the tuple of fixed length among its bases (`class A(tuple[int, str])`), in
    /// terms of `type_vars`; named tuples have fields instead.
    pub tuple_parts: Option<Rc<[PyType]>>,
    /// The class of the class object, where it or a base of it declares one.
    pub metaclass: Option<ClassName>,
    /// Where it is declared.
    pub place: Option<Place>,
    /// A public path to it: the module and the attribute path inside it. The shortest public
    /// re-export known (`httpx.Client` for `httpx._client.Client`), else the definition itself.
    pub public_path: (ModuleName, Rc<str>),
}

/// What a class is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// Any other class.
    Plain,
    /// `Protocol`.
    Protocol,
    /// `Enum`, `Flag` and their kin, with the members in order.
    Enum(Vec<Rc<str>>),
    /// Derived from `BaseException`.
    Exception,
    /// `@dataclass`, or a class under `dataclass_transform` (attrs, pydantic): constructor fields.
    Dataclass {
        /// The fields in order, inherited ones first.
        fields: Vec<Field>,
        /// Instances cannot be assigned to.
        frozen: bool,
    },
    /// `NamedTuple`, with its fields in order.
    NamedTuple(Vec<Field>),
    /// `TypedDict`, with its keys in order.
    TypedDict(Vec<Field>),
}

/// A field of a record-like class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Rc<str>,
    /// Its type.
    pub ty: PyType,
    /// May be left out when constructing (default, `NotRequired`).
    pub has_default: bool,
    /// Only by keyword.
    pub keyword_only: bool,
}

/// A member of a class, declared in the class itself.
#[derive(Clone, Debug)]
pub struct Member {
    /// The class that declares it.
    pub owner: ClassName,
    /// What it is.
    pub kind: MemberKind,
}

/// The kinds of member.
#[derive(Clone, Debug)]
pub enum MemberKind {
    /// An ordinary method; every overload's first parameter is the receiver.
    Method(Rc<Function>),
    /// `@classmethod`; every overload's first parameter is the class.
    ClassMethod(Rc<Function>),
    /// `@staticmethod`.
    StaticMethod(Rc<Function>),
    /// `@property`, `@cached_property`.
    Property {
        /// The type of reading it.
        get: PyType,
        /// The type of assigning to it; none if it is read-only.
        set: Option<PyType>,
        /// Where it is declared.
        place: Option<Place>,
    },
    /// A variable of the class or of its instances.
    Attribute {
        /// Its declared type.
        value: Value,
        /// Readable on the class itself.
        class_level: bool,
    },
    /// A nested class.
    Class(ClassName),
}
