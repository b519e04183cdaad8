//! A change told in the thread of its page, which is opened where there is none.

use crate::channels::Refusal;
use crate::deliver::line::{Line, found};
use crate::deliver::{compose, links};
use crate::model::{
    Alert, Composed, Destination, EntryNo, Fact, Landed, Message, Opening, Owed, Receipt, Thread,
    WatchId,
};
use crate::store::StoreError;
use crate::wording::message;

/// What came of an attempt: a receipt, or a refusal.
type Said = Result<Receipt, Refusal>;

impl Line {
    /// Tells a change in the thread of its page; the receipt names thread and message.
    pub(super) async fn tell_in_thread(
        &self,
        forum: u64,
        alert: &Alert,
        (composed, message): (&Composed, &Message),
        overdue: bool,
    ) -> Result<Said, StoreError> {
        // What replies to something, or would put it right, stands in the same thread.
        let about = alert.owed.replies.or(alert.owed.edits).unwrap_or(alert.id);
        let Fact::Landed(landed) = self.store.entry(about.entry).await?.fact else {
            let why = "only changes of pages are told in a forum";
            return Ok(Err(Refusal::Never(why.to_owned())));
        };
        let thread = match self.thread(forum, (alert, about.entry), &landed).await? {
            Ok(thread) => thread,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // A thread is a channel of its own, and knows nonces.
        let there = Destination::Discord(thread.id);
        if overdue {
            let archive = compose::archive(&self.store).await?;
            let mark = message::mark(composed.id, &archive);
            match self.channels.find(&there, &mark).await {
                Ok(Some(id)) => return Ok(Ok(found(thread.receipt(&id)))),
                Ok(None) | Err(Refusal::Never(_)) => {}
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let sent = (self.channels).send(&there, message, &composed.nonce).await;
        Ok(sent.map(|receipt| Receipt {
            id: thread.receipt(&receipt.id),
            ..receipt
        }))
    }

    /// The thread of a page: the one that is there, one that was opened before a crash, or a new one.
    async fn thread(
        &self,
        forum: u64,
        (alert, about): (&Alert, EntryNo),
        landed: &Landed,
    ) -> Result<Result<Thread, Refusal>, StoreError> {
        let known = self.store.thread(&landed.watch, &self.to).await?;
        let (opening, perhaps) = match known {
            None => (self.new_thread(alert, landed).await?, false),
            Some(opening) => match opening.thread {
                None => (opening, true),
                Some(thread) => match self.channels.stands(forum, thread).await {
                    Ok(true) => return Ok(Ok(thread)),
                    Ok(false) => (self.new_thread(alert, landed).await?, false),
                    Err(refusal) => return Ok(Err(refusal)),
                },
            },
        };
        let first: Message = compose::kept(&self.store, opening.first, alert.id).await?;
        let found = match (perhaps, self.mark_of(&first)) {
            (true, Some(mark)) => self.channels.opened(forum, &opening.name, mark).await,
            _ => Ok(None),
        };
        let opened = match found {
            Ok(Some(thread)) => Ok(thread),
            Ok(None) => self.channels.open(forum, &opening, &first).await,
            Err(refusal) => Err(refusal),
        };
        let thread = match opened {
            Ok(thread) => thread,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let opening = Opening {
            thread: Some(thread),
            ..opening
        };
        let owed = links::owed(&self.store, about, landed, links::shows_threads).await?;
        self.note(&landed.watch, opening, owed).await?;
        Ok(Ok(thread))
    }

    /// Writes down that a thread is about to be opened, and how: a crash after that opens no second one.
    async fn new_thread(&self, alert: &Alert, landed: &Landed) -> Result<Opening, StoreError> {
        let archive = compose::archive(&self.store).await?;
        let watch = compose::watch(&self.means, landed);
        let mark = message::thread_mark(alert.id, &archive);
        let (name, first) = message::document(&watch, alert.at, &mark);
        let first = serde_json::to_vec(&first).expect("a message is plain data");
        let opening = Opening {
            name,
            first: self.store.keep(first, None).await?,
            tags: watch.topics.into_iter().chain(watch.publisher).collect(),
            thread: None,
        };
        self.note(&landed.watch, opening.clone(), Vec::new())
            .await?;
        Ok(opening)
    }

    async fn note(
        &self,
        watch: &WatchId,
        opening: Opening,
        owed: Vec<Owed>,
    ) -> Result<(), StoreError> {
        let fact = Fact::Threaded {
            watch: watch.clone(),
            forum: self.to.clone(),
            opening,
            owed,
        };
        let now = self.means.clock.now();
        self.store.append(fact, now, None).await.map(drop)
    }

    /// What the first message of a thread is found again by.
    fn mark_of<'m>(&self, first: &'m Message) -> Option<&'m str> {
        let footer = first.text.as_ref()?.footer.as_str();
        footer.rsplit(" · ").next()
    }
}
