//! Which stub distribution is looked up for a distribution without types: `types-<name>`, or what
//! `data/stub-allow-list.toml` names instead.
//!
//! Spec: bridge.md §4 (anyone can register a name, so nothing else is looked up).

use toml_edit::{DocumentMut, Item};

const TEXT: &str = include_str!("../../../../data/stub-allow-list.toml");

/// The stub distribution to look up, by the library's normalised name; none for one that holds
/// stubs itself.
pub(super) fn candidate(library: &str) -> Option<String> {
    if library.starts_with("types-") || library.ends_with("-stubs") {
        return None;
    }
    let listed = TEXT.parse::<DocumentMut>().ok().and_then(|document| {
        let entry = document.get("stubs")?.get(library)?;
        Some(Item::as_str(entry)?.to_owned())
    });
    Some(listed.unwrap_or_else(|| format!("types-{library}")))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use pep508_rs::PackageName;

    use super::*;

    #[test]
    fn entries_are_normalised_sorted_and_of_the_one_form() {
        let document: DocumentMut = TEXT.parse().unwrap();
        let entries: Vec<(&str, &str)> = document["stubs"]
            .as_table()
            .unwrap()
            .iter()
            .map(|(key, value)| (key, value.as_str().unwrap()))
            .collect();
        assert!(!entries.is_empty());
        assert!(entries.is_sorted());
        for (library, stubs) in entries {
            assert_eq!(PackageName::from_str(library).unwrap().as_ref(), library);
            assert_eq!(stubs, format!("{library}-stubs"));
        }
    }

    #[test]
    fn a_listed_one_comes_first_and_stubs_have_no_stubs() {
        assert_eq!(candidate("pandas").as_deref(), Some("pandas-stubs"));
        assert_eq!(candidate("a-b").as_deref(), Some("types-a-b"));
        assert_eq!(candidate("types-a-b"), None);
        assert_eq!(candidate("a-b-stubs"), None);
    }
}
