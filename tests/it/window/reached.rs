//! Every page of the window is reached by links from the first one, and no link is dead.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::program::page;
use crate::site::Answer;
use crate::window::house::Open;
use crate::window::people::account;
use crate::window::town::town;

/// So many addresses are asked for at most; an archive of some pages has a few hundred.
const MOST: usize = 3_000;
/// So many addresses of one sort that differ in their query only are followed.
const ALIKE: usize = 12;

/// The sorts of pages, with `{}` for what differs among those of a sort.
const SORTS: [&str; 41] = [
    "/",
    "/about",
    "/api",
    "/api/v1/openapi.json",
    "/compare",
    "/corrections",
    "/d/{}",
    "/d/{}/at/{}",
    "/d/{}/blame",
    "/d/{}/compare",
    "/d/{}/feed.atom",
    "/d/{}/feed.json",
    "/d/{}/row",
    "/d/{}/table/{}",
    "/d/{}/{}",
    "/d/{}/{}..{}",
    "/d/{}/{}..{}.html",
    "/d/{}/{}..{}.md",
    "/d/{}/{}..{}.patch",
    "/d/{}/{}..{}.txt",
    "/d/{}/{}/blame",
    "/d/{}/{}/headers",
    "/d/{}/{}/raw",
    "/d/{}/{}/served",
    "/documents",
    "/feed.atom",
    "/feed.json",
    "/icon.svg",
    "/names",
    "/names/{}",
    "/phrases",
    "/phrases.csv",
    "/promises",
    "/publishers",
    "/publishers/{}",
    "/registers",
    "/search",
    "/sign-in",
    "/status",
    "/style.css",
    "/triage/{}/{}..{}",
];

/// An archive in which there is something of every sort.
fn everything() -> Open {
    let program = town();
    let named = "Practices must submit the Primary Care Sleep Data Set (PCSDS) every month.";
    program.site.replay("/alone", Answer::html(&page(named)));
    program.run("visit alone");
    account(&program, "Ada");
    Open::of(program)
}

/// The sort that an address is of.
fn sort(path: &str) -> String {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\d+(\.\.)?(\d*)(\.[a-z]+)?$").expect("a pattern"));
    let parts: Vec<&str> = path.split('/').collect();
    let general = |(at, part): (usize, &&str)| match (parts[1], at) {
        ("d" | "names" | "publishers" | "triage", 2) => "{}".to_owned(),
        ("d" | "triage", 3 | 4) => match NUMBER.captures(part) {
            Some(found) => {
                let span = if found.get(1).is_some() {
                    "{}..{}"
                } else {
                    "{}"
                };
                format!("{span}{}", found.get(3).map_or("", |form| form.as_str()))
            }
            None if at == 4 && parts[3] == "at" => "{}".to_owned(),
            None => (*part).to_owned(),
        },
        _ => (*part).to_owned(),
    };
    let general: Vec<String> = parts.iter().enumerate().map(general).collect();
    general.join("/")
}

