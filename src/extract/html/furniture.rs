//! Tells the furniture of a page from its text.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use scraper::node::Element;

use crate::extract::html::outline::{Holds, Outline, attribute};
use crate::model::Kind;

/// Where the judgement is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ground {
    /// Inside an element that says it is the main text.
    Main,
    /// In a body that names no main text: headers, footers and sidebars are judged too.
    Body,
    /// In markup that holds a text and nothing else: there is no furniture.
    Text,
}

/// Class and id names by what they say, each between word boundaries.
const NAMES: [&str; 7] = [
    // Asks for consent, under a vendor's name.
    r"onetrust-[a-z-]*|ot-sdk-container|cybotcookiebotdialog|cookiebotwidget|qc-cmp2?-[a-z-]*|didomi-[a-z-]*|tarteaucitron[a-z-]*|axeptio[a-z-]*|usercentrics-[a-z]*|osano-cm-[a-z-]*|truste[a-z-]*|klaro|iubenda-cs-[a-z-]*|cc-(?:window|banner|revoke)|cmplz-[a-z-]*|cky-[a-z-]*|cookieyes[a-z-]*|moove-gdpr[a-z-]*|ccm--?root|hs-eu-cookie-[a-z-]*|sp-message-container[a-z0-9-]*|fc-consent-root|termly-[a-z-]*|ccc-[a-z-]*|borlabs[a-z-]*",
    // Leads elsewhere on the site.
    r"(?:[a-z]+-)*breadcrumbs?(?:-[a-z]+)*|skip-?(?:to-?[a-z-]+|links?|nav[a-z]*)|sub-?nav(?:igation)?|side-?nav(?:igation)?|section-nav(?:igation)?|(?:[a-z]+-)*back-to-top(?:-[a-z]+)*|(?:[a-z]+-)*print-link|(?:[a-z]+-)*translation-nav|(?:[a-z]+-)*related-navigation",
    // Asks readers to share, rate, comment or subscribe.
    r"(?:[a-z]+-)*(?:social|share|sharing)(?:-(?:links?|buttons?|bar|icons?|networks?|media|list|block))?|addthis[a-z-]*|addtoany[a-z-]*|a2a-kit|sharethis[a-z-]*|sharedaddy|comments?-?(?:area|list|form|count|section|thread|respond|wrapper)|comments|disqus[a-z-]*|ratings?|star-ratings?|(?:view|page-view|hit|visitor)s?-?(?:count|counter)|views|(?:[a-z]+-)*feedback(?:-[a-z]+)*|newsletter(?:-[a-z]+)*|subscribe(?:-[a-z]+)*|(?:[a-z]+-)*signup-link|twitter-timeline|(?:[a-z]+-)*single-page-notification-button",
    // Lists what else there is.
    r"(?:[a-z]+-)*related(?:-(?:content|articles?|posts?|stories|pages?|items?|news|topics?|links?))?|(?:[a-z]+-)*most-(?:viewed|read|popular|shared|recent)|popular(?:-[a-z]+)*|trending(?:-[a-z]+)*|recommend(?:ed|ations?)(?:-[a-z]+)*|recent-posts?|latest-(?:news|posts?|tweets?)|you-(?:may|might)-(?:also-)?(?:like|be-interested)|pagination|pager|prev-next",
    // Frames a page that names no main text.
    r"(?:[a-z]+-)*(?:site|global|page|main|top|mobile|desktop|primary)-?(?:header|footer|nav|navbar|navigation|menu|bar|banner)(?:-[a-z]+)*|header|footer|navbar(?:-[a-z]+)*|masthead|topbar|top-bar|sidebar(?:-[a-z]+)*|menu|nav|navigation|banner|(?:[a-z]+-)*(?:phase|promo|merger|emergency|announcement)-?(?:banner|bar)",
    // Holds what a vendor lists of its cookies: text, whatever its name.
    r"(?:[a-z]+-)*cookie-?(?:policy|declaration|list|table|statement)(?:-[a-z]+)*",
    // Asks for consent, under a name that a part of the text could have too.
    r"(?:[a-z]+-)*(?:cookies?|consent|gdpr)-?(?:banner|bar|notice|message|consent|popup|pop-up|modal|overlay|warning|disclaimer|law|layer|prompt|alert|dialog|wall)(?:-[a-z0-9]+)*",
];

