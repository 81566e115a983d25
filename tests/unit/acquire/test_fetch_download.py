"""Large resources go to a file, and on where they were cut off."""

from __future__ import annotations

import gzip
import io
import random

import pytest
from fetch_origin import Origin, Seen, Writer, answer, fetcher, in_loop, moved

from pipeline.errors import HttpError, OverLimit, Unreachable

DATA = random.Random(7).randbytes(300_000)


class Ranges:
    """Serves DATA, cuts each answer after so many bytes, and continues where it is asked to."""

    def __init__(self, *cuts: int, validator: tuple[str, str] = ("ETag", '"1"'), can: bool = True) -> None:
        self.cuts = list(cuts)
        self.validator = validator
        self.can = can

    async def __call__(self, seen: Seen, writer: Writer) -> None:
        start = 0
        status = "200 OK"
        if (
            self.can
            and (asked := seen.headers.get("range"))
            and seen.headers["if-range"] == self.validator[1]
        ):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            status = f"206 Partial Content\r\nContent-Range: bytes {start}-{len(DATA) - 1}/{len(DATA)}"
        length = len(DATA) - start
        writer.write(
            f"HTTP/1.1 {status}\r\n{': '.join(self.validator)}\r\nContent-Length: {length}\r\n\r\n".encode()
        )
        writer.write(DATA[start:][: self.cuts.pop(0) if self.cuts else None])


@in_loop
async def test_a_large_file_is_written_as_received() -> None:
    packed = gzip.compress(DATA)
    file = io.BytesIO(b"before")
    file.seek(6)
    page = answer(packed, content_encoding="gzip", content_type="application/warc", etag='"1"')
    async with Origin({"/x.warc.gz": page, "/": moved("/x.warc.gz")}) as origin, fetcher() as fetch:
        exchange = await fetch.download(f"{origin.url}/", file)
        assert origin.log[-1].headers["accept-encoding"] == "identity"
    assert file.getvalue() == b"before" + packed
    assert (exchange.body, exchange.hops[-1].body) == (b"", b"")
    assert (exchange.status, exchange.content_type, exchange.etag) == (200, "application/warc", '"1"')


@pytest.mark.parametrize("validator", [("ETag", '"1"'), ("Last-Modified", "Wed, 06 Feb 2019 10:00:00 GMT")])
@in_loop
async def test_what_was_cut_off_is_continued(validator: tuple[str, str]) -> None:
    file = io.BytesIO()
    async with Origin({"/": Ranges(100_000, 50_000, validator=validator)}) as origin, fetcher() as fetch:
        exchange = await fetch.download(f"{origin.url}/", file)
        asked = [(s.headers.get("range"), s.headers.get("if-range")) for s in origin.log if s.path == "/"]
    assert asked == [(None, None), ("bytes=100000-", validator[1]), ("bytes=150000-", validator[1])]
    assert file.getvalue() == DATA
    assert exchange.status == 200
    assert exchange.hops[-1].head.startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "page",
    [
        Ranges(100_000, can=False),
        Ranges(100_000, validator=("ETag", 'W/"1"')),
        Ranges(100_000, validator=("X", "y")),
    ],
    ids=["no ranges", "weak validator", "no validator"],
)
@in_loop
async def test_what_cannot_be_continued_begins_anew(page: Ranges) -> None:
    file = io.BytesIO()
    async with Origin({"/": page}) as origin, fetcher() as fetch:
        await fetch.download(f"{origin.url}/", file)
        assert len(origin.times("/")) == 2
        assert page.can is False or not any("range" in seen.headers for seen in origin.log)
    assert file.getvalue() == DATA


@in_loop
async def test_another_file_in_the_meantime_begins_anew() -> None:
    first = Ranges(200_000)

    async def shorter(seen: Seen, writer: Writer) -> None:
        writer.write(answer("", 416) if "range" in seen.headers else answer("short", etag='"2"'))

    file = io.BytesIO()
    async with Origin({"/": [first, shorter]}) as origin, fetcher() as fetch:
        exchange = await fetch.download(f"{origin.url}/", file)
        assert len(origin.times("/")) == 3
    assert file.getvalue() == b"short"
    assert exchange.etag == '"2"'


@in_loop
async def test_the_wrong_part_is_not_taken_for_the_right_one() -> None:
    wrong = answer("wrong", 206, content_range="bytes 7-11/300000", etag='"1"')
    file = io.BytesIO()
    async with Origin({"/": [Ranges(100_000), wrong, Ranges()]}) as origin, fetcher() as fetch:
        await fetch.download(f"{origin.url}/", file)
    assert file.getvalue() == DATA


@in_loop
async def test_what_is_cut_off_again_and_again_is_given_up() -> None:
    file = io.BytesIO()
    async with Origin({"/": Ranges(10, 10, 10, 10, 10)}) as origin, fetcher() as fetch:
        with pytest.raises(Unreachable, match="cut off") as caught:
            await fetch.download(f"{origin.url}/", file)
        assert len(origin.times("/")) == 3
    assert caught.value.transient
    assert file.getvalue() == DATA[:30]


@in_loop
async def test_a_file_that_is_too_large_is_not_begun() -> None:
    file = io.BytesIO()
    limits = {"archive_bytes": 299_999}
    async with Origin({"/": Ranges()}) as origin, fetcher(limits=limits) as fetch:
        with pytest.raises(OverLimit, match="DAGSPRESS_MAX_ARCHIVE_BYTES"):
            await fetch.download(f"{origin.url}/", file)
        assert len(origin.times("/")) == 1
    assert file.getvalue() == b""


@in_loop
async def test_a_file_that_turns_out_too_large_is_stopped() -> None:
    file = io.BytesIO()
    async with Origin({"/": b"HTTP/1.1 200 OK\r\n\r\n" + DATA}) as origin, fetcher() as fetch:
        with pytest.raises(OverLimit, match="the limit that was asked for"):
            await fetch.download(f"{origin.url}/", file, max_bytes=250_000)
    assert len(file.getvalue()) <= 250_000


@in_loop
async def test_a_full_disk_is_nobody_elses_fault() -> None:
    async with Origin({"/": answer(DATA)}) as origin, fetcher() as fetch:
        with open("/dev/full", "wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):  # noqa: PTH123
            await fetch.download(f"{origin.url}/", file)
        assert len(origin.times("/")) == 1


@in_loop
async def test_errors_leave_the_file_alone_and_nothing_new_writes_nothing() -> None:
    file = io.BytesIO()
    pages = {"/gone": answer("not this", 404), "/same": answer("", 304)}
    async with Origin(pages) as origin, fetcher() as fetch:
        with pytest.raises(HttpError):
            await fetch.download(f"{origin.url}/gone", file)
        assert (await fetch.download(f"{origin.url}/same", file, etag='"1"')).status == 304
    assert file.getvalue() == b""
