//! `outbox`: what is owed, parked, sent and given up, and what is to become of it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::answers::{Outbox, OutboxAsked, OutboxOne, OutboxState, Request, Response};
use crate::cli::arguments::{Arguments, OutboxWhat, WhichAlert};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::model::{Lack, Waits};
use crate::wording::{harmless, times};

pub(super) async fn outbox(
    arguments: &Arguments,
    screen: &Screen,
    what: &OutboxWhat,
) -> Result<Exit, Trouble> {
    let opening = desk::opening(arguments, screen, "outbox");
    let request = match (what.retry, what.dropped) {
        (Some(which), _) => Request::RetryAlerts {
            alert: match which {
                WhichAlert::All => None,
                WhichAlert::One(alert) => Some(alert),
            },
        },
        (None, Some(alert)) => Request::DropAlert {
            alert,
            why: what.why.clone().unwrap_or_default(),
            by: what.by.clone(),
        },
        (None, None) => Request::Outbox(match what.all {
            true => OutboxAsked::All,
            false => OutboxAsked::Unsent,
        }),
    };
    match desk::once(opening, request, |_| {}).await? {
        Response::Outbox(outbox) => tell(screen, &outbox, what.all),
        Response::Alerts(alerts) if alerts.is_empty() && !screen.json => {
            screen.line("Nothing is parked, owed or given up.");
        }
        Response::Alerts(alerts) => alerts.iter().for_each(|one| tell_one(screen, one)),
        _ => return Err(Trouble::astray()),
    }
    Ok(Exit::Fine)
}

fn tell(screen: &Screen, outbox: &Outbox, all: bool) {
    outbox.alerts.iter().for_each(|one| tell_one(screen, one));
    if screen.json {
        screen.json(&json!({ "unsent": unsent(outbox), "sent": outbox.sent }));
        return;
    }
    let sent = counted(outbox.sent, "alert was sent", "alerts were sent");
    let line = match (outbox.alerts.is_empty(), all) {
        (true, true) => "Nothing was ever owed.".to_owned(),
        (true, false) => format!("Nothing is owed. {sent}; --all lists them."),
        (false, true) => format!("{sent}."),
        (false, false) => format!("{sent}; --all lists them."),
    };
    screen.line(&line);
}

fn unsent(outbox: &Outbox) -> usize {
    let is_sent = |one: &&OutboxOne| matches!(one.stands, OutboxState::Sent { .. });
    outbox.alerts.len() - outbox.alerts.iter().filter(is_sent).count()
}

fn tell_one(screen: &Screen, one: &OutboxOne) {
    if screen.json {
        screen.json(&row(one));
        return;
    }
    let about = one.watch.as_ref().map(|watch| format!("  {watch}"));
    let head = format!(
        "{}  {}  to {}{}",
        one.alert,
        name(&one.stands),
        one.to,
        about.unwrap_or_default()
    );
    screen.line(&screen.ink(Ink::Bold, &harmless::line(&head)));
    let said = format!("owed since {}{}", moment(one.since), standing(&one.stands));
    screen.line(&screen.prose("  ", &harmless::line(&said)));
}

fn row(one: &OutboxOne) -> Value {
    let mut row = json!(one);
    row["alert"] = json!(one.alert.to_string());
    if let OutboxState::Owed {
        behind: Some(behind),
        ..
    } = &one.stands
    {
        row["behind"] = json!(behind.to_string());
    }
    row
}

fn name(stands: &OutboxState) -> &'static str {
    match stands {
        OutboxState::Owed { .. } => "owed",
        OutboxState::Parked { .. } => "parked",
        OutboxState::Sent { .. } => "sent",
        OutboxState::GivenUp { dropped: false, .. } => "given up",
        OutboxState::GivenUp { dropped: true, .. } => "dropped",
    }
}

fn standing(stands: &OutboxState) -> String {
    match stands {
        OutboxState::Owed { waits, behind } => match (waits, behind) {
            (Some(Waits::Quiet { until }), _) => {
                format!("; it waits for the end of quiet hours, {}", moment(*until))
            }
            (Some(Waits::Batch { until }), _) => {
                format!("; it waits for company until {}", moment(*until))
            }
            (Some(Waits::Digest), _) => "; it waits for the next digest".to_owned(),
            (None, Some(behind)) => format!("; its turn comes after {behind}"),
            (None, None) => "; it is sent next".to_owned(),
        },
        OutboxState::Parked {
            reason,
            tried,
            next,
            ..
        } => {
            let next = match next {
                Some(next) => format!("next try {}", moment(*next)),
                None => "the next start tries it again".to_owned(),
            };
            format!("; tried {}, {next}: {reason}", moment(*tried))
        }
        OutboxState::Sent { at, lacks, .. } => {
            let lacks: Vec<&str> = lacks.iter().map(lack).collect();
            let lacks = match lacks.is_empty() {
                true => String::new(),
                false => format!(", but there without {}", lacks.join(" and ")),
            };
            format!("; sent {}{lacks}", moment(*at))
        }
        OutboxState::GivenUp { reason, at, by, .. } => {
            let by = by.as_ref().map(|by| format!(" by {by}"));
            format!(
                "; given up {}{}: {reason}",
                moment(*at),
                by.unwrap_or_default()
            )
        }
    }
}

fn lack(lack: &Lack) -> &'static str {
    match lack {
        Lack::Embed => "its card",
        Lack::File => "its file",
        Lack::Words => "the end of its words",
    }
}

fn moment(at: DateTime<Utc>) -> String {
    times::moment(at, chrono_tz::Europe::London)
}
