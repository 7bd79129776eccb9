//! Check functions: what makes a value that came out of Python true to its declared type.
//!
//! Scalars are checked by helpers of `_mochi`. For classes and composite types a plain function is
//! generated, specialised for the type, into `_mochi_wrap`: first a test at C speed, then the
//! precise way that converts where the type table asks for it.
//!
//! Spec: bridge.md §6 ("What a check accepts"), §7.

use std::collections::{BTreeMap, BTreeSet};

use mochi_types::{Check, ClassId, Externs, Literal};

use crate::check_name::{declared, is_helper, label, snake};
use crate::py::{
    self, BoolOp, CmpOp, Expr, FunctionDef, Import, ImportGroup, ImportKind, Param, Stmt, StmtKind,
};
use crate::runtime::import_group;

/// The helper of `_mochi` that performs a check, for scalars.
pub(crate) fn scalar(check: &Check) -> Option<&'static str> {
    Some(match check {
        Check::Unit => "as_none",
        Check::Int => "as_int",
        Check::Int64 => "as_int64",
        Check::Float => "as_float",
        Check::Bool => "as_bool",
        Check::Str => "as_str",
        Check::Bytes => "as_bytes",
        Check::Callable => "as_callable",
        Check::TypeOf(None) => "as_type",
        _ => return None,
    })
}

/// Whether a check accepts everything unchanged.
fn is_nothing(check: &Check) -> bool {
    matches!(
        check,
        Check::Nothing | Check::Var(_) | Check::SelfType | Check::Mochi(_) | Check::Cast(_)
    )
}

/// The check functions of one program.
pub(crate) struct CheckFns<'a> {
    pub(crate) externs: &'a dyn Externs,
    names: BTreeMap<String, Check>,
    /// Definitions in the order in which they were asked for, inner ones first.
    definitions: Vec<Stmt>,
    /// Names that the program itself calls.
    used: BTreeSet<String>,
    helpers: BTreeSet<&'static str>,
    pub(crate) imports: Vec<Import>,
    pub(crate) type_imports: Vec<Import>,
    /// Packages are imported under names that begin with an underscore, so that the module can have
    /// every name of its own.
    pub(crate) aliased: bool,
    /// Names that the module has otherwise.
    reserved: BTreeSet<String>,
}

/// The generated module.
pub(crate) struct Wrapper {
    /// Its text.
    pub(crate) text: String,
    /// The helpers of `_mochi` that it uses.
    pub(crate) helpers: BTreeSet<&'static str>,
}

impl<'a> CheckFns<'a> {
    pub(crate) fn new(externs: &'a dyn Externs) -> Self {
        Self {
            externs,
            names: BTreeMap::new(),
            definitions: Vec::new(),
            used: BTreeSet::new(),
            helpers: BTreeSet::new(),
            imports: Vec::new(),
            type_imports: Vec::new(),
            aliased: false,
            reserved: BTreeSet::new(),
        }
    }

    /// For a module that has these names otherwise.
    pub(crate) fn beside(externs: &'a dyn Externs, reserved: BTreeSet<String>) -> Self {
        Self {
            aliased: true,
            reserved,
            ..Self::new(externs)
        }
    }

    /// What was made so far: definitions and the helpers of `_mochi` that they use.
    pub(crate) fn made(&self) -> (&[Stmt], &BTreeSet<&'static str>) {
        (&self.definitions, &self.helpers)
    }

    /// A module under the name that the output gives it.
    pub(crate) fn alias(&mut self, module: &str, for_checkers: bool) -> Expr {
        let alias = format!("_{}", module.replace('.', "_"));
        let imports = if for_checkers {
            &mut self.type_imports
        } else {
            &mut self.imports
        };
        let kind = ImportKind::Module(module.to_string(), Some(alias.clone()));
        add_import(imports, import_group(module), kind);
        Expr::Name(alias)
    }

    /// Starts a module anew: it calls none yet.
    pub(crate) fn forget_used(&mut self) {
        self.used.clear();
    }

