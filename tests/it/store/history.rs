//! What was kept, told again: states, versions, changes and names.

use smallprint::model::{
    AlertId, Annotation, ChangeKind, Fact, Questions, Says, SecondLook, Severity, Span, State,
    Verdict, VolumeAsked,
};
use smallprint::store::ChangeFilter;

use crate::store::{
    append, at, document, failed, furnish, landed, open, owed_to_terminal, page, publish,
    temporary, unchanged, watch,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_state_follows_versions_and_looks() {
    let dir = temporary();
    let store = open(dir.path()).await;
    assert_eq!(
        store.state(&watch("a")).await.expect("a state"),
        State::default()
    );
    let first = publish(&store, "a", 1, 0).await;
    let state = store.state(&watch("a")).await.expect("a state");
    assert_eq!(
        (state.entry, state.versions, state.visits),
        (Some(first), 1, 1)
    );
    assert_eq!(state.last_change, None, "a first sight is no change");
    assert_eq!(state.validators.etag.as_deref(), Some("\"1\""));

    store.look(failed("a", 15)).await.expect("noted");
    store.look(failed("a", 30)).await.expect("noted");
    let failing = store.state(&watch("a")).await.expect("a state").failing;
    assert_eq!(
        failing.map(|failing| (failing.since, failing.count)),
        Some((at(15), 2))
    );

    store.look(unchanged("a", 45)).await.expect("noted");
    let state = store.state(&watch("a")).await.expect("a state");
    assert_eq!(state.failing, None);
    assert_eq!(
        (state.last_seen, state.last_served),
        (Some(at(45)), Some(at(0)))
    );
    assert_eq!(
        state.current.as_ref().map(|now| now.last_seen),
        Some(at(45))
    );

    publish(&store, "a", 2, 60).await;
    let state = store.state(&watch("a")).await.expect("a state");
    assert_eq!((state.last_change, state.visits), (Some(at(60)), 5));
    let versions = store.versions(&watch("a")).await.expect("versions");
    let bounds: Vec<_> = versions
        .iter()
        .map(|v| (v.no, v.after, v.at, v.last_seen))
        .collect();
    assert_eq!(
        bounds,
        [(1, None, at(0), at(45)), (2, Some(at(45)), at(60), at(60))]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_gone_is_away_and_its_last_version_stays() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    store.look(failed("a", 10)).await.expect("noted");
    let mut gone = landed(&store, "a", 2, 80, "").await;
    gone.kind = ChangeKind::Vanished;
    gone.span = Span { from: 1, to: 0 };
    (gone.body, gone.document, gone.text) = (None, None, None);
    append(&store, gone, 80).await;
    let state = store.state(&watch("a")).await.expect("a state");
    assert!(state.away && state.failing.is_some());
    assert_eq!((state.versions, state.last_visit), (1, Some(at(80))));
    assert_eq!(
        (state.last_seen, state.last_change),
        (Some(at(0)), Some(at(80)))
    );

    let mut back = landed(&store, "a", 2, 90, &page("a", 1, 40)).await;
    back.kind = ChangeKind::Returned;
    back.same_text_as = Some(1);
    append(&store, back, 90).await;
    let state = store.state(&watch("a")).await.expect("a state");
    assert!(!state.away && state.failing.is_none());
    assert_eq!(state.current.and_then(|now| now.same_text_as), Some(1));
    let changes = store
        .changes(&ChangeFilter::default())
        .await
        .expect("changes");
    let kinds: Vec<&str> = changes.iter().map(|change| change.kind.word()).collect();
    assert_eq!(kinds, ["returned", "vanished", "appeared"]);
    let coverage = store.coverage(&watch("a"), None).await.expect("coverage");
    assert_eq!((coverage.visits, coverage.read, coverage.failed), (4, 2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_gives_its_verdict_to_the_change_that_asked_for_it() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    let mut edited = landed(&store, "a", 2, 10, &page("a", 2, 40)).await;
    edited.second_look = Some(SecondLook {
        at: at(17),
        verdict: None,
    });
    edited.owed = vec![owed_to_terminal(None)];
    let no = append(&store, edited, 10).await;
    let state = store.state(&watch("a")).await.expect("a state");
    assert_eq!(state.second_look, Some((no, at(17))));

    let verdict = SecondLook {
        at: at(17),
        verdict: Some(Verdict::StillSo),
    };
    let mut still = landed(&store, "a", 2, 17, &page("a", 2, 40)).await;
    still.span = Span { from: 2, to: 2 };
    still.answers = Some((no, verdict.clone()));
    let first = AlertId {
        entry: no,
        index: 0,
    };
    still.owed = vec![owed_to_terminal(Some(first))];
    append(&store, still, 17).await;
    let state = store.state(&watch("a")).await.expect("a state");
    assert_eq!((state.second_look, state.versions), (None, 2));
    assert_eq!(
        (state.last_seen, state.last_change),
        (Some(at(17)), Some(at(10)))
    );
    let span = Span { from: 1, to: 2 };
    let change = store.change(&watch("a"), span).await.expect("the change");
    assert_eq!(change.second_look, Some(verdict));
    let changes = store
        .changes(&ChangeFilter::default())
        .await
        .expect("changes");
    assert_eq!(changes.len(), 2, "a second look is no change of its own");
    let edits: Vec<_> = store
        .owed()
        .await
        .expect("owed")
        .iter()
        .map(|alert| alert.owed.edits)
        .collect();
    assert_eq!(edits, [None, Some(first)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sighting_of_a_name_wins() {
    let dir = temporary();
    let store = open(dir.path()).await;
    for (minutes, id, stood) in [(0, "a", "GPDPR"), (1, "b", "Gpdpr")] {
        let mut landed = landed(&store, id, 1, minutes, id).await;
        let names = serde_json::to_vec(&[("gpdpr", stood)]).expect("json");
        landed.names = Some(store.keep(names, None).await.expect("kept"));
        append(&store, landed, minutes).await;
    }
    let questions = Questions {
        names: vec!["gpdpr".into(), "never".into()],
        ..Questions::default()
    };
    let facts = store.facts(&watch("a"), &questions).await.expect("facts");
    assert_eq!(
        (facts.pages, facts.since, facts.seen.len()),
        (2, Some(at(0)), 1)
    );
    let seen = &facts.seen["gpdpr"];
    assert_eq!(
        (&seen.name[..], &seen.watch.0[..], seen.at),
        ("GPDPR", "a", at(0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_counted_day_by_day_and_first_readings_are_none() {
    let dir = temporary();
    let store = open(dir.path()).await;
    for (id, no, minutes) in [
        ("a", 1, 0),
        ("b", 1, 1),
        ("a", 2, 30),
        ("b", 2, 40),
        ("a", 3, 1500),
    ] {
        let mut change = landed(&store, id, no, minutes, &page(id, no, 40)).await;
        if no == 1 {
            change.severity = Severity::RECORD;
        }
        append(&store, change, minutes).await;
    }
    let asked = |watches: &[&str]| Questions {
        volume: Some(VolumeAsked {
            watches: watches.iter().map(|id| watch(id)).collect(),
            days: vec![(at(0), at(40)), (at(40), at(1440)), (at(1440), at(1501))],
        }),
        ..Questions::default()
    };
    for (watches, expected) in [
        (&["a", "b"][..], [1, 1, 1]),
        (&["b"][..], [0, 1, 0]),
        (&["nobody"][..], [0, 0, 0]),
    ] {
        let facts = store
            .facts(&watch("c"), &asked(watches))
            .await
            .expect("facts");
        assert_eq!(facts.volume, expected, "{watches:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_found_late_is_known_from_the_time_of_its_version() {
    let dir = temporary();
    let store = open(dir.path()).await;
    for (minutes, id) in [(0, "a"), (1, "b"), (2, "c")] {
        let mut landed = landed(&store, id, 1, minutes, id).await;
        if id == "b" {
            let names = serde_json::to_vec(&[("gpdpr", "Gpdpr")]).expect("json");
            landed.names = Some(store.keep(names, None).await.expect("kept"));
        }
        append(&store, landed, minutes).await;
    }
    let names = serde_json::to_vec(&[("gpdpr", "GPDPR")]).expect("json");
    let names = store.keep(names, None).await.expect("kept");
    let questions = Questions {
        names: vec!["gpdpr".into()],
        ..Questions::default()
    };
    // Read again, the later page takes the name from nobody, and the earlier one had it first.
    for (id, first) in [("c", "b"), ("a", "a")] {
        let version = store.version(&watch(id), 1).await.expect("a version");
        let fact = Fact::Reread {
            watch: watch(id),
            version: 1,
            document: version.document,
            text: version.text,
            names: Some(names),
            reader: None,
            became: None,
        };
        store.append_all(vec![fact], at(9)).await.expect("appended");
        let facts = store.facts(&watch("c"), &questions).await.expect("facts");
        let seen = &facts.seen["gpdpr"];
        let version = store.version(&watch(first), 1).await.expect("a version");
        assert_eq!((&seen.watch.0[..], seen.at), (first, version.at));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reread_gives_a_version_another_document_and_nothing_else() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    publish(&store, "a", 2, 1).await;
    let asked = async || {
        let versions = store.versions(&watch("a")).await.expect("versions");
        let states = store.states().await.expect("states");
        let changes = store.changes(&ChangeFilter::default()).await;
        (versions, states, changes.expect("changes"))
    };
    let before = asked().await;
    let version = store.version(&watch("a"), 1).await.expect("version 1");
    let other = document("<p>Read with new rules.</p>");
    let json = serde_json::to_vec(&other).expect("json");
    let digest = store
        .keep(json, Some(version.document))
        .await
        .expect("kept");
    let fact = Fact::Reread {
        watch: watch("a"),
        version: 1,
        document: digest,
        text: other.text_digest(),
        names: None,
        reader: None,
        became: None,
    };
    store.append(fact, at(2), None).await.expect("appended");
    assert_eq!(store.document(&version).await.expect("document"), other);
    let mut after = asked().await;
    let reread = after.0[0].reread.take().expect("it was read again");
    assert_eq!(
        (reread.document, reread.text),
        (digest, other.text_digest())
    );
    assert_eq!(after, before);
    assert_eq!(version.reread, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_filtered_and_come_newest_first_with_their_findings() {
    let dir = temporary();
    let store = open(dir.path()).await;
    furnish(&store).await;
    let ask = async |filter: ChangeFilter| store.changes(&filter).await.expect("changes");
    let all = ask(ChangeFilter::default()).await;
    let spans: Vec<String> = all
        .iter()
        .map(|c| format!("{} {}", c.watch, c.span))
        .collect();
    assert_eq!(spans, ["a 1..2", "b 0..1", "a 0..1"]);
    assert_eq!(all[0].findings[0].rule, "new-name");
    let severe = ChangeFilter {
        min_severity: Some(Severity(3)),
        ..ChangeFilter::default()
    };
    assert_eq!(ask(severe).await, all[..1]);
    let since = ChangeFilter {
        since: Some(at(1)),
        ..ChangeFilter::default()
    };
    assert_eq!(ask(since).await, all[..2]);
    publish(&store, "c", 1, -60).await;
    let since = ChangeFilter {
        since: Some(at(1)),
        ..ChangeFilter::default()
    };
    assert_eq!(
        ask(since).await,
        all[..2],
        "a clock that went back hides nothing"
    );
    let all = ask(ChangeFilter::default()).await;
    assert_eq!(all.len(), 4);
    let newest = ChangeFilter {
        limit: Some(1),
        ..ChangeFilter::default()
    };
    assert_eq!(ask(newest).await, all[..1]);
    let of_b = ChangeFilter {
        watch: Some(watch("b")),
        ..ChangeFilter::default()
    };
    assert_eq!(ask(of_b).await, all[2..3]);
    let span = Span { from: 4, to: 5 };
    let missing = store.change(&watch("a"), span).await.expect_err("missing");
    assert_eq!(
        missing.to_string(),
        "the change 4..5 of a is not in the archive"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_annotation_stays_and_says_that_it_was_undone() {
    let dir = temporary();
    let store = open(dir.path()).await;
    publish(&store, "a", 1, 0).await;
    let change = publish(&store, "a", 2, 1).await;
    let annotate = async |says, text: Option<&str>| {
        let text = match text {
            Some(text) => Some(store.keep(text.into(), None).await.expect("kept")),
            None => None,
        };
        let annotation = Annotation {
            of: change,
            says,
            text,
            by: "Ann".to_owned(),
            from: None,
        };
        let fact = Fact::Annotated {
            annotation,
            owed: vec![owed_to_terminal(None)],
        };
        store.append(fact, at(2), None).await
    };
    let first = annotate(Says::Note, Some("seen by hand")).await;
    let first = first.expect("appended");
    let undoing = annotate(Says::Undone { entry: first }, None).await;
    let undoing = undoing.expect("appended");
    let told = store.annotations(Some(change)).await.expect("annotations");
    let undone: Vec<_> = told.iter().map(|one| (one.entry, one.undone)).collect();
    assert_eq!(undone, [(first, Some(undoing)), (undoing, None)]);
    assert_eq!(store.owed().await.expect("owed").len(), 2);

    store.rebuild(|_, _| ()).await.expect("made afresh");
    let again = store.annotations(None).await.expect("annotations");
    assert_eq!(again, told, "the same, derived a second time");
    let refused = annotate(Says::Undone { entry: 1 }, None).await;
    assert_eq!(
        refused.expect_err("refused").to_string(),
        format!("an annotation of entry {change} in entry 1 is not in the archive")
    );
}
