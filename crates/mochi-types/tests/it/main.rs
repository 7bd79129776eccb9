//! Tests of the relations between types, over a small typeshed written by hand.

mod calls;
mod display;
mod expectations;
mod generics;
mod laws;
mod members;
mod operators;
mod relations;
mod world;
