//! How long judging a change takes against an archive of 20,000 versions, beside the diff of the same two texts.
//!
//! `cargo bench --bench judging` fills an archive with 400 pages of 50 versions each, then judges changes of 3,000 words
//! against it as a visit does: the questions, the archive's facts, the findings. It also judges an edit of a document of
//! 60,000 words, and one of a register of 50,000 rows. With SMALLPRINT_BENCH_QUICK set, everything is a small sample.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use smallprint::model::{
    Block, BlockKind, Bounds, ChangeKind, Diff, Digest, Document, Fact, Facts, Finding, Kind,
    Landed, ReaderId, Severity, Span, Validators, VersionNo, Watch,
};
use smallprint::rulebook::Book;
use smallprint::store::Store;
use smallprint::{diff, findings};

/// Set to try the bench itself, on little.
const QUICK: &str = "SMALLPRINT_BENCH_QUICK";

/// The promise: the median of judging a change of 3,000 words.
const PROMISED: Duration = Duration::from_millis(10);

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How much is made and how often it is judged.
struct Size {
    watches: u64,
    versions: VersionNo,
    times: u64,
    large_times: u64,
    words: usize,
    rows: usize,
    edits: usize,
}

fn size() -> Size {
    match std::env::var_os(QUICK) {
        Some(_) => Size {
            watches: 10,
            versions: 5,
            times: 5,
            large_times: 1,
            words: 6_000,
            rows: 2_000,
            edits: 50,
        },
        None => Size {
            watches: 400,
            versions: 50,
            times: 200,
            large_times: 9,
            words: 60_000,
            rows: 50_000,
            edits: 500,
        },
    }
}

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure(&size()))
}

async fn measure(size: &Size) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_as(folder.path(), "smallprint bench").await?;
    let begun = Instant::now();
    fill(&store, size).await?;
    say(&format!(
        "{} versions of {} pages archived in {:.1} s\n",
        size.watches * u64::from(size.versions),
        size.watches,
        begun.elapsed().as_secs_f64()
    ));
    say(
        "what                            times     diff ms  questions    facts    judge  all but diff: median      p95  ratio  findings",
    );
    let small = measured(&store, size.times, |seed| pages(seed, 6_000, 3_000)).await?;
    say(&line("change of 3,000 words", &small));
    let text = format!("edit of {} words", size.words);
    let large = measured(&store, size.large_times, |seed| {
        pages(seed, size.words, 600)
    })
    .await?;
    say(&line(&text, &large));
    let text = format!("register, {} rows, {} edits", size.rows, size.edits);
    let rows = measured(&store, size.large_times, |seed| {
        registers(seed, size.rows, size.edits)
    })
    .await?;
    say(&line(&text, &rows));
    let median = small.median(Times::judging);
    let kept = if median < PROMISED {
        "kept"
    } else {
        "not kept"
    };
    say(&format!(
        "\nA change of 3,000 words is judged in {:.2} ms in the median; promised are {} ms: {kept}.",
        millis(median),
        PROMISED.as_millis()
    ));
    store.close(Utc::now()).await?;
    Ok(())
}

/// How long the parts of one judgement took.
#[derive(Clone, Copy)]
struct Times {
    diff: Duration,
    questions: Duration,
    facts: Duration,
    judge: Duration,
}

impl Times {
    fn judging(&self) -> Duration {
        self.questions + self.facts + self.judge
    }
}

/// All judgements of one sort.
struct Measured {
    times: Vec<Times>,
    findings: usize,
}

impl Measured {
    fn at(&self, share: f64, of: impl Fn(&Times) -> Duration) -> Duration {
        let mut all: Vec<Duration> = self.times.iter().map(of).collect();
        all.sort_unstable();
        all[((all.len() - 1) as f64 * share).round() as usize]
    }

    fn median(&self, of: impl Fn(&Times) -> Duration) -> Duration {
        self.at(0.5, of)
    }
}

