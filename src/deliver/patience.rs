//! How long to wait before the next attempt.

use std::time::Duration;

use crate::model::Digest;

/// How long to wait before the next attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// The wait after the first refusal; it doubles with each one that follows.
    pub first: Duration,
    /// The longest wait of our own choosing; a channel may ask for a longer one.
    pub most: Duration,
    /// Waits up to this long are waited for; a longer one ends the attempt.
    pub bound: Duration,
}

impl Patience {
    /// For `deliver`: from a second to five minutes, and waits of up to a minute are waited for.
    pub const COMMAND: Patience = Patience {
        first: Duration::from_secs(1),
        most: Duration::from_secs(5 * 60),
        bound: Duration::from_secs(60),
    };

    /// For `run`, which comes back: from a second to five minutes, and only short waits are waited for.
    pub const DAEMON: Patience = Patience {
        bound: Duration::from_secs(2),
        ..Patience::COMMAND
    };

    /// The wait after this many refusals in a row, at least as long as the channel asks. Up to a quarter of jitter is added, always
    /// the same for the same seed and count.
    pub(super) fn wait(&self, refusals: u32, asked: Duration, seed: &str) -> Duration {
        let doubled = self
            .first
            .saturating_mul(2_u32.saturating_pow(refusals.saturating_sub(1)));
        let own = doubled.min(self.most);
        let hash = Digest::of(format!("{seed}{refusals}").as_bytes());
        let jitter = own / 4 * u32::from(hash.0[0]) / 255;
        (own + jitter).max(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_most() {
        for (refusals, seconds) in [
            (1, 1),
            (2, 2),
            (3, 4),
            (9, 256),
            (10, 300),
            (4_000_000, 300),
        ] {
            let wait = Patience::COMMAND.wait(refusals, Duration::ZERO, "x");
            let (least, most) = (
                Duration::from_secs(seconds),
                Duration::from_secs(seconds) * 5 / 4,
            );
            assert!(
                (least..=most).contains(&wait),
                "{wait:?} after {refusals} refusals"
            );
        }
    }

    #[test]
    fn a_channel_may_ask_for_more() {
        let asked = Duration::from_secs(900);
        assert_eq!(Patience::COMMAND.wait(1, asked, "x"), asked);
    }

    #[test]
    fn the_same_attempt_waits_the_same() {
        let wait = |seed| Patience::COMMAND.wait(5, Duration::ZERO, seed);
        assert_eq!(wait("a"), wait("a"));
        assert_ne!(wait("a"), wait("b"));
    }
}
