//! Wrappers on disk: a module of Python for each module of a package, through which other Python
//! code calls the package with its results checked.
//!
//! A function whose result has to be checked becomes a plain `def` with the package's own
//! parameters. Everything else is the package's own object: where nothing is to be checked, and
//! where the check depends on the call, which the compiler then writes at each call. Programs need
//! none of these modules: they carry their own checks.
//!
//! Spec: bridge.md §7.

mod annotation;
mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use mochi_types::{ExternFun, ExternItem, Externs, ModuleId, Param, ParamKind, Signature};

use crate::check_fn::CheckFns;
use crate::py::{
    Arg, CmpOp, Expr, FunctionDef, Import, ImportGroup, ImportKind, Module, Param as PyParam, Stmt,
    StmtKind,
};
use crate::runtime;
use plan::{Plan, plan};

/// A default value that can be written down again.
#[derive(Clone, Debug, PartialEq)]
pub enum WrapDefault {
    /// A literal.
    Literal(Expr),
    /// A global of a module.
    Global(String, String),
}

/// The defaults of a function of the module, by parameter; those that cannot be written down again
/// are left out.
pub type Defaults<'a> = &'a dyn Fn(&str) -> BTreeMap<Rc<str>, WrapDefault>;

/// What a wrapper is made from.
#[derive(Clone, Copy)]
pub struct WrapRequest<'a> {
    /// The module.
    pub module: &'a ModuleId,
    /// The names of it that the wrapper has.
    pub names: &'a [Rc<str>],
    /// The distribution with its version, for the head.
    pub title: &'a str,
    /// How many folders lie between the wrapper and the helpers beside all of them.
    pub depth: usize,
    /// The defaults of its functions.
    pub defaults: Defaults<'a>,
}

/// A wrapper.
#[derive(Clone, Debug)]
pub struct Wrapped {
    /// `_mochi_wrap.py`.
    pub source: String,
    /// `_mochi_wrap.pyi`.
    pub stub: String,
    /// The helpers that it imports.
    pub helpers: BTreeSet<&'static str>,
    /// How many functions are checked in it.
    pub checked: usize,
}

/// What a name of the module is in its wrapper.
struct Entry {
    name: Rc<str>,
    item: Rc<ExternItem>,
    plan: Plan,
}

/// Writes the wrapper of a module.
pub fn wrapper(externs: &dyn Externs, request: &WrapRequest<'_>) -> Wrapped {
    let names = request.names;
    let reserved: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
    let entries = entries(externs, request, names);
    let mut checks = CheckFns::beside(externs, reserved);
    let package = checks.alias(&request.module.0, false);
    let mut functions = Vec::new();
    let mut aliases: Vec<(Option<Expr>, Expr)> = Vec::new();
    for entry in &entries {
        match (&entry.plan, &*entry.item) {
            (Plan::Checked(defaults), ExternItem::Fun(fun)) => {
                let def = function(&mut checks, &package, (&entry.name, fun), defaults);
                functions.extend(def.map(|def| StmtKind::Function(Box::new(def)).bare()));
            }
            (Plan::Alias(why), _) => {
                let pair = (Expr::str(&*entry.name), Expr::str(*why));
                aliases.push((Some(pair.0), pair.1));
            }
            _ => {}
        }
    }
    let checked = functions.len();
    let source = source(request, &checks, &package, functions, aliases);
    Wrapped {
        source,
        stub: stub(externs, request, &entries),
        helpers: checks.made().1.clone(),
        checked,
    }
}

fn entries(externs: &dyn Externs, request: &WrapRequest<'_>, names: &[Rc<str>]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for name in names {
        let Some(item) = externs.attribute(request.module, name) else {
            continue;
        };
        let Some(plan) = plan(&item, name, request.defaults) else {
            continue;
        };
        entries.push(Entry {
            name: Rc::clone(name),
            item,
            plan,
        });
    }
    entries
}

