//! The program's own type declarations.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use mochi_base::Span;

use crate::{FunType, Type};

/// Identifies a declared record or sum type of the program; an index into [`Decls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeclId(pub u32);

/// A declared type by identity, with its name for messages.
#[derive(Clone, Debug)]
pub struct DeclRef {
    /// The identity.
    pub id: DeclId,
    /// The name.
    pub name: Rc<str>,
}

impl PartialEq for DeclRef {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for DeclRef {}

impl Hash for DeclRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// The fields of an anonymous record, in declared order.
pub type Shape = Rc<[(Rc<str>, Type)]>;

/// All declared records and sum types of a program.
#[derive(Clone, Debug, Default)]
pub struct Decls {
    /// The declarations; a [`DeclId`] is an index.
    pub items: Vec<Decl>,
    /// The shapes of anonymous records that are map keys or set elements.
    pub key_shapes: Vec<Shape>,
}

impl Decls {
    /// The declaration behind an identity.
    pub fn get(&self, id: DeclId) -> Option<&Decl> {
        self.items.get(id.0 as usize)
    }

    /// The record behind an identity; none if it is a sum type.
    pub fn record(&self, id: DeclId) -> Option<&RecordDecl> {
        match self.get(id)? {
            Decl::Record(record) => Some(record),
            Decl::Sum(_) | Decl::Agent(_) => None,
        }
    }

    /// The sum type behind an identity; none if it is a record.
    pub fn sum(&self, id: DeclId) -> Option<&SumDecl> {
        match self.get(id)? {
            Decl::Sum(sum) => Some(sum),
            Decl::Record(_) | Decl::Agent(_) => None,
        }
    }

    /// The agent behind an identity; none if it is a record or sum type.
    pub fn agent(&self, id: DeclId) -> Option<&RecordDecl> {
        match self.get(id)? {
            Decl::Agent(agent) => Some(agent),
            Decl::Record(_) | Decl::Sum(_) => None,
        }
    }

    /// The record or agent behind an identity, which has methods.
    pub fn with_methods(&self, id: DeclId) -> Option<&RecordDecl> {
        match self.get(id)? {
            Decl::Record(record) | Decl::Agent(record) => Some(record),
            Decl::Sum(_) => None,
        }
    }
}

impl Decls {
    /// Whether values of some declared type may hold values of the same type, to any depth.
    pub fn is_recursive(&self) -> bool {
        let ids = (0..self.items.len()).map(|id| DeclId(u32::try_from(id).unwrap_or(u32::MAX)));
        // Those from which no way leads back; and the way at hand, each with what is left to see.
        let mut done: BTreeSet<DeclId> = BTreeSet::new();
        let mut on_way: BTreeSet<DeclId> = BTreeSet::new();
        let mut way: Vec<(DeclId, Vec<DeclId>)> = Vec::new();
        for start in ids {
            if !done.contains(&start) {
                on_way.insert(start);
                way.push((start, self.held_by(start)));
            }
            while let Some((id, open)) = way.last_mut() {
                match open.pop() {
                    Some(next) if on_way.contains(&next) => return true,
                    Some(next) if done.contains(&next) => {}
                    Some(next) => {
                        on_way.insert(next);
                        way.push((next, self.held_by(next)));
                    }
                    None => {
                        on_way.remove(id);
                        done.insert(*id);
                        way.pop();
                    }
                }
            }
        }
        false
    }

    /// Whether values of the declared type may hold values of the same type, to any depth.
    pub fn holds_itself(&self, start: DeclId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            for next in self.held_by(id) {
                if next == start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }

    /// The declared types of which a value of this one holds values.
    fn held_by(&self, id: DeclId) -> Vec<DeclId> {
        let mut found = Vec::new();
        for ty in self.field_types(id) {
            held(ty, &mut found);
        }
        found
    }

    fn field_types(&self, id: DeclId) -> Vec<&Type> {
        match self.get(id) {
            Some(Decl::Record(record)) => record.fields.iter().map(|field| &field.ty).collect(),
            Some(Decl::Sum(sum)) => {
                let fields = sum.variants.iter().flat_map(|variant| &variant.fields);
                fields.map(|field| &field.ty).collect()
            }
            Some(Decl::Agent(_)) | None => Vec::new(),
        }
    }
}

/// Adds the declared types of which a value of `ty` holds values.
fn held(ty: &Type, found: &mut Vec<DeclId>) {
    match ty {
        Type::Named(decl) | Type::Variant(decl, _) => found.push(decl.id),
        Type::List(inner) | Type::Set(inner) | Type::Option(inner) => held(inner, found),
        Type::Map(key, value) | Type::OMap(key, value) => {
            held(key, found);
            held(value, found);
        }
        Type::Tuple(items) | Type::Union(items) => {
            items.iter().for_each(|item| held(item, found));
        }
        Type::Anon(fields) => fields.iter().for_each(|(_, ty)| held(ty, found)),
        _ => {}
    }
}

/// A declared type.
#[derive(Clone, Debug)]
pub enum Decl {
    /// A record.
    Record(RecordDecl),
    /// A sum type.
    Sum(SumDecl),
    /// An agent: its variables are visible inside of it only, its intents are the methods.
    Agent(RecordDecl),
}

/// A record type.
#[derive(Clone, Debug)]
pub struct RecordDecl {
    /// Its name.
    pub name: Rc<str>,
    /// Its fields in order.
    pub fields: Vec<FieldInfo>,
    /// Its methods in order.
    pub methods: Vec<MethodInfo>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// Used as a key somewhere, hence frozen.
    pub is_key: bool,
    /// Marked `export`.
    pub export: bool,
    /// Where its name stands.
    pub span: Span,
}

/// A sum type.
#[derive(Clone, Debug)]
pub struct SumDecl {
    /// Its name.
    pub name: Rc<str>,
    /// Its variants in order.
    pub variants: Vec<VariantInfo>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// Used as a key somewhere, hence frozen.
    pub is_key: bool,
    /// Marked `export`.
    pub export: bool,
    /// Where its name stands.
    pub span: Span,
}

/// A variant.
#[derive(Clone, Debug)]
pub struct VariantInfo {
    /// Its name.
    pub name: Rc<str>,
    /// Its fields in order.
    pub fields: Vec<FieldInfo>,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// Where its name stands.
    pub span: Span,
}

/// A field.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    /// Its name.
    pub name: Rc<str>,
    /// Its type.
    pub ty: Type,
    /// Its documentation.
    pub doc: Option<Rc<str>>,
    /// Where its name stands.
    pub span: Span,
}

/// A method as its users see it.
#[derive(Clone, Debug)]
pub struct MethodInfo {
    /// Its name.
    pub name: Rc<str>,
    /// Its type without the receiver.
    pub ty: Rc<FunType>,
    /// The typed function, an index into the typed module's functions.
    pub fun: u32,
}
