//! The care.data story as dated fetches of ten pages, compiled in.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use url::Url;

/// The story.
#[derive(Deserialize, Debug)]
pub struct Story {
    /// What is to be said of its pages.
    pub note: String,
    /// What happened outside the pages.
    pub events: Vec<Event>,
    /// The fetches, in order of time.
    #[serde(rename = "versions")]
    pub fetches: Vec<Fetch>,
}

/// Something that happened outside the pages.
#[derive(Deserialize, Debug)]
pub struct Event {
    /// The day.
    pub date: NaiveDate,
    /// What happened.
    pub text: String,
}

/// One fetch of one page.
#[derive(Deserialize, Clone, Debug)]
pub struct Fetch {
    /// Its number, from 1.
    pub n: u32,
    /// Which page: the id of its watch.
    pub page: String,
    /// The page's address in the story.
    pub url: Url,
    /// When it is fetched.
    pub fetched_at: DateTime<Utc>,
    /// The status it answers with.
    pub status: u16,
    /// Where it redirects to.
    pub location: Option<Url>,
    /// The file that holds its body.
    pub file: Option<String>,
    /// What must be found.
    pub expect: Vec<Expect>,
    /// What happened, in a sentence.
    pub fact: String,
    /// Whether wording or timing have no source.
    pub invented: bool,
}

/// One finding that must be made.
#[derive(Deserialize, Clone, Debug)]
pub struct Expect {
    /// The rule.
    pub rule: String,
    /// The least severity.
    pub severity: u8,
    /// The names it must hold.
    #[serde(default)]
    pub names: Vec<String>,
}

impl Fetch {
    /// The body served; empty for a redirect.
    pub fn body(&self) -> &'static str {
        let file = self.file.as_deref().unwrap_or_default();
        PAGES
            .iter()
            .find(|(name, _)| *name == file)
            .map_or("", |(_, body)| body)
    }
}

impl Story {
    /// Reads the story that is compiled in. Its addresses are served without TLS.
    pub fn read() -> Story {
        let mut story: Story = serde_json::from_str(include_str!("story/manifest.json"))
            .expect("the story is well formed");
        for fetch in &mut story.fetches {
            plain(&mut fetch.url);
            fetch.location.iter_mut().for_each(plain);
        }
        story
    }
}

fn plain(url: &mut Url) {
    url.set_scheme("http").expect("https may become http");
}

/// The watchlist of the story, for the archive it leaves.
pub const WATCHLIST: &str = include_str!("story/watchlist.toml");

macro_rules! pages {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("story/", $name)))),*] };
}

const PAGES: &[(&str, &str)] = pages![
    "01-nhse-caredata-2013-09-06.html",
    "02-nhse-caredata-2014-01-14.html",
    "03-hscic-collect-2014-01-31.html",
    "04-nhse-caredata-2014-02-19.html",
    "05-nhse-caredata-2014-03-03.html",
    "06-nhse-caredata-2014-06-10.html",
    "07-hscic-caredata-2014-07-15.html",
    "08-nhse-news-2014-10-06.html",
    "09-nhse-news-2014-10-07.html",
    "10-nhse-caredata-2014-10-07.html",
    "11-hscic-caredata-2015-09-04.html",
    "12-gov-statement-2016-07-06.html",
    "13-gov-review-2016-07-06.html",
    "14-nhse-caredata-2016-07-06.html",
    "15-gov-review-2016-07-08.html",
    "17-nhsd-directions-2016-08-15.html",
    "18-nhsd-directions-2016-09-23.html",
    "19-nhsd-directions-2018-08-16.html",
    "20-nhsd-gpdpr-2021-05-12.html",
    "21-nhsd-gpdpr-2021-06-08.html",
    "22-nhsd-gpdpr-2021-07-20.html",
    "23-nhsd-directions-2026-02-10.html",
    "24-nhsd-gdcr-2026-02-10.html",
    "25-nhse-ndit-2026-05-20.html",
    "26-nhse-ndit-2026-06-12.html",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fetch_has_its_page_and_time_goes_on() {
        let story = Story::read();
        assert_eq!(story.fetches.len(), 26);
        for fetch in &story.fetches {
            assert_eq!(
                fetch.body().is_empty(),
                fetch.status == 301,
                "fetch {}",
                fetch.n
            );
        }
        assert!(story.fetches.is_sorted_by_key(|fetch| fetch.fetched_at));
    }
}
