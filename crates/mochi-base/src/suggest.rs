//! Finding the name that was probably meant, for `did you mean` notes.

use std::fmt::Display;

/// The candidate nearest to `name`, if one is near enough to be a slip of the finger.
///
/// Nearness is the number of inserted, removed, replaced and swapped neighbouring characters, case
/// aside; up to a third of the name's length may differ. Of equally near ones a candidate that
/// begins alike wins, then one whose first letter has the same case, then the first in
/// alphabetical order.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = lower(name).collect();
    let limit = (wanted.len() / 3).max(1);
    let mut other: Vec<char> = Vec::new();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| {
            other.clear();
            other.extend(lower(candidate));
            // Each step changes the length by one at most.
            if other.len().abs_diff(wanted.len()) > limit {
                return None;
            }
            let distance = distance(&wanted, &other, limit);
            // A different one-letter name is no slip, it is another name.
            let near = distance <= limit && (distance == 0 || distance < wanted.len());
            let begins_alike = wanted.first() == other.first();
            let same_case = starts_upper(name) == starts_upper(candidate);
            near.then_some((distance, !begins_alike, !same_case, candidate))
        })
        .min()
        .map(|(_, _, _, candidate)| candidate)
}

fn lower(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}

fn starts_upper(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

/// The note for a misspelt name, if a candidate is near.
pub fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, candidates).map(question)
}

/// The note that asks whether this was meant.
pub fn question(candidate: impl Display) -> String {
    format!("did you mean `{candidate}`?")
}

/// Further than any limit.
const FAR: usize = usize::MAX / 2;

/// Optimal string alignment distance: Levenshtein's with swaps of neighbours as one step. What is
/// further than the limit is [`FAR`].
fn distance(a: &[char], b: &[char], limit: usize) -> usize {
    let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(FAR);
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    let mut row: Vec<usize> = Vec::new();
    for (i, x) in a.iter().enumerate() {
        // Further from the diagonal there are too many steps.
        let first = (i + 1).saturating_sub(limit);
        row.clear();
        row.resize(first, FAR);
        if first == 0 {
            row.push(i + 1);
        }
        let skipped = first.saturating_sub(1);
        for (j, y) in b.iter().enumerate().take(i + 1 + limit).skip(skipped) {
            let replaced = at(&previous, j) + usize::from(x != y);
            let mut best = replaced.min(at(&previous, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        std::mem::swap(&mut before, &mut previous);
        std::mem::swap(&mut previous, &mut row);
        if previous.iter().chain(&before).all(|steps| *steps > limit) {
            return FAR;
        }
    }
    let steps = at(&previous, b.len());
    if steps > limit { FAR } else { steps }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(a: &str, b: &str) -> usize {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        distance(&chars(a), &chars(b), 8)
    }

    #[test]
    fn distances() {
        assert_eq!(steps("", "abc"), 3);
        assert_eq!(steps("abc", ""), 3);
        assert_eq!(steps("kitten", "sitting"), 3);
        assert_eq!(steps("clinet", "client"), 1);
        assert_eq!(steps("same", "same"), 0);
    }

    #[test]
    fn a_limit_changes_no_distance_up_to_it() {
        let words = [
            "",
            "a",
            "ab",
            "ba",
            "abc",
            "cab",
            "acb",
            "kitten",
            "sitting",
            "client",
            "clinet",
            "clientele",
            "unclient",
            "tinec",
            "status",
            "sttaus",
        ];
        for a in words {
            for b in words {
                let chars = |text: &str| text.chars().collect::<Vec<_>>();
                let exact = steps(a, b);
                for limit in 0..4 {
                    let wanted = if exact > limit { FAR } else { exact };
                    assert_eq!(
                        distance(&chars(a), &chars(b), limit),
                        wanted,
                        "{a} {b} {limit}"
                    );
                }
            }
        }
    }

    #[test]
    fn slips_are_found_and_other_names_are_not() {
        let names = ["status_code", "headers", "text", "get", "post"];
        assert_eq!(nearest("status_cod", names), Some("status_code"));
        assert_eq!(nearest("Headers", names), Some("headers"));
        assert_eq!(nearest("txet", names), Some("text"));
        assert_eq!(nearest("gte", names), Some("get"));
        assert_eq!(nearest("zebra", names), None);
        assert_eq!(nearest("x", ["y", "z"]), None);
        assert_eq!(nearest("X", ["x"]), Some("x"));
        assert_eq!(nearest("selct", ["Select", "select"]), Some("select"));
    }

    #[test]
    fn ties_do_not_depend_on_the_order_of_candidates() {
        assert_eq!(nearest("bat", ["cat", "bar"]), Some("bar"));
        assert_eq!(nearest("bat", ["bar", "cat"]), Some("bar"));
        assert_eq!(
            nearest("tot", ["tat", "tit"]),
            nearest("tot", ["tit", "tat"])
        );
    }

    #[test]
    fn the_note() {
        assert_eq!(
            did_you_mean("prnt", ["print"]).as_deref(),
            Some("did you mean `print`?")
        );
    }
}
