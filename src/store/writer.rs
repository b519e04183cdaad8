//! The one writer: a thread that takes requests in turn and makes as many of them durable at once as are waiting.

mod following;
mod places;

use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot, watch};

use crate::model::{Digest, Entry, EntryNo, Fact, Look};
use crate::store::{
    admission,
    bodies::{self, Packed},
    error::StoreError,
    forgetting, journal, looks, relations,
    rooms::Rooms,
    watchdog::Pulse,
};

use places::Places;

/// An answer, once there is one.
pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What is asked of the writer.
pub(super) enum Request {
    /// Write a body. Answered at once; durable with whatever is made durable next.
    Keep(Packed, Reply<()>),
    /// Note a look. Answered at once; durable with whatever is made durable next.
    Look(Look, Reply<()>),
    /// Append an entry, judged against this last entry about its watch.
    Append(Box<Fact>, DateTime<Utc>, Option<EntryNo>, Reply<EntryNo>),
    /// Append entries that need no predecessor, in this order, and make them durable together.
    AppendAll(Vec<Fact>, DateTime<Utc>, Reply<()>),
    /// Take over entries of another archive, in this order, and make them durable together.
    Receive(Vec<Entry>, Reply<()>),
    /// Note that these bodies were forgotten elsewhere before they came here, as these entries tell.
    Entomb(Vec<(Digest, EntryNo)>, Reply<()>),
    /// Learn what other processes wrote, and seal the looks of those that are gone.
    Follow(Option<Reply<()>>),
    /// Make durable what was noted.
    Settle(Reply<()>),
    /// Seal the looks that wait.
    Seal(DateTime<Utc>, Reply<()>),
    /// Make the views afresh.
    Rebuild(mpsc::UnboundedSender<(u64, u64)>, Reply<()>),
    /// Seal, and stop.
    Close(DateTime<Utc>, Reply<()>),
}

// So many requests share one fsync at most, so that the first of them is not kept waiting.
const TOGETHER: usize = 256;

/// The writer's own knowledge: where the next thing goes.
pub(super) struct Writer {
    rooms: Arc<Rooms>,
    pulse: Pulse,
    head: Head,
    // The last entry that is durable, for whoever follows the journal.
    news: watch::Sender<EntryNo>,
    places: Places,
    next_look: u64,
    // Whether nobody else can append now.
    chained: bool,
    closing: bool,
}

struct Head {
    no: EntryNo,
    hash: Digest,
    at: DateTime<Utc>,
}

// Answers that wait until what they say is durable.
enum Due {
    Entry(EntryNo, Reply<EntryNo>),
    Done(Reply<()>),
}

impl Due {
    fn say(self, outcome: Result<(), StoreError>) {
        // Whoever asked may have gone; what was asked is done all the same.
        match self {
            Due::Entry(no, reply) => drop(reply.send(outcome.map(|()| no))),
            Due::Done(reply) => drop(reply.send(outcome)),
        }
    }
}

impl Writer {
    /// Takes up where the archive stands, and seals the looks that a stop left.
    pub(super) fn new(
        rooms: Arc<Rooms>,
        pulse: Pulse,
    ) -> Result<(Writer, watch::Receiver<EntryNo>), StoreError> {
        let applied = rooms.picture().view.applied()?;
        let sealed = applied.as_ref().map_or(0, |applied| applied.looks);
        let waiting = rooms.picture().waiting.len() as u64;
        let numbered = rooms.disk.looks_of(None);
        let head = match applied {
            Some(applied) => Head {
                no: applied.entry,
                hash: applied.hash,
                at: applied.at,
            },
            None => Head {
                no: 0,
                hash: journal::genesis(),
                at: DateTime::<Utc>::MIN_UTC,
            },
        };
        let (news, told) = watch::channel(0);
        let mut places = Places::open(&rooms)?;
        if rooms.only {
            forgetting::resume(&rooms.disk, &mut places.next)?;
        }
        places.reserve(&rooms.disk)?;
        let mut writer = Writer {
            news,
            places,
            next_look: numbered.map_or(sealed + waiting, |numbers| numbers.start),
            rooms,
            pulse,
            head,
            chained: false,
            closing: false,
        };
        if waiting > 0 {
            let at = writer.time_of_waiting();
            writer.seal(at)?;
            writer.rooms.disk.sync()?;
        }
        if writer.rooms.only {
            for gone in writer.rooms.disk.fenced()? {
                writer.rooms.disk.bury(gone)?;
            }
        }
        writer.news.send_replace(writer.head.no);
        Ok((writer, told))
    }

