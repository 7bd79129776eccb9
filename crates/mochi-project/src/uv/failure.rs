//! What uv says when it fails: first its text without decoration, then which of our errors it is.
//!
//! The classes rest on texts of uv that `tests/uv-output` records. A text that is not known
//! becomes [`codes::UV_FAILED`] and is shown whole.

use mochi_base::Code;

use crate::codes;

/// uv's words, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The sentence after `error:`.
    pub message: String,
    /// Each cause, from the outermost; may have several lines.
    pub causes: Vec<String>,
    /// Each hint.
    pub hints: Vec<String>,
}

/// Which text a line of uv's output begins.
enum Start<'a> {
    Message(&'a str),
    Cause(&'a str),
    Hint(&'a str),
}

/// Which text a line that begins nothing belongs to.
enum Open {
    Nothing,
    Message,
    Cause,
    Hint,
}

impl Failure {
    /// Takes uv's standard error apart. Everything is kept in `message` when nothing is recognised.
    pub(crate) fn parse(stderr: &str) -> Self {
        let mut failure = Self::default();
        let mut open = Open::Nothing;
        for line in stderr.lines() {
            match start_of(line) {
                Some(Start::Message(text)) => {
                    text.trim_end_matches(':').clone_into(&mut failure.message);
                    open = Open::Message;
                }
                Some(Start::Cause(text)) => {
                    failure.causes.push(text.to_owned());
                    open = Open::Cause;
                }
                Some(Start::Hint(text)) => {
                    failure.hints.push(text.to_owned());
                    open = Open::Hint;
                }
                None => failure.continue_with(&open, line),
            }
        }
        for cause in &mut failure.causes {
            cause.truncate(cause.trim_end().len());
        }
        if failure.message.is_empty() {
            stderr.trim().clone_into(&mut failure.message);
        }
        failure
    }

    fn continue_with(&mut self, open: &Open, line: &str) {
        match open {
            Open::Nothing => {}
            Open::Message => {
                if !line.trim().is_empty() {
                    self.message.push('\n');
                    self.message.push_str(line.trim_end());
                }
            }
            Open::Cause => {
                if let Some(cause) = self.causes.last_mut() {
                    append(cause, line);
                }
            }
            Open::Hint => {
                if let Some(hint) = self.hints.last_mut()
                    && !line.trim().is_empty()
                {
                    hint.push(' ');
                    hint.push_str(line.trim());
                }
            }
        }
    }

    /// The message and all causes as one text.
    pub(crate) fn text(&self) -> String {
        let mut text = self.message.clone();
        for cause in &self.causes {
            text.push('\n');
            text.push_str(cause);
        }
        text
    }

    /// Why versions could not be chosen, in the program's terms; none if that is not the failure.
    ///
    /// uv proves each step. Of a long proof the last two steps say what matters: what the
    /// requirements lead to, and why that cannot be.
    pub(crate) fn explanation(&self) -> Option<String> {
        const CONCLUSION: &str = "we can conclude that ";
        const STEP: &str = "\nAnd because";
        const LONGEST: usize = 3;
        if !self.message.starts_with("No solution found") {
            return None;
        }
        let mut proof = self.causes.first()?.as_str();
        if proof.matches(STEP).count() >= LONGEST
            && let Some((before, _)) = proof.rsplit_once(STEP)
            && let Some((_, conclusion)) = before.rsplit_once(CONCLUSION)
        {
            let length = conclusion.len() + proof.len() - before.len();
            proof = proof.get(proof.len() - length..)?;
        }
        Some(
            proof
                .replace(CONCLUSION, "")
                .replace(
                    "your project's requirements",
                    "the requirements of this program",
                )
                .replace("your project", "this program"),
        )
    }

    /// The environments that versions could not be chosen for, if not for all.
    pub(crate) fn split(&self) -> Option<&str> {
        let (_, rest) = self.message.split_once(" for split (markers: ")?;
        rest.strip_suffix(')')
    }

    /// Which of our errors it is.
    pub(crate) fn code(&self) -> Code {
        let text = self.text();
        let hints = self.hints.join("\n");
        let says = |part: &str| text.contains(part);
        // What the disk refuses shows in whatever uv was doing.
        if says("No space left on device")
            || says("Disk quota exceeded")
            || says("Read-only file system")
            || says("Permission denied (os error")
        {
            codes::CACHE
        } else if says("not found in the cache")
            || says("wasn't found in the cache")
            || says("Network connectivity is disabled")
            || hints.contains("the network was disabled")
        {
            codes::OFFLINE
        } else if says("Hash mismatch for") || says("Failed to extract archive") {
            codes::CORRUPT_DOWNLOAD
        } else if says("Git operation failed")
            || says("Distribution not found at")
            || says("does not match given name")
            || says("The wheel filename")
            || says("does not appear to be a Python project")
        {
            codes::SOURCE_UNREADABLE
        } else if says("Request failed after")
            || says("error sending request")
            || says("HTTP status")
            || says("Failed to fetch")
        {
            codes::NETWORK
        } else if self.message.starts_with("No solution found") {
            self.code_of_no_solution()
        } else if says("doesn't have a source distribution or wheel")
            || says("is incompatible with the current platform")
        {
            codes::NO_WHEEL
        } else if says("Failed to build")
            || says("The build backend returned an error")
            || says("Failed to download and build")
            || says("is marked as `--no-build`")
        {
            codes::BUILD_FAILED
        } else {
            codes::UV_FAILED
        }
    }

    fn code_of_no_solution(&self) -> Code {
        let Some(cause) = self.causes.first() else {
            return codes::CONFLICT;
        };
        // One sentence about one requirement is about that requirement; more is a conflict.
        let alone = !cause.contains("\nAnd because");
        if cause.contains("was not found in the package registry")
            || cause.contains("was not found in the provided package locations")
        {
            codes::NO_SUCH_DISTRIBUTION
        } else if is_only_yanked(cause) {
            codes::YANKED
        } else if alone
            && (cause.contains("there is no version of")
                || cause.contains("there are no versions of")
                || (cause.contains("Because only ") && cause.contains(" available")))
        {
            codes::NO_VERSION_FITS
        } else {
            codes::CONFLICT
        }
    }

    /// The distribution that the registry does not know.
    pub(crate) fn unknown_distribution(&self) -> Option<&str> {
        let cause = self.causes.first()?;
        let end = cause
            .find(" was not found in the package registry")
            .or_else(|| cause.find(" was not found in the provided package locations"))
            .or_else(|| cause.find(" was not found in the cache"))?;
        cause.get(..end)?.rsplit(' ').next()
    }

    /// What is available of a distribution of which no version fits, such as `httpx<=1.0`.
    pub(crate) fn available(&self) -> Option<&str> {
        let cause = self.causes.first()?;
        let (_, rest) = cause.split_once("only ")?;
        let (what, _) = rest.split_once(" available")?;
        what.strip_suffix(" is")
            .or_else(|| what.strip_suffix(" are"))
    }

    /// The distribution that a download, a build or an installation failed for, as uv writes it:
    /// `anyio==4.16.0`.
    pub(crate) fn subject(&self) -> Option<&str> {
        let quoted = self.message.split('`').nth(1)?;
        Some(quoted.split(" @ ").next().unwrap_or(quoted))
    }

    /// The line that says most about a failed build or a repository: the last of what the build
    /// printed, and of what git printed the fault rather than the advice after it.
    pub(crate) fn last_line(&self) -> Option<&str> {
        let lines = || {
            let lines = self.causes.last().map_or("", String::as_str).lines();
            lines.map(str::trim).filter(|line| !line.is_empty())
        };
        lines()
            .find(|line| line.starts_with("fatal: "))
            .or_else(|| lines().next_back())
    }

    /// What a failed build says of itself: its last line if that is an error, else the first
    /// paragraph of what it printed.
    pub(crate) fn build_output(&self) -> Option<String> {
        let last = self.last_line()?;
        let cause = self.causes.last()?;
        let printed = cause.split_once("[stderr]").map(|(_, printed)| printed);
        let is_error = last.contains("Error") || last.contains("error");
        let (false, Some(printed)) = (is_error, printed) else {
            return Some(last.to_owned());
        };
        let paragraph: Vec<&str> = printed
            .lines()
            .map(str::trim)
            .skip_while(|line| line.is_empty())
            .take_while(|line| !line.is_empty())
            .collect();
        Some(paragraph.join(" "))
    }

    /// The distribution that is meant where one is often confused with another, as uv knows it.
    pub(crate) fn often_meant(&self) -> Option<&str> {
        let mut hints = self.hints.iter();
        hints.find_map(|hint| {
            let (_, rest) = hint.split_once("Did you mean to install `")?;
            rest.split_once('`').map(|(name, _)| name)
        })
    }

    /// How often a request was repeated in vain, as uv writes it: `3 retries`.
    pub(crate) fn retries(&self) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once("Request failed after ")?;
        let end = rest.find(" retries").or_else(|| rest.find(" retry"))?;
        let count: u32 = rest.get(..end)?.parse().ok()?;
        Some(match count {
            1 => "1 retry".to_owned(),
            _ => format!("{count} retries"),
        })
    }
}

fn start_of(line: &str) -> Option<Start<'_>> {
    let trimmed = line.trim_start();
    for (mark, start) in [
        ("error: ", Start::Message as fn(_) -> _),
        ("× ", Start::Message),
        ("cause: ", Start::Cause),
        ("Caused by: ", Start::Cause),
        ("├─▶ ", Start::Cause),
        ("╰─▶ ", Start::Cause),
        ("hint: ", Start::Hint),
    ] {
        if let Some(text) = trimmed.strip_prefix(mark) {
            // `error:` and `hint:` count at the start of a line only: a build may print them too.
            let indented = trimmed.len() < line.len();
            let top = matches!(mark, "error: " | "hint: ");
            if !(top && indented) {
                return Some(start(text));
            }
        }
    }
    None
}

