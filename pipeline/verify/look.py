"""What a verification has found out so far: each check adds to it and uses what those before it learned."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pipeline.lake import period_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from pipeline.acquire import Capture
    from pipeline.extract.hints import Hints
    from pipeline.flow.overview import Line
    from pipeline.flow.stage import Staging
    from pipeline.lake import Lake, ObjectInfo
    from pipeline.verify.survey import Held, Scope, Stand, Survey

_MD5: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is kept of a partition's summary."""

    line: Line
    objects: dict[str, Any]
    """Size and checksums of what it vouches for."""
    code: str
    suite: str


@dataclass(slots=True, kw_only=True)
class Look:
    """The state of a verification."""

    lake: Lake
    """Nothing is written to it."""
    survey: Survey
    whole: Survey
    """The same without the narrowing to a scope."""
    scope: Scope
    replay: bool
    progress: Callable[[int], None]
    hints: dict[str, Hints]
    """What the catalogue says of its sources."""
    index: np.ndarray
    """The entries of the index of identities that can be read, sorted by capture."""
    index_damaged: bool
    """Whether parts of it cannot be."""
    receipts: dict[str, Capture] = field(default_factory=dict)
    """Those that can be read, by the captures' ids."""
    notes: dict[str, Staging] = field(default_factory=dict)
    """Those of captures that were staged to the end."""
    lost: set[str] = field(default_factory=set)
    """Captures whose bytes are gone or damaged."""
    plain: set[str] = field(default_factory=set)
    """Captures in which a place counts bytes of the object itself."""
    summaries: dict[str, Summary] = field(default_factory=dict)
    stale: dict[str, str] = field(default_factory=dict)
    """Periods that are not what would be built now, with more about it."""
    gates: list[str] = field(default_factory=list)
    """Those that wait at their gates."""
    older: list[str] = field(default_factory=list)
    """Those that another version of the code built."""
    told: set[str] = field(default_factory=set)
    """Periods that a finding is about."""
    kinds: set[str] = field(default_factory=set)
    """Kinds of findings so far."""
    blind: list[str] = field(default_factory=list)
    """What could not be told, in sentences."""
    rows: int = 0
    """How many were read."""
    _etags: bool = True

    @property
    def captures(self) -> dict[str, Held]:
        """What the listing has of captures, by their ids."""
        return self.survey.captures

    @property
    def periods(self) -> dict[str, Stand]:
        """What the listing has of periods."""
        return self.survey.periods

    def step(self) -> None:
        """One more thing was looked at."""
        self.progress(1)

    def in_scope(self, name: str) -> bool:
        """Whether the period of an object is looked at."""
        return not self.scope or (period_of(name) or "") in self.periods

    def same_bytes(self, item: ObjectInfo, vouched: dict[str, Any]) -> bool:
        """Whether an object is what it was: by size and, where ETags are MD5s, by that; else it is read."""
        if item.size != vouched["bytes"]:
            return False
        if not self._etags or not _MD5.fullmatch(item.etag) or item.etag == vouched["md5"]:
            return True
        if self.lake.sha256(item.name) != vouched["sha256"]:
            return False
        self._etags = False  # such a store makes its ETags of something else
        return True
