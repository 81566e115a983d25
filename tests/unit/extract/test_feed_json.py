from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.feeds import read_feed
from pipeline.item import Feed, Item

URL = "https://avis.example/feed.json"


def read(value: Any, **options: Any) -> Feed:
    return read_feed(json.dumps(value).encode(), url=URL, **options)


def item(**fields: Any) -> Item:
    (found,) = read({"version": "https://jsonfeed.org/version/1.1", "items": [fields]}).items
    return found


def test_a_whole_feed() -> None:
    feed = read(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Avisa",
            "home_page_url": "/",
            "language": "nb",
            "items": [
                {
                    "id": "1",
                    "url": "a/1",
                    "title": "Ny bru & vei",
                    "summary": "Brua er <åpen>",
                    "content_html": "<p>En.</p><p>To.</p>",
                    "date_published": "2019-02-06T10:11:12+01:00",
                    "date_modified": "2019-02-07T08:00:00Z",
                    "authors": [{"name": "Kari"}, {"name": "Ola"}, {"url": "https://x.example/"}],
                    "tags": ["a", "b", "a"],
                    "language": "nn",
                    "attachments": [{"url": "https://avis.example/a.mp3", "mime_type": "audio/mpeg"}],
                }
            ],
        }
    )
    assert feed == Feed(
        title="Avisa",
        url="https://avis.example/",
        language="nb",
        items=(
            Item(
                url="https://avis.example/a/1",
                guid="1",
                title="Ny bru & vei",
                summary="Brua er <åpen>",
                content="En.\n\nTo.",
                authors=("Kari", "Ola"),
                tags=("a", "b"),
                language="nn",
                published="2019-02-06T10:11:12+01:00",
                updated="2019-02-07T08:00:00Z",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"id": 17}, "guid", "17"),
        ({"id": 12345678901234567890123}, "guid", "12345678901234567890123"),
        ({"id": None}, "guid", None),
        ({"id": ["x"]}, "guid", None),
        ({"external_url": "https://b.example/1"}, "url", "https://b.example/1"),
        ({"url": "https://a.example/", "external_url": "https://b.example/1"}, "url", "https://a.example/"),
        ({"url": "javascript:alert(1)"}, "url", None),
        ({"url": "http://[bad"}, "url", None),
        ({"content_text": "En.\n\nTo <b>."}, "content", "En.\n\nTo <b>."),
        ({"author": {"name": "Kari"}}, "authors", ("Kari",)),
        ({"author": "Kari", "authors": "Ola"}, "authors", ("Kari",)),
        ({"date_modified": "2019-02-07"}, "published", "2019-02-07"),
        ({"tags": "x"}, "tags", ()),
        ({"title": " "}, "title", None),
        ({"title": "\ud83d half"}, "title", "\ufffd half"),
    ],
)
def test_fields_of_an_item(fields: dict[str, Any], field: str, value: object) -> None:
    assert getattr(item(**fields), field) == value


def test_version_1_0_and_a_byte_order_mark() -> None:
    text = '\ufeff {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}]}'
    assert read_feed(text.encode(), url=URL, content_type="application/json").items == (Item(guid="1"),)


def test_more_than_the_limit_and_what_is_no_item() -> None:
    feed = read({"items": [{"id": "1"}, "x", {"id": "2"}, {"id": "3"}]}, limit=3)
    assert [found.guid for found in feed.items] == ["1", "2"]
    assert feed.problems == (
        "It has 4 items, of which the first 3 were taken.",
        "1 of its items are not objects; they were passed over.",
        "It does not say that it is a JSON Feed; it was read as one.",
    )


@pytest.mark.parametrize(
    "data",
    [
        b'{"error": "not found"}',
        b'{"items": {}}',
        b"[1, 2]",
        b'{"items": [',
        b"[" * 200_000,
        b'{"items": [' + b'{"a":' * 200_000,
        b'{"items": "\xff"}',
    ],
)
def test_other_json_is_no_feed(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no_feed"):
        read_feed(data, url=URL)
