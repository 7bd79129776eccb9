//! Surfaces as text, for snapshots and for looking at real packages; an in-memory file source.
#![allow(dead_code, reason = "each user takes a part")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions};
use mochi_surface::{
    ClassKind, ClassName, Field, Function, Item, Literal, MemberKind, ModuleName, Parameter,
    ParameterKind, PyType, Signature, SurfaceSource,
};

/// Files by path.
#[derive(Default)]
pub struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl FileSource for Memory {
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        self.0.get(path).cloned()
    }

    fn list(&self, folder: &Path) -> Option<Vec<FolderEntry>> {
        let mut entries: Vec<FolderEntry> = Vec::new();
        for path in self.0.keys() {
            let Ok(rest) = path.strip_prefix(folder) else {
                continue;
            };
            let mut parts = rest.components();
            let name = parts.next()?.as_os_str().to_string_lossy().into_owned();
            let is_dir = parts.next().is_some();
            if !entries.iter().any(|entry| entry.name == name) {
                entries.push(FolderEntry { name, is_dir });
            }
        }
        (!entries.is_empty()).then_some(entries)
    }
}

/// A universe over `path: text` pairs below `/site`, for Python 3.12 on Linux.
pub fn universe(files: &[(&str, &str)]) -> Universe {
    universe_for(files, (3, 12), "linux")
}

/// The same with a folder of types beside it, `/types`.
pub fn universe_beside(files: &[(&str, &str)], types: &[(&str, &str)]) -> Universe {
    let below = |root: &'static str| {
        move |(path, text): &(&str, &str)| (Path::new(root).join(path), text.as_bytes().to_vec())
    };
    let files = files.iter().map(below("/site"));
    let types = types.iter().map(below("/types"));
    Universe::with_types(
        Rc::new(Memory(files.chain(types).collect())),
        UniverseOptions {
            site_packages: vec![PathBuf::from("/site")],
            python_version: (3, 12),
            platform: "linux".to_owned(),
        },
        &[PathBuf::from("/types")],
    )
}

/// The same for another version and platform.
pub fn universe_for(files: &[(&str, &str)], version: (u8, u8), platform: &str) -> Universe {
    let root = PathBuf::from("/site");
    let files = files
        .iter()
        .map(|(path, text)| (root.join(path), text.as_bytes().to_vec()))
        .collect();
    Universe::new(
        Rc::new(Memory(files)),
        UniverseOptions {
            site_packages: vec![root],
            python_version: version,
            platform: platform.to_owned(),
        },
    )
}

/// One typed module `m` of the text, shown.
pub fn show_py(text: &str) -> String {
    let text = dedent(text);
    let universe = universe(&[("m/__init__.py", &text), ("m/py.typed", "")]);
    show_module(&universe, "m")
}

/// One stub module `m` of the text, shown.
pub fn show_stub(text: &str) -> String {
    let text = dedent(text);
    let universe = universe(&[("m/__init__.pyi", &text), ("m/py.typed", "")]);
    show_module(&universe, "m")
}

