//! What differs between two versions, in the form a program asks for.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answers::{Compared, Request, Response as Answer};
use crate::model::{Edit, Hunk, Piece, Reach, TableDiff, Version, WatchId};
use crate::web::api::changes::ChangeOne;
use crate::web::api::listing::{given, with_tag};
use crate::web::api::versions::VersionOne;
use crate::web::asked::Named;
use crate::web::problem::Problem;
use crate::web::window::Window;
use crate::wording::redline::{self, Heading};
use crate::wording::times;

/// In which form.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Form {
    Json,
    Markdown,
    Html,
    Text,
    Patch,
}

/// The forms with what their names end in and their media types; the first is given where none is asked for.
const FORMS: [(Form, &str, &str); 5] = [
    (Form::Json, ".json", "application/json"),
    (Form::Markdown, ".md", "text/markdown"),
    (Form::Html, ".html", "text/html"),
    (Form::Text, ".txt", "text/plain"),
    (Form::Patch, ".patch", "text/x-patch"),
];

/// What differs between two versions of a document.
#[derive(Serialize, ToSchema)]
pub(super) struct Redline {
    /// The document.
    document: String,
    /// What it is called.
    title: String,
    /// The version before; 0 stands for "no page there".
    from: u32,
    /// The version after; 0 stands for "no page there".
    to: u32,
    /// The two as they are written: "3..4", or "b3..1" where one of them is a backfilled text, of which `from` and `to`
    /// are the numbers without their letter.
    reach: String,
    /// The version before.
    before: Option<VersionOne>,
    /// The version after.
    after: Option<VersionOne>,
    /// The change, where the two follow one another.
    change: Option<ChangeOne>,
    /// How many words of a thousand came or went.
    changed_per_mille: u16,
    /// Whether the texts were so long that words were not compared everywhere.
    coarse: bool,
    /// What differs, in the order of the new text.
    hunks: Vec<HunkOne>,
    /// What changes on nearly every visit, and is held quiet.
    quiet: Vec<HunkOne>,
    /// What became of the rows of tables.
    tables: Vec<TableChanged>,
    /// Files that came, went or were replaced.
    attachments: Vec<AttachmentChanged>,
}

/// Edits that stand side by side.
#[derive(Serialize, ToSchema)]
pub(super) struct HunkOne {
    /// The headings above, outermost first.
    path: Vec<String>,
    /// The edits.
    edits: Vec<EditOne>,
}

/// A block that differs.
#[derive(Serialize, ToSchema)]
pub(super) struct EditOne {
    /// "added", "removed", "reworded" or "moved".
    edit: &'static str,
    /// Its words before.
    before: Option<String>,
    /// Its words after.
    after: Option<String>,
    /// Of a reworded block: its words in reading order.
    words: Option<Vec<WordsOne>>,
}

/// A stretch of words.
#[derive(Serialize, ToSchema)]
pub(super) struct WordsOne {
    /// "kept", "removed" or "added".
    piece: &'static str,
    /// The words with their spaces.
    text: String,
}

/// What became of the rows of a table.
#[derive(Serialize, ToSchema)]
pub(super) struct TableChanged {
    /// The headings above it, outermost first.
    path: Vec<String>,
    /// The headings of its columns.
    columns: Vec<String>,
    /// How many rows came.
    added: usize,
    /// How many rows went.
    removed: usize,
    /// How many rows have other cells.
    altered: usize,
    /// How many rows have another key.
    rekeyed: usize,
}

/// A file that came, went or was replaced.
#[derive(Serialize, ToSchema)]
pub(super) struct AttachmentChanged {
    /// Its address before.
    before: Option<String>,
    /// Its address after.
    after: Option<String>,
}

