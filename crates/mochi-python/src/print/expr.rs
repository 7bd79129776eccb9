//! Expressions as documents: parentheses by precedence, breaks inside brackets.

use super::bare::can_stay_bare;
use super::layout::Doc;
use super::{literal, text};
use crate::py::{Arg, BinOp, BoolOp, Comprehension, Expr, LambdaParam, UnaryOp};

/// Binding strength, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Prec {
    Walrus,
    Star,
    Lambda,
    IfExp,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Term,
    Unary,
    Power,
    Await,
    Primary,
    Atom,
}

pub(super) const fn binary_prec(op: BinOp) -> Prec {
    match op {
        BinOp::Add | BinOp::Sub => Prec::Sum,
        BinOp::Mul | BinOp::MatMul | BinOp::Div | BinOp::FloorDiv | BinOp::Mod => Prec::Term,
        BinOp::Pow => Prec::Power,
        BinOp::Shl | BinOp::Shr => Prec::Shift,
        BinOp::BitAnd => Prec::BitAnd,
        BinOp::BitXor => Prec::BitXor,
        BinOp::BitOr => Prec::BitOr,
    }
}

pub(super) fn prec(expr: &Expr) -> Prec {
    match expr {
        Expr::At(_, inner) | Expr::Noted(_, inner) => prec(inner),
        Expr::Walrus(..) => Prec::Walrus,
        Expr::Star(_) => Prec::Star,
        Expr::Lambda(..) => Prec::Lambda,
        Expr::IfExp(..) => Prec::IfExp,
        Expr::Bool2(BoolOp::Or, _) => Prec::Or,
        Expr::Bool2(BoolOp::And, _) => Prec::And,
        Expr::Unary(UnaryOp::Not, _) => Prec::Not,
        Expr::Unary(..) => Prec::Unary,
        Expr::Compare(..) => Prec::Compare,
        Expr::Binary(op, ..) => binary_prec(*op),
        Expr::Await(_) => Prec::Await,
        Expr::Attr(..) | Expr::Index(..) | Expr::Call(..) => Prec::Primary,
        _ => Prec::Atom,
    }
}

/// Context of a document: whether line breaks between operands are allowed here, and whether
/// strings must avoid double quotes.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) breakable: bool,
    pub(super) in_fstring: bool,
}

impl Place {
    pub(super) const INSIDE: Self = Self {
        breakable: true,
        in_fstring: false,
    };
    pub(super) const BARE: Self = Self {
        breakable: false,
        in_fstring: false,
    };

    const fn inside(self) -> Self {
        Self {
            breakable: true,
            ..self
        }
    }

    fn line(self) -> Doc {
        if self.breakable {
            Doc::Line
        } else {
            Doc::text(" ")
        }
    }
}

/// The expression on one line.
pub(super) fn flat(expr: &Expr) -> String {
    let mut out = String::new();
    flatten(&doc(expr, Place::BARE), &mut out);
    out
}

/// A document on one line.
pub(super) fn flatten(doc: &Doc, out: &mut String) {
    match doc {
        Doc::Text(text) => out.push_str(text),
        Doc::Cat(parts) => parts.iter().for_each(|part| flatten(part, out)),
        Doc::Group(inner) | Doc::Indent(inner) | Doc::At(_, inner) | Doc::Flat(inner) => {
            flatten(inner, out);
        }
        Doc::Line => out.push(' '),
        Doc::Choice(first, _) | Doc::Aside(first, _) => flatten(first, out),
        Doc::Noted(_, inner) => flatten(inner, out),
        Doc::Soft | Doc::IfBroken(_) | Doc::Hard | Doc::Behind(_) => {}
    }
}

