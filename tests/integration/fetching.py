"""What the tests of fetching share: sources of a newsstand, fetched into a lake by a clock of our own."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.embedded.newsstand import catalogue
from pipeline.flow import fetch, publish
from pipeline.flow.days import RunDay
from pipeline.flow.partition import COUNTS
from pipeline.lake import ARTICLES, articles_name, summary_name
from pipeline.settings import Fetching
from pipeline.sources.loading import read_catalogue
from pipeline.write import read_object

if TYPE_CHECKING:
    from pipeline.embedded.newsstand import Newsstand
    from pipeline.flow import Fetched
    from pipeline.lake import Lake
    from pipeline.sources import Source

LOOPBACK = ("127.0.0.0/8",)


@dataclass(slots=True)
class Desk:
    """A lake and a newsstand, and the time it is."""

    lake: Lake
    stand: Newsstand
    now: dt.datetime = field(init=False)
    fetching: Fetching = field(
        default_factory=lambda: Fetching(allow_addresses=LOOPBACK, spacing_seconds=0.0, jitter_seconds=0.0)
    )

    real_time: bool = False
    """Whether its clock goes on by itself: dates that servers send are real."""

    def __post_init__(self) -> None:
        self.now = self.stand.now() + dt.timedelta(minutes=30)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def clock(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) if self.real_time else self.now

    def source(self, name: str) -> Source:
        [source] = read_catalogue(catalogue(self.stand, [name])).sources
        return source

    def fetch(
        self, name: str, *, day: dt.date | None = None, live: bool = True, refetch: bool = False
    ) -> Fetched:
        """A run for a day (today), twenty minutes after the last one."""
        self.now += dt.timedelta(minutes=20)
        run_day = RunDay(day or self.clock().date(), live)
        return fetch(
            self.lake,
            self.source(name),
            run_day,
            refetch=refetch,
            fetching=self.fetching,
            clock=self.clock,
        )

    def go_to(self, day: dt.date) -> None:
        """The newsstand and we are at the evening of a day."""
        self.stand.set_today(day)
        self.now = self.stand.now() + dt.timedelta(minutes=30)

    def publish(self, fetched: Fetched) -> dict[str, list[dict[str, Any]]]:
        """Publish what was touched: the rows of each period, whose numbers add up."""
        publish(self.lake, fetched.periods)
        rows = {}
        for period in fetched.periods:
            summary = json.loads(self.lake.get(summary_name(period)))
            assert summary["in"] == sum(summary[name] for name in COUNTS), period
            rows[period] = read_object(self.lake, articles_name(period)).to_pylist()
        return rows

    def archive(self) -> dict[str, bytes]:
        """The bytes of every published object."""
        names = [o.name for o in self.lake.list(ARTICLES) if o.name.endswith(".parquet")]
        return {name: self.lake.get(name) for name in names}