    /// The names that the module at hand calls, sorted.
    pub(crate) fn used(&self) -> Vec<String> {
        self.used.iter().cloned().collect()
    }

    /// The name of the function for a check; none if there is nothing to check.
    pub(crate) fn function(&mut self, check: &Check) -> Option<String> {
        let name = self.define(check)?;
        self.used.insert(name.clone());
        Some(name)
    }

    /// `_mochi_wrap.py`; none if no function was asked for.
    pub(crate) fn module(&self, in_package: bool) -> Option<Wrapper> {
        if self.definitions.is_empty() {
            return None;
        }
        let prefix = if in_package { "." } else { "" };
        let mut imports = self.imports.clone();
        for import in &mut imports {
            // A program of one file stands beside its sidecar, without a package.
            if let ImportKind::From(from, name) = &import.kind
                && from == "."
                && !in_package
            {
                import.kind = ImportKind::Module(name.clone(), None);
            }
        }
        for helper in &self.helpers {
            imports.push(Import {
                group: ImportGroup::Local,
                kind: ImportKind::From(format!("{prefix}_mochi"), (*helper).to_string()),
                span: None,
            });
        }
        let is_there = |kind: &ImportKind| imports.iter().any(|import| import.kind == *kind);
        let mut type_imports = self.type_imports.clone();
        type_imports.retain(|import| !is_there(&import.kind));
        let module = py::Module {
            header: Vec::new(),
            doc: Some("Checks of values that come out of Python packages.".to_string()),
            future_annotations: true,
            imports,
            import_notes: Vec::new(),
            type_imports,
            body: self.definitions.clone(),
        };
        Some(Wrapper {
            text: crate::print::module(&module).text,
            helpers: self.helpers.clone(),
        })
    }

    pub(crate) fn helper(&mut self, name: &'static str) -> Expr {
        self.helpers.insert(name);
        Expr::name(name)
    }

    /// The function for a check as a value, for use inside other functions.
    pub(crate) fn value(&mut self, check: &Check) -> Option<Expr> {
        if let Some(name) = scalar(check) {
            return Some(self.helper(name));
        }
        self.define(check).map(Expr::Name)
    }

    fn define(&mut self, check: &Check) -> Option<String> {
        if is_nothing(check) || scalar(check).is_some() {
            return scalar(check).map(str::to_string);
        }
        let base = format!("as_{}", label(check));
        let mut name = base.clone();
        let mut number = 2;
        // `numpy.bool` must not take the name of the helper for `bool`.
        while self.names.contains_key(&name) || is_helper(&name) || self.reserved.contains(&name) {
            if self.names.get(&name) == Some(check) {
                return Some(name);
            }
            name = format!("{base}_{number}");
            number += 1;
        }
        self.names.insert(name.clone(), check.clone());
        let result = self.annotation(check);
        let body = self.body(check);
        let param = |name: &str, annotation: &str| Param {
            name: name.to_string(),
            annotation: Some(Expr::name(annotation)),
            default: None,
        };
        let def = FunctionDef {
            name: name.clone(),
            is_async: false,
            decorators: Vec::new(),
            type_params: Vec::new(),
            params: vec![param("value", "object"), param("symbol", "str")],
            result: Some(result),
            doc: None,
            body,
            origin: None,
        };
        self.definitions
            .push(StmtKind::Function(Box::new(def)).bare());
        Some(name)
    }

