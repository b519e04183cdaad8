//! PDF files altered at random, read in a process of their own, as they are when a page brings them.

use std::time::Duration;

use smallprint::extract;
use smallprint::model::Reading;
use smallprint::worker::{Limits, Workers};

use crate::fuzzed::alter::{Trial, kept};
use crate::pdf::{assembled, capture, file, made};
use crate::program::binary;

/// Files of many kinds: with folded streams, with none, with tables, locked, without text.
fn seeds() -> Vec<Vec<u8>> {
    let drawn = |text: &str| {
        format!("BT /F 11 Tf 72 700 Td ({text}) Tj 0 -14 Td <48> Tj [(a) -200 (b)] TJ ET\n")
    };
    let pages = [
        "Patients can opt out.",
        "1.1 Records are kept.",
        "\\101\\(x\\)",
    ];
    let tree: [&[u8]; 4] = [
        b"<</Type/Catalog/Pages 2 0 R/Names 4 0 R/Outlines 3 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2/Parent 2 0 R>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents[4 0 R 4 0 R]/Annots[3 0 R]/Rotate 90>>",
        b"<</Length 44/Filter[/ASCIIHexDecode/LZWDecode]/DecodeParms[null<</Predictor 12/Columns 5>>]>>stream\n800b6050220c0c8501>\nendstream",
    ];
    vec![
        made(&pages.map(drawn)),
        assembled(&tree),
        file("agreement-a4.pdf"),
        file("agreement-a5.pdf"),
        file("../hard/locked.pdf"),
        file("../hard/owner-locked.pdf"),
        file("../hard/scanned.pdf"),
    ]
}

#[tokio::test]
async fn whatever_a_pdf_holds_it_is_read_or_given_up_in_a_sentence_and_the_program_goes_on() {
    let (seeds, reading) = (seeds(), Reading::default());
    let limits = Limits {
        memory: 1 << 30,
        processor: 5,
        wall: Duration::from_secs(60),
        ..Limits::default()
    };
    let workers = Workers::of(binary(), limits);
    let mut trial = Trial::of(24);
    let (mut whole, mut ended) = (0, 0);
    while trial.goes_on() {
        let body = trial.altered(&seeds);
        match workers
            .read(&capture("a.pdf", &body), &body, &reading)
            .await
        {
            Ok(document) => {
                whole += 1;
                assert_eq!(document.reader, extract::reader(&reading));
            }
            Err(failure) => {
                // Its process is gone, and nothing besides is lost; what ended it is worth a look.
                println!("{}: {}", failure.why, kept("pdf", &body));
                assert!(failure.why.contains(" is a PDF "), "{}", failure.why);
                assert_eq!(failure.status, Some(200));
                ended += 1;
            }
        }
    }
    trial.say(&format!("PDF files ({whole} answered, {ended} ended)"));
    // The program reads on.
    let sound = file("agreement-a4.pdf");
    let arrived = capture("a.pdf", &sound);
    let read = workers.read(&arrived, &sound, &reading).await;
    assert!(read.is_ok());
}