/// Where a page leads to in this window.
fn links(base: &Url, text: &str) -> BTreeSet<Url> {
    static LINK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"<(?:a|link)\b[^>]*? href="([^"]*)""#).expect("a pattern"));
    let found = LINK.captures_iter(text);
    let found = found.map(|found| found[1].replace("&amp;", "&"));
    let found = found.filter_map(|link| base.join(&link).ok());
    let own = found.filter(|url| url.origin() == base.origin());
    own.map(|mut url| {
        url.set_fragment(None);
        url
    })
    .collect()
}

/// Where the forms of a page lead to that ask for something, as somebody would fill them in.
fn forms(base: &Url, text: &str) -> Vec<Url> {
    let pattern = |pattern: &str| Regex::new(pattern).expect("a pattern");
    let (form, action) = (
        pattern(r"(?s)<form\b([^>]*)>(.*?)</form>"),
        pattern("action=\"([^\"]*)\""),
    );
    let (field, value) = (
        pattern(r#"<input\b[^>]*?name="([^"]*)"[^>]*>"#),
        pattern("value=\"([^\"]*)\""),
    );
    let gets = form
        .captures_iter(text)
        .filter(|form| !form[1].contains("\"post\""));
    let filled = gets.filter_map(|form| {
        let mut url = base.join(&action.captures(&form[1])?[1]).ok()?;
        for field in field.captures_iter(&form[2]) {
            let given = value
                .captures(&field[0])
                .map_or("", |given| given.extract::<1>().1[0]);
            let said = match (&field[1], given) {
                ("q" | "key", "") => "asked",
                ("a" | "b", "") => "alone@1",
                (_, given) => given,
            };
            url.query_pairs_mut().append_pair(&field[1], said);
        }
        Some(url)
    });
    filled.collect()
}

/// Asks for whatever can be reached from the first page: status by address.
fn walked(open: &Open) -> BTreeMap<String, (u16, String)> {
    let base = Url::parse(&open.base).expect("an address");
    let mut waiting = VecDeque::from([(base.clone(), "nowhere".to_owned())]);
    let mut met = BTreeSet::from([base.clone()]);
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let mut answered = BTreeMap::new();
    while let Some((url, from)) = waiting.pop_front() {
        let path = url[url::Position::BeforePath..].to_owned();
        assert!(answered.len() < MOST, "the window leads on and on: {path}");
        let answer = open.get(&path);
        let onward = answer.field("location").to_owned();
        let mut more = BTreeSet::new();
        if answer.field("content-type").starts_with("text/html") && answer.status == 200 {
            more.extend(links(&url, &answer.text));
            more.extend(forms(&url, &answer.text));
        }
        more.extend(url.join(&onward).ok().filter(|_| !onward.is_empty()));
        answered.insert(path.clone(), (answer.status, from));
        for url in more {
            let few = match url.query() {
                None => true,
                Some(_) => {
                    let seen = alike.entry(sort(url.path())).or_default();
                    *seen += usize::from(!met.contains(&url));
                    *seen <= ALIKE
                }
            };
            if few && met.insert(url.clone()) {
                waiting.push_back((url, path.clone()));
            }
        }
    }
    answered
}

#[test]
fn every_page_is_reached_by_links_and_no_link_is_dead() {
    let open = everything();
    let answered = walked(&open);
    let fine = |status: &u16| [200, 302, 303, 304, 307, 308].contains(status);
    let dead: Vec<_> = (answered.iter())
        .filter(|(_, (status, _))| !fine(status))
        .collect();
    assert!(dead.is_empty(), "{dead:#?}");
    let plain = |path: &String| sort(path.split('?').next().unwrap_or_default());
    let reached: BTreeSet<String> = answered.keys().map(plain).collect();
    let missed: Vec<_> = (SORTS.iter())
        .filter(|sort| !reached.contains(**sort))
        .collect();
    assert!(missed.is_empty(), "{missed:?}, reached: {reached:#?}");
}

#[test]
fn a_dead_link_would_be_found() {
    let base = Url::parse("http://127.0.0.1:7711/d/page").expect("an address");
    let text = "<a class=\"x\" href=\"/gone?a=1&amp;b=2#c\">1</a><a href=\"https://example.org/\">2</a><link rel=x href=\"y\">";
    let found: Vec<String> = links(&base, text).iter().map(Url::to_string).collect();
    assert_eq!(
        found,
        [
            "http://127.0.0.1:7711/d/y",
            "http://127.0.0.1:7711/gone?a=1&b=2"
        ]
    );
    let text = "<form method=\"get\" action=\"/search\"><input type=\"search\" name=\"q\" value=\"\"></form>\
                <form method=\"post\" action=\"/sign-in\"></form>";
    let found: Vec<String> = forms(&base, text).iter().map(Url::to_string).collect();
    assert_eq!(found, ["http://127.0.0.1:7711/search?q=asked"]);
    for (path, expected) in [
        ("/d/page/1..2.md", "/d/{}/{}..{}.md"),
        ("/d/page/2/served", "/d/{}/{}/served"),
        ("/d/page/at/2026-01-01", "/d/{}/at/{}"),
        ("/names/x", "/names/{}"),
        ("/search", "/search"),
    ] {
        assert_eq!(sort(path), expected);
    }
}
