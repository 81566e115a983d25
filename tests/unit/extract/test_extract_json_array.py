from __future__ import annotations

import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from pipeline.errors import Unreadable
from pipeline.extract.encoding import Encoding
from pipeline.extract.json_array import read, read_object
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


def array(data: bytes, *, limit: int = 1000) -> list[Record | Rejection]:
    return list(read(Reader(io.BytesIO(data)), "", encoding=UTF8, limit=limit))


def one(data: bytes, *, limit: int = 1000) -> list[Record | Rejection]:
    return list(read_object(Reader(io.BytesIO(data)), "", encoding=UTF8, limit=limit))


def told(found: list[Record | Rejection]) -> list[tuple[str, str | None]]:
    return [(i.at, i.text if isinstance(i, Record) else i.reason) for i in found]


ITEMS = [{"text": 'Én, [to] {tre} "fire" \\'}, {"title": "ø", "text": "b", "a": [{"b": [1, 2]}]}]


@pytest.mark.parametrize("indent", [None, 1, "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_each_item_is_a_record_and_its_bytes_are_canonical(indent: Any, mark: bytes) -> None:
    found = array(mark + json.dumps(ITEMS, indent=indent, ensure_ascii=False).encode() + b"\n")
    assert told(found) == [("@item 0", ITEMS[0]["text"]), ("@item 1", "b")]
    assert found[1].raw == '{"a":[{"b":[1,2]}],"text":"b","title":"ø"}'.encode()  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 17])
def test_items_are_the_same_however_the_stream_is_cut(size: int) -> None:
    data = json.dumps([*ITEMS, 7, {"text": "x" * 300}, {"text": '\\" \u00e5'}]).encode()
    parts = (data[i : i + size] for i in range(0, len(data), size))
    found = list(read(Reader(Stream(parts)), "", encoding=UTF8, limit=200))
    assert found == array(data, limit=200)
    assert [what for _, what in told(found)][2:] == ["not_an_object", "too_large", '\\" å']


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=8,
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 9),
)
def test_any_array_is_cut_into_as_many_items_as_it_has(values: list[Any], size: int) -> None:
    data = json.dumps(values).encode()
    parts = (data[i : i + size] for i in range(0, len(data), size))
    found = list(read(Reader(Stream(parts)), "", encoding=UTF8, limit=10_000))
    assert [i.at for i in found] == [f"@item {n}" for n in range(len(values))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'[{"text":"a"},{"text":"b"', [("@item 0", "a"), ("@item 1", "not_json")]),
        (b'[{"text":"a"},{"text":"b"}', [("@item 0", "a"), ("@item 1", "b"), ("@item 2", "not_json")]),
        (b'[{"text":"a"},', [("@item 0", "a"), ("@item 1", "not_json")]),
        (b'[{"text":"a"},{b},{"text":"c"}]', [("@item 0", "a"), ("@item 1", "not_json"), ("@item 2", "c")]),
        (b'[{"text":"a"},]', [("@item 0", "a")]),
        (b'[{"text":"a"}] og mer', [("@item 0", "a"), ("@item 1", "not_json")]),
        (b'[{"text":"a","n":NaN}]', [("@item 0", "a")]),
        (b'[{"n":1}, 2]', [("@item 0", "no_text_field"), ("@item 1", "not_an_object")]),
        (b"[ ]", [("", "empty")]),
        (b"[" * 5000, [("@item 0", "not_json")]),
    ],
)  # fmt: skip
def test_damage_costs_no_more_than_it_must(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert told(array(data)) == expected


def test_the_items_before_a_break_are_kept() -> None:
    stream = Stream(iter([b'[{"text":"a"},{"text":"b"},{"te']), Unreadable("truncated", "Slutt."))
    found = list(read(Reader(stream), "", encoding=UTF8, limit=1000))
    assert told(found) == [("@item 0", "a"), ("@item 1", "b"), ("@item 2", "truncated")]
    assert found[2].excerpt == b'{"te'  # type: ignore[union-attr]


def test_an_item_of_100_mb_takes_no_memory() -> None:
    def parts() -> Iterator[bytes]:
        yield b'[{"text":"foer"},{"text":"'
        block = b"x" * CHUNK
        for _ in range(100 * MIB // CHUNK):
            yield block
        yield b'"},{"text":"etter"}]'

    tracemalloc.start()
    try:
        found = list(read(Reader(Stream(parts())), "", encoding=UTF8, limit=2 * MIB))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert told(found) == [("@item 0", "foer"), ("@item 1", "too_large"), ("@item 2", "etter")]
    assert peak < 8 * MIB


def test_a_single_object_is_the_whole_file() -> None:
    found = one(b'{\n "text": "a",\n "id": 7\n}\n')
    assert told(found) == [("", "a")]
    assert found[0].raw == b'{"id":7,"text":"a"}'  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["articles", "items", "data", "documents", "records"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("limit", [1000, 40])
def test_a_wrapped_array_gives_its_items_whether_it_fits_or_streams(
    name: str, indent: Any, limit: int
) -> None:
    wrapper = {"status": "ok", "total": 2, name: [{"text": "a"}, {"text": "b"}], "next": None}
    found = one(json.dumps(wrapper, indent=indent).encode(), limit=limit)
    assert told(found) == [("@item 0", "a"), ("@item 1", "b")]


def test_an_article_that_has_items_is_an_article() -> None:
    assert told(one(b'{"text":"a","items":[{"text":"b"}]}')) == [("", "a")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"articles":[{"text":"a"},{"text":', [("@item 0", "a"), ("@item 1", "not_json")]),
        (b'{"articles":[{"text":"a"}]', [("@item 0", "a"), ("@item 1", "not_json")]),
        (b'{"articles":[]}', [("", "empty")]),
        (b'{"articles":[{"text":"a"},3]}', [("@item 0", "a"), ("@item 1", "not_an_object")]),
        (b'{"articles": 3}', [("", "no_text_field")]),
        (b'{"text": "a"', [("", "not_json")]),
        (b'["a"]', [("", "not_an_object")]),
    ],
)
def test_damaged_objects(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert told(one(data)) == expected


def test_an_object_above_the_limit_is_too_large() -> None:
    assert told(one(b'{"text": "' + b"x" * 1000 + b'"}')) == [("", "too_large")]


def test_whole_numbers_beyond_64_bits_and_half_characters_are_survived() -> None:
    found = array(b'[{"text":"a\\udc00","n":123456789012345678901234567890,"m":NaN}]')
    assert told(found) == [("@item 0", "a\ufffd")]
    assert found[0].rules == ("encoding",)  # type: ignore[union-attr]
