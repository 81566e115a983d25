"""A web server of a few lines on loopback, which says exactly the bytes it is told and logs who asked."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from pipeline.acquire.fetcher import Fetcher
from pipeline.acquire.politeness import HostGate
from pipeline.settings import Fetching, FetchLimits

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

Writer = asyncio.StreamWriter
Answer = bytes | list[bytes] | Callable[["Seen", Writer], Awaitable[None]]
"""Bytes to send; several, one for each time it is asked (the last again and again); or what writes them."""

LOOPBACK = ("127.0.0.0/8",)


@dataclass(slots=True)
class Seen:
    """One line of the access log."""

    path: str
    headers: dict[str, str]
    raw: bytes
    at: float
    done: float = 0.0


def answer(body: bytes | str = b"", status: int = 200, **fields: str) -> bytes:
    """A whole response. `content_length="7"` replaces the true length; `None` leaves it out."""
    body = body.encode() if isinstance(body, str) else body
    headers = {"content_length": str(len(body)), **fields}
    lines = [f"{name.replace('_', '-').title()}: {v}" for name, v in headers.items() if v is not None]
    return "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""]).encode() + body


def moved(to: str, status: int = 302) -> bytes:
    return answer(status=status, location=to)


@dataclass(slots=True)
class Origin:
    """`async with Origin({"/a": answer("hello")}) as origin:`; everything else is 404."""

    pages: dict[str, Answer]
    tls: ssl.SSLContext | None = None
    log: list[Seen] = field(default_factory=list)
    port: int = 0
    connections: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _told: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.log]

    def times(self, path: str | None = None) -> list[float]:
        return [seen.at for seen in self.log if path in (None, seen.path)]

    def most_at_once(self) -> int:
        return max(sum(b.at <= a.at < b.done for b in self.log) for a in self.log)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while raw := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = raw.decode("latin-1").strip().split("\r\n")
                headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in lines)}
                seen = Seen(path=first.split(" ")[1], headers=headers, raw=raw, at=time.monotonic())
                self.log.append(seen)
                try:
                    stays_open = await self._answer(seen, writer)
                finally:
                    seen.done = time.monotonic()
                if not stays_open:
                    await writer.drain()
                    writer.close()
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _answer(self, seen: Seen, writer: Writer) -> bool:
        said = self.pages.get(seen.path, answer("no such page", 404))
        if isinstance(said, list):
            number = self._told.get(seen.path, 0)
            self._told[seen.path] = number + 1
            said = said[min(number, len(said) - 1)]
        if callable(said):
            await said(seen, writer)
            return False
        writer.write(said)
        await writer.drain()
        return b"Content-Length: " in said and b"Close: " not in said


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an asynchronous test. At its end nothing of its own may still be running."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        async def alone() -> None:
            await test(*args, **kwargs)
            for _ in range(5):  # what was closed may finish
                await asyncio.sleep(0)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            assert not others, f"still running: {others}"

        asyncio.run(alone())

    return run


def fetcher(*, folder: Path | None = None, limits: dict[str, float] | None = None, **changes: Any) -> Fetcher:
    """A fetcher that is allowed on loopback, in no hurry to be polite, and quick to try again."""
    own = {name: changes.pop(name) for name in ("resolver", "clock", "backoff", "tls") if name in changes}
    values = {"allow_addresses": LOOPBACK, "spacing_seconds": 0.0, "jitter_seconds": 0.0, **changes}
    fetching = Fetching(**values, limits=FetchLimits(**(limits or {})))
    gate = HostGate(folder, longest_wait=fetching.limits.wait_seconds)
    return Fetcher(fetching, **{"host_gate": gate, "backoff": (0.005, 0.005), **own})
