from __future__ import annotations

import gzip
import io
import json
import tarfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from pipeline.extract import extract
from pipeline.record import REASONS, Record, Rejection
from pipeline.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1024 * 1024
SEEDS = Path(__file__).parents[3] / "seeds"
EXPECTED = json.loads((SEEDS / "expected.json").read_text(encoding="utf-8"))


def items(data: bytes, name: str = "", **limits: int) -> list[Record | Rejection]:
    return list(extract(io.BytesIO(data), name, limits=Limits(**limits)))


def told(found: list[Record | Rejection]) -> list[tuple[str, str | None]]:
    return [(i.at, i.text if isinstance(i, Record) else i.reason) for i in found]


def table() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": ["a", "b"]}), buffer)
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


LINES = b'{"text":"a"}\n{"text":"b"}\n'
FORMATS: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "text": (b"date 2019-02 a", [("", "a")]),
    "lines": (LINES, [("@0+12", "a"), ("@13+12", "b")]),
    "array": (b'[{"text":"a"},{"text":"b"}]', [("@item 0", "a"), ("@item 1", "b")]),
    "object": (b'{"text":"a"}', [("", "a")]),
    "wrapper": (b'{"data":[{"text":"a"}]}', [("@item 0", "a")]),
    "page": (b"<html><body><p>a</p></body></html>", [("", "a")]),
    "table": (table(), [("@row 0", "a"), ("@row 1", "b")]),
}


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_told_by_its_content(form: str) -> None:
    data, expected = FORMATS[form]
    assert told(items(data, "fil")) == expected


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_each_format_is_read_in_an_archive(form: str, pack: Callable[..., bytes]) -> None:
    data, expected = FORMATS[form]
    assert told(items(pack(en=data, to=data), "fil")) == [
        (member + at, text) for member in ("en", "to") for at, text in expected
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_read_compressed(form: str) -> None:
    data, expected = FORMATS[form]
    assert told(items(gzip.compress(data), "fil.gz")) == expected


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "table"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_each_format_is_read_in_wide_encodings(form: str, encoding: str) -> None:
    text, expected = FORMATS[form][0].decode(), FORMATS[form][1]
    found = items(text.encode(encoding), "fil")
    assert [i.text for i in found if isinstance(i, Record)] == [text for _, text in expected]
    assert all(i.rules == ("encoding",) for i in found if isinstance(i, Record))


def test_a_latin_1_file_of_lines_is_decoded_line_by_line() -> None:
    data = '{"text":"Været på Sørlandet"}\n{"text":"abc"}\n'.encode("latin-1")
    found = items(data, "a.jsonl")
    assert [(i.text, i.rules) for i in found if isinstance(i, Record)] == [
        ("Været på Sørlandet", ("encoding",)),
        ("abc", ()),
    ]


@pytest.mark.parametrize(
    ("data", "name", "limits", "expected"),
    [
        (b"", "tom.txt", {}, [("", "empty")]),
        (gzip.compress(b"", mtime=0), "tom.gz", {}, [("", "empty")]),
        (bytes(range(256)) * 8, "a.bin", {}, [("", "binary")]),
        ("日本語のテキストです。今日は晴れ。".encode("shift_jis"), "a.txt", {}, [("", "undecodable")]),
        (b"x" * 200, "a.txt", {"record_bytes": 100}, [("", "too_large")]),
        (LINES + b"{feil", "a.jsonl", {}, [("@0+12", "a"), ("@13+12", "b"), ("@26+5", "not_json")]),
        (LINES + b"[]", "a.jsonl", {}, [("@0+12", "a"), ("@13+12", "b"), ("@26+2", "not_an_object")]),
        (b'[{"tekst":"a"}]', "a.json", {}, [("@item 0", "no_text_field")]),
        (b'[{"text":1}]', "a.json", {}, [("@item 0", "bad_field")]),
        (b"PAR1 og slutt", "a.parquet", {}, [("", "corrupt")]),
    ],
)
def test_each_reason(data: bytes, name: str, limits: dict[str, int], expected: Any) -> None:
    found = items(data, name, **limits)
    assert told(found) == expected
    for item in found:
        if isinstance(item, Rejection):
            assert item.detail.endswith((".", ")"))
            assert len(item.excerpt) <= 4096


def test_the_whole_lines_of_a_truncated_file_are_kept() -> None:
    lines = b"".join(
        b'{"text":"%d %s"}\n' % (n, zlib.crc32(b"%d" % n).to_bytes(4).hex().encode()) for n in range(9999)
    )
    whole = items(lines, "a.jsonl")
    packed = gzip.compress(lines)
    found = items(packed[: len(packed) // 2], "a.jsonl.gz")
    *records, last = found
    assert records == whole[: len(records)]
    assert len(records) > 1000
    assert isinstance(last, Rejection)
    assert last.reason == "truncated"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_sample_documents_are_read(name: str) -> None:
    expected = EXPECTED[name]
    found = items((SEEDS / "articles" / name).read_bytes(), name)
    records = sum(expected["published"].values()) + expected["duplicates"] + expected["superseded"]
    records += len(expected["quarantined"])
    assert sum(isinstance(i, Record) for i in found) == records
    assert [i.reason for i in found if isinstance(i, Rejection)] == expected["rejected"]


def test_the_given_document() -> None:
    data = (SEEDS / "articles" / "000_0fa71c61ba318e5d.txt").read_bytes()
    (found,) = items(data, "000_0fa71c61ba318e5d.txt")
    assert isinstance(found, Record)
    assert (found.at, found.raw, found.title) == ("", data, None)
    assert (found.published_raw, found.published_from) == ("2019-02", "header")
    assert found.text is not None
    assert found.text.startswith("Tirsdag snakket")
    assert "sin del av lasset\\," in found.text
    assert found.text.count("\n\n") == 16


def test_the_same_bytes_give_the_same_items_and_every_place_is_its_own() -> None:
    data = zipped(**{name: content for name, (content, _) in FORMATS.items()}, igjen=LINES + LINES + b"{")
    found = items(data, "alt.zip")
    assert items(data, "alt.zip") == found
    assert len({i.at for i in found}) == len(found)


def test_a_large_file_of_lines_is_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "store.jsonl.gz"
    line = (
        json.dumps({"id": 0, "title": "Tittel", "text": "Været på Sørlandet blir bedre. " * 120}).encode()
        + b"\n"
    )
    count = 110 * MIB // len(line)
    with gzip.open(path, "wb", compresslevel=1) as packed:
        for _ in range(count):
            packed.write(line)
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            read = sum(
                isinstance(i, Record)
                for i in extract(file, path.name, limits=Limits(record_bytes=MIB, expansion_ratio=100_000))
            )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read == count
    assert peak < 6 * MIB


# --- whatever comes in, nothing is raised ---------------------------------------------------------------

NAMES = st.sampled_from(["", "a.txt", "a.jsonl", "a.json", "a.html", "a.parquet", "a.gz", "a.zip", "a.tar"])
PIECES = st.sampled_from(
    [
        *(
            b"{",
            b"}",
            b"[",
            b"]",
            b'"',
            b",",
            b":",
            b"\\",
            b"\n",
            b"\r",
            b" ",
            b"\0",
            b"\xff",
            b"\xc3",
            b"\xa5",
        ),
        *(
            b'"text"',
            b'"articles"',
            b"date 2019-02 ",
            b"<html>",
            b"<p>",
            b"</p>",
            b"<article>",
            b"PAR1",
            b"NaN",
        ),
        *(b"\xef\xbb\xbf", b"\xff\xfe", b"\\ud800", b"\x1f\x8b\x08", b"PK\x03\x04", b"null", b'{"text":"x"}'),
        *(b'<script type="application/ld+json">', b"</script>", b"<meta charset=", b"1e999", b"-", b"0"),
    ]
)


def check(data: bytes, name: str) -> None:
    found = items(data, name, record_bytes=64)
    assert found
    assert items(data, name, record_bytes=64) == found
    assert len({i.at for i in found}) == len(found)
    for item in found:
        if isinstance(item, Record):
            assert isinstance(item.text, str)
            for value in (item.text, item.title, item.published_raw, *item.authors, *item.tags):
                (value or "").encode()
        else:
            assert item.reason in REASONS
            assert item.detail


@given(st.binary(max_size=300), NAMES | st.text(max_size=20))
@example(b"\xff\xfe[", "a.json")
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_rejected(data: bytes, name: str) -> None:
    check(data, name)


@given(st.lists(PIECES, max_size=25).map(b"".join), NAMES)
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_what_formats_are_made_of_is_read_or_rejected(data: bytes, name: str) -> None:
    check(data, name)


def damaged(data: bytes, places: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, value in places:
        changed[place % len(changed)] = value
    return bytes(changed)


@given(
    st.sampled_from(sorted(FORMATS)),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 20),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage_to_a_good_file_is_survived(form: str, places: list[tuple[int, int]], cut: int) -> None:
    data = damaged(FORMATS[form][0], places)
    found = items(data[: len(data) - cut] if cut < len(data) else data, "fil")
    assert found
    assert len({i.at for i in found}) == len(found)


def test_records_come_before_the_rest_is_read() -> None:

    stream = io.BytesIO(LINES * 100_000)
    first = next(extract(stream, "a.jsonl", limits=Limits()))
    assert isinstance(first, Record)
    assert stream.tell() < MIB
