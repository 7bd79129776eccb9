//! Extern declarations: imported Python modules as the checker sees them, in Mochi's types.
//!
//! The closed type table (crate `mochi-bridge`) makes them from surfaces, lazily.
//!
//! Spec: language.md §18.2–18.4; bridge.md §6.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::{Check, Decls, RelationMemo, Type, TypeParam};

/// A Python module by its dotted name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub Rc<str>);

/// A Python class by the module and qualified name of its definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId {
    /// The defining module.
    pub module: Rc<str>,
    /// `Outer.Inner` within it.
    pub qualname: Rc<str>,
}

impl ClassId {
    /// The class `qualname` of `module`.
    pub fn new(module: impl Into<Rc<str>>, qualname: impl Into<Rc<str>>) -> Self {
        Self {
            module: module.into(),
            qualname: qualname.into(),
        }
    }

    /// Whether this is that class.
    pub fn is(&self, module: &str, qualname: &str) -> bool {
        &*self.module == module && &*self.qualname == qualname
    }
}

impl fmt::Display for ClassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module, self.qualname)
    }
}

/// A type that comes out of Python, with the check that makes it true.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Out {
    /// The Mochi type.
    pub ty: Type,
    /// The run-time check.
    pub check: Rc<Check>,
}

/// How a parameter takes its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParamKind {
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

/// A parameter of an extern function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Param {
    /// Its name as Python spells it.
    pub name: Rc<str>,
    /// How it takes arguments.
    pub kind: ParamKind,
    /// What is accepted (direction *in*).
    pub ty: Type,
    /// Whether it may be left out.
    pub has_default: bool,
}

/// One signature of an extern function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The type parameters it binds itself.
    pub type_params: Vec<Rc<TypeParam>>,
    /// The declared type of the receiver, where the source annotates `self` or `cls`: the
    /// overload applies only to receivers that fit it.
    pub receiver: Option<Type>,
    /// The parameters, receiver excluded.
    pub params: Vec<Param>,
    /// The result (direction *out*); for async functions what awaiting yields.
    pub ret: Out,
    /// Whether a call must be awaited.
    pub is_async: bool,
}

/// An extern function or method with its overloads in order.
#[derive(Clone, Debug)]
pub struct ExternFun {
    /// The name that messages use: `httpx.Client.get`.
    pub symbol: Rc<str>,
    /// The overloads; at least one.
    pub overloads: Vec<Signature>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// The message of `@deprecated`.
    pub deprecated: Option<Rc<str>>,
}

impl PartialEq for ExternFun {
    fn eq(&self, other: &Self) -> bool {
        self.symbol == other.symbol && self.overloads == other.overloads
    }
}

impl Eq for ExternFun {}

impl Hash for ExternFun {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.symbol.hash(state);
    }
}

/// What a name of a module stands for.
#[derive(Clone, Debug)]
pub enum ExternItem {
    /// A function.
    Fun(Rc<ExternFun>),
    /// A class.
    Class(ClassId),
    /// A constant or variable; `set` is what may be assigned, none for constants.
    Value {
        /// The type of reading it.
        get: Out,
        /// The type of assigning to it.
        set: Option<Type>,
    },
    /// A module.
    Module(ModuleId),
    /// A type alias: usable as a type only.
    Alias(Type),
}

