//! Tests of the relations between types, over a small typeshed written by hand.

#![allow(
    clippy::result_large_err,
    clippy::panic,
    reason = "tests stop at the first surprise"
)]

mod calls;
mod display;
mod expectations;
mod generics;
mod laws;
mod members;
mod operators;
mod relations;
mod world;
