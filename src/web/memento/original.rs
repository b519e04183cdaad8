//! The address that stands behind a door of the archive.

use axum::http::Uri;
use url::Url;

use crate::export::surt;
use crate::model::Version;
use crate::web::memento::addresses::versions_at;
use crate::web::problem::Problem;
use crate::web::window::Window;

/// The original that is asked for: whatever follows the door, question mark and all.
pub(super) fn original(uri: &Uri, door: &str) -> Result<Url, Problem> {
    let asked = uri
        .path_and_query()
        .map_or(uri.path(), |asked| asked.as_str());
    let text = asked.strip_prefix(door).unwrap_or_default();
    read(text)
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

/// The versions that were read at an address, oldest first.
pub(super) async fn at_address(window: &Window, original: &Url) -> Result<Vec<Version>, Problem> {
    let wanted = surt::key(original);
    let mut versions = versions_at(window, |key| key == wanted).await?;
    if versions.is_empty() {
        return Err(Problem::not_there(
            format!("Nothing was read at {original}."),
            "/api/v1/documents lists what is watched, with its addresses.",
        ));
    }
    versions.sort_by_key(|version| (version.at, version.entry));
    Ok(versions)
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
