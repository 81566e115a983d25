"""Periods: the days that a published date of reduced precision may mean."""

from __future__ import annotations

import bisect
import calendar
import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERIOD: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


class Span(NamedTuple):
    """The days of a period, as proleptic Gregorian ordinals, both ends included."""

    first: int
    last: int


@functools.lru_cache(maxsize=65_536)
def span(period: str) -> Span | None:
    """The days of a period; None when it is not a date (`undated`)."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        first = dt.date(year, month or 1, day or 1)
    except ValueError:
        return None
    last = dt.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    return Span(first.toordinal(), last.toordinal())


def contains(coarse: str, fine: str) -> bool:
    """Whether one period is the other at a higher precision.

    >>> contains("2019-02", "2019-02-06"), contains("2019-02", "2019-02"), contains("undated", "2019")
    (True, False, False)
    """
    return coarse != fine and fine.startswith(f"{coarse}-")


class Calendar:
    """Periods by their place in time."""

    def __init__(self, periods: Iterable[str]) -> None:
        spans = sorted((s, period) for period in set(periods) if (s := span(period)) is not None)
        self._days = [(s.first, period) for s, period in spans if s.first == s.last]
        self._longer = [(s, period) for s, period in spans if s.first < s.last]

    def around(self, period: str, reach: int) -> list[str]:
        """The other periods that begin or end within `reach` days of this one, sorted; none of `undated`."""
        own = span(period)
        if own is None:
            return []
        low = bisect.bisect_left(self._days, (own.first - reach, ""))
        high = bisect.bisect_left(self._days, (own.last + reach + 1, ""))
        found = [other for _, other in self._days[low:high]]
        found += [other for s, other in self._longer if distance(own, s) <= reach]
        return sorted(other for other in found if other != period)


def distance(one: Span, other: Span) -> int:
    """Days between two spans; 0 when they share a day."""
    return max(0, one.first - other.last, other.first - one.last)
