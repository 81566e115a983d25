"""No way leads the fetcher to an address that is not public: proven by a server that nobody reached."""

from __future__ import annotations

import pytest
from fetch_origin import Origin, answer, fetcher, in_loop, moved

from pipeline.acquire.addresses import AddressPolicy, CheckedResolver
from pipeline.errors import FetchError, Forbidden, Unreachable

ONE = ("127.0.0.1/32",)
"""Only this address may be asked; the servers behind 127.0.0.2 and others stand for the inner network."""


def names(**addresses: list[str]):
    """A name server. Each name has one answer, or several in turn: `a="1.1.1.1 10.0.0.1"`."""
    asked: list[str] = []

    async def resolve(host: str) -> list[str]:
        asked.append(host)
        turns = addresses[host.split(".")[0]]
        return turns[min(asked.count(host), len(turns)) - 1].split()

    resolve.asked = asked
    return resolve


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "x.localhost", "2130706433", "0x7f.1", "0177.1", "[::ffff:127.0.0.1]", "0"],
)
@in_loop
async def test_this_machine_is_not_asked_under_any_spelling(host: str) -> None:
    async with Origin({"/": answer("secret")}) as origin, fetcher(allow_addresses=()) as fetch:
        with pytest.raises(Forbidden, match="DAGSPRESS_ALLOW_ADDRESSES"):
            await fetch.get(f"http://{host}:{origin.port}/")
        assert origin.connections == 0


@in_loop
async def test_a_name_with_a_private_address_is_not_asked() -> None:
    resolve = names(inner=["127.0.0.1"])
    async with Origin({}) as origin, fetcher(allow_addresses=(), resolver=resolve) as fetch:
        with pytest.raises(Forbidden, match=r"inner\.example \(127\.0\.0\.1\).*loopback"):
            await fetch.get(f"http://inner.example:{origin.port}/")
        assert resolve.asked == ["inner.example"]
        assert origin.connections == 0


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "2130706434", "inner.example", "169.254.169.254", "[fd00:ec2::254]"]
)
@in_loop
async def test_a_redirect_to_a_private_address_is_not_followed(host: str) -> None:
    async with Origin({}) as inner, Origin({"/": moved(f"http://{host}:{inner.port}/latest")}) as outer:
        resolve = names(outer=["127.0.0.1"], inner=["127.0.0.2"])
        async with fetcher(allow_addresses=ONE, resolver=resolve) as fetch:
            with pytest.raises(Forbidden) as caught:
                await fetch.get(f"http://outer.example:{outer.port}/")
        assert [hop.status for hop in caught.value.exchange.hops] == [302]
        assert inner.connections == 0
        assert outer.paths == ["/robots.txt", "/"]


@in_loop
async def test_a_robots_txt_that_redirects_inwards_is_not_followed_and_nothing_is_fetched() -> None:
    async with Origin({"/robots.txt": moved("http://127.0.0.2/"), "/": answer("x")}) as origin:
        async with fetcher(allow_addresses=ONE) as fetch:
            for _ in range(2):
                with pytest.raises(Forbidden, match="loopback"):
                    await fetch.get(f"{origin.url}/")
        assert origin.paths == ["/robots.txt"]


@in_loop
async def test_a_name_that_changes_its_answer_is_judged_for_every_connection() -> None:
    """DNS rebinding: a good answer first, a private one when the page is asked for."""
    async with Origin({"/robots.txt": answer("", 404, close="1"), "/": answer("secret")}) as origin:
        resolve = names(evil=["127.0.0.1", "127.0.0.2"])
        async with fetcher(allow_addresses=ONE, resolver=resolve) as fetch:
            with pytest.raises(Forbidden, match=r"127\.0\.0\.2"):
                await fetch.get(f"http://evil.example:{origin.port}/")
        assert resolve.asked == ["evil.example"] * 2
        assert origin.paths == ["/robots.txt"]


@in_loop
async def test_a_connection_goes_to_the_address_that_was_judged() -> None:
    """One look-up for one connection: there is no second answer between the check and the connect."""
    async with Origin({"/": answer("hello")}) as origin:
        resolve = names(evil=["127.0.0.2 127.0.0.1", "127.0.0.2"])
        async with fetcher(allow_addresses=ONE, resolver=resolve) as fetch:
            exchange = await fetch.get(f"http://evil.example:{origin.port}/", robots=False)
        assert exchange.body == b"hello"
        assert exchange.hops[0].address == "127.0.0.1"
        assert resolve.asked == ["evil.example"]
        assert origin.log[0].headers["host"] == f"evil.example:{origin.port}"


@in_loop
async def test_a_connection_is_judged_once_more_when_it_is_opened() -> None:
    """Should a check before it ever be passed over, the socket is not opened."""
    fetch = fetcher(allow_addresses=(), backoff=())
    fetch._resolver = CheckedResolver(AddressPolicy(["127.0.0.1"]), names(evil=["127.0.0.1"]), seconds=1)
    async with Origin({"/": answer("secret")}) as origin, fetch:
        with pytest.raises(Unreachable, match="does not answer"):
            await fetch.get(f"http://evil.example:{origin.port}/", robots=False)
        assert origin.connections == 0


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/", "data:text/html,x", "javascript:1"]
)
@in_loop
async def test_a_redirect_away_from_the_web_is_not_followed(location: str) -> None:
    async with Origin({"/": moved(location)}) as origin, fetcher() as fetch:
        with pytest.raises(Forbidden, match="leads astray"):
            await fetch.get(f"{origin.url}/")


@in_loop
async def test_credentials_are_neither_sent_nor_told() -> None:
    async with Origin({"/": moved("//user:hunter2@127.0.0.1:1/"), "/gone": answer("", 410)}) as origin:
        async with fetcher() as fetch:
            for path in ("/", "/gone"):
                with pytest.raises(FetchError) as caught:
                    await fetch.get(f"http://me:hunter2@127.0.0.1:{origin.port}{path}")
                assert "hunter2" not in str(caught.value)
                assert "hunter2" not in caught.value.exchange.hops[-1].url
        assert not any("authorization" in seen.headers or b"hunter2" in seen.raw for seen in origin.log)


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_no_proxy_of_the_environment_gets_between(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve names itself, and connect wherever it likes."""
    monkeypatch.setenv(variable, "http://127.0.0.1:1/")

    @in_loop
    async def get() -> None:
        async with Origin({"/": answer("hello")}) as origin, fetcher() as fetch:
            assert (await fetch.get(f"{origin.url}/")).body == b"hello"

    get()


@in_loop
async def test_no_cookie_is_kept() -> None:
    async with Origin({"/": answer("hello", set_cookie="id=1; Path=/")}) as origin, fetcher() as fetch:
        for _ in range(2):
            await fetch.get(f"{origin.url}/")
        assert not any("cookie" in seen.headers for seen in origin.log)


@in_loop
async def test_a_name_that_does_not_exist_is_not_asked_for_again() -> None:
    import socket

    asked = []

    async def resolve(host: str) -> list[str]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with fetcher(resolver=resolve) as fetch:
        with pytest.raises(Unreachable, match=r"no\.example.*not known") as caught:
            await fetch.get("http://no.example/")
    assert caught.value.transient
    assert asked == ["no.example"]
