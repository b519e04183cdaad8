//! The list of an archive: a TimeMap in link format (RFC 7089, section 5; RFC 6690) or JSON, or an index (CDX).

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, Utc};
use regex::Regex;
use url::Url;

use crate::model::{Holding, Memento};
use crate::past::rows;

/// How many copies of one list are kept: beyond, every second, third … of them, so that the whole time stays covered.
const MOST: usize = 20_000;
/// How times are written in the addresses of copies.
pub(super) const STAMP: &str = "%Y%m%d%H%M%S";

/// What a list says.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct List {
    /// The copies, earliest first, each once.
    pub copies: Vec<Holding>,
    /// Further pages of the list.
    pub pages: Vec<Url>,
    /// What is wrong with it, in a clause, where it is not whole.
    pub lacks: Option<String>,
}

/// Reads the list that an archive gave of a page. `at` is where the list was read, `copy` where it serves a copy: a pattern
/// with `{timestamp}` and `{url}`, for lists that name times and no addresses.
///
/// # Errors
/// A clause that says why it is no list.
pub fn read(text: &str, at: &Url, page: &Url, copy: &str) -> Result<List, String> {
    let begun = text.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    let mut list = match begun.chars().next() {
        None => List::default(),
        Some('[' | '{') => rows::json(begun, page, copy)?,
        Some('<') if is_markup(begun) => return Err("it is a page for people".to_owned()),
        Some('<') => links(begun, at),
        Some(_) => rows::lines(begun, page, copy)?,
    };
    list.tidy();
    Ok(list)
}

impl List {
    /// Adds what another page of the list says.
    pub fn join(&mut self, more: List) {
        self.copies.extend(more.copies);
        self.lacks = self.lacks.take().or(more.lacks);
        self.tidy();
    }

    /// In order of time, each once, and no more than can be kept.
    fn tidy(&mut self) {
        self.copies
            .sort_by(|a, b| (a.memento.at, &a.memento.url).cmp(&(b.memento.at, &b.memento.url)));
        self.copies
            .dedup_by(|b, a| (a.memento.at, &a.memento.url) == (b.memento.at, &b.memento.url));
        let all = self.copies.len();
        if all > MOST {
            let every = all.div_ceil(MOST);
            let kept = std::mem::take(&mut self.copies).into_iter().enumerate();
            let kept = kept.filter(|(index, _)| index % every == 0 || index + 1 == all);
            self.copies = kept.map(|(_, copy)| copy).collect();
            let why = format!("it names {all} copies, of which one in {every} was kept");
            self.lacks.get_or_insert(why);
        }
    }
}

fn is_markup(text: &str) -> bool {
    let head: String = text.chars().take(64).collect::<String>().to_lowercase();
    ["<!doctype", "<html", "<head", "<body", "<!--", "<?xml"]
        .iter()
        .any(|tag| head.starts_with(tag))
}

/// A list in link format. What was cut off at its end is left out, and said.
fn links(text: &str, at: &Url) -> List {
    let mut list = List::default();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|char: char| char.is_whitespace() || char == ',');
        if rest.is_empty() {
            return list;
        }
        let Some((link, after)) = link(rest) else {
            list.lacks = Some("it is cut off, or not in link format, at its end".to_owned());
            return list;
        };
        let rels: Vec<&str> = link.rel.split_whitespace().collect();
        let url = at.join(link.target.trim());
        if rels.contains(&"memento") {
            let stamped = || stamp(link.target);
            let when = link.datetime.and_then(date).or_else(stamped);
            if let (Ok(url), Some(when)) = (url, when) {
                list.copies.push(Holding {
                    memento: Memento {
                        url: url.into(),
                        at: when,
                    },
                    digest: None,
                    status: None,
                    length: None,
                });
            }
        } else if (rels.contains(&"timemap") || rels.contains(&"next"))
            && !rels.contains(&"self")
            && let Ok(url) = url
            && url.host() == at.host()
        {
            list.pages.push(url);
        }
        rest = after;
    }
}

struct Link<'t> {
    target: &'t str,
    rel: &'t str,
    datetime: Option<&'t str>,
}

/// The link that a text begins with, and what follows it; nothing where it does not end.
fn link(text: &str) -> Option<(Link<'_>, &str)> {
    let (target, mut rest) = text.strip_prefix('<')?.split_once('>')?;
    let mut link = Link {
        target,
        rel: "",
        datetime: None,
    };
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix(';') {
            Some(after) => {
                let (name, value, after) = parameter(after.trim_start())?;
                match name.to_ascii_lowercase().as_str() {
                    "rel" => link.rel = value,
                    "datetime" => link.datetime = Some(value),
                    _ => {}
                }
                rest = after;
            }
            None if rest.is_empty() || rest.starts_with(',') => return Some((link, rest)),
            None => return None,
        }
    }
}

