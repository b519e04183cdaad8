//! Makes page text safe to show where characters can command.

/// Without control characters (line breaks stay, a tab is a space), and with marks that turn the reading direction
/// made visible: what is read is what is there.
pub fn visible(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => safe.push('\n'),
            '\t' | '\u{2028}' | '\u{2029}' => safe.push(' '),
            '\u{061C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}' => {
                safe.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
            }
            _ if c.is_control() => {}
            _ => safe.push(c),
        }
    }
    safe
}

/// Cannot end a code fence: no two backticks stand side by side.
pub(super) fn unfenced(text: &str) -> String {
    visible(text).replace('`', "`\u{200B}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_go_and_turned_writing_shows() {
        for (text, shown) in [
            ("plain “text” – é\n", "plain “text” – é\n"),
            ("\x1b[31mred\x1b[0m\x07", "[31mred[0m"),
            ("a\tb\r\nc\u{9b}2J\u{7f}", "a b\nc2J"),
            ("pay \u{202E}001$\u{2066}", "pay ⟨U+202E⟩001$⟨U+2066⟩"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn a_fence_cannot_be_closed_from_inside() {
        assert!(!unfenced("a ``` b `````` c").contains("``"));
    }
}
