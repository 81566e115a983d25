"""Odd papers day after day: dates by first sight, pages that come late, moves, freshness, gaps."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from fetching import Desk

from pipeline.acquire.memory import load_memory
from pipeline.embedded.newsstand import running_newsstand
from pipeline.embedded.newsstand.papers import PAPERS
from pipeline.embedded.newsstand.press import code_of
from pipeline.lake import ARTICLES, REJECTED, articles_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.embedded.newsstand import Newsstand
    from pipeline.flow import Fetched
    from pipeline.lake import Lake

DAY = dt.date(2026, 3, 10)


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with running_newsstand(today=DAY) as stand:
        yield stand


@pytest.fixture
def desk(lake: Lake, stand: Newsstand) -> Desk:
    return Desk(lake, stand)


def publish(desk: Desk, fetched: Fetched) -> dict[str, dict[str, Any]]:
    """Publish what was touched: all rows of the archive by their address, each once."""
    desk.publish(fetched)
    periods = desk.lake.periods(ARTICLES)
    rows = [row for period in periods for row in read_object(desk.lake, articles_name(period)).to_pylist()]
    found = {row["canonical_url"]: row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("name", ["same-guid", "no-guid", "guid-link", "twice", "tracked", "relative"])
def test_another_day_adds_its_stories_and_an_edited_one_is_a_revision(desk: Desk, name: str) -> None:
    before = publish(desk, desk.fetch(name))
    edited = desk.stand.update(desk.stand.latest(name)[0], title="Noe helt annet enn det var")
    desk.go_to(DAY + dt.timedelta(days=1))
    new = desk.stand.stories(name, desk.today)
    second = desk.fetch(name)
    assert second.new == second.pages == len(new) + 1
    rows = publish(desk, second)
    row = rows[desk.stand.url(edited)]
    assert (row["title"], row["revisions"]) == (edited.title, 2)
    assert row["article_id"] == before[desk.stand.url(edited)]["article_id"]
    assert {rows[desk.stand.url(story)]["published"] for story in new} == {desk.today.isoformat()}
    assert rows.keys() - before.keys() == {desk.stand.url(story) for story in new}
    assert before.keys() <= rows.keys()


def test_what_nobody_dates_is_dated_by_its_first_sight_once_the_feed_is_known(desk: Desk) -> None:
    first = desk.fetch("undated")
    assert first.periods.keys() == {"undated"}  # it may have stood there for weeks
    old = publish(desk, first)
    desk.go_to(DAY + dt.timedelta(days=1))
    new = desk.stand.stories("undated", desk.today)
    rows = publish(desk, desk.fetch("undated"))
    found = {url: (r["published"], r["published_from"]) for url, r in rows.items() if url not in old}
    assert found == {desk.stand.url(s): (desk.today.isoformat(), "first_seen") for s in new}
    # seen again, and edited, on a later day it keeps its first
    edited = desk.stand.update(new[0])
    desk.go_to(DAY + dt.timedelta(days=2))
    rows = publish(desk, desk.fetch("undated", refetch=True))
    row = rows[desk.stand.url(edited)]
    assert (row["published"], row["revisions"]) == ((DAY + dt.timedelta(days=1)).isoformat(), 2)
    assert {rows[url]["published"] for url in old} == {"undated"}


def test_first_sight_dates_nothing_when_the_feed_was_not_asked_for_days(desk: Desk) -> None:
    desk.fetch("undated")
    desk.go_to(DAY + dt.timedelta(days=3))
    assert desk.fetch("undated").periods.keys() == {"undated"}


def test_pages_tell_the_date_that_their_feed_does_not(desk: Desk) -> None:
    rows = publish(desk, desk.fetch("no-date"))
    assert {row["published_from"] for row in rows.values()} == {"json-ld"}
    assert {url: row["published"] for url, row in rows.items()} == {
        desk.stand.url(story): story.day.isoformat() for story in desk.stand.latest("no-date")
    }


def test_a_page_that_comes_after_its_feeds_text_is_a_revision_and_not_a_second_row(desk: Desk) -> None:
    stories = desk.stand.latest("grinnfjord")
    late = desk.stand.url(stories[0])
    desk.fetching = dataclasses.replace(desk.fetching, retry_seconds=())
    desk.stand.fail("grinnfjord", 503, 1, path=stories[0].path)
    first = desk.fetch("grinnfjord")
    assert (first.pages, first.missing, first.waiting, first.staged) == (len(stories) - 1, 1, 1, len(stories))
    before = publish(desk, first)
    assert before[late]["text"] == f"{stories[0].lead}\n\n{stories[0].text}"
    desk.now += dt.timedelta(hours=1)
    second = desk.fetch("grinnfjord")
    assert (second.pages, second.waiting) == (1, 0)
    after = publish(desk, second)
    assert after.keys() == before.keys()
    assert (after[late]["text"], after[late]["lead"]) == (stories[0].text, stories[0].lead)
    assert after[late]["article_id"] == before[late]["article_id"]
    assert {row["revisions"] for url, row in after.items() if url != late} == {1}
    assert after[late]["revisions"] == 2


def test_forbidden_pages_are_asked_for_again_only_when_the_feed_says_something_new(desk: Desk) -> None:
    before = publish(desk, desk.fetch("full-text"))
    story = desk.stand.update(desk.stand.latest("full-text")[0])
    desk.stand.log.clear()
    rows = publish(desk, desk.fetch("full-text"))
    assert [a.path for a in desk.stand.log.of("full-text") if code_of(a.path)] == [story.path]
    row = rows[desk.stand.url(story)]
    assert (row["revisions"], row["text"].rpartition("\n\n")[2]) == (2, story.paragraphs[-1])
    assert rows.keys() == before.keys()


def test_a_dead_link_is_rejected_once_however_often_it_is_listed(desk: Desk) -> None:
    listed = {*desk.stand.latest("dead-links")}
    publish(desk, desk.fetch("dead-links"))
    for back in (1, 2):
        desk.go_to(DAY + dt.timedelta(days=back))
        listed |= {*desk.stand.latest("dead-links")}
        publish(desk, desk.fetch("dead-links"))
    desk.now += dt.timedelta(hours=1)  # what was not found may have come late
    rows = publish(desk, desk.fetch("dead-links"))
    assert rows.keys() == {desk.stand.url(story) for story in listed if story.number > 1}
    dead = sorted(desk.stand.url(story) for story in listed if story.number <= 1)
    names = [o.name for o in desk.lake.list(REJECTED) if o.name.endswith(".jsonl")]
    lines = [json.loads(line) for name in names for line in desk.lake.get(name).splitlines()]
    assert {line["reason"] for line in lines} == {"not_fetched"}
    assert sorted(line["detail"].split()[0] for line in lines) == dead
    asked = collections.Counter(a.path for a in desk.stand.log.of("dead-links") if code_of(a.path))
    assert {asked[story.path] for story in listed if story.number != 1} == {1}
    assert {asked[story.path] for story in listed if story.number == 1} <= {1, 2}


def test_pages_whose_bytes_differ_each_time_are_no_revisions(desk: Desk) -> None:
    before = publish(desk, desk.fetch("restless"))
    again = desk.fetch("restless", refetch=True)
    assert again.pages == len(before)
    rows = publish(desk, again)
    assert rows.keys() == before.keys()
    assert {row["revisions"] for row in rows.values()} == {1}


def test_a_feed_without_validators_is_known_by_its_bytes(desk: Desk) -> None:
    desk.fetch("no-validators")
    desk.fetch("no-validators")
    polls = desk.stand.log.of("no-validators", path="/feed.xml")
    assert [(a.status, a.conditional) for a in polls] == [(200, False), (200, False)]
    desk.stand.update(desk.stand.latest("no-validators")[0], title="Noe helt annet enn det var")
    assert desk.fetch("no-validators").pages == 1


@pytest.mark.parametrize(
    ("name", "to", "asked"),
    [
        ("moved", "http://www.moved.localhost:{port}/feed.xml", ["/feed.xml"]),
        ("mixed", None, ["/rss", "/rss/", "/feed.xml"]),
        ("detour", None, ["/rss", "/rss/", "/feed.xml"]),
    ],
)
def test_only_a_move_for_good_is_remembered(desk: Desk, name: str, to: str | None, asked: list[str]) -> None:
    first = desk.fetch(name)
    to = to and to.format(port=desk.stand.port)
    assert load_memory(desk.lake, name).moved_to == to
    told = f"The feed has moved for good to {to}; correct the catalogue."
    assert first.notes == ([told] if to else [])
    desk.stand.log.clear()
    second = desk.fetch(name)
    paths = [a.path for a in desk.stand.log.of(name) if a.path != "/robots.txt"]
    assert (second.state, paths) == ("unchanged", asked)


@pytest.mark.parametrize(("name", "hours"), [("fresh", 2), ("expires", 1)])
def test_a_feed_that_stays_fresh_is_asked_again_only_after_that(desk: Desk, name: str, hours: int) -> None:
    desk.fetch(name)
    polled = desk.now
    desk.stand.log.clear()
    desk.now = polled + dt.timedelta(hours=hours, minutes=-21)
    assert (desk.fetch(name).state, desk.stand.log.of(name)) == ("deferred", [])
    desk.now = polled + dt.timedelta(hours=hours, minutes=-19)
    assert desk.fetch(name).state == "unchanged"


@pytest.mark.parametrize("name", ["zipped-map", "plain-map", "text-map"])
def test_a_sitemap_of_any_form_gives_a_row_for_each_story_of_the_day_and_the_one_before(
    desk: Desk, name: str
) -> None:
    stories = [s for n in (0, 1) for s in desk.stand.stories(name, DAY - dt.timedelta(days=n))]
    rows = publish(desk, desk.fetch(name))
    assert {url: (row["title"], row["text"], row["published"]) for url, row in rows.items()} == {
        desk.stand.url(s): (s.title, s.text, s.day.isoformat()) for s in stories
    }
    before = desk.archive()
    second = desk.fetch(name)
    assert (second.state, second.captures, second.new_rows) == ("unchanged", 0, 0), second.sentence()
    desk.publish(second)
    assert desk.archive() == before


def test_of_a_torn_archive_the_good_records_are_rows_and_the_damage_is_counted(desk: Desk) -> None:
    day = DAY - dt.timedelta(days=1)
    torn, *good = desk.stand.stories("torn-archive", day)
    fetched = desk.fetch("torn-archive", day=day, live=False)
    rows = publish(desk, fetched)
    assert {desk.stand.url(s) for s in good} <= rows.keys()
    assert desk.stand.url(torn) not in rows
    assert fetched.rejected > 0 or fetched.problems
    again = desk.fetch("torn-archive", day=day, live=False)
    assert (again.captures, again.new_rows, again.staged) == (0, 0, fetched.staged)


def test_a_gap_is_filled_by_the_sitemap_without_doubling_what_the_feed_listed(desk: Desk) -> None:
    before = publish(desk, desk.fetch("gap"))
    desk.go_to(DAY + dt.timedelta(days=2))
    fetched = desk.fetch("gap")
    assert fetched.rolled_over
    new = [s for n in (1, 2) for s in desk.stand.stories("gap", DAY + dt.timedelta(days=n))]
    assert publish(desk, fetched).keys() >= before.keys() | {desk.stand.url(s) for s in new}


def test_addresses_that_no_day_is_known_of_are_told(lake: Lake) -> None:
    paper = dataclasses.replace(PAPERS["text-map"], dated_paths=False)
    with running_newsstand(today=DAY, papers={paper.name: paper}) as stand:
        fetched = Desk(lake, stand).fetch(paper.name)
    assert (fetched.state, fetched.listed) == ("fetched", 0)
    [note] = fetched.notes
    assert "have no day" in note
