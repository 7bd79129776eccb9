//! The `mochi` binary.
fn main() {}
