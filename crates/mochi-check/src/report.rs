//! One builder for each diagnostic, so that every wording stands in one place.
//!
//! Spec: language.md §20.

use mochi_base::{Diagnostic, Span, code, suggest};

/// Lists names as messages do: `` `a` ``, `` `a` and `b` ``, `` `a`, `b`, and `c` ``.
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// Adds a `did you mean` note if a candidate is near.
pub(crate) fn suggest<'a>(
    diagnostic: Diagnostic,
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    match suggest::nearest(name, candidates) {
        Some(candidate) => diagnostic.with_question(candidate),
        None => diagnostic,
    }
}

macro_rules! builders {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),*) = $code:ident $form:literal;)*) => {
        $(
            $(#[$doc])*
            pub(crate) fn $name($($arg: $ty,)* span: Span) -> Diagnostic {
                Diagnostic::error(code::$code, span, format!($form))
            }
        )*
    };
}

builders! {
    needs_type_or_value() = T000 "`let` requires a type or a value";
    undeclared_assignment(name: &str) = T001 "assignment to undeclared variable: {name}";
    undefined_variable(name: &str) = T002 "undefined variable: {name}";
    unknown_function(name: &str) = T003 "unknown function: {name}";
    not_callable(text: &str) = T004 "`{text}` is not callable";
    parameter_without_type(name: &str) = T005 "parameter `{name}` is missing a type";
    too_many_arguments(expected: usize, got: usize) = T006 "too many arguments: expected {expected}, got {got}";
    argument(number: usize, expected: &str, got: &str) = T007 "argument {number}: expected {expected}, got {got}";
    mismatch(expected: &str, got: &str) = T008 "type mismatch: expected {expected}, got {got}";
    cannot_assign(got: &str, name: &str, expected: &str) = T009 "cannot assign {got} to `{name}` (expected {expected})";
    empty_return(expected: &str) = T010 "return type mismatch: expected {expected}, got unit";
    expect_not_bool() = T011 "`expect` must be a boolean";
    incomparable() = T013 "incompatible types in comparison";
    index_not_integer() = T015 "index must be an integer";
    slice_of_map() = T017 "slicing not allowed on map";
    not_indexable(ty: &str) = T018 "type {ty} does not support indexing";
    map_key(expected: &str, got: &str) = T019 "map key type mismatch: expected {expected}, got {got}";
    operator(op: &str, left: &str, right: &str) = T020 "operator `{op}` cannot be used on types {left} and {right}";
    unsupported_operator() = T021 "unsupported operator";
    not_iterable(ty: &str) = T022 "cannot iterate over type {ty}";
    range_bounds() = T023 "range loop requires integer start and end expressions";
    not_exported(name: &str, module: &str) = T082 "`{name}` is not exported by {module}";
    module_not_found(path: &str) = T083 "module not found: {path}";
    import_cycle(path: &str) = T084 "import cycle: {path}";
    immutable(name: &str) = T024 "cannot assign to `{name}` (immutable)";
    unknown_type(name: &str) = T025 "unknown type: {name}";
    unknown_stream(name: &str) = T031 "unknown stream: {name}";
    unknown_field(name: &str, on: &str) = T026 "unknown field `{name}` on {on}";
    not_a_struct(name: &str) = T027 "{name} is not a struct";
    query_source() = T032 "query source must be a list";
    where_not_bool() = T033 "`where` condition must be boolean";
    join_source() = T034 "join source must be a list";
    on_not_bool() = T035 "`on` condition must be boolean";
    having_not_bool() = T042 "`having` condition must be boolean";
    effects_in(name: &str, effects: &str, word: &str) = T044 "call to `{name}` produces effect(s) {effects}, not allowed in `{word}` predicate";
    row_count(word: &str, ty: &str) = T055 "`{word}` operand must be `int`, got {ty}";
    unordered_sort(ty: &str) = T056 "`sort by` expression must be an ordered type, got {ty}";
    unhashable_select(ty: &str) = T057 "`select distinct` expression must be a hashable type, got {ty}";
    no_length(ty: &str) = T036 "cannot take length of type {ty}";
    count_of(ty: &str) = T037 "count() expects list or group, got {ty}";
    avg_of(ty: &str) = T038 "avg() expects numeric list or group, got {ty}";
    argument_count(name: &str, expected: usize, got: usize) = T039 "function {name} expects {expected} arguments, got {got}";
    condition_not_bool() = T040 "`if` condition must be boolean";
    sum_of(ty: &str) = T041 "sum() expects numeric list or group, got {ty}";
    outside_loop(word: &str) = T045 "`{word}` outside of loop";
    invalid_cast(from: &str, to: &str) = T046 "invalid cast: `{from}` as `{to}` is not allowed";
    type_parameter_conflict(name: &str, one: &str, other: &str) = T047 "cannot unify type parameter `{name}`: {one} vs {other}";
    type_parameter_escapes(name: &str) = T048 "type parameter `{name}` escapes function result";
    missing_cases(name: &str, cases: &str) = T050 "non-exhaustive match on union `{name}`: missing variant(s) {cases}";
    immutable_alias(name: &str) = T051 "cannot alias immutable aggregate `{name}` into a mutable binding";
    alias(text: &str, from: &str, to: &str) = T052 "cannot alias `{text}` ({from}) into a binding of type {to}";
    missing_fields(name: &str, fields: &str) = T053 "struct literal `{name}` is missing required field(s) {fields}";
    redundant_arm(why: &str) = T054 "redundant match arm: {why}";
    unguarded_option(text: &str) = T058 "dereference of optional `{text}` requires a none guard";
    none_comparison(ty: &str) = T059 "comparison with `none` requires an optional operand, got {ty}";
    safe_call(name: &str, ty: &str) = T060 "safe-call `?.{name}` requires an option-typed receiver, got {ty}";
    safe_call_member(name: &str, ty: &str) = T061 "unknown member `{name}` on element of {ty}";
    safe_index(ty: &str) = T062 "safe-index `?[ ]` requires an option-typed receiver, got {ty}";
    safe_index_element(ty: &str) = T063 "element of {ty} does not support indexing";
    unknown_effect(name: &str) = T064 "unknown effect label `{name}`";
    undeclared_effect(name: &str, declared: &str, produced: &str) = T065 "function `{name}` declares effects {declared} but its body produces {produced}";
    misplaced_effects() = T066 "effects cannot be declared here";
    unknown_argument(name: &str, of: &str) = T070 "unknown argument `{name}` of {of}";
    argument_twice(name: &str) = T071 "argument `{name}` given twice";
    missing_argument(name: &str) = T072 "missing argument `{name}`";
    no_overload(name: &str, why: &str) = T073 "no overload of `{name}` accepts these arguments: {why}";
    tuple_index(last: usize) = T074 "tuple index must be a constant from 0 to {last}";
    wrong_parts(names: usize, parts: usize) = T075 "pattern has {names} names, value has {parts} parts";
    outside_async(what: &str) = T076 "`{what}` outside async code";
    unawaited() = T077 "async call is neither awaited nor started";
    not_an_error(name: &str) = T078 "`{name}` is not an error type";
    format(spec: &str, ty: &str) = T079 "format `{spec}` does not fit type {ty}";
    not_a_key(ty: &str) = T080 "type {ty} cannot be a key";
    not_a_manager(ty: &str) = T081 "{ty} cannot be used with `using`";
    unreachable_clause() = T088 "clause can never be reached";
    unreadable_eval() = T089 "`eval` needs a string literal with one expression";
    leaves_finally(word: &str) = T090 "`{word}` may not leave `finally`";
    parameter_order() = T092 "parameter without default after one with default";
    alias_clash(name: &str) = M031 "`{name}` is the alias of two imports";
    auto_clash(name: &str, by: &str) = M030 "`auto` would bind `{name}`, which {by} declares too";
    sidecar(file: &str, what: &str) = T091 "{file} {what}";
    unsatisfied(ty: &str, interface: &str, why: &str) = T087 "{ty} does not satisfy `{interface}`: {why}";
}

/// A variable that nobody reads.
pub(crate) fn unused_variable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(code::W002, span, format!("unused variable: {name}"))
}

/// An import that nobody uses.
pub(crate) fn unused_import(name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(code::W003, span, format!("unused import: {name}"))
}

/// A statement that is never reached.
pub(crate) fn unreachable(span: Span) -> Diagnostic {
    Diagnostic::warning(code::W004, span, "unreachable code".to_owned())
}

pub(crate) fn comment_for_division(by: &str, span: Span) -> Diagnostic {
    let message = format!("`//` begins a comment: nothing is divided by {by}");
    Diagnostic::warning(code::W005, span, message)
}

/// An entry that no row of a list has.
pub(crate) fn no_entry(rows: &str, name: &str, span: Span) -> Diagnostic {
    let message = format!("no row of `{rows}` has an entry `{name}`");
    Diagnostic::warning(code::W006, span, message)
}

/// A deprecated function is used.
pub(crate) fn deprecated(symbol: &str, message: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(
        code::W001,
        span,
        format!("`{symbol}` is deprecated: {message}"),
    )
}
