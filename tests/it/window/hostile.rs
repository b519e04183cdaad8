//! Hostile captured pages in a real Chromium: nothing of theirs runs, loads, or turns our pages round.

use serde_json::Value;

use crate::browser::chromium;
use crate::program::Program;
use crate::site::Answer;
use crate::window::chromium::Tab;
use crate::window::house::Open;
use crate::window::witness::Witness;

/// A page of every sort that shows something of a capture.
const PAGES: [&str; 26] = [
    "/",
    "/documents",
    "/d/evil",
    "/d/evil/1..2",
    "/d/evil/1..2?view=side",
    "/d/evil/1..2?view=changes",
    "/d/evil/0..1",
    "/d/evil/2",
    "/d/evil/2/served",
    "/d/evil/2/headers",
    "/d/evil/blame",
    "/d/evil/compare",
    "/d/evil/table/1",
    "/d/evil/row?table=1&key=DARS-2",
    "/compare?a=evil%401&b=evil%402",
    "/search?q=annex",
    "/search?q=annex&within=history",
    "/phrases?q=annex",
    "/names",
    "/registers",
    "/publishers",
    "/publishers/127.0.0.1",
    "/promises",
    "/corrections",
    "/status",
    "/api",
];

/// What may not be asked for by whoever looks at our pages.
const LEAK: &str = "/leak";

/// What would be markup if anybody let it, in every place that holds text.
const TEXT: &str = "&lt;script&gt;globalThis.ran = 1&lt;/script&gt;&lt;img src=x onerror=&quot;globalThis.ran = 1&quot;&gt;\
                    \u{202e}\u{2066}\u{2067}';alert(1)//\"&gt;&lt;/title&gt;&lt;/style&gt;&lt;/textarea&gt;";

fn evil(leak: &str, sentence: &str) -> String {
    let cells = format!("<td>{TEXT}</td>").repeat(9);
    let row = |number: usize| format!("<tr><td>DARS-{number}</td>{cells}</tr>");
    let rows: String = (1..400).map(row).collect();
    format!(
        "<!doctype html><html lang=\"en\" dir=\"rtl\"><head><title>The annex {TEXT}</title><base href=\"{leak}/base/\">\
         <meta name=\"description\" content=\"{TEXT}\"><link rel=\"stylesheet\" href=\"{leak}/sheet\">\
         <style>@import url({leak}/import); body {{ background: url({leak}/background) }} :root, * {{ direction: rtl !important }} \
         input[value^=\"a\"] {{ background: url({leak}/keys) }}</style>\
         <script>globalThis.ran = 1; new Image().src = '{leak}/script'</script></head>\
         <body onload=\"globalThis.ran = 1\"><main><h1>The annex {TEXT}</h1>\
         <p>This page is about nothing in particular, and says so at some length.</p><p>{sentence} {TEXT}</p>\
         <p style=\"background: url({leak}/style)\" onclick=\"globalThis.ran = 1\" onmouseover=\"globalThis.ran = 1\">The annex is read here. {TEXT}</p>\
         <svg onload=\"globalThis.ran = 1\"><script>globalThis.ran = 1</script><image href=\"{leak}/svg\"/><text>The annex</text></svg>\
         <math><mtext><img src=\"{leak}/math\" onerror=\"globalThis.ran = 1\"></mtext></math>\
         <p><a href=\"javascript:globalThis.ran = 1\">Read the annex</a> <a href=\"data:text/html,<script>opener.ran = 1</script>\">or here</a> \
         <a href=\"  java&#9;script:globalThis.ran = 1\">or there</a> <a href=\"{leak}/pdf.pdf\" ping=\"{leak}/ping\">The annex {TEXT} (PDF)</a></p>\
         <img src=\"{leak}/image\" onerror=\"globalThis.ran = 1\" alt=\"{TEXT}\"><video src=\"{leak}/video\" autoplay></video>\
         <iframe srcdoc=\"<script>parent.ran = 1</script>\"></iframe><object data=\"{leak}/object\"></object>\
         <form action=\"{leak}/form\"><button formaction=\"javascript:globalThis.ran = 1\">Go</button></form>\
         <table><thead><tr><th>Reference</th>{heads}</tr></thead><tbody>{rows}</tbody></table>\
         </main></body></html>",
        heads = format!("<th>{TEXT}</th>").repeat(9),
    )
}

/// An archive of a hostile page that changed, and the address under which it would fetch things.
fn open() -> (Open, String) {
    let mut program = Program::new();
    program.watch("evil", "/evil", "");
    // Whatever is asked for there was asked for by a page of ours, or by the control.
    let leak = program.site.url(LEAK).to_string();
    let page = |sentence| Answer::html(&evil(&leak, sentence));
    program.site.play("/evil", page("Nobody reads the annex."));
    program.run("visit --all");
    program
        .site
        .replay("/evil", page("Everybody reads the annex by 1 March 2016."));
    program.run("visit --all");
    (Open::of(program), leak)
}

