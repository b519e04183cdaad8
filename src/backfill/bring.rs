//! One copy of an archive: asked for, judged, read, and kept with where it came from.

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::backfill::Errand;
use crate::backfill::ask::{Answered, Purse, ask, memento_datetime};
use crate::findings;
use crate::model::{
    Backfilled, Came, Capture, Document, Fact, Follow, Hop, Memento, PastNo, PastText, Provenance,
    Watch,
};
use crate::past;
use crate::store::{Store, StoreError};
use crate::watchlist::PastArchive;
use crate::wording::harmless;

/// How far the time an archive gives with a copy may be from that of its list.
const NEAR: TimeDelta = TimeDelta::seconds(1);

/// A text as it came.
struct Arrived {
    capture: Capture,
    body: Vec<u8>,
    page: Url,
    document: Document,
}

/// What came for one copy: what is kept of the copy that was asked for, and the copy that came in its place.
struct Judged {
    came: Result<Box<Arrived>, Came>,
    instead: Option<(Memento, Box<Arrived>)>,
}

impl Judged {
    fn of(came: Came) -> Judged {
        Judged {
            came: Err(came),
            instead: None,
        }
    }

    fn nothing(why: impl Into<String>) -> Judged {
        Judged::of(Came::Nothing { why: why.into() })
    }
}

impl Errand<'_> {
    /// Asks for a copy and keeps what came; the numbers of the texts that did.
    pub(super) async fn fetch_copy(
        &self,
        archive: &PastArchive,
        wanted: &Memento,
        purse: &mut Purse,
    ) -> Result<Result<Vec<PastNo>, String>, StoreError> {
        let Some(raw) = past::raw(&wanted.url) else {
            let nothing = Judged::nothing("its address cannot be read");
            return Ok(Ok(self.keep(archive, wanted, nothing).await?));
        };
        let judged = match ask(self.in_force, archive, &raw, purse).await {
            Answered::Refused(why) => {
                self.tell(&archive.name, why.clone()).await;
                return Ok(Err(why));
            }
            Answered::Served(capture, body) => self.judge(wanted, *capture, body).await,
            Answered::Archived(status, hop) => archived(wanted, status, &hop),
            Answered::NotThere(_) => Judged::nothing("the archive does not have it after all"),
            Answered::Useless(why) => Judged::nothing(why),
        };
        Ok(Ok(self.keep(archive, wanted, judged).await?))
    }

    /// Whether what was served is the copy that was asked for, another one, or none.
    async fn judge(&self, wanted: &Memento, capture: Capture, body: Vec<u8>) -> Judged {
        let answer = capture.answer();
        let Some(at) = memento_datetime(answer) else {
            return Judged::nothing(
                "what came is a page of the archive itself: it does not say of which time it is",
            );
        };
        let asked = past::parts(&wanted.url);
        let landed = past::parts(answer.url.as_str());
        if let (Some((_, asked)), Some((_, landed))) = (&asked, &landed)
            && !past::is_same(asked, landed)
        {
            return Judged::of(Came::Elsewhere {
                to: landed.to_string(),
            });
        }
        let is_it = near(at, wanted.at);
        let is_another =
            capture.redirected() && landed.as_ref().is_some_and(|(stamp, _)| near(*stamp, at));
        if !is_it && !is_another {
            return Judged::nothing(format!(
                "the archive says that what came is of {}, and lists it as of {}",
                at.to_rfc3339(),
                wanted.at.to_rfc3339()
            ));
        }
        let instead = Memento {
            url: past::read_at(&answer.url),
            at,
        };
        let page = landed.or(asked).map(|(_, page)| page);
        let page = page.unwrap_or_else(|| self.watch.url.clone());
        let workers = &self.in_force.workers;
        let read = workers
            .read(&capture.as_of_page(&page), &body, &self.watch.reading)
            .await;
        let document = match read {
            Ok(document) => document,
            Err(failure) => return Judged::nothing(failure.why),
        };
        if let Some(said) = past::excuse(&document) {
            return Judged::nothing(format!(
                "what came is a page of the archive itself: “{}”",
                harmless::line(said)
            ));
        }
        let arrived = Box::new(Arrived {
            capture,
            body,
            page,
            document,
        });
        match is_it {
            true => Judged {
                came: Ok(arrived),
                instead: None,
            },
            false => Judged {
                came: Err(Came::Another {
                    instead: instead.clone(),
                }),
                instead: Some((instead, arrived)),
            },
        }
    }

    /// Keeps what came of a copy, and the one that came in its place where that is not here yet.
    async fn keep(
        &self,
        archive: &PastArchive,
        wanted: &Memento,
        judged: Judged,
    ) -> Result<Vec<PastNo>, StoreError> {
        let mut numbers = Vec::new();
        if let Some((instead, arrived)) = judged.instead {
            let past = self.house.store.past(&self.watch.id).await?;
            let known = past
                .brought
                .iter()
                .any(|one| one.copy.archive == archive.name && one.copy.memento.at == instead.at);
            if !known {
                let no = self.append(archive, &instead, Ok(arrived)).await?;
                numbers.extend(no);
            }
        }
        let no = self.append(archive, wanted, judged.came).await?;
        numbers.extend(no);
        Ok(numbers)
    }

    async fn append(
        &self,
        archive: &PastArchive,
        memento: &Memento,
        came: Result<Box<Arrived>, Came>,
    ) -> Result<Option<PastNo>, StoreError> {
        let store = &self.house.store;
        let came = match came {
            Ok(arrived) => Came::Text(Box::new(self.text(archive, memento, *arrived).await?)),
            Err(came) => came,
        };
        let (no, what) = match &came {
            Came::Text(text) => (
                Some(text.no),
                format!("b{}: {}", text.no, harmless::line(&text.title)),
            ),
            Came::Absent { status } => (None, format!("no page there then ({status})")),
            Came::Elsewhere { to } => (None, format!("it led to {} then", harmless::line(to))),
            Came::Another { instead } => {
                let at = instead.at.format("%Y-%m-%d %H:%M");
                (None, format!("it leads to the copy of {at}"))
            }
            Came::Nothing { why } => (None, harmless::line(why)),
        };
        let fact = Fact::Backfilled(Box::new(Backfilled {
            watch: self.watch.id.clone(),
            archive: archive.name.clone(),
            memento: memento.clone(),
            came,
            imported: None,
        }));
        store.append(fact, self.house.clock.now(), None).await?;
        let day = memento.at.format("%Y-%m-%d %H:%M");
        self.tell(&archive.name, format!("{day}  {what}")).await;
        Ok(no)
    }

    /// Keeps the bodies of a text.
    async fn text(
        &self,
        archive: &PastArchive,
        memento: &Memento,
        arrived: Arrived,
    ) -> Result<PastText, StoreError> {
        let past = self.house.store.past(&self.watch.id).await?;
        let before = past.texts().last().map(|(_, text)| text);
        let capture = Capture {
            provenance: Provenance::Backfilled {
                archive: archive.name.clone(),
                memento: memento.clone(),
            },
            ..arrived.capture
        };
        let stood = Stood {
            capture,
            body: arrived.body,
            page: arrived.page,
            document: arrived.document,
        };
        keep_text(&self.house.store, self.watch, stood, before).await
    }
}