fn source(
    request: &WrapRequest<'_>,
    checks: &CheckFns<'_>,
    package: &Expr,
    functions: Vec<Stmt>,
    aliases: Vec<(Option<Expr>, Expr)>,
) -> String {
    let (definitions, helpers) = checks.made();
    let mut imports = checks.imports.clone();
    let beside = format!("{}_mochi", ".".repeat(request.depth + 1));
    imports.extend(helpers.iter().map(|helper| Import {
        group: ImportGroup::Local,
        kind: ImportKind::From(beside.clone(), (*helper).to_string()),
        span: None,
    }));
    let mut body = Vec::new();
    if !aliases.is_empty() {
        let text =
            Expr::name("dict").index(Expr::Tuple(vec![Expr::name("str"), Expr::name("str")]));
        let table = Expr::Dict(aliases);
        body.push(StmtKind::AnnAssign(Expr::name("_ALIASES"), text, Some(table)).bare());
    }
    body.extend(definitions.iter().cloned());
    body.extend(functions);
    if body
        .iter()
        .any(|stmt| matches!(&stmt.kind, StmtKind::AnnAssign(Expr::Name(name), ..) if name == "_ALIASES"))
    {
        body.push(StmtKind::Function(Box::new(lookup(package))).bare());
    }
    let doc = format!(
        "The module `{}` of {}, with its results checked.\n\n\
         The names in `_ALIASES` are the module's own objects, each for the reason that stands \
         beside it.",
        request.module.0, request.title
    );
    let mut type_imports = checks.type_imports.clone();
    type_imports.retain(|import| imports.iter().all(|other| other.kind != import.kind));
    let module = Module {
        import_notes: Vec::new(),
        header: Vec::new(),
        doc: Some(doc),
        future_annotations: true,
        imports,
        type_imports,
        body,
    };
    crate::print::module(&module).text
}

/// `def __getattr__`: the module's own objects, looked up when they are asked for.
fn lookup(package: &Expr) -> FunctionDef {
    let name = || Expr::name("name");
    let known = Expr::compare(CmpOp::In, name(), Expr::name("_ALIASES"));
    let found = Expr::call_name("getattr", [package.clone(), name()]);
    let absent = Expr::call_name("AttributeError", [name()]);
    FunctionDef {
        name: "__getattr__".to_string(),
        is_async: false,
        decorators: Vec::new(),
        type_params: Vec::new(),
        params: vec![PyParam {
            name: "name".to_string(),
            annotation: Some(Expr::name("str")),
            default: None,
        }],
        result: Some(Expr::name("object")),
        doc: None,
        body: vec![
            StmtKind::If(
                known,
                vec![
                    StmtKind::AnnAssign(Expr::name("found"), Expr::name("object"), Some(found))
                        .bare(),
                    StmtKind::Return(Some(Expr::name("found"))).bare(),
                ],
                Vec::new(),
            )
            .bare(),
            StmtKind::Raise(Some(absent), None).bare(),
        ],
        origin: None,
    }
}

/// The function that calls the package's own and checks what it gives.
fn function(
    checks: &mut CheckFns<'_>,
    package: &Expr,
    (name, fun): (&str, &ExternFun),
    defaults: &BTreeMap<Rc<str>, WrapDefault>,
) -> Option<FunctionDef> {
    let signature = fun.overloads.first()?;
    let check = checks.value(&signature.ret.check)?;
    let head = head(checks, name, fun, defaults)?;
    let mut args = Vec::new();
    for param in &signature.params {
        let value = Expr::name(&*param.name);
        args.push(match param.kind {
            ParamKind::PositionalOnly | ParamKind::Normal => Arg { name: None, value },
            ParamKind::VarArgs => Arg {
                name: None,
                value: Expr::Star(Box::new(value)),
            },
            ParamKind::KeywordOnly => Arg {
                name: Some(param.name.to_string()),
                value,
            },
            ParamKind::KwArgs => Arg {
                name: None,
                value: Expr::Name(format!("**{}", param.name)),
            },
        });
    }
    let mut call = Expr::Call(Box::new(package.clone().attr(name)), args);
    if signature.is_async {
        call = Expr::Await(Box::new(call));
    }
    let checked = check.call([call, Expr::str(&*fun.symbol)]);
    Some(FunctionDef {
        body: vec![StmtKind::Return(Some(checked)).bare()],
        ..head
    })
}

