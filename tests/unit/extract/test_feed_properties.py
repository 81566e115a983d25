"""Whatever the bytes: an answer, or Unreadable."""

from __future__ import annotations

import contextlib
import gzip
from typing import TYPE_CHECKING

from hypothesis import example, given, settings, strategies as st

from pipeline.errors import Unreadable
from pipeline.extract.feeds import find_feeds, read_feed, read_sitemap
from pipeline.extract.feeds.mend import mend
from pipeline.extract.feeds.xml_safety import body_of, sieve
from pipeline.item import Item
from pipeline.record import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.item import Feed

WHOLE = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY x "y">]><rss version="2.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
    "<title>Avisa</title><ttl>5</ttl><item><title>Å &x; &amp; &lt;b&gt;</title><link>/1</link><guid>1</guid>"
    "<dc:creator>Kari</dc:creator><description><![CDATA[<p>x</p>]]></description><pubDate>2019</pubDate></item>"
    '<item xml:base="x"><author><name>Ola</name></author><content type="xhtml"><div>y</div></content></item>'
    "</channel></rss>"
).encode()
PARTS = st.sampled_from(
    [
        *(
            "<rss>",
            "<feed>",
            "<channel>",
            "<item>",
            "<entry>",
            "<title>",
            "<link>",
            "<guid>",
            "<author>",
            "<name>",
        ),
        *(
            "</rss>",
            "</feed>",
            "</channel>",
            "</item>",
            "</entry>",
            "</title>",
            "</guid>",
            "</author>",
            "<x:y z='1'>",
        ),
        *(
            "<link href='/a'/>",
            "<br>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<?",
            "?>",
            "<!DOCTYPE a [",
            "]>",
            "&",
            "<",
        ),
        *(
            "<urlset>",
            "<url>",
            "<loc>",
            "/a",
            "</loc>",
            "</url>",
            "<sitemap>",
            "<content type='xhtml'>",
            "<div>",
        ),
        *(
            "&#0;",
            "&#xffff;",
            "&amp;",
            "&aring;",
            "\0",
            "\ud800",
            "æ",
            "{",
            '"',
            "'",
            " ",
            "\n",
            "<source>",
            "<image>",
        ),
        *(
            "<description>",
            "<media:credit role='author'>",
            "<dc:date>",
            "<item rdf:about='x'>",
            "<textinput>",
        ),
        *(
            "<svg>",
            "<math>",
            "<category term='x'/>",
            "<itunes:owner>",
            "xmlns:a='b'",
            "<language>",
            "2019-02-06",
        ),
    ]
)
MADE_UP = st.lists(PARTS, max_size=30).map(lambda parts: "".join(parts).encode("utf-8", "replace"))
DAMAGED = st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=8)).map(
    lambda hit: WHOLE[: hit[0]] + hit[2] + WHOLE[hit[0] + hit[1] :]
)
BYTES = st.one_of(
    st.binary(max_size=300), MADE_UP, MADE_UP.map(lambda data: b"<rss><channel>" + data), DAMAGED
)


def items_of(read: Callable[..., Feed], data: bytes, **options: object) -> tuple[Item, ...]:
    """The items; none when it cannot be read, which must be said in a known way. All else is raised."""
    refused = None
    try:
        return read(data, **options).items
    except Unreadable as error:
        refused = error
    assert refused.reason in REASONS
    assert refused.detail.endswith(".")
    return ()


@settings(deadline=None)
@given(
    BYTES,
    st.sampled_from(["", "https://a.example/feed", "http://[", "x"]),
    st.sampled_from([None, "latin-1", "?"]),
)
def test_read_feed_raises_nothing_but_unreadable(data: bytes, url: str, charset: str | None) -> None:
    items = items_of(read_feed, data, url=url, charset=charset, limit=20)
    assert len(items) <= 20
    for item in items:
        assert Item.from_json(item.as_json()) == item
        assert item.url is None or item.url.startswith(("http://", "https://"))


@settings(deadline=None)
@given(st.one_of(BYTES, BYTES.map(lambda data: b"<urlset>" + data), BYTES.map(gzip.compress)))
def test_read_sitemap_raises_nothing_but_unreadable(data: bytes) -> None:
    items = items_of(read_sitemap, data, url="https://a.example/s.xml")
    assert all(item.url is None or item.url.startswith("http") for item in items)


@settings(deadline=None)
@given(BYTES)
def test_find_feeds_never_raises(data: bytes) -> None:
    assert all(
        kind in {"rss", "atom", "json", "feed"} for _, _, kind in find_feeds(data, "https://a.example/")
    )


@settings(deadline=None)
@given(MADE_UP)
@example(b"<rss><?<![CDATA[<rss>&#0;")
@example(b"<rss><!x<![CDATA[<rss>&#0;")
def test_what_is_mended_is_well_formed(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        mended = mend(body_of(data.decode()))
        if mended:
            sieve(mended.encode())


@settings(deadline=None)
@given(DAMAGED)
def test_the_limit_takes_the_first_items(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        every = read_feed(data, url="https://a.example/")
        first = read_feed(data, url="https://a.example/", limit=1)
        assert [item.title for item in first.items] == [item.title for item in every.items[:1]]
