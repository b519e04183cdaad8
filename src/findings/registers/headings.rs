//! What the columns of a register speak of, by their headings.

use std::sync::LazyLock;

use regex::Regex;

use crate::prose::compile;

/// A heading over those who receive data.
static RECIPIENT: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:recipients?|applicants?|organi[sz]ations?|customers?|compan(?:y|ies)|controllers?|processors?|released to|shared with|licensees?|contractors?|suppliers?|institutions?|universit(?:y|ies))\b",
    )
});
/// A heading over what they receive.
static DATASET: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:data ?sets?|data sources?|data products?|products?|collections?|extracts?|data (?:released|requested|provided|shared))\b",
    )
});
/// A heading that says something of either, and does not name it.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:types?|purposes?|categor\w+|sectors?|basis|legal|dates?|address|postcodes?|countr(?:y|ies)|territor(?:y|ies)|locations?|contacts?|e-?mails?|websites?|numbers?|refs?|references?|ids?|counts?|sensitiv\w+|classifications?|status|opt[- ]?outs?|sub[- ]?licen\w+|commercial)\b",
    )
});
/// A heading over whether opt-outs or objections are honoured.
static OPT_OUT: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\bopt(?:ed|ing|s)?[- ]?outs?\b|\b(?:patient )?objections?\b|\bdissents?\b|\btype (?:1|2|one|two)(?:\s*$|s?\b.*\b(?:appl\w+|upheld|respected|honou?red))",
    )
});
/// A heading over whether the purpose is a commercial one.
static COMMERCIAL: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?i)\bcommercial(?:ly)?\b|\bfor[- ]profit\b"));
/// A heading over whether the data may be passed on.
static SUB_LICENCE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\bsub[- ]?licen[cs]\w*|\bonward(?:ly)? (?:shar|transfer|disclos|suppl|distribut)\w*",
    )
});
/// A heading over the law that is relied on.
static LEGAL: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:legal|lawful|statutory)\s+(?:bas[ei]s|gateways?|powers?|grounds?|provisions?|authorit(?:y|ies)|justifications?)\b|\b(?:bas[ei]s|gateway) (?:in|at|under) law\b|\bcommon law\b|\barticle [69]\b|\bgdpr (?:bas[ei]s|conditions?)\b",
    )
});
/// A heading that speaks of such a thing and holds no answer to it: who to ask, what it costs, when it was decided.
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:contacts?|directors?|leads?|managers?|names?|address|confiden\w+|e-?mails?|refs?|references?|numbers?|counts?|fees?|charges?|prices?|costs?|value|dates?|ids?|links?|urls?|rates?|percent\w*|%)(?:\W|$)",
    )
});
/// A heading under which "Yes" means the contrary.
static CONTRARY: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:not|non|no|without|exempt\w*|overrid\w+|disappl\w+|waived|set aside|prohibited|forbidden|barred)\b",
    )
});
/// A heading over the day on which an agreement ends.
static END: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:ends?|ending|end ?dates?|expir(?:y|es|ed|ation|ing)|until|terminat(?:es|ion)|valid to|to date|finish(?:es)?)\b|^to$",
    )
});
/// A heading over both ends of an agreement.
static TERM: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:agreements?|dsas?|contracts?|licen[cs]es?|terms?|dates|runs?|validity|duration|when|period of)\b",
    )
});
/// A heading over a stretch of time that is reported on.
static REPORTED: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)\b(?:financial|year|quarter|week|month|reporting|collection|coverage|data)\b.*\b(?:end\w*|period|to|until|dates?|from)\b|\bcover(?:s|ed|age)\b",
    )
});
/// A heading over the day or month a row is about.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?i)\b(?:months?|released?|releases|dates?|periods?|starts?|from|when|approved)\b")
});

/// Whether it names those who receive data.
pub(super) fn is_recipient(heading: &str) -> bool {
    RECIPIENT.is_match(heading) && !ASIDE.is_match(heading)
}

