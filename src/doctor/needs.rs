//! Whether the program finds what it starts, and reaches where it says things.

use std::path::PathBuf;

use chrono::DateTime;
use rustix::process::{Resource, getrlimit};
use url::Url;

use crate::browser::Browser;
use crate::channels::Wanted;
use crate::doctor::CheckUp;
use crate::house::{self, InForce, Opening};
use crate::model::{Capture, Destination, Digest, Hop, Provenance, Reading, Render};
use crate::watchlist::{Settings, Watchlist};
use crate::worker::{Limits, Workers};

/// With fewer open files the program fails soon, and with fewer it may fail in a round of many visits.
const FEWEST_FILES: u64 = 256;
const ENOUGH_FILES: u64 = 1024;
/// Where the page stands that is built to see whether pages can be: nowhere (RFC 6761, section 6.4).
const NOWHERE: &str = "https://smallprint.invalid/";
/// What its script writes.
const PAGE: &str =
    "<!doctype html><title>A page</title><body><script>document.body.append('built')</script>";

/// How many files may be open at once.
pub(super) fn open_files() -> CheckUp {
    let remedy = "Raise it: LimitNOFILE=8192 in the unit, or `ulimit -n 8192` in the shell.";
    match getrlimit(Resource::Nofile).current {
        None => CheckUp::ok(
            "open files",
            "As many files may be open as the program likes.",
        ),
        Some(most) => {
            let says = format!("At most {most} files may be open at once.");
            if most < FEWEST_FILES {
                return CheckUp::wrong("open files", says, remedy);
            }
            match most < ENOUGH_FILES {
                true => CheckUp::warning("open files", says, remedy),
                false => CheckUp::ok("open files", says),
            }
        }
    }
}

/// Whether there is a Chromium, and whether it builds a page where some watch needs it.
pub(super) async fn browser(
    opening: &Opening,
    settings: &Settings,
    watchlist: Option<&Watchlist>,
) -> CheckUp {
    let path = opening.environment.get("PATH").map_or("", String::as_str);
    let browser = Browser::new(settings, path, opening.clock.clone(), opening.names.clone());
    let built = |render: Render| render == Render::Browser;
    let needs = watchlist.and_then(|list| {
        let mut watches = list.enabled().map(|(watch, _)| watch);
        watches.find(|watch| built(watch.render) && !list.is_collected(&watch.url))
    });
    let place = browser.place();
    let Some(watch) = needs else {
        let there = match place {
            Ok(place) => format!("there is one at {}", place.display()),
            Err(_) => "there is none".to_owned(),
        };
        return CheckUp::ok(
            "browser",
            format!("No watch needs a Chromium (render = \"browser\"); {there}."),
        );
    };
    let place = match place {
        Ok(place) => place,
        Err(why) => {
            return CheckUp::wrong(
                "browser",
                format!("{} {why}.", watch.id),
                "Install Chromium (Debian's package is chromium), or name it with `browser = …` under [settings].",
            );
        }
    };
    let Some(capture) = capture("text/html", PAGE.as_bytes()) else {
        return CheckUp::ok(
            "browser",
            format!("There is a Chromium at {}.", place.display()),
        );
    };
    match browser.build_if_asked(watch, capture, PAGE.into()).await {
        Ok(page) => CheckUp::ok(
            "browser",
            format!(
                "{} at {} builds pages.",
                called(&page.capture),
                place.display()
            ),
        ),
        Err(failure) => CheckUp::wrong(
            "browser",
            format!("{} builds no page: {}.", place.display(), failure.why),
            "Start it once by hand as the user that runs the program; in a container or a unit it needs a temporary folder, \
             user namespaces, and memory that may be written and run.",
        ),
    }
}

fn called(capture: &Capture) -> &str {
    match &capture.provenance {
        Provenance::Rendered { browser, .. } => browser,
        _ => "Chromium",
    }
}