/// The expression where parentheses are added only if it does not fit on one line: right sides,
/// results, conditions.
pub(super) fn optional(expr: &Expr) -> Doc {
    match expr {
        Expr::At(span, inner) => Doc::At(*span, Box::new(optional(inner))),
        Expr::Binary(..)
        | Expr::Bool2(..)
        | Expr::Compare(..)
        | Expr::IfExp(..)
        | Expr::Unary(..)
        | Expr::Await(_) => {
            if can_stay_bare(expr) {
                let bare = doc(expr, Place::BARE);
                Doc::Choice(Box::new(bare), Box::new(wrapped(expr)))
            } else {
                wrapped(expr)
            }
        }
        Expr::Name(_)
        | Expr::Str(_)
        | Expr::Attr(..)
        | Expr::Bytes(_)
        | Expr::Int(_)
        | Expr::Float(_)
        | Expr::FStr(_)
        | Expr::Lambda(..) => {
            // Parentheses only where they help: the text must fit on a line of its own.
            wrapped_if_it_helps(expr)
        }
        _ => doc(expr, Place::BARE),
    }
}

/// The right side of an assignment: as [`optional`], but a name that is bound in it needs
/// parentheses.
pub(super) fn right_side(expr: &Expr) -> Doc {
    if prec(expr) == Prec::Walrus {
        return operand(expr, Prec::Star, Place::BARE);
    }
    optional(expr)
}

/// The right side of an annotated assignment: also calls are wrapped as a whole where not even
/// their opening bracket fits.
pub(super) fn after_annotation(expr: &Expr) -> Doc {
    match expr.plain() {
        Expr::Call(..) | Expr::Index(..) => {
            Doc::Choice(Box::new(doc(expr, Place::BARE)), Box::new(wrapped(expr)))
        }
        _ => optional(expr),
    }
}

/// The result of a function; `alone` where there are no parameters that could break instead.
pub(super) fn result(expr: &Expr, alone: bool) -> Doc {
    match expr.plain() {
        Expr::Call(..) | Expr::Index(..) if alone => after_annotation(expr),
        Expr::Name(_) | Expr::Attr(..) if alone => wrapped(expr),
        Expr::Binary(..) | Expr::Str(_) => wrapped(expr),
        _ => doc(expr, Place::BARE),
    }
}

fn wrapped(expr: &Expr) -> Doc {
    parenthesised(doc(expr, Place::INSIDE))
}

/// In parentheses, with line breaks inside, where it does not fit on the line.
fn parenthesised(content: Doc) -> Doc {
    Doc::group(vec![
        Doc::IfBroken("("),
        Doc::Indent(Box::new(Doc::Cat(vec![Doc::Soft, content]))),
        Doc::Soft,
        Doc::IfBroken(")"),
    ])
}

fn wrapped_if_it_helps(expr: &Expr) -> Doc {
    if let Some(lines) = text::lines(expr) {
        return parenthesised(lines);
    }
    let bare = doc(expr, Place::BARE);
    if bare.is_hard() {
        return bare;
    }
    if !matches!(expr.plain(), Expr::Attr(..) | Expr::Lambda(..)) {
        let aside = parenthesised(bare.clone());
        return Doc::Aside(Box::new(bare), Box::new(aside));
    }
    let mut whole = String::new();
    flatten(&bare, &mut whole);
    if whole.chars().count() + 4 > super::layout::WIDTH {
        return match expr.plain() {
            // It can still break in the brackets of what the attribute is read from.
            Expr::Attr(..) => bare,
            _ => Doc::text(whole),
        };
    }
    wrapped(expr)
}

/// The operand, in parentheses if it binds more weakly than `least`.
fn operand(expr: &Expr, least: Prec, place: Place) -> Doc {
    if prec(expr) < least {
        Doc::bracket("(", doc(expr, place.inside()), ")")
    } else {
        doc(expr, place)
    }
}

