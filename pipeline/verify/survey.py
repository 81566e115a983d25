"""What lies where: one listing of the lake, sorted into its rooms. Memory is a matter of names."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from pipeline.article import UNDATED
from pipeline.lake import (
    ARTICLES,
    DECISIONS,
    DOCS,
    IDENTITIES,
    INBOX,
    OVERVIEW,
    QUALITY,
    period_of,
)
from pipeline.period import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.lake import Lake, ObjectInfo

T = TypeVar("T")
R = TypeVar("R")

READERS: Final = 8
_AHEAD: Final = 64

_ID: Final = "(?P<id>[0-9a-f]{24})"
_SOURCE: Final = "source=(?P<source>[^/]+)"
_PERIOD: Final = "published=(?P<period>[^/]+)"

ROOMS: Final[dict[str, re.Pattern[str]]] = {
    room: re.compile(pattern)
    for room, pattern in {
        "inbox": f"{INBOX}.+",
        "capture": rf"captures/{_SOURCE}/date=[0-9-]+/{_ID}-[^/]+",
        "receipt": rf"captures/{_SOURCE}/_receipts/{_ID}\.json",
        "note": rf"state/staging/{_SOURCE}/{_ID}\.json",
        "staged": rf"staged/{_PERIOD}/{_ID}-[0-9]{{5}}\.parquet",
        "rejected": rf"rejected/{_PERIOD}/{_ID}-[0-9]{{5}}\.jsonl",
        "articles": rf"{ARTICLES}{_PERIOD}/articles\.parquet",
        "summary": rf"{ARTICLES}{_PERIOD}/_summary\.json",
        "quarantine": rf"quarantine/{_PERIOD}/quarantine\.parquet",
        "stopped": rf"{QUALITY}{_PERIOD}/stopped\.json",
        "quality": rf"{QUALITY}built=[0-9-]+/[^/]+\.jsonl",
        "docs": rf"{DOCS}.+",
        "decisions": rf"{DECISIONS}(base|[0-9T]+)-[0-9a-f]{{16}}\.json",
        "identities": rf"{IDENTITIES}(base|[0-9a-f]{{24}})-[0-9a-f]+\.bin",
        "overview": rf"{OVERVIEW}(base|[0-9T]+)-[0-9a-f]{{16}}\.json",
        "memory": r"state/(sources|checked|mutes)/.+\.json",
        "doctor": r"state/doctor/[0-9a-f]+",
    }.items()
}
"""How objects are named, by what they are. All else is a stray."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to look at; empty: all."""

    periods: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.periods or self.sources)


@dataclass(slots=True, kw_only=True)
class Held:
    """What the listing has of a capture."""

    source: str = ""
    bytes: list[ObjectInfo] = field(default_factory=list)
    receipt: str = ""
    note: str = ""
    staged: list[ObjectInfo] = field(default_factory=list)
    """Staged and rejected objects."""


@dataclass(slots=True, kw_only=True)
class Stand:
    """What the listing has of a period."""

    articles: ObjectInfo | None = None
    summary: ObjectInfo | None = None
    quarantine: ObjectInfo | None = None
    stopped: ObjectInfo | None = None
    fed: bool = False
    """Whether something is staged for it or was rejected in it."""


@dataclass(slots=True, kw_only=True)
class Survey:
    """The lake's names at one moment."""

    captures: dict[str, Held] = field(default_factory=dict)
    """By the captures' ids."""
    periods: dict[str, Stand] = field(default_factory=dict)
    rooms: dict[str, list[ObjectInfo]] = field(default_factory=dict)
    """Objects that belong to no capture and no period."""
    strays: list[ObjectInfo] = field(default_factory=list)
    objects: int = 0
    bytes: int = 0


def survey(lake: Lake) -> Survey:
    """List the lake. Raises LakeError."""
    captures: dict[str, Held] = defaultdict(Held)
    periods: dict[str, Stand] = defaultdict(Stand)
    rooms: dict[str, list[ObjectInfo]] = defaultdict(list)
    found = Survey()
    for item in lake.list(""):
        found.objects += 1
        found.bytes += item.size
        room, match = _room_of(item.name)
        if room is None or match is None or not _is_period(match.groupdict().get("period")):
            found.strays.append(item)
            continue
        known = match.groupdict()
        if "id" in known:
            held = captures[known["id"]]
            held.source = known.get("source") or held.source
            if room == "capture":
                held.bytes.append(item)
            elif room in ("receipt", "note"):
                setattr(held, room, item.name)
            else:
                held.staged.append(item)
                periods[known["period"]].fed = True
        elif "period" in known:
            setattr(periods[known["period"]], room, item)
        else:
            rooms[room].append(item)
    found.captures, found.rooms = dict(captures), dict(rooms)
    found.periods = dict(sorted(periods.items()))
    return found


def narrowed(found: Survey, scope: Scope, staged_in: Callable[[str], set[str]]) -> Survey:
    """The captures and periods of a scope. `staged_in`: the periods of a capture, as the index knows them."""
    if not scope:
        return found
    captures = {}
    periods = set(scope.periods)
    for capture_id, held in found.captures.items():
        if scope.sources and held.source not in scope.sources:
            continue
        own = {period_of(item.name) or "" for item in held.staged} | staged_in(capture_id)
        if not scope.periods:
            periods |= own
        elif own.isdisjoint(scope.periods):
            continue
        captures[capture_id] = held
    return Survey(
        captures=captures,
        periods={p: stand for p, stand in found.periods.items() if p in periods},
        rooms=found.rooms,
        objects=found.objects,
        bytes=found.bytes,
    )


def in_threads(function: Callable[[T], R], items: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Each item with the function's result, in order; few are taken ahead."""
    running: deque[tuple[T, object]] = deque()
    with ThreadPoolExecutor(READERS) as pool:
        for item in items:
            running.append((item, pool.submit(function, item)))
            if len(running) >= _AHEAD:
                first, future = running.popleft()
                yield first, future.result()  # type: ignore[attr-defined]
        while running:
            first, future = running.popleft()
            yield first, future.result()  # type: ignore[attr-defined]


def _room_of(name: str) -> tuple[str | None, re.Match[str] | None]:
    for room in _LIKELY.get(name.partition("/")[0], ()):
        if match := ROOMS[room].fullmatch(name):
            return room, match
    return None, None


_LIKELY: Final = {
    "inbox": ("inbox",),
    "captures": ("capture", "receipt"),
    "staged": ("staged",),
    "rejected": ("rejected",),
    "articles": ("articles", "summary"),
    "quarantine": ("quarantine",),
    "quality": ("quality", "stopped", "docs"),
    "decisions": ("decisions",),
    "state": ("note", "identities", "overview", "memory", "doctor"),
}
"""Which rooms a name may belong to, by its first part."""


def _is_period(period: str | None) -> bool:
    return period is None or period == UNDATED or span(period) is not None
