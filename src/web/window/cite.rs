//! How a query is cited, so that it is answered the same at any later time.

use maud::{Markup, html};

use crate::model::EntryNo;
use crate::web::api::reader;
use crate::web::window::Window;
use crate::web::window::query::Query;
use crate::web::window::trouble::Trouble;

/// The field that says as of which entry a query is answered.
pub(super) const AS_OF: &str = "as_of_entry";

/// The entry that a query is to be answered as of, where one is asked for.
pub(super) fn pinned(query: &Query) -> Result<Option<EntryNo>, Trouble> {
    query.read_as(AS_OF, "the number of an entry of the journal")
}

/// The query with the entry it was answered as of, and what read the pages.
pub(super) fn query(window: &Window, query: &Query, entry: EntryNo) -> Markup {
    let to = query.with(AS_OF, Some(&entry.to_string()));
    html! {
        section aria-labelledby="cite" {
            h2 id="cite" { "Cite this query" }
            p.cite { a href=(to) { (window.address(&to)) } }
            p.about {
                "As of entry " (entry) " of the journal; pages read by " (reader())
                ". At that address what came later is left out, so that the answer stays the same while the watchlist does."
            }
        }
    }
}

/// That what came after an entry is left out, where a query asks for it.
pub(super) fn note(query: &Query) -> Markup {
    html! {
        @if let Some(entry) = query.text(AS_OF) {
            p.warning role="note" {
                "As it was answered after entry " (entry) " of the journal; what came later is left out. "
                a href=(query.with(AS_OF, None)) { "Ask again" }
            }
        }
    }
}
