//! What sort of letters a text has, and a regular expression written for less than all of them.

/// What sort of letters a text has.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Letters {
    /// ASCII alone.
    #[default]
    Ascii,
    /// Words of ASCII, with marks beside them: “’”, “–”, “£”, “•”, the no-break space.
    English,
    /// Any.
    Any,
}

/// Stands in an expression for a character that no ASCII text has.
const OTHER: char = '\u{1}';

impl Letters {
    /// The sort of a text.
    pub fn of(text: &str) -> Letters {
        if text.is_ascii() {
            return match text.contains(OTHER) {
                false => Letters::Ascii,
                true => Letters::English,
            };
        }
        let mut others = text.chars().filter(|c| !c.is_ascii());
        match others.all(is_mark) {
            true => Letters::English,
            false => Letters::Any,
        }
    }
}

/// Whether a character is sure to be no part of a word and to have no case (UTS #18, `\w`).
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{a0}'..='\u{a9}' | '\u{ab}'..='\u{ac}' | '\u{ae}'..='\u{b1}' | '\u{b4}' | '\u{b6}'..='\u{b7}' | '\u{bb}' | '\u{d7}' | '\u{f7}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203e}' | '\u{20a0}'..='\u{20bf}')
}

/// An expression for ASCII texts: what is not ASCII is found in none of them.
pub(super) fn without_others(pattern: &str) -> String {
    let other = |c: char| if c.is_ascii() { c } else { OTHER };
    pattern.chars().map(other).collect()
}

/// An expression for texts whose words are ASCII: words, their ends and digits are told by ASCII alone.
pub(super) fn for_english(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len() * 2);
    let mut chars = pattern.chars().peekable();
    // How deep within "[...]" it stands.
    let mut depth = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars.next().unwrap_or_default();
                match (escaped, depth) {
                    ('b' | 'B' | 'w' | 'd', 0) => {
                        written.push_str(&format!("(?-u:\\{escaped})"));
                    }
                    ('w', _) => written.push_str("[:word:]"),
                    ('d', _) => written.push_str("[:digit:]"),
                    _ => written.extend(['\\', escaped]),
                }
            }
            '[' if depth > 0 && chars.peek() == Some(&':') => {
                written.push(c);
                for inner in chars.by_ref() {
                    written.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '[' => {
                depth += 1;
                written.push(c);
                written.extend(chars.next_if_eq(&'^'));
                // A bracket that stands first is meant itself.
                written.extend(chars.next_if_eq(&']'));
            }
            ']' => {
                depth = depth.saturating_sub(1);
                written.push(c);
            }
            _ => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_by_what_makes_their_words() {
        for (text, letters) in [
            ("We won't share it.", Letters::Ascii),
            ("We won’t share it – ever.", Letters::English),
            ("It costs £5.", Letters::English),
            ("\u{1}", Letters::English),
            ("café", Letters::Any),
            ("\u{212a}. and Kent", Letters::Any),
            ("a\u{301}", Letters::Any),
        ] {
            assert_eq!(Letters::of(text), letters, "{text:?}");
        }
    }

    #[test]
    fn a_mark_is_no_part_of_a_word_and_has_no_case() {
        let word = regex::Regex::new(r"\w").expect("an expression");
        for c in (0x80..0x3000)
            .filter_map(char::from_u32)
            .filter(|c| is_mark(*c))
        {
            assert!(!word.is_match(&c.to_string()), "{c:?}");
            assert!(
                c.to_lowercase().eq([c]) && c.to_uppercase().eq([c]),
                "{c:?}"
            );
        }
    }

    #[test]
    fn words_and_digits_are_written_as_ascii() {
        for (pattern, expected) in [
            (r"\bwon[’']t\b", r"(?-u:\b)won[’']t(?-u:\b)"),
            (r"[\w’-]+\d", r"[[:word:]’-]+(?-u:\d)"),
            (r"[^]\d[:alpha:]]\s\.\\b", r"[^][:digit:][:alpha:]]\s\.\\b"),
        ] {
            assert_eq!(for_english(pattern), expected);
            assert!(regex::Regex::new(expected).is_ok(), "{expected}");
        }
    }
}
