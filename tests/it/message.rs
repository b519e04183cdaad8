//! What a message says, and that no page can make one Discord refuses.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::London;
use smallprint::channels::{Channels, Secret};
use smallprint::diff;
use smallprint::model::{
    AlertId, Block, BlockKind, Bounds, Change, ChangeKind, ChangeNote, Destination, Digest,
    Document, Finding, First, Message, ReaderId, Reading, SecondLook, Severity, Span, Stated,
    Verdict, Watch, WatchId, When,
};
use smallprint::watchlist;
use smallprint::wording::message::{self, News};
use smallprint::wording::redline::Paint;

use crate::discord::{Discord, TOKEN};

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
    Watch {
        id: WatchId::from("gpdpr"),
        url: "https://digital.example/gpdpr".parse().expect("a URL"),
        title: Some("GPDPR".to_owned()),
        publisher: Some("NHS England Digital".to_owned()),
        topics: Vec::new(),
        when: When::Every(3600),
        reading: Reading::default(),
        terms: Vec::new(),
        first: First::Baseline,
        was: Vec::new(),
        ignore_robots: false,
        enabled: true,
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
        second_look: None,
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
    assert_eq!(links[1].1, "https://smallprint.example/watch/gpdpr/3..4");
    assert!(message::of(&news).silent);
}

#[test]
fn no_message_knows_a_motive() {
    let motive = regex::Regex::new(r"(?i)buried|sneak|quiet|stealth|silent|admit|scandal")
        .expect("a pattern");
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
                assert!(!motive.is_match(&card), "{card}");
            }
        }
    }
}

/// Always the same numbers, without a pattern.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn text(&mut self) -> String {
        const NASTY: [&str; 22] = [
            "",
            " ",
            "`",
            "```",
            "*",
            "\\",
            "_",
            "|",
            "\u{202E}",
            "\u{200B}",
            "\u{0}",
            "\r\n",
            "@everyone",
            "<@123>",
            "👩‍👩‍👧‍👦",
            "مرحبا ",
            "e\u{301}\u{302}\u{303}",
            "word ",
            "https://x.example/",
            "[a](https://b.example)",
            "**x**\n# y\n> z\n",
            "ﷺ",
        ];
        const LONG: [usize; 6] = [0, 1, 2, 10, 300, 10_000];
        let piece = NASTY[self.below(NASTY.len())];
        let times = LONG[self.below(LONG.len())].div_ceil(piece.len().max(1));
        let mut text = piece.repeat(times);
        if self.below(3) == 0 {
            text.push_str(NASTY[self.below(NASTY.len())]);
        }
        text
    }

    fn some(&mut self) -> Option<String> {
        (self.below(3) > 0).then(|| self.text())
    }
}

fn nasty(dice: &mut Dice) -> Message {
    let mut watch = watch();
    watch.id = WatchId(format!("w{}", dice.text()));
    watch.title = dice.some();
    watch.publisher = dice.some();
    watch.url.set_query(dice.some().as_deref());
    let rules = [
        "new-dataset",
        "safeguard-removed",
        "file-replaced",
        "title-changed",
        "timing",
    ];
    let findings = (0..[0, 1, 3, 60][dice.below(4)]).map(|_| Finding {
        names: dice.some().into_iter().collect(),
        ..finding(
            rules[dice.below(rules.len())],
            &dice.text(),
            dice.some().as_deref(),
            dice.some().as_deref(),
        )
    });
    let findings: Vec<Finding> = findings.collect();
    let mut change = change(KINDS[dice.below(KINDS.len())], findings);
    change.title = dice.text();
    change.sentence = dice.text();
    change.second_look = (dice.below(2) == 0).then_some(SecondLook {
        at: change.bounds.by,
        verdict: None,
    });
    change.bounds.after = (dice.below(2) == 0).then(|| change.bounds.by - TimeDelta::days(400));
    let side = |dice: &mut Dice| {
        let texts: Vec<String> = (0..dice.below(6)).map(|_| dice.text()).collect();
        let mut document = document(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        document.stated.withdrawn = dice.some();
        document.stated.history = (0..dice.below(5))
            .map(|_| ChangeNote {
                at: dice.text(),
                note: dice.text(),
            })
            .collect();
        (dice.below(4) > 0).then_some(document)
    };
    let (before, after) = (side(dice), side(dice));
    said(&watch, &change, before.as_ref(), after.as_ref())
}

#[tokio::test]
async fn no_page_can_make_a_message_discord_refuses() {
    let discord = Discord::start().await;
    let settings = watchlist::Discord {
        token_env: String::new(),
        token_file: None,
        api_base: discord.base.clone(),
    };
    let channels =
        Channels::new(&settings, Some(Secret::new(TOKEN)), BTreeMap::new()).expect("channels");
    let to = Destination::Discord(1);
    let mut dice = Dice(7);
    for round in 0..100 {
        let message = nasty(&mut dice);
        let id = channels
            .send(&to, &message, &format!("sp1-{round}"))
            .await
            .expect("an id");
        channels.edit(&to, &id, &message).await.expect("an edit");
        assert_eq!(discord.broken(), Vec::<String>::new(), "round {round}");
        harmless(&message);
    }
    let notice = message::notice(&"*word* @everyone ".repeat(900), "alert 9-0 abc", true);
    channels
        .send(&to, &notice, "sp1-notice")
        .await
        .expect("an id");
    assert_eq!(discord.broken(), Vec::<String>::new());
    assert_eq!(
        channels.find(&to, "alert 9-0 abc").await,
        Ok(discord.messages(1).last().map(|last| last.id.clone()))
    );
}

/// Nothing of the page acts: no mention, no fence but ours, no control character, and the mark is there.
#[track_caller]
fn harmless(message: &Message) {
    let text = message.text.as_ref().expect("a body");
    let fields: String = text
        .fields
        .iter()
        .map(|field| field.value.as_str())
        .collect();
    let all = format!(
        "{}\n{}\n{}\n{fields}",
        message.content, text.title, text.description
    );
    assert!(!all.contains("@everyone") && !all.contains("<@1"), "{all}");
    assert!(
        !all.chars()
            .any(|c| (c.is_control() && c != '\n') || c == '\u{202E}')
    );
    assert!(
        text.description.matches("```").count() <= 2,
        "{}",
        text.description
    );
    assert!(
        text.footer.ends_with("alert 123-0 k3f9q2"),
        "{}",
        text.footer
    );
    let card = message::plain(message, 80, Paint::Plain);
    assert!(!card.chars().any(|c| c.is_control() && c != '\n'));
}
