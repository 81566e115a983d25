from __future__ import annotations

import pytest

from pipeline.extract.feeds import find_feeds, sitemaps_in_robots

URL = "https://avis.example/nyheter/"


def test_declared_feeds_come_first_with_title_and_kind() -> None:
    page = """<html><head><title>Avisa</title>
    <link rel="alternate" type="application/rss+xml" title=" Siste   nytt " href="/rss">
    <LINK REL="Alternate feed" TYPE="application/atom+xml; charset=utf-8" HREF="atom.xml">
    <link rel=alternate type=application/feed+json href=https://b.example/feed.json>
    <link rel="alternate" hreflang="en" href="/en">
    <link rel="alternate" type="application/rss+xml">
    <link rel="stylesheet" type="text/css" href="/feed/x.css">
    </head><body><a href="/kultur/feed/">Kultur <b>nå</b></a><a href="/rss">igjen</a></body></html>"""
    expected = [
        ("https://avis.example/rss", "Siste nytt", "rss"),
        ("https://avis.example/nyheter/atom.xml", "", "atom"),
        ("https://b.example/feed.json", "", "json"),
        ("https://avis.example/kultur/feed/", "Kultur nå", "feed"),
    ]
    assert find_feeds(page, URL) == expected
    assert find_feeds(page.encode(), URL) == expected
    assert (
        find_feeds(page.encode("iso-8859-1").replace(b"<head>", b"<head><meta charset=iso-8859-1>"), URL)
        == expected
    )


@pytest.mark.parametrize(
    ("href", "found"),
    [
        ("/rss", True),
        ("/rss.xml", True),
        ("/sport/feed/", True),
        ("/feeds/sport.rss", True),
        ("/index.rdf", True),
        ("/atom.xml", True),
        ("/feed.json", True),
        ("/newsfeed.xml", True),
        ("/a/rss-er-best.html", False),
        ("/feedback", False),
        ("/a/atomkraft", False),
        ("mailto:rss@avis.example", False),
        ("javascript:rss", False),
        ("#rss", False),
        ("http://[bad/rss", False),
    ],
)
def test_links_that_look_like_feeds(href: str, found: bool) -> None:
    assert bool(find_feeds(f'<p><a href="{href}">x</a>', URL)) is found


def test_the_base_of_the_page_counts() -> None:
    page = '<base href="/x/"><link rel="alternate" type="application/rss+xml" href="rss">'
    assert find_feeds(page, URL) == [("https://avis.example/x/rss", "", "rss")]


@pytest.mark.parametrize("page", [b"", b"\0\0", "", "<", b"\xff\xfe\xfa", "<a href", "<a>" * 5000, "plain"])
def test_no_page_is_too_broken(page: bytes | str) -> None:
    assert find_feeds(page, URL) == []


def test_a_page_of_nothing_but_links_gives_a_hundred() -> None:
    page = "".join(f'<a href="/{n}/rss">x</a>' for n in range(500))
    assert len(find_feeds(page, URL)) == 100


def test_sitemaps_of_robots() -> None:
    text = (
        "\ufeffSitemap: https://avis.example/sitemap.xml\r\nUser-agent: *\nDisallow: /sitemap: x\n"
        "SITEMAP:https://avis.example/news.xml.gz # news\n  sitemap : https://b.example/s.xml\n"
        "Sitemap: https://avis.example/sitemap.xml\nSitemap: /relative.xml\n# Sitemap: https://no.example/\nSitemap:\n"
    )
    assert sitemaps_in_robots(text) == [
        "https://avis.example/sitemap.xml",
        "https://avis.example/news.xml.gz",
        "https://b.example/s.xml",
    ]
