//! Reads what a page says of itself outside its text: title, language, address, and what it asks of search engines.

use scraper::node::Element;
use url::Url;

use crate::extract::dates::{self, Moment};
use crate::extract::html::outline::{Outline, attribute};
use crate::extract::tidy::tidy;
use crate::model::Capture;

/// What a page says of itself outside its text.
#[derive(Default, Debug)]
pub struct Head {
    /// Its `<title>`.
    pub title: String,
    /// The name of the site, where it is given.
    pub site: Option<String>,
    /// Its language.
    pub lang: Option<String>,
    /// What its links are relative to.
    pub base: Option<Url>,
    /// The address it gives as its own.
    pub canonical: Option<Url>,
    /// The id under which its publishing system keeps it.
    pub content_id: Option<String>,
    /// Whether it asks search engines to leave it out.
    pub noindex: bool,
    /// When it says it was published.
    pub published: Option<Moment>,
    /// When it says it was changed.
    pub updated: Option<Moment>,
}

/// The attributes by which a `<meta>` says what it is about.
pub const CALLED: [&str; 4] = ["name", "property", "itemprop", "http-equiv"];

/// Reads the head of a page and the header it came with.
pub fn read(outline: &Outline<'_>, capture: &Capture) -> Head {
    let mut head = Head {
        noindex: refused_by_header(capture),
        ..Head::default()
    };
    let landed = capture.landed();
    for (at, element) in outline.elements() {
        match element.name() {
            "html" => {
                head.lang = attribute(element, "lang")
                    .or_else(|| attribute(element, "xml:lang"))
                    .map(tidy)
                    .filter(|lang| !lang.is_empty())
            }
            "title" if head.title.is_empty() => head.title = tidy(&outline.raw_text(at)),
            "base" if head.base.is_none() => {
                head.base = attribute(element, "href").and_then(|href| landed.join(href).ok());
            }
            "link" if head.canonical.is_none() && is_canonical(element) => {
                head.canonical = attribute(element, "href").and_then(|href| landed.join(href).ok());
            }
            "meta" => {
                let name = CALLED.iter().find_map(|kind| attribute(element, kind));
                if let Some((name, content)) = name.zip(attribute(element, "content")) {
                    head.meta(&name.to_ascii_lowercase(), content);
                }
            }
            _ => {}
        }
    }
    let answer = capture.answer();
    head.canonical = head.canonical.or_else(|| {
        let target = canonical_by_header(answer.header("link")?)?;
        landed.join(target).ok()
    });
    let said = answer.header("content-language").map(tidy);
    head.lang = head
        .lang
        .or(said)
        .filter(|lang| !lang.is_empty() && !lang.contains(','));
    head
}

fn is_canonical(element: &Element) -> bool {
    attribute(element, "rel").is_some_and(|rel| {
        rel.split_ascii_whitespace()
            .any(|word| word.eq_ignore_ascii_case("canonical"))
    })
}

