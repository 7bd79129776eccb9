//! Codes of warnings: the program is accepted.

use super::codes;

codes! { WARNINGS:
    W001 "deprecated", "`%s` is deprecated: %s",
        "Use what the package recommends instead.";
}
