from __future__ import annotations

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.feeds import read_feed
from pipeline.item import Feed, Item

URL = "https://avis.example/feeds/siste.xml"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(*items: str, channel: str = "") -> Feed:
    inner = "".join(f"<item>{item}</item>" for item in items)
    text = f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel>{channel}{inner}</channel></rss>'
    return read_feed(text.encode(), url=URL)


def atom(*entries: str, feed: str = "", attributes: str = "") -> Feed:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{feed}{inner}</feed>'
    return read_feed(text.encode(), url=URL)


def one(feed: Feed) -> Item:
    (item,) = feed.items
    return item


def test_a_whole_rss_item() -> None:
    feed = rss(
        "<title>Ny bru åpnet</title><link>https://avis.example/a/1</link>"
        '<guid isPermaLink="false">a-1</guid><pubDate>Wed, 06 Feb 2019 10:11:12 +0100</pubDate>'
        "<dc:creator>Kari Nordmann</dc:creator><category>Innenriks</category><category>Samferdsel</category>"
        "<description>Brua &lt;b&gt;åpnet&lt;/b&gt; i går.</description>"
        "<content:encoded><![CDATA[<p>Første &amp; beste avsnitt.</p>\n<p>Andre<br/>linje.</p>]]>"
        "</content:encoded>"
        '<enclosure url="https://avis.example/a.mp3" type="audio/mpeg" length="1"/>',
        channel="<title>Avisa</title><link>https://avis.example/</link><language>nb-no</language>",
    )
    assert feed == Feed(
        title="Avisa",
        url="https://avis.example/",
        language="nb-no",
        items=(
            Item(
                url="https://avis.example/a/1",
                guid="a-1",
                title="Ny bru åpnet",
                summary="Brua åpnet i går.",
                content="Første & beste avsnitt.\n\nAndre\nlinje.",
                authors=("Kari Nordmann",),
                tags=("Innenriks", "Samferdsel"),
                language="nb-no",
                published="Wed, 06 Feb 2019 10:11:12 +0100",
            ),
        ),
    )


