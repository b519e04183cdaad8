//! Finds in WARC files what is of a watch, and sets it aside in the order in which it is taken in.

mod fields;
mod own;
mod parts;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use url::Url;

use crate::house::NotDone;
use crate::imports::gather::fields::{certificate, keys, refers, said, target, time, written_by};
use crate::imports::sound::is_sound;
use crate::imports::spool::{Place, Spool};
use crate::imports::stream::{Broken, Head, Stream};
use crate::imports::wanted::Wanted;
use crate::imports::{files, http, stopped};
use crate::model::{Origin, RecordKind, WatchId};

pub(super) use parts::{By, Item, Part, Sort};

/// How much longer than a body the block of a record may be: the header of the answer.
const BESIDE: u64 = 512 * 1024;
/// The longest block that only describes.
const DESCRIBES: u64 = 1 << 20;
/// The most records of watches that are taken at once.
const MOST: usize = 1_000_000;
/// How many damaged records are named.
const DAMAGED: usize = 20;
/// How many records pass between two words on how far it is.
const TELL_EVERY: u64 = 256;

/// Why a record was passed over.
pub(super) const ELSEWHERE: &str = "of addresses and sorts that are of no watch";
pub(super) const UNKNOWN: &str = "of documents that the watchlist does not name";
pub(super) const NO_PAGE: &str = "redirects, errors and other answers without a page";
pub(super) const LOST: &str = "whose bytes are in another record, which is not in these files";
pub(super) const CUT: &str = "cut short when they were made";
pub(super) const UNSOUND: &str = "that are damaged: they do not match their digest";
pub(super) const TIMELESS: &str = "without a time that can be read";
pub(super) const TOO_LONG: &str = "longer than max_body allows";
pub(super) const FUTURE: &str = "that lie in the future";

/// What was found.
pub(super) struct Gathered {
    pub(super) items: Vec<Item>,
    pub(super) spool: Spool,
    /// Where the payloads are that other records refer to: the block, who wrote it, and what it is.
    pub(super) payloads: HashMap<String, (Place, By, Sort)>,
    pub(super) read: u64,
    pub(super) passed: BTreeMap<&'static str, u64>,
    pub(super) broken: Vec<String>,
}

/// Reads all files.
pub(super) fn gather(
    paths: &[PathBuf],
    wanted: &Wanted,
    most: u64,
    now: DateTime<Utc>,
    heard: &mpsc::Sender<(u64, u64)>,
) -> Result<Gathered, NotDone> {
    let spool = Spool::new().map_err(|error| full(&error))?;
    let mut reader = Reader {
        found: Gathered {
            items: Vec::new(),
            spool,
            payloads: HashMap::new(),
            read: 0,
            passed: BTreeMap::new(),
            broken: Vec::new(),
        },
        wanted,
        most,
        now,
        heard,
        urls: HashMap::new(),
        pass: Pass::First,
    };
    reader.files(paths)?;
    let missing = reader.found.missing();
    if !missing.is_empty() {
        // What other records refer to stands elsewhere in the files, under an address of no watch.
        reader.pass = Pass::Second(missing);
        reader.files(paths)?;
    }
    let mut found = reader.found;
    found.items = in_turn(std::mem::take(&mut found.items));
    Ok(found)
}

/// The name of the file that somebody named: that of a WACZ file without what is in it.
fn path_name(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// The items in the order of the files, but of each watch the earliest first.
fn in_turn(items: Vec<Item>) -> Vec<Item> {
    let mut of: BTreeMap<WatchId, Vec<usize>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        of.entry(item.watch.clone()).or_default().push(place);
    }
    let mut order: Vec<usize> = (0..items.len()).collect();
    for places in of.values() {
        let mut sorted = places.clone();
        sorted.sort_by_key(|place| items[*place].at);
        for (to, from) in places.iter().zip(sorted) {
            order[*to] = from;
        }
    }
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    let taken = order.into_iter().filter_map(|place| items[place].take());
    taken.collect()
}

fn full(error: &std::io::Error) -> NotDone {
    NotDone::refused(
        format!("What was found cannot be set aside in the temporary folder: {error}."),
        "Name a folder with more room in TMPDIR, or fewer files at a time.",
    )
}

impl Gathered {
    /// The keys of records that are referred to and were not found.
    fn missing(&self) -> HashSet<String> {
        let lost = |part: &&Part| {
            let refers = &part.refers;
            !refers.is_empty() && !refers.iter().any(|key| self.payloads.contains_key(key))
        };
        let parts = self.items.iter();
        let parts = parts.flat_map(|item| item.hops.iter().chain(&item.beside));
        parts
            .filter(lost)
            .flat_map(|part| part.refers.clone())
            .collect()
    }

