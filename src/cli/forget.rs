//! `forget`: takes texts out of the archive, with a reason, and writes the archive anew without them.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::answers::Which;
use crate::cli::arguments::{Arguments, ForgetWhat};
use crate::cli::screen::{Screen, counted};
use crate::cli::{Exit, Trouble, bar, desk, trouble};
use crate::forget::{self, NotForgotten, Plan, Reason, Still};
use crate::model::{EntryNo, Point, WatchId};
use crate::store::{self, Compacted, Store, StoreError};
use crate::wording::harmless;

/// What the archive is held as meanwhile.
const HOLDER: &str = "smallprint forget";

pub(super) async fn forget(
    arguments: &Arguments,
    screen: &Screen,
    what: &ForgetWhat,
) -> Result<Exit, Trouble> {
    let data = &arguments.data;
    if !Store::is_there(data) {
        return Err(desk::no_archive(data));
    }
    let now = desk::clock(arguments.at).now();
    if what.compact {
        let store = opened(data).await?;
        store.close(now).await?;
        let compacted = compact(data, screen).await?;
        tell(screen, None, &compacted);
        return Ok(Exit::Fine);
    }
    let why = what.reason.as_deref().unwrap_or_default().trim();
    if why.is_empty() {
        return Err(
            Trouble::sentence("Nothing is forgotten without a reason.").with(
                "Say it with --reason, as in --reason \"names a patient; taken down on request\".",
            ),
        );
    }
    let reason = Reason {
        by: what.by.clone(),
        why: why.to_owned(),
        demanded_by: what.demanded_by.clone(),
    };
    let store = opened(data).await?;
    let done = begin(&store, what, &reason, screen, now).await;
    store.close(now).await?;
    let Some((plan, entries)) = done? else {
        screen.line("Nothing was forgotten.");
        return Ok(Exit::Fine);
    };
    tracing::debug!("what is forgotten is on record");
    let compacted = compact(data, screen).await.map_err(|failed| {
        let room = match trouble::where_full(&failed.what) {
            Some(_) => "Make room on its disk, as much as the archive takes: it is written anew beside the old one. ",
            None => "",
        };
        failed.with(format!(
            "{room}What was named cannot be read any more, but its bytes may lie on the disk until `smallprint forget --compact` ends well."
        ))
    })?;
    tell(screen, Some((&plan, &entries)), &compacted);
    Ok(Exit::Fine)
}

/// Opens the archive, which nobody else may hold: no answer is waited for, and no other command is answered.
async fn opened(data: &Path) -> Result<Store, Trouble> {
    let opened = Store::open_as(desk::place(data), HOLDER).await;
    opened.map_err(|error| match error {
        StoreError::Held { .. } => Trouble::from(error)
            .with("Stop it first: the archive is written anew, and nobody may read or write it meanwhile."),
        error => error.into(),
    })
}

/// Plans, asks, and writes it down; `None` where somebody thought better of it.
async fn begin(
    store: &Store,
    what: &ForgetWhat,
    reason: &Reason,
    screen: &Screen,
    now: DateTime<Utc>,
) -> Result<Option<(Plan, Vec<EntryNo>)>, Trouble> {
    let mut of = Vec::new();
    for (watch, which) in &what.texts {
        of.push((store.called(watch).await?, point(watch, *which)?));
    }
    let plan = Plan::of(store, &of).await?;
    match what.yes {
        true if screen.json => {}
        true => beyond(&plan, screen),
        false if agreed(&plan, reason, screen)? => {}
        false => return Ok(None),
    }
    let entries = forget::forget(store, &plan, reason, now).await?;
    Ok(Some((plan, entries)))
}

/// Which text is meant: by its number, so that nobody errs.
fn point(watch: &WatchId, which: Which) -> Result<Point, Trouble> {
    match which {
        Which::No(no) => Ok(Point::Own(no)),
        Which::Past(no) => Ok(Point::Past(no)),
        Which::Last | Which::At(_) => Err(Trouble::sentence(format!(
            "Which text of {} is to be forgotten is not said.",
            harmless::line(&watch.0)
        ))
        .with(format!(
            "Name it by its number, as in {}@3; `smallprint history` lists them.",
            harmless::line(&watch.0)
        ))),
    }
}

/// Says what goes and what stays, and asks.
fn agreed(plan: &Plan, reason: &Reason, screen: &Screen) -> Result<bool, Trouble> {
    if screen.json || !screen.watched || !std::io::stdin().is_terminal() {
        return Err(Trouble::sentence(
            "This takes texts out of the archive for good, and nobody is there to be asked.",
        )
        .with("Give --yes where you are sure."));
    }
    for line in said(plan, reason) {
        screen.line(&screen.prose("", &line));
    }
    let mut out = std::io::stdout().lock();
    let mut answer = String::new();
    let asked = write!(out, "Forget it? Type yes: ").and_then(|()| out.flush());
    drop(out);
    let heard = asked.and_then(|()| std::io::stdin().lock().read_line(&mut answer));
    heard.map_err(|error| Trouble::sentence(format!("No answer can be read: {error}.")))?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

/// Says what else goes and where the words stand still, to those who are not asked.
fn beyond(plan: &Plan, screen: &Screen) {
    for line in with_them(plan).into_iter().chain(still(plan)) {
        screen.line(&screen.prose("", &line));
    }
}

/// Which other texts go.
fn with_them(plan: &Plan) -> Option<String> {
    let others: Vec<String> = (plan.with_them.iter())
        .map(|one| harmless::line(one))
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "The same bytes or words are {}: they go too.",
            others.join(", ")
        )
    })
}

