//! The archive in a PostgreSQL database, for when one machine is not enough.
//!
//! Every table is what a tree of the embedded store is: keys and values, in order of the keys. A single insert is committed by
//! itself and not waited for; [`Served::sync`] waits until all that was committed before is durable, as the write-ahead log
//! is one and in order. What belongs together, an entry with all that follows from it, is one transaction.

mod connect;
mod index;
mod leases;
mod locks;
mod members;
mod relations;
mod table;

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use postgres::Row;
use postgres::types::ToSql;
use r2d2::{ManageConnection, Pool, PooledConnection};

use crate::store::disk::tree::Tree;
use crate::store::error::StoreError;
use crate::store::locked;

use connect::{Manager, Session, said};
use members::Member;

pub(in crate::store) use index::IndexTables;
pub use index::IndexWriter;
pub(in crate::store::disk) use members::Terms;
pub(in crate::store) use relations::Relations;
pub(in crate::store) use table::Table;

/// As many connections are open at most.
const MOST_CONNECTIONS: u32 = 12;
/// So long is waited for a database that does not answer; the watchdog waits longer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Tables that are no trees.
const APART: [&str; 3] = ["settings", "members", "leases"];

/// That a member was not fenced; it cannot be until the transaction ends, while it may give signs of life.
const FENCE: &str = "select 1 from members where no = $1 and not fenced for key share";

const SCHEMA: &str = "
    create table if not exists settings (key text primary key, value text not null);
    insert into settings values ('beat', '0') on conflict do nothing;
";

/// A database, open.
pub(in crate::store) struct Served {
    /// What it is called in messages: its address without a password.
    name: String,
    // Taken when it is dropped.
    pool: Option<Pool<Manager>>,
    manager: Manager,
    /// The connection on which a transaction is open.
    lane: Mutex<Option<PooledConnection<Manager>>>,
    /// The thread that has it; others need not wait for what is asked there.
    whose: Mutex<Option<ThreadId>>,
    // The connection whose life is the hold on the archive.
    held: Mutex<Option<Session>>,
    // The one on which the turn to judge is waited for.
    turn: Mutex<Option<Session>>,
    // The one on which signs of life are given, however busy the others are.
    signing: Mutex<Option<Session>>,
    member: Member,
    // The thread that gives signs of life ends when this is dropped.
    _living: Sender<()>,
}

impl Drop for Served {
    // A connection waits until it is closed, which no thread of the runtime may do.
    fn drop(&mut self) {
        let (held, lane) = (locked(&self.held).take(), locked(&self.lane).take());
        let (turn, signing) = (locked(&self.turn).take(), locked(&self.signing).take());
        let pool = self.pool.take();
        let closing = thread::spawn(move || drop((held, lane, turn, signing, pool)));
        closing.join().ok();
    }
}

impl Served {
    /// Whether there is an archive in the database at this address; nothing is made there.
    ///
    /// # Errors
    /// Where the address cannot be read, the database cannot be reached or refuses.
    pub(in crate::store::disk) fn is_there(
        address: &str,
        authority: &Path,
    ) -> Result<bool, StoreError> {
        let refused = |why: String| StoreError::Disk {
            dir: shown(address),
            verb: "opened",
            why,
        };
        let asked = |manager: Manager| {
            let sql = "select to_regclass('journal') is not null";
            manager.connect()?.query(sql, &[])
        };
        let manager = Manager::to(address, authority).map_err(refused)?;
        let rows = asked(manager).map_err(|error| refused(said(&error)))?;
        Ok(rows.first().is_some_and(|row| row.get(0)))
    }

