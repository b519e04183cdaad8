//! Puts earlier messages right that said that words were gone, where these stand on the page again.

use crate::findings;
use crate::model::{ChangeKind, Document, EntryNo, Owed, Severity, Verdict};
use crate::store::{ChangeFilter, StoreError};
use crate::visit::judged::Judged;
use crate::visit::landing::Landing;

/// Changes that mattered less were told to nobody.
const TOLD: Severity = Severity(2);

/// How many earlier changes are looked through, the newest first.
const LOOKED_THROUGH: usize = 100;

impl Landing<'_> {
    /// Notes which earlier changes said that words, or the page, were gone which stand there again after this step, and owes
    /// the edits of their messages. Nothing makes a sound by that alone.
    pub(super) async fn note_restored(
        &self,
        before: &Document,
        after: &Document,
        judged: &mut Judged,
    ) -> Result<(), StoreError> {
        if self.quiet.is_some() {
            return Ok(());
        }
        let filter = ChangeFilter {
            watch: Some(self.watch.id.clone()),
            min_severity: Some(TOLD),
            limit: Some(LOOKED_THROUGH),
            ..ChangeFilter::default()
        };
        let earlier = self.house.store.changes(&filter).await?;
        if earlier.is_empty() {
            return Ok(());
        }
        let mut page_returns = judged.seen.kind == ChangeKind::Returned;
        let stood = match page_returns {
            true => Vec::new(),
            false => findings::sentences(before),
        };
        let stands = findings::sentences(after);
        for change in earlier {
            let back = match change.span.to {
                0 => std::mem::take(&mut page_returns),
                _ => findings::are_back(&change.findings, &stood, &stands),
            };
            if back && change.back.is_none() && !was_back(judged, change.entry) {
                self.restore(change.entry, judged).await?;
            }
        }
        Ok(())
    }

    /// Owes the edits of the messages that told of this change, as far as they stand or are on their way.
    async fn restore(&self, entry: EntryNo, judged: &mut Judged) -> Result<(), StoreError> {
        let mut edits = Vec::new();
        for edit in self.edits(entry).await? {
            let Some(post) = edit.edits else { continue };
            let outcome = self.house.store.outcome(post).await?;
            if !outcome.is_some_and(|(outcome, _)| outcome.is_given_up()) {
                edits.push(edit);
            }
        }
        if edits.is_empty() {
            return Ok(());
        }
        judged.restores.push(entry);
        // Where nothing can be altered, what is said of this step is said only once.
        let told_anew = |edit: &Owed| {
            let posts = judged.owed.iter().filter(|one| one.edits.is_none());
            !edit.to.alters() && posts.clone().any(|one| one.to == edit.to)
        };
        edits.retain(|edit| !told_anew(edit) && !judged.owed.contains(edit));
        judged.owed.extend(edits);
        Ok(())
    }
}

/// Whether the second look at this change is answered by this step: its message says already that the words were back.
fn was_back(judged: &Judged, entry: EntryNo) -> bool {
    let answers = judged.answers.as_ref();
    answers.is_some_and(|(of, look)| *of == entry && look.verdict == Some(Verdict::WasBack))
}
