//! An archive of many pages with many versions each, made of real pages as far as they are at hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use smallprint::model::{
    Block, BlockKind, Bounds, Capture, ChangeKind, Digest, Document, Fact, Facts, Finding, Hop,
    Landed, Provenance, ReaderId, Reading, Severity, VersionNo, Watch,
};
use smallprint::rulebook::Book;
use smallprint::store::Store;
use smallprint::{diff, extract, findings, prose};

use crate::Outcome;
use crate::bare;
use crate::dice::Dice;

/// One version in so many is judged, and its names are read: to do it for all takes an hour.
const JUDGED: u64 = 10;
/// So many pages are laid beside each other to make the longest document, in words.
const LONGEST: usize = 60_000;
/// A page of more blocks is none of the usual ones.
const USUAL: usize = 400;
/// So many pages are made ready at once.
const SIDE_BY_SIDE: usize = 8;

/// What pages are made of.
struct Stock {
    pages: Vec<Document>,
    sentences: Vec<String>,
    book: Arc<Book>,
}

/// How much is archived.
#[derive(Clone, Copy)]
pub struct Size {
    pub pages: u64,
    pub versions: VersionNo,
}

/// The name of a page. The first one is very long.
pub fn name(page: u64) -> String {
    format!("page-{page:04}")
}

/// Where a page is.
fn address(page: u64) -> String {
    format!("https://board-{}.example/{page}", page % 40)
}

/// A watchlist of these pages.
pub fn watchlist(pages: u64) -> String {
    let watches: Vec<String> = (0..pages)
        .map(|page| {
            format!(
                "[[watch]]\nid = \"{}\"\nurl = \"{}\"\npublisher = \"Board {}\"\ntopics = [\"gp-data\"]\nevery = \"1d\"\n",
                name(page),
                address(page),
                page % 40
            )
        })
        .collect();
    format!(
        "[settings]\ncontact = \"keeper@example.org\"\n\n{}",
        watches.join("\n")
    )
}

/// A page on its way through its versions.
struct Page {
    no: u64,
    dice: Dice,
    document: Document,
    before: Option<Document>,
    /// The bytes and the text of the last version, and its entry.
    last: (Option<Digest>, Option<Digest>, Option<u64>),
}

/// Archives all of them in the order of time: the first version of each, then the second.
pub async fn fill(store: &Store, size: Size) -> Outcome<()> {
    let stock = Arc::new(stock()?);
    let mut pages: Vec<Page> = (0..size.pages)
        .map(|no| Page {
            no,
            dice: Dice(no + 1),
            document: match no {
                0 => longest(&stock),
                _ => stock.pages[no as usize % stock.pages.len()].clone(),
            },
            before: None,
            last: (None, None, None),
        })
        .collect();
    for version in 1..=size.versions {
        pages = stream::iter(pages)
            .map(|page| tokio::spawn(step(store.clone(), stock.clone(), page, version)))
            .buffered(SIDE_BY_SIDE)
            .map(|stepped| async move {
                let (mut page, landed, at) = stepped??;
                let fact = Fact::Landed(Box::new(landed));
                page.last.2 = Some(store.append(fact, at, page.last.2).await?);
                Ok::<Page, Box<dyn std::error::Error + Send + Sync>>(page)
            })
            .buffered(256)
            .try_collect()
            .await?;
    }
    Ok(())
}

/// The next version of a page, its bodies kept.
async fn step(
    store: Store,
    stock: Arc<Stock>,
    mut page: Page,
    no: VersionNo,
) -> Outcome<(Page, Landed, DateTime<Utc>)> {
    let start: DateTime<Utc> = "2020-01-01T00:00:00Z".parse()?;
    let url: url::Url = address(page.no).parse()?;
    let watch = Watch::bare(name(page.no).as_str(), url.clone());
    if no > 1 {
        edit(&mut page.document, &stock.sentences, &mut page.dice);
    }
    let document = &page.document;
    let at = start + TimeDelta::days(i64::from(no) * 40) + TimeDelta::seconds(page.no as i64 * 40);
    let body = written(document).into_bytes();
    let capture = capture(&url, at, &body);
    let found = match &page.before {
        Some(before) if u64::from(no) % JUDGED == page.no % JUDGED => {
            judged(&stock, &watch, before, document, at)
        }
        _ => Vec::new(),
    };
    let body = store.keep(body, page.last.0).await?;
    let text = store
        .keep(serde_json::to_vec(document)?, page.last.1)
        .await?;
    let capture = store.keep(serde_json::to_vec(&capture)?, None).await?;
    let bounds = Bounds {
        after: page.last.2.map(|_| at - TimeDelta::hours(20)),
        by: at,
    };
    let severity = found.iter().map(|finding| finding.severity).max();
    let landed = Landed {
        title: document.title.clone(),
        body: Some(body),
        document: Some(text),
        text: Some(document.text_digest()),
        findings: match found.is_empty() {
            true => None,
            false => Some(store.keep(serde_json::to_vec(&found)?, None).await?),
        },
        names: match u64::from(no) % JUDGED {
            1 => {
                let names = serde_json::to_vec(&findings::names(document))?;
                Some(store.keep(names, None).await?)
            }
            _ => None,
        },
        severity: severity.unwrap_or(Severity(1)),
        sentence: found
            .first()
            .map_or_else(|| "Words changed.".to_owned(), |one| one.why.clone()),
        ..bare::landed(&name(page.no), url, no, bounds, capture)
    };
    page.last = (Some(body), Some(text), page.last.2);
    page.before = Some(page.document.clone());
    Ok((page, landed, at))
}