    fn body(&mut self, check: &Check) -> Vec<Stmt> {
        match check {
            Check::Instance(class) if self.is_narrowed(class) => {
                let test = self.instance_test(class);
                vec![accept_if(test), self.refuse(check)]
            }
            Check::Instance(class) if self.is_typed_dict(class) => self.typed_dict(check),
            Check::Instance(class) => {
                let test = self.instance_test(class);
                let mut body = self.trust_if(test, check);
                body.push(self.refuse(check));
                body
            }
            Check::StubOnly(class) => self.stub_only(class, check),
            Check::TypeOf(Some(class)) => {
                let class = self.class_value(class);
                let test = and(
                    is_instance(value(), Expr::name("type")),
                    Expr::call_name("issubclass", [value(), class]),
                );
                vec![accept_if(test), self.refuse(check)]
            }
            Check::Literal(values) => self.literal(values, check),
            Check::Option(inner) => self.option(inner, check),
            Check::Union(members) => self.union(members, check),
            Check::Tuple(parts) => self.tuple(parts, check),
            Check::Iterator(item) => {
                let call = self.with_item("checked_iterator", item, check);
                vec![give(call)]
            }
            Check::AsyncIterator(item) => {
                let call = self.with_item("checked_async_iterator", item, check);
                vec![give(call)]
            }
            _ => self.container(check),
        }
    }

    /// Lists, sets, dicts and what is made one of them.
    fn container(&mut self, check: &Check) -> Vec<Stmt> {
        let (class, slow) = match check {
            Check::List(_) => ("list", "checked_list"),
            Check::Set(_) => ("set", "checked_set"),
            Check::Dict(..) => ("dict", "checked_dict"),
            Check::Sequence(_) => ("list", "checked_sequence"),
            Check::Mapping(..) => ("dict", "checked_mapping"),
            Check::VariadicTuple(_) => ("", "checked_tuple_items"),
            _ => return vec![give(value())],
        };
        let mut body = Vec::new();
        if let Check::VariadicTuple(item) = check
            && let Some(fits) = self.all_fit(item, value())
        {
            let test = and(self.is_exactly("tuple"), fits);
            let made = give(Expr::call_name("list", [value()]));
            body.push(StmtKind::If(test, vec![made], Vec::new()).bare());
        }
        if !class.is_empty() {
            let fits = match check {
                Check::List(item) | Check::Set(item) | Check::Sequence(item) => {
                    self.all_fit(item, value())
                }
                Check::Dict(key, item) | Check::Mapping(key, item) => {
                    let values = value().attr("values").call([]);
                    let keys = self.all_fit(key, value());
                    keys.and_then(|keys| Some(and(keys, self.all_fit(item, values)?)))
                }
                _ => None,
            };
            if let Some(fits) = fits {
                body.push(accept_if(and(self.is_exactly(class), fits)));
            }
        }
        let call = match check {
            Check::Dict(key, item) | Check::Mapping(key, item) => {
                let key = self.item(key);
                let item = self.item(item);
                let declared = Expr::str(declared(check, self.externs));
                self.helper(slow)
                    .call([value(), key, item, declared, symbol()])
            }
            Check::List(item)
            | Check::Set(item)
            | Check::Sequence(item)
            | Check::VariadicTuple(item) => self.with_item(slow, item, check),
            _ => value(),
        };
        body.push(give(call));
        body
    }

    fn with_item(&mut self, helper: &'static str, item: &Check, check: &Check) -> Expr {
        let item = self.item(item);
        let declared = Expr::str(declared(check, self.externs));
        self.helper(helper)
            .call([value(), item, declared, symbol()])
    }

    /// The check of an element as a function.
    fn item(&mut self, check: &Check) -> Expr {
        match self.value(check) {
            Some(function) => function,
            None => self.helper("as_any"),
        }
    }

    /// A test at C speed that all elements of `items` have exactly the plain types; `True` where
    /// there is nothing to test, none where no such test exists.
    fn all_fit(&mut self, check: &Check, items: Expr) -> Option<Expr> {
        if is_nothing(check) {
            return Some(Expr::Bool(true));
        }
        let types = |classes: Vec<Expr>, items: Expr| {
            let seen =
                Expr::call_name("set", [Expr::call_name("map", [Expr::name("type"), items])]);
            Expr::compare(CmpOp::Le, seen, Expr::Set(classes))
        };
        if let Some(class) = self.exact_class(check) {
            return Some(types(vec![class], items));
        }
        match check {
            Check::Option(inner) => {
                let class = self.exact_class(inner)?;
                let none = Expr::call_name("type", [Expr::None]);
                Some(types(vec![class, none], items))
            }
            Check::List(inner) => {
                let outer = types(vec![Expr::name("list")], items.clone());
                let flat = self.chained(items);
                Some(and(outer, self.all_fit(inner, flat)?))
            }
            Check::Dict(key, item) => {
                let outer = types(vec![Expr::name("dict")], items.clone());
                let keys = self.chained(items.clone());
                let all_values = Expr::call_name("map", [Expr::name("dict").attr("values"), items]);
                let all_values = self.chained(all_values);
                let keys = self.all_fit(key, keys)?;
                Some(and(and(outer, keys), self.all_fit(item, all_values)?))
            }
            _ => None,
        }
    }

