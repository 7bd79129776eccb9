//! From what uv said to an error at the import that it is about.

use mochi_base::{Span, suggest};

use crate::codes;
use crate::error::ProjectError;
use crate::requirement::{Requirement, Source};
use crate::uv::failure::Failure;

/// A requirement with the place of its import.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// What is asked for.
    pub requirement: &'a Requirement,
    /// Where.
    pub span: Option<Span>,
}

/// The error that a failure of uv means.
pub(crate) fn explain(failure: &Failure, asked: &[Asked<'_>]) -> ProjectError {
    let code = failure.code();
    let involved = involved(failure, asked);
    let place = involved.first().and_then(|one| one.span);
    match code {
        codes::NO_SUCH_DISTRIBUTION => no_such_distribution(failure, &involved).at(place),
        codes::NO_VERSION_FITS => no_version_fits(failure, &involved).at(place),
        codes::CONFLICT | codes::YANKED => conflict(failure, &involved),
        codes::OFFLINE => {
            let what = failure
                .subject()
                .or_else(|| failure.unknown_distribution())
                .map(str::to_owned)
                .or_else(|| involved.first().map(|one| one.requirement.to_string()))
                .unwrap_or_else(|| "a distribution".to_owned());
            ProjectError::new(
                code,
                format!("`{what}` is not in the cache, and the network is off"),
            )
            .at(place)
        }
        codes::NETWORK => network(failure),
        codes::CACHE => disk(failure),
        codes::CORRUPT_DOWNLOAD => {
            let what = failure.subject().unwrap_or("a distribution");
            let error =
                ProjectError::new(code, format!("the download of `{what}` is corrupt")).at(place);
            causes(failure, error)
        }
        codes::NO_WHEEL => {
            let what = failure.subject().unwrap_or("a distribution");
            let error = ProjectError::new(
                code,
                format!("`{what}` has neither a wheel for this platform nor a source to build"),
            )
            .at(place);
            match failure
                .hints
                .first()
                .and_then(|hint| hint.split("; consider").next())
            {
                Some(hint) => error.with_note(hint.to_owned()),
                None => error,
            }
        }
        codes::BUILD_FAILED => build_failed(failure).at(place),
        codes::SOURCE_UNREADABLE => {
            let given = involved.first().map(|one| one.requirement.given.as_str());
            let what = match given.or_else(|| failure.subject()) {
                Some(what) => format!("the source of `{what}`"),
                None => "the source of a distribution".to_owned(),
            };
            let error = ProjectError::new(code, format!("{what} cannot be read")).at(place);
            match failure.last_line() {
                Some(line) => error.with_note(line.to_owned()),
                None => error.with_note(failure.message.clone()),
            }
        }
        _ => causes(failure, ProjectError::new(code, failure.message.clone())).at(place),
    }
}

/// The requirements that uv's words name, in the order of the imports.
fn involved<'a, 'b>(failure: &Failure, asked: &'b [Asked<'a>]) -> Vec<&'b Asked<'a>> {
    let mut text = failure.text();
    for hint in &failure.hints {
        text.push('\n');
        text.push_str(hint);
    }
    let mut found: Vec<&Asked<'_>> = asked
        .iter()
        .filter(|one| names(&text, one.requirement.name.as_ref()))
        .collect();
    if found.is_empty() {
        let mut asked = asked.iter();
        found.extend(asked.find(|one| is_source(&one.requirement.source, &text)));
    }
    // A lone requirement is what everything is about.
    if let ([], [one]) = (found.as_slice(), asked) {
        found.push(one);
    }
    found
}

/// Whether a text names a repository or a local path; of the path the last part, for the text has it
/// from the root.
fn is_source(source: &Source, text: &str) -> bool {
    match source {
        Source::Git { url, .. } => text.contains(url.trim_start_matches("git+")),
        Source::Path(path) => {
            let last = path.trim_end_matches('/').rsplit(['/', '\\']).next();
            last.is_some_and(|last| !last.is_empty() && last != ".." && names(text, last))
        }
        Source::Index(_) | Source::OtherIndex(_) => false,
    }
}

/// Whether a text names a distribution, not just one whose name contains that name.
pub(crate) fn names(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.match_indices(name).any(|(start, _)| {
        let before = text.get(..start).unwrap_or("").chars().next_back();
        let mut after = text.get(start + name.len()..).unwrap_or("").chars();
        let ends = match after.next() {
            // A full stop may end the sentence.
            Some('.') => after.next().is_none_or(|c| !part(c)),
            Some(c) => !part(c),
            None => true,
        };
        !before.is_some_and(part) && ends
    })
}