/// What else is started, where somebody asks for it.
pub(super) fn helpers(opening: &Opening) -> CheckUp {
    let path = opening.environment.get("PATH").map_or("", String::as_str);
    let mut places = std::env::split_paths(path).map(|folder| folder.join("git"));
    match places.find(|place: &PathBuf| place.is_file()) {
        Some(git) => CheckUp::ok(
            "helpers",
            format!("There is a git at {}, for `import git`.", git.display()),
        ),
        None => CheckUp::ok(
            "helpers",
            "There is no git, which only `import git` needs; nothing else is started.",
        ),
    }
}

/// Whether children of this program read what is dangerous to read, within their limits.
pub(super) async fn workers(opening: &Opening) -> CheckUp {
    let workers = Workers::of(opening.program.clone(), Limits::default());
    let pdf = pdf();
    let Some(capture) = capture("application/pdf", &pdf) else {
        return CheckUp::ok("workers", "They were not tried.");
    };
    match workers.read(&capture, &pdf, &Reading::default()).await {
        Ok(_) => CheckUp::ok(
            "workers",
            "A PDF of the program's own is read in a child process, within its limits.",
        ),
        Err(failure) => CheckUp::wrong(
            "workers",
            format!("Files cannot be read in a child process: {}.", failure.why),
            "Let the program start itself again (no noexec where it lies, processes within TasksMax), with 1 GiB of address \
             space for the child.",
        ),
    }
}

/// Whether messages reach where routes lead.
pub(super) async fn channels(opening: &Opening, in_force: Option<&InForce>) -> Vec<CheckUp> {
    let Some(in_force) = in_force else {
        let says = "No token and no channel was tried, for want of a watchlist that says where messages go.";
        return vec![CheckUp::warning(
            "channels",
            says,
            "See to the watchlist first.",
        )];
    };
    let watchlist = &in_force.watchlist;
    let points = in_force.channels.inspect(&Wanted::by(watchlist)).await;
    let mut found: Vec<CheckUp> = (points.into_iter())
        .map(|point| match (point.fine, point.remedy) {
            (true, _) => CheckUp::ok(point.of, point.says),
            (false, remedy) => CheckUp::wrong(point.of, point.says, remedy.unwrap_or_default()),
        })
        .collect();
    for route in &watchlist.routes {
        // Of these Discord itself was asked.
        if matches!(
            route.to,
            Destination::Discord(_) | Destination::DiscordWebhook(_)
        ) {
            continue;
        }
        let unset = house::unset(opening, watchlist, &route.to);
        let unset = unset.into_iter().map(|says| {
            CheckUp::warning(
                route.to.to_string(),
                capital(&says),
                "Set it where the program is started, in the file of secrets.",
            )
        });
        found.extend(unset);
    }
    found.dedup();
    let silent = watchlist
        .routes
        .iter()
        .all(|route| route.to == Destination::Terminal);
    if found.is_empty() && silent {
        found.push(CheckUp::ok(
            "channels",
            "Every route leads to the terminal in which the program runs.",
        ));
    }
    found
}

/// The sentence with a capital letter.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Something of our own, as if a server had sent it.
fn capture(content_type: &str, body: &[u8]) -> Option<Capture> {
    let url: Url = NOWHERE.parse().ok()?;
    Some(Capture {
        at: DateTime::UNIX_EPOCH,
        hops: vec![Hop {
            url: url.clone(),
            status: 200,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            address: None,
            certificate: None,
            at: DateTime::UNIX_EPOCH,
        }],
        url,
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    })
}

/// A PDF of one page with one line.
fn pdf() -> Vec<u8> {
    let drawn = "BT /F 11 Tf 72 700 Td (What is read apart is read within limits.) Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{drawn}\nendstream", drawn.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut pdf = "%PDF-1.5\n".to_owned();
    let mut rows = String::new();
    for (at, object) in objects.iter().enumerate() {
        rows.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let (start, size) = (pdf.len(), objects.len() + 1);
    pdf.push_str(&format!(
        "xref\n0 {size}\n0000000000 65535 f \n{rows}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    ));
    pdf.into_bytes()
}
