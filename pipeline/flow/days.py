"""Which day a run is for, and whether its sources can still be asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

RunKind = Literal["scheduled", "manual", "backfill", "reprocess"]


@dataclass(frozen=True, slots=True)
class RunDay:
    """The day that a run fetches for.

    Attributes:
        day: in UTC; captures are kept under it.
        live: whether feeds may be asked: what they list now belongs to this day.
    """

    day: dt.date
    live: bool


def resolve_day(
    *,
    kind: str,
    now: dt.datetime,
    interval_start: dt.datetime | None = None,
    logical_date: dt.datetime | None = None,
    given: str | None = None,
) -> RunDay:
    """The day of a run of any kind.

    Args:
        kind: how the run came about: `scheduled`, `manual`, `backfill`; anything else counts as `manual`.
        now: the present instant.
        interval_start: start of the run's data interval; manual and event runs may have none.
        logical_date: the run's logical date, which stands in for a missing interval.
        given: a day that somebody asked for (`YYYY-MM-DD`); it comes before everything else.

    A feed lists what is new *now*. So it is asked only by runs for today or yesterday (whose interval has
    just ended), and never by a backfill. Raises ValueError for a day that is none or lies in the future.
    """
    today = now.astimezone(dt.UTC).date()
    if given:
        try:
            day = dt.date.fromisoformat(given)
        except ValueError:
            raise ValueError(f"{given!r} is no day: give one such as 2026-11-24.") from None
    elif (start := interval_start or logical_date) is not None:
        day = start.astimezone(dt.UTC).date()
    else:
        day = today
    if day > today:
        raise ValueError(f"{day} has not come yet: today is {today} (UTC).")
    recent = day >= today - dt.timedelta(days=1)
    return RunDay(day, live=recent and kind != "backfill")
