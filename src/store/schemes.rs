//! What a text has in common with the pages of known schemes that the archive holds.

use std::collections::HashSet;

use crate::findings;
use crate::model::{
    Change, ChangeKind, Document, Facts, Finding, Scheme, SchemePage, Severity, Version, VersionNo,
    WatchId,
};
use crate::store::{
    ChangeFilter, Moment, error::StoreError, reading, rooms::Rooms, titles::Titled,
};

/// The most pages of one scheme that are read.
const PAGES: usize = 30;
/// The severity from which on a change may hold a resemblance.
const TOLD: Severity = Severity(2);
/// The rule that tells a resemblance.
const RULE: &str = "lead";

/// Answers for every scheme asked after: what its pages have in common with the text of this watch, and whether it was said
/// of this watch before.
pub(super) fn answer(
    rooms: &Rooms,
    watch: &WatchId,
    schemes: &[Scheme],
    until: Option<Moment>,
    facts: &mut Facts,
) -> Result<(), StoreError> {
    if schemes.is_empty() {
        return Ok(());
    }
    let told = told(rooms, watch, until)?;
    for scheme in schemes {
        if told.contains(&scheme.name) {
            facts.resembled.insert(scheme.dossier.clone());
        }
    }
    let states = rooms.picture().states()?;
    let mut pages: Vec<Vec<Version>> = vec![Vec::new(); schemes.len()];
    for (other, state) in &states {
        let titles = titles(rooms, other, state.versions, until)?;
        for (scheme, pages) in schemes.iter().zip(&mut pages) {
            let named = |title: &&(VersionNo, String)| findings::is_named(&scheme.names, &title.1);
            let Some((no, _)) = titles.of.iter().find(named) else {
                continue;
            };
            // Of a page that still has the name and is the one asked about, nothing is asked.
            if *other != *watch || *no != titles.last {
                pages.push(version(rooms, other, *no, until)?);
            }
        }
    }
    for (scheme, mut versions) in schemes.iter().zip(pages) {
        versions.sort_by_key(|version| std::cmp::Reverse(version.last_seen));
        for version in versions.into_iter().take(PAGES) {
            if let Some(page) = page(rooms, scheme, version, until)? {
                let found = facts.schemes.entry(scheme.dossier.clone()).or_default();
                found.push(page);
            }
        }
    }
    Ok(())
}

/// The titles that a watch of this many versions had until then, each with the newest version that has it.
fn titles(
    rooms: &Rooms,
    watch: &WatchId,
    versions: VersionNo,
    until: Option<Moment>,
) -> Result<Titled, StoreError> {
    if let Some(until) = until {
        return Ok(Titled::of(&until.versions(rooms, watch)?));
    }
    match rooms.titles.of(watch, versions) {
        Some(titles) => Ok(titles),
        None => Ok((rooms.titles).read(watch, &rooms.picture().versions(watch)?)),
    }
}

/// A version of a watch as it stood then.
fn version(
    rooms: &Rooms,
    watch: &WatchId,
    no: VersionNo,
    until: Option<Moment>,
) -> Result<Version, StoreError> {
    let Some(until) = until else {
        return rooms.picture().version(watch, no);
    };
    let versions = until.versions(rooms, watch)?;
    let mut versions = versions.into_iter();
    let missing = || StoreError::Missing(format!("version {no} of {watch}"));
    versions
        .find(|version| version.no == no)
        .ok_or_else(missing)
}

/// The schemes of which it was said that this watch resembles them, by name.
fn told(
    rooms: &Rooms,
    watch: &WatchId,
    until: Option<Moment>,
) -> Result<HashSet<String>, StoreError> {
    let findings = findings_of(rooms, watch, |change| is_before(change, until))?;
    let told = findings.into_iter().filter(|finding| finding.rule == RULE);
    Ok(told.flat_map(|finding| finding.names).collect())
}

fn is_before(change: &Change, until: Option<Moment>) -> bool {
    until.is_none_or(|until| change.entry < until.entry)
}

/// The findings of those changes of a watch that matter and pass.
fn findings_of(
    rooms: &Rooms,
    watch: &WatchId,
    passes: impl Fn(&Change) -> bool,
) -> Result<Vec<Finding>, StoreError> {
    let filter = ChangeFilter {
        watch: Some(watch.clone()),
        min_severity: Some(TOLD),
        ..ChangeFilter::default()
    };
    let rows = rooms.picture().changes(&filter)?;
    let mut findings = Vec::new();
    for row in rows.into_iter().filter(|row| passes(&row.change)) {
        findings.extend(reading::whole(rooms, row)?.findings);
    }
    Ok(findings)
}

/// What a page of a scheme has in common with a text; `None` where that is nothing.
fn page(
    rooms: &Rooms,
    scheme: &Scheme,
    version: Version,
    until: Option<Moment>,
) -> Result<Option<SchemePage>, StoreError> {
    let digest = match until {
        Some(until) => until.document(&version),
        None => rooms.picture().document_of(&version)?,
    };
    let document = reading::document(rooms, digest)?;
    let led_here = led(rooms, &version.watch, &scheme.address, until)?;
    let id = &document.stated.content_id;
    let page = SchemePage {
        sentences: shared(&scheme.sentences, &document),
        marks: marks(&scheme.marks, &document),
        same_id: id.is_some() && *id == scheme.content_id,
        led_here,
        watch: version.watch,
        version: version.no,
        at: version.last_seen,
        title: version.title,
    };
    let common =
        page.same_id || page.led_here || !page.sentences.is_empty() || !page.marks.is_empty();
    Ok(common.then_some(page))
}

fn shared(sentences: &[String], document: &Document) -> Vec<String> {
    let stands: HashSet<String> = findings::sentences(document).into_iter().collect();
    let both = sentences.iter().filter(|one| stands.contains(*one));
    both.cloned().collect()
}

fn marks(marks: &[String], document: &Document) -> Vec<String> {
    if marks.is_empty() {
        return Vec::new();
    }
    let text = findings::fold(&document.plain());
    let stands = |mark: &&String| findings::is_whole_in(mark, &text);
    marks.iter().filter(stands).cloned().collect()
}

/// Whether the address of a page led to this one, for a while or for good.
fn led(
    rooms: &Rooms,
    watch: &WatchId,
    address: &str,
    until: Option<Moment>,
) -> Result<bool, StoreError> {
    let moved = |change: &Change| {
        matches!(change.kind, ChangeKind::Redirected | ChangeKind::Moved)
            && is_before(change, until)
    };
    let to = |finding: &Finding| {
        matches!(finding.rule.as_str(), "redirected" | "moved")
            && finding.names.iter().any(|name| name == address)
    };
    Ok(findings_of(rooms, watch, moved)?.iter().any(to))
}