/// The document of an expression without optional parentheses.
pub(super) fn doc(expr: &Expr, place: Place) -> Doc {
    match expr {
        Expr::At(span, inner) => Doc::At(*span, Box::new(doc(inner, place))),
        Expr::Noted(beside, inner) => Doc::Noted(beside.clone(), Box::new(doc(inner, place))),
        Expr::Name(name) => Doc::text(name.clone()),
        Expr::Int(value) => Doc::text(value.to_string()),
        Expr::Float(value) => Doc::text(literal::float(*value)),
        Expr::Str(text) if place.in_fstring => Doc::text(literal::single_quoted(text)),
        Expr::Str(text) => Doc::text(literal::string(text)),
        Expr::Bytes(value) => Doc::text(literal::bytes(value)),
        Expr::FStr(parts) => text::fstring(parts, place.in_fstring),
        Expr::Bool(true) => Doc::text("True"),
        Expr::Bool(false) => Doc::text("False"),
        Expr::None => Doc::text("None"),
        Expr::Ellipsis => Doc::text("..."),
        Expr::Attr(value, name) => Doc::Cat(vec![
            attribute_base(value, place),
            Doc::text(format!(".{name}")),
        ]),
        Expr::Index(value, index) => Doc::Cat(vec![
            operand(value, Prec::Primary, place),
            Doc::bracket("[", subscript(index, place.inside()), "]"),
        ]),
        Expr::Slice(..) => slice(expr, place),
        Expr::Call(func, args) => Doc::Cat(vec![
            operand(func, Prec::Primary, place),
            arguments(args, place.inside()),
        ]),
        Expr::Unary(op, inner) => unary(*op, inner, place),
        Expr::Binary(op, left, right) => binary(*op, left, right, place),
        Expr::Compare(op, left, right) => Doc::group(vec![
            operand(left, Prec::BitOr, place),
            place.line(),
            Doc::text(format!("{} ", op.text())),
            operand(right, Prec::BitOr, place),
        ]),
        Expr::Bool2(op, items) => boolean(*op, items, place),
        Expr::IfExp(then, cond, otherwise) => Doc::group(vec![
            operand(then, Prec::Or, place),
            place.line(),
            Doc::text("if "),
            operand(cond, Prec::Or, place),
            place.line(),
            Doc::text("else "),
            operand(otherwise, Prec::IfExp, place),
        ]),
        Expr::Lambda(params, body) => lambda(params, body, place),
        Expr::Walrus(name, value) => Doc::Cat(vec![
            Doc::text(format!("{name} := ")),
            operand(value, Prec::Lambda, place),
        ]),
        Expr::Await(value) => Doc::Cat(vec![
            Doc::text("await "),
            operand(value, Prec::Await, place),
        ]),
        Expr::Star(value) => Doc::Cat(vec![Doc::text("*"), operand(value, Prec::BitOr, place)]),
        _ => collection(expr, place),
    }
}

fn collection(expr: &Expr, place: Place) -> Doc {
    let inside = place.inside();
    let items = |items: &[Expr]| {
        Doc::comma_list(items.iter().map(|it| one_of_several(it, inside)).collect())
    };
    match expr {
        Expr::List(list) if list.is_empty() => Doc::text("[]"),
        Expr::List(list) => Doc::bracket("[", items(list), "]"),
        Expr::Tuple(list) => match list.as_slice() {
            [] => Doc::text("()"),
            [single] => {
                let item = Doc::Cat(vec![one_of_several(single, inside), Doc::text(",")]);
                Doc::bracket("(", item, ")")
            }
            _ => Doc::bracket("(", items(list), ")"),
        },
        Expr::Set(list) => Doc::bracket("{", items(list), "}"),
        Expr::Dict(entries) if entries.is_empty() => Doc::text("{}"),
        Expr::Dict(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| match key {
                    Some(key) => noted(element(key, inside), |key| {
                        let value = one_of_several(value, inside);
                        Doc::Cat(vec![key, Doc::text(": "), value])
                    }),
                    None => Doc::Cat(vec![Doc::text("**"), operand(value, Prec::BitOr, inside)]),
                })
                .collect();
            Doc::bracket("{", Doc::comma_list(entries), "}")
        }
        Expr::ListComp(element, fors) => {
            Doc::bracket("[", comprehension(element, fors, inside), "]")
        }
        Expr::SetComp(element, fors) => {
            Doc::bracket("{", comprehension(element, fors, inside), "}")
        }
        Expr::Generator(element, fors) => {
            Doc::bracket("(", comprehension(element, fors, inside), ")")
        }
        Expr::DictComp(key, value, fors) => {
            let mut parts = vec![
                element(key, inside),
                Doc::text(": "),
                element(value, inside),
            ];
            clauses(fors, inside, &mut parts);
            Doc::bracket("{", Doc::group(parts), "}")
        }
        _ => Doc::text(""),
    }
}

