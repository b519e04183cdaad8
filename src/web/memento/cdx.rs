//! The index of captures, as other tools ask archives for it: lines of CDXJ.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::answers::Captured;
use crate::export::surt;
use crate::model::{Version, VersionNo, WatchId};
use crate::web::api::{captures_of, with_tag};
use crate::web::asked::Asked;
use crate::web::memento::addresses::versions_at;
use crate::web::memento::original;
use crate::web::problem::Problem;
use crate::web::window::Window;

/// How many lines are given unless something else is asked for, and at most.
const USUAL: usize = 1_000;
const MOST: usize = 10_000;

/// What is asked, in the words of other archives.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CdxWanted {
    url: String,
    #[serde(default, rename = "matchType")]
    matched: Matched,
    from: Option<String>,
    to: Option<String>,
    limit: Option<usize>,
    /// Only as tools give it; there is one form.
    #[serde(default, rename = "output")]
    _output: Option<Output>,
}

/// In which form.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Output {
    Cdxj,
}

/// What an address stands for.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Matched {
    /// Itself.
    #[default]
    Exact,
    /// Whatever begins like it.
    Prefix,
    /// Whatever is on its host.
    Host,
    /// Whatever is on its host, or on one below it.
    Domain,
}

pub(super) async fn cdx(
    State(window): State<Window>,
    Asked(wanted): Asked<CdxWanted>,
) -> Result<Response, Problem> {
    let limit = match wanted.limit.unwrap_or(USUAL) {
        limit @ 1..=MOST => limit,
        limit => {
            return Err(Problem::unclear(
                format!("{limit} lines cannot be had."),
                format!("Ask for 1 to {MOST}."),
            ));
        }
    };
    let (from, to) = (stamp(wanted.from.as_deref())?, stamp(wanted.to.as_deref())?);
    // What ends in a star is a beginning, as other archives take it.
    let (text, matched) = match wanted.url.strip_suffix('*') {
        Some(text) => (text, Matched::Prefix),
        None => (wanted.url.as_str(), wanted.matched),
    };
    let url = original::read(text)?;
    let (key, host) = (surt::key(&url), surt::host(&url));
    let passes = |other: &str| match matched {
        Matched::Exact => other == key,
        Matched::Prefix => other.starts_with(&key),
        Matched::Host => other.starts_with(&format!("{host})")),
        Matched::Domain => {
            other.starts_with(&format!("{host})")) || other.starts_with(&format!("{host},"))
        }
    };
    let versions = versions_at(&window, passes).await?;
    // Whoever reads a line asks for its bytes: there is none for what was forgotten.
    let kept = versions
        .into_iter()
        .filter(|version| version.forgotten.is_none());
    let mut rows: Vec<(String, String, Version)> = kept
        .map(|version| (surt::key(&version.url), time(&version), version))
        .filter(|(_, at, _)| {
            let cut = |stamp: &str| at[..stamp.len()].to_owned();
            from.is_none_or(|from| cut(from).as_str() >= from)
                && to.is_none_or(|to| cut(to).as_str() <= to)
        })
        .collect();
    rows.sort_by(|(one, at, _), (other, then, _)| (one, at).cmp(&(other, then)));
    rows.truncate(limit);
    let mut lines = String::new();
    for run in rows.chunk_by(|(.., one), (.., other)| one.watch == other.watch) {
        let id: WatchId = run[0].2.watch.clone();
        let numbers: Vec<VersionNo> = run.iter().map(|(.., version)| version.no).collect();
        let captured = captures_of(&window, &id, numbers).await?;
        for ((key, at, _), one) in run.iter().zip(&captured) {
            lines.push_str(&line(key, at, one));
        }
    }
    Ok(with_tag(lines, "text/x-cdxj; charset=utf-8"))
}

fn line(key: &str, at: &str, one: &Captured) -> String {
    let (version, answer) = (&one.version, one.capture.answer());
    let mime = answer.header("content-type").unwrap_or_default();
    let mime = mime.split(';').next().unwrap_or_default().trim();
    let told = json!({
        "url": version.url,
        "mime": mime,
        "status": answer.status.to_string(),
        "digest": format!("sha-256:{}", version.body),
        "length": one.capture.length.to_string(),
        "document": version.watch,
        "version": version.no,
        "memento": format!("/d/{}/{}", version.watch, version.no),
    });
    format!("{key} {at} {told}\n")
}

/// A time as archives write it: fourteen digits.
fn time(version: &Version) -> String {
    version.at.format("%Y%m%d%H%M%S").to_string()
}

/// The beginning of such a time.
fn stamp(text: Option<&str>) -> Result<Option<&str>, Problem> {
    let fits = |text: &str| {
        (4..=14).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match text {
        Some(text) if !fits(text) => Err(Problem::unclear(
            "A time of this index is 4 to 14 digits.",
            "Write 2026, 202607 or 20260706123000.",
        )),
        text => Ok(text),
    }
}
