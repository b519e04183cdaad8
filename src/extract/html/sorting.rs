//! Sorts the pieces of a page: what is compared, what the page states of itself, and what only stands around.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::claims::{self, Claim, Event};
use crate::extract::dates::{self, Moment};
use crate::extract::html::cutter::{Piece, Place};
use crate::extract::html::head::Head;
use crate::extract::html::outline::{Outline, attribute};
use crate::extract::noise;
use crate::extract::rules::Rules;
use crate::model::{Block, BlockKind, ChangeNote, Stated};

/// How many lines around the main text are kept.
const MOST_AROUND: usize = 2000;

/// How far from the top of the text a lone date is the date of the page.
const TOP: usize = 6;

static WITHDRAWN: LazyLock<Regex> = LazyLock::new(|| expression(r"(?i)\bwithdrawn\b"));

static WITHDRAWN_LINE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^this (?:page|publication|guidance|document|collection|consultation|policy paper|news story|notice|content) (?:was|has been|is) (?:now )?withdrawn\b.{0,60}$",
    )
});

/// A page, sorted.
#[derive(Default)]
pub struct Sorted {
    /// What is compared.
    pub blocks: Vec<Block>,
    /// What the page states of itself.
    pub stated: Stated,
    /// What stands around.
    pub around: Vec<String>,
}

/// Sorts the pieces of a page.
pub fn sort(outline: &Outline<'_>, rules: &Rules, head: &Head, pieces: Vec<Piece>) -> Sorted {
    let mut sorted = Sorted::default();
    sorted.stated.history = history(outline, &pieces);
    let withdrawn = notices(&pieces);
    let mut claimed: Vec<Claim> = Vec::new();
    let mut label: Option<Piece> = None;
    for piece in pieces {
        let line = piece.line();
        if let Some(label) = label.take() {
            if piece.place == label.place && claims::is_bare_date(&line) {
                let whole = format!("{} {line}", label.line());
                claimed.extend(claims::claims(&whole));
                sorted.stated.lines.push(whole);
                continue;
            }
            sorted.put_back(label);
        }
        match piece.place {
            Place::History(_) | Place::FileFacts | Place::Dropped => {}
            Place::Notice(at) if withdrawn.iter().any(|(notice, _)| *notice == at) => {}
            Place::Around => sorted.around(line),
            Place::Main | Place::Notice(_) | Place::Stated => {
                if claims::is_label(&line) && !matches!(piece.block.kind, BlockKind::Row(..)) {
                    label = Some(piece);
                } else if let Some(block) = sorted.take_line(rules, piece, line, &mut claimed) {
                    sorted.blocks.push(block);
                }
            }
        }
    }
    if let Some(label) = label {
        sorted.put_back(label);
    }
    let notice = withdrawn.into_iter().next().map(|(_, text)| text);
    sorted.stated.withdrawn = notice.or(sorted.stated.withdrawn);
    sorted.conclude(head, &claimed);
    sorted
}

impl Piece {
    /// The words of the piece in one line.
    fn line(&self) -> String {
        match &self.block.kind {
            BlockKind::Row(cells, _) if self.pair => cells.join(" "),
            _ => self.block.text.clone(),
        }
    }
}

impl Sorted {
    /// The block, unless its line is noise or states a date.
    fn take_line(
        &mut self,
        rules: &Rules,
        piece: Piece,
        line: String,
        claimed: &mut Vec<Claim>,
    ) -> Option<Block> {
        let is_row = matches!(piece.block.kind, BlockKind::Row(..)) && !piece.pair;
        if piece.place == Place::Stated {
            let found = claims::claims(&line);
            if found.is_empty() {
                self.around(line);
            } else {
                claimed.extend(found);
                self.stated.lines.push(line);
            }
            return None;
        }
        if !is_row && claims::is_statement(&line) {
            claimed.extend(claims::claims(&line));
            self.stated.lines.push(line);
            return None;
        }
        if piece.dated && self.blocks.len() < TOP && claims::is_bare_date(&line) {
            claimed.push(Claim {
                what: Event::Published,
                when: dates::parse(&line).unwrap_or_default(),
            });
            self.stated.lines.push(line);
            return None;
        }
        let dropped = rules
            .drop_lines
            .iter()
            .any(|pattern| pattern.is_match(&line));
        if dropped || !is_row && noise::is_noise(&line) {
            let found = claims::claims(&line);
            if dropped && (!found.is_empty() || dates::find(&line).is_some()) {
                claimed.extend(found);
                self.stated.lines.push(line);
            } else if !dropped {
                self.around(line);
            }
            return None;
        }
        if self.blocks.len() < TOP
            && WITHDRAWN_LINE.is_match(&line)
            && self.stated.withdrawn.is_none()
        {
            self.stated.withdrawn = Some(line);
        }
        Some(piece.block)
    }

