//! What pages said before they were watched is brought from archives of the web, and kept apart from what was seen here.

pub mod archive;
mod awkward;
pub mod read;

use std::collections::BTreeSet;

use crate::backfill::archive::{Copy, Lists, at, fetches, holds, of, watchlist, weekly};
use crate::program::Program;

/// Ten weeks of two hundred.
const TEN: [usize; 10] = [7, 8, 31, 55, 90, 91, 130, 144, 171, 196];

/// A page that is watched since the first of July 2020, and an archive that held these copies before.
fn program(copies: &[Copy], lists: Lists) -> Program {
    let mut program = Program::with_page("Version 10 of the direction applies to practices.");
    watchlist(&mut program, &["one"]);
    let address = of(&program, "/page");
    holds(&program, "one", &address, copies, lists);
    program.expect("--at 2020-07-01T09:00:00Z visit page", 0);
    program
}

/// The spans of the changes that the archive's copies show, with the week by which each came.
fn weeks(said: &serde_json::Value) -> Vec<usize> {
    let changes = said["changes"].as_array().expect("changes").iter();
    let by = |change: &serde_json::Value| change["bounds"]["by"].as_str().map(str::to_owned);
    let by = changes.filter_map(by).map(|by| by.parse().expect("a time"));
    by.map(|by: chrono::DateTime<chrono::Utc>| (by - at(0)).num_weeks() as usize)
        .collect()
}

#[test]
fn with_digests_all_ten_changes_of_two_hundred_copies_are_found_with_a_dozen_fetches() {
    let program = program(&weekly(200, &TEN), Lists::Digests);
    let owed = program.expect("--json outbox --all", 0).json();
    let said = program.expect("--json backfill page", 0).json().remove(0);
    assert_eq!(weeks(&said), TEN);
    assert_eq!(said["at_least"], false, "{said}");
    assert_eq!(
        fetches(&program, "one"),
        12,
        "one for the list, eleven for texts"
    );
    println!(
        "200 copies, ten changes, with digests: {} fetches",
        fetches(&program, "one")
    );
    // All of it stands on the disk, and nobody was told.
    assert_eq!(
        program.expect("--json changes", 0).json().len(),
        1,
        "only that the page appeared"
    );
    assert_eq!(program.expect("--json outbox --all", 0).json(), owed);
    program.expect("verify", 0);
    program.expect("rebuild", 0);
    let status = program
        .expect("--json backfill --status", 0)
        .json()
        .remove(0);
    assert_eq!(
        (&status["changes"], &status["texts"]),
        (&10.into(), &11.into())
    );
}

#[test]
fn without_digests_and_lengths_halving_finds_all_ten_and_says_what_it_cost() {
    let program = program(&weekly(200, &TEN), Lists::Links);
    let said = program.expect("--json backfill page", 0).json().remove(0);
    assert_eq!(weeks(&said), TEN);
    assert_eq!(
        said["at_least"], true,
        "what was not asked for may have changed and changed back"
    );
    let cost = fetches(&program, "one");
    println!("200 copies, ten changes, times only: {cost} fetches");
    assert!((30..=72).contains(&cost), "{cost}");
    // Digests that say nothing are not relied on.
    let noisy = self::program(&weekly(200, &TEN), Lists::Noise);
    let said = noisy.expect("--json backfill page", 0).json().remove(0);
    assert_eq!(weeks(&said), TEN);
    assert!(fetches(&noisy, "one") <= 72);
}

#[test]
fn where_the_page_says_when_it_was_last_changed_far_fewer_copies_are_needed() {
    let mut copies = weekly(200, &TEN);
    for (week, copy) in copies.iter_mut().enumerate() {
        let last = TEN.iter().rev().find(|change| **change <= week);
        let day = at(*last.unwrap_or(&0)).format("%-d %B %Y");
        copy.html = copy
            .html
            .replace("<h2>", &format!("<p>Last updated: {day}</p><h2>"));
    }
    let program = program(&copies, Lists::Links);
    let said = program.expect("--json backfill page", 0).json().remove(0);
    assert!(
        TEN.iter().all(|week| weeks(&said).contains(week)),
        "{:?}",
        weeks(&said)
    );
    let cost = fetches(&program, "one");
    println!("200 copies, ten changes, times and the page's own dates: {cost} fetches");
    assert!(cost <= 40, "{cost}");
}

