//! Lists in rows: an index as the Wayback Machine writes it or as pywb does, and TimeMaps in JSON.

use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

use crate::model::{Holding, Memento};
use crate::past::list::{List, date, moment, stamp};

/// The columns of a row without a heading: `urlkey timestamp original mimetype statuscode digest length`.
const COLUMNS: [&str; 7] = [
    "urlkey",
    "timestamp",
    "original",
    "mimetype",
    "statuscode",
    "digest",
    "length",
];

/// A list that begins with a bracket.
pub(super) fn json(text: &str, page: &Url, copy: &str) -> Result<List, String> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(rows)) => Ok(of_rows(rows.iter(), page, copy)),
        Ok(whole @ Value::Object(_)) => Ok(of_object(&whole, page, copy)),
        Ok(_) => Err("it is no list".to_owned()),
        // One row a line: each may be read by itself, be they objects (pywb) or the lines of an array that was cut off.
        Err(error) => {
            let lines = text.lines().map(|line| line.trim().trim_end_matches(','));
            let lines = lines.filter(|line| !matches!(*line, "" | "[" | "]"));
            let read: Vec<Option<Value>> = lines.map(row).collect();
            let whole = read.iter().all(Option::is_some);
            let rows: Vec<Value> = read.into_iter().flatten().collect();
            if rows.is_empty() {
                return Err(format!("it cannot be read ({error})"));
            }
            let mut list = of_rows(rows.iter(), page, copy);
            if !whole || text.starts_with('[') && !text.trim_end().ends_with(']') {
                list.lacks = Some("it is cut off".to_owned());
            }
            Ok(list)
        }
    }
}

/// A row on a line of its own; the first and the last may have the bracket of all of them.
fn row(line: &str) -> Option<Value> {
    let bare = [line, line.strip_prefix('[').unwrap_or(line)];
    let bare = bare
        .into_iter()
        .flat_map(|line| [line, line.strip_suffix(']').unwrap_or(line)]);
    let mut read = bare.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    read.find(|row| match row {
        Value::Array(cells) => !cells.iter().any(Value::is_array),
        other => other.is_object(),
    })
}

/// An index as plain lines, columns parted by spaces.
pub(super) fn lines(text: &str, page: &Url, copy: &str) -> Result<List, String> {
    let mut list = List::default();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        // pywb's own form: key, time, and the rest as JSON.
        if let [_, time, ..] = words[..]
            && let Some(at) = line.find('{')
            && let Ok(Value::Object(mut row)) = serde_json::from_str::<Value>(&line[at..])
        {
            row.insert("timestamp".to_owned(), Value::from(time));
            list.copies
                .extend(copied(&|name| word(row.get(name)?), page, copy));
            continue;
        }
        if words.len() < COLUMNS.len() || moment(words[1]).is_none() {
            // Under an empty line the Wayback Machine writes where the list goes on.
            list.lacks = Some(match words.len() {
                1 => "it goes on".to_owned(),
                _ => "it is cut off, or no index, at its end".to_owned(),
            });
            break;
        }
        let named = |name: &str| {
            let at = COLUMNS.iter().position(|column| *column == name)?;
            words.get(at).map(|word| (*word).to_owned())
        };
        list.copies.extend(copied(&named, page, copy));
    }
    match list.copies.is_empty() && list.lacks.is_some() {
        true => Err("it is no list".to_owned()),
        false => Ok(list),
    }
}

/// Rows of an array: arrays under a heading, or objects.
fn of_rows<'v>(rows: impl Iterator<Item = &'v Value>, page: &Url, copy: &str) -> List {
    let mut list = List::default();
    let mut heading: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    for row in rows {
        match row {
            Value::Array(cells) => {
                let cells: Vec<Option<String>> = cells.iter().map(word).collect();
                if cells.iter().flatten().any(|cell| cell == "timestamp") {
                    heading = cells.into_iter().map(Option::unwrap_or_default).collect();
                    continue;
                }
                let named = |name: &str| {
                    let at = heading.iter().position(|column| column == name)?;
                    cells.get(at)?.clone()
                };
                list.copies.extend(copied(&named, page, copy));
            }
            Value::Object(cells) => {
                list.copies
                    .extend(copied(&|name| word(cells.get(name)?), page, copy));
            }
            _ => {}
        }
    }
    list
}

/// One object: a single row, or a TimeMap with its mementos in it.
fn of_object(whole: &Value, page: &Url, copy: &str) -> List {
    let mut list = match whole.pointer("/mementos/list").and_then(Value::as_array) {
        Some(mementos) => List {
            copies: mementos.iter().filter_map(listed).collect(),
            ..List::default()
        },
        None => of_rows(std::iter::once(whole), page, copy),
    };
    let pages = whole.pointer("/timemap_index").and_then(Value::as_array);
    let pages = pages.into_iter().flatten();
    let pages = pages.filter_map(|page| Url::parse(page.get("uri")?.as_str()?).ok());
    list.pages.extend(pages);
    list
}

/// A memento of a TimeMap in JSON.
fn listed(memento: &Value) -> Option<Holding> {
    let url = memento.get("uri")?.as_str()?;
    let said = memento.get("datetime").and_then(Value::as_str);
    let said = said.and_then(|text| {
        let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
        at.ok().or_else(|| date(text))
    });
    Some(Holding {
        memento: Memento {
            url: Url::parse(url).ok()?.into(),
            at: said.or_else(|| stamp(url))?,
        },
        digest: None,
        status: None,
        length: None,
    })
}