impl From<&Compared> for Redline {
    fn from(compared: &Compared) -> Redline {
        let diff = &compared.diff;
        let files = diff.attachments.iter().map(|file| AttachmentChanged {
            before: file.before.as_ref().map(|file| file.url.clone()),
            after: file.after.as_ref().map(|file| file.url.clone()),
        });
        Redline {
            document: compared.id.0.clone(),
            title: compared.text_after.title.clone(),
            from: compared.span.from,
            to: compared.span.to,
            reach: compared.reach.to_string(),
            before: compared.before.as_ref().map(VersionOne::from),
            after: compared.after.as_ref().map(VersionOne::from),
            change: (compared.change.as_ref())
                .map(|change| ChangeOne::of(change, compared.corroboration.as_ref())),
            changed_per_mille: diff.changed_per_mille,
            coarse: diff.coarse,
            hunks: diff.hunks.iter().map(HunkOne::from).collect(),
            quiet: diff.quiet.iter().map(HunkOne::from).collect(),
            tables: diff.tables.iter().map(TableChanged::from).collect(),
            attachments: files.collect(),
        }
    }
}

impl From<&Hunk> for HunkOne {
    fn from(hunk: &Hunk) -> HunkOne {
        HunkOne {
            path: hunk.path.clone(),
            edits: hunk.edits.iter().map(EditOne::from).collect(),
        }
    }
}

impl From<&Edit> for EditOne {
    fn from(edit: &Edit) -> EditOne {
        let words = match edit {
            Edit::Reworded { words, .. } => Some(words.iter().map(|one| WordsOne {
                piece: match one.piece {
                    Piece::Kept => "kept",
                    Piece::Removed => "removed",
                    Piece::Added => "added",
                },
                text: one.text.clone(),
            })),
            _ => None,
        };
        EditOne {
            edit: match edit {
                Edit::Added { .. } => "added",
                Edit::Removed { .. } => "removed",
                Edit::Reworded { .. } => "reworded",
                Edit::Moved { .. } => "moved",
            },
            before: edit.before().map(|place| place.text.clone()),
            after: edit.after().map(|place| place.text.clone()),
            words: words.map(Iterator::collect),
        }
    }
}

impl From<&TableDiff> for TableChanged {
    fn from(table: &TableDiff) -> TableChanged {
        TableChanged {
            path: table.path.clone(),
            columns: table.columns.clone(),
            added: table.counts.added,
            removed: table.counts.removed,
            altered: table.counts.altered,
            rekeyed: table.counts.rekeyed,
        }
    }
}

/// What differs between any two versions of a document, written A..B; 0 stands for "no page there". The form is asked for
/// by what the address ends in (.json, .md, .html, .txt or .patch), or else by `Accept`.
#[utoipa::path(get, path = "/api/v1/changes/{document}/{span}", operation_id = "redline", tag = "changes",
    params(("document" = String, Path, description = "The id of a document."),
           ("span" = String, Path, description = "Two versions, as 3..4, or b3..1 for a backfilled text and a version; with or without the ending of a form.")),
    responses((status = 200, description = "What differs.", content(
        (Redline = "application/json"), (String = "text/markdown"), (String = "text/html"), (String = "text/plain"),
        (String = "text/x-patch")))))]
pub(super) async fn redline(
    State(window): State<Window>,
    Named((id, span)): Named<(String, String)>,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let ending = FORMS.iter().find(|(_, ending, _)| span.ends_with(ending));
    let (form, pair) = match ending {
        Some((form, ending, _)) => (*form, span.trim_end_matches(ending)),
        None => (accepted(&fields)?, span.as_str()),
    };
    let pair = pair
        .parse::<Reach>()
        .map_err(|error| Problem::unclear(error.to_string(), "A document lists its versions."))?;
    let asked = Request::Between {
        id: WatchId(id),
        reach: pair,
    };
    let compared = match window.ask(asked).await? {
        Answer::Diff(compared) => compared,
        other => return Err(Problem::mistaken(&other)),
    };
    Ok(written(&compared, form, &window))
}