/// A text of the past before it is kept.
pub struct Stood {
    /// The capture, with where it came from.
    pub capture: Capture,
    /// Its bytes.
    pub body: Vec<u8>,
    /// The address of the page.
    pub page: Url,
    /// What a reader would have read.
    pub document: Document,
}

/// Keeps the bodies of a text, small beside those of the text that was brought before it; the number is the next one.
///
/// # Errors
/// The archive's.
pub async fn keep_text(
    store: &Store,
    watch: &Watch,
    stood: Stood,
    before: Option<&PastText>,
) -> Result<PastText, StoreError> {
    let Stood {
        capture,
        body,
        page,
        document,
    } = stood;
    let json = |bytes: serde_json::Result<Vec<u8>>| bytes.expect("it is plain data");
    let names = match watch.follow.contains(&Follow::Entries) {
        true => None,
        false => Some(findings::names(&document)).filter(|names| !names.names.is_empty()),
    };
    let names = match names {
        Some(names) => Some(store.keep(json(serde_json::to_vec(&names)), None).await?),
        None => None,
    };
    let kept = json(serde_json::to_vec(&document));
    Ok(PastText {
        no: store.next_past(&watch.id).await?,
        page,
        title: document.title.clone(),
        capture: store.keep(json(serde_json::to_vec(&capture)), None).await?,
        body: store.keep(body, before.map(|text| text.body)).await?,
        document: store.keep(kept, before.map(|text| text.document)).await?,
        text: document.text_digest(),
        claims: past::claims(&document),
        names,
    })
}

/// What an archived answer that is no page says.
fn archived(wanted: &Memento, status: u16, hop: &Hop) -> Judged {
    let at = memento_datetime(hop).unwrap_or(wanted.at);
    let landed = past::parts(hop.url.as_str());
    let asked = past::parts(&wanted.url);
    if let (Some((_, asked)), Some((_, landed))) = (&asked, &landed)
        && !past::is_same(asked, landed)
    {
        return Judged::of(Came::Elsewhere {
            to: landed.to_string(),
        });
    }
    match status {
        404 | 410 if near(at, wanted.at) => Judged::of(Came::Absent { status }),
        status => Judged::nothing(format!("the page answered {status} then")),
    }
}

fn near(one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    (one - other).abs() <= NEAR
}
