//! Tries what the rows of registers say: for every rule rows that must be told, and rows that must not.

use chrono::DateTime;

use super::*;
use crate::diff;
use crate::model::{Block, BlockKind, Bounds, ChangeKind, Document, ReaderId, Watch};
use crate::rulebook::Book;

fn register(rows: &[&str]) -> Document {
    let row = |(at, text): (usize, &&str)| Block {
        kind: BlockKind::Row(text.split('|').map(str::to_owned).collect(), at == 0),
        text: text.replace('|', " | "),
        links: Vec::new(),
    };
    Document {
        blocks: rows.iter().enumerate().map(row).collect(),
        ..Document::empty(ReaderId("test".into()), "Register")
    }
}

/// The findings between two editions, on 6 July 2016.
fn judged(old: &[&str], new: &[&str]) -> Vec<Finding> {
    let (before, after) = (register(old), register(new));
    let watch = Watch::bare("page", "https://nhs.example/".parse().expect("an address"));
    let step = Step {
        watch: &watch,
        kind: ChangeKind::Edited,
        before: Some(&before),
        after: Some(&after),
        diff: &diff::between(&before, &after),
        redirected_to: None,
        stood_at: None,
        same_text_as: None,
        bounds: Bounds {
            after: None,
            by: DateTime::UNIX_EPOCH,
        },
        zone: chrono_tz::Europe::London,
        book: &Book::shipped(),
        watches: &[],
    };
    let day = NaiveDate::from_ymd_opt(2016, 7, 6).expect("a day");
    judge(&step, day)
}

fn said(old: &[&str], new: &[&str]) -> Vec<String> {
    let findings = judged(old, new).into_iter();
    findings
        .map(|finding| format!("{} {}: {}", finding.rule, finding.severity, finding.why))
        .collect()
}

const HEADINGS: &str = "Reference|Organisation|Dataset|Opt outs applied|Date";
const OLD_ROWS: [&str; 4] = [
    HEADINGS,
    "DARS-NIC-1|Leeds|HES|Yes|2014-04-02",
    "DARS-NIC-2|York|ECDS|Yes|01/06/2016",
    "DARS-NIC-3|York|HES|No|2016-06-01",
];

/// The findings as "rule severity: why".
#[track_caller]
fn case(new: &[&str], expected: &[&str]) {
    assert_eq!(said(&OLD_ROWS, new), expected);
}

#[test]
fn rows_that_come_may_name_somebody_new() {
    let [a, b, c, d] = OLD_ROWS;
    case(
        &[a, b, c, d, "DARS-NIC-4|Acme Ltd|HES|Yes|2016-07-01"],
        &["register-recipient 4: “Acme Ltd” is new in this table."],
    );
    case(
        &[a, b, c, d, "DARS-NIC-4|Leeds; Bupa|HES|Yes|2016-07-01"],
        &["register-recipient 4: “Bupa” is new in this table."],
    );
    case(
        &[
            a,
            b,
            c,
            d,
            "DARS-NIC-4|Acme Ltd|HES|Yes|2016-07-01",
            "DARS-NIC-5|ACME Limited|ECDS|Yes|2016-07-01",
            "DARS-NIC-6|Bupa|ECDS|Yes|2016-07-01",
        ],
        &["register-recipient 4: “Acme Ltd” and “Bupa” are new in this table."],
    );
    case(
        &[a, b, c, &d.replace("York", "Hull")],
        &["register-recipient 4: “Hull” is new in this table."],
    );
    case(&[a, b, c, d, "DARS-NIC-4|LEEDS|HES|Yes|2016-07-01"], &[]);
    case(
        &[a, b, c, d, "DARS-NIC-4|The Leeds|HES|Yes|2016-07-01"],
        &[],
    );
    case(
        &[a, b, c, d, "DARS-NIC-4|Leeds; York|HES|Yes|2016-07-01"],
        &[],
    );
    case(&[a, b, c, d, "DARS-NIC-4||HES|Yes|2016-07-01"], &[]);
}

