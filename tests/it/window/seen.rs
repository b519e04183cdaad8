//! Every page as a real Chromium shows it: both themes, a telephone's width, a keyboard alone.

use crate::browser::chromium;
use crate::window::chromium::{MANNERS, Tab};
use crate::window::house::Open;
use crate::window::town::town;

/// The pages that are read most.
const PAGES: [&str; 6] = [
    "/",
    "/documents",
    "/d/page",
    "/d/page/1..2",
    "/d/page/2",
    "/nowhere",
];

/// A page of every sort, of the town.
const SORTS: [&str; 31] = [
    "/",
    "/?severity=1&rule=nothing&until=2000-01-01",
    "/documents",
    "/d/alone",
    "/d/broken",
    "/d/evil",
    "/d/alone/1..2",
    "/d/alone/1..2?view=side",
    "/d/register/1..2",
    "/d/register/row?key=DARS-2",
    "/d/register/table/1",
    "/d/evil/2",
    "/d/evil/2/served",
    "/d/evil/2/headers",
    "/d/alone/blame",
    "/d/alone/at/2000-01-01",
    "/compare?a=one@2&b=alone@2",
    "/compare",
    "/search?q=asked",
    "/search?q=%22",
    "/phrases?q=asked|decided",
    "/names",
    "/registers",
    "/publishers",
    "/publishers/Ministry%20of%20Pages",
    "/promises",
    "/corrections",
    "/status",
    "/about",
    "/api",
    "/nowhere",
];

/// Runs this with a browser, where there is one.
fn with_browser(test: impl AsyncFnOnce(&Tab, &Open)) {
    with_browser_at(Open::with_a_change, test);
}

fn with_browser_at(open: fn() -> Open, test: impl AsyncFnOnce(&Tab, &Open)) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let Some((path, _alone)) = runtime.block_on(chromium()) else {
        return;
    };
    let open = open();
    runtime.block_on(async {
        let tab = Tab::open(&path).await;
        test(&tab, &open).await;
        tab.close().await;
    });
}

#[test]
fn no_page_has_a_barrier_in_either_theme_or_on_a_telephone() {
    with_browser_at(
        || Open::of(town()),
        async |tab, open| {
            let mut found = Vec::new();
            for manner in MANNERS {
                tab.looks(manner).await;
                for path in SORTS {
                    tab.go(&format!("{}{path}", open.base)).await;
                    let barriers = tab.barriers().await;
                    found.extend(
                        barriers
                            .into_iter()
                            .map(|one| format!("{path} {manner:?} {one}")),
                    );
                    let wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
                    if tab.ask(wider).await != 0 {
                        found.push(format!("{path} is wider than {manner:?}"));
                    }
                }
            }
            assert!(found.is_empty(), "{}", found.join("\n"));
        },
    );
}

#[test]
fn a_barrier_would_be_found() {
    with_browser(async |tab, open| {
        tab.go(&open.base).await;
        tab.ask("document.querySelector('main').innerHTML += '<img src=\"/x.png\"><p style=\"color:#ccc\">pale</p>'; 0")
            .await;
        let barriers = tab.barriers().await;
        let of = |rule: &str| barriers.iter().any(|one| one.starts_with(rule));
        assert!(of("image-alt"), "{barriers:?}");
    });
}

#[test]
fn pages_load_nothing_from_elsewhere_shift_nothing_and_are_light() {
    with_browser(async |tab, open| {
        for path in PAGES {
            tab.go(&format!("{}{path}", open.base)).await;
            let loaded = "performance.getEntriesByType('resource').map(one => one.name)";
            let loaded = tab.ask(loaded).await;
            let own = |url: &serde_json::Value| {
                url.as_str().is_some_and(|url| url.starts_with(&open.base))
            };
            let loaded = loaded.as_array().expect("a list");
            assert!(
                !loaded.is_empty() && loaded.iter().all(own),
                "{path}: {loaded:?}"
            );
            let weight = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]\
                          .reduce((sum, one) => sum + one.transferSize, 0)";
            let weight = tab.ask(weight).await.as_f64().expect("a number");
            assert!(weight < 100_000.0, "{path}: {weight} bytes");
            let shift = "new Promise(done => new PerformanceObserver(seen => done(seen.getEntries().reduce((sum, one) => \
                         sum + one.value, 0))).observe({ type: 'layout-shift', buffered: true }) || \
                         requestAnimationFrame(() => requestAnimationFrame(() => done(0))))";
            assert_eq!(tab.ask(shift).await, 0, "{path}");
        }
    });
}

#[test]
fn a_keyboard_alone_reads_what_changed() {
    with_browser(async |tab, open| {
        tab.go(&format!("{}/", open.base)).await;
        tab.press("Tab").await;
        assert_eq!(
            tab.ask("document.activeElement.textContent").await,
            "Skip to the text"
        );
        let mut reached = false;
        for _ in 0..40 {
            tab.press("Tab").await;
            if tab.ask("document.activeElement.getAttribute('href')").await == "/d/page/1..2" {
                reached = true;
                break;
            }
        }
        assert!(reached, "no key leads to the redline");
        let outline = tab
            .ask("getComputedStyle(document.activeElement).outlineStyle")
            .await;
        assert_ne!(outline, "none", "the focus cannot be seen");
        tab.press("Enter").await;
        tab.arrives(&format!("{}/d/page/1..2", open.base)).await;
        assert!(
            tab.ask("document.querySelectorAll('main del').length")
                .await
                .as_u64()
                > Some(0)
        );
    });
}
