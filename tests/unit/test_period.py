"""Periods: what days they mean, and which are near."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from pipeline.period import Calendar, contains, distance, span

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2001, 12, 31)).map(dt.date.isoformat)
PERIODS = DAYS | DAYS.map(lambda d: d[:7]) | DAYS.map(lambda d: d[:4]) | st.just("undated")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023", "2023-01-01", "2023-12-31"),
    ],
)
def test_a_period_spans_days(period: str, first: str, last: str) -> None:
    days = span(period)
    assert days is not None
    assert [dt.date.fromordinal(day).isoformat() for day in days] == [first, last]


@pytest.mark.parametrize("wrong", ["undated", "2023-02-29", "0000", "2023-13", "23-01-01", "2023-1", ""])
def test_what_is_no_date_spans_nothing(wrong: str) -> None:
    assert span(wrong) is None


@given(st.sets(PERIODS, max_size=8), PERIODS, st.integers(0, 40))
def test_the_periods_around_are_those_within_reach(known: set[str], period: str, reach: int) -> None:
    own = span(period)
    expected = [
        other
        for other in sorted(known - {period})
        if own is not None and (there := span(other)) is not None and distance(own, there) <= reach
    ]
    assert Calendar(known).around(period, reach) == expected


@given(PERIODS, PERIODS)
def test_nearness_is_mutual(one: str, other: str) -> None:
    both = Calendar([one, other])
    assert (other in both.around(one, 3)) == (one in both.around(other, 3))


@given(PERIODS, PERIODS)
def test_what_a_period_contains_lies_in_its_days(coarse: str, fine: str) -> None:
    if contains(coarse, fine):
        outer, inner = span(coarse), span(fine)
        assert outer is not None
        assert inner is not None
        assert outer.first <= inner.first <= inner.last <= outer.last
