//! Comments between the items of a list or the arguments of a call.

use mochi_base::{SourceId, Span};
use mochi_syntax::Comment;

use crate::py::{Arg, Expr, Stmt, StmtKind};

/// The comments that have no place yet.
pub(super) type Free = Vec<(SourceId, Comment)>;

/// Places comments in the expressions of a statement.
pub(super) fn in_stmt(stmt: &mut Stmt, free: &mut Free) {
    let Some(span) = stmt.span.filter(|span| any_in(free, *span)) else {
        return;
    };
    match &mut stmt.kind {
        StmtKind::Expr(value)
        | StmtKind::Assign(_, value)
        | StmtKind::AnnAssign(_, _, Some(value))
        | StmtKind::Return(Some(value))
        | StmtKind::Raise(Some(value), None)
        | StmtKind::If(value, ..)
        | StmtKind::While(value, _)
        | StmtKind::For(_, value, _)
        | StmtKind::With(value, ..)
        | StmtKind::Match(value, _) => in_expr(value, span, free),
        StmtKind::Async(inner) => match &mut **inner {
            StmtKind::For(_, value, _) | StmtKind::With(value, ..) => in_expr(value, span, free),
            _ => {}
        },
        _ => {}
    }
}

/// Whether a comment stands inside of a place.
fn any_in(free: &Free, span: Span) -> bool {
    let from = free
        .partition_point(|(source, comment)| (*source, comment.start) < (span.source, span.start));
    free.get(from)
        .is_some_and(|(source, comment)| *source == span.source && comment.start < span.end)
}

/// The comments inside of `span`, which holds the expression. What a lambda, an f-string or a
/// subscript holds stays on its line.
fn in_expr(expr: &mut Expr, span: Span, free: &mut Free) {
    if free.is_empty() {
        return;
    }
    match expr {
        Expr::At(span, inner) => in_expr(inner, *span, free),
        Expr::Attr(inner, _)
        | Expr::Index(inner, _)
        | Expr::Unary(_, inner)
        | Expr::Star(inner)
        | Expr::Await(inner) => in_expr(inner, span, free),
        Expr::Binary(_, left, right) | Expr::Compare(_, left, right) => {
            in_expr(left, span, free);
            in_expr(right, span, free);
        }
        Expr::Bool2(_, items) => {
            items.iter_mut().for_each(|item| in_expr(item, span, free));
        }
        Expr::IfExp(then, cond, otherwise) => {
            for part in [then, cond, otherwise] {
                in_expr(part, span, free);
            }
        }
        Expr::Call(function, args) => {
            in_expr(function, span, free);
            in_args(args, span, free);
        }
        Expr::List(items) | Expr::Set(items) => in_items(items.iter_mut().collect(), span, free),
        Expr::Tuple(items) if items.len() > 1 => in_items(items.iter_mut().collect(), span, free),
        Expr::Dict(entries) => {
            for (_, value) in entries.iter_mut() {
                in_expr(value, span, free);
            }
            let mut spans = Vec::new();
            let mut keys = Vec::new();
            for (key, value) in entries.iter_mut() {
                if let Some(key) = key
                    && let (Some(first), Some(last)) = (place(key), place(value))
                {
                    spans.push(Span::new(first.source, first.start, last.end));
                    keys.push(key);
                }
            }
            between(span, &spans, &mut keys, free);
        }
        _ => {}
    }
}

fn in_args(args: &mut [Arg], span: Span, free: &mut Free) {
    if let [Arg { value, .. }] = args
        && matches!(value.plain(), Expr::Generator(..))
    {
        return;
    }
    let values = args.iter_mut().map(|arg| &mut arg.value);
    in_items(values.collect(), span, free);
}

fn in_items(mut items: Vec<&mut Expr>, around: Span, free: &mut Free) {
    items
        .iter_mut()
        .for_each(|item| in_expr(item, around, free));
    let mut spans = Vec::new();
    let mut placed = Vec::new();
    for item in items {
        if let Some(span) = place(item) {
            spans.push(span);
            placed.push(item);
        }
    }
    between(around, &spans, &mut placed, free);
}

/// The place of an item.
fn place(item: &Expr) -> Option<Span> {
    match item {
        Expr::At(span, _) => Some(*span),
        Expr::Noted(_, inner) => place(inner),
        _ => None,
    }
}

/// Places the comments that stand inside of items or between them; all are in `around`.
fn between(around: Span, spans: &[Span], items: &mut [&mut Expr], free: &mut Free) {
    if items.is_empty() || !any_in(free, around) {
        return;
    }
    free.retain(|(source, comment)| {
        let is_around = around.source == *source;
        if !is_around || comment.start < around.start || around.end <= comment.start {
            return true;
        }
        let Some((index, side)) = chosen(spans, *source, comment) else {
            return true;
        };
        let Some(item) = items.get_mut(index) else {
            return true;
        };
        add(item, side, comment);
        false
    });
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    Behind,
    Below,
}

/// The item that a comment belongs to, if it belongs to any of these.
fn chosen(spans: &[Span], source: SourceId, comment: &Comment) -> Option<(usize, Side)> {
    let at = comment.start;
    let mut before = None;
    let mut next = None;
    for (index, span) in spans.iter().enumerate() {
        if span.source != source {
            continue;
        }
        if span.start < at && at < span.end {
            return Some((index, Side::Before));
        }
        let (open, close) = comment.within;
        if span.start < open || close < span.end {
            continue;
        }
        let ends = |other: usize| spans.get(other).map_or(0, |span| span.end);
        let starts = |other: usize| spans.get(other).map_or(u32::MAX, |span| span.start);
        if span.end <= at && before.is_none_or(|other| ends(other) <= span.end) {
            before = Some(index);
        }
        if span.start > at && next.is_none_or(|other| starts(other) > span.start) {
            next = Some(index);
        }
    }
    match (before, next) {
        (Some(before), _) if comment.behind && !comment.text.contains('\n') => {
            Some((before, Side::Behind))
        }
        (_, Some(next)) => Some((next, Side::Before)),
        (Some(before), None) => Some((before, Side::Below)),
        (None, None) => None,
    }
}

fn add(item: &mut Expr, side: Side, comment: &Comment) {
    if !matches!(item, Expr::Noted(..)) {
        let inner = std::mem::replace(item, Expr::None);
        *item = Expr::Noted(Box::default(), Box::new(inner));
    }
    if let Expr::Noted(beside, _) = item {
        let lines = match side {
            Side::Before => &mut beside.before,
            Side::Behind => &mut beside.behind,
            Side::Below => &mut beside.below,
        };
        lines.extend(comment.text.split('\n').map(ToString::to_string));
    }
}
