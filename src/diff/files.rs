//! Compares the files two documents offer.

use crate::model::{Attachment, AttachmentEdit};

/// Files matched by address, then by title: what came, what went, and what is no longer the same.
pub(super) fn edits(old: &[Attachment], new: &[Attachment]) -> Vec<AttachmentEdit> {
    let mut left: Vec<Option<&Attachment>> = old.iter().map(Some).collect();
    let mut partners: Vec<Option<&Attachment>> = vec![None; new.len()];
    let ways: [fn(&Attachment) -> &str; 2] = [|file| &file.url, |file| &file.title];
    for way in ways {
        for (file, partner) in new.iter().zip(&mut partners) {
            if partner.is_none() {
                let same = |was: &Option<&Attachment>| was.is_some_and(|was| way(was) == way(file));
                let found = left.iter().position(same);
                *partner = found.and_then(|at| left[at].take());
            }
        }
    }
    let went = left.into_iter().flatten().map(|file| AttachmentEdit {
        before: Some(file.clone()),
        after: None,
    });
    let came = new
        .iter()
        .zip(partners)
        .filter(|(file, partner)| *partner != Some(*file))
        .map(|(file, partner)| AttachmentEdit {
            before: partner.cloned(),
            after: Some(file.clone()),
        });
    came.chain(went).collect()
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    fn file(title: &str, url: &str, facts: &str) -> Attachment {
        Attachment {
            title: title.into(),
            url: url.into(),
            facts: Some(facts.into()),
        }
    }

    #[test]
    fn files_come_go_and_are_replaced() {
        let form = file("Opt-out form", "https://x/form.pdf", "PDF, 88 KB");
        let guide = file("Guide", "https://x/guide.pdf", "PDF, 1 MB");
        let longer = file("Opt-out form", "https://x/form.pdf", "PDF, 90 KB");
        let renamed = file("Guide", "https://x/guide-v2.pdf", "PDF, 1 MB");

        let both = [form.clone(), guide.clone()];
        assert!(edits(&both, &[guide.clone(), form.clone()]).is_empty());
        case(&form, &longer, &[(Some(&form), Some(&longer))]);
        case(&guide, &renamed, &[(Some(&guide), Some(&renamed))]);
        case(&form, &guide, &[(None, Some(&guide)), (Some(&form), None)]);
    }

    #[track_caller]
    fn case(
        old: &Attachment,
        new: &Attachment,
        expected: &[(Option<&Attachment>, Option<&Attachment>)],
    ) {
        let found = edits(slice::from_ref(old), slice::from_ref(new));
        let found: Vec<_> = found
            .iter()
            .map(|edit| (edit.before.as_ref(), edit.after.as_ref()))
            .collect();
        assert_eq!(found, expected);
    }
}
