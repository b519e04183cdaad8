//! Tells what is no page at all: a gate, a maintenance notice, a placeholder, a "not found" served as a page.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{BlockKind, Capture, Document, Failure, FailureKind};

/// The longest text, in words, that can be one of these and nothing else, when its title says so.
const SHORT: usize = 150;

/// The same when only a sentence of it says so.
const SHORTEST: usize = 40;

/// Words that only gates use, at any place of a short page.
static GATE: LazyLock<Regex> = LazyLock::new(|| {
    expression(&[
        "checking (?:if the site connection is secure|your browser)",
        "pardon our interruption",
        "incapsula incident",
        "ddos protection by",
        "verify(?:ing)? (?:that )?you are (?:a )?human",
        "(?:complete|solve) the (?:captcha|security check)",
        "the requested url was rejected\\. please consult",
        "the request could not be satisfied",
        "access to this page has been denied",
        "you don't have permission to access .{1,200} on this server",
        "our systems have detected unusual traffic",
        "needs to review the security of your connection",
        "enable javascript and cookies to continue",
    ])
});

static BLOCKED: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        "(?:error )?(?:401|403|429)(?: .{0,30})?",
        "access denied",
        "forbidden",
        "attention required! ?\\|? ?cloudflare",
        "attention required!?",
        "just a moment\\W*",
        "human verification",
        "are you (?:a robot|human)\\??",
        "security check",
        "too many requests",
        "request (?:blocked|rejected)",
        "unauthori[sz]ed",
        "blocked",
        "captcha",
    ])
});

static UNAVAILABLE: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        "(?:error )?50[0234](?: .{0,40})?",
        "(?:internal )?server error",
        "bad gateway",
        "gateway time-?out",
        "(?:the |this )?(?:service|site|website|page|system)?(?: is)? ?(?:temporarily |currently )(?:unavailable|down|offline)(?: .{0,40})?",
        "service unavailable",
        "(?:site |scheduled |planned |essential |website )?maintenance(?: (?:mode|page|in progress|notice))?",
        "(?:down|closed) for (?:scheduled |planned |essential )?maintenance",
        "(?:we(?:'|’)?(?:ll| will) be )?(?:right |be )?back (?:soon|shortly)!?",
        "(?:sorry, )?(?:there is a problem with|we(?:'|’)re experiencing technical difficulties).{0,60}",
        "(?:sorry, )?(?:the|this) service is unavailable",
    ])
});

static MAINTENANCE: LazyLock<Regex> = LazyLock::new(|| {
    expression(&[
        "(?:site|service|page|website) is (?:temporarily|currently) (?:unavailable|down|offline)",
        "(?:down|closed|undergoing|under) (?:for )?(?:scheduled |planned |essential |routine )?maintenance",
        "please try again (?:later|in a few minutes|shortly)",
    ])
});

static NOT_FOUND: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        "(?:error )?(?:404|410)(?:\\W.{0,60})?",
        "(?:sorry, )?(?:this |the |that )?(?:page|document|file|content|resource|publication)(?: you (?:requested|were looking for|are looking for))? ?(?:was |is |has been |can ?not be |could not be |can(?:'|’)t be |couldn(?:'|’)t be |has |no longer )*(?:not found|found|removed|deleted|exists?|available)",
        "(?:sorry, )?(?:we )?(?:can(?:'|’)t|could ?n(?:'|’)t|can ?not|could not) find (?:the|that|this|your) page.{0,40}",
        "not found",
        "page (?:does not|doesn(?:'|’)t|no longer) exists?",
    ])
});

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    expression(&[
        r"^\W*(?:loading|please wait|one moment|chargement(?: en cours)?|veuillez patienter|initiali[sz]ing|redirecting)(?: .{0,40})?\W*$",
        r"(?:enable|activate|turn on|requires?|needs?|without) java ?script",
        r"java ?script (?:is |must be |to be |has been )?(?:not )?(?:enabled|disabled|required|needed|turned)",
        r"activer java ?script",
        r"you need to enable",
    ])
});

/// Why what was read is no page, if so.
pub fn not_a_page(capture: &Capture, raw: &str, document: &Document) -> Option<Failure> {
    let url = capture.landed();
    let words = document.words();
    let text = document.plain();
    let (kind, why) = if words <= SHORT && GATE.is_match(&text) {
        let why = format!("{url} answered with a gate for robots, not with the page");
        (FailureKind::Blocked, why)
    } else if words <= SHORT && says(&BLOCKED, document) {
        let why = format!("{url} refused us with a page that says so");
        (FailureKind::Blocked, why)
    } else if words <= SHORT && says(&NOT_FOUND, document) {
        let why = format!("{url} answered with a page that says there is no such page");
        (FailureKind::NotFound, why)
    } else if words <= SHORT && says(&UNAVAILABLE, document)
        || words <= SHORTEST && untitled(document) && MAINTENANCE.is_match(&text)
    {
        let why = format!("{url} answered with a maintenance page");
        (FailureKind::Unavailable, why)
    } else if placeholder(document, words) {
        let why = format!("{url} answered with a placeholder that a script would fill");
        (FailureKind::Unreadable, why)
    } else if document.blocks.is_empty() && document.attachments.is_empty() {
        (FailureKind::Unreadable, empty(capture, raw, document))
    } else {
        return None;
    };
    Some(Failure::new(kind, why))
}

