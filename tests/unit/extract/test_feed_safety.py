"""Feeds that are out to harm. Time is the process's own, so that a busy machine fails no test."""

from __future__ import annotations

import contextlib
import time

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.feeds import read_feed, read_sitemap

KIB = 1024
LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def item(inner: str) -> str:
    return f"<rss><channel><item>{inner}</item></channel></rss>"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("billion laughs", LAUGHS + item("<title>&a9;</title>")),
        ("laughs in attributes", LAUGHS + item('<link href="&a9;"/>')),
        (
            "quadratic blow-up",
            f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>' + item(f"<title>{'&a;' * 50_000}</title>"),
        ),
        (
            "external entity",
            '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + item("<title>&a;</title>"),
        ),
        (
            "external entity by its public name",
            '<!DOCTYPE r [<!ENTITY a PUBLIC "x" "https://a.example/x">]>' + item("<title>&a;</title>"),
        ),
        ("itself", '<!DOCTYPE r [<!ENTITY a "&a;">]>' + item("<title>&a;</title>")),
        (
            "many entities",
            "<!DOCTYPE r [" + "".join(f'<!ENTITY a{n} "x">' for n in range(6000)) + "]>" + item(""),
        ),
        ("deep", "<rss><channel>" + "<a>" * 20_000),
        ("deep and well-formed", item("<content>" + "<b>" * 5_000 + "</b>" * 5_000 + "</content>")),
        ("a tag of two megabytes", item(f'<link href="{"x" * 2048 * KIB}"/>')),
        ("many prefixes", item("".join(f'<p{n}:a xmlns:p{n}="u{n}"/>' for n in range(300)))),
    ],
)
@pytest.mark.parametrize("read", [read_feed, read_sitemap])
def test_a_bomb_is_told_by_its_first_look(read: object, name: str, text: str) -> None:
    start = time.process_time()
    with pytest.raises(Unreadable) as caught:
        read(text.encode(), url="https://a.example/")  # type: ignore[operator]
    assert caught.value.reason == "bomb", name
    assert time.process_time() - start < 0.5, name


def test_a_document_type_is_not_fetched_and_does_no_harm() -> None:
    text = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://127.0.0.1:9/rss-0.91.dtd" ['
        '<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://127.0.0.1:9/lat1.ent">'
        '%HTMLlat1; <!ENTITY avis "Avisa &#38; co">]>'
    )
    (read,) = read_feed((text + item("<title>&avis; &aring;</title>")).encode(), url="").items
    assert read.title == "Avisa & co å"


HOSTILE = {
    "deep markup": lambda n: item(f"<description>{'&lt;div&gt;' * (n // 11)}x</description>"),
    "an author's name": lambda n: item(f"<author>{'a' * n}</author>"),
    "many long names": lambda n: (
        "<rss><channel>" + f"<item><author>{'a' * 4000}</author></item>" * (n // 4040) + "</channel></rss>"
    ),
    "categories": lambda n: item("".join(f"<category>{k}</category>" for k in range(n // 26))),
    "links": lambda n: item('<link href="a"/>' * (n // 16)),
    "lines before it": lambda n: "\n" * n + item(""),
    "less-than signs": lambda n: item("<title>" + "<" * n),
    "ampersands": lambda n: item(f"<title>{'&a' * (n // 2)}</title>"),
    "open CDATA": lambda n: item("<title>" + "<![CDATA[" * (n // 9)),
    "open comments": lambda n: item("<title>" + "<!--" * (n // 4)),
    "open quotes": lambda n: item('<a b="' * (n // 6)),
    "attributes without values": lambda n: item(f"<a {'b ' * (n // 2)}>x"),
    "one long attribute name": lambda n: item(f"<a {'b' * n}>x"),
    "end tags of nothing": lambda n: "<rss>" + "<x>" * 400 + "</y>" * (n // 4),
    "open items": lambda n: "<rss><channel>" + "<item><title>x" * (n // 40),
    "prefixes": lambda n: "<rss>" + "<a:b/>" * (n // 6) + "</x>",
    "spaces": lambda n: item(f"<description>&lt;p&gt;{' ' * n}</description>"),
    "a date": lambda n: item(f"<pubDate>{'1' * n}</pubDate>"),
    "half a document type": lambda n: "<!DOCTYPE a [" + "<!ENTITY " * (n // 9),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_length_and_not_faster(name: str) -> None:
    def seconds(length: int) -> float:
        data = HOSTILE[name](length).encode()
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            with contextlib.suppress(Unreadable):
                read_feed(data, url="")
            best = min(best, time.process_time() - start)
        return best

    # Eight times the length: what is quadratic takes 64 times as long.
    assert seconds(160 * KIB) < 24 * seconds(20 * KIB) + 0.05


def test_a_hundred_thousand_items() -> None:
    one = "<item><title>Tittel</title><link>https://a.example/</link></item>"
    start = time.process_time()
    feed = read_feed(f"<rss><channel>{one * 100_000}</channel></rss>".encode(), url="", limit=100)
    assert time.process_time() - start < 5
    assert len(feed.items) == 100
    assert feed.problems == ("It has 100000 items, of which the first 100 were taken.",)


def test_nothing_but_the_first_of_an_items_children_is_read() -> None:
    (read,) = read_feed(item("<category>x</category>" * 600 + "<title>late</title>").encode(), url="").items
    assert read.title is None


def test_nothing_of_a_comment_or_a_processing_instruction_is_read() -> None:
    text = item(
        "<title>a<!-- <b>x</b> -->b<?php echo '<c>' ?>c</title><!----><link>https://a.example/</link>"
    )
    (read,) = read_feed(text.encode(), url="").items
    assert (read.title, read.url) == ("abc", "https://a.example/")
