//! What reading keeps to, whatever it is given: the fuzz targets hold it to this, and a test replays their seeds.

use std::collections::BTreeSet;

use chrono::DateTime;
use smallprint::collect::Parcel;
use smallprint::model::{
    BlockKind, Capture, Digest, Document, Failure, Hop, Interface, Kind, Provenance, Reading,
    WatchId,
};
use smallprint::proof::{Key, Public, checkpoint, note, stamp};
use smallprint::transfer::Kept;
use smallprint::watchlist::{Mistakes, Source, Watchlist};
use smallprint::{diff, extract, fetch, lists, past, watchlist, worker};

/// The most blocks a document may have.
const MOST_BLOCKS: usize = 500_000;
/// The most text a small body may unfold into, in bytes: rows repeat what stands in a merged cell.
const MOST_TEXT: usize = 256 << 20;
/// What divides what stood before from what stands after.
const DIVIDED: &[u8] = b"\n====\n";

/// A page is read as a page, by rules of several kinds.
pub fn html(body: &[u8]) {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let reading = match body.len() % 4 {
        0 => Reading {
            select: list(&["main", "#content", "article"]),
            drop: list(&["nav", ".promo", "[role=search]"]),
            drop_lines: list(&["^Current chapter"]),
            drop_params: list(&["utm_*", "key"]),
            stated: list(&[".when", "time"]),
            history: list(&[".log li"]),
            notices: list(&[".flag"]),
            ..Reading::default()
        },
        1 => Reading {
            kind: Kind::Index,
            ..Reading::default()
        },
        2 => Reading {
            kind: Kind::Register,
            rows_by: list(&["Ref"]),
            ..Reading::default()
        },
        _ => Reading::default(),
    };
    let page = capture("https://a.uk/b/page", "text/html; charset=utf-8", body);
    if extract::danger(&page, body).is_some() {
        return;
    }
    if let Ok(document) = read(&page, body, &reading) {
        check_entries(&document);
    }
}

/// What passes between the program and the process that reads for it. `READER` stands for the reader that was asked.
pub fn worker(bytes: &[u8]) {
    let reading = Reading::default();
    let reader = extract::reader(&reading).0;
    let answer = String::from_utf8_lossy(bytes).replace("READER", &reader);
    let heard = worker::heard(answer.as_bytes(), &reading);
    assert_eq!(heard, worker::heard(answer.as_bytes(), &reading));
    if let Some(Ok(document)) = heard {
        assert_eq!(document.reader, extract::reader(&reading));
        assert_eq!(document.text_digest(), kept(&document).text_digest());
        // What a process that went wrong says of a document is compared like any other.
        diff::between(&document.without_text(), &document);
    }
    if let Ok((capture, body, _)) = worker::asked(bytes) {
        assert!(!capture.hops.is_empty());
        assert!(body.len() as u64 <= capture.length);
    }
}

/// A register as separated values, as a workbook or as an office file, one or two in a row.
pub fn table(bytes: &[u8]) {
    let reading = Reading {
        kind: Kind::Register,
        rows_by: match bytes.len() % 3 {
            0 => vec!["Ref".to_owned()],
            _ => Vec::new(),
        },
        ..Reading::default()
    };
    let parts = match bytes
        .windows(DIVIDED.len())
        .position(|part| part == DIVIDED)
    {
        Some(at) => vec![&bytes[..at], &bytes[at + DIVIDED.len()..]],
        None => vec![bytes],
    };
    let documents: Vec<Document> = parts
        .into_iter()
        .filter_map(|body| {
            let capture = if body.starts_with(b"PK") {
                capture("https://a.uk/register", "application/octet-stream", body)
            } else if body.first() == Some(&b'<') {
                capture("https://a.uk/register", "text/html", body)
            } else {
                capture("https://a.uk/register.csv", "text/csv", body)
            };
            // What reads PDF files and the workbooks of Office 97 may run in circles until its memory is gone. It has a
            // process of its own, and only the end of that is judged.
            let apart =
                extract::danger(&capture, body) == Some("PDF") || body.starts_with(b"\xd0\xcf");
            (!apart).then(|| read(&capture, body, &reading).ok())?
        })
        .collect();
    if let [before, after] = &documents[..] {
        check_diff(before, after);
    }
}

