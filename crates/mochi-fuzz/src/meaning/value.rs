//! Values, scopes and faults of the reference interpreter.
//!
//! Spec: language.md §3, §4, §13.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::logic::{Logic, Relations};
use mochi_syntax::ast::{AgentDecl, FieldDecl, FunDecl, Lambda, TypeExpr};

/// A value. Numbers are bounded; what leaves the bounds is given up, never wrong.
#[derive(Clone)]
pub enum Value {
    /// `none`, also unit.
    None,
    /// A truth value.
    Bool(bool),
    /// `int`.
    Int(i128),
    /// `bigint`.
    Big(i128),
    /// `bigrat`: numerator and positive denominator in lowest terms.
    Rat(i128, i128),
    /// `float`.
    Float(f64),
    /// `string`.
    Str(Rc<str>),
    /// `bytes`.
    Bytes(Rc<[u8]>),
    /// A list, shared.
    List(Rc<RefCell<Vec<Value>>>),
    /// A map or an anonymous record, shared.
    Map(Rc<RefCell<Vec<(Value, Value)>>>),
    /// An ordered map, shared.
    OMap(Rc<RefCell<Vec<(Value, Value)>>>),
    /// A set.
    Set(Rc<Vec<Value>>),
    /// A tuple.
    Tuple(Rc<Vec<Value>>),
    /// A record or a variant, shared.
    Record(Rc<Record>),
    /// A function.
    Fun(Rc<Function>),
    /// What `catch` binds.
    Error(Rc<Fault>),
    /// What `group by` binds.
    Group(Rc<Group>),
    /// What an import binds.
    Module(Rc<Module>),
    /// A channel.
    Chan(Rc<Chan>),
    /// A value stream, with those that subscribe to it.
    Feed(Rc<RefCell<Vec<Rc<Chan>>>>),
    /// A subscription.
    Sub(Rc<Chan>),
}

/// A record or a variant.
pub struct Record {
    /// The name of the type or variant.
    pub name: Rc<str>,
    /// Its declaration, with what its methods see.
    pub made_by: Declared,
    /// The fields in order of declaration.
    pub fields: RefCell<Vec<(Rc<str>, Value)>>,
}

impl Record {
    /// The fields as entries of a map.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        let fields = self.fields.borrow();
        let entries = fields
            .iter()
            .map(|(name, value)| (Value::Str(name.clone()), value.clone()));
        entries.collect()
    }
}

/// Values that wait for their reader.
pub struct Chan {
    /// The values, oldest first.
    pub values: RefCell<VecDeque<Value>>,
    /// How many there may be; none for any number.
    pub limit: Option<usize>,
}

impl Chan {
    /// A channel or subscription without values.
    pub fn new(limit: i128) -> Rc<Self> {
        Rc::new(Self {
            values: RefCell::default(),
            limit: usize::try_from(limit).ok().filter(|limit| *limit > 0),
        })
    }

    /// Whether no more value fits.
    pub fn is_full(&self) -> bool {
        self.limit
            .is_some_and(|limit| self.values.borrow().len() >= limit)
    }
}

/// A group of a query.
pub struct Group {
    /// What its items have in common.
    pub key: Value,
    /// The items in order.
    pub items: Vec<Value>,
}

/// A function with what it captured.
pub enum Function {
    /// A named function or a method.
    Named(Rc<FunDecl>, Scope),
    /// A lambda.
    Lambda(Rc<Lambda>, Scope),
    /// A builtin.
    Builtin(Rc<str>),
    /// The constructor of a variant.
    Variant(Rc<Shape>),
    /// A function with some arguments given; the open ones follow one at a time.
    Partial(Value, Vec<Option<Value>>),
}

/// The variables that are visible at a place, innermost first.
pub type Scope = Option<Rc<Node>>;

/// One variable, or the object whose members are visible.
pub struct Node {
    /// What it holds.
    pub kind: NodeKind,
    /// What was declared before it.
    pub outer: Scope,
}

/// What a node of a scope holds.
pub enum NodeKind {
    /// A variable.
    Var(Rc<str>, RefCell<Value>),
    /// The object of a method.
    This(Rc<Record>),
    /// A type that is declared in a block.
    Type(Rc<str>, Declared),
    /// What is visible in a whole file.
    File(Rc<Module>),
}

