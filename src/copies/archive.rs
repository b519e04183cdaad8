//! An archive of the web that tells of its copies as the Wayback Machine does (CDX), and serves them as they came (`id_`).

use chrono::{DateTime, NaiveDateTime, Utc};
use url::Url;

use crate::fetch::Fetched;
use crate::house::InForce;
use crate::model::{Capture, Document, Hop, Memento, Watch, WatchId};
use crate::watchlist::Copies;

/// How many copies are read of one page at most, each time.
const MOST: usize = 3;

/// How many rows of the list are looked at.
const ROWS: &str = "20";

/// The longest list, in bytes.
const LONGEST: usize = 64 << 10;

/// How times are written there.
const TIME: &str = "%Y%m%d%H%M%S";

/// The first copies of a page made after this time, each with the address of what was archived.
///
/// # Errors
/// A clause that says why they are not known.
pub(super) async fn mementos(
    in_force: &InForce,
    copies: &Copies,
    page: &Url,
    after: DateTime<Utc>,
) -> Result<Vec<(Memento, Url)>, String> {
    let mut list = below(&copies.archive, "cdx/search/cdx");
    list.query_pairs_mut()
        .append_pair("url", page.as_str())
        .append_pair("from", &after.format(TIME).to_string())
        .append_pair("output", "json")
        .append_pair("fl", "timestamp,original")
        .append_pair("filter", "statuscode:(200|-)")
        .append_pair("limit", ROWS);
    let (_, body) = ask(in_force, &list).await?;
    if body.len() > LONGEST {
        return Err("its list is too long".to_owned());
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    let rows: Vec<Vec<String>> =
        serde_json::from_slice(&body).map_err(|error| format!("its list is none: {error}"))?;
    let rows = rows.into_iter().filter_map(|row| {
        let at = NaiveDateTime::parse_from_str(row.first()?, TIME).ok()?;
        let at = at.and_utc();
        // What it calls the page must be the page: an archive may list what is like it.
        let same = Url::parse(row.get(1)?).is_ok_and(|original| is_same(&original, page));
        let stamp = at.format(TIME);
        let shown = below(&copies.archive, &format!("web/{stamp}/{page}"));
        let raw = below(&copies.archive, &format!("web/{stamp}id_/{page}"));
        let memento = Memento {
            url: shown.into(),
            at,
        };
        (same && at > after).then_some((memento, raw))
    });
    Ok(rows.take(MOST).collect())
}

/// What our own reader reads in a copy.
///
/// # Errors
/// A clause that says why it reads nothing.
pub(super) async fn read(
    in_force: &InForce,
    watch: &Watch,
    raw: &Url,
    page: &Url,
) -> Result<Document, String> {
    let (capture, body) = ask(in_force, raw).await?;
    // Asked for a copy it does not have, an archive leads to one of another time.
    let asked = raw.path().split("id_/").next();
    if capture.landed().path().split("id_/").next() != asked {
        return Err("it leads to another copy".to_owned());
    }
    // Links and names are those of the page, not of the archive.
    let last = capture.hops.last().cloned();
    let hop = last.map(|hop| Hop {
        url: page.clone(),
        ..hop
    });
    let capture = Capture {
        url: page.clone(),
        hops: hop.into_iter().collect(),
        ..capture
    };
    let read = in_force.workers.read(&capture, &body, &watch.reading).await;
    read.map_err(|failure| failure.why)
}

/// Asks politely, within the limits of every visit: bytes, time, redirects, robots.txt, no private addresses.
async fn ask(in_force: &InForce, url: &Url) -> Result<(Capture, Vec<u8>), String> {
    let asker = Watch::bare(WatchId::from("an-archive"), url.clone());
    match in_force.fetcher.fetch(&asker, url, None).await {
        Fetched::Served(capture, body) => Ok((capture, body)),
        Fetched::NotModified(_) => Err("it answers what was not asked".to_owned()),
        Fetched::Failed(failure) => Err(failure.why),
    }
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let front = base.path().trim_end_matches('/');
    // The address of the page stands in the path as it is, its query too.
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    url.set_path(&format!("{front}/{path}"));
    url.set_query(query);
    url
}

/// Whether two addresses are the same but for http or https and a "www.", which archives do not keep apart.
fn is_same(one: &Url, other: &Url) -> bool {
    let host = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    host(one) == host(other) && path(one) == path(other) && one.query() == other.query()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_copy_is_known_by_the_address_of_its_page() {
        let archive = url("https://archive.example/");
        for (page, expected) in [
            (
                "https://a.example/b?c=d",
                "https://archive.example/web/2016id_/https://a.example/b?c=d",
            ),
            (
                "https://a.example/",
                "https://archive.example/web/2016id_/https://a.example/",
            ),
        ] {
            let made = below(&archive, &format!("web/2016id_/{page}"));
            assert_eq!(made.as_str(), expected);
        }
        let here = url("http://127.0.0.1:8/wayback");
        assert_eq!(
            below(&here, "cdx").as_str(),
            "http://127.0.0.1:8/wayback/cdx"
        );
    }

    #[test]
    fn another_page_is_no_copy_of_this_one() {
        let page = url("https://www.a.example/b?c=d");
        for same in ["http://a.example:80/b?c=d", "https://www.a.example/b/?c=d"] {
            assert!(is_same(&url(same), &page), "{same}");
        }
        for other in [
            "https://a.example/b",
            "https://b.example/b?c=d",
            "https://a.example/B?c=d",
        ] {
            assert!(!is_same(&url(other), &page), "{other}");
        }
    }
}
