//! When a page says that it was changed: a hint where to look, and no proof.

use chrono::{DateTime, NaiveDate, Utc};

use crate::model::Document;

/// How many of its days are kept.
const MOST: usize = 60;
/// How pages write a day.
const DAYS: [&str; 4] = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"];

/// The times at which a page says that it was changed, latest first, each once.
pub fn claims(document: &Document) -> Vec<DateTime<Utc>> {
    let stated = &document.stated;
    let days = stated.updated.into_iter().chain(stated.published);
    let history = stated.history.iter().filter_map(|note| read(&note.at));
    let mut claims: Vec<_> = (stated.updated_at.into_iter())
        .chain(days.filter_map(begin))
        .chain(history)
        .collect();
    claims.sort_unstable_by(|a, b| b.cmp(a));
    claims.dedup();
    claims.truncate(MOST);
    claims
}

fn read(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text.trim()) {
        return Some(at.to_utc());
    }
    let read = |form: &&str| NaiveDate::parse_from_str(text.trim(), form).ok();
    DAYS.iter().find_map(read).and_then(begin)
}

fn begin(day: NaiveDate) -> Option<DateTime<Utc>> {
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ChangeNote, ReaderId};

    #[test]
    fn a_page_says_when_it_was_changed_in_its_own_history_too() {
        let mut document = Document::empty(ReaderId("a".to_owned()), "A page");
        document.stated.updated = NaiveDate::from_ymd_opt(2016, 7, 6);
        let note = |at: &str| ChangeNote {
            at: at.to_owned(),
            note: String::new(),
        };
        document.stated.history = vec![
            note("6 July 2016"),
            note("2016-05-09T12:30:00+01:00"),
            note("long ago"),
        ];
        let told = claims(&document)
            .iter()
            .map(DateTime::to_rfc3339)
            .collect::<Vec<_>>();
        assert_eq!(
            told,
            ["2016-07-06T00:00:00+00:00", "2016-05-09T11:30:00+00:00"]
        );
    }
}
