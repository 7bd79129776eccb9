//! No text makes the compiler panic, and formatting what can be formatted loses nothing: changed
//! programs, soups of tokens and of characters.
//!
//! `MOCHI_FUZZ_TEXTS=FROM..TO` takes the texts of other seeds.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::panic::catch_unwind;
use std::thread;

use mochi_fuzz::STACK;
use mochi_fuzz::compile::withstand;
use mochi_fuzz::mutate;

/// The seeds of an ordinary run.
const SEEDS: &str = "0..1000";

fn run() {
    let range = std::env::var("MOCHI_FUZZ_TEXTS").unwrap_or_else(|_| SEEDS.to_owned());
    let (from, to) = range.split_once("..").unwrap();
    let (from, to): (u64, u64) = (from.parse().unwrap(), to.parse().unwrap());
    let mut faults = Vec::new();
    for seed in from..to {
        let text = mutate::text(seed);
        let shown = text.clone();
        let done = catch_unwind(move || withstand(&text));
        if let Err(why) = done.unwrap_or_else(|_| Err("a panic".to_owned())) {
            faults.push(format!("seed {seed}: {why}\n{shown}\n"));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn no_text_makes_the_compiler_panic() {
    let work = thread::Builder::new().stack_size(STACK).spawn(run).unwrap();
    work.join().unwrap();
}
