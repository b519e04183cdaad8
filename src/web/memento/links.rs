//! How mementos, their original, its TimeGate and its TimeMap name each other (RFC 7089, section 2.2; RFC 8288).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::model::Version;
use crate::web::base::http_date;

/// The field that says of which time a memento is.
pub(super) const MEMENTO_DATETIME: HeaderName = HeaderName::from_static("memento-datetime");

/// What stands for one original resource.
pub(super) struct Doors {
    /// Its address.
    pub(super) original: String,
    /// What leads to the version of a time.
    pub(super) timegate: String,
    /// What lists its versions, as links.
    pub(super) timemap: String,
    /// The same as JSON, where there is that.
    pub(super) timemap_json: Option<String>,
    /// Under which address the window is known.
    pub(super) base: String,
}

impl Doors {
    /// Of a document, wherever it stood.
    pub(super) fn of_document(base: &str, version: &Version) -> Doors {
        Doors {
            original: version.url.to_string(),
            timegate: format!("{base}/d/{}/timegate", version.watch),
            timemap: format!("{base}/d/{}/timemap", version.watch),
            timemap_json: None,
            base: base.to_owned(),
        }
    }

    /// Of an address.
    pub(super) fn of_address(base: &str, original: &str) -> Doors {
        Doors {
            original: original.to_owned(),
            timegate: format!("{base}/timegate/{original}"),
            timemap: format!("{base}/timemap/link/{original}"),
            timemap_json: Some(format!("{base}/timemap/json/{original}")),
            base: base.to_owned(),
        }
    }

    /// The address of a memento.
    pub(super) fn memento(&self, version: &Version) -> String {
        format!("{}/d/{}/{}", self.base, version.watch, version.no)
    }

    /// The links beside a TimeGate's answer.
    pub(super) fn beside_gate(&self, versions: &[Version]) -> String {
        let ends = [versions.first(), versions.last()];
        let ends = match versions {
            [_] => vec![self.one(ends[0], "first last memento")],
            _ => vec![
                self.one(ends[0], "first memento"),
                self.one(ends[1], "last memento"),
            ],
        };
        let mut links = self.general();
        links.extend(ends.into_iter().flatten());
        links.join(", ")
    }

    /// The links beside the memento at this place.
    pub(super) fn beside_memento(&self, versions: &[Version], at: usize) -> String {
        let mut links = self.general();
        links.push(format!("<{}>; rel=\"timegate\"", self.timegate));
        for (place, version) in versions.iter().enumerate() {
            let mut rel = Vec::new();
            if place == 0 {
                rel.push("first");
            }
            if place + 1 == at {
                rel.push("prev");
            }
            if place == at + 1 {
                rel.push("next");
            }
            if place + 1 == versions.len() {
                rel.push("last");
            }
            if rel.is_empty() && place != at {
                continue;
            }
            rel.push("memento");
            links.extend(self.one(Some(version), &rel.join(" ")));
        }
        links.join(", ")
    }

    fn general(&self) -> Vec<String> {
        vec![
            format!("<{}>; rel=\"original\"", self.original),
            format!(
                "<{}>; rel=\"timemap\"; type=\"application/link-format\"",
                self.timemap
            ),
        ]
    }

    /// A link to a memento.
    pub(super) fn one(&self, version: Option<&Version>, rel: &str) -> Option<String> {
        let version = version?;
        let (to, at) = (self.memento(version), http_date(version.at));
        Some(format!("<{to}>; rel=\"{rel}\"; datetime=\"{at}\""))
    }
}

/// Puts links into the head of an answer.
pub(super) fn put(fields: &mut HeaderMap, links: &str) {
    if let Ok(links) = HeaderValue::from_str(links) {
        fields.append(header::LINK, links);
    }
}