fn line(what: &str, measured: &Measured) -> String {
    let part = |of: fn(&Times) -> Duration| millis(measured.median(of));
    let (median, diff) = (part(Times::judging), part(|times| times.diff));
    format!(
        "{what:30}  {:5}  {diff:10.2}  {:9.2}  {:7.2}  {:7.2}  {median:20.2}  {:7.2}  {:5.2}  {:8}",
        measured.times.len(),
        part(|times| times.questions),
        part(|times| times.facts),
        part(|times| times.judge),
        millis(measured.at(0.95, Times::judging)),
        median / diff,
        measured.findings
    )
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Judges so many changes, each another one, after one that is not counted.
async fn measured(
    store: &Store,
    times: u64,
    change: impl Fn(u64) -> (Watch, Document, Document),
) -> Outcome<Measured> {
    let mut measured = Measured {
        times: Vec::new(),
        findings: 0,
    };
    for seed in 0..=times {
        let (watch, before, after) = change(seed + 1);
        let begun = Instant::now();
        let diff = diff::between(&before, &after);
        let compared = begun.elapsed();
        let (mut taken, found) = judged(store, &watch, &before, &after, &diff).await?;
        taken.diff = compared;
        if seed > 0 {
            measured.times.push(taken);
            measured.findings += found.len();
        }
    }
    Ok(measured)
}

async fn judged(
    store: &Store,
    watch: &Watch,
    before: &Document,
    after: &Document,
    diff: &Diff,
) -> Outcome<(Times, Vec<Finding>)> {
    let book = Book::shipped();
    let now: DateTime<Utc> = "2026-07-07T10:00:00Z".parse()?;
    let step = findings::Step {
        watch,
        kind: ChangeKind::Edited,
        before: Some(before),
        after: Some(after),
        diff,
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        bounds: Bounds {
            after: Some(now - TimeDelta::hours(1)),
            by: now,
        },
        zone: chrono_tz::Europe::London,
        book: &book,
        watches: &[],
    };
    let begun = Instant::now();
    let judging = findings::Judging::of(&step);
    let questions = judging.questions();
    let asked = begun.elapsed();
    let facts: Facts = store.facts(&watch.id, &questions).await?;
    let answered = begun.elapsed();
    let found = judging.judge(&facts, now);
    let times = Times {
        diff: Duration::ZERO,
        questions: asked,
        facts: answered - asked,
        judge: begun.elapsed() - answered,
    };
    Ok((times, found))
}

/// Archives the pages, version after version, as visits would: each watch by itself, many side by side.
async fn fill(store: &Store, size: &Size) -> Outcome<()> {
    let mut tasks = tokio::task::JoinSet::new();
    for watch in 0..size.watches {
        let (store, versions) = (store.clone(), size.versions);
        tasks.spawn(async move { archive(&store, watch, versions).await });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

async fn archive(store: &Store, watch: u64, versions: VersionNo) -> Outcome<()> {
    let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse()?;
    let (mut after, mut last): (Option<u64>, Option<Digest>) = (None, None);
    let mut dice = Dice(watch + 1);
    let mut sentences: Vec<String> = (0..60).map(|_| dice.sentence()).collect();
    for no in 1..=versions {
        let at = start + TimeDelta::hours(i64::from(no) * 24) + TimeDelta::minutes(watch as i64);
        let edited = dice.below(sentences.len());
        sentences[edited] = dice.sentence();
        let document = document(&sentences);
        let names = serde_json::to_vec(&findings::names(&document))?;
        let names = store.keep(names, None).await?;
        let kept = store.keep(serde_json::to_vec(&document)?, last).await?;
        let kind = match no {
            1 => ChangeKind::Appeared,
            _ => ChangeKind::Edited,
        };
        let bounds = Bounds {
            after: after.map(|_| at - TimeDelta::hours(1)),
            by: at,
        };
        let span = Span {
            from: no - 1,
            to: no,
        };
        let landed: Landed = serde_json::from_value(json!({
            "watch": format!("page-{watch}"),
            "url": format!("https://nhs.example/{watch}"),
            "title": format!("Page {watch}"),
            "kind": kind,
            "span": span,
            "bounds": bounds,
            "capture": kept,
            "body": kept,
            "document": kept,
            "text": document.text_digest(),
            "validators": Validators::default(),
            "same_text_as": null,
            "findings": null,
            "names": names,
            "severity": Severity(2),
            "sentence": "",
            "silence": null,
            "owed": [],
            "second_look": null,
            "answers": null,
        }))?;
        let fact = Fact::Landed(Box::new(landed));
        after = Some(store.append(fact, at, after).await?);
        last = Some(kept);
    }
    Ok(())
}

/// A page of so many words before and after, of which about so many came or went: a third of the edits are sentences that
/// went, a third that came, a third that were reworded.
fn pages(seed: u64, words: usize, changed: usize) -> (Watch, Document, Document) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9));
    let mut old: Vec<String> = Vec::new();
    let mut count = 0;
    while count < words {
        let sentence = dice.sentence();
        count += sentence.split(' ').count();
        old.push(sentence);
    }
    let mut new = old.clone();
    let mut edited = 0;
    while edited < changed {
        let at = dice.below(new.len());
        edited += match dice.below(3) {
            0 => new.remove(at).split(' ').count(),
            1 => {
                let sentence = dice.sentence();
                let words = sentence.split(' ').count();
                new.insert(at, sentence);
                words
            }
            _ => {
                let weaker = new[at].replace("will", "may").replace("never", "rarely");
                new[at] = format!("{weaker} {}", dice.sentence());
                new[at].split(' ').count() / 2
            }
        };
    }
    let url = "https://nhs.example/0".parse().expect("an address");
    (Watch::bare("page-0", url), document(&old), document(&new))
}

