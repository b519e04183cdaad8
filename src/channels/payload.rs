//! A message as Discord wants it written.

use serde_json::{Value, json};
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateEmbed,
    CreateEmbedAuthor, CreateEmbedFooter, CreateMessage, EditMessage, EditWebhookMessage,
    ExecuteWebhook,
};
use serenity::model::Timestamp;
use serenity::model::application::ButtonStyle;
use serenity::model::channel::{MessageFlags, Nonce};
use serenity::model::id::RoleId;

use crate::model::{self, Button, Colour, Message, MessageText, Question, Tone, Whisper};
use crate::wording::fit;

/// The most characters of a message's first part, for bots.
/// <https://discord.com/developers/docs/resources/message#create-message>
const LONGEST_CONTENT: usize = 2000;

/// The longest mention of a role, with the space before it.
const LONGEST_MENTION: usize = 25;

/// The most buttons in a row.
const MOST_BUTTONS: usize = 5;

/// The most choices that are shown of what is being typed.
const MOST_CHOICES: usize = 25;

/// The body of "Create Message". The nonce makes Discord recognise a repeated send.
pub(super) fn create(message: &Message, nonce: &str) -> Value {
    let mut create = CreateMessage::new()
        .content(content(message))
        .nonce(Nonce::String(nonce.to_owned()))
        .enforce_nonce(true)
        .allowed_mentions(mentions(message))
        .components(rows(message))
        .flags(flags(message));
    if let Some(text) = &message.text {
        create = create.embed(embed(message, text));
    }
    create = create.add_files(attachments(message));
    let mut json = plain(&create);
    if let Some(earlier) = message.replies.as_ref().filter(|id| is_id(id)) {
        json["message_reference"] = json!({ "message_id": earlier, "fail_if_not_exists": false });
    }
    json
}

/// Whether this names a message of Discord's.
fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The body of "Start Thread in Forum": a name, a first message, and labels of the forum by their ids. It knows no nonce.
pub(super) fn opening(name: &str, first: &Message, tags: &[String], archived_after: u32) -> Value {
    let mut message = create(first, "");
    if let Some(message) = message.as_object_mut() {
        for key in ["nonce", "enforce_nonce", "tts", "sticker_ids"] {
            message.remove(key);
        }
    }
    json!({
        "name": name,
        "auto_archive_duration": archived_after,
        "applied_tags": tags,
        "message": message,
    })
}

/// The body of "Execute Webhook", which knows no nonce and no replies.
pub(super) fn execute(message: &Message) -> Value {
    let mut execute = ExecuteWebhook::new()
        .content(content(message))
        .allowed_mentions(mentions(message))
        .components(links(&message.links))
        .flags(flags(message));
    if let Some(text) = &message.text {
        execute = execute.embed(embed(message, text));
    }
    execute = execute.add_files(attachments(message));
    plain(&execute)
}

/// The body of "Edit Message". The attached file is left as it is.
pub(super) fn edit(message: &Message) -> Value {
    plain(
        &EditMessage::new()
            .content(content(message))
            .embeds(
                message
                    .text
                    .iter()
                    .map(|text| embed(message, text))
                    .collect(),
            )
            .allowed_mentions(mentions(message))
            .components(rows(message)),
    )
}

