//! Resemblances told, and texts about something else left alone.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;

use crate::diff;
use crate::findings::{Step, judge, questions};
use crate::model::{
    Attachment, Block, BlockKind, Bounds, ChangeKind, Document, Facts, Finding, ReaderId,
    SchemePage, Severity, Watch, WatchId,
};
use crate::rulebook::{Book, Called, Dossier, Facet};

#[derive(Deserialize)]
struct Example {
    title: String,
    said: String,
    of: Option<String>,
}

fn examples() -> Vec<Example> {
    #[derive(Deserialize)]
    struct File {
        text: Vec<Example>,
    }
    let file: File = toml::from_str(include_str!("examples.toml")).expect("well formed");
    file.text
}

fn document(title: &str, said: &str) -> Document {
    let blocks = said.lines().filter(|line| !line.trim().is_empty());
    let blocks = blocks.map(|line| Block {
        kind: BlockKind::Paragraph,
        text: line.trim().to_owned(),
        links: Vec::new(),
    });
    Document {
        blocks: blocks.collect(),
        ..Document::empty(ReaderId("by hand".to_owned()), title)
    }
}

/// A text and what is asked of it.
struct Scene {
    before: Option<Document>,
    after: Document,
    on: &'static str,
    facts: Facts,
    book: Arc<Book>,
    led: Option<Url>,
}

impl Scene {
    fn of(after: Document) -> Scene {
        Scene {
            before: None,
            after,
            on: "2026-11-18T11:00:00Z",
            facts: Facts::default(),
            book: Book::shipped(),
            led: None,
        }
    }

    fn with<T>(&self, f: impl FnOnce(&Step, DateTime<Utc>) -> T) -> T {
        let url = Url::parse("https://england.example/page").expect("an address");
        let watch = Watch::bare("page", url);
        let at: DateTime<Utc> = self.on.parse().expect("a time");
        let nothing = self.after.without_text();
        let diff = diff::between(self.before.as_ref().unwrap_or(&nothing), &self.after);
        let step = Step {
            watch: &watch,
            kind: match (&self.before, &self.led) {
                (None, _) => ChangeKind::Appeared,
                (_, Some(_)) => ChangeKind::Moved,
                _ => ChangeKind::Edited,
            },
            before: self.before.as_ref(),
            after: Some(&self.after),
            diff: &diff,
            redirected_to: self.led.as_ref(),
            stood_at: None,
            same_text_as: None,
            bounds: Bounds {
                after: None,
                by: at,
            },
            zone: chrono_tz::Europe::London,
            book: &self.book,
            watches: &[],
        };
        f(&step, at)
    }

    fn resemblance(&self) -> Option<Finding> {
        let findings = self.with(|step, at| judge(step, &self.facts, at));
        findings.into_iter().find(|finding| finding.rule == "lead")
    }

    #[track_caller]
    fn resembles(&self, name: &str) -> Finding {
        let found = self.resemblance().unwrap_or_else(|| panic!("no {name}"));
        assert!(found.names.iter().any(|one| one == name), "{found:#?}");
        found
    }
}

const GPDPR: &str = "General Practice Data for Planning and Research";

/// A text that does what GPDPR does, without its name.
fn nameless() -> Document {
    let example = examples().into_iter();
    let mut example = example.filter(|one| one.of.as_deref() == Some("gpdpr"));
    let example = example.next().expect("an example");
    document(&example.title, &example.said)
}

#[test]
fn the_same_scheme_under_another_name_is_told_and_other_texts_are_not() {
    let book = Book::shipped();
    let (mut told, mut left) = (0, 0);
    for example in examples() {
        let scene = Scene::of(document(&example.title, &example.said));
        let Some(of) = &example.of else {
            assert_eq!(scene.resemblance(), None, "{}", example.title);
            left += 1;
            continue;
        };
        let dossier = book.dossiers.find(of).expect("a dossier");
        let found = scene.resembles(&dossier.name);
        assert!(found.why.contains("the publisher states no link"));
        assert!(found.severity <= Severity(3), "{found:#?}");
        assert!(
            found.before.is_some() && found.after.is_some(),
            "{found:#?}"
        );
        assert!(!found.stands.after.is_empty(), "{found:#?}");
        assert_eq!(found.weighed.len(), 1, "{found:#?}");
        told += 1;
    }
    assert!(told >= 6 && left >= 6, "{told} {left}");
}

