//! What is gathered from a list: watches, and what could not be carried over.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use crate::extract::check_selector;
use crate::watchlist::Draft;

/// The most watches a list may have.
const MOST: usize = 100_000;

/// What is gathered from a list.
pub(super) struct Gathering<'t> {
    taken: &'t mut BTreeSet<String>,
    seen: BTreeSet<String>,
    pub(super) drafts: Vec<Draft>,
    pub(super) left: Vec<String>,
}

impl<'t> Gathering<'t> {
    pub(super) fn new(taken: &'t mut BTreeSet<String>) -> Gathering<'t> {
        Gathering {
            taken,
            seen: BTreeSet::new(),
            drafts: Vec::new(),
            left: Vec::new(),
        }
    }

    /// A watch of this address, to be filled in; `None` where it cannot be one, which is noted.
    pub(super) fn draft(&mut self, address: &str, name: Option<&str>) -> Option<Draft> {
        let called = name.unwrap_or(address);
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        let why = match Url::parse(address.trim()) {
            Err(why) => format!("its address is none ({why})"),
            Ok(url) if !matches!(url.scheme(), "http" | "https") => {
                format!("only http and https are visited, not {}:", url.scheme())
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                "a name and password stand in its address, and secrets stay out of watchlists"
                    .to_owned()
            }
            Ok(url) if !self.seen.insert(url.to_string()) => {
                "its address stands in the list already".to_owned()
            }
            Ok(_) if self.drafts.len() >= MOST => format!("the list has more than {MOST} watches"),
            Ok(mut url) => {
                url.set_fragment(None);
                return Some(Draft::of(url, name, self.taken));
            }
        };
        let called = if called.contains('@') {
            "a watch"
        } else {
            called
        };
        self.leave(format!("{called}: {why}."));
        None
    }

    /// Notes what could not be carried over.
    pub(super) fn leave(&mut self, sentence: String) {
        self.left.push(sentence);
    }

    pub(super) fn add(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }
}

/// Adds a CSS selector, or says in a remark why it cannot be one.
pub(super) fn add_selector(to: &mut Vec<String>, remarks: &mut Vec<String>, selector: &str) {
    let selector = selector.trim();
    if selector.is_empty() {
        return;
    }
    if selector.starts_with("xpath") || selector.starts_with('/') {
        remarks.push(not_carried(
            &format!("the XPath {selector}"),
            "write it as a CSS selector",
        ));
    } else if selector.starts_with("json:") || selector.starts_with("jq") {
        remarks.push(not_carried(selector, "`keys` takes JSON Pointers"));
    } else if check_selector(selector).is_err() {
        remarks.push(not_carried(selector, "it is not a CSS selector"));
    } else if !to.contains(&selector.to_owned()) {
        to.push(selector.to_owned());
    }
}

/// The remark that something could not be carried over, and what to do or why.
pub(super) fn not_carried(what: &str, why: &str) -> String {
    format!("not carried over: {what} ({why})")
}

/// The texts of a value: itself, or those it lists.
pub(super) fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