    /// The helper that tests for one of the container classes itself. Of `type(value) is list`
    /// type checkers learn that the list holds what nobody knows; of the helper, that it may hold
    /// anything.
    fn is_exactly(&mut self, class: &str) -> Expr {
        let helper = match class {
            "list" => "is_list",
            "set" => "is_set",
            "dict" => "is_dict",
            _ => "is_tuple",
        };
        self.helper(helper).call([value()])
    }

    fn chained(&mut self, items: Expr) -> Expr {
        add_import(
            &mut self.imports,
            ImportGroup::Standard,
            ImportKind::From("itertools".to_string(), "chain".to_string()),
        );
        Expr::name("chain").attr("from_iterable").call([items])
    }

    /// The one class that most values of a check have.
    fn exact_class(&mut self, check: &Check) -> Option<Expr> {
        Some(match check {
            Check::Int => Expr::name("int"),
            Check::Float => Expr::name("float"),
            Check::Bool => Expr::name("bool"),
            Check::Str => Expr::name("str"),
            Check::Bytes => Expr::name("bytes"),
            Check::Instance(class) if !self.is_typed_dict(class) => self.class_value(class),
            _ => return None,
        })
    }

    fn option(&mut self, inner: &Check, check: &Check) -> Vec<Stmt> {
        let none = value().is_none();
        let test = match self.exact_class(inner) {
            Some(class) if scalar(inner).is_some() => or(none, is_type(value(), class)),
            _ => none,
        };
        let mut is_understood = true;
        let test = match inner {
            Check::Instance(class) if self.is_nominal(class) => {
                is_understood = self.is_narrowed(class);
                or(value().is_none(), self.instance_test(class))
            }
            _ => test,
        };
        let is_just_none =
            matches!(&test, Expr::Compare(CmpOp::Is, _, right) if **right == Expr::None);
        let mut body = if is_just_none {
            vec![StmtKind::If(test, vec![give(Expr::None)], Vec::new()).bare()]
        } else if is_understood {
            vec![accept_if(test)]
        } else {
            self.trust_if(test, check)
        };
        let rest = match self.value(inner) {
            Some(function) => function.call([value(), symbol()]),
            None => value(),
        };
        body.push(give(rest));
        body
    }

    fn union(&mut self, members: &[Check], check: &Check) -> Vec<Stmt> {
        let mut test: Option<Expr> = None;
        let mut is_understood = true;
        for member in members {
            let part = match member {
                Check::Unit => Some(value().is_none()),
                Check::Instance(class) if self.is_nominal(class) => {
                    is_understood &= self.is_narrowed(class);
                    Some(self.instance_test(class))
                }
                Check::Instance(_) => None,
                _ => self
                    .exact_class(member)
                    .map(|class| is_type(value(), class)),
            };
            if let Some(part) = part {
                test = Some(match test {
                    Some(left) => or(left, part),
                    None => part,
                });
            }
        }
        let mut body = match test {
            Some(test) if is_understood => vec![accept_if(test)],
            Some(test) => self.trust_if(test, check),
            None => Vec::new(),
        };
        let functions = members.iter().map(|member| self.item(member)).collect();
        let declared = Expr::str(declared(check, self.externs));
        let call = self.helper("first_fitting").call([
            value(),
            Expr::Tuple(functions),
            declared,
            symbol(),
        ]);
        let result = Expr::name("result");
        body.push(if is_understood {
            let annotation = self.annotation(check);
            StmtKind::AnnAssign(result.clone(), annotation, Some(call)).bare()
        } else {
            StmtKind::Assign(result.clone(), call).bare()
        });
        body.push(give(result));
        body
    }

