//! A mirror that keeps in step and is read meanwhile.

use crate::mirroring::{FIRST, SECOND, THIRD, furnished, refused, verified};
use crate::program::Program;
use crate::window::house::{Asked, Open};

/// The mirror of the archive at this address, with its window open and a first round behind it.
fn following(program: Program, from: &str) -> Open {
    let arguments = [
        "mirror",
        from,
        "copy",
        "--follow",
        "--every",
        "1s",
        "--window",
        "127.0.0.1:0",
    ];
    let mut running = program.start_with(&arguments);
    let line = running.until("the window is open at ");
    let mut open = Open::at(program, running, &line);
    open.until("is whole up to entry");
    open
}

#[test]
fn a_mirror_is_read_while_it_keeps_in_step() {
    let program = furnished();
    let elsewhere = program.beside();
    let mut running = program.start_with(&["run"]);
    let line = running.until("the window is open at ");
    let base = line.split("open at ").nth(1).expect("an address").trim();
    let mut open = following(elsewhere, base);
    for (path, words) in [("/d/page/1", FIRST), ("/d/page/2", SECOND)] {
        let page = open.get(path);
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert!(page.text.contains(words), "{path}: {}", page.text);
    }
    assert_eq!(open.get("/d/page/3").status, 404);
    assert!(open.get("/").text.contains("The page page"));
    // What comes is shown without being started again.
    program.say(THIRD);
    program.run("visit page");
    open.until("is whole up to entry");
    while open.get("/d/page/3").status != 200 {
        open.until("is whole up to entry");
    }
    assert!(open.get("/d/page/3").text.contains(THIRD));
    let listed = open.get("/api/v1/documents/page/versions").text;
    assert!(listed.contains("page@3"), "{listed}");
    let found = open.get("/search?q=eight+years").text;
    assert!(found.contains("eight"), "{found}");
    // Nobody says anything there: that would be another history than the archive's.
    let entrance = open.get("/sign-in").text;
    assert!(entrance.contains("Nobody can sign in here"), "{entrance}");
    let fields = [("name", "ada"), ("password", "x")];
    assert_eq!(open.ask(&Asked::form("/sign-in", &fields)).status, 403);
    // Other commands are answered, but for what would come into it here.
    let said = open.program.expect("--data copy --json history page", 0);
    assert_eq!(said.json().len(), 3, "{}", said.text());
    assert!(
        open.program
            .expect("--data copy show page@3", 0)
            .text()
            .contains(THIRD)
    );
    for asked in ["visit page", "key new"] {
        let said = open.program.run(&format!("--data copy {asked}"));
        assert_ne!(said.code, 0, "{asked}: {}", said.text());
        assert!(
            said.err.contains("another history"),
            "{asked}: {}",
            said.err
        );
    }
    // Whoever would open a window beside it is told how.
    let said = open.program.run("--data copy serve --listen 127.0.0.1:0");
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("--follow --window"), "{}", said.err);
    let elsewhere = open.close();
    running.stop();
    // What was read there is written nowhere.
    let open = Open::of(program);
    elsewhere.expect(&format!("mirror {} copy", open.base), 0);
    let program = open.close();
    let own = verified(&program, "smallprint-data");
    assert_eq!(verified(&elsewhere, "copy")["head"], own["head"]);
}

#[test]
fn a_mirror_is_read_by_those_who_may_read_there() {
    let program = furnished();
    let mut elsewhere = program.beside();
    elsewhere.replace("mirror_env", "password_env = \"WINDOW_WORD\"\nmirror_env");
    elsewhere.set("WINDOW_WORD", "a-password-for-reading");
    let source = Open::of(program);
    let open = following(elsewhere, &source.base);
    assert_eq!(open.get("/d/page/2").status, 401);
    let reader = Asked::get("/d/page/2").with("authorization", "Bearer a-password-for-reading");
    assert_eq!(open.ask(&reader).status, 200);
    // A mirror of the mirror keeps in step with it.
    let base = open.base.clone();
    source.program.expect(&format!("mirror {base} second"), 0);
    let mut elsewhere = open.close();
    let program = source.close();
    let own = verified(&program, "smallprint-data");
    assert_eq!(verified(&program, "second")["head"], own["head"]);
    // Without a watchlist there is nobody to say who may read, and without --follow no time to.
    elsewhere.set("SMALLPRINT_MIRROR_TOKEN", "0123456789abcdef-mirror");
    refused(
        &elsewhere.run(
            "--watchlist nowhere.toml mirror http://127.0.0.1:1 copy --follow --window 127.0.0.1:0",
        ),
        "nowhere.toml",
    );
    let said = elsewhere.run("mirror http://127.0.0.1:1 copy --window 127.0.0.1:0");
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("--follow"), "{}", said.err);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = taken.local_addr().expect("an address");
    refused(
        &elsewhere.run(&format!(
            "mirror http://127.0.0.1:1 copy --follow --window {at}"
        )),
        "cannot be listened on",
    );
}
