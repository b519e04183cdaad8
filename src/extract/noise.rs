//! Knows the lines that every visit changes or every page repeats, and that say nothing.

use std::sync::LazyLock;

use regex::RegexSet;

/// The longest line that can be noise, in bytes.
const LONGEST: usize = 160;

/// Counters, invitations and stamps; each must match a whole line.
const LINES: [&str; 15] = [
    r"(?:rate this page:? ?)?[\d.,]+ ?[km]?\+? (?:votes?|comments?|views?|page views|likes?|shares?|reads?|readers?|downloads?|visits?|visitors?|followers?|repl(?:y|ies)|reactions?|ratings?|retweets?|hits|subscribers)(?: (?:so far|today|this (?:hour|week|month|year)))?",
    r"(?:total |page )?(?:votes?|comments|views|visits|visitors|hits|reads|readers|downloads|shares|likes)(?: (?:today|so far|this (?:hour|week|month)))? ?[:(–-] ?[\d.,]+ ?[km]?\)?",
    r"[\d.,]+ ?[km]? (?:people|users|readers|visitors|others) (?:have |has |are |also )?(?:recently |currently )?(?:read(?:ing)?|view(?:ed|ing)|visited|found|liked|shared|looking|online|here|like)\b.{0,60}",
    r"(?:average |current )?rating:? ?[\d.]+.{0,40}",
    r"(?:rate|share|print|email|bookmark|tweet|save|follow|like) this (?:page|article|story|document|publication|guidance)\W*",
    r"(?:was|is|did you find) this (?:page|information|article|content|guidance)? ?(?:useful|helpful).{0,60}",
    r"(?:is|are) there anything wrong with this page\W*|report (?:a|any) (?:problem|issue)s? with this page\W*",
    r"skip to (?:the )?(?:main |page )?(?:content|navigation|search)\W*|back to (?:the )?top(?: of (?:the )?page)?\W*|return to top\W*|(?:↑|\^) ?top",
    r"(?:get emails about this (?:page|topic)|sign up for (?:email )?(?:updates|alerts)(?: to this page)?)\W*",
    r"\W*(?:show|hide|see) all (?:updates|sections)\W*",
    r"(?:page )?(?:generated|rendered|served|loaded|built|cached)(?: at| in| on| by)? .{0,40}\d.{0,20}",
    r"(?:request|trace|session|correlation|incident|ray|event|support) ?(?:id|number|reference)\W* ?[\w.-]{6,}",
    r"(?:opens?|opening) in (?:a )?new (?:window|tab)\W*",
    r"(?:about )?\d+ ?min(?:ute)?s?(?:'s)? read(?:ing time)?|(?:estimated )?reading time:? .{0,20}",
    r"(?:©|\(c\)|copyright ©?) ?(?:\d{4}|crown copyright).{0,80}",
];

static NOISE: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new(LINES.map(|line| format!("(?i)^(?:{line})$"))).expect("patterns of ours")
});

/// Whether a line says nothing that could be news.
pub fn is_noise(line: &str) -> bool {
    line.len() <= LONGEST && (NOISE.is_match(line) || !line.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_and_invitations_are_noise() {
        for line in [
            "Rate this page: 256 votes",
            "9 comments",
            "Visits today: 3315",
            "12,408 people have read this page today",
            "Is this page useful?",
            "Page generated at 12:04:11 in 120 ms",
            "Skip to main content",
            "Back to top",
            "+ show all updates",
            "Ray ID: 7f3a99e01b2c",
            "4 min read",
            "© Crown copyright 2020",
            "* * *",
        ] {
            assert!(is_noise(line), "{line}");
        }
    }

    #[test]
    fn sentences_that_count_are_no_noise() {
        for line in [
            "61 readers of the register wrote to us.",
            "Comments are open until 7 September 2016.",
            "7886 tests were confirmed negative",
            "244 people have been confirmed as positive for COVID-19.",
            "1,200 people have objected",
            "Copyright and use of data",
            "Rating systems are regulated by the CQC.",
            "£",
            "3",
        ]
        .into_iter()
        .filter(|line| line.contains(char::is_alphanumeric))
        {
            assert!(!is_noise(line), "{line}");
        }
    }
}