    /// Connects, is a member of those who hold the archive until it is dropped or dies, and makes the tables that are missing.
    /// Whether nobody else is there: then nobody comes before [`Served::let_in`].
    ///
    /// # Errors
    /// Where the address cannot be read, the database cannot be reached or refuses, or somebody else holds the archive.
    pub(in crate::store) fn open(
        address: &str,
        authority: &Path,
        terms: Terms<'_>,
    ) -> Result<(Arc<Served>, bool), StoreError> {
        let name = shown(address);
        let refused = |why: String| StoreError::Disk {
            dir: name.clone(),
            verb: "opened",
            why,
        };
        let manager = Manager::to(address, authority).map_err(refused)?;
        // Not one of the pool, which would only say that it waited in vain.
        let mut held = manager.connect().map_err(|error| refused(said(&error)))?;
        let (member, only, connection) = Member::join(&mut held, terms, &name)?;
        let manager = manager.called(&connection);
        let pool = Pool::builder()
            .max_size(MOST_CONNECTIONS)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .error_handler(Box::new(r2d2::NopErrorHandler));
        let (living, ended) = channel();
        let base = Arc::new(Served {
            pool: Some(pool.build_unchecked(manager.clone())),
            manager,
            held: Mutex::new(Some(held)),
            turn: Mutex::default(),
            signing: Mutex::default(),
            lane: Mutex::default(),
            whose: Mutex::default(),
            member,
            _living: living,
            name: name.clone(),
        });
        let started = members::start(&base, ended);
        started.map_err(|error| refused(error.to_string()))?;
        if only {
            base.run("opened", |session| session.client.batch_execute(SCHEMA))?;
            relations::open(&base)?;
        }
        Ok((base, only))
    }

    /// What it is called in messages: its address without a password.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A table, which is made where it is missing.
    pub(super) fn tree(self: &Arc<Served>, name: &str) -> Result<Tree, StoreError> {
        let sql = "select to_regclass(quote_ident($1)) is not null";
        let rows = self.run("opened", |session| session.query(sql, &[&name]))?;
        if rows.first().is_some_and(|row| row.get(0)) {
            return Ok(self.table(name));
        }
        // What is packed already is not packed once more.
        let sql = format!(
            "create table if not exists \"{name}\" (key bytea primary key, value bytea not null);
             alter table \"{name}\" alter column value set storage external"
        );
        self.run("opened", |session| session.client.batch_execute(&sql))?;
        Ok(self.table(name))
    }

    fn table(self: &Arc<Served>, name: &str) -> Tree {
        Tree::Served(Table {
            base: self.clone(),
            name: name.into(),
        })
    }

    /// Gives back the room of a table that is no longer used.
    pub(super) fn drop_tree(&self, name: &str) -> Result<(), StoreError> {
        let sql = format!("drop table if exists \"{name}\"");
        self.run("written", |session| session.client.batch_execute(&sql))
    }

    /// The names of all tables that are trees.
    pub(super) fn tree_names(&self) -> Result<Vec<String>, StoreError> {
        let sql = "select tablename::text from pg_tables where schemaname = current_schema()";
        let rows = self.rows(sql, &[])?;
        let names = rows.iter().map(|row| row.get::<_, String>(0));
        Ok(names
            .filter(|name| {
                let name = name.as_str();
                let apart = APART.contains(&name) || index::TABLES.contains(&name);
                !apart && !relations::TABLES.contains(&name)
            })
            .collect())
    }

    /// Gives the room of what was removed back to the system, with the bytes that lay there.
    pub(super) fn vacuum(&self) -> Result<(), StoreError> {
        // Words that are forgotten may be in the index still, which is made afresh.
        IndexTables::of(self).clear()?;
        let tables = relations::TABLES.map(str::to_owned);
        for name in self.tree_names()?.into_iter().chain(tables) {
            let sql = format!("vacuum full \"{name}\"");
            self.run("written", |session| session.client.batch_execute(&sql))?;
        }
        Ok(())
    }