    fn tuple(&mut self, parts: &[Check], check: &Check) -> Vec<Stmt> {
        let exact = self.exact_tuple(parts);
        let declared = Expr::str(declared(check, self.externs));
        let count = Expr::Int(parts.len() as u64);
        let call = self
            .helper("checked_tuple")
            .call([value(), count, declared, symbol()]);
        let items = Expr::name("items");
        let mut checked = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let item = items.clone().index(Expr::Int(index as u64));
            checked.push(match self.value(part) {
                Some(function) => function.call([item, symbol()]),
                None => item,
            });
        }
        let mut body: Vec<Stmt> = exact.map(accept_if).into_iter().collect();
        body.push(StmtKind::Assign(items, call).bare());
        body.push(give(Expr::Tuple(checked)));
        body
    }

    /// A test that a tuple has the plain types of its parts; none where they have none.
    fn exact_tuple(&mut self, parts: &[Check]) -> Option<Expr> {
        if parts.is_empty() {
            return None;
        }
        let count = Expr::Int(parts.len() as u64);
        let length = Expr::compare(CmpOp::Eq, Expr::call_name("len", [value()]), count);
        let mut test = length;
        for (index, part) in parts.iter().enumerate() {
            let class = self.exact_class(part)?;
            let item = value().index(Expr::Int(index as u64));
            test = and(test, is_type(item, class));
        }
        Some(and(self.is_exactly("tuple"), test))
    }

    /// A plain dict with the right kind of keys; its fields are checked when they are read.
    fn typed_dict(&mut self, check: &Check) -> Vec<Stmt> {
        let [as_str, as_any] = ["as_str", "as_any"].map(|name| self.helper(name));
        let declared = Expr::str(declared(check, self.externs));
        let checked =
            self.helper("checked_dict")
                .call([value(), as_str, as_any, declared, symbol()]);
        let mut test = self.is_exactly("dict");
        if let Some(fits) = self.all_fit(&Check::Str, value()) {
            test = and(test, fits);
        }
        let mut body = self.trust_if(test, check);
        body.push(StmtKind::Expr(checked).bare());
        body.push(give(Expr::name("result")));
        body
    }

    fn literal(&mut self, values: &[Literal], check: &Check) -> Vec<Stmt> {
        let mut by_class: Vec<(Expr, Vec<Expr>)> = Vec::new();
        for literal in values {
            let (class, item) = match literal {
                Literal::Int(value) => (Expr::name("int"), Expr::int(*value)),
                Literal::Str(text) => (Expr::name("str"), Expr::str(text.to_string())),
                Literal::Bytes(bytes) => (Expr::name("bytes"), Expr::Bytes(bytes.to_vec())),
                Literal::Bool(value) => (Expr::name("bool"), Expr::Bool(*value)),
                Literal::Member(class, member) => {
                    let class = self.class_value(class);
                    (class.clone(), class.attr(member.to_string()))
                }
            };
            match by_class.iter_mut().find(|(other, _)| *other == class) {
                Some((_, items)) => items.push(item),
                None => by_class.push((class, vec![item])),
            }
        }
        let mut test: Option<Expr> = None;
        for (class, items) in by_class {
            let part = and(
                is_instance(value(), class),
                Expr::compare(CmpOp::In, value(), Expr::Tuple(items)),
            );
            test = Some(match test {
                Some(left) => or(left, part),
                None => part,
            });
        }
        let mut body = match test {
            Some(test) => self.trust_if(test, check),
            None => Vec::new(),
        };
        body.push(self.refuse(check));
        body
    }

    /// The value as what the check says if the test holds, where it tells checkers less. They are
    /// told before the test, since they believe what it tells them.
    fn trust_if(&mut self, test: Expr, check: &Check) -> Vec<Stmt> {
        let annotation = self.annotation(check);
        let unchecked = self.helper("unchecked").call([value()]);
        let result = Expr::name("result");
        vec![
            StmtKind::AnnAssign(result.clone(), annotation, Some(unchecked)).bare(),
            StmtKind::If(test, vec![give(result)], Vec::new()).bare(),
        ]
    }

    /// A class that may not exist at run time is looked up leniently, once.
    fn stub_only(&mut self, class: &ClassId, check: &Check) -> Vec<Stmt> {
        let (module, path) = self.path(class);
        let name = format!("_{}", snake(&path.replace('.', "_")));
        let lookup = self
            .helper("class_if_there")
            .call([Expr::str(module), Expr::str(path)]);
        let assignment = StmtKind::Assign(Expr::name(name.clone()), lookup).bare();
        if !self.definitions.contains(&assignment) {
            self.definitions.push(assignment);
        }
        let class = Expr::Name(name);
        let test = or(class.clone().is_none(), is_instance(value(), class));
        let mut body = self.trust_if(test, check);
        body.push(self.refuse(check));
        body
    }

    fn refuse(&mut self, check: &Check) -> Stmt {
        let declared = Expr::str(declared(check, self.externs));
        let error = self
            .helper("wrong_value")
            .call([value(), declared, symbol()]);
        StmtKind::Raise(Some(error), None).bare()
    }
}

