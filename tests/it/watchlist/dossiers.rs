//! Dossiers that a person writes into the watchlist.

use smallprint::rulebook::Dossiers;
use smallprint::watchlist::read;

use crate::program::Program;
use crate::watchlist::{good, sources};

const GOOD: &str = r#"
[[dossier]]
name = "Frailty Atlas"
aliases = ["FRAT"]
since = "2025-03-31"
facets = { atlas = ["map of frail\\w+"], linked = ["link\\w+ .{0,40}social care"], opt-out = [] }
must = ["atlas"]
references = ["DARS-NIC-123456-A1B2C"]
contacts = ["frailty.atlas@nhs.net"]
hooks = ["section 261"]
seeds = ["A map of frailty in every street is linked to records of social care."]

[[dossier]]
id = "gpdpr"
name = "What we call it"
facets = { a = "one", b = ["two"], c = ["three"] }
enough = 3
"#;

#[test]
fn a_persons_dossiers_stand_beside_the_shipped_ones_or_in_their_place() {
    let shipped = Dossiers::shipped();
    let dossiers = good(GOOD).book.dossiers.clone();
    assert_eq!(dossiers.all.len(), shipped.all.len() + 1);
    assert_eq!((dossiers.own(), shipped.own()), (2, 0));
    let atlas = dossiers.find("frailty-atlas").expect("its id is its name");
    let facets: Vec<&str> = atlas.facets.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(facets, ["atlas", "linked", "opt-out", "legal power"]);
    assert_eq!(
        (atlas.enough, atlas.must.as_slice()),
        (3, &["atlas".to_owned()][..])
    );
    let names = |day: &str| {
        let names = atlas.names_on(day.parse().expect("a day"));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(names("2025-03-31").is_empty());
    assert_eq!(names("2025-04-01"), ["Frailty Atlas", "FRAT"]);
    let mine = dossiers.find("gpdpr").expect("it is there");
    assert_eq!((mine.name.as_str(), mine.enough), ("What we call it", 3));
    assert_eq!(
        mine.kin,
        shipped.find("gpdpr").expect("it is shipped").kin,
        "it stays one idea with the others"
    );
}

const WRONG: &str = r#"[[dossier]]
aliases = ["A"]
facets = { a = ["(open"], b = [], c = ["x"] }
seeds = ["Nothing of it."]
since = "spring"
must = ["cc"]
alias = "B"

[[dossier]]
name = "Thin"
facets = { only = ["one"] }

[[dossier]]
name = "Thin"
id = "thin"
facets = { opt-outs = [], two = ["2"], three = ["3"] }
enough = 4
"#;

const TOLD: &str = r#"watchlist.toml:1:1: a dossier needs `name` (add a line name = "…")
watchlist.toml:3:17: “(open” is no regular expression: unclosed group (write a regular expression, with a backslash before each of ( ) [ ] { } . * + ? that stands for itself)
watchlist.toml:3:27: the facet `b` has no pattern (write its patterns, as in ["linked to \\w+"])
watchlist.toml:3:35: the facet `c` finds none of the seeds (correct its patterns, or add a seed that says it)
watchlist.toml:5:9: “spring” is no day (write year, month and day, as in "2026-03-31")
watchlist.toml:6:9: there is no facet `cc` in this dossier
watchlist.toml:7:1: a dossier has no key `alias` (did you mean `aliases`?)
watchlist.toml:9:1: the dossier “Thin” says too little to know the scheme by (give it two facets or more, or a reference number)
watchlist.toml:15:6: there is a dossier `thin` already: watchlist.toml, line 9 (give it another id)
watchlist.toml:16:12: the facet `opt-outs` has no pattern (did you mean `opt-out`?)
watchlist.toml:17:10: `enough` is the number 4 (write a whole number from 1 to 2)"#;

#[test]
fn every_mistake_in_a_dossier_is_told_with_its_place() {
    let mistakes = read(&sources(WRONG)).expect_err("mistakes");
    let told: Vec<String> = mistakes.0.iter().map(ToString::to_string).collect();
    assert_eq!(told.join("\n"), TOLD);
}

#[test]
fn check_counts_a_persons_dossiers() {
    let program = Program::with_page("Nothing of note stands here.");
    let text = program.expect("check", 0).text();
    assert!(text.contains("1 route, no mistakes."), "{text}");
    let path = program.path("watchlist.toml");
    let watchlist = std::fs::read_to_string(&path).expect("a watchlist");
    std::fs::write(&path, format!("{watchlist}\n{GOOD}")).expect("it is written");
    let text = program.expect("check", 0).text();
    assert!(text.contains("1 route, 2 dossiers, no mistakes."), "{text}");
    let json = program.expect("--json check", 0).json();
    assert_eq!(json[0]["dossiers"].as_u64(), Some(2));
}