fn judged(
    stock: &Stock,
    watch: &Watch,
    before: &Document,
    after: &Document,
    at: DateTime<Utc>,
) -> Vec<Finding> {
    let diff = diff::between(before, after);
    let step = findings::Step {
        watch,
        kind: ChangeKind::Edited,
        before: Some(before),
        after: Some(after),
        diff: &diff,
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        bounds: Bounds {
            after: Some(at - TimeDelta::hours(20)),
            by: at,
        },
        zone: chrono_tz::Europe::London,
        book: &stock.book,
        watches: &[],
    };
    findings::Judging::of(&step).judge(&Facts::default(), at)
}

/// Puts other sentences for a few, adds one, takes one away.
fn edit(document: &mut Document, sentences: &[String], dice: &mut Dice) {
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(document.blocks.len());
        let sentence = &sentences[dice.below(sentences.len())];
        let block = &mut document.blocks[at];
        if block.kind != BlockKind::Paragraph {
            continue;
        }
        match dice.below(4) {
            0 => block.text = sentence.clone(),
            1 => {
                block.text = block
                    .text
                    .replace("will ", "may ")
                    .replace("must ", "should ")
            }
            2 => block.text = format!("{} {sentence}", prose::cut(&block.text, 2_000)),
            _ => document.blocks.insert(at, paragraph(sentence.clone())),
        }
    }
    if document.blocks.len() > 20 && dice.below(2) == 0 {
        let at = dice.below(document.blocks.len());
        if document.blocks[at].kind == BlockKind::Paragraph {
            document.blocks.remove(at);
        }
    }
}

fn paragraph(text: String) -> Block {
    Block {
        kind: BlockKind::Paragraph,
        text,
        links: Vec::new(),
    }
}

/// Pages one after the other, until they are very long.
fn longest(stock: &Stock) -> Document {
    let mut document = Document::empty(ReaderId("bench".into()), "A very long page");
    let mut words = 0;
    for page in stock.pages.iter().cycle() {
        for block in &page.blocks {
            words += block.text.split(' ').count();
            document.blocks.push(block.clone());
        }
        if words > LONGEST {
            break;
        }
    }
    document
}

/// As a server would have sent it.
fn written(document: &Document) -> String {
    let mut page = format!("<!doctype html><title>{}</title><main>\n", document.title);
    for block in &document.blocks {
        let text = block.text.replace('&', "&amp;").replace('<', "&lt;");
        page.push_str(&format!("<p>{text}</p>\n"));
    }
    page
}

fn capture(url: &url::Url, at: DateTime<Utc>, body: &[u8]) -> Capture {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let hop = Hop {
        url: url.clone(),
        status: 200,
        headers: vec![
            field("content-type", "text/html; charset=utf-8"),
            field("server", "board"),
        ],
        address: None,
        certificate: None,
        at,
    };
    Capture {
        at,
        url: url.clone(),
        hops: vec![hop],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    }
}

/// Pages as they are carried in tests/pages and, where they are, in ../shared/corpora, and all their sentences.
fn stock() -> Outcome<Stock> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["tests/pages", "../shared/corpora"] {
        files(&root.join(folder), &mut paths);
    }
    paths.sort();
    let mut pages: Vec<Document> = Vec::new();
    for path in paths {
        let body = std::fs::read(&path)?;
        let capture = capture(&"https://board.example/page".parse()?, Utc::now(), &body);
        if let Ok(read) = extract::read(&capture, &body, &Reading::default())
            && (12..USUAL).contains(&read.blocks.len())
            && pages.iter().all(|page| page.title != read.title)
        {
            pages.push(read);
        }
    }
    let mut sentences: Vec<String> = pages
        .iter()
        .flat_map(|page| &page.blocks)
        .filter(|block| block.kind == BlockKind::Paragraph)
        .flat_map(|block| prose::split(&block.text))
        .filter(|sentence| (40..400).contains(&sentence.len()))
        .collect();
    sentences.sort();
    sentences.dedup();
    match pages.is_empty() || sentences.is_empty() {
        true => Err("there are no pages to make an archive of".into()),
        false => Ok(Stock {
            pages,
            sentences,
            book: Book::shipped(),
        }),
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files(&path, found),
            false if path.extension().is_some_and(|ending| ending == "html") => found.push(path),
            false => {}
        }
    }
}
