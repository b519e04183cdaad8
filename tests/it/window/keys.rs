//! The window with a keyboard alone, and on paper.

use chromiumoxide::cdp::browser_protocol::emulation::SetEmulatedMediaParams;

use crate::browser::chromium;
use crate::window::chromium::Tab;
use crate::window::house::{Open, changed};
use crate::window::people::{PASSWORD, account};

/// Goes on with the Tab key until this holds of what has the focus, which is `here`.
async fn reaches(tab: &Tab, holds: &str) {
    for _ in 0..80 {
        tab.press("Tab").await;
        let script = format!("(here => !!({holds}))(document.activeElement)");
        if tab.ask(&script).await == true {
            let outline = "getComputedStyle(document.activeElement).outlineStyle";
            assert_ne!(
                tab.ask(outline).await,
                "none",
                "{holds}: the focus cannot be seen"
            );
            return;
        }
    }
    panic!("no key leads to where {holds}");
}

fn with_browser(test: impl AsyncFnOnce(&Tab, &Open)) {
    let program = changed();
    account(&program, "Ada");
    let open = Open::of(program);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let Some((path, _alone)) = chromium().await else {
            return;
        };
        let tab = Tab::open(&path).await;
        test(&tab, &open).await;
        tab.close().await;
    });
}

#[test]
fn a_keyboard_alone_filters_searches_signs_in_and_says_what_it_makes_of_a_change() {
    with_browser(async |tab, open| {
        tab.go(&format!("{}/", open.base)).await;
        reaches(tab, "here.name === 'q'").await;
        tab.types("page").await;
        tab.press("Enter").await;
        tab.comes("new URLSearchParams(location.search).get('q') === 'page'")
            .await;
        assert!(
            tab.ask("document.querySelectorAll('a[href=\"/d/page/1..2\"]').length")
                .await
                .as_u64()
                > Some(0)
        );

        reaches(tab, "here.getAttribute('href') === '/search'").await;
        tab.press("Enter").await;
        tab.arrives(&format!("{}/search", open.base)).await;
        reaches(tab, "here.name === 'q'").await;
        tab.types("asked").await;
        tab.press("Enter").await;
        tab.comes("location.search.includes('q=asked') && document.querySelector('main mark')?.textContent === 'asked'").await;

        reaches(
            tab,
            "here.getAttribute('href')?.startsWith('/sign-in?to=%2Fsearch')",
        )
        .await;
        tab.press("Enter").await;
        tab.comes("location.pathname === '/sign-in' && document.readyState === 'complete'")
            .await;
        reaches(tab, "here.name === 'name'").await;
        tab.types("Ada").await;
        tab.press("Tab").await;
        tab.types(PASSWORD).await;
        tab.press("Enter").await;
        tab.comes("location.pathname === '/search' && document.querySelector('.entrance')?.textContent.includes('Signed in as Ada')").await;

        reaches(tab, "here.getAttribute('href') === '/'").await;
        tab.press("Enter").await;
        tab.arrives(&format!("{}/", open.base)).await;
        reaches(tab, "here.getAttribute('href') === '/d/page/1..2'").await;
        tab.press("Enter").await;
        tab.arrives(&format!("{}/d/page/1..2", open.base)).await;
        reaches(tab, "here.getAttribute('href') === '/triage/page/1..2'").await;
        tab.press("Enter").await;
        tab.arrives(&format!("{}/triage/page/1..2", open.base))
            .await;
        reaches(tab, "here.value === 'significant'").await;
        tab.press("Enter").await;
        tab.comes(
            "document.querySelector('main')?.textContent.includes('Ada called it significant')",
        )
        .await;
    });
}

#[test]
fn on_paper_the_text_stands_alone_and_what_changed_is_told_without_colour() {
    with_browser(async |tab, open| {
        let paper = SetEmulatedMediaParams::builder().media("print").build();
        tab.page().execute(paper).await.expect("paper");
        for path in [
            "/",
            "/d/page",
            "/d/page/1..2",
            "/d/page/1..2?view=side",
            "/search?q=asked",
        ] {
            tab.go(&format!("{}{path}", open.base)).await;
            let shown = "[...document.querySelectorAll('nav, form, a.skip')].filter(one => one.getClientRects().length).map(one => one.outerHTML.slice(0, 80))";
            let shown = tab.ask(shown).await;
            assert!(
                shown.as_array().is_some_and(Vec::is_empty),
                "{path}: {shown}"
            );
            // What is folded is open, or its heading says what is folded.
            let untold = "[...document.querySelectorAll('main details:not([open])')].filter(one => !one.closest('form') && !one.querySelector('summary').getClientRects().length).map(one => one.textContent.slice(0, 80))";
            let untold = tab.ask(untold).await;
            assert!(
                untold.as_array().is_some_and(Vec::is_empty),
                "{path}: {untold}"
            );
        }
        tab.go(&format!("{}/d/page/1..2", open.base)).await;
        for (element, line) in [("del", "line-through"), ("ins", "underline")] {
            let drawn = format!(
                "getComputedStyle(document.querySelector('main {element}')).textDecorationLine"
            );
            assert_eq!(tab.ask(&drawn).await, line);
        }
        let cited = tab
            .ask("document.querySelector('.cite')?.getClientRects().length ?? 0")
            .await;
        assert!(cited.as_u64() > Some(0), "how to cite it is not printed");
    });
}
