//! What people asked not to be told of, and what that would have hidden.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::answers::{NoAnswer, no_watch, renamed::Renamed};
use crate::findings;
use crate::house::{self, House};
use crate::model::{Change, Document, Fact, Finding, Mute, Muted, Scope, Severity, VersionNo};
use crate::mutes::{self, About};
use crate::prose::fold;
use crate::routing;
use crate::store::ChangeFilter;

/// How far back a mute is held against what was said.
const LOOKED_BACK: TimeDelta = TimeDelta::days(90);
/// The longest name, reason and text of a mute, in characters.
const LONGEST: usize = 500;
/// The fewest characters of a text by which a block is known.
const SHORTEST_BLOCK: usize = 8;

/// What somebody asks not to be told of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Debug)]
pub struct MuteWanted {
    /// What it hides.
    pub scope: Scope,
    /// How long it lasts, in milliseconds, or when it ends; neither where it lasts until it is lifted.
    pub lasts_ms: Option<i64>,
    /// When it ends.
    pub until: Option<DateTime<Utc>>,
    /// The reason.
    pub why: String,
    /// Who asks.
    pub by: String,
}

/// What a mute would have hidden.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub struct Preview {
    /// How many days were looked through.
    pub days: i64,
    /// How many changes were said in that time.
    pub said: usize,
    /// Those of which nothing would have been said, newest first.
    pub hidden: Vec<Change>,
    /// Those of which a part would have been left out, newest first.
    pub shortened: Vec<Change>,
}

/// Every mute there ever was, in order.
pub(super) async fn mutes(house: &House) -> Result<Vec<Muted>, NoAnswer> {
    let renamed = Renamed::since(house).await?;
    let mut mutes = house.store.mutes().await?;
    for muted in &mut mutes {
        let watch = &mut muted.mute.scope.watch;
        *watch = watch.as_ref().map(|watch| renamed.now(watch).clone());
    }
    Ok(mutes)
}

/// Puts a mute on record; it holds from now on.
pub(super) async fn mute(house: &House, wanted: MuteWanted) -> Result<Muted, NoAnswer> {
    check(house, &wanted.scope)?;
    let now = house.clock.now();
    let until = match (wanted.lasts_ms, wanted.until) {
        (Some(lasts), _) => now.checked_add_signed(TimeDelta::milliseconds(lasts)),
        (None, until) => until,
    };
    if wanted.lasts_ms.is_some() && until.is_none() {
        return Err(wrong("The mute would last longer than time is counted."));
    }
    if until.is_some_and(|until| until <= now) {
        return Err(wrong("The mute would be over already."));
    }
    let by = said("--by", &wanted.by)?;
    let why = said("--why", &wanted.why)?;
    // The archive learns of names that the watchlist has given before it hears of them.
    house::record(house).await?;
    // Two people must not get one number.
    let _lane = house.lane().await?;
    let last = house.store.mutes().await?.last().map(|last| last.mute.no);
    let no = last.unwrap_or(0) + 1;
    let mute = Mute {
        no,
        scope: wanted.scope,
        until,
        why,
        by,
    };
    let fact = Fact::Muted(mute);
    house.store.append(fact, now, None).await?;
    of_number(house, no).await
}

/// Lifts a mute.
pub(super) async fn unmute(
    house: &House,
    no: u32,
    by: String,
    why: Option<String>,
) -> Result<Muted, NoAnswer> {
    let by = said("--by", &by)?;
    let why = why.map(|why| said("--why", &why)).transpose()?;
    let muted = of_number(house, no).await?;
    if let Some(lifted) = &muted.lifted {
        return Err(NoAnswer::Unknown {
            what: format!("Mute {no} was lifted already, by {}.", lifted.by),
            remedy: None,
        });
    }
    let now = house.clock.now();
    let fact = Fact::Unmuted { no, by, why };
    house.store.append(fact, now, None).await?;
    of_number(house, no).await
}

async fn of_number(house: &House, no: u32) -> Result<Muted, NoAnswer> {
    let found = mutes(house).await?.into_iter();
    let mut found = found.filter(|muted| muted.mute.no == no);
    found.next().ok_or_else(|| NoAnswer::Unknown {
        what: format!("There is no mute {no}."),
        remedy: Some("`smallprint mutes --all` lists every one.".to_owned()),
    })
}

/// What a mute would have hidden of what was said lately. Nothing is written.
pub(super) async fn preview(house: &House, wanted: &MuteWanted) -> Result<Preview, NoAnswer> {
    check(house, &wanted.scope)?;
    let renamed = Renamed::since(house).await?;
    let filter = ChangeFilter {
        since: Some(house.clock.now() - LOOKED_BACK),
        watch: (wanted.scope.watch.as_ref()).map(|watch| renamed.in_archive(watch).clone()),
        ..ChangeFilter::default()
    };
    let mute = Mute {
        no: 1,
        scope: wanted.scope.clone(),
        until: None,
        why: String::new(),
        by: String::new(),
    };
    let changes = renamed.changes(house.store.changes(&filter).await?);
    let mut preview = Preview {
        days: LOOKED_BACK.num_days(),
        said: 0,
        hidden: Vec::new(),
        shortened: Vec::new(),
    };
    for change in changes.into_iter().filter(|one| one.silence.is_none()) {
        preview.said += 1;
        match held(house, &renamed, &mute, &change).await? {
            Some(true) => preview.hidden.push(change),
            Some(false) => preview.shortened.push(change),
            None => {}
        }
    }
    Ok(preview)
}

