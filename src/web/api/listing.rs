//! Lists, a page at a time, and how they are cited.

use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::ToSchema;

use crate::model::{Digest, EntryNo};
use crate::web::problem::Problem;

/// How many rows a page has unless something else is asked for, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 500;
/// The longest cursor.
const LONGEST: usize = 2_000;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Listing<T: ToSchema> {
    /// The rows, in order.
    items: Vec<T>,
    /// Where the next page is; null on the last one. The same stands in the `Link` field as `rel="next"`.
    next: Option<String>,
    /// How this answer is cited.
    cite: Cite,
}

/// How an answer is cited.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct Cite {
    /// The question. Where it can be asked again with the same answer, it holds `as_of_entry`.
    query: String,
    /// The last entry of the journal that went into the answer.
    as_of_entry: EntryNo,
    /// Whether `query` is answered the same at any later time.
    reproducible: bool,
    /// What reads captures at present, sort by sort; each version names what read it.
    reader: String,
}

/// Of which time an answer is.
#[derive(Clone, Copy)]
pub(super) enum AsOf {
    /// Whatever came after this entry is left out.
    Entry(EntryNo),
    /// As it stands now, after this entry; asked later, it is answered otherwise.
    Now(EntryNo),
}

/// The page that is asked for.
pub(super) struct Page<'a> {
    pub(super) uri: &'a Uri,
    pub(super) cursor: Option<&'a str>,
    pub(super) limit: Option<u32>,
}

impl Page<'_> {
    /// This page of some rows. Each comes with its key; rows stand in the order of their keys, whatever comes or goes.
    pub(super) fn of<T: Serialize + ToSchema>(
        &self,
        rows: impl IntoIterator<Item = (String, T)>,
        as_of: AsOf,
    ) -> Result<Response, Problem> {
        let limit = self.limit()?;
        let mut rows = self.cut(rows)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|(key, _)| key.clone());
        let items = rows.into_iter().map(|(_, row)| row).collect();
        Ok(self.whole(items, next.as_deref(), as_of))
    }

    /// A page of these rows, as they are; the next one begins behind this key.
    pub(super) fn whole<T: Serialize + ToSchema>(
        &self,
        items: Vec<T>,
        next: Option<&str>,
        as_of: AsOf,
    ) -> Response {
        let next = next.map(|key| at(self.uri, as_of, Some(&written(key))));
        let listing = Listing {
            items,
            next: next.clone(),
            cite: cite(self.uri, as_of, self.cursor),
        };
        let mut response = given(&listing);
        let link =
            next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok());
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }

    /// The entry at which the page before ended, where rows stand by their entries, newest first; what is told of it may go
    /// on in this page.
    pub(super) fn ended(&self) -> Result<Option<EntryNo>, Problem> {
        let key = self.cursor.map(read).transpose()?;
        let number = |key: String| key.get(..DIGITS)?.parse::<u64>().ok();
        Ok(key.and_then(number).map(|number| EntryNo::MAX - number))
    }

    /// The numbers of this page and one more, so that only what is shown is looked up.
    pub(super) fn numbers(&self, all: impl Iterator<Item = u32>) -> Result<Vec<u32>, Problem> {
        let rows = self.cut(all.map(|number| (in_order(number.into()), number)))?;
        Ok(rows.into_iter().map(|(_, number)| number).collect())
    }

    /// The rows of this page, and one more where there are more.
    pub(super) fn cut<T>(
        &self,
        rows: impl IntoIterator<Item = (String, T)>,
    ) -> Result<Vec<(String, T)>, Problem> {
        let after = self.cursor.map(read).transpose()?;
        let rows = rows.into_iter();
        let rows = rows.filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
        Ok(rows.take(self.limit()? + 1).collect())
    }

    /// How many rows it has at most.
    pub(super) fn limit(&self) -> Result<usize, Problem> {
        match self.limit.unwrap_or(USUAL) {
            limit @ 1..=MOST => Ok(limit as usize),
            limit => Err(Problem::unclear(
                format!("A page cannot have {limit} rows."),
                format!("Ask for 1 to {MOST}."),
            )),
        }
    }
}

/// How the answer to a question is cited.
pub(super) fn cite(uri: &Uri, as_of: AsOf, cursor: Option<&str>) -> Cite {
    let (AsOf::Entry(entry) | AsOf::Now(entry)) = as_of;
    Cite {
        query: at(uri, as_of, cursor),
        as_of_entry: entry,
        reproducible: matches!(as_of, AsOf::Entry(_)),
        reader: reader(),
    }
}

/// The address of the same question as of then, from this place on.
fn at(uri: &Uri, as_of: AsOf, cursor: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let asked = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    for (name, value) in asked {
        if !["cursor", "as_of_entry"].contains(&name.as_ref()) {
            query.append_pair(&name, &value);
        }
    }
    if let AsOf::Entry(entry) = as_of {
        query.append_pair("as_of_entry", &entry.to_string());
    }
    if let Some(cursor) = cursor {
        query.append_pair("cursor", cursor);
    }
    let query = query.finish();
    match query.is_empty() {
        true => uri.path().to_owned(),
        false => format!("{}?{query}", uri.path()),
    }
}

/// How many digits the number at the beginning of a key has.
const DIGITS: usize = 20;

/// The key of a row that stands before those of earlier entries.
pub(super) fn newest_first(entry: EntryNo) -> String {
    in_order(EntryNo::MAX - entry)
}

/// The key of a row that stands in the order of a number.
pub(super) fn in_order(number: u64) -> String {
    format!("{number:020}")
}

/// What reads captures at present: a name for every sort of page and interface.
pub(in crate::web) fn reader() -> String {
    use crate::extract;
    use crate::model::{Kind, Reading};
    let of = |kind| {
        let reader = extract::reader(&Reading {
            kind,
            ..Reading::default()
        });
        let (code, _) = reader.0.split_once(':').unwrap_or((&reader.0, ""));
        code.to_owned()
    };
    [Kind::Page, Kind::Index, Kind::Register].map(of).join(" ")
}

/// A key as a cursor: nobody is to make one up.
fn written(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn read(cursor: &str) -> Result<String, Problem> {
    let wrong = || {
        Problem::unclear(
            "This cursor is none of ours.",
            "Take the one that the answer before gives as next, or leave it out to begin at the beginning.",
        )
    };
    let digits = cursor.as_bytes();
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if !digits.len().is_multiple_of(2) || digits.len() > LONGEST || !digits.iter().all(is_digit) {
        return Err(wrong());
    }
    let bytes = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    let bytes = bytes.ok_or_else(wrong)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// JSON, with the tag it is known again by.
pub(in crate::web) fn given<T: Serialize>(answer: &T) -> Response {
    match serde_json::to_string(answer) {
        Ok(text) => with_tag(text, "application/json"),
        Err(error) => {
            tracing::error!("an answer could not be written: {error}");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A text of this media type, with the tag it is known again by.
pub(in crate::web) fn with_tag(text: String, media: &'static str) -> Response {
    let tag = format!("W/\"{}\"", Digest::of(text.as_bytes()).short());
    (
        [
            (header::CONTENT_TYPE, media.to_owned()),
            (header::ETAG, tag),
        ],
        text,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_key() {
        for key in ["", "nhse-care-data", "00000000000000000012", "é\n"] {
            assert_eq!(read(&written(key)).ok().as_deref(), Some(key));
        }
        for wrong in ["7", "zz", "FF", "é1", &"0".repeat(2_002)] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn newer_entries_stand_first() {
        assert!(newest_first(12) < newest_first(9));
        assert!(in_order(9) < in_order(12));
    }
}
