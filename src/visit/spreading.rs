//! Says of a paragraph that comes to one page after another that it came to this one too, and no louder than that.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::findings;
use crate::model::{
    Alike, ChangeKind, Diff, Digest, Document, Finding, Hushed, Member, Severity, Version, WatchId,
    Weighed,
};
use crate::store::StoreError;
use crate::visit::judged::{Judged, Seen, Silence};
use crate::visit::landing::{Arrival, Landing};
use crate::visit::shared::{GOES_WITH_IT, PAGES};
use crate::wording::times;

/// How long after the last page the next one still belongs to the same group.
const WITHIN: TimeDelta = TimeDelta::days(60);
/// As much as another place matters, at the most, and at the least: it is never left out.
const MOST: Severity = Severity(3);
const LEAST: Severity = Severity(2);
/// How many earlier changes are asked what they found.
const ASKED: usize = 3;
/// How much of a quote is looked for in a paragraph, in characters.
const TELLING: usize = 60;
/// How many pages are named.
const NAMED: usize = 5;

impl Landing<'_> {
    /// A judged step in which a new paragraph matters no more than another place does, where it came to other pages before
    /// and everybody heard of it then. What the paragraph says here alone, and all else, matters as it does.
    pub(super) async fn but_spreading(
        &self,
        seen: Seen,
        was: Option<(&Document, &Version)>,
        arrival: &Arrival,
        diff: &Diff,
        judged: Judged,
    ) -> Result<Judged, StoreError> {
        // What is held quiet for another reason stays so.
        let is_quiet = |silence: &Silence| silence.hushed != Hushed::Below;
        if judged.silence.as_ref().is_some_and(is_quiet) {
            return Ok(judged);
        }
        let members = self.spread(seen, diff).await?;
        let told = |one: &&Member| {
            let same = judged.owed.iter().all(|owed| one.to.contains(&owed.to));
            !one.to.is_empty() && same
        };
        let heard: Vec<&Member> = members.iter().filter(told).collect();
        let pages: BTreeSet<&WatchId> = members.iter().map(|one| &one.watch).collect();
        if heard.is_empty() || pages.len() + 1 < PAGES {
            return Ok(judged);
        }
        let known = self.known_of(&heard).await?;
        let loudest = known.iter().map(|one| one.severity).max();
        // Where no list has the place, the paragraph matters here as it did where it came first.
        let matters = judged.severity.max(loudest.unwrap_or_default());
        if matters < LEAST {
            return Ok(judged);
        }
        let marks: Vec<Digest> = members.iter().map(|one| one.strand.mark).collect();
        let (shared, rest) = findings::paragraphs_apart(diff, &marks);
        let own = match was {
            Some(was) => self.judge_but_noise(seen, was, arrival, &rest).await?,
            None => self.judge(seen, None, Some(arrival), &rest).await?,
        };
        let before = was.map(|(before, _)| before);
        let of_it = self.judge(seen, before, Some(arrival), &shared).await?;
        let clause = self.spread_clause(&members);
        let mut found = own.findings;
        // The hour raises what else there is, not the paragraph.
        found.retain(|finding| finding.rule != "timing" || own.severity > MOST);
        for finding in of_it.findings {
            let said = found.iter().any(|one| one.rule == finding.rule);
            if said || GOES_WITH_IT.contains(&finding.rule.as_str()) {
                continue;
            }
            found.push(match is_covered(&finding, &known) {
                true => lowered(finding, &clause),
                false => finding,
            });
        }
        let book = &self.in_force.watchlist.book;
        let text = shared.edits().filter_map(|edit| edit.after()).next();
        let places = findings::strands(&shared);
        let said = Finding {
            severity: matters.clamp(LEAST, MOST),
            why: format!("T{}.", clause.trim_start_matches('t')),
            names: places.into_iter().flat_map(|one| one.places).collect(),
            after: text.map(|place| place.text.clone()),
            ..book.rule("spreading").finding()
        };
        found.extend(findings::settled(book, [said]));
        found.sort_by_key(|one| (std::cmp::Reverse(one.severity), book.place(&one.rule)));
        Ok(Judged {
            leads: judged.leads,
            edits: judged.edits,
            claim: judged.claim,
            ..self.decided(seen, &arrival.compared().title, found, Some(diff))
        })
    }

    /// The changes of other pages to which one of these paragraphs came, oldest first.
    async fn spread(&self, seen: Seen, diff: &Diff) -> Result<Vec<Member>, StoreError> {
        let strands = match seen.kind {
            ChangeKind::Appeared => findings::paragraphs(diff),
            _ => findings::strands(diff),
        };
        let new = strands
            .into_iter()
            .filter(|one| matches!(one.what, Alike::Paragraph { .. }));
        let marks = new.map(|one| one.mark).collect();
        let since = seen.bounds.by - WITHIN;
        let kin = self.house.store.kin(&self.watch.id, marks, since).await?;
        // One paragraph that came alone to many pages is enough; of several the one that came to most counts.
        let most = kin.into_values().max_by_key(Vec::len);
        Ok(most.unwrap_or_default())
    }

    /// A first version that is news, with the paragraphs in it that came to other pages before. Only those: what stands on
    /// every page of a site begins no group of its own.
    pub(super) async fn first_but_spreading(
        &self,
        seen: Seen,
        arrival: &Arrival,
        diff: &Diff,
        judged: Judged,
    ) -> Result<Judged, StoreError> {
        let mut strands = findings::paragraphs(diff);
        let marks = strands.iter().map(|one| one.mark).collect();
        let since = seen.bounds.by - WITHIN;
        let kin = self.house.store.kin(&self.watch.id, marks, since).await?;
        strands.retain(|one| kin.contains_key(&one.mark));
        let judged = self
            .but_spreading(seen, None, arrival, diff, judged)
            .await?;
        Ok(Judged { strands, ..judged })
    }

    /// What was found in the paragraph where it was said.
    async fn known_of(&self, heard: &[&Member]) -> Result<Vec<Finding>, StoreError> {
        let mut known = Vec::new();
        for one in heard.iter().take(ASKED) {
            let change = self.house.store.change(&one.watch, one.span).await?;
            let found = change.findings.into_iter();
            known.extend(found.filter(|finding| is_about(finding, one)));
        }
        Ok(known)
    }

    fn spread_clause(&self, members: &[Member]) -> String {
        let zone = self.in_force.watchlist.settings.timezone;
        let mut pages: Vec<&Member> = Vec::new();
        for one in members {
            if pages.iter().all(|old| old.watch != one.watch) {
                pages.push(one);
            }
        }
        let named: Vec<String> = pages
            .iter()
            .rev()
            .take(NAMED)
            .map(|one| {
                let on = times::day(one.bounds.by, zone);
                match one.strand.places.as_slice() {
                    [] => format!("“{}” ({}) on {on}", one.title, one.watch),
                    places => format!("{} ({}) on {on}", places.join(", "), one.watch),
                }
            })
            .collect();
        let more = match pages.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "the same paragraph came to {} other pages before: {}{more}",
            pages.len(),
            named.join(", ")
        )
    }
}

/// Whether a finding quotes the paragraph that a change has in common with others.
fn is_about(finding: &Finding, one: &Member) -> bool {
    let Alike::Paragraph { text } = &one.strand.what else {
        return false;
    };
    let quote = finding.after.as_deref().unwrap_or_default();
    let part: String = quote
        .split(" … ")
        .next()
        .unwrap_or_default()
        .chars()
        .take(TELLING)
        .collect();
    !part.is_empty() && text.contains(part.trim_end_matches('…').trim_end())
}

/// Whether the same was found where the paragraph came before: the same rule, about no other names but places.
fn is_covered(finding: &Finding, known: &[Finding]) -> bool {
    let same = |one: &Finding| {
        let places = finding.rule == "place-added";
        one.rule == finding.rule
            && (places || finding.names.iter().all(|name| one.names.contains(name)))
    };
    known.iter().any(same)
}

fn lowered(mut finding: Finding, clause: &str) -> Finding {
    if finding.severity > MOST {
        finding.severity = MOST;
        finding.weighed.push(Weighed {
            to: MOST,
            because: clause.to_owned(),
        });
    }
    finding
}
