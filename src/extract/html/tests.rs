//! Pages written for one rule of reading each.

use crate::extract::tests::read_page;
use crate::model::{Block, BlockKind, Document, Kind, Reading};

fn page(html: &str) -> Document {
    read_page(html, &Reading::default()).expect("a document")
}

/// One line a block, in a Markdown of sorts.
fn line(block: &Block) -> String {
    match &block.kind {
        BlockKind::Heading(level) => format!("{} {}", "#".repeat((*level).into()), block.text),
        BlockKind::Paragraph => block.text.clone(),
        BlockKind::Item(depth) => {
            format!("{}- {}", "  ".repeat(usize::from(*depth) - 1), block.text)
        }
        BlockKind::Row(cells, true) => format!("|# {}", cells.join(" | ")),
        BlockKind::Row(cells, false) => format!("| {}", cells.join(" | ")),
        BlockKind::Verbatim => format!("`{}`", block.text),
    }
}

#[track_caller]
fn case(html: &str, expected: &[&str]) {
    let lines: Vec<String> = page(html).blocks.iter().map(line).collect();
    assert_eq!(lines, expected, "{html}");
}

#[test]
fn blocks_are_what_a_reader_sees() {
    case(
        "<h1>A</h1>b<p>c <b>d</b>e\n f</p><h3>G</h3>",
        &["# A", "b", "c de f", "### G"],
    );
    case("<p>one<br>two<br><br>three", &["one", "two", "three"]);
    case(
        "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>",
        &["- a", "  - b", "- c", "- d"],
    );
    case("<pre>a\n  b  \n</pre>", &["`a\n  b`"]);
    case(
        "<details><summary>More</summary>Text</details>",
        &["More", "Text"],
    );
    case(
        "<p>It will <del>not</del><ins>always</ins> be used",
        &["It will [deleted: not]always be used"],
    );
    case("<div>a<div>b</div>c</div>", &["a", "b", "c"]);
    case(
        "<div role=heading aria-level=3>H</div><p>x y",
        &["### H", "x y"],
    );
}

#[test]
fn tables_are_read_row_by_row() {
    case(
        "<table><caption>C</caption><thead><tr><td>Ref<td>Who</thead><tr><td>1<td>A<br>Ltd<tr><td><td></table>",
        &["C", "|# Ref | Who", "| 1 | A Ltd"],
    );
    case(
        "<table><tr><th>Age<th>Range<th>N<tr><td rowspan=2>All<td>0-44<td>4<tr><td>45+<td>5<tr><td colspan=2>Sum<td>9</table>",
        &[
            "|# Age | Range | N",
            "| All | 0-44 | 4",
            "| All | 45+ | 5",
            "| Sum |  | 9",
        ],
    );
    case(
        "<table><tr><td><h2>H</h2><p>Laid out</p></table>",
        &["## H", "Laid out"],
    );
    case(
        "<dl><dt>From<dd>DHSC<dt>To<dd>NHS<dd>HRA</dl>",
        &["| From | DHSC", "| To | NHS | HRA"],
    );
    case(
        "<dl><dt>Term<dd><p>Short</p><dt>Other<dd>text</dl>",
        &["| Term | Short", "| Other | text"],
    );
    case(
        "<dl><dt>Term<dd><p>Long</p><p>text</p></dl>",
        &["- Term", "Long", "text"],
    );
}

#[test]
fn furniture_is_no_text() {
    case(
        "<div id=cookie-banner>We use cookies</div><header><a href=/>NHS</a><nav><a href=/x>X</a></nav></header>\
         <main><nav class=breadcrumbs><a href=/>Home</a></nav><h1>T</h1><p>Text of the page</p>\
         <div class=share-links><a href=/s>Share</a></div><div class=ratings>Rate this page: 3 votes</div>\
         <div class=panel><h2>Latest news</h2><ul><li><a href=/1>One</a></ul></div><button>Save</button></main>\
         <aside>Elsewhere</aside><footer>© 2024</footer>",
        &["# T", "Text of the page"],
    );
    case(
        "<p hidden>a</p><p aria-hidden=true>b</p><p style='display: none'>c</p><p>d e</p>",
        &["d e"],
    );
    case(
        "<noscript>a</noscript><template>b</template><svg><title>c</title></svg><p>d e</p>",
        &["d e"],
    );
}

