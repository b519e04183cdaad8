//! What an item hangs on: giving to somebody, or use for something.

use std::sync::LazyLock;

use regex::Regex;

use crate::findings::passages::{Passage, Passages};
use crate::findings::weaker::Gained;
use crate::prose::{Pattern, compile, pattern};

/// The words on which an item hangs: where they end, and the last of them.
pub(super) struct Head<'t> {
    /// Where they end, in bytes.
    pub end: usize,
    /// "to", "with", "by", "for".
    pub by: &'t str,
}

/// The words before an item that say to whom something is given, or who may see it.
pub(super) fn giving<'t>(folded: &'t str, item: &Gained) -> Option<Head<'t>> {
    static TO: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?:shar(?:e|es|ed|ing)|pass(?:es|ed|ing)?|disclos\w+|sen[dt]s?|sending|suppl(?:y|ies|ied|ying)|provid(?:e|es|ed|ing)|g(?:ive|iven|ives|iving)|transfer\w*|releas\w+|sold|sell|sells|available|open(?:ed)?|access(?:ible)?|visible|licen[cs]ed|report(?:s|ed)?|return(?:ed)?)\b[^.;:]{0,100}?\b(?:with|to|among|amongst|between)\b",
        )
    });
    static BY: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?:access(?:ed)?|seen|viewed|read|used|received|processed|hosted|held|stored)\b[^.;:]{0,40}?\bby\b",
        )
    });
    nearest([&TO, &BY], folded, item)
}

/// The words before an item that say what something is used for.
pub(super) fn using<'t>(folded: &'t str, item: &Gained) -> Option<Head<'t>> {
    static FOR: LazyLock<Pattern> = LazyLock::new(|| {
        pattern(
            r"\b(?:us(?:e|es|ed|ing)|process(?:es|ed|ing)?|need(?:s|ed)?|collect(?:s|ed|ing)?|gather(?:s|ed)?|hold|holds|held|keep|keeps|kept|shar(?:e|es|ed)|analys(?:e|es|ed)|link(?:s|ed)?|request(?:s|ed)?|record(?:s|ed)?|take[ns]?|provided|required)\b[^.;:]{0,100}?\b(?:to|for)\b|\bpurposes? of\b",
        )
    });
    nearest([&FOR], folded, item)
}

/// Whether the words above a list say that it names those to whom data go.
pub(super) fn opens_recipients(under: &str) -> bool {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?:shar\w+|pass(?:es|ed)?|disclos\w+|sen[dt]s?|suppl\w+|provid\w+|given?|transfer\w*|releas\w+|sold|sell)\b[^.]*\bwith(?: \w+){0,6}:$|\b(?:sent|given|passed|disclosed|supplied|released|sold|transferred|available|accessible) to(?: \w+){0,5}:$|\b(?:access(?:ed)?|seen|viewed|received|read|processed|hosted) by(?: \w+){0,5}:$",
        )
    });
    OPENS.is_match(under)
}

/// Whether the words above a list say that it names what data are used for.
pub(super) fn opens_purposes(under: &str) -> bool {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?:us(?:e|es|ed|ing)|process(?:es|ed)?|need(?:s|ed)?|collect(?:s|ed)?|hold|holds|held|keep|keeps|kept)\b[^.]*\b(?:to|for)(?: (?:the )?(?:following|these)(?: \w+){1,2})?:$|\bpurposes(?: \w+){0,2}:$",
        )
    });
    OPENS.is_match(under)
}

/// The clause in which an item stands, up to it.
pub(super) fn clause<'t>(folded: &'t str, item: &Gained) -> &'t str {
    let before = &folded[..item.at];
    let start = [". ", "; ", ": ", " but "]
        .iter()
        .filter_map(|mark| Some(before.rfind(mark)? + mark.len()));
    &before[start.max().unwrap_or(0)..]
}

/// Whether a sentence speaks of data about people: by its words, or of "it" on a page that does.
pub(super) fn speaks_of_data(passages: &Passages, passage: &Passage) -> bool {
    static IT: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\b(?:shar\w+|pass(?:es|ed)?|disclos\w+|send|sends|sent|give|gives|given|sell|sells|sold|use|uses|used|supply|release|keep|kept|see|seen) (?:it|them|these|this|that)\b|\bit (?:is|may be|will be|can be) (?:also )?(?:shared|used|sent|given|passed|disclosed|seen)\b",
        )
    });
    static PEOPLE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"\bpersonal (?:data|information|details)\b|\b(?:your|their|patients?) (?:data|information|details|records?)\b|\babout you\b",
        )
    });
    let about = passages.book.patterns("new-recipient");
    about.concerns(&passage.plain)
        || IT.is_match(&passage.folded) && PEOPLE.is_match(&passages.before.text)
}

/// The head that ends last before an item. The last word of what a pattern finds is the one on which the item hangs.
fn nearest<'t, const N: usize>(
    heads: [&LazyLock<Pattern>; N],
    folded: &'t str,
    item: &Gained,
) -> Option<Head<'t>> {
    let before = &folded[..item.at];
    let found = heads.into_iter().flat_map(|head| head.find_iter(before));
    let last = found.max_by_key(|hit| hit.range().end)?;
    Some(Head {
        end: last.range().end,
        by: last.as_str().rsplit(' ').next()?,
    })
}

impl Head<'_> {
    /// Whether between the words and an item there is only a list.
    pub fn holds(&self, folded: &str, item: &Gained) -> bool {
        static PARTS: LazyLock<Regex> = LazyLock::new(|| {
            compile(
                r"\b(?:to|for|so|because|if|when|where|while|under|about|in order|that|which|who|unless|until|without|only)\b",
            )
        });
        let between = folded.get(self.end..item.at).unwrap_or_default();
        match &item.by {
            Some(by) => by == self.by,
            None => !PARTS.is_match(between),
        }
    }
}
