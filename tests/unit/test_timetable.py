"""The timetable of `fetch_news`: a whole day in UTC for every run."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pendulum

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def test_every_day_in_utc_is_an_interval(airflow_module: Callable[[str], ModuleType]) -> None:
    from airflow.timetables.base import TimeRestriction

    timetable = airflow_module("daily_interval").DailyInterval()
    start = dt.datetime(2026, 3, 28, tzinfo=dt.UTC)  # the clocks of Europe change in the night after
    last, found = None, []
    for _ in range(3):
        info = timetable.next_dagrun_info(
            last_automated_data_interval=last,
            restriction=TimeRestriction(earliest=pendulum.instance(start), latest=None, catchup=True),
        )
        last = info.data_interval
        found.append((last.start.isoformat(), last.end - last.start, info.run_after == last.end))
    day = dt.timedelta(days=1)
    assert found == [(f"2026-03-{n}T00:00:00+00:00", day, True) for n in (28, 29, 30)]


def test_a_run_by_hand_is_for_the_day_it_is_given(airflow_module: Callable[[str], ModuleType]) -> None:
    timetable = airflow_module("daily_interval").DailyInterval()
    for hour in (0, 9, 23):
        interval = timetable.infer_manual_data_interval(run_after=pendulum.datetime(2026, 11, 24, hour, 59))
        assert interval.start.isoformat() == "2026-11-24T00:00:00+00:00"
        assert interval.end.isoformat() == "2026-11-25T00:00:00+00:00"


def test_the_timetable_survives_being_stored(airflow_module: Callable[[str], ModuleType]) -> None:
    module = airflow_module("daily_interval")
    stored = module.DailyInterval.deserialize(module.DailyInterval().serialize())
    assert stored == module.DailyInterval()
    assert stored.partitioned_at_runtime
    assert module.DailyInterval in module.DagspressPlugin.timetables
