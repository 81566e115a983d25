"""What strange servers do: slow, broken and hostile answers, by the traits of a paper."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, Literal

from aiohttp import web

from pipeline.embedded.newsstand import bombs
from pipeline.embedded.newsstand.edition import Failure
from pipeline.embedded.newsstand.press import code_of
from pipeline.embedded.newsstand.reply import Reply, not_found, plain, redirect, response
from pipeline.embedded.newsstand.server import resource

if TYPE_CHECKING:
    from pipeline.embedded.newsstand.press import Paper
    from pipeline.embedded.newsstand.stand import Newsstand


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request to a paper."""

    stand: Newsstand
    paper: Paper
    request: web.BaseRequest

    def ordinary(self) -> Reply:
        """What would be answered but for the trait."""
        return resource(self.stand, self.paper, self.request.path) or not_found(self.request.path)


Answer = Reply | web.StreamResponse | None
Strange = Callable[[Visit], Awaitable[Answer]]
Where = Literal["declared", "first-page", "pages", "robots", "everything"]
"""The declared address; the page of each day's first article; all pages; robots.txt; all but robots.txt."""

SENT: Final = web.RequestKey("sent", int)
"""Of a request: the status that has gone out, where the answer is not finished yet."""
ALWAYS: Final = 1_000_000_000
MANY_ITEMS: Final = 10_000
HUGE_BYTES: Final = 50 * bombs.MIB
DEPTH: Final = 100_000
_DRIP_SECONDS: Final = 0.2
_PIECES: Final = 20

FAILURES: Final = {
    "busy-seconds": Failure(status=429, times=2, retry_after=1),
    "busy-date": Failure(status=429, times=2, retry_after=2, as_date=True),
    "busy-long": Failure(status=429, times=ALWAYS, retry_after=86_400),
    "unavailable": Failure(status=503, times=1, retry_after=1),
    "broken": Failure(status=500, times=ALWAYS),
    "gone": Failure(status=410, times=ALWAYS),
}
"""By trait: the failure that a paper begins with."""

MOVES: Final[dict[str, dict[str, tuple[int, str]]]] = {
    "moved-for-good": {"/rss": (301, "/rss/"), "/rss/": (308, "{www}/feed.xml")},
    "moved-for-now": {"/rss": (302, "/rss/"), "/rss/": (307, "/feed.xml")},
    "moved-mixed": {"/rss": (301, "/rss/"), "/rss/": (302, "/feed.xml")},
    "redirect-loop": {"/feed.xml": (302, "/feed/"), "/feed/": (301, "/feed.xml")},
    "to-loopback": {"/feed.xml": (302, "http://127.0.0.1:1/feed.xml")},
    "to-metadata": {"/feed.xml": (302, "http://169.254.169.254/latest/meta-data/")},
    "to-private": {"/feed.xml": (301, "http://10.0.0.1/feed.xml")},
    "to-decimal": {"/feed.xml": (302, "http://2852039166/latest/meta-data/")},
    "to-mapped": {"/feed.xml": (302, "http://[::ffff:169.254.169.254]/latest/meta-data/")},
    "to-file": {"/feed.xml": (302, "file:///etc/passwd")},
}
"""By trait: status and target of the redirect at a path."""


def failure_of(paper: Paper) -> Failure | None:
    """The failure that a paper begins with."""
    return next((failure for trait, failure in FAILURES.items() if trait in paper.traits), None)


async def answer(stand: Newsstand, paper: Paper, request: web.BaseRequest, path: str) -> Answer:
    """What a paper answers out of the ordinary; None: the ordinary."""
    for trait in paper.traits & MOVES.keys():
        if (move := MOVES[trait].get(path)) is not None:
            www = f"http://www.{paper.host}:{stand.port}"
            return redirect(move[1].format(www=www), status=move[0])
    for trait in paper.traits & STRANGE.keys():
        where, strange = STRANGE[trait]
        if _is_there(where, paper, path):
            return await strange(Visit(stand=stand, paper=paper, request=request))
    return None


def _is_there(where: Where, paper: Paper, path: str) -> bool:
    if where == "declared":
        return path == paper.path
    if where == "robots":
        return path == "/robots.txt"
    if where == "everything":
        return path != "/robots.txt"
    code = code_of(path)
    return code is not None and (where == "pages" or code[2] == 0)