pub(crate) fn add_import(imports: &mut Vec<Import>, group: ImportGroup, kind: ImportKind) {
    if !imports.iter().any(|import| import.kind == kind) {
        imports.push(Import {
            group,
            kind,
            span: None,
        });
    }
}

pub(crate) fn value() -> Expr {
    Expr::name("value")
}

fn symbol() -> Expr {
    Expr::name("symbol")
}

fn give(value: Expr) -> Stmt {
    StmtKind::Return(Some(value)).bare()
}

fn accept_if(test: Expr) -> Stmt {
    StmtKind::If(test, vec![give(value())], Vec::new()).bare()
}

fn and(left: Expr, right: Expr) -> Expr {
    match (left, right) {
        (Expr::Bool(true), other) | (other, Expr::Bool(true)) => other,
        (left, Expr::Bool2(BoolOp::And, items)) => items
            .into_iter()
            .fold(left, |left, item| Expr::bool2(BoolOp::And, left, item)),
        (left, right) => Expr::bool2(BoolOp::And, left, right),
    }
}

/// Either of two tests; two questions for the class of one value are one for a class of either.
fn or(left: Expr, right: Expr) -> Expr {
    let asked = |test: &Expr| match test {
        Expr::Call(function, args) if **function == Expr::name("isinstance") => match &args[..] {
            [asked, class] if asked.value == value() => Some(class.value.clone()),
            _ => None,
        },
        _ => None,
    };
    let (mut tests, last) = match left {
        Expr::Bool2(BoolOp::Or, mut tests) => {
            let last = tests.pop().unwrap_or(Expr::None);
            (tests, last)
        }
        other => (Vec::new(), other),
    };
    match (asked(&last), asked(&right)) {
        (Some(class), Some(other)) => {
            let mut classes = match class {
                Expr::Tuple(classes) => classes,
                class => vec![class],
            };
            classes.push(other);
            tests.push(is_instance(value(), Expr::Tuple(classes)));
        }
        _ => tests.extend([last, right]),
    }
    let joined = tests
        .into_iter()
        .reduce(|left, right| Expr::bool2(BoolOp::Or, left, right));
    joined.unwrap_or(Expr::None)
}

fn is_instance(value: Expr, class: Expr) -> Expr {
    Expr::call_name("isinstance", [value, class])
}

fn is_type(value: Expr, class: Expr) -> Expr {
    Expr::compare(CmpOp::Is, Expr::call_name("type", [value]), class)
}

pub(crate) fn dotted(path: &str) -> Expr {
    let mut parts = path.split('.');
    let first = Expr::name(parts.next().unwrap_or(""));
    parts.fold(first, Expr::attr)
}
