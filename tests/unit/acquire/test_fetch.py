"""The fetcher against a real server on loopback: what is sent, what comes back, what is tried again."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import itertools
import zlib

import brotli
import pytest
import zstandard
from fetch_origin import Origin, Seen, Writer, answer, fetcher, in_loop, moved

from pipeline.acquire.fetcher import MOST_WAITS
from pipeline.errors import FetchError, Forbidden, HttpError, NotDue, Unreachable

HTML = "<p>Blåbærsyltetøy på lørdag</p>".encode() * 20


# --- one request -------------------------------------------------------------------------------------


@in_loop
async def test_a_page_is_had_with_all_that_was_said_of_it() -> None:
    page = answer(
        HTML, content_type='Text/HTML; Charset="UTF-8"', etag='W/"7"', cache_control="max-age=60",
        last_modified="Wed, 06 Feb 2019 10:00:00 GMT", x_odd="\xe5",
    )  # fmt: skip
    now = dt.datetime(2019, 2, 6, 12, tzinfo=dt.UTC)
    async with Origin({"/a": page}) as origin, fetcher(clock=lambda: now) as fetch:
        exchange = await fetch.get(f"{origin.url}/a#part")
    assert (exchange.status, exchange.url, exchange.body) == (200, f"{origin.url}/a", HTML)
    assert (exchange.content_type, exchange.charset) == ("text/html", "UTF-8")
    assert (exchange.etag, exchange.last_modified) == ('W/"7"', "Wed, 06 Feb 2019 10:00:00 GMT")
    assert exchange.fresh_until == now + dt.timedelta(seconds=60)
    assert exchange.moved_to is None


@in_loop
async def test_the_hop_holds_the_bytes_that_went_over_the_wire() -> None:
    page = answer(gzip.compress(HTML), content_encoding="gzip")
    async with Origin({"/å?b=c d": page, "/%C3%A5?b=c%20d": page}) as origin, fetcher() as fetch:
        (hop,) = (await fetch.get(f"{origin.url}/å?b=c d", etag='"1"')).hops
        assert hop.request == origin.log[-1].raw
    assert hop.head + hop.body == page
    assert (hop.status, hop.address, hop.truncated) == (200, "127.0.0.1", None)
    assert hop.url == f"{origin.url}/%C3%A5?b=c%20d"


@in_loop
async def test_the_request_is_honest_and_carries_nothing_else() -> None:
    async with (
        Origin({"/": answer(HTML)}) as origin,
        fetcher(user_agent="Paper/2 (+me@example.com)") as fetch,
    ):
        await fetch.get(f"{origin.url}/", accept="application/atom+xml")
        assert origin.log[-1].headers == {
            "host": f"127.0.0.1:{origin.port}",
            "user-agent": "Paper/2 (+me@example.com)",
            "accept": "application/atom+xml",
            "accept-encoding": "gzip, deflate, br, zstd",
        }


@in_loop
async def test_a_chunked_body_is_kept_without_its_chunks_and_the_head_says_so() -> None:
    page = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    async with Origin({"/": page}) as origin, fetcher() as fetch:
        exchange = await fetch.get(f"{origin.url}/")
    assert exchange.body == exchange.hops[0].body == b"abcde"
    assert exchange.hops[0].head == b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(HTML)), ("x-gzip", gzip.compress(HTML)), ("GZIP", gzip.compress(HTML)),
        ("deflate", zlib.compress(HTML)), ("deflate", zlib.compress(HTML)[2:-4]),
        ("br", brotli.compress(HTML)), ("zstd", zstandard.compress(HTML)),
        ("gzip, br", brotli.compress(gzip.compress(HTML))),
        ("identity", HTML), ("utf-8", HTML), ("gzip", HTML), ("deflate", HTML), ("br", HTML), ("zstd", HTML),
        ("gzip", gzip.compress(HTML[:99]) + gzip.compress(HTML[99:])),
        ("gzip", gzip.compress(HTML) + bytes(9)), ("", HTML),
    ],
)  # fmt: skip
@in_loop
async def test_content_encodings_are_undone_also_where_they_were_only_promised(
    encoding: str, body: bytes
) -> None:
    async with Origin({"/": answer(body, content_encoding=encoding)}) as origin, fetcher() as fetch:
        exchange = await fetch.get(f"{origin.url}/")
    assert exchange.body == HTML
    assert exchange.hops[0].body == body


@pytest.mark.parametrize("first", "{[\"'<abcjrzBJRZ#k\n \ufeffÅ")
@in_loop
async def test_text_that_pretends_to_be_deflated_stays_text(first: str) -> None:
    body = (first + '"version": "https://jsonfeed.example/version/1.1", "items": []' * 9).encode()
    async with Origin({"/": answer(body, content_encoding="deflate")}) as origin, fetcher() as fetch:
        assert (await fetch.get(f"{origin.url}/")).body == body


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "gzip, gzip, gzip, gzip"])
@in_loop
async def test_a_damaged_encoding_is_tried_again_and_then_told(encoding: str) -> None:
    body = gzip.compress(HTML)[:-9] if encoding == "gzip" else b"\x1f\x8b\x08\xff\x00\x01\x02\x03" * 9
    async with Origin({"/": answer(body, content_encoding=encoding)}) as origin, fetcher() as fetch:
        with pytest.raises(Unreachable, match="cannot be decoded") as caught:
            await fetch.get(f"{origin.url}/")
        assert len(origin.times("/")) == 3
    assert caught.value.transient


@pytest.mark.parametrize(
    ("content_type", "found"),
    [
        (None, ("", None)), ("", ("", None)), ("text/xml", ("text/xml", None)),
        ("text/html;charset=ISO-8859-1; x=y", ("text/html", "ISO-8859-1")),
        ("text/html; charset='latin1'", ("text/html", "latin1")),
        ("text/html; charset=", ("text/html", None)),
        (" TEXT/HTML ;  CHARSET = utf8", ("text/html", "utf8")), ("t\xe5xt; charset=\xe5", ("", None)),
    ],
)  # fmt: skip
@in_loop
async def test_media_type_and_charset(content_type: str | None, found: tuple[str, str | None]) -> None:
    async with Origin({"/": answer(HTML, content_type=content_type)}) as origin, fetcher() as fetch:
        exchange = await fetch.get(f"{origin.url}/")
    assert (exchange.content_type, exchange.charset) == found


# --- conditional requests ----------------------------------------------------------------------------


@in_loop
async def test_nothing_new_costs_nothing() -> None:
    async with Origin({"/": answer("", 304, cache_control="max-age=9")}) as origin, fetcher() as fetch:
        exchange = await fetch.get(
            f"{origin.url}/", etag='"7"', last_modified="Wed, 06 Feb 2019 10:00:00 GMT"
        )
        sent = origin.log[-1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"7"', "Wed, 06 Feb 2019 10:00:00 GMT")
    assert (exchange.status, exchange.body) == (304, b"")
    assert (exchange.etag, exchange.last_modified) == ('"7"', "Wed, 06 Feb 2019 10:00:00 GMT")
    assert exchange.fresh_until is not None


@in_loop
async def test_a_304_that_nobody_asked_for_is_an_error() -> None:
    async with Origin({"/": answer("", 304)}) as origin, fetcher() as fetch:
        with pytest.raises(HttpError, match="304") as caught:
            await fetch.get(
                f"{origin.url}/", etag='"a"\r\nX-Injected: 1'
            )  # no validator that could have come
        assert caught.value.transient
        assert "x-injected" not in origin.log[-1].headers


# --- redirects ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "is_remembered"),
    [([301], True), ([308], True), ([301, 308], True), ([302], False), ([303], False), ([307], False),
     ([301, 302], False), ([302, 301], False)],
)  # fmt: skip
@in_loop
async def test_only_a_chain_of_permanent_redirects_is_remembered(
    statuses: list[int], is_remembered: bool
) -> None:
    pages = {f"/{n}": moved(f"{n + 1}", status) for n, status in enumerate(statuses)}
    last = f"/{len(statuses)}"
    async with Origin({**pages, last: answer(HTML, etag='"1"')}) as origin, fetcher() as fetch:
        exchange = await fetch.get(f"{origin.url}/0")
    assert [hop.status for hop in exchange.hops] == [*statuses, 200]
    assert [hop.url for hop in exchange.hops][-1] == exchange.url == origin.url + last
    assert exchange.moved_to == (exchange.url if is_remembered else None)
    assert exchange.body == HTML


@in_loop
async def test_each_hop_obeys_the_robots_txt_of_its_own_host() -> None:
    async with Origin({"/robots.txt": answer("User-agent: *\nDisallow: /b")}) as other:
        pages = {"/a": moved(f"http://localhost:{other.port}/b")}
        async with Origin(pages) as origin, fetcher() as fetch:
            with pytest.raises(Forbidden, match=r"robots\.txt") as caught:
                await fetch.get(f"{origin.url}/a")
            assert origin.paths == ["/robots.txt", "/a"]
            assert other.paths == ["/robots.txt"]
            assert caught.value.exchange.url == f"{origin.url}/a"


@pytest.mark.parametrize("status", [300, 301, 302])
@in_loop
async def test_a_redirect_to_nowhere_is_an_error(status: int) -> None:
    async with Origin({"/": answer("x", status)}) as origin, fetcher() as fetch:
        with pytest.raises(HttpError, match=str(status)):
            await fetch.get(f"{origin.url}/")


# --- errors and trying again -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 418, 451, 501, 505, 999])
@in_loop
async def test_an_error_that_stays_is_asked_for_once(status: int) -> None:
    async with Origin({"/": answer("no", status, content_type="text/plain")}) as origin, fetcher() as fetch:
        with pytest.raises(HttpError, match=str(status)) as caught:
            await fetch.get(f"{origin.url}/")
        assert origin.paths == ["/robots.txt", "/"]
    assert caught.value.transient == (status >= 500)
    assert caught.value.exchange.hops[0].body == b"no"
    assert caught.value.exchange.status == status


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 522])
@in_loop
async def test_an_error_that_may_pass_is_tried_twice_more(status: int) -> None:
    bad = answer("busy", status)
    async with Origin({"/a": [bad, bad, answer(HTML)], "/b": bad}) as origin, fetcher() as fetch:
        assert (await fetch.get(f"{origin.url}/a")).body == HTML
        with pytest.raises(HttpError) as caught:
            await fetch.get(f"{origin.url}/b")
        assert [len(origin.times(path)) for path in ("/a", "/b")] == [3, 3]
    assert caught.value.transient
    assert caught.value.exchange.hops[0].body == b"busy"


@pytest.mark.parametrize(
    "broken",
    [
        answer(HTML, content_length="9999", close="1"), b"HTTP/1.1 200 OK\r\nContent-Le", b"",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nhalf",
    ],
)  # fmt: skip
@in_loop
async def test_an_answer_that_is_cut_off_is_tried_twice_more(broken: bytes) -> None:
    async def cut(seen: Seen, writer: Writer) -> None:
        writer.write(broken)

    async with Origin({"/a": [cut, cut, answer(HTML)], "/b": cut}) as origin, fetcher() as fetch:
        assert (await fetch.get(f"{origin.url}/a")).body == HTML
        with pytest.raises(Unreachable, match="cut off") as caught:
            await fetch.get(f"{origin.url}/b")
        assert len(origin.times("/b")) == 3
    assert caught.value.transient
    if caught.value.exchange is not None:
        assert caught.value.exchange.hops[0].truncated == "disconnect"


@in_loop
async def test_a_server_that_is_not_there_is_told() -> None:
    async with Origin({}) as gone:
        pass
    async with fetcher() as fetch:
        with pytest.raises(Unreachable, match="does not answer") as caught:
            await fetch.get(f"{gone.url}/a")
    assert caught.value.transient


@in_loop
async def test_a_host_that_keeps_failing_is_left_alone() -> None:
    async with Origin({f"/{n}": answer("", 503) for n in range(9)}) as origin, fetcher(backoff=()) as fetch:
        errors = []
        for n in range(9):
            with pytest.raises(FetchError) as caught:
                await fetch.get(f"{origin.url}/{n}")
            errors.append(type(caught.value))
        assert errors == [HttpError] * 5 + [NotDue] * 4
        assert len(origin.log) == 1 + 5


@in_loop
async def test_one_good_answer_is_enough_not_to_give_a_host_up() -> None:
    pages = {f"/{n}": answer("", 404 if n % 4 == 3 else 503) for n in range(12)}
    async with Origin(pages) as origin, fetcher(backoff=()) as fetch:
        for n in range(12):
            with pytest.raises(HttpError):
                await fetch.get(f"{origin.url}/{n}")


@in_loop
async def test_too_many_requests_without_a_time_slows_all_of_them_down() -> None:
    pages = {"/a": [answer("", 429), answer(HTML)], "/b": answer(HTML)}
    async with Origin(pages) as origin, fetcher(backoff=(0.4,)) as fetch:
        first = asyncio.create_task(fetch.get(f"{origin.url}/a", robots=False))
        while not origin.log:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        await fetch.get(f"{origin.url}/b", robots=False)
        await first
        times = origin.times()
    assert times[1] - times[0] > 0.15


@pytest.mark.parametrize("status", [302, 404])
@in_loop
async def test_a_body_that_nobody_wants_is_not_waited_for(status: int) -> None:
    async def cut(seen: Seen, writer: Writer) -> None:
        writer.write(answer("part", status, content_length="9999", location="/there"))

    async with Origin({"/": cut, "/there": answer(HTML)}) as origin, fetcher() as fetch:
        if status == 302:
            hop = (await fetch.get(f"{origin.url}/")).hops[0]
        else:
            with pytest.raises(HttpError, match="404") as caught:
                await fetch.get(f"{origin.url}/")
            hop = caught.value.exchange.hops[0]
    assert (hop.body, hop.truncated) == (b"part", "disconnect")


# --- Retry-After -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@in_loop
async def test_a_short_retry_after_is_waited_for(status: int) -> None:
    async with (
        Origin({"/": [answer("", status, retry_after="0.2"), answer(HTML)]}) as origin,
        fetcher() as fetch,
    ):
        assert (await fetch.get(f"{origin.url}/")).body == HTML
        first, second = origin.times("/")
    assert 0.2 <= second - first < 10


@in_loop
async def test_nobody_asks_a_host_within_its_retry_after() -> None:
    pages = {
        "/a": [answer("", 429, retry_after="0.3"), answer(HTML)],
        **{f"/{n}": answer(HTML) for n in range(4)},
    }
    async with Origin(pages) as origin, fetcher(at_once=2, spacing_seconds=0.02) as fetch:
        await fetch.robots(origin.url)
        await asyncio.gather(*(fetch.get(f"{origin.url}/{path}") for path in "a0123"))
        asked = origin.times("/a")[0]
        inside = [seen for seen in origin.log if asked < seen.at < asked + 0.3]
    assert len(inside) <= 1  # what was on its way already cannot be called back, with two at a time
    assert len(origin.log) == 1 + 6


@in_loop
async def test_asked_to_wait_again_and_again_is_for_another_run() -> None:
    async with Origin({"/": answer("", 429, retry_after="0.05")}) as origin, fetcher() as fetch:
        with pytest.raises(HttpError, match="asks to wait until") as caught:
            await fetch.get(f"{origin.url}/")
        times = origin.times("/")
    assert len(times) == 1 + MOST_WAITS
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.04
    assert caught.value.transient
    assert caught.value.not_before is not None


@in_loop
async def test_short_waits_together_are_no_longer_than_a_run_waits() -> None:
    pages = {"/": answer("", 429, retry_after="0.2")}
    async with Origin(pages) as origin, fetcher(limits={"wait_seconds": 0.5}) as fetch:
        with pytest.raises(HttpError):
            await fetch.get(f"{origin.url}/")
        assert len(origin.times("/")) == 3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3600", 3600),
        ("Wed, 06 Feb 2019 13:00:00 GMT", 3600),
        ("99999999", 7 * 24 * 3600),
        ("9" * 400, 7 * 24 * 3600),
    ],
)
@in_loop
async def test_a_long_retry_after_is_for_another_run(value: str, seconds: int) -> None:
    now = dt.datetime(2019, 2, 6, 12, tzinfo=dt.UTC)
    async with (
        Origin({"/": answer("", 503, retry_after=value)}) as origin,
        fetcher(clock=lambda: now) as fetch,
    ):
        with pytest.raises(HttpError) as caught:
            await fetch.get(f"{origin.url}/")
        assert caught.value.not_before == now + dt.timedelta(seconds=seconds)
        with pytest.raises(NotDue, match="left alone until") as other:
            await fetch.get(f"{origin.url}/other")
        assert other.value.not_before > dt.datetime.now(dt.UTC) + dt.timedelta(seconds=3500)
        assert origin.paths == ["/robots.txt", "/"]


@pytest.mark.parametrize("value", ["0", "Wed, 06 Feb 2019 11:00:00 GMT"])
@in_loop
async def test_a_retry_after_in_the_past_means_now(value: str) -> None:
    now = dt.datetime(2019, 2, 6, 12, tzinfo=dt.UTC)
    pages = {"/": [answer("", 503, retry_after=value), answer(HTML)]}
    async with Origin(pages) as origin, fetcher(clock=lambda: now) as fetch:
        assert (await fetch.get(f"{origin.url}/")).body == HTML


# --- many at a time ----------------------------------------------------------------------------------


@in_loop
async def test_hosts_do_not_wait_for_each_other_but_each_is_spared() -> None:
    pages = {f"/{n}": answer(HTML) for n in range(6)}
    async with Origin(pages) as one, Origin(pages) as two, fetcher(spacing_seconds=0.05, at_once=1) as fetch:
        await asyncio.gather(*(fetch.get(f"{o.url}/{n}") for o in (one, two) for n in range(6)))
        for origin in (one, two):
            times = origin.times()
            gaps = [b - a for a, b in itertools.pairwise(times)]
            assert len(times) == 7
            assert min(gaps) > 0.04
        assert one.times()[0] < two.times()[-1]
        assert two.times()[0] < one.times()[-1]


@in_loop
async def test_never_more_at_once_than_allowed() -> None:
    async def slow(seen: Seen, writer: Writer) -> None:
        await asyncio.sleep(0.03)
        writer.write(answer(HTML, close="1"))

    async with Origin({f"/{n}": slow for n in range(9)}) as origin, fetcher(at_once=3) as fetch:
        await asyncio.gather(*(fetch.get(f"{origin.url}/{n}") for n in range(9)))
        assert origin.most_at_once() == 3
        origin.log.clear()
        await asyncio.gather(*(fetch.get(f"{origin.url}/{n}", at_once=1) for n in range(4)))
        assert origin.most_at_once() == 1


@in_loop
async def test_a_source_may_ask_for_more_distance() -> None:
    async with Origin({"/": answer(HTML)}) as origin, fetcher() as fetch:
        for _ in range(3):
            await fetch.get(f"{origin.url}/", spacing=0.08, robots=False)
        times = origin.times()
    assert min(b - a for a, b in itertools.pairwise(times)) > 0.06


@in_loop
async def test_a_connection_is_used_again() -> None:
    async with Origin({"/": answer(HTML), "/gone": answer("", 404)}) as origin, fetcher() as fetch:
        for _ in range(3):
            await fetch.get(f"{origin.url}/")
            with pytest.raises(HttpError):
                await fetch.get(f"{origin.url}/gone")
        assert origin.connections == 1


@in_loop
async def test_a_kept_connection_that_the_server_closed_costs_no_request_out_of_turn() -> None:
    async def hang_up(seen: Seen, writer: Writer) -> None:
        pass

    pages = {"/a": answer(HTML), "/b": [hang_up, answer(HTML)]}
    async with Origin(pages) as origin, fetcher(spacing_seconds=0.08) as fetch:
        await fetch.get(f"{origin.url}/a", robots=False)
        assert (await fetch.get(f"{origin.url}/b", robots=False)).body == HTML
        times = origin.times()
    assert len(times) == 3
    assert min(b - a for a, b in itertools.pairwise(times)) > 0.06


@in_loop
async def test_cancelling_leaves_nothing_behind_and_the_place_free() -> None:
    async def hang(seen: Seen, writer: Writer) -> None:
        await asyncio.sleep(60)

    async with Origin({"/hang": hang, "/": answer(HTML)}) as origin, fetcher(at_once=1) as fetch:
        tasks = [asyncio.create_task(fetch.get(f"{origin.url}/hang", robots=False)) for _ in range(4)]
        while not origin.log:
            await asyncio.sleep(0.005)
        for task in tasks:
            task.cancel()
        assert all(
            isinstance(r, asyncio.CancelledError)
            for r in await asyncio.gather(*tasks, return_exceptions=True)
        )
        assert (await fetch.get(f"{origin.url}/")).body == HTML
        assert origin.paths == ["/hang", "/robots.txt", "/"]


@in_loop
async def test_leaving_in_the_middle_of_a_request_closes_it() -> None:
    async def hang(seen: Seen, writer: Writer) -> None:
        await asyncio.sleep(60)

    async with Origin({"/": hang}) as origin:
        with pytest.raises(TimeoutError):
            async with fetcher() as fetch, asyncio.timeout(0.1):
                await fetch.get(f"{origin.url}/", robots=False)


def test_a_fetcher_is_used_within_its_context() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(fetcher().get("http://127.0.0.1:1/", robots=False))
