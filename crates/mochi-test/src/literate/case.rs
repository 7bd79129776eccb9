//! Reading cases out of Markdown.

use std::ops::Range;
use std::path::Path;

use crate::markdown::{self, Block, Element};

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Where it stands and its heading: `calls.md:12: Too many arguments`.
    pub name: String,
    /// Its files, the entry first: name and text.
    pub files: Vec<(String, String)>,
    /// What it must yield.
    pub expectations: Vec<Expectation>,
    /// Standard input of the run.
    pub stdin: String,
    /// Arguments of the program.
    pub arguments: Vec<String>,
    /// Folders that are copied beside the program.
    pub fixtures: Vec<String>,
}

/// One block that says what must be.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What it is about.
    pub kind: Kind,
    /// The expected text.
    pub text: String,
    /// The lines in the Markdown file that hold it.
    pub lines: Range<usize>,
}

/// What an expectation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Diagnostics of `mochi check`.
    Diagnostics,
    /// Emitted Python.
    Python,
    /// Types of expressions.
    Types,
    /// Standard output of the run.
    Output,
    /// Standard error of the run.
    Stderr,
    /// Exit code of the run.
    Exit,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "diagnostics" => Self::Diagnostics,
            "python" => Self::Python,
            "types" => Self::Types,
            "output" => Self::Output,
            "stderr" => Self::Stderr,
            "exit" => Self::Exit,
            _ => return None,
        })
    }
}

impl Case {
    /// The expectation of a kind.
    pub fn expects(&self, kind: Kind) -> Option<&Expectation> {
        self.expectations.iter().find(|found| found.kind == kind)
    }
}

/// The cases of a file, and what is wrong with the file itself. `shown` names it in messages.
pub fn read(shown: &Path, text: &str) -> (Vec<Case>, Vec<String>) {
    let shown = shown.display();
    let mut faults = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    for element in markdown::parse(text) {
        match element {
            Element::Heading { title, line, .. } => cases.push(Case {
                name: format!("{shown}:{}: {title}", line + 1),
                files: Vec::new(),
                expectations: Vec::new(),
                stdin: String::new(),
                arguments: Vec::new(),
                fixtures: Vec::new(),
            }),
            Element::Block(block) => {
                let place = format!("{shown}:{}", block.lines.start);
                let Some(case) = cases.last_mut() else {
                    faults.push(format!("{place}: a block before the first heading"));
                    continue;
                };
                if let Err(fault) = take(case, block) {
                    faults.push(format!("{place}: {fault}"));
                }
            }
        }
    }
    // A heading without program only gives structure.
    cases.retain(|case| !case.files.is_empty() || !case.expectations.is_empty());
    for case in &cases {
        if case.files.is_empty() {
            faults.push(format!("{}: no program", case.name));
        } else if case.expectations.is_empty() {
            faults.push(format!("{}: expects nothing", case.name));
        }
    }
    cases.retain(|case| !case.files.is_empty() && !case.expectations.is_empty());
    (cases, faults)
}

fn take(case: &mut Case, block: Block) -> Result<(), String> {
    match block.kind.as_str() {
        "mochi" => {
            let name = match (block.info.as_str(), case.files.len()) {
                ("", 0) => "main.mochi",
                ("", _) => return Err("a second program needs a file name".to_owned()),
                (name, _) => name,
            };
            case.files.push((name.to_owned(), block.text));
        }
        "file" if block.info.is_empty() => return Err("`file` needs a name".to_owned()),
        "file" if case.files.is_empty() => {
            return Err("the program stands before other files".to_owned());
        }
        "file" => case.files.push((block.info, block.text)),
        "fixture" => case.fixtures.extend(block.text.lines().map(str::to_owned)),
        "stdin" => case.stdin = block.text,
        "arguments" => case.arguments = block.text.lines().map(str::to_owned).collect(),
        word => {
            let kind = Kind::of(word).ok_or_else(|| format!("unknown block `{word}`"))?;
            if case.expects(kind).is_some() {
                return Err(format!("a second `{word}` block in one case"));
            }
            case.expectations.push(Expectation {
                kind,
                text: block.text,
                lines: block.lines,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(text: &str) -> (Vec<Case>, Vec<String>) {
        read(Path::new("a.md"), text)
    }

    #[test]
    fn a_case_with_everything() {
        let (cases, faults) = cases(
            "# File\n## One\n```mochi\nprint(input())\n```\n```file a/b.txt\nx\n```\n\
             ```stdin\nhi\n```\n```arguments\n-v\n```\n```output\nhi\n```\n```exit\n0\n```\n",
        );
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(cases.len(), 1);
        let case = &cases[0];
        assert_eq!(case.name, "a.md:2: One");
        assert_eq!(case.files[0].0, "main.mochi");
        assert_eq!(case.files[1].0, "a/b.txt");
        assert_eq!(case.stdin, "hi\n");
        assert_eq!(case.arguments, ["-v"]);
        assert_eq!(case.expects(Kind::Output).unwrap().text, "hi\n");
    }

    #[test]
    fn what_cannot_fail_is_a_fault() {
        let (cases, faults) = cases("## One\n```mochi\nprint(1)\n```\n## Two\n```output\n```\n");
        assert!(cases.is_empty());
        assert_eq!(
            faults,
            ["a.md:1: One: expects nothing", "a.md:5: Two: no program"]
        );
    }

    #[test]
    fn malformed_files_are_reported_with_their_line() {
        let (_, faults) = cases("```mochi\n```\n## One\n```mochi\n```\n```outptu\n```\n");
        assert_eq!(faults[0], "a.md:1: a block before the first heading");
        assert_eq!(faults[1], "a.md:6: unknown block `outptu`");
    }
}
