//! What an archive said that was asked to keep a copy, wherever programs are told of a change.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use smallprint::model::{Fact, Save};
use smallprint::store::Store;

use crate::evidence::changed;
use crate::program::Program;
use crate::window::house::Open;

/// Notes what an archive said when it was asked to keep the page as it stood after a change.
fn note(program: &Program, of: u64, refused: Option<&str>) {
    let at: DateTime<Utc> = "2026-07-06T12:05:00Z".parse().expect("a time");
    let save = Save {
        of,
        archive: "web.archive.example".to_owned(),
        at,
        refused: refused.map(str::to_owned),
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&program.data()).await.expect("an archive");
        let noted = store.append(Fact::Saved(save), at, None).await;
        noted.expect("it is noted");
        store.close(at).await.expect("closed");
    });
}

#[test]
fn programs_are_told_which_archive_was_asked_for_a_copy_and_what_it_said() {
    let program = changed();
    let explained = |program: &Program| {
        let said = program.expect("--json explain page 1..2", 0);
        said.json().remove(0)
    };
    let before = explained(&program);
    assert_eq!(before["corroboration"]["asked"], json!([]));
    let change = before["entry"].as_u64().expect("an entry");
    for (refused, outcome) in [(None, "taken"), (Some("It is on a list."), "refused")] {
        note(&program, change, refused);
        let asked = json!([{
            "archive": "web.archive.example",
            "at": "2026-07-06T12:05:00Z",
            "outcome": outcome,
            "why": refused,
        }]);
        let told = explained(&program);
        assert_eq!(told["corroboration"]["asked"], asked, "{told}");
        let history = program.expect("--json history page", 0).json();
        assert_eq!(history[1]["corroboration"]["asked"], asked, "{history:?}");
        assert_eq!(history[1]["corroboration"]["stands"], "ours-only");
        let said = program.expect("history page", 0).text();
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("web.archive.example was asked to keep a copy"),
            "{said}"
        );
        assert_eq!(
            said.contains("a copy, and refused"),
            refused.is_some(),
            "{said}"
        );
    }
    let open = Open::of(program);
    let told: Value = serde_json::from_str(&open.get("/api/v1/changes").text).expect("JSON");
    let asked = &told["items"][0]["corroboration"]["asked"][0];
    assert_eq!(asked["outcome"], "refused", "{told}");
    assert_eq!(asked["why"], "It is on a list.");
}
