//! The versions of a document: listed, one as read, the one that stood at a time, and its bytes.

use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answers::{Form, Known, Request, Response as Answer, Shown, Which};
use crate::model::{
    Attachment, Block, BlockKind, Document, EntryNo, Link, Point, Version, WatchId,
};
use crate::web::api::listing::{AsOf, Listing, Page, given, in_order};
use crate::web::api::saved;
use crate::web::asked::{Asked, End, Named, moment};
use crate::web::problem::{ForgottenOne, Problem};
use crate::web::wanted;
use crate::web::window::Window;

/// Which page of the versions.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VersionsWanted {
    /// As it was answered when this was the last entry of the journal: later versions are left out. When a version was
    /// last seen, and whether it was forgotten, is told as it is known now.
    pub(super) as_of_entry: Option<EntryNo>,
    /// Where the page before ended; its answer names it.
    #[param(max_length = 2000)]
    pub(super) cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    pub(super) limit: Option<u32>,
}

/// A version: a text that differs from the one before it.
#[derive(Serialize, ToSchema)]
pub(super) struct VersionOne {
    /// Its id: the document with its number.
    id: String,
    /// Whose version.
    document: String,
    /// Its number, from 1; given once, never moved.
    no: u32,
    /// The entry of the journal that brought it.
    entry: EntryNo,
    /// Its title.
    title: String,
    /// Where it was read.
    url: String,
    /// The last time the text before it was seen; null for a first sight.
    after: Option<DateTime<Utc>>,
    /// The first time this text was seen.
    first_seen: DateTime<Utc>,
    /// The last time this text was seen, as is known now.
    last_seen: DateTime<Utc>,
    /// The SHA-256 of the bytes as served.
    body_sha256: String,
    /// The SHA-256 of the capture: hops and header fields, as JSON.
    capture_sha256: String,
    /// The SHA-256 of the text that is compared.
    text_sha256: String,
    /// The earlier version with the same text, where it is a return.
    same_text_as: Option<u32>,
    /// The file it was read from, where somebody had saved it and gave it to us.
    imported: Option<String>,
    /// When later rules read its capture again, where they did.
    reread: Option<DateTime<Utc>>,
    /// Where it came from, where it is a backfilled text: then its times are those that the archive gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    backfilled: Option<BackfilledOne>,
    /// That its text was forgotten, or its bytes, where they were, as is known now: then `sha256` is that of its document or
    /// of its bytes, and asking for these is answered by 410 or 451.
    forgotten: Option<ForgottenOne>,
    /// Its page for people.
    page: String,
}

/// Where a backfilled text came from.
#[derive(Serialize, ToSchema)]
pub(super) struct BackfilledOne {
    /// The archive of the web, by its name in the watchlist.
    archive: String,
    /// Where people read the copy there.
    url: String,
    /// When it was brought here.
    brought: DateTime<Utc>,
}

/// A version as read.
#[derive(Serialize, ToSchema)]
pub(super) struct VersionWhole {
    /// The version.
    version: VersionOne,
    /// Whether it is known that it stood there, where a time was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    stood: Option<StoodThen>,
    /// What read it.
    reader: String,
    /// The language the page says it is in.
    lang: Option<String>,
    /// What the page says of itself.
    stated: StatedOne,
    /// The text, in reading order.
    blocks: Vec<BlockOne>,
    /// The files it offers.
    attachments: Vec<AttachmentOne>,
}

/// What is known of the moment that was asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct StoodThen {
    /// "present": this text was seen before and after; "absent": the page was gone; "unknown": nobody knows.
    known: &'static str,
    /// The same in a sentence or two.
    said: String,
}

/// What a page says of itself.
#[derive(Serialize, ToSchema)]
pub(super) struct StatedOne {
    /// The day it says it was first published.
    published: Option<NaiveDate>,
    /// The day it says it was last changed.
    updated: Option<NaiveDate>,
    /// The lines that say so.
    lines: Vec<String>,
    /// The notice that says it was withdrawn.
    withdrawn: Option<String>,
    /// The address it gives as its own.
    canonical: Option<String>,
}

/// A block of text.
#[derive(Serialize, ToSchema)]
pub(super) struct BlockOne {
    /// What it is: "heading", "paragraph", "item", "row" or "verbatim".
    kind: &'static str,
    /// The level of a heading, or the depth of an item.
    level: Option<u8>,
    /// Its words; the cells of a row are joined with " | ".
    text: String,
    /// The cells of a row.
    cells: Option<Vec<String>>,
    /// The links inside, in order.
    links: Vec<LinkOne>,
}

/// A link inside a block.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkOne {
    /// Its words.
    text: String,
    /// Where it leads.
    url: String,
}

/// A file a page offers.
#[derive(Serialize, ToSchema)]
pub(super) struct AttachmentOne {
    /// Its title.
    title: String,
    /// Its address.
    url: String,
    /// What the page says of it.
    facts: Option<String>,
}

