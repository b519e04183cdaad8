//! What can be muted of a change that is noise, and what that would have hidden.

use std::sync::Arc;

use crate::answers::{MuteWanted, NoAnswer, Preview, Request, Response};
use crate::bot::{ask, astray, form, press, said};
use crate::house::House;
use crate::model::{AlertId, Button, Change, Document, Finding, Scope, Tone, Whisper, Wish};
use crate::wording::buttons::{Mutable, Pressed, Verb};
use crate::wording::{fit, harmless};

/// A mute of a whole page ends after a week, in milliseconds.
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// The longest and the shortest paragraph that can be muted, in characters; as `smallprint mute` has it.
const BLOCK: std::ops::RangeInclusive<usize> = 8..=500;
/// How many changes a preview names.
const NAMED: usize = 6;

/// What can be muted, as buttons.
pub(super) async fn offered(house: &House, alert: AlertId) -> Result<Whisper, NoAnswer> {
    let change = press::change(house, alert).await?;
    let mut buttons: Vec<Button> = Vec::new();
    let mut add = |what, label| buttons.push(press::offer(Verb::Try(what), alert, "", label));
    if block(house, &change).await?.is_some() {
        add(Mutable::Block, "This paragraph");
    }
    add(Mutable::Pattern, "These words …");
    add(Mutable::Week, "This page for 7 days");
    Ok(Whisper {
        text: "It is noted as noise. So that nobody is told of the like again, mute something; what that would have hidden is shown first.".to_owned(),
        buttons,
        file: None,
    })
}

/// Shows what a mute would have hidden.
pub(super) async fn tried(
    house: &Arc<House>,
    wish: &Wish,
    pressed: &Pressed,
    what: Mutable,
) -> Result<Whisper, NoAnswer> {
    let wanted = wanted(house, wish, pressed, what).await?;
    let asked = Request::MutePreview(wanted.clone());
    let Response::MutePreview(preview) = ask(house, asked).await? else {
        return Err(astray());
    };
    let mute = Pressed::of(Verb::Mute(what), pressed.alert).with(&pressed.rest);
    Ok(Whisper {
        text: previewed(house, &wanted, &preview),
        buttons: vec![mute.button("🔇 Mute it", Tone::Grave)],
        file: None,
    })
}

/// Mutes it.
pub(super) async fn muted(
    house: &Arc<House>,
    wish: &Wish,
    pressed: &Pressed,
    what: Mutable,
) -> Result<Whisper, NoAnswer> {
    let wanted = wanted(house, wish, pressed, what).await?;
    let scope = scope(&wanted);
    let Response::Mute(muted) = ask(house, Request::Mute(wanted)).await? else {
        return Err(astray());
    };
    let no = muted.mute.no;
    let lift = press::offer(Verb::Unmute, pressed.alert, &no.to_string(), "↩️ Lift it");
    Ok(Whisper {
        text: format!(
            "Mute {no} holds: {scope}. What it hides is stored, judged and listed all the same; `smallprint mutes` lists it."
        ),
        buttons: vec![lift],
        file: None,
    })
}

/// Lifts a mute again.
pub(super) async fn lifted(
    house: &Arc<House>,
    wish: &Wish,
    pressed: &Pressed,
) -> Result<Whisper, NoAnswer> {
    let Ok(no) = pressed.rest.parse() else {
        return Err(astray());
    };
    let request = Request::Unmute {
        no,
        by: press::name(wish),
        why: None,
    };
    ask(house, request).await?;
    Ok(Whisper::says(format!("Mute {no} is lifted.")))
}

/// Words that could be muted: how the most telling finding begins, its numbers left open.
pub(super) fn proposed(change: &Change) -> Option<String> {
    let quotes = |finding: &Finding| finding.after.clone().or(finding.before.clone());
    let quote = change.findings.iter().find_map(quotes)?;
    let mut pattern = String::new();
    for word in harmless::line(&quote).split(' ') {
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
        let part = match plain.chars().any(|c| c.is_ascii_digit()) {
            true => "\\S+".to_owned(),
            false => regex::escape(word),
        };
        let space = usize::from(!pattern.is_empty());
        if pattern.chars().count() + space + part.chars().count() > usize::from(form::PATTERN) {
            break;
        }
        if space > 0 {
            pattern.push(' ');
        }
        pattern.push_str(&part);
    }
    (!pattern.is_empty()).then_some(pattern)
}

