//! Writes what differs as a unified diff, which other programs read.

use std::collections::HashMap;

use similar::{DiffOp, group_diff_ops};

use crate::diff::align::{Budget, Run, align};
use crate::model::Document;

/// Lines of unchanged text around every change.
const CONTEXT: usize = 3;

/// The plain text of both as a unified diff, a block a line; empty where nothing differs. The names stand in the first two lines.
pub fn patch(names: (&str, &str), before: &Document, after: &Document) -> String {
    let (old, new) = (before.plain(), after.plain());
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut number = |line| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(line).or_insert(next)
    };
    let old_ids: Vec<u32> = old.iter().copied().map(&mut number).collect();
    let new_ids: Vec<u32> = new.iter().copied().map(&mut number).collect();
    let runs = align(&old_ids, &new_ids, &mut Budget::new());
    let ops = operations(&runs, old.len(), new.len());
    if old_ids == new_ids {
        return String::new();
    }
    let mut patch = format!("--- {}\n+++ {}\n", one_line(names.0), one_line(names.1));
    for group in group_diff_ops(ops, CONTEXT) {
        patch.push_str(&hunk(&group, &old, &new));
    }
    patch
}

fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The runs and what lies between them, as similar writes it.
fn operations(runs: &[Run], old_len: usize, new_len: usize) -> Vec<DiffOp> {
    let mut ops = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let end = Run {
        old: old_len,
        new: new_len,
        len: 0,
    };
    for run in runs.iter().chain([&end]) {
        if run.old > old_at {
            ops.push(DiffOp::Delete {
                old_index: old_at,
                old_len: run.old - old_at,
                new_index: new_at,
            });
        }
        if run.new > new_at {
            ops.push(DiffOp::Insert {
                old_index: run.old,
                new_index: new_at,
                new_len: run.new - new_at,
            });
        }
        if run.len > 0 {
            ops.push(DiffOp::Equal {
                old_index: run.old,
                new_index: run.new,
                len: run.len,
            });
        }
        (old_at, new_at) = (run.old + run.len, run.new + run.len);
    }
    ops
}

fn hunk(group: &[DiffOp], old: &[&str], new: &[&str]) -> String {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return String::new();
    };
    let old_range = first.old_range().start..last.old_range().end;
    let new_range = first.new_range().start..last.new_range().end;
    let mut text = format!("@@ -{} +{} @@\n", span(&old_range), span(&new_range));
    let mut write = |mark: char, lines: &[&str]| {
        for line in lines {
            text.push(mark);
            text.push_str(line);
            text.push('\n');
        }
    };
    for op in group {
        match op {
            DiffOp::Equal { .. } => write(' ', &old[op.old_range()]),
            _ => {
                write('-', &old[op.old_range()]);
                write('+', &new[op.new_range()]);
            }
        }
    }
    text
}

/// The lines a hunk covers, as POSIX diff counts them: from 1, an empty range named by the line before it.
fn span(range: &std::ops::Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        len => format!("{},{len}", range.start + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::laws::paragraphs;

    #[test]
    fn a_patch_has_three_lines_around_each_change() {
        let lines: Vec<String> = (1..=12).map(|n| format!("line {n}")).collect();
        let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let old = paragraphs(&lines);
        lines[5] = "changed";
        lines.push("at the end");
        let new = paragraphs(&lines);
        assert_eq!(
            patch(("a\n1", "b"), &old, &new),
            "--- a 1\n+++ b\n@@ -4,10 +4,11 @@\n line 3\n line 4\n line 5\n-line 6\n+changed\n line 7\n line 8\n \
             line 9\n line 10\n line 11\n line 12\n+at the end\n"
        );
    }

    #[test]
    fn equal_texts_make_an_empty_patch() {
        let page = paragraphs(&["One."]);
        assert_eq!(patch(("a", "b"), &page, &page), "");
    }
}
