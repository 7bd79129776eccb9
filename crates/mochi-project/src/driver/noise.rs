//! What only follows from something else: on a line that could not be read, names and types are
//! probably not those that were meant.
//!
//! Spec: language.md §4.2, §20.

use std::collections::BTreeSet;

use mochi_base::{Code, Diagnostic, SourceId, SourceSet, Span, code};

/// Codes of faults behind which a line was understood after all.
const UNDERSTOOD: &[Code] = &[
    code::P041,
    code::P045,
    code::P060,
    code::P061,
    code::P062,
    code::P063,
    code::P064,
    code::P065,
    code::P072,
];

/// Leaves out what was found on lines whose syntax is at fault.
pub(super) fn without_follow_ups(
    found: Vec<Diagnostic>,
    faults: &[Diagnostic],
    sources: &SourceSet,
) -> Vec<Diagnostic> {
    let lines: BTreeSet<(SourceId, u32)> = faults
        .iter()
        .filter(|fault| is_syntax(fault.code))
        .filter_map(|fault| fault.span)
        .filter(|span| !begins_line(*span, sources))
        .filter_map(|span| line(span, sources))
        .collect();
    if lines.is_empty() {
        return found;
    }
    let follows = |one: &Diagnostic| {
        let at = one.span.and_then(|span| line(span, sources));
        at.is_some_and(|at| lines.contains(&at))
    };
    found.into_iter().filter(|one| !follows(one)).collect()
}

fn is_syntax(code: Code) -> bool {
    code.0.starts_with('P') && !UNDERSTOOD.contains(&code)
}

fn line(span: Span, sources: &SourceSet) -> Option<(SourceId, u32)> {
    let file = sources.get(span.source)?;
    Some((span.source, file.line_column(span.start).line))
}

/// Whether nothing stands before the place on its line: then what is missing is missing before it.
fn begins_line(span: Span, sources: &SourceSet) -> bool {
    let Some(file) = sources.get(span.source) else {
        return false;
    };
    let before = file.text().get(..span.start as usize).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.trim().is_empty()
}
