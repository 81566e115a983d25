"""What the suites found, build by build: the reports in the lake as rows that can be plotted."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.errors import DagspressError
from pipeline.flow.overview import read_overview
from pipeline.lake import ARTICLES, BUILT
from pipeline.report.words import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from pipeline.lake import Lake

_READERS: Final = 8
_AT_A_TIME: Final = 32
"""Objects in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What an expectation came to in one build of a period; a row for each source that the gate compares."""

    built: str
    """UTC instant, ISO 8601."""
    period: str
    expectation: str
    severity: str
    source: str
    """Empty where it is of the whole period."""
    evaluated: int | None
    """Rows that were judged; None for the gate."""
    unexpected: int | None
    """Rows that failed it; None for the gate."""
    share: float | None
    """`unexpected` of `evaluated`; None without any."""
    observed: float | None
    """The gate's number; None where there is none."""
    at_least: float | None
    at_most: float | None
    judged: bool
    """Whether there was enough to judge by."""
    met: bool
    """Whether the expectation was met: by all rows, by all sources."""
    build: str
    """Digest of what was built."""
    suite: str
    """Version of what was expected."""


def measurements(
    lake: Lake, *, period: str | None = None, expectation: str | None = None, since: str | None = None
) -> Iterator[Measurement]:
    """Every measurement in the order of the builds; `since` a day. Raises LakeError, DagspressError."""
    for built, report in _reports(lake, period, since):
        for found in (*report["partition"]["expectations"], *report["rows"]["expectations"]):
            if expectation in (None, found["name"]):
                yield from _measured(built, report, found)


def latest_reports(lake: Lake, periods: Iterable[str] | None = None) -> Iterator[dict[str, Any]]:
    """The quality report of the latest build of some periods, or of all that were built, sorted.

    Raises LakeError, and DagspressError for a period that was never built.
    """
    lines = read_overview(lake)
    wanted = {*lines, *lake.periods(ARTICLES)} if periods is None else set(periods)
    objects: dict[str, set[str]] = {}
    for period in wanted & lines.keys():
        if name := lines[period].quality:
            objects.setdefault(name, set()).add(period)
    found: dict[str, bytes] = {}  # as they are: thousands of them as objects are large
    for name, reports in _read(lake, sorted(objects)):
        found |= {period: line for period, line in reports if period in objects[name]}
    if lost := wanted - found.keys():  # the overview is a memory: what it does not know, the history does
        for _, reports in _read(lake, [item.name for item in lake.list(BUILT)]):
            found |= {period: line for period, line in reports if period in lost}
    if periods is not None and (unknown := sorted(wanted - found.keys())):
        raise DagspressError(f"{', '.join(unknown)}: never built. `dagspress show` lists the periods.")
    return (orjson.loads(found[period]) for period in sorted(found))


def render_measurements(rows: Sequence[Measurement]) -> RenderableType:
    """A line for each: when, what of how many, or what number within what bounds."""
    cells = [
        [
            row.built[:16].replace("T", " "),
            row.period,
            row.expectation,
            row.source,
            f"{row.unexpected} of {row.evaluated}" if row.evaluated is not None else "",
            f"{row.share:.2%}" if row.share is not None else "",
            _number(row.observed),
            _bounds(row),
            "met" if row.met else "not met",
        ]
        for row in rows
    ]
    columns = [
        ("built", "key"), ("period", "key"), ("expectation", "text"), ("source", "text"),
        ("failed", "number"), ("share", "number"), ("observed", "number"), ("allowed", "number"), ("", "key"),
    ]  # fmt: skip
    return table(columns, cells)


# --- reading --------------------------------------------------------------------------------------


def _reports(lake: Lake, period: str | None, since: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """When it was built and what was found, for every build since a day, the earliest first."""
    start = f"{BUILT}{_day(since)}" if since else BUILT
    for name, reports in _read(lake, [item.name for item in lake.list(BUILT) if item.name >= start]):
        for own, line in reports:
            if period in (None, own):
                yield _built(name), orjson.loads(line)


def _read(lake: Lake, names: Sequence[str]) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Objects, and the reports in them by period, some objects at a time."""

    def read(name: str) -> list[tuple[str, bytes]]:
        try:
            return [(_period(line), line) for line in lake.get(name).splitlines()]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise DagspressError(f"{lake.url}/{name} is no quality report. Move it away.") from None

    with ThreadPoolExecutor(max_workers=_READERS) as threads:
        for start in range(0, len(names), _AT_A_TIME):
            some = names[start : start + _AT_A_TIME]
            yield from zip(some, threads.map(read, some), strict=True)


def _period(line: bytes) -> str:
    """Of a report; it is the first that stands there, and a report is long."""
    match = re.match(rb'{"period":"([\w-]+)",', line)
    return match[1].decode() if match else str(orjson.loads(line)["period"])


def _day(day: str) -> str:
    try:
        return dt.date.fromisoformat(day).isoformat()
    except ValueError:
        raise DagspressError(f"{day!r} is no day: give one such as 2024-05-06.") from None


def _built(name: str) -> str:
    """The instant that the name of a report says.

    >>> _built("quality/built=2024-05-06/070809123456-0123abcd.jsonl")
    '2024-05-06T07:08:09.123456Z'
    """
    match = re.search(r"built=([\d-]+)/(\d\d)(\d\d)(\d\d)(\d*)-", name)
    if match is None:
        return ""
    day, hours, minutes, seconds, fraction = match.groups()
    return f"{day}T{hours}:{minutes}:{seconds}{'.' if fraction else ''}{fraction}Z"


# --- measuring ------------------------------------------------------------------------------------


def _measured(built: str, report: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Measurement]:
    evaluated, unexpected = found.get("evaluated"), found.get("unexpected")
    observed, threshold = found.get("observed"), found.get("threshold", {})
    sources = observed if isinstance(observed, dict) else {"": observed}
    for source, value in sources.items():
        yield Measurement(
            built=built,
            period=report["period"],
            expectation=found["name"],
            severity=found["severity"],
            source=source,
            evaluated=evaluated,
            unexpected=unexpected,
            share=unexpected / evaluated if evaluated and unexpected is not None else None,
            observed=_plain(value),
            at_least=_plain(_of(threshold.get("at_least"), source)),
            at_most=_plain(_of(threshold.get("at_most"), source)),
            judged=found.get("judged", bool(evaluated)),
            met=found.get("success", not unexpected),
            build=report.get("digest", ""),
            suite=report["suite_version"],
        )


def _of(bound: Any, source: str) -> Any:
    """A bound, or that of a source where every one has its own."""
    return bound.get(source) if isinstance(bound, dict) else bound


def _plain(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


def _number(value: float | None) -> str:
    return f"{value:.4g}" if value is not None else ""


def _bounds(row: Measurement) -> str:
    bounds = {"≥": row.at_least, "≤": row.at_most}
    return ", ".join(f"{sign} {value:.4g}" for sign, value in bounds.items() if value is not None)
