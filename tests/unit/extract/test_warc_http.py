"""HTTP responses in web archives: heads, chunks, content encodings, and what is wrong with them."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard
from hypothesis import given, settings, strategies as st

from pipeline.errors import Unreadable
from pipeline.extract.warc_http import HEAD, Head, charset_of, dechunked, head_of, media_type, payload
from pipeline.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = "<!doctype html><p>Været på Sørlandet blir bedre.</p>".encode() * 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def streamed_zstd(data: bytes) -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()  # without the size in its header
    return packer.compress(data) + packer.flush()


ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    "deflate ": raw_deflate,
    "br": lambda data: brotli.compress(data, quality=4),
    "zstd": streamed_zstd,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "identity": bytes,
    "": bytes,
    "gzip,gzip": lambda data: gzip.compress(gzip.compress(data)),
    "gzip ": lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:]) + b"padding",
}


def head(**fields: str) -> Head:
    return Head(status=200, fields={k.replace("_", "-"): v for k, v in fields.items()}, size=0)


def chunks(data: bytes, *sizes: int, extension: str = "") -> bytes:
    parts, at = [], 0
    for size in (*sizes, len(data)):
        if part := data[at : at + size]:
            parts.append(f"{len(part):x}{extension}\r\n".encode() + part + b"\r\n")
        at += size
    return b"".join(parts) + b"0\r\n\r\n"


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("chunked", [False, True])
def test_encodings_are_undone(name: str, chunked: bool) -> None:
    body = ENCODERS[name](PAGE)
    fields = {"content_encoding": name}
    if chunked:
        body, fields["transfer_encoding"] = chunks(body, 7, 100), "chunked"
    assert payload(body, head(**fields), limits=Limits()) == PAGE


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "gzip, br"])
def test_what_was_undone_before_is_taken_as_it_is(name: str) -> None:
    assert payload(PAGE, head(content_encoding=name), limits=Limits()) == PAGE
    assert payload(PAGE, head(transfer_encoding="chunked"), limits=Limits()) == PAGE


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_of_a_body_that_ends_too_early_what_came_is_given(name: str) -> None:
    lines = b"".join(b"<p>%d</p>" % zlib.crc32(b"%d" % n) for n in range(30_000))
    body = ENCODERS[name](lines)
    found = payload(body[: len(body) * 3 // 4], head(content_encoding=name), limits=Limits())
    assert lines.startswith(found)
    assert len(found) > len(lines) / 4


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_what_expands_beyond_the_limits_is_a_bomb(name: str) -> None:
    body = ENCODERS[name](bytes(3_000_000))
    with pytest.raises(Unreadable) as error:
        payload(body, head(content_encoding=name), limits=Limits(record_bytes=1_000_000))
    assert error.value.reason == "bomb"


@pytest.mark.parametrize(
    ("name", "body"),
    [("gzip", b"\x1f\x8b\x08 no gzip"), ("br", b"\xff\xfe\xfd" * 9), ("zstd", b"none"), ("compress", b"x")],
)
def test_what_cannot_be_decoded_is_damaged(name: str, body: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        payload(body, head(content_encoding=name), limits=Limits())
    assert error.value.reason == "damaged"
    assert error.value.detail.endswith(".")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (chunks(b"abcdef", 2), b"abcdef"),
        (chunks(b"abcdef", 2, extension=";name=value"), b"abcdef"),
        (b"3\nabc\n2\nde\n0\n\n", b"abcde"),
        (b"3\r\nabc\r\n0\r\nExpires: 0\r\n\r\n", b"abc"),
        (b"0003  \r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"3\r\nabc\r\n9\r\nde", b"abcde"),  # cut off
        (b"3\r\nabc\r\n", b"abc"),
        (b"3\r\nabc", b"abc"),
        (b"<p>abc</p>", b"<p>abc</p>"),
        (b"3\r\nabc\r\n<p>de</p>", b"abc<p>de</p>"),
        (b"12\r\nmenn reiste", b"menn reiste"),  # as a chunk that was cut off
        (b"2\r\nmenn reiste", b"2\r\nmenn reiste"),  # a text that begins with a number
        (b"", b""),
    ],
)
def test_chunks(body: bytes, expected: bytes) -> None:
    assert dechunked(body) == expected


@pytest.mark.parametrize(
    ("block", "status", "content_type", "charset", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", 200, "text/html", None, b"<p>"),
        (b"HTTP/2 200\r\ncontent-type:Text/HTML;charset=UTF-8\r\n\r\n<p>", 200, "text/html", "utf-8", b"<p>"),
        (b"HTTP/1.0 404 Not Found\nContent-Type: a/b\n\n<p>", 404, "a/b", None, b"<p>"),
        (b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Type: a/b\r\n\r\n<p>", 200, "a/b", None, b"<p>"),
        (b"HTTP/1.1 200 OK\r\nrubbish\r\nContent-Type: a/b\r\n\r\n<p>", 200, "a/b", None, b"<p>"),
        (b"HTTP/1.1 200 OK\r\n\r\n<p>", 200, "", None, b"<p>"),
        (b"HTTP/1.1 204 No Content\r\nX: a", 204, "", None, b""),
        (b"HTTP/1.1 200", 200, "", None, b""),
        (b'HTTP/1.1 200 OK\r\nContent-Type: a/b; charset="latin1"\r\n\r\n', 200, "a/b", "latin1", b""),
    ],
)
def test_heads(block: bytes, status: int, content_type: str, charset: str | None, body: bytes) -> None:
    found = head_of(block)
    assert found is not None
    assert (found.status, found.content_type, found.charset) == (status, content_type, charset)
    assert block[found.size :] == body


@pytest.mark.parametrize("block", [b"", b"<html>", b"ICY 200 OK\r\n\r\n", b"HTTP/1.1 OK\r\n\r\n"])
def test_what_is_no_head(block: bytes) -> None:
    assert head_of(block) is None


def test_a_head_without_end_is_none() -> None:
    assert head_of((b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * HEAD)[:HEAD]) is None


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        ("text/html; charset=iso-8859-1", "iso-8859-1"),
        ("text/html;charset='utf-8'", "utf-8"),
        ("text/html; boundary=x; Charset = UTF-8", "utf-8"),
        ("text/html; charset=", None),
        ("text/html; charset=\x00", None),
        ("text/html", None),
        ("charset", None),
    ],
)
def test_charsets(value: str, charset: str | None) -> None:
    assert charset_of(value) == charset
    assert media_type("Text/HTML ; charset=x") == "text/html"


@settings(max_examples=200, deadline=None)
@given(
    body=st.binary(max_size=300),
    encoding=st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, br", "a"]),
    transfer=st.sampled_from(["", "chunked"]),
    cut=st.integers(0, 300),
)
def test_nothing_but_unreadable_is_raised(body: bytes, encoding: str, transfer: str, cut: int) -> None:
    some = head(content_encoding=encoding, transfer_encoding=transfer)
    for data in (
        body,
        gzip.compress(body)[:cut],
        brotli.compress(body)[:cut],
        zstandard.compress(body)[:cut],
    ):
        with contextlib.suppress(Unreadable):
            assert len(payload(data, some, limits=Limits(record_bytes=1000))) <= 1000


@given(block=st.binary(max_size=200))
def test_any_bytes_may_follow_a_status_line(block: bytes) -> None:
    found = head_of(b"HTTP/1.1 200 OK\r\n" + block)
    assert found is None or found.status == 200
    charset_of(block.decode("latin-1"))


@given(data=st.binary(max_size=500), sizes=st.lists(st.integers(1, 100), max_size=5))
def test_chunks_are_joined(data: bytes, sizes: list[int]) -> None:
    assert dechunked(chunks(data, *sizes)) == data
