//! `show`: what a page said.

use crate::answers::{Form, Request, Response, Shown};
use crate::cli::arguments::{Arguments, ShowWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble, rows};
use crate::model::{Block, BlockKind, Capture};
use crate::wording::{harmless, times};

pub(super) async fn show(
    arguments: &Arguments,
    screen: &Screen,
    what: &ShowWhat,
) -> Result<Exit, Trouble> {
    let form = match (what.raw, what.headers) {
        (true, true) => {
            return Err(Trouble::sentence(
                "The bytes and the header fields are not shown at once.",
            )
            .with("Say --raw or --headers."));
        }
        (true, false) => Form::Raw,
        (false, true) => Form::Headers,
        (false, false) => Form::Text,
    };
    let (id, which) = what.what.clone();
    let request = Request::Show { id, which, form };
    let Response::Show(shown) =
        desk::once(desk::opening(arguments, screen, "show"), request, |_| {}).await?
    else {
        return Err(Trouble::sentence("The answer was to another question."));
    };
    if let Some(raw) = &shown.raw {
        screen.bytes(raw);
    } else if screen.json {
        screen.json(&shown);
    } else {
        screen.line(&written(screen, &shown));
    }
    Ok(Exit::Fine)
}

fn written(screen: &Screen, shown: &Shown) -> String {
    let version = &shown.version;
    let zone = chrono_tz::Europe::London;
    let mut lines = vec![
        screen.ink(
            Ink::Bold,
            &format!("{} version {}", version.watch, version.no),
        ),
        screen.ink(
            Ink::Faint,
            &format!(
                "{}\nfirst seen {}\nsha256 {}",
                version.url,
                times::moment(version.at, zone),
                version.body
            ),
        ),
    ];
    let asides = rows::asides(version, shown.before.as_deref());
    lines.extend(asides.iter().map(|aside| screen.prose("", aside)));
    lines.push(String::new());
    if let Some(capture) = &shown.capture {
        lines.extend(hops(screen, capture));
    }
    if let Some(document) = &shown.document {
        let first = document.blocks.first();
        if first.is_none_or(|block| block.text != document.title) {
            lines.push(screen.ink(Ink::Bold, &harmless::line(&document.title)));
        }
        lines.extend(
            document
                .blocks
                .iter()
                .map(|block| block_written(screen, block)),
        );
        lines.extend(document.attachments.iter().map(|file| {
            let facts = file
                .facts
                .as_deref()
                .map(|facts| format!(" ({facts})"))
                .unwrap_or_default();
            harmless::line(&format!("[file] {}{facts} {}", file.title, file.url))
        }));
        lines.extend(
            document
                .stated
                .lines
                .iter()
                .map(|line| screen.ink(Ink::Faint, &harmless::line(line))),
        );
    }
    lines.join("\n")
}

fn block_written(screen: &Screen, block: &Block) -> String {
    let text = harmless::line(&block.text);
    match &block.kind {
        BlockKind::Heading(_) => format!("\n{}", screen.ink(Ink::Bold, &text)),
        BlockKind::Item(depth) => format!(
            "{}- {text}",
            "  ".repeat(usize::from(depth.saturating_sub(1)))
        ),
        BlockKind::Row(..) => format!("| {text} |"),
        BlockKind::Paragraph | BlockKind::Verbatim => screen.prose("", &text),
    }
}

fn hops(screen: &Screen, capture: &Capture) -> Vec<String> {
    let mut lines: Vec<String> = (capture.collected().iter())
        .map(|collected| screen.ink(Ink::Faint, &rows::brought(collected)))
        .collect();
    for hop in &capture.hops {
        let address = hop
            .address
            .map(|address| format!(" from {address}"))
            .unwrap_or_default();
        let status = match hop.status {
            0 => "no answer seen:".to_owned(),
            status => status.to_string(),
        };
        lines.push(screen.ink(Ink::Bold, &format!("{status} {}{address}", hop.url)));
        lines.extend(
            hop.headers
                .iter()
                .map(|(name, value)| harmless::line(&format!("  {name}: {value}"))),
        );
    }
    lines
}
