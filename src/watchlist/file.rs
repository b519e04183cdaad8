//! The files of a watchlist, put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono_tz::Tz;
use toml::Spanned;
use toml::de::DeTable;

use crate::model::{Digest, Watch, WatchId};
use crate::rulebook::Book;
use crate::schedule::Plan;
use crate::watchlist::{
    Mistakes, Role, Source, Watchlist, backfill, calendar, collect, copies, discord, dossiers,
    email, evidence,
    found::{Found, Place},
    ids::Ids,
    metrics, operators, profiles,
    quotes::shortened,
    routes::{self, Known},
    rules, schedules,
    section::{Section, Text, Value},
    settings, watches,
    watches::{Names, Row},
    window,
};

/// The sections that only the main file has, as they are written.
const OF_MAIN: [(&str, &str); 10] = [
    ("settings", "`[settings]`"),
    ("discord", "`[discord]`"),
    ("email", "`[email]`"),
    ("collect", "`[collect]`"),
    ("operators", "`[operators]`"),
    ("copies", "`[copies]`"),
    ("backfill", "`[backfill]`"),
    ("evidence", "`[evidence]`"),
    ("window", "`[window]`"),
    ("metrics", "`[metrics]`"),
];

/// What stands in one file.
struct File<'t> {
    /// The sections of the main file, by their names.
    own: BTreeMap<&'static str, Section<'t>>,
    schedules: Option<Value<'t>>,
    topics: Option<Value<'t>>,
    profiles: Option<Value<'t>>,
    known: Vec<Text>,
    rules: Vec<Section<'t>>,
    named_rules: Vec<Text>,
    calendar: Option<Value<'t>>,
    dossiers: Vec<Section<'t>>,
    routes: Vec<Section<'t>>,
    watches: Vec<Section<'t>>,
}

/// Reads all files, the main one first.
pub(super) fn read(sources: &[Source]) -> Result<Watchlist, Mistakes> {
    let mut found = Found::none_in(sources);
    let parsed = sources.iter().enumerate();
    let parsed: Vec<_> = parsed
        .map(|(index, source)| parse(index, source, &mut found))
        .collect();
    let of_role = |index: &usize, role: fn(&Role) -> bool| role(&sources[*index].role);
    let files = (0..sources.len())
        .filter(|index| of_role(index, |role| *role == Role::Watches))
        .map(|index| open(index, &parsed[index], &mut found))
        .collect();
    let named: Vec<Named> = (sources.iter().zip(&parsed).enumerate())
        .filter(|(_, (source, _))| source.role != Role::Watches)
        .map(|(index, (source, table))| Named {
            role: &source.role,
            index,
            table,
        })
        .collect();
    let watchlist = understand((files, &named), texts(sources), &mut found);
    watchlist
        .filter(|_| found.is_empty())
        .ok_or_else(|| Mistakes(found.in_order()))
}

/// A file that the watchlist names.
struct Named<'t> {
    role: &'t Role,
    index: usize,
    table: &'t Spanned<DeTable<'t>>,
}

