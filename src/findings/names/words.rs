//! The words of a sentence, with what stands around them.

/// One word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Word<'a> {
    /// Without the punctuation around it.
    pub text: &'a str,
    /// The same in lower case.
    pub lower: String,
    /// Where it starts in the sentence, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether something stands before it that no name reaches across: a quote, a bracket, a dash.
    pub opens: bool,
    /// Whether something stands after it that no name reaches across: a comma, a full stop, a quote.
    pub closes: bool,
    /// Whether it stands alone in brackets, as an acronym does after what it stands for.
    pub bracketed: bool,
}

impl Word<'_> {
    /// Whether it is written like a part of a proper name.
    pub fn is_proper(&self) -> bool {
        let mut letters = self.text.chars();
        let first = letters.next();
        first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
    }

    /// Whether it is an acronym: GP, PCADS, COVID-19.
    pub fn is_acronym(&self) -> bool {
        let capitals = self.text.chars().filter(|c| c.is_uppercase()).count();
        let small = self.text.chars().any(char::is_lowercase);
        capitals >= 2 && !small
    }

    /// Whether it joins the words of a name: "Data for Planning and Research".
    pub fn is_joint(&self) -> bool {
        matches!(self.lower.as_str(), "of" | "for" | "and" | "&")
    }
}

/// The words of a sentence; dashes and bars between them only close what they follow.
pub(super) fn cut(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word> = Vec::new();
    let mut barred = false;
    for piece in text.split_whitespace() {
        let start = piece.as_ptr() as usize - text.as_ptr() as usize;
        let inside = |c: char| c.is_alphanumeric() || c == '&';
        let Some(first) = piece.find(inside) else {
            if let Some(last) = words.last_mut() {
                last.closes = true;
            }
            barred = true;
            continue;
        };
        let last = piece.rfind(inside).unwrap_or(first);
        let end = last + piece[last..].chars().next().map_or(1, char::len_utf8);
        let (lead, tail) = (&piece[..first], &piece[end..]);
        let core = &piece[first..end];
        words.push(Word {
            text: core,
            lower: match core.is_ascii() {
                true => core.to_ascii_lowercase(),
                false => core.to_lowercase().replace('’', "'"),
            },
            start: start + first,
            end: start + end,
            opens: barred || !lead.is_empty(),
            closes: !tail.is_empty() && tail != "’" && tail != "'",
            bracketed: lead.ends_with('(') && tail.starts_with(')'),
        });
        barred = false;
    }
    words
}
