//! The document of the API (OpenAPI 3.1), made from the code that answers.

use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Made;

use crate::model::NameKind;
use crate::web::problem::{self, Problem};

/// Where it is.
pub(super) const PATH: &str = "/api/v1/openapi.json";

/// What stands at its head.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Smallprint",
        description = "What changed on pages where policy is made: documents, their versions, what differs between \
                       them, and why it matters. For reading, without a key. Times are UTC. A list has a page of rows, \
                       where the next page is, and how the answer is cited.",
    ),
    servers((url = "/")),
    components(schemas(Problem)),
    tags(
        (name = "documents", description = "What is watched: versions, captures and visits."),
        (name = "changes", description = "What changed, why it matters, and what was said of it."),
        (name = "words", description = "Where words stand."),
        (name = "names", description = "Datasets, registers, programmes and the like."),
        (name = "tables", description = "Tables, and what became of their rows."),
        (name = "archive", description = "The archive itself."),
    ),
)]
pub(super) struct Document;

/// What every question may be answered besides its answer.
const BESIDES: [(&str, &str); 7] = [
    ("400", "The question cannot be understood."),
    ("404", "What is asked for is not there."),
    ("405", "Here things are read, and nothing is written."),
    ("414", "The address is too long."),
    (
        "429",
        "The address of whoever asks asked too often; `Retry-After` says when to come back.",
    ),
    ("500", "The answer could not be made."),
    ("503", "The archive cannot be read at present."),
];

/// The whole document, with what every question may be answered besides its answer.
pub(super) fn whole(made: &Made) -> Value {
    let mut document = serde_json::to_value(made).unwrap_or_default();
    let problems = |description: &str| {
        json!({
            "description": description,
            "content": { problem::TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    let paths = document["paths"].as_object_mut();
    for (path, item) in paths.into_iter().flatten() {
        let parameters = item["get"].get_mut("parameters");
        let parameters = parameters.and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            narrow(path, parameter);
        }
        let Some(answers) = item["get"]["responses"].as_object_mut() else {
            continue;
        };
        for (status, description) in BESIDES {
            answers.insert(status.to_owned(), problems(description));
        }
        if path.ends_with("/{span}") {
            let none = problems("There is no such form of a redline.");
            answers.insert("406".to_owned(), none);
        }
        let same =
            json!({ "description": "Whoever asks has the answer already (`If-None-Match`)." });
        answers.insert("304".to_owned(), same);
    }
    document
}

/// Says of a parameter what its type does not.
fn narrow(path: &str, parameter: &mut Value) {
    let time = json!({ "anyOf": [
        { "type": "string", "format": "date" },
        { "type": "string", "format": "date-time" },
    ] });
    let of_coverage = path.ends_with("/coverage");
    match parameter["name"].as_str().unwrap_or_default() {
        "since" | "until" | "time" => parameter["schema"] = time,
        "from" | "to" if of_coverage => parameter["schema"] = time,
        "cursor" => parameter["schema"]["pattern"] = json!("^([0-9a-f]{2})*$"),
        "no" => parameter["schema"]["pattern"] = json!("^b?[1-9][0-9]{0,8}$"),
        "span" => {
            let pattern = r"^[0-9]{1,9}\.\.[0-9]{1,9}(\.(json|md|html|txt|patch))?$";
            parameter["schema"]["pattern"] = json!(pattern);
        }
        "kind" if path.ends_with("/names") => {
            let kinds = NameKind::ALL.map(NameKind::word);
            parameter["schema"] = json!({ "type": "string", "enum": kinds });
        }
        _ => {}
    }
}
