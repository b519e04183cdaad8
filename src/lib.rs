//! Smallprint watches the pages where policy is made, keeps every version as evidence, and says what changed,
//! why it matters and how sure we are.
//!
//! This file is the map and the law: a module uses only modules declared before it. `tests/it/architecture.rs`
//! reads this file and holds the house to it.
//!
//! # The words
//!
//! The same in code, commands, messages and logs:
//!
//! - **Watchlist**: the file that names the watches, where changes go, and the settings.
//! - **Watch**: one address we keep an eye on; its id outlives the address.
//! - **Draft**: a watch as somebody could write it into the watchlist.
//! - **Lead**: a page or file that a watch leads to: read when it is found, and watched if it matters.
//! - **Trail**: a lead with its times, as the archive knows it.
//! - **Fate**: what became of a lead: unread, read, watched, gone, dropped, promoted.
//! - **Company**: the files that came with a page, weighed together with it.
//! - **Visit**: one time we went and looked, whatever came of it.
//! - **Round**: several visits side by side.
//! - **Failure**: why a visit brought no document; a fact, kept with the visit.
//! - **Capture**: what the server sent: bytes, hops, header fields, times. Never altered.
//! - **Provenance**: how a capture came here: fetched, rendered by a browser, imported, collected.
//! - **Collector**: this program on another machine; it visits chosen hosts and sends what it found here, a parcel a visit.
//! - **Interface**: where a site tells programs of its pages, asked before the page; the page is kept beside the capture.
//! - **Document**: what a reader of the capture would have read, as blocks. Derived, so it can be derived again.
//! - **Surroundings**: what stands on a page around its main text; compared, and quietly kept.
//! - **Register**: a page or file whose rows are news by themselves.
//! - **Edition**: a register or file as it stands for a while, often at an address with its own date.
//! - **Reader**: the rules and code that turn a capture into a document.
//! - **Gist**: the digest of all that a reader looks at on a page; while it stays, the page reads the same.
//! - **Workers**: children of this program that read what is dangerous to read, within limits.
//! - **Version**: a document that differs from the one before it; numbered once, for good.
//! - **Change**: the step from one version to the next, written `A..B`; 0 stands for "no page there".
//! - **Look**: a visit that brought nothing new.
//! - **Second look**: words that are gone are looked for again some minutes later, and the message is put right.
//! - **Diff**: what differs between two documents.
//! - **Strand**: what a change can have in common with others: words put for words, an edit, a new paragraph.
//! - **Group**: changes of several pages with one strand, or pages that moved with their host.
//! - **Mute**: what a person asked not to be told of, for how long, and why; it is kept and judged all the same.
//! - **Passage**: a paragraph, heading, item or row of a page, as the search finds it.
//! - **Stay**: the time a passage stood on a page without a break; one that went and came again has several.
//! - **Noise**: what changes on a page on nearly every visit; it is kept, and nothing is said of it.
//! - **Gap**: a stretch of a page between two blocks that stay; noise stands in gaps.
//! - **Claim**: what a page says of an edit, held against the edit: announced, unannounced, back-dated, or nothing at all.
//! - **Habit**: how often a site moved its dates when its words changed; without one it cannot be held to them.
//! - **Rulebook**: the rules, names and days that judgement looks things up in.
//! - **Override**: what the user's watchlist makes of a shipped rule.
//! - **Almost**: a rule whose pattern matched, and what silenced it.
//! - **Replay**: old changes judged again, by the rules of today or by others; nothing is stored.
//! - **Dossier**: what is known of one scheme: its names, what it does, and what its papers hold.
//! - **Facet**: something that a scheme does, as sentences say it.
//! - **Resemblance**: a text that does what a known scheme does, and does not name it.
//! - **Finding**: one reason why a change matters, with the words on both sides.
//! - **Severity**: 5 interrupt an evening, 4 post at once, 3 next batch, 2 digest, 1 record only, 0 nothing at all.
//! - **Route**: which changes go to which channel, when, and how loudly.
//! - **Alert**: a change owed to a channel: owed, parked, sent, or given up.
//! - **Member**: a process at work on an archive that several share; it gives signs of life.
//! - **Lease**: that one member does something alone for now: it visits a host, sends alerts, listens in Discord.
//! - **Fence**: what keeps a member that was silent for too long from writing; others take up what it did.
//! - **Role**: a part of the work that a process does.
//! - **Parked**: of an alert, that its channel does not take it for now.
//! - **Lack**: what a message lacks where it stands of what was sent.
//! - **Payment**: the alerts that one message pays: one, those of a batch, or those of a digest.
//! - **Batch**: changes of a route that waited some minutes for each other, in one message.
//! - **Digest**: what waited on a route since its last one, in one message at an hour. (The type of this name is a SHA-256.)
//! - **Forecast**: what routes would have sent of changes that are stored; nothing is sent.
//! - **Roundup**: what a digest tells beside the changes that waited for it.
//! - **Forum**: a channel of Discord in which each page has a thread; all that is told of the page stands there.
//! - **Opening**: a thread that is opened, or is about to be: what it is called, and its first message.
//! - **Copy**: what an independent archive holds of a text that people were told of.
//! - **Save**: that an archive was asked to keep a copy of a page as it stands, and what it said.
//! - **Memento**: one page of such an archive, made at one time (RFC 7089).
//! - **Backfill**: bringing what pages said before they were watched, from independent archives of the web.
//! - **Past**: what was backfilled of a page; it is the archives' word, and stands apart from our own captures.
//! - **Point**: where a text stands in the history of a page: an own version (`3`), or a backfilled text (`b3`).
//! - **Reach**: two points, written `A..B`; a change of our own is written so too.
//! - **Stretch**: copies of a page one after the other with the same text; between two stretches is a turn.
//! - **Annotation**: what a person said of a change; it is added, and undone by another.
//! - **Decision**: an annotation that calls a change significant or noise; the first one holds until it is undone.
//! - **Correction**: an annotation said in public: that we erred, that something is disputed or explained, or what a
//!   publisher replied. It stands above the message it puts right, and can be taken back in public too.
//! - **Back**: what was gone from a page stands there again, and the message that said it was gone says so.
//! - **Wish**: what a person asks of the bot in Discord: a button pressed, a command given, a form filled in.
//! - **Reply**: what the bot says to a wish; only who asked sees it.
//! - **Ticket**: what the bot needs to reply to a wish; Discord takes it for some minutes.
//! - **Suggestion**: a page that somebody wishes were watched; the watchlist stays its keeper's.
//! - **Promise**: a sentence of a page that says by when something will be there.
//! - **Notice**: something owed that is no change of a page, such as the summary of a first round.
//! - **Heartbeat**: once a day, what was done and what fails, for those who keep the program; it says that the program lives.
//! - **Alarm**: what stands in the way of watching or telling; it is said when it begins, and once more when it ends.
//! - **Check-up**: a look at one thing that the program needs of its machine or its set-up: ok, a warning or wrong, with what to do.
//! - **Meter**: a figure about the program at work, counted where a thing is handled, for those who watch over many programs.
//! - **Vitals**: whether a running program lives, and does all it is there for, thing by thing.
//! - **Window**: the archive as web pages, for anyone to read.
//! - **Ledger**: every change in a few bytes, its brief, kept in memory: what lists are filtered and counted by.
//! - **Leaf**: a page of very many changes, with the entry below which the next one begins.
//! - **Streak**: visits one after the other that saw the same of a page.
//! - **Spell**: a stretch of time in which a page was there, was found gone, or nothing is known of it.
//! - **Message**: what pays an alert; composed once, stored, then sent as it stands.
//! - **Particulars**: what a message says of one change, in parts, for channels that are read by programs.
//! - **Entry**: one fact of the journal, chained by its hash to the one before. (What a feed or list holds are entries too.)
//! - **Checkpoint**: how many entries the journal has and the root of the tree over them, signed; once a day.
//! - **Anchor**: a place outside that holds a checkpoint to a time: the stamp of an authority, or a channel in which it stands.
//! - **Proof**: the path of hashes that shows that an entry stands below a checkpoint, or that one checkpoint continues another.
//! - **Stamp**: the word of a time-stamp authority that a checkpoint was there at a time.
//! - **Evidence**: what the archive holds of one change or version, in one file that can be checked without the archive.
//! - **Export**: the archive, or a part of it, written into a directory in formats that other programs read.
//! - **Place**: where an archive is: its directory, and the database that a file in it names, where it is in one.
//! - **Backup**: a copy of the whole archive, hash for hash; it is an archive as any other.
//! - **Mirror**: a backup on another machine, kept in step over the network.
//! - **Tombstone**: what is left of a body that was forgotten: its hash, and the entry that says when, by whom and why.
//! - **Choice**: what of the archive an export takes: which watches, of which time.
//! - **Body**: whatever is long, kept once under its SHA-256: bytes as served, documents, findings, messages.
//! - **View**: what follows from the journal and can be made afresh from it: histories, the outbox, names.
//!
//! # A walk through one visit
//!
//! [`daemon`] finds a watch due by its [`schedule`] and asks [`visit`] to go. [`fetch`] brings a capture, politely: of
//! the page, or of what the interface of its site tells of it; where scripts build the page, [`browser`] runs them behind
//! a guard. [`extract`] reads the capture into a document; what is dangerous to read is read by a child of [`worker`].
//! Files that are new on the page are brought and read with it. In the one lane of the [`house`] the document is compared
//! with the last one by [`diff`], tables row by row; what [`noise`] knows to change on nearly every visit is held quiet;
//! the archive is asked what [`findings`] wants to know, and the step is judged. Bodies are kept first, then one entry of
//! the journal in the [`store`] holds the whole step with the alerts it owes and the leads it found: from then on it has
//! happened. The leads are read in their turn, within a budget. [`deliver`] pays the alerts: [`wording`] composes each
//! message once, the message is stored, and [`channels`] sends it until it stands there. Whoever asks later is answered
//! from [`answers`]; where words stood, the index of [`search`] knows, which follows the journal by itself.

