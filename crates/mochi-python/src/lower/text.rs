//! Printing and text forms, chosen by static type.
//!
//! Spec: language.md §11.1, §18.12.

use mochi_check::typed::{Expr as Typed, ExprKind, FStrPart};
use mochi_types::{ClassKind, Literal, Type};

use super::Lowerer;
use crate::py::{Expr, FPart};

impl<'a> Lowerer<'a> {
    /// `print(a, b, …)`.
    pub(super) fn print(&mut self, args: &'a [Typed]) -> Expr {
        let values = self.shown_operands(args);
        if changes_what_is_shown(self, args) {
            return self.call_helper("print_all", values);
        }
        let edges_are_safe = args.len() < 3
            || (args.first().is_some_and(has_safe_edges)
                && args.last().is_some_and(has_safe_edges));
        if !edges_are_safe {
            let shown: Vec<Expr> = args
                .iter()
                .zip(values)
                .map(|(arg, value)| match &arg.ty {
                    // The helper would take a handle apart by what it is at run time.
                    Type::Handle(..) | Type::PyObject => self.str_form(value, &arg.ty),
                    ty => self.print_form(value, ty),
                })
                .collect();
            return self.call_helper("print_stripped", shown);
        }
        let shown: Vec<Expr> = args
            .iter()
            .zip(values)
            .map(|(arg, value)| self.print_form(value, &arg.ty))
            .collect();
        let args: Vec<&Typed> = args.iter().collect();
        Expr::name("print").call(self.located(shown, &args))
    }

    /// A value as an argument of Python's `print`, in print form.
    fn print_form(&mut self, value: Expr, ty: &Type) -> Expr {
        match ty {
            Type::Int
            | Type::Int64
            | Type::BigInt
            | Type::Str
            | Type::BigRat
            | Type::PyObject
            | Type::Literal(Literal::Int(_) | Literal::Str(_)) => value,
            Type::Float => self.call_helper("short", [value]),
            Type::Bool => self.bool_text(value),
            Type::ErrorValue => value.attr("code"),
            Type::Handle(class, _) if self.prints_as_itself(class) => value,
            _ => self.call_helper("show", [of_anything(value)]),
        }
    }

    /// A value in str form.
    pub(super) fn str_form(&mut self, value: Expr, ty: &Type) -> Expr {
        match ty {
            Type::Str | Type::Literal(Literal::Str(_)) => value,
            Type::Int | Type::Int64 | Type::BigInt | Type::BigRat => {
                Expr::call_name("str", [value])
            }
            Type::Float => self.call_helper("short", [value]),
            Type::Bool => self.bool_text(value),
            Type::ErrorValue => Expr::call_name("str", [value.attr("code")]),
            Type::Handle(class, _) if self.prints_as_itself(class) => {
                Expr::call_name("str", [value])
            }
            _ => self.call_helper("to_str", [of_anything(value)]),
        }
    }

    fn bool_text(&mut self, value: Expr) -> Expr {
        if let Expr::Bool(value) = value {
            return Expr::str(if value { "true" } else { "false" });
        }
        self.call_helper("show_bool", [value])
    }

    /// Whether Python's `str` is the form of a handle: enums have a form of their own.
    fn prints_as_itself(&self, class: &mochi_types::ClassId) -> bool {
        self.externs
            .class(class)
            .is_some_and(|class| !matches!(class.kind, ClassKind::Enum(_)))
    }

    pub(super) fn fstring(&mut self, parts: &'a [FStrPart]) -> Expr {
        let operands: Vec<&Typed> = parts
            .iter()
            .filter_map(|part| match part {
                FStrPart::Value(value, _) => Some(&**value),
                FStrPart::Text(_) => None,
            })
            .collect();
        let named = reads_badly(self, parts);
        let mut lowered = Vec::new();
        for part in parts {
            if let FStrPart::Value(expr, format) = part {
                lowered.push(self.captured(|this| {
                    let outer = std::mem::replace(&mut this.in_text, true);
                    let value = this.shown_operand(expr);
                    this.in_text = outer;
                    let value = this.fstring_value(value, &expr.ty, format.as_deref());
                    // A literal with quotes inside the braces would read badly: it gets a name.
                    if named && has_awkward_text(&value) {
                        return this.spilled(value);
                    }
                    value
                }));
            }
        }
        let mut values = self.in_order(&operands, lowered).into_iter();
        let mut out = Vec::new();
        for part in parts {
            out.push(match part {
                FStrPart::Text(text) => FPart::Text(text.to_string()),
                FStrPart::Value(_, format) => {
                    let value = values.next().unwrap_or(Expr::None);
                    match (value, format) {
                        (Expr::Str(text), None) => FPart::Text(text),
                        (value, format) => {
                            FPart::Value(value, format.as_ref().map(ToString::to_string))
                        }
                    }
                }
            });
        }
        if out.iter().all(|part| matches!(part, FPart::Text(_))) {
            let text = out.iter().filter_map(|part| match part {
                FPart::Text(text) => Some(text.as_str()),
                FPart::Value(..) => None,
            });
            return Expr::str(text.collect::<String>());
        }
        Expr::FStr(out)
    }

    /// What stands between the braces for a value.
    fn fstring_value(&mut self, value: Expr, ty: &Type, format: Option<&str>) -> Expr {
        let is_number = matches!(
            ty,
            Type::Int | Type::Int64 | Type::BigInt | Type::Float | Type::BigRat
        );
        let plain = match ty {
            Type::Int | Type::Int64 | Type::BigInt | Type::Str | Type::Literal(Literal::Str(_)) => {
                true
            }
            // The class's own format language, checked to exist.
            Type::Handle(..) | Type::Literal(Literal::Member(..)) => {
                format.is_some_and(|format| !is_alignment(format))
            }
            _ => is_number && format.is_some_and(wants_number),
        };
        if plain {
            value
        } else {
            self.str_form(value, ty)
        }
    }
}

