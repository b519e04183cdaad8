//! Watches of changedetection.io, from a backup or from the list inside; source: its model of a watch.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde_json::Value;
use zip::ZipArchive;

use crate::lists::gathering::{Gathering, add_selector, not_carried, texts};
use crate::model::Render;
use crate::watchlist::Draft;

/// The largest list inside a backup, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
/// The most files of a backup that are looked at.
const FILES: usize = 200_000;

/// What can be written down of a watch, and what is to be said where it was.
const WITHOUT_EQUAL: [(&str, &str); 9] = [
    ("trigger_text", "write the words as `terms`"),
    (
        "text_should_not_be_present",
        "there is nothing like it here",
    ),
    ("extract_text", "the whole text is read"),
    ("browser_steps", "a browser only opens the page"),
    ("headers", "pages are asked for as anybody would"),
    ("body", "pages are asked for as anybody would"),
    ("webdriver_js_execute_code", "a browser only opens the page"),
    ("proxy", "there is no proxy here"),
    ("notification_urls", "[[route]] says where changes go"),
];

/// Reads a backup: a ZIP file with one list, or with one file a watch.
pub(super) fn backup(bytes: &[u8], gathering: &mut Gathering<'_>) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|why| format!("it is a damaged ZIP file: {why}"))?;
    let mut files: Vec<String> = archive
        .file_names()
        .take(FILES)
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .collect();
    files.sort();
    let last = |name: &String, wanted: &str| name.rsplit('/').next() == Some(wanted);
    let mut left = LARGEST;
    let mut parsed = |name: &str| -> Option<Value> {
        let file = archive.by_name(name).ok()?;
        let mut text = Vec::new();
        file.take(left).read_to_end(&mut text).ok()?;
        left = left.saturating_sub(text.len() as u64);
        serde_json::from_slice(&text).ok()
    };
    if let Some(list) = files.iter().find(|name| last(name, "url-watches.json")) {
        let list = parsed(list).ok_or("the list in the backup cannot be read")?;
        self::list(&list, gathering);
        return Ok(());
    }
    let settings = files.iter().find(|name| last(name, "changedetection.json"));
    let settings = settings.and_then(|name| parsed(name)).unwrap_or_default();
    let tags = tags(&settings);
    let mut found = false;
    for name in files.iter().filter(|name| last(name, "watch.json")) {
        found = true;
        match parsed(name) {
            Some(watch) => one(&watch, &tags, gathering),
            None => gathering.leave(format!("{name}: it cannot be read.")),
        }
    }
    match found {
        true => Ok(()),
        false => Err("it is a ZIP file without a list of watches in it".to_owned()),
    }
}

/// Reads `url-watches.json`.
pub(super) fn list(list: &Value, gathering: &mut Gathering<'_>) {
    let tags = tags(list);
    for watch in list["watching"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.values())
    {
        one(watch, &tags, gathering);
    }
}

/// The names of tags by their ids.
fn tags(list: &Value) -> BTreeMap<String, String> {
    let tags = list
        .pointer("/settings/application/tags")
        .and_then(Value::as_object);
    let named =
        |(id, tag): (&String, &Value)| Some((id.clone(), tag["title"].as_str()?.to_owned()));
    tags.into_iter().flatten().filter_map(named).collect()
}

fn one(watch: &Value, tags: &BTreeMap<String, String>, gathering: &mut Gathering<'_>) {
    let text = |key: &str| {
        watch[key]
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    };
    let Some(address) = text("url") else { return };
    let Some(mut draft) = gathering.draft(address, text("title").or_else(|| text("page_title")))
    else {
        return;
    };
    let Draft {
        select,
        drop,
        drop_lines,
        remarks,
        ..
    } = &mut draft;
    for selector in texts(watch.get("include_filters"))
        .into_iter()
        .chain(text("css_filter"))
    {
        add_selector(select, remarks, selector.trim_start_matches("css:"));
    }
    if select.len() > 1 {
        *select = vec![select.join(", ")];
    }
    for selector in texts(watch.get("subtractive_selectors")) {
        add_selector(drop, remarks, selector);
    }
    for line in texts(watch.get("ignore_text")) {
        drop_lines.extend(ignored(line, remarks));
    }
    let called = texts(watch.get("tags"))
        .into_iter()
        .map(|tag| tags.get(tag).map_or(tag, String::as_str));
    let called: Vec<&str> = called.chain(text("tag")).collect();
    if !called.is_empty() {
        remarks.push(format!("tagged {}", called.join(", ")));
    }
    for (key, why) in WITHOUT_EQUAL {
        let empty = match &watch[key] {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(pairs) => pairs.is_empty(),
            _ => false,
        };
        if !empty {
            remarks.push(not_carried(&format!("`{key}`"), why));
        }
    }
    if text("method").is_some_and(|method| !method.eq_ignore_ascii_case("get")) {
        remarks.push(not_carried(
            "`method`",
            "pages are only ever asked for with GET",
        ));
    }
    draft.every = every(&watch["time_between_check"])
        .filter(|_| watch["time_between_check_use_default"] != true);
    if text("fetch_backend")
        .is_some_and(|backend| backend.contains("webdriver") || backend.contains("browser"))
    {
        draft.render = Render::Browser;
    }
    draft.enabled = watch["paused"] != true;
    gathering.add(draft);
}

