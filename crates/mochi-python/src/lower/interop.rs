//! Python packages in the output: imports, plain Python expressions, checks at the border.
//!
//! Spec: bridge.md §7; language.md §18.1.

use std::rc::Rc;

use mochi_check::typed::{Expr as Typed, PyArg, PySubscript};
use mochi_syntax::ast::{BinaryOp, UnaryOp};
use mochi_types::{Check, ClassId, ExternFun, ModuleId, Type, is_sidecar};

use super::annotation::dotted;
use super::operator::{binary_op, compare_op};
use super::{Lowerer, loose};
use crate::py::{Arg, Expr, Import, ImportKind, UnaryOp as PyUnary};
use crate::runtime::import_group;

impl<'a> Lowerer<'a> {
    /// The imports that the program's `import python` and the modules it reaches need.
    pub(super) fn python_imports(&mut self) {
        let module = self.module;
        for (index, import) in module.imports.iter().enumerate() {
            let name = &*import.module.0;
            let local = self.import_name(index);
            let alias = if local == name { None } else { Some(local) };
            self.imports.push(Import {
                group: import_group(name),
                kind: ImportKind::Module(name.to_string(), alias),
                span: Some(import.span),
            });
        }
        for used in &module.py_modules {
            let covered = module.imports.iter().any(|import| import.module.0 == *used);
            if covered || is_sidecar(used) {
                continue;
            }
            let span = module
                .imports
                .iter()
                .find(|import| is_inside(used, &import.module.0))
                .map(|import| import.span);
            let first = used.split('.').next().unwrap_or(used);
            let taken = self.all_names.contains(first)
                && !self.import_names.iter().any(|(_, name)| name == first);
            let alias = taken.then(|| format!("_{}", used.replace('.', "_")));
            self.imports.push(Import {
                group: import_group(used),
                kind: ImportKind::Module(used.to_string(), alias),
                span,
            });
        }
    }

    /// How the output calls the module of an import of the program.
    fn import_name(&self, index: usize) -> String {
        self.import_names
            .get(index)
            .map_or_else(String::new, |(_, local)| local.clone())
    }

    /// How the program's own imports reach a module, if they do.
    pub(super) fn imported_module(&self, module: &str) -> Option<Expr> {
        let mut best: Option<(usize, Expr)> = None;
        for (index, import) in self.module.imports.iter().enumerate() {
            let name = &*import.module.0;
            if name != module && !is_inside(module, name) {
                continue;
            }
            let rest = module.get(name.len()..).unwrap_or("");
            let local = self.import_name(index);
            if !self.reaches(name, rest, &local) {
                continue;
            }
            let mut parts = local.split('.');
            let first = parts.next().unwrap_or("").to_string();
            let base = parts.fold(Expr::Name(first), Expr::attr);
            let found = dotted(base, rest.trim_start_matches('.'));
            if best.as_ref().is_none_or(|(length, _)| name.len() > *length) {
                best = Some((name.len(), found));
            }
        }
        best.map(|(_, found)| found)
    }

    /// Whether type checkers find a module below an import of the program: by the package's own
    /// name they do, by another one only what the package itself imports.
    fn reaches(&self, package: &str, rest: &str, local: &str) -> bool {
        if local == package {
            return true;
        }
        let mut module = package.to_string();
        for part in rest.split('.').filter(|part| !part.is_empty()) {
            if !self
                .externs
                .binds(&ModuleId(Rc::from(module.as_str())), part)
            {
                return false;
            }
            module = format!("{module}.{part}");
        }
        true
    }

    /// A module object.
    pub(super) fn module_value(&mut self, module: &ModuleId) -> Expr {
        if is_sidecar(&module.0) {
            return self.sidecar(module);
        }
        if let Some(found) = self.imported_module(&module.0) {
            return found;
        }
        self.need_module(&module.0)
    }

    /// Imports a module that the program does not import itself; answers how to name it.
    pub(super) fn need_module(&mut self, module: &str) -> Expr {
        let first = module.split('.').next().unwrap_or(module);
        let taken = self.all_names.contains(first)
            && !self.import_names.iter().any(|(_, name)| name == first);
        let (alias, value) = if taken {
            let alias = format!("_{}", module.replace('.', "_"));
            (Some(alias.clone()), Expr::Name(alias))
        } else {
            let rest = module.get(first.len()..).unwrap_or("");
            (
                None,
                dotted(Expr::name(first), rest.trim_start_matches('.')),
            )
        };
        let import = Import {
            group: import_group(module),
            kind: ImportKind::Module(module.to_string(), alias),
            span: None,
        };
        if !self.imports.iter().any(|other| other.kind == import.kind) {
            self.imports.push(import);
        }
        value
    }

    /// A class object at run time.
    pub(super) fn class_value(&mut self, class: &ClassId) -> Expr {
        if let Some(found) = self.sidecar_class(class) {
            return found;
        }
        let (module, path) = self.class_path(class);
        if module == "builtins" {
            return Expr::Name(path);
        }
        let base = match self.imported_module(&module) {
            Some(base) => base,
            None => self.need_module(&module),
        };
        dotted(base, &path)
    }