def test_a_whole_atom_entry() -> None:
    feed = atom(
        "<title>Ny bru</title><id>tag:avis.example,2019:1</id>"
        '<link rel="self" href="https://avis.example/api/1"/>'
        '<link rel="alternate" type="text/html" href="/a/1"/>'
        '<link rel="enclosure" href="https://avis.example/a.mp3"/>'
        "<published>2019-02-06T10:11:12+01:00</published><updated>2019-02-07T08:00:00Z</updated>"
        "<author><name>Kari Nordmann</name><email>kari@avis.example</email></author>"
        "<author><name>Ola Nordmann</name></author>"
        '<category term="x1" label="Innenriks"/><category term="samferdsel"/>'
        '<summary type="html">Brua &lt;b&gt;åpnet&lt;/b&gt;.</summary>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>En.</p><p>To &lt; tre.</p></div>'
        "</content>",
        feed='<title>Avisa</title><link href="https://avis.example/"/>',
        attributes='xml:lang="nn"',
    )
    assert feed == Feed(
        title="Avisa",
        url="https://avis.example/",
        language="nn",
        items=(
            Item(
                url="https://avis.example/a/1",
                guid="tag:avis.example,2019:1",
                title="Ny bru",
                summary="Brua åpnet.",
                content="En.\n\nTo < tre.",
                authors=("Kari Nordmann", "Ola Nordmann"),
                tags=("Innenriks", "samferdsel"),
                language="nn",
                published="2019-02-06T10:11:12+01:00",
                updated="2019-02-07T08:00:00Z",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (
            "RSS 0.90",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>F</title></channel>'
            "<item><title>T</title><link>http://a.example/1</link></item></rdf:RDF>",
        ),
        (
            "RSS 0.91 with its document type",
            '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
            '"http://my.netscape.com/publish/formats/rss-0.91.dtd">\n<rss version="0.91"><channel>'
            "<title>F</title><item><title>T</title><link>http://a.example/1</link></item></channel></rss>",
        ),
        (
            "RSS 0.92",
            '<rss version="0.92"><channel><title>F</title><item><title>T</title>'
            "<link>http://a.example/1</link></item></channel></rss>",
        ),
        (
            "RSS 1.0",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
            '<channel rdf:about="http://a.example/"><title>F</title><items><rdf:Seq>'
            '<rdf:li resource="http://a.example/1"/></rdf:Seq></items></channel>'
            "<item><title>T</title><link>http://a.example/1</link></item></rdf:RDF>",
        ),
        (
            "Atom 0.3",
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>F</title><entry><title>T</title>'
            '<link rel="alternate" type="text/html" href="http://a.example/1"/></entry></feed>',
        ),
        (
            "Atom with a prefix",
            '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>F</a:title><a:entry><a:title>T</a:title>'
            '<a:link href="http://a.example/1"/></a:entry></a:feed>',
        ),
        (
            "CDF",
            '<CHANNEL HREF="http://a.example/"><TITLE>F</TITLE><ITEM HREF="http://a.example/1">'
            "<TITLE>T</TITLE></ITEM></CHANNEL>",
        ),
        (
            "a namespace nobody knows",
            '<rss version="2.0" xmlns="http://nobody.example/"><channel><title>F</title><item><title>T</title>'
            "<link>http://a.example/1</link></item></channel></rss>",
        ),
    ],
)
def test_every_form_is_read(form: str, text: str) -> None:
    feed = read_feed(text.encode(), url=URL)
    assert (feed.title, one(feed).title, one(feed).url) == ("F", "T", "http://a.example/1"), form
    assert feed.problems == ()


def test_an_item_may_be_all_attributes() -> None:
    feed = read_feed(
        b"<CHANNEL><ITEM HREF='http://a.example/1' LASTMOD='1997.11.05T08:21-0800'/><Item href = '/2' />"
        b"<ITEM/>"
        b"<ITEM HREF='/3'></ITEM><ITEM HREF='/4'><TITLE>4/></TITLE></ITEM></CHANNEL>",
        url="http://a.example/",
    )
    assert [item.url for item in feed.items] == [
        "http://a.example/1",
        "http://a.example/2",
        None,
        "http://a.example/3",
        "http://a.example/4",
    ]
    assert feed.items[0].updated == "1997.11.05T08:21-0800"


# --- identifiers and addresses ------------------------------------------------------------------------


def test_a_guid_on_items_with_different_links_identifies_none() -> None:
    feed = rss(
        *(f"<guid>https://avis.example/</guid><link>https://avis.example/{n}</link>" for n in range(3)),
        "<guid>own</guid><link>https://avis.example/own</link>",
        *("<guid>twice</guid><link>https://avis.example/same</link>" for _ in range(2)),
        "<link>https://avis.example/without</link>",
    )
    assert [item.guid for item in feed.items] == [None, None, None, "own", "twice", "twice", None]


@pytest.mark.parametrize(
    ("item", "url", "guid"),
    [
        ("<guid>https://a.example/1</guid>", "https://a.example/1", "https://a.example/1"),
        ('<guid isPermaLink="true">https://a.example/1</guid>', "https://a.example/1", "https://a.example/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', None, "https://a.example/1"),
        ("<guid>12345</guid>", None, "12345"),
        ("<guid> t3_x\n</guid><link>/r/x</link>", "https://avis.example/r/x", "t3_x"),
        ("<link>?id=7&amp;s=1</link>", "https://avis.example/feeds/siste.xml?id=7&s=1", None),
        ("<link>\n https://a.example/1 \n</link>", "https://a.example/1", None),
        ("<link><![CDATA[https://a.example/?a=1&b=2]]></link>", "https://a.example/?a=1&b=2", None),
        ('<link xml:base="https://b.example/x/">y</link>', "https://b.example/x/y", None),
        ('<atom:link rel="self" href="https://a.example/self"/>', None, None),
        ("<link>javascript:alert(1)</link>", None, None),
        ("<link>mailto:a@b.example</link>", None, None),
        ("<link>http://[bad</link>", None, None),
        (
            "<link>https://tracker.example/1</link><feedburner:origLink>https://a.example/1</feedburner:origLink>",
            "https://a.example/1",
            None,
        ),
        ("", None, None),
    ],
)
def test_address_and_identifier(item: str, url: str | None, guid: str | None) -> None:
    read = one(rss(item))
    assert (read.url, read.guid) == (url, guid)


def test_atom_links_are_relative_to_the_nearest_base() -> None:
    feed = read_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/">'
        b'<entry><link href="1"/></entry><entry xml:base="y/"><link href="2"/></entry></feed>',
        url=URL,
    )
    assert [item.url for item in feed.items] == ["https://b.example/x/1", "https://b.example/x/y/2"]


def test_without_the_feeds_own_address_relative_links_are_none() -> None:
    (item,) = read_feed(b"<rss><channel><item><link>/a/1</link></item></channel></rss>", url="").items
    assert item.url is None


# --- texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("AT&amp;amp;T &amp;#8211; kjøp", "AT&T – kjøp"),
        ("<![CDATA[Ja &amp; nei]]>", "Ja & nei"),
        ("5 &lt; 7 og 8 &gt; 3", "5 < 7 og 8 > 3"),
        ("&lt;em&gt;Viktig&lt;/em&gt;: x", "Viktig: x"),
        ("  To\n   linjer ", "To linjer"),
        ("R&eacute;sum&eacute; &ndash; &laquo;ja&raquo;", "Résumé – «ja»"),
        ("&unknown; x", "&unknown; x"),
        ("", None),
    ],
)
def test_rss_title_is_plain_text(title: str, read: str | None) -> None:
    assert one(rss(f"<title>{title}</title>")).title == read


