from __future__ import annotations

import io

import pytest

from pipeline.errors import Unreadable
from pipeline.extract.reading import Reader
from pipeline.extract.text import read, split_header
from pipeline.record import Record, Rejection


class Breaking(io.BytesIO):
    """A stream that breaks off after its bytes."""

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(size)
        if not part:
            raise Unreadable("truncated", "The data ends too early.")
        return part


@pytest.mark.parametrize(
    ("text", "date", "body"),
    [
        (" date 2019-02 Tirsdag snakket", "2019-02", "Tirsdag snakket"),
        ("date 2019 Tirsdag", "2019", "Tirsdag"),
        ("\n\tdate 2019-02-06\n\nTirsdag\n", "2019-02-06", "Tirsdag\n"),
        ("\ufeffdate 2019-02-06 Tirsdag", "2019-02-06", "Tirsdag"),
        ("\ufeff\u00a0Date 2019-02-06\u00a0Tirsdag", "2019-02-06", "Tirsdag"),
        ("date 2019-02-06T07:30 Tirsdag", "2019-02-06T07:30", "Tirsdag"),
        ("date 2019-02-06T07:30:15+01:00 Tirsdag", "2019-02-06T07:30:15+01:00", "Tirsdag"),
        ("date 2019-02-06 07:30:15.250Z Tirsdag", "2019-02-06 07:30:15.250Z", "Tirsdag"),
        ("date 2019-02-06 12 elever", "2019-02-06", "12 elever"),
        ("date 2019-02 12:30 ringte det", "2019-02", "12:30 ringte det"),
        ("date 2019-13 Tirsdag", "2019-13", "Tirsdag"),
        ("date 2019-02-30 Tirsdag", "2019-02-30", "Tirsdag"),
        ("date 2024-02-14", "2024-02-14", ""),
        ("date 2024-02-14\r\n\r\n  – Ja", "2024-02-14", "– Ja"),
    ],
)
def test_a_header_gives_the_date_as_written_and_leaves_the_body(text: str, date: str, body: str) -> None:
    assert split_header(text) == (date, body)


@pytest.mark.parametrize(
    "text",
    [
        "Tirsdag snakket de",
        "date med en ukjent",
        "date",
        "dates 2019 er en frukt",
        "date 20190 Tirsdag",
        "date 2019-02-06. Tirsdag",
        "date 2019Tirsdag",
        "update 2019 kom",
        "  innledende mellomrom beholdes",
        "",
    ],
)
def test_a_text_without_a_header_is_kept_whole(text: str) -> None:
    assert split_header(text) == (None, text)


def test_a_text_file_is_one_record_of_all_its_bytes() -> None:
    data = " date 2019-02 Tirsdag – «IS».\n\nSlutt\\, sa hun.\n".encode()
    assert read(Reader(io.BytesIO(data)), "a.txt", limit=1000) == Record(
        at="a.txt",
        raw=data,
        text="Tirsdag – «IS».\n\nSlutt\\, sa hun.\n",
        published_raw="2019-02",
        published_from="header",
    )


def test_latin_1_is_decoded_and_says_so() -> None:
    data = "date 2017 Været på Sørlandet blir bedre, sa værvakten".encode("latin-1")
    found = read(Reader(io.BytesIO(data)), "", limit=1000)
    assert isinstance(found, Record)
    assert (found.text, found.rules) == ("Været på Sørlandet blir bedre, sa værvakten", ("encoding",))


def test_a_text_above_the_limit_is_too_large() -> None:
    found = read(Reader(io.BytesIO(b"a" * 1001)), "", limit=1000)
    assert isinstance(found, Rejection)
    assert (found.reason, len(found.excerpt)) == ("too_large", 1001)
    assert isinstance(read(Reader(io.BytesIO(b"a" * 1000)), "", limit=1000), Record)


def test_part_of_a_text_is_no_record() -> None:
    found = read(Reader(Breaking(b"date 2019 Halve")), "", limit=1000)
    assert isinstance(found, Rejection)
    assert (found.reason, found.excerpt) == ("truncated", b"date 2019 Halve")


def test_a_text_whose_bytes_make_no_sense_further_on_is_rejected() -> None:
    data = b"Tirsdag " * 100 + b"\x81\x8d" * 50_000
    found = read(Reader(io.BytesIO(data)), "", limit=1_000_000)
    assert isinstance(found, Rejection)
    assert (found.reason, found.excerpt) == ("undecodable", data[:4096])