#[test]
fn text_in_an_unlikely_place_is_kept() {
    case(
        "<main><header><h1>T</h1><p>Lead</p></header><form><p>We share data.</p><input><label>I agree</label></form></main>",
        &["# T", "Lead", "We share data.", "I agree"],
    );
    case(
        "<header class=topic><h1>T</h1></header><div><p>Text here</p></div>",
        &["# T", "Text here"],
    );
    case(
        "<main><p>x</p><h2 id=cookie-consent-notice>Why is there no consent banner?</h2><div class=cookie-policy>Cookies we use</div></main>",
        &["x", "## Why is there no consent banner?", "Cookies we use"],
    );
    case(
        "<button aria-controls=p1>Show</button><p>x</p><div id=p1 hidden>Folded away</div>",
        &["x", "Folded away"],
    );
    case(
        "<main><h3><button>Is it shared?</button></h3><p>Yes.</p></main>",
        &["### Is it shared?", "Yes."],
    );
}

#[test]
fn an_index_keeps_its_lists() {
    let html = "<main><h1>News</h1><p>All that we published this week and last week.</p><div><h2>Latest news</h2><ul><li><a href=/1>One</a></ul></div></main>";
    let index = Reading {
        kind: Kind::Index,
        ..Reading::default()
    };
    let read = read_page(html, &index).expect("a document");
    assert_eq!(read.blocks.len(), 4);
    assert_eq!(page(html).blocks.len(), 2);
}

#[test]
fn links_have_one_form() {
    let document = page(
        "<base href='https://a.uk/x/'><main><p>See <a href='y?utm_source=z#part'>the <b>page</b></a>, <a href='#top'>top</a>, \
         <a href='/cdn-cgi/l/email-protection#1152517c3f647a'><span class=__cf_email__ data-cfemail=2261624f0c5749>[email&#160;protected]</span></a>.</p></main>",
    );
    assert_eq!(document.blocks[0].text, "See the page, top, C@m.uk.");
    let links = document.blocks[0].links.iter();
    let links: Vec<_> = links
        .map(|link| (link.text.as_str(), link.url.as_str()))
        .collect();
    assert_eq!(
        links,
        [
            ("the page", "https://a.uk/x/y"),
            ("C@m.uk", "mailto:C@m.uk")
        ]
    );
}

#[test]
fn what_changes_at_every_visit_is_not_compared() {
    let at = |stamp: &str, count: u32| {
        page(&format!(
            "<meta name=csrf-token content={stamp}><main><h1 id=h-{stamp}>T</h1><p>Last updated: {stamp} March 2026 at 10:04</p>\
             <p>Text of {count}0 pages, last updated on 3 March 2026, stays.</p><p>{count} comments</p><!-- {stamp} --></main>"
        ))
    };
    assert_eq!(
        page("<p>x y</p>").text_digest(),
        page("<p >x\n y </p>").text_digest()
    );
    assert_eq!(at("3", 2).blocks.len(), 2);
    assert_ne!(at("3", 2).text_digest(), at("3", 4).text_digest());
    let again = |stamp: &str| at(stamp, 2).text_digest();
    assert_eq!(again("3"), again("17"));
}

#[test]
fn govuk_pages_say_when_what_and_whether() {
    let document = page(
        "<html lang=en><title>[Withdrawn] Review - GOV.UK</title><meta name=robots content=noindex><link rel=canonical href=/a>\
         <main id=content><h1>Review</h1><div class=gem-c-notice><h2>This publication was withdrawn on 3 May 2021</h2><p>It is out of date.</p></div>\
         <div class=gem-c-metadata><dl><dt>From:<dd>DH<dt>Published<dd>6 July 2016<dt>Last updated<dd>8 July 2016</dl></div>\
         <section class=gem-c-attachment><h3 class=gem-c-attachment__title><a href=/r.pdf>Report</a></h3><p class=gem-c-attachment__metadata>\
         <span class=gem-c-attachment__attribute>PDF</span>, <span class=gem-c-attachment__attribute>1.14 MB</span>, <span class=gem-c-attachment__attribute>60 pages</span></p></section>\
         <section class=gem-c-attachment><h3 class=gem-c-attachment__title><a href=/r/html>Web report</a></h3><p class=gem-c-attachment__metadata>HTML</p></section>\
         <p>The review sets out standards.</p><div class=gem-c-published-dates>Published 6 July 2016<br>Last updated 8 July 2016 <a href=#full-history>+ show all updates</a>\
         <ol id=full-history><li><time datetime=2016-07-08T18:20:00+01:00>8 July 2016</time><p>Report replaced.</p></ol></div></main>",
    );
    let stated = &document.stated;
    assert_eq!(
        document.plain(),
        "Review\nReview\nReport\nWeb report\nThe review sets out standards."
    );
    assert_eq!(
        stated.withdrawn.as_deref(),
        Some("This publication was withdrawn on 3 May 2021 It is out of date.")
    );
    assert_eq!(stated.published, "2016-07-06".parse().ok());
    assert_eq!(stated.updated_at, "2016-07-08T17:20:00Z".parse().ok());
    assert_eq!(
        (
            stated.history[0].at.as_str(),
            stated.history[0].note.as_str()
        ),
        ("2016-07-08T18:20:00+01:00", "Report replaced.")
    );
    assert!(stated.noindex);
    assert_eq!(
        stated.canonical.as_ref().map(|url| url.as_str()),
        Some("https://www.gov.uk/a")
    );
    let files: Vec<_> = document
        .attachments
        .iter()
        .map(|file| (file.title.as_str(), file.facts.as_deref()))
        .collect();
    assert_eq!(
        files,
        [
            ("Report", Some("PDF, 1.14 MB, 60 pages")),
            ("Web report", Some("HTML"))
        ]
    );
}

