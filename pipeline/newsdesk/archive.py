"""The archive: a calendar of one year, what every year holds, and what needs a look."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.article import UNDATED
from pipeline.flow.overview import GATE_FAILED, WAITING, Line, read_overview
from pipeline.flow.partition import COUNTS
from pipeline.lake import CAPTURES
from pipeline.period import span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pipeline.lake import Lake

CAPTURED: Final = "captured"
"""Something was captured for the day, and no article stands under it."""
NEVER: Final = "never captured"

MOST_LISTED: Final = 60
"""Periods that need a look are listed up to so many."""

_READERS: Final = 8
_YEAR, _MONTH = len("2024"), len("2024-02")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A period as it stands in the calendar."""

    period: str
    label: str
    """What stands in its cell: the day of the month, or the period."""
    state: str
    """A state of the overview, else `CAPTURED` or `NEVER`."""
    articles: int
    """Published rows, copies among them."""
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month: its weeks from Monday to Sunday, and what is known of it no closer."""

    name: str
    weeks: list[list[Cell | None]]
    """None stands for the days of the months around it."""
    whole: Cell | None
    """The partition of articles of which the month alone is known."""
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days of the year, for the chart."""

    first: dt.date
    published: int
    duplicates: int
    quarantined: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.published + self.duplicates + self.quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What the archive holds of a year."""

    number: int
    articles: int
    periods: int
    to_look_at: int
    """Periods whose gate is shut, or that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveView:
    """What the page shows."""

    year: int | None
    """None where the archive is empty and no year was asked for."""
    years: list[Year]
    """The latest first."""
    totals: dict[str, int]
    """`in` and `COUNTS`, of the whole archive."""
    of_year: dict[str, int]
    periods: int
    months: list[Month]
    whole_year: Cell | None
    """The partition of articles of which the year alone is known."""
    undated: Cell | None
    weeks: list[Week]
    states: dict[str, int]
    """Days of the year by state."""
    to_look_at: list[Line]
    """Shut gates, then what waits; the latest first, at most `MOST_LISTED`."""
    all_to_look_at: int


def archive_view(lake: Lake, *, year: int | None = None) -> ArchiveView:
    """The archive with the calendar of one year, the latest one unless it is said. Raises LakeError."""
    overview = read_overview(lake)
    shown = year if year is not None else _latest(_years(overview.values()))
    return calendar_of(overview, shown, captured=_captured_days(lake, shown) if shown is not None else set())


def calendar_of(overview: Mapping[str, Line], shown: int | None, *, captured: Collection[str]) -> ArchiveView:
    """The view of a year, from what is known of every period and the days that something was captured for."""
    lines = {p: line for p, line in overview.items() if shown is not None and _year_of(p) == shown}
    months = _months(shown, lines, captured) if shown is not None else []
    cells = [cell for month in months for week in month.weeks for cell in week if cell is not None]
    concerned = _to_look_at(overview.values())
    return ArchiveView(
        year=shown,
        years=_years(overview.values()),
        totals=total(overview.values()),
        of_year=total(lines.values()),
        periods=len(overview),
        months=months,
        whole_year=_cell(lines[f"{shown:04d}"]) if shown is not None and f"{shown:04d}" in lines else None,
        undated=_cell(overview[UNDATED]) if UNDATED in overview else None,
        weeks=_weeks(shown, lines) if shown is not None else [],
        states=dict(Counter(cell.state for cell in cells)),
        to_look_at=concerned[:MOST_LISTED],
        all_to_look_at=len(concerned),
    )


def total(lines: Iterable[Line]) -> dict[str, int]:
    """The sums of G1's numbers."""
    sums = dict.fromkeys(("in", *COUNTS), 0)
    for line in lines:
        for name in sums:
            sums[name] += line.counts.get(name, 0)
    return sums


def articles_in(line: Line) -> int:
    """Rows of the partition that stands, copies among them."""
    return line.counts.get("published", 0) + line.counts.get("duplicates", 0)


def _year_of(period: str) -> int | None:
    return int(period[:_YEAR]) if span(period) is not None else None


def _years(lines: Iterable[Line]) -> list[Year]:
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if (number := _year_of(line.period)) is not None:
            found[number].append(line)
    return [
        Year(
            number=number,
            articles=sum(map(articles_in, own)),
            periods=len(own),
            to_look_at=len(_to_look_at(own)),
        )
        for number, own in sorted(found.items(), reverse=True)
    ]


def _latest(years: Sequence[Year]) -> int | None:
    """The latest year with articles; mistyped dates of the future hold none, as they fail a check."""
    return next((year.number for year in years if year.articles), years[0].number if years else None)


def _to_look_at(lines: Iterable[Line]) -> list[Line]:
    latest = sorted(lines, key=lambda line: line.period, reverse=True)
    return [line for state in (GATE_FAILED, WAITING) for line in latest if line.state == state]


def _captured_days(lake: Lake, year: int) -> set[str]:
    """The days of a year that something was captured for, by one listing of each source."""
    with ThreadPoolExecutor(_READERS) as threads:
        listings = threads.map(
            lambda source: lake.folders(f"{source}date={year:04d}"), lake.folders(f"{CAPTURES}source=")
        )
        return {name.rstrip("/").rpartition("date=")[2] for names in listings for name in names}


# --- the calendar ----------------------------------------------------------------------------------


def _months(year: int, lines: Mapping[str, Line], captured: Collection[str]) -> list[Month]:
    weeks = calendar.Calendar(calendar.MONDAY)
    months = []
    for number in range(1, 13):
        month = f"{year:04d}-{number:02d}"
        days = [
            [_day(f"{month}-{day:02d}", day, lines, captured) if day else None for day in week]
            for week in weeks.monthdayscalendar(year, number)
        ]
        months.append(
            Month(
                name=calendar.month_name[number],
                weeks=days,
                whole=_cell(lines[month]) if month in lines else None,
                articles=sum(articles_in(line) for p, line in lines.items() if p[:_MONTH] == month),
            )
        )
    return months


def _day(period: str, day: int, lines: Mapping[str, Line], captured: Collection[str]) -> Cell:
    if period in lines:
        return _cell(lines[period], label=str(day))
    state = CAPTURED if period in captured else NEVER
    return Cell(period=period, label=str(day), state=state, articles=0, quarantined=0)


def _cell(line: Line, *, label: str = "") -> Cell:
    return Cell(
        period=line.period,
        label=label or line.period,
        state=line.state,
        articles=articles_in(line),
        quarantined=line.counts.get("quarantined", 0),
    )


def _weeks(year: int, lines: Mapping[str, Line]) -> list[Week]:
    """The year in sevens of days from its first; what is known no closer than the month is in none."""
    first = dt.date(year, 1, 1)
    own: list[list[Line]] = [[] for _ in range(53)]
    for period, line in lines.items():
        days = span(period)
        if days is not None and days.first == days.last:
            own[(days.first - first.toordinal()) // 7].append(line)
    return [
        Week(
            first=dt.date.fromordinal(min(first.toordinal() + 7 * number, dt.date.max.toordinal())),
            published=_sum(some, "published"),
            duplicates=_sum(some, "duplicates"),
            quarantined=_sum(some, "quarantined"),
        )
        for number, some in enumerate(own)
    ]


def _sum(lines: Sequence[Line], name: str) -> int:
    return sum(line.counts.get(name, 0) for line in lines)
