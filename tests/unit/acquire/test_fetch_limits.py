"""What a response may cost: each limit ends it at once, with an error that names the limit."""

from __future__ import annotations

import asyncio
import gzip
import time

import brotli
import pytest
import zstandard
from fetch_origin import Origin, Seen, Writer, answer, fetcher, in_loop, moved

from pipeline.errors import FetchError, HttpError, OverLimit, Unreachable

SMALL = {"page_bytes": 10_000}


async def endless(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(10_000):
        writer.write(b"a" * 10_000)
        await writer.drain()


async def trickle(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b"a")
        await asyncio.sleep(0.05)


async def silent(seen: Seen, writer: Writer) -> None:
    await asyncio.sleep(60)


async def stalled(seen: Seen, writer: Writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("page", "limits", "setting", "truncated"),
    [
        (answer("a" * 10_001), SMALL, "DAGSPRESS_MAX_PAGE_BYTES", "length"),
        (answer(gzip.compress(b"a" * 10_001), content_encoding="gzip"), SMALL, "MAX_PAGE_BYTES", "length"),
        (answer(brotli.compress(b"a" * 10_001), content_encoding="br"), SMALL, "MAX_PAGE_BYTES", "length"),
        (endless, SMALL, "DAGSPRESS_MAX_PAGE_BYTES", "length"),
        (answer("", content_length="99999999999"), SMALL, "DAGSPRESS_MAX_PAGE_BYTES", "length"),
        (answer(gzip.compress(bytes(3_000_000)), content_encoding="gzip"), {}, "RESPONSE_RATIO", "length"),
        (answer(brotli.compress(bytes(3_000_000)), content_encoding="br"), {}, "RESPONSE_RATIO", "length"),
        (answer(zstandard.compress(bytes(3_000_000)), content_encoding="zstd"), {}, "RATIO", "length"),
        (answer(gzip.compress(gzip.compress(bytes(9_000_000))), content_encoding="gzip, gzip"), {}, "RATIO",
         "length"),
        (answer("x", x_long="a" * 70_000), {}, "head is longer", None),
    ],
)  # fmt: skip
@in_loop
async def test_too_much_is_refused(
    page: bytes, limits: dict[str, float], setting: str, truncated: str | None
) -> None:
    async with Origin({"/": page}) as origin, fetcher(limits=limits) as fetch:
        with pytest.raises(OverLimit, match=setting) as caught:
            await fetch.get(f"{origin.url}/")
        assert not caught.value.transient
        assert origin.paths == ["/robots.txt", "/"]
        if truncated:
            assert caught.value.exchange.hops[-1].truncated == truncated
            assert len(caught.value.exchange.hops[-1].body) < 200_000


@in_loop
async def test_a_bomb_is_stopped_long_before_it_is_unpacked() -> None:
    import tracemalloc

    bomb = gzip.compress(bytes(100_000_000), compresslevel=1)
    async with Origin({"/": answer(bomb, content_encoding="gzip")}) as origin, fetcher() as fetch:
        tracemalloc.start()
        with pytest.raises(OverLimit):
            await fetch.get(f"{origin.url}/")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("page", "limits", "setting", "tries"),
    [
        (trickle, {"response_seconds": 1}, "DAGSPRESS_MAX_RESPONSE_SECONDS", 1),
        (silent, {"response_seconds": 1}, "DAGSPRESS_MAX_RESPONSE_SECONDS", 1),
    ],
)
@in_loop
async def test_a_slow_response_is_given_up(
    page: object, limits: dict[str, float], setting: str, tries: int
) -> None:
    async with Origin({"/": page}) as origin, fetcher(limits=limits) as fetch:
        begin = time.monotonic()
        with pytest.raises(Unreachable, match=setting) as caught:
            await fetch.get(f"{origin.url}/")
        assert time.monotonic() - begin < 20
        assert caught.value.transient
        assert len(origin.times("/")) == tries
        if caught.value.exchange is not None:
            assert caught.value.exchange.hops[0].truncated == "time"
            assert caught.value.exchange.hops[0].body.startswith(b"aaa")


@in_loop
async def test_a_body_that_stops_coming_is_given_up() -> None:
    limits = {"response_seconds": 30, "connect_seconds": 1}
    async with Origin({"/": stalled}) as origin, fetcher(limits=limits, backoff=()) as fetch:
        with pytest.raises(Unreachable, match="sent nothing for 1") as caught:
            await fetch.get(f"{origin.url}/")
        assert caught.value.exchange.hops[0].body == b"half"


@in_loop
async def test_redirects_have_an_end() -> None:
    chain = {f"/{n}": moved(f"/{n + 1}") for n in range(5)}
    async with Origin({**chain, "/5": answer("here")}) as origin:
        async with fetcher(limits={"redirects": 5}) as fetch:
            assert (await fetch.get(f"{origin.url}/0")).body == b"here"
        async with fetcher(limits={"redirects": 4}) as fetch:
            with pytest.raises(OverLimit, match="DAGSPRESS_MAX_REDIRECTS") as caught:
                await fetch.get(f"{origin.url}/0")
    assert len(caught.value.exchange.hops) == 5


@pytest.mark.parametrize("to", ["/a", "/b", "/a#again"])
@in_loop
async def test_redirects_in_a_circle_are_told_at_once(to: str) -> None:
    async with Origin({"/a": moved("/b"), "/b": moved(to)}) as origin, fetcher() as fetch:
        with pytest.raises(OverLimit, match="in a circle"):
            await fetch.get(f"{origin.url}/a")
        assert origin.paths == ["/robots.txt", "/a", "/b"]


@in_loop
async def test_a_limit_that_is_asked_for_is_named_after_the_setting_it_came_from() -> None:
    async with Origin({"/": answer("a" * 300)}) as origin, fetcher(limits={"index_bytes": 200}) as fetch:
        with pytest.raises(OverLimit, match="DAGSPRESS_MAX_INDEX_BYTES"):
            await fetch.get(f"{origin.url}/", max_bytes=200)
        assert len((await fetch.get(f"{origin.url}/", max_bytes=300)).body) == 300


@in_loop
async def test_the_body_of_an_error_is_kept_only_in_part() -> None:
    async def page(seen: Seen, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 404 Not Found\r\n\r\n")
        for _ in range(10_000):
            writer.write(b"a" * 10_000)
            await writer.drain()

    async with Origin({"/": page}) as origin, fetcher() as fetch:
        with pytest.raises(HttpError, match="404 Not Found") as caught:
            await fetch.get(f"{origin.url}/")
    hop = caught.value.exchange.hops[0]
    assert (len(hop.body), hop.truncated) == (64 * 1024, "length")


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x01\x00\x02\x02\x50", b"HTTP/1.1 2OO OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1e3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"\0" * 99,
        b"HTTP/1.1 200 OK\r\n: x\r\n\r\n",
    ],
)  # fmt: skip
@in_loop
async def test_what_is_no_http_is_an_error_of_ours(said: bytes) -> None:
    async with Origin({"/": said}) as origin, fetcher() as fetch:
        with pytest.raises(FetchError) as caught:
            await fetch.get(f"{origin.url}/")
    assert str(caught.value).startswith(origin.url)
    assert "\n" not in str(caught.value)