#[test]
fn what_is_struck_out_is_marked_as_deleted() {
    case(
        "<div><del><p>We never sell data.</p><ul><li>One</li></ul></del><p>We share.</p></div>",
        &[
            "[deleted: We never sell data.]",
            "- [deleted: One]",
            "We share.",
        ],
    );
    case(
        "<p>It will <s>not</s> be <span style='text-decoration: line-through'>sold</span>.</p>",
        &["It will [deleted: not] be [deleted: sold]."],
    );
    case(
        "<p style='text-decoration:line-through'>Gone <del>now</del></p><p>b c</p>",
        &["[deleted: Gone now]", "b c"],
    );
    let (before, after) = (
        "<p>a b</p><p>We never sell data.</p>",
        "<p>a b</p><del><p>We never sell data.</p></del>",
    );
    assert_ne!(page(before).text_digest(), page(after).text_digest());
}

#[test]
fn numbers_that_are_given_are_kept() {
    case(
        "<ol><li>One</li><li>Two</li></ol><ol start=4><li><p>Four</p><p>More</p></li><li>Five</li></ol>",
        &["- One", "- Two", "- 4. Four", "- More", "- 5. Five"],
    );
    case(
        "<ol type=a><li>One<ol type=i><li>Sub</li></ol></li><li>Two</li></ol>",
        &["- a. One", "  - i. Sub", "- b. Two"],
    );
    case(
        "<ol><li value=7>Seven</li><li>Eight</li></ol><ol reversed><li>Two</li><li>One</li></ol>",
        &["- 7. Seven", "- Eight", "- 2. Two", "- 1. One"],
    );
}

#[test]
fn notes_keep_their_references_apart_from_the_words() {
    case(
        "<p>Data is shared<sup><a href='#fn1'>1</a></sup>. About 10<sup>3</sup> m<sup>2</sup>, the 1<sup>st</sup>.</p>\
         <ol><li id=fn1>With whom. <a href='#r1' class=reversefootnote>\u{21a9}</a></li></ol>",
        &["Data is shared[1]. About 103 m2, the 1st.", "- With whom."],
    );
    case(
        "<p>Data<sup id='fnref:1' role=doc-noteref><a href='#fn:1' class=footnote>[footnote 1]</a></sup> flows</p>",
        &["Data[footnote 1] flows"],
    );
}

#[test]
fn an_abbreviation_is_spelled_out_once() {
    case(
        "<p>The <abbr title='Data Access Request Service'>DARS</abbr> and the <abbr title='Data Access Request Service'>DARS</abbr></p>\
         <p><abbr title='Health Research Authority'>HRA</abbr>, the Health Research Authority</p>",
        &[
            "The DARS (Data Access Request Service) and the DARS",
            "HRA, the Health Research Authority",
        ],
    );
}

#[test]
fn an_image_that_stands_for_text_is_read() {
    case(
        "<main><p>Partners of the programme <img alt='A decorative picture' src=/x></p><h2><img alt='Who has access'></h2>\
         <p><a href=/a><img alt='Accelerated Access Trust'></a> <a href=/b><img alt='logo.png'></a></p></main>",
        &[
            "Partners of the programme",
            "## Who has access",
            "Accelerated Access Trust",
        ],
    );
}

#[test]
fn a_text_hidden_from_screen_readers_behind_a_dialog_is_read() {
    case(
        "<div role=dialog>Cookies?</div><div aria-hidden=true><main><h1>T</h1><p>Text of the page</p><p aria-hidden=true>icon</p></main></div>",
        &["# T", "Text of the page"],
    );
}

#[test]
fn headings_in_cells_make_no_layout_of_a_table() {
    case(
        "<table><tr><th><h4>Ref</h4><th><h4>Who</h4><tr><td>1<td>A Ltd</table>",
        &["|# Ref | Who", "| 1 | A Ltd"],
    );
    case(
        "<table><thead><tr><th colspan=2>Sent<th rowspan=2>By<tr><th>From<th>To</thead><tr><th scope=row>Acute<td>A<td>B</table>",
        &["|# Sent |  | By", "|# From | To | By", "| Acute | A | B"],
    );
}
