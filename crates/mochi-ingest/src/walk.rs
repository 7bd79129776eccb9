//! Reads every public type of a set of packages: for measurements and for reports.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_surface::{
    ClassKind, ClassName, Field, Function, Item, MemberKind, ModuleName, Place, PyType, Skip,
    SkipReason, SurfaceSource,
};

use crate::universe::Universe;

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Public modules.
    pub modules: usize,
    /// Functions of modules.
    pub functions: usize,
    /// Classes, nested ones included.
    pub classes: usize,
    /// Members that the classes themselves declare.
    pub members: usize,
    /// Constants, variables and aliases.
    pub values: usize,
    /// Parameters of all signatures.
    pub parameters: usize,
    /// How many types are unknown, by reason.
    pub by_reason: BTreeMap<SkipReason, usize>,
    /// Every unknown type, in order of the walk.
    pub skips: Vec<Skip>,
}

/// Evaluates every public name of every public module below the given ones, members and parameters
/// included.
pub fn read_all(universe: &Universe, top_level: &[ModuleName]) -> Counts {
    let mut walk = Walk {
        universe,
        counts: Counts::default(),
        classes: BTreeSet::new(),
        tops: top_level
            .iter()
            .map(|name| Rc::from(name.top_level()))
            .collect(),
    };
    let mut pending: Vec<ModuleName> = top_level.iter().rev().cloned().collect();
    while let Some(name) = pending.pop() {
        walk.module(&name);
        for child in universe.submodules(&name).into_iter().rev() {
            let last = child.as_str().rsplit('.').next().unwrap_or_default();
            if !last.starts_with('_') {
                pending.push(child);
            }
        }
    }
    walk.counts
}

struct Walk<'u> {
    universe: &'u Universe,
    counts: Counts,
    classes: BTreeSet<ClassName>,
    tops: BTreeSet<Rc<str>>,
}

impl Walk<'_> {
    fn module(&mut self, name: &ModuleName) {
        let Some(module) = self.universe.module(name) else {
            return;
        };
        self.counts.modules += 1;
        if self.universe.has_syntax_errors(name) {
            self.skip(name.as_str(), "", SkipReason::SyntaxError, None);
        }
        for public in &module.public {
            let path = format!("{name}.{public}");
            match self.universe.item(name, public).as_deref() {
                Some(item) => self.item(&path, item),
                None => self.skip(&path, "", SkipReason::UnresolvedReference, None),
            }
        }
    }

    fn item(&mut self, path: &str, item: &Item) {
        match item {
            Item::Function(function) => {
                self.counts.functions += 1;
                self.function(path, function);
            }
            Item::Class(class) => self.class(class),
            Item::Value(value) => {
                self.counts.values += 1;
                self.ty(path, "", &value.ty, value.place.as_ref());
            }
            Item::Alias(ty) => {
                self.counts.values += 1;
                self.ty(path, "", ty, None);
            }
            Item::Module(_) | Item::TypingOnly => {}
        }
    }

    fn class(&mut self, name: &ClassName) {
        // What another distribution defines is counted there.
        if !self.tops.contains(name.module.top_level()) || !self.classes.insert(name.clone()) {
            return;
        }
        let path = name.to_string();
        let Some(class) = self.universe.class(name) else {
            self.skip(&path, "", SkipReason::UnresolvedReference, None);
            return;
        };
        self.counts.classes += 1;
        for base in &class.bases {
            self.ty(&path, "base", base, class.place.as_ref());
        }
        let fields: &[Field] = match &class.kind {
            ClassKind::Dataclass { fields, .. }
            | ClassKind::NamedTuple(fields)
            | ClassKind::TypedDict(fields) => fields,
            _ => &[],
        };
        for field in fields {
            self.ty(
                &path,
                &format!("field {}", field.name),
                &field.ty,
                class.place.as_ref(),
            );
        }
        for member_name in &class.members {
            let path = format!("{path}.{member_name}");
            let member = self.universe.member(name, member_name);
            // Private members are evaluated too: they cost the same and may be operators.
            self.counts.members += 1;
            match member.as_deref().map(|member| &member.kind) {
                None => self.skip(&path, "", SkipReason::UnresolvedReference, None),
                Some(
                    MemberKind::Method(function)
                    | MemberKind::ClassMethod(function)
                    | MemberKind::StaticMethod(function),
                ) => self.function(&path, function),
                Some(MemberKind::Property { get, set, place }) => {
                    self.ty(&path, "", get, place.as_ref());
                    if let Some(set) = set {
                        self.ty(&path, "setter", set, place.as_ref());
                    }
                }
                Some(MemberKind::Attribute { value, .. }) => {
                    self.ty(&path, "", &value.ty, value.place.as_ref());
                }
                Some(MemberKind::Class(inner)) => self.class(inner),
            }
        }
    }

    fn function(&mut self, path: &str, function: &Function) {
        let place = function.place.as_ref();
        for signature in &function.overloads {
            for param in &signature.params {
                self.counts.parameters += 1;
                self.ty(path, &format!("parameter {}", param.name), &param.ty, place);
            }
            self.ty(path, "return", &signature.ret, place);
        }
    }

    fn ty(&mut self, path: &str, part: &str, ty: &PyType, place: Option<&Place>) {
        match ty {
            PyType::Unknown(reason) => self.skip(path, part, *reason, place),
            PyType::Class(_, inner) | PyType::Tuple(inner) | PyType::Union(inner) => {
                for ty in inner.iter() {
                    self.ty(path, part, ty, place);
                }
            }
            PyType::VariadicTuple(inner) | PyType::AnyCallable(inner) | PyType::TypeOf(inner) => {
                self.ty(path, part, inner, place);
            }
            PyType::Callable(params, ret) => {
                for param in params.iter() {
                    self.ty(path, part, &param.ty, place);
                }
                self.ty(path, part, ret, place);
            }
            _ => {}
        }
    }

    fn skip(&mut self, item: &str, part: &str, reason: SkipReason, place: Option<&Place>) {
        *self.counts.by_reason.entry(reason).or_default() += 1;
        self.counts.skips.push(Skip {
            item: Rc::from(item),
            part: Rc::from(part),
            reason,
            place: place.cloned(),
        });
    }
}
