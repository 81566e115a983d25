from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.filters.feeds import feed_lines

if TYPE_CHECKING:
    from pathlib import Path

FEED = """<rss version="2.0"><channel><title>Avisa &amp; co</title><language>nb</language>
<item><title>Ny &lt;b&gt;bru&lt;/b&gt;</title><link>/a/1</link><guid>g</guid>
<pubDate>Wed, 06 Feb 2019 10:11:12 PST</pubDate>
<author>kari@avis.example (Kari)</author><category>x</category>
<description>&lt;p&gt;En.&lt;/p&gt;</description></item>
<item><link>/a/2</link><guid>g</guid><pubDate>i går</pubDate></item></channel></rss>"""


def read(folder: Path, *lines: object) -> list[dict[str, Any]]:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return [json.loads(out) for out in feed_lines(raw, folder)]


def test_a_feed_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text(FEED)
    (row,) = read(
        tmp_path, {"id": 7, "path": "f.xml", "content_type": None, "url": "https://avis.example/rss"}
    )
    assert row == {
        "id": 7,
        "title": "Avisa & co",
        "language": "nb",
        "encoding": "utf-8",
        "problems": [],
        "items": [
            {
                "id": "g",  # as written, though it is repeated
                "title": "Ny <b>bru</b>",
                "link": "https://avis.example/a/1",
                "published": "2019-02-06T10:11:12-08:00",
                "updated": None,
                "author": "Kari (kari@avis.example)",
                "authors": ["Kari"],
                "summary": "<p>En.</p>",
                "content": None,
                "tags": ["x"],
            },
            {
                "id": "g",
                "title": None,
                "link": "https://avis.example/a/2",
                "published": "i går",
                "updated": None,
                "author": None,
                "authors": [],
                "summary": None,
                "content": None,
                "tags": [],
            },
        ],
    }


def test_without_an_address_links_stay_as_written(tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text(FEED)
    (row,) = read(tmp_path, {"id": "a", "path": "f.xml"})
    assert [item["link"] for item in row["items"]] == ["/a/1", "/a/2"]


def test_json_feed_and_the_charset_of_the_content_type(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text('{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}]}')
    (tmp_path / "f.xml").write_bytes("<rss><channel><title>мост</title></channel></rss>".encode("koi8-r"))
    rows = read(
        tmp_path,
        {"id": "a", "path": "f.json"},
        {"id": "b", "path": "f.xml", "content_type": "text/xml; charset=koi8-r"},
    )
    assert rows[0]["items"][0]["id"] == "1"
    assert (rows[1]["title"], rows[1]["encoding"]) == ("мост", "koi8-r")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"", {"error": "line 1: not valid JSON"}),
        (b"not json", {"error": "line 1: not valid JSON"}),
        (b"[" * 100_000, {"error": "line 1: not valid JSON"}),
        (b"\xff", {"error": "line 1: not valid JSON"}),
        ([1], {"error": "line 1: not a JSON object"}),
        ({"id": "a"}, {"id": "a", "error": "line 1: has no path"}),
        ({"id": "a", "path": 5}, {"id": "a", "error": "line 1: has no path"}),
        (
            {"id": "a", "path": "f.xml", "url": 5},
            {"id": "a", "error": "line 1: its url or content_type is not a string"},
        ),
        ({"id": "a", "path": "none.xml"}, {"id": "a", "error": "none.xml: cannot be opened"}),
        ({"id": "a", "path": "."}, {"id": "a", "error": ".: cannot be opened"}),
        ({"id": "a", "path": "x\0y"}, {"id": "a", "error": "x\0y: cannot be opened"}),
        ({"id": "a", "path": "page.html"}, {"id": "a", "error": "page.html: no_feed: It is a web page"}),
    ],
)
def test_every_line_comes_out(tmp_path: Path, line: object, expected: dict[str, Any]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.html").write_text("<html></html>")
    (tmp_path / "in" / "f.xml").write_text(FEED)
    bad, good = read(tmp_path / "in", line, {"id": "b", "path": "f.xml"})
    assert bad.keys() == expected.keys()
    assert bad["error"].startswith(expected["error"])
    assert bad.get("id") == expected.get("id")
    assert good["title"] == "Avisa & co"
