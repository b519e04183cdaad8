//! How a message looks in a mail program: HTML with its styles in place, nothing loaded, nothing run.

use crate::model::{Colour, Message, MessageText};
use crate::wording::message::lines::{Form, lines, words};
use crate::wording::redline::escape;

const BODY: &str =
    "margin:0;padding:16px;font:16px/1.5 Georgia,serif;color:#1b1b1b;background:#ffffff";
const SANS: &str = "font:14px/1.5 system-ui,-apple-system,Segoe UI,sans-serif";

/// A message as one page of HTML for mail; `above` is said before everything else.
pub fn letter(message: &Message, above: Option<&str>) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n\
         <body style=\"{BODY}\">\n<div style=\"max-width:46em;margin:0 auto\">\n",
        escape(&words(&message.content)),
    );
    if let Some(above) = above {
        page.push_str(&format!(
            "<p style=\"{SANS};color:#666666\">{}</p>\n",
            escape(above)
        ));
    }
    if let Some(right) = &message.above {
        page.push_str(
            "<div style=\"border:2px solid #1a4fa3;padding:4px 12px;margin:0 0 12px\">\n",
        );
        markdown(&mut page, right, "margin:6px 0");
        page.push_str("</div>\n");
    }
    markdown(
        &mut page,
        &message.content,
        "font-size:18px;font-weight:700;margin:0 0 12px",
    );
    if let Some(text) = &message.text {
        body(&mut page, message, text);
    }
    for (label, url) in &message.links {
        page.push_str(&format!(
            "<p style=\"margin:6px 0\">{}</p>\n",
            link(url, label)
        ));
    }
    if let Some((name, _)) = &message.file {
        let attached = format!("Attached: {name}");
        page.push_str(&format!(
            "<p style=\"{SANS};color:#666666\">{}</p>\n",
            escape(&attached)
        ));
    }
    if let Some(rows) = message.rows.as_ref().filter(|rows| rows.more > 0) {
        let more = format!("and {} more rows ({})", rows.more, rows.command);
        page.push_str(&format!(
            "<p style=\"{SANS};color:#666666\">{}</p>\n",
            escape(&more)
        ));
    }
    if let Some(text) = &message.text {
        let footer = words(&text.footer);
        page.push_str(&format!(
            "<p style=\"{SANS};font-size:12px;color:#666666\">{}</p>\n",
            escape(&footer)
        ));
    }
    page.push_str("</div>\n</body>\n</html>\n");
    page
}

fn body(page: &mut String, message: &Message, text: &MessageText) {
    let hue = match text.colour {
        Colour::New => "#b71c1c",
        Colour::Gone => "#992d22",
        Colour::Changed => "#d97706",
    };
    page.push_str(&format!(
        "<div style=\"border-left:4px solid {hue};padding-left:12px\">\n"
    ));
    let title = words(&text.title);
    let title = match &text.url {
        Some(url) => link(url, &title),
        None => escape(&title),
    };
    page.push_str(&format!(
        "<h1 style=\"font-size:18px;margin:0\">{title}</h1>\n"
    ));
    if let Some(author) = &text.author {
        let author = words(author);
        page.push_str(&format!(
            "<p style=\"{SANS};color:#666666;margin:0 0 12px\">{}</p>\n",
            escape(&author)
        ));
    }
    let redlines: Vec<&String> = (message.particulars.iter())
        .filter_map(|part| part.redline.as_ref())
        .collect();
    let described = match redlines.is_empty() {
        true => text.description.as_str(),
        // The redline below shows what the first lines of the diff would.
        false => text.description.split("```").next().unwrap_or_default(),
    };
    markdown(page, described, "margin:6px 0");
    for field in &text.fields {
        let name = words(&field.name);
        page.push_str(&format!(
            "<h2 style=\"{SANS};font-weight:700;margin:16px 0 4px\">{}</h2>\n",
            escape(&name)
        ));
        markdown(page, &field.value, "margin:4px 0");
    }
    page.push_str("</div>\n");
    for redline in redlines {
        page.push_str(redline);
    }
}

/// The lines of one part; those that are like any other in this style.
fn markdown(page: &mut String, text: &str, style: &str) {
    for line in lines(text) {
        let style = match line.form {
            Form::Plain => style,
            Form::Bold => {
                "font:700 14px/1.5 system-ui,-apple-system,Segoe UI,sans-serif;margin:12px 0 2px"
            }
            Form::Faint => "font-style:italic;color:#666666;margin:4px 0",
            Form::Quote => "margin:4px 0;padding-left:10px;border-left:2px solid #bbbbbb",
            Form::Small => "font-size:12px;color:#666666;margin:12px 0",
            Form::Diff if line.words.starts_with('-') => {
                "font:13px/1.4 monospace;margin:0;color:#9c1c1c"
            }
            Form::Diff if line.words.starts_with('+') => {
                "font:13px/1.4 monospace;margin:0;color:#14622f"
            }
            Form::Diff => "font:13px/1.4 monospace;margin:0;color:#666666",
        };
        page.push_str(&format!(
            "<p style=\"{style}\">{}</p>\n",
            escape(&line.words)
        ));
    }
}

/// An address as a link where it is one of the web, else as text.
fn link(url: &str, label: &str) -> String {
    let (shown, label) = (escape(url), escape(label));
    match url.starts_with("https://") || url.starts_with("http://") {
        true => format!("<a href=\"{shown}\" style=\"color:#1a4fa3\">{label}</a>"),
        false => label,
    }
}
