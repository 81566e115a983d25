"""From a dropped file to staged rows: acquire it, then stage its capture."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.acquire import acquire, settle, source_of, spool
from pipeline.errors import InboxChanged
from pipeline.flow.processes import ALONE, Workers
from pipeline.flow.stage import PARALLEL_BYTES, Staging, stage
from pipeline.lake import ObjectInfo
from pipeline.settings import MIB
from pipeline.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pipeline.lake import Lake

BATCH_BYTES: Final = 64 * MIB
BATCH_FILES: Final = 50


def utc_now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of one dropped file. Its counts add up: `records == staged + rejected`."""

    name: str
    """The inbox object, or the local path."""
    size: int
    etag: str
    """With `size`, which version of the inbox object was captured. Empty for a local file."""
    capture_id: str
    source: str
    new: bool
    """False when these bytes had been staged by this code before."""
    records: int
    staged: int
    rejected: int
    periods: dict[str, int]
    """Rows staged for each period; 0 where an earlier code staged rows and this one does not."""
    reasons: dict[str, int]
    """Rejections by reason."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, for XCom and `--json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Loaded:
        """Read what `as_json` gave."""
        return cls(**value)


def batches(files: Sequence[ObjectInfo]) -> list[list[str]]:
    """Inbox names in groups worth a task each: at most 64 MiB or 50 files, a larger file alone."""
    groups: list[list[str]] = []
    room = 0
    for file in files:
        if not groups or len(groups[-1]) >= BATCH_FILES or file.size > room:
            groups.append([])
            room = BATCH_BYTES
        groups[-1].append(file.name)
        room -= file.size
    return groups


def load(
    lake: Lake,
    name: str,
    *,
    clock: Callable[[], dt.datetime] = utc_now,
    watch: Stopwatch | None = None,
    workers: Workers = ALONE,
    progress: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """Capture and stage one file of the inbox. It stays there until `clear`.

    `progress` is called with the number of records done, every 1,000. Raises InboxChanged when the file is
    gone or changes meanwhile, LakeError when the lake fails.
    """
    file = lake.info(name)
    if file is None:
        raise InboxChanged(f"{name} is no longer in the inbox.")
    watch = watch or Stopwatch()
    if file.size >= PARALLEL_BYTES:
        workers.prepare()
    with contextlib.ExitStack() as stack:
        with watch.lap("acquire"):
            copy = stack.enter_context(spool(lake, file))
            capture = acquire(lake, copy, name=name, source=source_of(name), clock=clock)
        staging = stage(lake, capture, copy, watch=watch, workers=workers, progress=progress)
        return _loaded(staging, name=name, file=file)


def load_path(
    lake: Lake,
    path: Path,
    *,
    source: str,
    clock: Callable[[], dt.datetime] = utc_now,
    watch: Stopwatch | None = None,
    workers: Workers = ALONE,
    progress: Callable[[int], None] = lambda _: None,
) -> Loaded:
    """Capture and stage a local file, which stays where it is."""
    watch = watch or Stopwatch()
    if path.stat().st_size >= PARALLEL_BYTES:
        workers.prepare()
    with path.open("rb") as file:
        with watch.lap("acquire"):
            capture = acquire(lake, file, name=path.name, source=source, clock=clock)
        staging = stage(lake, capture, file, watch=watch, workers=workers, progress=progress)
        return _loaded(staging, name=str(path), file=None)


def clear(lake: Lake, loaded: Iterable[Loaded]) -> list[str]:
    """Remove from the inbox what was captured; returns the names removed.

    A file that changed since, or whose capture cannot be found, stays.
    """
    removed = []
    for item in loaded:
        file = ObjectInfo(item.name, item.size, item.etag)
        if settle(lake, file, source=item.source, capture_id=item.capture_id):
            removed.append(item.name)
    return removed


def _loaded(staging: Staging, *, name: str, file: ObjectInfo | None) -> Loaded:
    return Loaded(
        name=name,
        size=file.size if file else 0,
        etag=file.etag if file else "",
        capture_id=staging.capture_id,
        source=staging.source,
        new=staging.new,
        records=staging.staged + staging.rejected,
        staged=staging.staged,
        rejected=staging.rejected,
        periods=staging.periods,
        reasons=staging.reasons,
    )
