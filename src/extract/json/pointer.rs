//! Chooses parts of JSON by JSON Pointers (RFC 6901) in which `*` stands for every key or index.

use serde_json::{Map, Value};

/// The parts of a value that pointers choose, in the shape they stand in.
///
/// # Errors
/// The first pointer that chooses nothing.
pub fn chosen<'a>(value: &Value, pointers: &'a [String]) -> Result<Value, &'a str> {
    let paths: Vec<Vec<String>> = pointers.iter().map(|pointer| steps(pointer)).collect();
    for (path, pointer) in paths.iter().zip(pointers) {
        if !leads_somewhere(value, path) {
            return Err(pointer);
        }
    }
    let paths: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
    Ok(part(value, &paths).unwrap_or(Value::Null))
}

/// The steps of a pointer; one without the slash in front is read as if it had it.
fn steps(pointer: &str) -> Vec<String> {
    if pointer.is_empty() {
        return Vec::new();
    }
    let steps = pointer.strip_prefix('/').unwrap_or(pointer).split('/');
    steps
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// Whether a path ends at something. A list or an object that is empty is something to `*`: it may fill again.
fn leads_somewhere(value: &Value, path: &[String]) -> bool {
    let Some((step, rest)) = path.split_first() else {
        return true;
    };
    match (value, step.as_str()) {
        (Value::Array(list), "*") => {
            list.is_empty() || list.iter().any(|one| leads_somewhere(one, rest))
        }
        (Value::Object(map), "*") if !map.contains_key("*") => {
            map.is_empty() || map.values().any(|one| leads_somewhere(one, rest))
        }
        (Value::Object(map), step) => map.get(step).is_some_and(|one| leads_somewhere(one, rest)),
        (Value::Array(list), step) => {
            let one = step.parse().ok().and_then(|at: usize| list.get(at));
            one.is_some_and(|one| leads_somewhere(one, rest))
        }
        _ => false,
    }
}

/// The parts that paths lead to.
fn part(value: &Value, paths: &[&[String]]) -> Option<Value> {
    if paths.iter().any(|path| path.is_empty()) {
        return Some(value.clone());
    }
    let below = |key: &str| -> Vec<&[String]> {
        let fits = paths.iter().filter(|path| path[0] == key || path[0] == "*");
        fits.map(|path| &path[1..]).collect()
    };
    let inside = |key: &str, one: &Value| {
        let paths = below(key);
        (!paths.is_empty()).then(|| part(one, &paths)).flatten()
    };
    match value {
        Value::Object(map) => {
            let kept = map
                .iter()
                .filter_map(|(key, one)| Some((key.clone(), inside(key, one)?)));
            let kept: Map<String, Value> = kept.collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(list) => {
            let numbered = list.iter().enumerate();
            let kept: Vec<Value> = numbered
                .filter_map(|(at, one)| inside(&at.to_string(), one))
                .collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn case(pointers: &[&str], expected: Result<Value, &str>) {
        let value = json!({
            "at": "now",
            "a/b": 1,
            "list": [{"id": 1, "name": "x", "n": 9}, {"id": 2, "name": "y", "n": 8}],
            "none": [],
            "deep": {"one": {"text": "t", "at": 1}, "two": {"text": "u", "at": 2}},
        });
        let pointers: Vec<String> = pointers.iter().map(|p| (*p).to_owned()).collect();
        assert_eq!(chosen(&value, &pointers), expected, "{pointers:?}");
    }

    #[test]
    fn pointers_choose_parts_where_they_stand() {
        case(&["/a~1b"], Ok(json!({"a/b": 1})));
        case(&["/list/1/name"], Ok(json!({"list": [{"name": "y"}]})));
        case(
            &["/list/*/id", "/list/*/name"],
            Ok(json!({"list": [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]})),
        );
        case(
            &["/deep/*/text"],
            Ok(json!({"deep": {"one": {"text": "t"}, "two": {"text": "u"}}})),
        );
        case(&["/none/*/id"], Ok(Value::Null));
    }

    #[test]
    fn a_pointer_that_chooses_nothing_is_named() {
        case(&["/at", "/gone"], Err("/gone"));
        case(&["/list/*/gone"], Err("/list/*/gone"));
        case(&["/list/7"], Err("/list/7"));
        case(&["/at/x"], Err("/at/x"));
    }
}