    /// Waits until all that was committed is durable.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.run("written", |session| {
            session.client.batch_execute(
                "update settings set value = (value::bigint + 1)::text
                 from (select set_config('synchronous_commit', 'on', true)) as waited where key = 'beat'",
            )
        })
    }

    /// How many bytes its tables take.
    pub(super) fn size(&self) -> Result<u64, StoreError> {
        let sql = "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c
                   where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace";
        let rows = self.run("measured", |session| session.query(sql, &[]))?;
        let bytes = rows.first().map_or(0, |row| row.get::<_, i64>(0));
        Ok(u64::try_from(bytes).unwrap_or_default())
    }

    /// A setting of the archive itself.
    pub(super) fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "select value from settings where key = $1";
        let rows = self.rows(sql, &[&key])?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// Changes a setting of the archive itself.
    pub(super) fn set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let sql = "insert into settings values ($1, $2) on conflict (key) do update set value = excluded.value";
        let done = self.run("written", |session| session.query(sql, &[&key, &value]));
        done.map(drop)
    }

    /// Takes a setting of the archive itself away.
    pub(super) fn unset(&self, key: &str) -> Result<(), StoreError> {
        let sql = "delete from settings where key = $1";
        let done = self.run("written", |session| session.query(sql, &[&key]));
        done.map(drop)
    }

    /// Does what belongs together: all of it is committed at its end, or nothing of it.
    pub(super) fn together<T>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if *locked(&self.whose) == Some(thread::current().id()) {
            return work();
        }
        let mut session = self.connection("written")?;
        // A member that others fenced meanwhile writes nothing; one that is here holds up whoever would fence it.
        let begun = (session.client.batch_execute("begin"))
            .and_then(|()| session.query(FENCE, &[&self.member.no]));
        let lives = begun.map_err(|error| self.trouble("written", &error));
        if !lives.as_ref().is_ok_and(|lives| !lives.is_empty()) {
            // The connection is given back as it was; where it is gone, so is what was begun.
            session.client.batch_execute("rollback").ok();
            return Err(lives.err().unwrap_or_else(|| self.member.gone(&self.name)));
        }
        *locked(&self.lane) = Some(session);
        *locked(&self.whose) = Some(thread::current().id());
        let done = work();
        *locked(&self.whose) = None;
        let Some(mut session) = locked(&self.lane).take() else {
            return done;
        };
        let end = if done.is_ok() { "commit" } else { "rollback" };
        let ended = session.client.batch_execute(end);
        let done = done?;
        ended.map_err(|error| self.trouble("written", &error))?;
        Ok(done)
    }

    /// Asks on the transaction of this thread where it has one, else on a connection of its own. What is asked there is
    /// asked once more where the connection turned out to be gone: doing it twice is the same as doing it once.
    pub(super) fn run<T>(
        &self,
        verb: &'static str,
        work: impl Fn(&mut Session) -> Result<T, postgres::Error>,
    ) -> Result<T, StoreError> {
        let mine = *locked(&self.whose) == Some(thread::current().id());
        if mine && let Some(session) = locked(&self.lane).as_mut() {
            return work(session).map_err(|error| self.trouble(verb, &error));
        }
        let mut session = self.connection(verb)?;
        let done = match work(&mut session) {
            Err(error) if error.is_closed() || session.client.is_closed() => {
                drop(session);
                work(&mut *self.connection(verb)?)
            }
            done => done,
        };
        done.map_err(|error| self.trouble(verb, &error))
    }

    /// What is read by this question.
    pub(super) fn rows(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        self.run("read", |session| session.query(sql, values))
    }

    fn connect(&self, verb: &'static str) -> Result<Session, StoreError> {
        let connected = self.manager.connect();
        connected.map_err(|error| self.trouble(verb, &error))
    }

    fn connection(&self, verb: &'static str) -> Result<PooledConnection<Manager>, StoreError> {
        let given = self.pool.as_ref().map(Pool::get);
        let refused = |why: String| StoreError::Disk {
            dir: self.name.clone(),
            verb,
            why,
        };
        match given {
            Some(Ok(connection)) => Ok(connection),
            Some(Err(error)) => Err(refused(format!(
                "the database gives no connection ({error})"
            ))),
            None => Err(refused("it was closed".to_owned())),
        }
    }

    fn trouble(&self, verb: &'static str, error: &postgres::Error) -> StoreError {
        StoreError::Disk {
            dir: self.name.clone(),
            verb,
            why: said(error),
        }
    }
}

/// An address without the password that may be in it.
fn shown(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(mut url) => {
            // An address that cannot have a password has none.
            url.set_password(None).ok();
            url.to_string()
        }
        Err(_) => "in PostgreSQL".to_owned(),
    }
}
