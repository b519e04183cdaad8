//! The calendar of the user: bank holidays, days of news, recesses and sitting days beside the shipped ones.

use chrono::NaiveDate;

use crate::rulebook::{Days, Recess};
use crate::watchlist::{
    found::Found,
    section::{Section, Value},
};

/// Reads `[calendar]`, or a file that is one.
pub(super) fn read(mut section: Section<'_>, found: &mut Found<'_>) -> Days {
    let mut list = |key| {
        let value = section.take(key);
        value.map_or(Vec::new(), |value| days(&value, found))
    };
    let (extra, moved, sitting) = (list("extra"), list("moved"), list("sitting"));
    let recess = section.take("recess");
    let recess = recess.map_or(Vec::new(), |value| recesses(&value, found));
    let mut days = Days {
        extra,
        moved,
        recess,
        sitting,
        ..Days::default()
    };
    let news = section.take("news");
    if let Some(news) = news.and_then(|news| news.section("`news`", found)) {
        for (name, place, what) in news.all() {
            let Ok(day) = name.parse::<NaiveDate>() else {
                let write = "write it as \"2026-12-24\" = \"what else happened\"".to_owned();
                found.note(&place, "this is no day", Some(write));
                continue;
            };
            if let Some(what) = what.text(found) {
                days.news.insert(day, what.text);
            }
        }
    }
    section.finish(found);
    days
}

fn days(value: &Value<'_>, found: &mut Found<'_>) -> Vec<NaiveDate> {
    let items = value.items("days in brackets, as in [\"2026-12-24\"]", found);
    items.iter().filter_map(|item| item.day(found)).collect()
}

fn recesses(value: &Value<'_>, found: &mut Found<'_>) -> Vec<Recess> {
    let wanted = "first and last days, as in [[\"2026-07-21\", \"2026-09-01\"]]";
    let mut recesses = Vec::new();
    for item in value.items(wanted, found) {
        if !item.is_list() {
            item.wrong::<()>(wanted, found);
            continue;
        }
        let count = item.items(wanted, found).len();
        match days(&item, found)[..] {
            [from, to] if from <= to => recesses.push(Recess(from, to)),
            // A day that is none was noted where it stands.
            _ if count == 2 && days(&item, &mut Found::none_in(&[])).len() < 2 => {}
            _ => {
                let what = "a recess is its first day and its last, in this order";
                found.note(&item.place, what, Some(format!("write {wanted}")));
            }
        }
    }
    recesses
}
