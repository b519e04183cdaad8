//! Jobs of urlwatch and webchanges; source: their documentation of jobs and filters.

use serde_json::{Map, Value};

use crate::lists::gathering::{Gathering, add_selector, not_carried, texts};
use crate::model::Render;
use crate::watchlist::Draft;

/// Keys that change nothing of what is watched here, or that the program does by itself.
const NEEDLESS: [&str; 22] = [
    "url",
    "navigate",
    "command",
    "name",
    "note",
    "filter",
    "filters",
    "kind",
    "use_browser",
    "user_visible_url",
    "max_tries",
    "timeout",
    "ignore_cached",
    "ignore_connection_errors",
    "ignore_http_error_codes",
    "ignore_timeout_errors",
    "ignore_too_many_redirects",
    "encoding",
    "index_number",
    "guid",
    "tz",
    "enabled",
];

/// Filters that only make text of a page, which reading does by itself.
const READING: [&str; 8] = [
    "html2text",
    "strip",
    "striplines",
    "strip_each_line",
    "beautify",
    "format-json",
    "pdf2text",
    "csv2text",
];

/// Reads the jobs of a list.
pub(super) fn read(text: &str, gathering: &mut Gathering<'_>) -> Result<(), String> {
    let jobs: Vec<Value> = serde_saphyr::from_multiple(text)
        .map_err(|why| format!("it is not YAML: {}", first_line(&why.to_string())))?;
    let jobs = jobs.into_iter().flat_map(|job| match job {
        Value::Array(jobs) => jobs,
        job => vec![job],
    });
    let mut known = false;
    for job in jobs {
        let Value::Object(job) = job else { continue };
        known |= ["url", "navigate", "command"]
            .iter()
            .any(|key| job.contains_key(*key));
        one(&job, gathering);
    }
    match known {
        true => Ok(()),
        false => Err("it is no watch list that is known: there is neither a job, a backup, a declaration nor a list of feeds in it".to_owned()),
    }
}

fn first_line(text: &str) -> &str {
    text.lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .trim()
}

fn one(job: &Map<String, Value>, gathering: &mut Gathering<'_>) {
    let text = |key: &str| job.get(key).and_then(Value::as_str);
    let (address, browser) = match (text("navigate"), text("url")) {
        (Some(address), _) => (address, true),
        (None, Some(address)) => {
            let wanted = job.get("use_browser").and_then(Value::as_bool);
            (address, wanted.unwrap_or(text("kind") == Some("browser")))
        }
        (None, None) => {
            if let Some(command) = text("command") {
                let name = text("name").unwrap_or(command);
                gathering.leave(format!(
                    "{name}: it watches what a command prints, and only pages are watched."
                ));
            }
            return;
        }
    };
    let Some(mut draft) = gathering.draft(address, text("name")) else {
        return;
    };
    if browser {
        draft.render = Render::Browser;
    }
    draft.note = text("note").map(str::to_owned);
    draft.enabled = job.get("enabled").and_then(Value::as_bool).unwrap_or(true);
    for key in ["filter", "filters"] {
        filters(job.get(key), &mut draft);
    }
    for (key, value) in job
        .iter()
        .filter(|(key, _)| !NEEDLESS.contains(&key.as_str()))
    {
        // A value may be a secret, so that only its key is told.
        let why = match (key.as_str(), value) {
            ("headers" | "cookies" | "data" | "method" | "http_client", _) => {
                "pages are asked for as anybody would"
            }
            ("ssl_no_verify", _) => "certificates are always checked",
            ("http_proxy" | "https_proxy" | "proxy", _) => "there is no proxy here",
            (
                "additions_only" | "deletions_only" | "diff_filter" | "diff_filters" | "differ"
                | "diff_tool",
                _,
            ) => "both sides of a change are always shown",
            _ => "there is nothing like it here",
        };
        draft.remarks.push(not_carried(&format!("`{key}`"), why));
    }
    gathering.add(draft);
}

/// Filters as a list of names and of pairs, or all in one text: `css:#main,html2text`.
fn filters(value: Option<&Value>, draft: &mut Draft) {
    match value {
        Some(Value::String(text)) => {
            for part in text.split(',') {
                let (name, argument) = part.split_once(':').unwrap_or((part, ""));
                let argument = Value::String(argument.to_owned());
                filter(name.trim(), &argument, draft);
            }
        }
        Some(Value::Array(items)) => items.iter().for_each(|item| match item {
            Value::String(name) => {
                let (name, argument) = name.split_once(':').unwrap_or((name, ""));
                filter(name.trim(), &Value::String(argument.to_owned()), draft);
            }
            Value::Object(pairs) => {
                pairs
                    .iter()
                    .for_each(|(name, value)| filter(name, value, draft));
            }
            _ => {}
        }),
        Some(Value::Object(pairs)) => {
            pairs
                .iter()
                .for_each(|(name, value)| filter(name, value, draft));
        }
        _ => {}
    }
}

