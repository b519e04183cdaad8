//! What a page is, as the first message of its thread.

use chrono::{DateTime, Utc};

use crate::model::{Colour, Field, Message, MessageText, Watch};
use crate::wording::message::{AUTHOR, FOOTER_PART, LINK, PAGE, TITLE, address};
use crate::wording::{fit, harmless, sentence};

/// The longest name of a thread.
/// <https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel>
const NAME: usize = 100;
/// Where all of its versions are listed.
const VERSIONS: &str = "All of its versions: `/history` here, `smallprint history` in a terminal.";
/// The longest list of topics.
const TOPICS: usize = 500;

/// What the thread of a page is called, and its first message, silently.
pub fn document(watch: &Watch, at: DateTime<Utc>, mark: &str) -> (String, Message) {
    let names = [watch.name(), &watch.id.0];
    let name = names.iter().map(|name| harmless::line(name));
    let name = name
        .into_iter()
        .find(|name| !harmless::is_blank(name))
        .unwrap_or_else(|| "A page without a name".to_owned());
    let who = sentence::who(watch);
    let said = format!(
        "**{}** · {}\nWhat changes on this page is told here, version by version.",
        harmless::markdown(&fit::cut(&name, TITLE)),
        harmless::markdown(&fit::cut(&who, AUTHOR)),
    );
    let topics = harmless::line(&watch.topics.join(", "));
    let field = |name: &str, value: String| {
        (!harmless::is_blank(&value)).then(|| Field {
            name: name.to_owned(),
            value,
        })
    };
    let fields = [
        field("Address", address(&watch.url, TITLE).unwrap_or_default()),
        field("Topics", harmless::markdown(&fit::cut(&topics, TOPICS))),
    ];
    let id = fit::cut(&harmless::line(&watch.id.0), FOOTER_PART);
    let text = MessageText {
        title: fit::cut(&harmless::markdown(&name), TITLE),
        url: address(&watch.url, 2048),
        author: Some(fit::cut(&who, AUTHOR)),
        description: VERSIONS.to_owned(),
        fields: fields.into_iter().flatten().collect(),
        footer: format!("{id} · {mark}"),
        at,
        colour: Colour::Changed,
    };
    let page = address(&watch.url, LINK).map(|url| (PAGE.to_owned(), url));
    let message = Message {
        content: said,
        text: Some(text),
        silent: true,
        links: page.into_iter().collect(),
        ..Message::default()
    };
    (fit::cut(&name, NAME), message)
}
