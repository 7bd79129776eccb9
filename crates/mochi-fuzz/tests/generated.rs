//! Generated programs compile and do what the reference interpreter says.
//!
//! `MOCHI_FUZZ=FROM..TO` runs the programs of other seeds; `MOCHI_FUZZ_FAULTS=FOLDER` also writes
//! what fails there, made small.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;

use mochi_fuzz::STACK;
use mochi_fuzz::generate::program;
use mochi_fuzz::outcome::{Outcome, outcome};
use mochi_fuzz::python::Python;
use mochi_fuzz::shrink::shrink;

/// The seeds of an ordinary run.
const SEEDS: &str = "0..240";

/// Faults that are made small in one run.
const SHOWN: usize = 40;

fn seeds() -> (u64, u64) {
    let range = std::env::var("MOCHI_FUZZ").unwrap_or_else(|_| SEEDS.to_owned());
    let (from, to) = range.split_once("..").unwrap();
    (from.parse().unwrap(), to.parse().unwrap())
}

fn run() {
    let mut python = Python::start();
    let (from, to) = seeds();
    let folder = std::env::var_os("MOCHI_FUZZ_FAULTS").map(PathBuf::from);
    let mut same = 0_u64;
    let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
    let mut faults = Vec::new();
    for seed in from..to {
        let text = program(seed);
        let fault = match outcome(&text, &mut python) {
            Outcome::Same => {
                same += 1;
                continue;
            }
            Outcome::Unknown(why) => {
                *unknown.entry(why).or_default() += 1;
                continue;
            }
            fault => fault,
        };
        let kind = fault.kind();
        if faults.len() >= SHOWN {
            faults.push(format!("seed {seed}: {kind}"));
            continue;
        }
        if let Outcome::Refused(why) = &fault {
            faults.push(format!("seed {seed}: refused: {why}"));
            continue;
        }
        let small = shrink(&text, &mut |text| outcome(text, &mut python).kind() == kind);
        let found = outcome(&small, &mut python);
        let report = format!("// seed {seed}\n{small}\n/*\n{found:#?}\n*/\n");
        if let Some(folder) = &folder {
            let name = kind.replace(|c: char| !c.is_alphanumeric(), "_");
            fs::write(folder.join(format!("{name}_{seed}.mochi")), &report).unwrap();
        }
        faults.push(report);
    }
    for fault in &faults {
        println!("{fault}");
    }
    println!("{same} mean the same; not known: {unknown:?}");
    assert!(faults.is_empty(), "{} faults", faults.len());
    assert!(same * 10 > (to - from) * 8, "only {same} were compared");
}

#[test]
fn generated_programs_mean_the_same() {
    let work = thread::Builder::new().stack_size(STACK).spawn(run).unwrap();
    work.join().unwrap();
}
