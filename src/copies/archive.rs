//! An archive of the web that tells of its copies as the Wayback Machine does (CDX), and serves them as they came (`id_`).

use chrono::{DateTime, Utc};
use url::Url;

use crate::fetch::Fetched;
use crate::house::InForce;
use crate::model::{Capture, Document, Memento, Watch, WatchId};
use crate::past;
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
    let pattern = below(&copies.archive, "web/{timestamp}id_/{url}");
    let pattern = pattern.as_str().replace("%7B", "{").replace("%7D", "}");
    let text = String::from_utf8_lossy(&body);
    let found = past::read(&text, &list, page, &pattern)
        .map_err(|error| format!("its list is none: {error}"))?;
    let found = found.copies.into_iter().map(|copy| copy.memento);
    let later = found.filter(|memento| memento.at > after);
    let with_bytes = later.filter_map(|memento| {
        let raw = past::raw(&memento.url)?;
        Some((memento, raw))
    });
    Ok(with_bytes.take(MOST).collect())
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
    let capture = capture.as_of_page(page);
    let read = in_force.workers.read(&capture, &body, &watch.reading).await;
    read.map_err(|failure| failure.why)
}

/// Asks politely, within the limits of every visit: bytes, time, redirects, robots.txt, no private addresses.
async fn ask(in_force: &InForce, url: &Url) -> Result<(Capture, Vec<u8>), String> {
    match fetch(in_force, url, Robots::Heeded).await {
        Fetched::Served(capture, body) => Ok((capture, body)),
        Fetched::NotModified(_) => Err("it answers what was not asked".to_owned()),
        Fetched::Failed(failure) => Err(failure.why),
    }
}

/// Asks an archive of the web for something, politely.
pub async fn fetch(in_force: &InForce, url: &Url, robots: Robots) -> Fetched {
    let asker = Watch {
        ignore_robots: robots == Robots::Ignored,
        ..Watch::bare(WatchId::from("an-archive"), url.clone())
    };
    in_force.fetcher.fetch(&asker, url, None).await
}

/// What becomes of an archive's robots.txt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Robots {
    /// It is heeded.
    Heeded,
    /// The watchlist says that it is not.
    Ignored,
}

/// An address below that of the archive, in which the address of a page may stand as it is.
pub(super) fn below(base: &Url, path: &str) -> Url {
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
}
