//! What routes would have sent, before anything is switched on.

use smallprint::answers::{self, ForecastAsked, Forecasts, Request, Response};
use smallprint::wording::message;
use smallprint::wording::redline::Paint;
use tokio::sync::mpsc;

use crate::routes::{HERE, Stage, id, route};

async fn forecast(stage: &Stage) -> Forecasts {
    let asked = ForecastAsked {
        samples: 3,
        ..ForecastAsked::default()
    };
    let (heard, _listening) = mpsc::channel(8);
    let answer = answers::answer(&stage.scene.house, Request::Forecast(asked), heard).await;
    match answer.expect("an answer") {
        Response::Forecast(all) => *all,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_tells_what_is_then_sent() {
    let routes = route(HERE, "name = \"now\"\nmax_severity = 5")
        .replace("min_severity = 1", "min_severity = 4")
        + &route(HERE, "name = \"later\"\nsend = \"daily\"");
    let stage = Stage::open(&routes, 4).await;
    stage.pay().await;
    stage.scene.pass(30);
    stage.changes(0).await;
    stage.changes(1).await;
    stage.breaks(2).await;
    stage.pay().await;
    stage.until("2026-05-14T06:50:00Z");
    stage.scene.visit(&id(0)).await;
    stage.until("2026-05-14T07:30:00Z");
    let facts = stage.scene.facts().await.len();
    let told = forecast(&stage).await;
    assert_eq!(stage.scene.facts().await.len(), facts, "nothing is written");
    stage.pay().await;
    assert_eq!(stage.sent(HERE).len(), 2);
    let sums: Vec<(&str, usize, usize, usize)> = (told.routes.iter())
        .map(|one| {
            (
                one.route.name.as_str(),
                one.messages,
                one.digests,
                one.changes,
            )
        })
        .collect();
    assert_eq!(sums, [("now", 1, 0, 1), ("later", 0, 1, 2)]);
    assert_eq!((told.changes, told.untaken), (3, 0));
    assert_eq!((told.routes[0].worst, told.routes[0].days.len()), (1, 1));
    let shown = |route: usize| {
        let message = &told.routes[route].samples[0].message;
        message::plain(message, 80, Paint::Plain)
    };
    let first: String = stage.sent(HERE)[0].content.chars().take(20).collect();
    assert!(shown(0).starts_with(&first), "{}", shown(0));
    assert!(shown(1).contains("2 changes on 2 pages"), "{}", shown(1));
    assert!(shown(1).contains("The page: http"), "{}", shown(1));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_nothing_says_when_there_was_something() {
    let stage = Stage::open(&route(HERE, ""), 1).await;
    stage.changes(0).await;
    stage.until("2026-09-01T12:00:00Z");
    let told = forecast(&stage).await;
    assert_eq!((told.changes, told.routes[0].messages), (0, 0));
    assert!(told.newest.is_some());
    stage.end().await;
}