    pub(super) fn pass(&mut self, why: &'static str) {
        *self.passed.entry(why).or_default() += 1;
    }
}

/// Whether a record of another program may hold a page: a file does; an answer by its status, which not every revisit keeps.
fn is_page(head: &Head, part: &Part, status: Option<u16>) -> bool {
    match (part.sort, head.field("WARC-Type")) {
        (Sort::File, _) => true,
        (_, Some("revisit")) => status.is_none_or(|status| matches!(status, 200 | 203 | 304)),
        _ => matches!(status, Some(200 | 203)),
    }
}

/// What is looked for.
enum Pass {
    /// All that is of a watch.
    First,
    /// The records with these keys.
    Second(HashSet<String>),
}

struct Reader<'a> {
    found: Gathered,
    wanted: &'a Wanted,
    most: u64,
    now: DateTime<Utc>,
    heard: &'a mpsc::Sender<(u64, u64)>,
    /// The address that a document was last asked for at.
    urls: HashMap<String, Url>,
    pass: Pass,
}

/// Where a record is read from.
struct At<'a, 's> {
    stream: &'a mut Stream<'s>,
    file: &'a Arc<str>,
}

/// Why reading a file ended before its end.
enum Halt {
    Broken(Broken),
    NotDone(NotDone),
}

impl From<Broken> for Halt {
    fn from(broken: Broken) -> Halt {
        Halt::Broken(broken)
    }
}

impl From<NotDone> for Halt {
    fn from(error: NotDone) -> Halt {
        Halt::NotDone(error)
    }
}

