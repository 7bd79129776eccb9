//! Codes of warnings: the program is accepted.

use super::codes;

codes! { WARNINGS:
    W001 "deprecated", "`%s` is deprecated: %s",
        "Use what the package recommends instead.";
    W002 "unused variable", "unused variable: %s",
        "Remove it, or begin its name with `_` if only what happens at its declaration matters.";
    W003 "unused import", "unused import: %s",
        "Remove the import, or begin its alias with `_` if only what the import does matters.";
    W004 "unreachable code", "unreachable code",
        "Remove it, or change what leaves before it.";
    W005 "comment after a value", "`//` begins a comment: nothing is divided by %s",
        "Divide by `/`, or put the comment on a line of its own.";
    W006 "entry that no row has", "no row of `%s` has an entry `%s`",
        "Correct the name: what a map does not have is none.";
}
