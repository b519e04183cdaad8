//! Documents that are newly linked, and links that are gone from a list.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::findings::{Step, steps};
use crate::model::{
    BlockKind, ChangeKind, Document, Edit, Facts, Finding, Kind, Link, Place, Quoted, Severity,
    Weighed,
};
use crate::prose::compile;
use crate::prose::{cut, listed, quote};

/// How much the links of a page matter that is no list.
const PASSING: Severity = Severity(2);
/// The fewest links that make a hub.
const HUB: usize = 2;
/// The most addresses that are asked after.
const ASKED: usize = 50;

/// The addresses that are no longer listed.
pub(super) fn unlisted_addresses(step: &Step) -> Vec<String> {
    let (Some(before), Some(after)) = (step.before, step.after) else {
        return Vec::new();
    };
    let gone = gone(step, before, after);
    let urls = gone.links.into_iter().map(|(_, url)| url);
    urls.take(ASKED).collect()
}

/// What is newly linked or published, what is no longer listed, and files that lead elsewhere.
pub(super) fn judge(step: &Step, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    match (step.kind, step.before, step.after) {
        (ChangeKind::Appeared, None, Some(after)) => findings.push(published(step, after)),
        (_, Some(before), Some(after)) => {
            findings.extend(linked(step, before));
            findings.extend(unlisted(step, before, after, facts));
            findings.extend(led_elsewhere(step));
        }
        _ => {}
    }
    findings
}

/// A page that is there for the first time and is news.
fn published(step: &Step, after: &Document) -> Finding {
    let first = after.blocks.iter().find(|block| {
        !matches!(block.kind, BlockKind::Heading(_)) && block.text.split(' ').count() >= 5
    });
    let quoted = [
        Some(after.title.as_str()),
        first.map(|block| block.text.as_str()),
    ];
    Finding {
        why: format!(
            "“{}” stands at an address where no text was seen before.",
            cut(&after.title, 200)
        ),
        names: vec![step.watch.url.to_string()],
        after: quote(quoted.into_iter().flatten()),
        ..step.book.rule("new-document").finding()
    }
}

/// Links and files that were not there.
fn linked(step: &Step, before: &Document) -> Option<Finding> {
    let had = addresses(before);
    let mut seen = HashSet::new();
    let mut come: Vec<(String, String)> = Vec::new();
    for place in step.diff.edits().filter_map(came) {
        for link in &place.links {
            let listed = step.watch.reading.kind == Kind::Index || is_only_links(place);
            if (listed || is_document(&link.url))
                && leads_out(step, link)
                && !had.contains(link.url.as_str())
            {
                come.push((link.text.trim().to_owned(), link.url.clone()));
            }
        }
    }
    for edit in &step.diff.attachments {
        if let (None, Some(file)) = (&edit.before, &edit.after) {
            come.push((file.title.clone(), file.url.clone()));
        }
    }
    come.retain(|(_, url)| !had.contains(url.as_str()) && seen.insert(url.clone()));
    let full = step.book.rule("new-document").severity;
    let index = step.watch.reading.kind == Kind::Index;
    let files = step
        .diff
        .attachments
        .iter()
        .any(|edit| edit.before.is_none());
    // The menus, news and teasers of a page that is no list come and go, and so do those of a hub, whatever they lead to.
    let hub = !index && is_hub(before);
    let weighty = |(words, url): &(String, String)| {
        is_document(url) && OF_DATA.is_match(words) || is_file(url) && !hub
    };
    let matters = index || files || come.iter().any(weighty);
    let severity = match matters {
        true => full,
        false => full.min(PASSING),
    };
    shown("new-document", severity, &come, |titles, one| {
        if one {
            format!("{titles} is linked here and was not before.")
        } else {
            format!("{titles} are linked here and were not before.")
        }
    })
    .map(|mut finding| {
        std::mem::swap(&mut finding.before, &mut finding.after);
        if severity < full {
            finding.weighed.push(Weighed {
                to: severity,
                because: match hub {
                    true => "the page is made of links to other pages, which come and go",
                    false => "the page is no list, and the link leads to no file and to no document about data",
                }
                .to_owned(),
            });
        }
        finding
    })
}

