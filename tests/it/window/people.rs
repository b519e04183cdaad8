//! Signing in, and saying something of a change.

use crate::program::Program;
use crate::window::house::{Answer, Asked, Open, changed};

pub const PASSWORD: &str = "a harbour with nine boats";
const CHANGE: &str = "/triage/page/1..2";

/// An archive with an account, and its window.
fn open() -> Open {
    let program = changed();
    account(&program, "Ada");
    Open::of(program)
}

pub fn account(program: &Program, name: &str) {
    let said = program.told(&["account", "add", name], &format!("{PASSWORD}\n"));
    assert_eq!(said.code, 0, "{}", said.err);
}

pub fn form(path: &str, fields: &[(&str, &str)]) -> Asked {
    Asked::form(path, fields).with("sec-fetch-site", "same-origin")
}

/// Signs in; the cookie.
pub fn sign_in(open: &Open, name: &str) -> String {
    let fields = [("name", name), ("password", PASSWORD), ("to", CHANGE)];
    let answer = open.ask(&form("/sign-in", &fields));
    assert_eq!((answer.status, answer.field("location")), (303, CHANGE));
    let cookie = answer.field("set-cookie");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().expect("a cookie").to_owned()
}

/// What forms of this page carry.
pub fn mark(page: &Answer) -> String {
    let (_, rest) = page
        .text
        .split_once("name=\"mark\" value=\"")
        .expect("a mark");
    rest.split('"').next().expect("a mark").to_owned()
}

fn seen(open: &Open, cookie: &str) -> Answer {
    open.ask(&Asked::get(CHANGE).with("cookie", cookie))
}

#[test]
fn whoever_is_signed_in_says_what_they_make_of_a_change_and_it_is_recorded() {
    let open = open();
    let first = open.get(CHANGE);
    assert_eq!(first.status, 303);
    assert!(
        first.field("location").starts_with("/sign-in?to="),
        "{}",
        first.field("location")
    );
    let cookie = sign_in(&open, "ada");
    let mark = mark(&seen(&open, &cookie));
    let say = |fields: &[(&str, &str)]| {
        let fields = [&[("mark", mark.as_str())], fields].concat();
        open.ask(&form(CHANGE, &fields).with("cookie", &cookie))
    };
    assert_eq!(say(&[("says", "significant")]).status, 303);
    assert_eq!(
        say(&[("says", "note"), ("text", "The board <b>met</b> that day.")]).status,
        303
    );
    let page = seen(&open, &cookie);
    for part in [
        "Ada</strong>: significant",
        "The board &lt;b&gt;met&lt;/b&gt; that day.",
    ] {
        assert!(page.text.contains(part), "{}", page.text);
    }
    // The first decision holds until it is undone.
    let again = say(&[("says", "noise")]);
    assert!(
        again.text.contains("Ada was first; nothing was changed."),
        "{}",
        again.text
    );
    let undo = page
        .text
        .split("value=\"undo-")
        .nth(1)
        .expect("it can be undone");
    let undo = format!("undo-{}", undo.split('"').next().expect("a number"));
    assert_eq!(say(&[("says", &undo)]).status, 303);
    assert_eq!(say(&[("says", "noise")]).status, 303);
    assert!(seen(&open, &cookie).text.contains("Ada</strong>: noise"));
}

#[test]
fn a_wrong_password_lets_nobody_in_and_never_reaches_the_log() {
    let open = open();
    for (name, password) in [
        ("Ada", "a harbour with ten boats"),
        ("Bo", PASSWORD),
        ("", ""),
    ] {
        let answer = open.ask(&form("/sign-in", &[("name", name), ("password", password)]));
        assert_eq!((answer.status, answer.field("set-cookie")), (401, ""));
        assert!(
            answer
                .text
                .contains("There is no account of this name with this password.")
        );
        assert!(
            password.is_empty() || !answer.text.contains(password),
            "{}",
            answer.text
        );
    }
    let log = open.stop();
    assert!(
        log.contains("somebody gave a wrong name or password"),
        "{log}"
    );
    assert!(!log.contains("boats"), "{log}");
}

#[test]
fn nothing_is_said_in_the_name_of_somebody_else() {
    let open = open();
    let cookie = sign_in(&open, "Ada");
    let mark = mark(&seen(&open, &cookie));
    let fields = [("mark", mark.as_str()), ("says", "noise")];
    let elsewhere = Asked::form(CHANGE, &fields).with("cookie", &cookie);
    let elsewhere = elsewhere.with("sec-fetch-site", "cross-site");
    assert_eq!(open.ask(&elsewhere).status, 403, "another site sent it");
    let foreign = Asked::form(CHANGE, &fields).with("cookie", &cookie);
    let foreign = foreign.with("origin", "https://evil.example");
    assert_eq!(open.ask(&foreign).status, 403, "another site sent it");
    for wrong in ["", "0123456789abcdef"] {
        let fields = [("mark", wrong), ("says", "noise")];
        assert_eq!(
            open.ask(&form(CHANGE, &fields).with("cookie", &cookie))
                .status,
            403
        );
    }
    let nobody = open.ask(&form(CHANGE, &fields).with("cookie", "smallprint-session=guess"));
    assert_eq!(nobody.status, 303, "to sign in first");
    let long = "x".repeat(200_000);
    let fields = [
        ("mark", mark.as_str()),
        ("says", "note"),
        ("text", long.as_str()),
    ];
    assert_eq!(
        open.ask(&form(CHANGE, &fields).with("cookie", &cookie))
            .status,
        400
    );
    assert!(!seen(&open, &cookie).text.contains("Said so far"));
}

