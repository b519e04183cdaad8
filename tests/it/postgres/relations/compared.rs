//! What SQL says held against what the program says.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use postgres::Client;
use smallprint::model::{Became, Change, ChangeKind, DeliveryOutcome, Digest, Fact, WatchId};
use smallprint::passages::{Standing, Step, Turn};
use smallprint::store::{ChangeFilter, Sort, Store};

use crate::dice::Dice;
use crate::postgres::facts::{forgotten, one_of, reread};
use crate::postgres::relations::{asking, in_database, live, rows, unlock};
use crate::postgres::{Server, asked_for, client, place};
use crate::store::{append, at, document, failed, furnish, landed, reopen, unchanged, watch};

fn shown(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The rows of a question, their columns as texts put together.
fn said(client: &mut Client, sql: &str) -> Vec<String> {
    client.batch_execute("set timezone to 'UTC'").expect("set");
    let sql = format!("select asked::text from ({sql}) asked");
    let rows = client.query(&sql, &[]).expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

/// The same rows, written as PostgreSQL writes them, by PostgreSQL.
fn told(client: &mut Client, rows: Vec<serde_json::Value>, columns: &str) -> Vec<String> {
    let json = serde_json::Value::Array(rows).to_string();
    let sql =
        format!("select asked::text from jsonb_to_recordset($1::text::jsonb) as asked({columns})");
    client.batch_execute("set timezone to 'UTC'").expect("set");
    let rows = client.query(&sql, &[&json]).expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

/// A question in SQL, and what the program answers, as rows with these columns.
struct Held {
    sql: &'static str,
    columns: &'static str,
    rows: Vec<serde_json::Value>,
}

async fn changes(store: &Store) -> Vec<Change> {
    let mut changes = (store.changes(&ChangeFilter::default()).await).expect("changes");
    changes.reverse();
    changes
}

async fn held(store: &Store) -> Vec<Held> {
    let changes = changes(store).await;
    let mut all = vec![
        Held {
            sql: "select entry, watch, kind, span_from || '..' || span_to, not_before, seen_by, severity, title, sentence,
                  claim, silence, aside from changes order by entry",
            columns: "a bigint, b text, c text, d text, e timestamptz, f timestamptz, g smallint, h text, i text, j text,
                      k text, l text",
            rows: (changes.iter())
                .map(|change| serde_json::json!({
                    "a": change.entry, "b": change.watch, "c": change.kind, "d": change.span, "e": change.bounds.after,
                    "f": change.bounds.by, "g": change.severity, "h": change.title, "i": change.sentence,
                    "j": change.claim.as_ref().map(|claim| claim.word()), "k": change.silence, "l": change.aside,
                }))
                .collect(),
        },
        Held {
            sql: "select entry, place, rule, severity, why, before, after from findings order by entry, place",
            columns: "a bigint, b integer, c text, d smallint, e text, f text, g text",
            rows: (changes.iter())
                .flat_map(|change| {
                    let findings = (0_usize..).zip(&change.findings);
                    findings.map(|(place, one)| serde_json::json!({
                        "a": change.entry, "b": place, "c": one.rule, "d": one.severity, "e": one.why, "f": one.before,
                        "g": one.after,
                    }))
                })
                .collect(),
        },
    ];
    all.extend(of_watches(store).await);
    all.extend(of_alerts(store).await);
    all
}

async fn of_watches(store: &Store) -> [Held; 2] {
    let (mut watches, mut versions) = (Vec::new(), Vec::new());
    for (id, state) in store.states().await.expect("states") {
        watches.push(serde_json::json!({ "a": id, "b": state.retired }));
        for version in store.versions(&id).await.expect("versions") {
            let reading = store.document_of(&version).await.expect("a document");
            versions.push(serde_json::json!({
                "a": id, "b": version.no, "c": version.entry, "d": version.at, "e": version.title, "f": version.url,
                "g": version.compared(), "h": version.body, "i": reading, "j": version.same_text_as,
            }));
        }
    }
    [
        Held {
            sql: "select id, retired from watches order by id",
            columns: "a text, b boolean",
            rows: watches,
        },
        Held {
            sql: "select watch, no, entry, seen_by, title, url, text_sha256, body_sha256, reading_sha256, same_text_as
                  from versions order by watch, no",
            columns: "a text, b integer, c bigint, d timestamptz, e text, f text, g text, h text, i text, j integer",
            rows: versions,
        },
    ]
}

async fn of_alerts(store: &Store) -> [Held; 2] {
    let outbox = store.outbox().await.expect("an outbox");
    let alerts = outbox.iter().map(|sent| {
        let settled = sent.settled.as_ref();
        let outcome = settled.map_or("owed", |(outcome, _)| match outcome {
            DeliveryOutcome::Sent { .. } => "sent",
            DeliveryOutcome::GivenUp { .. } => "given-up",
            DeliveryOutcome::Dropped { .. } => "dropped",
        });
        let alert = &sent.alert;
        serde_json::json!({
            "a": alert.id.entry, "b": alert.id.index, "c": alert.watch, "d": alert.owed.to.to_string(), "e": alert.at,
            "f": outcome, "g": settled.map(|(_, at)| at), "h": alert.owed.route,
        })
    });
    let alerts = alerts.collect();
    let mut deliveries = store.deliveries(None).await.expect("deliveries");
    deliveries.reverse();
    let deliveries = deliveries.iter().map(|told| {
        let receipt = match &told.outcome {
            DeliveryOutcome::Sent { id } => Some(id),
            _ => None,
        };
        serde_json::json!({
            "a": told.alert.entry, "b": told.alert.index, "c": told.watch, "d": told.to.to_string(), "e": told.at,
            "f": receipt,
        })
    });
    [
        Held {
            sql: "select entry, place, watch, destination, owed_at, outcome, settled_at, route from alerts order by entry, place",
            columns: "a bigint, b integer, c text, d text, e timestamptz, f text, g timestamptz, h text",
            rows: alerts,
        },
        Held {
            sql: "select alert_entry, alert_place, watch, destination, at, receipt from deliveries
                  order by entry, alert_entry, alert_place",
            columns: "a bigint, b integer, c text, d text, e timestamptz, f text",
            rows: deliveries.collect(),
        },
    ]
}

/// Every stay of every passage, as the search counts them.
async fn stays(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for (id, _) in store.states().await.expect("states") {
        let versions = store.versions(&id).await.expect("versions");
        let mut standing = Standing::default();
        let mut ended = Vec::new();
        let changes = changes(store).await;
        for change in changes.iter().filter(|change| change.watch == id) {
            let version = versions.iter().find(|version| version.no == change.span.to);
            let version = version.filter(|_| change.kind != ChangeKind::Vanished);
            let document = match version {
                Some(version) => Some(store.document(version).await.expect("a document")),
                None => None,
            };
            let turn = Turn {
                watch: id.clone(),
                title: change.title.clone(),
                step: Step {
                    entry: change.entry,
                    place: 0,
                    span: change.span,
                    bounds: change.bounds,
                    kind: change.kind,
                    imported: false,
                    edited: None,
                    other: None,
                },
            };
            ended.extend(standing.step(&turn, document.as_ref()).ended);
        }
        let shown = |stay: &smallprint::passages::Stay| {
            let came = &stay.came;
            let kind = serde_json::json!(stay.kind);
            let went = stay.went.as_ref().map_or_else(
                || "stands".to_owned(),
                |went| format!("{} by {}", went.span.from, shown(went.bounds.by)),
            );
            format!(
                "{id} {} {} {} {} {} to {went}",
                kind.as_str().expect("a word"),
                stay.text,
                came.entry,
                came.span.to,
                shown(came.bounds.by),
            )
        };
        all.extend(ended.iter().chain(standing.stays()).map(shown));
    }
    all.sort();
    all
}

/// The same as SQL has them.
fn phrases(client: &mut Client) -> Vec<String> {
    let sql = "select concat_ws(' ', watch, kind, text, came, first_version, to_char(first_seen, 'YYYY-MM-DD HH24:MI:SS'), 'to',
        case when stands then 'stands' else last_version || ' by ' || to_char(gone_by, 'YYYY-MM-DD HH24:MI:SS') end) from phrases";
    client.batch_execute("set timezone to 'UTC'").expect("set");
    let rows = client.query(sql, &[]).expect("rows");
    let mut rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    rows.sort();
    rows
}

/// Every visit that stands in the journal: whose, when, and what came of it.
async fn visits(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for (id, _) in store.states().await.expect("states") {
        for (at, sort) in store.visits(&id, usize::MAX).await.expect("visits") {
            let word = match sort {
                Sort::Same => "unchanged",
                Sort::Changed | Sort::Away => "changed",
                Sort::Missing | Sort::Failed => "failed",
            };
            all.push(format!("{id} {} {word}", shown(at)));
        }
    }
    all.sort();
    all
}

/// Holds all that SQL says against what the program says.
pub(super) async fn compare(store: &Store, address: &str) {
    let held = held(store).await;
    let (stays, visits) = (stays(store).await, visits(store).await);
    let address = address.to_owned();
    let comparing = tokio::task::spawn_blocking(move || {
        let mut client = asking(&address);
        for Held { sql, columns, rows } in held {
            let told = told(&mut client, rows, columns);
            assert_eq!(said(&mut client, sql), told, "{sql}");
        }
        assert_eq!(phrases(&mut client), stays);
        let sql =
            "select concat_ws(' ', watch, to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
            replace(outcome, 'appeared', 'changed')) from visits";
        let rows = client.query(sql, &[]).expect("rows");
        let mut rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        rows.sort();
        assert_eq!(rows, visits);
    });
    comparing.await.expect("the same");
}

#[test]
fn sql_says_of_a_history_what_the_program_says() {
    let Some(server) = Server::start() else {
        return;
    };
    let mut kept = in_database(&server);
    live(&mut kept.program);
    unlock(&kept.program.data());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&kept.program.data()).await.expect("open");
        compare(&store, &kept.address).await;
        store.close(at(0)).await.expect("closed");
    });
    let mut client = asking(&kept.address);
    for (table, least) in [("changes", 7), ("findings", 2), ("deliveries", 1)] {
        let sql = format!("select count(*) from {table}");
        let count = crate::postgres::relations::number(&mut client, &sql);
        assert!(count >= least, "{table} has {count}");
    }
    let kinds = said(
        &mut client,
        "select distinct kind from changes order by kind",
    );
    assert!(kinds.iter().any(|kind| kind == "(vanished)"), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_says_the_same_after_messages_renames_and_a_list_that_drops_a_page() {
    let Some((_server, dir, address)) = empty() else {
        return;
    };
    let mut store = Store::open(dir.path()).await.expect("open");
    furnish(&store).await;
    store.look(failed("b", 46)).await.expect("noted");
    store = reopen(store, dir.path(), 47).await;
    compare(&store, &address).await;
    let list = |retired: &[&str], renamed: &[(&str, &str)]| Fact::Watchlist {
        digest: Digest::of(format!("{renamed:?}").as_bytes()),
        watches: 2,
        retired: retired.iter().map(|id| watch(id)).collect(),
        renamed: renamed
            .iter()
            .map(|(old, new)| (watch(old), watch(new)))
            .collect(),
    };
    for (minute, fact) in [
        (50, list(&[], &[("a", "new")])),
        (51, list(&["b"], &[("a", "new")])),
        (52, list(&[], &[("new", "newer")])),
    ] {
        store
            .append(fact, at(minute), None)
            .await
            .expect("in force");
        compare(&store, &address).await;
    }
    // A name of before is still understood.
    crate::store::publish(&store, "a", 3, 60).await;
    compare(&store, &address).await;
    store
        .append(list(&[], &[("newer", "a")]), at(61), None)
        .await
        .expect("back");
    compare(&store, &address).await;
    store.close(at(70)).await.expect("closed");
}

/// A database and a directory whose archive is to lie there.
fn empty() -> Option<(Server, tempfile::TempDir, String)> {
    if asked_for().is_some() {
        return None;
    }
    let server = Server::start()?;
    let dir = tempfile::tempdir().expect("a directory");
    place(dir.path(), &server.address());
    let named = std::fs::read_to_string(dir.path().join("database")).expect("read");
    Some((server, dir, named.trim().to_owned()))
}

/// One of many texts of a few paragraphs.
fn text(dice: &mut Dice) -> String {
    let lines = (0..6).filter(|_| dice.below(2) > 0).collect::<Vec<_>>();
    let lines = lines
        .iter()
        .map(|line| format!("<p>Paragraph {line} stands here.</p>\n"));
    lines.collect::<String>() + "<p>The end.</p>"
}

#[tokio::test(flavor = "multi_thread")]
async fn passages_stand_in_sql_as_the_search_counts_them_whatever_happens() {
    let Some((_server, dir, address)) = empty() else {
        return;
    };
    let store = Store::open(dir.path()).await.expect("open");
    let mut dice = Dice(20_260_706);
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for minute in 0..90 {
        let id = ["a", "b"][dice.below(2)];
        let no = numbers.get(id).copied().unwrap_or(0);
        match dice.below(12) {
            0..=2 if no > 0 => {
                let version = one_of(&store, &watch(id), &mut dice).await.expect("one");
                let other = document(&text(&mut dice));
                let became = (dice.below(2) > 0).then_some(Became::Differs);
                let fact = reread(&store, &watch(id), &version, &other, became).await;
                store.append(fact, at(minute), None).await.expect("reread");
            }
            3 if no > 0 => store.look(unchanged(id, minute)).await.expect("noted"),
            4 if no > 2 && minute > 60 => {
                let version = one_of(&store, &watch(id), &mut dice).await.expect("one");
                let both = ["a", "b"].map(WatchId::from).to_vec();
                let fact = forgotten(&store, &watch(id), &version, both).await;
                store
                    .append(fact, at(minute), None)
                    .await
                    .expect("forgotten");
            }
            _ => {
                let landed = landed(&store, id, no + 1, minute, &text(&mut dice)).await;
                append(&store, landed, minute).await;
                numbers.insert(id, no + 1);
            }
        }
    }
    store.seal(at(91)).await.expect("sealed");
    compare(&store, &address).await;
    let asked = address.clone();
    let dump = async || {
        let asked = asked.clone();
        let dumping = tokio::task::spawn_blocking(move || rows(&mut client(&asked)));
        dumping.await.expect("rows")
    };
    let before = dump().await;
    store.rebuild(|_, _| ()).await.expect("rebuilt");
    assert_eq!(dump().await, before);
    store.close(at(92)).await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_database_cannot_write_down_stops_no_entry() {
    let Some((_server, dir, address)) = empty() else {
        return;
    };
    let store = Store::open(dir.path()).await.expect("open");
    let text = "<p>What\u{0} stands \\u0000 here.</p>\n<p>\u{10ffff}</p>";
    let mut odd = landed(&store, "a", 1, 0, text).await;
    odd.title = "A\u{0}title".to_owned();
    odd.bounds.by = "+12345-01-01T00:00:00Z".parse().expect("a time");
    append(&store, odd, 0).await;
    let mut odd = landed(&store, "b", 1, 1, text).await;
    odd.bounds.by = "0000-01-01T00:00:00Z".parse().expect("a time");
    append(&store, odd, 1).await;
    store.close(at(2)).await.expect("closed");
    let asking = tokio::task::spawn_blocking(move || {
        let sql = "select title || ': ' || text from change_list join passages on came = entry and place = 0";
        said(&mut client(&address), sql)
    });
    let said = asking.await.expect("asked");
    assert_eq!(said.len(), 2, "{said:?}");
    let odd = "A\u{fffd}title: What\u{fffd} stands \\u0000 here.";
    assert!(
        said[0].contains("stands")
            && said
                .iter()
                .any(|row| row.replace("\\\\", "\\").contains(odd)),
        "{said:?}"
    );
}