#[test]
fn rows_that_come_may_name_something_new_with_somebody_known() {
    let [a, b, c, d] = OLD_ROWS;
    case(
        &[a, b, c, d, "DARS-NIC-4|Leeds|ECDS|Yes|2016-07-01"],
        &["register-pair 4: “Leeds” with “ECDS” is new in this table."],
    );
    case(
        &[
            a,
            b,
            c,
            d,
            "DARS-NIC-4|Leeds|ECDS|Yes|2016-07-01",
            "DARS-NIC-5|Leeds|MHSDS|Yes|2016-07-01",
        ],
        &["register-pair 4: “Leeds” with “ECDS” is new in this table. So is 1 other pair."],
    );
    case(
        &[a, b, &c.replace("ECDS", "MHSDS"), d],
        &["register-pair 4: “York” with “MHSDS” is new in this table."],
    );
    case(&[a, b, c, d, "DARS-NIC-4|Leeds|HES|Yes|2016-07-01"], &[]);
    case(
        &[a, b, c, d, "DARS-NIC-4|York|HES; ECDS|Yes|2016-07-01"],
        &[],
    );
    case(&[a, b, c, d, "DARS-NIC-4|York|hes|No|2016-07-01"], &[]);
}

#[test]
fn an_opt_out_may_turn_either_way() {
    let [a, b, c, d] = OLD_ROWS;
    case(
        &[a, b, &c.replace("Yes", "No"), d],
        &["opt-out-flipped 5: “Opt outs applied” of DARS-NIC-2 was “Yes” and is “No”."],
    );
    case(
        &[a, b, c, &d.replace("No|", "Yes|")],
        &["opt-out-flipped 4: “Opt outs applied” of DARS-NIC-3 was “No” and is “Yes”."],
    );
    case(
        &[a, b, &c.replace("Yes", "Not applicable"), d],
        &["opt-out-flipped 3: “Opt outs applied” of DARS-NIC-2 was “Yes” and is “Not applicable”."],
    );
    case(
        &[
            a,
            b,
            &c.replace("Yes", "No - the data is not identifiable"),
            d,
        ],
        &[
            "opt-out-flipped 5: “Opt outs applied” of DARS-NIC-2 was “Yes” and is “No - the data is not identifiable”.",
        ],
    );
    case(&[a, b, &c.replace("Yes", "Y"), d], &[]);
    case(
        &[a, b, &c.replace("Yes", "Yes - objections upheld"), d],
        &[],
    );
    case(&[a, b, c, &d.replace("No|", "N|")], &[]);
}

#[test]
fn under_a_heading_that_says_the_contrary_yes_is_the_worse_answer() {
    let old = [
        "Reference|Organisation|Exempt from the national data opt-out",
        "NIC-1|Leeds|No",
        "NIC-2|York|No",
        "NIC-3|Hull|Yes",
    ];
    let [a, b, c, d] = old;
    let severities = |new: &[&str]| -> Vec<u8> {
        let found = judged(&old, new).into_iter();
        found.map(|finding| finding.severity.0).collect()
    };
    assert_eq!(severities(&[a, &b.replace("No", "Yes"), c, d]), [5]);
    assert_eq!(severities(&[a, b, c, &d.replace("Yes", "No")]), [4]);
}

const TERMS: [&str; 4] = [
    "Reference|Controller|Commercial purpose|Sub-licensing allowed|Legal basis|Agreement end date",
    "NIC-1|Leeds|No|No|s261(1)|2016-12-31",
    "NIC-2|York|Yes (Commercial)|Yes|Regulation 5|2015-12-31",
    "NIC-3|Hull|n/a|None|Consent|01/01/2017",
];

/// The findings of edited terms as "rule severity: why", but for those that the row is an old one.
#[track_caller]
fn terms(row: usize, old: &str, new: &str, expected: &[&str]) {
    let mut rows = TERMS.map(str::to_owned);
    assert!(rows[row].contains(old), "{old}");
    rows[row] = rows[row].replacen(old, new, 1);
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut told = said(&TERMS, &rows);
    told.retain(|told| !told.starts_with("row-altered"));
    assert_eq!(told, expected, "{old} to {new}");
}

#[test]
fn a_commercial_purpose_that_comes_weighs_more_than_one_that_goes() {
    terms(
        1,
        "|No|No|",
        "|Yes|No|",
        &["register-commercial 5: “Commercial purpose” of NIC-1 was “No” and is “Yes”."],
    );
    terms(
        2,
        "Yes (Commercial)",
        "No (Academic)",
        &[
            "register-commercial 3: “Commercial purpose” of NIC-2 was “Yes (Commercial)” and is “No (Academic)”.",
        ],
    );
    terms(
        1,
        "|No|No|",
        "|Commercial|No|",
        &["register-commercial 5: “Commercial purpose” of NIC-1 was “No” and is “Commercial”."],
    );
    terms(
        3,
        "n/a",
        "Yes",
        &["register-commercial 3: “Commercial purpose” of NIC-3 was “n/a” and is “Yes”."],
    );
    terms(1, "|No|No|", "|N|No|", &[]);
    terms(2, "Yes (Commercial)", "Yes", &[]);
    terms(3, "n/a", "Not applicable", &[]);
    terms(3, "n/a", "No", &[]);
}

