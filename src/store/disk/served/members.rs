//! Several processes at one archive: each is a member as long as it gives signs of life, and what only one of them may do at a
//! time is leased to one.
//!
//! All times are the database's own. A member that was silent for a lease is fenced by any other: its connections are ended,
//! then its row says so, then its looks are sealed, then its row goes and its leases are free. Every transaction that writes
//! reads that row with a lock, so that a member which was paused and wakes up writes nothing more.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use crate::store::disk::served::locks::Lock;
use crate::store::disk::served::{Served, Session, said};
use crate::store::error::StoreError;
use crate::store::{lock, locked};

/// Who is there, and what is leased to whom.
pub(super) const TABLES: &str = "
    create table if not exists members (
        no bigint generated always as identity primary key,
        holder text not null,
        visits boolean not null default false,
        until timestamptz not null,
        fenced boolean not null default false
    );
    create table if not exists leases (
        name text primary key,
        member bigint references members (no) on delete set null,
        free_at timestamptz not null default '-infinity'
    );
";

/// How long it is waited for somebody who has the archive for themselves, such as another member that opens it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is asked meanwhile.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// Others take over after this part of a lease without a sign of life, so that all is taken up again within the lease.
const SILENT: u32 = 2;
/// So many signs of life are given in that time.
const SIGNS: u32 = 3;
/// Looks are numbered by their member, and by how many it made.
const MEMBER_SHIFT: u32 = 32;

/// This process as a member.
pub(super) struct Member {
    pub(super) no: i64,
    /// How long it may be silent.
    pub(super) silent: Duration,
    /// Until when nobody takes over what it does, by the clock of this machine that only goes forward.
    until: Mutex<Instant>,
    fenced: AtomicBool,
    pub(super) leased: Mutex<BTreeSet<String>>,
}

/// How to hold an archive.
#[derive(Clone, Copy)]
pub(in crate::store::disk) struct Terms<'a> {
    /// What the holder is called.
    pub(in crate::store::disk) holder: &'a str,
    /// Whether nobody else may hold it.
    pub(in crate::store::disk) alone: bool,
    /// How long a member may give no sign of life.
    pub(in crate::store::disk) lease: Duration,
}

/// What a connection of this member is called, so that others can end it.
fn called(tag: &str, no: i64) -> String {
    format!("smallprint {tag} member {no}")
}

impl Member {
    /// Takes a hold on the archive by the life of this connection, and writes down who it is. Whether nobody else is there, and
    /// what all its connections are called.
    pub(super) fn join(
        session: &mut Session,
        terms: Terms<'_>,
        name: &str,
    ) -> Result<(Member, bool, String), StoreError> {
        let refused = |why: String| StoreError::Disk {
            dir: name.to_owned(),
            verb: "opened",
            why,
        };
        let trouble = |error: postgres::Error| refused(said(&error));
        let sql = "select substr(md5(current_schema()), 1, 8)";
        let rows = session.query(sql, &[]).map_err(trouble)?;
        let tag: Option<String> = rows.first().and_then(|row| row.get(0));
        let Some(tag) = tag else {
            return Err(refused(
                "the schema that its address names is not there; make it with `create schema NAME`"
                    .to_owned(),
            ));
        };
        let made = (|| {
            Lock::Tables.ask(session, "pg_advisory_lock")?;
            session.client.batch_execute(TABLES)?;
            Lock::Tables.ask(session, "pg_advisory_unlock")
        })();
        made.map_err(trouble)?;
        let begun = Instant::now();
        let only = loop {
            if (Lock::Archive.ask(session, "pg_try_advisory_lock")).map_err(trouble)? {
                break true;
            }
            let shared = !terms.alone
                && (Lock::Archive.ask(session, "pg_try_advisory_lock_shared")).map_err(trouble)?;
            if shared {
                break false;
            }
            if terms.alone || begun.elapsed() > PATIENCE {
                return Err(held(session, &tag, name).unwrap_or_else(trouble));
            }
            std::thread::sleep(ASK_EVERY);
        };
        let sent = Instant::now();
        let signature = lock::signature(std::process::id(), terms.holder);
        let silent = terms.lease / SILENT;
        let seconds = silent.as_secs_f64();
        let sql = "insert into members (holder, until) values ($1, clock_timestamp() + $2 * interval '1 second') returning no";
        let rows = session.query(sql, &[&signature, &seconds]);
        let rows = rows.map_err(trouble)?;
        let no: i64 = rows.first().map_or(0, |row| row.get(0));
        let connection = called(&tag, no);
        let sql = "select set_config('application_name', $1, false)";
        session.query(sql, &[&connection]).map_err(trouble)?;
        if only {
            take_over(session, &tag, no).map_err(trouble)?;
        }
        let member = Member {
            no,
            silent,
            until: Mutex::new(sent + silent),
            fenced: AtomicBool::new(false),
            leased: Mutex::default(),
        };
        Ok((member, only, connection))
    }

