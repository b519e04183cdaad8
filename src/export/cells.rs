//! How one cell of a table that an export holds is written.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::wording::separated::inert;

/// A time as it is written in every table: RFC 3339 in UTC, which is ISO 8601.
pub(super) fn time(at: DateTime<Utc>) -> Value {
    Value::String(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// The same where there may be none.
pub(super) fn perhaps(at: Option<DateTime<Utc>>) -> Value {
    at.map_or(Value::Null, time)
}

/// A cell of comma-separated values. Nothing is an empty cell. Text that a spreadsheet would run has an apostrophe before
/// it; control characters other than line breaks are left out.
pub(super) fn cell(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => calm(text),
        Value::Array(_) | Value::Object(_) => Cow::Owned(value.to_string()),
        other => Cow::Owned(other.to_string()),
    }
}

fn calm(text: &str) -> Cow<'_, str> {
    let stirs = |c: char| c.is_control() && c != '\n';
    match text.contains(stirs) {
        true => {
            let text: String = text.chars().filter(|c| !stirs(*c)).collect();
            Cow::Owned(inert(&text).into_owned())
        }
        false => inert(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn case(value: Value, expected: &str) {
        assert_eq!(cell(&value), expected);
    }

    #[test]
    fn a_cell_runs_nowhere_and_commands_nothing() {
        case(json!("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        case(json!("\u{1b}=1+1"), "'=1+1");
        case(json!("a\nb\u{7}"), "a\nb");
        case(json!("-5"), "-5");
        case(json!(null), "");
        case(json!(true), "true");
        case(json!(["=1", "b"]), "[\"=1\",\"b\"]");
    }
}