impl From<&Version> for VersionOne {
    fn from(version: &Version) -> VersionOne {
        VersionOne {
            id: format!("{}@{}", version.watch, version.point()),
            document: version.watch.0.clone(),
            no: version.no,
            entry: version.entry,
            title: version.title.clone(),
            url: version.url.to_string(),
            after: version.after,
            first_seen: version.at,
            last_seen: version.last_seen,
            body_sha256: version.body.to_string(),
            capture_sha256: version.capture.to_string(),
            text_sha256: version.compared().to_string(),
            same_text_as: version.same_text_as,
            imported: version.imported.as_ref().map(|file| file.file.clone()),
            reread: version.reread.as_ref().map(|reread| reread.at),
            backfilled: version.backfilled.as_ref().map(|from| BackfilledOne {
                archive: from.archive.clone(),
                url: from.url.clone(),
                brought: from.came,
            }),
            forgotten: version.forgotten.as_deref().map(ForgottenOne::from),
            page: format!("/d/{}/{}", version.watch, version.point()),
        }
    }
}

impl From<&Block> for BlockOne {
    fn from(block: &Block) -> BlockOne {
        let (kind, level) = match &block.kind {
            BlockKind::Heading(level) => ("heading", Some(*level)),
            BlockKind::Paragraph => ("paragraph", None),
            BlockKind::Item(depth) => ("item", Some(*depth)),
            BlockKind::Row(..) => ("row", None),
            BlockKind::Verbatim => ("verbatim", None),
        };
        BlockOne {
            kind,
            level,
            text: block.text.clone(),
            cells: match &block.kind {
                BlockKind::Row(cells, _) => Some(cells.clone()),
                _ => None,
            },
            links: block.links.iter().map(LinkOne::from).collect(),
        }
    }
}

impl From<&Link> for LinkOne {
    fn from(link: &Link) -> LinkOne {
        LinkOne {
            text: link.text.clone(),
            url: link.url.clone(),
        }
    }
}

impl From<&Attachment> for AttachmentOne {
    fn from(file: &Attachment) -> AttachmentOne {
        AttachmentOne {
            title: file.title.clone(),
            url: file.url.clone(),
            facts: file.facts.clone(),
        }
    }
}

impl VersionWhole {
    fn of(version: &Version, document: &Document) -> VersionWhole {
        let stated = &document.stated;
        VersionWhole {
            version: version.into(),
            stood: None,
            reader: document.reader.0.clone(),
            lang: document.lang.clone(),
            stated: StatedOne {
                published: stated.published,
                updated: stated.updated,
                lines: stated.lines.clone(),
                withdrawn: stated.withdrawn.clone(),
                canonical: stated.canonical.as_ref().map(ToString::to_string),
            },
            blocks: document.blocks.iter().map(BlockOne::from).collect(),
            attachments: document
                .attachments
                .iter()
                .map(AttachmentOne::from)
                .collect(),
        }
    }
}

impl VersionsWanted {
    fn page<'a>(&'a self, uri: &'a Uri) -> Page<'a> {
        Page {
            uri,
            cursor: self.cursor.as_deref(),
            limit: self.limit,
        }
    }
}

/// The versions of a document, oldest first.
#[utoipa::path(get, path = "/api/v1/documents/{document}/versions", operation_id = "versions", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."), VersionsWanted),
    responses((status = 200, description = "A page of versions.", body = Listing<VersionOne>)))]
pub(super) async fn versions(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<VersionsWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let as_of = wanted::as_of(&window, wanted.as_of_entry).await?;
    let versions = of(&window, &WatchId(id)).await?;
    let rows = versions.iter().filter(|version| version.entry <= as_of);
    let rows = rows.map(|version| (in_order(version.no.into()), VersionOne::from(version)));
    wanted.page(&uri).of(rows, AsOf::Entry(as_of))
}

/// The backfilled texts of a document, earliest first: what archives of the web hold from before it was watched. Their
/// times are those that the archives give; they are no versions, and stand apart from them.
#[utoipa::path(get, path = "/api/v1/documents/{document}/past", operation_id = "past", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."), VersionsWanted),
    responses((status = 200, description = "A page of backfilled texts.", body = Listing<VersionOne>)))]
pub(super) async fn past(
    State(window): State<Window>,
    Named(id): Named<String>,
    Asked(wanted): Asked<VersionsWanted>,
    uri: Uri,
) -> Result<Response, Problem> {
    let as_of = wanted::as_of(&window, wanted.as_of_entry).await?;
    let id = WatchId(id);
    let timeline = match window.ask(Request::History { id }).await? {
        Answer::History(timeline) => timeline,
        other => return Err(Problem::mistaken(&other)),
    };
    let texts = timeline.past.map(|told| told.texts).unwrap_or_default();
    let rows = texts.iter().filter(|text| text.entry <= as_of);
    let rows = rows.map(|text| {
        let place = format!("{:020}-{:010}", text.at.timestamp().max(0), text.no);
        (place, VersionOne::from(text))
    });
    wanted.page(&uri).of(rows, AsOf::Entry(as_of))
}