/// The body of "Edit Webhook Message". The attached file is left as it is.
pub(super) fn edit_webhook(message: &Message) -> Value {
    plain(
        &EditWebhookMessage::new()
            .content(content(message))
            .embeds(
                message
                    .text
                    .iter()
                    .map(|text| embed(message, text))
                    .collect(),
            )
            .allowed_mentions(mentions(message))
            .components(links(&message.links)),
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
    let above = message.above.as_deref().map_or(0, fit::length) + 1;
    let room = LONGEST_CONTENT.saturating_sub(fit::length(&tail) + LONGEST_MENTION + above);
    Message {
        content: format!("{}{tail}", fit::cut(&message.content, room)),
        text: None,
        silent: message.silent,
        file: message.file.clone(),
        rows: message.rows.clone(),
        links: Vec::new(),
        buttons: message.buttons.clone(),
        mentions: message.mentions,
        particulars: Vec::new(),
        above: message.above.clone(),
        replies: message.replies.clone(),
    }
}

/// The first part, below what was put right since. The role it mentions stands behind its first line: what it says comes
/// first on a lock screen.
pub(super) fn content(message: &Message) -> String {
    let content = match (message.mentions, message.content.split_once('\n')) {
        (None, _) => message.content.clone(),
        (Some(role), Some((first, rest))) => format!("{first} <@&{role}>\n{rest}"),
        (Some(role), None) => format!("{} <@&{role}>", message.content),
    };
    let room = LONGEST_CONTENT.saturating_sub(fit::length(&content) + 1);
    match message.above.as_ref().filter(|_| room > 0) {
        Some(above) => format!("{}\n{content}", fit::cut(above, room)),
        None => content,
    }
}

/// Who may be mentioned: that role, and nobody else whatever the text says.
fn mentions(message: &Message) -> CreateAllowedMentions {
    let roles = message.mentions.filter(|role| *role > 0).map(RoleId::new);
    CreateAllowedMentions::new().roles(roles)
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

/// What can be pressed below a message of the bot, and where it leads.
fn rows(message: &Message) -> Vec<CreateActionRow> {
    let mut rows = pressed(&message.buttons);
    rows.extend(links(&message.links));
    rows
}

/// A row of buttons that the bot hears of.
fn pressed(buttons: &[Button]) -> Vec<CreateActionRow> {
    let buttons: Vec<CreateButton> = (buttons.iter().take(MOST_BUTTONS))
        .map(|button| {
            let style = match button.tone {
                Tone::First => ButtonStyle::Primary,
                Tone::Grave => ButtonStyle::Danger,
                Tone::Plain | Tone::Still => ButtonStyle::Secondary,
            };
            CreateButton::new(&button.id)
                .label(&button.label)
                .style(style)
                .disabled(button.tone == Tone::Still)
        })
        .collect();
    row(buttons)
}

/// A row of buttons that lead somewhere.
fn links(links: &[(String, String)]) -> Vec<CreateActionRow> {
    let links = links.iter().take(MOST_BUTTONS);
    row(links
        .map(|(label, url)| CreateButton::new_link(url).label(label))
        .collect())
}

fn row(buttons: Vec<CreateButton>) -> Vec<CreateActionRow> {
    match buttons.is_empty() {
        true => Vec::new(),
        false => vec![CreateActionRow::Buttons(buttons)],
    }
}

/// The body of the first reply to an interaction.
pub(super) fn reply(reply: &model::Reply) -> Value {
    match reply {
        model::Reply::Whisper(whisper) => {
            json!({ "type": 4, "data": whispered(whisper) })
        }
        model::Reply::Form(form) => {
            let rows: Vec<Value> = form.questions.iter().map(question).collect();
            let data = json!({ "custom_id": form.id, "title": form.title, "components": rows });
            json!({ "type": 9, "data": data })
        }
        model::Reply::Choices(choices) => {
            let choices = choices.iter().take(MOST_CHOICES);
            let choices: Vec<Value> = choices
                .map(|(shown, filled)| json!({ "name": shown, "value": filled }))
                .collect();
            json!({ "type": 8, "data": { "choices": choices } })
        }
    }
}

/// Words that only the asker sees, as a message of their own.
pub(super) fn whispered(whisper: &Whisper) -> Value {
    let mut body = later(whisper);
    body["flags"] = Value::from(MessageFlags::EPHEMERAL.bits());
    body
}

/// The same words in the place that was kept for them.
pub(super) fn later(whisper: &Whisper) -> Value {
    let mut body = json!({
        "content": fit::cut(&whisper.text, LONGEST_CONTENT),
        "components": components(pressed(&whisper.buttons)),
        "allowed_mentions": { "parse": [] },
    });
    if let Some((name, _)) = &whisper.file {
        body["attachments"] = json!([{ "id": "0", "filename": name }]);
    }
    body
}

/// What stands below a message, and nothing else of it.
pub(super) fn below(message: &Message) -> Value {
    json!({ "components": components(rows(message)) })
}

fn components(rows: Vec<CreateActionRow>) -> Value {
    serde_json::to_value(rows).expect("rows of buttons are plain data")
}

fn question(question: &Question) -> Value {
    let mut input = json!({
        "type": 4,
        "custom_id": question.id,
        "label": question.label,
        "style": if question.lines > 1 { 2 } else { 1 },
        "min_length": 1,
        "max_length": question.longest,
        "required": true,
    });
    if let Some(filled) = &question.filled {
        input["value"] = json!(filled);
    }
    json!({ "type": 1, "components": [input] })
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
fn plain(body: &impl serde::Serialize) -> Value {
    let mut json = serde_json::to_value(body).expect("a message is plain data");
    let attachments = json.get_mut("attachments").and_then(Value::as_array_mut);
    for (at, attachment) in attachments.into_iter().flatten().enumerate() {
        attachment["id"] = Value::from(at.to_string());
    }
    json
}
