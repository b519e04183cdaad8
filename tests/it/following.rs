//! Documents that belong together, and new ones: what a watch leads to is read, weighed, told once and watched.

mod attachments;
mod budget;
mod commands;
mod crash;
mod entries;
mod moved;
mod resembling;

use smallprint::model::{Fate, Trail};
use smallprint::visit::{Round, Wanted};

use crate::site::Answer;
use crate::visits::scene::Scene;

/// The sentence that deserves an alert wherever it stands.
const TELLING: &str = "Practices must submit the National Wheelchair Users Dataset every month.";

/// A long table of nothing in particular, with these words deep inside.
fn table(words: &str) -> String {
    let mut rows = String::from("Number,Item\n");
    for number in 1..=1_500 {
        let words = match number {
            1_140 => words.to_owned(),
            _ => format!("The group took note of paper {number} and thanked its authors."),
        };
        rows += &format!("{number},{words}\n");
    }
    rows
}

fn csv(text: &str) -> Answer {
    Answer::status(200)
        .header("content-type", "text/csv")
        .body(text)
}

/// A page with these paragraphs and files: title and path.
fn offering(title: &str, paragraph: &str, files: &[(&str, &str)]) -> Answer {
    let links: Vec<String> = files
        .iter()
        .map(|(title, path)| format!("<li><a href=\"{path}\">{title}</a> (CSV, 88 KB)</li>"))
        .collect();
    Answer::html(&format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><main><h1>{title}</h1>\
         <p>{paragraph}</p><ul>{}</ul></main></body></html>",
        links.concat()
    ))
}

/// A feed of these entries: title and address.
fn feed(entries: &[(&str, &str)]) -> Answer {
    let items: Vec<String> = entries
        .iter()
        .map(|(title, url)| {
            format!("<item><title>{title}</title><link>http://{url}</link><guid>http://{url}</guid></item>")
        })
        .collect();
    Answer::status(200)
        .header("content-type", "application/rss+xml")
        .body(format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Publications</title>\
             <link>http://nhs.example/publications</link><description>News</description>{}</channel></rss>",
            items.concat()
        ))
}

/// Visits what is due after half an hour.
async fn next(scene: &Scene) -> Round {
    scene.pass(30);
    scene.round(Wanted::Due).await
}

/// The lead at this path, which must be there.
#[track_caller]
fn at<'a>(trails: &'a [Trail], path: &str) -> &'a Trail {
    let found = trails.iter().find(|trail| trail.lead.url.path() == path);
    found.unwrap_or_else(|| panic!("nothing was found at {path}: {trails:#?}"))
}

async fn trails(scene: &Scene) -> Vec<Trail> {
    scene
        .house
        .store
        .trails()
        .await
        .expect("the archive is well")
}

/// What became of everything found, by path.
async fn fates(scene: &Scene) -> Vec<(String, Fate)> {
    let trails = trails(scene).await;
    let mut fates: Vec<(String, Fate)> = trails
        .iter()
        .map(|trail| (trail.lead.url.path().to_owned(), trail.lead.fate))
        .collect();
    fates.sort_by(|a, b| a.0.cmp(&b.0));
    fates
}

/// The ids of the watches in force.
fn watched(scene: &Scene) -> Vec<String> {
    let in_force = scene.house.in_force();
    let watches = in_force.watchlist.watches.iter();
    watches.map(|watch| watch.id.0.clone()).collect()
}

/// How many alerts are owed that are about a watch, and none of a round.
async fn alerts(scene: &Scene) -> usize {
    let owed = scene.owed().await;
    owed.iter().filter(|alert| alert.watch.is_some()).count()
}
