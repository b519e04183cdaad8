//! `show`: what a page said.

use chrono::{DateTime, Utc};

use crate::answers::{Form, Known, Request, Response, Shown};
use crate::cli::arguments::{Arguments, ShowWhat};
use crate::cli::desk;
use crate::cli::screen::{Ink, Screen};
use crate::cli::{Exit, Trouble, rows};
use crate::model::{BesideKind, Block, BlockKind, Capture, Hop, Provenance};
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
    let opening = desk::opening(arguments, screen, "show");
    let now = opening.clock.now();
    let Response::Show(shown) = desk::once(opening, request, |_| {}).await? else {
        return Err(Trouble::astray());
    };
    if let Some(raw) = &shown.raw {
        screen.bytes(raw);
    } else if screen.json {
        screen.json(&shown);
    } else {
        screen.line(&written(screen, &shown, now));
    }
    Ok(Exit::Fine)
}

fn written(screen: &Screen, shown: &Shown, now: DateTime<Utc>) -> String {
    let version = &shown.version;
    let zone = chrono_tz::Europe::London;
    let mut lines = vec![
        screen.ink(
            Ink::Bold,
            &match &version.backfilled {
                Some(from) => format!("{} {}, backfilled", version.watch, from.point),
                None => format!("{} version {}", version.watch, version.no),
            },
        ),
        screen.ink(
            Ink::Faint,
            &format!(
                "{}\n{} {}\nsha256 {}",
                version.url,
                match version.backfilled {
                    Some(_) => "copied",
                    None => "first seen",
                },
                times::moment(version.at, zone),
                version.body
            ),
        ),
    ];
    if let Some(stood) = shown.stood.as_ref().filter(|one| **one != Known::Present) {
        lines.push(screen.prose("", &stood.said(zone, now)));
    }
    let asides = rows::asides(version, shown.before.as_deref());
    lines.extend(asides.iter().map(|aside| screen.prose("", aside)));
    lines.push(String::new());
    if let Some(capture) = &shown.capture {
        lines.extend(headers(screen, capture));
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

fn headers(screen: &Screen, capture: &Capture) -> Vec<String> {
    let mut lines: Vec<String> = (capture.collected().iter())
        .map(|collected| screen.ink(Ink::Faint, &rows::brought(collected)))
        .collect();
    lines.extend(hops(screen, &capture.hops));
    if let Provenance::Rendered { browser, asked } = &capture.provenance {
        let built = harmless::line(&format!("built from it by {browser}"));
        lines.extend([String::new(), screen.ink(Ink::Bold, &built)]);
        lines.extend(asked.iter().map(|asked| {
            let came = match &asked.refused {
                Some(why) => format!("refused: {why}"),
                None => format!("{} bytes", asked.bytes),
            };
            harmless::line(&format!("  its scripts asked {}, {came}", asked.host))
        }));
    }
    for beside in &capture.beside {
        let what = match beside.what {
            BesideKind::Page => "the page as people see it",
            BesideKind::Source => "the page as the server sent it",
            BesideKind::Screenshot => "a picture of the page",
        };
        let (length, digest) = (beside.length, &beside.body);
        let line = format!("kept beside it: {what}, {length} bytes, sha256 {digest}");
        lines.extend([String::new(), screen.ink(Ink::Bold, &line)]);
        lines.extend(hops(screen, &beside.hops));
    }
    lines
}

fn hops(screen: &Screen, hops: &[Hop]) -> Vec<String> {
    let mut lines = Vec::new();
    for hop in hops {
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

#[cfg(test)]
mod tests {
    use crate::model::{Asked, Beside, Digest};

    use super::*;

    fn hop(url: &str) -> Hop {
        Hop {
            url: url.parse().expect("a URL"),
            status: 200,
            headers: vec![("server".into(), "a\u{1b}[31mred".into())],
            address: None,
            certificate: None,
            at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_was_asked_in_a_browser_and_kept_beside_is_shown_with_the_header_fields() {
        let asked = |host: &str, refused: Option<&str>| Asked {
            host: host.into(),
            times: 1,
            bytes: 12,
            refused: refused.map(str::to_owned),
        };
        let capture = Capture {
            at: chrono::DateTime::UNIX_EPOCH,
            url: "https://a.example/app".parse().expect("a URL"),
            hops: vec![hop("https://a.example/app")],
            body: Digest::of(b"built"),
            length: 5,
            provenance: Provenance::Rendered {
                browser: "Chromium 140\u{1b}]0;x".into(),
                asked: vec![
                    asked("a.example:443", None),
                    asked("10.0.0.1:80", Some("it is private")),
                ],
            },
            beside: vec![Beside {
                what: BesideKind::Source,
                hops: vec![hop("https://a.example/source")],
                body: Digest::of(b"sent"),
                length: 4,
            }],
        };
        let text = headers(&Screen::new(false), &capture).join("\n");
        for part in [
            "built from it by Chromium 140",
            "its scripts asked a.example:443, 12 bytes",
            "its scripts asked 10.0.0.1:80, refused: it is private",
            "kept beside it: the page as the server sent it, 4 bytes, sha256 ",
            "200 https://a.example/source",
        ] {
            assert!(text.contains(part), "no “{part}” in\n{text}");
        }
        assert!(
            !text.contains("\u{1b}[31m") && !text.contains("\u{1b}]"),
            "{text:?}"
        );
    }
}
