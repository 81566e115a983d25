"""What is kept for speed, and what people decided: each object can be read, and says what the lake says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import orjson

from pipeline.decisions import Decision
from pipeline.flow.identities import ENTRY, article_bits, decode_period
from pipeline.flow.overview import GONE, Line
from pipeline.lake import DECISIONS, IDENTITIES, OVERVIEW, period_of, summary_name
from pipeline.verify.finding import Finding
from pipeline.verify.survey import in_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.lake import Lake
    from pipeline.verify.look import Look


def _vouched(name: str, data: bytes) -> bool:
    """Whether an object's name carries the digest of its bytes."""
    digest = name.rsplit("-", 1)[-1].partition(".")[0]
    return hashlib.sha256(data).hexdigest().startswith(digest)


def read_index(lake: Lake) -> tuple[np.ndarray, list[Finding]]:
    """The entries of the index of identities that can be read, sorted by capture, and what cannot."""
    found, parts = [], [np.zeros(0, dtype=ENTRY)]
    for item, data in lake.read_all(IDENTITIES):
        if len(data) % ENTRY.itemsize or not _vouched(item.name, data):
            found.append(Finding(kind="identities_damaged", object=item.name))
        else:
            parts.append(np.frombuffer(data, dtype=ENTRY))
    entries = np.concatenate(parts)
    return entries[np.argsort(entries["capture"], kind="stable")], found


def periods_of(index: np.ndarray, capture_id: str) -> set[str]:
    """The periods in which a capture is staged, as the index knows them."""
    return {decode_period(code) for code in np.unique(entries_of(index, capture_id)["period"]).tolist()}


def entries_of(index: np.ndarray, capture_id: str) -> np.ndarray:
    """The entries of a capture."""
    bits = np.uint64(article_bits(capture_id))
    first, end = np.searchsorted(index["capture"], [bits, bits + np.uint64(1)])
    return index[first:end]


def check_identities(look: Look) -> Iterator[Finding]:
    """The index knows every capture that staged rows, in all its periods."""
    if look.index_damaged:
        return
    lacking = lacking_captures(look)
    if lacking:
        detail = f"{len(lacking)} captures, such as {lacking[0]}"
        yield Finding(kind="identities_incomplete", object=IDENTITIES, detail=detail)


def lacking_captures(look: Look) -> list[str]:
    """Captures that staged rows the index does not know."""
    return [
        capture_id
        for capture_id, note in look.notes.items()
        if not periods_of(look.index, capture_id).issuperset(p for p, rows in note.periods.items() if rows)
    ]


def check_decisions(look: Look) -> Iterator[Finding]:
    """Every decision can be read."""
    for item, data in look.lake.read_all(DECISIONS):
        look.step()
        if not _is_decision(item.name, data):
            yield Finding(kind="decision_damaged", object=item.name)


def _is_decision(name: str, data: bytes) -> bool:
    try:
        values = orjson.loads(data)
        several = values if isinstance(values, list) else [values]
        decisions = [Decision(**value | {"failed": tuple(value["failed"])}) for value in several]
    except (ValueError, TypeError, KeyError):
        return False
    of_one = not isinstance(values, list) and decisions[0].digest in name
    return of_one or _vouched(name, data)


def check_overview(look: Look) -> Iterator[Finding]:
    """The overview can be read, and says of every period what its summary says."""
    lines: list[Line] = []
    damaged = False
    for name, known in lines_of_overview(look.lake):
        look.step()
        if known is None:
            damaged = True
            yield Finding(kind="overview_damaged", object=name)
        else:
            lines += known
    if not damaged and (wrong := _wrong(look, lines)):
        detail = f"of {len(wrong)} periods, such as {wrong[0]}"
        yield Finding(kind="overview_wrong", object=OVERVIEW, detail=detail)


def lines_of_overview(lake: Lake) -> Iterator[tuple[str, list[Line] | None]]:
    """Each object of the overview with its lines; None where they cannot be read."""
    for item, data in lake.read_all(OVERVIEW):
        yield item.name, _lines(item.name, data)


def _lines(name: str, data: bytes) -> list[Line] | None:
    try:
        return [Line(**value) for value in orjson.loads(data)] if _vouched(name, data) else None
    except (ValueError, TypeError):
        return None


def _wrong(look: Look, lines: list[Line]) -> list[str]:
    said: dict[str, Line] = {}
    for line in sorted(lines, key=lambda line: (line.period, line.at)):
        said[line.period] = line.after(said.get(line.period))
    wrong = [
        period
        for period, line in said.items()
        if line.state != GONE and period not in look.whole.periods and not look.scope
    ]
    for period, summary in look.summaries.items():
        known, true = said.get(period), summary.line
        if period in look.told or period in look.stale:
            continue
        if period in look.gates or period in look.older:
            true = replace(true, state=known.state, build=known.build) if known else true
        if known is None or replace(known, at="", quality="", failures=[]) != true:
            wrong.append(period)
    return sorted(wrong)


def check_reports(look: Look) -> Iterator[Finding]:
    """Reports of what the expectations found can be read; that of a build and its summary say the same."""
    stopped = [stand.stopped for stand in look.periods.values() if stand.stopped is not None]
    kept = look.survey.rooms.get("quality", [])
    for item, data in in_threads(lambda o: look.lake.find(o.name), [*stopped, *kept]):
        look.step()
        try:
            reports = _reports(item.name, data or b"")
        except (ValueError, TypeError, KeyError):
            yield Finding(kind="report_damaged", object=item.name, period=period_of(item.name) or "")
            continue
        for period, build, numbers in reports:
            summary = look.summaries.get(period)
            if summary is not None and summary.line.build == build and summary.line.counts != numbers:
                detail = f"{item.name} says {numbers}, it says {summary.line.counts}"
                yield Finding(kind="summary_wrong", object=summary_name(period), detail=detail, period=period)


def _reports(name: str, data: bytes) -> list[tuple[str, str, dict[str, int]]]:
    """Period, build and numbers of each report in an object."""
    lines = data.splitlines() if name.endswith(".jsonl") else [data]
    reports = [orjson.loads(line) for line in lines]
    return [(report["period"], report["digest"], report["numbers"]) for report in reports]


def check_strays(look: Look) -> Iterator[Finding]:
    """Every object has a name of ours."""
    for item in look.survey.strays:
        yield Finding(kind="stray", object=item.name, detail=f"{item.size} bytes")
