"""What a capture would become if it was staged now, without writing anything."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from pipeline.acquire import spool
from pipeline.errors import ObjectMissing
from pipeline.extract.hints import NO_HINTS
from pipeline.flow.stage import find_current, stage
from pipeline.lake import REJECTED, STAGED, STATE, Lake, ObjectInfo
from pipeline.sources import hints, load_sources
from pipeline.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.acquire import Capture
    from pipeline.extract.hints import Hints


class Written(NamedTuple):
    """What an object would hold."""

    size: int
    md5: str


class Unwritten(Lake):
    """A lake that is read as it is and not written to: of what would have been, digests are kept."""

    def __init__(self, lake: Lake) -> None:
        super().__init__(lake.settings, lake.client)
        self.written: dict[str, Written] = {}

    def put(self, name: str, data: bytes) -> ObjectInfo:
        """Keep the digest."""
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        self.written[name] = Written(len(data), md5)
        return ObjectInfo(name, len(data), md5)

    def delete(self, names: Iterable[str]) -> None:
        """Remove nothing."""


class _Fresh(Unwritten):
    """The same where no capture was staged yet."""

    def find(self, name: str) -> bytes | None:
        return None if name.startswith(f"{STATE}staging/") else super().find(name)

    def list(self, _prefix: str) -> list[ObjectInfo]:
        return []


def hints_by_source() -> dict[str, Hints]:
    """What the catalogue says of its sources."""
    return {source.name: hints(source) for source in load_sources()}


def hints_used(lake: Lake, capture: Capture, known: Hints) -> Hints | None:
    """The hints that a capture was staged with by this code, none or those; None where another did it."""
    for tried in (NO_HINTS, known):
        if find_current(lake, capture, hints=tried) is not None:
            return tried
    return None


def replay(lake: Lake, capture: Capture, hints: Hints) -> dict[str, Written]:
    """The staged and rejected objects that a capture gives. Raises ObjectMissing where its bytes are gone."""
    item = lake.info(capture.object)
    if item is None:
        raise ObjectMissing(f"{capture.object} is gone.")
    fresh = _Fresh(lake)
    with spool(lake, item) as file:
        stage(fresh, capture, file, watch=Stopwatch(), hints=hints)
    return {name: w for name, w in fresh.written.items() if name.startswith((STAGED, REJECTED))}
