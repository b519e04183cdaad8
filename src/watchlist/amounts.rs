//! Durations as in "30m", sizes as in "64MiB".

/// Reads a duration, in milliseconds: `250ms`, `3s`, `30m`, `2h`, `1d`, several in a row, or 0.
///
/// # Errors
/// A sentence that says how a duration is written.
pub(super) fn duration_ms(text: &str) -> Result<u64, String> {
    let units = [
        ("ms", 1),
        ("s", 1_000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ];
    sum(text, &units).ok_or_else(|| {
        format!("“{text}” is no duration; write a number with ms, s, m, h or d, as in \"30m\"")
    })
}

/// Reads a size, in bytes: `64MiB`, `500kB`, `1GB`, `100B`, or 0.
///
/// # Errors
/// A sentence that says how a size is written.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let units = [
        ("b", 1),
        ("kb", 1_000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
    ];
    sum(&text.to_ascii_lowercase(), &units).ok_or_else(|| {
        format!(
            "“{text}” is no size; write a number with B, kB, MB, KiB, MiB or GiB, as in \"64MiB\""
        )
    })
}

fn sum(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(0);
    }
    let mut total = None;
    while !rest.is_empty() {
        let (number, after) = split(rest, |c| c.is_ascii_digit());
        let (unit, after) = split(after.trim_start(), |c| c.is_ascii_alphabetic());
        let (_, worth) = units.iter().find(|(name, _)| *name == unit)?;
        let part = number.parse::<u64>().ok()?.checked_mul(*worth)?;
        total = Some(total.unwrap_or(0_u64).checked_add(part)?);
        rest = after.trim_start();
    }
    total
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, expected) in [
            ("0", 0),
            ("250ms", 250),
            ("3s", 3_000),
            ("30m", 1_800_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("1h 30m", 5_400_000),
            (" 2 h ", 7_200_000),
        ] {
            assert_eq!(duration_ms(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn sizes_are_read_with_their_units() {
        for (text, expected) in [
            ("64MiB", 67_108_864),
            ("0", 0),
            ("100B", 100),
            ("1GB", 1_000_000_000),
            ("2 kib", 2_048),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn an_amount_without_a_unit_is_refused() {
        for text in [
            "",
            "3",
            "s",
            "-1s",
            "1.5h",
            "3 weeks",
            "99999999999999999999s",
            "9999999999999999d",
            "3s4",
            "1M",
            "é",
        ] {
            assert!(duration_ms(text).is_err(), "{text}");
        }
        for text in ["64", "64M", "MiB", "-1B", "99999999999999GiB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
