//! A local archive of the web: it lists copies of a page, and serves them as the Wayback Machine or pywb do.

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::model::Digest;

use crate::program::Program;
use crate::site::Answer;

/// The first copy was made then.
const BEGAN: &str = "2016-01-04T10:00:00Z";

/// A copy that an archive holds.
#[derive(Clone)]
pub struct Copy {
    pub at: DateTime<Utc>,
    pub html: String,
}

/// How an archive tells of its copies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// An index with digests and lengths.
    Digests,
    /// An index whose digests all differ, and no lengths.
    Noise,
    /// A TimeMap in link format: times and addresses only.
    Links,
}

/// A page with this sentence, as it was served in a year.
pub fn page(sentence: &str) -> String {
    crate::program::page(sentence)
}

/// A week after week: `changes` are the weeks from which the page says something else.
pub fn weekly(weeks: usize, changes: &[usize]) -> Vec<Copy> {
    let version = |week: usize| changes.iter().filter(|change| **change <= week).count();
    let copy = |week: usize| Copy {
        at: at(week),
        html: page(&format!(
            "Version {} of the direction applies to practices.",
            version(week)
        )),
    };
    (0..weeks).map(copy).collect()
}

/// When the copy of a week was made.
pub fn at(week: usize) -> DateTime<Utc> {
    let began: DateTime<Utc> = BEGAN.parse().expect("a time");
    began + TimeDelta::weeks(week as i64)
}

pub fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%d%H%M%S").to_string()
}

pub fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The address of a page of the program's site.
pub fn of(program: &Program, path: &str) -> String {
    program.site.url(path).to_string()
}

/// Names the archive `one` in the watchlist: it lives on the same site, below `/one`.
pub fn watchlist(program: &mut Program, names: &[&str]) {
    let port = program.site.port();
    let archive = |name: &&str| {
        format!(
            "[[backfill.archive]]\nname = \"{name}\"\nlist = \"http://127.0.0.1:{port}/{name}/list?url={{url}}\"\n\
             copy = \"http://127.0.0.1:{port}/{name}/{{timestamp}}id_/{{url}}\"\n"
        )
    };
    program.settle(&names.iter().map(archive).collect::<String>());
}

/// The path at which an archive is asked for its list.
pub fn list_path(name: &str, page: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
    format!("/{name}/list?url={encoded}")
}

/// The path at which it serves the bytes of a copy.
pub fn copy_path(name: &str, at: DateTime<Utc>, page: &str) -> String {
    format!("/{name}/{}id_/{page}", stamp(at))
}

/// A copy as an archive serves it.
pub fn served(copy: &Copy) -> Answer {
    Answer::html(&copy.html).header("memento-datetime", &http_date(copy.at))
}

/// Lets an archive hold these copies of a page.
pub fn holds(program: &Program, name: &str, page: &str, copies: &[Copy], lists: Lists) {
    for copy in copies {
        let path = copy_path(name, copy.at, page);
        program.site.replay(&path, served(copy));
    }
    let list = list(program, name, page, copies, lists);
    program
        .site
        .replay(&list_path(name, page), Answer::text(&list));
}

pub fn list(program: &Program, name: &str, page: &str, copies: &[Copy], lists: Lists) -> String {
    let port = program.site.port();
    let row = |(number, copy): (usize, &Copy)| {
        let time = stamp(copy.at);
        match lists {
            Lists::Digests => {
                let digest = Digest::of(copy.html.as_bytes()).to_string().to_uppercase();
                let length = copy.html.len();
                format!(
                    "key {time} {page} text/html 200 {} {length}\n",
                    &digest[..32]
                )
            }
            Lists::Noise => format!("key {time} {page} text/html 200 NOISE{number} -\n"),
            Lists::Links => format!(
                ",\n<http://127.0.0.1:{port}/{name}/{time}/{page}>; rel=\"memento\"; datetime=\"{}\"",
                http_date(copy.at)
            ),
        }
    };
    let rows: String = copies.iter().enumerate().map(row).collect();
    match lists {
        Lists::Links => format!("<{page}>; rel=\"original\"{rows}"),
        Lists::Digests | Lists::Noise => rows,
    }
}

/// How often an archive was asked for anything but its robots.txt.
pub fn fetches(program: &Program, name: &str) -> usize {
    let asked = program.site.asked();
    let below = format!("/{name}/");
    asked
        .iter()
        .filter(|asked| asked.target.starts_with(&below))
        .count()
}