/// Where sentences of what goes stand still, and what to do about it.
fn still(plan: &Plan) -> Option<String> {
    let stand = |one: &Still| format!("{} ({})", harmless::line(&one.text), one.sentences);
    let others: Vec<String> = plan.still.iter().map(stand).collect();
    plan.still.first().map(|most| {
        format!(
            "Not gone: of its {} some stand still, and can be read, in {}. Where the words that must go are among them, name \
             these texts too. A sentence that was edited is not counted: `smallprint search --history` finds words.",
            counted(most.of, "sentence", "sentences"),
            others.join(", ")
        )
    })
}

/// What goes and what stays, in sentences.
fn said(plan: &Plan, reason: &Reason) -> Vec<String> {
    let texts: Vec<String> = (plan.of.iter())
        .map(|(watch, point)| format!("{}@{point}", harmless::line(&watch.0)))
        .collect();
    let mut lines = vec![format!(
        "For good: what was served and read of {}, and what quotes it here ({}).",
        texts.join(", "),
        counted(plan.bodies.len(), "body", "bodies")
    )];
    lines.extend(with_them(plan));
    lines.extend(still(plan));
    lines.push(REMAINS.to_owned());
    lines.extend((plan.sentences.iter()).map(|sentence| {
        format!(
            "This stays in an entry, and is shown no more: “{}”",
            harmless::line(sentence)
        )
    }));
    if plan.messages > 0 {
        lines.push(format!(
            "{} told of it, and {} where it was sent: in Discord, in mailboxes, at other services.",
            counted(plan.messages, "message", "messages"),
            if plan.messages == 1 { "stays" } else { "stay" }
        ));
    }
    lines.push(format!(
        "An entry of the journal tells of it, for anyone to read: “{}”.",
        harmless::line(&reason.why)
    ));
    lines
}

/// What a forgetting does not reach.
const REMAINS: &str = "What stays: the entries with their hashes, times, addresses, titles, one-sentence summaries and header fields, \
                       the links it led to, notes of people, other versions with the same words, and every copy elsewhere: backups and mirrors (until they are \
                       brought up to date), exports, evidence files, archives of the web.";

async fn compact(data: &Path, screen: &Screen) -> Result<Compacted, Trouble> {
    let bar = bar::entries(screen);
    let shown = bar.clone();
    let heard = move |done, all| bar::show(&shown, done, all);
    let compacted = store::compact(desk::place(data), HOLDER, heard).await;
    bar.finish_and_clear();
    Ok(compacted?)
}

fn tell(screen: &Screen, done: Option<(&Plan, &Vec<EntryNo>)>, compacted: &Compacted) {
    if screen.json {
        let plan = done.map(|(plan, _)| plan);
        return screen.json(&serde_json::json!({
            "entries": done.map_or(&Vec::new(), |(_, entries)| entries),
            "bodies": plan.map_or(0, |plan| plan.bodies.len()),
            "with_them": plan.map_or(&Vec::new(), |plan| &plan.with_them),
            "still": plan.map_or(&Vec::new(), |plan| &plan.still),
            "sentences": plan.map_or(&Vec::new(), |plan| &plan.sentences),
            "messages": plan.map_or(0, |plan| plan.messages),
            "before": compacted.before,
            "after": compacted.after,
            "last": compacted.last,
            "head": compacted.head,
        }));
    }
    if let Some((plan, entries)) = done {
        let entries: Vec<String> = entries.iter().map(EntryNo::to_string).collect();
        screen.line(&format!(
            "{} forgotten; entry {} tells of it.",
            counted(plan.bodies.len(), "body", "bodies"),
            entries.join(", ")
        ));
    }
    screen.line(&format!(
        "The archive was written anew ({} bytes before, {} now) and holds up to entry {} ({}).",
        compacted.before,
        compacted.after,
        compacted.last,
        compacted.head.short()
    ));
}

impl From<NotForgotten> for Trouble {
    fn from(error: NotForgotten) -> Trouble {
        let remedy = match &error {
            NotForgotten::Archive(own) => return own.clone().into(),
            NotForgotten::NoText { .. } => "`smallprint history ID` lists the texts of a page.",
            NotForgotten::Before { .. } => {
                "`smallprint forget --compact` writes the archive anew once more, where that did not end well."
            }
            NotForgotten::Owed(_) => {
                "`smallprint deliver` sends it, and `smallprint outbox drop` drops it; then forget."
            }
        };
        let what = error.to_string();
        let mut letters = what.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string());
        let sentence = format!("{}{}.", first.unwrap_or_default(), letters.as_str());
        Trouble::sentence(harmless::line(&sentence)).with(remedy)
    }
}