    /// Serves until it is told to close, or nobody is left who could ask.
    pub(super) fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        while let Some(first) = requests.blocking_recv() {
            let mut due = Vec::new();
            let mut next = Some(first);
            let mut served = 0;
            while let Some(request) = next {
                self.pulse.busy();
                self.serve(request, &mut due);
                served += 1;
                next = match served < TOGETHER && !self.closing {
                    true => requests.try_recv().ok(),
                    false => None,
                };
            }
            if !due.is_empty() {
                let outcome = self.sync();
                due.into_iter().for_each(|due| due.say(outcome.clone()));
            }
            if let Err(error) = self.unchain() {
                self.rooms.refuse_from_now_on(&error);
            }
            self.pulse.idle();
            if self.closing {
                return;
            }
        }
        self.pulse.busy();
        if let Err(error) = self.sync() {
            tracing::error!("{error}");
        }
        self.pulse.idle();
    }

    fn serve(&mut self, request: Request, due: &mut Vec<Due>) {
        match request {
            Request::Keep(packed, reply) => {
                let done = self.guarded(|writer| writer.keep(&packed));
                drop(reply.send(done));
            }
            Request::Look(look, reply) => {
                let done = self.guarded(|writer| writer.look(look));
                drop(reply.send(done));
            }
            Request::Append(fact, at, after, reply) => {
                match self.guarded(|writer| writer.append(*fact, at, after)) {
                    Ok(no) => due.push(Due::Entry(no, reply)),
                    Err(error) => drop(reply.send(Err(error))),
                }
            }
            Request::AppendAll(facts, at, reply) => {
                let mut facts = facts.into_iter();
                let done = facts.try_for_each(|fact| {
                    self.pulse.busy();
                    self.guarded(|writer| writer.append(fact, at, None).map(drop))
                });
                self.answer(done, reply, due);
            }
            Request::Receive(entries, reply) => {
                let done = entries.iter().try_for_each(|entry| {
                    self.pulse.busy();
                    self.guarded(|writer| writer.receive(entry))
                });
                self.answer(done, reply, due);
            }
            Request::Entomb(left, reply) => {
                let done = self.guarded(|writer| {
                    left.into_iter().try_for_each(|(digest, entry)| {
                        bodies::entomb(&writer.rooms.disk, digest, entry)
                    })
                });
                drop(reply.send(done));
            }
            Request::Follow(reply) => {
                let done = self.guarded(Writer::look_around);
                // Whoever wants to know has asked; else nobody waits for it.
                reply.map(|reply| reply.send(done));
            }
            Request::Settle(reply) => due.push(Due::Done(reply)),
            Request::Seal(at, reply) => {
                let done = self.guarded(|writer| writer.seal(at));
                self.answer(done, reply, due);
            }
            Request::Rebuild(progress, reply) => {
                let done = self.guarded(|writer| writer.rebuild(&progress));
                self.answer(done, reply, due);
            }
            Request::Close(at, reply) => {
                let done = self.guarded(|writer| {
                    writer.seal(at)?;
                    writer.unchain()?;
                    writer.rooms.disk.sync()?;
                    writer.rooms.disk.leave()
                });
                self.closing = true;
                self.answer(done, reply, due);
            }
        }
    }

    fn answer(&self, done: Result<(), StoreError>, reply: Reply<()>, due: &mut Vec<Due>) {
        match done {
            Ok(()) => due.push(Due::Done(reply)),
            Err(error) => drop(reply.send(Err(error))),
        }
    }

    // After a write that failed half-way nothing more is written: a restart puts in order what is there.
    fn guarded<T>(
        &mut self,
        write: impl FnOnce(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.rooms.check()?;
        let outcome = write(self);
        if let Err(error) = &outcome
            && !error.is_harmless()
        {
            self.rooms.refuse_from_now_on(error);
        }
        outcome
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.rooms.check()?;
        let outcome = self.rooms.disk.sync();
        match &outcome {
            Ok(()) => drop(
                self.news
                    .send_if_modified(|last| std::mem::replace(last, self.head.no) != self.head.no),
            ),
            Err(error) => self.rooms.refuse_from_now_on(error),
        }
        outcome
    }

    fn keep(&mut self, packed: &Packed) -> Result<(), StoreError> {
        let place = self.places.take(&self.rooms.disk)?;
        bodies::put(&self.rooms.disk, place, packed)
    }

    fn look(&mut self, look: Look) -> Result<(), StoreError> {
        let mut look = looks::trim(look);
        look.watch = self.rooms.picture().view.now_called(&look.watch)?;
        let number = self.next_look;
        let disk = &self.rooms.disk;
        disk.together(|| looks::put(disk, number, &look))?;
        self.next_look += 1;
        let mut picture = self.rooms.repaint();
        picture.waiting.push((number, look));
        let full = picture.waiting.len() >= looks::MOST;
        drop(picture);
        match full {
            true => self.seal(self.time_of_waiting()),
            false => Ok(()),
        }
    }

    fn append(
        &mut self,
        fact: Fact,
        at: DateTime<Utc>,
        after: Option<EntryNo>,
    ) -> Result<EntryNo, StoreError> {
        self.chain()?;
        let fact = admission::trim(fact);
        admission::check(&self.rooms, &fact, after)?;
        if admission::must_seal(&self.rooms, &fact)? {
            self.seal(at)?;
        }
        self.write(fact, at, 0)
    }

    // All looks that wait, in as few entries as hold them.
    fn seal(&mut self, at: DateTime<Utc>) -> Result<(), StoreError> {
        if self.rooms.picture().waiting.is_empty() {
            return Ok(());
        }
        self.chain()?;
        loop {
            let batch: Vec<Look> = {
                let picture = self.rooms.picture();
                let first = picture.waiting.iter().take(looks::MOST);
                first.map(|(_, look)| look.clone()).collect()
            };
            if batch.is_empty() {
                return Ok(());
            }
            self.seal_some(batch, at)?;
        }
    }

    // Half of them where they are too long for one entry together; one look alone always fits.
    fn seal_some(&mut self, mut batch: Vec<Look>, at: DateTime<Utc>) -> Result<(), StoreError> {
        loop {
            let looks = batch.len();
            let fact = Fact::Looks {
                looks: batch.clone(),
            };
            match self.write(fact, at, looks) {
                Err(StoreError::Refused { .. }) if looks > 1 => batch.truncate(looks / 2),
                other => return other.map(drop),
            }
        }
    }

    // The commit: one insert into the journal. What follows from it is derived at once, or at the next start.
    fn write(
        &mut self,
        fact: Fact,
        at: DateTime<Utc>,
        sealed: usize,
    ) -> Result<EntryNo, StoreError> {
        let entry = Entry {
            format: journal::FORMAT,
            no: self.head.no + 1,
            at,
            clock_went_back: at < self.head.at,
            previous: self.head.hash,
            fact,
        };
        let (value, hash) = journal::encode(&entry)?;
        let disk = &self.rooms.disk;
        let mut picture = self.rooms.repaint();
        disk.together(|| {
            forgetting::begin(disk, &entry)?;
            journal::put(disk, entry.no, &value)?;
            picture.view.apply(&entry, hash)?;
            relations::follow(disk, &entry, hash)?;
            (picture.waiting.iter().take(sealed))
                .try_for_each(|(number, _)| looks::forget(disk, *number))
        })?;
        picture.waiting.drain(..sealed);
        drop(picture);
        let no = entry.no;
        self.head = Head { no, hash, at };
        self.forget(&entry)?;
        Ok(no)
    }

    // What another archive wrote, as it stands there: nothing of it is altered, or the hashes would tell.
    fn receive(&mut self, entry: &Entry) -> Result<(), StoreError> {
        self.chain()?;
        let refused = |why: String| StoreError::refused(format!("entry {}", entry.no), why);
        if entry.no != self.head.no + 1 || entry.previous != self.head.hash {
            let last = self.head.no;
            return Err(refused(format!(
                "it does not follow on entry {last}, the last one here"
            )));
        }
        if !self.rooms.picture().waiting.is_empty() {
            return Err(refused("visits were made here since".to_owned()));
        }
        for (what, digest) in journal::bodies(&entry.fact) {
            if !bodies::is_kept(&self.rooms.disk, digest)? {
                return Err(refused(format!("{what} it names is not here")));
            }
        }
        let (value, hash) = journal::encode(entry)?;
        let disk = &self.rooms.disk;
        let picture = self.rooms.repaint();
        disk.together(|| {
            forgetting::begin(disk, entry)?;
            journal::put(disk, entry.no, &value)?;
            picture.view.apply(entry, hash)?;
            relations::follow(disk, entry, hash)
        })?;
        let applied = picture.view.applied()?;
        drop(picture);
        self.head = Head {
            no: entry.no,
            hash,
            at: entry.at,
        };
        self.forget(entry)?;
        if !self.rooms.disk.is_shared() {
            self.next_look = applied.map_or(0, |applied| applied.looks);
        }
        Ok(())
    }

    /// Takes out the bodies that an entry says are forgotten. The entry is durable first: what is gone is told of.
    fn forget(&mut self, entry: &Entry) -> Result<(), StoreError> {
        if !matches!(entry.fact, Fact::Forgotten(_)) {
            return Ok(());
        }
        self.rooms.disk.sync()?;
        self.pulse.busy();
        self.rooms.noises.clear();
        self.rooms.titles.clear();
        forgetting::finish(&self.rooms.disk, entry, &mut self.places.next)?;
        self.places.reserve(&self.rooms.disk)
    }

    fn rebuild(&mut self, progress: &mpsc::UnboundedSender<(u64, u64)>) -> Result<(), StoreError> {
        if !self.rooms.disk.try_alone()? {
            return Err(StoreError::refused(
                "what is made afresh",
                "other processes are at work on the archive; stop them first",
            ));
        }
        let done = self.make_afresh(progress);
        self.rooms.disk.not_alone()?;
        done
    }

    fn make_afresh(
        &mut self,
        progress: &mpsc::UnboundedSender<(u64, u64)>,
    ) -> Result<(), StoreError> {
        let picture = self.rooms.picture();
        let fresh = picture.view.afresh(&mut |done, all| {
            self.pulse.busy();
            // Whoever watched the progress may have gone.
            let _ = progress.send((done, all));
        })?;
        drop(picture);
        relations::afresh(&self.rooms.disk, &mut |_, _| self.pulse.busy())?;
        self.rooms.disk.sync()?;
        fresh.put_in_force()?;
        self.rooms.disk.sync()?;
        let old = std::mem::replace(&mut self.rooms.repaint().view, fresh);
        *self
            .rooms
            .names
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
        self.pulse.busy();
        old.drop_it()
    }

    // There is no clock in here: looks sealed by themselves are sealed at the time of the last of them, which is no
    // sign of a clock that went back where another entry came since.
    fn time_of_waiting(&self) -> DateTime<Utc> {
        let picture = self.rooms.picture();
        let last = picture.waiting.last().map(|(_, look)| look.at);
        last.map_or(self.head.at, |at| at.max(self.head.at))
    }
}
