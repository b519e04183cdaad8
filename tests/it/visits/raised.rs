//! Readers that were raised: what an older program archived is read again by today's, and nothing is said of the past.

use smallprint::model::{
    Attachment, Block, BlockKind, Bounds, Capture, ChangeKind, Digest, Document, Fact, Hop, Landed,
    Outcome, Provenance, ReaderId, Severity,
};

use crate::bare;
use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, is_a_look, page_watch};

/// A file, and another one in its place.
const OLD: &[u8] = include_bytes!("../../pages/pdf/phw-deaths.pdf");
const NEW: &[u8] = include_bytes!("../../pages/pdf/ni-bulletin.pdf");

/// What the first reader of all made of a file: its name and what identifies its bytes, and not a word of its text.
fn as_a_file(bytes: &[u8]) -> Document {
    let title = "page".to_owned();
    let facts = format!("PDF file, 36.7 KB, sha256 {}", Digest::of(bytes).short());
    Document {
        attachments: vec![Attachment {
            title: title.clone(),
            url: format!("http://{PAGE}"),
            facts: Some(facts),
        }],
        ..Document::empty(ReaderId("page-1:0123456789ab".to_owned()), title)
    }
}

/// Puts a version in the archive as an older program would have.
async fn archived(scene: &Scene, content_type: &str, bytes: &[u8], document: &Document) {
    let store = &scene.house.store;
    let (at, url) = (
        scene.now(),
        format!("http://{PAGE}").parse().expect("an address"),
    );
    let capture = Capture {
        at,
        url: Clone::clone(&url),
        hops: vec![Hop {
            url: Clone::clone(&url),
            status: 200,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(bytes),
        length: bytes.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    };
    let json = |value: serde_json::Result<Vec<u8>>| value.expect("plain data");
    let keep = async |bytes: Vec<u8>| store.keep(bytes, None).await.expect("the archive is well");
    let bounds = Bounds {
        after: None,
        by: at,
    };
    let capture = keep(json(serde_json::to_vec(&capture))).await;
    let landed = Landed {
        title: document.title.clone(),
        body: Some(keep(bytes.to_vec()).await),
        document: Some(keep(json(serde_json::to_vec(document))).await),
        text: Some(document.text_digest()),
        severity: Severity::RECORD,
        sentence: "“page” was read for the first time.".to_owned(),
        silence: Some("text that stood there at the first reading is not reported".to_owned()),
        ..bare::landed("page", url, 1, bounds, capture)
    };
    let appended = store.append(Fact::Landed(Box::new(landed)), at, None).await;
    appended.expect("the archive is well");
}

#[tokio::test]
async fn a_pdf_that_was_kept_as_a_file_is_read_quietly_and_what_comes_in_its_place_is_compared_with_its_text()
 {
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    archived(&scene, "application/pdf", OLD, &as_a_file(OLD)).await;
    scene.plays(PAGE, Answer::pdf(OLD));
    let report = scene.look_after(30).await;
    assert!(is_a_look(&report), "{:?}", report.sentence);
    assert_eq!(scene.owed().await, []);
    let [version] = &scene.versions("page").await[..] else {
        panic!("the same bytes are no other version");
    };
    let document = scene
        .house
        .store
        .document(version)
        .await
        .expect("it is there");
    assert!(document.words() > 100, "its text is read now");
    scene.plays(PAGE, Answer::pdf(NEW));
    let report = scene.look_after(30).await;
    assert_eq!(
        (report.outcome, report.version),
        (Outcome::Changed, Some(2))
    );
    assert_eq!(report.kind, Some(ChangeKind::Replaced));
    scene.end().await;
}

#[tokio::test]
async fn a_pdf_whose_bytes_differ_after_the_upgrade_and_whose_text_does_not_is_no_news() {
    let (a4, a5): (&[u8], &[u8]) = (
        include_bytes!("../../pages/pdf/agreement-a4.pdf"),
        include_bytes!("../../pages/pdf/agreement-a5.pdf"),
    );
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    archived(&scene, "application/pdf", a4, &as_a_file(a4)).await;
    scene.plays(PAGE, Answer::pdf(a5));
    let report = scene.look_after(30).await;
    assert!(is_a_look(&report), "{:?}", report.sentence);
    assert_eq!(
        (scene.versions("page").await.len(), scene.owed().await),
        (1, Vec::new())
    );
    scene.end().await;
}

#[tokio::test]
async fn a_page_read_by_the_first_reader_is_read_again_and_nothing_is_said_of_what_that_one_left_out()
 {
    let text = "Patients are told how their records are used for research.";
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><title>Sharing data</title></head><body><main><h1>Sharing data</h1>\
         <p>{text} <del>Data is never sold.</del></p><ol start=\"4\"><li>You can opt out.</li></ol></main></body></html>"
    );
    let paragraph = |text: &str| Block {
        kind: BlockKind::Paragraph,
        text: text.to_owned(),
        links: Vec::new(),
    };
    let old = Document {
        blocks: vec![
            paragraph(&format!("{text} Data is never sold.")),
            paragraph("You can opt out."),
        ],
        ..Document::empty(ReaderId("page-1:0123456789ab".to_owned()), "Sharing data")
    };
    let scene = Scene::open(&page_watch(PAGE, "")).await;
    archived(&scene, "text/html; charset=utf-8", html.as_bytes(), &old).await;
    scene.plays(PAGE, Answer::html(&html));
    let report = scene.look_after(30).await;
    assert!(is_a_look(&report), "{:?}", report.sentence);
    assert_eq!(scene.owed().await, []);
    scene.plays(
        PAGE,
        Answer::html(&html.replace("You can opt out.", "You cannot opt out.")),
    );
    let report = scene.look_after(30).await;
    assert_eq!(
        (report.outcome, report.version),
        (Outcome::Changed, Some(2))
    );
    scene.end().await;
}