impl<'t> Named<'t> {
    fn section(&self, name: &'static str) -> Section<'t> {
        let place = Place::new(self.index, self.table.span());
        Section::new(name, place, self.table.get_ref())
    }

    /// The rules in it.
    fn rules(&self, found: &mut Found<'_>) -> Vec<Section<'t>> {
        let mut top = self.section("a file of rules");
        let rules = top.sections("rule", "a rule", found);
        top.finish(found);
        rules
    }
}

/// The book with the rules of one more file.
pub(super) fn book_with(book: &Book, source: &Source) -> Result<Book, Mistakes> {
    let sources = std::slice::from_ref(source);
    let mut found = Found::none_in(sources);
    let table = parse(0, source, &mut found);
    let named = Named {
        role: &source.role,
        index: 0,
        table: &table,
    };
    let sections = named.rules(&mut found);
    if sections.is_empty() {
        let what = "there is no rule in this file";
        let write = "write each under [[rule]]".to_owned();
        found.note(&Place::new(0, 0..source.text.len()), what, Some(write));
    }
    let book = rules::read(sections, book.clone(), &mut BTreeMap::new(), &mut found);
    match found.is_empty() {
        true => Ok(book),
        false => Err(Mistakes(found.in_order())),
    }
}

/// The shipped book with what the user adds: names, days, rules.
fn book(files: &mut [File<'_>], named: &[Named<'_>], found: &mut Found<'_>) -> Book {
    let known = files.iter().flat_map(|file| &file.known);
    let known = known.map(|text| text.text.clone()).collect();
    let mut book = Book::shipped().knowing(known);
    let mut own = BTreeMap::new();
    for file in files {
        book = rules::read(std::mem::take(&mut file.rules), book, &mut own, found);
        for text in &file.named_rules {
            let wanted = |one: &&Named| matches!(one.role, Role::Rules(file) if *file == text.text);
            match named.iter().find(wanted) {
                Some(one) => book = rules::read(one.rules(found), book, &mut own, found),
                None => unread(text, found),
            }
        }
        let Some(value) = &file.calendar else {
            continue;
        };
        if !value.is_text() {
            let section = value.section("`[calendar]`", found);
            book = section.map_or(book.clone(), |section| {
                book.with_days(calendar::read(section, found))
            });
            continue;
        }
        let Some(text) = value.text(found) else {
            continue;
        };
        let wanted = |one: &&Named| matches!(one.role, Role::Calendar(file) if *file == text.text);
        match named.iter().find(wanted) {
            Some(one) => book = book.with_days(calendar::read(one.section("a calendar"), found)),
            None => unread(&text, found),
        }
    }
    book
}

/// A file that is named and is not there.
fn unread(text: &Text, found: &mut Found<'_>) {
    let what = format!("the file `{}` cannot be read", shortened(&text.text));
    let write = "it is looked for in the folder of watchlist.toml".to_owned();
    found.note(&text.place, what, Some(write));
}

/// Reads everything that was found in the files. What comes of it holds only where no mistake was noted.
fn understand(
    (mut files, named): (Vec<File<'_>>, &[Named<'_>]),
    texts: Vec<String>,
    found: &mut Found<'_>,
) -> Option<Watchlist> {
    let main = files.first_mut();
    let mut own = main.map_or_else(BTreeMap::new, |main| std::mem::take(&mut main.own));
    let copies = own.remove("copies");
    let copies = copies.and_then(|section| copies::read(section, found));
    let backfill = backfill::read(own.remove("backfill"), found);
    let evidence = own.remove("evidence");
    let evidence = evidence.map(|section| evidence::read(section, found));
    let window = own.remove("window");
    let window = window.and_then(|section| window::read(section, found));
    let metrics = own.remove("metrics");
    let metrics = metrics.and_then(|section| metrics::read(section, found));
    let settings = settings::read(own.remove("settings"), found);
    let discord = discord::read(own.remove("discord"), found);
    let email = email::read(own.remove("email"), found);
    let operators = operators::read(own.remove("operators"), settings.timezone, found);
    let collect = own.remove("collect");
    let collect = collect.and_then(|section| collect::read(section, found));
    let names = Names {
        sender: email.from.is_some(),
        ..names(&files, settings.timezone, found)
    };
    let book = book(&mut files, named, found);
    let (mut routes, mut rows, mut ids) = (Vec::new(), Vec::new(), Ids::default());
    let mut dossiers = dossiers::Read::default();
    let mut written = 0;
    for file in files {
        written += file.watches.len();
        for section in file.dossiers {
            dossiers::read(section, &mut dossiers, found);
        }
        routes.extend(file.routes);
        let read = file.watches.into_iter();
        rows.extend(read.filter_map(|section| watches::read(section, &names, &mut ids, found)));
    }
    ids.check_former(found);
    let all_understood = rows.len() == written;
    let (watches, plans, notes) = columns(rows);
    // A watch with a mistake is named there already; that it is missing is none of its route's.
    let listed = Some(watches.as_slice()).filter(|_| all_understood);
    let known = Known::of(&names, listed, &book, settings.timezone);
    let routes = routes::read(routes, &known, found);
    let topics = names.topics.into_iter();
    let topics = topics
        .map(|(name, (_, description))| (name, description))
        .collect();
    Some(Watchlist {
        settings,
        topics,
        routes,
        watches: Arc::new(watches),
        plans,
        notes,
        discord: discord?,
        email,
        operators,
        collect,
        copies,
        backfill,
        window,
        metrics,
        evidence: evidence.unwrap_or_default(),
        book: Arc::new(book.holding(dossiers.dossiers)),
        digest: Digest::of(texts.first().map_or(&[][..], |text| text.as_bytes())),
        texts: Arc::new(texts),
        profiles: names.profiles,
    })
}

/// Parses one file, and notes where it is not TOML: once a line, for one slip often makes several.
fn parse<'t>(index: usize, source: &'t Source, found: &mut Found<'_>) -> Spanned<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    let mut lines = BTreeSet::new();
    let mut errors: Vec<_> = errors
        .into_iter()
        .map(|error| (error.span().unwrap_or_default(), error))
        .collect();
    errors.sort_by_key(|(span, _)| span.start);
    for (span, error) in errors {
        let line = source
            .text
            .as_bytes()
            .iter()
            .take(span.start)
            .filter(|byte| **byte == b'\n')
            .count();
        if lines.insert(line) {
            found.note_broken(
                &Place::new(index, span),
                format!("this is not TOML: {}", error.message()),
            );
        }
    }
    table
}