/// Headings of lists that are about something else.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:related (?:content|articles|news|stories|posts)|most (?:viewed|read|popular|shared)\b.{0,30}|(?:our )?latest (?:news|tweets|posts|articles)|popular (?:now|pages|articles|content)|trending\b.{0,20}|you (?:may|might) also (?:like|be interested in)|recommended(?: for you)?|recent (?:posts|articles|news)|more (?:news|stories|articles))$",
    )
    .expect("a pattern of ours")
});

/// Within how many elements and texts such a heading must stand.
const FIRST_HEADING: usize = 12;

/// How many elements and texts a list of further pages may have.
const LONGEST_LIST: usize = 2000;

static NAMED: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(NAMES.map(|names| format!(r"(?-u)(?:^| )(?:{names})(?: |$)")))
        .expect("patterns of ours")
});

/// Most names say nothing: one look tells.
static ANY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?-u)(?:^| )(?:{})(?: |$)", NAMES.join("|"))).expect("a pattern of ours")
});

/// The part of a page in which furniture is told from text.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The page.
    pub outline: &'a Outline<'a>,
    /// Where the judgement is made.
    pub ground: Ground,
    /// What the page is.
    pub kind: Kind,
    /// How much text the ground holds.
    pub whole: usize,
}

/// Whether the element at a place is furniture.
pub fn is_furniture(setting: Setting<'_>, at: usize, element: &Element) -> bool {
    setting.ground != Ground::Text
        && (by_element(setting, at, element)
            || by_name(setting, at, element)
            || by_heading(setting, at, element))
}

fn by_element(setting: Setting<'_>, at: usize, element: &Element) -> bool {
    let Setting {
        outline,
        ground,
        kind,
        ..
    } = setting;
    let (holds, size) = (outline.spots[at].holds, outline.spots[at].text);
    let linked = outline.linked_share(at);
    let role = attribute(element, "role").unwrap_or_default();
    match (element.name(), role) {
        (_, "search" | "dialog" | "alertdialog" | "menubar" | "tooltip") | ("dialog", _) => true,
        (_, "tablist") => linked > 0.9,
        ("nav", _) | (_, "navigation") => kind == Kind::Page && (linked > 0.5 || size < 300),
        ("button", _) => !opens_text(outline, at, element),
        ("form", _) => size < 200 && !holds.any(Holds::BLOCK),
        (_, "banner" | "contentinfo" | "complementary") | ("aside", _) => ground == Ground::Body,
        ("header" | "footer", _) if ground == Ground::Main || is_of_a_part(outline, at) => false,
        ("header", _) => !holds.any(Holds::TITLE) || holds.any(Holds::NAV),
        ("footer", _) => true,
        ("a", _) => is_skip_link(element),
        _ => false,
    }
}

fn by_name(setting: Setting<'_>, at: usize, element: &Element) -> bool {
    let Setting {
        outline,
        ground,
        kind,
        whole,
    } = setting;
    let spot = &outline.spots[at];
    let size = spot.text;
    if size * 5 > whole * 2 || spot.holds.any(Holds::MAIN) || is_text(element.name()) {
        return false;
    }
    let said_by = |name: &str| {
        let names = attribute(element, name).and_then(names)?;
        ANY_NAME.is_match(&names).then(|| NAMED.matches(&names))
    };
    let (class, id) = (said_by("class"), said_by("id"));
    if class.is_none() && id.is_none() {
        return false;
    }
    let in_class = |n: usize| class.as_ref().is_some_and(|said| said.matched(n));
    let in_id = |n: usize| id.as_ref().is_some_and(|said| said.matched(n));
    let said = |n: usize| in_class(n) || in_id(n);
    if said(5) {
        return false;
    }
    let linked = outline.linked_share(at);
    let headed = spot.holds.any(Holds::HEADING);
    said(0)
        || said(6) && size < 1500 && outline.raw_text(at).to_ascii_lowercase().contains("cookie")
        || said(1) && (linked > 0.5 || size < 600)
        || in_class(2) && (linked > 0.6 || size < 300 || !headed && size < 1000)
        || in_id(2) && (linked > 0.6 || !headed && size < 300)
        || said(3) && kind == Kind::Page && (linked > 0.6 || is_heading_and_list(outline, at))
        || said(4)
            && ground == Ground::Body
            && !spot.holds.any(Holds::TITLE)
            && (linked > 0.4 || size < 300)
}

