//! Words that are back on a page, held against what was found when they went.

use crate::findings::fold;
use crate::model::{Finding, Severity};

/// Below it nobody is told that words are gone.
const TOLD: Severity = Severity(2);

/// A sentence that was gone, folded, as a finding quotes it: a long one is cut.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gone {
    words: String,
    cut: bool,
}

impl Gone {
    fn quoted(quote: &str) -> Gone {
        let beginning = quote.strip_suffix('…');
        Gone {
            words: fold(beginning.unwrap_or(quote)),
            cut: beginning.is_some(),
        }
    }

    /// Whether this folded sentence is the one.
    fn is(&self, sentence: &str) -> bool {
        match self.cut {
            true => sentence.starts_with(&self.words),
            false => sentence == self.words,
        }
    }

    fn stands_in(&self, sentences: &[String]) -> bool {
        sentences.iter().any(|sentence| self.is(sentence))
    }
}

/// Whether a finding says that words of the text are no longer there.
pub fn is_removal(finding: &Finding) -> bool {
    // What is gone from a page's own list of changes is no sentence of its text.
    let of_text = finding.rule != "history-rewritten";
    of_text && finding.before.is_some() && finding.after.is_none()
}

/// The sentences that these findings say are gone.
pub fn gone<'f>(removals: impl IntoIterator<Item = &'f Finding>) -> Vec<Gone> {
    let quotes = removals
        .into_iter()
        .filter_map(|finding| finding.before.as_deref());
    let quotes = quotes.flat_map(|quote| quote.split(" … "));
    quotes.map(Gone::quoted).collect()
}

/// Whether all of these stand among the folded sentences of a page; never where there are none of them.
pub fn all_stand(gone: &[Gone], sentences: &[String]) -> bool {
    !gone.is_empty() && gone.iter().all(|one| one.stands_in(sentences))
}

/// Whether the words whose loss mattered most by these findings stand on the page again after a step, and did not before
/// it. The sentences are folded.
pub fn are_back(findings: &[Finding], before: &[String], after: &[String]) -> bool {
    let told = |one: &&Finding| is_removal(one) && one.severity >= TOLD;
    let Some(most) = (findings.iter().filter(told)).map(|one| one.severity).max() else {
        return false;
    };
    let removals = findings.iter().filter(told);
    let gone = gone(removals.filter(|one| one.severity == most));
    all_stand(&gone, after) && !all_stand(&gone, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPT_OUT: &str = "Patients can opt out at any time.";
    const NEVER: &str = "Data will never be sold.";

    fn removal(rule: &str, severity: u8, before: &str, after: Option<&str>) -> Finding {
        Finding {
            rule: rule.to_owned(),
            severity: Severity(severity),
            before: Some(before.to_owned()),
            after: after.map(str::to_owned),
            ..Finding::default()
        }
    }

    #[track_caller]
    fn case(findings: &[Finding], before: &[&str], after: &[&str], expected: bool) {
        let folded = |sentences: &[&str]| -> Vec<String> {
            sentences.iter().map(|sentence| fold(sentence)).collect()
        };
        let back = are_back(findings, &folded(before), &folded(after));
        assert_eq!(back, expected, "{before:?} {after:?}");
    }

    #[test]
    fn words_are_back_where_all_of_them_came_back_in_this_step() {
        let gone = [removal("safeguard-removed", 5, OPT_OUT, None)];
        let other = "Data is collected every month.";
        case(&gone, &[other], &[other, OPT_OUT], true);
        case(
            &gone,
            &[other],
            &["patients can  OPT OUT at any time."],
            true,
        );
        case(&gone, &[other], &[other], false);
        case(&gone, &[OPT_OUT], &[OPT_OUT, other], false);
        let both = [removal("gone", 3, &format!("{OPT_OUT} … {NEVER}"), None)];
        case(&both, &[], &[OPT_OUT], false);
        case(&both, &[OPT_OUT], &[NEVER, OPT_OUT], true);
    }

    #[test]
    fn what_mattered_most_decides() {
        let gone = [
            removal("safeguard-removed", 5, OPT_OUT, None),
            removal("duty-gone", 3, NEVER, None),
        ];
        case(&gone, &[], &[OPT_OUT], true);
        case(&gone, &[], &[NEVER], false);
    }

    #[test]
    fn what_was_only_put_otherwise_or_told_to_nobody_is_never_back() {
        case(&[], &[], &[OPT_OUT], false);
        case(
            &[removal("softened", 4, OPT_OUT, Some(NEVER))],
            &[],
            &[OPT_OUT],
            false,
        );
        case(&[removal("text", 1, OPT_OUT, None)], &[], &[OPT_OUT], false);
        case(
            &[removal("history-rewritten", 4, OPT_OUT, None)],
            &[],
            &[OPT_OUT],
            false,
        );
    }

    #[test]
    fn a_long_sentence_is_known_by_its_beginning() {
        let gone = [removal("safeguard-removed", 5, "Patients can opt…", None)];
        case(&gone, &[], &[OPT_OUT], true);
        case(&gone, &[], &["Nobody can opt out."], false);
    }
}
