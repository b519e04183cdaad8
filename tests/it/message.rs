//! What a message says.

pub mod nasty;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;
use smallprint::diff;
use smallprint::model::{
    AlertId, Block, BlockKind, Bounds, Change, ChangeKind, Digest, Document, Finding, Message,
    ReaderId, SecondLook, Severity, Span, Stated, Verdict, Watch, WatchId,
};
use smallprint::wording::message::{self, News};
use smallprint::wording::redline::Paint;

use crate::judgement::MOTIVE;

const KINDS: [ChangeKind; 9] = [
    ChangeKind::Appeared,
    ChangeKind::Edited,
    ChangeKind::Reverted,
    ChangeKind::Moved,
    ChangeKind::Replaced,
    ChangeKind::Redirected,
    ChangeKind::Withdrawn,
    ChangeKind::Vanished,
    ChangeKind::Returned,
];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

pub fn watch() -> Watch {
    let url = "https://digital.example/gpdpr".parse().expect("a URL");
    Watch {
        title: Some("GPDPR".to_owned()),
        publisher: Some("NHS England Digital".to_owned()),
        ..Watch::bare("gpdpr", url)
    }
}

fn document(paragraphs: &[&str]) -> Document {
    let blocks = paragraphs.iter().map(|text| Block {
        kind: BlockKind::Paragraph,
        text: (*text).to_owned(),
        links: Vec::new(),
    });
    Document {
        stated: Stated {
            updated: NaiveDate::from_ymd_opt(2021, 5, 12),
            ..Stated::default()
        },
        blocks: blocks.collect(),
        ..Document::empty(
            ReaderId("html-1".to_owned()),
            "General Practice Data for Planning and Research",
        )
    }
}

fn finding(rule: &str, why: &str, before: Option<&str>, after: Option<&str>) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity: Severity(5),
        why: why.to_owned(),
        names: Vec::new(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        ..Finding::default()
    }
}

fn change(kind: ChangeKind, findings: Vec<Finding>) -> Change {
    Change {
        entry: 123,
        watch: WatchId::from("gpdpr"),
        title: "General Practice Data for Planning and Research".to_owned(),
        kind,
        span: Span { from: 3, to: 4 },
        bounds: Bounds {
            after: Some(at("2021-06-04T15:02:00Z")),
            by: at("2021-06-04T17:02:00Z"),
        },
        severity: Severity(5),
        findings,
        sentence: String::new(),
        silence: None,
        hushed: None,
        second_look: None,
        collected: None,
        claim: None,
        aside: None,
        corrections: Vec::new(),
        back: None,
    }
}

fn said(
    watch: &Watch,
    change: &Change,
    before: Option<&Document>,
    after: Option<&Document>,
) -> Message {
    let diff = before
        .zip(after)
        .map(|(before, after)| diff::between(before, after));
    let alert = AlertId {
        entry: 123,
        index: 0,
    };
    message::of(&News {
        watch,
        change,
        diff: diff.as_ref(),
        muted: &[],
        before,
        after,
        body: Some(Digest::of(b"abc")),
        zone: London,
        public_url: None,
        loud: true,
        mark: &message::mark(alert, "k3f9q2"),
    })
}

fn opt_out(second_look: Option<Verdict>) -> Message {
    let gone = "Patients can opt out at any time before the upload date.";
    let stays = "Data may only be used for health and care purposes.";
    let (before, after) = (document(&[stays, gone]), document(&[stays]));
    let why = "A promise or protection is no longer on this page.";
    let mut change = change(
        ChangeKind::Edited,
        vec![finding("safeguard-removed", why, Some(gone), None)],
    );
    change.second_look = Some(SecondLook {
        at: at("2021-06-04T17:07:00Z"),
        verdict: second_look,
    });
    said(&watch(), &change, Some(&before), Some(&after))
}

