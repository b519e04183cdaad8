//! The search of an archive in a database: by PostgreSQL's own full text, shared by all who are at work on the archive.

mod alike;

use std::path::Path;
use std::time::Duration;

use smallprint::search::query::{self, Within};
use smallprint::search::{Found, Scope, Search};
use smallprint::store::Store;
use tempfile::TempDir;

use crate::postgres::{Server, asked_for, client, in_archive, place};
use crate::store::{append, at, landed, watch};

const PATIENCE: Duration = Duration::from_secs(120);

/// A store with its search, as a process has it.
struct Reader {
    store: Store,
    search: Search,
}

impl Reader {
    async fn at(dir: &Path) -> Reader {
        let store = Store::open(dir).await.expect("opened");
        let search = Search::begin(store.clone());
        Reader { store, search }
    }

    /// Waits until its index goes as far as its journal.
    async fn caught_up(&self) -> u64 {
        let last = *self.store.news().borrow();
        let progress = self.search.upto(last, PATIENCE, |_| ()).await;
        assert!(progress.entry >= last, "{progress:?} of {last}");
        last
    }

    /// Everything that ever stood and has these words.
    async fn ever(&self, words: &str) -> Found {
        self.caught_up().await;
        let clause = query::read(words).expect(words).clause;
        let scope = Scope {
            within: Within::History,
            limit: 100,
            ..Scope::default()
        };
        self.search.find(clause, scope).await.expect("an answer")
    }

    async fn close(self) {
        drop(self.search);
        self.store.close(at(10_000)).await.expect("closed");
    }
}

/// A directory whose archive is to lie in a database of its own.
fn empty() -> Option<(Server, TempDir)> {
    if asked_for().is_some() {
        return None;
    }
    let server = Server::start()?;
    let dir = tempfile::tempdir().expect("a directory");
    place(dir.path(), &server.address());
    Some((server, dir))
}

/// Another directory of the same archive.
fn beside(dir: &Path) -> TempDir {
    let other = tempfile::tempdir().expect("a directory");
    for file in ["database", "database.password"] {
        std::fs::copy(dir.join(file), other.path().join(file)).expect("copied");
    }
    other
}

fn address(dir: &Path) -> String {
    let named = std::fs::read_to_string(dir.join("database")).expect("read");
    named.trim().to_owned()
}

/// One number from the database of an archive.
async fn number(dir: &Path, sql: &str) -> i64 {
    let (address, sql) = (address(dir), sql.to_owned());
    let asking = tokio::task::spawn_blocking(move || {
        let row = client(&address).query_one(&sql, &[]).expect("a number");
        row.get(0)
    });
    asking.await.expect("asked")
}

async fn say(store: &Store, id: &str, no: u32, text: &str) {
    let minute = i64::from(no);
    let landed = landed(store, id, no, minute, text).await;
    append(store, landed, minute).await;
}

const OPT_OUT: &str = "<p>Patients can’t “opt out” of the opt-in \\ register.</p>";

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_by_the_full_text_of_the_database_and_by_no_file() {
    let Some((_server, dir)) = empty() else {
        return;
    };
    // Each machine kept an index of its own before.
    let folder = dir.path().join("search");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("meta.json"), "{}").expect("written");
    let reader = Reader::at(dir.path()).await;
    say(&reader.store, "a", 1, OPT_OUT).await;
    say(&reader.store, "a", 2, "<p>Patients can opt in.</p>").await;
    assert_eq!(reader.ever("\"opt out\"").await.count, 1);
    assert_eq!(reader.ever("opt can't").await.count, 1);
    assert!(!folder.exists(), "it lies beside the archive");
    let sql =
        |query: &str| format!("select count(*) from search_stays where words @@ {query}::tsquery");
    for (query, count) in [
        ("'''opt'' <-> ''out'''", 1),
        ("'''opt'''", 2),
        ("'''can''''t'''", 1),
        ("'''opt'' & !''in'''", 1),
    ] {
        assert_eq!(number(dir.path(), &sql(query)).await, count, "{query}");
    }
    let (address, explain) = (address(dir.path()), sql("'''opt'''"));
    let asking = tokio::task::spawn_blocking(move || {
        let mut client = client(&address);
        client
            .batch_execute("set enable_seqscan to off")
            .expect("set");
        let rows = client
            .query(&format!("explain {explain}"), &[])
            .expect("a plan");
        let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        lines.join("\n")
    });
    let plan = asking.await.expect("asked");
    assert!(plan.contains("search_stays_words"), "{plan}");
    reader.close().await;
    assert!(!folder.exists(), "it lies beside the archive");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_takes_in_all_of_them_find() {
    let Some((_server, dir)) = empty() else {
        return;
    };
    let other = beside(dir.path());
    let (one, two) = (Reader::at(dir.path()).await, Reader::at(other.path()).await);
    for no in 1_u32..=20 {
        let id = ["a", "b"][no as usize % 2];
        let writes = [&one, &two][no as usize / 2 % 2];
        let text = format!("<p>The register has {no} rows.</p>\n<p>It stays.</p>");
        say(&writes.store, id, no.div_ceil(2), &text).await;
        let last = *writes.store.news().borrow();
        for reader in [&one, &two] {
            let mut news = reader.store.news();
            let known = news.wait_for(|known| *known >= last);
            drop(tokio::time::timeout(PATIENCE, known).await.expect("told"));
            assert_eq!(reader.ever(&no.to_string()).await.count, 1);
            assert_eq!(reader.ever("rows").await.count, no as usize);
        }
    }
    let (mine, theirs) = (
        one.ever("stays OR rows").await,
        two.ever("stays OR rows").await,
    );
    assert_eq!((mine.count, &mine.stays), (22, &theirs.stays));
    one.search.check().await.expect("whole");
    // One makes it afresh; nobody is told less than there is.
    let last = one.caught_up().await;
    one.search.afresh();
    for _ in 0..100 {
        let clause = query::read("rows").expect("a question").clause;
        let scope = Scope {
            within: Within::History,
            as_of: Some(last),
            limit: 100,
            ..Scope::default()
        };
        if let Ok(found) = two.search.find(clause, scope).await {
            assert_eq!(found.count, 20);
        }
    }
    for reader in [&one, &two] {
        assert_eq!(reader.ever("rows").await.count, 20);
        reader.search.check().await.expect("whole");
    }
    two.close().await;
    one.close().await;
}