/// The head of such a function, with its first line of documentation.
fn head(
    checks: &mut CheckFns<'_>,
    name: &str,
    fun: &ExternFun,
    defaults: &BTreeMap<Rc<str>, WrapDefault>,
) -> Option<FunctionDef> {
    let signature = fun.overloads.first()?;
    let doc = fun.doc.as_ref().and_then(|doc| {
        let mut lines = doc.lines().map(str::trim);
        lines.find(|line| !line.is_empty()).map(str::to_owned)
    });
    Some(FunctionDef {
        name: name.to_string(),
        is_async: signature.is_async,
        decorators: Vec::new(),
        type_params: Vec::new(),
        params: params(checks, signature, defaults),
        result: Some(checks.annotation(&signature.ret.check)),
        doc,
        body: Vec::new(),
        origin: None,
    })
}

fn params(
    checks: &mut CheckFns<'_>,
    signature: &Signature,
    defaults: &BTreeMap<Rc<str>, WrapDefault>,
) -> Vec<PyParam> {
    let marker = |name: &str| PyParam {
        name: name.to_string(),
        annotation: None,
        default: None,
    };
    let mut made = Vec::new();
    let mut before: Option<ParamKind> = None;
    for param in &signature.params {
        let ends_positional =
            before == Some(ParamKind::PositionalOnly) && param.kind != ParamKind::PositionalOnly;
        if ends_positional {
            made.push(marker("/"));
        }
        let is_after_star = matches!(before, Some(ParamKind::VarArgs | ParamKind::KeywordOnly));
        if param.kind == ParamKind::KeywordOnly && !is_after_star {
            made.push(marker("*"));
        }
        made.push(one_param(checks, param, defaults));
        before = Some(param.kind);
    }
    if before == Some(ParamKind::PositionalOnly) {
        made.push(marker("/"));
    }
    made
}

fn one_param(
    checks: &mut CheckFns<'_>,
    param: &Param,
    defaults: &BTreeMap<Rc<str>, WrapDefault>,
) -> PyParam {
    let stars = match param.kind {
        ParamKind::VarArgs => "*",
        ParamKind::KwArgs => "**",
        _ => "",
    };
    let known = defaults
        .get(&param.name)
        .filter(|_| param.has_default && stars.is_empty());
    let is_none = known == Some(&WrapDefault::Literal(Expr::None));
    let default = known.map(|known| match known {
        WrapDefault::Literal(value) => value.clone(),
        WrapDefault::Global(module, name) => checks.alias(module, false).attr(name.as_str()),
    });
    PyParam {
        name: format!("{stars}{}", param.name),
        annotation: Some(checks.param_annotation(&param.ty, is_none)),
        default,
    }
}

/// `_mochi_wrap.pyi`: the checked functions with their types, everything else from the package.
fn stub(externs: &dyn Externs, request: &WrapRequest<'_>, entries: &[Entry]) -> String {
    let reserved = entries.iter().map(|entry| entry.name.to_string()).collect();
    let mut checks = CheckFns::beside(externs, reserved);
    let mut body = Vec::new();
    let mut own = Vec::new();
    for entry in entries {
        match (&entry.plan, &*entry.item) {
            (Plan::Checked(defaults), ExternItem::Fun(fun)) => {
                let open = defaults
                    .keys()
                    .map(|name| (Rc::clone(name), WrapDefault::Literal(Expr::Ellipsis)))
                    .collect();
                if let Some(def) = head(&mut checks, &entry.name, fun, &open) {
                    let def = FunctionDef {
                        doc: None,
                        body: vec![StmtKind::Expr(Expr::Ellipsis).bare()],
                        ..def
                    };
                    body.push(StmtKind::Function(Box::new(def)).bare());
                }
            }
            (Plan::Alias(_), _) => own.push(Import {
                group: runtime::import_group(&request.module.0),
                kind: ImportKind::From(
                    request.module.0.to_string(),
                    format!("{0} as {0}", entry.name),
                ),
                span: None,
            }),
            _ => {}
        }
    }
    let mut imports = checks.imports.clone();
    for import in checks.type_imports.iter().chain(&own) {
        if !imports.iter().any(|other| other.kind == import.kind) {
            imports.push(import.clone());
        }
    }
    let module = Module {
        import_notes: Vec::new(),
        header: Vec::new(),
        doc: None,
        future_annotations: false,
        imports,
        type_imports: Vec::new(),
        body,
    };
    crate::print::stub(&module)
}
