"""Sources that mean harm or are in trouble: each ends in a clear error on that item alone, in its limits."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
import time
from typing import TYPE_CHECKING

import pytest
from fetching import LOOPBACK, Desk

from pipeline.embedded.newsstand import running_newsstand
from pipeline.settings import MIB, Fetching, FetchLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.embedded.newsstand import Newsstand
    from pipeline.lake import Lake

DAY = dt.date(2026, 3, 10)
LIMITS = FetchLimits(
    page_bytes=2 * MIB, index_bytes=4 * MIB, response_seconds=20, connect_seconds=20, wait_seconds=3
)
FETCHING = Fetching(
    allow_addresses=LOOPBACK,
    spacing_seconds=0.0,
    jitter_seconds=0.0,
    at_once=8,
    retry_seconds=(0.05, 0.1),
    limits=LIMITS,
)


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    with running_newsstand(today=DAY, slow_seconds=0.2) as stand:
        yield stand


@pytest.fixture
def desk(lake: Lake, stand: Newsstand) -> Desk:
    return Desk(lake, stand, fetching=FETCHING)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("gzip-bomb", r"expands|DAGSPRESS_MAX_(RESPONSE_RATIO|INDEX_BYTES)"),
        ("brotli-bomb", r"DAGSPRESS_MAX_(RESPONSE_RATIO|INDEX_BYTES)"),
        ("zstd-bomb", r"DAGSPRESS_MAX_(RESPONSE_RATIO|INDEX_BYTES)"),
        ("redirect-loop", r"circle"),
        ("redirect-forever", r"DAGSPRESS_MAX_REDIRECTS"),
        ("endless", r"DAGSPRESS_MAX_INDEX_BYTES"),
        ("drip", r"DAGSPRESS_MAX_RESPONSE_SECONDS"),
        ("to-metadata", r"not a public address|public"),
        ("to-private", r"public"),
        ("to-decimal", r"public"),
        ("to-mapped", r"public"),
        ("to-file", r"http"),
        ("entity-bomb", r"entit"),
        ("external-entity", r"entit|feed|article|item"),
        ("huge-header", r"head"),
        ("dead", r"."),
        ("broken", r"500"),
        ("gone", r"410"),
        ("hangs", r"seconds|DAGSPRESS_MAX"),
        ("not-http", r"."),
        ("html-feed", r"."),
        ("zero-bytes", r"."),
        ("robots-broken", r"robots"),
        ("unwelcome", r"robots\.txt disallows"),
        ("busy-long", r"429|wait|ask"),
    ],
)
def test_a_source_that_gives_nothing_fails_with_the_reason_and_within_its_limit(
    desk: Desk, name: str, error: str
) -> None:
    if name in {"drip", "hangs"}:
        short = dataclasses.replace(LIMITS, response_seconds=2, connect_seconds=2)
        desk.fetching = dataclasses.replace(FETCHING, limits=short)
    began = time.monotonic()
    fetched = desk.fetch(name)
    seconds = time.monotonic() - began
    assert fetched.state == "failed"
    assert fetched.error is not None
    assert re.search(error, fetched.error), fetched.error
    assert (fetched.records, fetched.pages) == (0, 0)
    assert seconds < 12


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("bomb-page", r"DAGSPRESS_MAX_(RESPONSE_RATIO|PAGE_BYTES)"),
        ("huge-page", r"DAGSPRESS_MAX_PAGE_BYTES"),
        ("private-links", r"public"),
        ("private-page", r"public"),
        ("dead-links", r"404|410"),
        ("disallowed", r"robots\.txt disallows"),
    ],
)
def test_a_bad_page_is_told_and_stops_none_of_its_neighbours(desk: Desk, name: str, problem: str) -> None:
    fetched = desk.fetch(name)
    assert fetched.state == "fetched"
    assert fetched.error is None
    assert fetched.problems
    assert all(re.search(problem, sentence) for sentence in fetched.problems), fetched.problems
    assert fetched.pages > 0
    assert fetched.missing + fetched.waiting == len(fetched.problems)
    rows = desk.publish(fetched)
    published = [row for period in rows.values() for row in period]
    assert len(published) == fetched.staged
    assert fetched.staged + fetched.rejected == fetched.pages + fetched.missing


def test_a_page_nested_without_end_is_read_or_rejected_in_time(desk: Desk) -> None:
    generous = dataclasses.replace(LIMITS, response_ratio=10_000)
    desk.fetching = dataclasses.replace(FETCHING, limits=generous)
    began = time.monotonic()
    fetched = desk.fetch("deep-page")
    assert time.monotonic() - began < 20
    assert (fetched.state, fetched.problems) == ("fetched", [])
    assert fetched.records == fetched.pages == fetched.listed


def test_a_feed_of_ten_thousand_items_is_taken_up_to_the_limit(desk: Desk) -> None:
    fetched = desk.fetch("many-items")
    assert fetched.state == "fetched"
    assert fetched.listed == LIMITS.feed_items == 1000
    [problem] = fetched.problems
    assert re.search(r"10,?000", problem)
    assert re.search(r"1,?000", problem)


def test_a_failing_source_is_asked_again_after_an_ever_longer_wait(desk: Desk) -> None:
    waits = []
    for _ in range(3):
        before = len(desk.stand.log.of("broken"))
        desk.now += dt.timedelta(days=1)
        fetched = desk.fetch("broken")
        assert fetched.state == "failed"
        assert len(desk.stand.log.of("broken")) > before
        asked = len(desk.stand.log.of("broken"))
        again = desk.fetch("broken")  # 20 minutes later
        assert again.state == "deferred"
        assert len(desk.stand.log.of("broken")) == asked
        [note] = again.notes
        waits.append(note)
    assert "3 times in a row" in waits[-1]


@pytest.mark.parametrize("as_date", [False, True], ids=["in seconds", "as a date"])
def test_a_host_that_asks_to_wait_is_not_asked_meanwhile(desk: Desk, as_date: bool) -> None:
    patient = dataclasses.replace(FETCHING, limits=dataclasses.replace(LIMITS, wait_seconds=9))
    desk.fetching, desk.real_time, desk.now = patient, True, dt.datetime.now(dt.UTC)
    desk.stand.fail("grinnfjord", 429, 2, retry_after=2, as_date=as_date)
    fetched = desk.fetch("grinnfjord")
    assert (fetched.state, fetched.error) == ("fetched", None)
    log = desk.stand.log.of("grinnfjord")
    refused = [access for access in log if access.status == 429]
    assert len(refused) == 2
    for refusal in refused:
        after = min(access.clock for access in log if access.clock > refusal.clock)
        assert after - refusal.clock >= (1.0 if as_date else 1.95)  # dates know whole seconds alone


def test_a_wait_longer_than_a_run_is_remembered(desk: Desk) -> None:
    assert desk.fetch("busy-long").state == "failed"
    asked = len(desk.stand.log.of("busy-long"))
    desk.now += dt.timedelta(hours=12)
    assert desk.fetch("busy-long").state == "deferred"
    assert len(desk.stand.log.of("busy-long")) == asked


def test_crawl_delay_keeps_requests_apart(desk: Desk) -> None:
    limits = dataclasses.replace(LIMITS, source_seconds=5)
    desk.fetching = dataclasses.replace(FETCHING, at_once=1, limits=limits)  # with two, one may be overtaken
    desk.fetch("crawl-delay")
    clocks = [a.clock for a in desk.stand.log.of("crawl-delay")][1:]  # the first told the delay
    gaps = [later - earlier for earlier, later in itertools.pairwise(clocks)]
    assert gaps
    assert min(gaps) >= 1.95


def test_what_time_ran_out_for_comes_with_the_next_run(desk: Desk) -> None:
    slow = dataclasses.replace(FETCHING, limits=dataclasses.replace(LIMITS, source_seconds=4))
    desk.fetching = dataclasses.replace(slow, spacing_seconds=1.5, at_once=1)
    first = desk.fetch("grinnfjord")
    assert any("DAGSPRESS_MAX_SOURCE_SECONDS" in problem for problem in first.problems)
    assert first.waiting > 0
    desk.fetching = FETCHING
    second = desk.fetch("grinnfjord")
    assert second.waiting == 0
    assert first.pages + second.pages == first.new


def test_a_server_that_asks_to_wait_is_not_asked_about_the_past_either(desk: Desk) -> None:
    desk.stand.fail("lauvdal", 429, 9, retry_after=6 * 3600)
    days = [DAY - dt.timedelta(days=back) for back in (3, 4, 5)]
    first = desk.fetch("lauvdal", day=days[0], live=False)
    assert first.state == "failed"
    asked = len(desk.stand.log.of("lauvdal"))
    for day in days[1:]:
        later = desk.fetch("lauvdal", day=day, live=False)
        assert later.state == "deferred"
        assert "is not asked before" in later.notes[0]
    assert len(desk.stand.log.of("lauvdal")) == asked
