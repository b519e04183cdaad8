//! Items of the Content API, one of each sort, and what is read from it.

use std::path::Path;

use serde_json::Value;
use smallprint::extract;
use smallprint::model::{Capture, Digest, Document, Failure, Hop, Interface, Provenance, Reading};
use url::Url;

/// What the Content API told of a page.
fn told(page: &str, body: &[u8]) -> Capture {
    let url = Url::parse(page).expect("an address");
    let at = chrono::DateTime::UNIX_EPOCH;
    Capture {
        at,
        url: url.clone(),
        hops: vec![Hop {
            url: Interface::Govuk.address(&url).expect("an address"),
            status: 200,
            headers: vec![(
                "content-type".into(),
                "application/json; charset=utf-8".into(),
            )],
            address: None,
            certificate: None,
            at,
        }],
        body: Digest::of(body),
        length: body.len() as u64,
        provenance: Provenance::Fetched,
        beside: Vec::new(),
    }
}

pub fn read(body: &[u8]) -> Result<Document, Failure> {
    let item: Value = serde_json::from_slice(body).expect("JSON");
    let path = item["base_path"].as_str().unwrap_or("/some/page");
    let page = format!("https://www.gov.uk{path}");
    extract::read(&told(&page, body), body, &Reading::default())
}

fn carried(name: &str) -> Vec<u8> {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/govuk");
    std::fs::read(pages.join(name)).expect("an item")
}

fn document(name: &str) -> Document {
    read(&carried(name)).expect("a document")
}

fn lines(document: &Document) -> Vec<String> {
    document
        .blocks
        .iter()
        .map(|block| block.text.clone())
        .collect()
}

/// What a document holds, in this order, among other things.
#[track_caller]
fn holds(document: &Document, expected: &[&str]) {
    let lines = lines(document);
    let mut from = 0;
    for wanted in expected {
        let found = lines[from..].iter().position(|line| line == wanted);
        let Some(at) = found else {
            panic!("“{wanted}” is not in {:#?}", &lines[from..])
        };
        from += at + 1;
    }
}

fn day(text: &str) -> Option<chrono::NaiveDate> {
    text.parse().ok()
}

#[test]
fn a_part_of_a_publication_names_its_parent_and_says_that_it_was_withdrawn() {
    let document = document("withdrawn.json");
    assert_eq!(
        document.title,
        "This content has been removed as it is out of date"
    );
    let parent = &document.blocks[0];
    assert_eq!(parent.text, "Apprentice welcome letter");
    assert_eq!(
        parent.links[0].url,
        "https://www.gov.uk/government/publications/apprentice-welcome-letter"
    );
    holds(
        &document,
        &[
            "Applies to | England",
            "This content has been removed as it is out of date.",
        ],
    );
    let stated = &document.stated;
    assert_eq!(
        stated.withdrawn.as_deref(),
        Some(
            "This was withdrawn on 19 November 2019: This content has been withdrawn as it is out of date."
        )
    );
    assert_eq!(
        (stated.published, stated.updated),
        (day("2019-11-19"), day("2017-02-03"))
    );
    assert_eq!(
        stated.content_id.as_deref(),
        Some("937156cf-f0d1-4e66-b0d4-6531add38ec7")
    );
    assert_eq!(
        stated.lines,
        ["Published 19 November 2019", "Last updated 3 February 2017"]
    );
    assert_eq!(
        document.surroundings,
        ["Education and Skills Funding Agency"]
    );
}

#[test]
fn a_part_of_a_publication_has_the_history_of_its_parent() {
    let mut item: Value = serde_json::from_slice(&carried("withdrawn.json")).expect("JSON");
    item["links"]["parent"][0]["details"] = serde_json::json!({
        "change_history": [{ "public_timestamp": "2017-02-03T17:29:52Z", "note": "Replaced the letter." }],
    });
    let document = read(&serde_json::to_vec(&item).expect("JSON")).expect("a document");
    let notes = &document.stated.history;
    assert_eq!(
        (notes.len(), notes[0].note.as_str()),
        (1, "Replaced the letter.")
    );
}

#[test]
fn a_consultation_says_how_long_it_ran_and_what_came_of_it() {
    let document = document("consultation_outcome_with_featured_attachments.json");
    holds(
        &document,
        &[
            "Document type | consultation outcome",
            "Opening date | 22 April 2016 at 12:00pm",
            "Closing date | 17 June 2016 at 11:45pm",
            "Feedback published | 7 September 2016 at 1:00am",
            "Applies to | England",
            "Detail of outcome",
            "We have decided that:",
            "Detail of feedback received",
            "Setting the grade standards of new GCSEs in England – part 2",
        ],
    );
    let facts: Vec<_> = document
        .attachments
        .iter()
        .filter_map(|file| file.facts.as_deref())
        .collect();
    assert_eq!(facts[0], "PDF, 785 KB, 33 pages, Ref: Ofqual/16/5939");
    assert_eq!(
        document.stated.history[0].note,
        "Published the decisions and analysis of responses."
    );
    assert_eq!(document.stated.withdrawn, None, "an empty notice is none");
}

