//! One table of the file, whose keys are taken one by one, so that what nobody took is a mistake.

use std::ops::RangeInclusive;

use toml::de::{DeTable, DeValue};

use crate::watchlist::{
    found::{Found, Place},
    names::did_you_mean,
    quotes::{list, shortened},
    secrets::{SECRET, is_secret},
};

/// One table of the file.
pub(super) struct Section<'t> {
    /// What it is called in a sentence: "a watch".
    name: &'static str,
    /// Its header.
    pub(super) place: Place,
    table: &'t DeTable<'t>,
    taken: Vec<&'static str>,
}

impl<'t> Section<'t> {
    pub(super) fn new(name: &'static str, place: Place, table: &'t DeTable<'t>) -> Section<'t> {
        Section {
            name,
            place,
            table,
            taken: Vec::new(),
        }
    }

    /// The value of a key, which is thereby known.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'t>> {
        self.taken.push(key);
        let value = self.table.get(key)?;
        Some(Value {
            place: Place::new(self.place.file, value.span()),
            name: key,
            value: value.get_ref(),
        })
    }

    /// The value of a key without which the section says nothing.
    pub(super) fn require(
        &mut self,
        key: &'static str,
        found: &mut Found<'_>,
    ) -> Option<Value<'t>> {
        let value = self.take(key);
        if value.is_none() {
            let suggestion = Some(format!("add a line {key} = \"…\""));
            found.note_missing(
                &self.place,
                format!("{} needs `{key}`", self.name),
                suggestion,
            );
        }
        value
    }

    /// The text of a key, if it is there and not empty.
    pub(super) fn text(&mut self, key: &'static str, found: &mut Found<'_>) -> Option<Text> {
        self.take(key)?.text(found)
    }

    /// The texts of a key: one, or several in brackets.
    pub(super) fn texts(&mut self, key: &'static str, found: &mut Found<'_>) -> Vec<Text> {
        let value = self.take(key);
        value.map(|value| value.texts(found)).unwrap_or_default()
    }

    /// The sections under a key, where it is there: `[[key]]`, each called this where it is spoken of.
    pub(super) fn sections(
        &mut self,
        key: &'static str,
        name: &'static str,
        found: &mut Found<'_>,
    ) -> Vec<Section<'t>> {
        let value = self.take(key);
        value
            .map(|value| value.sections(name, found))
            .unwrap_or_default()
    }

    /// All keys with their values, whatever they are called: name, place of the name, value.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'t str, Place, Value<'t>)> {
        let file = self.place.file;
        self.table.iter().map(move |(key, value)| {
            let name = key.get_ref().as_ref();
            let value = Value {
                place: Place::new(file, value.span()),
                name,
                value: value.get_ref(),
            };
            (name, Place::new(file, key.span()), value)
        })
    }

    /// Notes every key that nobody took.
    pub(super) fn finish(self, found: &mut Found<'_>) {
        for (key, place, _) in self.all().filter(|(key, ..)| !self.taken.contains(key)) {
            if is_secret(key) {
                found.note(
                    &place,
                    SECRET,
                    Some("then take it out of the file".to_owned()),
                );
                continue;
            }
            let meant = did_you_mean(key, self.taken.iter().copied());
            let known = || format!("there are {}", list(&self.taken));
            let what = format!("{} has no key `{}`", self.name, shortened(key));
            found.note(&place, what, Some(meant.unwrap_or_else(known)));
        }
    }
}

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct Value<'t> {
    pub(super) place: Place,
    name: &'t str,
    value: &'t DeValue<'t>,
}

/// A text from the file and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) place: Place,
    pub(super) text: String,
}

impl<'t> Value<'t> {
    /// A text that is not empty.
    pub(super) fn text(&self, found: &mut Found<'_>) -> Option<Text> {
        let DeValue::String(text) = self.value else {
            return self.wrong("a text in quotes", found);
        };
        if text.trim().is_empty() {
            found.note(
                &self.place,
                format!("`{}` is empty", self.name),
                Some("write something or leave it out".to_owned()),
            );
            return None;
        }
        Some(Text {
            place: self.place.clone(),
            text: text.as_ref().to_owned(),
        })
    }

    /// A text, or several in brackets.
    pub(super) fn texts(&self, found: &mut Found<'_>) -> Vec<Text> {
        match self.value {
            DeValue::Array(_) => self.list(found),
            DeValue::String(_) => self.text(found).into_iter().collect(),
            _ => self
                .wrong("a text in quotes, or several in brackets", found)
                .unwrap_or_default(),
        }
    }

