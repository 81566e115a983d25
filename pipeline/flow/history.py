"""What stands published of the same day of the week in the weeks before: what a day is compared with."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import orjson

from pipeline.lake import ARTICLES, summary_name
from pipeline.period import span
from pipeline.validate import Profile, load_thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.lake import Lake

Past = list["Mapping[str, Profile] | None"]
"""The profiles of each source, by week, the latest first; None where nothing is published."""

_FEW: Final = 64
"""So many summaries are asked for without knowing whether they are there."""
_READERS: Final = 8


def read_past(lake: Lake, periods: Iterable[str]) -> dict[str, Past]:
    """For every day among some periods what it is compared with, as it stands now."""
    weeks = load_thresholds().weeks
    days = {period: _weeks_before(period, weeks) for period in periods if _is_day(period)}
    wanted = set().union(*days.values())
    if len(wanted) > _FEW:
        wanted &= set(lake.periods(ARTICLES))
    with ThreadPoolExecutor(_READERS) as threads:
        found = dict(zip(wanted, threads.map(lambda period: _profiles(lake, period), wanted), strict=True))
    return {period: [found.get(other) for other in before] for period, before in days.items()}


def _is_day(period: str) -> bool:
    return len(period) == 10 and span(period) is not None


def _weeks_before(period: str, weeks: int) -> list[str]:
    """The same day of the week, so many weeks back.

    >>> _weeks_before("2024-03-07", 2), _weeks_before("0001-01-03", 2)
    (['2024-02-29', '2024-02-22'], [])
    """
    day = dt.date.fromisoformat(period).toordinal()
    return [dt.date.fromordinal(day - 7 * week).isoformat() for week in range(1, weeks + 1) if day > 7 * week]


def _profiles(lake: Lake, period: str) -> Mapping[str, Profile] | None:
    data = lake.find(summary_name(period))
    if data is None:
        return None
    return {source: Profile(**values) for source, values in orjson.loads(data).get("profile", {}).items()}
