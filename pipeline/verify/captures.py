"""Captures: the bytes as they came, their receipts, and what became of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from pipeline.acquire import Capture
from pipeline.errors import ObjectMissing
from pipeline.flow.stage import Staging
from pipeline.lake import receipt_name, staging_name
from pipeline.verify.finding import Finding
from pipeline.verify.survey import in_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.lake import Lake
    from pipeline.verify.look import Look
    from pipeline.verify.survey import Held


def capture_id_of(source: str, sha256: str) -> str:
    """The id of a capture: of its source and its bytes."""
    return hashlib.sha256(f"{source}\0{sha256}".encode()).hexdigest()[:24]


def check_receipts(look: Look) -> Iterator[Finding]:
    """Every capture has a receipt that can be read, and bytes as many as that says."""
    for (capture_id, held), data in in_threads(
        lambda known: look.lake.find(known[1].receipt) if known[1].receipt else None,
        look.captures.items(),
    ):
        look.step()
        yield from _receipt(look, capture_id, held, data)


def _receipt(look: Look, capture_id: str, held: Held, data: bytes | None) -> Iterator[Finding]:
    capture = _read_receipt(data, capture_id, held) if data is not None else None
    if capture is None:
        if not (held.receipt or held.bytes):
            return  # what is staged of it is told as orphaned
        kind = "receipt_damaged" if held.receipt else "receipt_missing"
        bytes_ = held.bytes[0].name if held.bytes else "no bytes either"
        name = receipt_name(held.source, capture_id)
        yield Finding(kind=kind, object=name, detail=f"of {bytes_}", capture_id=capture_id)
        return
    look.receipts[capture_id] = capture
    stored = next((item for item in held.bytes if item.name == capture.object), None)
    if stored is None:
        if look.lake.info(capture.object) is not None:  # it came while we listed
            return
        detail = "" if held.note else "It was never staged: where it came from, the file may lie still."
        look.lost.add(capture_id)
        yield Finding(kind="capture_missing", object=capture.object, detail=detail, capture_id=capture_id)
    elif stored.size != capture.size:
        detail = f"{stored.size} bytes, received were {capture.size}"
        yield _other_bytes(look, capture, _digest(look.lake, capture)[0], detail)
    for item in held.bytes:
        if item.name != capture.object:
            yield Finding(kind="stray", object=item.name, detail=f"the receipt names {capture.object}")


def capture_purged(capture: Capture) -> list[str]:
    """SHA-256 (hex) of the capture's bytes before each part of it was purged."""
    return [purged.sha256_before for purged in capture.purged]


def _read_receipt(data: bytes, capture_id: str, held: Held) -> Capture | None:
    try:
        capture = Capture.from_json(data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    first = (capture_purged(capture) or [capture.sha256])[0]
    fits = capture.capture_id == capture_id == capture_id_of(capture.source, first)
    return capture if fits and capture.source == held.source and capture.captured_at.tzinfo else None


def check_bytes(look: Look) -> Iterator[Finding]:
    """The bytes of every capture are those of its receipt."""
    whole = [c for id_, c in look.receipts.items() if id_ not in look.lost]
    for capture, (sha256, plain) in in_threads(lambda c: _digest(look.lake, c), whole):
        look.step()
        if plain:
            look.plain.add(capture.capture_id)
        if sha256 not in ("", capture.sha256):
            detail = f"SHA-256 {sha256[:16]}..., received was {capture.sha256[:16]}..."
            yield _other_bytes(look, capture, sha256, detail)


def _other_bytes(look: Look, capture: Capture, sha256: str, detail: str) -> Finding:
    look.lost.add(capture.capture_id)
    unfinished = sha256 in capture_purged(capture)
    return Finding(
        kind="purge_unfinished" if unfinished else "capture_damaged",
        object=capture.object,
        detail="" if unfinished else detail,
        capture_id=capture.capture_id,
    )


def _digest(lake: Lake, capture: Capture) -> tuple[str, bool]:
    """SHA-256 of the bytes, and whether places in it count bytes of the object itself."""
    digest, head = hashlib.sha256(), b""
    try:
        for chunk in lake.read_chunks(capture.object):
            head = head or chunk[:65_536]
            digest.update(chunk)
    except ObjectMissing:
        return "", False
    return digest.hexdigest(), _is_plain(head, capture.name)


def _is_plain(head: bytes, name: str) -> bool:
    from pipeline.extract.compression import sniff
    from pipeline.extract.tar_archive import is_tar
    from pipeline.extract.warc_frames import is_warc
    from pipeline.extract.zip_archive import is_zip

    packed = is_zip(head) or is_tar(head) or sniff(head) is not None
    return not packed or is_warc(head, name)


def check_notes(look: Look) -> Iterator[Finding]:
    """Every capture was staged or rejected to the end, as the receipt that stands says."""
    for (capture_id, held), data in in_threads(
        lambda known: look.lake.find(known[1].note) if known[1].note else None, look.captures.items()
    ):
        look.step()
        yield from _note(look, capture_id, held, data)


def _note(look: Look, capture_id: str, held: Held, data: bytes | None) -> Iterator[Finding]:
    capture = look.receipts.get(capture_id)
    name = staging_name(held.source, capture_id)
    if data is not None:
        note = _read_note(data, capture_id)
        if note is None:
            yield Finding(kind="note_damaged", object=name, capture_id=capture_id)
            return
        look.notes[capture_id] = note
    if capture is None or capture_id in look.lost:
        return
    note = look.notes.get(capture_id)
    why = "nothing says what became of it" if note is None else _unfinished(note, capture)
    if why:
        look.notes.pop(capture_id, None)
        yield Finding(kind="capture_unstaged", object=capture.object, detail=why, capture_id=capture_id)


def _unfinished(note: Staging, capture: Capture) -> str:
    if not note.code:
        return "staging it began and did not end"
    if note.stale:
        return "what an earlier version of the code staged is not removed yet"
    if note.captured_at != capture.captured_at.isoformat():
        return "it was staged as of another time"
    if note.purged != len(capture.purged):
        return "something of it was purged since it was staged"
    return ""


def _read_note(data: bytes, capture_id: str) -> Staging | None:
    try:
        note = Staging(**orjson.loads(data))
        known = (note.capture_id, note.staged, note.rejected)
    except (ValueError, TypeError):
        return None
    counted = (capture_id, sum(note.periods.values()), sum(note.reasons.values()))
    return note if known == counted and isinstance(note.objects, list) else None
