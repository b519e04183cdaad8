//! Reads real PDF files, other exports of the same text, and files that are broken in every way.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, Utc};
use smallprint::extract;
use smallprint::model::{BlockKind, Capture, Digest, Document, Hop, Outcome, Provenance, Reading};
use url::Url;

use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page_watch};

/// What a server sent at an address that ends like this.
pub fn capture(name: &str, body: &[u8]) -> Capture {
    let at: DateTime<Utc> = "2020-04-13T11:00:00Z".parse().expect("a time");
    let url = Url::parse(&format!("https://nhs.example/files/{name}")).expect("an address");
    Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url,
            status: 200,
            headers: vec![("content-type".to_owned(), "application/pdf".to_owned())],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    }
}

/// A file of tests/pages/pdf.
pub fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/pdf");
    std::fs::read(path.join(name)).expect("a file")
}

fn read(body: &[u8]) -> Document {
    extract::read(&capture("a.pdf", body), body, &Reading::default()).expect("a document")
}

/// A PDF of these pages, each given as the operators that draw it.
pub fn made(pages: &[String]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len())
        .map(|page| format!("{} 0 R", 4 + 2 * page))
        .collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Kids[{}]/Count {}>>",
            kids.join(" "),
            pages.len()
        ),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    for (at, drawn) in pages.iter().enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F 3 0 R>>>>>>",
            5 + 2 * at
        ));
        objects.push(format!(
            "<</Length {}>>stream\n{drawn}\nendstream",
            drawn.len()
        ));
    }
    assembled(&objects.iter().map(String::as_bytes).collect::<Vec<_>>())
}

/// A PDF of these objects; the first is its catalogue.
pub fn assembled(objects: &[&[u8]]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n", at + 1).as_bytes());
        pdf.extend_from_slice(object);
        pdf.extend(b"\nendobj\n");
    }
    let start = pdf.len();
    let rows: String = places
        .iter()
        .map(|place| format!("{place:010} 00000 n \n"))
        .collect();
    let size = objects.len() + 1;
    pdf.extend(
        format!("xref\n0 {size}\n0000000000 65535 f \n{rows}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF")
            .as_bytes(),
    );
    pdf
}

/// Operators that write lines, the first at the top of the page.
fn lines(lines: &[(u32, &str)]) -> String {
    lines
        .iter()
        .map(|(height, line)| format!("BT /F 11 Tf 72 {height} Td ({line}) Tj ET\n"))
        .collect()
}

fn facts(document: &Document) -> String {
    assert!(document.blocks.is_empty(), "{:?}", document.blocks);
    let facts = document.attachments[0].facts.as_deref();
    facts.expect("facts").to_owned()
}

/// The words of a text as a multiset, ligatures spelled out.
fn bag(text: &str) -> HashMap<String, usize> {
    let spelled = text
        .replace('ﬀ', "ff")
        .replace('ﬁ', "fi")
        .replace('ﬂ', "fl")
        .replace('ﬃ', "ffi");
    let mut bag = HashMap::new();
    let words = spelled.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        *bag.entry(word.to_lowercase()).or_default() += 1;
    }
    bag
}

/// How well the words read fit those that poppler reads, 0 to 1.
fn f1(document: &Document, reference: &str) -> f64 {
    let text: Vec<&str> = document.blocks.iter().map(|b| b.text.as_str()).collect();
    let (own, theirs) = (bag(&text.join("\n")), bag(reference));
    let both: usize = own
        .iter()
        .map(|(word, n)| n.min(theirs.get(word).unwrap_or(&0)))
        .sum();
    let all = own.values().sum::<usize>() + theirs.values().sum::<usize>();
    2.0 * both as f64 / all as f64
}

#[test]
fn real_files_are_read_as_poppler_reads_them() {
    for name in ["phw-deaths", "ni-bulletin"] {
        let document = read(&file(&format!("{name}.pdf")));
        let reference = String::from_utf8(file(&format!("{name}.txt"))).expect("text");
        let f1 = f1(&document, &reference);
        assert!(f1 >= 0.97, "{name}: {f1:.4}");
    }
}

#[test]
fn the_corpus_is_read_as_poppler_reads_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = ["../shared", "../../shared"].map(|near| root.join(near).join("corpora/pdf"));
    let Some(corpus) = corpus.into_iter().find(|path| path.is_dir()) else {
        return println!("skipped: shared/corpora/pdf is not here");
    };
    if Command::new("pdftotext").arg("-v").output().is_err() {
        let must = std::env::var("CI").is_ok_and(|set| set == "true");
        assert!(!must, "pdftotext is not installed (poppler-utils)");
        return println!("skipped: pdftotext is not installed (poppler-utils)");
    }
    let mut all = Vec::new();
    for folder in std::fs::read_dir(corpus).expect("a corpus").flatten() {
        let Ok(files) = std::fs::read_dir(folder.path()) else {
            continue;
        };
        for path in files.map(|file| file.expect("a file").path()) {
            let output = Command::new("pdftotext").arg(&path).arg("-").output();
            let reference = String::from_utf8(output.expect("it runs").stdout).expect("text");
            let body = std::fs::read(&path).expect("a file");
            all.push((f1(&read(&body), &reference), path));
        }
    }
    let mean = all.iter().map(|(f1, _)| f1).sum::<f64>() / all.len() as f64;
    let least = all.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let (least, path): &(f64, PathBuf) = least.expect("files");
    println!(
        "{} files, word F1 against pdftotext: mean {mean:.4}, least {least:.4} ({})",
        all.len(),
        path.display()
    );
    assert!(mean >= 0.97, "{mean:.4}");
}

