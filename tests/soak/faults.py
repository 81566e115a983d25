"""A server that stands in front of another and breaks what passes through, by a seeded schedule."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp import web
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

LOOPBACK: Final = "127.0.0.1"
STALL_SECONDS: Final = 1.0
TRICKLE_SECONDS: Final = 0.6
_HOP: Final = ("connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection")

_ERROR: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{}</Code><Message>Injected.</Message></Error>'
)


@dataclass(slots=True)
class _Passing:
    """A request on its way."""

    request: web.BaseRequest
    body: bytes
    forward: Callable[[bytes], Awaitable[tuple[int, dict[str, str], bytes]]]
    random: random.Random


async def _say(passing: _Passing, status: int, code: str, **headers: str) -> web.StreamResponse:
    text = _ERROR.format(code)
    return web.Response(status=status, text=text, content_type="application/xml", headers=headers)


async def _error(passing: _Passing) -> web.StreamResponse:
    return await _say(passing, 500, "InternalError")


async def _slow_down(passing: _Passing) -> web.StreamResponse:
    return await _say(passing, 503, "SlowDown")


async def _throttled(passing: _Passing) -> web.StreamResponse:
    return await _say(passing, 429, "TooManyRequests", **{"Retry-After": "1"})


async def _skewed(passing: _Passing) -> web.StreamResponse:
    return await _say(passing, 403, "RequestTimeTooSkewed")


async def _reset(passing: _Passing) -> web.StreamResponse:
    """Nothing is done, and the connection breaks."""
    return _broken(passing)


async def _lost_reply(passing: _Passing) -> web.StreamResponse:
    """All is done, and nobody hears of it."""
    await passing.forward(passing.body)
    return _broken(passing)


async def _stall(passing: _Passing) -> web.StreamResponse:
    await asyncio.sleep(STALL_SECONDS)
    return _broken(passing)


async def _cut(passing: _Passing) -> web.StreamResponse:
    """Half of the body, of a length that was announced."""
    status, headers, data = await passing.forward(passing.body)
    reply = web.StreamResponse(status=status, headers=headers)
    reply.content_length = len(data) or 1
    await reply.prepare(passing.request)
    await reply.write(data[: len(data) // 2])
    return _broken(passing)


async def _corrupted(passing: _Passing) -> web.StreamResponse:
    """A byte is another, on the way there or on the way back."""
    if passing.body:
        status, headers, data = await passing.forward(_flipped(passing.body, passing.random))
    else:
        status, headers, data = await passing.forward(passing.body)
        data = _flipped(data, passing.random) if data else data
    return web.Response(status=status, headers=headers, body=data)


async def _trickle(passing: _Passing) -> web.StreamResponse:
    """A few bytes at a time."""
    status, headers, data = await passing.forward(passing.body)
    reply = web.StreamResponse(status=status, headers=headers)
    reply.content_length = len(data)
    await reply.prepare(passing.request)
    step = max(1, len(data) // 6)
    for start in range(0, len(data), step):
        await reply.write(data[start : start + step])
        await asyncio.sleep(TRICKLE_SECONDS / 6)
    return reply


def _broken(passing: _Passing) -> web.StreamResponse:
    if passing.request.transport is not None:
        passing.request.transport.abort()
    return web.Response(status=500)


def _flipped(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :]


STORE: Final = {
    "500": _error, "503 SlowDown": _slow_down, "reset": _reset, "lost reply": _lost_reply, "stall": _stall,
    "cut body": _cut, "corrupted body": _corrupted, "clock skew 403": _skewed, "trickle": _trickle,
    "throttling": _throttled,
}  # fmt: skip
"""What an object store and the way there can do."""

PAPER: Final = {
    "500": _error, "503": _slow_down, "reset": _reset, "stall": _stall, "cut body": _cut,
    "trickle": _trickle, "throttling": _throttled,
}  # fmt: skip
"""What a newspaper's server can do. Nothing tells us that a page was corrupted on its way."""


@dataclass(slots=True)
class FaultyServer:
    """Passes requests on to another server on this machine, one in `one_in` of them not as it should be."""

    upstream: int
    faults: Mapping[str, Callable[[_Passing], Awaitable[web.StreamResponse]]]
    seed: int
    one_in: int
    port: int = 0
    calm: bool = False
    """Whether everything passes."""
    injected: Counter[str] = field(default_factory=Counter)
    passed: int = 0
    _random: random.Random = field(init=False)
    _client: aiohttp.ClientSession = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @contextlib.contextmanager
    def running(self) -> Iterator[FaultyServer]:
        """Served by a thread of its own."""
        loop = asyncio.new_event_loop()
        runner = loop.run_until_complete(self._start())
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            for closing in (self._client.close(), runner.cleanup()):
                asyncio.run_coroutine_threadsafe(closing, loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

    async def _start(self) -> web.ServerRunner:
        self._client = aiohttp.ClientSession(
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=120),
            connector=aiohttp.TCPConnector(limit=64),
        )
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, LOOPBACK, self.port).start()
        self.port = runner.addresses[0][1]
        return runner

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await request.read()
        except ConnectionError:  # whoever asked was killed
            return web.Response(status=400)

        async def forward(body: bytes) -> tuple[int, dict[str, str], bytes]:
            asked = {k: v for k, v in request.headers.items() if k.lower() not in {*_HOP, "content-length"}}
            # as it was asked for: a signature is of these very characters
            url = URL(f"http://{LOOPBACK}:{self.upstream}{request.raw_path}", encoded=True)
            async with self._client.request(
                request.method,
                url,
                headers=asked,
                data=body or None,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                allow_redirects=False,
            ) as reply:
                data = await reply.read()
                ours = _HOP if request.method == "HEAD" else {*_HOP, "content-length"}
                told = {k: v for k, v in reply.headers.items() if k.lower() not in ours}
                return reply.status, told, data

        passing = _Passing(request, body, forward, self._random)
        if not self.calm and self._random.randrange(self.one_in) == 0:
            name = self._random.choice(sorted(self.faults))
            self.injected[name] += 1
            return await self.faults[name](passing)
        self.passed += 1
        status, headers, data = await forward(body)
        return web.Response(status=status, headers=headers, body=data)
