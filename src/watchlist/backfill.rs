//! Which archives of the web are asked for what pages said before they were watched.

use url::Url;

use crate::watchlist::{
    Backfill, PastArchive, address,
    found::Found,
    section::{Section, Text},
};

/// How often archives are asked by one command where nothing else is said, and at most.
const BUDGET: u32 = 200;
const MOST: u64 = 100_000;

impl Default for Backfill {
    /// The UK Government Web Archive, the UK Parliament Web Archive and the Wayback Machine; 200 fetches a command.
    fn default() -> Backfill {
        let archive = |name: &str, list: &str, copy: &str| PastArchive {
            name: name.to_owned(),
            list: list.to_owned(),
            copy: copy.to_owned(),
            ignore_robots: false,
        };
        Backfill {
            budget: BUDGET,
            archives: vec![
                archive(
                    "ukgwa",
                    "https://webarchive.nationalarchives.gov.uk/ukgwa/cdx?output=json&url={url}",
                    "https://webarchive.nationalarchives.gov.uk/ukgwa/{timestamp}id_/{url}",
                ),
                archive(
                    "parliament",
                    "https://webarchive.parliament.uk/timemap/{url}",
                    "https://webarchive.parliament.uk/{timestamp}id_/{url}",
                ),
                archive(
                    "wayback",
                    "https://web.archive.org/cdx/search/cdx?output=json&fl=timestamp,original,mimetype,statuscode,digest,length&limit=20000&url={url}",
                    "https://web.archive.org/web/{timestamp}id_/{url}",
                ),
            ],
        }
    }
}

/// Reads `[backfill]`; archives that are named stand in the place of those that are known.
pub(super) fn read(section: Option<Section<'_>>, found: &mut Found<'_>) -> Backfill {
    let mut backfill = Backfill::default();
    let Some(mut section) = section else {
        return backfill;
    };
    let budget = section.take("budget");
    let budget = budget.and_then(|value| value.number(1..=MOST, found));
    let budget = budget.and_then(|budget| u32::try_from(budget).ok());
    backfill.budget = budget.unwrap_or(backfill.budget);
    let own = section.take("archive");
    let own = own.map_or(Vec::new(), |value| value.sections("an archive", found));
    if !own.is_empty() {
        backfill.archives = Vec::new();
    }
    for section in own {
        if let Some(archive) = archive(section, &backfill.archives, found) {
            backfill.archives.push(archive);
        }
    }
    section.finish(found);
    backfill
}

fn archive(
    mut section: Section<'_>,
    others: &[PastArchive],
    found: &mut Found<'_>,
) -> Option<PastArchive> {
    let mut text = |key| section.require(key, found)?.text(found);
    let (name, list, copy) = (text("name"), text("list"), text("copy"));
    let robots = section.take("ignore_robots");
    let robots = robots.and_then(|value| value.truth(found));
    section.finish(found);
    let name = name?;
    if others.iter().any(|other| other.name == name.text) {
        let what = format!("there are two archives called `{}`", name.text);
        found.note(&name.place, what, Some("give one another name".to_owned()));
        return None;
    }
    Some(PastArchive {
        name: name.text,
        list: pattern(&list?, &["{url}"], found)?,
        copy: pattern(&copy?, &["{timestamp}", "{url}"], found)?,
        ignore_robots: robots.unwrap_or(false),
    })
}

/// An address in which something is to be put.
fn pattern(text: &Text, parts: &[&str], found: &mut Found<'_>) -> Option<String> {
    let missing = parts.iter().find(|part| !text.text.contains(**part));
    if let Some(missing) = missing {
        let what = format!("{missing} does not stand in this address");
        let example = "as in \"https://web.archive.org/web/{timestamp}id_/{url}\"".to_owned();
        found.note(&text.place, what, Some(example));
        return None;
    }
    let filled = text.text.replace("{timestamp}", "20160706120000");
    let filled = filled.replace("{url}", "https://www.example.org/");
    let example = Text {
        place: text.place.clone(),
        text: filled,
    };
    address::read(&example, found)?;
    Some(text.text.trim().to_owned())
}

impl PastArchive {
    /// Where it is: the address of its list of an example.
    pub fn host(&self) -> Option<String> {
        let url = Url::parse(&self.list.replace("{url}", "https://www.example.org/")).ok()?;
        url.host_str().map(str::to_owned)
    }
}
