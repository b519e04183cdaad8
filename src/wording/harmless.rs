//! A page's text made harmless, so that it shows as it stood there and does nothing.

/// The text in one line: control characters and bidirectional overrides left out, white space collapsed.
pub fn line(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !is_override(*c))
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of one side of a change in one line, where there are any to see.
pub fn side(text: Option<&str>) -> Option<String> {
    let line = line(text?);
    (!is_blank(&line)).then_some(line)
}

/// The text in one line that Discord shows as it is: no formatting, no mention, no link.
pub fn markdown(text: &str) -> String {
    let line = line(text);
    let mut shown = String::with_capacity(line.len() + 8);
    let mut previous = None;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        let doubled = rest.peek() == Some(&c) || previous == Some(c);
        let escaped = match c {
            '\\' | '*' | '_' | '`' | '<' | '[' => true,
            '|' | '~' => doubled,
            '>' | '#' | '-' | '+' => previous.is_none(),
            _ => false,
        };
        let numbered = matches!(c, '.' | ')')
            && !shown.is_empty()
            && shown.bytes().all(|b| b.is_ascii_digit());
        if escaped || numbered {
            shown.push('\\');
        }
        shown.push(c);
        let mention = c == '@';
        let address = c == ':' && rest.peek() == Some(&'/');
        if mention || address {
            shown.push(BREAK);
        }
        previous = Some(c);
    }
    shown
}

/// Whether there is anything to see: Discord refuses parts that hold nothing but white space.
pub fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || c.is_control() || is_override(c) || is_zero_width(c))
}

/// Stands between two characters that must not act together, and is not seen.
const BREAK: char = '\u{200B}';

fn is_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'
        | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, expected: &str) {
        assert_eq!(markdown(text), expected);
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        for text in [
            "Patients can opt out at any time (see section 3).",
            "Data – pseudonymised, never sold – is kept for 1.5 years; £3.5m a year",
            "Type 1 | Type 2",
            "It's 40% ~ 50%; a-b + c = d > e # f",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿 مرحبا",
        ] {
            case(text, text);
        }
    }

    #[test]
    fn formatting_is_shown_instead_of_done() {
        case(
            "**bold** _so_ `code` ||spoiler|| ~~gone~~",
            r"\*\*bold\*\* \_so\_ \`code\` \|\|spoiler\|\| \~\~gone\~\~",
        );
        case("# title", r"\# title");
        case("-# small", r"\-# small");
        case("> quote", r"\> quote");
        case("12. item", r"12\. item");
        case(r"a\b", r"a\\b");
    }

    #[test]
    fn nobody_is_called_by_a_page() {
        case(
            "@everyone <@123> <@&4> <#5> <t:1:R>",
            "@\u{200B}everyone \\<@\u{200B}123> \\<@\u{200B}&4> \\<#5> \\<t:1:R>",
        );
    }

    #[test]
    fn a_page_makes_no_links() {
        case(
            "[click](https://x.example)",
            "\\[click](https:\u{200B}//x.example)",
        );
    }

    #[test]
    fn control_characters_and_overrides_are_left_out() {
        case(
            "a\u{0}b\u{1b}[31m\r\n\tc\u{202E}d\u{2066}e\u{2028}f",
            "a b \\[31m cde f",
        );
    }

    #[test]
    fn what_cannot_be_seen_is_blank() {
        for blank in ["", " \n", "\u{200B}\u{FEFF}", "\u{3164}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank(" . "));
    }
}
