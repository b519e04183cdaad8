//! Which tables an export holds, with their fields and what they refer to.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// How tables are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notation {
    /// Comma-separated values.
    Csv,
    /// Lines of JSON.
    Jsonl,
}

/// A table; `tables.json` describes them in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub(super) enum Table {
    /// The pages.
    Documents,
    /// Their versions.
    Versions,
    /// The steps from one version to the next.
    Changes,
    /// The reasons why changes matter.
    Findings,
    /// What servers sent.
    Captures,
    /// Every visit.
    Visits,
    /// The names that stand or stood on pages.
    Names,
    /// What was put right in public.
    Corrections,
    /// What archives of the web hold from before.
    Past,
    /// The versions as they were read, among the lines of JSON only.
    Texts,
    /// The backfilled texts as they were read, among the lines of JSON only.
    PastTexts,
}

/// What a table holds.
#[derive(Deserialize)]
pub(super) struct Schema {
    /// Its name, which is that of its files too.
    pub(super) name: &'static str,
    /// What it holds, in a sentence.
    pub(super) about: &'static str,
    /// The fields that name a row.
    pub(super) key: Vec<&'static str>,
    /// The fields that name a row of another table.
    pub(super) refers: Vec<Reference>,
    /// The fields in order.
    pub(super) fields: Vec<Field>,
}

/// A field that names a row of another table.
#[derive(Deserialize)]
pub(super) struct Reference {
    /// The field.
    pub(super) field: &'static str,
    /// The other table.
    pub(super) to: Table,
}

/// A field, as a table schema of Frictionless has it.
#[derive(Serialize, Deserialize)]
pub(super) struct Field {
    /// What it is called.
    pub(super) name: &'static str,
    #[serde(rename = "type")]
    kind: Kind,
    /// What it holds.
    description: &'static str,
}

/// What a field holds, as Frictionless names it.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Kind {
    /// Text.
    #[serde(rename = "string")]
    Text,
    /// A whole number.
    #[serde(rename = "integer")]
    Count,
    /// Yes or no.
    #[serde(rename = "boolean")]
    Flag,
    /// A time in UTC.
    #[serde(rename = "datetime")]
    Time,
    /// A day.
    #[serde(rename = "date")]
    Day,
    /// Several of something, as JSON.
    #[serde(rename = "array")]
    List,
    /// Something in parts, as JSON.
    #[serde(rename = "object")]
    Parts,
}

impl Table {
    const ALL: [Table; 11] = [
        Table::Documents,
        Table::Versions,
        Table::Changes,
        Table::Findings,
        Table::Captures,
        Table::Visits,
        Table::Names,
        Table::Corrections,
        Table::Past,
        Table::Texts,
        Table::PastTexts,
    ];

    /// The tables in a notation, in the order in which they are described.
    pub(super) fn all(notation: Notation) -> &'static [Table] {
        match notation {
            Notation::Csv => &Table::ALL[..9],
            Notation::Jsonl => &Table::ALL,
        }
    }

    /// What it holds.
    pub(super) fn schema(self) -> &'static Schema {
        static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
            serde_json::from_str(include_str!("tables.json"))
                .expect("a test reads the schemas of all tables")
        });
        &SCHEMAS[self as usize]
    }

    /// Where it lies.
    pub(super) fn path(self, notation: Notation) -> String {
        let name = self.schema().name;
        match notation {
            Notation::Csv => format!("{name}.csv"),
            Notation::Jsonl => format!("{name}.jsonl"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_table_is_described_under_its_name_and_in_its_place() {
        for table in Table::ALL {
            let named: Table = serde_json::from_value(json!(table.schema().name)).expect("a name");
            assert_eq!(named, table);
        }
    }

    #[test]
    fn what_names_a_row_is_a_field() {
        for table in Table::ALL {
            let schema = table.schema();
            let has = |name: &str| schema.fields.iter().any(|field| field.name == name);
            let refers = schema.refers.iter().map(|reference| &reference.field);
            for name in schema.key.iter().chain(refers) {
                assert!(has(name), "{}: {name}", schema.name);
            }
        }
    }

    #[test]
    fn what_a_field_refers_to_has_one_field_as_its_key_and_is_written_wherever_the_field_is() {
        for notation in [Notation::Csv, Notation::Jsonl] {
            for table in Table::all(notation) {
                for reference in &table.schema().refers {
                    assert_eq!(reference.to.schema().key.len(), 1);
                    assert!(Table::all(notation).contains(&reference.to));
                }
            }
        }
    }
}
