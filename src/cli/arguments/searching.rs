//! What is looked for, and where.

use chrono::{DateTime, Utc};
use clap::Args;
use clap::builder::FalseyValueParser;

use crate::answers::{Per, PhraseAsked, SearchAsked, SearchPatience};
use crate::cli::arguments::changes::TallyPer;
use crate::cli::arguments::moment::since;
use crate::search::query::Within;

/// Which words, and where.
#[derive(Args, Debug)]
pub struct SearchWhat {
    /// Words that all stand in one passage
    #[arg(required = true, value_name = "WORDS")]
    pub words: Vec<String>,
    /// In everything that ever stood, not only in what stands now
    #[arg(long, env = "SMALLPRINT_HISTORY", value_parser = FalseyValueParser::new(), conflicts_with_all = ["added", "removed", "past"])]
    pub history: bool,
    /// Among the words that changes added
    #[arg(long, env = "SMALLPRINT_ADDED", value_parser = FalseyValueParser::new(), conflicts_with_all = ["removed", "past"])]
    pub added: bool,
    /// Among the words that changes removed
    #[arg(long, env = "SMALLPRINT_REMOVED", value_parser = FalseyValueParser::new())]
    pub removed: bool,
    /// In what archives of the web held before the pages were watched
    #[arg(long, env = "SMALLPRINT_PAST", value_parser = FalseyValueParser::new(), conflicts_with = "removed")]
    pub past: bool,
    /// On which pages
    #[command(flatten)]
    pub pages: PagesWhat,
    /// Only what stood, came or went since: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_FROM", value_name = "DATE", value_parser = since)]
    pub from: Option<DateTime<Utc>>,
    /// Only what stood, came or went before: a date or an RFC 3339 time
    #[arg(long, env = "SMALLPRINT_UNTIL", value_name = "DATE", value_parser = since)]
    pub until: Option<DateTime<Utc>>,
    /// How many passages at the most
    #[arg(long, env = "SMALLPRINT_LIMIT", value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    pub limit: u16,
    /// Go on where an answer ended: `next` of its sum
    #[arg(long, env = "SMALLPRINT_AFTER", value_name = "PLACE")]
    pub after: Option<String>,
}

/// Which phrases, and where.
#[derive(Args, Debug)]
pub struct PhraseWhat {
    /// Phrases, each word for word; several are compared
    #[arg(required = true, value_name = "PHRASE")]
    pub phrases: Vec<String>,
    /// On which pages
    #[command(flatten)]
    pub pages: PagesWhat,
    /// Count years or months
    #[arg(long, env = "SMALLPRINT_PER", value_enum, default_value = "year")]
    pub per: TallyPer,
    /// Write comma-separated values, a row for each coming and going
    #[arg(long, env = "SMALLPRINT_CSV", value_parser = FalseyValueParser::new())]
    pub csv: bool,
}

/// On which pages it is looked.
#[derive(Args, Debug)]
pub struct PagesWhat {
    /// Only pages in whose publisher's name, or host, this stands
    #[arg(long, env = "SMALLPRINT_PUBLISHER", value_name = "TEXT")]
    pub publisher: Option<String>,
    /// Only pages of this topic
    #[arg(long, env = "SMALLPRINT_TOPIC")]
    pub topic: Option<String>,
    /// Only this page
    #[arg(long = "in", env = "SMALLPRINT_IN", value_name = "ID")]
    pub document: Option<String>,
}

impl SearchWhat {
    /// The question.
    pub fn asked(&self) -> SearchAsked {
        let within = [
            (self.history, Within::History),
            (self.added, Within::Added),
            (self.removed, Within::Removed),
            (self.past, Within::Past),
        ];
        SearchAsked {
            words: self.words.join(" "),
            within: within
                .into_iter()
                .find(|(is, _)| *is)
                .map(|(_, within)| within),
            publisher: self.pages.publisher.clone(),
            topic: self.pages.topic.clone(),
            document: self.pages.document.as_deref().map(Into::into),
            from: self.from,
            until: self.until,
            as_of: None,
            after: self.after.clone(),
            limit: Some(self.limit.into()),
            patience: SearchPatience::UntilComplete,
        }
    }
}

impl PhraseWhat {
    /// The question.
    pub fn asked(&self) -> PhraseAsked {
        PhraseAsked {
            phrases: self.phrases.clone(),
            publisher: self.pages.publisher.clone(),
            topic: self.pages.topic.clone(),
            document: self.pages.document.as_deref().map(Into::into),
            as_of: None,
            per: match self.per {
                TallyPer::Year => Per::Year,
                TallyPer::Month => Per::Month,
            },
            patience: SearchPatience::UntilComplete,
        }
    }
}

/// What can be written among the words.
pub const SEARCH: &str =
    "Words are found as they are written, in any case; all of them stand in one passage.
  \"opt out\"            one after the other
  opt-out OR leave     one of them; OR takes the words beside it, brackets take more
  data -sold           not sold (or NOT sold)
  pseudonym*           words that begin so
  in:ID publisher:nhs topic:gp-data after:2016-07 before:2017 within:history
                       where and when; within:added and within:removed too

In a shell, quotation marks stand within others: smallprint search '\"opt out\" -sold'";
