//! Members of values, classes and modules, found through the method resolution order.
//!
//! Decisions: a name with a trailing underscore that is not found is looked up without it
//! (`x.from_`). Members of `type` (`__name__`, `mro`) are found on class objects after the
//! class's own; other metaclass members are not. Unions, options and `any` have no members here.
//!
//! Spec: language.md §18.1–18.4.

use std::rc::Rc;

use mochi_base::suggest::nearest;

use crate::class_view::{class_arg, fill};
use crate::{
    Check, ClassId, ClassKind, Context, Decl, ExternClass, ExternField, ExternFun, ExternItem,
    ExternMember, Literal, ModuleId, Out, Param, ParamKind, Signature, Type,
};

/// A member bound to its receiver: class parameters and `Self` are replaced.
#[derive(Clone, Debug)]
pub enum BoundMember {
    /// A function; the receiver is not among the parameters.
    Method(Rc<ExternFun>),
    /// A value, assignable if `set` says so.
    Attribute {
        /// The type of reading it.
        get: Out,
        /// The type of assigning to it.
        set: Option<Type>,
    },
    /// A nested class.
    Class(ClassId),
}

/// What makes a class a dataclass for protocols; Python adds it, no one declares it.
const DATACLASS: &str = "__dataclass_fields__";

/// A member with the class that declares it.
pub(crate) struct Found {
    pub(crate) owner: ClassId,
    owner_class: Rc<ExternClass>,
    owner_args: Rc<[Type]>,
    pub(crate) declared: Declared,
}

/// How the owner declares a member.
pub(crate) enum Declared {
    /// As a member.
    Member(Rc<ExternMember>),
    /// As a field of a record.
    Field(ExternField),
}

impl Found {
    /// The owner's argument for one of its type parameters.
    fn solution(&self, id: &str) -> Option<Type> {
        class_arg(&self.owner_class, &self.owner_args, id)
    }
}

