//! Codes of errors while a program runs: `E5` documents what messages call error 5.
//!
//! The words before the colon are the names that `e.type` gives.
//!
//! Spec: language.md §13.

use super::codes;

codes! { RUNTIME:
    E0 "PANIC: the program gave up", "%s",
        "Look at the call of `panic` that the message names.";
    E1 "FETCH: a transfer or file failed", "%s",
        "Check the address or path, or catch the error.";
    E2 "PARSE: text is not a value", "%s",
        "Check the text first, or catch the error.";
    E3 "TYPE: a value of another type", "%s",
        "Find where the value comes from; match on its type before a cast.";
    E4 "INDEX: nothing at this place", "%s",
        "Check the length first, or use an operation that gives an option.";
    E5 "DIVZERO: division by zero", "division by zero",
        "Test the divisor first.";
    E6 "OVERFLOW: a number out of range", "%s",
        "Keep the value in the range of the target type.";
    E7 "FFI: an error in Python code", "%s",
        "The text after the colon is the Python exception's own; catch it by type if it is expected.";
    E8 "LLM: a provider failed", "%s",
        "Check the provider's configuration, or catch the error.";
    E9 "ASSERT: an expectation failed", "%s",
        "Compare the expectation with what the code does.";
}
