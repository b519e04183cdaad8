//! What a button does.

use std::sync::Arc;

use crate::answers::{AnnotationWanted, NoAnswer, Noted, Request, Response, WhichChange};
use crate::bot::{Done, First, ask, astray, form, hide, may, said};
use crate::channels::{Place, Refusal};
use crate::house::House;
use crate::model::{
    AlertId, Annotated, Change, EntryNo, Fact, Message, Owed, Reply, Says, Tone, Whisper, Wish,
};
use crate::store::StoreError;
use crate::wording::buttons::{self, Mutable, Pressed, Verb};
use crate::wording::{fit, harmless};

/// The longest name of a thread.
const THREAD: usize = 90;

/// What is said at once: a form, a refusal, or that it takes a moment.
///
/// # Errors
/// What is whispered where nothing comes of it.
pub(super) async fn first(house: &Arc<House>, wish: &Wish, button: &str) -> Result<First, Whisper> {
    let pressed = read(button)?;
    let reads = matches!(pressed.verb, Verb::Diff | Verb::Discuss);
    if !reads {
        may::decide(&house.in_force().watchlist, wish)?;
    }
    Ok(match pressed.verb {
        Verb::Note => First::Now(Reply::Form(form::note(&pressed))),
        Verb::Correct => First::Now(Reply::Form(form::correction(&pressed))),
        Verb::Try(Mutable::Pattern) if pressed.rest.is_empty() => {
            let change = change(house, pressed.alert).await;
            let change = change.map_err(|refused| said::refused(&refused))?;
            First::Now(Reply::Form(form::pattern(&pressed, &change)))
        }
        Verb::Significant | Verb::Noise | Verb::Undo => First::Later(Place::Message),
        _ => First::Later(Place::Whisper),
    })
}

fn read(button: &str) -> Result<Pressed, Whisper> {
    let read = button.parse::<Pressed>();
    read.map_err(|not_ours| Whisper::says(format!("Nothing happens: {not_ours}.")))
}

/// What comes of it.
pub(super) async fn done(
    house: &Arc<House>,
    wish: &Wish,
    button: &str,
    message: u64,
) -> Result<Done, NoAnswer> {
    let pressed = match read(button) {
        Ok(pressed) => pressed,
        Err(whisper) => return Ok(whispered(whisper)),
    };
    match pressed.verb {
        Verb::Try(what) => hide::tried(house, wish, &pressed, what)
            .await
            .map(whispered),
        Verb::Mute(what) => hide::muted(house, wish, &pressed, what)
            .await
            .map(whispered),
        Verb::Unmute => hide::lifted(house, wish, &pressed).await.map(whispered),
        Verb::Said | Verb::Note | Verb::Correct => Ok(Done::default()),
        verb => {
            let own = own(house, pressed.alert, message).await?;
            match verb {
                Verb::Diff => Ok(whispered(in_full(own))),
                Verb::Discuss => discuss(house, wish, &pressed, message).await.map(whispered),
                Verb::Undo => undo(house, wish, pressed.alert, own).await,
                Verb::Noise => decide(house, wish, pressed.alert, Says::Noise, own).await,
                _ => decide(house, wish, pressed.alert, Says::Significant, own).await,
            }
        }
    }
}

fn whispered(whisper: Whisper) -> Done {
    Done {
        whisper: Some(whisper),
        message: None,
    }
}

/// What is said of the change whose message an alert asked for.
pub(super) async fn change(house: &House, alert: AlertId) -> Result<Change, NoAnswer> {
    Ok(house.store.change_in(entry_of(house, alert).await?).await?)
}

/// The entry of the change that an alert tells of: its own, or that of the message it was to edit.
pub(super) async fn entry_of(house: &House, alert: AlertId) -> Result<EntryNo, NoAnswer> {
    let owed = match house.store.entry(alert.entry).await?.fact {
        Fact::Landed(landed) => landed.owed,
        Fact::Annotated { owed, .. } => owed,
        _ => Vec::new(),
    };
    let owed: Option<&Owed> = owed.get(alert.index as usize);
    let owed = owed.ok_or_else(|| StoreError::Missing(format!("alert {alert}")))?;
    Ok(owed.edits.map_or(alert.entry, |edited| edited.entry))
}

/// The message that paid an alert, if it is the one on which the button stands: an archive that was begun afresh counts
/// its entries afresh.
async fn own(house: &House, alert: AlertId, message: u64) -> Result<Message, NoAnswer> {
    let elsewhere = || NoAnswer::Unknown {
        what: "This message is not from the archive that answers here.".to_owned(),
        remedy: None,
    };
    let composed = house.store.composed(alert).await?;
    let (composed, _) = composed.ok_or_else(elsewhere)?;
    let receipt = house.store.receipt(alert).await?;
    // It can be pressed before the receipt is on record.
    if receipt.is_some_and(|id| id != message.to_string()) {
        return Err(elsewhere());
    }
    let payload = house.store.body(composed.payload).await?;
    serde_json::from_slice(&payload).map_err(|_| elsewhere())
}