fn filter(name: &str, value: &Value, draft: &mut Draft) {
    let argument = |key: &str| value.as_str().or_else(|| value.get(key)?.as_str());
    let Draft {
        select,
        drop,
        drop_lines,
        remarks,
        ..
    } = draft;
    match name {
        "css" => {
            let subset = argument("selector").unwrap_or_default();
            add_selector(select, remarks, subset);
            for excluded in texts(value.get("exclude")) {
                add_selector(drop, remarks, excluded);
            }
        }
        "element-by-id" => match argument("id") {
            Some(id) => add_selector(
                select,
                remarks,
                &format!("[id=\"{}\"]", id.replace('"', "\\\"")),
            ),
            None => remarks.push(not_carried("`element-by-id`", "it names no id")),
        },
        "element-by-class" => match argument("class") {
            Some(class) => add_selector(
                select,
                remarks,
                &format!("[class~=\"{}\"]", class.replace('"', "\\\"")),
            ),
            None => remarks.push(not_carried("`element-by-class`", "it names no class")),
        },
        "element-by-tag" => add_selector(select, remarks, argument("tag").unwrap_or_default()),
        "grepi" | "delete_lines_containing" => match argument("re").or_else(|| argument("text")) {
            Some(pattern) if regex::Regex::new(pattern).is_ok() && !pattern.is_empty() => {
                drop_lines.push(pattern.to_owned());
            }
            _ => remarks.push(not_carried(
                &format!("the filter `{name}`"),
                "its pattern cannot be read here",
            )),
        },
        "xpath" => {
            let path = argument("path").unwrap_or_default();
            remarks.push(not_carried(
                &format!("the XPath {path}"),
                "write it as a CSS selector",
            ));
        }
        _ if READING.contains(&name) || name.is_empty() => {}
        _ => remarks.push(not_carried(
            &format!("the filter `{name}`"),
            "the text is compared as it is read",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::lists::{Borrowed, Program, read};
    use crate::model::Render;

    fn borrowed(text: &str) -> Borrowed {
        read(text.as_bytes(), &mut BTreeSet::new()).expect("a list")
    }

    #[test]
    fn jobs_become_watches() {
        let list = borrowed(
            "name: Data uses register\nurl: https://a.example/register\nfilter:\n  - css:\n      selector: '#main'\n      exclude: .ad\n  \
             - html2text\n  - grepi: '^Printed'\n  - xpath: //p\n---\nnavigate: https://b.example/\nnote: look here\n---\n\
             url: https://c.example/\nfilter: element-by-id:x,strip\nheaders:\n  Authorization: secret-1\n",
        );
        assert_eq!(list.program, Program::Urlwatch);
        let [register, browser, third] = &list.drafts[..] else {
            panic!("{list:?}")
        };
        assert_eq!(register.id, "data-uses-register");
        assert_eq!(
            (&register.select[..], &register.drop[..]),
            (&["#main".to_owned()][..], &[".ad".to_owned()][..])
        );
        assert_eq!(register.drop_lines, ["^Printed"]);
        assert_eq!(
            register.remarks,
            ["not carried over: the XPath //p (write it as a CSS selector)"]
        );
        assert_eq!(
            (browser.render, browser.note.as_deref()),
            (Render::Browser, Some("look here"))
        );
        assert_eq!(third.select, ["[id=\"x\"]"]);
        assert!(
            !format!("{list:?}").contains("secret-1"),
            "a header may be a secret"
        );
        assert!(third.remarks[0].contains("`headers`"));
    }

    #[test]
    fn what_is_no_page_is_said_to_be_left() {
        let list = borrowed(
            "command: date\n---\nurl: ftp://a.example/\n---\nurl: https://u:p4ss@a.example/\n",
        );
        assert!(list.drafts.is_empty());
        assert_eq!(list.left.len(), 3);
        assert!(!format!("{list:?}").contains("p4ss"));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for (text, why) in [
            ("", "empty"),
            ("a: [", "not YAML"),
            ("just words", "no watch list"),
            ("{\"x\": 1}", "no watch list"),
        ] {
            let error = read(text.as_bytes(), &mut BTreeSet::new()).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
