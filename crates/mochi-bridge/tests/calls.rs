//! Calls into the standard library as the checker makes them: declarations of this crate and
//! relations of `mochi-types` together.
//!
//! Spec: bridge.md §6; language.md §18.

#![allow(clippy::panic, reason = "tests may stop at the first surprise")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use mochi_bridge::Bridge;
use mochi_ingest::{FileSource, FolderEntry, Universe, UniverseOptions};
use mochi_types::{
    ArgValue, BoundMember, CallArg, ClassId, Context, Decls, ExternFun, ExternItem, Literal,
    ModuleId, Type,
};

/// No installed packages.
struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, _path: &Path) -> Option<Vec<u8>> {
        None
    }

    fn list(&self, _folder: &Path) -> Option<Vec<FolderEntry>> {
        None
    }
}

struct Program {
    bridge: Bridge,
    decls: Decls,
}

impl Program {
    fn new() -> Self {
        let options = UniverseOptions {
            site_packages: Vec::new(),
            python_version: (3, 12),
            platform: "linux".to_owned(),
        };
        let universe = Universe::new(Rc::new(NoFiles), options);
        Self {
            bridge: Bridge::new(Rc::new(universe), BTreeMap::new()),
            decls: Decls::default(),
        }
    }

    fn cx(&self) -> Context<'_> {
        Context {
            decls: &self.decls,
            externs: &self.bridge,
        }
    }

    /// The type of `module.name(args)`, or the fault.
    fn call(&self, module: &str, name: &str, args: &[Type]) -> String {
        let item = self.cx().lookup_module(&ModuleId(Rc::from(module)), name);
        match item.as_deref() {
            Some(ExternItem::Fun(fun)) => self.resolve(fun, None, args),
            Some(ExternItem::Class(class)) => {
                let fun = self.cx().constructor(class);
                self.resolve(&fun, None, args)
            }
            other => panic!("{module}.{name}: {other:?}"),
        }
    }

    /// The type of `receiver.name(args)`, or the fault.
    fn method(&self, receiver: &Type, name: &str, args: &[Type]) -> String {
        match self.cx().lookup_member(receiver, name) {
            Some(BoundMember::Method(fun)) => self.resolve(&fun, Some(receiver), args),
            other => panic!("{name}: {other:?}"),
        }
    }

    fn resolve(&self, fun: &ExternFun, receiver: Option<&Type>, args: &[Type]) -> String {
        let args: Vec<CallArg<'_>> = args
            .iter()
            .map(|ty| CallArg {
                name: None,
                value: match ty {
                    Type::Literal(literal) => ArgValue::Literal(literal.clone()),
                    ty => ArgValue::Typed(ty.clone()),
                },
            })
            .collect();
        match self.cx().resolve_call(fun, receiver, &args, None) {
            Ok(call) => self.cx().show(&call.ret.ty),
            Err(fault) => format!("{fault:?}").chars().take(400).collect(),
        }
    }

    fn attribute(&self, receiver: &Type, name: &str) -> String {
        match self.cx().lookup_member(receiver, name) {
            Some(BoundMember::Attribute { get, .. }) => self.cx().show(&get.ty),
            other => panic!("{name}: {other:?}"),
        }
    }

    fn operator(&self, left: &Type, op: &str, right: &Type) -> String {
        match self.cx().operator(left, op, right) {
            Some(operation) => self.cx().show(&operation.out.ty),
            None => "none".to_owned(),
        }
    }
}

fn handle(module: &str, name: &str, args: &[Type]) -> Type {
    Type::Handle(ClassId::new(module, name), args.iter().cloned().collect())
}

fn text(value: &str) -> Type {
    Type::Literal(Literal::Str(Rc::from(value)))
}