/// An item of a list, an argument: only an assignment expression needs parentheses.
fn element(expr: &Expr, place: Place) -> Doc {
    match expr {
        Expr::Noted(beside, inner) => Doc::Noted(beside.clone(), Box::new(element(inner, place))),
        _ => operand(expr, Prec::Star, place),
    }
}

/// The same where commas separate them: a text on several lines stands in parentheses, so that its
/// parts are not taken for several.
fn one_of_several(expr: &Expr, place: Place) -> Doc {
    match expr {
        Expr::Noted(beside, inner) => {
            Doc::Noted(beside.clone(), Box::new(one_of_several(inner, place)))
        }
        _ => match lines(expr, place) {
            Some(lines) => parenthesised(lines),
            None => element(expr, place),
        },
    }
}

/// The only thing in brackets: a text on several lines needs no others.
fn only_one(expr: &Expr, place: Place) -> Doc {
    match expr {
        Expr::Noted(beside, inner) => Doc::Noted(beside.clone(), Box::new(only_one(inner, place))),
        _ => lines(expr, place).unwrap_or_else(|| element(expr, place)),
    }
}

fn lines(expr: &Expr, place: Place) -> Option<Doc> {
    text::lines(expr).filter(|_| !place.in_fstring)
}

/// What is made of an item; its comments stay around it.
fn noted(item: Doc, make: impl FnOnce(Doc) -> Doc) -> Doc {
    match item {
        Doc::Noted(beside, item) => Doc::Noted(beside, Box::new(make(*item))),
        item => make(item),
    }
}

fn comprehension(item: &Expr, fors: &[Comprehension], place: Place) -> Doc {
    let mut parts = vec![element(item, place)];
    clauses(fors, place, &mut parts);
    Doc::group(parts)
}

fn clauses(fors: &[Comprehension], place: Place, parts: &mut Vec<Doc>) {
    for clause in fors {
        parts.push(Doc::Line);
        parts.push(Doc::text("for "));
        parts.push(target(&clause.target));
        parts.push(Doc::text(" in "));
        parts.push(operand(&clause.source, Prec::Or, place));
        for cond in &clause.conds {
            parts.push(Doc::Line);
            parts.push(Doc::text("if "));
            parts.push(operand(cond, Prec::Or, place));
        }
    }
}

/// A loop or assignment target: a tuple stands without parentheses.
pub(super) fn target(expr: &Expr) -> Doc {
    match expr {
        Expr::Tuple(items) if items.len() > 1 => {
            let mut parts = Vec::new();
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    parts.push(Doc::text(", "));
                }
                parts.push(doc(item, Place::BARE));
            }
            Doc::Cat(parts)
        }
        _ => doc(expr, Place::BARE),
    }
}

fn attribute_base(value: &Expr, place: Place) -> Doc {
    match value.plain() {
        Expr::Int(_) => Doc::bracket("(", doc(value, place.inside()), ")"),
        _ => operand(value, Prec::Primary, place),
    }
}

pub(super) fn unary_operand(op: UnaryOp, inner: &Expr) -> Prec {
    match (op, inner.plain()) {
        (UnaryOp::Not, _) => Prec::Not,
        // A power below a sign stands in parentheses, as formatters write it.
        (_, Expr::Binary(BinOp::Pow, ..)) => Prec::Primary,
        _ => Prec::Unary,
    }
}

