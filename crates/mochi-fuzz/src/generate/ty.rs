//! Types of generated programs.

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// `int`.
    Int,
    /// `bigint`.
    Big,
    /// `bigrat`.
    Rat,
    /// `float`.
    Float,
    /// `bool`.
    Bool,
    /// `string`.
    Str,
    /// `bytes`.
    Bytes,
    /// `any`.
    Any,
    /// No value.
    Unit,
    /// `list<T>`.
    List(Box<Ty>),
    /// `set<T>`.
    Set(Box<Ty>),
    /// `map<K, V>`.
    Map(Box<Ty>, Box<Ty>),
    /// `omap<K, V>`.
    OMap(Box<Ty>, Box<Ty>),
    /// `T?`.
    Opt(Box<Ty>),
    /// `(A, B)`.
    Tuple(Vec<Ty>),
    /// `fun(A): B`.
    Fun(Vec<Ty>, Box<Ty>),
    /// A declared type, by its place in the program's table.
    Named(usize),
    /// `int | string`, by members.
    Union(Vec<Ty>),
    /// `{a: A}`.
    Anon(Vec<(&'static str, Ty)>),
    /// An agent, by its place in the program's table.
    Agent(usize),
    /// `chan<T>`.
    Chan(Box<Ty>),
    /// `stream<T>`.
    Feed(Box<Ty>),
    /// `sub<T>`.
    Sub(Box<Ty>),
}

/// What a program declares as a type.
#[derive(Clone, Debug)]
pub struct TypeDef {
    /// Its name.
    pub name: String,
    /// Its variants; a record has one, with its own name.
    pub variants: Vec<VariantDef>,
    /// A record rather than a sum type.
    pub is_record: bool,
    /// An agent; its variables are seen inside only.
    pub is_agent: bool,
    /// Declared in a block.
    pub is_local: bool,
    /// The block of its declaration has ended.
    pub is_gone: bool,
    /// Never assigned to and made of keys, so that it may be a key.
    pub is_key: bool,
    /// The methods of a record.
    pub methods: Vec<Signature>,
}

/// A variant, or the fields of a record.
#[derive(Clone, Debug)]
pub struct VariantDef {
    /// Its name.
    pub name: String,
    /// Its fields in order.
    pub fields: Vec<(String, Ty)>,
}

/// A function that can be called.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Its name.
    pub name: String,
    /// Parameters with their names.
    pub params: Vec<(String, Ty)>,
    /// How many at the end have defaults.
    pub defaults: usize,
    /// Its result.
    pub result: Ty,
    /// Whether it prints nothing, and calls nothing that does.
    pub pure: bool,
    /// The first argument bounds how deep it calls itself.
    pub counted: bool,
    /// Called under `await`.
    pub is_async: bool,
}

impl Ty {
    /// A list of this type.
    pub fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// An option of this type.
    pub fn opt(self) -> Self {
        Self::Opt(Box::new(self))
    }

    /// As a program writes it.
    pub fn text(&self, types: &[TypeDef]) -> String {
        let all = |parts: &[Self]| {
            let texts: Vec<String> = parts.iter().map(|part| part.text(types)).collect();
            texts.join(", ")
        };
        match self {
            Self::Int => "int".to_owned(),
            Self::Big => "bigint".to_owned(),
            Self::Rat => "bigrat".to_owned(),
            Self::Float => "float".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Str => "string".to_owned(),
            Self::Bytes => "bytes".to_owned(),
            Self::Any => "any".to_owned(),
            Self::Unit => "unit".to_owned(),
            Self::List(item) => format!("list<{}>", item.text(types)),
            Self::Set(item) => format!("set<{}>", item.text(types)),
            Self::Map(key, value) => format!("map<{}, {}>", key.text(types), value.text(types)),
            Self::OMap(key, value) => format!("omap<{}, {}>", key.text(types), value.text(types)),
            Self::Opt(inner) => match **inner {
                Self::Fun(..) | Self::Union(_) => format!("({})?", inner.text(types)),
                _ => format!("{}?", inner.text(types)),
            },
            Self::Chan(item) => format!("chan<{}>", item.text(types)),
            Self::Feed(item) => format!("stream<{}>", item.text(types)),
            Self::Sub(item) => format!("sub<{}>", item.text(types)),
            Self::Tuple(parts) => format!("({})", all(parts)),
            Self::Fun(params, result) if **result == Self::Unit => format!("fun({})", all(params)),
            Self::Fun(params, result) => format!("fun({}): {}", all(params), result.text(types)),
            Self::Named(at) | Self::Agent(at) => types[*at].name.clone(),
            Self::Anon(fields) => {
                let texts: Vec<String> = fields
                    .iter()
                    .map(|(name, ty)| format!("{name}: {}", ty.text(types)))
                    .collect();
                format!("{{{}}}", texts.join(", "))
            }
            Self::Union(parts) => {
                let texts: Vec<String> = parts.iter().map(|part| part.text(types)).collect();
                format!("({})", texts.join(" | "))
            }
        }
    }

