//! Weighs a page together with the files that came with it, and whether what was found matches.

use std::collections::HashSet;

use crate::diff;
use crate::findings::{self, Judging, Step};
use crate::model::{
    ChangeKind, Diff, Document, Facts, Fate, Finding, First, Follow, How, Kind, Names, Questions,
    Severity, WatchId,
};
use crate::rulebook::Book;
use crate::store::StoreError;
use crate::visit::following::{Companion, plan::Turn};
use crate::visit::judged::{Judged, Seen, Silence};
use crate::visit::landing::Landing;
use crate::wording::redline;

/// What a text matches by: a finding of this severity, or a watched term.
const MATCHES: Severity = Severity(3);
/// The most findings that a page and its files have together.
const MOST: usize = 40;
/// How much of a quote is looked for to tell the page on which it stands, in characters.
const TELLING: usize = 60;

/// Why what was read matches, if it does: what a text says, not that it is there.
pub(super) fn match_of(findings: &[Finding]) -> Option<String> {
    let by_itself = |finding: &&Finding| {
        !matches!(
            finding.rule.as_str(),
            "new-document" | "timing" | "baseline"
        )
    };
    let matching = findings.iter().filter(by_itself);
    let best = matching.max_by_key(|finding| (finding.rule == "term-added", finding.severity))?;
    let matched = best.rule == "term-added" || best.severity >= MATCHES;
    matched.then(|| best.why.clone())
}

impl Landing<'_> {
    /// Adds to the findings of a page those of the files that came with it, and sets apart what its leads will tell
    /// themselves.
    pub(in crate::visit) async fn weigh(
        &self,
        seen: Seen,
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        if self.watch.follow.is_empty() && self.known.lead(&self.watch.id).is_none() {
            return Ok(());
        }
        self.name_files(findings);
        let mut same_text = 0;
        for file in &self.company.files {
            match self.of_file(seen, file).await? {
                Some(more) => more.into_iter().for_each(|one| add(findings, one)),
                None => same_text += 1,
            }
        }
        let altered = self.company.files.iter();
        let altered = altered.filter(|file| file.turn == Turn::Altered).count();
        if altered > 0 && same_text == altered {
            for finding in findings
                .iter_mut()
                .filter(|one| one.rule == "file-replaced")
            {
                finding.severity = Severity::RECORD;
                finding.why += " Its text is the one that is known.";
            }
        }
        self.leave_to_leads(seen, findings);
        // Words tell more than the addresses under which they stand.
        let address =
            |finding: &Finding| finding.rule == "file-replaced" && !finding.names.is_empty();
        findings.sort_by_key(|one| (std::cmp::Reverse(one.severity), address(one)));
        findings.truncate(MOST);
        Ok(())
    }

    /// Adds to what the archive knows that sentences gone from the page stand in a file that came with it.
    pub(in crate::visit) fn note_files(&self, questions: &Questions, facts: &mut Facts) {
        if questions.sentences.is_empty() {
            return;
        }
        for file in &self.company.files {
            let stand: HashSet<String> = findings::sentences(&file.arrival.document)
                .into_iter()
                .collect();
            let moved = questions.sentences.iter();
            for sentence in moved.filter(|sentence| stand.contains(*sentence)) {
                let pages = facts.standing.entry(sentence.clone()).or_default();
                pages.push(file.watch.id.clone());
            }
        }
    }

    /// The findings of one file; `None` where its text is known.
    async fn of_file(
        &self,
        seen: Seen,
        file: &Companion,
    ) -> Result<Option<Vec<Finding>>, StoreError> {
        let store = &self.house.store;
        let document = &file.arrival.document;
        let before = match store.state(&file.watch.id).await?.current {
            Some(current) => Some(store.document(&current).await?),
            None => None,
        };
        let nothing = document.without_text();
        let diff = diff::between(before.as_ref().unwrap_or(&nothing), document);
        if before.is_some() && diff.is_empty() {
            return Ok(None);
        }
        let watchlist = &self.in_force.watchlist;
        let step = Step {
            watch: &file.watch,
            kind: match before {
                Some(_) => ChangeKind::Edited,
                None => ChangeKind::Appeared,
            },
            before: before.as_ref(),
            after: Some(document),
            diff: &diff,
            redirected_to: None,
            stood_at: None,
            same_text_as: None,
            bounds: seen.bounds,
            zone: watchlist.settings.timezone,
            book: &watchlist.book,
            watches: &watchlist.watches,
        };
        let judging = Judging::of(&step);
        let questions = judging.questions();
        let facts = store.facts(&file.watch.id, &questions).await?;
        let found = judging.judge(&facts, self.house.clock.now());
        // That the file is there, and when, the page's own findings say.
        let told = |finding: &Finding| {
            matches!(
                finding.rule.as_str(),
                "new-document" | "timing" | "title-changed" | "file-replaced"
            )
        };
        let mut found: Vec<Finding> = found.into_iter().filter(|one| !told(one)).collect();
        let quotes = |one: &Finding| one.before.is_some() || one.after.is_some();
        if before.is_some() && !found.iter().any(quotes) {
            let book = &watchlist.book;
            found.extend(findings::settled(book, rewording(book, &diff)));
        }
        let found = found.into_iter().map(|finding| placed(finding, file));
        Ok(Some(found.collect()))
    }

    /// Says in the words of the house what happened to files that are followed.
    fn name_files(&self, findings: &mut [Finding]) {
        let own = self.known.lead(&self.watch.id);
        let is_file = own.is_some_and(|lead| lead.how == How::Attachment);
        if !is_file && !self.watch.follow.contains(&Follow::Attachments) {
            return;
        }
        let offers = |url: &String| {
            let mut leads = self.known.trails.values().map(|trail| &trail.lead);
            leads.any(|lead| lead.how == How::Attachment && lead.url.as_str() == url)
                || self
                    .company
                    .files
                    .iter()
                    .any(|file| file.watch.url.as_str() == url)
        };
        for finding in findings {
            let files = finding.names.iter().any(offers);
            let words = match finding.rule.as_str() {
                "new-document" if files && !is_file => "Document added",
                "delisted" if files && !is_file => "Document removed",
                "file-replaced" => "File replaced",
                _ => continue,
            };
            finding.why = format!("{words}: {}", finding.why);
        }
    }

    /// Where the entries of a list are read one by one, the list itself tells only what it lists no longer.
    fn leave_to_leads(&self, seen: Seen, findings: &mut Vec<Finding>) {
        let follow = &self.watch.follow;
        let list = follow.contains(&Follow::Entries) && seen.kind == ChangeKind::Edited;
        if list {
            let index = self.watch.reading.kind == Kind::Index;
            findings.retain(|finding| {
                index && matches!(finding.rule.as_str(), "delisted" | "hidden-from-search")
            });
        } else if follow.iter().any(|one| matches!(one, Follow::Links(_))) {
            findings.retain(|finding| {
                finding.rule != "new-document" || !self.leads_to_all(&finding.names)
            });
        }
    }
}