/// The target of `Link: <https://…>; rel="canonical"` (RFC 6596).
fn canonical_by_header(value: &str) -> Option<&str> {
    value.split(",").find_map(|link| {
        let (target, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let parameters = parameters.to_ascii_lowercase().replace([' ', '"'], "");
        parameters.contains(";rel=canonical").then_some(target)
    })
}

/// What a `<meta>` can tell of a page.
enum Told {
    Robots,
    ContentId,
    Language,
    Site,
    Published,
    Updated,
}

/// What a `<meta>` of this name, in lower case, tells.
fn told(name: &str) -> Option<Told> {
    Some(match name {
        "robots" => Told::Robots,
        agent if SEARCH.contains(&agent) => Told::Robots,
        "govuk:content-id" => Told::ContentId,
        "content-language" => Told::Language,
        "og:site_name" => Told::Site,
        "article:published_time"
        | "dcterms.issued"
        | "dc.date.issued"
        | "dcterms.created"
        | "govuk:first-published-at"
        | "datepublished" => Told::Published,
        "article:modified_time"
        | "og:updated_time"
        | "dcterms.modified"
        | "dc.date.modified"
        | "govuk:public-updated-at"
        | "last-modified"
        | "datemodified" => Told::Updated,
        _ => return None,
    })
}

/// Whether what a `<meta>` of this name, in lower case, says is listened to.
pub fn is_heard(name: &str) -> bool {
    told(name).is_some()
}

impl Head {
    fn meta(&mut self, name: &str, content: &str) {
        let words = || Some(tidy(content)).filter(|words| !words.is_empty());
        match told(name) {
            Some(Told::Robots) => self.noindex |= says_noindex(content),
            Some(Told::ContentId) => self.content_id = words(),
            Some(Told::Language) => self.lang = self.lang.take().or_else(words),
            Some(Told::Site) => self.site = Some(tidy(content)),
            Some(Told::Published) => {
                self.published = self.published.or_else(|| dates::parse(content));
            }
            Some(Told::Updated) => {
                self.updated = self.updated.or_else(|| dates::parse(content));
            }
            None => {}
        }
    }

    /// The title without the name of the site, before or after it.
    pub fn bare_title(&self, host: &str) -> String {
        let separators = [" » ", " | ", " - ", " – ", " — ", " :: ", " · ", " • "];
        let Some(separator) = separators.iter().find(|mark| self.title.contains(**mark)) else {
            return self.title.clone();
        };
        let (first, after) = self.title.split_once(separator).unwrap_or_default();
        let (before, last) = self.title.rsplit_once(separator).unwrap_or_default();
        let is_site = |part: &str| self.site.as_deref() == Some(part) || names_host(part, host);
        if is_site(last) {
            before.to_owned()
        } else if is_site(first) || *separator == " » " {
            after.to_owned()
        } else if last.split_whitespace().count() <= 4 && last.len() < before.len() {
            before.to_owned()
        } else {
            self.title.clone()
        }
    }
}

/// Whether the name of a site is that of its host: "GOV.UK" of www.gov.uk, "NHS England" of www.england.nhs.uk.
fn names_host(part: &str, host: &str) -> bool {
    let words = part
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let labels: Vec<&str> = host.split(['.', '-']).collect();
    let mut any = false;
    for word in words {
        any = true;
        if !labels.iter().any(|label| label.eq_ignore_ascii_case(word)) {
            return false;
        }
    }
    any
}

fn refused_by_header(capture: &Capture) -> bool {
    capture
        .answer()
        .headers
        .iter()
        .any(|(name, value)| name == "x-robots-tag" && says_noindex(value))
}

/// The search engines by which people find pages; what is asked of other robots hides nothing from them.
const SEARCH: [&str; 8] = [
    "googlebot",
    "google",
    "bingbot",
    "msnbot",
    "slurp",
    "duckduckbot",
    "yandex",
    "applebot",
];

/// Directives that have a value after a colon; any other word before one is the robot that is spoken to.
const VALUED: [&str; 4] = [
    "max-snippet",
    "max-image-preview",
    "max-video-preview",
    "unavailable_after",
];

/// Whether search engines are asked to leave the page out. A directive counts for the robot named before it
/// (`googlebot: noindex`), and for all where none is named.
fn says_noindex(content: &str) -> bool {
    let mut heard = true;
    content
        .split(',')
        .flat_map(|part| part.split_ascii_whitespace())
        .any(|word| {
            let word = word.to_ascii_lowercase();
            let (before, after) = match word.split_once(':') {
                Some((before, after)) if !VALUED.contains(&before) => (Some(before), after),
                _ => (None, word.as_str()),
            };
            if let Some(agent) = before.filter(|agent| !agent.is_empty()) {
                heard = SEARCH.contains(&agent) || agent == "*";
            }
            heard && matches!(after, "noindex" | "none")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_site_is_no_part_of_the_title() {
        for (title, host, expected) in [
            ("Care data - GOV.UK", "www.gov.uk", "Care data"),
            (
                "NHS England » The care.data programme – better care",
                "www.england.nhs.uk",
                "The care.data programme – better care",
            ),
            ("NHS England » News", "england.example", "News"),
            ("Directions - NHS Digital", "digital.nhs.uk", "Directions"),
            ("Cookies | NHSX", "www.nhsx.nhs.uk", "Cookies"),
            ("Opt out", "www.nhs.uk", "Opt out"),
            (
                "Politique de confidentialité - Livi",
                "www.livi.fr",
                "Politique de confidentialité",
            ),
            (
                "A – what the review of data security and consent proposes",
                "x.uk",
                "A – what the review of data security and consent proposes",
            ),
        ] {
            let head = Head {
                title: title.to_owned(),
                ..Head::default()
            };
            assert_eq!(head.bare_title(host), expected);
        }
    }

    #[test]
    fn the_canonical_address_can_stand_in_the_header() {
        for (value, expected) in [
            (
                "<https://a.uk/x>; rel=\"canonical\"",
                Some("https://a.uk/x"),
            ),
            ("</a.css>; rel=preload, </x>; rel=canonical", Some("/x")),
            ("</a.css>; rel=preload", None),
        ] {
            assert_eq!(canonical_by_header(value), expected, "{value}");
        }
    }

    #[test]
    fn noindex_is_heard_in_all_its_forms() {
        for (content, expected) in [
            ("noindex, nofollow", true),
            ("none", true),
            ("googlebot: noindex", true),
            ("NOINDEX,NOFOLLOW", true),
            ("nofollow noindex", true),
            ("otherbot: noindex, nofollow", false),
            ("googlebot:nofollow, bingbot:noindex", true),
            ("otherbot: noindex, googlebot: index", false),
            ("unavailable_after: 25 Jun 2026 15:00:00 GMT", false),
            ("max-snippet:-1, noindex", true),
            ("all", false),
            ("index", false),
            ("max-snippet:-1", false),
        ] {
            assert_eq!(says_noindex(content), expected, "{content}");
        }
    }
}