#[test]
fn a_session_ends_with_its_account_its_password_or_by_signing_out() {
    let open = open();
    let program = &open.program;
    let cookie = sign_in(&open, "Ada");
    assert_eq!(seen(&open, &cookie).status, 200);
    let other = "another password that is long";
    let said = program.told(&["account", "password", "Ada"], &format!("{other}\n"));
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(seen(&open, &cookie).status, 303, "the password is another");
    account(program, "Bo");
    let cookie = sign_in(&open, "Bo");
    let fields = [("mark", mark(&seen(&open, &cookie)))];
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let out = open.ask(&form("/sign-out", &fields).with("cookie", &cookie));
    assert_eq!(out.status, 303);
    assert!(
        out.field("set-cookie").contains("Max-Age=0"),
        "{}",
        out.field("set-cookie")
    );
    assert_eq!(seen(&open, &cookie).status, 303, "it was ended");
    let cookie = sign_in(&open, "Bo");
    assert_eq!(program.told(&["account", "remove", "Bo"], "").code, 0);
    assert_eq!(seen(&open, &cookie).status, 303, "the account is gone");
}

#[test]
fn accounts_are_made_listed_and_refused_with_a_sentence() {
    let program = changed();
    account(&program, "Ada");
    let said = program.expect("--json account list", 0).json();
    assert_eq!(said[0]["name"], "Ada");
    for (arguments, input, error) in [
        (
            ["account", "add", "ada"],
            PASSWORD,
            "There is an account “ada” already",
        ),
        (
            ["account", "add", "Bo"],
            "short",
            "A password has at least 12 characters",
        ),
        (["account", "remove", "Bo"], "", "There is no account “Bo”"),
    ] {
        let said = program.told(&arguments, &format!("{input}\n"));
        assert_eq!(said.code, 2);
        assert!(said.err.contains(error), "{}", said.err);
    }
    use std::os::unix::fs::PermissionsExt;
    let file = std::fs::metadata(program.data().join("accounts.json")).expect("a file");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_window_for_reading_only_takes_nothing() {
    let program = changed();
    account(&program, "Ada");
    let open = Open::with(program, &["--read-only"]);
    let fields = [("name", "Ada"), ("password", PASSWORD)];
    let answer = open.ask(&form("/sign-in", &fields));
    assert_eq!(answer.status, 403);
    assert!(
        answer.text.contains("This window is for reading only."),
        "{}",
        answer.text
    );
    assert!(
        open.get("/sign-in")
            .text
            .contains("Nobody can sign in here")
    );
}

#[test]
fn who_reads_must_know_the_password_where_there_is_one() {
    let mut program = changed();
    program.settle("[window]\nlisten = \"127.0.0.1:0\"\npassword_env = \"WINDOW_PASSWORD\"");
    let refused = program.run("serve --listen 127.0.0.1:0");
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("there is none where it says"),
        "{}",
        refused.err
    );
    program.set("WINDOW_PASSWORD", "open-the-window-please");
    let open = Open::of(program);
    for path in ["/", "/d/page/1..2", "/style.css", "/sign-in", "/nowhere"] {
        let answer = open.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(
            answer.field("www-authenticate").starts_with("Basic realm="),
            "{path}"
        );
        assert!(!answer.text.contains("Nobody is asked twice."), "{path}");
    }
    let with = |said: &str| {
        open.ask(&Asked::get("/").with("authorization", said))
            .status
    };
    assert_eq!(with("Bearer open-the-window-please"), 200);
    assert_eq!(with("Basic YW55Ym9keTpvcGVuLXRoZS13aW5kb3ctcGxlYXNl"), 200);
    assert_eq!(with("Bearer open-the-window-pleasx"), 401);
    let log = open.stop();
    assert!(!log.contains("open-the-window"), "{log}");
}

#[test]
fn a_page_elsewhere_whose_name_leads_here_is_not_answered() {
    let mut program = changed();
    program.settle_in_settings("public_url = \"https://archive.example/\"");
    let open = Open::of(program);
    let asked = |host: &str| open.ask(&Asked::get("/").with("host", host));
    assert_eq!(asked("evil.example").status, 421);
    let answer = asked("archive.example");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.field("strict-transport-security"),
        "max-age=31536000"
    );
}