#[test]
fn passing_the_data_on_may_be_allowed_or_forbidden() {
    terms(
        1,
        "|No|s261",
        "|Yes|s261",
        &["register-sub-licence 5: “Sub-licensing allowed” of NIC-1 was “No” and is “Yes”."],
    );
    terms(
        2,
        "|Yes|",
        "|Not permitted|",
        &[
            "register-sub-licence 3: “Sub-licensing allowed” of NIC-2 was “Yes” and is “Not permitted”.",
        ],
    );
    terms(
        3,
        "None",
        "To named bodies",
        &[
            "register-sub-licence 3: “Sub-licensing allowed” of NIC-3 was “None” and is “To named bodies”.",
        ],
    );
    terms(3, "None", "No", &[]);
    terms(2, "|Yes|", "|YES|", &[]);
    terms(1, "|No|s261", "|No |s261", &[]);
}

#[test]
fn another_legal_basis_is_told_and_another_spelling_is_not() {
    terms(
        3,
        "Consent",
        "Regulation 3",
        &["register-legal-basis 4: “Legal basis” of NIC-3 was “Consent” and is “Regulation 3”."],
    );
    terms(
        1,
        "s261(1)",
        "s261(2)(b)",
        &["register-legal-basis 4: “Legal basis” of NIC-1 was “s261(1)” and is “s261(2)(b)”."],
    );
    terms(
        2,
        "Regulation 5",
        "",
        &["register-legal-basis 4: “Legal basis” of NIC-2 was “Regulation 5” and is “”."],
    );
    terms(1, "s261(1)", "Section 261 (1)", &[]);
    terms(2, "Regulation 5", "regulation 5.", &[]);
    terms(3, "Consent", "Consnet", &[]);
}

