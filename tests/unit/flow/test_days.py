from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pipeline.flow.days import RunDay, resolve_day

NOW = dt.datetime(2026, 11, 24, 0, 5, tzinfo=dt.UTC)
TODAY, YESTERDAY = dt.date(2026, 11, 24), dt.date(2026, 11, 23)
LAST_WEEK, EARLIER, LEAP = dt.date(2026, 11, 20), dt.date(2026, 11, 2), dt.date(2024, 2, 29)


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("run", "day", "live"),
    [
        ({"kind": "scheduled", "interval_start": midnight(YESTERDAY)}, YESTERDAY, True),
        (
            {"kind": "scheduled", "interval_start": midnight(LAST_WEEK)},
            LAST_WEEK,
            False,
        ),
        ({"kind": "manual"}, TODAY, True),
        ({"kind": "manual", "logical_date": NOW}, TODAY, True),
        ({"kind": "manual", "interval_start": midnight(YESTERDAY), "logical_date": NOW}, YESTERDAY, True),
        ({"kind": "manual", "given": "2026-11-01"}, dt.date(2026, 11, 1), False),
        ({"kind": "manual", "given": "2026-11-23", "logical_date": NOW}, YESTERDAY, True),
        ({"kind": "backfill", "interval_start": midnight(LEAP)}, LEAP, False),
        ({"kind": "backfill", "interval_start": midnight(YESTERDAY)}, YESTERDAY, False),
        (
            {"kind": "reprocess", "interval_start": midnight(EARLIER)},
            EARLIER,
            False,
        ),
        ({"kind": "asset_triggered"}, TODAY, True),
    ],
)
def test_every_kind_of_run_has_its_day(run: dict[str, Any], day: dt.date, live: bool) -> None:
    assert resolve_day(now=NOW, **run) == RunDay(day, live)


def test_days_are_those_of_utc() -> None:
    oslo = dt.timezone(dt.timedelta(hours=1))
    start = dt.datetime(2026, 11, 24, 0, 30, tzinfo=oslo)
    assert resolve_day(kind="manual", now=NOW, interval_start=start).day == YESTERDAY


@pytest.mark.parametrize("given", ["2026-13-01", "tomorrow", "2026", "24.11.2026"])
def test_what_is_no_day_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        resolve_day(kind="manual", now=NOW, given=given)


def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-11-25 has not come yet: today is 2026-11-24"):
        resolve_day(kind="manual", now=NOW, given="2026-11-25")
