//! Reads JSON as people would write down what it says: tables, headings, and lines of a name and its value.

mod pointer;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

use crate::extract::content::records;
use crate::extract::links::Links;
use crate::extract::plain::pen::Pen;
use crate::extract::plain::{Draft, fragment};
use crate::extract::rules::Rules;
use crate::extract::tidy::tidy;
use crate::model::BlockKind;

/// What an object in a list is called by, in this order.
const NAMES: [&str; 8] = [
    "title",
    "name",
    "label",
    "heading",
    "reference",
    "ref",
    "id",
    "code",
];

/// Reads JSON, or a line of JSON for each record. The order of keys says nothing.
///
/// # Errors
/// The end of a sentence: why it cannot be read, or which key selects nothing of it.
pub fn read(text: &str, links: &Links<'_>, rules: &Rules) -> Result<Draft, String> {
    let whole = parsed(records::bare(text))?;
    let keys = &rules.reading.keys;
    let chosen = match keys.is_empty() {
        true => whole.clone(),
        false => pointer::chosen(&whole, keys)
            .map_err(|key| format!("has nothing where the key “{key}” selects"))?,
    };
    let mut writer = Writer {
        links,
        pen: Pen::default(),
    };
    writer.value("", &chosen, 1);
    let title = whole.get("title").and_then(Value::as_str);
    Ok(Draft {
        title: title.map(fragment::line),
        blocks: writer.pen.blocks,
        ..Draft::default()
    })
}

fn parsed(text: &str) -> Result<Value, String> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
    match lines {
        Ok(lines) if lines.len() > 1 && lines.iter().all(Value::is_object) => Ok(lines.into()),
        _ => Err(format!("is no JSON that can be read: {error}")),
    }
}

struct Writer<'a> {
    links: &'a Links<'a>,
    pen: Pen,
}