#[test]
fn an_agreement_may_end_later_than_it_said() {
    terms(
        1,
        "2016-12-31",
        "2018-12-31",
        &[
            "end-date-extended 3: “Agreement end date” of NIC-1 was 31 December 2016 and is 31 December 2018.",
        ],
    );
    // It had ended before it was extended, and that counts for more.
    terms(
        2,
        "2015-12-31",
        "2017-12-31",
        &[
            "end-date-extended 4: “Agreement end date” of NIC-2 was 31 December 2015 and is 31 December 2017.",
        ],
    );
    terms(
        3,
        "01/01/2017",
        "2 January 2017",
        &[
            "end-date-extended 3: “Agreement end date” of NIC-3 was 1 January 2017 and is 2 January 2017.",
        ],
    );
    terms(1, "2016-12-31", "2016-10-31", &[]);
    terms(3, "01/01/2017", "2017-01-01", &[]);
    terms(1, "2016-12-31", "until further notice", &[]);
    let old = [
        "Reference|Who|DSA term",
        "NIC-1|Leeds|2015-07-01 to 2017-06-30",
        "NIC-2|York|x",
    ];
    let later = old[1].replace("2017", "2020");
    assert_eq!(
        said(&old, &[old[0], &later, old[2]]),
        ["end-date-extended 3: “DSA term” of NIC-1 was 30 June 2017 and is 30 June 2020."]
    );
    let another = old[1].replace("2015", "2016").replace("2017", "2020");
    let said = said(&old, &[old[0], &another, old[2]]);
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn rows_of_one_edition_may_contradict_each_other() {
    let [a, b, c, d] = OLD_ROWS;
    let both = |rows: &[&str]| -> Vec<String> {
        let told = said(&OLD_ROWS, rows).into_iter();
        told.filter(|told| told.starts_with("opt-out-both"))
            .collect()
    };
    let york = "“York” with “HES” of June 2016 stands in this table both with “Opt outs applied”: “Yes” and with “No”.";
    let expected = format!("opt-out-both 4: {york}");
    assert_eq!(
        both(&[a, b, c, d, "NIC-4|York|HES|Yes|2016-06-20"]),
        [expected.as_str()]
    );
    assert_eq!(
        both(&[a, b, c, d, "NIC-4|YORK|HES; MHSDS|Y|June 2016"]).len(),
        1
    );
    assert_eq!(
        both(&[a, b, &c.replace("ECDS", "HES"), d]),
        [expected.as_str()]
    );
    // Another month, another dataset, another recipient, and an answer that says neither.
    assert!(both(&[a, b, c, d, "NIC-4|York|HES|Yes|2016-07-20"]).is_empty());
    assert!(both(&[a, b, c, d, "NIC-4|York|MHSDS|Yes|2016-06-20"]).is_empty());
    assert!(both(&[a, b, c, d, "NIC-4|Leeds|HES|Yes|2016-06-20"]).is_empty());
    assert!(both(&[a, b, c, d, "NIC-4|York|HES|n/a|2016-06-20"]).is_empty());
    // What contradicted itself before is no news.
    let old = [a, b, c, d, "NIC-4|York|HES|Yes|2016-06-20"];
    let new = [&old[..], &["NIC-5|York|HES|Yes|2016-06-21"]].concat();
    assert!(said(&old, &new).is_empty());
}

#[test]
fn old_rows_are_not_to_change() {
    let [a, b, c, d] = OLD_ROWS;
    case(
        &[a, &b.replace("HES", "HES, linked"), c, d],
        &[
            "register-pair 4: “Leeds” with “HES, linked” is new in this table.",
            "row-altered 3: The row DARS-NIC-1 is dated 2 April 2014 and was altered since the last visit.",
        ],
    );
    case(
        &[a, &b.replace("Yes", "No"), c, d],
        &[
            "opt-out-flipped 5: “Opt outs applied” of DARS-NIC-1 was “Yes” and is “No”.",
            "row-altered 3: The row DARS-NIC-1 is dated 2 April 2014 and was altered since the last visit.",
        ],
    );
    case(
        &[a, &b.replace("2014-04-02", "2014-04-03"), c, d],
        &[
            "row-altered 3: The row DARS-NIC-1 is dated 2 April 2014 and was altered since the last visit.",
        ],
    );
    case(&[a, b, &c.replace("01/06", "02/06"), d], &[]);
    case(&[a, d, c, b], &[]);
    case(&[a, b, c, d, "DARS-NIC-0|Leeds|HES|Yes|2013-01-01"], &[]);
}

#[test]
fn rows_and_columns_are_not_to_go() {
    let [a, b, c, d] = OLD_ROWS;
    case(
        &[a, c, d],
        &["rows-removed 4: The row DARS-NIC-1 is no longer in this table."],
    );
    case(
        &[a, d],
        &["rows-removed 4: 2 rows are no longer in this table."],
    );
    let [t, one, ended, three] = TERMS;
    let ended = said(&[t, one, ended, three], &[t, one, three]);
    assert_eq!(
        ended,
        ["rows-removed 3: The row NIC-2 is no longer in this table."]
    );
    let without: Vec<String> = OLD_ROWS
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            [&cells[..3], &cells[4..]].concat().join("|")
        })
        .collect();
    let without: Vec<&str> = without.iter().map(String::as_str).collect();
    case(
        &without,
        &["column-removed 3: The column “Opt outs applied” is no longer in this table."],
    );
    case(&[a, d, c, b], &[]);
    case(&[a, b, c, &d.replace("NIC-3", "NIC-33")], &[]);
    let more: Vec<String> = OLD_ROWS.iter().map(|row| format!("{row}|x")).collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    case(&more, &[]);
}

#[test]
fn a_finding_names_the_blocks_of_its_quotes_and_what_made_it_less() {
    let [a, b, c, d] = OLD_ROWS;
    let found = judged(
        &OLD_ROWS,
        &[
            a,
            b,
            "NIC-0|Acme|HES|No|2016-07-01",
            c,
            &d.replace("No|", "Yes|"),
        ],
    );
    let turned = &found[0];
    assert_eq!(turned.rule, "opt-out-flipped");
    assert_eq!(
        (&turned.stands.before[..], &turned.stands.after[..]),
        (&[3][..], &[4][..])
    );
    assert_eq!(turned.weighed[0].to, turned.severity);
    assert!(
        turned.weighed[0]
            .because
            .starts_with("opt-outs are honoured now")
    );
    assert_eq!(
        turned.before.as_deref(),
        Some("DARS-NIC-3 · Opt outs applied: No")
    );
    let came = &found[1];
    assert_eq!(came.rule, "register-recipient");
    assert_eq!(
        (came.stands.before.len(), &came.stands.after[..]),
        (0, &[2][..])
    );
    assert!(came.weighed.is_empty());
}
