//! Declarations of Open Terms Archive; source: its documentation of declarations.

use serde_json::{Map, Value};

use crate::lists::gathering::{Gathering, add_selector, not_carried};
use crate::model::Render;
use crate::watchlist::Draft;

/// Whether this is the declaration of a service.
pub(super) fn is_one(declaration: &Value) -> bool {
    declaration.get("name").is_some_and(Value::is_string) && terms(declaration).is_some()
}

/// The documents of a service; the key had another name in earlier years.
fn terms(declaration: &Value) -> Option<&Map<String, Value>> {
    let terms = declaration
        .get("terms")
        .or_else(|| declaration.get("documents"));
    terms.and_then(Value::as_object)
}

/// Reads the declaration of one service.
pub(super) fn read(declaration: &Value, gathering: &mut Gathering<'_>) {
    let service = declaration["name"].as_str().unwrap_or_default();
    for (kind, document) in terms(declaration).into_iter().flatten() {
        let name = format!("{service}: {kind}");
        let shared = (service, name.as_str());
        match document.get("combine").and_then(Value::as_array) {
            None => one(document, document, shared, &[], gathering),
            Some(pages) => {
                let remark = format!("one of {} pages that were one document", pages.len());
                for page in pages {
                    one(
                        page,
                        document,
                        shared,
                        std::slice::from_ref(&remark),
                        gathering,
                    );
                }
            }
        }
    }
}

fn one(
    page: &Value,
    document: &Value,
    (service, name): (&str, &str),
    remarks: &[String],
    gathering: &mut Gathering<'_>,
) {
    let of = |key: &str| page.get(key).or_else(|| document.get(key));
    let Some(address) = of("fetch").and_then(Value::as_str) else {
        gathering.leave(format!("{name}: it has no address."));
        return;
    };
    let Some(mut draft) = gathering.draft(address, Some(name)) else {
        return;
    };
    draft.publisher = Some(service.to_owned());
    draft.remarks = remarks.to_vec();
    if of("executeClientScripts").and_then(Value::as_bool) == Some(true) {
        draft.render = Render::Browser;
    }
    let Draft {
        select,
        drop,
        remarks,
        ..
    } = &mut draft;
    selectors(of("select"), select, remarks);
    selectors(of("remove"), drop, remarks);
    if select.len() > 1 {
        // There all of them together are the text; here the first that selects anything would be.
        *select = vec![select.join(", ")];
    }
    if let Some(filters) = of("filter").and_then(Value::as_array) {
        for filter in filters {
            let filter = filter
                .as_str()
                .map_or_else(|| filter.to_string(), str::to_owned);
            remarks.push(not_carried(
                &format!("the filter {filter}"),
                "it is a program of its own",
            ));
        }
    }
    gathering.add(draft);
}

/// Selectors, one or several; ranges between two of them have no equal here.
fn selectors(value: Option<&Value>, to: &mut Vec<String>, remarks: &mut Vec<String>) {
    match value {
        Some(Value::String(selector)) => add_selector(to, remarks, selector),
        Some(Value::Array(items)) => {
            items
                .iter()
                .for_each(|item| selectors(Some(item), to, remarks));
        }
        Some(range @ Value::Object(_)) => remarks.push(not_carried(
            &format!("the range {range}"),
            "select an element instead",
        )),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::lists::{Program, read};
    use crate::model::Render;

    #[test]
    fn a_declaration_becomes_a_watch_for_each_document() {
        let text = r##"{"name": "Livi", "terms": {
            "Privacy Policy": {"fetch": "https://a.example/privacy", "select": ["main", ".more"], "remove": "nav",
                "filter": ["removeQuery"], "executeClientScripts": true},
            "Terms of Service": {"combine": [{"fetch": "https://a.example/1", "select": {"startBefore": "#a", "endBefore": "#b"}},
                {"fetch": "https://a.example/2"}], "select": "body"}}}"##;
        let list = read(text.as_bytes(), &mut BTreeSet::new()).expect("a list");
        assert_eq!(list.program, Program::OpenTermsArchive);
        let ids: Vec<&str> = list.drafts.iter().map(|draft| draft.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "livi-privacy-policy",
                "livi-terms-of-service",
                "livi-terms-of-service-2"
            ]
        );
        let policy = &list.drafts[0];
        assert_eq!(
            (&policy.select[..], policy.render),
            (&["main, .more".to_owned()][..], Render::Browser)
        );
        assert_eq!(policy.publisher.as_deref(), Some("Livi"));
        assert!(policy.remarks[0].contains("removeQuery"));
        assert!(
            list.drafts[1]
                .remarks
                .iter()
                .any(|remark| remark.contains("the range"))
        );
        assert_eq!(list.drafts[2].select, ["body"]);
    }
}