def test_atom_says_which_texts_are_markup() -> None:
    feed = atom(
        '<title type="text">&lt;b&gt; er et element</title>',
        '<title type="html">&lt;b&gt;fet&lt;/b&gt;</title>',
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>fet</b> &amp; fin</div></title>',
    )
    assert [item.title for item in feed.items] == ["<b> er et element", "fet", "fet & fin"]


def test_full_text_is_content_and_a_second_description_is_not() -> None:
    caption = '<media:content url="x.jpg"><media:description>Et bilde</media:description></media:content>'
    feed = rss(
        f"<description>Ingress</description>{caption}<media:description>Et bilde</media:description>",
        "<dc:description>Kort</dc:description><description>Ingress</description>",
        "<itunes:summary>Lang</itunes:summary><description/>",
        "<content:encoded>&lt;p&gt;Alt&lt;/p&gt;</content:encoded>",
        '<atom:content type="html">&lt;p&gt;Alt&lt;/p&gt;</atom:content><description>Ingress</description>',
        "<content:encoded> </content:encoded><description>Ingress</description>",
    )
    assert [(item.summary, item.content) for item in feed.items] == [
        ("Ingress", None),
        ("Ingress", None),
        ("Lang", None),
        (None, "Alt"),
        ("Ingress", "Alt"),
        ("Ingress", None),
    ]


def test_atom_content_that_is_elsewhere_or_no_text_is_none() -> None:
    feed = atom(
        '<content src="https://a.example/1.html" type="text/html"/>',
        '<content type="image/png">iVBORw0KGgo=</content>',
        '<content type="text">En linje.\n\nEn til.</content>',
    )
    assert [item.content for item in feed.items] == [None, None, "En linje.\n\nEn til."]


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("<author>kari@avis.example (Kari Nordmann)</author>", ("Kari Nordmann",)),
        ("<author>Kari Nordmann &lt;kari@avis.example&gt;</author>", ("Kari Nordmann",)),
        ("<author>kari@avis.example</author>", ("kari@avis.example",)),
        ("<author>kari@avis.example</author><dc:creator>Kari Nordmann</dc:creator>", ("Kari Nordmann",)),
        ("<dc:creator>Kari</dc:creator><dc:creator>Ola</dc:creator>", ("Kari", "Ola")),
        ("<author><name>Kari Nordmann</name></author>", ("Kari Nordmann",)),
        ("<dc:creator>NTB</dc:creator><itunes:author>Avisa</itunes:author>", ("NTB",)),
        ("<itunes:author>Avisa</itunes:author>", ("Avisa",)),
        ('<media:credit role="author">Kari Nordmann</media:credit>', ("Kari Nordmann",)),
        ('<media:credit role="photographer">Foto Graf</media:credit>', ()),
        ("<media:credit>Foto Graf</media:credit>", ()),
        ("<dc:creator> </dc:creator>", ()),
    ],
)
def test_authors(item: str, names: tuple[str, ...]) -> None:
    assert one(rss(item)).authors == names