// Floor 1  words: plain data, no I/O, no clock, no async

pub mod model;

// Floor 2  judgement: pure functions over the words; time and text come in as parameters

// which watch is due next, and when                                                    [cron]
pub mod schedule;

// capture -> document                                                        [scraper, lol_html]
pub mod extract;

// document x document -> diff                                                          [similar]
pub mod diff;

// the passages of a document, and how long each stood on its page
pub mod passages;

// the sentences of a text: cut, folded, compared, quoted
pub mod prose;

// what judgement looks for: rules, names, days; shipped, or the user's own
pub mod rulebook;

// watchlist.toml -> watches, routes, settings; every mistake at once                   [toml, miette]
pub mod watchlist;

// the watch lists of other programs -> watches as somebody could write them           [serde-saphyr]
pub mod lists;

// what changes on nearly every visit, from the history
pub mod noise;

// which copies of archives of the web to ask for, and what stood there as far as they tell
pub mod past;

// questions(step) -> what to ask the archive; judge(step, facts, now) -> findings
pub mod findings;

// a change in one sentence, as a redline, and as a message
pub mod wording;

// what a person asked not to be told of, held against what was found
pub mod mutes;

// which routes take a change, when each delivery is due, and what one message pays
pub mod routing;

// what stands in the way of watching or telling: which alarms begin, which end, in which words
pub mod alarms;