#[test]
fn headings_rows_links_and_pages_are_kept() {
    let document = read(&file("agreement-a5.pdf"));
    assert_eq!(document.title, "Data sharing agreement for GP records");
    let kinds = |wanted: fn(&BlockKind) -> bool| {
        let found = document.blocks.iter().filter(|block| wanted(&block.kind));
        found.map(|block| block.text.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(|kind| *kind == BlockKind::Heading(2)),
        ["1. Purpose", "2. Retention", "3. Review"]
    );
    assert_eq!(
        kinds(|kind| matches!(kind, BlockKind::Row(..))),
        [
            "Organisation | Purpose | Expires",
            "University A | Cancer research | 2027",
            "Institute B | Planning of services | 2028"
        ]
    );
    let links: Vec<&str> = document
        .blocks
        .iter()
        .flat_map(|block| block.links.iter().map(|link| link.url.as_str()))
        .collect();
    assert_eq!(links, ["https://example.org/terms"]);
    assert_eq!(document.page_of(0), Some(1));
    assert_eq!(document.page_of(document.blocks.len() - 1), Some(2));
    assert!(document.stated.lines[0].starts_with("PDF created 22 November 2026"));
}

#[test]
fn another_export_of_the_same_text_is_the_same_text() {
    let (one, other) = (
        read(&file("agreement-a4.pdf")),
        read(&file("agreement-a5.pdf")),
    );
    assert_ne!(one.pages, other.pages);
    assert_eq!(one.plain(), other.plain());
    assert_eq!(one.text_digest(), other.text_digest());
}

#[test]
fn what_runs_along_the_pages_is_set_apart() {
    let page = |number: usize| {
        let first = format!("The text of page {number} is about the data of patients and of");
        let footer = format!("NHS Digital agreement, page {number} of 4");
        lines(&[
            (800, "Official, sensitive"),
            (640, &first),
            (
                626,
                "their families, which is kept in one place by those who",
            ),
            (
                612,
                "collect it, and who answer for what becomes of it there",
            ),
            (598, "and elsewhere. It is read by few."),
            (40, &footer),
        ])
    };
    let document = read(&made(&(1..=4).map(page).collect::<Vec<_>>()));
    let text = document.plain();
    for number in 1..=4 {
        let sentence =
            format!("The text of page {number} is about the data of patients and of their");
        assert!(text.contains(&sentence), "{text}");
    }
    assert!(
        !text.contains("NHS Digital") && !text.contains("Official"),
        "{text}"
    );
    assert_eq!(document.pages.len(), 4);
    assert_eq!(
        document.surroundings,
        ["NHS Digital agreement, page 1 of 4", "Official, sensitive"]
    );
}

#[test]
fn what_cannot_be_read_is_kept_and_said() {
    let whole = file("ni-bulletin.pdf");
    let cut = facts(&read(&whole[..whole.len() / 9]));
    assert!(
        cut.starts_with("PDF, 14.5 KB, damaged: not all of it can be read, sha256 "),
        "{cut}"
    );
    let empty = facts(&read(&made(&[String::new(), String::new()])));
    assert!(
        empty.contains(", 2 pages, empty: no text to read, sha256 "),
        "{empty}"
    );
    let picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \u{1} EI Q".to_owned();
    let scanned = facts(&read(&made(&[picture.clone(), picture.clone()])));
    assert!(
        scanned.contains(", 2 pages, scanned: no text to read, sha256 "),
        "{scanned}"
    );
    let nothing = facts(&read(b"%PDF-1.7 and nothing else"));
    assert!(nothing.contains(", damaged: "), "{nothing}");
    // With a cover that has text, the text is read, and what is missing is said.
    let cover = lines(&[(600, "The minutes of the data access committee.")]);
    let mixed = read(&made(&[cover, picture.clone(), picture]));
    assert_eq!(mixed.blocks.len(), 1);
    let said = mixed.attachments[0].facts.as_deref().expect("facts");
    assert!(
        said.contains(", 3 pages, scanned: no text to read on 2 pages, "),
        "{said}"
    );
}

#[tokio::test]
async fn a_file_is_watched_by_its_text() {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    let plays = |name: &str| {
        let answer = Answer::pdf(&file(name));
        scene.plays(PAGE, answer);
    };
    plays("agreement-a4.pdf");
    let first = scene.look().await;
    assert_eq!(first.version, Some(1), "{first:?}");
    plays("agreement-a5.pdf");
    let same = scene.look_after(30).await;
    assert!(is_a_look(&same), "{same:?}");
    plays("ni-bulletin.pdf");
    let changed = scene.look_after(30).await;
    assert_eq!(changed.version, Some(2), "{changed:?}");
    assert_ne!(changed.outcome, Outcome::Failed);
}
