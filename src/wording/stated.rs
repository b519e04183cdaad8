//! Says what a page says of its own changes, beside what was seen of them.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::model::{ChangeNote, Claim, Stated, Unclaimed};
use crate::wording::times;

/// The dates a page gives, now and before: "It says it was last updated on 7 July 2016; before this change, on 6 July 2016."
pub fn dates(before: &Stated, after: &Stated) -> String {
    match (after.updated.map(day), before.updated.map(day)) {
        (Some(now), Some(then)) if now == then => {
            format!("It says it was last updated on {now}, as it said before this change.")
        }
        (Some(now), Some(then)) => {
            format!("It says it was last updated on {now}; before this change, on {then}.")
        }
        (Some(now), None) => format!("It says it was last updated on {now}."),
        (None, Some(then)) => {
            format!("It gives no date any more; before this change it said {then}.")
        }
        (None, None) => match after.published.map(day) {
            Some(day) => format!("It says it was published on {day}."),
            // A notice of withdrawal says when itself.
            None if after.withdrawn.is_none() => "It gives no date.".to_owned(),
            None => String::new(),
        },
    }
}

/// Lines of the page's own list of changes that were not there before.
pub fn new_notes<'a>(before: &Stated, after: &'a Stated) -> Vec<&'a ChangeNote> {
    let new = |note: &&ChangeNote| !before.history.contains(note);
    after.history.iter().filter(new).collect()
}

/// What a page claims of an edit, held against what was seen, in one sentence.
pub fn held(claim: &Claim, zone: Tz) -> String {
    match claim {
        Claim::Announced { note: None, .. } => {
            "The page announced the edit: the date it gives moved with the text.".to_owned()
        }
        Claim::Announced { note: Some(note), mentions } => match mentions.is_empty() {
            true => format!("The page announced the edit with the note “{note}”, which mentions none of the words that changed."),
            false => format!("The page announced the edit with the note “{note}”."),
        },
        Claim::Unannounced => {
            "The text changed; the dates and the list of changes on the page did not.".to_owned()
        }
        Claim::Minor => "The text changed; the date did not, as GOV.UK allows for small edits.".to_owned(),
        Claim::Slight => {
            "Only spelling, punctuation or order changed, and the page says nothing of it.".to_owned()
        }
        Claim::DateOnly { note: None } => "The date moved; the text did not.".to_owned(),
        Claim::DateOnly { note: Some(note) } => {
            format!("The page announces “{note}”; the text did not change.")
        }
        Claim::BackDated { says, seen } => back_dated(*says, *seen, zone),
        Claim::HistoryRewritten { was, is: Some(is) } => {
            format!("A past line of its list of changes was altered: “{was}” now reads “{is}”.")
        }
        Claim::HistoryRewritten { was, is: None } => {
            format!("A past line was taken out of its list of changes: “{was}”.")
        }
        Claim::DateMovedBack { was, is } => {
            format!("The date it gives went back, from {} to {}.", day(*was), day(*is))
        }
        Claim::NotPossible { why } => match why {
            Unclaimed::NothingStated => "The page gives no date of its changes, and no list of them.",
            Unclaimed::NotKnown => "What the page states did not move; whether its site usually moves it is not known yet.",
            Unclaimed::SameDay => "The day the page gives may be that of the edit.",
            Unclaimed::FromCache => "The answer came from a cache and is older than what was seen before.",
        }
        .to_owned(),
    }
}

fn back_dated(says: NaiveDate, [first, last]: [DateTime<Utc>; 2], zone: Tz) -> String {
    let again = match first == last {
        true => String::new(),
        false => format!(", last on {}", times::moment(last, zone)),
    };
    format!(
        "The page says updated {}; we saw the old text after that day, on {}{again}.",
        day(says),
        times::moment(first, zone)
    )
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> NaiveDate {
        day.parse().expect("a day")
    }

    #[test]
    fn dates_are_said_with_what_they_were_before() {
        let stated = |updated: Option<&str>| Stated {
            updated: updated.map(on),
            ..Stated::default()
        };
        for (before, after, said) in [
            (
                Some("2016-07-06"),
                Some("2016-07-07"),
                "It says it was last updated on 7 July 2016; before this change, on 6 July 2016.",
            ),
            (
                Some("2016-07-06"),
                Some("2016-07-06"),
                "It says it was last updated on 6 July 2016, as it said before this change.",
            ),
            (
                None,
                Some("2016-07-06"),
                "It says it was last updated on 6 July 2016.",
            ),
            (
                Some("2016-07-06"),
                None,
                "It gives no date any more; before this change it said 6 July 2016.",
            ),
            (None, None, "It gives no date."),
        ] {
            assert_eq!(dates(&stated(before), &stated(after)), said);
        }
    }

    #[test]
    fn a_day_is_held_against_what_was_seen_after_it() {
        let claim = Claim::BackDated {
            says: on("2016-07-07"),
            seen: ["2016-07-10T08:00:00Z", "2016-07-10T10:00:00Z"]
                .map(|at| at.parse().expect("a time")),
        };
        assert_eq!(
            held(&claim, chrono_tz::Europe::London),
            "The page says updated 7 July 2016; we saw the old text after that day, on Sun 10 July 2016 09:00 BST, \
             last on Sun 10 July 2016 11:00 BST."
        );
        let rewritten = Claim::HistoryRewritten {
            was: "Added fees.".to_owned(),
            is: None,
        };
        assert!(held(&rewritten, chrono_tz::UTC).ends_with("“Added fees.”."));
    }
}