/// Feeds, sitemaps, JSON, XML, Markdown and plain text under right and lying headers.
pub fn feed(body: &[u8]) {
    const NAMED: [(&str, &str); 9] = [
        ("https://a.uk/feed", "application/rss+xml"),
        ("https://a.uk/feed", "application/atom+xml"),
        ("https://a.uk/feed", "application/feed+json"),
        ("https://a.uk/sitemap.xml", "application/xml"),
        ("https://a.uk/api/data", "application/json"),
        ("https://a.uk/notice.md", "text/markdown"),
        ("https://a.uk/notice.txt", "text/plain"),
        ("https://a.uk/what", "application/octet-stream"),
        ("https://a.uk/page", "text/html"),
    ];
    let (url, content_type) = NAMED[body.len() % NAMED.len()];
    let is_item = body.windows(11).any(|part| part == b"schema_name");
    let reading = Reading {
        keys: match body.len() % 5 {
            0 => vec!["/items/*".to_owned(), "/title".to_owned()],
            _ => Vec::new(),
        },
        ..Reading::default()
    };
    let mut capture = capture(url, content_type, body);
    if is_item {
        // What the interface of GOV.UK tells of a page, asked in its stead.
        capture.url = "https://www.gov.uk/b/page".parse().expect("an address");
        let asked = Interface::Govuk.address(&capture.url);
        capture.hops[0].url = asked.expect("an address");
        assert_eq!(capture.through(), Some(Interface::Govuk));
    } else if extract::danger(&capture, body).is_some() {
        return;
    }
    if let Ok(document) = read(&capture, body, &reading) {
        check_entries(&document);
    }
}

/// A watchlist in one file, and the same bytes as the list of another program.
pub fn watchlist(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_watchlist(text).ok();
    }
    let borrowed = lists::read(bytes, &mut BTreeSet::new());
    assert_eq!(borrowed, lists::read(bytes, &mut BTreeSet::new()));
    let Ok(borrowed) = borrowed else { return };
    let written: Vec<String> = borrowed
        .drafts
        .iter()
        .map(|draft| draft.written())
        .collect();
    let text = written.join("\n");
    // What cannot be taken over is a remark of the draft, so that what is written can be read but for what it leaves open.
    if let Err(mistakes) = check_watchlist(&text) {
        let broken = |what: &str| what.contains("TOML") || what.contains("syntax");
        let broken = mistakes.0.iter().find(|mistake| broken(&mistake.what));
        assert!(broken.is_none(), "{broken:?} in\n{text}");
    }
}

/// The list that an archive of the web gives of a page: an index in rows or in JSON, or a TimeMap.
pub fn copies(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let url = |text: &str| -> url::Url { text.parse().expect("an address") };
    let (at, page) = (url("https://archive.uk/list"), url("https://a.uk/page"));
    let pattern = "https://archive.uk/{timestamp}id_/{url}";
    let list = past::read(&text, &at, &page, pattern);
    assert_eq!(list, past::read(&text, &at, &page, pattern));
    match list {
        Ok(list) => {
            let times: Vec<_> = list.copies.iter().map(|copy| copy.memento.at).collect();
            assert!(times.is_sorted(), "earliest first: {times:?}");
        }
        Err(why) => assert!(!why.is_empty()),
    }
}