async def _begin(request: web.BaseRequest, headers: dict[str, str]) -> web.StreamResponse:
    stream = web.StreamResponse(headers=headers)
    await stream.prepare(request)
    request[SENT] = stream.status  # for the log: it may well be cut off before its end
    return stream


# slow, broken


async def _slow(visit: Visit) -> Answer:
    """All of it, in its time."""
    whole = response(visit.ordinary(), visit.request, prefer="")
    body = whole.body
    if whole.status != 200 or not isinstance(body, bytes):
        return whole
    stream = await _begin(visit.request, dict(whole.headers))
    size = -(-len(body) // _PIECES)
    for start in range(0, len(body), size):
        await asyncio.sleep(visit.stand.slow_seconds / _PIECES)
        await stream.write(body[start : start + size])
    await stream.write_eof()
    return stream


async def _flaky(visit: Visit) -> Answer:
    """503 at every other visit.request for the same thing, beginning with the first."""
    return (
        plain("Try again.\n", status=503)
        if visit.stand.asked(visit.paper.name, visit.request.path) % 2 == 0
        else None
    )


async def _hangs(_visit: Visit) -> Answer:
    """No answer until the client leaves."""
    await asyncio.Event().wait()
    return None


async def _cut_off(visit: Visit) -> Answer:
    """Half of what Content-Length promises."""
    reply = visit.ordinary()
    stream = await _begin(
        visit.request, {"Content-Type": reply.content_type, "Content-Length": str(len(reply.body))}
    )
    await stream.write(reply.body[: len(reply.body) // 2])
    await asyncio.sleep(0.05)  # so that it leaves before the connection does
    raise _abort(visit.request)


async def _not_http(visit: Visit) -> Answer:
    """Bytes that are no HTTP."""
    if visit.request.transport is not None:
        visit.request.transport.write(b"\x00\x01\x02 220 ready\r\n\r\n")
    await asyncio.sleep(0.05)
    raise _abort(visit.request)


async def _corrupt_gzip(visit: Visit) -> Answer:
    """Called gzip, and is not."""
    reply = visit.ordinary()
    return _raw(reply.body, reply.content_type, coding="gzip")


async def _huge_header(visit: Visit) -> Answer:
    """A header field of a million bytes."""
    reply = visit.ordinary()
    return dataclasses.replace(reply, headers={"X-Long": "x" * 1_000_000})


def _status(status: int) -> Strange:
    async def strange(_visit: Visit) -> Answer:
        return plain(f"{status}\n", status=status)

    return strange


async def _dead_links(visit: Visit) -> Answer:
    """Of each day the first page is gone, the second not there; the others are."""
    code = code_of(visit.request.path)
    gone = {0: 410, 1: 404}.get(code[2]) if code else None
    return plain(f"{gone}\n", status=gone) if gone else None


# tricky


async def _restless(visit: Visit) -> Answer:
    """Other bytes each time, the same article."""
    reply = visit.ordinary()
    count = visit.stand.asked(visit.paper.name, visit.request.path)
    return dataclasses.replace(reply, body=reply.body + f"<!-- {count} -->\n".encode(), changed=None)


async def _html_feed(visit: Visit) -> Answer:
    """A page where a feed should be."""
    return resource(visit.stand, visit.paper, "/")


async def _zero_bytes(_visit: Visit) -> Answer:
    """200, and nothing."""
    return Reply(body=b"", content_type="application/rss+xml")


async def _no_validators(visit: Visit) -> Answer:
    """Neither ETag nor Last-Modified."""
    reply = visit.ordinary()
    return _raw(reply.body, reply.content_type)


async def _expires(visit: Visit) -> Answer:
    """Fresh for an hour, said by Expires."""
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    headers = {"Expires": format_datetime(later, usegmt=True)}
    return dataclasses.replace(visit.ordinary(), headers=headers, max_age=None)


# hostile


def _bomb(trait: str) -> Strange:
    async def strange(_visit: Visit) -> Answer:
        coding, make = bombs.BOMBS[trait]
        body = await asyncio.get_running_loop().run_in_executor(None, make)
        return _raw(body, "application/rss+xml", coding=coding)

    return strange


async def _bomb_page(_visit: Visit) -> Answer:
    body = await asyncio.get_running_loop().run_in_executor(None, bombs.gzip_bomb)
    return _raw(body, "text/html", coding="gzip")


async def _endless(visit: Visit) -> Answer:
    """As fast as it is taken, without end."""
    stream = await _begin(visit.request, {"Content-Type": "text/html"})
    while True:
        await stream.write(b"<p>On and on.</p>\n" * 4000)
        await asyncio.sleep(0)


async def _drip(visit: Visit) -> Answer:
    """A byte at a time, without end: never idle for long."""
    stream = await _begin(visit.request, {"Content-Type": "application/rss+xml"})
    while True:
        await stream.write(b" ")
        await asyncio.sleep(_DRIP_SECONDS)


async def _redirect_forever(visit: Visit) -> Answer:
    """Always to another address."""
    number = visit.request.query_string.removeprefix("n=")
    return redirect(f"{visit.paper.path}?n={int(number) + 1 if number.isdigit() else 1}", status=302)


async def _entity_bomb(_visit: Visit) -> Answer:
    return Reply(body=bombs.entity_bomb(), content_type="application/rss+xml")


async def _external_entity(visit: Visit) -> Answer:
    body = bombs.external_entity(canary=f"{visit.stand.base(visit.paper)}/canary")
    return Reply(body=body, content_type="application/rss+xml")


async def _many_items(visit: Visit) -> Answer:
    body = bombs.many_items(visit.stand.base(visit.paper), count=MANY_ITEMS)
    return Reply(body=body, content_type="application/rss+xml")


async def _huge_page(visit: Visit) -> Answer:
    stream = await _begin(visit.request, {"Content-Type": "text/html"})
    for piece in bombs.huge_page(size=HUGE_BYTES):
        await stream.write(piece)
    await stream.write_eof()
    return stream


async def _deep_page(_visit: Visit) -> Answer:
    return Reply(body=bombs.deep_page(depth=DEPTH), content_type="text/html")


async def _private_page(_visit: Visit) -> Answer:
    """An ordinary feed, and a page that leads inside."""
    return redirect("http://10.0.0.1/internal", status=302)


STRANGE: Final[dict[str, tuple[Where, Strange]]] = {
    "slow": ("everything", _slow),
    "flaky": ("everything", _flaky),
    "hangs": ("declared", _hangs),
    "cut-off": ("declared", _cut_off),
    "not-http": ("declared", _not_http),
    "corrupt-gzip": ("declared", _corrupt_gzip),
    "huge-header": ("declared", _huge_header),
    "no-robots": ("robots", _status(404)),
    "robots-broken": ("robots", _status(503)),
    "pages-forbidden": ("pages", _status(403)),
    "dead-links": ("pages", _dead_links),
    "restless": ("pages", _restless),
    "html-feed": ("declared", _html_feed),
    "zero-bytes": ("declared", _zero_bytes),
    "expires": ("declared", _expires),
    "no-validators": ("declared", _no_validators),
    **{trait: ("declared", _bomb(trait)) for trait in bombs.BOMBS},
    "bomb-page": ("first-page", _bomb_page),
    "endless": ("declared", _endless),
    "drip": ("declared", _drip),
    "redirect-forever": ("declared", _redirect_forever),
    "entity-bomb": ("declared", _entity_bomb),
    "external-entity": ("declared", _external_entity),
    "many-items": ("declared", _many_items),
    "huge-page": ("first-page", _huge_page),
    "deep-page": ("first-page", _deep_page),
    "private-page": ("first-page", _private_page),
}
"""By trait: where, and what is answered there."""


def _raw(body: bytes, content_type: str, *, coding: str | None = None) -> web.Response:
    """These very bytes."""
    headers = {"Content-Type": content_type}
    if coding is not None:
        headers["Content-Encoding"] = coding
    return web.Response(body=body, headers=headers)


def _abort(request: web.BaseRequest) -> ConnectionError:
    if request.transport is not None:
        request.transport.abort()
    return ConnectionError("cut off on purpose")