    /// Texts in brackets.
    pub(super) fn list(&self, found: &mut Found<'_>) -> Vec<Text> {
        let DeValue::Array(items) = self.value else {
            return self
                .wrong("a list of texts, as in [\"one\", \"two\"]", found)
                .unwrap_or_default();
        };
        let file = self.place.file;
        let items = items.iter().map(|item| Value {
            place: Place::new(file, item.span()),
            name: self.name,
            value: item.get_ref(),
        });
        items.filter_map(|item| item.text(found)).collect()
    }

    /// The items of a list, whatever they are.
    pub(super) fn items(&self, wanted: &str, found: &mut Found<'_>) -> Vec<Value<'t>> {
        let DeValue::Array(items) = self.value else {
            return self.wrong(wanted, found).unwrap_or_default();
        };
        let item = |item: &'t toml::Spanned<DeValue<'t>>| Value {
            place: Place::new(self.place.file, item.span()),
            name: self.name,
            value: item.get_ref(),
        };
        items.iter().map(item).collect()
    }

    /// Whether this is a text.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.value, DeValue::String(_))
    }

    /// Whether this is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// A day: 2026-12-24, in quotes or without.
    pub(super) fn day(&self, found: &mut Found<'_>) -> Option<chrono::NaiveDate> {
        let text = match self.value {
            DeValue::String(text) => text.as_ref().to_owned(),
            DeValue::Datetime(day) => day.to_string(),
            _ => return self.wrong("a day, as in \"2026-12-24\"", found),
        };
        let day = text.parse().ok();
        if day.is_none() {
            let what = format!("“{}” is no day", shortened(&text));
            found.note(
                &self.place,
                what,
                Some("write it as \"2026-12-24\"".to_owned()),
            );
        }
        day
    }

    /// A whole number in this range.
    pub(super) fn number(&self, range: RangeInclusive<u64>, found: &mut Found<'_>) -> Option<u64> {
        let number = match self.value {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong::<u64>(
                &format!("a whole number from {} to {}", range.start(), range.end()),
                found,
            );
        }
        number
    }

    /// A whole number as it is written, where this is one.
    pub(super) fn bare_number(&self) -> Option<&str> {
        match self.value {
            DeValue::Integer(number) => Some(number.as_str()),
            _ => None,
        }
    }

    pub(super) fn truth(&self, found: &mut Found<'_>) -> Option<bool> {
        match self.value {
            DeValue::Boolean(truth) => Some(*truth),
            _ => self.wrong("true or false", found),
        }
    }

    /// One table: `[name]`.
    pub(super) fn section(&self, name: &'static str, found: &mut Found<'_>) -> Option<Section<'t>> {
        match self.value {
            DeValue::Table(table) => Some(Section::new(name, self.place.clone(), table)),
            _ => self.wrong(&format!("a section under [{}]", self.name), found),
        }
    }

    /// Several tables: `[[name]]` each.
    pub(super) fn sections(&self, name: &'static str, found: &mut Found<'_>) -> Vec<Section<'t>> {
        let DeValue::Array(items) = self.value else {
            return self
                .wrong(&format!("[[{}]] over each", self.name), found)
                .unwrap_or_default();
        };
        let mut sections = Vec::new();
        for item in items {
            let place = Place::new(self.place.file, item.span());
            let value = Value {
                place,
                name: self.name,
                value: item.get_ref(),
            };
            sections.extend(value.section(name, found));
        }
        sections
    }

    /// Notes that this is not what is wanted here.
    pub(super) fn wrong<T>(&self, wanted: &str, found: &mut Found<'_>) -> Option<T> {
        let what = format!("`{}` is {}", self.name, self.described());
        found.note(&self.place, what, Some(format!("write {wanted}")));
        None
    }

    /// What this is, in words; a text may be a secret and is not quoted.
    fn described(&self) -> String {
        match self.value {
            DeValue::String(_) => "a text".to_owned(),
            DeValue::Integer(number) => format!("the number {}", shortened(&number.to_string())),
            DeValue::Float(number) => format!("the number {}", shortened(&number.to_string())),
            DeValue::Boolean(truth) => truth.to_string(),
            DeValue::Datetime(_) => "a date".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a section".to_owned(),
        }
    }
}