impl Reader<'_> {
    fn files(&mut self, paths: &[PathBuf]) -> Result<(), NotDone> {
        for path in paths {
            files::each(path, |name, from| self.file(name, from))?;
        }
        Ok(())
    }

    fn file(&mut self, name: &str, from: Box<dyn BufRead + '_>) -> Result<(), NotDone> {
        let first = matches!(self.pass, Pass::First);
        let broken = match Stream::new(from) {
            Ok(mut stream) => match self.records(&path_name(name).into(), &mut stream) {
                Ok(()) => return Ok(()),
                Err(Halt::NotDone(error)) => return Err(error),
                Err(Halt::Broken(broken)) => broken,
            },
            Err(error) => Broken {
                number: 1,
                offset: 0,
                why: error.to_string(),
            },
        };
        if first {
            self.found.broken.push(format!(
                "{name} breaks off in its record {}, which begins at byte {}: {}.",
                broken.number, broken.offset, broken.why
            ));
        }
        Ok(())
    }

    fn records(&mut self, file: &Arc<str>, stream: &mut Stream<'_>) -> Result<(), Halt> {
        let (mut by, mut group) = (By::Others, Vec::new());
        while let Some(head) = stream.next()? {
            let kind = head.field("WARC-Type").unwrap_or_default();
            let at = At { stream, file };
            match (&self.pass, kind) {
                (_, "warcinfo") if head.length <= DESCRIBES => {
                    let told = at.stream.block(&head)?;
                    by = written_by(&said(&told));
                }
                (Pass::Second(_), _) => self.referred(&head, at, by)?,
                (Pass::First, _) if by == By::Us => self.own(&head, at, &mut group)?,
                (Pass::First, _) => self.others(&head, at)?,
            }
            self.go_on()?;
        }
        Ok(())
    }

    /// Counts a record and says how far it is; stops where nobody listens, or there is too much.
    fn go_on(&mut self) -> Result<(), NotDone> {
        if matches!(self.pass, Pass::First) {
            self.found.read += 1;
        }
        if self.heard.is_closed() {
            return Err(stopped());
        }
        if self.found.items.len() > MOST {
            return Err(NotDone::refused(
                format!("These files hold more than {MOST} captures of watches."),
                "Name fewer files at a time, or one watch with --watch.",
            ));
        }
        if self.found.read.is_multiple_of(TELL_EVERY) {
            // Where nobody has time to listen, the next word says more.
            self.heard.try_send((self.found.read, 0)).ok();
        }
        Ok(())
    }

    /// A record of another program.
    fn others(&mut self, head: &Head, at: At<'_, '_>) -> Result<(), Halt> {
        let (target, watches) = match self.wanted_in(head) {
            Ok(wanted) => wanted,
            Err(why) => return Ok(self.skip(head, at, why)?),
        };
        let file = at.file.clone();
        let Some(part) = self.part(head, at, target)? else {
            return Ok(());
        };
        let status = self.status(&part);
        let missing = matches!(status, Some(404 | 410));
        if !missing && !is_page(head, &part, status) {
            self.found.pass(NO_PAGE);
            return Ok(());
        }
        self.index(&part, head, By::Others);
        let kind = match part.sort {
            Sort::File => RecordKind::File,
            _ => RecordKind::Answer,
        };
        for watch in watches {
            self.found.items.push(Item {
                watch,
                at: part.at,
                url: part.target.clone(),
                file: file.clone(),
                origin: Origin {
                    record: part.id.clone(),
                    kind,
                    path: None,
                    told: Vec::new(),
                },
                hops: vec![part.clone()],
                beside: Vec::new(),
                by: By::Others,
                missing,
            });
        }
        Ok(())
    }

    /// The address of a record of another program, with the watches whose page it may be; or why it is passed over unread.
    fn wanted_in(&self, head: &Head) -> Result<(Url, Vec<WatchId>), &'static str> {
        let kind = head.field("WARC-Type").unwrap_or_default();
        if !matches!(kind, "response" | "revisit" | "resource") {
            return Err(ELSEWHERE);
        }
        let time = time(head).ok_or(TIMELESS)?;
        let target = target(head).ok_or(ELSEWHERE)?;
        let watches = self.wanted.at(&target, time);
        let is_http = || {
            let media = head.field("Content-Type").unwrap_or("application/http");
            media.to_ascii_lowercase().starts_with("application/http")
        };
        if watches.is_empty() || kind == "response" && !is_http() {
            return Err(ELSEWHERE);
        }
        if time > self.now {
            return Err(FUTURE);
        }
        if head.field("WARC-Truncated").is_some() && kind != "revisit" {
            return Err(CUT);
        }
        match head.length > self.most + BESIDE {
            true => Err(TOO_LONG),
            false => Ok((target, watches)),
        }
    }

    fn status(&self, part: &Part) -> Option<u16> {
        let block = self.found.spool.read(part.place).ok()?;
        http::status(&block)
    }

    /// A record that others refer to.
    fn referred(&mut self, head: &Head, at: At<'_, '_>, by: By) -> Result<(), Halt> {
        let Pass::Second(missing) = &self.pass else {
            return Ok(());
        };
        let kind = head.field("WARC-Type").unwrap_or_default();
        let is_it = keys(head).iter().any(|key| missing.contains(key));
        let fits = head.length <= self.most + BESIDE && head.field("WARC-Truncated").is_none();
        if !is_it || !fits || !matches!(kind, "response" | "resource") {
            at.stream.skip(head)?;
            return Ok(());
        }
        let Some(target) = target(head) else {
            at.stream.skip(head)?;
            return Ok(());
        };
        if let Some(part) = self.part(head, at, target)? {
            self.index(&part, head, by);
        }
        Ok(())
    }

    /// Sets a record aside; `None` where it is damaged.
    fn part(&mut self, head: &Head, at: At<'_, '_>, target: Url) -> Result<Option<Part>, Halt> {
        let block = at.stream.block(head)?;
        let (Some(time), true) = (time(head), is_sound(head, &block)) else {
            self.found.pass(UNSOUND);
            if self.found.broken.len() < DAMAGED {
                self.found.broken.push(format!(
                    "{} is damaged in its record {}, which begins at byte {}: it does not match its digest, and is left out.",
                    at.file, head.number, head.offset
                ));
            }
            return Ok(None);
        };
        let place = self.found.spool.put(&block);
        let place = place.map_err(|error| full(&error))?;
        let media = head.field("Content-Type").map(str::to_owned);
        let kind = head.field("WARC-Type").unwrap_or_default();
        let is_picture = || {
            media
                .as_deref()
                .is_some_and(|media| media.starts_with("image/"))
        };
        let sort = match kind {
            "resource" => Sort::File,
            "conversion" if is_picture() => Sort::Picture,
            "conversion" => Sort::Built,
            _ => Sort::Answer,
        };
        let address = head.field("WARC-IP-Address");
        Ok(Some(Part {
            id: head.field("WARC-Record-ID").unwrap_or_default().to_owned(),
            sort,
            target,
            at: time,
            address: address.and_then(|address| address.parse().ok()),
            certificate: certificate(head),
            place,
            refers: match kind {
                "revisit" => refers(head),
                _ => Vec::new(),
            },
            media,
            with: head.field("WARC-Concurrent-To").map(str::to_owned),
        }))
    }

    /// Notes by which keys its payload is found.
    fn index(&mut self, part: &Part, head: &Head, by: By) {
        if !part.refers.is_empty() || !matches!(part.sort, Sort::Answer | Sort::File) {
            return;
        }
        for key in keys(head) {
            let payload = (part.place, by, part.sort);
            self.found.payloads.entry(key).or_insert(payload);
        }
    }

    fn skip(&mut self, head: &Head, at: At<'_, '_>, why: &'static str) -> Result<(), Broken> {
        self.found.pass(why);
        at.stream.skip(head)
    }
}
