"""The sources: how each is doing and why, what it brings, and when it is asked next."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.acquire.memory import Memory, load_memory
from pipeline.errors import ConfigurationError, DagspressError, ObjectMissing
from pipeline.flow.freshness import judge
from pipeline.flow.overview import read_overview
from pipeline.lake import articles_name
from pipeline.newsdesk.article import instant
from pipeline.report.words import printable, visible
from pipeline.sources import load_sources
from pipeline.sources.values import NAME
from pipeline.sources.writing import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.acquire.memory import Poll
    from pipeline.flow.freshness import Freshness
    from pipeline.flow.overview import Line
    from pipeline.lake import Lake
    from pipeline.sources import Source

HEALTH_DAYS: Final = 56
SHARE_DAYS: Final = 14
"""Latest days with articles of a source from which its share of copies is told."""
SHOWN_POLLS: Final = 100

_READERS: Final = 8

VERDICTS: Final = ("silent", "degraded", "late", "fresh", "new", "dropped", "off")
"""Those that need a look first. `off`: not enabled. `dropped`: not in the catalogue, so nobody asks it: what
was dropped into the inbox, or a source that was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a source's health."""

    day: str
    articles: int
    """Published under this day's date, copies included."""
    polls: int
    failed: int
    """Of the polls."""
    rolled_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A source, and how it is doing."""

    name: str
    title: str
    kind: str
    """`feed`, `sitemap` or `archive`; empty where it is not in the catalogue."""
    verdict: str
    """One of `VERDICTS`."""
    why: str
    last_item: str
    last_success: str
    last_error: str
    """With when it happened."""
    next_poll: str
    why_not: str
    """Why it is not asked before."""
    rolled_over: str
    """When it last listed nothing that was known; empty where it did not lately."""
    items_per_day: float | None
    """What is usual."""
    days: list[Day]
    """The last `HEALTH_DAYS`, the oldest first."""
    articles: int
    """In the archive, copies included."""
    periods: int

    @property
    def most(self) -> int:
        """Articles of its best day, of those shown; at least 1."""
        return max((day.articles for day in self.days), default=0) or 1

    @property
    def sentence(self) -> str:
        """What the chart shows, for those who do not see it."""
        numbers = [day.articles for day in self.days]
        failed, polls = (sum(getattr(day, name) for day in self.days) for name in ("failed", "polls"))
        return (
            f"Last {len(numbers)} days: {sum(numbers)} articles published, at most {max(numbers)} a day; "
            f"{failed} of {polls} polls failed."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesView:
    """What the page shows."""

    sources: list[Health]
    """Those that need a look first, then by name."""
    problem: str
    """What is wrong with the catalogue; empty where nothing is."""
    articles: int
    """In the archive, copies included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A poll, as it is read."""

    at: str
    day: str
    outcome: str
    listed: int
    new: int
    rolled_over: bool
    empty: str
    """Share of titles, dates and texts that is missing."""
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """What the page of one source shows."""

    health: Health
    settings: list[tuple[str, str]]
    """What the catalogue says of it."""
    polls: list[Asked]
    """The latest first."""
    polls_left_out: int
    waiting: int
    """Pages that could not be had yet."""
    moved_to: str
    copies: int
    """Of `counted` rows of the latest days."""
    counted: int
    latest: list[tuple[str, int]]
    """The latest periods with articles of it, and how many."""


def sources_view(lake: Lake, *, now: dt.datetime) -> SourcesView:
    """All sources: those of the catalogue, and those that only the archive knows. Raises LakeError."""
    catalogue, problem = _catalogue()
    lines = read_overview(lake)
    totals, periods, days = _contributions(lines.values(), now)
    names = sorted({*catalogue, *totals})
    with ThreadPoolExecutor(_READERS) as threads:
        memories = dict(zip(names, threads.map(partial(_memory, lake), names), strict=True))
    found = [
        _health(
            name,
            catalogue.get(name),
            memories[name],
            now=now,
            articles=totals[name],
            periods=periods[name],
            by_day=days.get(name, {}),
        )
        for name in names
    ]
    found.sort(key=lambda health: (VERDICTS.index(health.verdict), health.name))
    return SourcesView(sources=found, problem=problem, articles=totals.total())


def source_view(lake: Lake, name: str, *, now: dt.datetime) -> SourceView:
    """One source with its polls. Raises DagspressError where nothing is known of it; LakeError."""
    catalogue, _ = _catalogue()
    lines = read_overview(lake)
    totals, periods, days = _contributions(lines.values(), now)
    source = catalogue.get(name)
    if source is None and name not in totals:
        raise DagspressError(
            f"There is no source {visible(name)[:80]!r}, neither in the catalogue nor in the archive."
        )
    memory = _memory(lake, name)
    latest = [(line.period, line.sources[name]) for line in reversed(lines.values()) if name in line.sources]
    latest_days = [period for period, _ in latest if len(period) == 10][:SHARE_DAYS]
    copies, counted = _copies(lake, name, latest_days)
    polls = memory.polls[::-1]
    return SourceView(
        health=_health(
            name,
            source,
            memory,
            now=now,
            articles=totals[name],
            periods=periods[name],
            by_day=days.get(name, {}),
        ),
        settings=_settings(source) if source is not None else [],
        polls=[_asked(poll) for poll in polls[:SHOWN_POLLS]],
        polls_left_out=max(0, len(polls) - SHOWN_POLLS),
        waiting=len(memory.waiting),
        moved_to=printable(memory.moved_to or ""),
        copies=copies,
        counted=counted,
        latest=[(period, number) for period, number in latest if period in latest_days],
    )


def _catalogue() -> tuple[dict[str, Source], str]:
    try:
        return {source.name: source for source in load_sources()}, ""
    except ConfigurationError as error:
        return {}, str(error)


def _memory(lake: Lake, name: str) -> Memory:
    """What is remembered of a source; nothing where only documents call it so, in words of any kind."""
    return load_memory(lake, name) if NAME.fullmatch(name) else Memory(source=name)


def _contributions(
    lines: Iterable[Line], now: dt.datetime
) -> tuple[Counter[str], Counter[str], dict[str, dict[str, int]]]:
    """Of every source: its rows, its periods, and its rows of the last days by day."""
    first = (now.date() - dt.timedelta(days=HEALTH_DAYS - 1)).isoformat()
    totals: Counter[str] = Counter()
    periods: Counter[str] = Counter()
    days: dict[str, dict[str, int]] = defaultdict(dict)
    for line in lines:
        totals.update(line.sources)
        periods.update(line.sources.keys())
        if len(line.period) == 10 and line.period >= first:
            for name, number in line.sources.items():
                days[name][line.period] = number
    return totals, periods, days


def _health(
    name: str,
    source: Source | None,
    memory: Memory,
    *,
    now: dt.datetime,
    articles: int,
    periods: int,
    by_day: Mapping[str, int],
) -> Health:
    found = judge(source, memory, now=now) if source is not None else None
    verdict, why = _verdict(source, found)
    failed = next((poll for poll in reversed(memory.polls) if poll.error), None)
    rolled = next((poll for poll in reversed(memory.polls) if poll.rolled_over), None)
    waits = memory.not_before is not None and not memory.due(now)
    return Health(
        name=name,
        title=printable(source.title or "") if source is not None else "",
        kind=source.kind if source is not None else "",
        verdict=verdict,
        why=printable(why),
        last_item=_instant(found.last_item if found is not None else None),
        last_success=_instant(found.last_success if found is not None else None),
        last_error=f"{_instant(failed.at)}: {printable(failed.error or '')}" if failed is not None else "",
        next_poll=_next(source, memory.not_before if waits else None),
        why_not=printable(memory.why_not or "") if waits else "",
        rolled_over=_instant(rolled.at) if rolled is not None else "",
        items_per_day=found.items_per_day if found is not None else None,
        days=_days(memory.polls, by_day, now.date()),
        articles=articles,
        periods=periods,
    )


def _verdict(source: Source | None, found: Freshness | None) -> tuple[str, str]:
    if source is None or found is None:
        return "dropped", "Not in the catalogue: it is not asked; its articles came by the inbox or before."
    if not source.enabled:
        return "off", "The catalogue says not to ask it (enabled: false)."
    return found.verdict, found.why


def _next(source: Source | None, not_before: str | None) -> str:
    if source is None or not source.enabled:
        return ""
    return f"not before {_instant(not_before)}" if not_before else "with the next run of fetch_news"


def _days(polls: Sequence[Poll], by_day: Mapping[str, int], today: dt.date) -> list[Day]:
    asked: dict[str, list[Poll]] = defaultdict(list)
    for poll in polls:
        asked[poll.at[:10]].append(poll)
    found = []
    for back in reversed(range(HEALTH_DAYS)):
        day = (today - dt.timedelta(days=back)).isoformat()
        found.append(
            Day(
                day=day,
                articles=by_day.get(day, 0),
                polls=len(asked[day]),
                failed=sum(poll.outcome == "failed" for poll in asked[day]),
                rolled_over=any(poll.rolled_over for poll in asked[day]),
            )
        )
    return found


def _instant(value: str | None) -> str:
    """An ISO 8601 instant as it is read; what is none stays as it is."""
    if not value:
        return ""
    try:
        return instant(dt.datetime.fromisoformat(value).astimezone(dt.UTC).replace(second=0, microsecond=0))
    except ValueError:
        return printable(value)


def _settings(source: Source) -> list[tuple[str, str]]:
    values = {
        "address": source.url,
        "language": source.language,
        "news sitemap": source.sitemap,
        "time zone": source.zone,
        "asked every": duration(source.every) if source.every else None,
        "silent after": duration(source.oldest),
        "pages": None if source.pages else "not fetched: the text of the feed is taken",
        "hosts": ", ".join(source.hosts),
    }
    return [(name, printable(value)) for name, value in values.items() if value]


def _asked(poll: Poll) -> Asked:
    return Asked(
        at=_instant(poll.at),
        day=poll.day,
        outcome=poll.outcome,
        listed=poll.listed,
        new=poll.new,
        rolled_over=poll.rolled_over,
        empty=f"{poll.empty_fields:.0%}" if poll.empty_fields is not None else "",
        error=printable(poll.error or ""),
    )


def _copies(lake: Lake, name: str, periods: Sequence[str]) -> tuple[int, int]:
    """How many rows of a source are copies of others, of how many, in some periods."""
    with ThreadPoolExecutor(_READERS) as threads:
        found = list(threads.map(lambda period: _copies_in(lake, name, period), periods))
    return sum(copies for copies, _ in found), sum(rows for _, rows in found)


def _copies_in(lake: Lake, name: str, period: str) -> tuple[int, int]:
    try:
        with lake.open(articles_name(period)) as file:
            table = pq.read_table(file, columns=["source", "duplicate_of"])
    except ObjectMissing:
        return 0, 0
    rows = table.filter(pc.equal(table["source"], name))
    return len(rows) - rows["duplicate_of"].null_count, len(rows)