/// The least of an id that says as much as the whole: what ends in numbers is often another with every answer. `None`
/// where it says nothing.
pub fn telling(id: &str) -> Option<&str> {
    let said = |id: &str| {
        let names = names(id).filter(|names| ANY_NAME.is_match(names))?;
        Some(NAMED.matches(&names).iter().collect::<Vec<usize>>())
    };
    let whole = said(id)?;
    let mut least = id;
    while let Some((shorter, last)) = least.rsplit_once(['-', '_'])
        && last.bytes().any(|byte| byte.is_ascii_digit())
        && said(shorter).as_ref() == Some(&whole)
    {
        least = shorter;
    }
    Some(least)
}

/// Elements whose ids name the words in them.
fn is_text(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "body"
            | "main"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "td"
            | "th"
            | "tr"
            | "strong"
            | "em"
            | "b"
            | "i"
    )
}

/// A list of links under a heading that says it is about something else.
fn by_heading(setting: Setting<'_>, at: usize, element: &Element) -> bool {
    let outline = setting.outline;
    let spot = &outline.spots[at];
    setting.kind == Kind::Page
        && matches!(element.name(), "div" | "section" | "aside")
        && spot.holds.any(Holds::HEADING)
        && spot.text * 5 < setting.whole * 2
        && (outline.linked_share(at) > 0.4 || is_heading_and_list(outline, at))
        && (at + 1..spot.end.min(at + FIRST_HEADING))
            .find(|place| matches!(outline.name(*place), "h2" | "h3" | "h4"))
            .is_some_and(|heading| ELSEWHERE.is_match(outline.raw_text(heading).trim()))
}

/// Whether a header or footer is that of an article or section, not of the page.
fn is_of_a_part(outline: &Outline<'_>, at: usize) -> bool {
    outline
        .above(at)
        .any(|place| matches!(outline.name(place), "article" | "section" | "main"))
}

/// A heading and nothing else but links.
fn is_heading_and_list(outline: &Outline<'_>, at: usize) -> bool {
    let spot = &outline.spots[at];
    if spot.linked == 0 || spot.end - at > LONGEST_LIST {
        return false;
    }
    let headings: usize = (at..spot.end)
        .filter(|place| matches!(outline.name(*place), "h2" | "h3" | "h4"))
        .map(|place| outline.spots[place].text)
        .sum();
    (spot.linked + headings) * 10 > spot.text * 9
}

/// A button that is the heading of a part folded away.
fn opens_text(outline: &Outline<'_>, at: usize, element: &Element) -> bool {
    let mut above = outline.above(at).take(3).map(|place| outline.name(place));
    above.any(|name| {
        matches!(
            name,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "dt"
        )
    }) || attribute(element, "class")
        .and_then(names)
        .is_some_and(|names| {
            ["accordion", "faq", "question", "collaps", "expand"]
                .iter()
                .any(|word| names.contains(word))
        })
        && outline.spots[at].text > 20
}

fn is_skip_link(element: &Element) -> bool {
    attribute(element, "href").is_some_and(|href| href.starts_with('#'))
        && attribute(element, "class").is_some_and(|class| class.contains("skip"))
}

/// Names in one line, in lower case, words joined by single hyphens.
fn names(attribute: &str) -> Option<String> {
    if attribute.is_empty() || attribute.len() > 1000 {
        return None;
    }
    let mut line = String::with_capacity(attribute.len());
    let mut last = ' ';
    for c in attribute.chars() {
        let c = match c {
            '_' => '-',
            c if c.is_ascii_whitespace() => ' ',
            c => c.to_ascii_lowercase(),
        };
        if c != last || c != '-' && c != ' ' {
            line.push(c);
        }
        last = c;
    }
    Some(line)
}