/// Links and files that are no longer there.
struct Gone {
    /// Their words and addresses.
    links: Vec<(String, String)>,
    /// The blocks they stood in.
    blocks: Vec<usize>,
}

/// Links and files that are no longer there; not where a list of the latest has only moved on.
fn gone(step: &Step, before: &Document, after: &Document) -> Gone {
    let has = addresses(after);
    let index = step.watch.reading.kind == Kind::Index;
    let mut gone: Vec<(String, String)> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    let mut come = 0;
    for edit in step.diff.edits() {
        if let Some(place) = came(edit) {
            let new = |link: &&Link| !addresses(before).contains(link.url.as_str());
            come += usize::from(place.links.iter().any(|link| new(&link)));
        }
        let Edit::Removed { before: place } = edit else {
            continue;
        };
        for link in &place.links {
            let counts = index || (is_only_links(place) && is_document(&link.url));
            if counts && leads_out(step, link) && !has.contains(link.url.as_str()) {
                gone.push((link.text.trim().to_owned(), link.url.clone()));
                places.push(place.index);
            }
        }
    }
    if rolled_on(before, &places, come) {
        gone.clear();
        places.clear();
    }
    for edit in &step.diff.attachments {
        if let (Some(file), None) = (&edit.before, &edit.after) {
            gone.push((file.title.clone(), file.url.clone()));
        }
    }
    places.dedup();
    Gone {
        links: gone,
        blocks: places,
    }
}

/// Says what is no longer listed, and whether its pages still stand.
fn unlisted(step: &Step, before: &Document, after: &Document, facts: &Facts) -> Option<Finding> {
    let index = step.watch.reading.kind == Kind::Index;
    let gone = gone(step, before, after);
    let severity = if index || !step.diff.attachments.is_empty() {
        step.book.rule("delisted").severity
    } else {
        PASSING
    };
    let finding = shown("delisted", severity, &gone.links, |titles, one| {
        format!(
            "{titles} {} no longer listed on this page.",
            if one { "is" } else { "are" }
        )
    })?;
    let mut weighed = Vec::new();
    if severity < step.book.rule("delisted").severity {
        weighed.push(Weighed {
            to: severity,
            because: "the page is no list, and offers no fewer files".to_owned(),
        });
    }
    Some(Finding {
        why: format!("{}{}", finding.why, targets(step, &gone.links, facts)),
        stands: Quoted {
            before: gone.blocks,
            after: Vec::new(),
        },
        weighed,
        ..finding
    })
}

/// What is known of the pages that are no longer listed: " Its page was still there on 5 May 2026."
fn targets(step: &Step, gone: &[(String, String)], facts: &Facts) -> String {
    let known = gone
        .iter()
        .filter_map(|(title, url)| Some((title, facts.addresses.get(url)?)));
    let (away, there): (Vec<_>, Vec<_>) = known.partition(|(_, standing)| standing.away);
    let whose = |(title, _): &(&String, _)| match gone.len() {
        1 => "Its page".to_owned(),
        _ => format!("The page of “{}”", cut(title, 80)),
    };
    let day = |at: chrono::DateTime<chrono::Utc>| {
        at.with_timezone(&step.zone).format("%-d %B %Y").to_string()
    };
    let mut said = String::new();
    if let Some(first) = there.first() {
        said += &format!(
            " {} was still there when it was last read, on {}.",
            whose(first),
            day(first.1.seen)
        );
        match there.len() - 1 {
            0 => {}
            1 => said += " So was that of 1 other.",
            more => said += &format!(" So were those of {more} others."),
        }
    }
    if let Some(first) = away.first() {
        said += &format!(" {} is gone too.", whose(first));
    }
    said
}

/// Whether what went stood at the end of a list and as much came: the list shows only the latest.
fn rolled_on(before: &Document, gone: &[usize], come: usize) -> bool {
    let linked = before
        .blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| !block.links.is_empty());
    let linked: Vec<usize> = linked.map(|(at, _)| at).collect();
    let tail = linked.len().saturating_sub(gone.len());
    !gone.is_empty() && gone.len() <= come && linked[tail..].iter().all(|at| gone.contains(at))
}

