"""Erasing records: their bytes are gone, and all others read as before, from the same places."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.errors import DagspressError
from pipeline.extract import extract
from pipeline.extract.erase import erase
from pipeline.extract.erase_warc import gzip_of
from pipeline.record import Record
from pipeline.settings import Limits
from tests.files_with_a_secret import FILES, SECRET, expanded, warc_records

if TYPE_CHECKING:
    from collections.abc import Collection

LIMITS = Limits()


def items(data: bytes, name: str) -> list[Any]:
    return list(extract(io.BytesIO(data), name, limits=LIMITS))


def erased(data: bytes, name: str, places: Collection[str]) -> bytes:
    with erase(io.BytesIO(data), name, places, limits=LIMITS) as file:
        file.seek(0)
        return file.read()


def is_secret(item: Any) -> bool:
    return isinstance(item, Record) and SECRET in (item.text or "")


@pytest.mark.parametrize("kind", FILES)
def test_the_bytes_are_gone_and_the_others_are_read_as_before(kind: str) -> None:
    name, make = FILES[kind]
    data = make()
    before = items(data, name)
    [gone] = [item for item in before if is_secret(item)]
    after = erased(data, name, [gone.at])
    forms = [SECRET.encode(), SECRET.encode("utf-16-le")]
    assert not [part for part in expanded(name, after) for form in forms if form in part]
    found = items(after, name)
    assert [i for i in found if i.at != gone.at] == [i for i in before if i.at != gone.at]
    assert not [i for i in found if isinstance(i, Record) and i.at == gone.at and (i.text or "").strip()]
    assert erased(after, name, [gone.at]) == after


@pytest.mark.parametrize("kind", ["lines", "array", "utf-16 lines", "zip of lines", "warc", "warc.gz"])
@given(st.sets(st.integers(0, 3)))
@settings(max_examples=16)
def test_any_records_can_go_together_or_one_after_another(kind: str, numbers: set[int]) -> None:
    name, make = FILES[kind]
    data = make()
    before = [item for item in items(data, name) if isinstance(item, Record)]
    gone = [before[number].at for number in sorted(numbers)]
    together = erased(data, name, gone)
    kept = [item for item in items(together, name) if isinstance(item, Record) and item.at not in gone]
    assert kept == [item for item in before if item.at not in gone]
    one_by_one = data
    for at in gone:
        one_by_one = erased(one_by_one, name, [at])
    assert items(one_by_one, name) == items(together, name)


@given(st.binary(max_size=2000), st.integers(0, 5000))
def test_a_gzip_member_has_the_length_that_is_asked_for(content: bytes, more: int) -> None:
    least = len(zlib.compress(content)) + 64
    data = gzip_of(content, least + more)
    assert data is not None
    assert (len(data), gzip.decompress(data)) == (least + more, content)


def test_what_has_no_room_for_a_gzip_member_is_told() -> None:
    assert gzip_of(b"", 24) is None
    assert gzip_of(bytes(range(256)), 200) is None


def test_a_web_archive_whose_first_record_is_gone_is_one_still() -> None:
    for pack in (bytes, gzip.compress):
        data = b"".join(map(pack, warc_records()))
        first = items(data, "a")[0].at
        assert [item.at for item in items(erased(data, "a", [first]), "a")] == [
            item.at for item in items(data, "a")[1:]
        ]


@pytest.mark.parametrize(
    ("data", "name", "place"),
    [
        (gzip.compress(b'{"text": "a"}\n' * 99)[:-12], "a.jsonl.gz", "@0+13"),
        (b'{"text": "a"}\n', "a.jsonl", "@5+40"),
        (b'{"text": "a"}\n', "a.jsonl", "@item 0 of 3"),
        (json.dumps({"x": [1], "y": {"articles": [{"text": "a"}]}}).encode(), "a.json", "@item 7"),
        (b"PK\x03\x04 no archive", "a.zip", "a.txt"),
        (b"".join(warc_records()), "a.warc", "@item 3"),
    ],
)
def test_what_cannot_be_erased_is_told(data: bytes, name: str, place: str) -> None:
    with pytest.raises(DagspressError):
        erased(data, name, [place])