fn written(compared: &Compared, form: Form, window: &Window) -> Response {
    let (heading, diff) = (heading(compared, window), &compared.diff);
    let mut response = match form {
        Form::Json => given(&Redline::from(compared)),
        Form::Markdown => with_tag(
            redline::markdown(&heading, diff),
            "text/markdown; charset=utf-8",
        ),
        Form::Html => with_tag(redline::html(&heading, diff), "text/html; charset=utf-8"),
        Form::Text => with_tag(redline::text(&heading, diff), "text/plain; charset=utf-8"),
        Form::Patch => with_tag(
            redline::patch(&heading, &compared.text_before, &compared.text_after),
            "text/x-patch; charset=utf-8",
        ),
    };
    let fields = response.headers_mut();
    fields.insert(header::VARY, HeaderValue::from_static("accept"));
    let ending = FORMS.iter().find(|(one, ..)| *one == form);
    if let (Form::Html | Form::Patch, Some((_, ending, _))) = (form, ending) {
        let name = format!(
            "attachment; filename=\"{}-{}{ending}\"",
            compared.id, compared.reach
        );
        if let Ok(name) = HeaderValue::from_str(&name) {
            fields.insert(header::CONTENT_DISPOSITION, name);
        }
    }
    response
}

/// The form that is liked best of those that are taken (RFC 9110, section 12.5.1).
fn accepted(fields: &HeaderMap) -> Result<Form, Problem> {
    let accept = fields.get_all(header::ACCEPT).iter();
    let accept: Vec<&str> = accept.filter_map(|value| value.to_str().ok()).collect();
    if accept.is_empty() {
        return Ok(Form::Json);
    }
    let accept = accept.join(",");
    let liked = |media: &str| {
        let (kind, _) = media.split_once('/').unwrap_or((media, ""));
        let of = accept.split(',').filter_map(|one| {
            let mut parts = one.split(';').map(str::trim);
            let range = parts.next()?.to_ascii_lowercase();
            let exact = match range.as_str() {
                "*/*" => 0,
                range if range == media => 2,
                range if range.strip_suffix("/*") == Some(kind) => 1,
                _ => return None,
            };
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let quality: f32 = quality.map_or(Some(1.0), |quality| quality.parse().ok())?;
            Some((exact, quality))
        });
        // The narrowest range that takes it says how much it is liked.
        let best = of.max_by_key(|(exact, _)| *exact);
        best.map(|(_, quality)| quality)
            .filter(|quality| *quality > 0.0)
    };
    let mut best: Option<(Form, f32)> = None;
    for (form, _, media) in FORMS {
        let quality = liked(media);
        if let Some(quality) = quality.filter(|more| best.is_none_or(|(_, best)| *more > best)) {
            best = Some((form, quality));
        }
    }
    best.map(|(form, _)| form).ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_ACCEPTABLE,
            "A redline cannot be had in any form that is accepted.",
        )
        .with(FORMS.map(|(_, _, media)| media).join(", "))
    })
}

/// What stands above the redline.
fn heading(compared: &Compared, window: &Window) -> Heading {
    let shown = compared.after.as_ref().or(compared.before.as_ref());
    let side = |version: Option<&Version>| match version {
        None => format!("{}, no page there", compared.id),
        Some(version) => {
            let seen = times::moment(version.at, window.zone());
            match &version.backfilled {
                Some(from) => format!(
                    "{} {}, copied by {} {seen}",
                    compared.id, from.point, from.archive
                ),
                None => format!("{} version {}, first seen {seen}", compared.id, version.no),
            }
        }
    };
    Heading {
        title: compared.text_after.title.clone(),
        url: shown.map_or_else(String::new, |version| version.url.to_string()),
        before: side(compared.before.as_ref()),
        after: side(compared.after.as_ref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(accept: &str, expected: Option<Form>) {
        let mut fields = HeaderMap::new();
        if !accept.is_empty() {
            fields.insert(header::ACCEPT, accept.parse().expect("a value"));
        }
        assert_eq!(accepted(&fields).ok(), expected, "{accept}");
    }

    #[test]
    fn the_form_liked_best_is_given() {
        case("", Some(Form::Json));
        case("*/*", Some(Form::Json));
        case("text/markdown", Some(Form::Markdown));
        case("text/*", Some(Form::Markdown));
        case("text/plain;q=0.9, text/html;q=0.4", Some(Form::Text));
        case("text/html, application/json;q=0.1", Some(Form::Html));
        case("application/json;q=0, */*;q=0.1", Some(Form::Markdown));
        case("Text/X-Patch", Some(Form::Patch));
        case("image/png", None);
    }
}