// Floor 3  hands: each touches one thing outside, nothing else does

// the time, as it was handed down at the door
pub mod clock;

// figures about the program at work, counted where a thing is handled                  [prometheus-client]
pub mod meters;

// reads what is dangerous to read in a child process, within limits                    [rustix, landlock]
pub mod worker;

// the one HTTP client and its address guard                                            [reqwest]
pub mod wire;

// what others can check: trees of hashes, signed notes, keys, tokens of authorities     [ring, der]
pub mod proof;

// one page, politely, within limits                                                    [robotxt]
pub mod fetch;

// what a page's scripts build, in a browser behind a guard                             [chromiumoxide]
pub mod browser;

// the archive: journal, bodies, views; adds, never alters                              [sled, rustix]
pub mod store;

// words and phrases over all versions: an index that can be made afresh                [tantivy]
pub mod search;

// who may say something in the window: names, and what their passwords come to         [argon2]
pub mod accounts;

// says a message where it is owed                                                      [serenity, lettre]
pub mod channels;

// Floor 4  errands

// pays the alerts owed until they are paid
pub mod deliver;

// visits chosen hosts from another machine, and sends what it found to the archive
pub mod collect;

// what every errand works with: archive, watchlist in force, hands, clock
pub mod house;

// reads old captures with the rules of today, quietly
pub mod reread;

// one visit to one watch, from fetching to the entry appended
pub mod visit;

// looks into an independent archive for copies of what changed
pub mod copies;

// brings what pages said before they were watched, from archives of the web
pub mod backfill;

// judges old changes again by other rules, and stores nothing
pub mod replay;

// what the program says of itself: its heartbeat, and alarms
pub mod oversight;

// whether this machine and what was set up have what the program needs                [rustix]
pub mod doctor;

// checkpoints of the journal, signed and stamped
pub mod witness;

// carries the whole archive to another place, hash for hash
pub mod transfer;

// takes texts out of the archive, with a reason: the one exception to "only grows"
pub mod forget;

// carries the archive out, in the formats of others                                    [csv, flate2, sha1]
pub mod export;

// takes whole archives in: WARC and WACZ files, histories in git                       [flate2, zip]
pub mod imports;

// Floor 5  answers and window

// every question a reader can ask: one request, one response type each
pub mod answers;

// what people do in Discord, answered from answers
pub mod bot;

// the archive's holder answers other commands
pub mod socket;

// what is served over HTTP: the window, collectors, the demo's story                  [axum, maud, tower-http]
pub mod web;

// Floor 6  household: starts, watches over and stops the tasks of `run`

pub mod daemon;

// Floor 7  door: one file a command                                                    [clap]

pub mod cli;
