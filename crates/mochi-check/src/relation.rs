//! Values into slots: which fit, what is converted on the way, and what is reported otherwise.
//!
//! Spec: language.md §4.1.

use std::rc::Rc;

use mochi_base::{Diagnostic, Span};
use mochi_syntax::ast;
use mochi_types::{ArgValue, CallArg, FunType, Type};

use crate::alias;
use crate::checker::{Checker, error, expr};
use crate::report;
use crate::typed::{Expr, ExprKind, VarKind};

/// What a value is for: decides the wording of a mismatch.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot<'n> {
    /// An annotation, element, field or result (T008).
    Value,
    /// An argument, by its number from 1 (T007).
    Argument(usize),
    /// An assignment to that name or path (T009).
    Assign(&'n str),
    /// The initialiser of the declaration at this place (T008).
    Initialiser(Span),
}

/// Why a value does not fit.
enum Misfit {
    Type,
    Alias,
}

impl Checker<'_> {
    /// Types an expression for a slot of type `to`, converts it, and reports what does not fit.
    pub(crate) fn expect(&mut self, value: &ast::Expr, to: &Type, slot: Slot<'_>) -> Expr {
        let typed = self.expr(value, Some(to));
        self.fit(typed, value, to, slot)
    }

    /// Converts a typed expression to the type of its slot, and reports what does not fit.
    pub(crate) fn fit(
        &mut self,
        typed: Expr,
        source: &ast::Expr,
        to: &Type,
        slot: Slot<'_>,
    ) -> Expr {
        let live = alias::is_live(source);
        let typed = match self.present_type(&typed) {
            Some(ty) if !self.fits(&typed.ty, to) => Expr { ty, ..typed },
            _ => typed,
        };
        match self.convert(typed, to, live) {
            Ok(value) => value,
            Err((value, Misfit::Alias)) => {
                self.note_wanted(&value, to);
                let text = self.text(source.span);
                let (from, wanted) = (self.show(&value.ty), self.show(to));
                let mut diagnostic = report::alias(text, &from, &wanted, source.span);
                if let Some((at, note)) = self.loose_note(&value, to) {
                    diagnostic = diagnostic.with_note_at(at, note);
                }
                self.fail(diagnostic, source.span)
            }
            Err((value, Misfit::Type)) => {
                self.note_wanted(&value, to);
                let note = self.value_note(&value, to);
                let diagnostic = self.bare_misfit(&value.ty, to, slot, source.span);
                let diagnostic = diagnostic.with_notes(note);
                let diagnostic = diagnostic.with_notes(self.mixed_note(&value, to));
                self.report(diagnostic);
                error(source.span)
            }
        }
    }

    /// What is said of a variable that was declared by an empty literal, which holds anything.
    fn loose_note(&self, value: &Expr, to: &Type) -> Option<(Span, String)> {
        let ExprKind::Var(id) = &value.kind else {
            return None;
        };
        let var = self.var(*id)?;
        let declared = matches!(var.kind, VarKind::Global | VarKind::Local);
        let loose = match &var.ty {
            Type::List(item) | Type::Set(item) => **item == Type::Any,
            Type::Map(_, value) | Type::OMap(_, value) => **value == Type::Any,
            _ => false,
        };
        let note = format!(
            "what it holds is not known at its declaration: say it there, `{}: {}`",
            var.name,
            self.spell(to)
        );
        (declared && loose).then_some((var.span, note))
    }

    /// What is said of an entry of a map whose entries have several types, such as a row that a
    /// query made of a map literal.
    pub(crate) fn mixed_note(&self, value: &Expr, to: &Type) -> Option<String> {
        let ExprKind::MapField { object, name } = &value.kind else {
            return None;
        };
        let mixed = matches!(&object.ty, Type::Map(_, entry) if **entry == Type::Any);
        if !mixed || *to == Type::Error {
            return None;
        }
        self.rows_note(object).or_else(|| {
            let record = format!("{{{name}: {}}}", self.spell(to));
            Some(format!(
                "entries of different types make the values of a map any; a record keeps the type of \
                 each: `select Row {{ … }}` of a declared `type Row {record}`, or an annotation such as \
                 `list<{record}>`"
            ))
        })
    }

    /// Converts a value to the type that it shares with others; only sharing storage at another
    /// type is a fault.
    pub(crate) fn settle(&mut self, value: Expr, source: &ast::Expr, to: &Type) -> Expr {
        if alias::is_live(source) && alias::conflict(&value.ty, to) && *to != Type::Error {
            return self.fit(value, source, to, Slot::Value);
        }
        self.adapt(value, to)
    }

    /// Converts a value that is not written as one expression, such as a join of arms.
    pub(crate) fn adapt(&mut self, value: Expr, to: &Type) -> Expr {
        match self.convert(value, to, false) {
            Ok(value) | Err((value, _)) => value,
        }
    }

    /// Whether a value of `from` fits where `to` is asked for.
    pub(crate) fn fits(&mut self, from: &Type, to: &Type) -> bool {
        let probe = expr(ExprKind::None, from.clone(), Span::default());
        self.convert(probe, to, false).is_ok()
    }

    /// Reports that a value does not fit.
    pub(crate) fn misfit(&mut self, from: &Type, to: &Type, slot: Slot<'_>, span: Span) {
        let diagnostic = self.bare_misfit(from, to, slot, span);
        self.report(diagnostic.with_notes(self.misfit_note(from, to)));
    }

    /// That a value does not fit, without what would help.
    fn bare_misfit(&mut self, from: &Type, to: &Type, slot: Slot<'_>, span: Span) -> Diagnostic {
        let (got, want) = (self.show_refused(from), self.show(to));
        match slot {
            Slot::Value => report::mismatch(&want, &got, span),
            Slot::Initialiser(at) if *from == Type::Any => report::mismatch(&want, &got, at),
            Slot::Initialiser(_) => report::mismatch(&want, &got, span),
            Slot::Argument(number) => report::argument(number, &want, &got, span),
            Slot::Assign(name) => report::cannot_assign(&got, name, &want, span),
        }
    }

    /// The type of a value that does not fit, for people.
    pub(crate) fn show_refused(&mut self, got: &Type) -> String {
        self.refused_any += usize::from(*got == Type::Any);
        self.show(got)
    }

    /// What would help a value into a slot of `to`.
    pub(crate) fn value_note(&self, value: &Expr, to: &Type) -> Option<String> {
        let number = self.text(value.span);
        let is_written = matches!(value.kind, ExprKind::Int(_) | ExprKind::Unary { .. })
            && number
                .bytes()
                .all(|byte| matches!(byte, b'-' | b'0'..=b'9'));
        match &value.ty {
            Type::Int if *to == Type::Float && is_written => {
                Some(format!("a float is written `{number}.0`"))
            }
            Type::Option(inner) if self.cx().is_assignable(inner, to) => {
                Some(self.none_note(value))
            }
            Type::Any => {
                let own = self.bare_param_note(value, to);
                own.or_else(|| self.misfit_note(&value.ty, to))
            }
            from => self.misfit_note(from, to),
        }
    }

    /// For a parameter that is any because nothing was written behind its name.
    fn bare_param_note(&self, value: &Expr, to: &Type) -> Option<String> {
        let ExprKind::Var(id) = value.kind else {
            return None;
        };
        let var = self.var(id).filter(|var| var.kind == VarKind::Param)?;
        let name = self.text(var.span);
        let behind = Span::new(
            var.span.source,
            var.span.end,
            var.span.end.saturating_add(1),
        );
        let is_bare = matches!(self.text(behind), "," | ")") && !name.is_empty();
        is_bare.then(|| {
            format!(
                "`{name}` has no type and so is any: declare it, `{name}: {}`",
                self.spell(to)
            )
        })
    }

    /// What would help a value of `from` into a slot of `to`.
    pub(crate) fn misfit_note(&self, from: &Type, to: &Type) -> Option<String> {
        match (from, to) {
            (_, Type::PyObject) => None,
            (Type::Any, _) => Some(format!(
                "a value of type any is checked by a cast: write `… as {}`",
                self.spell(to)
            )),
            (Type::Option(inner), _) if self.cx().is_assignable(inner, to) => Some(
                "the value may be none: give a default with `??`, or test it with \
                 `if x != none { … }`"
                    .to_owned(),
            ),
            (Type::None, _) => Some(format!(
                "only an option holds none: the type would be `{}`",
                self.spell(&Type::option(to.clone()))
            )),
            (Type::Map(key, _), Type::Named(decl))
                if **key == Type::Str && self.decls.record(decl.id).is_some() =>
            {
                Some(format!(
                    "`{0} {{ … }}` makes the record, and `… as {0}` makes it of a map",
                    self.spell(to)
                ))
            }
            (Type::Named(sum), Type::Variant(of, _)) if sum == of => Some(format!(
                "what a literal of one variant declares holds that variant alone: declare it with \
                 its type, `: {}`",
                self.show(from)
            )),
            (Type::Fun(own), Type::Fun(asked)) if own.params.len() == asked.params.len() => {
                let mut params = own.params.iter().zip(&asked.params);
                let taken =
                    params.position(|(own, asked)| *asked == Type::Any && *own != Type::Any);
                match taken {
                    Some(index) => Some(format!(
                        "it is called with values of any: parameter {} has to be any too, and its \
                         value is cast, `… as {}`",
                        index + 1,
                        self.spell(own.params.get(index)?)
                    )),
                    None => self.cx().explain(from, to),
                }
            }
            (Type::Map(..), Type::Set(_)) => {
                Some("a set is written `set{1, 2}`, and an empty one `set{}`".to_owned())
            }
            (Type::Int | Type::Int64 | Type::BigInt, Type::Float) => Some(
                "a float is written `3.0`; `… as float` makes one of another number".to_owned(),
            ),
            (Type::Float, Type::Int) => {
                Some("`int(x)` cuts the fraction off, `int(round(x))` rounds".to_owned())
            }
            (from, to) if from.is_number() && to.is_number() => Some(format!(
                "a number becomes another kind of number by a cast: write `(…) as {}`",
                self.spell(to)
            )),
            _ => self.cx().explain(from, to),
        }
    }

    /// A type as a program writes it, where messages show it otherwise.
    pub(crate) fn spell(&self, ty: &Type) -> String {
        match ty {
            Type::List(element) => format!("list<{}>", self.spell(element)),
            Type::Map(key, value) => format!("map<{}, {}>", self.spell(key), self.spell(value)),
            Type::Option(inner) => match &**inner {
                Type::Union(_) | Type::Fun(_) | Type::AnyFun(_) => {
                    format!("({})?", self.spell(inner))
                }
                _ => format!("{}?", self.spell(inner)),
            },
            Type::Anon(fields) => {
                let field = |(name, ty): &(Rc<str>, Type)| format!("{name}: {}", self.spell(ty));
                let fields: Vec<String> = fields.iter().map(field).collect();
                format!("{{{}}}", fields.join(", "))
            }
            other => self.show(other),
        }
    }

    fn convert(&mut self, value: Expr, to: &Type, live: bool) -> Result<Expr, (Expr, Misfit)> {
        if value.ty == *to {
            return Ok(value);
        }
        if is_settled(&value.ty, to) {
            return Ok(value);
        }
        let value = self.instantiated(value, to);
        let from = value.ty.clone();
        if matches!(from, Type::ErrorValue)
            && self.cx().is_assignable(&Type::Int, to)
            && *to != Type::Any
        {
            return Ok(converted(value, to));
        }
        if from.is_number() && from != Type::BigRat {
            match to {
                Type::BigRat => return Ok(converted(value, to)),
                Type::Option(inner) if **inner == Type::BigRat => {
                    return Ok(widened(converted(value, inner), to));
                }
                Type::Float if self.in_python && from.is_integer() => {
                    return Ok(widened(value, to));
                }
                _ => {}
            }
        }
        if let (Some(fields), Some(target)) = (anon_fields(&from), anon_fields(to))
            && fields.len() == target.len()
            && !live
        {
            let same = target.iter().all(|(name, ty)| {
                fields
                    .iter()
                    .any(|(other, from)| name == other && self.cx().is_assignable(from, ty))
            });
            if same {
                return Ok(widened(value, to));
            }
        }
        let cx = self.cx();
        let plain = cx.is_assignable(&from, to) || (self.in_python && cx.is_passable(&from, to));
        if plain || cx.is_assignable_fresh(&from, to) {
            if live && alias::conflict(&from, to) {
                return Err((value, Misfit::Alias));
            }
            if let (Type::Extern(_) | Type::TypeOf(_), Type::Fun(fun)) = (&from, to)
                && !self.in_python
                && let Some(adapted) = self.adapter(&value, fun)
            {
                return Ok(adapted);
            }
            if !plain && !live && self.narrows_any(&value, to) {
                let span = value.span;
                let inner = present(&from, to).clone();
                self.note_made(&inner, span);
                let checked = expr(ExprKind::Cast(Box::new(value)), inner, span);
                return Ok(widened(checked, to));
            }
            if plain || !live {
                return Ok(widened(value, to));
            }
        }
        Err((value, Misfit::Type))
    }

    /// Whether a fresh container holds values of type any that its slot takes for others: they are
    /// checked when they come.
    fn narrows_any(&self, value: &Expr, to: &Type) -> bool {
        let inner = present(&value.ty, to);
        let is_known = !to.any_part(&|part| matches!(part, Type::Param(_) | Type::Error));
        is_known
            && !holds_nothing(value)
            && any_narrows(&value.ty, inner)
            && self.parts_cast(&value.ty, inner)
    }

    /// A generic function as a value has the type that its slot asks for, if it can.
    pub(crate) fn instantiated(&self, value: Expr, to: &Type) -> Expr {
        let (ExprKind::Fun(id), Type::Fun(own), Type::Fun(wanted)) = (&value.kind, &value.ty, to)
        else {
            return value;
        };
        let fun = self.fun(*id).filter(|fun| !fun.type_params.is_empty());
        let Some(fun) = fun.filter(|_| own.params.len() == wanted.params.len()) else {
            return value;
        };
        let args: Vec<CallArg<'_>> = wanted
            .params
            .iter()
            .map(|ty| CallArg {
                name: None,
                value: ArgValue::Typed(ty.clone()),
            })
            .collect();
        let solved = self.cx().solve_generic(
            &fun.type_params,
            &own.params,
            &args,
            &own.result,
            Some(&wanted.result).filter(|ty| **ty != Type::Any),
        );
        match solved {
            Ok(solution) => Expr {
                ty: Type::Fun(Rc::new(FunType {
                    params: solution.params,
                    result: solution.result,
                    effects: own.effects,
                    is_async: own.is_async,
                })),
                ..value
            },
            Err(_) => value,
        }
    }

    /// The type with which two values unify; an `any` beside anything is `any`, none beside a
    /// value makes an option.
    pub(crate) fn join(&self, a: &Type, b: &Type) -> Option<Type> {
        match (a, b) {
            _ if a == b => Some(a.clone()),
            (Type::Error, other) | (other, Type::Error) => Some(other.clone()),
            (Type::Never, other) | (other, Type::Never) => Some(other.clone()),
            (Type::None, Type::Unit) | (Type::Unit, Type::None) => None,
            (Type::None, other) | (other, Type::None) => Some(Type::option(other.clone())),
            (Type::Option(a), Type::Option(b)) => self.join(a, b).map(Type::option),
            (Type::Option(inner), other) | (other, Type::Option(inner)) => {
                self.join(inner, other).map(Type::option)
            }
            (Type::Literal(a), Type::Literal(b)) => (a.base() == b.base()).then(|| a.base()),
            _ => {
                let cx = self.cx();
                cx.unify(a, b)
                    .or_else(|| cx.unify(&a.widened(), &b.widened()))
                    .or_else(|| {
                        let python = |ty: &Type| matches!(ty, Type::Handle(..) | Type::Union(_));
                        if !python(a) && !python(b) {
                            None
                        } else if cx.is_subtype(a, b) {
                            Some(b.clone())
                        } else if cx.is_subtype(b, a) {
                            Some(a.clone())
                        } else {
                            None
                        }
                    })
            }
        }
    }
}