fn no_such_distribution(failure: &Failure, involved: &[&Asked<'_>]) -> ProjectError {
    let name = failure.unknown_distribution().unwrap_or("it");
    let code = codes::NO_SUCH_DISTRIBUTION;
    let direct = involved
        .iter()
        .find(|one| one.requirement.name.as_ref() == name);
    let index = match direct.map(|one| &one.requirement.source) {
        Some(Source::OtherIndex(url)) => format!("the index {url}"),
        _ => "the package index".to_owned(),
    };
    let error = ProjectError::new(code, format!("{index} has no distribution named `{name}`"));
    // An index that wants to know who asks answers as if it had nothing.
    let credentials = failure
        .hints
        .iter()
        .find(|hint| hint.contains("credentials"));
    let error = match credentials {
        Some(hint) => error.with_note(hint.clone()),
        None => error,
    };
    match direct {
        None => match failure.explanation() {
            Some(explanation) => error.with_note(explanation),
            None => error,
        },
        Some(one) => match module_of_another(one.requirement) {
            Some(note) => error.with_note(note),
            None => error,
        },
    }
}

/// How a module is imported, where the name that was asked for looks like one: `rich.table`.
fn module_of_another(requirement: &Requirement) -> Option<String> {
    let given = &requirement.given;
    let (distribution, rest) = given.split_once('.')?;
    (requirement.module.is_none() && !distribution.is_empty() && !rest.is_empty()).then(|| {
        format!(
            "if it is a module of the distribution `{distribution}`: \
             `import python \"{distribution}:{given}\"`"
        )
    })
}

fn no_version_fits(failure: &Failure, involved: &[&Asked<'_>]) -> ProjectError {
    let what = involved.first().map_or_else(
        || "the requirement".to_owned(),
        |one| one.requirement.to_string(),
    );
    let error = ProjectError::new(codes::NO_VERSION_FITS, format!("no version fits `{what}`"));
    match failure.available() {
        Some(available) => error.with_note(format!("the index has only {available}")),
        None => error,
    }
}

fn conflict(failure: &Failure, involved: &[&Asked<'_>]) -> ProjectError {
    let message = if failure.code() == codes::YANKED {
        "every version that fits was withdrawn by its authors"
    } else {
        "no versions satisfy all requirements"
    };
    let mut error =
        ProjectError::new(failure.code(), message).at(involved.first().and_then(|one| one.span));
    if let Some(explanation) = failure.explanation() {
        error = error.with_note(explanation);
    }
    if let Some(markers) = failure.split() {
        error = error.with_note(format!(
            "a resolution is for every platform; uv met this first where {markers}"
        ));
    }
    for one in involved.iter().skip(1) {
        if one.span.is_some() {
            error =
                error.with_note_at(one.span, format!("`{}` is asked for here", one.requirement));
        }
    }
    error
}

fn network(failure: &Failure) -> ProjectError {
    let text = failure.text();
    let address = text
        .split_whitespace()
        .map(|word| word.trim_matches('`'))
        .find(|word| word.contains("://"));
    let error = ProjectError::new(
        codes::NETWORK,
        match address {
            Some(address) => format!("cannot download {address}"),
            None => "cannot reach the package index".to_owned(),
        },
    );
    // The innermost cause says what is wrong; those between are layers of the client.
    let error = match failure.causes.last() {
        Some(cause) if !cause.contains("Failed to fetch") => error.with_note(cause.clone()),
        _ => error,
    };
    match failure.retries() {
        Some(count) => error.with_note(format!("given up after {count}")),
        None => error,
    }
}

/// The disk refused something that uv was about to do.
fn disk(failure: &Failure) -> ProjectError {
    let text = failure.text();
    let line = text
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| line.contains("(os error"))
        .unwrap_or(&failure.message);
    ProjectError::new(codes::CACHE, format!("uv: {line}"))
}

fn build_failed(failure: &Failure) -> ProjectError {
    let what = failure.subject().unwrap_or("a distribution");
    if failure.message.contains("--no-build") {
        return ProjectError::new(
            codes::BUILD_FAILED,
            format!("`{what}` has no wheel, and building is switched off"),
        );
    }
    let mut error = ProjectError::new(codes::BUILD_FAILED, format!("`{what}` could not be built"));
    if let Some(printed) = failure.build_output() {
        error = error.with_note(printed);
    }
    match failure.often_meant() {
        Some(name) => error.with_note(suggest::question(name)),
        None => error,
    }
}

fn causes(failure: &Failure, error: ProjectError) -> ProjectError {
    failure
        .causes
        .iter()
        .cloned()
        .fold(error, ProjectError::with_note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::{ImportSpec, parse};

    fn requirement(spec: &str) -> Requirement {
        match parse(spec, &|_| false).unwrap() {
            ImportSpec::Distribution(requirement) => requirement,
            ImportSpec::StandardLibrary(module) => panic!("{module} is no distribution"),
        }
    }

    fn said(stderr: &str, specs: &[&str]) -> String {
        let requirements: Vec<Requirement> = specs.iter().map(|spec| requirement(spec)).collect();
        let asked: Vec<Asked<'_>> = requirements
            .iter()
            .map(|requirement| Asked {
                requirement,
                span: None,
            })
            .collect();
        explain(&Failure::parse(stderr), &asked).message
    }

    #[test]
    fn a_source_that_cannot_be_read_is_named() {
        let gone = "error: Distribution not found at: file:///home/user/parts/wheels\n";
        assert_eq!(
            said(
                gone,
                &[
                    "tea@git+https://example.com/tea.git",
                    "cup@path+../parts/wheels/"
                ]
            ),
            "the source of `cup` cannot be read"
        );
        // The text names none of them.
        assert_eq!(
            said(
                gone,
                &["tea@git+https://example.com/tea.git", "cup@path+../cups"]
            ),
            "the source of a distribution cannot be read"
        );
        let refused = "error: Failed to download and build `pot @ git+https://example.com/pot.git`\n  \
                       cause: Git operation failed\n";
        assert_eq!(said(refused, &[]), "the source of `pot` cannot be read");
    }
}