impl Landing<'_> {
    /// The names that are seen with a page: its own and those of the files that came with it; a list leaves its names
    /// to its entries, lest they be nothing new there.
    pub(in crate::visit) fn names(&self, page: &Document) -> Option<Names> {
        if self.watch.follow.contains(&Follow::Entries) {
            return None;
        }
        let mut names = findings::names(page);
        for file in &self.company.files {
            let more = findings::names(&file.arrival.document);
            names.names.extend(more.names);
        }
        Some(names)
    }

    /// Whether every one of these addresses is followed by a pattern of links.
    fn leads_to_all(&self, addresses: &[String]) -> bool {
        addresses
            .iter()
            .all(|address| super::listing::is_followed(self.watch, address))
    }

    /// What people call a watch or a lead.
    fn called(&self, id: &WatchId) -> String {
        let watch = self.in_force.watchlist.watch(id);
        let lead = self.known.lead(id);
        let name = watch.map(|watch| watch.name().to_owned());
        name.or_else(|| lead.map(|lead| lead.title.clone()))
            .unwrap_or_else(|| id.to_string())
    }

    /// Keeps quiet of a lead that was read and does not match, and of a file that was told of with its page.
    pub(in crate::visit) fn hush(&self, judged: &mut Judged) {
        if let Some(why) = &self.quiet {
            judged.owed.clear();
            judged.silence = Some(Silence::otherwise(why.clone()));
            judged.second_look = None;
            return;
        }
        let Some(lead) = self.known.lead(&self.watch.id) else {
            return;
        };
        let unread = lead.fate == Fate::Unread && lead.first == First::News;
        if unread && match_of(&judged.findings).is_none() {
            judged.owed.clear();
            judged.severity = Severity::RECORD;
            judged.silence = Some(Silence::otherwise(format!(
                "it was read because “{}” leads to it; nothing in it matches",
                self.called(&lead.parent)
            )));
        }
    }

    /// A file that is watched because a page offers it, and has other words now.
    pub(in crate::visit) fn file_replaced(&self, seen: Seen, found_here: &mut Vec<Finding>) {
        let lead = self.known.lead(&self.watch.id);
        let Some(lead) = lead.filter(|lead| lead.how == How::Attachment) else {
            return;
        };
        let edited = matches!(seen.kind, ChangeKind::Edited | ChangeKind::Replaced);
        if !edited
            || found_here
                .iter()
                .any(|finding| finding.rule == "file-replaced")
        {
            return;
        }
        let book = &self.in_force.watchlist.book;
        let found = Finding {
            why: format!(
                "The file “{}”, which is offered by “{}”, is another one than before.",
                lead.title,
                self.called(&lead.parent)
            ),
            names: vec![lead.url.to_string()],
            ..book.rule("file-replaced").finding()
        };
        found_here.extend(findings::settled(book, [found]));
    }
}

/// The words that differ most in a file of which no rule has anything to say.
fn rewording(book: &Book, diff: &Diff) -> Option<Finding> {
    let quote = redline::quotes(diff).into_iter().next()?;
    Some(Finding {
        why: "The words have changed.".to_owned(),
        before: quote.before,
        after: quote.after,
        ..book.rule("file-replaced").finding()
    })
}

/// A finding of a file, with where it stands.
fn placed(finding: Finding, file: &Companion) -> Finding {
    let document = &file.arrival.document;
    let page = finding
        .after
        .as_deref()
        .and_then(|quote| page_of(document, quote));
    let page = page.map_or_else(String::new, |page| format!(", page {page}"));
    Finding {
        why: format!("In the file “{}”{page}: {}", file.title, finding.why),
        ..finding
    }
}

/// The page on which a quote stands, in a document that has pages.
fn page_of(document: &Document, quote: &str) -> Option<usize> {
    let words = quote
        .split('…')
        .map(str::trim)
        .find(|words| !words.is_empty())?;
    let words: String = words.chars().take(TELLING).collect();
    let at = document
        .blocks
        .iter()
        .position(|block| block.text.contains(&words))?;
    document.page_of(at)
}

/// Adds a finding, unless the same was found already.
fn add(findings: &mut Vec<Finding>, finding: Finding) {
    let same = |one: &Finding| {
        one.rule == finding.rule
            && !finding.names.is_empty()
            && finding.names.iter().all(|name| one.names.contains(name))
    };
    if !findings.iter().any(same) {
        findings.push(finding);
    }
}
