"""What a run could not have, a later one has: failing files and pages, outages, busy hosts."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

import pytest
from fetching import LOOPBACK, Desk

from pipeline.acquire.memory import load_memory, save_memory
from pipeline.embedded.newsstand import running_newsstand
from pipeline.flow.days import RunDay
from pipeline.flow.fetch import fetch, visit
from pipeline.lake import Lake
from pipeline.settings import Fetching, FetchLimits
from pipeline.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.embedded.newsstand import Newsstand
    from pipeline.flow import Fetched

DAY = dt.date(2026, 3, 10)
FETCHING = Fetching(
    allow_addresses=LOOPBACK, spacing_seconds=0.0, jitter_seconds=0.0, retry_seconds=(), limits=FetchLimits()
)


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with running_newsstand(today=DAY) as stand:
        yield stand


@pytest.fixture
def desk(lake: Lake, stand: Newsstand) -> Desk:
    return Desk(lake, stand, fetching=FETCHING)


def end_waits(desk: Desk, name: str) -> list[str]:
    """Hosts tell by their own clock, not by ours, when they may be asked: now. What waits is returned."""
    memory = load_memory(desk.lake, name)
    memory.not_before = None
    for entry in memory.waiting.values():
        entry.not_before = None
    save_memory(desk.lake, memory)
    return [*memory.waiting]


def test_a_page_that_a_past_day_lacks_is_asked_for_when_that_day_is_run_again(desk: Desk) -> None:
    day = DAY - dt.timedelta(days=5)
    stories = desk.stand.stories("lauvdal", day)
    desk.stand.fail("lauvdal", 503, 1, path=stories[0].path)
    first = desk.fetch("lauvdal", day=day, live=False)
    assert (first.pages, first.waiting) == (len(stories) - 1, 1)
    second = desk.fetch("lauvdal", day=day, live=False)
    assert (second.pages, second.waiting, second.staged) == (1, 0, len(stories))
    assert desk.fetch("lauvdal", day=day, live=False).requests == 0


def test_a_day_is_not_whole_before_all_its_sitemaps_were_read(desk: Desk) -> None:
    day = DAY - dt.timedelta(days=1)
    stories = desk.stand.stories("lauvdal", day)
    desk.stand.fail("lauvdal", 503, 1, path=f"/sitemaps/{day}.xml")
    live = desk.fetch("lauvdal", day=day)
    assert live.pages == len(desk.stand.stories("lauvdal", day - dt.timedelta(days=1)))
    again = desk.fetch("lauvdal", day=day, live=False)
    assert again.pages == len(stories)
    assert desk.fetch("lauvdal", day=day, live=False).requests == 0


def test_a_sitemap_is_asked_for_the_days_of_an_outage(desk: Desk) -> None:
    desk.fetch("lauvdal")
    desk.go_to(DAY + dt.timedelta(days=5))
    fetched = desk.fetch("lauvdal")
    days = [DAY + dt.timedelta(days=n) for n in range(1, 6)]
    assert fetched.new == sum(len(desk.stand.stories("lauvdal", day)) for day in days)


def test_items_whose_pages_are_waited_for_are_no_sign_of_a_roll_over(desk: Desk) -> None:
    desk.fetching = replace(FETCHING, limits=FetchLimits(source_pages=1))
    desk.fetch("storli")
    memory = load_memory(desk.lake, "storli")
    memory.known = {"https://storli.example/gone": next(iter(memory.known.values()))}
    save_memory(desk.lake, memory)
    assert memory.waiting
    desk.stand.update(desk.stand.latest("storli")[0])
    fetched = desk.fetch("storli")
    assert (fetched.state, fetched.rolled_over) == ("fetched", False)


def test_a_feed_that_rolls_over_before_any_page_was_had_says_so(desk: Desk) -> None:
    desk.fetching = replace(FETCHING, limits=FetchLimits(source_pages=0))
    desk.fetch("storli")
    desk.stand.roll_over("storli")
    assert desk.fetch("storli").rolled_over


def test_a_page_that_nobody_was_asked_for_is_not_given_up(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.fetching = replace(FETCHING, at_once=1)
    stories = desk.stand.latest("storli")
    paths = {desk.stand.url(story): story.path for story in stories}
    missing = 0
    for number in range(visit.ATTEMPTS + 1):
        # each time the host wants to be left alone for an hour from the first page on
        monkeypatch.setenv("DAGSPRESS_HOSTS_FOLDER", str(tmp_path / str(number)))
        due = end_waits(desk, "storli") or [*paths]
        desk.stand.fail("storli", 429, 1, retry_after=3_600, path=paths[due[0]])
        missing += desk.fetch("storli").missing
    monkeypatch.setenv("DAGSPRESS_HOSTS_FOLDER", str(tmp_path / "free"))
    desk.stand.fail("storli", 429, 0)
    waiting = end_waits(desk, "storli")
    assert (missing, len(waiting)) == (1, len(stories) - 1)  # the one that was asked for in vain, five times
    fetched = desk.fetch("storli")
    assert (fetched.pages, fetched.waiting) == (len(waiting), 0)


def test_running_out_of_time_loses_no_page_that_counts_as_had(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_file, pages = Lake.put_file, []

    def slow_put_file(self: Lake, name: str, file: BinaryIO, size: int) -> None:
        if "pages" in name:
            pages.append(name)
            time.sleep(3.2 if len(pages) == 1 else 0.1)
        put_file(self, name, file, size)

    monkeypatch.setattr(Lake, "put_file", slow_put_file)
    monkeypatch.setattr(visit, "CAPTURE_BYTES", 1)
    desk.fetching = replace(FETCHING, limits=FetchLimits(source_seconds=3))
    fetched = desk.fetch("storli")
    assert "DAGSPRESS_MAX_SOURCE_SECONDS" in "".join(fetched.problems)
    assert fetched.pages == fetched.staged > 0


def test_a_daily_source_is_asked_every_day_however_late_the_day_before(desk: Desk) -> None:
    source = replace(desk.source("storli"), every=dt.timedelta(days=1))
    for hours in (0, 23.2, 48):
        now = desk.now + dt.timedelta(hours=hours)
        found = fetch(
            desk.lake, source, RunDay(now.date(), live=True), fetching=FETCHING, clock=lambda now=now: now
        )
        assert found.state != "deferred", hours
        assert (
            fetch(
                desk.lake, source, RunDay(now.date(), live=True), fetching=FETCHING, clock=lambda now=now: now
            ).state
            == "deferred"
        )


def test_a_feed_that_cannot_be_had_where_it_moved_to_is_looked_for_where_it_was(desk: Desk) -> None:
    desk.fetch("moved")
    assert load_memory(desk.lake, "moved").moved_to
    desk.stand.fail("moved", 404, 9)
    assert desk.fetch("moved").state == "failed"
    assert load_memory(desk.lake, "moved").moved_to is None


def test_a_gap_is_filled_by_a_later_run_when_the_sitemap_could_not_be_asked(desk: Desk) -> None:
    desk.fetch("havnevik")
    desk.go_to(DAY + dt.timedelta(days=1))
    desk.stand.fail("havnevik", 503, 1, path=urlsplit(desk.source("havnevik").sitemap or "").path)
    first = desk.fetch("havnevik")
    assert (first.rolled_over, first.pages) == (True, len(desk.stand.latest("havnevik")))
    desk.now += dt.timedelta(hours=1)
    second = desk.fetch("havnevik")
    wanted = {desk.stand.url(story) for story in desk.stand.stories("havnevik", desk.today)}
    found = {row["canonical_url"] for rows in desk.publish(second).values() for row in rows}
    assert wanted <= found
    assert load_memory(desk.lake, "havnevik").gap is None


def test_a_live_run_does_not_ask_again_for_what_a_backfill_had_of_yesterday(desk: Desk) -> None:
    yesterday = DAY - dt.timedelta(days=1)
    desk.publish(desk.fetch("lauvdal", day=yesterday, live=False))
    before = desk.archive()
    live = desk.fetch("lauvdal")
    assert live.pages == len(desk.stand.stories("lauvdal", DAY))
    desk.publish(live)
    assert before.items() <= desk.archive().items()


@pytest.mark.parametrize("listed", [False, True], ids=["file by file", "by a list"])
def test_an_archive_that_comes_late_is_taken_with_the_next_days(
    lake: Lake, tmp_path: Path, *, listed: bool
) -> None:
    url = f"{tmp_path.as_uri()}/news-%Y%m%d.warc"
    source = Source(name="arkivet", kind="archive", url=f"{tmp_path.as_uri()}/a.paths" if listed else url)

    def take(day: dt.date) -> Fetched:
        now = dt.datetime.combine(day, dt.time(0, 5), tzinfo=dt.UTC) + dt.timedelta(days=1)
        names = [path.name for path in sorted(tmp_path.glob("*.warc"))]
        (tmp_path / "a.paths").write_text("\n".join(names))
        return fetch(lake, source, RunDay(day, live=True), fetching=FETCHING, clock=lambda: now)

    days = [DAY + dt.timedelta(days=n) for n in range(6)]
    late = f"{days[1]:%Y%m%d}"
    for day in (days[0], days[2], days[3], days[4], days[5]):
        (tmp_path / f"news-{day:%Y%m%d}.warc").write_bytes(b"WARC/1.1\r\n")
    assert take(days[0]).captures == 1  # none of the days before it is first asked
    assert take(days[1]).captures == 0
    (tmp_path / f"news-{late}.warc").write_bytes(b"WARC/1.0\r\n")
    found = take(days[2])
    assert (found.captures, found.problems) == (2, [])
    assert [take(day).captures for day in days[3:]] == [1, 1, 1]
    done = load_memory(lake, "arkivet").days
    assert [done[day.isoformat()].whole for day in days] == [True, True, True, True, False, False]


def test_a_page_that_comes_after_its_feed_is_had_the_next_time(desk: Desk) -> None:
    story = desk.stand.latest("grinnfjord")[0]
    desk.stand.fail("grinnfjord", 404, 1, path=story.path)
    first = desk.fetch("grinnfjord")
    assert (first.rejected, first.waiting, first.error) == (0, 1, None)
    desk.now += dt.timedelta(hours=1)
    second = desk.fetch("grinnfjord")
    assert (second.pages, second.waiting) == (1, 0)
    rows = [row for period in desk.publish(second).values() for row in period]
    assert desk.stand.url(story) in {row["canonical_url"] for row in rows}
