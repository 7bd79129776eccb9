//! `compare SEED` prints the program of a seed; `compare FILE` compares what a program does both ways.

use std::thread;

use mochi_fuzz::{STACK, generate, outcome, python};

fn show() {
    for argument in std::env::args().skip(1) {
        if let Ok(seed) = argument.parse() {
            print!("{}", generate::program(seed));
        } else if let Ok(text) = std::fs::read_to_string(&argument) {
            match outcome::outcome(&text, &mut python::Python::start()) {
                outcome::Outcome::Differs { expected, found } => {
                    println!("expected:\n{expected}found:\n{found}");
                }
                other => println!("{other:#?}"),
            }
        }
    }
}

fn main() {
    if let Ok(work) = thread::Builder::new().stack_size(STACK).spawn(show) {
        let _ = work.join();
    }
}
