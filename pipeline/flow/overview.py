"""What is known of every period, in few objects: for those who look at the whole archive.

A memory beside the lake's truth, written by whoever finds something out: immutable objects, folded into one
where there are many. What was found out last about a period counts. Where it is lost or wrong,
`pipeline.flow.refresh` looks at the lake itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.flow.partition import COUNTS
from pipeline.lake import OVERVIEW, overview_base_name, overview_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.lake import Lake

PUBLISHED: Final = "published"
WAITING: Final = "waiting"
GATE_FAILED: Final = "gate failed"
GONE: Final = "gone"

FOLD_AT: Final = 64
"""So many objects are folded into one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A period. What it says in numbers is of the partition that stands: empty where none does."""

    period: str
    at: str
    """UTC instant, ISO 8601 to the microsecond: when this was found out."""
    state: str
    """`published`, `waiting` (newer input is staged) or `gate failed` (so is the latest build)."""
    counts: dict[str, int] = field(default_factory=dict)
    """`in` and `COUNTS`."""
    sources: dict[str, int] = field(default_factory=dict)
    """Rows, published and duplicates, by source."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Quarantined rows by the expectation that they fail."""
    warnings: dict[str, int] = field(default_factory=dict)
    """Rows by warning."""
    failures: list[str] = field(default_factory=list)
    """Why its gate is shut, in sentences."""
    build: str = ""
    """Digest of the latest build."""
    quality: str = ""
    """Object with the latest quality report of it (JSON Lines); empty where that is not known."""

    def after(self, former: Line | None) -> Line:
        """The line with what it does not say from the former one."""
        if former is None:
            return self if self.counts else replace(self, counts=dict.fromkeys(("in", *COUNTS), 0))
        kept = {} if self.counts else {name: getattr(former, name) for name in _OF_THE_PARTITION}
        return replace(self, quality=self.quality or former.quality, **kept)


_OF_THE_PARTITION: Final = ("counts", "sources", "reasons", "warnings")


def published_line(summary: Mapping[str, Any], *, at: str, quality: str = "") -> Line:
    """The line of a partition that is what it would be, from its summary."""
    return Line(
        period=summary["period"],
        at=at,
        state=PUBLISHED,
        counts={name: summary.get(name, 0) for name in ("in", *COUNTS)},
        sources=summary["sources"],
        reasons=summary["quarantine_reasons"],
        warnings=summary["warnings"],
        build=summary["digest"],
        quality=quality,
    )


def now() -> str:
    """This instant, as lines have it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def read_overview(lake: Lake) -> dict[str, Line]:
    """Every period that is known of, sorted. Raises LakeError."""
    return {line.period: line for line in _merged(_read(lake)[1]) if line.state != GONE}


def record(lake: Lake, lines: Iterable[Line]) -> None:
    """Keep what was found out about some periods. Raises LakeError."""
    lines = list(lines)
    if not lines:
        return
    data = _encode(lines)
    lake.put(overview_name(max(line.at for line in lines), hashlib.sha256(data).hexdigest()[:16]), data)
    if len(lake.list(OVERVIEW)) >= FOLD_AT:
        _fold(lake)


def record_news(lake: Lake, lines: Iterable[Line]) -> None:
    """The same, of those lines that say anything new. Raises LakeError."""
    known = read_overview(lake)
    record(lake, [line for line in lines if _is_new(line, known.get(line.period))])


def _is_new(line: Line, known: Line | None) -> bool:
    return known is None or replace(line.after(known), at=known.at) != known


def record_waiting(lake: Lake, periods: Iterable[str]) -> None:
    """Newer input is staged for some periods. Raises LakeError."""
    at = now()
    record(lake, [Line(period=period, at=at, state=WAITING) for period in sorted(set(periods))])


def _merged(lines: Iterable[Line]) -> list[Line]:
    """One line a period, sorted: the latest, with what that one does not say from those before."""
    found: dict[str, Line] = {}
    for line in sorted(lines, key=lambda line: (line.period, line.at)):
        found[line.period] = line.after(found.get(line.period))
    return list(found.values())


def _read(lake: Lake) -> tuple[list[str], list[Line]]:
    objects = lake.read_all(OVERVIEW)
    lines = [Line(**value) for _, data in objects for value in orjson.loads(data)]
    return [item.name for item, _ in objects], lines


def _fold(lake: Lake) -> None:
    names, lines = _read(lake)
    data = _encode(_merged(lines))
    base = overview_base_name(hashlib.sha256(data).hexdigest()[:16])
    lake.put(base, data)
    lake.delete(name for name in names if name != base)


def _encode(lines: Iterable[Line]) -> bytes:
    return orjson.dumps([asdict(line) for line in lines])
