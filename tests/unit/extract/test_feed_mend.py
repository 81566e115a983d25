from __future__ import annotations

from xml.etree import ElementTree

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.feeds import read_feed
from pipeline.extract.feeds.mend import mend
from pipeline.extract.feeds.xml_safety import body_of


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("<a>1 < 2</a>", "<a>1 &lt; 2</a>"),
        ("<a>x<b>y</a>", "<a>x<b>y</b></a>"),
        ("<a>x</b>y</a>", "<a>x</b>y</a>".replace("</b>", "")),
        ("<a>x<br>y<img src=1>z</br></a>", '<a>x<br/>y<img src="1"/>z</a>'),
        ("<a b=1 c='2' b=3 d>x</a>", '<a b="1" c="2">x</a>'),
        ("<a b='\"'>x</a>", '<a b="&quot;">x</a>'),
        ("<a>]]></a>", "<a>]]&gt;</a>"),
        ("<a><![CDATA[x<b>]]></a>", "<a><![CDATA[x<b>]]></a>"),
        ("<a><!-- x -- y --><?php x ?>z</a>", "<a>z</a>"),
        ("<A>x</a>", "<A>x</A>"),
        ("<a>x</a><b>y</b>", "<a>x</a>"),
        ("<rss><item><t>1</t><item><t>2</t></rss>", "<rss><item><t>1</t></item><item><t>2</t></item></rss>"),
        ("<rss><image><item/></rss>", "<rss><image></image><item/></rss>"),
        ("<a><x:b/></a>", '<a xmlns:x="urn:undeclared:x"><x:b/></a>'),
        ("<a><dc:b/></a>", '<a xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:b/></a>'),
        ('<a xmlns:x="u"><x:b/></a><', '<a xmlns:x="u"><x:b/></a>'),
        ('<a xmlns:x=""><x:b/></a>', '<a xmlns:x="urn:undeclared:x"><x:b/></a>'),
        # a document that stops: what is complete stays
        ("<rss><channel><item><t>1</t><link>http", "<rss><channel><item><t>1</t></item></channel></rss>"),
        ("<rss><item><t>1</t></item><item><t><![CDATA[x", "<rss><item><t>1</t></item><item></item></rss>"),
        ("<rss><item><t>1</t></ite", "<rss><item><t>1</t>&lt;/ite</item></rss>"),
        ("no element", ""),
    ],
)
def test_what_is_broken_is_mended(broken: str, mended: str) -> None:
    assert mend(broken) == mended
    if mended:
        ElementTree.fromstring(mended)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<rss><channel><item><title>A & B</title></item></channel></rss>", "A & B"),
        ("<rss><channel><item><title>A &copy B; &#8212;</title></item></channel></rss>", "A &copy B; —"),
        ("<rss><channel><item><title>A\x0bB\x00C&#1;&#x1f;&#xD800;</title></item></channel></rss>", "ABC"),
        ("\n\n <?xml version='1.0'?>\n<rss><channel><item><title>A</title></item></channel></rss>", "A"),
        (
            "<br />\n<b>Warning</b>: x in y.php\n<rss><channel><item><title>A</title></item></channel></rss>",
            "A",
        ),
        ("<rss><channel><item><title>A</title></item></channel></rss>\n<!-- generated -->", "A"),
        ("<rss><channel><item><title>A</title></item></channel></rss><script>x</script>", "A"),
        (
            "<rss><channel><item><title>A</title><description>x<p>y<br>z</description></item></channel></rss>",
            "A",
        ),
        ("<rss><channel><item><title>A</title><media:thumbnail url=x></item></channel></rss>", "A"),
        ("<rss><channel><item><title>A</title><description><![CDATA[x]]</description></item>", "A"),
        ("<rss><channel><item><title>A</title><link>http://a.example/1", "A"),
    ],
)
def test_a_feed_that_is_not_well_formed_is_read(text: str, title: str) -> None:
    (item,) = read_feed(text.encode(), url="").items
    assert item.title == title


def test_what_was_wrong_is_said() -> None:
    feed = read_feed(b"<rss><channel><item><title>A</b></title></item></channel></rss>", url="")
    assert feed.problems == (
        "It is not well-formed XML (mismatched tag: line 1, column 30); what could be read was read.",
    )
    feed = read_feed(b"<b>x</b><rss><channel/></rss>", url="")
    assert feed.problems == ("Something stands before the feed; it was passed over.",)


def test_half_an_address_is_none() -> None:
    whole = "".join(
        f"<item><title>T{n}</title><link>https://a.example/{n}</link><guid>{n}</guid></item>"
        for n in range(3)
    )
    text = f"<rss><channel>{whole}</channel></rss>"
    for end in range(text.index("<item>"), len(text)):
        for item in read_feed(text[:end].encode(), url="").items:
            assert item.url in {None, *(f"https://a.example/{n}" for n in range(3))}
            assert item.guid in {None, "0", "1", "2"}
            assert item.title in {None, "T0", "T1", "T2"}


def test_too_deep_cannot_be_mended() -> None:
    with pytest.raises(Unreadable, match="bomb"):
        mend("<a>" * 1000)


def test_entities_are_text_before_anything_is_parsed() -> None:
    assert body_of('<!DOCTYPE a [<!ENTITY x "y<z">]><a>&x;<![CDATA[&x;]]>&eacute;&amp;&nix;&</a>') == (
        "<a>y&lt;z<![CDATA[&x;]]>&#233;&amp;&amp;nix;&amp;</a>"
    )