async fn wanted(
    house: &House,
    wish: &Wish,
    pressed: &Pressed,
    what: Mutable,
) -> Result<MuteWanted, NoAnswer> {
    let change = press::change(house, pressed.alert).await?;
    let mut scope = Scope {
        watch: Some(change.watch.clone()),
        ..Scope::default()
    };
    match what {
        Mutable::Block => {
            let block = block(house, &change).await?;
            scope.block = Some(block.ok_or_else(|| NoAnswer::Unknown {
                what: "No one paragraph can be told that could be muted.".to_owned(),
                remedy: None,
            })?);
        }
        Mutable::Pattern => scope.pattern = Some(pressed.rest.clone()),
        Mutable::Week => {}
    }
    Ok(MuteWanted {
        scope,
        lasts_ms: (what == Mutable::Week).then_some(WEEK_MS),
        until: None,
        why: format!(
            "noise, as was said in Discord of the change {}",
            change.span
        ),
        by: press::name(wish),
    })
}

/// The paragraph in which what was found stands, as it is now, or as it was.
async fn block(house: &House, change: &Change) -> Result<Option<String>, NoAnswer> {
    let sides = [(change.span.to, true), (change.span.from, false)];
    for (no, after) in sides {
        if no == 0 {
            continue;
        }
        let version = match house.store.version(&change.watch, no).await {
            Ok(version) => version,
            Err(_) => continue,
        };
        let document = house.store.document(&version).await?;
        let found = change.findings.iter().find_map(|finding| {
            let (places, quote) = match after {
                true => (&finding.stands.after, finding.after.as_deref()),
                false => (&finding.stands.before, finding.before.as_deref()),
            };
            standing(&document, places, quote)
        });
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn standing(document: &Document, places: &[usize], quote: Option<&str>) -> Option<String> {
    let named = places.first().and_then(|at| document.blocks.get(*at));
    let holding = || {
        let quote = quote.filter(|quote| !harmless::is_blank(quote))?;
        let mut blocks = document.blocks.iter();
        blocks.find(|block| block.text.contains(quote))
    };
    let text = &named.or_else(holding)?.text;
    BLOCK.contains(&text.chars().count()).then(|| text.clone())
}

/// What a mute hides, in a clause.
fn scope(wanted: &MuteWanted) -> String {
    let quoted = |text: &str| format!("“{}”", fit::cut(&harmless::markdown(text), 200));
    let what = match (&wanted.scope.block, &wanted.scope.pattern) {
        (Some(block), _) => format!("the paragraph {}", quoted(block)),
        (None, Some(pattern)) => format!("what matches {}", quoted(pattern)),
        (None, None) => "everything".to_owned(),
    };
    let watch = wanted.scope.watch.as_ref().map(|watch| watch.0.as_str());
    let watch = harmless::markdown(watch.unwrap_or_default());
    match wanted.lasts_ms {
        Some(_) => format!("{what} on {watch}, for 7 days"),
        None => format!("{what} on {watch}, until it is lifted"),
    }
}

fn previewed(house: &House, wanted: &MuteWanted, preview: &Preview) -> String {
    let zone = house.in_force().watchlist.settings.timezone;
    let hidden = preview.hidden.len();
    let mut lines = vec![format!(
        "Muting {} would have hidden {hidden} of the {} changes of this page that were said in the last {} days, and a part of {} more.",
        scope(wanted),
        preview.said,
        preview.days,
        preview.shortened.len()
    )];
    let changes = preview.hidden.iter().chain(&preview.shortened);
    lines.extend(changes.take(NAMED).map(|change| said::change(change, zone)));
    let named = NAMED.min(hidden + preview.shortened.len());
    let left = hidden + preview.shortened.len() - named;
    if left > 0 {
        lines.push(format!("… and {left} more"));
    }
    said::fitted(&lines.join("\n"))
}
