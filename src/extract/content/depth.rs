//! Knows pages that are nested so deeply that to lay them out takes long.

/// How many elements stand in one another on no page that anybody wrote; the time it takes grows with the square of that.
const DEEP: usize = 2_000;

/// Elements without an end, or whose end may be left out (HTML standard, section 13.1.2).
const OPEN_ENDED: [&[u8]; 35] = [
    b"area",
    b"base",
    b"body",
    b"br",
    b"caption",
    b"col",
    b"colgroup",
    b"dd",
    b"dt",
    b"embed",
    b"head",
    b"hr",
    b"html",
    b"img",
    b"input",
    b"li",
    b"link",
    b"meta",
    b"optgroup",
    b"option",
    b"p",
    b"param",
    b"rb",
    b"rp",
    b"rt",
    b"rtc",
    b"source",
    b"tbody",
    b"td",
    b"tfoot",
    b"th",
    b"thead",
    b"tr",
    b"track",
    b"wbr",
];

/// Whether so many elements are open at once somewhere in these bytes.
pub fn is_deep(bytes: &[u8]) -> bool {
    let mut depth: usize = 0;
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == b'<') {
        at += next + 1;
        let ends = bytes.get(at) == Some(&b'/');
        let name = &bytes[at + usize::from(ends)..];
        let long = name.iter().take_while(|byte| byte.is_ascii_alphanumeric());
        let name = &name[..long.count()];
        if !name.first().is_some_and(u8::is_ascii_alphabetic)
            || OPEN_ENDED.iter().any(|one| name.eq_ignore_ascii_case(one))
        {
            continue;
        }
        depth = match ends {
            true => depth.saturating_sub(1),
            false => depth + 1,
        };
        if depth > DEEP {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(page: &str, expected: bool) {
        assert_eq!(is_deep(page.as_bytes()), expected);
    }

    #[test]
    fn elements_in_one_another_are_counted_and_those_beside_each_other_are_not() {
        case(&"<div>".repeat(DEEP), false);
        case(&"<div>".repeat(DEEP + 1), true);
        case(&"<UL class=x><li>a".repeat(DEEP + 1), true);
        case(&"<div><p>a</div>".repeat(DEEP * 2), false);
        case(&"<p>a<br><img src=x><li>".repeat(DEEP * 2), false);
        case(&"</div>".repeat(DEEP * 2), false);
        case(&"a < b < ".repeat(DEEP * 2), false);
    }
}