impl Context<'_> {
    /// `receiver.name` for a value.
    pub fn lookup_member(&self, receiver: &Type, name: &str) -> Option<BoundMember> {
        self.lookup_exact(receiver, name)
            .or_else(|| self.lookup_exact(receiver, without_underscore(name)?))
    }

    /// `receiver.name` where nobody declares the name but the class says by `__getattr__` what
    /// every other name gives (and by `__setattr__` what it takes). Operators are not served so.
    pub fn lookup_dynamic(&self, receiver: &Type, name: &str) -> Option<BoundMember> {
        if name.starts_with("__") || !matches!(receiver, Type::Handle(..)) {
            return None;
        }
        let get = self
            .dynamic_access(receiver, "__getattr__")
            .or_else(|| self.dynamic_access(receiver, "__getattribute__"))?;
        // One slip of the finger away from a declared name, it is that slip. Written with other
        // capitals it is another name on purpose, and what a builtin class declares was not
        // meant: `row.Index` and `row.county` of a row that is a tuple with `index` and `count`.
        let declared = self.member_names(receiver);
        let (class, args) = self.python_class(receiver)?;
        // Where each is declared is asked of the few that are near.
        let own = declared.iter().map(|other| &**other).filter(|other| {
            nearest(name, [*other]).is_some()
                && self
                    .find_member(&class, &args, other)
                    .is_none_or(|found| &*found.owner.module != "builtins")
        });
        let near = nearest(name, own);
        if near.is_some_and(|near| !near.eq_ignore_ascii_case(name)) {
            return None;
        }
        let set = self.dynamic_access(receiver, "__setattr__");
        let set = set.and_then(|set| Some(set.params.get(1)?.ty.clone()));
        Some(BoundMember::Attribute { get: get.ret, set })
    }

    /// The signature of one of the methods behind the dot, unless it is every object's own.
    fn dynamic_access(&self, receiver: &Type, method: &str) -> Option<Signature> {
        let (class, args) = self.python_class(receiver)?;
        let found = self.find_member(&class, &args, method)?;
        if found.owner.is("builtins", "object") {
            return None;
        }
        match self.bind(&found, receiver) {
            BoundMember::Method(fun) => fun.overloads.first().cloned(),
            _ => None,
        }
    }

    fn lookup_exact(&self, receiver: &Type, name: &str) -> Option<BoundMember> {
        match receiver {
            Type::Module(module) => {
                return match &*self.externs.attribute(module, name)? {
                    ExternItem::Fun(fun) => Some(BoundMember::Method(fun.clone())),
                    ExternItem::Class(class) => Some(BoundMember::Class(class.clone())),
                    ExternItem::Value { get, set } => Some(BoundMember::Attribute {
                        get: get.clone(),
                        set: set.clone(),
                    }),
                    ExternItem::Module(module) => Some(read_only(Type::Module(module.clone()))),
                    ExternItem::Alias(_) => None,
                };
            }
            Type::TypeOf(of) => {
                if let Some((class, args)) = self.python_class(of) {
                    let args = (!args.is_empty()).then_some(&*args);
                    let member = self.lookup_class_member(&class, args, name);
                    if member.is_some() {
                        return member;
                    }
                }
            }
            Type::Named(decl) | Type::Variant(decl, _) => {
                return self.lookup_decl(receiver, decl.id, name);
            }
            _ => {}
        }
        let self_type = receiver.widened();
        let (class, args) = self.python_class(&self_type)?;
        self.bound(&class, &args, name, &self_type)
    }

    /// Fields and methods of a record of the program, as the class that it becomes has them.
    fn lookup_decl(&self, receiver: &Type, id: crate::DeclId, name: &str) -> Option<BoundMember> {
        let decl = self.decls.get(id)?;
        let fields = match (decl, receiver) {
            (Decl::Record(record), _) => &record.fields,
            (Decl::Sum(sum), Type::Variant(_, index)) => &sum.variants.get(*index as usize)?.fields,
            (Decl::Sum(_) | Decl::Agent(_), _) => return None,
        };
        if let Some(field) = fields.iter().find(|field| *field.name == *name) {
            return Some(BoundMember::Attribute {
                get: unchecked(field.ty.clone()),
                set: Some(field.ty.clone()),
            });
        }
        if let Decl::Record(record) = decl
            && let Some(method) = record.methods.iter().find(|method| *method.name == *name)
        {
            return Some(read_only(Type::Fun(method.ty.clone())));
        }
        // What every Python object has; records that may change are not hashable.
        let is_key = match decl {
            Decl::Record(record) => record.is_key,
            Decl::Sum(sum) => sum.is_key,
            Decl::Agent(_) => true,
        };
        match name {
            "__hash__" if !is_key => return None,
            DATACLASS => return Some(read_only(Type::map(Type::Str, Type::Any))),
            _ => {}
        }
        self.bound(
            &ClassId::new("builtins", "object"),
            &Rc::from([]),
            name,
            receiver,
        )
    }

    /// The member of an instance of `class<args>`, with `Self` as `self_type`.
    pub(crate) fn bound(
        &self,
        class: &ClassId,
        args: &Rc<[Type]>,
        name: &str,
        self_type: &Type,
    ) -> Option<BoundMember> {
        let found = self.find_member(class, args, name);
        if let Some(member) = self.enum_member(class, found.as_ref(), name) {
            return Some(member);
        }
        if name == DATACLASS && found.is_none() {
            let known = self.externs.class(class)?;
            return matches!(known.kind, ClassKind::Record { .. })
                .then(|| read_only(Type::map(Type::Str, Type::Any)));
        }
        Some(self.bind(&found?, self_type))
    }

    /// `.name` and `.value` of an enum member, which typeshed gives by a descriptor of its own.
    fn enum_member(
        &self,
        class: &ClassId,
        found: Option<&Found>,
        name: &str,
    ) -> Option<BoundMember> {
        if name != "name" && name != "value" {
            return None;
        }
        let enum_class = self.externs.class(class)?;
        if !matches!(enum_class.kind, ClassKind::Enum(_)) {
            return None;
        }
        // `IntEnum` and the like, and enums that override it, declare it themselves.
        if found.is_some_and(|found| !found.owner.is("enum", "Enum")) {
            return None;
        }
        if name == "name" {
            return Some(BoundMember::Attribute {
                get: Out {
                    ty: Type::Str,
                    check: Rc::new(Check::Str),
                },
                set: None,
            });
        }
        let declared = self.find_member(class, &Rc::from([]), "_value_");
        let declared = declared.filter(|found| !found.owner.is("enum", "Enum"));
        let get = match declared.map(|found| self.bind(&found, &Type::SelfType)) {
            Some(BoundMember::Attribute { get, .. }) => get,
            _ => unchecked(Type::Any),
        };
        Some(BoundMember::Attribute { get, set: None })
    }

    /// Finds who declares the member, nearest first.
    pub(crate) fn find_member(
        &self,
        class: &ClassId,
        args: &Rc<[Type]>,
        name: &str,
    ) -> Option<Found> {
        let known = self.externs.class(class)?;
        let own = known.type_params.iter().cloned().map(Type::Param).collect();
        let own: (ClassId, Rc<[Type]>) = (class.clone(), own);
        let bases = known.mro.iter().filter(|(base, _)| base != class);
        let order = || std::iter::once(&own).chain(bases.clone());
        let found = |owner: &ClassId, owner_args: &Rc<[Type]>, declared: Declared| {
            let owner_class = if owner == class {
                known.clone()
            } else {
                self.externs.class(owner)?
            };
            Some(Found {
                owner: owner.clone(),
                owner_class,
                owner_args: fill(&known, args, owner_args),
                declared,
            })
        };
        let declared = order().find_map(|(owner, owner_args)| {
            let member = self.externs.member(owner, name)?;
            found(owner, owner_args, Declared::Member(member))
        });
        if declared.is_some() {
            return declared;
        }
        // Fields come last: a record lists those of its bases too, in the bases' own terms.
        if !name.starts_with("__") {
            return order().find_map(|(owner, owner_args)| {
                let owner_class = self.externs.class(owner)?;
                let field = field_of(&owner_class.kind, name)?.clone();
                found(owner, owner_args, Declared::Field(field))
            });
        }
        let object = ClassId::new("builtins", "object");
        if known.mro.iter().any(|(base, _)| *base == object) {
            return None;
        }
        let member = self.externs.member(&object, name)?;
        found(&object, &Rc::from([]), Declared::Member(member))
    }

    /// A member seen on an instance.
    pub(crate) fn bind(&self, found: &Found, self_type: &Type) -> BoundMember {
        let solution = |id: &str| found.solution(id);
        let self_type = Some(self_type);
        match &found.declared {
            Declared::Field(field) => BoundMember::Attribute {
                get: self.substitute_out(&field.get, &solution, self_type),
                set: settable(&found.owner_class.kind).then(|| {
                    field
                        .set
                        .substitute(&|param| solution(&param.id), self_type)
                }),
            },
            Declared::Member(member) => match &**member {
                ExternMember::Method(fun)
                | ExternMember::ClassMethod(fun)
                | ExternMember::StaticMethod(fun) => {
                    let own = self.specialise(fun, &solution, self_type);
                    BoundMember::Method(match self.public_symbol(found, self_type) {
                        Some(symbol) => Rc::new(ExternFun {
                            symbol,
                            ..(*own).clone()
                        }),
                        None => own,
                    })
                }
                ExternMember::Attribute { get, set, .. } => BoundMember::Attribute {
                    get: self.substitute_out(get, &solution, self_type),
                    set: set
                        .as_ref()
                        .map(|ty| ty.substitute(&|param| solution(&param.id), self_type)),
                },
                ExternMember::Class(class) => BoundMember::Class(class.clone()),
            },
        }
    }

    /// The name of a method that a private base declares, by the class that people know.
    fn public_symbol(&self, found: &Found, self_type: Option<&Type>) -> Option<Rc<str>> {
        let is_private = |class: &ClassId| {
            let name = class.qualname.rsplit('.').next();
            name.is_some_and(|name| name.starts_with('_'))
        };
        if !is_private(&found.owner) {
            return None;
        }
        let Type::Handle(class, _) = self_type? else {
            return None;
        };
        let known = self.externs.class(class).filter(|_| !is_private(class))?;
        let symbol = match &found.declared {
            Declared::Member(member) => match &**member {
                ExternMember::Method(fun)
                | ExternMember::ClassMethod(fun)
                | ExternMember::StaticMethod(fun) => &fun.symbol,
                _ => return None,
            },
            Declared::Field(_) => return None,
        };
        let (_, name) = symbol.rsplit_once('.')?;
        Some(Rc::from(format!("{}.{name}", known.display)))
    }

    /// The function with class parameters and `Self` replaced; shared where there are none.
    fn specialise(
        &self,
        fun: &Rc<ExternFun>,
        solution: &dyn Fn(&str) -> Option<Type>,
        self_type: Option<&Type>,
    ) -> Rc<ExternFun> {
        let open = |ty: &Type| match ty {
            Type::Param(param) => solution(&param.id).is_some(),
            Type::SelfType => self_type.is_some(),
            _ => false,
        };
        let mentions = fun.overloads.iter().any(|signature| {
            signature
                .params
                .iter()
                .any(|param| param.ty.any_part(&open))
                || signature.ret.ty.any_part(&open)
                || signature
                    .receiver
                    .as_ref()
                    .is_some_and(|ty| ty.any_part(&open))
                || signature.type_params.iter().any(|param| {
                    param
                        .bound
                        .as_ref()
                        .is_some_and(|bound| bound.any_part(&open))
                })
        });
        if mentions {
            self.substitute_fun(fun, solution, self_type)
        } else {
            fun.clone()
        }
    }

    /// `C.name` for a class object; `args` are its type arguments where known, else the class's
    /// type parameters are left to be solved at the call.
    pub fn lookup_class_member(
        &self,
        class: &ClassId,
        args: Option<&[Type]>,
        name: &str,
    ) -> Option<BoundMember> {
        let known = self.externs.class(class)?;
        let is_member = |name: &str| match &known.kind {
            ClassKind::Enum(members) => members.iter().any(|member| **member == *name),
            _ => false,
        };
        if is_member(name) {
            return Some(read_only(Type::Literal(Literal::Member(
                class.clone(),
                Rc::from(name),
            ))));
        }
        let own_args: Rc<[Type]> = match args {
            Some(args) => Rc::from(args),
            None => known.type_params.iter().cloned().map(Type::Param).collect(),
        };
        let found = self
            .find_member(class, &own_args, name)
            .or_else(|| self.find_member(class, &own_args, without_underscore(name)?))?;
        let instance = Type::instance(class, own_args);
        let Declared::Member(member) = &found.declared else {
            return None;
        };
        let open = if args.is_none() {
            &known.type_params[..]
        } else {
            &[]
        };
        let generalised = |fun: &Rc<ExternFun>| {
            let solution = |id: &str| found.solution(id);
            let fun = self.specialise(fun, &solution, Some(&instance));
            if open.is_empty() {
                return fun;
            }
            let mut fun = (*fun).clone();
            for signature in &mut fun.overloads {
                signature.type_params.extend(open.iter().cloned());
            }
            Rc::new(fun)
        };
        Some(match &**member {
            ExternMember::ClassMethod(fun) | ExternMember::StaticMethod(fun) => {
                BoundMember::Method(generalised(fun))
            }
            ExternMember::Method(fun) => {
                BoundMember::Method(Rc::new(unbound(&generalised(fun), &instance)))
            }
            ExternMember::Attribute {
                class_level: false, ..
            } => return None,
            ExternMember::Attribute { get, set, .. } => {
                let solution = |id: &str| {
                    found
                        .solution(id)
                        .map(|ty| if args.is_none() { Type::Any } else { ty })
                };
                BoundMember::Attribute {
                    get: self.substitute_out(get, &solution, Some(&instance)),
                    set: set
                        .as_ref()
                        .map(|ty| ty.substitute(&|param| solution(&param.id), Some(&instance))),
                }
            }
            ExternMember::Class(class) => BoundMember::Class(class.clone()),
        })
    }

    /// `module.name`; either spelling of a Mochi word (`type_`, `type`).
    pub fn lookup_module(&self, module: &ModuleId, name: &str) -> Option<Rc<ExternItem>> {
        self.externs
            .attribute(module, name)
            .or_else(|| self.externs.attribute(module, without_underscore(name)?))
    }

    /// The public names of all members of a value, inherited ones included, nearest first: for
    /// suggestions.
    pub fn member_names(&self, receiver: &Type) -> Vec<Rc<str>> {
        let mut names: Vec<Rc<str>> = Vec::new();
        let mut add = |name: &Rc<str>| {
            if !names.contains(name) {
                names.push(name.clone());
            }
        };
        match receiver {
            Type::Module(module) => return self.externs.names(module),
            Type::Named(decl) | Type::Variant(decl, _) => {
                if let Some(record) = self.decls.record(decl.id) {
                    for field in &record.fields {
                        add(&field.name);
                    }
                    for method in &record.methods {
                        add(&method.name);
                    }
                }
                if let Type::Variant(_, index) = receiver
                    && let Some(sum) = self.decls.sum(decl.id)
                    && let Some(variant) = sum.variants.get(*index as usize)
                {
                    for field in &variant.fields {
                        add(&field.name);
                    }
                }
                return names;
            }
            _ => {}
        }
        let of = match receiver {
            Type::TypeOf(of) => of,
            other => other,
        };
        let class = self.python_class(&of.widened());
        let Some(known) = class.and_then(|(class, _)| self.externs.class(&class)) else {
            return names;
        };
        match &known.kind {
            ClassKind::Enum(members) if matches!(receiver, Type::TypeOf(_)) => {
                members.iter().for_each(&mut add);
            }
            ClassKind::Record { fields, .. } | ClassKind::TypedDict(fields) => {
                for field in fields {
                    add(&field.name);
                }
            }
            _ => {}
        }
        self.externs
            .member_names(&known.id)
            .iter()
            .for_each(&mut add);
        for (base, _) in &known.mro {
            if *base != known.id && !base.is("builtins", "object") {
                self.externs.member_names(base).iter().for_each(&mut add);
            }
        }
        names
    }
}

