//! No text makes the lexer, the parser, the checker or lowering panic, and formatting loses nothing:
//! programs of the literate cases, changed at random places, always in the same way.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::panic::catch_unwind;
use std::thread;
use std::time::{Duration, Instant};

use mochi_fuzz::STACK;
use mochi_fuzz::chance::Chance;
use mochi_fuzz::compile::withstand;
use mochi_fuzz::corpus::programs;
use mochi_fuzz::mutate::changed;

/// Changed programs per program, as far as the time goes.
const ROUNDS: usize = 6;
/// After this the rest is left to other runs.
const TIME: Duration = Duration::from_secs(20);

fn run() {
    let programs = programs();
    assert!(programs.len() > 300, "only {} programs", programs.len());
    let begin = Instant::now();
    let mut chance = Chance::new(7);
    let (mut count, mut lowered) = (0, 0);
    for round in 0..ROUNDS {
        for (index, (_, program)) in programs.iter().enumerate() {
            if begin.elapsed() > TIME {
                break;
            }
            let (_, other) = &programs[(index * 31 + round) % programs.len()];
            let text = if round == 0 {
                program.clone()
            } else {
                changed(program, other, &mut chance)
            };
            let shown = text.clone();
            let done = catch_unwind(move || withstand(&text));
            match done.unwrap_or_else(|_| Err("a panic".to_owned())) {
                Ok(compiled) => lowered += usize::from(compiled),
                Err(why) => panic!("{why}:\n{shown}"),
            }
            count += 1;
        }
    }
    println!("{count} programs, {lowered} of them without fault");
    assert!(
        lowered > 100,
        "only {lowered} of {count} programs were lowered"
    );
}

#[test]
fn changed_programs_are_compiled_or_refused() {
    let work = thread::Builder::new().stack_size(STACK).spawn(run).unwrap();
    work.join().unwrap();
}