    /// How often to give a sign of life.
    pub(super) fn rhythm(&self) -> Duration {
        self.silent / SIGNS
    }

    pub(super) fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Relaxed)
    }

    /// Whether nobody took over what it does, and nobody may yet.
    pub(super) fn lives(&self) -> bool {
        !self.is_fenced() && Instant::now() < *locked(&self.until)
    }

    /// That others took over.
    pub(super) fn gone(&self, name: &str) -> StoreError {
        self.fenced.store(true, Ordering::Relaxed);
        locked(&self.leased).clear();
        StoreError::Disk {
            dir: name.to_owned(),
            verb: "written",
            why: format!(
                "this process gave no sign of life for {} seconds, and others may have taken over what it did",
                self.silent.as_secs_f64()
            ),
        }
    }
}

/// Fences whoever else was there, and lost its hold: at once where it has no connection left, else when it was silent for so
/// long that it knows of it.
fn take_over(session: &mut Session, tag: &str, no: i64) -> Result<(), postgres::Error> {
    let others = format!(
        "select 1 from members m join pg_stat_activity a on a.application_name = 'smallprint {tag} member ' || m.no
         where m.no <> {no} and not m.fenced and m.until > clock_timestamp()"
    );
    while !session.query(&others, &[])?.is_empty() {
        std::thread::sleep(ASK_EVERY);
    }
    let gone = format!(
        "with others as (select no from members where no <> {no} for update)
         update members set fenced = true from others where members.no = others.no"
    );
    session.client.batch_execute(&gone)
}

/// Who has the archive so that nobody else can have it.
fn held(session: &mut Session, tag: &str, name: &str) -> Result<StoreError, postgres::Error> {
    let sql = format!(
        "select m.holder, host(a.client_addr) from pg_locks l join pg_stat_activity a using (pid)
             left join members m on a.application_name = 'smallprint {tag} member ' || m.no
         where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database
             where datname = current_database()) and (l.classid::bigint << 32 | l.objid::bigint) = {}
             and a.pid <> pg_backend_pid()
         order by m.no limit 1",
        Lock::Archive.key()
    );
    let rows = session.query(&sql, &[])?;
    let holder = rows.first().and_then(|row| {
        let (holder, from): (Option<String>, Option<String>) = (row.get(0), row.get(1));
        let holder = holder?;
        Some(from.map_or(holder.clone(), |from| format!("{holder}, from {from}")))
    });
    Ok(StoreError::Held {
        dir: name.to_owned(),
        holder: holder.unwrap_or_else(|| "another smallprint".to_owned()),
    })
}

/// Gives signs of life until nobody needs them any more.
pub(super) fn live(base: &Weak<Served>, rhythm: Duration, ended: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(rhythm) {
        let Some(base) = base.upgrade() else {
            return;
        };
        if let Err(error) = base.sign() {
            tracing::warn!("{error}");
        }
    }
}

impl Served {
    /// Gives a sign of life, and fences whoever gave none for too long.
    fn sign(&self) -> Result<(), StoreError> {
        let me = &self.member;
        if me.is_fenced() {
            return Ok(());
        }
        // Whoever lost its hold is not there any more, though it could still say so.
        let holds = self.with_hold(|session| session.query("select 1", &[]));
        if let Err(lost) = holds {
            me.gone(self.name());
            return Err(lost);
        }
        let sent = Instant::now();
        let seconds = me.silent.as_secs_f64();
        let sql = "update members set until = clock_timestamp() + $2 * interval '1 second'
                   where no = $1 and not fenced returning no";
        let rows = self.on(&self.signing, |session| {
            session.query(sql, &[&me.no, &seconds])
        })?;
        if rows.is_empty() {
            // Unless it left meanwhile.
            return match me.is_fenced() {
                true => Ok(()),
                false => Err(me.gone(self.name())),
            };
        }
        *locked(&me.until) = sent + me.silent;
        let sql = "select no, holder from members where not fenced and until < clock_timestamp() and no <> $1";
        let rows = self.on(&self.signing, |session| session.query(sql, &[&me.no]))?;
        for row in rows {
            let (no, holder): (i64, String) = (row.get(0), row.get(1));
            self.fence(no)?;
            tracing::warn!("{holder} gave no sign of life; what it did is taken over");
        }
        Ok(())
    }