/// Puts a decision on record, or says who was first; the buttons are drawn afresh in any case.
async fn decide(
    house: &Arc<House>,
    wish: &Wish,
    alert: AlertId,
    says: Says,
    own: Message,
) -> Result<Done, NoAnswer> {
    let entry = entry_of(house, alert).await?;
    let noted = annotate(house, wish, entry, says, None).await?;
    let zone = house.in_force().watchlist.settings.timezone;
    let whisper = match noted {
        Noted::Before(earlier) => {
            let earlier = buttons::decided(&earlier.annotated, zone);
            let earlier = harmless::markdown(&earlier);
            Some(Whisper::says(format!(
                "Somebody was first: {earlier}. It can be undone and decided afresh."
            )))
        }
        Noted::Now(_) if says == Says::Noise => Some(hide::offered(house, alert).await?),
        Noted::Now(_) => None,
    };
    Ok(Done {
        whisper,
        message: Some(redrawn(house, alert, entry, own).await?),
    })
}

async fn undo(
    house: &Arc<House>,
    wish: &Wish,
    alert: AlertId,
    own: Message,
) -> Result<Done, NoAnswer> {
    let entry = entry_of(house, alert).await?;
    let said = house.store.annotations(Some(entry)).await?;
    let whisper = match Annotated::decision(&said) {
        None => Some(Whisper::says("It was undone already.")),
        Some(decision) => {
            let says = Says::Undone {
                entry: decision.entry,
            };
            annotate(house, wish, entry, says, None).await?;
            None
        }
    };
    Ok(Done {
        whisper,
        message: Some(redrawn(house, alert, entry, own).await?),
    })
}

/// Puts on record what somebody says of a change.
pub(super) async fn annotate(
    house: &Arc<House>,
    wish: &Wish,
    entry: EntryNo,
    says: Says,
    text: Option<String>,
) -> Result<Noted, NoAnswer> {
    let wanted = AnnotationWanted {
        of: WhichChange::Entry { entry },
        says,
        text,
        by: name(wish),
        from: Some(from(wish)),
    };
    match ask(house, Request::Annotate(wanted)).await? {
        Response::Annotate(noted) => Ok(*noted),
        _ => Err(astray()),
    }
}

/// The message with the buttons that belong there now.
async fn redrawn(
    house: &House,
    alert: AlertId,
    entry: EntryNo,
    own: Message,
) -> Result<Message, NoAnswer> {
    let said = house.store.annotations(Some(entry)).await?;
    let zone = house.in_force().watchlist.settings.timezone;
    Ok(Message {
        buttons: buttons::on_message(alert, &said, zone),
        ..own
    })
}

/// All that differs, as it is attached to the message.
fn in_full(own: Message) -> Whisper {
    match own.file {
        None => Whisper::says("The message shows all that differs."),
        file => Whisper {
            text: "All that differs, as it was when the message was written:".to_owned(),
            file,
            ..Whisper::default()
        },
    }
}

/// Opens a thread below the message, or leads to the one that is there.
async fn discuss(
    house: &House,
    wish: &Wish,
    pressed: &Pressed,
    message: u64,
) -> Result<Whisper, NoAnswer> {
    let Some(channel) = wish.channel else {
        return Ok(Whisper::says("There is no channel to discuss it in."));
    };
    let change = change(house, pressed.alert).await?;
    let title = [&change.title, &change.watch.0].map(|name| harmless::line(name));
    let title = title.into_iter().find(|name| !harmless::is_blank(name));
    let title = title.unwrap_or_else(|| "a page".to_owned());
    let name = fit::cut(&format!("{}: {title}", change.span), THREAD);
    let channels = house.in_force().channels.clone();
    Ok(Whisper::says(
        match channels.discuss(channel, message, &name).await {
            Ok(thread) => format!("It is discussed in <#{thread}>."),
            Err(Refusal::Later(_, why) | Refusal::Unknown(why) | Refusal::Never(why)) => {
                let why = harmless::markdown(&why);
                format!(
                    "No thread could be opened: {why}. The bot needs the permission Create Public Threads here."
                )
            }
        },
    ))
}

/// What a person is called in the archive.
pub(super) fn name(wish: &Wish) -> String {
    const LONGEST: usize = 60;
    let name = fit::cut(&harmless::line(&wish.name), LONGEST);
    match harmless::is_blank(&name) {
        true => format!("user {}", wish.user),
        false => name,
    }
}

/// Where a person said something.
pub(super) fn from(wish: &Wish) -> String {
    format!("discord:{}", wish.user)
}

/// A button below a whisper.
pub(super) fn offer(verb: Verb, alert: AlertId, rest: &str, label: &str) -> crate::model::Button {
    Pressed::of(verb, alert)
        .with(rest)
        .button(label, Tone::Plain)
}