fn unary(op: UnaryOp, inner: &Expr, place: Place) -> Doc {
    let text = match op {
        UnaryOp::Neg => "-",
        UnaryOp::Invert => "~",
        UnaryOp::Not => "not ",
    };
    let least = unary_operand(op, inner);
    Doc::Cat(vec![Doc::text(text), operand(inner, least, place)])
}

pub(super) const fn boolean_operand(op: BoolOp) -> Prec {
    match op {
        BoolOp::And => Prec::Not,
        BoolOp::Or => Prec::And,
    }
}

/// What a group holds, to break with what is around it.
fn joined(group: Doc) -> Doc {
    match group {
        Doc::Group(inner) => *inner,
        Doc::At(span, inner) => Doc::At(span, Box::new(joined(*inner))),
        other => other,
    }
}

fn boolean(op: BoolOp, items: &[Expr], place: Place) -> Doc {
    let word = match op {
        BoolOp::And => "and ",
        BoolOp::Or => "or ",
    };
    let least = boolean_operand(op);
    let mut parts = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            parts.push(place.line());
            parts.push(Doc::text(word));
        }
        let operand = operand(item, least, place);
        // `and` between operands of `or` breaks with them.
        let is_inner = matches!(item.plain(), Expr::Bool2(..)) && prec(item) >= least;
        parts.push(if is_inner { joined(operand) } else { operand });
    }
    Doc::group(parts)
}

fn binary(op: BinOp, left: &Expr, right: &Expr, place: Place) -> Doc {
    let own = binary_prec(op);
    if op == BinOp::Pow {
        // The right side may carry a sign: `2**-1`.
        let hug = is_simple_power_operand(left) && is_simple_power_operand(right);
        let left = operand(left, Prec::Await, place);
        let right = operand(right, Prec::Unary, place);
        return if hug {
            Doc::Cat(vec![left, Doc::text("**"), right])
        } else {
            Doc::group(vec![left, place.line(), Doc::text("** "), right])
        };
    }
    let mut parts = Vec::new();
    chain(own, left, place, &mut parts);
    parts.push(place.line());
    parts.push(Doc::text(format!("{} ", op.text())));
    parts.push(operand(right, next(own), place));
    Doc::group(parts)
}

/// The left operands of one precedence, in one group with the rest.
fn chain(own: Prec, left: &Expr, place: Place, parts: &mut Vec<Doc>) {
    if let Expr::At(span, inner) = left
        && prec(inner) == own
        && own != Prec::Power
    {
        let mut inside = Vec::new();
        chain(own, inner, place, &mut inside);
        parts.push(Doc::At(*span, Box::new(Doc::Cat(inside))));
        return;
    }
    if let Expr::Binary(op, first, second) = left.plain()
        && binary_prec(*op) == own
        && own != Prec::Power
    {
        chain(own, first, place, parts);
        parts.push(place.line());
        parts.push(Doc::text(format!("{} ", op.text())));
        parts.push(operand(second, next(own), place));
        return;
    }
    parts.push(operand(left, own, place));
}

pub(super) const fn next(prec: Prec) -> Prec {
    match prec {
        Prec::BitOr => Prec::BitXor,
        Prec::BitXor => Prec::BitAnd,
        Prec::BitAnd => Prec::Shift,
        Prec::Shift => Prec::Sum,
        Prec::Sum => Prec::Term,
        Prec::Term => Prec::Unary,
        _ => Prec::Power,
    }
}

fn is_simple_power_operand(expr: &Expr) -> bool {
    match expr.plain() {
        Expr::Int(_) | Expr::Float(_) | Expr::Name(_) => true,
        Expr::Unary(UnaryOp::Neg, inner) => {
            matches!(inner.plain(), Expr::Int(_) | Expr::Float(_) | Expr::Name(_))
        }
        Expr::Attr(value, _) => {
            let mut value = value.plain();
            while let Expr::Attr(inner, _) = value {
                value = inner.plain();
            }
            matches!(value, Expr::Name(_))
        }
        _ => false,
    }
}

