//! Deciding on a name in the window.

use crate::program::Program;
use crate::window::house::{Answer, Asked, Open};
use crate::window::people::{account, form, mark, sign_in};

const FIRST: &str = "Practices submit the Primary Care Sleep Data Set every month.";
const SECOND: &str = "Practices submit the Primary Care Rest Data Set every month.";
const SLEEP: &str = "Primary Care Sleep Data Set";

/// An archive that knows two names, with an account, and its window; how the two are written in addresses.
fn open() -> (Open, [String; 2]) {
    let program = Program::with_page(FIRST);
    program.expect("visit --all", 0);
    program.say(SECOND);
    program.run("visit --all");
    let names = program.expect("--json names", 0).json();
    let of = |word: &str| {
        let of = |name: &&serde_json::Value| {
            name["name"]
                .as_str()
                .is_some_and(|name| name.contains(word))
        };
        let name = names.iter().find(of).expect("a name that was seen");
        let canonical = name["canonical"].as_str().expect("a text");
        format!("/names/{}", canonical.replace(' ', "%20"))
    };
    let both = [of("Sleep"), of("Rest")];
    account(&program, "Ada");
    (Open::of(program), both)
}

fn seen(open: &Open, cookie: &str, path: &str) -> Answer {
    open.ask(&Asked::get(path).with("cookie", cookie))
}

#[test]
fn whoever_is_signed_in_dismisses_merges_and_restores_a_name() {
    let (open, [sleep, rest]) = open();
    let ruling = |name: &str| format!("{name}/ruling");
    open.get(&sleep).link(&ruling(&sleep));
    let first = open.get(&ruling(&sleep));
    assert_eq!(first.status, 303);
    assert!(
        first
            .field("location")
            .starts_with("/sign-in?to=%2Fnames%2F"),
        "{}",
        first.field("location")
    );
    let cookie = sign_in(&open, "Ada");
    let mark = mark(&seen(&open, &cookie, &ruling(&sleep)));
    let rule = |name: &str, fields: &[(&str, &str)]| {
        let fields = [&[("mark", mark.as_str())], fields].concat();
        open.ask(&form(&ruling(name), &fields).with("cookie", &cookie))
    };
    let answer = rule(
        &sleep,
        &[("ruled", "dismissed"), ("why", "It is <b>no</b> name.")],
    );
    assert_eq!(
        (answer.status, answer.field("location")),
        (303, sleep.as_str())
    );
    let page = open.get(&sleep);
    assert!(
        page.text.contains("“It is &lt;b&gt;no&lt;/b&gt; name.”"),
        "{}",
        page.text
    );
    assert!(!open.get("/names").text.contains(SLEEP));
    assert!(open.get("/names?dismissed=yes").text.contains(SLEEP));
    let kept = open.program.expect("--json names --dismissed", 0).json();
    assert_eq!(kept[0]["ruling"]["by"], "Ada");
    assert_eq!(rule(&sleep, &[("ruled", "restored")]).status, 303);
    assert!(open.get("/names").text.contains(SLEEP));
    let answer = rule(&rest, &[("ruled", "merged"), ("into", SLEEP)]);
    assert_eq!(
        (answer.status, answer.field("location")),
        (303, sleep.as_str())
    );
    assert!(
        open.get(&sleep)
            .text
            .contains("also Primary Care Rest Data Set")
    );
    let page = seen(&open, &cookie, &ruling(&rest));
    assert!(page.text.contains("It holds no more"), "{}", page.text);
    assert_eq!(rule(&rest, &[("ruled", "restored")]).status, 303);
    assert!(
        !open
            .get(&sleep)
            .text
            .contains("also Primary Care Rest Data Set")
    );
}

#[test]
fn nothing_is_decided_by_strangers_or_without_sense() {
    let (open, [sleep, _]) = open();
    let path = format!("{sleep}/ruling");
    let cookie = sign_in(&open, "Ada");
    let mark = mark(&seen(&open, &cookie, &path));
    let ask = |fields: &[(&str, &str)]| open.ask(&form(&path, fields).with("cookie", &cookie));
    assert_eq!(
        ask(&[("mark", "guess"), ("ruled", "dismissed")]).status,
        403
    );
    let elsewhere = Asked::form(&path, &[("mark", mark.as_str()), ("ruled", "dismissed")]);
    let elsewhere = elsewhere
        .with("cookie", &cookie)
        .with("sec-fetch-site", "cross-site");
    assert_eq!(open.ask(&elsewhere).status, 403);
    let nobody = form(&path, &[("mark", mark.as_str()), ("ruled", "dismissed")]);
    assert_eq!(open.ask(&nobody).status, 303, "to sign in first");
    let own = |fields: &[(&str, &str)]| ask(&[&[("mark", mark.as_str())], fields].concat());
    for (fields, said) in [
        (
            &[("ruled", "sold")][..],
            "The form does not say what is meant.",
        ),
        (
            &[("ruled", "merged")],
            "The form does not say what is meant.",
        ),
        (&[("ruled", "merged"), ("into", SLEEP)], "already."),
        (
            &[("ruled", "merged"), ("into", "The Data Set of Nobody")],
            "The archive knows no name",
        ),
        (&[("ruled", "restored")], "Nothing was decided on"),
    ] {
        let answer = own(fields);
        assert_eq!(answer.status, 400, "{fields:?}");
        assert!(answer.text.contains(said), "{fields:?}: {}", answer.text);
    }
    assert_eq!(open.get("/names/nobody").status, 404);
    assert!(
        open.program
            .expect("--json names --dismissed", 0)
            .json()
            .is_empty()
    );
}