/// Whether a mute hides all of a change that was said (or so much that nobody would hear of the rest), or a part of it.
async fn held(
    house: &House,
    renamed: &Renamed,
    mute: &Mute,
    change: &Change,
) -> Result<Option<bool>, NoAnswer> {
    let (mut before, mut after) = (None, None);
    if mutes::wants_text(&mute.scope) {
        before = text(house, renamed, change, change.span.from).await?;
        after = text(house, renamed, change, change.span.to).await?;
    }
    let in_force = house.in_force();
    let watch = in_force.watchlist.watch(&change.watch);
    let about = About {
        watch: &change.watch,
        publisher: watch.and_then(|watch| watch.publisher.as_deref()),
        findings: &change.findings,
        texts: (before.as_ref(), after.as_ref()),
    };
    let Some(hidden) = mutes::hidden([mute], &about) else {
        return Ok(None);
    };
    let rest = change.findings.iter().enumerate();
    let rest = rest.filter(|(at, _)| !hidden.findings.contains(at));
    let rest: Vec<Finding> = rest.map(|(_, finding)| finding.clone()).collect();
    let severity: Severity = findings::severity(&rest);
    let heard = |watch| {
        let about = routing::About {
            watch,
            severity,
            findings: &rest,
        };
        let mut routes = in_force.watchlist.routes.iter();
        routes.any(|route| routing::takes(route, &about))
    };
    Ok(Some(hidden.whole || !watch.is_none_or(heard)))
}

async fn text(
    house: &House,
    renamed: &Renamed,
    change: &Change,
    no: VersionNo,
) -> Result<Option<Document>, NoAnswer> {
    if no == 0 {
        return Ok(None);
    }
    let version = house.store.version(renamed.in_archive(&change.watch), no);
    Ok(Some(house.store.document(&version.await?).await?))
}

/// Refuses what would hide everything, or names what is not there.
fn check(house: &House, scope: &Scope) -> Result<(), NoAnswer> {
    if scope.is_empty() {
        return Err(NoAnswer::Unknown {
            what: "A mute needs something to hide.".to_owned(),
            remedy: Some(
                "Write --watch, --rule, --pattern, --block or --publisher; several are joined by “and”."
                    .to_owned(),
            ),
        });
    }
    let in_force = house.in_force();
    let watchlist = &in_force.watchlist;
    if let Some(watch) = scope
        .watch
        .as_ref()
        .filter(|id| watchlist.watch(id).is_none())
    {
        return Err(no_watch(house, watch));
    }
    if let Some(rule) = &scope.rule
        && watchlist.book.find(rule).is_none()
    {
        let near = (watchlist.book.rules.iter()).filter(|one| {
            one.id.contains(rule.as_str()) || one.id.split('-').any(|part| rule.contains(part))
        });
        let near: Vec<&str> = near.take(5).map(|one| one.id.as_str()).collect();
        return Err(NoAnswer::Unknown {
            what: format!("There is no rule “{rule}”."),
            remedy: Some(match near.as_slice() {
                [] => "The rule of a finding stands in `smallprint --json changes`.".to_owned(),
                near => format!("Did you mean {}?", near.join(", ")),
            }),
        });
    }
    if let Some(pattern) = &scope.pattern
        && let Err(why) = mutes::check_pattern(pattern)
    {
        return Err(NoAnswer::Unknown {
            what: format!("“{pattern}” is no pattern for a mute: {why}."),
            remedy: Some("Write a regular expression, such as \"last (updated|reviewed)\".".into()),
        });
    }
    if let Some(block) = &scope.block {
        let length = fold(block).trim().chars().count();
        if !(SHORTEST_BLOCK..=LONGEST).contains(&length) {
            return Err(wrong(&format!(
                "The text of a paragraph has {SHORTEST_BLOCK} to {LONGEST} characters here."
            )));
        }
    }
    if let Some(publisher) = &scope.publisher {
        let named = watchlist.watches.iter();
        let mut known: Vec<&str> = named.filter_map(|one| one.publisher.as_deref()).collect();
        known.sort_unstable();
        known.dedup();
        if !known.iter().any(|one| fold(one) == fold(publisher)) {
            return Err(NoAnswer::Unknown {
                what: format!("No watch has the publisher “{publisher}”."),
                remedy: Some(match known.is_empty() {
                    true => "No watch of the watchlist names its publisher.".to_owned(),
                    false => format!("The publishers are: {}.", known.join(", ")),
                }),
            });
        }
    }
    Ok(())
}

/// A name or a reason that says something.
fn said(option: &str, text: &str) -> Result<String, NoAnswer> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        0 => Err(wrong(&format!("{option} is empty."))),
        1..=LONGEST => Ok(text),
        _ => Err(wrong(&format!(
            "{option} is longer than {LONGEST} characters."
        ))),
    }
}

fn wrong(what: &str) -> NoAnswer {
    NoAnswer::Unknown {
        what: what.to_owned(),
        remedy: None,
    }
}