/// A container that was just written without elements holds anything: where nothing is asked of
/// it, type checkers cannot tell.
fn of_anything(value: Expr) -> Expr {
    let object = || Expr::name("object");
    let Expr::Call(function, args) = value.plain() else {
        return value;
    };
    let is_named = |name: &str| function.plain() == &Expr::name(name);
    match &args[..] {
        [] if is_named("set") => Expr::name("set").index(object()).call([]),
        [only] if is_named("omap") && only.value.plain() == &Expr::Dict(Vec::new()) => {
            let both = Expr::Tuple(vec![object(), object()]);
            let empty = Expr::name("dict").index(both).call([]);
            Expr::Name("omap".to_string()).call([empty])
        }
        _ => value,
    }
}

/// Whether a format needs the number itself rather than its str form.
fn wants_number(format: &str) -> bool {
    format
        .chars()
        .last()
        .is_some_and(|c| "bcdeEfFgGnoxX%".contains(c))
        || format.contains([',', '_'])
        || format.contains('.')
}

/// Whether a format only fills: `[[fill]align][width][s]`.
fn is_alignment(format: &str) -> bool {
    let is_align = |c: Option<char>| c.is_some_and(|c| "<>=^".contains(c));
    let mut chars = format.chars();
    let (first, second) = (chars.next(), chars.next());
    let skipped = match (is_align(first), is_align(second)) {
        (_, true) => 2,
        (true, _) => 1,
        _ => 0,
    };
    let rest: String = format.chars().skip(skipped).collect();
    let rest = rest.strip_suffix('s').unwrap_or(&rest);
    !rest.starts_with('0') && rest.chars().all(|c| c.is_ascii_digit())
}

/// Whether a value of an f-string may hold text that is better read outside of it, so that the
/// f-string may need statements before it.
pub(super) fn reads_badly(lowerer: &Lowerer<'_>, parts: &[FStrPart]) -> bool {
    parts.iter().any(|part| match part {
        FStrPart::Text(_) => false,
        FStrPart::Value(value, _) => holds_awkward_text(lowerer, value),
    })
}

fn holds_awkward_text(lowerer: &Lowerer<'_>, expr: &Typed) -> bool {
    let is_awkward =
        |text: &str| text.contains(['\\', '"', '\'']) || text.chars().any(char::is_control);
    let mut found = false;
    super::walk::each_subexpr(expr, &mut |part| {
        found |= match &part.kind {
            ExprKind::Str(text) => is_awkward(text),
            ExprKind::Bytes(_) | ExprKind::FStr(_) => true,
            ExprKind::Lambda(id) => lowerer
                .fun(*id)
                .and_then(super::walk::single_expression)
                .is_none_or(|body| holds_awkward_text(lowerer, body)),
            _ => false,
        };
    });
    found
}

fn has_awkward_text(value: &Expr) -> bool {
    let text = crate::print::expression(value);
    text.contains('\\') || (text.contains('\'') && text.contains('"'))
}

/// Whether an argument of `print` calls what could change one before it: all are evaluated before
/// the first becomes text.
fn changes_what_is_shown(lowerer: &Lowerer<'_>, args: &[Typed]) -> bool {
    let is_foreign = |arg: &Typed| {
        arg.ty
            .any_part(&|part| matches!(part, Type::Handle(..) | Type::PyObject))
    };
    // What waits or calls Python is taken to leave alone what is shown beside it.
    let is_own = |arg: &Typed| {
        let mut own = true;
        super::walk::each_subexpr(arg, &mut |part| {
            own &= !matches!(part.kind, ExprKind::Async(_) | ExprKind::PyCall { .. });
        });
        own
    };
    let changes = |arg: &Typed| lowerer.doing(arg).changes && is_own(arg);
    let last = args.iter().rposition(changes).unwrap_or(0);
    let shared = args.iter().take(last).any(may_be_shared);
    shared && !args.iter().any(is_foreign)
}

/// Whether an expression gives a container or record that something else may change.
fn may_be_shared(value: &Typed) -> bool {
    match &value.kind {
        ExprKind::Widen(inner) => may_be_shared(inner),
        ExprKind::If {
            then, otherwise, ..
        } => may_be_shared(then) || otherwise.as_deref().is_some_and(may_be_shared),
        ExprKind::Var(_) | ExprKind::Field { .. } | ExprKind::Index { .. } => {
            value.ty.any_part(&|part| {
                matches!(
                    part,
                    Type::List(_)
                        | Type::Map(..)
                        | Type::OMap(..)
                        | Type::Named(_)
                        | Type::Variant(..)
                        | Type::Anon(_)
                        | Type::Any
                )
            })
        }
        _ => false,
    }
}

/// Whether the printed form surely begins and ends with something other than white space.
fn has_safe_edges(arg: &Typed) -> bool {
    match &arg.kind {
        ExprKind::Str(text) => {
            let is_solid = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
            is_solid(text.chars().next()) && is_solid(text.chars().last())
        }
        _ => matches!(
            arg.ty,
            Type::Int
                | Type::Int64
                | Type::BigInt
                | Type::BigRat
                | Type::Float
                | Type::Bool
                | Type::List(_)
                | Type::Map(..)
                | Type::OMap(..)
                | Type::Set(_)
                | Type::Tuple(_)
                | Type::Named(_)
                | Type::Variant(..)
                | Type::Anon(_)
                | Type::ErrorValue
        ),
    }
}
