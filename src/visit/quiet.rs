//! What is said once and then kept quiet: what changes on nearly every visit, and what goes back and forth.

use chrono::TimeDelta;

use crate::model::{Diff, Document, Hushed, Severity, Version};
use crate::noise;
use crate::store::StoreError;

use crate::visit::judged::{Judged, Seen, Silence, called};
use crate::visit::landing::{Arrival, Landing};
use crate::wording::times;

/// From this severity on a change is told even where such changes are held quiet.
const TOLD_ALL_THE_SAME: Severity = Severity(4);
/// For how long a page that goes back and forth is not told again.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

impl Landing<'_> {
    /// Judges a step with what is volatile held quiet. Where the whole of it would be important it is told all the same.
    pub(super) async fn judge_but_noise(
        &self,
        seen: Seen,
        (before, current): (&Document, &Version),
        arrival: &Arrival,
        diff: &Diff,
    ) -> Result<Judged, StoreError> {
        let whole = self.judge(seen, Some(before), Some(arrival), diff).await?;
        if whole.severity >= TOLD_ALL_THE_SAME || diff.hunks.is_empty() {
            return Ok(whole);
        }
        let noise = self.house.store.noise(&self.watch.id, current.no).await?;
        let held = noise::hold(diff.clone(), before, arrival.compared(), &noise);
        if held.quiet.is_empty() {
            return Ok(whole);
        }
        if !held.is_empty() {
            return self.judge(seen, Some(before), Some(arrival), &held).await;
        }
        let name = called(self.watch, &arrival.document.title);
        Ok(Judged {
            sentence: format!(
                "On {} only what changes on nearly every visit changed.",
                name.name()
            ),
            silence: Some(Silence::of(
                Hushed::Noise,
                format!(
                    "only what changes on nearly every visit changed (`smallprint noise {}` shows it)",
                    self.watch.id
                ),
            )),
            ..Judged::quiet(seen)
        })
    }

    /// Where the page has gone this step before, lately, it goes back and forth: that was said, and is not said again.
    pub(super) async fn quiet_where_it_flips(
        &self,
        current: &Version,
        judged: &mut Judged,
    ) -> Result<(), StoreError> {
        let Some(same) = judged.seen.same_text_as else {
            return Ok(());
        };
        let versions = self.house.store.versions(&self.watch.id).await?;
        let text = |no| {
            versions
                .iter()
                .find(|version| version.no == no)
                .map(Version::compared)
        };
        let (from, to) = (Some(current.compared()), text(same));
        let now = judged.seen.bounds.by;
        let before = versions.windows(2).rev().find(|pair| {
            Some(pair[0].compared()) == from
                && Some(pair[1].compared()) == to
                && now - pair[1].at <= REMEMBERED
        });
        if let Some(pair) = before {
            let zone = self.in_force.watchlist.settings.timezone;
            judged.silence = Some(Silence::of(
                Hushed::Noise,
                format!(
                    "the page goes back and forth between versions {} and {}; that it changed so was recorded on {}",
                    pair[0].no,
                    pair[1].no,
                    times::moment(pair[1].at, zone)
                ),
            ));
            judged.owed.clear();
            judged.second_look = None;
        }
        Ok(())
    }
}