/// Links to files that lead to another file under the same words.
fn led_elsewhere(step: &Step) -> Option<Finding> {
    let files: Vec<_> = step
        .diff
        .links
        .iter()
        .filter(|link| is_file(&link.before) && is_file(&link.after))
        .collect();
    let first = files.first()?;
    let names: Vec<String> = files.iter().map(|link| link.text.clone()).collect();
    let finding = Finding {
        rule: "file-replaced".to_owned(),
        severity: Severity(4),
        why: format!(
            "The words {} lead to another file than before.",
            listed(&names, 4)
        ),
        names,
        before: Some(first.before.clone()),
        after: Some(first.after.clone()),
        weighed: vec![Weighed {
            to: Severity(4),
            because: "a link leads to another file; what it led to may still stand".to_owned(),
        }],
        ..Finding::default()
    };
    Some(steps::noted(step, finding))
}

/// A finding about links: their words quoted, their addresses as names.
fn shown(
    id: &str,
    severity: Severity,
    links: &[(String, String)],
    why: impl Fn(String, bool) -> String,
) -> Option<Finding> {
    if links.is_empty() {
        return None;
    }
    let titles: Vec<String> = links.iter().map(|(title, _)| cut(title, 120)).collect();
    let lines: Vec<String> = links
        .iter()
        .map(|(title, url)| format!("{title} ({url})"))
        .collect();
    Some(Finding {
        rule: id.to_owned(),
        severity,
        why: why(listed(&titles, 4), titles.len() == 1),
        names: links.iter().take(20).map(|(_, url)| url.clone()).collect(),
        before: quote(lines.iter().map(String::as_str)),
        ..Finding::default()
    })
}

fn came(edit: &Edit) -> Option<&Place> {
    match edit {
        Edit::Added { after } | Edit::Reworded { after, .. } => Some(after),
        _ => None,
    }
}

fn addresses(document: &Document) -> HashSet<&str> {
    let links = document.blocks.iter().flat_map(|block| &block.links);
    let files = document.attachments.iter().map(|file| file.url.as_str());
    links.map(|link| link.url.as_str()).chain(files).collect()
}

/// Whether a block is little more than its links.
fn is_only_links(place: &Place) -> bool {
    let linked: usize = place
        .links
        .iter()
        .map(|link| link.text.chars().count())
        .sum();
    linked * 10 >= place.text.chars().count() * 7 && linked > 0
}

/// Whether a page is made of links to other pages: half of its blocks, headings left aside, are nothing else.
fn is_hub(document: &Document) -> bool {
    let blocks = document.blocks.iter();
    let told = blocks.filter(|block| !matches!(block.kind, BlockKind::Heading(_)));
    let (links, words): (Vec<_>, Vec<_>) = told.partition(|block| {
        let linked: usize = block
            .links
            .iter()
            .map(|link| link.text.chars().count())
            .sum();
        linked > 0 && linked * 10 >= block.text.chars().count() * 7
    });
    links.len() >= HUB && links.len() >= words.len()
}

/// Words of a link that make it matter wherever it stands.
static OF_DATA: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:data|datasets?|records?|registers?|directions?|privacy|consent|opt-?outs?|personal information|confidential\w*)\b",
    )
});

/// Whether a link leads to another page, not to this one, a mail address, a place to share it or to choose cookies.
fn leads_out(step: &Step, link: &Link) -> bool {
    static SHARES: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)^(?:mailto|tel|javascript|sms|data):|//(?:www\.)?(?:facebook|twitter|x|linkedin|whatsapp|api\.whatsapp|reddit|youtube)\.com|/(?:share|print|login|search)\b|/[^/?]*cookie[^/?]*/?$|#|\?page=",
        )
    });
    !SHARES.is_match(&link.url)
        && link.url != step.watch.url.as_str()
        && !link.text.trim().is_empty()
}

/// Whether an address looks like a document or a publication.
fn is_document(url: &str) -> bool {
    static DOCUMENT: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"(?i)/(?:publications?|long-read|directions?|documents?|consultations|statistics|uploads|media)/[^/?]+",
        )
    });
    is_file(url) || DOCUMENT.is_match(url)
}

fn is_file(url: &str) -> bool {
    static FILE: LazyLock<Regex> = LazyLock::new(|| {
        compile(r"(?i)\.(?:pdf|docx?|xlsx?|xlsm|ods|odt|csv|zip|pptx?|rtf|xml)(?:\?|$)")
    });
    FILE.is_match(url)
}