/// A line to ignore: words anywhere in it, or an expression between slashes.
fn ignored(line: &str, remarks: &mut Vec<String>) -> Option<String> {
    let line = line.trim();
    let inside = line
        .strip_prefix('/')
        .and_then(|rest| rest.rsplit_once('/'));
    let pattern = match inside {
        Some((pattern, "")) => pattern.to_owned(),
        Some((pattern, "i")) => format!("(?i){pattern}"),
        _ => format!("(?i){}", regex::escape(line)),
    };
    if line.is_empty() {
        return None;
    }
    if regex::Regex::new(&pattern).is_err() {
        remarks.push(not_carried(
            &format!("the ignored line {line}"),
            "its pattern cannot be read here",
        ));
        return None;
    }
    Some(pattern)
}

/// An interval in parts, as seconds.
fn every(parts: &Value) -> Option<u64> {
    const UNITS: [(&str, u64); 5] = [
        ("weeks", 604_800),
        ("days", 86_400),
        ("hours", 3_600),
        ("minutes", 60),
        ("seconds", 1),
    ];
    let part =
        |(name, seconds): (&str, u64)| parts[name].as_u64().unwrap_or(0).saturating_mul(seconds);
    let sum = UNITS.into_iter().map(part).fold(0, u64::saturating_add);
    (sum > 0).then_some(sum)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::Write;

    use super::*;
    use crate::lists::{Borrowed, Program, read};

    const LIST: &str = r##"{"watching": {
        "u1": {"url": "https://a.example/x", "title": "A page", "include_filters": ["#main", "xpath://p"],
               "subtractive_selectors": ["nav"], "ignore_text": ["Printed on", "/^Page \\d+$/"], "tags": ["t1"],
               "time_between_check": {"hours": 1, "minutes": 30, "days": null}, "paused": true, "headers": {"X-Key": "secret-1"}},
        "u2": {"url": "https://b.example/", "title": null, "fetch_backend": "html_webdriver", "time_between_check_use_default": true,
               "time_between_check": {"hours": 3}, "trigger_text": [], "method": "POST"}},
        "settings": {"application": {"tags": {"t1": {"title": "Health"}}}}}"##;

    fn borrowed(bytes: &[u8]) -> Borrowed {
        let list = read(bytes, &mut BTreeSet::new()).expect("a list");
        assert_eq!(list.program, Program::Changedetection);
        list
    }

    fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            zip.start_file(*name, zip::write::SimpleFileOptions::default())
                .expect("a file");
            zip.write_all(text.as_bytes()).expect("its text");
        }
        zip.finish().expect("a ZIP file").into_inner()
    }

    #[test]
    fn watches_are_taken_over_with_their_rules() {
        let list = borrowed(LIST.as_bytes());
        let [first, second] = &list.drafts[..] else {
            panic!("{list:?}")
        };
        assert_eq!(
            (first.id.as_str(), first.enabled, first.every),
            ("a-page", false, Some(5_400))
        );
        assert_eq!(
            (&first.select[..], &first.drop[..]),
            (&["#main".to_owned()][..], &["nav".to_owned()][..])
        );
        assert_eq!(first.drop_lines, ["(?i)Printed on", "^Page \\d+$"]);
        assert!(
            first.remarks.iter().any(|remark| remark == "tagged Health"),
            "{:?}",
            first.remarks
        );
        assert!(!format!("{list:?}").contains("secret-1"));
        assert_eq!((second.render, second.every), (Render::Browser, None));
        assert!(
            second
                .remarks
                .iter()
                .any(|remark| remark.contains("`method`"))
        );
    }

    #[test]
    fn a_backup_is_the_same_in_either_form() {
        let whole = borrowed(LIST.as_bytes());
        assert_eq!(borrowed(&zipped(&[("url-watches.json", LIST)])), whole);
        let value: Value = serde_json::from_str(LIST).expect("JSON");
        let one = |id: &str| value["watching"][id].to_string();
        let parts = zipped(&[
            (
                "changedetection.json",
                &serde_json::json!({"settings": value["settings"]}).to_string(),
            ),
            ("u1/watch.json", &one("u1")),
            ("u2/watch.json", &one("u2")),
        ]);
        assert_eq!(borrowed(&parts), whole);
    }

    #[test]
    fn a_backup_that_cannot_be_read_is_refused_with_its_reason() {
        let refused = |bytes: &[u8]| read(bytes, &mut BTreeSet::new()).expect_err("no list");
        assert!(refused(b"PK\x03\x04 damaged").contains("damaged"));
        assert!(refused(&zipped(&[("a.txt", "x")])).contains("without a list"));
        assert!(refused(&zipped(&[("url-watches.json", "{")])).contains("cannot be read"));
    }
}