/// Whether nothing can be said or done about a value in a slot.
fn is_settled(from: &Type, to: &Type) -> bool {
    matches!(from, Type::Error | Type::Never) || matches!(to, Type::Error | Type::Infer(_))
}

fn anon_fields(ty: &Type) -> Option<&[(std::rc::Rc<str>, Type)]> {
    match ty {
        Type::Anon(fields) => Some(fields),
        _ => None,
    }
}

/// The value converted to another type.
pub(crate) fn converted(value: Expr, to: &Type) -> Expr {
    let span = value.span;
    expr(ExprKind::Convert(Box::new(value)), to.clone(), span)
}

/// The same value at another type.
pub(crate) fn widened(value: Expr, to: &Type) -> Expr {
    if value.ty == *to {
        return value;
    }
    let span = value.span;
    expr(ExprKind::Widen(Box::new(value)), to.clone(), span)
}

/// What a slot asks of a value: of one that is no option, what the option holds.
fn present<'t>(from: &Type, to: &'t Type) -> &'t Type {
    match to {
        Type::Option(inner) if !matches!(from, Type::Option(_)) => inner,
        to => to,
    }
}

/// Whether a part is any where the other type says more.
fn any_narrows(from: &Type, to: &Type) -> bool {
    let part = |from: &Type, to: &Type| {
        *from == Type::Any && !matches!(to, Type::Any | Type::PyObject) || any_narrows(from, to)
    };
    match (from, to) {
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Option(a), Type::Option(b)) => part(a, b),
        (Type::Map(k, v), Type::Map(l, w)) | (Type::OMap(k, v), Type::OMap(l, w)) => {
            part(k, l) || part(v, w)
        }
        (Type::Tuple(a), Type::Tuple(b)) => a.iter().zip(b.iter()).any(|(a, b)| part(a, b)),
        _ => false,
    }
}

/// Whether a value is an empty literal, of whatever it is said to hold.
fn holds_nothing(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::List(items) | ExprKind::Set(items) => items.is_empty(),
        ExprKind::Map(entries) | ExprKind::OMap(entries) => entries.is_empty(),
        ExprKind::Widen(inner) => holds_nothing(inner),
        _ => false,
    }
}