#[test]
fn a_message_reads_like_this() {
    let expected = "\
NHS England Digital: “Patients can opt out at any time before the upload date.”
is no longer on the page “GPDPR”
Seen once, second look at 18:07.
┃ General Practice Data for Planning and Research
┃ NHS England Digital
┃ 
┃ Before
┃ │ Patients can opt out at any time before the upload date.
┃ Now
┃   no longer on this page
┃ 
┃ When
┃ Changed between 16:02 and 18:02 on Fri 4 June 2021 (BST), London: the last
┃ reading of the old text, the first of the new.
┃ 
┃ Why it is flagged
┃ • A promise or protection is no longer on this page.
┃ 
┃ What the page says
┃ It says it was last updated on 12 May 2021, as it said before this change.
┃ We do not know who changed it or why.
┃ 
┃ gpdpr · version 4 · sha256 ba7816bf8f01 · alert 123-0 k3f9q2
The page: https://digital.example/gpdpr
";
    let card = message::plain(&opt_out(None), 80, Paint::Plain);
    let card: String = card
        .lines()
        .filter(|line| !line.starts_with("Attached"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(card, expected);
}

#[test]
fn words_of_a_known_scheme_are_not_said_to_have_stood_on_the_page() {
    let stays = "Data may only be used for health and care purposes.";
    let new = "Practices send it to the centre every month.";
    let (before, after) = (document(&[stays]), document(&[stays, new]));
    let known = "It is collected from every practice each month.";
    let why = "Resembles “care.data”; the publisher states no link.";
    let mut resembles = finding("lead", why, Some(known), Some(new));
    resembles.names = vec!["care.data".to_owned()];
    let change = change(ChangeKind::Edited, vec![resembles]);
    let card = said(&watch(), &change, Some(&before), Some(&after));
    let card = message::plain(&card, 80, Paint::Plain);
    let expected = "\
┃ Known of “care.data”
┃ │ It is collected from every practice each month.
┃ Here
┃ │ Practices send it to the centre every month.
";
    assert!(card.contains(expected), "{card}");
    assert!(!card.contains("Before\n┃ │ It is collected"), "{card}");
}

#[test]
fn a_notice_of_withdrawal_that_says_when_is_not_said_to_give_no_date() {
    let stated = |withdrawn: Option<&str>| Document {
        stated: Stated {
            withdrawn: withdrawn.map(str::to_owned),
            ..Stated::default()
        },
        ..document(&["Data may be used."])
    };
    let says = |after: &Document| {
        let change = change(ChangeKind::Withdrawn, Vec::new());
        let message = said(&watch(), &change, Some(&stated(None)), Some(after));
        format!("{message:?}")
    };
    let withdrawn = says(&stated(Some("This was withdrawn on 4 June 2021.")));
    assert!(withdrawn.contains("It carries the notice"), "{withdrawn}");
    assert!(!withdrawn.contains("It gives no date"), "{withdrawn}");
    assert!(says(&stated(None)).contains("It gives no date"));
}

#[test]
fn what_a_publisher_says_of_a_page_that_is_gone_stands_beside_what_was_there() {
    let says = |why: Option<&str>| {
        let gone = finding("gone", "The page is not there.", Some("GPDPR"), why);
        let gone = change(ChangeKind::Vanished, vec![gone]);
        let before = document(&["Data may be used."]);
        message::plain(
            &said(&watch(), &gone, Some(&before), None),
            80,
            Paint::Plain,
        )
    };
    let card = says(Some("It was taken down: “Published in error.”"));
    assert!(
        card.contains("Now\n┃ │ It was taken down: “Published in error.”"),
        "{card}"
    );
    assert!(!card.contains("We do not know"), "{card}");
    let card = says(None);
    assert!(card.contains("Now\n┃   the page is not there"), "{card}");
    assert!(card.contains("We do not know"), "{card}");
}

#[test]
fn a_second_look_is_told_in_the_same_place() {
    let first_line = |verdict| opt_out(verdict).content;
    assert!(first_line(None).ends_with("\nSeen once, second look at 18:07."));
    assert!(first_line(Some(Verdict::StillSo)).ends_with("\nStill so at 18:07."));
    assert!(first_line(Some(Verdict::WasBack)).starts_with("Was back at 18:07."));
}

#[test]
fn the_window_is_linked_only_where_there_is_one() {
    let change = change(ChangeKind::Edited, Vec::new());
    let watch = watch();
    let window = "https://smallprint.example/".parse().expect("a URL");
    let mut news = News {
        watch: &watch,
        change: &change,
        diff: None,
        muted: &[],
        before: None,
        after: None,
        body: None,
        zone: London,
        public_url: None,
        loud: false,
        mark: "alert 1-0",
    };
    assert_eq!(message::of(&news).links.len(), 1);
    news.public_url = Some(&window);
    let links = message::of(&news).links;
    assert_eq!(links[1].1, "https://smallprint.example/d/gpdpr/3..4");
    assert!(message::of(&news).silent);
}

#[test]
fn no_message_knows_a_motive() {
    let document = document(&["Some words."]);
    for kind in KINDS {
        for (before, after) in [
            (None, Some("now")),
            (Some("then"), None),
            (Some("then"), Some("now")),
            (None, None),
        ] {
            let change = change(
                kind,
                vec![
                    finding("silent-edit", "x", before, after),
                    finding("any", "y", before, after),
                ],
            );
            for side in [
                (None, Some(&document)),
                (Some(&document), None),
                (Some(&document), Some(&document)),
            ] {
                let message = said(&watch(), &change, side.0, side.1);
                let card = message::plain(&message, 80, Paint::Plain);
                let card = card.to_lowercase();
                assert!(!MOTIVE.iter().any(|word| card.contains(word)), "{card}");
            }
        }
    }
}