/// What vouches for something: answers of time-stamp authorities, signed notes, keys.
pub fn proof(bytes: &[u8]) {
    let digest = Digest::of(b"a checkpoint");
    if let Err(why) = stamp::read(bytes, digest, 1) {
        assert!(!why.is_empty());
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(public) = Public::read(text.trim()) {
        assert_eq!(Public::read(&public.to_string()), Some(public));
    }
    let key = Key::of("archive", [7; 32]).expect("a key");
    checkpoint::open(text, key.public()).ok();
    if let Ok(said) = note::open(text, key.public()) {
        assert!(text.starts_with(said), "what is vouched for stands there");
    }
    Key::read("archive", text).ok();
}

/// What other machines send: letters of a mirror, parcels of a collector, and bodies in the encodings of the web.
pub fn sent(bytes: &[u8]) {
    const MOST: u64 = 1 << 20;
    if let Ok(bodies) = Kept::read_all(bytes) {
        let mut again = Vec::new();
        bodies
            .iter()
            .for_each(|(digest, kept)| kept.write(*digest, &mut again));
        assert_eq!(Kept::read_all(&again).as_ref(), Ok(&bodies));
    }
    if let Ok((parcel, body)) = Parcel::unwrapped(bytes.to_vec()) {
        let again = Parcel::unwrapped(parcel.wrapped(&body)).expect("it was read before");
        assert_eq!(again, (parcel, body));
    }
    for coding in ["gzip", "br", "zstd", "deflate", "gzip, br", "x"] {
        let mut hop = capture("https://a.uk/page", "text/html", bytes)
            .hops
            .remove(0);
        hop.headers
            .push(("content-encoding".to_owned(), coding.to_owned()));
        match fetch::undone(bytes.to_vec(), &hop, MOST) {
            Ok(plain) => assert!(plain.len() as u64 <= MOST, "{coding}"),
            Err(why) => assert!(!why.is_empty()),
        }
    }
}

fn check_watchlist(text: &str) -> Result<Watchlist, Mistakes> {
    let sources = [Source {
        name: "watchlist.toml".to_owned(),
        text: text.to_owned(),
        role: smallprint::watchlist::Role::default(),
    }];
    let read = watchlist::read(&sources);
    let again = watchlist::read(&sources);
    match (&read, &again) {
        (Ok(read), Ok(again)) => {
            assert_eq!(read.watches, again.watches);
            assert_eq!(read.watches.len(), read.plans.len());
            assert!(!read.routes.is_empty());
            let ids: BTreeSet<&WatchId> = read.watches.iter().map(|watch| &watch.id).collect();
            assert_eq!(
                ids.len(),
                read.watches.len(),
                "every watch has an id of its own"
            );
        }
        (Err(read), Err(again)) => {
            assert_eq!(read.0, again.0);
            assert!(!read.0.is_empty());
            for mistake in &read.0 {
                assert!(mistake.line >= 1 && mistake.column >= 1, "{mistake:?}");
                assert!(mistake.span.start <= mistake.span.end, "{mistake:?}");
                assert!(mistake.span.end <= text.len() + 1, "{mistake:?}");
                assert!(!mistake.what.is_empty());
            }
            assert!(!read.render(&sources, false, 80).is_empty());
            assert!(!read.render(&sources, true, 0).is_empty());
            assert!(!read.to_string().is_empty());
        }
        _ => panic!("the same watchlist is read in two ways"),
    }
    read
}

/// What a server answered with, where nothing but this is said of it.
fn capture(url: &str, content_type: &str, body: &[u8]) -> Capture {
    let url: url::Url = url.parse().expect("an address");
    Capture {
        at: DateTime::UNIX_EPOCH,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            address: None,
            certificate: None,
            at: DateTime::UNIX_EPOCH,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    }
}

/// Reads a body twice, and holds what comes of it to what is promised of every document and every failure.
fn read(capture: &Capture, body: &[u8], reading: &Reading) -> Result<Document, Failure> {
    let read = extract::read(capture, body, reading);
    let again = extract::read(capture, body, reading);
    assert_eq!(read, again, "the same bytes are read in the same way");
    match &read {
        Ok(document) => {
            check(document);
            assert!(extract::is_of_today(&document.reader, reading));
            assert_eq!(document.text_digest(), kept(document).text_digest());
        }
        Err(failure) => {
            assert!(!failure.why.is_empty());
            assert_eq!(failure.status, Some(200), "{}", failure.why);
        }
    }
    read
}

/// What is promised of every document.
fn check(document: &Document) {
    let blocks = &document.blocks;
    assert!(blocks.len() <= MOST_BLOCKS, "{} blocks", blocks.len());
    let text: usize = blocks.iter().map(|block| block.text.len()).sum();
    assert!(text <= MOST_TEXT, "{text} bytes of text");
    for block in blocks {
        assert!(!block.text.is_empty(), "an empty block: {block:?}");
        match &block.kind {
            BlockKind::Heading(level) => assert!((1..=6).contains(level), "{block:?}"),
            BlockKind::Item(depth) => assert!(*depth >= 1, "{block:?}"),
            BlockKind::Row(cells, _) => assert_eq!(block.text, cells.join(" | ")),
            BlockKind::Paragraph | BlockKind::Verbatim => {}
        }
        let broken = |c: char| c.is_control() && (c != '\n' || block.kind != BlockKind::Verbatim);
        let verbatim = block.kind == BlockKind::Verbatim;
        assert!(verbatim || !block.text.contains(broken), "{block:?}");
    }
    assert!(document.pages.is_sorted(), "{:?}", document.pages);
    assert!(
        document
            .pages
            .last()
            .is_none_or(|first| *first <= blocks.len())
    );
    assert_eq!(*document, kept(document), "it is kept as it is");
}

/// The document as it comes back from the archive.
fn kept(document: &Document) -> Document {
    let bytes = serde_json::to_vec(document).expect("a document is plain data");
    serde_json::from_slice(&bytes).expect("what was written can be read")
}

fn check_entries(document: &Document) {
    let entries = extract::entries(document);
    assert_eq!(entries, extract::entries(document));
    let addresses: BTreeSet<&str> = entries.iter().map(|entry| entry.url.as_str()).collect();
    assert_eq!(addresses.len(), entries.len(), "each address once");
}

fn check_diff(before: &Document, after: &Document) {
    let found = diff::between(before, after);
    assert_eq!(found, diff::between(before, after));
    let nothing = diff::between(after, after);
    assert!(nothing.is_empty(), "{nothing:?}");
    assert_eq!(diff::tables::of(after), diff::tables::of(&kept(after)));
    for table in &found.tables {
        assert!(!table.path.contains(&String::new()), "{:?}", table.path);
    }
}
