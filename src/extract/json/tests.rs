//! JSON as interfaces and sites serve it.

use super::*;
use crate::model::Reading;

fn read_keys(text: &str, keys: &[&str]) -> Result<Vec<(BlockKind, String)>, String> {
    let base = "https://a.uk/api".parse().expect("an address");
    let reading = Reading {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        ..Reading::default()
    };
    let draft = read(text, &Links::new(base, &[]), &Rules::of(&reading))?;
    let blocks = draft.blocks.into_iter();
    Ok(blocks.map(|block| (block.kind, block.text)).collect())
}

fn texts(text: &str) -> Vec<String> {
    let blocks = read_keys(text, &[]).expect("JSON").into_iter();
    blocks.map(|(_, text)| text).collect()
}

fn row(cells: &[&str], heading: bool) -> (BlockKind, String) {
    let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    let text = cells.join(" | ");
    (BlockKind::Row(cells, heading), text)
}

#[test]
fn the_order_of_keys_and_the_form_of_numbers_are_no_change() {
    assert_eq!(
        texts(r#"{"b":1.0,"a":[2,3e0],"c":{"y":-0.50,"x":null}}"#),
        texts("{\"c\": {\"x\": null, \"y\": -0.5}, \"a\": [2.0, 3],\n \"b\": 1}"),
    );
}

#[test]
fn a_list_of_flat_objects_is_a_table() {
    let json = r#"{"success":true,"result":{"total":2,"records":[
        {"ref":"DARS-1","who":"A","n":[1,2]},{"who":"B","ref":"DARS-2","url":"https://a.uk/2"}]}}"#;
    let found = read_keys(json, &[]).expect("JSON");
    let heading = |level, text: &str| (BlockKind::Heading(level), text.to_owned());
    let line = |text: &str| (BlockKind::Paragraph, text.to_owned());
    assert_eq!(
        found,
        [
            line("success: true"),
            heading(1, "result"),
            line("total: 2"),
            heading(2, "records"),
            row(&["n", "ref", "url", "who"], true),
            row(&["1, 2", "DARS-1", "", "A"], false),
            row(&["", "DARS-2", "https://a.uk/2", "B"], false),
        ]
    );
}

#[test]
fn objects_with_parts_are_called_by_their_names() {
    let json = r#"[{"title":"One","tags":["a","b"],"parts":{"body":"<p>First</p><p>Second <a href='/x'>x</a></p>"}},{"id":7,"parts":{"body":"Text\nof lines"}}]"#;
    let found = read_keys(json, &[]).expect("JSON");
    let heading = |level, text: &str| (BlockKind::Heading(level), text.to_owned());
    let line = |text: &str| (BlockKind::Paragraph, text.to_owned());
    let item = |text: &str| (BlockKind::Item(1), text.to_owned());
    assert_eq!(
        found,
        [
            heading(1, "One"),
            line("title: One"),
            heading(2, "parts"),
            heading(3, "body"),
            line("First"),
            line("Second x"),
            heading(2, "tags"),
            item("a"),
            item("b"),
            heading(1, "7"),
            line("id: 7"),
            heading(2, "parts"),
            heading(3, "body"),
            line("Text"),
            line("of lines"),
        ]
    );
}

#[test]
fn one_more_at_the_front_alters_no_other_line() {
    let before = texts(r#"[{"name":"a","x":{"y":1}},{"name":"b","x":{"y":2}}]"#);
    let after =
        texts(r#"[{"name":"c","x":{"y":3}},{"name":"a","x":{"y":1}},{"name":"b","x":{"y":2}}]"#);
    assert!(after.ends_with(&before), "{after:?}");
}

#[test]
fn keys_choose_what_is_text() {
    let json = r#"{"generated":"12:04:11","result":[{"ref":"1","who":"A","hits":99},{"ref":"2","who":"B","hits":7}]}"#;
    let found = read_keys(json, &["/result/*/ref", "/result/*/who"]).expect("JSON");
    assert_eq!(found[0], (BlockKind::Heading(1), "result".to_owned()));
    assert_eq!(
        found[1..],
        [
            row(&["ref", "who"], true),
            row(&["1", "A"], false),
            row(&["2", "B"], false)
        ]
    );
    let error = read_keys(json, &["/results"]).expect_err("nothing");
    assert_eq!(error, "has nothing where the key “/results” selects");
}

#[test]
fn lines_of_json_are_records() {
    let found = read_keys("{\"a\":1}\n{\"a\":2}\n", &[]).expect("JSON");
    assert_eq!(
        found,
        [row(&["a"], true), row(&["1"], false), row(&["2"], false)]
    );
}

#[test]
fn what_is_cut_off_or_nested_too_deep_is_refused_by_name() {
    for text in ["{\"a\": [1, 2", &"[".repeat(100_000), "Not found"] {
        let error = read_keys(text, &[]).expect_err("a mistake");
        assert!(
            error.starts_with("is no JSON that can be read: "),
            "{error}"
        );
    }
}

#[test]
fn an_address_is_a_link() {
    let base = "https://a.uk/api".parse().expect("an address");
    let rules = Rules::of(&Reading::default());
    let draft = read(
        r#"{"web":"https://a.uk/x#y"}"#,
        &Links::new(base, &[]),
        &rules,
    );
    let block = draft.expect("JSON").blocks.remove(0);
    assert_eq!(block.text, "web: https://a.uk/x#y");
    assert_eq!(block.links[0].url, "https://a.uk/x");
}

#[test]
fn cells_have_the_one_form_of_all_text() {
    let found = read_keys(
        "{\"a\":[{\"r\\u007fef\":1}],\"b\":[[\"one\\n two\",\"e\\u0301\"]]}",
        &[],
    );
    let rows = found.expect("JSON");
    for expected in [row(&["r ef"], true), row(&["one two", "\u{e9}"], false)] {
        assert!(rows.contains(&expected), "{rows:?}");
    }
}