/// A register of so many rows before and after, of which so many came, went or were altered.
fn registers(seed: u64, rows: usize, edits: usize) -> (Watch, Document, Document) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9));
    let mut old: Vec<Vec<String>> = (0..rows).map(|row| dice.row(row)).collect();
    old.insert(0, COLUMNS.map(str::to_owned).to_vec());
    let mut new = old.clone();
    for edit in 0..edits {
        let at = 1 + dice.below(new.len() - 1);
        match edit % 5 {
            0 => drop(new.remove(at)),
            1 => new.push(dice.row(rows + edit)),
            2 => new[at][5] = if new[at][5] == "Yes" { "No" } else { "Yes" }.to_owned(),
            3 => new[at][8] = "2030-03-31".to_owned(),
            _ => new[at][2] = format!("Board {}", dice.below(5_000)),
        }
    }
    let url = "https://nhs.example/register.csv"
        .parse()
        .expect("an address");
    let mut watch = Watch::bare("register", url);
    watch.reading.kind = Kind::Register;
    (watch, table(&old), table(&new))
}

const COLUMNS: [&str; 9] = [
    "Reference",
    "Title",
    "Organisation",
    "Dataset",
    "Legal basis",
    "Opt outs applied",
    "Commercial purpose",
    "Start date",
    "End date",
];

fn table(rows: &[Vec<String>]) -> Document {
    let row = |(at, cells): (usize, &Vec<String>)| Block {
        kind: BlockKind::Row(cells.clone(), at == 0),
        text: cells.join(" | "),
        links: Vec::new(),
    };
    Document {
        blocks: rows.iter().enumerate().map(row).collect(),
        ..Document::empty(ReaderId("bench".into()), "Register of releases")
    }
}

fn document(sentences: &[String]) -> Document {
    let block = |(at, sentences): (usize, &[String])| Block {
        kind: match at % 9 {
            0 => BlockKind::Heading(2),
            8 => BlockKind::Item(1),
            _ => BlockKind::Paragraph,
        },
        text: match at % 9 {
            0 => format!("Part {at}"),
            _ => sentences.join(" "),
        },
        links: Vec::new(),
    };
    Document {
        blocks: sentences.chunks(4).enumerate().map(block).collect(),
        surroundings: (0..40)
            .map(|no| format!("Part {no} of what stands around"))
            .collect(),
        ..Document::empty(ReaderId("bench".into()), "How we use the data")
    }
}

/// Numbers that look random and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// A sentence as such pages have them: some promise, some name a dataset, most do neither.
    fn sentence(&mut self) -> String {
        const WHO: [&str; 8] = [
            "NHS England",
            "the board",
            "each practice",
            "an approved researcher",
            "the trust",
            "the data access group",
            "a supplier",
            "the department",
        ];
        const VERBS: [&str; 7] = [
            "will never share",
            "may share",
            "reviews",
            "will publish",
            "must delete",
            "collects",
            "is asked to send",
        ];
        const WHAT: [&str; 7] = [
            "pseudonymised records",
            "the minutes",
            "coded information",
            "appointment times",
            "confidential patient information",
            "a summary of each request",
            "the audit",
        ];
        const WHY: [&str; 7] = [
            "for planning and research",
            "before the end of the year",
            "unless you opt out",
            "with the approval of the committee",
            "in line with the law",
            "for as long as it is needed",
            "to improve the services that people rely on",
        ];
        const KIND: [&str; 4] = ["Maternity", "Diabetes", "Cancer", "Community"];
        const NAME: [&str; 6] = [
            "Care", "Outcomes", "Activity", "Planning", "Quality", "Waiting",
        ];
        const SORT: [&str; 4] = ["Data Set", "Register", "Collection", "Programme"];
        let (who, verb) = (self.of(&WHO), self.of(&VERBS));
        let (what, why) = (self.of(&WHAT), self.of(&WHY));
        let named = match self.below(12) {
            0 => format!(
                " from the {} {} {} {}",
                self.of(&KIND),
                self.of(&NAME),
                self.of(&SORT),
                self.below(30)
            ),
            1 => format!(" by {} March {}", 1 + self.below(28), 2020 + self.below(9)),
            _ => format!(" under section {}", self.below(900)),
        };
        format!(
            "Here {who} {verb} {what}{named} {why}, as paragraph {} says.",
            self.below(100_000)
        )
    }

    fn row(&mut self, no: usize) -> Vec<String> {
        let yes = ["Yes", "No"];
        let law = ["s261(1)", "Regulation 5", "Consent"];
        [
            format!("DARS-NIC-{no:06}-X{}", no % 97),
            format!("A study of care in district {}", self.below(900)),
            format!("Board {}", self.below(500)),
            format!("Data set {}", self.below(200)),
            self.of(&law).to_owned(),
            self.of(&yes).to_owned(),
            self.of(&yes).to_owned(),
            format!("20{}-{:02}-01", 14 + self.below(12), 1 + self.below(12)),
            format!("20{}-{:02}-28", 26 + self.below(3), 1 + self.below(12)),
        ]
        .to_vec()
    }
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn say(text: &str) {
    println!("{text}");
}
