//! A feed as JSON Feed 1.1 <https://www.jsonfeed.org/version/1.1/>.

use serde_json::{Value, json};

use crate::web::feeds::Feed;
use crate::web::feeds::entry::Entry;

/// The feed as JSON.
pub(super) fn written(feed: &Feed) -> String {
    let items: Vec<Value> = feed.entries.iter().map(item).collect();
    let mut written = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "language": "en-GB",
        "authors": [{ "name": "Smallprint" }],
        "items": items,
    });
    if let Some(signed) = &feed.signed {
        written["description"] = signed.as_str().into();
    }
    written.to_string()
}

fn item(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "tags": entry.tags,
    })
}
