//! What is wrong with a watchlist: all of it at once, each with its place, a sentence, what to write instead.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};
use serde::Serialize;

use crate::watchlist::{Source, secrets};

/// Everything that is wrong with a watchlist, in the order of its files and lines.
#[derive(Clone, Debug)]
pub struct Mistakes(pub Vec<Mistake>);

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Mistake {
    /// In which file.
    pub file: String,
    /// On which line, from 1.
    pub line: usize,
    /// In which column, from 1, in characters.
    pub column: usize,
    /// The bytes it is about.
    pub span: Range<usize>,
    /// What is wrong, in a sentence.
    pub what: String,
    /// What to write instead.
    pub suggestion: Option<String>,
}

/// The narrowest report that can still be read, in columns.
const NARROWEST: usize = 40;

impl Mistakes {
    /// Draws every mistake in its line of the file, underlined, at most `width` columns wide where it can be. Secrets that
    /// stand in the file are masked. `colour` is ANSI colour.
    pub fn render(&self, sources: &[Source], colour: bool, width: usize) -> String {
        let theme = if colour {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(width.max(NARROWEST))
            .with_links(false)
            .without_syntax_highlighting();
        let masked: Vec<NamedSource<String>> = sources
            .iter()
            .map(|source| NamedSource::new(&source.name, secrets::masked(&source.text)))
            .collect();
        let mut drawn = String::new();
        for (index, mistake) in self.0.iter().enumerate() {
            drawn += if index == 0 { "" } else { "\n" };
            let source = masked.iter().find(|source| source.name() == mistake.file);
            let report = Report { mistake, source };
            // Writing into a String cannot fail; a report that cannot be drawn is still told in plain words.
            if handler.render_report(&mut drawn, &report).is_err() {
                drawn += &format!("{mistake}\n");
            }
        }
        drawn
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.0.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mistake {
            file,
            line,
            column,
            what,
            ..
        } = self;
        write!(f, "{file}:{line}:{column}: {what}")?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " ({suggestion})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Mistake {}

/// A mistake as miette draws it.
#[derive(Debug)]
struct Report<'a> {
    mistake: &'a Mistake,
    source: Option<&'a NamedSource<String>>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Some(_) => f.write_str(&self.mistake.what),
            None => write!(f, "{}: {}", self.mistake.file, self.mistake.what),
        }
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let suggestion = self.mistake.suggestion.as_ref()?;
        Some(Box::new(suggestion))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        let source = self.source?;
        Some(source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        let label = LabeledSpan::new_with_span(None, self.mistake.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}
