//! The page that tells people of the API, made from its document.

use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use crate::web::api::spec;
use crate::web::window;

/// The page.
pub(super) fn page(document: &Value) -> Response {
    let info = &document["info"];
    let body = html! {
        h1 { "For programs" }
        p.lead { (text(&info["description"])) }
        p {
            "The same as a document for programs: " a href=(spec::PATH) { "OpenAPI" } ". What changed, as feeds: "
            a href="/feed.atom" { "Atom" } ", " a href="/feed.json" { "JSON Feed" }
            "; they take the same questions as /api/v1/changes. Each document has feeds of its own. "
            "As an archive (RFC 7089): /timegate/ADDRESS, /timemap/link/ADDRESS, /timemap/json/ADDRESS and /cdx?url=ADDRESS."
        }
        @for tag in document["tags"].as_array().into_iter().flatten() {
            h2 { (text(&tag["description"])) }
            @for (path, item) in document["paths"].as_object().into_iter().flatten() {
                @let operation = &item["get"];
                @if operation["tags"][0] == tag["name"] { (told(path, operation)) }
            }
        }
    };
    window::page("For programs", body)
}

/// One address.
fn told(path: &str, operation: &Value) -> Markup {
    let parameters = operation["parameters"].as_array();
    let description = operation["description"].as_str();
    html! {
        section id=(text(&operation["operationId"])) {
            h3 { code { "GET " (path) } }
            p { (description.unwrap_or(text(&operation["summary"]))) }
            @if let Some(parameters) = parameters.filter(|parameters| !parameters.is_empty()) {
                dl {
                    @for parameter in parameters {
                        dt { code { (text(&parameter["name"])) } }
                        dd { (text(&parameter["description"])) }
                    }
                }
            }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
