//! The string of an `import python`, read into a value before uv sees any of it.
//!
//! Positions in errors are byte offsets inside the string. Nothing here knows which distributions
//! exist; whether a bare name is a module of the standard library is asked of the caller.
//!
//! Spec: bridge.md §2; PEP 440, PEP 503, PEP 508.

use std::fmt;
use std::str::FromStr;

use pep440_rs::VersionSpecifiers;
use pep508_rs::{ExtraName, PackageName};

use crate::version;

/// A fault in the string, with its place inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementError {
    /// One sentence.
    pub message: String,
    /// First byte of the faulty part.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// What to write instead, where it can be said.
    pub suggestion: Option<String>,
}

impl RequirementError {
    pub(crate) fn new(message: impl Into<String>, start: usize, end: usize) -> Self {
        Self {
            message: message.into(),
            start,
            end,
            suggestion: None,
        }
    }

    pub(crate) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}

/// What an import string asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportSpec {
    /// A module of the standard library.
    StandardLibrary(String),
    /// A distribution, or a module of one.
    Distribution(Requirement),
}

/// A distribution as an import asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The name, normalised as PEP 503 has it.
    pub name: PackageName,
    /// The name as the import spells it.
    pub given: String,
    /// The extras, sorted, each once.
    pub extras: Vec<ExtraName>,
    /// The module after the colon.
    pub module: Option<String>,
    /// Where it comes from, and in which versions.
    pub source: Source,
}

/// Where a distribution comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The default index; an empty set of specifiers accepts every version.
    Index(VersionSpecifiers),
    /// Another index, by its address.
    OtherIndex(String),
    /// A repository.
    Git {
        /// Its address.
        url: String,
        /// A branch, tag or commit; the default branch if not given.
        revision: Option<String>,
    },
    /// A local project or wheel; relative to the file that imports it.
    Path(String),
}

impl Requirement {
    /// The requirement as PEP 508 spells it, without the source.
    pub fn pep508(&self) -> String {
        let mut text = self.name.to_string();
        if !self.extras.is_empty() {
            let extras: Vec<String> = self.extras.iter().map(ToString::to_string).collect();
            text.push('[');
            text.push_str(&extras.join(","));
            text.push(']');
        }
        if let Source::Index(specifiers) = &self.source {
            let clauses: Vec<String> = specifiers.iter().map(ToString::to_string).collect();
            text.push_str(&clauses.join(","));
        }
        text
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pep508())
    }
}

/// Reads an import string. `is_standard` tells whether a top-level module belongs to the standard
/// library.
pub fn parse(
    spec: &str,
    is_standard: &dyn Fn(&str) -> bool,
) -> Result<ImportSpec, RequirementError> {
    if spec.trim().is_empty() {
        return Err(RequirementError::new(
            "the import names nothing",
            0,
            spec.len(),
        ));
    }
    if let Some(offset) = spec.find(|c: char| c.is_whitespace()) {
        return Err(misplaced_space(spec, offset));
    }
    let bare = !spec.contains(['@', '[', ':']);
    if bare && is_standard(spec.split('.').next().unwrap_or(spec)) {
        check_module(spec, 0)?;
        return Ok(ImportSpec::StandardLibrary(spec.to_owned()));
    }
    let head_end = spec.find('@').unwrap_or(spec.len());
    let (head, tail) = spec.split_at(head_end);
    let (head, module_in_head) = split_module(head, 0)?;
    let (given, extras) = split_extras(head)?;
    let name = parse_name(given, spec)?;
    let (source, module_in_tail) = match tail.strip_prefix('@') {
        None => (Source::Index(VersionSpecifiers::empty()), None),
        Some(tail) => parse_tail(given, tail, head_end + 1)?,
    };
    if let (Some(_), Some((module, start))) = (&module_in_head, &module_in_tail) {
        return Err(RequirementError::new(
            "the module is chosen twice",
            start.saturating_sub(1),
            start + module.len(),
        ));
    }
    Ok(ImportSpec::Distribution(Requirement {
        name,
        given: given.to_owned(),
        extras,
        module: module_in_head.or(module_in_tail).map(|(module, _)| module),
        source,
    }))
}

fn misplaced_space(spec: &str, offset: usize) -> RequirementError {
    let squeezed: String = spec.chars().filter(|c| !c.is_whitespace()).collect();
    let space = spec.get(offset..).unwrap_or("");
    let length = space.chars().next().map_or(0, char::len_utf8);
    RequirementError::new("a requirement has no spaces", offset, offset + length).suggest(squeezed)
}

/// A chosen module and where it stands in the import string.
type Chosen = (String, usize);

/// Splits `name:module` and checks the module.
fn split_module(text: &str, base: usize) -> Result<(&str, Option<Chosen>), RequirementError> {
    let Some((before, module)) = text.split_once(':') else {
        return Ok((text, None));
    };
    let start = base + before.len() + 1;
    if module.is_empty() {
        return Err(RequirementError::new(
            "a module must follow the `:`",
            start - 1,
            start,
        ));
    }
    check_module(module, start)?;
    Ok((before, Some((module.to_owned(), start))))
}

