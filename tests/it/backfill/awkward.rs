//! Archives that answer awkwardly.

use chrono::TimeDelta;

use crate::backfill::archive::{
    Copy, Lists, at, copy_path, fetches, holds, http_date, list, list_path, of, page, served,
    stamp, watchlist, weekly,
};
use crate::backfill::program;
use crate::program::Program;
use crate::site::Answer;

const OTHER: &str = "Another text stood here, of which nobody knows.";

/// Three copies with two texts, and what the middle one answers.
fn stage(middle: impl Fn(&Program, &str) -> Answer) -> (Program, serde_json::Value) {
    let copies = weekly(3, &[2]);
    let program = program(&copies, Lists::Links);
    let address = of(&program, "/page");
    let path = copy_path("one", at(1), &address);
    program.site.replay(&path, middle(&program, &address));
    let said = program.expect("--json backfill page --every", 0).json();
    program.expect("verify", 0);
    (program, said[0].clone())
}

fn texts(said: &serde_json::Value) -> usize {
    said["texts"].as_array().expect("texts").len()
}

fn stopped(said: &serde_json::Value) -> String {
    said["stopped"].to_string()
}

#[test]
fn a_short_wait_is_waited_and_the_copy_asked_for_again() {
    let program = program(&weekly(3, &[2]), Lists::Links);
    let path = copy_path("one", at(1), &of(&program, "/page"));
    let answer = served(&weekly(3, &[2])[1]);
    program
        .site
        .replay(&path, Answer::status(429).header("retry-after", "0"));
    program.site.play(&path, answer);
    let said = program
        .expect("--json backfill page --every", 0)
        .json()
        .remove(0);
    assert_eq!((texts(&said), stopped(&said).as_str()), (3, "[]"));
    assert_eq!(program.site.asked_for(&path).len(), 2);
}

#[test]
fn a_long_wait_puts_the_archive_off_and_the_same_command_goes_on() {
    let (program, said) = stage(|_, _| Answer::status(429).header("retry-after", "3600"));
    assert_eq!(texts(&said), 1);
    assert!(stopped(&said).contains("asked us to wait"), "{said}");
    assert_eq!(fetches(&program, "one"), 3, "nobody knocks again");
    let path = copy_path("one", at(1), &of(&program, "/page"));
    program.site.replay(&path, served(&weekly(3, &[2])[1]));
    let said = program
        .expect("--json backfill page --every", 0)
        .json()
        .remove(0);
    assert_eq!((texts(&said), stopped(&said).as_str()), (2, "[]"));
}

#[test]
fn an_archive_in_trouble_is_left_alone_after_three_tries() {
    let (program, said) = stage(|_, _| Answer::status(503));
    assert_eq!(texts(&said), 1);
    assert!(stopped(&said).contains("trouble"), "{said}");
    let path = copy_path("one", at(1), &of(&program, "/page"));
    assert_eq!(program.site.asked_for(&path).len(), 3);
}

#[test]
fn a_wall_in_front_of_an_archive_is_not_run_against() {
    let wall = || Answer::status(405).header("x-amzn-waf-action", "captcha");
    let (program, said) = stage(|_, _| wall());
    assert_eq!(texts(&said), 1);
    assert!(stopped(&said).contains("challenge"), "{said}");
    assert_eq!(fetches(&program, "one"), 3);
    // The same before its list: then nothing is known, and that is said.
    let program = self::program(&weekly(3, &[]), Lists::Links);
    let path = list_path("one", &of(&program, "/page"));
    program.site.replay(&path, wall());
    let said = program.expect("--json backfill page", 2).json().remove(0);
    assert!(stopped(&said).contains("one: "), "{said}");
    assert_eq!(fetches(&program, "one"), 1);
}

#[test]
fn where_one_archive_refuses_the_others_are_asked() {
    let mut program = program(&weekly(3, &[2]), Lists::Links);
    watchlist(&mut program, &["two"]);
    let address = of(&program, "/page");
    holds(
        &program,
        "two",
        &address,
        &weekly(8, &[2, 5])[3..],
        Lists::Digests,
    );
    program
        .site
        .replay(&copy_path("one", at(0), &address), Answer::status(403));
    let said = program.expect("--json backfill page", 0).json().remove(0);
    assert_eq!(texts(&said), 2, "{said}");
    assert!(stopped(&said).contains("one: "), "{said}");
}