/// A parameter with its value, in quotes or not, and what follows it.
fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let Some(value) = rest.strip_prefix('=') else {
        return Some((name.trim(), "", rest));
    };
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, rest) = quoted.split_once('"')?;
        return Some((name.trim(), value, rest));
    }
    let end = value.find([';', ',']).unwrap_or(value.len());
    let (value, rest) = value.split_at(end);
    Some((name.trim(), value.trim(), rest))
}

/// A date as HTTP writes it.
pub fn date(text: &str) -> Option<DateTime<Utc>> {
    let date = NaiveDateTime::parse_from_str(text.trim(), "%a, %d %b %Y %H:%M:%S GMT");
    date.ok().map(|date| date.and_utc())
}

/// The time that stands in the address of a copy: fourteen digits between slashes, with a flag such as `id_` or without.
pub(super) fn stamp(address: &str) -> Option<DateTime<Utc>> {
    static STAMPED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"/(\d{14})(?:[a-z]{2}_)?/").ok());
    let digits = STAMPED.as_ref()?.captures(address)?.get(1)?.as_str();
    moment(digits)
}

/// A time in fourteen digits.
pub(super) fn moment(digits: &str) -> Option<DateTime<Utc>> {
    let at = NaiveDateTime::parse_from_str(digits, STAMP).ok()?;
    (digits.len() == 14).then(|| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    fn from(text: &str) -> Result<List, String> {
        let at = url("https://archive.example/timemap/link/https://nhs.example/page");
        let page = url("https://nhs.example/page");
        read(
            text,
            &at,
            &page,
            "https://archive.example/{timestamp}id_/{url}",
        )
    }

    fn days(list: &List) -> Vec<String> {
        let day = |copy: &Holding| copy.memento.at.format("%Y-%m-%d").to_string();
        list.copies.iter().map(day).collect()
    }

    const LINKS: &str = "<https://nhs.example/page>; rel=\"original\",\n\
        <https://archive.example/timemap/link/https://nhs.example/page>; rel=\"self\"; type=\"application/link-format\",\n\
        <https://archive.example/https://nhs.example/page>; rel=timegate,\n\
        <https://archive.example/20160707000000/https://nhs.example/page>; rel=\"last memento\"; datetime=\"Thu, 07 Jul 2016 00:00:00 GMT\",\n\
        <https://archive.example/20160506000000/https://nhs.example/page>; rel=\"first memento\"; datetime=\"Fri, 06 May 2016 00:00:00 GMT\",\n\
        <https://archive.example/timemap/2>; rel=\"timemap\"; from=\"Thu, 07 Jul 2016 00:00:00 GMT\"";

    #[test]
    fn a_list_in_link_format_is_read_in_order_of_time_with_its_further_pages() {
        let list = from(LINKS).expect("a list");
        assert_eq!(days(&list), ["2016-05-06", "2016-07-07"]);
        assert_eq!(list.pages, [url("https://archive.example/timemap/2")]);
        assert_eq!(list.lacks, None);
    }

    #[test]
    fn a_list_that_is_cut_off_anywhere_gives_what_came_whole_and_says_so() {
        let whole = from(LINKS).expect("a list");
        for end in 1..LINKS.len() {
            let list = from(&LINKS[..end]).expect("a list");
            assert!(list.copies.iter().all(|copy| {
                whole
                    .copies
                    .iter()
                    .any(|other| other.memento.url == copy.memento.url)
            }));
        }
        let cut = from(&LINKS[..LINKS.len() - 70]).expect("a list");
        assert_eq!(cut.copies.len(), 2);
        assert!(cut.lacks.is_some());
    }

    #[test]
    fn a_page_of_another_host_is_no_page_of_the_list() {
        let list = from("<https://elsewhere.example/timemap/2>; rel=timemap").expect("a list");
        assert_eq!(list.pages, []);
    }

    #[test]
    fn a_page_for_people_is_no_list() {
        let error = from("<!DOCTYPE html><p>Human Verification</p>").expect_err("no list");
        assert_eq!(error, "it is a page for people");
        assert_eq!(from("  \n").expect("an empty list"), List::default());
    }

    #[test]
    fn of_a_list_without_end_some_are_kept_over_the_whole_time() {
        let one = |n: usize| {
            let at = DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(n as i64);
            format!(
                "<https://archive.example/{}/https://nhs.example/page>; rel=memento; datetime=\"{}\",\n",
                at.format(STAMP),
                at.format("%a, %d %b %Y %H:%M:%S GMT")
            )
        };
        let text: String = (0..50_000).map(one).collect();
        let list = from(&text).expect("a list");
        assert!(list.copies.len() <= MOST + 1);
        assert_eq!(days(&list).last().map(String::as_str), Some("1975-09-15"));
        assert!(
            list.lacks
                .is_some_and(|lacks| lacks.contains("50000 copies"))
        );
    }
}