#[test]
fn a_text_that_names_the_scheme_or_its_kin_does_not_resemble_it() {
    for name in [GPDPR, "GPDPR", "GDPPR", "care.data", "Single GP dataset"] {
        let mut after = nameless();
        after.blocks[0].text += &format!(" It is called {name} by some.");
        assert_eq!(Scene::of(after).resemblance(), None, "{name}");
        let mut after = nameless();
        after.attachments.push(Attachment {
            title: format!("{name}: notice"),
            url: "https://england.example/notice.pdf".to_owned(),
            facts: None,
        });
        assert_eq!(Scene::of(after).resemblance(), None, "{name}");
    }
    let mut after = nameless();
    after.blocks[0].text += " The gpdprs of this world are many.";
    Scene::of(after).resembles(GPDPR);
}

#[test]
fn a_scheme_is_not_known_before_its_day() {
    let mut scene = Scene::of(nameless());
    scene.on = "2016-07-06T11:00:00Z";
    let found = scene.resembles("care.data");
    assert_eq!(found.names, ["care.data"]);
    scene.on = "2021-05-12T11:00:00Z";
    assert!(
        !scene
            .resembles("care.data")
            .names
            .contains(&GPDPR.to_owned())
    );
    // A name that came up later stands for nothing yet.
    scene.after.blocks[0].text += " GDCR follows.";
    scene.resembles("care.data");
    scene.on = "2013-01-01T11:00:00Z";
    assert_eq!(scene.resemblance(), None);
}

#[test]
fn what_was_told_or_stood_before_is_not_told_again() {
    let mut scene = Scene::of(nameless());
    let told = scene.resembles(GPDPR);
    let mut edited = nameless();
    edited.blocks[0].text += " It is late.";
    scene.before = Some(scene.after.clone());
    scene.after = edited;
    assert_eq!(scene.resemblance(), None, "it stood before");
    scene.before = Some(document("Better Insight", "Nothing stands here yet."));
    scene.resembles(GPDPR);
    let asked = scene.with(|step, _| questions(step));
    let dossiers: Vec<String> = asked.schemes.into_iter().map(|one| one.dossier).collect();
    assert!(dossiers.len() >= told.names.len(), "{dossiers:?}");
    scene.facts.resembled = dossiers.into_iter().collect();
    assert_eq!(scene.resemblance(), None, "it was told before");
}

#[test]
fn a_page_that_drops_the_name_resembles_what_stood_on_it() {
    let mut before = nameless();
    before.title = "GPDPR: what it means for you".to_owned();
    let mut scene = Scene::of(nameless());
    scene.before = Some(before);
    let found = scene.resembles(GPDPR);
    assert_eq!(found.severity, Severity(3));
    assert!(
        found.why.contains("as it stood here before"),
        "{}",
        found.why
    );
    let (there, here) = (found.before.expect("words"), found.after.expect("words"));
    assert_eq!(there, here, "the same sentences stand on both");
}

#[test]
fn what_both_hold_outranks_text_alone() {
    // Four facets: too few by themselves.
    let thin = "Data is sent to NHS England by all general practices in England.\n\
                It supports planning and research by approved users.\n\
                Names and addresses are not sent.\n\
                Write to insight.scheme@nhs.net for more.";
    let mut scene = Scene::of(document("Insight", thin));
    assert_eq!(scene.resemblance(), None);
    let asked = scene.with(|step, _| questions(step));
    let scheme = asked.schemes.iter().find(|one| one.dossier == "gpdpr");
    let scheme = scheme.expect("it is asked after");
    assert_eq!(scheme.marks, ["insight.scheme@nhs.net"]);
    assert!(scheme.names.contains(&"gpdpr".to_owned()));
    let page = SchemePage {
        watch: WatchId::from("gpdpr"),
        version: 2,
        at: "2021-06-08T10:00:00Z".parse().expect("a time"),
        title: "GPDPR transparency notice".to_owned(),
        sentences: Vec::new(),
        marks: Vec::new(),
        same_id: false,
        led_here: false,
    };
    let mut with = |page: SchemePage| {
        let pages = vec![page];
        scene.facts.schemes = [("gpdpr".to_owned(), pages)].into_iter().collect();
        scene.resembles(GPDPR)
    };
    for (page, said) in [
        (
            SchemePage {
                marks: vec!["insight.scheme@nhs.net".to_owned()],
                ..page.clone()
            },
            "“insight.scheme@nhs.net” stands in it and stood on “GPDPR transparency notice”, seen on 8 June 2021.",
        ),
        (
            SchemePage {
                same_id: true,
                ..page.clone()
            },
            "Its publisher keeps it under the same id as “GPDPR transparency notice”, seen on 8 June 2021.",
        ),
        (
            SchemePage {
                led_here: true,
                ..page.clone()
            },
            "The address of “GPDPR transparency notice”, seen on 8 June 2021 led here.",
        ),
        (
            SchemePage {
                sentences: vec![
                    "data is sent to nhs england by all general practices in england.".to_owned(),
                ],
                ..page.clone()
            },
            "A long sentence of it stood on “GPDPR transparency notice”, seen on 8 June 2021.",
        ),
    ] {
        let found = with(page);
        assert_eq!(found.severity, Severity(3));
        assert!(found.why.contains(said), "{}", found.why);
    }
}