/// A class.
#[derive(Clone, Debug)]
pub struct ExternClass {
    /// Its identity.
    pub id: ClassId,
    /// The name that messages use: its public path, `httpx.Client`.
    pub display: Rc<str>,
    /// Where the emitted code finds it: a module and an attribute path inside it.
    pub path: (ModuleId, Rc<str>),
    /// Its type parameters.
    pub type_params: Vec<Rc<TypeParam>>,
    /// Method resolution order, itself first, as types in terms of `type_params`.
    /// Bases with a Mochi type of their own appear as handles here too (`builtins.int`).
    pub mro: Vec<(ClassId, Rc<[Type]>)>,
    /// What kind it is.
    pub kind: ClassKind,
    /// Some base is unknown: undeclared members read as `any`-like skips, not as errors… the
    /// member lookup answers none and the message says that the declaration is incomplete.
    pub has_unknown_base: bool,
    /// The class may not exist at run time.
    pub stub_only: bool,
    /// It is declared for type checkers alone: values of other classes are passed off as its
    /// instances.
    pub types_only: bool,
    /// The parts of the tuple of fixed length that it derives from, in terms of `type_params`.
    pub tuple_parts: Option<Rc<[Out]>>,
    /// The class of the class object (`metaclass=`), if it is not plain `type`.
    pub metaclass: Option<ClassId>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
}

/// What a class is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassKind {
    /// Any other class.
    Plain,
    /// Structural.
    Protocol,
    /// Members in order.
    Enum(Vec<Rc<str>>),
    /// An exception: catchable by type.
    Exception,
    /// Built by field; read and (unless frozen) assigned by field.
    Record {
        /// The fields in order.
        fields: Vec<ExternField>,
        /// Instances cannot be assigned to.
        frozen: bool,
    },
    /// A dict at run time: `.k` is `["k"]`.
    TypedDict(Vec<ExternField>),
}

/// A field of an extern record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternField {
    /// Its name.
    pub name: Rc<str>,
    /// The type of reading it.
    pub get: Out,
    /// The type of giving it.
    pub set: Type,
    /// May be left out when building.
    pub has_default: bool,
    /// Only by name when called as a function.
    pub keyword_only: bool,
}

/// A member that a class itself declares, in terms of its type parameters and `Self`.
#[derive(Clone, Debug)]
pub enum ExternMember {
    /// Called on an instance; the receiver is not among the parameters.
    Method(Rc<ExternFun>),
    /// Called on the class (or an instance); `cls` is not among the parameters.
    ClassMethod(Rc<ExternFun>),
    /// Called on the class (or an instance).
    StaticMethod(Rc<ExternFun>),
    /// Read, and assigned if `set` says so.
    Attribute {
        /// The type of reading it.
        get: Out,
        /// The type of assigning to it.
        set: Option<Type>,
        /// Readable on the class object itself.
        class_level: bool,
    },
    /// A nested class.
    Class(ClassId),
}

/// Everything the checker may ask about imported Python modules. Answers are lazy and cached by
/// the implementation; asking never fails.
pub trait Externs {
    /// The module that an `import python "<spec>"` binds; none if it was reported already.
    fn import(&self, spec: &str) -> Option<ModuleId>;

    /// What `name` stands for in the module.
    fn attribute(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>>;

    /// Whether the module's own text binds the name: a submodule that it does not import is no
    /// attribute of it to those who read types alone.
    fn binds(&self, _module: &ModuleId, _name: &str) -> bool {
        true
    }

    /// The module's public names, sorted: for suggestions and `auto`.
    fn names(&self, module: &ModuleId) -> Vec<Rc<str>>;

    /// The class of that identity.
    fn class(&self, class: &ClassId) -> Option<Rc<ExternClass>>;

    /// The member that the class itself declares under that name; bases are not searched.
    fn member(&self, class: &ClassId, name: &str) -> Option<Rc<ExternMember>>;

    /// The public member names that the class itself declares.
    fn member_names(&self, class: &ClassId) -> Vec<Rc<str>>;

    /// All member names that the class itself declares, private and double-underscore ones
    /// included: what a protocol asks for.
    fn declared_names(&self, class: &ClassId) -> Vec<Rc<str>>;

    /// Where answers about these declarations may be remembered; worth giving for large packages.
    fn memo(&self) -> Option<&RelationMemo> {
        None
    }
}

/// What the relations between types need to look things up.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The program's own declarations.
    pub decls: &'a Decls,
    /// The imported modules.
    pub externs: &'a dyn Externs,
}
