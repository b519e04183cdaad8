//! The headings of a text, with how much changed under each.

use maud::{Markup, html};

use crate::web::window::redline::woven::Woven;

/// More headings than this are not all shown: only those under which something changed.
const ALL: usize = 30;
/// And no more of these.
const MOST: usize = 150;

struct Line<'a> {
    level: u8,
    text: &'a str,
    block: usize,
    changes: usize,
    findings: usize,
}

/// The headings as links; nothing where there are none.
pub(super) fn outline(woven: &Woven<'_>) -> Markup {
    let lines = lines(woven);
    let few = lines.len() <= ALL;
    let shown: Vec<&Line> = lines
        .iter()
        .filter(|line| few || line.changes > 0)
        .take(MOST)
        .collect();
    let least = shown.iter().map(|line| line.level).min().unwrap_or(1);
    html! {
        @if shown.len() > 1 {
            nav.outline aria-label="Headings of the text" {
                ol {
                    @for line in shown {
                        li.(format!("level-{}", (line.level - least).min(3))) data-is=[(line.changes > 0).then_some("edit")] {
                            a href={ "#b" (line.block) } { (crate::prose::cut(line.text, 70)) }
                            @if line.changes > 0 {
                                " " span.count { (changes(line.changes)) }
                            }
                            @if line.findings > 0 {
                                " " span.count.flag { (findings(line.findings)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn changes(count: usize) -> String {
    match count {
        1 => "1 change".to_owned(),
        _ => format!("{count} changes"),
    }
}

fn findings(count: usize) -> String {
    match count {
        1 => "1 finding".to_owned(),
        _ => format!("{count} findings"),
    }
}

/// The headings of the new text in order. What stands before the first one counts to none.
fn lines<'a>(woven: &Woven<'a>) -> Vec<Line<'a>> {
    let mut lines: Vec<Line> = Vec::new();
    for (at, part) in woven.parts.iter().enumerate() {
        if let (Some((level, text)), Some(block)) = (part.heading(), part.after()) {
            lines.push(Line {
                level,
                text,
                block,
                changes: 0,
                findings: 0,
            });
        }
        let Some(line) = lines.last_mut() else {
            continue;
        };
        line.changes += usize::from(part.differs());
        line.findings += woven
            .beside
            .iter()
            .filter(|place| **place == Some(at))
            .count();
    }
    lines
}
