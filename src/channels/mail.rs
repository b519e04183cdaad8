//! A message written as a mail: text, HTML with the redline, and the full diff beside it.

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message as Mail, MultiPart, SinglePart};

use crate::model::{Message, is_mailbox};
use crate::watchlist;
use crate::wording::message::{self, INSTEAD};
use crate::wording::redline::Paint;

/// The longest subject, in characters, and how wide the plain text is.
const SUBJECT: usize = 200;
const WIDTH: usize = 76;

/// Who mails come from, and where readers say that they want no more.
pub(super) struct Sender {
    from: Mailbox,
    way_out: String,
}

impl Sender {
    /// By these settings; `contact` is who looks after the program. `None` where nobody is named as the sender.
    pub(super) fn of(settings: &watchlist::Email, contact: Option<&str>) -> Option<Sender> {
        let from: Mailbox = settings.from.as_deref()?.parse().ok()?;
        let asked = match contact {
            Some(contact) if is_mailbox(contact) => contact.to_owned(),
            _ => from.email.to_string(),
        };
        let own = settings.unsubscribe.clone();
        let way_out = own.unwrap_or_else(|| format!("mailto:{asked}?subject=unsubscribe"));
        Some(Sender { from, way_out })
    }

    /// The id of the mail that says a message with this nonce, always the same.
    pub(super) fn id(&self, nonce: &str) -> String {
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let nonce: String = nonce.chars().filter(plain).collect();
        format!("<{nonce}@{}>", self.from.email.domain())
    }

    /// The mail; `earlier` is the id of one that it takes the place of.
    ///
    /// # Errors
    /// What cannot be written, in a clause.
    pub(super) fn written(
        &self,
        to: &[Mailbox],
        message: &Message,
        (id, earlier): (&str, Option<&str>),
        now: DateTime<Utc>,
    ) -> Result<Mail, String> {
        let instead = earlier.map(|_| message::instead(message));
        let mut subject = message::subject(message, SUBJECT);
        if let Some(instead) = instead {
            subject = message::subject(message, SUBJECT - instead.len() - 2);
            subject = format!("{instead}: {subject}");
        }
        let above = instead.map(|instead| format!("{instead}. {INSTEAD}"));
        let mut mail = Mail::builder()
            .from(self.from.clone())
            .subject(subject)
            .date(now.into())
            .message_id(Some(id.to_owned()));
        for mailbox in to {
            mail = mail.to(mailbox.clone());
        }
        if let Some(earlier) = earlier.or(message.replies.as_deref()) {
            mail = mail
                .in_reply_to(earlier.to_owned())
                .references(earlier.to_owned());
        }
        let list = format!("<smallprint.{}>", self.from.email.domain());
        let fields = [
            ("List-Id", list),
            ("List-Unsubscribe", format!("<{}>", self.way_out)),
            ("Auto-Submitted", "auto-generated".to_owned()),
        ];
        for (name, value) in fields {
            let name = HeaderName::new_from_ascii_str(name);
            mail = mail.raw_header(HeaderValue::new(name, value));
        }
        let mail = mail.multipart(parts(message, above.as_deref()));
        mail.map_err(|error| error.to_string())
    }
}

fn parts(message: &Message, above: Option<&str>) -> MultiPart {
    let plain = message::plain(message, WIDTH, Paint::Plain);
    let plain = match above {
        Some(above) => format!("{above}\n\n{plain}"),
        None => plain,
    };
    let html = message::letter(message, above);
    let both = MultiPart::alternative_plain_html(plain, html);
    let rows = message.rows.as_ref().and_then(|rows| rows.file.as_ref());
    let files: Vec<SinglePart> = message.file.iter().chain(rows).map(attached).collect();
    if files.is_empty() {
        return both;
    }
    let mixed = MultiPart::mixed().multipart(both);
    files.into_iter().fold(mixed, MultiPart::singlepart)
}

fn attached((name, text): &(String, String)) -> SinglePart {
    let kind = match name.ends_with(".csv") {
        true => "text/csv; charset=utf-8",
        false => "text/plain; charset=utf-8",
    };
    let kind = ContentType::parse(kind).unwrap_or(ContentType::TEXT_PLAIN);
    Attachment::new(name.clone()).body(text.clone(), kind)
}