/// What the name of a type stands for.
#[derive(Clone)]
pub enum Declared {
    /// A record type or a variant.
    Shape(Rc<Shape>),
    /// A sum type, by its declaration.
    Sum(usize),
    /// Another name for a type.
    Alias(Rc<TypeExpr>),
    /// An agent, with what its members see.
    Agent(Rc<AgentDecl>, Scope),
}

/// A record type or a variant.
pub struct Shape {
    /// Its name.
    pub name: Rc<str>,
    /// The declaration that it belongs to: of a variant, that of its sum.
    pub decl: usize,
    /// Whether it is a variant.
    pub is_variant: bool,
    /// Its fields.
    pub fields: Vec<FieldDecl>,
    /// Its methods.
    pub methods: Vec<Rc<FunDecl>>,
    /// What the methods see.
    pub scope: RefCell<Scope>,
}

impl Shape {
    /// Whether values of both are told apart by their fields only.
    pub fn is_same(&self, other: &Self) -> bool {
        self.decl == other.decl && self.name == other.name
    }
}

/// A file, or the files of a folder.
#[derive(Default)]
pub struct Module {
    /// Its functions.
    pub functions: RefCell<HashMap<Rc<str>, Rc<FunDecl>>>,
    /// What they see, from their declarations on.
    pub scopes: RefCell<HashMap<Rc<str>, Scope>>,
    /// Its types.
    pub types: RefCell<HashMap<Rc<str>, Declared>>,
    /// What is visible at its end.
    pub end: RefCell<Scope>,
    /// Its facts and rules.
    pub logic: RefCell<Logic>,
    /// What they yield, once something asks.
    pub relations: RefCell<Option<Relations>>,
}

/// A run-time error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its code.
    pub code: i128,
    /// Its message; empty where the specification quotes none.
    pub message: String,
}

/// Why evaluation stops.
pub enum Stop {
    /// An error of the program.
    Fault(Fault),
    /// `return` inside an expression.
    Return(Value),
    /// The interpreter does not know; says nothing about the program.
    GiveUp(String),
}

/// What evaluation yields.
pub type Answer<T> = Result<T, Stop>;

/// An error of the program whose message is not specified.
pub fn fault<T>(code: i128) -> Answer<T> {
    raise(code, "")
}

/// An error of the program.
pub fn raise<T>(code: i128, message: &str) -> Answer<T> {
    Err(Stop::Fault(Fault {
        code,
        message: message.to_owned(),
    }))
}

/// The interpreter does not know what follows.
pub fn give_up<T>(why: &str) -> Answer<T> {
    Err(Stop::GiveUp(why.to_owned()))
}

impl Value {
    /// A string.
    pub fn text(text: &str) -> Self {
        Self::Str(text.into())
    }

    /// A new list.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(RefCell::new(items)))
    }

    /// A new map.
    pub fn map(entries: Vec<(Self, Self)>) -> Self {
        Self::Map(Rc::new(RefCell::new(entries)))
    }

    /// A count.
    pub fn count(count: usize) -> Self {
        Self::Int(count as i128)
    }
}

/// A scope with one more variable.
pub fn declare(scope: &Scope, name: &Rc<str>, value: Value) -> Scope {
    Some(Rc::new(Node {
        kind: NodeKind::Var(name.clone(), RefCell::new(value)),
        outer: scope.clone(),
    }))
}

/// A scope in which the members of an object are visible.
pub fn inside(scope: &Scope, object: Rc<Record>) -> Scope {
    Some(Rc::new(Node {
        kind: NodeKind::This(object),
        outer: scope.clone(),
    }))
}

/// A scope with a type that is declared in a block.
pub fn with_type(scope: &Scope, name: &Rc<str>, declared: Declared) -> Scope {
    Some(Rc::new(Node {
        kind: NodeKind::Type(name.clone(), declared),
        outer: scope.clone(),
    }))
}

/// The outermost scope of a file.
pub fn file(module: &Rc<Module>) -> Scope {
    Some(Rc::new(Node {
        kind: NodeKind::File(module.clone()),
        outer: None,
    }))
}