fn subscript(index: &Expr, place: Place) -> Doc {
    match index {
        Expr::At(span, inner) => Doc::At(*span, Box::new(subscript(inner, place))),
        Expr::Tuple(items) if items.len() > 1 => {
            Doc::comma_list(items.iter().map(|item| element(item, place)).collect())
        }
        _ => element(index, place),
    }
}

fn slice(expr: &Expr, place: Place) -> Doc {
    let Expr::Slice(start, stop, step) = expr else {
        return Doc::text("");
    };
    let simple = [start, stop, step]
        .into_iter()
        .flatten()
        .all(|bound| is_simple_bound(bound));
    let bound = |bound: &Expr| operand(bound, Prec::IfExp, place);
    let mut parts = Vec::new();
    if let Some(start) = start {
        parts.push(bound(start));
        if !simple {
            parts.push(Doc::text(" "));
        }
    }
    parts.push(Doc::text(":"));
    if let Some(stop) = stop {
        if !simple {
            parts.push(Doc::text(" "));
        }
        parts.push(bound(stop));
    }
    if let Some(step) = step {
        if !simple && stop.is_some() {
            parts.push(Doc::text(" "));
        }
        parts.push(Doc::text(":"));
        if !simple {
            parts.push(Doc::text(" "));
        }
        parts.push(bound(step));
    }
    Doc::Cat(parts)
}

fn is_simple_bound(expr: &Expr) -> bool {
    match expr.plain() {
        Expr::Unary(UnaryOp::Not, _) => false,
        Expr::Unary(_, inner) => is_simple_bound(inner),
        Expr::Name(_) | Expr::Int(_) | Expr::Float(_) | Expr::Str(_) | Expr::None => true,
        _ => false,
    }
}

fn arguments(args: &[Arg], place: Place) -> Doc {
    if args.is_empty() {
        return Doc::text("()");
    }
    if let [Arg { name: None, value }] = args
        && let Expr::Generator(item, fors) = value.plain()
    {
        return Doc::bracket("(", comprehension(item, fors, place), ")");
    }
    let docs: Vec<Doc> = args
        .iter()
        .map(|arg| match &arg.name {
            Some(name) => {
                let (beside, value) = match &arg.value {
                    Expr::Noted(beside, value) => (Some(beside), &**value),
                    value => (None, value),
                };
                let shown = match lines(value, place) {
                    Some(lines) => parenthesised(lines),
                    None => operand(value, Prec::Lambda, place),
                };
                let named = Doc::Cat(vec![Doc::text(format!("{name}=")), shown]);
                match beside {
                    Some(beside) => Doc::Noted(beside.clone(), Box::new(named)),
                    None => named,
                }
            }
            None if prec(&arg.value) == Prec::Walrus => doc(&arg.value, place),
            None if args.len() == 1 => only_one(&arg.value, place),
            None => one_of_several(&arg.value, place),
        })
        .collect();
    if docs.len() == 1 {
        return Doc::bracket("(", Doc::items(docs, &Doc::text("")), ")");
    }
    // The arguments stay on one indented line where that is enough.
    Doc::bracket("(", Doc::group(vec![Doc::comma_list(docs)]), ")")
}

fn lambda(params: &[LambdaParam], body: &Expr, place: Place) -> Doc {
    let mut head = String::from("lambda");
    for (index, param) in params.iter().enumerate() {
        head.push_str(if index == 0 { " " } else { ", " });
        head.push_str(&param.name);
        if let Some(default) = &param.default {
            head.push('=');
            head.push_str(&flat(default));
        }
    }
    head.push_str(": ");
    let bare = Place {
        breakable: false,
        ..place
    };
    Doc::Cat(vec![Doc::text(head), operand(body, Prec::Lambda, bare)])
}
