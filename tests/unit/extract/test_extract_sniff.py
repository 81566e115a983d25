from __future__ import annotations

import io

import pytest

from pipeline.extract.reading import Reader
from pipeline.extract.sniff import sniff

PAGE = b"<html><body><p>x</p></body></html>"


def told(data: bytes, name: str = "", *, limit: int = 10_000) -> str:
    reader = Reader(io.BytesIO(data))
    kind = sniff(reader, name, limit=limit)
    assert b"".join(reader.chunks()) == data, "looking ahead must consume nothing"
    return kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"PAR1....", "parquet"),
        (PAGE, "html"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><title>x</title>", "html"),
        (b'<?xml version="1.0"?><!-- x --><html>', "html"),
        (b"<article><p>x", "html"),
        (b"<3 sommer", "text"),
        (b" date 2019-02 Tirsdag", "text"),
        (b"Bare tekst", "text"),
        (b'[{"text": "x"}]', "json_array"),
        (b'\xef\xbb\xbf\n[\n {\n "text": "x"', "json_array"),
        (b"[1, 2]", "json_array"),
        (b"[]", "json_array"),
        (b"[NTB] Oslo: tekst", "text"),
        (b"[{navn}] sa ja", "text"),
        (b'{"text": "x"}', "json_object"),
        (b'{"text": "x"}\n \n', "json_object"),
        (b'{\n "text": "x"\n}', "json_object"),
        (b'{"text": "x"}\n{"text": "y"}', "json_lines"),
        (b'\n{"text": "x"}\navkuttet', "json_lines"),
        (b'{"text": "avkutt\n{"text": "y"}\n', "json_lines"),
        (b'{"articles": [{"text": "avkut', "json_object"),
        (b'{"status":"ok","total":2,\n "articles": [\n{"text": "avkut', "json_object"),
        (b"{ikke json", "text"),
        (b'{"heller": ikke', "text"),
        ('{"text": "på"}\n{"text": "å"}'.encode("latin-1"), "json_lines"),
    ],
)
def test_the_content_tells_the_format(data: bytes, kind: str) -> None:
    assert told(data) == kind


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL.GZ", "a.jsonl.zst"])
def test_a_name_for_lines_makes_broken_json_lines(name: str) -> None:
    assert told(b'{"text": "avkutt\n', name) == "json_lines"
    assert told(b"helt feil\n", name) == "json_lines"
    assert told(b"[1]\n[2]\n", name) == "json_lines"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"PAR1", "a.jsonl", "parquet"),
        (PAGE, "a.txt", "html"),
        (b'[\n{"text": "x"}\n]', "a.jsonl", "json_array"),
        (b"date 2019 x", "a.json", "text"),
        (b"date 2019 x", "a.html", "text"),
        (b'{"text": "x"}\n{"text": "y"}', "a.txt", "json_lines"),
    ],
)
def test_the_content_wins_over_the_name(data: bytes, name: str, kind: str) -> None:
    assert told(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b'{"text": avkutt', "a.json", "json_object"),
        (b"[feil", "a.json", "json_array"),
        (b"<title>x</title>", "a.html", "html"),
        (b"<title>x</title>", "a", "text"),
    ],
)
def test_the_name_decides_where_the_content_does_not(data: bytes, name: str, kind: str) -> None:
    assert told(data, name) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"text": "' + b"x" * 1000, "json_lines"),
        (b'{"text": "x"}\n' + b"\n" * 1000, "json_object"),
        (b'{"text": "x"}\n' * 100, "json_lines"),
        (b'{\n"text": "' + b"x" * 1000, "json_object"),
        (b'{"text": "avkutt\n' + b'{"text": "y"}\n' * 100, "json_lines"),
    ],
)
def test_what_is_larger_than_a_record(data: bytes, kind: str) -> None:
    assert told(data, limit=100) == kind
