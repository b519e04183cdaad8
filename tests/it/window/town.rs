//! An archive of several documents that do what documents do: change alike, fail, promise, keep registers, lie in titles.

use crate::program::{Program, page};
use crate::site::Answer;

/// A title and a publisher that would be markup if anybody let them.
pub const HOSTILE: &str = "<script>alert(1)</script>\u{202e}\"><img src=x onerror=alert(2)>";
/// The same as a page must show it.
pub const HARMLESS: &str = "&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩";

/// Three documents that change alike and one that changes by itself, of two publishers; one that fails, and one that is
/// hostile.
pub fn town() -> Program {
    let mut program = Program::new();
    // What it is like must not hang on the hour at which it is made.
    program.settle("[[rule]]\nid = \"timing\"\nenabled = false");
    for id in ["one", "two", "three"] {
        program.watch(id, &format!("/{id}"), "publisher = \"Ministry of Pages\"\n");
        program
            .site
            .play(&format!("/{id}"), Answer::html(&shared("NHS Digital")));
    }
    program.watch("alone", "/alone", "publisher = \"Office & Sons\"\n");
    program.site.play(
        "/alone",
        Answer::html(&page(
            "Nobody is asked twice. The report will be published by 1 March 2016.",
        )),
    );
    program.watch("broken", "/broken", "publisher = \"Office & Sons\"\n");
    program.site.play("/broken", Answer::status(500));
    program.watch("evil", "/evil", &format!("publisher = {}\n", toml(HOSTILE)));
    program
        .site
        .play("/evil", Answer::html(&evil("It says little.")));
    program.watch(
        "register",
        "/register",
        "kind = \"register\"\npublisher = \"Office & Sons\"\n",
    );
    program
        .site
        .play("/register", Answer::html(&register("Leeds")));
    program.run("visit --all");
    for id in ["one", "two", "three"] {
        program
            .site
            .replay(&format!("/{id}"), Answer::html(&shared("NHS England")));
    }
    program.site.replay(
        "/alone",
        Answer::html(&page(
            "Everybody is asked once a year. The report will be published by 1 March 2016.",
        )),
    );
    program.site.replay(
        "/evil",
        Answer::html(&evil("It says much more than it did.")),
    );
    program
        .site
        .replay("/register", Answer::html(&register("York")));
    program.run("visit --all");
    program
}

/// A string of TOML.
fn toml(text: &str) -> String {
    serde_json::to_string(text).expect("text")
}

fn shared(who: &str) -> String {
    page(&format!(
        "Requests are decided by {who}, which publishes each decision within a month."
    ))
}

fn evil(sentence: &str) -> String {
    let title = HOSTILE
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><main><h1>{title}</h1>\
         <p>This page is about nothing in particular, and says so at some length.</p><p>{sentence}</p></main></body></html>"
    )
}

fn register(second: &str) -> String {
    let row =
        |key: usize, who: &str| format!("<tr><td>DARS-{key}</td><td>{who}</td><td>=1+1</td></tr>");
    let more: String = (3..30).map(|key| row(key, "Hull")).collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Data released</title></head><body><main><h1>Data released</h1>\
         <p>Who was given data, under which reference.</p>\
         <table><thead><tr><th>Reference</th><th>Organisation</th><th>Terms</th></tr></thead><tbody>{}{}{more}</tbody></table>\
         </main></body></html>",
        row(1, "Bath"),
        row(2, second)
    )
}
