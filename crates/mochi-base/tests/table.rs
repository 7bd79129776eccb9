//! The messages of the registry are those of the specification's table (language.md §20), to the
//! letter where the table fixes them.

use mochi_base::code::{self, UNEXPECTED};

/// The codes whose message the table fixes.
const FIXED: &[(&str, &str)] = &[
    ("P041", "invalid escape sequence in string literal"),
    ("P042", "unterminated block comment"),
    (
        "P043",
        r#"invalid numeric literal: missing whitespace before "%s""#,
    ),
    (
        "P045",
        "integer literal %s is out of range for a 64-bit signed integer",
    ),
    (
        "P046",
        r#"incomplete numeric literal "%s": missing digits after base prefix"#,
    ),
    ("P060", "index expression has no key, range, or step"),
    ("P061", "match case has no result expression or block"),
    ("P062", "load/save path is the empty string"),
    (
        "P063",
        "match case pattern is not a recognised pattern shape",
    ),
    ("P064", r#"unknown import language: "%s""#),
    ("P065", "expression statement has no observable effect"),
    ("T000", "`let` requires a type or a value"),
    ("T001", "assignment to undeclared variable: %s"),
    ("T002", "undefined variable: %s"),
    ("T003", "unknown function: %s"),
    ("T004", "`%s` is not callable"),
    ("T005", "parameter `%s` is missing a type"),
    ("T006", "too many arguments: expected %d, got %d"),
    ("T007", "argument %d: expected %s, got %s"),
    ("T008", "type mismatch: expected %s, got %s"),
    ("T009", "cannot assign %s to `%s` (expected %s)"),
    ("T011", "`expect` must be a boolean"),
    ("T013", "incompatible types in comparison"),
    ("T014", "invalid primary expression"),
    ("T015", "index must be an integer"),
    ("T016", "missing index expression"),
    ("T017", "slicing not allowed on map"),
    ("T018", "type %s does not support indexing"),
    ("T019", "map key type mismatch: expected %s, got %s"),
    ("T020", "operator `%s` cannot be used on types %s and %s"),
    ("T021", "unsupported operator"),
    ("T022", "cannot iterate over type %s"),
    (
        "T023",
        "range loop requires integer start and end expressions",
    ),
    ("T024", "cannot assign to `%s` (immutable)"),
    ("T025", "unknown type: %s"),
    ("T026", "unknown field `%s` on %s"),
    ("T027", "%s is not a struct"),
    ("T028", "fetch URL must be a string"),
    ("T029", "fetch options must be a map"),
    (
        "T030",
        "invalid type for fetch option `%s`: expected %s, got %s",
    ),
    ("T031", "unknown stream: %s"),
    ("T032", "query source must be a list"),
    ("T033", "`where` condition must be boolean"),
    ("T034", "join source must be a list"),
    ("T035", "`on` condition must be boolean"),
    ("T036", "cannot take length of type %s"),
    ("T037", "count() expects list or group, got %s"),
    ("T038", "avg() expects numeric list or group, got %s"),
    ("T039", "function %s expects %d arguments, got %d"),
    ("T040", "`if` condition must be boolean"),
    ("T041", "sum() expects numeric list or group, got %s"),
    ("T042", "`having` condition must be boolean"),
    (
        "T044",
        "call to `%s` produces effect(s) %s, not allowed in `%s` predicate",
    ),
    ("T045", "`%s` outside of loop"),
    ("T046", "invalid cast: `%s` as `%s` is not allowed"),
    ("T047", "cannot unify type parameter `%s`: %s vs %s"),
    ("T048", "type parameter `%s` escapes function result"),
    (
        "T050",
        "non-exhaustive match on union `%s`: missing variant(s) %s",
    ),
    (
        "T051",
        "cannot alias immutable aggregate `%s` into a mutable binding",
    ),
    ("T052", "cannot alias `%s` (%s) into a binding of type %s"),
    (
        "T053",
        "struct literal `%s` is missing required field(s) %s",
    ),
    ("T054", "redundant match arm: %s"),
    ("T055", "`%s` operand must be `int`, got %s"),
    (
        "T056",
        "`sort by` expression must be an ordered type, got %s",
    ),
    (
        "T057",
        "`select distinct` expression must be a hashable type, got %s",
    ),
    ("T058", "dereference of optional `%s` requires a none guard"),
    (
        "T059",
        "comparison with `none` requires an optional operand, got %s",
    ),
    (
        "T060",
        "safe-call `?.%s` requires an option-typed receiver, got %s",
    ),
    (
        "T062",
        "safe-index `?[ ]` requires an option-typed receiver, got %s",
    ),
    ("T064", "unknown effect label `%s`"),
    (
        "T065",
        "function `%s` declares effects %s but its body produces %s",
    ),
];

/// The codes of which the table leaves the wording open; these say what it says.
const FREE: &[(&str, &str)] = &[
    ("P072", "positional argument after a named one"),
    ("P073", "malformed f-string: %s"),
    ("P074", "malformed byte string: %s"),
    ("P075", "parameter marker `%s` out of place"),
    ("T070", "unknown argument `%s` of %s"),
    ("T071", "argument `%s` given twice"),
    ("T072", "missing argument `%s`"),
    ("T073", "no overload of `%s` accepts these arguments: %s"),
    ("T074", "tuple index must be a constant from 0 to %d"),
    ("T075", "pattern has %d names, value has %d parts"),
    ("T076", "`%s` outside async code"),
    ("T077", "async call is neither awaited nor started"),
    ("T078", "`%s` is not an error type"),
    ("T079", "format `%s` does not fit type %s"),
    ("T081", "%s cannot be used with `using`"),
    ("T082", "`%s` is not exported by %s"),
    ("T083", "module not found: %s"),
    ("T084", "import cycle: %s"),
    ("T085", "unsafe variable `%s` in rule"),
    ("T086", "rule `%s` depends on its own negation"),
    ("T087", "%s does not satisfy `%s`: %s"),
    ("T088", "clause can never be reached"),
    ("T089", "`eval` needs a string literal with one expression"),
    ("T090", "`%s` may not leave `finally`"),
    ("T092", "parameter without default after one with default"),
    ("T093", "nested deeper than Python allows: %s"),
    ("T080", "type %s cannot be a key"),
];

/// The codes whose messages name the token that is unexpected.
const TOKENS: &[&str] = &[
    "P001", "P010", "P011", "P020", "P030", "P031", "P050", "P051", "P052", "P053", "P054", "P055",
    "P056", "P999",
];

/// The codes that are kept and never raised.
const RESERVED: &[&str] = &[
    "P066", "P067", "P068", "P069", "P071", "P090", "T012", "T043",
];

/// The codes with a wording of their own, or several.
const OPEN: &[&str] = &[
    "P040", "P070", "T010", "T049", "T061", "T063", "T066", "T091",
];

fn form(text: &str) -> &'static str {
    code::lookup(text).map_or("", |entry| entry.form)
}