/// A row of an index: a copy of this page, where it is one.
fn copied(named: &dyn Fn(&str) -> Option<String>, page: &Url, copy: &str) -> Option<Holding> {
    let time = named("timestamp")?;
    let at: DateTime<Utc> = moment(&time)?;
    let original = named("original").or_else(|| named("url"))?;
    if !Url::parse(&original).is_ok_and(|original| is_same(&original, page)) {
        return None;
    }
    let given = |name: &str| named(name).filter(|value| !matches!(value.as_str(), "" | "-"));
    let status = given("statuscode").or_else(|| given("status"));
    // People read it where the bytes are dressed as a page.
    let shown = copy.replace("{timestamp}id_", "{timestamp}");
    let shown = shown
        .replace("{timestamp}", &time)
        .replace("{url}", &original);
    Some(Holding {
        memento: Memento {
            url: Url::parse(&shown).ok()?.into(),
            at,
        },
        digest: given("digest"),
        status: status.and_then(|status| status.parse().ok()),
        length: given("length").and_then(|length| length.parse().ok()),
    })
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether two addresses are the same but for http or https and a "www.", which archives do not keep apart.
pub fn is_same(one: &Url, other: &Url) -> bool {
    let host = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host).to_owned()
    };
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    host(one) == host(other) && path(one) == path(other) && one.query() == other.query()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPY: &str = "https://archive.example/web/{timestamp}id_/{url}";

    fn page() -> Url {
        Url::parse("https://www.nhs.example/page").expect("a URL")
    }

    #[track_caller]
    fn case(list: &List, expected: &[&str]) {
        let told = list.copies.iter().map(|copy| {
            format!(
                "{} {} {} {}",
                copy.memento.at.format("%Y"),
                copy.digest.as_deref().unwrap_or("-"),
                copy.status.unwrap_or(0),
                copy.length.unwrap_or(0)
            )
        });
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_index_is_read_in_each_of_its_forms() {
        let wayback = "com,example,nhs)/page 20160101000000 http://nhs.example:80/page text/html 200 AAAA 512\n\
                       com,example,nhs)/page 20170101000000 https://nhs.example/page/ warc/revisit - AAAA 300\n\
                       com,example,nhs)/other 20180101000000 https://nhs.example/other text/html 200 BBBB 300\n";
        let both = ["2016 AAAA 200 512", "2017 AAAA 0 300"];
        case(&lines(wayback, &page(), COPY).expect("a list"), &both);
        let json_rows = r#"[["timestamp","original","statuscode","digest","length"],
["20160101000000","http://nhs.example/page","200","AAAA","512"],
["20170101000000","https://nhs.example/page","-","AAAA","300"]]"#;
        case(&json(json_rows, &page(), COPY).expect("a list"), &both);
        let pywb = "{\"urlkey\":\"k\",\"timestamp\":\"20160101000000\",\"url\":\"https://nhs.example/page\",\"status\":\"200\",\"digest\":\"AAAA\",\"length\":\"512\"}\n\
                    {\"urlkey\":\"k\",\"timestamp\":\"20170101000000\",\"url\":\"https://nhs.example/page\",\"digest\":\"AAAA\",\"length\":300}\n";
        case(&json(pywb, &page(), COPY).expect("a list"), &both);
        let cdxj = "k 20160101000000 {\"url\":\"https://nhs.example/page\",\"status\":\"200\",\"digest\":\"AAAA\",\"length\":\"512\"}\n";
        case(&lines(cdxj, &page(), COPY).expect("a list"), &both[..1]);
        let list = lines(wayback, &page(), COPY).expect("a list");
        assert_eq!(
            list.copies[0].memento.url,
            "https://archive.example/web/20160101000000/http://nhs.example:80/page"
        );
    }

    #[test]
    fn an_index_that_is_cut_off_gives_what_came_whole() {
        let rows = "[[\"timestamp\",\"original\",\"digest\"],\n[\"20160101000000\",\"https://nhs.example/page\",\"A\"],\n[\"20170101000000\",\"https://nhs.exam";
        let list = json(rows, &page(), COPY).expect("a list");
        case(&list, &["2016 A 0 0"]);
        assert_eq!(list.lacks.as_deref(), Some("it is cut off"));
        let text = "k 20160101000000 https://nhs.example/page text/html 200 A 5\nk 2017";
        let list = lines(text, &page(), COPY).expect("a list");
        case(&list, &["2016 A 200 5"]);
        assert!(list.lacks.is_some());
        assert!(json("[\"cut", &page(), COPY).is_err());
        assert!(lines("Sorry, too many requests", &page(), COPY).is_err());
    }

    #[test]
    fn a_time_map_in_json_names_its_mementos() {
        let text = r#"{"original_uri":"https://nhs.example/page","mementos":{"list":[
            {"datetime":"2016-01-01T00:00:00Z","uri":"https://archive.example/web/20160101000000/https://nhs.example/page"},
            {"uri":"https://archive.example/web/20170101000000/https://nhs.example/page"}]}}"#;
        case(
            &json(text, &page(), COPY).expect("a list"),
            &["2016 - 0 0", "2017 - 0 0"],
        );
    }

    #[test]
    fn another_page_is_no_copy_of_this_one() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let page = url("https://www.a.example/b?c=d");
        for same in ["http://a.example:80/b?c=d", "https://www.a.example/b/?c=d"] {
            assert!(is_same(&url(same), &page), "{same}");
        }
        for other in [
            "https://a.example/b",
            "https://b.example/b?c=d",
            "https://a.example/B?c=d",
        ] {
            assert!(!is_same(&url(other), &page), "{other}");
        }
    }
}