fn open<'t>(index: usize, table: &'t Spanned<DeTable<'t>>, found: &mut Found<'_>) -> File<'t> {
    let mut top = Section::new(
        "a watchlist",
        Place::new(index, table.span()),
        table.get_ref(),
    );
    let mut own = BTreeMap::new();
    for (name, written) in OF_MAIN {
        let section = top.take(name);
        let section = section.and_then(|value| only_in_main(index, value, written, found));
        own.extend(section.map(|section| (name, section)));
    }
    let file = File {
        own,
        schedules: top.take("schedules"),
        topics: top.take("topics"),
        profiles: top.take("profile"),
        known: top
            .take("known")
            .map(|value| value.list(found))
            .unwrap_or_default(),
        rules: top.sections("rule", "a rule", found),
        named_rules: top.texts("rules", found),
        calendar: top.take("calendar"),
        dossiers: top.sections("dossier", "a dossier", found),
        routes: top.sections("route", "a route", found),
        watches: top.sections("watch", "a watch", found),
    };
    top.finish(found);
    file
}

fn only_in_main<'t>(
    index: usize,
    value: Value<'t>,
    name: &'static str,
    found: &mut Found<'_>,
) -> Option<Section<'t>> {
    if index == 0 {
        return value.section(name, found);
    }
    let suggestion = Some("write it in watchlist.toml".to_owned());
    found.note(
        &value.place,
        format!("{name} belongs in the main file"),
        suggestion,
    );
    None
}

fn names(files: &[File<'_>], zone: Tz, found: &mut Found<'_>) -> Names {
    // No file of the watchlist has this number.
    let profiles = profiles::built_in(usize::MAX, found);
    let mut names = Names {
        zone,
        sender: false,
        topics: BTreeMap::new(),
        schedules: BTreeMap::new(),
        profiles,
    };
    for file in files {
        if let Some(value) = &file.schedules {
            schedules::read(value, zone, &mut names.schedules, found);
        }
        if let Some(value) = &file.topics {
            read_topics(value, &mut names, found);
        }
        if let Some(value) = &file.profiles {
            profiles::read(value, &mut names.profiles, found);
        }
    }
    names
}

/// Reads `[topics]`.
fn read_topics(value: &Value<'_>, names: &mut Names, found: &mut Found<'_>) {
    let Some(section) = value.section("`topics`", found) else {
        return;
    };
    for (name, place, value) in section.all() {
        if let Some((earlier, _)) = names.topics.get(name) {
            let what = format!(
                "the topic `{}` is there already: {}",
                shortened(name),
                found.told(earlier)
            );
            found.note(&place, what, Some("choose another name".to_owned()));
            continue;
        }
        let description = value.text(found).map(|text| text.text).unwrap_or_default();
        names.topics.insert(name.to_owned(), (place, description));
    }
}

type Columns = (Vec<Watch>, Vec<Plan>, BTreeMap<WatchId, String>);

fn columns(rows: Vec<Row>) -> Columns {
    let mut columns = Columns::default();
    columns.0.reserve_exact(rows.len());
    columns.1.reserve_exact(rows.len());
    for Row { watch, plan, note } in rows {
        if let Some(note) = note {
            columns.2.insert(watch.id.clone(), note);
        }
        columns.0.push(watch);
        columns.1.push(plan);
    }
    columns
}

/// The texts as they are kept: that of the one file, or the lines that `sha256sum` would print and then those of all.
fn texts(sources: &[Source]) -> Vec<String> {
    let texts = sources.iter().map(|source| source.text.clone());
    if sources.len() == 1 {
        return texts.collect();
    }
    let line =
        |source: &Source| format!("{}  {}\n", Digest::of(source.text.as_bytes()), source.name);
    let lines = sources.iter().map(line).collect::<String>();
    std::iter::once(lines).chain(texts).collect()
}
