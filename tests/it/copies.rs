//! A copy in an independent archive is believed only where it was made after ours and says the same.

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::copies::{Seeker, Sought};
use smallprint::deliver::Patience;
use smallprint::model::{Copy, Fact};

use crate::discord::{Discord, TOKEN};
use crate::site::Answer;
use crate::visits::scene::{PAGE, Scene, page, page_watch};

const HERE: u64 = 111;
const FIRST: &str = "Patients can opt out at any time by telling their practice.";
const SECOND: &str = "Data is collected from practices every month.";

/// A page that changed, of which people were told in Discord, and an archive that may have copies of it.
struct Stage {
    scene: Scene,
    discord: Discord,
    seeker: Seeker,
    _token: tempfile::NamedTempFile,
    /// When the change was captured.
    at: DateTime<Utc>,
}

impl Stage {
    async fn open(archive: impl Fn(u16) -> String) -> Stage {
        let discord = Discord::start().await;
        let token = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(token.path(), TOKEN).expect("it is written");
        let scene = Scene::with_page("", &[FIRST]).await;
        let watchlist = format!(
            "[copies]\narchive = \"{}\"\n[discord]\napi_base = \"{}\"\ntoken_file = {:?}\nbot = false\n\
             [[route]]\nto = \"discord:{HERE}\"\n{}",
            archive(scene.site.port()),
            discord.base,
            token.path(),
            page_watch(PAGE, ""),
        );
        scene.rewrite(&watchlist).await;
        scene.look().await;
        scene.shows(PAGE, &[SECOND]);
        scene.look_after(60).await;
        let stage = Stage {
            at: scene.now(),
            scene,
            discord,
            seeker: Seeker::default(),
            _token: token,
        };
        stage.pay().await;
        assert_eq!(stage.links(), ["The page"]);
        stage
    }

    async fn pay(&self) {
        let paid = self.scene.house.pay(Patience::COMMAND).await;
        paid.expect("the archive is well");
        assert_eq!(self.discord.broken(), Vec::<String>::new());
    }

    /// Looks for copies after so many hours.
    async fn look_after(&mut self, hours: i64) -> Sought {
        self.scene.pass(hours * 60);
        let sought = self.seeker.look(&self.scene.house).await;
        sought.expect("the archive is well")
    }

    /// What is asked of the list of copies.
    fn asked(&self) -> String {
        format!(
            "/cdx/search/cdx?url=http%3A%2F%2Fnhs.example%2Fpage&from={}&output=json\
             &fl=timestamp%2Coriginal&filter=statuscode%3A%28200%7C-%29&limit=20",
            stamp(self.at)
        )
    }

    /// The archive has copies made so many minutes after ours, of pages at these addresses with these words.
    fn archives(&self, copies: &[(i64, &str, &str)]) {
        let mut rows = vec![["timestamp".to_owned(), "original".to_owned()]];
        for (minutes, url, words) in copies {
            let stamp = stamp(self.at + TimeDelta::minutes(*minutes));
            let raw = format!("/web/{stamp}id_/{url}");
            let html = page("Sharing data", &[words]);
            self.scene.site.play(&raw, Answer::html(&html));
            rows.push([stamp, (*url).to_owned()]);
        }
        let json = serde_json::to_string(&rows).expect("rows");
        (self.scene.site).replay(&self.asked(), Answer::html(&json));
    }

    /// What is on record of copies.
    async fn copies(&self) -> Vec<Copy> {
        let facts = self.scene.facts().await.into_iter();
        let copies = facts.filter_map(|fact| match fact {
            Fact::Copied { copy, .. } => Some(copy),
            _ => None,
        });
        copies.collect()
    }

    /// What the buttons of the alert say.
    fn links(&self) -> Vec<String> {
        let messages = self.discord.messages(HERE);
        crate::discord::labels(&messages.last().expect("an alert").json)
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%d%H%M%S").to_string()
}

fn near(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_copy_after_ours_with_the_same_words_is_linked_by_an_edit() {
    let mut stage = Stage::open(near).await;
    let url = "http://nhs.example/page";
    stage.archives(&[
        (-5, url, SECOND),
        (5, "http://nhs.example/other", SECOND),
        (10, url, FIRST),
        (20, url, SECOND),
        (30, url, SECOND),
    ]);
    // Before an hour is over nothing is asked.
    assert_eq!(stage.look_after(0).await.open, 1);
    assert_eq!(stage.scene.site.asked_for(&stage.asked()).len(), 0);
    let sought = stage.look_after(1).await;
    assert_eq!((sought.found, sought.open), (1, 0));
    let copies = stage.copies().await;
    assert_eq!(copies.len(), 1);
    let memento = copies[0].holds.clone().expect("a copy");
    let expected = stage.at + TimeDelta::minutes(20);
    assert_eq!(memento.at, expected);
    assert!(
        memento
            .url
            .ends_with(&format!("/web/{}/{url}", stamp(expected)))
    );
    stage.pay().await;
    assert_eq!(stage.links(), ["The page", "Independent copy"]);
    assert_eq!(
        stage.discord.messages(HERE).len(),
        1,
        "an edit, no second message"
    );
    // What is known is not asked again.
    assert_eq!(stage.look_after(100).await, Sought::default());
    assert_eq!(stage.scene.site.asked_for(&stage.asked()).len(), 1);
    stage.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_archive_has_is_asked_for_ever_less_often_and_then_recorded() {
    let mut stage = Stage::open(near).await;
    // At first the archive answers with an error, then with nothing, then with a list that is none.
    let asked = stage.asked();
    let site = &stage.scene.site;
    site.play(&asked, Answer::status(503));
    site.play(&asked, Answer::html(""));
    site.play(&asked, Answer::html("<p>Sorry</p>"));
    let mut hours = 0;
    let mut sought = Sought::default();
    while sought.given_up == 0 {
        sought = stage.look_after(1).await;
        hours += 1;
        assert!(hours <= 14 * 24, "it never ends");
    }
    assert_eq!(hours, 14 * 24);
    assert_eq!(stage.scene.site.asked_for(&asked).len(), 6);
    let copies = stage.copies().await;
    assert_eq!(
        copies
            .iter()
            .map(|copy| copy.holds.clone())
            .collect::<Vec<_>>(),
        [None]
    );
    stage.pay().await;
    assert_eq!(stage.links(), ["The page"]);
    assert_eq!(stage.look_after(1).await, Sought::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_private_network_is_not_named_to_an_archive_outside() {
    // The archive has a name, so it may be anybody's; the page stands on an address of this machine.
    let mut stage = Stage::open(|port| format!("http://gov.example:{port}")).await;
    stage.archives(&[(5, "http://nhs.example/page", SECOND)]);
    let sought = stage.look_after(1).await;
    assert_eq!((sought.found, sought.open), (0, 1));
    assert_eq!(stage.scene.site.asked_for(&stage.asked()).len(), 0);
}