/// Whether it names what they receive.
pub(super) fn is_dataset(heading: &str) -> bool {
    DATASET.is_match(heading) && !ASIDE.is_match(heading)
}

/// Whether it says if opt-outs are honoured.
pub(super) fn is_opt_out(heading: &str) -> bool {
    OPT_OUT.is_match(heading) && !BESIDE.is_match(heading)
}

/// Whether it says if the purpose is commercial.
pub(super) fn is_commercial(heading: &str) -> bool {
    COMMERCIAL.is_match(heading) && !is_sub_licence(heading) && !BESIDE.is_match(heading)
}

/// Whether it says if the data may be passed on.
pub(super) fn is_sub_licence(heading: &str) -> bool {
    SUB_LICENCE.is_match(heading) && !BESIDE.is_match(heading)
}

/// Whether it names the law that is relied on.
pub(super) fn is_legal(heading: &str) -> bool {
    LEGAL.is_match(heading)
}

/// Whether "Yes" under it means the contrary of what it is about.
pub(super) fn is_contrary(heading: &str) -> bool {
    CONTRARY.is_match(heading)
}

/// Whether it says when an agreement ends.
pub(super) fn is_end(heading: &str) -> bool {
    END.is_match(heading) && !REPORTED.is_match(heading)
}

/// Whether it may say when an agreement begins and ends.
pub(super) fn is_term(heading: &str) -> bool {
    TERM.is_match(heading) && !REPORTED.is_match(heading)
}

/// Whether it says which day or month a row is about.
pub(super) fn is_day(heading: &str) -> bool {
    DAY.is_match(heading) && !is_end(heading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(about: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for heading in yes {
            assert!(about(heading), "{heading}");
        }
        for heading in no {
            assert!(!about(heading), "{heading}");
        }
    }

    #[test]
    fn headings_say_what_their_columns_are_about() {
        case(
            is_recipient,
            &[
                "Organisation name",
                "Data Recipient",
                "Controller(s)",
                "Released to",
                "Applicant",
            ],
            &[
                "Organisation Type",
                "Recipient country",
                "Legal basis",
                "Applicant reference",
                "Date",
            ],
        );
        case(
            is_dataset,
            &[
                "Dataset",
                "Data Source",
                "Data product",
                "Data set requested",
            ],
            &[
                "Dataset type",
                "Data Type provided to applicant",
                "Database",
                "Product reference",
            ],
        );
        case(
            is_opt_out,
            &[
                "Opt outs applied",
                "Opt-outs honoured",
                "Are patient objections upheld?",
                "Type 1",
                "Type 2 objections",
                "National data opt-out",
            ],
            &[
                "Type 2 diabetes",
                "Opt-out contact",
                "Number of opt-outs",
                "Option",
                "Opt-out rate",
            ],
        );
        case(
            is_commercial,
            &[
                "Commercial purpose",
                "Commercial purposes (Yes/No)",
                "Used commercially",
                "Is this for-profit?",
            ],
            &[
                "Commercial contact",
                "Commercial in confidence",
                "Commercial reference",
                "Commerce",
            ],
        );
        case(
            is_sub_licence,
            &[
                "Sub-licensing",
                "Sublicensing allowed",
                "Sub licence permitted",
                "Onward sharing",
            ],
            &["Licence", "Licensing", "Sub-licence reference", "Subject"],
        );
    }

    #[test]
    fn headings_say_which_columns_hold_powers_and_ends() {
        case(
            is_legal,
            &[
                "Legal basis",
                "Legal basis for provision of data",
                "Statutory gateway",
                "Common law duty",
                "Article 6 condition",
            ],
            &["Legal name", "Legal entity", "Basis of estimate", "Article"],
        );
        case(
            is_end,
            &[
                "Agreement end date",
                "DSA End Date",
                "Expiry date",
                "Valid until",
                "Ends",
                "To",
            ],
            &[
                "Financial year ending",
                "Reporting period end",
                "Gender",
                "Data collection period to",
            ],
        );
    }
}