/// Touches everything that could run a script, and says what ran and which way our own words run.
const TOUCHED: &str = "(() => { \
    const touch = one => ['mouseover', 'click', 'focus', 'load', 'error'].forEach(name => one.dispatchEvent(new Event(name))); \
    [...document.querySelectorAll('main *')].slice(0, 3000).forEach(touch); \
    [...document.querySelectorAll('a')].filter(one => /^\\s*(javascript|data|vbscript)/i.test(one.getAttribute('href'))).forEach(one => one.click()); \
    const links = [...document.querySelectorAll('header.top nav a')]; \
    const places = links.slice(0, 2).map(one => one.getBoundingClientRect().left); \
    const own = ['html', 'body', 'header.top', 'footer.foot', 'h1'].map(one => getComputedStyle(document.querySelector(one)).direction); \
    return { ran: globalThis.ran ?? null, unsafe: document.querySelectorAll('script, main img, main iframe, main object, main style, main [style], main svg script, base').length, \
             odd: [...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames()).filter(name => name.startsWith('on')), \
             leads: [...document.querySelectorAll('a')].filter(one => !/^(https?|mailto):/.test(one.href)).map(one => one.href), \
             right: places.length > 1 && places[0] < places[1], own: own.every(one => one === 'ltr') }; })()";

#[test]
fn nothing_of_a_hostile_page_runs_loads_or_turns_ours_round() {
    let (open, leak) = open();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let Some((path, _alone)) = chromium().await else {
            return;
        };
        let tab = Tab::open(&path).await;
        let witness = Witness::of(tab.page()).await;
        for path in PAGES {
            let url = format!("{}{path}", open.base);
            tab.go(&url).await;
            let found = tab.ask(TOUCHED).await;
            assert_eq!(found["ran"], Value::Null, "{path}: {found}");
            assert_eq!(found["unsafe"], 0, "{path}: {found}");
            for none in ["odd", "leads"] {
                assert!(
                    found[none].as_array().is_some_and(Vec::is_empty),
                    "{path}: {found}"
                );
            }
            assert_eq!(
                found["own"], true,
                "{path}: our own words run the other way"
            );
            assert_eq!(
                found["right"], true,
                "{path}: our links stand the other way round"
            );
            let here = tab.ask("location.href").await;
            assert!(
                here.as_str()
                    .is_some_and(|here| here.starts_with(&open.base)),
                "{path}: led to {here}"
            );
            let shown = tab.ask("document.querySelector('main').innerText").await;
            assert!(
                shown
                    .as_str()
                    .is_some_and(|text| !text.contains('\u{202e}')),
                "{path}"
            );
            let noted = witness.take();
            assert!(
                noted
                    .asked
                    .iter()
                    .any(|asked| asked.starts_with(&open.base)),
                "{path}: {noted:?}"
            );
            // The browser's own pictures of fields for days stand in such addresses, which lead nowhere.
            let own = |asked: &String| {
                asked.starts_with(&open.base) || asked.starts_with("data:image/svg+xml;base64,")
            };
            assert!(noted.asked.iter().all(own), "{path}: {:?}", noted.asked);
            assert!(
                noted.dialogs.is_empty() && noted.complaints.is_empty(),
                "{path}: {noted:?}"
            );
        }
        let leaked = |open: &Open| {
            let asked = open.program.site.asked().into_iter();
            asked.filter(|asked| asked.target.starts_with(LEAK)).count()
        };
        // What the program itself fetched of the page's links is not of the window.
        let by_program = leaked(&open);
        controlled(&tab, &witness, &open, &leak).await;
        assert!(
            leaked(&open) > by_program,
            "the page fetches nothing where it may"
        );
        tab.close().await;
    });
}

/// The page where it stands: there its script runs, its dialogs open, its things are fetched; and it is noticed.
async fn controlled(tab: &Tab, witness: &Witness, open: &Open, leak: &str) {
    let control =
        evil(leak, "").replace("globalThis.ran = 1;", "globalThis.ran = 1; alert('here');");
    open.program.site.play("/control", Answer::html(&control));
    tab.go(open.program.site.url("/control").as_str()).await;
    assert_eq!(tab.ask("globalThis.ran ?? null").await, 1);
    assert_eq!(
        tab.ask("getComputedStyle(document.body).direction").await,
        "rtl"
    );
    let noted = witness.take();
    assert_eq!(noted.dialogs, ["here"]);
    assert!(
        noted.asked.iter().any(|asked| asked.starts_with(leak)),
        "{noted:?}"
    );
    assert!(
        !noted.complaints.is_empty(),
        "nothing that is not there was complained of"
    );
}

#[test]
fn what_was_served_is_given_back_for_keeping_only() {
    let (open, _) = open();
    let raw = open.get("/d/evil/2/raw");
    assert_eq!(raw.field("content-type"), "application/octet-stream");
    assert_eq!(
        raw.field("content-security-policy"),
        "sandbox; default-src 'none'"
    );
    assert!(
        raw.field("content-disposition").starts_with("attachment"),
        "{}",
        raw.field("content-disposition")
    );
    let body = open.get("/api/v1/documents/evil/versions/2/body");
    assert!(
        body.field("content-disposition").starts_with("attachment"),
        "{}",
        body.field("content-disposition")
    );
    assert!(
        !body.field("content-type").starts_with("text/html"),
        "{}",
        body.field("content-type")
    );
}
