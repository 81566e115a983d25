"""What stands of every period, by the lake itself: slow and true, where the overview is quick."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import orjson

from pipeline.flow.overview import (
    GATE_FAILED,
    GONE,
    WAITING,
    Line,
    now,
    published_line,
    read_overview,
    record_news,
)
from pipeline.flow.publish import known_periods, pending
from pipeline.lake import ARTICLES, stopped_name, summary_name

if TYPE_CHECKING:
    from pipeline.lake import Lake

_READERS: Final = 8


def look(lake: Lake) -> dict[str, Line]:
    """Every period that something is published, staged or rejected of, sorted. Writes no line."""
    periods = sorted({*known_periods(lake), *lake.periods(ARTICLES)})
    waiting, at = set(pending(lake, periods)), now()
    with ThreadPoolExecutor(_READERS) as threads:
        lines = threads.map(lambda period: _line(lake, period, period in waiting, at), periods)
        return {line.period: line for line in lines}


def refresh_overview(lake: Lake) -> dict[str, Line]:
    """Look at every period, and record in the overview what was not known."""
    known, found = read_overview(lake), look(lake)
    gone = [Line(period=period, at=now(), state=GONE) for period in known.keys() - found.keys()]
    record_news(lake, [*found.values(), *gone])
    return {period: line.after(known.get(period)) for period, line in found.items()}


def _line(lake: Lake, period: str, waits: bool, at: str) -> Line:
    data = lake.find(summary_name(period))
    line = Line(period=period, at=at, state=WAITING).after(None)
    if data is not None:
        line = published_line(orjson.loads(data), at=at)
    if not waits:
        return line
    stopped = lake.find(stopped_name(period))
    if stopped is None:
        return replace(line, state=WAITING)
    report = orjson.loads(stopped)
    why = [e["reason"] for e in report["partition"]["expectations"] if not e["success"]]
    return replace(line, state=GATE_FAILED, failures=why, build=report["digest"])
