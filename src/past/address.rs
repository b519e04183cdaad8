//! The addresses of archives: of their lists, and of copies with the bytes as they were served.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use regex::Regex;
use url::{Url, form_urlencoded};

use crate::past::list::moment;

/// The time and the page that stand in the address of a copy: `…/20160706120000id_/https://page`.
static PARTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(.*?/)(\d{14})(?:[a-z]{2}_)?/(.+)$").ok());

/// The address of a list, from a pattern with `{url}`: the page stands in it as it is, and encoded in a query.
pub fn of_list(pattern: &str, page: &Url) -> Option<Url> {
    let mut page = page.clone();
    page.set_fragment(None);
    let filled = match pattern.split_once("{url}")? {
        (before, after) if before.contains('?') => {
            let bytes = page.as_str().as_bytes();
            let encoded: String = form_urlencoded::byte_serialize(bytes).collect();
            format!("{before}{encoded}{after}")
        }
        (before, after) => format!("{before}{page}{after}"),
    };
    Url::parse(&filled).ok()
}

/// Where an archive serves the bytes of a copy as they came, by the address at which people read it.
pub fn raw(memento: &str) -> Option<Url> {
    let filled = match PARTS.as_ref()?.captures(memento) {
        Some(parts) => format!("{}{}id_/{}", &parts[1], &parts[2], &parts[3]),
        None => memento.to_owned(),
    };
    Url::parse(&filled).ok()
}

/// Where people read a copy, by the address at which it was served.
pub fn read_at(served: &Url) -> String {
    let served = served.as_str();
    match PARTS.as_ref().and_then(|parts| parts.captures(served)) {
        Some(parts) => format!("{}{}/{}", &parts[1], &parts[2], &parts[3]),
        None => served.to_owned(),
    }
}

/// Which page a copy is of, and when it was made, by its address.
pub fn parts(copy: &str) -> Option<(DateTime<Utc>, Url)> {
    let parts = PARTS.as_ref()?.captures(copy)?;
    let page = &parts[3];
    // Between the parts of an address a web server may have left out a slash.
    let page = match page.split_once(":/") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.trim_start_matches('/')),
        None => format!("http://{page}"),
    };
    Some((moment(&parts[2])?, Url::parse(&page).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn a_page_stands_in_a_query_encoded_and_in_a_path_as_it_is() {
        let page = url("https://nhs.example/page?a=b&c#part");
        let list = |pattern| of_list(pattern, &page).expect("an address").to_string();
        assert_eq!(
            list("https://archive.example/cdx?url={url}&output=json"),
            "https://archive.example/cdx?url=https%3A%2F%2Fnhs.example%2Fpage%3Fa%3Db%26c&output=json"
        );
        assert_eq!(
            list("https://archive.example/timemap/link/{url}"),
            "https://archive.example/timemap/link/https://nhs.example/page?a=b&c"
        );
        assert_eq!(of_list("https://archive.example/", &page), None);
    }

    #[test]
    fn a_copy_is_asked_for_as_it_came_and_shown_as_a_page() {
        let shown = "https://archive.example/web/20160706120000/https://nhs.example/page?a=b";
        let served = raw(shown).expect("an address");
        assert_eq!(
            served.as_str(),
            "https://archive.example/web/20160706120000id_/https://nhs.example/page?a=b"
        );
        assert_eq!(raw(served.as_str()).as_ref(), Some(&served));
        assert_eq!(read_at(&served), shown);
        let (at, page) = parts(served.as_str()).expect("parts");
        assert_eq!(at.to_rfc3339(), "2016-07-06T12:00:00+00:00");
        assert_eq!(page, url("https://nhs.example/page?a=b"));
        let slip = parts("https://archive.example/20160706120000/http:/nhs.example/");
        assert_eq!(slip.expect("parts").1, url("http://nhs.example/"));
        assert_eq!(parts("https://archive.example/about"), None);
    }
}
