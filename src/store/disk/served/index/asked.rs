//! Questions as SQL: a `tsquery` wherever that says all, and conditions around it.

use crate::store::index::{Asked, Column, quoted};

/// A condition under which rows are found. Its values are numbered after those that are there already.
pub(super) fn condition(asked: &Asked, before: usize, values: &mut Vec<String>) -> String {
    if let Some((column, query)) = query(asked) {
        return meets(column, query, before, values);
    }
    let mut each = |parts: &[Asked], between: &str| {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| condition(part, before, values))
            .collect();
        format!("({})", parts.join(between))
    };
    match asked {
        Asked::All(parts) if parts.is_empty() => "true".to_owned(),
        Asked::All(parts) => each(parts, " and "),
        Asked::Any(parts) if parts.is_empty() => "false".to_owned(),
        Asked::Any(parts) => each(parts, " or "),
        Asked::Not(part) => format!("not {}", each(std::slice::from_ref(part), "")),
        Asked::Phrase(words) => phrase(words, before, values),
        Asked::Word(column, word) => meets(*column, quoted(word), before, values),
        Asked::Beginning(column, word) => meets(*column, begins(word), before, values),
    }
}

/// PostgreSQL keeps no more than 255 places of a word: where one stands more often, the words themselves are looked through.
fn phrase(words: &[String], before: usize, values: &mut Vec<String>) -> String {
    let lexemes: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    let met = meets(Column::Words, lexemes.join(" <-> "), before, values);
    values.push(format!(" {} ", words.join(" ")));
    let number = before + values.len();
    format!("({met} or said is not null and strpos(said, ${number}::text) > 0)")
}

fn meets(column: Column, query: String, before: usize, values: &mut Vec<String>) -> String {
    let column = match column {
        Column::Words | Column::Past => "words",
        Column::Fresh => "fresh",
        Column::Lost => "lost",
    };
    values.push(query);
    format!("{column} @@ ${}::text::tsquery", before + values.len())
}

fn begins(word: &str) -> String {
    format!("{}:*", quoted(word))
}

/// The whole question as one `tsquery` of one column, where it has no phrase.
fn query(asked: &Asked) -> Option<(Column, String)> {
    match asked {
        Asked::Word(column, word) => Some((*column, quoted(word))),
        Asked::Beginning(column, word) => Some((*column, begins(word))),
        Asked::Phrase(_) => None,
        Asked::All(parts) => joined(parts, " & "),
        Asked::Any(parts) => joined(parts, " | "),
        Asked::Not(part) => {
            let (column, query) = query(part)?;
            Some((column, format!("!({query})")))
        }
    }
}

fn joined(parts: &[Asked], between: &str) -> Option<(Column, String)> {
    let parts: Option<Vec<(Column, String)>> = parts.iter().map(query).collect();
    let parts = parts?;
    let (column, _) = *parts.first().as_ref()?;
    if parts.iter().any(|(other, _)| other != column) {
        return None;
    }
    let queries: Vec<&str> = parts.iter().map(|(_, query)| query.as_str()).collect();
    Some((*column, format!("({})", queries.join(between))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(column: Column, text: &str) -> Asked {
        Asked::Word(column, text.to_owned())
    }

    #[track_caller]
    fn case(asked: &Asked, sql: &str, expected: &[&str]) {
        let mut values = Vec::new();
        assert_eq!(condition(asked, 7, &mut values), sql);
        assert_eq!(values, expected);
    }

    #[test]
    fn words_are_one_question_of_postgresqls_own() {
        let opt = word(Column::Words, "opt");
        let not = Asked::Not(Box::new(word(Column::Words, "patient's")));
        let many = Asked::Any(vec![opt, Asked::Beginning(Column::Words, "da".to_owned())]);
        case(
            &Asked::All(vec![many, not]),
            "words @@ $8::text::tsquery",
            &["(('opt' | 'da':*) & !('patient''s'))"],
        );
    }

    #[test]
    fn phrases_are_looked_for_among_crowded_words_too() {
        let phrase = Asked::Phrase(vec!["opt".to_owned(), "out".to_owned()]);
        case(
            &Asked::All(vec![
                word(Column::Fresh, "opt"),
                Asked::Not(Box::new(phrase)),
            ]),
            "(fresh @@ $8::text::tsquery and not ((words @@ $9::text::tsquery or said is not null and strpos(said, $10::text) > 0)))",
            &["'opt'", "'opt' <-> 'out'", " opt out "],
        );
    }
}
