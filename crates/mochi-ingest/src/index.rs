//! The index of a module: which statements define which name. Built once when the module is first
//! asked for anything; nothing is evaluated here.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use mochi_surface::{ClassName, ModuleName, Place, PyType};
use ruff_python_ast::{
    Expr, StmtAnnAssign, StmtAssign, StmtClassDef, StmtFunctionDef, StmtTypeAlias,
};
use ruff_text_size::TextSize;

use crate::class::{Header, Record};
use crate::infer::Callee;
use crate::lookup::Slot;
use crate::map::Map;
use crate::resolver::ModuleSource;
use crate::scope::Symbol;

/// One module's statements, by name.
pub(crate) struct ModuleIndex {
    pub(crate) name: ModuleName,
    pub(crate) source: Rc<ModuleSource>,
    pub(crate) scope: Scope,
    /// `from m import *`, in order.
    pub(crate) stars: Vec<ModuleName>,
    /// What `__all__` is made of; none if there is no `__all__` that can be read.
    pub(crate) all: Option<Vec<AllPart>>,
    pub(crate) doc: Option<Rc<str>>,
    /// The parser had to recover from errors.
    pub(crate) has_errors: bool,
    /// The source, for comments that give types.
    pub(crate) text: Rc<str>,
    /// Offsets at which lines begin.
    pub(crate) lines: Vec<u32>,
    /// What names stand for, imports followed.
    pub(crate) found: RefCell<Map<Rc<str>, Slot>>,
    /// The names that `from this import *` brings.
    pub(crate) star_names: OnceCell<Rc<Vec<Rc<str>>>>,
    /// Classes made by a call: `Point = namedtuple("Point", "x y")`.
    pub(crate) made: RefCell<Map<Rc<str>, Rc<ClassNode>>>,
}

impl ModuleIndex {
    /// The place of an offset in this module.
    pub(crate) fn place(&self, at: TextSize) -> Place {
        let line = self.lines.partition_point(|start| *start <= at.to_u32());
        Place {
            file: self.source.file.clone(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
        }
    }

    /// Whether the text is a stub.
    pub(crate) fn is_stub(&self) -> bool {
        self.source.is_stub
    }

    /// Whether a name that the module binds is there when the module runs: what stands under
    /// `TYPE_CHECKING` alone is not. A stub says nothing of that.
    pub(crate) fn binds_at_run_time(&self, name: &str) -> bool {
        let sites = self.scope.sites.get(name);
        self.is_stub() || sites.is_none_or(|sites| sites.iter().any(|site| !site.is_typing_only))
    }
}

/// A step of building `__all__`.
#[derive(Clone, Debug)]
pub(crate) enum AllPart {
    /// Names in literals.
    Names(Vec<Rc<str>>),
    /// `other.__all__`, with the dotted path before `.__all__`.
    Module(String),
    /// `__all__.remove("x")`.
    Remove(Rc<str>),
}

/// The names that one body of statements binds.
#[derive(Default)]
pub(crate) struct Scope {
    pub(crate) sites: Map<Rc<str>, Vec<Site>>,
    /// Names in order of their first binding.
    pub(crate) order: Vec<Rc<str>>,
    /// What the names mean in type expressions.
    pub(crate) symbols: RefCell<Map<Rc<str>, Rc<Symbol>>>,
    /// The types of variables.
    pub(crate) values: RefCell<Map<Rc<str>, Option<PyType>>>,
    /// What functions are when they are called, with and without their `ParamSpec`s.
    pub(crate) callees: RefCell<Map<(Rc<str>, bool), Callee>>,
}

impl Scope {
    pub(crate) fn add(&mut self, name: &str, site: Site) {
        if let Some(sites) = self.sites.get_mut(name) {
            sites.push(site);
            return;
        }
        let name: Rc<str> = Rc::from(name);
        self.order.push(name.clone());
        self.sites.insert(name, vec![site]);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        if self.sites.remove(name).is_some() {
            self.order.retain(|known| &**known != name);
        }
    }
}

/// One binding of a name.
pub(crate) struct Site {
    pub(crate) def: Def,
    /// Bound only where something else failed: an `except` handler, the `else` of an undecided `if`.
    pub(crate) is_fallback: bool,
    /// Bound under `TYPE_CHECKING` only: absent at run time.
    pub(crate) is_typing_only: bool,
    pub(crate) at: TextSize,
}

/// What a binding is.
#[derive(Clone)]
pub(crate) enum Def {
    Function(Rc<StmtFunctionDef>),
    Class(Rc<ClassNode>),
    TypeAlias(Rc<StmtTypeAlias>),
    Annotated(Rc<StmtAnnAssign>),
    /// `name = value`.
    Assigned(Rc<StmtAssign>),
    /// `import a.b` (the module is then `a`) or `import a.b as c`.
    Import {
        module: ModuleName,
        reexport: bool,
    },
    /// `from module import name`.
    ImportFrom {
        module: ModuleName,
        name: Rc<str>,
        reexport: bool,
    },
    /// A loop variable, a part of an unpacked tuple: bound, its type unknown.
    Opaque,
}

impl Def {
    pub(crate) fn is_declaration(&self) -> bool {
        !matches!(self, Self::Assigned(_) | Self::Opaque)
    }

    pub(crate) fn is_import(&self) -> bool {
        matches!(self, Self::Import { .. } | Self::ImportFrom { .. })
    }
}

/// A class statement, or a call that makes a class.
pub(crate) struct ClassNode {
    pub(crate) name: ClassName,
    pub(crate) origin: ClassOrigin,
    pub(crate) scope: Scope,
    pub(crate) doc: Option<Rc<str>>,
    pub(crate) at: TextSize,
    pub(crate) header: RefCell<Option<Rc<Header>>>,
    pub(crate) record: RefCell<Option<Rc<Record>>>,
    pub(crate) instance: OnceCell<Rc<Vec<InstanceAttribute>>>,
}

/// Where a class comes from.
pub(crate) enum ClassOrigin {
    /// A class statement; its body has moved into the scope.
    Statement(Box<StmtClassDef>),
    /// `Name = Call(…)`.
    Call(MadeKind, Rc<StmtAssign>),
}

/// The callables that make classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MadeKind {
    /// `collections.namedtuple`.
    UntypedTuple,
    /// `typing.NamedTuple`.
    NamedTuple,
    /// `typing.TypedDict`.
    TypedDict,
    /// `Enum("Color", "RED GREEN")`.
    Enum,
}

/// `self.name: annotation = value` in a method.
pub(crate) struct InstanceAttribute {
    pub(crate) name: Rc<str>,
    pub(crate) annotation: Option<Expr>,
    pub(crate) value: Option<Expr>,
    pub(crate) method: Rc<StmtFunctionDef>,
    pub(crate) at: TextSize,
    /// Where the statement ends.
    pub(crate) end: TextSize,
}

impl ClassNode {
    /// The statement, for a class made by one.
    pub(crate) fn statement(&self) -> Option<&StmtClassDef> {
        match &self.origin {
            ClassOrigin::Statement(statement) => Some(statement),
            ClassOrigin::Call(..) => None,
        }
    }
}
