//! Stories of pages whose copies an archive holds, with how many of them are asked for.

use super::*;
use crate::model::Memento;
use crate::past::candidates::{Stood, spread};

/// A page with copies and changes, and an archive that is asked for them.
struct Story {
    copies: Vec<Candidate>,
    texts: Vec<Option<Digest>>,
    claims: Vec<Vec<DateTime<Utc>>>,
    end: Option<Digest>,
}

/// So many dice, the same each time.
fn dice(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(2) | 1;
    move |sides| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % sides
    }
}

impl Story {
    /// A copy a day, and changes after these days.
    fn of(days: usize, changes: &[usize]) -> Story {
        let text = |day: usize| {
            let version = changes.iter().filter(|change| **change <= day).count();
            Some(Digest::of(format!("version {version}").as_bytes()))
        };
        let copy = |day: usize| Candidate {
            archive: "one".to_owned(),
            memento: Memento {
                url: format!("https://archive.example/{day}"),
                at: DateTime::UNIX_EPOCH + TimeDelta::days(day as i64),
            },
            digest: None,
            length: None,
            seen: Seen::Not,
        };
        Story {
            copies: (0..days).map(copy).collect(),
            texts: (0..days).map(text).collect(),
            claims: vec![Vec::new(); days],
            end: text(days),
        }
    }

    fn with_digests(mut self) -> Story {
        for (copy, text) in self.copies.iter_mut().zip(&self.texts) {
            copy.digest = text.map(|text| text.to_string());
        }
        self
    }

    /// Every copy has another digest, as of a page with a clock on it.
    fn with_useless_digests(mut self) -> Story {
        for (day, copy) in self.copies.iter_mut().enumerate() {
            copy.digest = Some(day.to_string());
        }
        self
    }

    fn with_lengths(mut self, changes: &[usize]) -> Story {
        let mut roll = dice(7);
        for (day, copy) in self.copies.iter_mut().enumerate() {
            let version = changes.iter().filter(|change| **change <= day).count();
            copy.length = Some(5_000 + 300 * version as u64 + roll(12));
        }
        self
    }

    fn with_claims(mut self, changes: &[usize]) -> Story {
        for (day, claims) in self.claims.iter_mut().enumerate() {
            let past = changes.iter().rev().filter(|change| **change <= day);
            *claims = past
                .map(|change| DateTime::UNIX_EPOCH + TimeDelta::days(*change as i64))
                .collect();
        }
        self
    }

    /// Every copy says that it was changed on its day.
    fn with_false_claims(mut self) -> Story {
        for (claims, copy) in self.claims.iter_mut().zip(&self.copies) {
            *claims = vec![copy.memento.at];
        }
        self
    }

    /// Asks until nothing is needed; how often that was.
    fn play(&mut self, manner: Manner) -> usize {
        let mut asked = 0;
        while let Some(place) = next(&self.copies, self.end, manner) {
            let copy = &mut self.copies[place];
            let by_reading = matches!(&copy.seen, Seen::Stood(stood) if stood.by == By::Reading);
            assert!(!by_reading, "the copy {place} is asked for twice");
            copy.seen = Seen::Stood(Stood {
                text: self.texts[place],
                no: Some(place as u32 + 1),
                claims: self.claims[place].clone(),
                by: By::Reading,
            });
            spread(&mut self.copies);
            asked += 1;
            assert!(asked <= self.copies.len(), "it never ends");
        }
        asked
    }

    /// Between which neighbours a change is known.
    fn found(&self) -> Vec<usize> {
        let known = (self.copies.iter().enumerate())
            .filter_map(|(place, copy)| Some((place, copy.stood()?.text)));
        let known: Vec<_> = known.collect();
        let pairs = known.windows(2).filter(|pair| pair[0].1 != pair[1].1);
        let pairs = pairs.inspect(|pair| assert_eq!(pair[0].0 + 1, pair[1].0));
        pairs.map(|pair| pair[1].0).collect()
    }
}

/// Ten days of two hundred.
fn ten(seed: u64) -> Vec<usize> {
    let mut roll = dice(seed);
    let mut days = BTreeSet::new();
    while days.len() < 10 {
        days.insert(1 + roll(198) as usize);
    }
    days.into_iter().collect()
}

#[track_caller]
fn case(make: impl Fn(&[usize]) -> Story, most: usize) -> usize {
    let mut worst = 0;
    for seed in 1..=50 {
        let changes = ten(seed);
        let mut story = make(&changes);
        let asked = story.play(Manner::Bisect);
        assert_eq!(story.found(), changes, "seed {seed}");
        worst = worst.max(asked);
    }
    assert!(worst <= most, "{worst} copies were asked for");
    worst
}

#[test]
fn with_digests_ten_changes_in_two_hundred_copies_cost_eleven() {
    assert_eq!(case(|days| Story::of(200, days).with_digests(), 11), 11);
}

#[test]
fn where_the_page_says_when_it_was_changed_three_copies_a_change_are_enough() {
    case(|days| Story::of(200, days).with_claims(days), 30);
    let noisy = |days: &[usize]| {
        Story::of(200, days)
            .with_useless_digests()
            .with_claims(days)
    };
    case(noisy, 30);
}

#[test]
fn where_the_archive_gives_lengths_two_or_three_copies_a_change_are_enough() {
    case(|days| Story::of(200, days).with_lengths(days), 30);
}

/// Without any sign, each change costs the logarithm of the time between two: more than forty for ten in two hundred.
#[test]
fn without_any_sign_halving_needs_up_to_seventy_copies() {
    let worst = case(|days| Story::of(200, days), 70);
    assert!(worst > 40, "{worst}: then the README can promise more");
    // What a page says falsely of itself costs little more than nothing said.
    case(|days| Story::of(200, days).with_false_claims(), 74);
    case(|days| Story::of(200, days).with_useless_digests(), 70);
}

#[test]
fn a_page_that_never_changed_costs_little() {
    for days in [1, 2, 3, 10, 200, 2_000] {
        let mut story = Story::of(days, &[]);
        let asked = story.play(Manner::Bisect);
        assert!(asked <= 9, "{days} copies cost {asked}");
        assert!(story.found().is_empty());
    }
}

#[test]
fn what_came_and_went_between_two_equal_texts_is_seen_by_its_digest() {
    let mut story = Story::of(200, &[]).with_digests();
    for day in 60..63 {
        story.texts[day] = Some(Digest::of(b"for three days"));
        story.copies[day].digest = Some("another".to_owned());
    }
    let asked = story.play(Manner::Bisect);
    assert_eq!(story.found(), [60, 63]);
    assert_eq!(asked, 2);
}

#[test]
fn useless_copies_are_passed_over() {
    let changes = [50, 150];
    let mut story = Story::of(200, &changes);
    for day in [0, 49, 50, 149, 199] {
        story.copies[day].seen = Seen::Useless;
    }
    story.play(Manner::Bisect);
    let known = story.copies.iter().filter_map(|copy| copy.stood()?.text);
    let texts: BTreeSet<_> = known.map(|text| text.to_string()).collect();
    assert_eq!(texts.len(), 3);
}

#[test]
fn every_copy_is_asked_for_once_where_all_are_wanted() {
    let mut story = Story::of(30, &[7]).with_digests();
    assert_eq!(story.play(Manner::Every), 30);
    assert_eq!(story.found(), [7]);
}
