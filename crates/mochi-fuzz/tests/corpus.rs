//! The programs of the literate cases and of the tour mean what the reference interpreter says,
//! as far as it knows them.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::thread;

use mochi_fuzz::STACK;
use mochi_fuzz::corpus::programs;
use mochi_fuzz::outcome::{Outcome, outcome};
use mochi_fuzz::python::Python;

fn run() {
    let mut python = Python::start();
    let (mut same, mut faults) = (0, Vec::new());
    for (file, program) in programs() {
        // Python cannot read what is nested that deeply; the command says so before. What is converted
        // because of types that are found is not known to what walks the tree.
        if ["deep.md", "T093.md", "rows.md", "boxed.md"]
            .iter()
            .any(|name| file.ends_with(name))
        {
            continue;
        }
        // What runs forever, waits for input or leaves the program is for other tests.
        if [
            "python", "input(", "now(", "extern", "MOCHI", "async", "load", "import", "20000",
        ]
        .iter()
        .any(|word| program.contains(word))
        {
            continue;
        }
        match outcome(&program, &mut python) {
            Outcome::Same => same += 1,
            Outcome::Refused(_) | Outcome::Unknown(_) => {}
            fault => faults.push(format!("{file}\n{program}\n{fault:#?}\n")),
        }
    }
    println!("{same} programs mean the same");
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(same > 200, "only {same} programs were compared");
}

#[test]
fn programs_of_the_documentation_mean_the_same() {
    let work = thread::Builder::new().stack_size(STACK).spawn(run).unwrap();
    work.join().unwrap();
}
