//! Answers of servers as records: with their payload where it is the first of its bytes, else with where that stands.

use chrono::{DateTime, Utc};
use url::Url;

use crate::export::walk::Walk;
use crate::export::warc::SAME_PAYLOAD;
use crate::export::warc::answer::{Body, message};
use crate::export::warc::arrived::Common;
use crate::export::warc::record::{Record, date, labelled, server};
use crate::export::warc::shelf::Shelf;
use crate::house::NotDone;
use crate::model::{Digest, Hop};

/// The record that has a payload.
#[derive(Clone)]
pub(super) struct Original {
    id: String,
    url: Url,
    at: DateTime<Utc>,
}

impl Shelf<'_> {
    /// An answer with its body, which is read only where it is needed.
    pub(super) fn answered(
        &mut self,
        walk: &Walk,
        common: &Common,
        (what, place): (&str, usize),
        hop: &Hop,
        body: Option<Digest>,
        with: Option<&String>,
    ) -> Result<(), NotDone> {
        let body = match body {
            Some(digest) => walk.left(digest)?.map(|bytes| (digest, bytes)),
            None => None,
        };
        let body = body
            .as_ref()
            .map(|(digest, bytes)| (*digest, bytes.as_slice()));
        self.response(common, (what, place), hop, body, with)
    }

    /// An answer: a response record, or a revisit record where another one has its payload.
    pub(super) fn response(
        &mut self,
        common: &Common,
        (what, place): (&str, usize),
        hop: &Hop,
        body: Option<(Digest, &[u8])>,
        with: Option<&String>,
    ) -> Result<(), NotDone> {
        let id = common.named(what, place);
        let mut fields = vec![("WARC-Target-URI", hop.url.to_string())];
        fields.extend(server(hop));
        fields.extend(with.map(|with| ("WARC-Concurrent-To", with.clone())));
        let original = body.and_then(|(digest, _)| self.payloads.get(&digest).cloned());
        let (kind, block) = match (body, original) {
            (Some((digest, bytes)), Some(original)) => {
                fields.push(("WARC-Payload-Digest", labelled(digest)));
                fields.push(("WARC-Profile", SAME_PAYLOAD.to_owned()));
                fields.extend(original.referred());
                fields.push(("WARC-Truncated", "length".to_owned()));
                ("revisit", message(hop, Body::Elsewhere(bytes.len() as u64)))
            }
            (Some((digest, bytes)), None) => {
                fields.push(("WARC-Payload-Digest", labelled(digest)));
                let original = Original {
                    id: id.clone(),
                    url: hop.url.clone(),
                    at: hop.at,
                };
                self.payloads.insert(digest, original);
                ("response", message(hop, Body::Kept(bytes)))
            }
            (None, _) => {
                let stated = hop
                    .header("content-length")
                    .is_none_or(|length| length.trim() != "0");
                if stated {
                    fields.push(("WARC-Truncated", "unspecified".to_owned()));
                }
                ("response", message(hop, Body::Unkept))
            }
        };
        self.put(
            common.entry,
            Record {
                kind,
                id,
                at: hop.at,
                fields,
                media: Some("application/http; msgtype=response"),
                block,
            },
        )
    }
}

impl Original {
    /// The fields that lead to it.
    pub(super) fn referred(&self) -> [(&'static str, String); 3] {
        [
            ("WARC-Refers-To", self.id.clone()),
            ("WARC-Refers-To-Target-URI", self.url.to_string()),
            ("WARC-Refers-To-Date", date(self.at)),
        ]
    }
}
