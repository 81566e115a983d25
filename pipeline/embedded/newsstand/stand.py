"""The newsstand as it runs: a server on loopback, every paper under a host name of its own."""

from __future__ import annotations

import asyncio
import collections
import datetime as dt
import socket
import threading
from contextlib import contextmanager
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import unquote

from aiohttp import web

from pipeline.embedded.newsstand import control, odd
from pipeline.embedded.newsstand.access import Access, AccessLog, now
from pipeline.embedded.newsstand.edition import Edition, Failure
from pipeline.embedded.newsstand.papers import PAPERS
from pipeline.embedded.newsstand.reply import Reply, not_found, plain, preference, response
from pipeline.embedded.newsstand.server import resource
from pipeline.embedded.processes import LOOPBACK, ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from pipeline.embedded.newsstand.press import Paper

CONTROL: Final = "control"
"""The host `control.localhost` takes orders (see `pipeline.embedded.newsstand.control`)."""
_START_SECONDS: Final = 10


class Newsstand(Edition):
    """An edition that is served while the `async with` block runs. Listens on 127.0.0.1 alone.

    Attributes:
        port: that it listens on.
        dead_port: a port that nothing listens on, kept from others meanwhile.
        log: every request.
        slow_seconds: how long a slow body takes.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        today: dt.date | None = None,
        log: Path | None = None,
        papers: Mapping[str, Paper] = PAPERS,
        slow_seconds: float = 3.0,
    ) -> None:
        super().__init__(port=port, papers=papers, day=today)
        self.log = AccessLog(log)
        self.slow_seconds = slow_seconds
        self.dead_port = 0
        self._in_flight: collections.Counter[str] = collections.Counter()
        self._runner: web.ServerRunner | None = None
        self._dead: socket.socket | None = None
        for name, paper in papers.items():
            if (failure := odd.failure_of(paper)) is not None:
                self._failures[name] = failure

    def __repr__(self) -> str:
        return f"<Newsstand port {self.port}, {self.day or 'the real day'}, {len(self.papers)} papers>"

    async def __aenter__(self) -> Self:
        server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, LOOPBACK, self.port)
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise ServiceFailed(f"The newsstand cannot listen on {LOOPBACK}:{self.port}: {error}.") from error
        self.port = self._runner.addresses[0][1]
        # bound and not listening: connections are refused, and nobody else gets the port
        self._dead = socket.socket()
        self._dead.bind((LOOPBACK, 0))
        self.dead_port = self._dead.getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._dead is not None:
            self._dead.close()
        self.log.close()

    def address(self, source: str) -> str:
        """What the catalogue declares: the feed, sitemap or list of a source."""
        paper = self.papers[source]
        port = self.dead_port if "dead" in paper.traits else self.port
        return f"http://{paper.host}:{port}{paper.path}"

    @property
    def control_url(self) -> str:
        """Where orders are taken."""
        return f"http://{CONTROL}.localhost:{self.port}/"

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        source = (
            (request.host or "").partition(":")[0].lower().removesuffix(".localhost").removeprefix("www.")
        )
        if source == CONTROL:
            return await control.handle(self, request)
        at, clock = now()
        self._in_flight[source] += 1
        number = self.log.begin(
            Access(
                at=at,
                clock=clock,
                source=source,
                method=request.method,
                path=request.path_qs,
                in_flight=self._in_flight[source],
                user_agent=request.headers.get("User-Agent"),
                if_none_match=request.headers.get("If-None-Match"),
                if_modified_since=request.headers.get("If-Modified-Since"),
                accept_encoding=request.headers.get("Accept-Encoding"),
            )
        )
        status = 0
        try:
            answer = await self._answer(request, source)
            status = answer.status
            if not answer.prepared:
                self.log.end(number, status=status)  # before the client has it, who may ask for the log next
                await answer.prepare(request)
                await answer.write_eof()
            return answer
        except ConnectionError:  # the client had enough
            return web.Response()
        finally:
            self.log.end(number, status=request.get(odd.SENT, status))
            self._in_flight[source] -= 1

    async def _answer(self, request: web.BaseRequest, source: str) -> web.StreamResponse:
        paper = self.papers.get(source)
        prefer = preference(source)
        if paper is None:
            return response(
                plain(f"There is no paper {source!r} here.\n", status=421), request, prefer=prefer
            )
        path = unquote(request.path)
        if request.method not in ("GET", "HEAD"):
            return response(plain("Only to be read.\n", status=405), request, prefer=prefer)
        if (failure := self.failing(source, path)) is not None:
            return response(_failed(failure), request, prefer=prefer)
        strange = await odd.answer(self, paper, request, path)
        if isinstance(strange, web.StreamResponse):
            return strange
        reply = strange or resource(self, paper, path) or not_found(path)
        return response(reply, request, prefer=prefer)


def _failed(failure: Failure) -> Reply:
    headers = {}
    if failure.retry_after is not None:
        later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=failure.retry_after)
        headers["Retry-After"] = (
            format_datetime(later, usegmt=True) if failure.as_date else str(failure.retry_after)
        )
    return Reply(
        body=f"{failure.status}: not now.\n".encode(),
        content_type="text/plain; charset=utf-8",
        status=failure.status,
        headers=headers,
    )


@contextmanager
def running_newsstand(
    *,
    port: int = 0,
    today: dt.date | None = None,
    log: Path | None = None,
    papers: Mapping[str, Paper] = PAPERS,
    slow_seconds: float = 3.0,
) -> Iterator[Newsstand]:
    """A newsstand in a thread of its own, up when the block begins and gone when it ends."""
    stand = Newsstand(port=port, today=today, log=log, papers=papers, slow_seconds=slow_seconds)
    up = threading.Event()
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    failures: list[BaseException] = []

    async def serve() -> None:
        end = asyncio.Event()
        async with stand:
            ends.append((asyncio.get_running_loop(), end))
            up.set()
            await end.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failures.append(error)
        finally:
            up.set()

    thread = threading.Thread(target=run, name="newsstand", daemon=True)
    thread.start()
    up.wait(_START_SECONDS)
    if failures or not ends:
        raise ServiceFailed("The newsstand did not start.") from (failures[0] if failures else None)
    try:
        yield stand
    finally:
        loop, end = ends[0]
        loop.call_soon_threadsafe(end.set)
        thread.join(_START_SECONDS)
    if failures:
        raise failures[0]
