//! What stands behind a door of the archive: an address or a document, with its versions.

use axum::http::{HeaderMap, Uri};
use url::Url;

use crate::answers::NoAnswer;
use crate::export::surt;
use crate::model::{Version, WatchId};
use crate::store::StoreError;
use crate::web::api::versions_of;
use crate::web::base::base;
use crate::web::memento::addresses::versions_at;
use crate::web::memento::links::Doors;
use crate::web::problem::Problem;
use crate::web::window::Window;

/// The versions that were read at the address behind this door and can be read still, oldest first, with all doors to them.
pub(super) async fn of_address(
    window: &Window,
    (uri, fields): (&Uri, &HeaderMap),
    door: &str,
) -> Result<(Doors, Vec<Version>), Problem> {
    let original = original(uri, door)?;
    let versions = at_address(window, &original).await?;
    let doors = Doors::of_address(&base(window, fields), original.as_str());
    Ok((doors, versions))
}

/// The versions of a document that can be read still, wherever it stood, oldest first, with all doors to them.
pub(super) async fn of_document(
    window: &Window,
    fields: &HeaderMap,
    id: String,
) -> Result<(Doors, Vec<Version>), Problem> {
    let versions = versions_of(window, &WatchId(id)).await?;
    let last = versions.last().ok_or_else(never_read)?;
    let doors = Doors::of_document(&base(window, fields), last);
    Ok((doors, readable(versions)?))
}

/// Those that can be read still: what was forgotten is no memento any more. Where that is all of them, it is said.
fn readable(versions: Vec<Version>) -> Result<Vec<Version>, Problem> {
    let (readable, gone): (Vec<Version>, Vec<Version>) =
        versions.into_iter().partition(Version::is_readable);
    let left = gone.into_iter().rev().find_map(|version| version.forgotten);
    match left.filter(|_| readable.is_empty()) {
        Some(left) => Err(NoAnswer::from(StoreError::Forgotten(left)).into()),
        None => Ok(readable),
    }
}

/// That there is no version.
pub(super) fn never_read() -> Problem {
    Problem::not_there(
        "This document was never read.",
        "/api/v1/documents tells how documents stand.",
    )
}

/// The original that is asked for: whatever follows the door, question mark and all.
fn original(uri: &Uri, door: &str) -> Result<Url, Problem> {
    let asked = uri
        .path_and_query()
        .map_or(uri.path(), |asked| asked.as_str());
    let text = asked.strip_prefix(door).unwrap_or_default();
    read(text)
}

/// The versions that were read at an address and can be read still, oldest first.
async fn at_address(window: &Window, original: &Url) -> Result<Vec<Version>, Problem> {
    let wanted = surt::key(original);
    let versions = versions_at(window, |key| key == wanted).await?;
    if versions.is_empty() {
        return Err(Problem::not_there(
            format!("Nothing was read at {original}."),
            "/api/v1/documents lists what is watched, with its addresses.",
        ));
    }
    let mut versions = readable(versions)?;
    versions.sort_by_key(|version| (version.at, version.entry));
    Ok(versions)
}

/// An address as people and programs write it.
pub(super) fn read(text: &str) -> Result<Url, Problem> {
    let lower = text.to_ascii_lowercase();
    let whole = if lower.starts_with("http%3a") || lower.starts_with("https%3a") {
        decoded(text)
    } else {
        text.to_owned()
    };
    // Some servers on the way make one slash of two.
    let schemes = ["https:", "http:"];
    let scheme = schemes.into_iter().find(|scheme| {
        let start = whole.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let whole = match scheme {
        Some(scheme) => format!(
            "{scheme}//{}",
            whole[scheme.len()..].trim_start_matches('/')
        ),
        None => format!("http://{whole}"),
    };
    let url = Url::parse(&whole).ok().filter(Url::has_host);
    let mut url = url.ok_or_else(|| {
        Problem::unclear(
            "This is no address of a page.",
            "Write it whole, as in https://www.example.org/page.",
        )
    })?;
    url.set_fragment(None);
    Ok(url)
}

fn decoded(text: &str) -> String {
    // What is decoded as a form would lose its plus signs.
    let kept = text.replace('+', "%2B");
    let pair = format!("a={kept}");
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: Option<&str>) {
        let found = read(text).ok();
        assert_eq!(found.as_ref().map(Url::as_str), expected, "{text}");
    }

    #[test]
    fn an_address_is_taken_however_it_comes() {
        for text in [
            "https://www.example.org/a?b=c+d",
            "https:/www.example.org/a?b=c+d",
            "HTTPS://www.example.org/a?b=c+d#e",
            "https%3A%2F%2Fwww.example.org%2Fa%3Fb%3Dc+d",
        ] {
            case(text, Some("https://www.example.org/a?b=c+d"));
        }
        case("example.org", Some("http://example.org/"));
        for wrong in ["", "http://", "é é", "http://[::1"] {
            case(wrong, None);
        }
    }
}