#[test]
fn a_consultation_says_how_to_answer_it() {
    let document = document("open_call_for_evidence_with_participation.json");
    holds(
        &document,
        &[
            "Ways to respond",
            "Respond online",
            "po.call-for-evidence@ukgi.gov.uk",
            "Response form",
            "SW1H 0ET",
        ],
    );
}

#[test]
fn a_collection_lists_its_documents_in_order() {
    let document = document("document_collection_with_history.json");
    let items: Vec<_> = document
        .blocks
        .iter()
        .filter(|block| !block.links.is_empty())
        .collect();
    assert!(items.len() > 2, "{:?}", lines(&document));
    holds(
        &document,
        &[
            "Documents",
            "Financial Sanctions, UK freezing orders",
            "Financial sanctions, Somalia",
        ],
    );
    assert!(items.iter().all(|item| {
        item.links[0]
            .url
            .starts_with("https://www.gov.uk/government/")
    }));
    assert_eq!(document.stated.history.len(), 8);
}

#[test]
fn an_announcement_says_when_the_figures_come_and_how_sure_that_is() {
    let document = document("national_statistics.json");
    holds(
        &document,
        &[
            "Document type | national statistics announcement",
            "Release date | January 2016",
            "Status | provisional",
        ],
    );
}

#[test]
fn govspeak_is_read_where_there_is_nothing_else() {
    let document = document("guide.json");
    holds(
        &document,
        &[
            "Overview",
            "Key stages",
            "Age | Year | Key stage | Assessment | Average level of attainment",
            "Levels of attainment",
            "Other compulsory subjects",
        ],
    );
}

#[test]
fn files_told_as_markup_have_their_facts() {
    let document = document("call_for_evidence_outcome.json");
    let files: Vec<_> = document
        .attachments
        .iter()
        .map(|file| (file.title.as_str(), file.facts.as_deref()))
        .collect();
    assert_eq!(
        files,
        [(
            "Employee Share Schemes: NIC elections - consulation response",
            Some("PDF, 258KB, 7 pages")
        )]
    );
}

#[test]
fn a_manual_names_its_sections_and_what_changed_in_each() {
    let document = document("content-design.json");
    holds(
        &document,
        &[
            "Contents",
            "User needs",
            "How to write and record a user need for GOV.UK.",
        ],
    );
    let notes: Vec<&str> = document
        .stated
        .history
        .iter()
        .map(|note| note.note.as_str())
        .collect();
    assert!(
        notes.contains(&"User needs: New section added."),
        "{notes:?}"
    );
}

#[test]
fn other_sorts_are_read_by_their_own_keys() {
    let item = |schema: &str, details: Value| {
        let item = serde_json::json!({
            "base_path": "/a", "title": "A", "schema_name": schema, "document_type": schema, "details": details,
        });
        lines(&read(&serde_json::to_vec(&item).expect("JSON")).expect("a document"))
    };
    assert_eq!(
        item(
            "transaction",
            serde_json::json!({
                "introductory_paragraph": [
                    { "content_type": "text/govspeak", "content": "no" },
                    { "content_type": "text/html", "content": "<p>Use this service.</p>" },
                ],
                "start_button_text": "Sign in", "transaction_start_link": "https://a.uk/", "will_continue_on": "the HMRC website",
                "more_information": "<p>You need a number.</p>", "other_ways_to_apply": " ",
            })
        ),
        [
            "Use this service.",
            "the HMRC website",
            "More information",
            "You need a number.",
            "Sign in"
        ]
    );
    assert_eq!(
        item(
            "travel_advice",
            serde_json::json!({
                "summary": "<p>Take care.</p>", "alert_status": ["avoid_all_travel_to_parts"], "country": { "name": "Ruritania" },
                "parts": [{ "title": "Safety", "slug": "safety", "body": "<p>Avoid the border.</p>" }],
            })
        ),
        [
            "Alert status | avoid all travel to parts",
            "Country | Ruritania",
            "Take care.",
            "Safety",
            "Avoid the border."
        ]
    );
    assert_eq!(
        item(
            "step_by_step_nav",
            serde_json::json!({ "step_by_step_nav": {
                "introduction": "<p>How to do it.</p>",
                "steps": [{ "title": "Check", "contents": [
                    { "type": "paragraph", "text": "First of all." },
                    { "type": "list", "contents": [{ "text": "Fees", "href": "/fees", "context": "£10" }] },
                ] }],
            } })
        ),
        ["How to do it.", "Check", "First of all.", "Fees £10"]
    );
    assert_eq!(
        item(
            "specialist_document",
            serde_json::json!({ "body": "<p>Text.</p>", "metadata": { "case_state": "open", "opened_date": "2024-07-24" }, "new_key": "<p>More.</p>" })
        ),
        [
            "case state | open",
            "opened date | 2024-07-24",
            "Text.",
            "More."
        ]
    );
}

#[test]
fn a_redirect_names_where_it_leads() {
    let failure = read(&carried("redirect.json")).expect_err("a failure");
    assert_eq!(
        failure.why,
        "GOV.UK says that https://www.gov.uk/406beacon leads to \
         https://www.gov.uk/maritime-safety-weather-and-navigation/register-406-mhz-beacons?query=answer#fragment now"
    );
}