    /// Whether a value of it takes its type from the slot that it flows into, in some form.
    pub fn needs_slot(&self) -> bool {
        match self {
            Self::Any | Self::Opt(_) | Self::Union(_) | Self::Anon(_) => true,
            Self::Chan(_) | Self::Feed(_) => true,
            Self::List(item) | Self::Set(item) => item.needs_slot(),
            Self::Map(key, value) | Self::OMap(key, value) => {
                key.needs_slot() || value.needs_slot()
            }
            Self::Tuple(parts) => parts.iter().any(Self::needs_slot),
            _ => false,
        }
    }

    /// Whether it may be a key.
    pub fn is_key(&self, types: &[TypeDef]) -> bool {
        match self {
            Self::Int | Self::Str | Self::Bool | Self::Float | Self::Bytes => true,
            Self::Tuple(parts) => parts.iter().all(|part| part.is_key(types)),
            Self::Named(at) => types[*at].is_key,
            _ => false,
        }
    }

    /// Whether a type that is declared in a block stands in it.
    pub fn is_local(&self, types: &[TypeDef]) -> bool {
        match self {
            Self::Named(at) | Self::Agent(at) => types[*at].is_local,
            Self::List(item) | Self::Set(item) | Self::Opt(item) => item.is_local(types),
            Self::Chan(item) | Self::Feed(item) | Self::Sub(item) => item.is_local(types),
            Self::Map(key, value) | Self::OMap(key, value) => {
                key.is_local(types) || value.is_local(types)
            }
            Self::Tuple(parts) | Self::Union(parts) => {
                parts.iter().any(|part| part.is_local(types))
            }
            Self::Anon(fields) => fields.iter().any(|(_, ty)| ty.is_local(types)),
            Self::Fun(params, result) => {
                result.is_local(types) || params.iter().any(|part| part.is_local(types))
            }
            _ => false,
        }
    }

    /// Whether every value of it has a JSON form.
    pub fn is_json(&self, types: &[TypeDef]) -> bool {
        self.each_part(types, &mut Vec::new(), &|part| {
            !matches!(
                part,
                Self::Big | Self::Rat | Self::Bytes | Self::Any | Self::Fun(..) | Self::Unit
            )
        })
    }

    /// Whether a cast makes a value of it from what JSON keeps of one.
    pub fn is_read_back(&self, types: &[TypeDef]) -> bool {
        self.each_part(types, &mut Vec::new(), &|part| match part {
            Self::Int | Self::Str | Self::Bool | Self::Float | Self::List(_) => true,
            Self::Map(key, _) => **key == Self::Str,
            Self::Named(at) => types[*at].is_record && !types[*at].is_agent,
            _ => false,
        })
    }

    fn each_part(
        &self,
        types: &[TypeDef],
        seen: &mut Vec<usize>,
        fits: &dyn Fn(&Self) -> bool,
    ) -> bool {
        fits(self)
            && match self {
                Self::List(item)
                | Self::Set(item)
                | Self::Opt(item)
                | Self::Chan(item)
                | Self::Feed(item)
                | Self::Sub(item) => item.each_part(types, seen, fits),
                Self::Map(key, value) | Self::OMap(key, value) => {
                    key.each_part(types, seen, fits) && value.each_part(types, seen, fits)
                }
                Self::Tuple(parts) | Self::Union(parts) => {
                    parts.iter().all(|part| part.each_part(types, seen, fits))
                }
                Self::Anon(fields) => fields.iter().all(|(_, ty)| ty.each_part(types, seen, fits)),
                Self::Named(at) => {
                    if seen.contains(at) {
                        return true;
                    }
                    seen.push(*at);
                    let variants = types[*at].variants.iter();
                    let mut fields = variants.flat_map(|variant| &variant.fields);
                    fields.all(|(_, ty)| ty.each_part(types, seen, fits))
                }
                Self::Agent(_) => false,
                _ => true,
            }
    }

    /// Whether a function stands in it.
    pub fn has_function(&self) -> bool {
        match self {
            Self::Fun(..) | Self::Agent(_) | Self::Unit => true,
            Self::Chan(_) | Self::Feed(_) | Self::Sub(_) => true,
            Self::List(item) | Self::Set(item) | Self::Opt(item) => item.has_function(),
            Self::Anon(fields) => fields.iter().any(|(_, ty)| ty.has_function()),
            Self::Map(_, value) | Self::OMap(_, value) => value.has_function(),
            Self::Tuple(parts) | Self::Union(parts) => parts.iter().any(Self::has_function),
            _ => false,
        }
    }

    /// Whether values of it are shared and can change.
    pub const fn is_aggregate(&self) -> bool {
        matches!(
            self,
            Self::List(_)
                | Self::Map(..)
                | Self::OMap(..)
                | Self::Named(_)
                | Self::Set(_)
                | Self::Anon(_)
                | Self::Agent(_)
                | Self::Chan(_)
                | Self::Feed(_)
                | Self::Sub(_)
        )
    }
}
