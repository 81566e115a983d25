from __future__ import annotations

import io
import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.encoding import Encoding
from pipeline.extract.jsonl import TooLong, lines, read
from pipeline.extract.reading import CHUNK, Reader
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

UTF8 = Encoding("utf-8")
MIB = 1024 * 1024


class Stream(io.RawIOBase):
    """A stream of generated parts, which may end by breaking off."""

    def __init__(self, parts: Iterator[bytes], error: Unreadable | None = None) -> None:
        self.parts, self.error = parts, error

    def read(self, size: int = -1) -> bytes:
        part = next(self.parts, b"")
        if not part and self.error is not None:
            raise self.error
        return part


def items(data: bytes, *, limit: int = 1000, encoding: Encoding = UTF8) -> list[Record | Rejection]:
    return list(read(Reader(io.BytesIO(data)), "", encoding=encoding, limit=limit))


def test_each_line_is_a_record_at_its_bytes() -> None:
    data = '{"text":"Én"}\r\n\n  \n{"text":"To"}'.encode()
    found = items(data)
    assert [(i.at, i.text, i.raw) for i in found if isinstance(i, Record)] == [
        ("@0+14", "Én", '{"text":"Én"}'.encode()),
        ("@20+13", "To", b'{"text":"To"}'),
    ]
    assert all(data[(at := int(i.at[1:].split("+")[0])) : at + len(i.raw)] == i.raw for i in found)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert [i.at for i in items(b'\xef\xbb\xbf{"text":"x"}\n')] == ["@3+12"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "avkutt', "not_json"),
        (b"Bare ord", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[1]", "not_an_object"),
        (b'"ord"', "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"overskrift": "x"}', "no_text_field"),
        (b'{"text": 7}', "bad_field"),
    ],
)
def test_a_bad_line_costs_itself_alone(line: bytes, reason: str) -> None:
    good = b'{"text":"god"}\n'
    found = items(good + line + b"\n" + good, limit=1_000_000)
    assert [i.text if isinstance(i, Record) else i.reason for i in found] == ["god", reason, "god"]
    bad = found[1]
    assert isinstance(bad, Rejection)
    assert bad.at == f"@15+{len(line)}"
    assert bad.excerpt == line[:4096]
    if reason.startswith("not"):
        assert bad.detail.startswith("Line 2 ")


@pytest.mark.parametrize(
    ("line", "text", "rules"),
    [
        (b'{"text":"x","score":NaN}', "x", ()),
        (b'{"text":"x","text":"y"}', "y", ()),
        (b'{"text":"a\\ud800b"}', "a\ufffdb", ("encoding",)),
        (b'{"text":"\\ud83d\\ude00","n":NaN}', "😀", ()),
        ('{"text":"Været på Sørlandet"}'.encode("latin-1"), "Været på Sørlandet", ("encoding",)),
    ],
)  # fmt: skip
def test_what_others_write_loosely_is_read(line: bytes, text: str, rules: tuple[str, ...]) -> None:
    found = items(line, encoding=Encoding("cp1252", clean=False))
    assert [(i.text, i.rules) for i in found if isinstance(i, Record)] == [(text, rules)]
    found[0].text.encode()  # type: ignore[union-attr]


def test_a_line_above_the_limit_is_passed_over_and_the_next_is_read() -> None:
    long = b'{"text":"' + b"x" * 1000 + b'"}'
    found = items(long + b'\n{"text":"god"}\n', limit=100)
    assert [i.text if isinstance(i, Record) else i.reason for i in found] == ["too_large", "god"]
    assert [i.at for i in found] == ["@0+1011", "@1012+14"]
    assert "Line 1 is 1011 bytes" in found[0].detail  # type: ignore[union-attr]


def test_a_line_exactly_at_the_limit_is_read() -> None:
    line = b'{"text":"1234"}'
    assert isinstance(items(line, limit=len(line))[0], Record)
    assert isinstance(items(line, limit=len(line) - 1)[0], Rejection)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_lines_are_the_same_however_the_stream_is_cut(size: int) -> None:
    data = b'\n{"text":"a"}\r\n' + b"x" * 50 + b'\n\r\n{"text":"b"}\n{"text":"c"}'
    parts = (data[i : i + size] for i in range(0, len(data), size))
    found = list(read(Reader(Stream(parts)), "", encoding=UTF8, limit=40))
    assert found == items(data, limit=40)
    assert [i.text if isinstance(i, Record) else i.reason for i in found] == ["a", "too_large", "b", "c"]


@pytest.mark.parametrize("reason", ["truncated", "corrupt", "bomb"])
def test_the_line_that_the_stream_breaks_off_in_is_no_record(reason: str) -> None:
    data = b'{"text":"hel"}\n{"text":"ser hel ut"}'
    stream = Stream(iter([data]), Unreadable(reason, "Det brast."))
    found = list(read(Reader(stream), "", encoding=UTF8, limit=1000))
    assert [i.text if isinstance(i, Record) else i.reason for i in found] == ["hel", reason]
    assert found[1].at == "@15+21"


def test_only_blank_lines_are_empty() -> None:
    assert [i.reason for i in items(b"\n \n\r\n") if isinstance(i, Rejection)] == ["empty"]


def test_a_line_of_200_mb_takes_no_memory() -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"text":"foer"}\n{"text":"'
        block = b"x" * CHUNK
        for _ in range(200 * MIB // CHUNK):
            yield block
        yield b'"}\n{"text":"etter"}\n'

    tracemalloc.start()
    try:
        found = list(read(Reader(Stream(parts())), "", encoding=UTF8, limit=4 * MIB))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [i.text if isinstance(i, Record) else i.reason for i in found] == ["foer", "too_large", "etter"]
    assert found[1].excerpt.startswith(b'{"text":"xxx')  # type: ignore[union-attr]
    assert peak < 8 * MIB


def test_the_excerpt_of_a_long_line_is_its_beginning() -> None:
    data = b"ab" + b"c" * 10_000 + b"\n"
    parts = iter([data[:1], data[1:3], data[3:5000], data[5000:]])
    found = list(lines(Reader(Stream(parts)), 100))
    assert [(offset, size) for offset, size, _ in found] == [(0, 10_002)]
    line = found[0][2]
    assert isinstance(line, TooLong)
    assert line.first == data[:4096]


def test_objects_of_many_shapes_are_all_read() -> None:
    data = b"".join(json.dumps({f"felt{n}": n, "text": str(n)}).encode() + b"\n" for n in range(3000))
    assert [i.text for i in items(data) if isinstance(i, Record)] == [str(n) for n in range(3000)]
