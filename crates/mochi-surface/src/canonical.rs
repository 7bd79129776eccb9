//! The canonical text of a surface: everything public of some modules, in one order and one
//! spelling, so that its digest says whether the API that a program is checked against changed.
//!
//! The text is for digests, not for people. Places are left out: an API does not change when a line
//! is inserted. [`FORMAT`] counts up whenever the text of an unchanged surface changes.
//!
//! Spec: bridge.md §3 (`surface-sha256`), §5.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::rc::Rc;

use crate::{
    Class, ClassKind, ClassName, Field, Function, Item, Literal, MemberKind, ModuleName, Parameter,
    ParameterKind, PyType, Signature, SurfaceSource, TypeVar, TypeVarKind, Value,
};

/// The version of the text's form.
pub const FORMAT: u32 = 1;

/// Writes the surface of `modules`, which are the public ones of a distribution. Classes of their
/// top-level packages are written wherever a public type leads to them, private ones too; classes
/// of others are named only.
pub fn write(
    source: &dyn SurfaceSource,
    modules: &[ModuleName],
    out: &mut dyn Write,
) -> fmt::Result {
    let mut sorted: Vec<&ModuleName> = modules.iter().collect();
    sorted.sort();
    sorted.dedup();
    let mut walk = Walk {
        source,
        own: sorted.iter().map(|name| name.top_level()).collect(),
        known: BTreeSet::new(),
        pending: Vec::new(),
    };
    writeln!(out, "surface {FORMAT}")?;
    for name in sorted {
        out.write_str(&walk.module(name)?)?;
    }
    let mut classes: BTreeMap<ClassName, String> = BTreeMap::new();
    while let Some(name) = walk.pending.pop() {
        let text = walk.class(&name)?;
        classes.insert(name, text);
    }
    for text in classes.values() {
        out.write_str(text)?;
    }
    Ok(())
}

struct Walk<'a> {
    source: &'a dyn SurfaceSource,
    own: BTreeSet<&'a str>,
    known: BTreeSet<ClassName>,
    pending: Vec<ClassName>,
}

