"""The timetable of `fetch_news`: a data interval for each day in UTC, whose tasks announce partitions.

Airflow's own timetables are either backfillable by date or may announce partition keys at run time; a
plain `@daily` gives a point in time and no interval at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.base import DataInterval
from airflow.timetables.interval import CronDataIntervalTimetable

if TYPE_CHECKING:
    from pendulum import DateTime


class DailyInterval(CronDataIntervalTimetable):
    """Every day at midnight UTC, for the day that has just ended: [D, D+1)."""

    description = "Every day at midnight UTC, for the day before"
    partitioned_at_runtime = True

    def __init__(self) -> None:
        super().__init__("0 0 * * *", timezone="UTC")

    @property
    def summary(self) -> str:
        """What the grid shows."""
        return "Daily"

    def infer_manual_data_interval(self, *, run_after: DateTime) -> DataInterval:
        """Of a run by hand: the day that its date lies in, even if that has not ended."""
        start = self._align_to_prev(run_after)
        return DataInterval(start=start, end=self._get_next(start))

    def serialize(self) -> dict[str, Any]:
        """There is nothing to remember."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> DailyInterval:  # noqa: ARG003
        """The one there is."""
        return cls()


class DagspressPlugin(AirflowPlugin):
    """Makes the timetable known to Airflow."""

    name = "dagspress"
    timetables = [DailyInterval]  # noqa: RUF012 - as Airflow wants it