    /// Puts back what might have been the label of a date and was not.
    fn put_back(&mut self, piece: Piece) {
        if piece.place == Place::Stated {
            self.around(piece.block.text);
        } else {
            self.blocks.push(piece.block);
        }
    }

    fn around(&mut self, line: String) {
        if self.around.len() < MOST_AROUND {
            self.around.push(line);
        }
    }

    fn conclude(&mut self, head: &Head, claimed: &[Claim]) {
        let of = |event: Event| {
            let mut moments = claimed
                .iter()
                .filter(|claim| claim.what == event && claim.when.day.is_some());
            moments.next().map(|claim| claim.when)
        };
        let published = of(Event::Published).or(head.published);
        let newest = self
            .stated
            .history
            .iter()
            .filter_map(|note| dates::parse(&note.at));
        let newest: Option<Moment> = newest.max_by_key(|moment| (moment.day, moment.at));
        let updated = of(Event::Updated).or(head.updated).or(newest);
        let stated = &mut self.stated;
        stated.published = published.and_then(|moment| moment.day);
        stated.updated = updated.and_then(|moment| moment.day);
        let precise = [updated, newest, head.updated];
        stated.updated_at = precise
            .into_iter()
            .flatten()
            .find(|moment| moment.day == stated.updated && moment.at.is_some())
            .and_then(|moment| moment.at);
        let mut seen = std::collections::HashSet::new();
        stated.lines.retain(|line| seen.insert(line.clone()));
    }
}

/// The notices that say the page was withdrawn, each with its words.
fn notices(pieces: &[Piece]) -> Vec<(usize, String)> {
    let mut notices: Vec<(usize, String)> = Vec::new();
    for piece in pieces {
        let Place::Notice(at) = piece.place else {
            continue;
        };
        match notices.last_mut() {
            Some((last, text)) if *last == at => {
                text.push(' ');
                text.push_str(&piece.block.text);
            }
            _ => notices.push((at, piece.block.text.clone())),
        }
    }
    notices.retain(|(_, text)| WITHDRAWN.is_match(text));
    notices
}

/// The page's own list of changes, item by item.
fn history(outline: &Outline<'_>, pieces: &[Piece]) -> Vec<ChangeNote> {
    let mut items: Vec<(usize, Vec<&str>)> = Vec::new();
    for piece in pieces {
        let Place::History(root) = piece.place else {
            continue;
        };
        let item = std::iter::once(piece.at)
            .chain(outline.above(piece.at))
            .take_while(|at| *at > root)
            .find(|at| matches!(outline.name(*at), "li" | "tr" | "dt"))
            .unwrap_or(root);
        match items.last_mut() {
            Some((last, lines)) if *last == item => lines.push(&piece.block.text),
            _ => items.push((item, vec![&piece.block.text])),
        }
    }
    items
        .into_iter()
        .filter_map(|(item, lines)| note(outline, item, &lines.join(" ")))
        .collect()
}

fn note(outline: &Outline<'_>, item: usize, text: &str) -> Option<ChangeNote> {
    let end = outline.spots[item].end;
    let stamp = (item..end).find(|at| outline.name(*at) == "time");
    let stamped = stamp
        .and_then(|at| attribute(outline.element(at)?, "datetime"))
        .map(str::to_owned);
    let (range, _) = dates::find(text).unzip();
    let at = stamped.or_else(|| Some(text[range.clone()?].to_owned()))?;
    let rest = match range {
        Some(range) => format!("{} {}", &text[..range.start], &text[range.end..]),
        None => text.to_owned(),
    };
    let rest =
        rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '–' | '—' | '-' | '|'));
    Some(ChangeNote {
        at,
        note: rest.to_owned(),
    })
}

fn expression(source: &str) -> Regex {
    Regex::new(source).expect("a pattern of ours")
}
