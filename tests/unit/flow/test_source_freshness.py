from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from pipeline.acquire.memory import Memory, Poll
from pipeline.flow.freshness import judge, usual_items
from pipeline.sources import Source

NOW = dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)
SOURCE = Source(name="posten", kind="feed", url="https://posten.example/rss")


def poll(days_ago: float, **fields: Any) -> Poll:
    at = NOW - dt.timedelta(days=days_ago)
    defaults: dict[str, Any] = {"outcome": "fetched", "listed": 30, "new": 10, "newest": at.isoformat()}
    return Poll(at=at.isoformat(), day=at.date().isoformat(), **(defaults | fields))


def nothing(days_ago: float) -> Poll:
    return poll(days_ago, new=0, newest=None)


def history(days: int = 10, *, last: float = 0.25, **fields: Any) -> list[Poll]:
    """A poll a day, oldest first, up to `last` days ago."""
    return [poll(last + n, **fields) for n in reversed(range(days))]


def verdict(polls: list[Poll], source: Source = SOURCE, **memory: Any) -> str:
    return judge(source, Memory(source="posten", polls=polls, **memory), now=NOW).verdict


def test_a_source_that_brings_what_it_uses_to_is_fresh() -> None:
    found = judge(SOURCE, Memory(source="posten", polls=history()), now=NOW)
    assert (found.verdict, found.items_per_day, found.failures) == ("fresh", 10.0, 0)


@pytest.mark.parametrize(
    ("polls", "memory", "expected", "why"),
    [
        ([], {}, "new", "never asked"),
        (history(last=4), {"failures": 3}, "silent", "has not answered since 2026-11-20"),
        (history(last=4), {}, "silent", "was not asked since 2026-11-20"),
        ([poll(0.1, outcome="failed", error="no such host")], {"failures": 1}, "silent", "never answered"),
        ([*history(last=5), *map(nothing, (3, 2, 1, 0.2))], {}, "silent", "too old"),
        (
            [*history(), poll(0.1, outcome="failed", error="500")],
            {"failures": 2},
            "late",
            "2 times in a row",
        ),
        (history(last=2.5), {}, "late", "not asked since"),
        (
            [*history(last=2.6), nothing(1.5), nothing(0.2)],
            {},
            "late",
            "Nothing",
        ),
        ([*history(), poll(0.1, rolled_over=True)], {}, "degraded", "rolls over"),
        ([*history(last=2.5), poll(1.5, new=1), poll(0.3, new=1)], {}, "degraded", "brought 1 a day"),
        (
            [*history(last=2.1, empty_fields=0.02), poll(0.1, empty_fields=0.4)],
            {},
            "degraded",
            "40% of titles",
        ),
    ],
)
def test_the_verdict_and_its_reason(
    polls: list[Poll], memory: dict[str, Any], expected: str, why: str
) -> None:
    found = judge(SOURCE, Memory(source="posten", polls=polls, **memory), now=NOW)
    assert (found.verdict, why in found.why) == (expected, True), found.why


def test_what_is_usual_leaves_out_the_first_poll_and_the_last_days() -> None:
    polls = [
        poll(9, new=400),
        *(poll(d, new=n) for d, n in ((8, 3), (7, 5), (6, 4), (5, 40))),
        poll(0.5, new=0),
    ]
    assert usual_items(polls, now=NOW) == 4.5


def test_too_little_history_is_no_rule() -> None:
    assert usual_items([poll(4), poll(3)], now=NOW) is None
    assert verdict([poll(4, new=50), poll(3, new=1), poll(0.2, new=1)]) == "fresh"


def test_the_catalogue_says_how_old_is_too_old() -> None:
    weekly = Source(name="ukeblad", kind="feed", url="https://u.example/rss", oldest=dt.timedelta(days=10))
    polls = [*history(last=5), *map(nothing, (3, 2, 1, 0.2))]
    assert verdict(polls, weekly) != "silent"
    assert verdict(polls) == "silent"


def test_several_polls_a_day_count_as_one_day() -> None:
    polls = [poll(d + h / 24, new=2) for d in range(8, 2, -1) for h in (3, 2, 1)]
    assert usual_items(polls, now=NOW) == 6


def test_a_source_that_is_to_be_asked_once_a_week_is_not_missed_before() -> None:
    weekly = replace(SOURCE, every=dt.timedelta(days=7))
    polls = [poll(days) for days in (27.5, 20.5, 13.5, 6.5)]
    assert verdict(polls, weekly) == "fresh"
    assert verdict(polls) == "silent"
    assert verdict(polls[:-1], weekly) == "silent"
