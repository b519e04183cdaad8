//! A message as Discord wants it written.

use serde_json::Value;
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateEmbed,
    CreateEmbedAuthor, CreateEmbedFooter, CreateMessage, EditMessage, EditWebhookMessage,
    ExecuteWebhook,
};
use serenity::model::Timestamp;
use serenity::model::channel::{MessageFlags, Nonce};

use crate::model::{Colour, Message, MessageText};
use crate::wording::fit;

/// The most characters of a message's first part, for bots.
/// <https://discord.com/developers/docs/resources/message#create-message>
const LONGEST_CONTENT: usize = 2000;

/// The most buttons in a row.
const MOST_BUTTONS: usize = 5;

/// The body of "Create Message". The nonce makes Discord recognise a repeated send.
pub(super) fn create(message: &Message, nonce: &str) -> Value {
    let mut create = CreateMessage::new()
        .content(&message.content)
        .nonce(Nonce::String(nonce.to_owned()))
        .enforce_nonce(true)
        .allowed_mentions(CreateAllowedMentions::new())
        .components(buttons(message))
        .flags(flags(message));
    if let Some(text) = &message.text {
        create = create.embed(embed(message, text));
    }
    create = create.add_files(attachments(message));
    json(&create)
}

/// The body of "Execute Webhook", which knows no nonce.
pub(super) fn execute(message: &Message) -> Value {
    let mut execute = ExecuteWebhook::new()
        .content(&message.content)
        .allowed_mentions(CreateAllowedMentions::new())
        .components(buttons(message))
        .flags(flags(message));
    if let Some(text) = &message.text {
        execute = execute.embed(embed(message, text));
    }
    execute = execute.add_files(attachments(message));
    json(&execute)
}

/// The body of "Edit Message". The attached file is left as it is.
pub(super) fn edit(message: &Message) -> Value {
    json(
        &EditMessage::new()
            .content(&message.content)
            .embeds(
                message
                    .text
                    .iter()
                    .map(|text| embed(message, text))
                    .collect(),
            )
            .allowed_mentions(CreateAllowedMentions::new())
            .components(buttons(message)),
    )
}

/// The body of "Edit Webhook Message". The attached file is left as it is.
pub(super) fn edit_webhook(message: &Message) -> Value {
    json(
        &EditWebhookMessage::new()
            .content(&message.content)
            .embeds(
                message
                    .text
                    .iter()
                    .map(|text| embed(message, text))
                    .collect(),
            )
            .allowed_mentions(CreateAllowedMentions::new())
            .components(buttons(message)),
    )
}

/// The same news without form: content, address, footer. For when Discord calls the message malformed.
pub(super) fn plainest(message: &Message) -> Message {
    let mut tail = String::new();
    for (_, url) in &message.links {
        tail.push_str(&format!("\n<{url}>"));
    }
    if let Some(text) = &message.text {
        tail.push_str(&format!("\n-# {}", text.footer));
    }
    let room = LONGEST_CONTENT.saturating_sub(fit::length(&tail));
    Message {
        content: format!("{}{tail}", fit::cut(&message.content, room)),
        text: None,
        silent: message.silent,
        file: message.file.clone(),
        rows: message.rows.clone(),
        links: Vec::new(),
        particulars: Vec::new(),
    }
}

fn embed(message: &Message, text: &MessageText) -> CreateEmbed {
    let seen = Timestamp::from_unix_timestamp(text.at.timestamp()).unwrap_or_default();
    let mut embed = CreateEmbed::new()
        .title(&text.title)
        .footer(CreateEmbedFooter::new(&text.footer))
        .timestamp(seen)
        .colour(number(text.colour));
    if let Some(url) = &text.url {
        embed = embed.url(url);
    }
    if let Some(author) = &text.author {
        embed = embed.author(CreateEmbedAuthor::new(author));
    }
    let description = [text.description.as_str(), &more(message)].join("\n");
    if !description.trim().is_empty() {
        embed = embed.description(description.trim_end_matches('\n'));
    }
    for field in &text.fields {
        embed = embed.field(&field.name, &field.value, false);
    }
    embed
}

fn buttons(message: &Message) -> Vec<CreateActionRow> {
    let buttons: Vec<CreateButton> = message
        .links
        .iter()
        .take(MOST_BUTTONS)
        .map(|(label, url)| CreateButton::new_link(url).label(label))
        .collect();
    if buttons.is_empty() {
        return Vec::new();
    }
    vec![CreateActionRow::Buttons(buttons)]
}

/// How many rows are not shown, and where they are.
fn more(message: &Message) -> String {
    let Some(rows) = message.rows.as_ref().filter(|rows| rows.more > 0) else {
        return String::new();
    };
    let place = rows.file.as_ref();
    let place = place.map_or(String::new(), |(name, _)| format!(" in the file {name}"));
    match rows.more {
        1 => format!("… and 1 more row{place}"),
        more => format!("… and {more} more rows{place}"),
    }
}

/// The files of a message, in the order in which they are sent: the diff, then the rows.
pub(super) fn files(message: &Message) -> Vec<&(String, String)> {
    let rows = message.rows.as_ref().and_then(|rows| rows.file.as_ref());
    message.file.iter().chain(rows).collect()
}

/// What is said of the files; their bytes go beside the JSON.
fn attachments(message: &Message) -> Vec<CreateAttachment> {
    let files = files(message).into_iter();
    files
        .map(|(name, _)| {
            let about = match name.ends_with(".csv") {
                true => "Every row that differs, as comma-separated values",
                false => "What differs, in full, as plain text",
            };
            CreateAttachment::bytes(Vec::new(), name).description(about)
        })
        .collect()
}

fn flags(message: &Message) -> MessageFlags {
    if message.silent {
        MessageFlags::SUPPRESS_NOTIFICATIONS
    } else {
        MessageFlags::empty()
    }
}

fn number(colour: Colour) -> u32 {
    match colour {
        Colour::New => 0xB7_1C_1C,
        Colour::Gone => 0x99_2D_22,
        Colour::Changed => 0xD9_77_06,
    }
}

/// The body as JSON. serenity numbers the files only as it sends them: each has the number of its part of the form, as a
/// string, where Discord describes one.
fn json(body: &impl serde::Serialize) -> Value {
    let mut json = serde_json::to_value(body).expect("a message is plain data");
    let attachments = json.get_mut("attachments").and_then(Value::as_array_mut);
    for (at, attachment) in attachments.into_iter().flatten().enumerate() {
        attachment["id"] = Value::from(at.to_string());
    }
    json
}
