//! A copy in an independent archive is believed only where it was made after ours and says the same.

use chrono::{DateTime, TimeDelta, Utc};
use smallprint::copies::{Asked, Saver, Seeker, Sought};
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
        Stage::wishing("", archive).await
    }

    /// The same with more settings of `[copies]`.
    async fn wishing(more: &str, archive: impl Fn(u16) -> String) -> Stage {
        let discord = Discord::start().await;
        let token = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(token.path(), TOKEN).expect("it is written");
        let scene = Scene::with_page("", &[FIRST]).await;
        let watchlist = format!(
            "[copies]\narchive = \"{}\"\n{more}\n[discord]\napi_base = \"{}\"\ntoken_file = {:?}\nbot = false\n\
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

/// What the archive was asked to keep, with what it said where it refused.
async fn saves(stage: &Stage) -> Vec<(u64, Option<String>)> {
    let facts = stage.scene.facts().await.into_iter();
    let saves = facts.filter_map(|fact| match fact {
        Fact::Saved(save) => Some((save.of, save.refused)),
        _ => None,
    });
    saves.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_asked_once_to_keep_a_page_that_people_were_told_of() {
    let stage = Stage::wishing("save = true", near).await;
    let asked = "/save/http://nhs.example/page";
    stage
        .scene
        .site
        .play(asked, Answer::status(429).header("Retry-After", "120"));
    stage
        .scene
        .site
        .play(asked, Answer::html("<p>Saving page</p>"));
    let mut saver = Saver::default();
    let mut ask = async || {
        let asked = saver.ask(&stage.scene.house).await;
        asked.expect("the archive is well")
    };
    assert_eq!(ask().await, Asked::Later);
    // It said when it wants to be asked again.
    stage.scene.pass(1);
    assert_eq!(ask().await, Asked::Nothing);
    stage.scene.pass(2);
    assert_eq!(ask().await, Asked::Taken);
    let change = stage
        .scene
        .house
        .store
        .last_entry()
        .await
        .expect("a journal");
    assert!(matches!(saves(&stage).await.as_slice(), [(of, None)] if *of < change));
    // What is on record is not asked for again, by another run neither.
    assert_eq!(ask().await, Asked::Nothing);
    let mut other = Saver::default();
    let again = other.ask(&stage.scene.house).await;
    assert_eq!(again.expect("the archive is well"), Asked::Nothing);
    assert_eq!(stage.scene.site.asked_for(asked).len(), 2);
    stage.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_key_an_archive_is_asked_as_programs_ask_and_the_key_goes_nowhere_else() {
    let key = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(key.path(), "abcdefgh:ijklmnopqrst\n").expect("it is written");
    let more = format!("save = true\nsave_file = {:?}", key.path());
    let stage = Stage::wishing(&more, near).await;
    let refusal = r#"{"status":"error","message":"This URL is in the exclusion list."}"#;
    stage.scene.site.replay("/save", Answer::html(refusal));
    let asked = Saver::default().ask(&stage.scene.house).await;
    assert_eq!(asked.expect("the archive is well"), Asked::Refused);
    let requests = stage.scene.site.asked_for("/save");
    let [request] = requests.as_slice() else {
        panic!("asked {} times", requests.len());
    };
    assert_eq!(request.method, "POST");
    assert_eq!(
        request.header("authorization"),
        Some("LOW abcdefgh:ijklmnopqrst")
    );
    assert_eq!(
        request.body,
        b"url=http%3A%2F%2Fnhs.example%2Fpage&skip_first_archive=1"
    );
    let saves = saves(&stage).await;
    let [(_, Some(why))] = saves.as_slice() else {
        panic!("{saves:?}");
    };
    assert_eq!(why, "This URL is in the exclusion list.");
    stage.scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_again_is_private_or_not_wished_for_is_not_asked_for() {
    let none = Stage::open(near).await;
    let outside = |port| format!("http://gov.example:{port}");
    let private = Stage::wishing("save = true", outside).await;
    let over = Stage::wishing("save = true", near).await;
    over.scene.pass(25 * 60);
    for stage in [none, private, over] {
        let asked = Saver::default().ask(&stage.scene.house).await;
        assert_eq!(asked.expect("the archive is well"), Asked::Nothing);
        let asked = stage.scene.site.asked_for("/save/http://nhs.example/page");
        assert_eq!(asked.len(), 0);
        stage.scene.end().await;
    }
}