/// Every version of a document, oldest first.
pub(in crate::web) async fn of(window: &Window, id: &WatchId) -> Result<Vec<Version>, Problem> {
    match window.ask(Request::Versions { id: id.clone() }).await? {
        Answer::Versions(versions) => Ok(versions),
        other => Err(Problem::mistaken(&other)),
    }
}

/// One version as read.
#[utoipa::path(get, path = "/api/v1/documents/{document}/versions/{no}", operation_id = "version", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."),
           ("no" = String, Path, description = "The number of a version, as 3, or that of a backfilled text, as b3.")),
    responses((status = 200, description = "The version.", body = VersionWhole)))]
pub(super) async fn version(
    State(window): State<Window>,
    Named((id, no)): Named<(String, Point)>,
) -> Result<Response, Problem> {
    let shown = show(&window, id, which(no), Form::Text).await?;
    Ok(given(&whole(&shown)?))
}

/// The last version seen by a time, and whether it is known that it stood there then. A day means its end, in the time
/// zone of the watchlist.
#[utoipa::path(get, path = "/api/v1/documents/{document}/at/{time}", operation_id = "version_at", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."),
           ("time" = String, Path, description = "A day, as 2026-07-06, or a time, as 2026-07-06T12:00:00Z.")),
    responses((status = 200, description = "That version, as read.", body = VersionWhole)))]
pub(super) async fn version_at(
    State(window): State<Window>,
    Named((id, time)): Named<(String, String)>,
) -> Result<Response, Problem> {
    let at = moment(&time, window.zone(), End::Last)?;
    let shown = show(&window, id, Which::At(at), Form::Text).await?;
    let stood = shown.stood.as_ref().map(|known| StoodThen {
        known: match known {
            Known::Present => "present",
            Known::Absent { .. } => "absent",
            Known::Unknown { .. } => "unknown",
        },
        said: known.said(window.zone(), window.now()),
    });
    let whole = whole(&shown)?;
    Ok(given(&VersionWhole { stood, ..whole }))
}

/// The bytes of a version as they were served, to be saved: never shown as a page of ours. Their media type, as the server
/// gave it, stands in `X-Archive-Orig-Content-Type`.
#[utoipa::path(get, path = "/api/v1/documents/{document}/versions/{no}/body", operation_id = "body", tag = "documents",
    params(("document" = String, Path, description = "The id of a document."),
           ("no" = String, Path, description = "The number of a version, as 3, or that of a backfilled text, as b3.")),
    responses((status = 200, description = "The bytes as served.", content_type = "application/octet-stream", body = Vec<u8>)))]
pub(super) async fn body(
    State(window): State<Window>,
    Named((id, no)): Named<(String, Point)>,
) -> Result<Response, Problem> {
    let headers = show(&window, id.clone(), which(no), Form::Headers).await?;
    let shown = show(&window, id, which(no), Form::Raw).await?;
    let served = headers.capture.as_ref();
    let served = served.and_then(|capture| capture.answer().header("content-type"));
    let bytes = shown.raw.unwrap_or_default();
    let mut response = saved(bytes, &format!("{}-{no}", shown.version.watch));
    if let Some(served) = served.and_then(|served| served.parse().ok()) {
        let name = header::HeaderName::from_static("x-archive-orig-content-type");
        response.headers_mut().insert(name, served);
    }
    Ok(response)
}

/// Leads to the version that stands.
#[utoipa::path(get, path = "/api/v1/documents/{document}/latest", operation_id = "latest", tag = "documents",
    params(("document" = String, Path, description = "The id of a document.")),
    responses((status = 307, description = "The version that stands, or stood last.")))]
pub(super) async fn latest(
    State(window): State<Window>,
    Named(id): Named<String>,
) -> Result<Redirect, Problem> {
    let shown = show(&window, id, Which::Last, Form::Text).await?;
    let version = &shown.version;
    Ok(Redirect::temporary(&format!(
        "/api/v1/documents/{}/versions/{}",
        version.watch, version.no
    )))
}

fn which(point: Point) -> Which {
    match point {
        Point::Own(no) => Which::No(no),
        Point::Past(no) => Which::Past(no),
    }
}

async fn show(window: &Window, id: String, which: Which, form: Form) -> Result<Shown, Problem> {
    let asked = Request::Show {
        id: WatchId(id),
        which,
        form,
    };
    match window.ask(asked).await? {
        Answer::Show(shown) => Ok(*shown),
        other => Err(Problem::mistaken(&other)),
    }
}

fn whole(shown: &Shown) -> Result<VersionWhole, Problem> {
    let document = shown.document.as_ref();
    let document = document.ok_or_else(|| {
        Problem::not_there(
            "This version was never read.",
            "Its body can be had all the same.",
        )
    })?;
    Ok(VersionWhole::of(&shown.version, document))
}
