from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError
from pipeline.flow.discover import Found, address_of, same
from pipeline.item import Feed, Item


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("havsund.example", "https://havsund.example"),
        (" havsund.example/rss ", "https://havsund.example/rss"),
        ("//havsund.example/rss", "https://havsund.example/rss"),
        ("http://havsund.example", "http://havsund.example"),
        ("feed://havsund.example/rss", "https://havsund.example/rss"),
        ("feed:https://havsund.example/rss", "https://havsund.example/rss"),
    ],
)
def test_what_a_person_types_becomes_an_address(typed: str, address: str) -> None:
    assert address_of(typed) == address


@pytest.mark.parametrize(
    "typed", ["", "ftp://a.example/", "https://", "to ord", "https://u:p@a.example/", "file:///x"]
)
def test_what_can_be_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ConfigurationError, match="The address"):
        address_of(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/rss", "https://www.a.example/rss/"),
        ("https://A.example:443/rss", "https://a.example/rss#x"),
    ],
)
def test_spellings_of_one_address_are_the_same(one: str, other: str) -> None:
    assert same(one) == same(other)
    assert same(one) != same("https://a.example/rss?a=1")


def test_what_is_known_of_a_feed_follows_from_its_items() -> None:
    items = (
        Item(url="https://a.example/1", published="Tue, 24 Nov 2026 10:00:00 +0100", content="x" * 500),
        Item(url="https://a.example/2", published="2026-11-23T08:00:00Z", content="x" * 499),
        Item(url="https://a.example/3", published="2026-11-22"),
        Item(url="https://a.example/4"),
    )
    found = Found(url="https://a.example/rss", kind="feed", how="page", feed=Feed(items=items))
    assert [date.isoformat() for date in found.dates] == [
        "2026-11-23T08:00:00+00:00",
        "2026-11-24T09:00:00+00:00",
    ]
    assert found.full_text == 1
    assert found.is_news
