//! A document as it grows, section by section.

use serde_json::Value;
use url::Url;

use crate::extract::govuk::govspeak;
use crate::extract::govuk::item::text;
use crate::extract::html::{self, Fragment};
use crate::extract::links::Links;
use crate::extract::rules::Rules;
use crate::extract::tidy::tidy;
use crate::model::{Attachment, Block, BlockKind, Link};

/// The blocks and files of a document that is being written.
pub struct Writing<'a> {
    page: &'a Url,
    rules: &'a Rules,
    blocks: Vec<Block>,
    files: Vec<Attachment>,
    embedded: Vec<String>,
    excess: Option<String>,
}

impl<'a> Writing<'a> {
    /// Nothing yet, of this page.
    pub fn new(page: &'a Url, rules: &'a Rules) -> Writing<'a> {
        Writing {
            page,
            rules,
            blocks: Vec::new(),
            files: Vec::new(),
            embedded: Vec::new(),
            excess: None,
        }
    }

    /// A text with markup: a string, several of them, or one text in several notations.
    pub fn rich(&mut self, value: &Value) {
        match value {
            Value::String(markup) => self.markup(markup),
            Value::Array(many) => match notation(many) {
                Some(markup) => self.markup(&markup),
                None => many
                    .iter()
                    .filter(|one| one.is_string())
                    .for_each(|one| self.rich(one)),
            },
            _ => {}
        }
    }

    fn markup(&mut self, markup: &str) {
        if markup.trim().is_empty() {
            return;
        }
        match html::fragment(markup, self.page, self.rules) {
            Ok(fragment) => {
                self.blocks.extend(fragment.blocks);
                self.embedded.extend(fragment.embedded);
                let files = fragment.files.into_iter();
                files.for_each(|file| self.file(file));
            }
            Err(excess) => self.excess = Some(excess),
        }
    }

    /// A heading.
    pub fn heading(&mut self, level: u8, words: &str) {
        self.push(BlockKind::Heading(level), words, None);
    }

    /// A paragraph, which may lead somewhere as a whole.
    pub fn line(&mut self, words: &str, to: Option<&str>) {
        self.push(BlockKind::Paragraph, words, to);
    }

    /// An item of a list, which may lead somewhere as a whole.
    pub fn item(&mut self, words: &str, to: Option<&str>) {
        self.push(BlockKind::Item(1), words, to);
    }

    /// A name and what it stands for.
    pub fn pair(&mut self, name: &str, words: &str) {
        let cells = [name, words].map(tidy);
        if !cells[1].is_empty() {
            let words = cells.join(" | ");
            self.push(BlockKind::Row(cells.to_vec(), false), &words, None);
        }
    }

    /// A file it offers; where it is known already, what is said first counts.
    pub fn file(&mut self, file: Attachment) {
        match self.files.iter_mut().find(|known| known.url == file.url) {
            Some(known) => known.facts = known.facts.take().or(file.facts),
            None => self.files.push(file),
        }
    }

    /// An address of this page in its one form.
    pub fn target(&self, to: &str) -> Option<String> {
        Links::new(self.page.clone(), &self.rules.reading.drop_params).target(to)
    }

    /// How much has been written.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Takes back what was written last where nothing followed it.
    pub fn unless_followed(&mut self, from: usize) {
        if self.blocks.len() == from {
            self.blocks.pop();
        }
    }

    /// All of it, with at most so many blocks.
    ///
    /// # Errors
    /// A sentence's end ("has more than …") where there was more than can be read.
    pub fn done(self, most: usize) -> Result<Fragment, String> {
        if let Some(excess) = self.excess {
            return Err(excess);
        }
        if self.blocks.len() > most {
            return Err(format!("has more than {most} paragraphs and rows"));
        }
        let mut blocks = self.blocks;
        let dropped = &self.rules.drop_lines;
        blocks.retain(|block| !dropped.iter().any(|line| line.is_match(&block.text)));
        Ok(Fragment {
            blocks,
            files: self.files,
            embedded: self.embedded,
        })
    }

    fn push(&mut self, kind: BlockKind, words: &str, to: Option<&str>) {
        let words = tidy(words);
        if words.is_empty() {
            return;
        }
        let link = to.and_then(|to| self.target(to)).map(|url| Link {
            text: words.clone(),
            url,
        });
        self.blocks.push(Block {
            kind,
            text: words,
            links: link.into_iter().collect(),
        });
    }
}

/// A text in several notations, in the one that is read best, as HTML.
fn notation(many: &[Value]) -> Option<String> {
    let of = |sort: &str| {
        let one = many
            .iter()
            .find(|one| text(one, "content_type") == Some(sort))?;
        text(one, "content")
    };
    of("text/html")
        .map(str::to_owned)
        .or_else(|| of("text/govspeak").map(govspeak::markup))
        .or_else(|| of("text/plain").map(govspeak::markup))
}

/// The words of a text with markup, in one line.
pub fn words(markup: &Value, page: &Url, rules: &Rules) -> String {
    let mut writing = Writing::new(page, rules);
    writing.rich(markup);
    let lines: Vec<String> = writing.blocks.into_iter().map(|block| block.text).collect();
    lines.join(" ")
}
