//! A strict reader of the text format of OpenMetrics 1.0, for what is served at /metrics.
//!
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>

use std::collections::{BTreeMap, BTreeSet};

/// What was served, understood.
#[derive(Default, Debug)]
pub struct Exposition {
    /// Name of a family to its sort.
    pub families: BTreeMap<String, String>,
    /// Name of a sample and its labels to its value.
    pub samples: BTreeMap<(String, Labels), f64>,
}

/// Names and values.
pub type Labels = BTreeMap<String, String>;

impl Exposition {
    /// Reads a text, which must keep to every rule.
    #[track_caller]
    pub fn read(text: &str) -> Exposition {
        let body = text.strip_suffix("# EOF\n").expect("its end is marked");
        let mut read = Exposition::default();
        let mut now: Option<(String, String)> = None;
        for line in body.lines() {
            match line.strip_prefix("# ") {
                Some(said) => read.descriptor(said, &mut now),
                None => read.sample(line, now.as_ref().expect("a family before its samples")),
            }
        }
        read.hold_histograms();
        read
    }

    fn descriptor(&mut self, said: &str, now: &mut Option<(String, String)>) {
        let mut words = said.splitn(3, ' ');
        let mut word = || words.next().expect("three words");
        let (what, name, rest) = (word(), word(), word());
        assert!(is_name(name), "{name}");
        match what {
            "HELP" => {
                assert!(rest.ends_with('.') && rest.len() > 10, "{name}: {rest}");
                assert!(!self.families.contains_key(name), "{name} comes twice");
                *now = Some((name.to_owned(), String::new()));
            }
            "TYPE" => {
                let (known, sort) = now.as_mut().expect("help first");
                assert_eq!(known, name);
                assert!(
                    ["counter", "gauge", "histogram", "info"].contains(&rest),
                    "{rest}"
                );
                sort.push_str(rest);
                self.families.insert(name.to_owned(), rest.to_owned());
            }
            "UNIT" => assert!(name.ends_with(&format!("_{rest}")), "{name} in {rest}"),
            _ => panic!("{said}"),
        }
    }

    fn sample(&mut self, line: &str, (family, sort): &(String, String)) {
        let (name, rest) = line.split_at(line.find(['{', ' ']).expect("a value"));
        let own = match sort.as_str() {
            "counter" => name == format!("{family}_total"),
            "info" => name == format!("{family}_info"),
            "histogram" => ["bucket", "sum", "count"]
                .iter()
                .any(|end| name == format!("{family}_{end}")),
            _ => name == family,
        };
        assert!(
            own && is_name(name),
            "{name} stands under {family}, a {sort}"
        );
        let (labels, value) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest),
            None => (Labels::new(), rest),
        };
        let value = value.strip_prefix(' ').expect("one space");
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
        assert!(value.is_finite(), "{line}");
        assert!(sort == "gauge" || value >= 0.0, "{line}");
        let known = self.samples.insert((name.to_owned(), labels), value);
        assert!(known.is_none(), "{line} comes twice");
    }

    /// Buckets hold what smaller ones hold, and the last holds all.
    fn hold_histograms(&self) {
        let sorts = self
            .families
            .iter()
            .filter(|(_, sort)| *sort == "histogram");
        for (family, _) in sorts {
            let bucket = format!("{family}_bucket");
            let buckets = self.samples.iter().filter(|((name, _), _)| *name == bucket);
            let mut rows: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
            for ((_, labels), count) in buckets {
                let mut labels = labels.clone();
                let limit = labels.remove("le").expect("a limit");
                let limit: f64 = limit.replace("+Inf", "inf").parse().expect("a number");
                rows.entry(labels).or_default().push((limit, *count));
            }
            assert!(!rows.is_empty(), "{family} has no buckets");
            for (labels, mut row) in rows {
                row.sort_by(|one, other| one.0.total_cmp(&other.0));
                assert!(row.is_sorted_by(|one, other| one.1 <= other.1), "{family}");
                let (limit, all) = *row.last().expect("a bucket");
                assert!(limit.is_infinite());
                let count = self.samples[&(format!("{family}_count"), labels)];
                assert!((all - count).abs() < 0.5, "{family}");
            }
        }
    }

    /// The one value with these labels; nothing where there is none.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels.iter();
        let labels = labels.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.samples
            .get(&(name.to_owned(), labels.collect()))
            .copied()
    }

    /// The names of all samples.
    pub fn names(&self) -> BTreeSet<&str> {
        self.samples.keys().map(|(name, _)| name.as_str()).collect()
    }
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.bytes().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// The labels up to the closing bracket, and what comes after it.
fn labels(mut text: &str) -> (Labels, &str) {
    let mut labels = Labels::new();
    loop {
        if let Some(rest) = text.strip_prefix('}') {
            return (labels, rest);
        }
        let (name, rest) = text.split_once("=\"").expect("a label");
        let name = name.trim_start_matches(',');
        assert!(is_name(name), "{name}");
        // No value of ours needs to be escaped: all are known before the program starts, or numbers of versions.
        let (value, rest) = rest.split_once('"').expect("its end");
        assert!(
            !value.is_empty() && !value.contains('\\'),
            "{name}: {value}"
        );
        let known = labels.insert(name.to_owned(), value.to_owned());
        assert!(known.is_none(), "{name} comes twice");
        text = rest;
    }
}

#[test]
fn a_counter_without_its_ending_is_noticed() {
    let text = "# HELP a A thing that is counted.\n# TYPE a counter\na 1\n# EOF\n";
    let noticed = std::panic::catch_unwind(|| Exposition::read(text));
    let why = noticed.expect_err("it breaks a rule");
    let why = why.downcast_ref::<String>().expect("a sentence");
    assert_eq!(why, "a stands under a, a counter");
}

#[test]
fn a_well_formed_text_is_read() {
    let read = Exposition::read(
        "# HELP a_seconds How long it took.\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n\
         a_seconds{of=\"b\"} 1.5\n# EOF\n",
    );
    assert_eq!(read.value("a_seconds", &[("of", "b")]), Some(1.5));
}
