"""The access log: what was asked of the newsstand, when, how much at once. Politeness is proved with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One request.

    Attributes:
        at: wall clock at its arrival (UTC, ISO 8601).
        clock: monotonic seconds at its arrival; differences are exact, the zero means nothing.
        seconds: until it was answered or cut off; None: not yet.
        source: what stands before `.localhost`.
        path: with query.
        status: of the answer; 0 when none was given (yet): hanging, cut off, or the client left.
        in_flight: requests to this host under way when it came, this one counted.
    """

    at: str
    clock: float
    source: str
    method: str
    path: str
    in_flight: int
    user_agent: str | None
    if_none_match: str | None
    if_modified_since: str | None
    accept_encoding: str | None
    status: int = 0
    seconds: float | None = None

    @property
    def conditional(self) -> bool:
        """Whether the client said what it has already."""
        return self.if_none_match is not None or self.if_modified_since is not None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return dataclasses.asdict(self)


class AccessLog:
    """The requests so far, as they came. May be read from any thread while the newsstand serves."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: also written to, one line of JSON for each request that has been answered."""
        self._entries: dict[int, Access] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._file: IO[str] | None = None if path is None else path.open("a", encoding="utf-8", buffering=1)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Access]:
        with self._lock:
            return iter(list(self._entries.values()))

    def of(self, source: str, *, path: str | None = None) -> list[Access]:
        """The requests to one source, and to one path there (with query)."""
        return [a for a in self if a.source == source and path in (None, a.path)]

    def begin(self, access: Access) -> int:
        """Note a request as it comes; gives the number to `end` it by."""
        with self._lock:
            number = next(self._numbers)
            self._entries[number] = access
            return number

    def end(self, number: int, *, status: int) -> None:
        """Note the answer."""
        with self._lock:
            access = self._entries.get(number)
            if access is None or access.seconds is not None:  # forgotten meanwhile, or noted already
                return
            seconds = round(time.monotonic() - access.clock, 6)
            access = dataclasses.replace(access, status=status, seconds=seconds)
            self._entries[number] = access
            if self._file is not None:
                self._file.write(json.dumps(access.as_json()) + "\n")

    def clear(self) -> None:
        """Forget what was noted so far (the file keeps it)."""
        with self._lock:
            self._entries.clear()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def now() -> tuple[str, float]:
    """Wall and monotonic clock."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), time.monotonic()
