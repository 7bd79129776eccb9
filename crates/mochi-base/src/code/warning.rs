//! Codes of warnings: the program is accepted.

use super::codes;

codes! { WARNINGS:
    W001 "deprecated", "`%s` is deprecated: %s",
        "Use what the package recommends instead.";
    W002 "unreachable code", "this code can never run",
        "Remove it, or move what leaves the block behind it.";
}