#[test]
fn a_reference_of_a_shipped_dossier_outranks_text() {
    let named = |title: &str, said: &str| Scene::of(document(title, said)).resemblance();
    for (said, reference, name) in [
        (
            "National data sets are processed in one tenant, where they are integrated before use.",
            "HL286",
            "National Data Integration Tenant",
        ),
        (
            "It concerns only people who have agreed to take part in a study.",
            "Consented Research Directions 2026",
            "GPES Data for Consented Research",
        ),
        (
            "Researchers write code that is run against GP records in the environment of the supplier.",
            "Data Analytics Service Pilot Directions 2025",
            "NHS OpenSAFELY Data Analytics Service",
        ),
    ] {
        assert_eq!(named("Insight", said), None, "{said}");
        let found = named("Insight", &format!("{said}\nSee {reference}."));
        let found = found.unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(found.names[0], name, "{found:#?}");
        assert_eq!(found.severity, Severity(3), "{found:#?}");
        let tie = format!("“{reference}” stands in it, as in that scheme.");
        assert!(found.why.contains(&tie), "{}", found.why);
    }
    // Alone it is a number on some page.
    assert_eq!(named("Minutes", "See HL286."), None);
}

#[test]
fn facets_far_apart_in_a_long_text_do_not_add_up() {
    let filler =
        "The committee met and looked at the minutes of the last meeting again. ".repeat(60);
    let said: Vec<String> = (nameless().blocks.iter())
        .map(|block| format!("{}\n{filler}", block.text))
        .collect();
    let scene = Scene::of(document("Papers of the board", &said.join("\n")));
    assert_eq!(scene.resemblance(), None);
}

#[test]
fn a_dossier_of_a_persons_own_is_held_against_texts_too() {
    let facet = |name: &str, pattern: &str| {
        let patterns = vec![pattern.to_owned()];
        Arc::new(Facet::of(name, "does it", Vec::new(), patterns))
    };
    let dossier = Dossier {
        id: "frailty-atlas".to_owned(),
        name: "Frailty Atlas".to_owned(),
        called: vec![Called {
            name: "Frailty Atlas".to_owned(),
            since: None,
        }],
        kin: Vec::new(),
        facets: vec![facet("atlas", "map of frail"), facet("linked", "linked to")],
        must: Vec::new(),
        unlike: Vec::new(),
        enough: 2,
        references: vec!["DARS-NIC-123456-A1B2C".to_owned()],
        contacts: Vec::new(),
        seeds: Vec::new(),
        own: true,
    };
    let book = Arc::new(Book::shipped().holding(vec![dossier]));
    let case = |said: &str| {
        let mut scene = Scene::of(document("A page", said));
        scene.book = book.clone();
        scene.resemblance()
    };
    let both = "A Map of Frailty is made of every street.\nIt is linked to records of social care.";
    assert_eq!(case(both).map(|one| one.severity), Some(Severity(2)));
    assert_eq!(case("A map of frailty is made."), None);
    assert_eq!(case(&format!("{both}\nThe Frailty Atlas it is.")), None);
    let written = "A map of frailty is made.\nSee DARS-NIC-123456-A1B2C.";
    assert_eq!(case(written).map(|one| one.severity), Some(Severity(3)));
}
