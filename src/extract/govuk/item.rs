//! An item of the Content API, as it came.

use serde_json::Value;
use url::Url;

/// Kinds of item that hold the text of their page. What the others show is put together from search and from other
/// items, so that only the page tells it. Source: the schemas in alphagov/publishing-api.
const WITH_TEXT: [&str; 36] = [
    "answer",
    "calendar",
    "call_for_evidence",
    "case_study",
    "consultation",
    "corporate_information_page",
    "detailed_guide",
    "document_collection",
    "fatality_notice",
    "generic",
    "generic_with_external_related_links",
    "guide",
    "help_page",
    "hmrc_manual",
    "hmrc_manual_section",
    "html_publication",
    "landing_page",
    "licence",
    "local_transaction",
    "manual",
    "manual_section",
    "news_article",
    "place",
    "publication",
    "service_manual_guide",
    "simple_smart_answer",
    "specialist_document",
    "speech",
    "statistical_data_set",
    "statistics_announcement",
    "step_by_step_nav",
    "take_part",
    "topical_event",
    "topical_event_about_page",
    "transaction",
    "travel_advice",
];

/// An item of the Content API.
pub struct Item<'a> {
    /// All of it.
    pub whole: &'a Value,
    /// The address of its page.
    pub page: &'a Url,
}

impl<'a> Item<'a> {
    /// What sort of item it is; tells which keys it has.
    pub fn schema(&self) -> Option<&'a str> {
        text(self.whole, "schema_name").or_else(|| self.document_type())
    }

    /// What sort of document it is, in underscored words.
    pub fn document_type(&self) -> Option<&'a str> {
        text(self.whole, "document_type")
    }

    /// What is particular to its sort.
    pub fn details(&self) -> Option<&'a Value> {
        self.whole
            .get("details")
            .filter(|details| details.is_object())
    }

    /// The items it is linked with in this way.
    pub fn linked(&self, how: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
        let links = self.whole.get("links").and_then(|links| links.get(how));
        links.and_then(Value::as_array).into_iter().flatten()
    }

    /// Whether it holds the text of this page.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn is_ours(&self) -> Result<(), String> {
        let page = self.page;
        let (Some(_), Some(schema)) = (text(self.whole, "title"), self.schema()) else {
            // What a publisher sends to link items: ids, and nothing that a reader would see.
            if self.whole.get("links").is_some() && self.details().is_none() {
                return Err(format!(
                    "the Content API told of {page} only which items it is linked with"
                ));
            }
            return Err(format!(
                "the Content API told of {page} what is no item with a title and a kind"
            ));
        };
        let path = text(self.whole, "base_path").unwrap_or(page.path());
        if path.trim_end_matches('/') != page.path().trim_end_matches('/') {
            return Err(format!(
                "the Content API told of {path} where it was asked for {page}"
            ));
        }
        let known = WITH_TEXT.contains(&schema);
        let told = self.details().is_some();
        if !known || !told {
            return Err(format!(
                "the Content API does not hold the text of {page}, which is a {}",
                plain(schema)
            ));
        }
        Ok(())
    }

    /// Where a redirect leads.
    pub fn redirected_to(&self) -> Option<Url> {
        let all = self.whole.get("redirects")?.as_array()?;
        let path = self.page.path();
        let own = all.iter().find(|one| text(one, "path") == Some(path));
        let to = text(own.or_else(|| all.first())?, "destination")?;
        self.page.join(to).ok()
    }
}

/// The text under a key, where there is one that is not empty.
pub fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    let text = value.get(key)?.as_str()?.trim();
    (!text.is_empty()).then_some(text)
}

/// What stands in the list under a key.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Underscored words as they are said: "open_consultation" is an "open consultation".
pub fn plain(words: &str) -> String {
    words.replace('_', " ")
}
