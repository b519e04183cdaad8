//! How many of the pages, items and files of the corpora resemble a known scheme; skipped where they are not at hand.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use smallprint::findings::{self, Step};
use smallprint::model::{
    Bounds, Capture, ChangeKind, Digest, Document, Facts, Finding, Hop, Provenance, Reading, Watch,
};
use smallprint::rulebook::Book;
use smallprint::{diff, extract};
use url::Url;

/// The kinds of files that are read, with the content type they are served with.
const KINDS: [(&str, &str); 6] = [
    ("html", "text/html; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("txt", "text/plain; charset=utf-8"),
    ("json", "application/json"),
    ("pdf", "application/pdf"),
    ("csv", "text/csv; charset=utf-8"),
];
/// What is no document.
const OTHER: [&str; 7] = [
    "history.json",
    "index.json",
    "INDEX.json",
    "MANIFEST.json",
    "/robots/",
    "/cron/",
    "/charset/",
];

fn corpora() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared", "../../shared"].map(|near| root.join(near).join("corpora"));
    let found = places.into_iter().find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: shared/corpora is not here");
    }
    found
}

/// The last document of every folder, since versions of one document are one document; all of a folder of many documents.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|one| one.expect("an entry").path()).collect();
    paths.sort();
    let is_history = paths.iter().any(|path| path.ends_with("history.json"));
    let (folders, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    folders.iter().for_each(|folder| files(folder, found));
    let mut documents = paths.into_iter().filter(|path| {
        let name = path.to_string_lossy();
        !OTHER.iter().any(|other| name.contains(other)) && content_type(path).is_some()
    });
    match is_history {
        true => found.extend(documents.next_back()),
        false => found.extend(documents),
    }
}

fn content_type(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?;
    let mut kinds = KINDS.iter();
    kinds
        .find(|(kind, _)| *kind == ending)
        .map(|(_, served)| *served)
}

fn document(path: &Path) -> Option<Document> {
    let body = std::fs::read(path).expect("a file");
    read(path, &body)
}

/// Reads the bytes of a file of that name.
fn read(path: &Path, body: &[u8]) -> Option<Document> {
    let url = Url::parse("https://corpora.example/document").expect("an address");
    let at = "2026-11-18T11:00:00Z".parse().expect("a time");
    let capture = Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![("content-type".to_owned(), content_type(path)?.to_owned())],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    extract::read(&capture, body, &Reading::default()).ok()
}

/// What is said of a document that is new.
fn said(document: &Document) -> Vec<Finding> {
    let url = Url::parse("https://corpora.example/document").expect("an address");
    let watch = Watch::bare("document", url);
    let at: DateTime<Utc> = "2026-11-18T11:00:00Z".parse().expect("a time");
    let diff = diff::between(&document.without_text(), document);
    let step = Step {
        watch: &watch,
        kind: ChangeKind::Appeared,
        before: None,
        after: Some(document),
        diff: &diff,
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        bounds: Bounds {
            after: None,
            by: at,
        },
        zone: chrono_tz::Europe::London,
        book: &Book::shipped(),
        watches: &[],
    };
    findings::judge(&step, &Facts::default(), at)
}

/// What a page of the story resembles when its scheme is called otherwise.
#[track_caller]
fn case(page: &str, called: &[(&str, &str)], scheme: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/web/story")
        .join(page);
    let mut html = std::fs::read_to_string(&path).expect("a page of the story");
    for (name, other) in called {
        assert!(html.contains(name), "{page} does not name {name}");
        html = html.replace(name, other);
    }
    let document = read(&path, html.as_bytes()).expect("a document");
    let found = said(&document);
    let found = found.iter().find(|finding| finding.rule == "lead");
    let found = found.unwrap_or_else(|| panic!("{page} resembles nothing"));
    assert!(found.names.iter().any(|name| name == scheme), "{found:#?}");
    println!("{page}: {} {:?} {}", found.severity, found.names, found.why);
}

#[test]
fn the_pages_of_the_story_resemble_their_schemes_under_other_names() {
    let care = [("care.data", "Health Insight")];
    case("01-nhse-caredata-2013-09-06.html", &care, "care.data");
    case("03-hscic-collect-2014-01-31.html", &care, "care.data");
    let care = [
        ("care.data", "Health Insight"),
        ("Care.data", "Health Insight"),
    ];
    case("07-hscic-caredata-2014-07-15.html", &care, "care.data");
    case("11-hscic-caredata-2015-09-04.html", &care, "care.data");
    let single = [("single GP dataset", "common GP extract")];
    case(
        "13-gov-review-2016-07-06.html",
        &single,
        "Single GP dataset",
    );
    for (page, leaflet) in [
        (
            "02-nhse-caredata-2014-01-14.html",
            "Better information means better care",
        ),
        (
            "10-nhse-caredata-2014-10-07.html",
            "better information means better care",
        ),
    ] {
        let called = [("care.data", "Health Insight"), (leaflet, "What we know")];
        case(page, &called, "care.data");
    }
    let gpdpr = "General Practice Data for Planning and Research";
    let planning = [(gpdpr, "Better Insight")];
    case("20-nhsd-gpdpr-2021-05-12.html", &planning, gpdpr);
    case("21-nhsd-gpdpr-2021-06-08.html", &planning, gpdpr);
}

#[test]
fn ordinary_documents_resemble_no_scheme() {
    let Some(corpora) = corpora() else {
        return;
    };
    let mut paths = Vec::new();
    files(&corpora, &mut paths);
    let (mut read, mut words) = (0, 0);
    let mut told: Vec<String> = Vec::new();
    for path in &paths {
        let Some(document) = document(path) else {
            continue;
        };
        read += 1;
        words += document.words();
        for finding in said(&document) {
            if matches!(finding.rule.as_str(), "lead" | "buried") {
                told.push(format!("{}: {}", path.display(), finding.why));
            }
        }
    }
    let leads = told.iter().filter(|one| one.contains("Resembles")).count();
    println!("{read} documents, {words} words, {leads} resemblances:");
    println!("{}", told.join("\n"));
    assert!(read > 80, "{read}");
    assert!(leads * 100 <= read, "{}", told.join("\n"));
}