@pytest.mark.parametrize(
    ("item", "published", "updated"),
    [
        ("<pubDate>6. februar</pubDate>", "6. februar", None),
        ("<dc:date>2019-02-06</dc:date>", "2019-02-06", "2019-02-06"),
        (
            "<dc:date>2019-02-06</dc:date><pubDate>Wed, 06 Feb 2019 10:11:12 GMT</pubDate>",
            "Wed, 06 Feb 2019 10:11:12 GMT",
            "2019-02-06",
        ),
        ("<atom:updated>2019-02-07</atom:updated>", "2019-02-07", "2019-02-07"),
        (
            "<pubDate> </pubDate><atom:published>2019-02-06</atom:published>"
            "<atom:updated>2019-02-07</atom:updated>",
            "2019-02-06",
            "2019-02-07",
        ),
        ("<title>x</title>", None, None),
    ],
)
def test_dates_stay_as_written(item: str, published: str | None, updated: str | None) -> None:
    read = one(rss(item))
    assert (read.published, read.updated) == (published, updated)


def test_an_entrys_own_language_goes_before_the_feeds() -> None:
    feed = read_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nb"><entry xml:lang="se"><title>a</title>'
        b"</entry>"
        b"<entry><title>b</title></entry></feed>",
        url=URL,
    )
    assert [item.language for item in feed.items] == ["se", "nb"]


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>15</ttl>", 900),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>\ndaily </sy:updatePeriod>", 86400),
        ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<ttl>999999999</ttl>", 31 * 86400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
        ("", None),
    ],
)
def test_how_long_the_feed_asks_to_be_left_alone(channel: str, seconds: int | None) -> None:
    assert rss(channel=channel).ttl == seconds


def test_what_belongs_to_the_channels_image_is_not_the_feeds() -> None:
    feed = rss(
        channel="<image><title>Logo</title><link>https://logo.example/</link><url>x.png</url></image>"
        "<title>Avisa</title><link>https://avis.example/</link>"
        "<textInput><title>Søk</title><link>https://search.example/</link></textInput>"
    )
    assert (feed.title, feed.url) == ("Avisa", "https://avis.example/")


# --- how many, and what is none ------------------------------------------------------------------------


def test_more_items_than_the_limit_are_counted_and_left() -> None:
    text = (
        "<rss><channel>" + "".join(f"<item><guid>g{n}</guid></item>" for n in range(7)) + "</channel></rss>"
    )
    feed = read_feed(text.encode(), url=URL, limit=3)
    assert [item.guid for item in feed.items] == ["g0", "g1", "g2"]
    assert feed.problems == ("It has 7 items, of which the first 3 were taken.",)
    assert read_feed(text.encode(), url=URL, limit=7).problems == ()


def test_a_feed_without_items_is_a_feed() -> None:
    assert read_feed(b"<rss version='2.0'><channel/></rss>", url=URL) == Feed()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\0" * 5000, "empty"),
        (b"<!doctype html><html><head><title>404</title></head><body>Not found</body></html>", "no_feed"),
        (b"Service unavailable", "no_feed"),
        (b"<urlset><url><loc>https://a.example/</loc></url></urlset>", "no_feed"),
        (b"<opml><body/></opml>", "no_feed"),
        (b"<rss", "corrupt"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary"),
    ],
)
def test_what_is_no_feed_is_unreadable(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_feed(data, url=URL)
    assert caught.value.reason == reason