fn check_module(module: &str, base: usize) -> Result<(), RequirementError> {
    let mut start = base;
    for part in module.split('.') {
        let well_formed = part.chars().enumerate().all(|(index, c)| {
            c == '_'
                || if index == 0 {
                    c.is_alphabetic()
                } else {
                    c.is_alphanumeric()
                }
        });
        if part.is_empty() || !well_formed {
            return Err(RequirementError::new(
                format!("`{module}` is not the name of a module"),
                start,
                (start + part.len()).max(base + module.len()),
            ));
        }
        start += part.len() + 1;
    }
    Ok(())
}

fn split_extras(head: &str) -> Result<(&str, Vec<ExtraName>), RequirementError> {
    let Some((given, rest)) = head.split_once('[') else {
        return Ok((head, Vec::new()));
    };
    let open = given.len();
    let Some(list) = rest.strip_suffix(']') else {
        return Err(RequirementError::new(
            "the list of extras has no closing `]`",
            open,
            head.len(),
        ));
    };
    let mut extras = Vec::new();
    let mut start = open + 1;
    for text in list.split(',') {
        match ExtraName::from_str(text) {
            Ok(extra) if !text.is_empty() => extras.push(extra),
            _ => {
                let (message, before) = match text {
                    "" => ("the name of an extra is missing".to_owned(), 1),
                    _ => (format!("`{text}` is not the name of an extra"), 0),
                };
                return Err(RequirementError::new(
                    message,
                    start.saturating_sub(before),
                    start + text.len(),
                ));
            }
        }
        start += text.len() + 1;
    }
    extras.sort();
    extras.dedup();
    Ok((given, extras))
}

fn parse_name(given: &str, spec: &str) -> Result<PackageName, RequirementError> {
    // The crate takes the empty text for a name.
    if given.is_empty() {
        return Err(RequirementError::new(
            "the distribution's name is missing",
            0,
            spec.len(),
        ));
    }
    if let Ok(name) = PackageName::from_str(given) {
        return Ok(name);
    }
    // `name>=1` is what pip users write: show where the `@` belongs.
    if let Some(offset) = given.find(['=', '<', '>', '~', '!', '^']) {
        let (name, version) = given.split_at(offset);
        if PackageName::from_str(name).is_ok() {
            return Err(RequirementError::new(
                "an `@` stands between the name and its requirement",
                offset,
                given.len(),
            )
            .suggest(format!("{name}@{version}")));
        }
    }
    Err(RequirementError::new(
        format!("`{given}` is not the name of a distribution"),
        0,
        given.len(),
    ))
}

type Tail = (Source, Option<Chosen>);

/// Reads what follows the `@`.
fn parse_tail(given: &str, tail: &str, base: usize) -> Result<Tail, RequirementError> {
    let end = base + tail.len();
    if let Some(url) = tail.strip_prefix("index+") {
        check_url(url, &["https", "http", "file"], base + 6)?;
        return Ok((Source::OtherIndex(url.to_owned()), None));
    }
    if let Some(url) = tail.strip_prefix("git+") {
        let (url, revision) = match url.split_once('#') {
            Some((url, revision)) => (url, Some(revision)),
            None => (url, None),
        };
        check_url(url, &["https", "http", "ssh", "git", "file"], base + 4)?;
        if revision.is_some_and(|revision| revision.is_empty() || revision.starts_with('-')) {
            return Err(RequirementError::new(
                "a branch, tag or commit must follow the `#`",
                base + 4 + url.len(),
                end,
            ));
        }
        let source = Source::Git {
            url: url.to_owned(),
            revision: revision.map(str::to_owned),
        };
        return Ok((source, None));
    }
    if let Some(path) = tail.strip_prefix("path+") {
        if path.is_empty() {
            return Err(RequirementError::new("the path is missing", base, end));
        }
        // In a path the colon would be part of the name.
        if let Some((path, module)) = path.rsplit_once(':')
            && check_module(module, 0).is_ok()
        {
            return Err(RequirementError::new(
                "the module stands before the `@`",
                end - module.len() - 1,
                end,
            )
            .suggest(format!("{given}:{module}@path+{path}")));
        }
        return Ok((Source::Path(path.to_owned()), None));
    }
    if let Some((scheme, _)) = tail.split_once("://") {
        return Err(RequirementError::new(
            "an address needs to say what it is: an index or a repository",
            base,
            base + scheme.len() + 3,
        )
        .suggest(format!("{given}@git+{tail}` or `{given}@index+{tail}")));
    }
    let (requirement, module) = split_module(tail, base)?;
    let specifiers = version::parse(given, requirement, base)?;
    Ok((Source::Index(specifiers), module))
}

fn check_url(url: &str, schemes: &[&str], base: usize) -> Result<(), RequirementError> {
    let known = url
        .split_once("://")
        .is_some_and(|(scheme, rest)| schemes.contains(&scheme) && !rest.is_empty());
    if known && !url.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        return Ok(());
    }
    Err(RequirementError::new(
        format!("`{url}` is not an address ({}://…)", schemes.join("://…, ")),
        base,
        base + url.len(),
    ))
}