    /// Ends the connections of a member, lest it hold locks; from then on it writes nothing.
    fn fence(&self, no: i64) -> Result<(), StoreError> {
        let ended = "select pg_terminate_backend(pid) from pg_stat_activity
             where usename = current_user and datname = current_database()
                 and application_name = 'smallprint ' || substr(md5(current_schema()), 1, 8) || ' member ' || $1::text";
        let end = || {
            self.on(&self.signing, |session| {
                session.query(ended, &[&no.to_string()])
            })
        };
        end()?;
        // The row is locked first as no transaction of that member lets it be.
        let sql = "with silent as (select no from members where no = $1 and until < clock_timestamp() for update)
             update members set fenced = true from silent where members.no = silent.no";
        self.on(&self.signing, |session| session.query(sql, &[&no]))?;
        // What it connected anew meanwhile.
        end().map(drop)
    }

    /// Whether nobody can have taken over what is leased to this process, as far as is known here.
    pub(in crate::store::disk) fn lives(&self) -> bool {
        self.member.lives()
    }

    /// That this process may go on with what is leased to it, by the word of the database.
    pub(in crate::store::disk) fn holds_on(&self) -> Result<(), StoreError> {
        let me = &self.member;
        let sql = "select 1 from members where no = $1 and not fenced";
        // By the very connection that is the hold: where it is gone, so is the hold.
        let there = || self.with_hold(|session| session.query(sql, &[&me.no]));
        match me.lives() && !there()?.is_empty() {
            true => Ok(()),
            false => Err(me.gone(self.name())),
        }
    }

    /// Whether others took over what this process did.
    pub(in crate::store::disk) fn is_fenced(&self) -> bool {
        self.member.is_fenced()
    }

    /// Is a member no more: nothing is left to do for anybody.
    pub(in crate::store::disk) fn leave(&self) -> Result<(), StoreError> {
        self.member.fenced.store(true, Ordering::Relaxed);
        locked(&self.member.leased).clear();
        let sql = "delete from members where no = $1";
        let me = self.member.no;
        (self.run("written", |session| session.query(sql, &[&me]))).map(drop)
    }

    /// Members that were fenced and whose looks were not sealed yet.
    pub(in crate::store::disk) fn fenced(&self) -> Result<Vec<i64>, StoreError> {
        let sql = "select no from members where fenced and no <> $1";
        let me = self.member.no;
        let rows = self.rows(sql, &[&me])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Forgets a fenced member; only now what was leased to it is free, as whoever takes it up knows all that it did.
    pub(in crate::store::disk) fn bury(&self, no: i64) -> Result<(), StoreError> {
        let sql = "delete from members where no = $1 and fenced";
        (self.run("written", |session| session.query(sql, &[&no]))).map(drop)
    }

    /// The numbers of the looks that this member made, or another one.
    pub(in crate::store::disk) fn looks_of(&self, member: Option<i64>) -> std::ops::Range<u64> {
        let no = u64::try_from(member.unwrap_or(self.member.no)).unwrap_or_default();
        no << MEMBER_SHIFT..(no + 1) << MEMBER_SHIFT
    }

    /// So many numbers for bodies that nobody else is given; `least` is the first that is free where none were given yet.
    pub(in crate::store::disk) fn places(&self, many: u64, least: u64) -> Result<u64, StoreError> {
        let sql = "insert into settings values ('places', ($1::bigint + $2::bigint)::text) on conflict (key) do update
                   set value = (greatest(settings.value::bigint, $1::bigint) + $2::bigint)::text returning value::bigint";
        let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
        let (least, step) = (count(least), count(many));
        let rows = self.run("written", |session| session.query(sql, &[&least, &step]))?;
        let end = rows.first().map_or(0, |row| row.get::<_, i64>(0));
        Ok(u64::try_from(end).unwrap_or_default().saturating_sub(many))
    }
}

/// Starts the thread that gives signs of life; it ends with the sender.
pub(super) fn start(base: &Arc<Served>, ended: Receiver<()>) -> std::io::Result<()> {
    let (weak, rhythm) = (Arc::downgrade(base), base.member.rhythm());
    std::thread::Builder::new()
        .name("store-member".into())
        .spawn(move || live(&weak, rhythm, &ended))
        .map(drop)
}