/// Appends a further line of a cause. Its lines are indented by nine columns since uv 0.9; before,
/// they were indented by six, filled to the width of a terminal, and are joined again here.
fn append(cause: &mut String, line: &str) {
    let line = line.trim_start_matches('│').trim_end();
    if let Some(text) = line.strip_prefix("         ") {
        cause.push('\n');
        cause.push_str(text);
    } else if line.trim().is_empty() {
        cause.push('\n');
    } else {
        let text = line.trim();
        cause.push(if text.starts_with("And because") {
            '\n'
        } else {
            ' '
        });
        cause.push_str(text);
    }
}

/// Whether a proof says no more than that every release that one requirement of the project accepts
/// was withdrawn.
fn is_only_yanked(cause: &str) -> bool {
    const OWN: &str = "your project depends on ";
    let others = cause.replace(OWN, "");
    let asked: Vec<&str> = cause.split(OWN).skip(1).collect();
    cause.contains(" was yanked")
        && !others.contains(" depends on ")
        && !others.contains("depend on ")
        && asked.iter().all(|rest| {
            let requirement = rest.split(", we can conclude").next().unwrap_or(rest);
            !requirement.contains(" and ")
        })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::path::Path;

    use mochi_system::{RealSystem, System};

    use super::*;

    /// All recorded outputs with what is made of them.
    #[test]
    fn recorded_failures() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/uv-output");
        let mut shown = String::new();
        for file in RealSystem.list(&folder).unwrap() {
            let failure = Failure::parse(&RealSystem.read_text(&folder.join(&file)).unwrap());
            let name = file.trim_end_matches(".txt");
            writeln!(shown, "== {name}: {}", failure.code()).unwrap();
            writeln!(shown, "message: {}", failure.message).unwrap();
            for cause in &failure.causes {
                writeln!(shown, "cause: {cause}").unwrap();
            }
            for hint in &failure.hints {
                writeln!(shown, "hint: {hint}").unwrap();
            }
            writeln!(shown, "unknown: {:?}", failure.unknown_distribution()).unwrap();
            writeln!(shown, "explanation: {:?}", failure.explanation()).unwrap();
            writeln!(shown, "split: {:?}", failure.split()).unwrap();
            writeln!(shown, "available: {:?}", failure.available()).unwrap();
            writeln!(shown, "subject: {:?}", failure.subject()).unwrap();
            writeln!(shown, "last line: {:?}", failure.last_line()).unwrap();
            writeln!(shown, "retries: {:?}", failure.retries()).unwrap();
            writeln!(shown, "build output: {:?}", failure.build_output()).unwrap();
            writeln!(shown, "often meant: {:?}", failure.often_meant()).unwrap();
        }
        insta::assert_snapshot!(shown);
    }

    #[test]
    fn words_of_an_unknown_kind_are_kept_whole() {
        let failure = Failure::parse("thread 'main' panicked\nat src/x.rs\n");
        assert_eq!(failure.code(), codes::UV_FAILED);
        assert_eq!(failure.message, "thread 'main' panicked\nat src/x.rs");
    }
}
