"""robots.txt: read as RFC 9309 says, asked for once, and obeyed."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest
from fetch_origin import Origin, Seen, Writer, answer, fetcher, in_loop, moved
from hypothesis import given, settings, strategies as st

from pipeline.acquire.robots import product_token, read_robots
from pipeline.errors import FetchError, Forbidden, NotDue, Unreachable

AGENT = "Dagspress/0.1 (news archive)"


def allowed(text: str | bytes, path: str) -> bool:
    body = text.encode() if isinstance(text, str) else text
    return read_robots(body, user_agent=AGENT).allowed(f"http://example.com{path}")


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/ab", False),
        ("user-agent:*\rdisallow:/a", "/a", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),  # the longest rule counts
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),  # allow, when equally long
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /ø", "/%C3%B8l", False),
        ("User-agent: *\nDisallow: /a # comment", "/a", False),
        # which group is ours
        ("User-agent: dagspress\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/a", False),
        ("User-agent: DAGSPRESS\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", "/b", True),
        ("User-agent: Dagspress/9.9\nDisallow: /a", "/a", False),
        ("User-agent: Dag\nDisallow: /\n\nUser-agent: *\nDisallow: /b", "/a", True),
        ("User-agent: Dagspress-News\nDisallow: /", "/a", True),
        ("User-agent: Other\nUser-agent: Dagspress\nDisallow: /a", "/a", False),
        ("User-agent: Dagspress\nDisallow: /a\n\nUser-agent: Dagspress\nDisallow: /c", "/c", False),
        ("User-agent: Other\nDisallow: /", "/a", True),
        ("User-agent: Other\nDisallow: /x\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *Bot*\nDisallow: /", "/a", False),
        # no robots.txt at all
        ("<!doctype html><title>Oops</title>User-agent: *\nDisallow: /", "/a", True),
        (b"\xff\xfe\x00\x01 Disallow: /", "/a", True),
        ("Disallow: /", "/a", True),
    ],
)  # fmt: skip
def test_rules(text: str | bytes, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5), ("User-agent: *\nCrawl-delay: soon", None), ("", None),
        ("User-agent: *\nCrawl-delay: -1", None), ("User-agent: *\nCrawl-delay: inf", None),
        ("User-agent: *\nCrawl-delay: 9\nUser-agent: dagspress\nCrawl-delay: 1", 1.0),
    ],
)  # fmt: skip
def test_crawl_delay(text: str, delay: float | None) -> None:
    assert read_robots(text.encode(), user_agent=AGENT).crawl_delay == delay


def test_sitemaps_are_named_once_and_in_order() -> None:
    text = b"Sitemap: http://e.x/b.xml\nUser-agent: a\nSitemap: http://e.x/a.xml\nSITEMAP:http://e.x/b.xml"
    assert read_robots(text, user_agent=AGENT).sitemaps == ("http://e.x/b.xml", "http://e.x/a.xml")


def test_our_name_is_the_word_before_the_slash() -> None:
    assert product_token("My-News_Bot/2.0 (+http://example.com)") == "My-News_Bot"
    assert product_token("2fast") == "Dagspress"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(body: bytes) -> None:
    read_robots(body, user_agent=AGENT).allowed("http://example.com/a")


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Disallow: /x\n" * 15_000,
        "User-agent: *\nDisallow: /" + "*a" * 250_000 + "b$",
        "User-agent: *\n" + "Disallow: /*a*a*a*a*b$\n" * 20_000,
    ],
    ids=["agents times rules", "wildcards", "rules"],
)
def test_a_hostile_one_does_not_keep_the_fetcher_busy(body: str) -> None:
    begin = time.process_time()
    robots = read_robots(body.encode(), user_agent=AGENT)
    robots.allowed("http://example.com/" + "a" * 2_000)
    assert time.process_time() - begin < 2


# --- asked for ---------------------------------------------------------------------------------------


@in_loop
async def test_it_is_asked_for_once_however_many_want_to_know() -> None:
    pages = {
        "/robots.txt": answer("User-agent: *\nDisallow: /no\nSitemap: http://e.x/s.xml"),
        "/a": answer("a"),
    }
    async with Origin(pages) as origin, fetcher() as fetch:
        await asyncio.gather(*(fetch.get(f"{origin.url}/a") for _ in range(5)))
        with pytest.raises(Forbidden, match=r"robots\.txt disallows it"):
            await fetch.get(f"{origin.url}/no/thing")
        robots = await fetch.robots(f"{origin.url}/whatever")
        assert origin.paths == ["/robots.txt", *["/a"] * 5]
    assert robots.sitemaps == ("http://e.x/s.xml",)
    assert robots.exchange is not None
    assert robots.exchange.url == f"{origin.url}/robots.txt"


@in_loop
async def test_who_is_allowed_to_pass_it_over_does_not_ask() -> None:
    async with Origin({"/robots.txt": answer("User-agent: *\nDisallow: /"), "/a": answer("a")}) as origin:
        async with fetcher() as fetch:
            await fetch.get(f"{origin.url}/a", robots=False)
        assert origin.paths == ["/a"]


@in_loop
async def test_each_port_and_host_has_its_own() -> None:
    rules = {"/robots.txt": answer("User-agent: *\nDisallow: /")}
    async with Origin(rules) as closed, Origin({"/": answer("")}) as free, fetcher() as fetch:
        await fetch.get(f"{free.url}/")
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(Forbidden):
                await fetch.get(f"http://{host}:{closed.port}/")
        assert closed.paths == ["/robots.txt"] * 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
@in_loop
async def test_none_at_all_allows_everything(status: int) -> None:
    pages = {"/robots.txt": answer("User-agent: *\nDisallow: /", status), "/": answer("a")}
    async with Origin(pages) as origin, fetcher() as fetch:
        assert (await fetch.get(f"{origin.url}/")).body == b"a"
        assert (await fetch.robots(origin.url)).exchange.status == status


@pytest.mark.parametrize("status", [429, 500, 503])
@in_loop
async def test_one_that_cannot_be_had_now_closes_the_host_for_now(status: int) -> None:
    async with Origin({"/robots.txt": answer("", status), "/": answer("a")}) as origin, fetcher() as fetch:
        for _ in range(2):
            with pytest.raises(NotDue, match="left alone for now") as caught:
                await fetch.get(f"{origin.url}/")
        assert origin.paths == ["/robots.txt"] * 3
    assert caught.value.transient


@in_loop
async def test_one_that_asks_to_wait_says_until_when() -> None:
    async with Origin({"/robots.txt": answer("", 503, retry_after="3600")}) as origin, fetcher() as fetch:
        with pytest.raises(NotDue) as caught:
            await fetch.get(f"{origin.url}/")
    assert caught.value.not_before is not None


@in_loop
async def test_a_host_that_is_down_is_asked_for_its_robots_txt_only() -> None:
    async def hang_up(seen: Seen, writer: Writer) -> None:
        pass

    async with Origin({"/robots.txt": hang_up, "/": answer("a")}) as origin, fetcher() as fetch:
        errors = []
        for _ in range(3):
            with pytest.raises(Unreachable, match=r"robots\.txt") as caught:
                await fetch.get(f"{origin.url}/")
            errors.append(caught.value)
        assert origin.paths == ["/robots.txt"] * 3
    assert len(set(map(id, errors))) == 3


@in_loop
async def test_it_may_have_moved() -> None:
    async with Origin({"/r": answer("User-agent: *\nDisallow: /a")}) as other, Origin({}) as origin:
        origin.pages["/robots.txt"] = moved(f"{other.url}/r")
        async with fetcher() as fetch:
            with pytest.raises(Forbidden):
                await fetch.get(f"{origin.url}/a")


@pytest.mark.parametrize("length", [5, 6])
@in_loop
async def test_more_than_five_redirects_are_as_good_as_none(length: int) -> None:
    pages = {f"/{n}": moved(f"/{n + 1}") for n in range(1, length)}
    rules = answer("User-agent: *\nDisallow: /a")
    async with (
        Origin({"/robots.txt": moved("/1"), **pages, f"/{length}": rules, "/a": answer("a")}) as origin,
        fetcher() as fetch,
    ):
        if length == 5:
            with pytest.raises(Forbidden):
                await fetch.get(f"{origin.url}/a")
        else:
            assert (await fetch.get(f"{origin.url}/a")).body == b"a"


@in_loop
async def test_of_a_large_one_the_first_half_mebibyte_counts() -> None:
    lines = "User-agent: *\nDisallow: /early\n".ljust(512 * 1024, "#") + "\nDisallow: /late\n"
    async with Origin({"/robots.txt": answer(lines), "/late": answer("a")}) as origin, fetcher() as fetch:
        assert (await fetch.get(f"{origin.url}/late")).body == b"a"
        with pytest.raises(Forbidden):
            await fetch.get(f"{origin.url}/early")
        robots = await fetch.robots(origin.url)
    assert robots.exchange is not None
    assert robots.exchange.hops[0].truncated == "length"
    assert len(robots.exchange.hops[0].body) == 512 * 1024


@in_loop
async def test_crawl_delay_is_kept_from_the_first_page_on() -> None:
    pages = {"/robots.txt": answer("User-agent: *\nCrawl-delay: 0.08"), "/a": answer("a")}
    async with Origin(pages) as origin, fetcher() as fetch:
        await asyncio.gather(*(fetch.get(f"{origin.url}/a") for _ in range(3)))
        times = origin.times()
    assert len(times) == 4
    assert min(b - a for a, b in itertools.pairwise(times)) > 0.06


@in_loop
async def test_a_failing_robots_txt_of_one_host_leaves_the_others_alone() -> None:
    async with (
        Origin({"/robots.txt": answer("", 500)}) as bad,
        Origin({"/": answer("a")}) as good,
        fetcher() as fetch,
    ):
        both = (fetch.get(f"{origin.url}/") for origin in (bad, good))
        results = await asyncio.gather(*both, return_exceptions=True)
    assert isinstance(results[0], FetchError)
    assert not isinstance(results[1], BaseException)
