"""Staged rows and rejections: all that captures gave is there, and is what they give."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Final

import orjson
import pyarrow as pa

from pipeline.errors import ObjectMissing
from pipeline.extract.hints import NO_HINTS
from pipeline.lake import REJECTED, STAGED, period_of
from pipeline.verify.finding import Finding
from pipeline.verify.replay import hints_used, replay
from pipeline.verify.rows import wrong_place
from pipeline.verify.survey import in_threads
from pipeline.write import read_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.acquire import Capture
    from pipeline.flow.stage import Staging
    from pipeline.lake import Lake, ObjectInfo
    from pipeline.verify.look import Look

BROKEN: Final = (ValueError, OSError, KeyError, TypeError, pa.ArrowException)
"""What reading damaged bytes raises."""


def check_presence(look: Look) -> Iterator[Finding]:
    """Every staged object is one that a capture's note names, and those are all there."""
    for capture_id, held in look.captures.items():
        look.step()
        there = {item.name for item in held.staged}
        if not (held.receipt or held.bytes):
            if there:
                yield _orphaned(sorted(there), capture_id)
            continue
        note = look.notes.get(capture_id)
        if note is None:
            continue
        named = {name for name in note.objects if name.startswith((STAGED, REJECTED))}
        for name in sorted(named - there):
            if look.lake.info(name) is None:
                kind = "staged_missing" if name.startswith(STAGED) else "rejected_missing"
                yield _of(kind, name, capture_id)
        for name in sorted(there - named):
            yield _of("staged_unknown", name, capture_id)


def _orphaned(names: list[str], capture_id: str) -> Finding:
    more = f"and {len(names) - 1} more of this capture" if names[1:] else ""
    return Finding(kind="staged_orphan", object=names[0], detail=more, capture_id=capture_id)


def _of(kind: str, name: str, capture_id: str, detail: str = "") -> Finding:
    return Finding(kind=kind, object=name, detail=detail, capture_id=capture_id, period=period_of(name) or "")


def check_content(look: Look) -> Iterator[Finding]:
    """Staged objects can be read, hold as many rows as was noted, and each row names bytes of the capture."""
    work = [
        (look.notes[id_], [item for item in held.staged if item.name in set(look.notes[id_].objects)])
        for id_, held in look.captures.items()
        if id_ in look.notes and id_ in look.receipts
    ]
    for (note, objects), found in in_threads(lambda known: list(_read(look, *known)), work):
        look.step()
        counted: Counter[str] = Counter()
        bad = set()
        for item, rows, problem in found:
            look.rows += rows
            if problem:
                bad.add(item.name)
                yield _damaged(item, note, problem)
            elif item.name.startswith(STAGED):
                counted[period_of(item.name) or ""] += rows
            else:
                counted[REJECTED] += rows
        if not bad and not _all_there(look, note):
            yield from _miscounted(note, objects, counted)


def _all_there(look: Look, note: Staging) -> bool:
    there = {item.name for item in look.captures[note.capture_id].staged}
    return not there.issuperset(name for name in note.objects if name.startswith((STAGED, REJECTED)))


def _miscounted(note: Staging, objects: list[ObjectInfo], counted: Counter[str]) -> Iterator[Finding]:
    wanted = {period: rows for period, rows in note.periods.items() if rows} | {REJECTED: note.rejected}
    for key, rows in wanted.items():
        if counted[key] != rows:
            item = next((o for o in objects if o.name.startswith(REJECTED if key == REJECTED else STAGED)
                         and key in (REJECTED, period_of(o.name))), None)  # fmt: skip
            if item is not None:
                yield _damaged(item, note, f"{counted[key]} rows, noted were {rows}")


def _damaged(item: ObjectInfo, note: Staging, problem: str) -> Finding:
    kind = "staged_damaged" if item.name.startswith(STAGED) else "rejected_damaged"
    return _of(kind, item.name, note.capture_id, problem)


def _read(look: Look, note: Staging, objects: list[ObjectInfo]) -> Iterator[tuple[ObjectInfo, int, str]]:
    """Each object with its rows, and what is wrong with it."""
    capture = look.receipts[note.capture_id]
    for item in objects:
        try:
            data = look.lake.get(item.name)
            rows, problem = (
                _rows(look, data, item.name, capture)
                if item.name.startswith(STAGED)
                else _rejections(data, capture)
            )
        except ObjectMissing:
            continue
        except BROKEN as error:
            rows, problem = 0, f"it cannot be read: {error}"
        yield item, rows, problem


def _rows(look: Look, data: bytes, name: str, capture: Capture) -> tuple[int, str]:
    table = read_parquet(data, period=period_of(name) or "")
    table.validate(full=True)
    plain = capture.capture_id in look.plain
    for place in table["capture"].to_pylist():
        if problem := wrong_place(place, capture, plain=plain):
            return len(table), problem
    return len(table), ""


def _rejections(data: bytes, capture: Capture) -> tuple[int, str]:
    lines = data.splitlines()
    for line in lines:
        value = orjson.loads(line)
        base64.b64decode(value["bytes_base64"], validate=True)
        if value["capture"].partition("#")[0] != capture.object or not isinstance(value["reason"], str):
            return len(lines), "a rejection names another capture"
    return len(lines), ""


def check_replay(look: Look) -> Iterator[Finding]:
    """Captures give what is staged of them: all of them, or those staged in periods that are out of date."""
    for capture_id, note in look.notes.items():
        capture = look.receipts.get(capture_id)
        stale = look.replay or not look.stale.keys().isdisjoint(note.periods)
        if capture is None or capture_id in look.lost or not stale:
            continue
        look.step()
        hints = hints_used(look.lake, capture, look.hints.get(capture.source, NO_HINTS))
        if hints is None:
            continue  # another version of the code staged it: that it gives something else is no damage
        there = {item.name: item for item in look.captures[capture_id].staged}
        for name, written in replay(look.lake, capture, hints).items():
            item = there.get(name)
            if item is not None and (item.size != written.size or _md5(look.lake, name) != written.md5):
                yield _damaged(item, note, "its capture gives something else")


def _md5(lake: Lake, name: str) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in lake.read_chunks(name):
        digest.update(chunk)
    return digest.hexdigest()