    /// `callee(args)` as plain Python.
    pub(super) fn python_call(
        &mut self,
        callee: &'a Typed,
        args: &'a [PyArg],
        fun: Option<&ExternFun>,
    ) -> Expr {
        let generic = fun.map_or_else(Vec::new, |fun| loose::generic_args(fun, args));
        let mut operands = vec![callee];
        operands.extend(args.iter().map(|arg| &arg.value));
        let mut lowered = self.operands(&operands).into_iter();
        let callee = lowered.next().unwrap_or(Expr::None);
        let lowered = self.located(lowered.collect(), operands.get(1..).unwrap_or_default());
        let args: Vec<Arg> = args
            .iter()
            .zip(lowered)
            .enumerate()
            .map(|(index, (arg, value))| Arg {
                name: arg.name.as_ref().map(ToString::to_string),
                value: if generic.contains(&index) && is_empty_display(&value) {
                    // mypy takes what an empty one holds for nothing at all.
                    self.annotation(&arg.value.ty).call([])
                } else {
                    value
                },
            })
            .collect();
        // `tuple([a, b])` is `(a, b)`.
        match (&callee, &args[..]) {
            (Expr::Name(name), [only]) if name == "tuple" && only.name.is_none() => {
                if let Expr::List(items) = only.value.plain()
                    && !items.iter().any(|item| matches!(item, Expr::Star(_)))
                {
                    return Expr::Tuple(items.clone());
                }
            }
            _ => {}
        }
        Expr::Call(Box::new(callee), args)
    }

    /// `object[subscripts]`.
    pub(super) fn python_index(
        &mut self,
        object: &'a Typed,
        subscripts: &'a [PySubscript],
    ) -> Expr {
        let mut operands = vec![object];
        for subscript in subscripts {
            match subscript {
                PySubscript::Index(index) => operands.push(index),
                PySubscript::Slice(start, stop, step) => {
                    operands.extend(
                        [start, stop, step]
                            .into_iter()
                            .flatten()
                            .map(|part| &**part),
                    );
                }
            }
        }
        let lowered = self.operands(&operands);
        let mut lowered = self.dynamic(&operands, lowered).into_iter();
        let object = lowered.next().unwrap_or(Expr::None);
        let mut next = || Box::new(lowered.next().unwrap_or(Expr::None));
        let mut keys = Vec::new();
        for subscript in subscripts {
            keys.push(match subscript {
                PySubscript::Index(_) => *next(),
                PySubscript::Slice(start, stop, step) => Expr::Slice(
                    start.as_ref().map(|_| next()),
                    stop.as_ref().map(|_| next()),
                    step.as_ref().map(|_| next()),
                ),
            });
        }
        match keys.len() {
            1 => object.index(keys.pop().unwrap_or(Expr::None)),
            _ => object.index(Expr::Tuple(keys)),
        }
    }

    /// An operator of Python on handles.
    pub(super) fn python_binary(
        &mut self,
        op: BinaryOp,
        left: &'a Typed,
        right: &'a Typed,
    ) -> Expr {
        let operands = [left, right];
        let (left, right) = self.pair(left, right);
        if matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In) {
            return match compare_op(op) {
                Some(op) => Expr::compare(op, left, right),
                None => left,
            };
        }
        let mut dynamic = self.dynamic(&operands, vec![left, right]).into_iter();
        let mut next = || dynamic.next().unwrap_or(Expr::None);
        let (left, right) = (next(), next());
        match (binary_op(op), compare_op(op)) {
            (Some(op), _) => Expr::binary(op, left, right),
            (None, Some(op)) => Expr::compare(op, left, right),
            (None, None) => left,
        }
    }

    /// Operands that are `any` in the form in which Python's checkers leave them to the run.
    fn dynamic(&mut self, operands: &[&Typed], lowered: Vec<Expr>) -> Vec<Expr> {
        let mut values = Vec::with_capacity(lowered.len());
        for (operand, value) in operands.iter().zip(lowered) {
            let is_any = operand.ty == Type::Any;
            values.push(if is_any {
                self.call_helper("unchecked", [value])
            } else {
                value
            });
        }
        values
    }

    /// A prefix operator of Python on a handle.
    pub(super) fn python_unary(&mut self, op: UnaryOp, operand: &'a Typed) -> Expr {
        let operand = self.expr(operand);
        match op {
            UnaryOp::Neg => Expr::Unary(PyUnary::Neg, Box::new(operand)),
            UnaryOp::Invert => Expr::Unary(PyUnary::Invert, Box::new(operand)),
            UnaryOp::Not => operand.negated(),
        }
    }

    /// The value through the check that the border asks for.
    pub(super) fn checked(&mut self, value: Expr, check: &Check, symbol: &str) -> Expr {
        let Some(function) = self.result_check(check) else {
            return value;
        };
        function.call([value, Expr::str(symbol)])
    }

    /// A constant that type checkers know by its value, through the check of its class.
    pub(super) fn checked_constant(
        &mut self,
        value: Expr,
        check: &Check,
        class: &'static str,
        symbol: &str,
    ) -> Expr {
        if self.options.checks.apply(check) == Check::Nothing {
            return value;
        }
        self.call_helper("as_constant", [value, Expr::name(class), Expr::str(symbol)])
    }

    /// The function for a check of a result, as strict as the project wants it.
    pub(super) fn result_check(&mut self, check: &Check) -> Option<Expr> {
        let check = self.options.checks.apply(check);
        self.check_function(&check)
    }

    /// The function that performs a check; none if there is nothing to check.
    pub(super) fn check_function(&mut self, check: &Check) -> Option<Expr> {
        if let Some(scalar) = crate::check_fn::scalar(check) {
            return Some(self.helper(scalar));
        }
        let name = self.checks.function(check)?;
        Some(Expr::Name(self.imported_as(&name)))
    }
}

fn is_empty_display(value: &Expr) -> bool {
    match value.plain() {
        Expr::List(items) => items.is_empty(),
        Expr::Dict(entries) => entries.is_empty(),
        _ => false,
    }
}

fn is_inside(module: &str, package: &str) -> bool {
    module
        .strip_prefix(package)
        .is_some_and(|rest| rest.starts_with('.'))
}