impl Writer<'_> {
    /// Writes a value under its name. The parser has bounded how deep values nest.
    fn value(&mut self, name: &str, value: &Value, depth: u8) {
        match value {
            Value::Null => {}
            Value::Object(map) => {
                self.heading(name, depth);
                self.object(map, below(name, depth));
            }
            Value::Array(list) => self.list(name, list, depth),
            Value::String(text) => self.text(name, text, depth),
            scalar => self.line(name, &plain(scalar), BlockKind::Paragraph),
        }
    }

    /// What has no parts comes first, so that it does not seem to belong to a part.
    fn object(&mut self, map: &Map<String, Value>, depth: u8) {
        let mut keys: Vec<&String> = map.keys().collect();
        keys.sort_unstable();
        let (flat, deep): (Vec<&String>, Vec<&String>) =
            keys.into_iter().partition(|key| is_flat(&map[*key]));
        for key in flat.into_iter().chain(deep) {
            self.value(key, &map[key], depth);
        }
    }

    fn list(&mut self, name: &str, list: &[Value], depth: u8) {
        if list.is_empty() {
            return;
        }
        self.heading(name, depth);
        if let Some(columns) = columns(list) {
            return self.table(&columns, list);
        }
        for one in list {
            match one {
                Value::Object(map) => {
                    let depth = below(name, depth);
                    let called = NAMES.iter().find_map(|name| {
                        let called = map.get(*name).filter(|value| is_scalar(value))?;
                        Some(plain(called)).filter(|called| !called.is_empty())
                    });
                    self.heading(called.as_deref().unwrap_or("…"), depth);
                    self.object(map, depth.saturating_add(1));
                }
                Value::Array(cells) if cells.iter().all(is_scalar) => {
                    let cells = cells.iter().map(|cell| tidy(&plain(cell)));
                    self.pen.end_row(cells.collect(), false);
                }
                Value::Array(inner) => self.list("", inner, depth),
                scalar => self.line("", &plain(scalar), BlockKind::Item(1)),
            }
        }
    }

    /// A list of flat objects: a row of their keys, and one for each.
    fn table(&mut self, columns: &[String], list: &[Value]) {
        let headings = columns.iter().map(|column| tidy(column));
        self.pen.end_row(headings.collect(), true);
        for one in list {
            let cells: Vec<&Value> = (columns.iter())
                .map(|column| one.get(column).unwrap_or(&Value::Null))
                .collect();
            let texts: Vec<String> = cells.iter().map(|cell| self.cell(cell)).collect();
            self.pen.end_row(texts, false);
        }
    }

    fn cell(&mut self, value: &Value) -> String {
        let text = plain(value);
        match self.address(&text) {
            Some(url) => self.pen.open_link(url),
            None if fragment::is_marked(&text) => {
                self.pen.text(&fragment::line(&text));
                return self.pen.take();
            }
            None => {}
        }
        self.pen.text(&text);
        self.pen.take()
    }

    fn text(&mut self, name: &str, text: &str, depth: u8) {
        let blocks = match fragment::is_marked(text) {
            true => fragment::blocks(text, self.links),
            false => Vec::new(),
        };
        match blocks.as_slice() {
            [] if text.trim().contains('\n') => {
                self.heading(name, depth);
                for line in text.lines() {
                    self.pen.line(BlockKind::Paragraph, line);
                }
            }
            [] => self.line(name, text, BlockKind::Paragraph),
            [one] if one.kind == BlockKind::Paragraph && one.links.is_empty() => {
                self.line(name, &one.text, BlockKind::Paragraph);
            }
            _ => {
                self.heading(name, depth);
                self.pen.blocks.extend(blocks);
            }
        }
    }

    fn line(&mut self, name: &str, text: &str, kind: BlockKind) {
        if text.trim().is_empty() {
            return;
        }
        if !name.is_empty() {
            self.pen.text(&format!("{name}: "));
        }
        let url = self.address(text);
        let linked = url.is_some();
        if let Some(url) = url {
            self.pen.space();
            self.pen.open_link(url);
        }
        self.pen.text(text);
        if linked {
            self.pen.close_link();
        }
        self.pen.end(kind);
    }

    /// The address a text is.
    fn address(&self, text: &str) -> Option<String> {
        let address = text.starts_with("https://") || text.starts_with("http://");
        (address && !text.contains(char::is_whitespace))
            .then(|| self.links.target(text))
            .flatten()
    }

    fn heading(&mut self, name: &str, depth: u8) {
        self.pen.line(BlockKind::Heading(depth.clamp(1, 6)), name);
    }
}

/// The depth of what is under a name; what has none adds no depth.
fn below(name: &str, depth: u8) -> u8 {
    depth.saturating_add(u8::from(!name.is_empty()))
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Whether a value is written in one line.
fn is_flat(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().contains('\n') && !fragment::is_marked(text),
        value => is_scalar(value),
    }
}

/// Whether a value fits a cell: it has no parts, or is a list of such.
fn fits_cell(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().all(is_scalar),
        value => is_scalar(value),
    }
}

/// The columns of a list of flat objects that have most of their keys in common.
fn columns(list: &[Value]) -> Option<Vec<String>> {
    let mut columns = BTreeSet::new();
    let mut filled = 0;
    for one in list {
        let map = one.as_object()?;
        if map.is_empty() || !map.values().all(fits_cell) {
            return None;
        }
        filled += map.len();
        columns.extend(map.keys());
    }
    let alike = filled * 2 >= columns.len() * list.len();
    alike.then(|| columns.into_iter().cloned().collect())
}

/// A value in one line.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => written(number),
        Value::Array(list) => {
            let parts: Vec<String> = list.iter().map(plain).collect();
            parts.join(", ")
        }
        other => other.to_string(),
    }
}

/// A number as it is written most plainly: 1, 1.0 and 1e0 are the same.
fn written(number: &Number) -> String {
    match number.as_f64() {
        Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() < 1e15 => {
            format!("{value:.0}")
        }
        _ => number.to_string(),
    }
}