#[test]
fn that_a_page_was_not_there_is_part_of_its_past() {
    let (program, said) =
        stage(|_, _| Answer::status(404).header("memento-datetime", &http_date(at(1))));
    assert_eq!(texts(&said), 2);
    let spans: Vec<_> = said["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .collect();
    assert_eq!(spans[0]["reach"], "b1..0");
    assert_eq!(spans[1]["reach"], "0..b2");
    let said = program.expect("backfill page", 0).text();
    assert!(said.contains("b1..0") && said.contains("gone"), "{said}");
}

#[test]
fn what_the_archive_does_not_have_after_all_is_no_fact_of_the_page() {
    let (_, said) = stage(|_, _| Answer::status(404));
    assert_eq!((texts(&said), stopped(&said).as_str()), (2, "[]"));
    assert_eq!(said["changes"].as_array().map(Vec::len), Some(2), "{said}");
    assert_eq!(said["unread"], 0);
}

#[test]
fn a_copy_of_a_redirect_to_another_page_is_no_text_of_this_one() {
    let (program, said) = stage(|program, _| {
        let other = of(program, "/elsewhere");
        let path = copy_path("one", at(1), &other);
        program.site.replay(
            &path,
            served(&Copy {
                at: at(1),
                html: page(OTHER),
            }),
        );
        Answer::redirect(302, &path).header("memento-datetime", &http_date(at(1)))
    });
    assert_eq!(texts(&said), 2, "{said}");
    assert!(
        !program
            .expect("--json search of", 0)
            .text()
            .contains("nobody knows")
    );
}

#[test]
fn where_the_archive_leads_to_another_copy_that_copy_is_what_came() {
    let (program, said) = stage(|program, address| {
        let other = Copy {
            at: at(1) + TimeDelta::days(2),
            html: page(OTHER),
        };
        let path = copy_path("one", other.at, address);
        program.site.replay(&path, served(&other));
        Answer::redirect(302, &path)
    });
    assert_eq!(texts(&said), 3, "{said}");
    let changes = said["changes"].as_array().expect("changes");
    let expected = serde_json::json!(at(1) + TimeDelta::days(2));
    assert_eq!(changes[0]["bounds"]["by"], expected, "{said}");
    // And it is not asked for once more.
    let before = fetches(&program, "one");
    program.expect("backfill page --every", 0);
    assert_eq!(fetches(&program, "one"), before);
}

#[test]
fn copies_that_lead_in_a_circle_are_passed_over() {
    let (_, said) = stage(|program, address| {
        let path = copy_path("one", at(1), address);
        let other = copy_path("one", at(1) + TimeDelta::hours(1), address);
        let back = Answer::redirect(302, &path).header("memento-datetime", &http_date(at(1)));
        program.site.replay(&other, back);
        Answer::redirect(302, &other).header("memento-datetime", &http_date(at(1)))
    });
    assert_eq!((texts(&said), stopped(&said).as_str()), (2, "[]"), "{said}");
}

#[test]
fn a_page_of_the_archive_itself_is_no_copy() {
    let excuse = "The Wayback Machine has not archived that URL.";
    let (_, said) = stage(|_, _| Answer::html(&page(excuse)));
    assert_eq!(texts(&said), 2, "without Memento-Datetime: {said}");
    let (_, said) = stage(|_, _| {
        let html = format!(
            "<html><title>Wayback Machine</title><main><h1>Wayback Machine</h1><p>{excuse}</p></main></html>"
        );
        Answer::html(&html).header("memento-datetime", &http_date(at(1)))
    });
    assert_eq!(texts(&said), 2, "with it: {said}");
}

#[test]
fn a_copy_of_another_time_than_was_listed_is_not_believed() {
    let (_, said) = stage(|_, _| {
        served(&Copy {
            at: at(1) - TimeDelta::days(900),
            html: page(OTHER),
        })
    });
    assert_eq!(
        (texts(&said), said["changes"].as_array().map(Vec::len)),
        (2, Some(2)),
        "{said}"
    );
}

#[test]
fn a_copy_that_is_cut_off_is_tried_again_and_else_left() {
    let (program, said) = stage(|_, _| served(&weekly(3, &[2])[1]).cut_after(40));
    assert_eq!(texts(&said), 1, "{said}");
    let path = copy_path("one", at(1), &of(&program, "/page"));
    assert!(program.site.asked_for(&path).len() <= 3);
}

#[test]
fn a_list_that_is_cut_off_is_used_as_far_as_it_goes_and_said_to_be() {
    let copies = weekly(20, &[5, 15]);
    let program = program(&copies, Lists::Links);
    let address = of(&program, "/page");
    let whole = list(&program, "one", &address, &copies, Lists::Links);
    let cut = &whole[..whole.len() / 2];
    program
        .site
        .replay(&list_path("one", &address), Answer::text(cut));
    let said = program.expect("--json backfill page", 0).json().remove(0);
    let lists = &said["archives"][0];
    assert!(
        lists["lacks"]
            .as_str()
            .is_some_and(|why| why.contains("cut off")),
        "{said}"
    );
    assert!(
        lists["copies"]
            .as_u64()
            .is_some_and(|copies| (8..=10).contains(&copies))
    );
    assert!(texts(&said) >= 2);
    let told = program.expect("backfill page", 0).text();
    assert!(told.contains("the list is not whole"), "{told}");
}

#[test]
fn a_list_in_pages_is_read_page_by_page_and_a_circle_of_pages_ends() {
    let copies = weekly(20, &[5, 15]);
    let program = program(&copies, Lists::Links);
    let address = of(&program, "/page");
    let (first, second) = copies.split_at(10);
    let next = format!(",\n<{}>; rel=\"timemap\"", of(&program, "/one/list/2"));
    let back = format!(
        ",\n<{}>; rel=\"timemap\"",
        of(&program, &list_path("one", &address))
    );
    let first = list(&program, "one", &address, first, Lists::Links) + &next;
    let second = list(&program, "one", &address, second, Lists::Links) + &back + &next;
    program
        .site
        .replay(&list_path("one", &address), Answer::text(&first));
    program.site.replay("/one/list/2", Answer::text(&second));
    let said = program.expect("--json backfill page", 0).json().remove(0);
    assert_eq!(said["archives"][0]["copies"], 20, "{said}");
    assert_eq!(program.site.asked_for("/one/list/2").len(), 1);
}

#[test]
fn a_list_without_end_is_bounded() {
    let program = program(&weekly(3, &[]), Lists::Links);
    let address = of(&program, "/page");
    let row = |hour: i64| {
        format!(
            "key {} {address} text/html 200 AAAA 9\n",
            stamp(at(0) + TimeDelta::hours(hour))
        )
    };
    let list: String = (0..30_000).map(row).collect();
    program
        .site
        .replay(&list_path("one", &address), Answer::text(&list));
    let first = Copy {
        at: at(0),
        html: page("Version 10 of the direction applies to practices."),
    };
    program
        .site
        .replay(&copy_path("one", at(0), &address), served(&first));
    let said = program.expect("--json backfill page", 0).json().remove(0);
    let lists = &said["archives"][0];
    assert!(
        lists["copies"]
            .as_u64()
            .is_some_and(|copies| copies <= 20_001),
        "{said}"
    );
    assert!(
        lists["lacks"]
            .as_str()
            .is_some_and(|why| why.contains("30000 copies")),
        "{said}"
    );
    assert_eq!(fetches(&program, "one"), 2);
}

#[test]
fn an_archive_that_knows_nothing_of_a_page_holds_nothing() {
    let program = program(&weekly(3, &[]), Lists::Links);
    let address = of(&program, "/page");
    program
        .site
        .replay(&list_path("one", &address), Answer::status(404));
    let said = program.expect("--json backfill page", 0).json().remove(0);
    assert_eq!(
        (&said["archives"][0]["copies"], texts(&said)),
        (&0.into(), 0)
    );
    program.site.replay(
        &list_path("one", &address),
        Answer::html("<!doctype html><p>Hello</p>"),
    );
    let before = fetches(&program, "one");
    program.expect("backfill page", 0);
    assert_eq!(
        fetches(&program, "one"),
        before,
        "that it holds nothing is known now"
    );
}