#[test]
fn a_budget_that_is_spent_is_gone_on_from_and_nothing_is_asked_twice() {
    let program = program(&weekly(200, &TEN), Lists::Links);
    let mut rounds = 0;
    loop {
        let before = fetches(&program, "one");
        let said = program
            .expect("--json backfill page --budget 9", 0)
            .json()
            .remove(0);
        assert!(fetches(&program, "one") - before <= 9);
        rounds += 1;
        assert!(rounds < 20, "it never ends");
        if said["wanted"] == 0 {
            assert_eq!(weeks(&said), TEN);
            break;
        }
        assert!(
            said["stopped"][0]
                .as_str()
                .is_some_and(|why| why.contains("budget")),
            "{said}"
        );
    }
    assert!(rounds > 3);
    let mut asked = BTreeSet::new();
    for one in program
        .site
        .asked()
        .iter()
        .filter(|one| one.target.starts_with("/one/"))
    {
        assert!(
            asked.insert(one.target.clone()),
            "{} was asked twice",
            one.target
        );
    }
    // Asked once more, there is nothing to do.
    let before = fetches(&program, "one");
    program.expect("backfill page", 0);
    assert_eq!(fetches(&program, "one"), before);
}

#[test]
fn what_is_killed_in_the_middle_is_gone_on_from() {
    let program = program(&weekly(200, &TEN), Lists::Links);
    let mut running = program.start_with(&["backfill", "page"]);
    while fetches(&program, "one") < 8 {
        std::thread::yield_now();
    }
    running.signal("KILL");
    running.gone();
    let said = program.expect("--json backfill page", 0).json().remove(0);
    assert_eq!(weeks(&said), TEN);
    // What was under way when it was killed may be asked for again; nothing else is.
    let asked = program.site.asked();
    let targets: Vec<_> = asked
        .iter()
        .filter(|one| one.target.starts_with("/one/"))
        .collect();
    let once: BTreeSet<_> = targets.iter().map(|one| &one.target).collect();
    assert!(
        targets.len() <= once.len() + 1,
        "{} of {}",
        once.len(),
        targets.len()
    );
    program.expect("verify", 0);
}

#[test]
fn every_copy_is_brought_where_that_is_wanted_and_only_those_of_the_time_that_is() {
    let program = program(&weekly(30, &[7]), Lists::Digests);
    let said = program
        .expect(
            "--json backfill page --every --from 2016-02-01 --to 2016-03-31",
            0,
        )
        .json()
        .remove(0);
    let texts = said["texts"].as_array().expect("texts").len();
    assert_eq!(texts, 9, "{said}");
    let said = program
        .expect("--json backfill page --every", 0)
        .json()
        .remove(0);
    assert_eq!(said["texts"].as_array().expect("texts").len(), 30 - texts);
    assert_eq!(said["at_least"], false);
    assert_eq!(fetches(&program, "one"), 31);
}

#[test]
fn a_dry_run_asks_for_lists_only_and_stores_nothing() {
    let program = program(&weekly(30, &[7]), Lists::Digests);
    let entries = program.expect("--json verify", 0).json()[0]["entries"].clone();
    let said = program.expect("backfill page --dry-run", 0).text();
    assert!(
        said.contains("one lists 30 copies with 2 digests"),
        "{said}"
    );
    assert!(said.contains("nothing was stored"), "{said}");
    assert_eq!(fetches(&program, "one"), 1);
    assert_eq!(
        program.expect("--json verify", 0).json()[0]["entries"],
        entries
    );
}

#[test]
fn copies_of_two_archives_make_one_past() {
    let all = weekly(40, &[10, 20, 30]);
    let (early, late) = all.split_at(18);
    let mut program = program(early, Lists::Digests);
    watchlist(&mut program, &["two"]);
    let address = of(&program, "/page");
    holds(&program, "two", &address, late, Lists::Links);
    let said = program.expect("--json backfill --all", 0).json().remove(0);
    assert_eq!(&weeks(&said)[..3], [10, 20, 30]);
    let one = program
        .expect("--json backfill page --archive two", 0)
        .json()
        .remove(0);
    assert_eq!(one["archives"].as_array().expect("archives").len(), 1);
    let error = program.expect("backfill page --archive three", 2).err;
    assert!(error.contains("There are one, two."), "{error}");
}

#[test]
fn numbers_of_our_own_stay_and_backfilled_texts_have_their_own() {
    let program = program(&weekly(20, &[5]), Lists::Digests);
    program.say("Version 11 of the direction applies to practices.");
    program.expect("--at 2020-07-02T09:00:00Z visit page", 1);
    let before = program.expect("--json history page", 0).json();
    program.expect("backfill page", 0);
    let after = program.expect("--json history page", 0).json();
    assert_eq!(
        after[..before.len()],
        before[..],
        "what was cited stays as it was"
    );
}

#[test]
fn what_cannot_be_asked_for_is_said() {
    let mut program = program(&weekly(3, &[]), Lists::Digests);
    program.watch("new", "/new", "");
    let said = program.expect("backfill new", 2).text();
    assert!(said.contains("visit it first"), "{said}");
    program.expect("backfill nosuch", 2);
    program.expect("backfill", 2);
    program.expect("backfill page --from 2020-01-01 --to 2019-01-01", 2);
    let said = program.expect("backfill --status", 0).text();
    assert!(said.contains("No archive was asked yet"), "{said}");
}
