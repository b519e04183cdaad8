//! Leaves out of what is said what a person asked not to be told of.

use crate::findings;
use crate::model::{Document, Hushed, Mute};
use crate::mutes::{self, About};
use crate::store::StoreError;
use crate::visit::judged::{Judged, Silence, called};
use crate::visit::landing::{Found, Landing};
use crate::wording;

impl Landing<'_> {
    /// The same step with what is muted now left out of what is said; the mute and its reason stand with it.
    pub(super) async fn but_muted(
        &self,
        found: &Found,
        judged: Judged,
    ) -> Result<Judged, StoreError> {
        if judged.owed.iter().all(|owed| owed.edits.is_some()) {
            return Ok(judged);
        }
        let now = self.house.clock.now();
        let mut mutes = self.house.store.mutes().await?;
        mutes.retain(|muted| muted.holds(now));
        let mutes: Vec<Mute> = mutes.into_iter().map(|muted| muted.mute).collect();
        if mutes.is_empty() {
            return Ok(judged);
        }
        let before = match mutes.iter().any(|mute| mutes::wants_text(&mute.scope)) {
            true => self.stood_before(&judged).await?,
            false => None,
        };
        let after = match found {
            Found::Page(arrival) => Some(&arrival.document),
            Found::Gone(..) => None,
        };
        let about = About {
            watch: &self.watch.id,
            publisher: self.watch.publisher.as_deref(),
            findings: &judged.findings,
            texts: (before.as_ref(), after),
        };
        let Some(hidden) = mutes::hidden(&mutes, &about) else {
            return Ok(judged);
        };
        let zone = self.in_force.watchlist.settings.timezone;
        let used = mutes.iter().filter(|mute| hidden.by.contains(&mute.no));
        let reasons: Vec<String> = used.map(|mute| mutes::reason(mute, zone)).collect();
        let reason = reasons.join("; ");
        if hidden.whole {
            return Ok(silent(judged, reason, hidden.findings));
        }
        Ok(self.partly(found, judged, reason, hidden.findings))
    }

    /// A step of which only a part is muted: the rest is told as if it were all there is.
    fn partly(
        &self,
        found: &Found,
        mut judged: Judged,
        reason: String,
        muted: Vec<usize>,
    ) -> Judged {
        let mut rest = judged.findings.clone();
        let mut at = 0;
        rest.retain(|_| {
            at += 1;
            !muted.contains(&(at - 1))
        });
        let severity = findings::severity(&rest);
        let mut owed = self.owed(severity, &rest);
        owed.retain(|still| {
            (judged.owed.iter()).any(|one| one.edits.is_none() && one.to == still.to)
        });
        judged.owed.retain(|one| one.edits.is_some());
        judged.owed.splice(0..0, owed);
        if judged.owed.iter().all(|one| one.edits.is_some()) {
            let reason = format!("{reason}; no route takes severity {severity} of what remains");
            return silent(judged, reason, muted);
        }
        let title = match found {
            Found::Page(arrival) => arrival.document.title.as_str(),
            Found::Gone(..) => (self.state.current.as_ref()).map_or("", |version| &version.title),
        };
        let named = called(self.watch, title);
        let seen = judged.seen;
        judged.sentence = wording::sentence::of(&named, seen.kind, seen.span, &rest, None);
        judged.aside(reason);
        judged.muted = muted;
        judged
    }

    /// What stood before, where a version did.
    async fn stood_before(&self, judged: &Judged) -> Result<Option<Document>, StoreError> {
        let current = self.state.current.as_ref();
        match current.filter(|_| judged.seen.span.from != 0) {
            Some(current) => self.house.store.document(current).await.map(Some),
            None => Ok(None),
        }
    }
}

/// The step with nothing said of it. What corrects an earlier message is said all the same.
fn silent(judged: Judged, reason: String, muted: Vec<usize>) -> Judged {
    let mut owed = judged.owed;
    owed.retain(|one| one.edits.is_some());
    Judged {
        silence: Some(Silence::of(Hushed::Muted, reason)),
        second_look: None,
        owed,
        muted,
        ..judged
    }
}