#[test]
fn messages_are_those_of_the_table() {
    for (code, message) in FIXED.iter().chain(FREE) {
        assert_eq!(form(code), *message, "{code}");
    }
    for code in TOKENS {
        assert_eq!(form(code), UNEXPECTED, "{code}");
    }
    for code in RESERVED {
        assert_eq!(form(code), "", "{code}");
    }
    for code in OPEN {
        assert_ne!(form(code), "", "{code}");
    }
}

#[test]
fn the_table_is_complete() {
    let named = FIXED.iter().chain(FREE).map(|(code, _)| *code);
    let mut known: Vec<&str> = named
        .chain(TOKENS.iter().copied())
        .chain(RESERVED.iter().copied())
        .chain(OPEN.iter().copied())
        .collect();
    known.sort_unstable();
    let mut all: Vec<&str> = code::all()
        .map(|entry| entry.code.0)
        .filter(|code| code.starts_with(['P', 'T']))
        .collect();
    all.sort_unstable();
    assert_eq!(known, all);
}

#[test]
fn every_code_that_is_raised_helps() {
    for entry in code::all() {
        assert_eq!(entry.help.is_empty(), entry.is_reserved(), "{}", entry.code);
        assert!(!entry.help.contains('\n'), "{}", entry.code);
    }
}
