//! Places in the tree.

use mochi_base::{SourceFile, Span};
use mochi_syntax::ast::{ExprKind, FStrPart, StmtKind};

use super::parsed;

fn slice(text: &str, span: Span) -> String {
    SourceFile::new("a.mochi", text).slice(span).to_owned()
}

#[test]
fn statements_and_expressions() {
    let text = "  let a = f(1) + b[2] // c\nx.y[0] = (1, 2) ;\n";
    let program = parsed(text).program;
    let spans: Vec<String> = program.body.iter().map(|s| slice(text, s.span)).collect();
    assert_eq!(spans, ["let a = f(1) + b[2]", "x.y[0] = (1, 2)"]);
    let StmtKind::Let(stmt) = &program.body[0].kind else {
        panic!("a let");
    };
    let value = stmt.value.as_ref().expect("a value");
    let ExprKind::Binary {
        op_span,
        left,
        right,
        ..
    } = &value.kind
    else {
        panic!("a sum");
    };
    assert_eq!(slice(text, *op_span), "+");
    assert_eq!(slice(text, left.span), "f(1)");
    assert_eq!(slice(text, right.span), "b[2]");
}

#[test]
fn expressions_and_formats_in_f_strings() {
    let text = "let s = f\"é {a + b:>3} {c}\"";
    let program = parsed(text).program;
    let StmtKind::Let(stmt) = &program.body[0].kind else {
        panic!("a let");
    };
    let value = stmt.value.as_ref().expect("a value");
    assert_eq!(slice(text, value.span), "f\"é {a + b:>3} {c}\"");
    let ExprKind::FStr(parts) = &value.kind else {
        panic!("an f-string");
    };
    let values: Vec<(String, Option<String>)> = parts
        .iter()
        .filter_map(|part| match part {
            FStrPart::Text(_) => None,
            FStrPart::Value { value, spec } => Some((
                slice(text, value.span),
                spec.as_ref().map(|(_, span)| slice(text, *span)),
            )),
        })
        .collect();
    assert_eq!(
        values,
        [
            ("a + b".to_owned(), Some(">3".to_owned())),
            ("c".to_owned(), None)
        ]
    );
}

#[test]
fn types_that_share_a_closing_shift() {
    let text = "let x: a<b<c>> = 1";
    let program = parsed(text).program;
    let StmtKind::Let(stmt) = &program.body[0].kind else {
        panic!("a let");
    };
    assert_eq!(
        slice(text, stmt.ty.as_ref().expect("a type").span),
        "a<b<c>>"
    );
}