/// A value of the program or the language itself: nothing to check.
pub(crate) fn unchecked(ty: Type) -> Out {
    Out {
        ty,
        check: Rc::new(Check::Nothing),
    }
}

fn read_only(ty: Type) -> BoundMember {
    BoundMember::Attribute {
        get: unchecked(ty),
        set: None,
    }
}

/// The Python name that a name with a trailing underscore may stand for.
pub(crate) fn without_underscore(name: &str) -> Option<&str> {
    let stripped = name.strip_suffix('_')?;
    let plain = !stripped.is_empty() && !stripped.ends_with('_');
    plain.then_some(stripped)
}

fn field_of<'k>(kind: &'k ClassKind, name: &str) -> Option<&'k ExternField> {
    match kind {
        ClassKind::Record { fields, .. } | ClassKind::TypedDict(fields) => {
            fields.iter().find(|field| *field.name == *name)
        }
        _ => None,
    }
}

const fn settable(kind: &ClassKind) -> bool {
    matches!(
        kind,
        ClassKind::Record { frozen: false, .. } | ClassKind::TypedDict(_)
    )
}

/// A method as a function whose first parameter is the receiver.
fn unbound(fun: &ExternFun, instance: &Type) -> ExternFun {
    let with_receiver = |signature: &Signature| {
        let mut new = signature.clone();
        let ty = new.receiver.take().unwrap_or_else(|| instance.clone());
        new.params.insert(
            0,
            Param {
                name: Rc::from("self"),
                kind: ParamKind::PositionalOnly,
                ty,
                has_default: false,
            },
        );
        new
    };
    ExternFun {
        symbol: fun.symbol.clone(),
        overloads: fun.overloads.iter().map(with_receiver).collect(),
        doc: fun.doc.clone(),
        deprecated: fun.deprecated.clone(),
    }
}
