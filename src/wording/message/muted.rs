//! Leaves out of a message the words that only what is muted speaks of.

use crate::model::{Diff, Edit, Finding};

/// What is told of a diff, and how many passages are left out: those in which only muted findings stand.
pub(super) fn apart(diff: &Diff, muted: &[Finding], told: &[Finding]) -> (Diff, usize) {
    let mut shown = diff.clone();
    let mut left_out = 0;
    for hunk in &mut shown.hunks {
        let all = hunk.edits.len();
        let is_muted = |edit: &Edit| stands_in(muted, edit) && !stands_in(told, edit);
        hunk.edits.retain(|edit| !is_muted(edit));
        left_out += all - hunk.edits.len();
    }
    shown.hunks.retain(|hunk| !hunk.edits.is_empty());
    (shown, left_out)
}

/// Whether one of the findings quotes what was edited.
fn stands_in(findings: &[Finding], edit: &Edit) -> bool {
    findings.iter().any(|finding| {
        let (was, is) = (&finding.stands.before, &finding.stands.after);
        edit.before()
            .is_some_and(|place| was.contains(&place.index))
            || edit.after().is_some_and(|place| is.contains(&place.index))
    })
}

/// That something was left out, in a line of its own.
pub(super) fn line(left_out: usize) -> Option<String> {
    match left_out {
        0 => None,
        1 => Some("1 muted passage is left out here; it stands in the file attached.".to_owned()),
        _ => Some(format!(
            "{left_out} muted passages are left out here; they stand in the file attached."
        )),
    }
}
