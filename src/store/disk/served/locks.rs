//! What is done by one at a time, each under a lock of the database.

use std::sync::Mutex;

use crate::store::disk::served::{Served, Session};
use crate::store::error::StoreError;
use crate::store::locked;

/// What locks of an archive are taken for. Each belongs to the schema, as several archives may lie in one database.
#[derive(Clone, Copy)]
pub(super) enum Lock {
    /// The archive itself: shared by its members, or held by one alone.
    Archive,
    /// Tables are made by one at a time.
    Tables,
    /// Entries are appended by one at a time.
    Chain,
    /// Pages are judged by one at a time.
    Lane,
}

impl Lock {
    pub(super) fn key(self) -> &'static str {
        match self {
            Lock::Archive => {
                "('x' || substr(md5('smallprint ' || current_schema()), 1, 16))::bit(64)::bigint"
            }
            Lock::Tables => {
                "('x' || substr(md5('smallprint tables ' || current_schema()), 1, 16))::bit(64)::bigint"
            }
            Lock::Chain => {
                "('x' || substr(md5('smallprint chain ' || current_schema()), 1, 16))::bit(64)::bigint"
            }
            Lock::Lane => {
                "('x' || substr(md5('smallprint lane ' || current_schema()), 1, 16))::bit(64)::bigint"
            }
        }
    }

    /// Waits for it, or tries to take it where that is what is said; whether it was taken.
    pub(super) fn ask(
        self,
        session: &mut Session,
        function: &str,
    ) -> Result<bool, postgres::Error> {
        let sql = format!(
            "select coalesce({function}({})::text, '') <> 'false'",
            self.key()
        );
        let rows = session.query(&sql, &[])?;
        Ok(rows.first().is_some_and(|row| row.get(0)))
    }
}

impl Served {
    /// Tries to be the only one who holds the archive, until it is shared again.
    pub(in crate::store::disk) fn try_alone(&self) -> Result<bool, StoreError> {
        self.with_hold(|session| Lock::Archive.ask(session, "pg_try_advisory_lock"))
    }

    /// Lets others in who share the archive.
    pub(in crate::store::disk) fn let_in(&self) -> Result<(), StoreError> {
        self.with_hold(|session| {
            Lock::Archive.ask(session, "pg_advisory_lock_shared")?;
            Lock::Archive.ask(session, "pg_advisory_unlock")
        })
        .map(drop)
    }

    /// Ends being the only one, after [`Served::try_alone`].
    pub(in crate::store::disk) fn not_alone(&self) -> Result<(), StoreError> {
        (self.with_hold(|session| Lock::Archive.ask(session, "pg_advisory_unlock"))).map(drop)
    }

    /// Waits until no other member appends, and keeps them from it; `waiting` is called from time to time.
    pub(in crate::store::disk) fn chain(&self, waiting: &dyn Fn()) -> Result<(), StoreError> {
        loop {
            waiting();
            // It may be that the one who has it stands still, and is fenced in a moment.
            let sql = format!("select pg_advisory_lock({})", Lock::Chain.key());
            let taken = self.with_hold(|session| {
                session.client.batch_execute("set lock_timeout to '1s'")?;
                let taken = session.client.batch_execute(&sql);
                session.client.batch_execute("reset lock_timeout")?;
                match taken {
                    Err(error) if is_timeout(&error) => Ok(false),
                    taken => taken.map(|()| true),
                }
            })?;
            if taken {
                return Ok(());
            }
        }
    }

    /// Lets the next one append.
    pub(in crate::store::disk) fn unchain(&self) -> Result<(), StoreError> {
        (self.with_hold(|session| Lock::Chain.ask(session, "pg_advisory_unlock"))).map(drop)
    }

    /// Waits until no other member judges, and keeps them from it.
    pub(in crate::store::disk) fn enter_lane(&self) -> Result<(), StoreError> {
        self.on(&self.turn, |session| {
            Lock::Lane.ask(session, "pg_advisory_lock")
        })
        .map(drop)
    }

    /// Lets the next one judge.
    pub(in crate::store::disk) fn leave_lane(&self) -> Result<(), StoreError> {
        (self.on(&self.turn, |session| {
            Lock::Lane.ask(session, "pg_advisory_unlock")
        }))
        .map(drop)
    }

    /// Asks on the connection that is the hold.
    pub(super) fn with_hold<T>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T, postgres::Error>,
    ) -> Result<T, StoreError> {
        match locked(&self.held).as_mut() {
            Some(session) => work(session).map_err(|error| self.trouble("written", &error)),
            None => Err(self.member.gone(self.name())),
        }
    }

    /// Asks on a connection that is kept for one thing, so that nothing else has to be waited for.
    pub(super) fn on<T>(
        &self,
        kept: &Mutex<Option<Session>>,
        work: impl FnOnce(&mut Session) -> Result<T, postgres::Error>,
    ) -> Result<T, StoreError> {
        let mut kept = locked(kept);
        let session = match kept.take().filter(|session| !session.client.is_closed()) {
            Some(session) => session,
            None => {
                let mut session = self.connect("written")?;
                // What is leased and who is fenced is durable before anybody acts on it.
                let set = session.client.batch_execute("set synchronous_commit to on");
                set.map_err(|error| self.trouble("written", &error))?;
                session
            }
        };
        work(kept.insert(session)).map_err(|error| self.trouble("written", &error))
    }
}

fn is_timeout(error: &postgres::Error) -> bool {
    error.code() == Some(&postgres::error::SqlState::LOCK_NOT_AVAILABLE)
}