/// Every row of the index.
const ROWS: &str = "(select count(*) from search_stays) + (select count(*) from search_turns) \
                    + (select sum(rows) from search_words)::bigint";

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_cut_off_leaves_nothing_out_and_nothing_twice() {
    let Some((_server, dir)) = empty() else {
        return;
    };
    let store = Store::open(dir.path()).await.expect("opened");
    for no in 1..=6 {
        say(
            &store,
            "a",
            no,
            &format!("<p>Row {no}.</p>\n<p>It stays.</p>"),
        )
        .await;
    }
    let reader = Reader {
        search: Search::begin(store.clone()),
        store,
    };
    assert_eq!(reader.ever("row").await.count, 6);
    let rows = number(dir.path(), &format!("select {ROWS}")).await;
    // Its connection ends in the middle of the first two batches.
    let deadly = "create sequence times;
        create function deadly() returns trigger language plpgsql as $$ begin
            if nextval('times') <= 2 then perform pg_terminate_backend(pg_backend_pid()); end if; return new; end $$;
        create trigger deadly before insert on search_turns for each row execute function deadly()";
    assert!(in_archive(dir.path(), deadly));
    reader.search.afresh();
    let begun = std::time::Instant::now();
    while number(dir.path(), "select last_value from times").await < 3 {
        assert!(begun.elapsed() < PATIENCE, "it does not go on");
        tokio::task::yield_now().await;
    }
    assert_eq!(reader.ever("row").await.count, 6);
    reader.search.check().await.expect("whole");
    assert_eq!(number(dir.path(), &format!("select {ROWS}")).await, rows);
    reader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_forgotten_is_in_no_table_of_the_index() {
    let Some((_server, dir)) = empty() else {
        return;
    };
    let reader = Reader::at(dir.path()).await;
    say(&reader.store, "a", 1, "<p>The nurse Quartermaine.</p>").await;
    say(&reader.store, "a", 2, "<p>The nurse.</p>").await;
    assert_eq!(reader.ever("quartermaine").await.count, 1);
    let versions = reader.store.versions(&watch("a")).await.expect("versions");
    let forgotten = smallprint::model::Fact::Forgotten(smallprint::model::Forgetting {
        of: vec![(watch("a"), smallprint::model::Point::Own(1))],
        watches: vec![watch("a")],
        bodies: vec![versions[0].document],
        by: None,
        why: "a test".into(),
        demanded_by: None,
    });
    reader
        .store
        .append(forgotten, at(5), None)
        .await
        .expect("forgotten");
    assert_eq!(reader.ever("quartermaine").await.count, 0);
    assert_eq!(reader.ever("nurse").await.count, 1);
    let named = "select (select count(*) from search_words where word = 'quartermaine')
        + (select count(*) from search_stays where stay::text ilike '%quartermaine%')";
    assert_eq!(number(dir.path(), named).await, 0);
    reader.close().await;
    // And where nobody had looked for it before, no page of the disk has it after the tables are written anew.
    let mut place = smallprint::store::Place::from(dir.path());
    place.alone = true;
    smallprint::store::compact(place, "a test", |_, _| ())
        .await
        .expect("written anew");
    assert_eq!(
        number(dir.path(), "select count(*) from search_stays").await,
        0
    );
    let reader = Reader::at(dir.path()).await;
    assert_eq!(reader.ever("nurse").await.count, 1);
    reader.close().await;
}
