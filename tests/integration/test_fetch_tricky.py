"""Papers that are odd and mean well: each ends as one row for every story, however often it is asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from fetching import Desk

from pipeline.embedded.newsstand import running_newsstand
from pipeline.embedded.newsstand.papers import PAPERS, TRICKY
from pipeline.embedded.newsstand.press import code_of, slug_of
from pipeline.embedded.newsstand.server import disallowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.embedded.newsstand import Newsstand
    from pipeline.lake import Lake

DAY = dt.date(2026, 3, 10)
FRUITLESS = {
    "empty": ("fetched", None),  # a feed without items is no error
    "zero-bytes": ("failed", "There are no bytes where a feed should be."),
    "html-feed": ("failed", "It is a web page, not a feed."),
}
"""Papers that give no row: the state of their fetch and its error."""
PARTLY = {"dead-links", "disallowed"}
"""Papers some of whose stories cannot be had."""
FRESH = {"fresh", "expires"}
"""Papers that ask to be left alone for an hour or more."""
SLOW = {"crawl-delay"}  # its spacing is tested by its clock, with the hostile ones
FEEDS = [p.name for p in TRICKY if p.kind == "feed" and p.name not in {*FRUITLESS, *PARTLY, *SLOW}]


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with running_newsstand(today=DAY) as stand:
        yield stand


@pytest.fixture
def desk(lake: Lake, stand: Newsstand) -> Desk:
    return Desk(lake, stand)


def by_url(published: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    rows = {row["canonical_url"]: row for period in published.values() for row in period}
    assert len(rows) == sum(len(period) for period in published.values())
    return rows


@pytest.mark.parametrize("name", FEEDS)
def test_an_odd_paper_gives_a_row_for_each_story_and_no_more_when_asked_again(desk: Desk, name: str) -> None:
    rows = by_url(desk.publish(desk.fetch(name)))
    assert rows.keys() == {desk.stand.url(story) for story in desk.stand.latest(name)}
    for url, row in rows.items():
        expected = desk.stand.expected(url)
        assert expected is not None
        # a feed's full text begins with the lead, and nothing but the page says that it is one
        text = f"{expected.lead}\n\n{expected.text}" if name == "full-text" else expected.text
        assert (row["title"], row["text"]) == (expected.title, text), url
        if expected.published is not None:
            assert row["published_at"] == expected.published, url
    before = desk.archive()
    second = desk.fetch(name)
    assert second.state == ("deferred" if name in FRESH else "unchanged"), second.sentence()
    assert (second.captures, second.new_rows) == (0, 0)
    desk.publish(second)
    assert desk.archive() == before


@pytest.mark.parametrize("name", FRUITLESS)
def test_a_feed_without_an_item_gives_no_row(desk: Desk, name: str) -> None:
    fetched = desk.fetch(name)
    assert (fetched.state, fetched.error) == FRUITLESS[name]
    assert (fetched.staged, fetched.rejected, fetched.periods) == (0, 0, {})


@pytest.mark.parametrize("name", sorted(PARTLY))
def test_what_cannot_be_had_is_rejected_once(desk: Desk, name: str) -> None:
    first = desk.fetch(name)
    rows = by_url(desk.publish(first))
    paths = {desk.stand.url(story): urlsplit(desk.stand.url(story)).path for story in desk.stand.latest(name)}
    out_of_reach = {url for url, path in paths.items() if _is_out_of_reach(name, path)}
    assert out_of_reach
    assert rows.keys() == paths.keys() - out_of_reach
    assert first.rejected + first.waiting == first.missing + first.waiting == len(out_of_reach)
    assert bool(first.waiting) == (name == "dead-links")  # what is not found may come late
    desk.now += dt.timedelta(hours=1)
    second = desk.fetch(name, day=DAY)
    assert (second.rejected, second.waiting) == (len(out_of_reach), 0)
    third = desk.fetch(name, day=DAY)
    assert (third.captures, third.rejected, third.new_rows) == (0, second.rejected, 0), third.sentence()


def _is_out_of_reach(name: str, path: str) -> bool:
    if name == "disallowed":
        return path.startswith(f"/{slug_of(disallowed(PAPERS[name]))}/")
    code = code_of(path)
    return code is not None and code[2] in (0, 1)
