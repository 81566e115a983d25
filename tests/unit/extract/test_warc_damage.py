"""Damaged web archives: what is damaged is told, everything around it is read."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import itertools
import random
import time
import tracemalloc
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st

from pipeline.errors import Unreadable
from pipeline.extract import warc
from pipeline.extract.streams import Chunks
from pipeline.record import Record, Rejection
from pipeline.settings import Limits

if TYPE_CHECKING:
    from pathlib import Path

TITLES = ["A", "B", "C", "D", "E"]


def reader(html: str, *, at: str, raw: bytes, **more: Any) -> Record:
    return Record(at=at, raw=raw, text=html, title=html.partition("<title>")[2].partition("<")[0])


def items(data: bytes, **limits: int) -> list[Any]:
    """All that is read, after a check of places: each can be had alone, none overlaps another."""
    some = Limits(**limits)
    found = list(warc.read(io.BytesIO(data), "", limits=some, page_reader=reader))
    assert len({item.at for item in found}) == len(found)
    for item in found:
        assert warc.read_one(io.BytesIO(data), item.at, limits=some, page_reader=reader) == item
        if isinstance(item, Rejection):
            assert item.detail.endswith(".")
            assert len(item.excerpt) <= 4096
    return found


def told(data: bytes, **limits: int) -> list[str]:
    """Titles of pages and reasons of rejections."""
    return [item.title if isinstance(item, Record) else item.reason for item in items(data, **limits)]


def record(title: str, *, size: int = 300, digest: bool = False, length: int | None = None) -> bytes:
    noise = random.Random(title).randbytes(size // 2).hex()  # does not compress to nothing
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>{title}</title>{noise}".encode()
    sha1 = base64.b32encode(hashlib.sha1(block).digest()).decode()
    header = (
        "WARC/1.1\r\nWARC-Type: response\r\n"
        f"WARC-Target-URI: http://avis.test/{title}\r\nWARC-Record-ID: <urn:{title}>\r\n"
        f"{f'WARC-Block-Digest: sha1:{sha1}' if digest else 'X-None: 1'}\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return header.encode() + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(r, mtime=0) for r in records)


GOOD = [record(t) for t in TITLES]
MEMBERS = [packed(r) for r in GOOD]


def flipped(data: bytes, place: float) -> bytes:
    at = int(place * (len(data) - 1))
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


CASES: dict[str, tuple[bytes, list[str]]] = {
    "gz: data": (
        b"".join([*MEMBERS[:2], flipped(MEMBERS[2], 0.5), *MEMBERS[3:]]),
        ["A", "B", "damaged", "D", "E"],
    ),
    "gz: first": (flipped(MEMBERS[0], 0.5) + b"".join(MEMBERS[1:]), ["damaged", "B", "C", "D", "E"]),
    "gz: last": (b"".join(MEMBERS[:4]) + flipped(MEMBERS[4], 0.5), ["A", "B", "C", "D", "damaged"]),
    "gz: magic": (
        MEMBERS[0] + b"\x1f\x8c" + MEMBERS[1][2:] + b"".join(MEMBERS[2:]),
        ["A", "damaged", "C", "D", "E"],
    ),
    "gz: checksum": (
        MEMBERS[0] + MEMBERS[1][:-8] + bytes(8) + MEMBERS[2],
        ["A", "damaged", "C"],
    ),
    "gz: two in a row": (
        MEMBERS[0] + flipped(MEMBERS[1], 0.4) + flipped(MEMBERS[2], 0.6) + MEMBERS[3],
        ["A", "damaged", "damaged", "D"],
    ),
    "gz: cut off": (b"".join(MEMBERS)[:-40], ["A", "B", "C", "D", "damaged"]),
    "gz: a piece is missing": (
        MEMBERS[0] + MEMBERS[1][:100] + MEMBERS[2][50:] + MEMBERS[3],
        ["A", "damaged", "D"],
    ),
    "gz: garbage between": (MEMBERS[0] + b"rubbish" * 99 + MEMBERS[1], ["A", "damaged", "B"]),
    "gz: garbage at the end": (MEMBERS[0] + b"rubbish" * 99, ["A", "damaged"]),
    "gz: zeros between": (MEMBERS[0] + bytes(5000) + MEMBERS[1], ["A", "B"]),
    "gz: not of an archive": (MEMBERS[0] + packed(b"rubbish") + MEMBERS[1], ["A", "damaged", "B"]),
    "gz: an empty member": (MEMBERS[0] + packed(b"") + MEMBERS[1], ["A", "B"]),
    "gz: length too large": (
        MEMBERS[0] + packed(record("X", length=9999)) + MEMBERS[1],
        ["A", "damaged", "B"],
    ),
    "gz: length too small": (
        MEMBERS[0] + packed(record("X", length=100)) + MEMBERS[1],
        ["A", "damaged", "B"],
    ),
    "one member, cut off": (
        gzip.compress(b"".join(GOOD[:3]) + record("X", size=9000))[:-4000],
        ["A", "B", "C", "damaged"],
    ),
    "one member, damaged late": (
        (one := gzip.compress(b"".join(GOOD[:3]) + record("X", size=9000)))[:-200] + bytes(100) + one[-100:],
        ["A", "B", "C", "damaged"],
    ),
    "one member, then others": (
        (one := packed(b"".join(GOOD[:2]) + record("X", size=9000)))[:-200]
        + bytes(190)
        + b"".join(MEMBERS[2:]),
        ["A", "B", "damaged", "C", "D", "E"],
    ),
    "plain: cut off": (b"".join(GOOD)[:-90], ["A", "B", "C", "D", "damaged"]),
    "plain: cut off in a header": (GOOD[0] + GOOD[1][:50], ["A", "damaged"]),
    "plain: length too large": (
        GOOD[0] + record("X", length=420) + b"".join(GOOD[1:]),
        ["A", "damaged", "B", "C", "D", "E"],
    ),
    "plain: length beyond the end": (
        GOOD[0] + record("X", length=10**12) + b"".join(GOOD[1:]),
        ["A", "damaged", "B", "C", "D", "E"],
    ),
    "plain: length too small": (GOOD[0] + record("X", length=80) + GOOD[1], ["A", "damaged", "B"]),
    "plain: length is no number": (
        GOOD[0] + GOOD[1].replace(b"Content-Length: ", b"Content-Length: x") + GOOD[2],
        ["A", "damaged", "C"],
    ),
    "plain: no length": (
        GOOD[0] + GOOD[1].replace(b"Content-Length: ", b"Content-Length-: ") + GOOD[2],
        ["A", "damaged", "C"],
    ),
    "plain: a header line without a colon": (
        GOOD[0] + GOOD[1].replace(b"X-None: 1", b"X-None 1") + GOOD[2],
        ["A", "damaged", "C"],
    ),
    "plain: no such version": (
        GOOD[0] + GOOD[1].replace(b"WARC/1.1", b"WARC/one") + GOOD[2],
        ["A", "damaged", "C"],
    ),
    "plain: garbage between": (GOOD[0] + b"rubbish\r\n" * 50 + GOOD[1], ["A", "damaged", "B"]),
    "plain: garbage without a line end": (GOOD[0] + b"rubbish" + GOOD[1], ["A", "damaged", "B"]),
    "plain: garbage first": (b"rubbish" + GOOD[1], ["damaged", "B"]),
    "plain: a piece is missing": (GOOD[0] + GOOD[1][:200] + GOOD[2][150:] + GOOD[3], ["A", "damaged", "D"]),
    "plain: bytes changed, and a digest": (
        GOOD[0] + record("X", digest=True).replace(b"<html>", b"<htmL>") + GOOD[1],
        ["A", "damaged", "B"],
    ),
    "plain: no empty lines between": (GOOD[0][:-4] + GOOD[1][:-4] + GOOD[2][:-4], ["A", "B", "C"]),
    "plain: too many empty lines": (GOOD[0] + b"\r\n" * 7 + GOOD[1] + b"\r\n" * 7, ["A", "B"]),
    "nothing": (b"", []),
    "only blank": (b"\r\n\r\n", []),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_damaged_is_told_and_the_rest_is_read(name: str) -> None:
    data, expected = CASES[name]
    assert told(data) == expected


def test_the_place_of_damage_is_where_the_bytes_are() -> None:
    data = MEMBERS[0] + flipped(MEMBERS[1], 0.5) + MEMBERS[2]
    assert items(data)[1].at == f"@{len(MEMBERS[0])}+{len(MEMBERS[1])}"


def test_a_digest_can_vouch_for_a_record_whose_checksum_is_damaged() -> None:
    member = packed(record("X", digest=True))
    assert told(MEMBERS[0] + member[:-8] + bytes(8) + MEMBERS[1]) == ["A", "X", "B"]


def test_a_wrong_digest_of_data_with_a_good_checksum_is_the_crawler_s_mistake() -> None:
    member = packed(record("X", digest=True).replace(b"sha1:", b"sha1:2"))
    assert told(member) == ["X"]


@pytest.mark.parametrize("digest", ["md5:!", "sha1:", "crc32:12", "sha1", "sha-256:AA", "tiger:BB"])
def test_digests_that_cannot_be_checked_or_are_wrong_raise_nothing(digest: str) -> None:
    data = record("X").replace(b"X-None: 1", f"WARC-Block-Digest: {digest}".encode())
    assert told(data) in (["X"], ["damaged"])


@pytest.mark.parametrize("pack", [bytes, packed])
def test_a_page_above_the_limit_is_told_and_passed_over(pack: Any) -> None:
    data = b"".join(pack(r) for r in (GOOD[0], record("X", size=5000), GOOD[1]))
    assert told(data, record_bytes=2000) == ["A", "too_large", "B"]


def test_something_large_that_is_no_page_is_passed_over() -> None:
    video = record("X", size=5000).replace(b"text/html", b"video/mp4")
    assert told(GOOD[0] + video + GOOD[1], record_bytes=2000) == ["A", "B"]


def test_a_member_that_expands_too_far_is_told_and_what_follows_is_read() -> None:
    bomb = packed(record("X").replace(b"\r\n\r\n", b"\r\nX-Long: " + b"a" * 3_000_000, 1))
    data = MEMBERS[0] + bomb + MEMBERS[1]
    assert told(data, expansion_grace=1_000_000) == ["A", "bomb", "B"]


def test_an_archive_that_expands_too_far_as_a_whole_ends_there() -> None:
    found = list(
        warc.read(io.BytesIO(b"".join(MEMBERS)), "", limits=Limits(expanded_bytes=1300), page_reader=reader)
    )
    assert [item.title for item in found[:2] if isinstance(item, Record)] == ["A", "B"]
    assert {item.reason for item in found[2:] if isinstance(item, Rejection)} == {"bomb"}
    assert found[-1].at.endswith(f"+{len(MEMBERS[4])}") or len(found) == 4


def test_a_stream_that_breaks_off() -> None:
    def chunks() -> Any:
        yield b"".join(MEMBERS[:2])
        raise Unreadable("corrupt", "The xz data is damaged.")

    found = list(warc.read(Chunks(chunks()), "", limits=Limits(), page_reader=reader))  # type: ignore[arg-type]
    assert [item.title if isinstance(item, Record) else item.reason for item in found] == [
        "A",
        "B",
        "corrupt",
    ]


@settings(max_examples=150, deadline=None)
@given(
    layout=st.sampled_from(["members", "plain", "one member"]),
    digest=st.booleans(),
    place=st.floats(0, 1),
    change=st.sampled_from(["flip", "cut", "drop", "insert", "zero"]),
    garbage=st.binary(min_size=1, max_size=40),
)
@example(layout="members", digest=False, place=0.5, change="insert", garbage=b"\x1f\x8b\x08WARC/1.0\r\nA:")
@example(
    layout="plain", digest=False, place=0.5, change="insert", garbage=b"\r\n\r\nWARC/1.0\r\nA: b\r\n\r\n"
)
def test_damage_anywhere_takes_nothing_but_what_it_hits(
    layout: str, digest: bool, place: float, change: str, garbage: bytes
) -> None:
    records = [record(title, digest=digest) for title in TITLES]
    if layout == "members":
        records = [packed(r) for r in records]
    data = b"".join(records)
    if layout == "one member":
        data = gzip.compress(data)
    at = int(place * (len(data) - 1))
    n = len(garbage)
    changed, beyond = {
        "flip": (data[:at] + bytes([data[at] ^ garbage[0] or data[at] ^ 1]) + data[at + 1 :], at + 1),
        "cut": (data[:at], len(data)),
        "drop": (data[:at] + data[at + n :], at + n),
        "insert": (data[:at] + garbage + data[at:], at),
        "zero": (data[:at] + bytes(len(data[at : at + n])) + data[at + n :], at + n),
    }[change]
    ends = list(itertools.accumulate(map(len, records)))
    if layout == "one member":  # what an expander can give before the damage
        ends = list(itertools.accumulate(map(len, (record(t, digest=digest) for t in TITLES))))
        before, after = [t for t, e in zip(TITLES, ends, strict=True) if e <= _expandable(data[:at])], []
        if not digest:  # nothing tells the last before the damage from a garbled one
            before = before[:-1]
    else:
        before = [t for t, end in zip(TITLES, ends, strict=True) if end <= at]
        after = [t for t, start in zip(TITLES, [0, *ends], strict=False) if start >= beyond]
    found = items(changed)
    titles = [item.title for item in found if isinstance(item, Record)]
    assert titles[: len(before)] == before
    if after:
        assert titles[-len(after) :] == after
    assert sum(isinstance(item, Rejection) for item in found) <= 6


def _expandable(data: bytes) -> int:
    return len(zlib.decompressobj(31).decompress(data))


@settings(max_examples=100, deadline=None)
@given(
    data=st.lists(
        st.one_of(st.binary(max_size=30), st.sampled_from([*GOOD, *MEMBERS, b"WARC/1.0\r\n", b"\r\n"]))
    )
)
def test_nothing_raises(data: list[bytes]) -> None:
    items(b"".join(data))


HOSTILE = {
    "headers without end": b"WARC/1.0\r\nA: b\r\n" * 20_000,
    "lengths to the end": b"".join(
        b"WARC/1.0\r\nContent-Length: %d\r\n\r\n" % (400_000 - i * 34 - 60) for i in range(11_000)
    ),
    "lengths beyond the end": b"WARC/1.0\r\nContent-Length: 99999999\r\n\r\n" * 10_000,
    "beginnings of gzip": b"\x1f\x8b\x08" * 100_000,
    "stored members that overlap": b"".join(
        # A member whose stored block goes on for 65,535 bytes, over hundreds of the same.
        b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x00\xff\xff\x00\x00WARC/1.0\r\n" + b"A" * 75
        for _ in range(4_000)
    ),
    "a record over tiny members": packed(
        b"WARC/1.0\r\nContent-Length: 9999999\r\n\r\n", *(b"a" for _ in range(15_000))
    ),
    "records over tiny members": packed(
        *(b"WARC/1.0\r\nContent-Length: 2\r\n\r\na" if n % 2 else b"b\r\n\r\n" for n in range(1, 12_001))
    ),
    "tiny members": gzip.compress(b"") * 20_000,
    "line ends": b"\r\n" * 200_000,
    "nothing but a long line": b"WARC/1.0\r\n" + b"A" * 400_000,
}


@pytest.mark.parametrize("layout", ["members", "plain", "one member", "a large record"])
def test_memory_does_not_grow_with_the_file(layout: str, tmp_path: Path) -> None:
    one = record("X", size=100_000)
    if layout == "a large record":
        one = record("X", size=16_000_000).replace(b"text/html", b"video/mp4")
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        packer = zlib.compressobj(1, wbits=31)
        member = packed(one) if layout == "members" else b""
        for _ in range(40_000_000 // len(one)):
            file.write({"plain": one, "members": member}.get(layout) or packer.compress(one))
        if layout in ("one member", "a large record"):
            file.write(packer.flush())
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            for _ in warc.read(file, "", limits=Limits(), page_reader=reader):
                pass
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_linear_in_what_is_read(name: str) -> None:
    data = HOSTILE[name]

    def seconds(data: bytes) -> float:
        start = time.process_time()
        for _ in warc.read(io.BytesIO(data), "", limits=Limits(), page_reader=reader):
            pass
        return time.process_time() - start

    assert seconds(data) < 5.0  # 0.3 MB; what grows with the square takes minutes
