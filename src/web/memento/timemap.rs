//! Lists the versions of an original (RFC 7089, section 5).

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};

use crate::model::Version;
use crate::web::api::with_tag;
use crate::web::asked::Named;
use crate::web::base::http_date;
use crate::web::memento::links::Doors;
use crate::web::memento::original;
use crate::web::problem::Problem;
use crate::web::window::Window;

/// The media type of a list of links (RFC 6690).
const LINKS: &str = "application/link-format";

/// Of an address, as links.
pub(super) async fn as_links(
    State(window): State<Window>,
    uri: Uri,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let asked = (&uri, &fields);
    let (doors, versions) = original::of_address(&window, asked, "/timemap/link/").await?;
    Ok(with_tag(links(&doors, &versions), LINKS))
}

/// Of an address, as JSON.
pub(super) async fn as_json(
    State(window): State<Window>,
    uri: Uri,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let asked = (&uri, &fields);
    let (doors, versions) = original::of_address(&window, asked, "/timemap/json/").await?;
    Ok(with_tag(
        told(&doors, &versions).to_string(),
        "application/json",
    ))
}

/// Of a document, wherever it stood, as links.
pub(super) async fn of_document(
    State(window): State<Window>,
    Named(id): Named<String>,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let (doors, versions) = original::of_document(&window, &fields, id).await?;
    Ok(with_tag(links(&doors, &versions), LINKS))
}

fn links(doors: &Doors, versions: &[Version]) -> String {
    let mut lines = vec![
        format!("<{}>; rel=\"original\"", doors.original),
        format!("<{}>; rel=\"timegate\"", doors.timegate),
    ];
    if let (Some(first), Some(last)) = (versions.first(), versions.last()) {
        let (from, until) = (http_date(first.at), http_date(last.at));
        lines.push(format!(
            "<{}>; rel=\"self\"; type=\"{LINKS}\"; from=\"{from}\"; until=\"{until}\"",
            doors.timemap
        ));
    }
    for (place, version) in versions.iter().enumerate() {
        let rel = match (place, place + 1 == versions.len()) {
            (0, true) => "first last memento",
            (0, false) => "first memento",
            (_, true) => "last memento",
            (_, false) => "memento",
        };
        lines.extend(doors.one(Some(version), rel));
    }
    lines.join(",\n") + "\n"
}

fn told(doors: &Doors, versions: &[Version]) -> Value {
    let one = |version: &Version| json!({ "datetime": version.at, "uri": doors.memento(version) });
    json!({
        "original_uri": doors.original,
        "self": doors.timemap_json,
        "mementos": {
            "list": versions.iter().map(one).collect::<Vec<_>>(),
            "first": versions.first().map(one),
            "last": versions.last().map(one),
        },
        "timemap_uri": { "link_format": doors.timemap, "json_format": doors.timemap_json },
        "timegate_uri": doors.timegate,
    })
}
