//! Feeds of every kind, as they are served.

use super::*;

fn read_feed(text: &str) -> Result<Draft, String> {
    let url: Url = "https://a.uk/news/feed".parse().expect("an address");
    read(text, &url, &Links::new(url.clone(), &[]))
}

/// What a feed with two entries, read, must be whatever its notation.
#[track_caller]
fn case(text: &str) {
    let draft = read_feed(text).expect("a feed");
    assert_eq!(draft.title.as_deref(), Some("Data & policy"));
    assert!(draft.rolling);
    let found: Vec<_> = (draft.blocks.iter())
        .map(|block| {
            let url = block.links.first().map_or("", |link| link.url.as_str());
            (block.kind.clone(), block.text.as_str(), url)
        })
        .collect();
    let (item, paragraph) = (BlockKind::Item(1), BlockKind::Paragraph);
    assert_eq!(
        found,
        [
            (item.clone(), "GP data: a new service", "https://a.uk/gp"),
            (paragraph.clone(), "6 July 2016", ""),
            (paragraph.clone(), "It takes records & codes.", ""),
            (item, "Older", "https://a.uk/news/older"),
            (paragraph.clone(), "5 July 2016", ""),
            (paragraph, "Plain text.", ""),
        ]
    );
}

const RSS: &str = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!-- made by hand --><rss version=\"2.0\"><channel><title>Data &amp; policy</title><link>https://a.uk/</link>\
    <lastBuildDate>Thu, 07 Jul 2016 11:00:00 GMT</lastBuildDate><ttl>60</ttl><generator>Press 4.1</generator>\
    <item><title>GP data: a new service</title><link>https://a.uk/gp?utm_source=rss</link><guid isPermaLink=\"false\">1</guid><pubDate>Wed, 06 Jul 2016 11:00:00 GMT</pubDate>\
    <description><![CDATA[<p>It takes <b>records</b> &amp; codes.</p>]]></description></item>\
    <item><title>Older</title><link>older</link><pubDate>Tue, 05 Jul 2016 23:30:00 +0100</pubDate><description>Plain text.</description></item>\
    </channel></rss>";

#[test]
fn rss_of_every_version_is_read() {
    case(RSS);
    for version in ["0.91", "0.92", "0.93", "2.0.1"] {
        case(
            &RSS.replace("\"2.0\"", &format!("\"{version}\""))
                .replace("</guid><pubDate>", "</guid>\n<pubDate>"),
        );
    }
}

#[test]
fn rdf_is_read() {
    case(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <channel rdf:about=\"https://a.uk/\"><title>Data &amp; policy</title><link>https://a.uk/</link><description>x</description></channel>\
        <item rdf:about=\"https://a.uk/gp\"><title>GP data: a new service</title><link>https://a.uk/gp</link><dc:date>2016-07-06T11:00:00Z</dc:date><description>It takes records &amp;amp; codes.</description></item>\
        <item rdf:about=\"https://a.uk/news/older\"><title>Older</title><link>https://a.uk/news/older</link><dc:date>2016-07-05</dc:date><description>Plain text.</description></item></rdf:RDF>",
    );
}

#[test]
fn atom_is_read() {
    case(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>x</id><title>Data &amp; policy</title><updated>2016-07-07T11:00:00Z</updated><link rel=\"self\" href=\"/news/feed\"/>\
        <entry><id>a</id><title type=\"html\">GP data: a &lt;em&gt;new&lt;/em&gt; service</title><link rel=\"self\" href=\"/x.atom\"/><link href=\"/gp\"/><updated>2016-07-06T11:00:00+01:00</updated>\
        <content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>It takes records &amp; codes.</p></div></content></entry>\
        <entry><id>b</id><title>Older</title><link rel=\"alternate\" href=\"older\"/><published>2016-07-05T23:30:00+01:00</published><updated>2016-07-05T23:50:00+01:00</updated><summary>Plain text.</summary></entry></feed>",
    );
}

#[test]
fn json_feed_is_read() {
    case(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"Data & policy","items":[
        {"id":"1","url":"https://a.uk/gp","title":"GP data: a new service","content_html":"<p>It takes records &amp; codes.</p>","date_published":"2016-07-06T11:00:00Z"},
        {"id":"2","url":"older","title":"Older","content_text":"Plain text.","date_published":"2016-07-05T23:30:00+01:00"}]}"#,
    );
}

#[test]
fn stamps_of_the_feed_are_stated_and_not_text() {
    let draft = read_feed(RSS).expect("a feed");
    assert_eq!(draft.stated.updated, "2016-07-07".parse().ok());
    let later = RSS
        .replace("Thu, 07 Jul", "Fri, 08 Jul")
        .replace("4.1", "4.2");
    let later = read_feed(&later).expect("a feed");
    assert_eq!(draft.blocks, later.blocks);
    assert_ne!(draft.stated, later.stated);
}

#[test]
fn a_time_that_most_entries_share_is_when_the_feed_was_made() {
    let feed = |at: &str| {
        let entry = |n| format!("<item><title>Entry {n}</title><pubDate>{at}</pubDate></item>");
        let entries: String = (0..4).map(entry).collect();
        format!("<rss version=\"2.0\"><channel><title>T</title>{entries}</channel></rss>")
    };
    let read = |at: &str| read_feed(&feed(at)).expect("a feed").blocks;
    let (one, other) = (
        "Wed, 06 Jul 2016 11:00:00 GMT",
        "Thu, 07 Jul 2016 11:00:00 GMT",
    );
    assert_eq!(read(one).len(), 4);
    assert_eq!(read(one), read(other));
}

#[test]
fn what_is_missing_or_wrong_in_an_entry_is_borne() {
    let feed = "<rss><channel><title>T</title>\
        <item><guid>https://a.uk/1</guid><description>R&D needs &nbsp;data</description></item>\
        <item><title>With a file</title><link>/2</link><pubDate>some day</pubDate><enclosure url=\"/files/plan.pdf\" length=\"1\" type=\"application/pdf\"/></item></channel></rss>";
    let draft = read_feed(feed).expect("a feed");
    let found: Vec<_> = (draft.blocks.iter())
        .map(|block| {
            let url = block.links.first().map_or("", |link| link.url.as_str());
            (block.text.as_str(), url)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("R&D needs data", "https://a.uk/1"),
            ("R&D needs data", ""),
            ("With a file", "https://a.uk/2"),
            ("plan.pdf", "https://a.uk/files/plan.pdf"),
        ]
    );
}

#[test]
fn a_feed_that_is_cut_off_is_refused_by_name() {
    for (end, expected) in [(RSS.len() - 30, "is XML that is"), (300, "is XML that is")] {
        let error = read_feed(&RSS[..end]).err().expect("a mistake");
        assert!(error.starts_with(expected), "{error}");
    }
    let error =
        read_feed("{\"version\":\"https://jsonfeed.org/version/9\",\"title\":\"\",\"items\":[]}");
    let error = error.err().expect("a mistake");
    assert!(
        error.starts_with("is a feed that cannot be read: "),
        "{error}"
    );
}

#[test]
fn without_an_id_a_feed_is_read_alike_every_time() {
    let feed = "<rss version='2.0'><channel><item><title>No link</title></item></channel></rss>";
    let (one, other) = (read_feed(feed), read_feed(feed));
    assert_eq!(one.expect("a feed").blocks, other.expect("a feed").blocks);
}