/// Removes the common indentation.
pub fn dedent(text: &str) -> String {
    let indent = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    text.lines()
        .map(|line| line.get(indent..).unwrap_or(""))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every public name of a module.
pub fn show_module(universe: &Universe, name: &str) -> String {
    let name = ModuleName::new(name);
    let mut out = String::new();
    let Some(module) = universe.module(&name) else {
        return "no such module".to_owned();
    };
    for public in &module.public {
        out.push_str(&show_name(universe, &name, public));
    }
    out
}

/// One name of a module.
pub fn show_name(universe: &Universe, module: &ModuleName, name: &str) -> String {
    let mut out = String::new();
    match universe.item(module, name).as_deref() {
        None => writeln!(out, "{name}: nothing"),
        Some(Item::Function(function)) => {
            out.push_str(&show_function(function, "", name));
            Ok(())
        }
        Some(Item::Class(class)) => {
            out.push_str(&show_class(universe, class, name, ""));
            Ok(())
        }
        Some(Item::Value(value)) => {
            let last = if value.is_final { " (final)" } else { "" };
            writeln!(out, "{name}: {}{last}", show(&value.ty))
        }
        Some(Item::Module(module)) => writeln!(out, "{name} = module {module}"),
        Some(Item::Alias(ty)) => writeln!(out, "type {name} = {}", show(ty)),
        Some(Item::TypingOnly) => writeln!(out, "{name}: typing only"),
    }
    .ok();
    out
}

/// A class with its members.
pub fn show_class(universe: &Universe, name: &ClassName, shown: &str, indent: &str) -> String {
    let mut out = String::new();
    let Some(class) = universe.class(name) else {
        return format!("{indent}class {name}: nothing\n");
    };
    let bases: Vec<String> = class.bases.iter().map(show).collect();
    let vars: Vec<String> = class.type_vars.iter().map(|var| show_var(var)).collect();
    let vars = if vars.is_empty() {
        String::new()
    } else {
        format!("[{}]", vars.join(", "))
    };
    let fields = |fields: &[Field]| {
        let fields: Vec<String> = fields
            .iter()
            .map(|field| {
                let star = if field.keyword_only { "*" } else { "" };
                let default = if field.has_default { " = …" } else { "" };
                format!("{star}{}: {}{default}", field.name, show(&field.ty))
            })
            .collect();
        fields.join(", ")
    };
    let kind = match &class.kind {
        ClassKind::Plain => String::new(),
        ClassKind::Protocol => " protocol".to_owned(),
        ClassKind::Enum(members) => format!(" enum({})", members.join(", ")),
        ClassKind::Exception => " exception".to_owned(),
        ClassKind::Dataclass { fields: of, frozen } => {
            let frozen = if *frozen { "frozen " } else { "" };
            format!(" {frozen}dataclass({})", fields(of))
        }
        ClassKind::NamedTuple(of) => format!(" named tuple({})", fields(of)),
        ClassKind::TypedDict(of) => format!(" typed dict({})", fields(of)),
    };
    let unknown = if class.has_unknown_base {
        " unknown-base"
    } else {
        ""
    };
    let identity = if *shown == *class.name.qualname {
        String::new()
    } else {
        format!(" = {}", class.name)
    };
    writeln!(
        out,
        "{indent}class {shown}{vars}({}){identity}{kind}{unknown}",
        bases.join(", ")
    )
    .ok();
    if let Some(deprecated) = &class.deprecated {
        writeln!(out, "{indent}    deprecated: {deprecated}").ok();
    }
    let inner = format!("{indent}    ");
    for member in &class.members {
        match universe.member(name, member).as_deref().map(|m| &m.kind) {
            None => writeln!(out, "{inner}{member}: nothing").ok(),
            Some(MemberKind::Method(function)) => {
                out.push_str(&show_function(function, &inner, member));
                None
            }
            Some(MemberKind::ClassMethod(function)) => {
                out.push_str(&show_function(function, &format!("{inner}class "), member));
                None
            }
            Some(MemberKind::StaticMethod(function)) => {
                out.push_str(&show_function(function, &format!("{inner}static "), member));
                None
            }
            Some(MemberKind::Property { get, set, .. }) => {
                let set = set
                    .as_ref()
                    .map_or(String::new(), |set| format!(", set {}", show(set)));
                writeln!(out, "{inner}property {member}: {}{set}", show(get)).ok()
            }
            Some(MemberKind::Attribute { value, class_level }) => {
                let level = if *class_level { "class " } else { "" };
                let last = if value.is_final { " (final)" } else { "" };
                writeln!(out, "{inner}{level}{member}: {}{last}", show(&value.ty)).ok()
            }
            Some(MemberKind::Class(nested)) => {
                if nested.qualname.starts_with(&*name.qualname) && nested != name {
                    out.push_str(&show_class(universe, nested, member, &inner));
                } else {
                    writeln!(out, "{inner}{member} = class {nested}").ok();
                }
                None
            }
        };
    }
    out
}

/// A function, one line an overload.
pub fn show_function(function: &Function, indent: &str, name: &str) -> String {
    let mut out = String::new();
    for signature in &function.overloads {
        writeln!(out, "{indent}{}", show_signature(signature, name)).ok();
    }
    if let Some(deprecated) = &function.deprecated {
        writeln!(out, "{indent}    deprecated: {deprecated}").ok();
    }
    out
}

fn show_signature(signature: &Signature, name: &str) -> String {
    let vars: Vec<String> = signature
        .type_vars
        .iter()
        .map(|var| show_var(var))
        .collect();
    let vars = if vars.is_empty() {
        String::new()
    } else {
        format!("[{}]", vars.join(", "))
    };
    let start = if signature.is_async {
        "async def"
    } else {
        "def"
    };
    format!(
        "{start} {name}{vars}({}) -> {}",
        show_params(&signature.params),
        show(&signature.ret)
    )
}

fn show_var(var: &mochi_surface::TypeVar) -> String {
    let mut text = var.name.to_string();
    match var.kind {
        mochi_surface::TypeVarKind::Plain => {}
        mochi_surface::TypeVarKind::ParamSpec => text.insert_str(0, "**"),
        mochi_surface::TypeVarKind::Tuple => text.insert(0, '*'),
    }
    if let Some(bound) = &var.bound {
        write!(text, ": {}", show(bound)).ok();
    }
    if !var.constraints.is_empty() {
        let all: Vec<String> = var.constraints.iter().map(show).collect();
        write!(text, ": ({})", all.join(", ")).ok();
    }
    if let Some(default) = &var.default {
        write!(text, " = {}", show(default)).ok();
    }
    text
}

fn show_params(params: &[Parameter]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut after_positional = false;
    let mut has_star = false;
    for param in params {
        if param.kind != ParameterKind::PositionalOnly && after_positional {
            parts.push("/".to_owned());
            after_positional = false;
        }
        let default = if param.has_default { " = …" } else { "" };
        let ty = show(&param.ty);
        let text = format!("{}: {ty}{default}", param.name);
        match param.kind {
            ParameterKind::PositionalOnly => after_positional = true,
            ParameterKind::Normal => {}
            ParameterKind::VarArgs => {
                has_star = true;
                parts.push(format!("*{text}"));
                continue;
            }
            ParameterKind::KeywordOnly => {
                if !has_star {
                    has_star = true;
                    parts.push("*".to_owned());
                }
            }
            ParameterKind::KwArgs => {
                parts.push(format!("**{text}"));
                continue;
            }
        }
        parts.push(text);
    }
    if after_positional {
        parts.push("/".to_owned());
    }
    parts.join(", ")
}

/// A type as Python would spell it.
pub fn show(ty: &PyType) -> String {
    let all = |types: &[PyType]| types.iter().map(show).collect::<Vec<_>>().join(", ");
    match ty {
        PyType::Any => "Any".to_owned(),
        PyType::Unknown(reason) => format!("?{}", reason.code()),
        PyType::None => "None".to_owned(),
        PyType::Never => "Never".to_owned(),
        PyType::Class(name, arguments) => {
            let shown = match name.module.as_str() {
                "builtins" | "m" => name.qualname.to_string(),
                _ => name.to_string(),
            };
            if arguments.is_empty() {
                shown
            } else {
                format!("{shown}[{}]", all(arguments))
            }
        }
        PyType::Tuple(elements) => format!("tuple[{}]", all(elements)),
        PyType::VariadicTuple(element) => format!("tuple[{}, ...]", show(element)),
        PyType::Union(members) => members.iter().map(show).collect::<Vec<_>>().join(" | "),
        PyType::Literal(literals) => {
            let all: Vec<String> = literals
                .iter()
                .map(|literal| match literal {
                    Literal::Int(value) => value.to_string(),
                    Literal::Str(text) => format!("{text:?}"),
                    Literal::Bytes(bytes) => format!("b{:?}", String::from_utf8_lossy(bytes)),
                    Literal::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
                    Literal::Member(class, name) => format!("{}.{name}", class.qualname),
                })
                .collect();
            format!("Literal[{}]", all.join(", "))
        }
        PyType::Callable(params, ret) => {
            let plain = params
                .iter()
                .all(|p| p.kind == ParameterKind::PositionalOnly && !p.has_default);
            if plain {
                let types: Vec<PyType> = params.iter().map(|p| p.ty.clone()).collect();
                format!("Callable[[{}], {}]", all(&types), show(ret))
            } else {
                format!("({}) => {}", show_params(params), show(ret))
            }
        }
        PyType::AnyCallable(ret) => format!("Callable[..., {}]", show(ret)),
        PyType::TypeOf(inner) => format!("type[{}]", show(inner)),
        PyType::Var(var) => var.name.to_string(),
        PyType::SelfType => "Self".to_owned(),
        PyType::Module(name) => format!("module {name}"),
    }
}