#[test]
fn functions() {
    let program = Program::new();
    let ints = Type::list(Type::Int);
    let words = Type::list(Type::Str);
    for (module, name, args, expected) in [
        ("math", "floor", &[Type::Float][..], "int"),
        ("math", "sqrt", &[Type::Int], "float"),
        (
            "re",
            "match",
            &[Type::Str, Type::Str],
            "option[re.Match<string>]",
        ),
        ("re", "compile", &[text("a+")], "re.Pattern<string>"),
        ("json", "loads", &[Type::Str], "any"),
        ("json", "dumps", std::slice::from_ref(&ints), "string"),
        ("os.path", "join", &[Type::Str, Type::Str], "string"),
        (
            "os.path",
            "join",
            &[handle("pathlib", "Path", &[]), Type::Str],
            "string",
        ),
        ("builtins", "sorted", std::slice::from_ref(&ints), "[int]"),
        ("builtins", "max", &[Type::Int, Type::Int], "int"),
        ("builtins", "len", std::slice::from_ref(&words), "int"),
        ("random", "choice", std::slice::from_ref(&words), "string"),
        ("statistics", "mean", &[Type::list(Type::Float)], "float"),
        (
            "builtins",
            "open",
            &[text("a"), text("rb")],
            "io.BufferedReader",
        ),
        ("builtins", "open", &[text("a")], "io.TextIOWrapper"),
        (
            "sqlite3",
            "connect",
            &[text(":memory:")],
            "sqlite3.Connection",
        ),
        ("pathlib", "Path", &[Type::Str], "pathlib.Path"),
        (
            "collections",
            "Counter",
            std::slice::from_ref(&words),
            "collections.Counter<string>",
        ),
        (
            "collections",
            "deque",
            std::slice::from_ref(&ints),
            "collections.deque<int>",
        ),
        (
            "itertools",
            "chain",
            &[ints.clone(), ints.clone()],
            "itertools.chain<int>",
        ),
        ("datetime", "timedelta", &[Type::Int], "datetime.timedelta"),
        ("decimal", "Decimal", &[Type::Str], "decimal.Decimal"),
        ("heapq", "nlargest", &[Type::Int, ints.clone()], "[int]"),
        (
            "urllib.parse",
            "urlparse",
            &[Type::Str],
            "urllib.parse.ParseResult",
        ),
        ("shutil", "which", &[Type::Str], "option[string]"),
    ] {
        assert_eq!(
            program.call(module, name, args),
            expected,
            "{module}.{name}"
        );
    }
}

#[test]
fn members_and_operators() {
    let program = Program::new();
    let path = handle("pathlib", "Path", &[]);
    let moment = handle("datetime", "datetime", &[]);
    let span = handle("datetime", "timedelta", &[]);
    let counter = handle("collections", "Counter", &[Type::Str]);
    let found = handle("re", "Match", &[Type::Str]);
    let connection = handle("sqlite3", "Connection", &[]);
    assert_eq!(program.operator(&path, "/", &Type::Str), "pathlib.Path");
    assert_eq!(program.attribute(&path, "parent"), "pathlib.Path");
    assert_eq!(program.attribute(&path, "parts"), "[string]");
    assert_eq!(program.method(&path, "exists", &[]), "bool");
    assert_eq!(
        program.method(&path, "glob", &[Type::Str]),
        "iterator<pathlib.Path>"
    );
    assert_eq!(
        program.operator(&moment, "-", &moment),
        "datetime.timedelta"
    );
    assert_eq!(program.operator(&moment, "-", &span), "datetime.datetime");
    assert_eq!(program.operator(&moment, "<", &moment), "bool");
    assert_eq!(
        program.operator(&span, "*", &Type::Int),
        "datetime.timedelta"
    );
    assert_eq!(
        program.method(&counter, "most_common", &[Type::Int]),
        "[(string, int)]"
    );
    assert_eq!(program.operator(&counter, "[]", &Type::Str), "int");
    assert_eq!(program.method(&found, "group", &[]), "string");
    assert_eq!(program.method(&found, "start", &[]), "int");
    assert_eq!(
        program.method(&connection, "execute", &[Type::Str, Type::list(Type::Str)]),
        "sqlite3.Cursor"
    );
    let each = program
        .cx()
        .iterate(&handle("itertools", "chain", &[Type::Int]));
    assert_eq!(each.map(|out| out.ty), Some(Type::Int));
    let entered = program.cx().enter(&connection);
    assert_eq!(entered.map(|out| out.ty), Some(connection));
}

#[test]
fn wrong_arguments_are_faults() {
    let program = Program::new();
    let wrong = |module: &str, name: &str, args: &[Type]| {
        let answer = program.call(module, name, args);
        assert!(answer.contains('{'), "{module}.{name} gives {answer}");
    };
    wrong("math", "floor", &[Type::Str]);
    wrong("math", "sqrt", &[Type::option(Type::Float)]);
    wrong("os.path", "join", &[Type::Int]);
    wrong("re", "match", &[Type::Str, Type::Bytes]);
    wrong("json", "loads", &[Type::Any]);
    wrong("builtins", "open", &[Type::Str, Type::Str, Type::Str]);
    wrong("sqlite3", "connect", &[]);
    wrong("pathlib", "Path", &[Type::Int]);
}
