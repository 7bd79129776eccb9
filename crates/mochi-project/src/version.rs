//! The version part of an import string: PEP 440 clauses, and `^` as Cargo users know it.
//!
//! Spec: bridge.md §2; PEP 440 (version specifiers).

use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use crate::requirement::RequirementError;

/// Reads clauses separated by commas. `base` is where `text` starts in the import string, `given`
/// the distribution's name for suggestions.
pub fn parse(given: &str, text: &str, base: usize) -> Result<VersionSpecifiers, RequirementError> {
    if text.is_empty() {
        return Err(RequirementError::new(
            "a requirement must follow the `@`",
            base.saturating_sub(1),
            base,
        )
        .suggest(given));
    }
    let mut specifiers = Vec::new();
    let mut start = base;
    for clause in text.split(',') {
        let at = Clause {
            given,
            text: clause,
            start,
        };
        match clause.strip_prefix('^') {
            Some(version) => at.caret(version, &mut specifiers)?,
            None => specifiers.push(at.pep440()?),
        }
        start += clause.len() + 1;
    }
    Ok(specifiers.into_iter().collect())
}

struct Clause<'a> {
    given: &'a str,
    text: &'a str,
    start: usize,
}

impl Clause<'_> {
    fn error(&self, message: impl Into<String>) -> RequirementError {
        // An empty clause still needs a visible place: the comma beside it.
        let start = if self.text.is_empty() {
            self.start.saturating_sub(1)
        } else {
            self.start
        };
        RequirementError::new(message, start, self.start + self.text.len())
    }

    /// `^V`: from V up to the next version that may break, the next change of the leftmost part
    /// that is not zero.
    fn caret(
        &self,
        text: &str,
        specifiers: &mut Vec<VersionSpecifier>,
    ) -> Result<(), RequirementError> {
        let not_a_version = || match text {
            "" => self.error("a version must follow the `^`"),
            _ => self.error(format!("`{text}` is not a version")),
        };
        let version = Version::from_str(text).map_err(|_| not_a_version())?;
        let release = version.release();
        let leading = release
            .iter()
            .position(|part| *part != 0)
            .unwrap_or(release.len().saturating_sub(1));
        let mut upper: Vec<u64> = release.iter().take(leading + 1).copied().collect();
        let last = upper.last_mut().ok_or_else(not_a_version)?;
        *last = last.checked_add(1).ok_or_else(not_a_version)?;
        let upper = Version::new(upper).with_epoch(version.epoch());
        for (operator, version) in [
            (Operator::GreaterThanEqual, version.without_local()),
            (Operator::LessThan, upper),
        ] {
            let specifier =
                VersionSpecifier::from_version(operator, version).map_err(|_| not_a_version())?;
            specifiers.push(specifier);
        }
        Ok(())
    }

    fn pep440(&self) -> Result<VersionSpecifier, RequirementError> {
        if self.text.is_empty() {
            return Err(self.error("a requirement is missing beside the comma"));
        }
        if let Ok(specifier) = VersionSpecifier::from_str(self.text) {
            if *specifier.operator() == Operator::ExactEqual {
                return Err(self
                    .error("`===` compares texts, not versions")
                    .suggest(format!("{}@=={}", self.given, specifier.version())));
            }
            return Ok(specifier);
        }
        Err(self.explain())
    }

    /// Says what is wrong with a clause that PEP 440 refuses, with what was probably meant.
    fn explain(&self) -> RequirementError {
        let (given, clause) = (self.given, self.text);
        if Version::from_str(clause).is_ok() {
            let version = clause.trim_start_matches('v');
            return self
                .error(format!(
                    "a bare version does not say what else is accepted: `{clause}`"
                ))
                .suggest(format!(
                    "{given}@^{version}` (compatible versions) or `{given}@=={version}"
                ));
        }
        let meant = [("~", "~="), ("=", "==")]
            .iter()
            .find_map(|(wrong, right)| {
                let version = clause.strip_prefix(wrong)?;
                let meant = format!("{right}{version}");
                let fits = VersionSpecifier::from_str(&meant).is_ok();
                fits.then_some(meant)
            });
        let error = self.error(format!("`{clause}` is not a version requirement"));
        match meant {
            Some(meant) => error.suggest(format!("{given}@{meant}")),
            None if matches!(clause, "*" | "latest" | "newest") => error.suggest(given),
            None => error,
        }
    }
}
