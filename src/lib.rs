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
//! - **Lead**: a page or file that a watch leads to: read when it is found, and watched if it matters.
//! - **Company**: the files that came with a page, weighed together with it.
//! - **Visit**: one time we went and looked, whatever came of it.
//! - **Round**: several visits side by side.
//! - **Failure**: why a visit brought no document; a fact, kept with the visit.
//! - **Capture**: what the server sent: bytes, hops, header fields, times. Never altered.
//! - **Interface**: where a site tells programs of its pages, asked before the page; the page is kept beside the capture.
//! - **Document**: what a reader of the capture would have read, as blocks. Derived, so it can be derived again.
//! - **Reader**: the rules and code that turn a capture into a document.
//! - **Version**: a document that differs from the one before it; numbered once, for good.
//! - **Change**: the step from one version to the next, written `A..B`; 0 stands for "no page there".
//! - **Look**: a visit that brought nothing new.
//! - **Second look**: words that are gone are looked for again some minutes later, and the message is put right.
//! - **Diff**: what differs between two documents.
//! - **Finding**: one reason why a change matters, with the words on both sides.
//! - **Severity**: 5 interrupt an evening, 4 post at once, 3 next batch, 2 digest, 1 record only, 0 nothing at all.
//! - **Route**: which changes go to which channel, from which severity on.
//! - **Alert**: a change owed to a channel: owed, sent, or given up.
//! - **Notice**: something owed that is no change of a page, such as the summary of a first round.
//! - **Message**: what pays an alert; composed once, stored, then sent as it stands.
//! - **Entry**: one fact of the journal, chained by its hash to the one before.
//! - **Body**: whatever is long, kept once under its SHA-256: bytes as served, documents, findings, messages.
//! - **View**: what follows from the journal and can be made afresh from it: histories, the outbox, names.
//!
//! # A walk through one visit
//!
//! [`daemon`] finds a watch due by its [`schedule`] and asks [`visit`] to go. [`fetch`] brings a capture, politely;
//! [`extract`] reads it into a document. In the one lane of the [`house`] the document is compared with the last one
//! by [`diff`], the archive is asked what [`findings`] wants to know, and the step is judged. Bodies are kept first,
//! then one entry of the journal in the [`store`] holds the whole step with the alerts it owes: from then on it has
//! happened. [`deliver`] pays the alerts: [`wording`] composes each message once, the message is stored, and
//! [`channels`] sends it until it stands there. Whoever asks later is answered from [`answers`].

// Floor 1  words: plain data, no I/O, no clock, no async

pub mod model;

// Floor 2  judgement: pure functions over the words; time and text come in as parameters

// which watch is due next, and when                                                    [cron]
pub mod schedule;

// capture -> document                                                                  [scraper]
pub mod extract;

// watchlist.toml -> watches, routes, settings; every mistake at once                   [toml, miette]
pub mod watchlist;

// the watch lists of other programs -> watches as somebody could write them           [serde-saphyr]
pub mod lists;

// document x document -> diff                                                          [similar]
pub mod diff;

// what changes on nearly every visit, from the history
pub mod noise;

// questions(step) -> what to ask the archive; judge(step, facts, now) -> findings
pub mod findings;

// a change in one sentence, as a redline, and as a message
pub mod wording;

// Floor 3  hands: each touches one thing outside, nothing else does

// the time, as it was handed down at the door
pub mod clock;

// reads what is dangerous to read in a child process, within limits                    [rustix, landlock]
pub mod worker;

// the one HTTP client and its address guard                                            [reqwest]
pub mod wire;

// one page, politely, within limits                                                    [robotxt]
pub mod fetch;

// what a page's scripts build, in a browser behind a guard                             [chromiumoxide]
pub mod browser;

// the archive: journal, bodies, views; adds, never alters                              [sled]
pub mod store;

// says a message where it is owed                                                      [serenity]
pub mod channels;

// Floor 4  errands

// pays the alerts owed until they are paid
pub mod deliver;

// what every errand works with: archive, watchlist in force, hands, clock
pub mod house;

// one visit to one watch, from fetching to the entry appended
pub mod visit;

// Floor 5  answers and window

// every question a reader can ask: one request, one response type each
pub mod answers;

// the archive's holder answers other commands
pub mod socket;

// the stage on which the demo plays its story over HTTP                                [axum]
pub mod web;

// Floor 6  household: starts, watches over and stops the tasks of `run`

pub mod daemon;

// Floor 7  door: one file a command                                                    [clap]

pub mod cli;
