//! Cuts a question into words, quotations, signs and filters, each with its place.

use crate::search::query::{LONGEST, Mistake, mistake, too_long};

/// A piece of a question.
pub(super) enum Piece {
    Open,
    Close,
    Or,
    And,
    Not,
    Quoted(String),
    Bare(String),
    Filter(String, String),
}

/// The pieces of a question, each with its place in characters, from 1.
pub(super) fn pieces(text: &str) -> Result<Vec<(usize, Piece)>, Mistake> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > LONGEST {
        return Err(too_long());
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let place = at + 1;
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let piece = match c {
            c if c.is_whitespace() => None,
            '(' => Some(Piece::Open),
            ')' => Some(Piece::Close),
            '|' => Some(Piece::Or),
            '-' if !next.is_whitespace() => Some(Piece::Not),
            c if is_quote(c) => {
                let (quoted, end) = quoted(&chars, at)?;
                at = end;
                Some(Piece::Quoted(quoted))
            }
            _ => {
                let (bare, end) = bare(&chars, at)?;
                at = end;
                Some(bare)
            }
        };
        at += 1;
        pieces.extend(piece.map(|piece| (place, piece)));
    }
    Ok(pieces)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// What stands between the quotation mark at this place and the next one, and where that is.
fn quoted(chars: &[char], at: usize) -> Result<(String, usize), Mistake> {
    let rest = &chars[at + 1..];
    let Some(length) = rest.iter().position(|c| is_quote(*c)) else {
        let remedy = "Close it: \"opt out\".";
        return Err(mistake(at + 1, "a quotation mark is not closed", remedy));
    };
    Ok((rest[..length].iter().collect(), at + 1 + length))
}

/// A word or filter that begins at this place, and the place of its last character.
fn bare(chars: &[char], at: usize) -> Result<(Piece, usize), Mistake> {
    let ends = |c: &char| c.is_whitespace() || matches!(c, '(' | ')' | '|') || is_quote(*c);
    let length = chars[at..].iter().position(ends);
    let end = length.map_or(chars.len(), |length| at + length);
    let text: String = chars[at..end].iter().collect();
    let piece = match text.as_str() {
        "OR" => Piece::Or,
        "AND" => Piece::And,
        "NOT" => Piece::Not,
        _ => match text.split_once(':') {
            Some((name, "")) if chars.get(end).is_some_and(|c| is_quote(*c)) => {
                let (value, end) = quoted(chars, end)?;
                return Ok((Piece::Filter(name.to_owned(), value), end));
            }
            Some((name, value)) => Piece::Filter(name.to_owned(), value.to_owned()),
            None => Piece::Bare(text),
        },
    };
    Ok((piece, end - 1))
}
