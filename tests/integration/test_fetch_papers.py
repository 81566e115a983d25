"""A source's day, from asking it to published rows, against papers served over loopback."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from fetching import Desk

from pipeline.acquire.memory import DayDone, load_memory
from pipeline.embedded.newsstand import GOOD, running_newsstand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.embedded.newsstand import Newsstand
    from pipeline.lake import Lake

DAY = dt.date(2026, 3, 10)
FEEDS = [paper.name for paper in GOOD if paper.kind == "feed"]


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with running_newsstand(today=DAY) as stand:
        yield stand


@pytest.fixture
def desk(lake: Lake, stand: Newsstand) -> Desk:
    return Desk(lake, stand)


def by_url(rows: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {row["canonical_url"]: row for period in rows.values() for row in period}


@pytest.mark.parametrize("name", FEEDS)
def test_what_a_feed_lists_is_published_under_its_own_days(desk: Desk, name: str) -> None:
    fetched = desk.fetch(name)
    assert (fetched.state, fetched.problems, fetched.rejected) == ("fetched", [], 0)
    stories = desk.stand.latest(name)
    rows = by_url(desk.publish(fetched))
    assert fetched.listed == fetched.new == fetched.pages == fetched.staged == len(stories)
    assert rows.keys() == {desk.stand.url(story) for story in stories}
    for url, row in rows.items():
        expected = desk.stand.expected(url)
        assert expected is not None
        assert (row["title"], row["text"]) == (expected.title, expected.text), url
        assert (row["language"], row["source"]) == (expected.language, name), url
        if expected.published is not None:
            assert row["published_at"] == expected.published, url


def test_a_second_run_asks_only_for_changes_and_changes_nothing(desk: Desk) -> None:
    first = desk.fetch("grinnfjord")
    desk.publish(first)
    before = desk.archive()
    desk.stand.log.clear()
    second = desk.fetch("grinnfjord")
    assert (second.state, second.captures, second.new, second.new_rows) == ("unchanged", 0, 0, 0)
    asked = [access for access in desk.stand.log if access.path != "/robots.txt"]
    assert asked
    assert all(access.conditional and access.status == 304 for access in asked)
    desk.publish(second)
    assert desk.archive() == before
    assert second.read == first.read


def test_an_updated_article_is_a_revision_and_not_a_second_row(desk: Desk) -> None:
    desk.publish(desk.fetch("grinnfjord"))
    story = desk.stand.update(desk.stand.latest("grinnfjord")[0])
    rows = desk.publish(desk.fetch("grinnfjord"))
    row = by_url(rows)[desk.stand.url(story)]
    assert (row["revisions"], row["text"].split("\n\n")[-1]) == (2, story.paragraphs[-1])
    assert sum(r["article_id"] == row["article_id"] for r in rows[row["published"]]) == 1


def test_a_moved_slug_with_the_same_guid_is_one_row_under_its_first_id(desk: Desk) -> None:
    story = desk.stand.latest("grinnfjord")[0]
    before = by_url(desk.publish(desk.fetch("grinnfjord")))
    moved = desk.stand.move_slug(story)
    after = by_url(desk.publish(desk.fetch("grinnfjord")))
    old, new = desk.stand.url(story), desk.stand.url(moved)
    assert old != new
    assert old not in after
    assert after[new]["article_id"] == before[old]["article_id"]
    assert len(after) == len(before)


def test_links_that_tell_how_a_reader_came_are_one_article(desk: Desk) -> None:
    desk.fetch("tverrelv")
    rows = by_url(desk.publish(desk.fetch("tverrelv", refetch=True)))
    assert len(rows) == len(desk.stand.latest("tverrelv"))
    assert not [url for url in rows if "utm_" in url or "ref=" in url]


def test_a_past_day_is_read_again_from_its_captures_byte_for_byte(desk: Desk) -> None:
    for back in (2, 1, 0):
        desk.go_to(DAY - dt.timedelta(days=back))
        desk.publish(desk.fetch("storli"))
    before = desk.archive()
    desk.stand.log.clear()
    for back in (0, 2, 1):
        replayed = desk.fetch("storli", day=DAY - dt.timedelta(days=back), live=False)
        assert (replayed.state, replayed.captures) == ("replayed", 0)
        assert "A feed cannot be asked about the past." in replayed.notes
        desk.publish(replayed)
    assert desk.archive() == before
    assert len(desk.stand.log) == 0


def test_a_past_day_without_captures_says_so(desk: Desk) -> None:
    fetched = desk.fetch("storli", day=dt.date(2026, 3, 1), live=False)
    assert (fetched.state, fetched.records) == ("empty", 0)
    assert "Nothing was captured for 2026-03-01." in fetched.notes


@pytest.mark.parametrize("name", ["lauvdal", "marshgate"])
def test_a_sitemap_is_asked_for_exactly_one_day_also_of_the_past(desk: Desk, name: str) -> None:
    day = DAY - dt.timedelta(days=1)
    fetched = desk.fetch(name, day=day, live=False)
    stories = desk.stand.stories(name, day)
    rows = by_url(desk.publish(fetched))
    assert rows.keys() == {desk.stand.url(story) for story in stories}
    assert {row["published"] for row in rows.values()} == {day.isoformat()}
    pages = {
        a.path for a in desk.stand.log.of(name) if desk.stand.expected(f"http://{name}.localhost{a.path}")
    }
    assert len(pages) == len(stories)
    desk.stand.log.clear()
    again = desk.fetch(name, day=day, live=False)
    assert (again.state, again.captures, len(desk.stand.log)) == ("replayed", 0, 0)


def test_an_archive_of_a_day_is_captured_once(desk: Desk) -> None:
    day = DAY - dt.timedelta(days=3)
    fetched = desk.fetch("skogarkivet", day=day, live=False)
    assert (fetched.state, fetched.error) == ("fetched", None)
    rows = by_url(desk.publish(fetched))
    assert rows.keys() >= {desk.stand.url(story) for story in desk.stand.stories("skogarkivet", day)}
    again = desk.fetch("skogarkivet", day=day, live=False)
    assert (again.captures, again.new_rows) == (0, 0)


def test_a_feed_that_rolled_over_says_so_and_its_sitemap_fills_the_gap(desk: Desk) -> None:
    desk.publish(desk.fetch("havnevik"))
    desk.go_to(DAY + dt.timedelta(days=1))
    fetched = desk.fetch("havnevik")
    assert fetched.rolled_over
    assert any("may have come and gone" in note for note in fetched.notes)
    rows = by_url(desk.publish(fetched))
    wanted = {desk.stand.url(s) for s in desk.stand.stories("havnevik", DAY + dt.timedelta(days=1))}
    assert wanted <= rows.keys()
    assert len(wanted) > len(desk.stand.latest("havnevik"))


def test_a_live_run_takes_what_the_day_before_was_listed_too_late_for(desk: Desk) -> None:
    days = [DAY - dt.timedelta(days=1), DAY]
    fetched = desk.fetch("lauvdal")
    assert fetched.new == sum(len(desk.stand.stories("lauvdal", day)) for day in days)
    again = desk.fetch("lauvdal", day=days[0], live=False)
    assert (again.new, again.captures) == (0, 0)


def test_a_past_day_is_none_of_what_is_remembered_for_the_present(desk: Desk) -> None:
    desk.fetch("lauvdal", day=DAY - dt.timedelta(days=5), live=False)
    memory = load_memory(desk.lake, "lauvdal")
    assert memory.known == {}
    assert memory.days[(DAY - dt.timedelta(days=5)).isoformat()] == DayDone(whole=True)


def test_an_undated_item_keeps_the_day_of_its_first_sight(desk: Desk) -> None:
    desk.publish(desk.fetch("undated"))
    desk.go_to(DAY + dt.timedelta(days=1))
    second = desk.fetch("undated")
    rows = desk.publish(second)
    new = {desk.stand.url(story) for story in desk.stand.stories("undated", desk.today)}
    assert {row["canonical_url"] for row in rows[desk.today.isoformat()]} == new
    assert {row["published_from"] for row in rows[desk.today.isoformat()]} == {"first_seen"}
    desk.go_to(DAY + dt.timedelta(days=2))
    desk.stand.silence("undated")
    third = desk.fetch("undated")
    assert third.new == len(desk.stand.stories("undated", desk.today))
