//! Line differences in failure messages.

use std::fmt::Write as _;

/// The lines of both texts, marked ` ` (in both), `-` (expected only) and `+` (actual only).
pub fn lines(expected: &str, actual: &str) -> String {
    let left: Vec<&str> = expected.lines().collect();
    let right: Vec<&str> = actual.lines().collect();
    // common[i][j]: length of the longest common subsequence of left[i..] and right[j..].
    let width = right.len() + 1;
    let mut common = vec![0_usize; (left.len() + 1) * width];
    let cell = |table: &[usize], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, x) in left.iter().enumerate().rev() {
        for (j, y) in right.iter().enumerate().rev() {
            let value = if x == y {
                cell(&common, i + 1, j + 1) + 1
            } else {
                cell(&common, i + 1, j).max(cell(&common, i, j + 1))
            };
            if let Some(slot) = common.get_mut(i * width + j) {
                *slot = value;
            }
        }
    }
    let mut out = String::new();
    let (mut i, mut j) = (0, 0);
    loop {
        match (left.get(i), right.get(j)) {
            (Some(x), Some(y)) if x == y => {
                let _ = writeln!(out, "  {x}");
                (i, j) = (i + 1, j + 1);
            }
            (Some(x), y) if y.is_none() || cell(&common, i + 1, j) >= cell(&common, i, j + 1) => {
                let _ = writeln!(out, "- {x}");
                i += 1;
            }
            (_, Some(y)) => {
                let _ = writeln!(out, "+ {y}");
                j += 1;
            }
            _ => return out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_what_differs() {
        assert_eq!(
            lines("a\nb\nc\n", "a\nx\nc\nd\n"),
            "  a\n- b\n+ x\n  c\n+ d\n"
        );
        assert_eq!(lines("", "a\n"), "+ a\n");
        assert_eq!(lines("a\n", ""), "- a\n");
    }
}
