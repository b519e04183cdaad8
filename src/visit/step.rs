//! Which step leads from what stood to what stands now.

use std::collections::HashSet;

use url::Url;

use crate::model::{Capture, ChangeKind, Diff, Document, Version, VersionNo, Watch};

/// Above this share of words changed (in thousandths) two texts of another title are no longer one document. Pages of
/// different documents measured differ by 996 and more, the heaviest rewrite of one document by 865.
const UNRELATED: u16 = 930;
/// The same where the titles have hardly a word in common.
const UNRELATED_BY_TITLE: u16 = 850;
/// Up to this share a text at another address is the same document.
const SAME: u16 = 200;

/// What stood before, as today's reader reads it.
pub struct Before<'a> {
    /// The version.
    pub version: &'a Version,
    /// Its document.
    pub document: &'a Document,
    /// Whether the page was gone meanwhile.
    pub away: bool,
    /// The version whose text the page has now: this one, or the latest of the earlier ones.
    pub same_text: Option<VersionNo>,
}

/// The kind of step to this document at this address, or `None` where nothing that is compared differs. An address that
/// holds a date is another one every time, which is no step.
pub fn kind(
    before: &Before,
    after: &Document,
    watch: &Watch,
    capture: &Capture,
    diff: &Diff,
) -> Option<ChangeKind> {
    let (asked, landed) = (&capture.url, capture.landed());
    let led = !is_same_place(asked, landed);
    let dated = *asked != watch.url;
    let elsewhere = !is_same_place(landed, &before.version.url);
    let unrelated = is_unrelated(diff);
    let id = &before.document.stated.content_id;
    // Whoever publishes it says that it is the same document, whatever its address and its words.
    let same_id = id.is_some() && *id == after.stated.content_id;
    let lost = !same_id && (led_to_front_page(asked, landed) || (unrelated && !dated));
    if elsewhere && led && lost {
        return Some(ChangeKind::Redirected);
    }
    if before.away {
        return Some(ChangeKind::Returned);
    }
    // Another edition of a file stands at another address: its words changed, or it only moved.
    let edition = watch.found_by.is_some() && !led && !diff.is_empty();
    if elsewhere && (!dated || same_id) && !edition && diff.changed_per_mille <= SAME {
        return Some(ChangeKind::Moved);
    }
    if elsewhere && !dated && !led && !same_id && watch.found_by.is_none() {
        return Some(ChangeKind::Replaced);
    }
    // Where only the name of a dated file differs, the next edition is the last one again.
    let same = before.same_text == Some(before.version.no) || dated && *diff == Diff::default();
    if diff.is_empty() && same {
        return None;
    }
    if after.stated.withdrawn.is_some() && before.document.stated.withdrawn.is_none() {
        return Some(ChangeKind::Withdrawn);
    }
    if before.same_text.is_some_and(|no| no != before.version.no) {
        return Some(ChangeKind::Reverted);
    }
    Some(match unrelated && !dated {
        true => ChangeKind::Replaced,
        false => ChangeKind::Edited,
    })
}

/// Whether another document stands there: another title, and hardly a word of the text before.
fn is_unrelated(diff: &Diff) -> bool {
    let Some((before, after)) = &diff.title else {
        return false;
    };
    let least = match have_words_in_common(before, after) {
        true => UNRELATED,
        false => UNRELATED_BY_TITLE,
    };
    diff.changed_per_mille > least
}

/// Whether two titles share half of the words of the shorter one.
fn have_words_in_common(one: &str, other: &str) -> bool {
    let words = |title: &str| -> HashSet<String> {
        let words = title.split(|c: char| !c.is_alphanumeric());
        let telling = words.filter(|word| word.chars().count() > 2);
        telling.map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    let common = one.intersection(&other).count();
    common > 0 && common * 2 >= one.len().min(other.len())
}

/// Whether two addresses are one place for a reader: they differ at most in the scheme, a leading `www.`, a trailing
/// slash or the query, which many sites give to every visitor anew.
fn is_same_place(one: &Url, other: &Url) -> bool {
    fn place(url: &Url) -> (&str, Option<u16>, &str) {
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        (host, url.port(), url.path().trim_end_matches('/'))
    }
    place(one) == place(other)
}

/// Whether an address is the front page of its host: where a deep page that is gone often leads.
fn is_front_page(url: &Url) -> bool {
    url.path().trim_matches('/').is_empty() && url.query().is_none()
}

/// Whether a redirect took a deep page to the front page of a host.
pub(super) fn led_to_front_page(asked: &Url, landed: &Url) -> bool {
    is_front_page(landed) && !is_front_page(asked) && !is_front_page_by_name(asked)
}

/// Whether an address spells out the name under which a front page is often kept: `/index.html`, `/home`.
fn is_front_page_by_name(url: &Url) -> bool {
    let name = url.path().trim_matches('/').split('.').next();
    let names = ["index", "default", "home", "homepage"];
    name.is_some_and(|name| names.contains(&name.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(titles: (&str, &str), changed_per_mille: u16, expected: bool) {
        let diff = Diff {
            title: (titles.0 != titles.1).then(|| (titles.0.to_owned(), titles.1.to_owned())),
            changed_per_mille,
            ..Diff::default()
        };
        assert_eq!(
            is_unrelated(&diff),
            expected,
            "{titles:?} {changed_per_mille}"
        );
    }

    #[test]
    fn another_document_has_another_title_and_other_words() {
        case(("Care.data", "Care.data"), 1000, false);
        case(("Care.data", "National opt-out"), 900, true);
        case(("Care.data", "National opt-out"), 800, false);
        case(
            ("Legal notice of Open Terms Archive", "Legal notice"),
            865,
            false,
        );
        case(
            ("Legal notice of Open Terms Archive", "Legal notice"),
            996,
            true,
        );
        case(
            ("GPDPR transparency notice", "Your data matters"),
            997,
            true,
        );
    }
}