impl Walk<'_> {
    fn module(&mut self, name: &ModuleName) -> Result<String, fmt::Error> {
        let mut out = String::new();
        let Some(module) = self.source.module(name) else {
            writeln!(out, "module {name} missing")?;
            return Ok(out);
        };
        let dynamic = if module.dynamic { " dynamic" } else { "" };
        write!(out, "module {name}{dynamic}")?;
        doc(&mut out, module.doc.as_deref())?;
        out.push('\n');
        for public in &module.public {
            write!(out, " {public} ")?;
            match self.source.item(name, public).as_deref() {
                None => out.push_str("unresolved\n"),
                Some(Item::Function(function)) => self.function(&mut out, "function", function)?,
                Some(Item::Class(class)) => {
                    self.meet(class);
                    writeln!(out, "to class {class}")?;
                }
                Some(Item::Value(value)) => {
                    self.value(&mut out, value)?;
                    out.push('\n');
                }
                Some(Item::Module(module)) => writeln!(out, "module {module}")?,
                Some(Item::Alias(ty)) => {
                    out.push_str("alias ");
                    self.ty(&mut out, ty)?;
                    out.push('\n');
                }
                Some(Item::TypingOnly) => out.push_str("typing\n"),
            }
        }
        Ok(out)
    }

    /// Remembers a class of the distribution for later.
    fn meet(&mut self, class: &ClassName) {
        if self.own.contains(class.module.top_level()) && self.known.insert(class.clone()) {
            self.pending.push(class.clone());
        }
    }

    fn class(&mut self, name: &ClassName) -> Result<String, fmt::Error> {
        let mut out = String::new();
        out.push_str("class ");
        write!(out, "{name}")?;
        let Some(class) = self.source.class(name) else {
            out.push_str(" missing\n");
            return Ok(out);
        };
        self.type_vars(&mut out, &class.type_vars)?;
        out.push('(');
        for base in &class.bases {
            self.ty(&mut out, base)?;
            out.push(',');
        }
        out.push(')');
        if class.has_unknown_base {
            out.push_str(" open");
        }
        self.kind(&mut out, &class)?;
        deprecated(&mut out, class.deprecated.as_deref())?;
        doc(&mut out, class.doc.as_deref())?;
        out.push('\n');
        let members: BTreeSet<&Rc<str>> = class
            .members
            .iter()
            .filter(|member| is_public(member))
            .collect();
        for member in members {
            write!(out, " .{member} ")?;
            self.member(&mut out, name, member)?;
        }
        Ok(out)
    }

    fn kind(&mut self, out: &mut String, class: &Class) -> fmt::Result {
        match &class.kind {
            ClassKind::Plain => Ok(()),
            ClassKind::Protocol => out.write_str(" protocol"),
            ClassKind::Exception => out.write_str(" exception"),
            ClassKind::Enum(members) => {
                out.write_str(" enum")?;
                members
                    .iter()
                    .try_for_each(|member| write!(out, " {member}"))
            }
            ClassKind::Dataclass { fields, frozen } => {
                out.write_str(if *frozen {
                    " frozen dataclass"
                } else {
                    " dataclass"
                })?;
                self.fields(out, fields)
            }
            ClassKind::NamedTuple(fields) => {
                out.write_str(" namedtuple")?;
                self.fields(out, fields)
            }
            ClassKind::TypedDict(fields) => {
                out.write_str(" typeddict")?;
                self.fields(out, fields)
            }
        }
    }

    fn fields(&mut self, out: &mut String, fields: &[Field]) -> fmt::Result {
        for field in fields {
            let keyword = if field.keyword_only { "*" } else { "" };
            let default = if field.has_default { "=" } else { "" };
            write!(out, " {keyword}{}{default}:", field.name)?;
            self.ty(out, &field.ty)?;
        }
        Ok(())
    }

    fn member(&mut self, out: &mut String, class: &ClassName, name: &str) -> fmt::Result {
        match self.source.member(class, name).as_deref() {
            None => out.write_str("unresolved\n"),
            Some(member) => match &member.kind {
                MemberKind::Method(function) => self.function(out, "method", function),
                MemberKind::ClassMethod(function) => self.function(out, "classmethod", function),
                MemberKind::StaticMethod(function) => self.function(out, "staticmethod", function),
                MemberKind::Property { get, set, .. } => {
                    out.write_str("property ")?;
                    self.ty(out, get)?;
                    if let Some(set) = set {
                        out.write_str(" set ")?;
                        self.ty(out, set)?;
                    }
                    out.write_char('\n')
                }
                MemberKind::Attribute { value, class_level } => {
                    out.write_str(if *class_level { "class " } else { "" })?;
                    self.value(out, value)?;
                    out.write_char('\n')
                }
                MemberKind::Class(inner) => {
                    self.meet(inner);
                    writeln!(out, "to class {inner}")
                }
            },
        }
    }

    fn value(&mut self, out: &mut String, value: &Value) -> fmt::Result {
        out.write_str(if value.is_final { "final " } else { "value " })?;
        self.ty(out, &value.ty)
    }

    fn function(&mut self, out: &mut String, word: &str, function: &Function) -> fmt::Result {
        out.write_str(word)?;
        deprecated(out, function.deprecated.as_deref())?;
        doc(out, function.doc.as_deref())?;
        out.write_char('\n')?;
        for signature in &function.overloads {
            out.write_str("  ")?;
            self.signature(out, signature)?;
            out.write_char('\n')?;
        }
        Ok(())
    }

    fn signature(&mut self, out: &mut String, signature: &Signature) -> fmt::Result {
        if signature.is_async {
            out.write_str("async ")?;
        }
        self.type_vars(out, &signature.type_vars)?;
        self.parameters(out, &signature.params)?;
        out.write_str("->")?;
        self.ty(out, &signature.ret)
    }

    fn parameters(&mut self, out: &mut String, parameters: &[Parameter]) -> fmt::Result {
        out.write_char('(')?;
        for parameter in parameters {
            out.write_str(match parameter.kind {
                ParameterKind::PositionalOnly => "/",
                ParameterKind::Normal => "",
                ParameterKind::VarArgs => "*",
                ParameterKind::KeywordOnly => "!",
                ParameterKind::KwArgs => "**",
            })?;
            let default = if parameter.has_default { "=" } else { "" };
            write!(out, "{}{default}:", parameter.name)?;
            self.ty(out, &parameter.ty)?;
            out.write_char(',')?;
        }
        out.write_char(')')
    }

    fn type_vars(&mut self, out: &mut String, vars: &[Rc<TypeVar>]) -> fmt::Result {
        for var in vars {
            let kind = match var.kind {
                TypeVarKind::Plain => "",
                TypeVarKind::ParamSpec => "**",
                TypeVarKind::Tuple => "*",
            };
            write!(out, "[{kind}{}", var.id)?;
            if let Some(bound) = &var.bound {
                out.write_str("<:")?;
                self.ty(out, bound)?;
            }
            for constraint in &var.constraints {
                out.write_char('|')?;
                self.ty(out, constraint)?;
            }
            if let Some(default) = &var.default {
                out.write_char('=')?;
                self.ty(out, default)?;
            }
            out.write_char(']')?;
        }
        Ok(())
    }

    fn list(&mut self, out: &mut String, types: &[PyType]) -> fmt::Result {
        for ty in types {
            self.ty(out, ty)?;
            out.write_char(',')?;
        }
        Ok(())
    }

    fn ty(&mut self, out: &mut String, ty: &PyType) -> fmt::Result {
        match ty {
            PyType::Any => out.write_str("Any"),
            PyType::Unknown(reason) => write!(out, "?{}", reason.code()),
            PyType::None => out.write_str("None"),
            PyType::Never => out.write_str("Never"),
            PyType::Class(class, arguments) => {
                self.meet(class);
                write!(out, "{class}")?;
                if arguments.is_empty() {
                    return Ok(());
                }
                out.write_char('[')?;
                self.list(out, arguments)?;
                out.write_char(']')
            }
            PyType::Tuple(members) => {
                out.write_str("tuple(")?;
                self.list(out, members)?;
                out.write_char(')')
            }
            PyType::VariadicTuple(member) => self.wrapped(out, "tuple...(", member),
            PyType::Union(members) => {
                out.write_str("union(")?;
                self.list(out, members)?;
                out.write_char(')')
            }
            PyType::Literal(values) => {
                out.write_str("literal(")?;
                for value in values.iter() {
                    self.literal(out, value)?;
                    out.write_char(',')?;
                }
                out.write_char(')')
            }
            PyType::Callable(parameters, ret) => {
                out.write_str("callable")?;
                self.parameters(out, parameters)?;
                out.write_str("->")?;
                self.ty(out, ret)
            }
            PyType::AnyCallable(ret) => self.wrapped(out, "callable...(", ret),
            PyType::TypeOf(class) => self.wrapped(out, "type(", class),
            PyType::Var(var) => write!(out, "${}", var.id),
            PyType::SelfType => out.write_str("Self"),
            PyType::Module(module) => write!(out, "module({module})"),
        }
    }

    fn wrapped(&mut self, out: &mut String, open: &str, inner: &PyType) -> fmt::Result {
        out.write_str(open)?;
        self.ty(out, inner)?;
        out.write_char(')')
    }

    fn literal(&mut self, out: &mut String, value: &Literal) -> fmt::Result {
        match value {
            Literal::Int(value) => write!(out, "{value}"),
            Literal::Bool(value) => write!(out, "{value}"),
            Literal::Str(text) => counted(out, text),
            Literal::Bytes(bytes) => {
                out.write_str("b")?;
                bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
            }
            Literal::Member(class, name) => {
                self.meet(class);
                write!(out, "{class}.{name}")
            }
        }
    }
}

/// Whether a member belongs to the API: operators and other methods of the language do.
fn is_public(name: &str) -> bool {
    !name.starts_with('_') || (name.starts_with("__") && name.ends_with("__"))
}

/// A text behind its length: whatever it holds, nothing else reads alike.
fn counted(out: &mut String, text: &str) -> fmt::Result {
    write!(out, "{}'{text}'", text.len())
}

fn doc(out: &mut String, text: Option<&str>) -> fmt::Result {
    match text {
        None => Ok(()),
        Some(text) => {
            out.write_str(" doc ")?;
            counted(out, text)
        }
    }
}

fn deprecated(out: &mut String, message: Option<&str>) -> fmt::Result {
    match message {
        None => Ok(()),
        Some(message) => {
            out.write_str(" deprecated ")?;
            counted(out, message)
        }
    }
}
