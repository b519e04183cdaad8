//! The mistakes found so far.

use std::ops::Range;

use crate::watchlist::{Mistake, Source, secrets};

/// A place in one of the files.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    /// The index of the file.
    pub(super) file: usize,
    start: usize,
    end: usize,
}

impl Place {
    pub(super) fn new(file: usize, span: Range<usize>) -> Place {
        Place {
            file,
            start: span.start,
            end: span.end,
        }
    }
}

/// The mistakes found so far.
#[derive(Debug)]
pub(super) struct Found<'s> {
    sources: &'s [Source],
    mistakes: Vec<(Place, String, Option<String>)>,
    /// The lines with which files stop being TOML. What follows may be read wrongly, and is not judged.
    broken: Vec<(usize, usize)>,
}

impl<'s> Found<'s> {
    pub(super) fn none_in(sources: &'s [Source]) -> Found<'s> {
        Found {
            sources,
            mistakes: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// Notes a mistake at a place.
    pub(super) fn note(
        &mut self,
        place: &Place,
        what: impl Into<String>,
        suggestion: Option<String>,
    ) {
        // What the parser put where it could read nothing stands at no place.
        let beyond = |(file, start): &(usize, usize)| {
            *file == place.file && (*start <= place.start || place.end == 0)
        };
        if !self.broken.iter().any(beyond) {
            self.push(place, what, suggestion);
        }
    }

    fn push(&mut self, place: &Place, what: impl Into<String>, suggestion: Option<String>) {
        let what = what.into().replace(char::is_control, " ");
        // A sentence from elsewhere brings its remedy along.
        let (what, suggestion) = match (what.split_once("; write "), suggestion) {
            (Some((what, remedy)), None) => (what.to_owned(), Some(format!("write {remedy}"))),
            (_, suggestion) => (what, suggestion),
        };
        let suggestion = suggestion.map(|suggestion| secrets::masked(&suggestion));
        self.mistakes
            .push((place.clone(), secrets::masked(&what), suggestion));
    }

    /// Notes a mistake that may only seem one while some file is not TOML: a name that stands nowhere, a key that is missing.
    pub(super) fn note_missing(
        &mut self,
        place: &Place,
        what: impl Into<String>,
        suggestion: Option<String>,
    ) {
        if self.broken.is_empty() {
            self.note(place, what, suggestion);
        }
    }

    /// Notes where a file is not TOML.
    pub(super) fn note_broken(&mut self, place: &Place, what: impl Into<String>) {
        let suggestion = "texts stand in quotes, lists in brackets, each key on a line of its own: https://toml.io";
        self.push(place, what, Some(suggestion.to_owned()));
        let text = self
            .sources
            .get(place.file)
            .map_or("", |source| &source.text);
        let before = &text[..text.floor_char_boundary(place.start)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        self.broken.push((place.file, line_start));
    }

    /// How many mistakes were noted so far.
    pub(super) fn count(&self) -> usize {
        self.mistakes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// A place as people say it: "watchlist.toml, line 12".
    pub(super) fn told(&self, place: &Place) -> String {
        let mistake = locate(self.sources, place.clone(), String::new(), None);
        format!("{}, line {}", mistake.file, mistake.line)
    }

    /// All mistakes, in the order of the files, with lines and columns.
    pub(super) fn in_order(mut self) -> Vec<Mistake> {
        self.mistakes.sort();
        self.mistakes.dedup();
        let located = self.mistakes.into_iter();
        located
            .map(|(place, what, suggestion)| locate(self.sources, place, what, suggestion))
            .collect()
    }
}

fn locate(sources: &[Source], place: Place, what: String, suggestion: Option<String>) -> Mistake {
    let (file, text) = sources
        .get(place.file)
        .map_or(("profiles.toml, built in", ""), |source| {
            (source.name.as_str(), source.text.as_str())
        });
    let start = text.floor_char_boundary(place.start);
    let end = text.floor_char_boundary(place.end).max(start);
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    // A value of several lines is underlined on its first.
    let width = text[start..end].find('\n').unwrap_or(end - start);
    Mistake {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..]
            .trim_start_matches('\u{feff}')
            .chars()
            .count()
            + 1,
        span: start..start + width,
        what,
        suggestion,
    }
}
