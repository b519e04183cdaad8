//! `checkpoint`, `proof` and `key`: what others check the journal by.

use crate::answers::{ChainAsked, Chained, CheckpointOne, Request, Response};
use crate::cli::arguments::{Arguments, CheckpointWhat, KeyWhat, ProofWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen, counted};
use crate::cli::{Exit, Trouble};
use crate::model::{Digest, KeyNoted, KeyStep, Proved};
use crate::wire::base64;
use crate::wording::{harmless, times};

pub(super) async fn checkpoint(
    arguments: &Arguments,
    screen: &Screen,
    what: &CheckpointWhat,
) -> Result<Exit, Trouble> {
    let asked = match what.list {
        true => ChainAsked::Checkpoints,
        false => ChainAsked::Checkpoint,
    };
    let Chained::Checkpoints(all) = ask(arguments, screen, "checkpoint", asked).await? else {
        return Err(Trouble::astray());
    };
    for one in &all {
        match (screen.json, what.list) {
            (true, _) => screen.json(one),
            (false, true) => listed(screen, one),
            // As it is published, to be saved or sent on.
            (false, false) => screen.bytes(one.made.what.note.as_bytes()),
        }
    }
    if all.is_empty() && !screen.json {
        screen.line("There is no checkpoint yet; `smallprint checkpoint` makes one.");
    }
    Ok(Exit::Fine)
}

pub(super) async fn proof(
    arguments: &Arguments,
    screen: &Screen,
    what: &ProofWhat,
) -> Result<Exit, Trouble> {
    let asked = match (what.entry, what.from, what.to) {
        (Some(entry), ..) => ChainAsked::Proof { entry },
        (None, Some(from), Some(to)) => ChainAsked::Consistency { from, to },
        _ => {
            return Err(Trouble::sentence("There is nothing to prove.")
                .with("Name an entry, or two checkpoints with --from and --to."));
        }
    };
    match ask(arguments, screen, "proof", asked).await? {
        Chained::Proof(proof) if screen.json => screen.json(&proof),
        Chained::Consistency(proof) if screen.json => screen.json(&proof),
        Chained::Proof(proof) => {
            let text = format!(
                "c2sp.org/tlog-proof@v1\nindex {}\n{}\n{}",
                proof.index,
                lines(&proof.path),
                proof.checkpoint
            );
            screen.bytes(text.as_bytes());
        }
        Chained::Consistency(proof) => {
            let text = format!(
                "old {}\n{}\n{}",
                proof.from,
                lines(&proof.path),
                proof.checkpoint
            );
            screen.bytes(text.as_bytes());
        }
        _ => return Err(Trouble::astray()),
    }
    Ok(Exit::Fine)
}

pub(super) async fn key(
    arguments: &Arguments,
    screen: &Screen,
    what: &KeyWhat,
) -> Result<Exit, Trouble> {
    let asked = match what {
        KeyWhat::List => ChainAsked::Keys,
        KeyWhat::New { by } => ChainAsked::NewKey { by: by.clone() },
        KeyWhat::Rotate { by, why } => ChainAsked::RotateKey {
            by: by.clone(),
            why: why.clone(),
        },
        KeyWhat::Lost { by, why } => ChainAsked::KeyLost {
            by: by.clone(),
            why: why.clone(),
        },
    };
    let Chained::Keys(all) = ask(arguments, screen, "key", asked).await? else {
        return Err(Trouble::astray());
    };
    for one in &all {
        match screen.json {
            true => screen.json(one),
            false => told(screen, one),
        }
    }
    if all.is_empty() && !screen.json {
        screen.line("There is no key yet; `smallprint key new` makes one.");
    }
    if matches!(what, KeyWhat::New { .. } | KeyWhat::Rotate { .. }) && !screen.json {
        screen.line(
            "Keep a copy of its file offline, and publish the public key where readers find it.",
        );
    }
    Ok(Exit::Fine)
}

async fn ask(
    arguments: &Arguments,
    screen: &Screen,
    name: &str,
    asked: ChainAsked,
) -> Result<Chained, Trouble> {
    let opening = desk::opening(arguments, screen, name);
    match desk::once(opening, Request::Chain(asked), |_| {}).await? {
        Response::Chain(told) => Ok(*told),
        _ => Err(Trouble::astray()),
    }
}

/// Hashes as notes have them: one a line, in base 64.
fn lines(path: &[Digest]) -> String {
    let lines = path.iter().map(|hash| base64(&hash.0) + "\n");
    lines.collect()
}

fn listed(screen: &Screen, one: &CheckpointOne) {
    let made = &one.made;
    let on = times::moment(made.at, chrono_tz::Europe::London);
    let size = usize::try_from(made.what.size).unwrap_or(usize::MAX);
    let stamps: Vec<String> = (one.stamps.iter())
        .map(|stamp| {
            let host = harmless::line(stamp.authority.host_str().unwrap_or_default());
            let at = times::moment(stamp.time, chrono_tz::Europe::London);
            format!(", stamped by {host} {at}")
        })
        .collect();
    screen.line(&format!(
        "{}  {on}, {}, root {}, key {}{}",
        screen.ink(Ink::Bold, &format!("entry {}", made.entry)),
        counted(size, "entry", "entries"),
        base64(&made.what.root.0),
        made.what.key,
        stamps.concat()
    ));
}

fn told(screen: &Screen, one: &Proved<KeyNoted>) {
    let on = times::moment(one.at, chrono_tz::Europe::London);
    let what = match &one.what.step {
        KeyStep::Made => "made".to_owned(),
        KeyStep::Rotated { from, .. } => format!("put in the place of {from}"),
        KeyStep::Lost => "lost".to_owned(),
    };
    let by = one.what.by.as_deref().map(|by| format!(" by {by}"));
    let why = one.what.why.as_deref().map(|why| format!(": {why}"));
    let public = harmless::line(&one.what.public);
    screen.line(&screen.ink(Ink::Bold, &public));
    let said = format!(
        "{what} on {on}{}{} (entry {})",
        by.unwrap_or_default(),
        why.unwrap_or_default(),
        one.entry
    );
    screen.line(&screen.prose("    ", &harmless::line(&said)));
}
