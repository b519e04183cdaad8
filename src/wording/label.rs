//! What people read for a rule.

use crate::model::Finding;
use crate::rulebook::Book;

/// What people read for the rule of a finding: the user's own label at that time, that of the book, or the id in words
/// where the book has no such rule any more.
pub fn of(finding: &Finding, book: &Book) -> String {
    match &finding.label {
        Some(label) => label.clone(),
        None => of_rule(&finding.rule, book),
    }
}

/// What people read for a rule by its id.
pub fn of_rule(id: &str, book: &Book) -> String {
    match book.find(id) {
        Some(rule) => rule.label.clone(),
        None => id.replace('-', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_even_one_that_is_no_more() {
        let book = Book::shipped();
        let found = |rule: &str, label: Option<&str>| {
            let finding = Finding {
                rule: rule.to_owned(),
                label: label.map(str::to_owned),
                ..Finding::default()
            };
            of(&finding, &book)
        };
        assert_eq!(found("denial", None), "a denial");
        assert_eq!(found("denial", Some("it says no")), "it says no");
        assert_eq!(found("rule-of-old", None), "rule of old");
    }
}
