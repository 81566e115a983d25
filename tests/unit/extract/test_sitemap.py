from __future__ import annotations

import gzip
import random
import time
import tracemalloc

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.feeds import read_sitemap
from pipeline.item import Feed, Item

URL = "https://avis.example/sitemaps/nyheter.xml"
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
URLSET = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS}>'


def read(text: str | bytes) -> Feed:
    return read_sitemap(text if isinstance(text, bytes) else text.encode(), url=URL)


def pages(count: int) -> bytes:
    noise = random.Random(1)
    inner = "".join(
        f"<url><loc>https://avis.example/{n}/{noise.getrandbits(64):x}</loc><lastmod>2019-02-06</lastmod></url>"
        for n in range(count)
    )
    return f"{URLSET}{inner}</urlset>".encode()


def test_a_news_sitemap() -> None:
    feed = read(
        f"""<?xml version="1.0" encoding="UTF-8"?>{URLSET}
        <url><loc> https://avis.example/a/1?x=1&amp;y=2 </loc>
          <news:news><news:publication><news:name>Avisa</news:name><news:language>nb</news:language>
            </news:publication><news:publication_date>2019-02-06T10:11:12+01:00</news:publication_date>
            <news:title>Ny bru &amp;
              vei</news:title><news:keywords>bru, vei,, bru</news:keywords></news:news>
          <image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
            <image:loc>https://avis.example/a.jpg</image:loc><image:title>Bilde</image:title></image:image>
          <lastmod>2019-02-07</lastmod></url>
        <url><loc>https://avis.example/a/2</loc><lastmod>2019-02-07T01:02:03Z</lastmod></url></urlset>"""
    )
    assert feed == Feed(
        url=URL,
        items=(
            Item(
                url="https://avis.example/a/1?x=1&y=2",
                title="Ny bru & vei",
                tags=("bru", "vei"),
                language="nb",
                published="2019-02-06T10:11:12+01:00",
                updated="2019-02-07",
            ),
            Item(url="https://avis.example/a/2", updated="2019-02-07T01:02:03Z"),
        ),
    )


def test_an_index_lists_sitemaps() -> None:
    feed = read(
        "<sitemapindex><sitemap><loc>2019-02.xml.gz</loc><lastmod>2019-02-06</lastmod></sitemap>"
        "<sitemap><loc>https://b.example/s.xml</loc></sitemap><sitemap/><sitemap><loc>ftp://x</loc></sitemap>"
        "</sitemapindex>"
    )
    assert feed == Feed(
        url=URL,
        maps=(
            ("https://avis.example/sitemaps/2019-02.xml.gz", "2019-02-06"),
            ("https://b.example/s.xml", None),
        ),
        problems=("2 of its entries have no usable address; they were passed over.",),
    )


@pytest.mark.parametrize(
    "text",
    [
        f'<urlset xmlns="http://wrong.example/" {NEWS}>X</urlset>',
        '<urlset xmlns:news="http://wrong.example/">X</urlset>',
        "<urlset>X</urlset>",
        "\n\n<urlset>X</urlset>",
        "<!-- made by x --><?xml-stylesheet href='x'?><urlset>X</urlset><!-- end -->",
        f"{URLSET}X",
        f"{URLSET}X<url><loc>https://avis.example/half",
        f"{URLSET}X</url></urlset>",
        "<URLSET>X</URLSET>",
    ],
)
def test_wrong_namespaces_and_broken_xml_are_read(text: str) -> None:
    news = "<news:news><news:publication_date>2019-02-06</news:publication_date></news:news>"
    feed = read(text.replace("X", f"<url><loc>/a/1</loc>{news}</url>").replace("N", news))
    assert feed.items[0] == Item(url="https://avis.example/a/1", published="2019-02-06")
    assert len([item for item in feed.items if item.url]) == 1


def test_entries_whose_tags_are_not_closed_stay_apart() -> None:
    feed = read(
        f"{URLSET}<url><loc>/a/1</url><url><loc>/a/2?x=1&y=2</loc><url><loc>/a/3</loc></url></urlset>"
    )
    assert [item.url for item in feed.items] == [
        f"https://avis.example/a/{rest}" for rest in ("1", "2?x=1&y=2", "3")
    ]
    (problem,) = feed.problems
    assert problem.startswith("It is not well-formed XML (")


def test_a_list_of_addresses() -> None:
    feed = read("\ufeffhttps://avis.example/1\r\n\r\n https://avis.example/æ \nnot an address\n")
    assert [item.url for item in feed.items] == ["https://avis.example/1", "https://avis.example/æ"]
    assert feed.problems == ("1 of its lines are not addresses; they were passed over.",)


def test_a_feed_in_the_place_of_a_sitemap() -> None:
    feed = read("<rss><channel><item><link>/a/1</link><pubDate>6 Feb 2019</pubDate></item></channel></rss>")
    assert feed.items == (Item(url="https://avis.example/a/1", published="6 Feb 2019"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><urlset><url><loc>/å</loc></url></urlset>'
    assert read(text.encode(encoding)).items == (Item(url="https://avis.example/å"),)


# --- compressed ---------------------------------------------------------------------------------------


def test_gzip_once_and_twice() -> None:
    plain = read(pages(20))
    assert len(plain.items) == 20
    assert read(gzip.compress(pages(20))) == plain
    assert read(gzip.compress(gzip.compress(pages(20)))) == plain


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
def test_damaged_gzip_is_read_up_to_the_damage(damage: str) -> None:
    whole = gzip.compress(pages(2000))
    data = bytearray(whole)
    if damage == "truncated":
        del data[-len(data) // 3 :]
    else:
        data[len(data) // 2] ^= 0xFF
        data[len(data) // 2 + 1] ^= 0xFF
    feed = read(bytes(data))
    assert 100 < len(feed.items) <= 2000
    assert feed.items[:100] == read(whole).items[:100]
    assert feed.problems[0].startswith("The compressed data ")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b"a" * 3_000_000), "bomb"),
        (gzip.compress(gzip.compress(b"a" * 3_000_000)), "bomb"),
        (b"a" * 3_000_000, "too_large"),
        (b"\x1f\x8b\x08\x00broken, and nothing came before it", "corrupt"),
        (gzip.compress(b""), "empty"),
        (b"", "empty"),
        (b"<html><body>404</body></html>", "no_feed"),
        (b"not found", "no_feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary"),
        (b"<urlset><url><loc>" + b"<a>" * 400 + b"</a>" * 400 + b"</loc></url></urlset>", "corrupt"),
    ],
)
def test_what_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_sitemap(data, url=URL, expanded=2_000_000)
    assert caught.value.reason == reason


def test_fifty_thousand_pages() -> None:
    data = gzip.compress(pages(50_000), compresslevel=1)
    start = time.process_time()
    assert len(read(data).items) == 50_000
    assert time.process_time() - start < 10


def test_memory_holds_the_text_and_the_items_only() -> None:
    data = pages(5_000)
    read(data[:5_000])  # what is imported with the first
    tracemalloc.start()
    feed = read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(feed.items) == 5_000
    assert peak < 4 * len(data) + 600 * 5_000
