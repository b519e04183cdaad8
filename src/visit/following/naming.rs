//! The names of leads: an id that is the same whenever it is made, and a short title.

use url::Url;

use crate::model::{Digest, Fate, First, How, Lead, Watch, WatchId};

/// The longest title of a lead, in characters.
const LONGEST_TITLE: usize = 200;
/// How much of the id of a parent and of a title stands in the id of a lead, in characters; with two hyphens before the
/// title, one after it and the mark they make up the 64 that an id may have.
const OF_PARENT: usize = 24;
const OF_TITLE: usize = 29;
const OF_MARK: usize = 8;

/// A title, as far as it is kept.
pub(super) fn short(title: &str) -> String {
    title.trim().chars().take(LONGEST_TITLE).collect()
}

/// A lead of this watch that nobody has read yet.
pub(super) fn lead(watch: &Watch, url: Url, title: &str, how: How, first: First) -> Lead {
    Lead {
        watch: id(&watch.id, &url, title),
        parent: watch.id.clone(),
        title: short(title),
        url,
        how,
        first,
        fate: Fate::Unread,
        why: None,
    }
}

/// The id of what stands at this address: the same whenever it is made, and another one for every address.
fn id(parent: &WatchId, url: &Url, title: &str) -> WatchId {
    let last = url
        .path_segments()
        .and_then(|mut parts| parts.rfind(|part| !part.is_empty()));
    let slug = slug(title, OF_TITLE);
    let slug = match slug.is_empty() {
        true => self::slug(last.unwrap_or("page"), OF_TITLE),
        false => slug,
    };
    let mark = Digest::of(url.as_str().as_bytes()).to_string();
    let mark = &mark[..OF_MARK.min(mark.len())];
    let parent = self::slug(&parent.0, OF_PARENT);
    match slug.is_empty() {
        true => WatchId(format!("{parent}--{mark}")),
        false => WatchId(format!("{parent}--{slug}-{mark}")),
    }
}

/// Lower-case letters, digits and single hyphens, at most so many, none at either end.
fn slug(text: &str, longest: usize) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let lower = text.to_lowercase();
    let words = lower.split(|c| !plain(c)).filter(|word| !word.is_empty());
    let slug: String = words.collect::<Vec<_>>().join("-");
    slug.chars()
        .take(longest)
        .collect::<String>()
        .trim_end_matches('-')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[test]
    fn an_id_is_legal_and_one_for_every_address() {
        let parent = WatchId::from("a-watch-with-a-very-long-name-that-goes-on-and-on");
        let long = "Minutes of the meeting of the advisory group on data, held in Leeds";
        let one = id(&parent, &url("https://a.uk/1"), long);
        let other = id(&parent, &url("https://a.uk/2"), long);
        assert_ne!(one, other);
        assert!(
            one.0.len() <= 64 && one.0.starts_with("a-watch-with-a-very-long--minutes-of-"),
            "{one}"
        );
        assert!(
            one.0
                .chars()
                .all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit())
        );
        assert_eq!(one, id(&parent, &url("https://a.uk/1"), long));
        let nameless = id(
            &WatchId::from("feed"),
            &url("https://a.uk/x/Report.PDF"),
            "—",
        );
        assert!(nameless.0.starts_with("feed--report-pdf-"), "{nameless}");
    }
}
