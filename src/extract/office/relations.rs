//! Follows the relations between the parts of a packed Office file.

use std::collections::HashMap;

use crate::extract::office::package::{Package, Unread};
use crate::extract::office::pull::Pull;

/// What a part relates to, by the id of the relation.
pub type Relations = HashMap<String, Relation>;

/// One relation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relation {
    /// The last word of its type, such as "hyperlink" or "footer".
    pub kind: String,
    /// The name of the other part, or an address outside the file.
    pub target: String,
}

/// The relations of a part; of the whole file for an empty name.
///
/// # Errors
/// Why they cannot be read.
pub fn of(package: &mut Package<'_>, part: &str) -> Result<Relations, Unread> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = match folder {
        "" => format!("_rels/{file}.rels"),
        folder => format!("{folder}/_rels/{file}.rels"),
    };
    let mut relations = Relations::new();
    let Some(text) = package.part(&name)? else {
        return Ok(relations);
    };
    let mut xml = Pull::new(&text);
    if xml.open()?.is_none() {
        return Ok(relations);
    }
    while let Some(tag) = xml.open()? {
        let (id, kind, target) = (tag.attr("Id"), tag.attr("Type"), tag.attr("Target"));
        let outside = tag.attr("TargetMode").as_deref() == Some("External");
        xml.skip()?;
        if let (Some(id), Some(kind), Some(target)) = (id, kind, target) {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let target = if outside {
                target
            } else {
                joined(folder, &target)
            };
            relations.insert(id, Relation { kind, target });
        }
    }
    Ok(relations)
}

/// The first part of a kind, by its name.
pub fn first(relations: &Relations, kind: &str) -> Option<String> {
    all(relations, kind).into_iter().next()
}

/// Every part of a kind, in the order of their names.
pub fn all(relations: &Relations, kind: &str) -> Vec<String> {
    let of_kind = relations.values().filter(|relation| relation.kind == kind);
    let mut targets: Vec<String> = of_kind.map(|relation| relation.target.clone()).collect();
    targets.sort();
    targets.dedup();
    targets
}

/// The name of a part as seen from a folder.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_from_the_folder() {
        for (folder, target, expected) in [
            ("word", "footnotes.xml", "word/footnotes.xml"),
            ("word", "/word/a.xml", "word/a.xml"),
            ("ppt/slides", "../media/a.png", "ppt/media/a.png"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("a", "../../../b", "b"),
        ] {
            assert_eq!(joined(folder, target), expected);
        }
    }
}