/// Whether the title or the first heading says it, as a whole.
fn says(pattern: &Regex, document: &Document) -> bool {
    let heading = document
        .blocks
        .iter()
        .find(|block| matches!(block.kind, BlockKind::Heading(_)));
    pattern.is_match(document.title.trim())
        || heading.is_some_and(|heading| {
            pattern.is_match(heading.text.trim())
                && document.blocks.iter().position(|b| b == heading) <= Some(1)
        })
}

fn untitled(document: &Document) -> bool {
    document.words() < 25 || document.title.is_empty()
}

fn placeholder(document: &Document, words: usize) -> bool {
    words <= SHORTEST
        && !document.blocks.is_empty()
        && document.attachments.is_empty()
        && document.blocks.iter().all(|block| {
            matches!(block.kind, BlockKind::Heading(1)) || PLACEHOLDER.is_match(&block.text)
        })
        && document
            .blocks
            .iter()
            .any(|block| PLACEHOLDER.is_match(&block.text))
}

fn empty(capture: &Capture, raw: &str, document: &Document) -> String {
    let url = capture.landed();
    if raw.trim().is_empty() {
        format!("{url} answered with nothing")
    } else if document.surroundings.is_empty() {
        format!("{url} answered with an empty shell that a script would fill")
    } else {
        format!("nothing but furniture was found on {url}")
    }
}

fn expression(alternatives: &[&str]) -> Regex {
    Regex::new(&format!("(?i)(?:{})", alternatives.join("|"))).expect("a pattern of ours")
}

fn whole(alternatives: &[&str]) -> Regex {
    Regex::new(&format!(r"(?i)^\W*(?:{})\W*$", alternatives.join("|"))).expect("a pattern of ours")
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::read_page;
    use crate::model::{FailureKind, Reading};

    #[track_caller]
    fn case(html: &str, expected: Option<FailureKind>) {
        let kind = read_page(html, &Reading::default())
            .err()
            .map(|failure| failure.kind);
        assert_eq!(kind, expected, "{html:.200}");
    }

    #[test]
    fn gates_are_blocked() {
        for html in [
            "<title>Just a moment...</title><h1>www.nhs.uk</h1><p>Checking if the site connection is secure</p>",
            "<title>Access Denied</title><h1>Access Denied</h1><p>You don't have permission to access \"/x\" on this server.</p><p>Reference #18.7d</p>",
            "<title>Pardon Our Interruption</title><p>As you were browsing something about your browser made us think you were a bot.</p>",
            "<title>403 Forbidden</title><h1>403 Forbidden</h1><hr>nginx",
            "<title>ERROR: The request could not be satisfied</title><h1>403 ERROR</h1><h2>The request could not be satisfied.</h2><p>Request blocked.",
        ] {
            case(html, Some(FailureKind::Blocked));
        }
    }

    #[test]
    fn maintenance_and_errors_are_unavailable() {
        for html in [
            "<title>503 Service Unavailable</title><h1>Service Unavailable</h1>",
            "<title>Sorry</title><p>This site is currently down for scheduled maintenance. Please try again later.</p>",
            "<h1>Sorry, there is a problem with the service</h1><p>Try again later.</p>",
        ] {
            case(html, Some(FailureKind::Unavailable));
        }
    }

    #[test]
    fn a_page_that_says_there_is_no_page_is_not_found() {
        for html in [
            "<title>Page not found - GOV.UK</title><main><h1>Page not found</h1><p>If you typed the web address, check it is correct.</p></main>",
            "<title>404</title><h1>404 Not Found</h1>",
            "<main><h1>Sorry, we can’t find the page you’re looking for</h1><p>It may have moved.</p></main>",
        ] {
            case(html, Some(FailureKind::NotFound));
        }
    }

    #[test]
    fn shells_that_a_script_would_fill_are_unreadable() {
        for html in [
            "<div id=__next></div><script>x</script>",
            "<title>App</title><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>",
            "<main>Loading…</main>",
            "<h1>Registre</h1><p>Chargement en cours</p>",
            "<nav><a href=/>Home</a></nav><main><p>Please enable JavaScript to view this page.</p></main>",
        ] {
            case(html, Some(FailureKind::Unreadable));
        }
    }

    #[test]
    fn a_genuine_page_that_uses_the_words_is_read() {
        let long =
            "<p>Patients are told how records are shared with researchers and why.</p>".repeat(20);
        for html in [
            format!("<h1>Access denied: what the review found</h1>{long}"),
            format!("<h1>Maintenance</h1><p>This site is currently down for maintenance twice a year.</p>{long}"),
            format!("<h1>Page not found</h1>{long}"),
            format!("<h1>Browsers</h1><p>Please enable JavaScript. Checking your browser takes a moment.</p>{long}"),
            "<h1>Care.data</h1><p>The care.data programme closed in 2016.</p>".to_owned(),
            "<h1>Opt out</h1><p>The online service is temporarily unavailable to people under 13, who can write to us at the address below or telephone on any working day between nine and five.</p>".to_owned(),
        ] {
            case(&html, None);
        }
    }
}
