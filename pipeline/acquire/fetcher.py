"""The fetcher: one resource at a time, politely, within limits, from public addresses only.

The only user of the network but for the lake. It follows redirects itself, so that each hop is judged,
waits its turn and is looked up in its own robots.txt like a request of its own.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import http
import logging
import random as _random
import re
import socket
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

import aiohttp
from aiohttp import hdrs
from aiohttp.http_exceptions import LineTooLong
from yarl import URL

from pipeline.acquire.addresses import AddressPolicy, CheckedResolver, Resolve, Target, parse_target, shown
from pipeline.acquire.bodies import Aside, Body, DiskFailed, Download, Kept
from pipeline.acquire.decoding import ACCEPT_ENCODING, Damaged
from pipeline.acquire.exchange import Exchange, Hop
from pipeline.acquire.freshness import fresh_until, retry_after
from pipeline.acquire.politeness import HostGate, shared_folder
from pipeline.acquire.robots import ROBOTS_BYTES, ROBOTS_REDIRECTS, Robots, read_robots
from pipeline.errors import FetchError, Forbidden, HttpError, NotDue, OverLimit, Unreachable
from pipeline.settings import MIB

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from pipeline.settings import Fetching

log = logging.getLogger(__name__)

BACKOFF: Final = (2.0, 8.0)
"""Seconds before the second and the third try of a request that failed, each up to half more or less."""
GIVE_UP: Final = 5
"""So many resources in a row that failed after all tries, and a host is left alone for the rest of a run."""
MOST_WAITS: Final = 3
"""How often in a row one request does as Retry-After asks, within `FetchLimits.wait_seconds` in all."""
HEADER_BYTES: Final = 64 * 1024
"""Longest field of a response's head; security policies of some sites take 20 KiB."""
_ASIDE_SECONDS: Final = 5
"""Longest time for the body of a redirect or an error."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})
_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]+)""", re.IGNORECASE)
_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504, *range(520, 531)})


class _Response(aiohttp.ClientResponse):
    """A response that remembers who answered: short ones have given their connection back when we look."""

    peer: str | None = None

    async def start(self, connection: Any) -> aiohttp.ClientResponse:
        if connection.transport is not None and (name := connection.transport.get_extra_info("peername")):
            self.peer = str(name[0])
        return await super().start(connection)


class _Failed(Exception):
    """A request that gave no whole answer, and whether asking again at once makes sense."""

    def __init__(self, error: FetchError, *, again: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    hop: Hop
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How one resource is asked for."""

    headers: Mapping[str, str]
    spacing: float | None
    at_once: int | None
    robots: bool
    max_bytes: int
    setting: str
    """What to set for more bytes."""
    cut: bool = False
    """Whether a longer body is cut off instead of refused."""
    redirects: int
    download: Download | None = None


class Fetcher:
    """Asks other people's servers for resources. An async context manager; safe for many tasks at once.

    Args:
        fetching: how we behave, and the limits.
        clock: the time, in UTC, for what is recorded; waiting is done in real time.
        random: numbers from 0 to 1, for jitter.
        resolver: from a host name to its IP addresses, instead of the system's.
        host_gate: who lets requests through, instead of the one that all processes of this user share.
        tls: whom to trust, instead of whom the system does.
        backoff: seconds before each further try of a request that failed.
    """

    def __init__(
        self,
        fetching: Fetching,
        *,
        clock: Callable[[], dt.datetime] | None = None,
        random: Callable[[], float] = _random.random,
        resolver: Resolve | None = None,
        host_gate: HostGate | None = None,
        tls: ssl.SSLContext | None = None,
        backoff: tuple[float, ...] = BACKOFF,
    ) -> None:
        self._fetching = fetching
        self._limits = limits = fetching.limits
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        self._random = random
        self._backoff = backoff
        self._tls = tls
        self._policy = AddressPolicy(fetching.allow_addresses)
        self._resolver = CheckedResolver(self._policy, resolver, seconds=limits.connect_seconds)
        self._gate = host_gate or HostGate(
            shared_folder(),
            longest_wait=limits.wait_seconds,
            longest_block=limits.retry_after_seconds,
        )
        self._session: aiohttp.ClientSession | None = None
        self._failing: dict[str, int] = {}
        self._robots: dict[str, Robots | FetchError] = {}
        self._robots_locks: dict[str, asyncio.Lock] = {}

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver,
                socket_factory=self._policy.open_socket,
                use_dns_cache=False,
                ssl=True if self._tls is None else self._tls,
                limit=0,  # the gate counts, by host
            ),
            # the whole time is ours to keep, see `_once`
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=self._limits.connect_seconds, sock_read=self._limits.connect_seconds
            ),
            response_class=_Response,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
            headers={hdrs.USER_AGENT: self._fetching.user_agent},
        )
        # aiohttp would send a request again at once when a kept connection turns out to be closed: that
        # is one that no gate let through. Ours are sent again in their turn.
        self._session._retry_connection = False
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        max_bytes: int | None = None,
        spacing: float | None = None,
        at_once: int | None = None,
        robots: bool = True,
    ) -> Exchange:
        """A resource: of a 2xx answer the decoded body, of a 304 (asked with validators) an empty one.

        Args:
            url: http or https. Credentials in it are dropped.
            etag, last_modified: validators of an earlier answer, as received.
            accept: media types that are wanted.
            max_bytes: largest body, decoded; None: `FetchLimits.page_bytes`.
            spacing, at_once: for its host, instead of the general settings.
            robots: whether to obey the robots.txt of each host on the way.

        Raises:
            Forbidden: robots.txt disallows it, or it is not on a public address.
            OverLimit: too large, expands too far, too many redirects.
            NotDue: the host asked to be left alone for longer than a run waits.
            HttpError: the answer is an error, kept as `exchange`; transient for 408, 429 and 5xx.
            Unreachable: no answer, or not a whole one, after two more tries.
        """
        limit, setting = self._size(max_bytes, "page_bytes")
        manner = _Manner(
            headers=_headers(accept, etag=etag, modified=last_modified),
            spacing=spacing,
            at_once=at_once,
            robots=robots,
            max_bytes=limit,
            setting=setting,
            redirects=self._limits.redirects,
        )
        return await self._follow(parse_target(url), manner)

    async def robots(self, url: str, *, spacing: float | None = None, at_once: int | None = None) -> Robots:
        """The robots.txt of a URL's origin, asked for once. See `get` for what it raises.

        Any 4xx answer but 429 means that all is allowed; 5xx and none at all, that nothing is for now.
        """
        return await self._rules(parse_target(url), spacing, at_once)

    async def download(
        self,
        url: str,
        file: BinaryIO,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        max_bytes: int | None = None,
        spacing: float | None = None,
        at_once: int | None = None,
        robots: bool = True,
    ) -> Exchange:
        """Write a large resource to a file, as received; the exchange's body stays empty.

        It begins where the file stands. When it is cut off, it continues there if the server can, else
        anew. It may take `FetchLimits.source_seconds`, and be `max_bytes` (None: `archive_bytes`) large.
        Arguments and errors are those of `get`; OSError when the file cannot be written. After an error
        the file holds what had arrived.
        """
        limit, setting = self._size(max_bytes, "archive_bytes")
        manner = _Manner(
            headers=_headers(accept, encoding="identity", etag=etag, modified=last_modified),
            spacing=spacing,
            at_once=at_once,
            robots=robots,
            max_bytes=limit,
            setting=setting,
            redirects=self._limits.redirects,
            download=Download(file, max_bytes=limit, setting=setting),
        )
        try:
            return await self._follow(parse_target(url), manner)
        except DiskFailed as failed:
            raise failed.__cause__ or failed from None

    # --- one resource, over its redirects ------------------------------------------------------------

    async def _follow(self, target: Target, manner: _Manner) -> Exchange:
        hops: list[Hop] = []
        seen = {target.url}
        permanent = True
        while True:
            try:
                answer = await self._ask(target, manner)
            except FetchError as error:
                if error.exchange is not None:
                    error.exchange = replace(error.exchange, hops=(*hops, *error.exchange.hops))
                elif hops:
                    error.exchange = Exchange(hops=tuple(hops), body=b"")
                raise
            hops.append(answer.hop)
            status = answer.hop.status
            location = answer.headers.get(hdrs.LOCATION)
            if status not in _REDIRECTS or location is None:
                break
            permanent = permanent and status in _PERMANENT
            so_far = Exchange(hops=tuple(hops), body=b"")
            try:
                following = target.join(location)
            except FetchError as error:
                raise type(error)(f"{shown(target.url)} leads astray: {error}", exchange=so_far) from None
            if following.url in seen:
                raise OverLimit(
                    f"{shown(target.url)} leads in a circle, back to {shown(following.url)}.", exchange=so_far
                )
            if len(hops) > manner.redirects:
                raise OverLimit(
                    f"{shown(hops[0].url)} leads through more than {manner.redirects} redirects. "
                    "DAGSPRESS_MAX_REDIRECTS is the limit.",
                    exchange=so_far,
                )
            # from https to http is followed, for reading, but never remembered
            permanent = permanent and not (target.scheme == "https" and following.scheme == "http")
            seen.add(following.url)
            target = following
        exchange = self._exchange(hops, answer, manner, permanent=permanent)
        asked_if = {hdrs.IF_NONE_MATCH, hdrs.IF_MODIFIED_SINCE} & manner.headers.keys()
        if 200 <= status < 300 or (status == 304 and asked_if):
            return exchange
        raise HttpError(
            f"{shown(target.url)} answered {_phrase(answer.hop)}.", transient=status == 304, exchange=exchange
        )

    def _exchange(self, hops: list[Hop], answer: _Answer, manner: _Manner, *, permanent: bool) -> Exchange:
        headers = answer.headers
        kind, charset = _media_type(headers.get(hdrs.CONTENT_TYPE, ""))
        same = manner.headers if answer.hop.status == 304 else {}
        return Exchange(
            hops=tuple(hops),
            body=answer.body,
            content_type=kind,
            charset=charset,
            # a 304 may leave them out: what we asked with still holds
            etag=_ascii(headers.get(hdrs.ETAG)) or same.get(hdrs.IF_NONE_MATCH),
            last_modified=_ascii(headers.get(hdrs.LAST_MODIFIED)) or same.get(hdrs.IF_MODIFIED_SINCE),
            fresh_until=fresh_until(headers, now=self._clock()),
            moved_to=hops[-1].url if len(hops) > 1 and permanent else None,
        )

    # --- one URL, as often as it takes -----------------------------------------------------------------

    async def _ask(self, target: Target, manner: _Manner) -> _Answer:
        self._policy.check(target)
        spacing = self._fetching.spacing_seconds if manner.spacing is None else manner.spacing
        if manner.robots:
            rules = await self._rules(target, manner.spacing, manner.at_once)
            if not rules.allowed(target.url):
                raise Forbidden(f"{shown(target.url)} is not fetched: the site's robots.txt disallows it.")
            spacing = max(spacing, min(rules.crawl_delay or 0.0, float(self._limits.wait_seconds)))
        host = target.authority
        if self._failing.get(host, 0) >= GIVE_UP:
            raise NotDue(
                f"{shown(target.url)} is not asked for in this run: {host} failed {GIVE_UP} times in a row.",
                transient=True,
            )
        failures = 0
        waits, waited = 0, 0.0
        while True:
            arrived = manner.download.size if manner.download is not None else 0
            error: FetchError
            try:
                answer = await self._once(target, manner, spacing)
            except _Failed as failed:
                error = failed.error
                again = failed.again
            else:
                if answer.hop.status not in _TRY_AGAIN:
                    self._failing.pop(host, None)
                    if answer.hop.status < 400:
                        return answer
                error, wait = self._http_error(target, answer, manner)
                again = answer.hop.status in _TRY_AGAIN
                if wait is not None:
                    await self._gate.block(host, seconds=wait)
                    waits, waited = waits + 1, waited + wait
                    if waits <= MOST_WAITS and waited <= self._limits.wait_seconds:
                        continue  # the gate waits
                    raise error
            if manner.download is not None and manner.download.size - arrived >= MIB:
                failures = 0
            if not again or failures >= len(self._backoff):
                if error.transient:
                    self._failing[host] = self._failing.get(host, 0) + 1
                raise error
            pause = self._backoff[failures] * (0.5 + self._random())
            failures += 1
            log.info("%s Trying again in %.1f s.", error, pause)
            if isinstance(error, HttpError) and error.exchange is not None and error.exchange.status == 429:
                await self._gate.block(host, seconds=pause)  # too many of all of us
            else:
                await asyncio.sleep(pause)

    def _http_error(self, target: Target, answer: _Answer, manner: _Manner) -> tuple[HttpError, float | None]:
        """The error for an answer of 400 and above, and the seconds that it asks to wait, if it does."""
        status = answer.hop.status
        now = self._clock()
        wait, not_before = None, None
        message = f"{shown(target.url)} answered {_phrase(answer.hop)}"
        if status in _TRY_AGAIN:
            wait = retry_after(answer.headers, now=now, longest=self._limits.retry_after_seconds)
            if wait is not None:
                not_before = now + dt.timedelta(seconds=wait)
                message += f" and asks to wait until {not_before:%Y-%m-%d %H:%M:%S} UTC"
        error = HttpError(
            f"{message}.",
            transient=status in _TRY_AGAIN or status >= 500,
            not_before=not_before,
            exchange=self._exchange([answer.hop], answer, manner, permanent=False),
        )
        return error, wait

    # --- one request -------------------------------------------------------------------------------------

    async def _once(self, target: Target, manner: _Manner, spacing: float) -> _Answer:
        """Ask in our turn. Raises _Failed for what may be asked again, FetchError for what may not."""
        at_once = self._fetching.at_once if manner.at_once is None else manner.at_once
        jitter = self._fetching.jitter_seconds * self._random()
        async with self._gate.turn(target.authority, spacing=spacing + jitter, at_once=at_once):
            return await self._send(target, manner)

    async def _send(self, target: Target, manner: _Manner) -> _Answer:
        where = shown(target.url)
        request = _Request(target, at=self._clock())
        download = manner.download
        seconds = self._limits.response_seconds if download is None else self._limits.source_seconds
        setting = "DAGSPRESS_MAX_RESPONSE_SECONDS" if download is None else "DAGSPRESS_MAX_SOURCE_SECONDS"
        try:
            async with asyncio.timeout(seconds):
                return await self._receive(request, manner)
        except aiohttp.ConnectionTimeoutError:
            message = f"{where}: no connection within {self._limits.connect_seconds} s."
            raise _Failed(Unreachable(message, transient=True), again=True) from None
        except aiohttp.ServerTimeoutError:
            message = (
                f"{where} sent nothing for {self._limits.connect_seconds} s (DAGSPRESS_MAX_CONNECT_SECONDS)."
            )
            error = Unreachable(message, transient=True, exchange=request.so_far("time"))
            raise _Failed(error, again=True) from None
        except TimeoutError:
            message = f"{where} took longer than {seconds} s ({setting})."
            error = Unreachable(message, transient=True, exchange=request.so_far("time"))
            raise _Failed(error, again=False) from None
        except OverLimit as over:
            raise OverLimit(f"{where} is not fetched: {over}.", exchange=request.so_far("length")) from None
        except Damaged as damaged:
            message = f"{where} sent a body that cannot be decoded: {damaged}."
            error = Unreachable(message, transient=True, exchange=request.so_far("disconnect"))
            raise _Failed(error, again=True) from None
        except aiohttp.ClientError as failure:
            raise _explained(where, failure, request.so_far("disconnect")) from failure
        finally:
            # when all was read, the connection is back in the pool already and stays open
            if request.response is not None:
                request.response.close()

    async def _receive(self, request: _Request, manner: _Manner) -> _Answer:
        if self._session is None:
            raise RuntimeError("a Fetcher is used with `async with`")
        download = manner.download
        headers = {**manner.headers, **(download.continuation() if download is not None else {})}
        response = request.response = await self._session.get(
            URL(request.target.url, encoded=True), headers=headers, allow_redirects=False
        )
        fields: Mapping[str, str] = response.headers
        if response.status == 416 and download is not None:
            download.restart()
            raise Damaged("it is shorter than it was")
        if not 200 <= response.status < 300:
            truncated = await _read_aside(response, request)
            return _Answer(hop=request.hop(truncated), headers=fields)
        if download is not None:
            request.body = download
            download.begin(request.hop(None), fields)
            await _read(response, download)
            assert download.head is not None  # noqa: S101 - `begin` has set it
            hop, fields = download.head
            return _Answer(hop=hop, headers=fields)
        kept = request.body = Kept(
            ",".join(response.headers.getall(hdrs.CONTENT_ENCODING, ())),
            max_bytes=manner.max_bytes,
            setting=manner.setting,
            ratio=self._limits.response_ratio,
            cut=manner.cut,
        )
        await _read(response, kept)
        hop = request.hop("length" if kept.full else None)
        return _Answer(hop=hop, headers=fields, body=hop.body if kept.is_plain else kept.decoded)

    # --- robots.txt --------------------------------------------------------------------------------------

    async def _rules(self, target: Target, spacing: float | None, at_once: int | None) -> Robots:
        origin = target.origin
        known = self._robots.get(origin)
        if known is None:
            async with self._robots_locks.setdefault(origin, asyncio.Lock()):
                known = self._robots.get(origin)
                if known is None:
                    known = self._robots[origin] = await self._ask_rules(target, spacing, at_once)
        if isinstance(known, FetchError):
            # a new one each time: an exception keeps all that was alive where it was raised
            raise type(known)(
                str(known), transient=known.transient, not_before=known.not_before, exchange=known.exchange
            )
        return known

    async def _ask_rules(
        self, target: Target, spacing: float | None, at_once: int | None
    ) -> Robots | FetchError:
        manner = _Manner(
            headers=_headers("text/plain, */*;q=0.5"),
            spacing=spacing,
            at_once=at_once,
            robots=False,
            max_bytes=ROBOTS_BYTES,
            setting="",
            cut=True,
            redirects=ROBOTS_REDIRECTS,
        )
        where = f"{target.origin}/robots.txt"
        try:
            exchange = await self._follow(parse_target(where), manner)
        except NotDue:
            raise  # by then the wait may be over: nothing to remember
        except HttpError as error:
            if not error.transient:
                return Robots(exchange=error.exchange)
            return NotDue(
                f"{target.authority} is left alone for now, since its rules cannot be read: {error}",
                transient=True,
                not_before=error.not_before,
                exchange=error.exchange,
            )
        except OverLimit as error:
            return Robots(exchange=error.exchange)  # RFC 9309, section 2.3.1.2: redirects without end
        except FetchError as error:
            return error
        return read_robots(exchange.body, user_agent=self._fetching.user_agent, exchange=exchange)

    def _size(self, max_bytes: int | None, name: str) -> tuple[int, str]:
        """A limit in bytes, and what to call it."""
        if max_bytes is not None:
            known = ("page_bytes", "index_bytes", "archive_bytes")
            name = next((n for n in known if getattr(self._limits, n) == max_bytes), "")
        limit = getattr(self._limits, name) if max_bytes is None else max_bytes
        return limit, f"DAGSPRESS_MAX_{name.upper()}" if name else "the limit that was asked for"


class _Request:
    """One request under way: what is known of it, whatever happens."""

    def __init__(self, target: Target, *, at: dt.datetime) -> None:
        self.target = target
        self.at = at
        self.response: aiohttp.ClientResponse | None = None
        self.body: Body | None = None

    def hop(self, truncated: str | None) -> Hop:
        """What was sent and received so far."""
        response = self.response
        assert response is not None  # noqa: S101 - only asked for after the head has come
        version = response.version or aiohttp.HttpVersion11
        status_line = f"HTTP/{version.major}.{version.minor} {response.status} {response.reason or ''}"
        sent = ((k.encode(), v.encode()) for k, v in response.request_info.headers.items())
        return Hop(
            url=self.target.url,
            request=_head(f"GET {response.url.raw_path_qs} HTTP/1.1", sent),
            head=_head(status_line, ((_archived(name), value) for name, value in response.raw_headers)),
            body=bytes(self.body.wire) if self.body is not None else b"",
            status=response.status,
            at=self.at,
            address=response.peer if isinstance(response, _Response) else None,
            truncated=truncated,
        )

    def so_far(self, truncated: str) -> Exchange | None:
        """The same as an exchange without a body, for an error; None when nothing has come."""
        return Exchange(hops=(self.hop(truncated),), body=b"") if self.response is not None else None


async def _read(response: aiohttp.ClientResponse, body: Body) -> None:
    """Read a body to its end, or as much as is wanted."""
    if response.content_length is not None:
        body.expect(response.content_length)
    async for chunk in response.content.iter_any():
        body.feed(chunk)
        if body.full:
            return
    body.finish()


async def _read_aside(response: aiohttp.ClientResponse, request: _Request) -> str | None:
    """Read of a redirect or an error what comes soon, and say why it is not all: the head says enough."""
    body = request.body = Aside()
    try:
        async with asyncio.timeout(_ASIDE_SECONDS):
            await _read(response, body)
    except TimeoutError:
        return "time"
    except aiohttp.ClientError:
        return "disconnect"
    return "length" if body.full else None


def _explained(where: str, failure: aiohttp.ClientError, exchange: Exchange | None) -> Exception:
    """An error of the HTTP library as one of ours."""
    again = True
    match failure:
        case aiohttp.ClientConnectorDNSError(os_error=cause):
            message = f"{where}: the name of the host is not known ({cause.strerror or cause})."
            again = not isinstance(cause, socket.gaierror) or cause.errno == socket.EAI_AGAIN
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            message = f"{where}: no secure connection ({failure})."
            again = False
        case aiohttp.ClientConnectorError(os_error=cause):
            message = f"{where} does not answer ({cause.strerror or cause})."
        case aiohttp.ClientResponseError(__cause__=Exception(__cause__=LineTooLong())):
            return OverLimit(
                f"{where} is not fetched: a field of its head is longer than {HEADER_BYTES:,} bytes."
            )
        case aiohttp.ClientResponseError():
            message = f"{where} does not answer in HTTP ({shown(failure.message)})."
            again = False
        case aiohttp.InvalidURL():
            return Unreachable(f"{where} is not an address that can be asked.")
        case _:
            message = f"{where} was cut off ({shown(str(failure)) or type(failure).__name__})."
    return _Failed(Unreachable(message, transient=True, exchange=exchange), again=again)


def _headers(
    accept: str | None,
    *,
    encoding: str = ACCEPT_ENCODING,
    etag: str | None = None,
    modified: str | None = None,
) -> dict[str, str]:
    headers: dict[str, str] = {hdrs.ACCEPT: accept or "*/*", hdrs.ACCEPT_ENCODING: encoding}
    if etag := _ascii(etag):
        headers[hdrs.IF_NONE_MATCH] = etag
    if modified := _ascii(modified):
        headers[hdrs.IF_MODIFIED_SINCE] = modified
    return headers


def _ascii(value: str | None) -> str | None:
    """A header value that can be kept and sent back, or None."""
    return value if value and value.isascii() and value.isprintable() else None


def _head(first: str, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [first.encode("utf-8", "surrogateescape"), *(b"%b: %b" % field for field in fields)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _archived(name: bytes) -> bytes:
    return b"X-Archive-Orig-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name


def _phrase(hop: Hop) -> str:
    phrase = http.HTTPStatus(hop.status).phrase if hop.status in http.HTTPStatus._value2member_map_ else ""
    return f"{hop.status} {phrase}".rstrip()


def _media_type(content_type: str) -> tuple[str, str | None]:
    """Media type and charset of a Content-Type.

    >>> _media_type('Text/HTML; charset="ISO-8859-1"'), _media_type("")
    (('text/html', 'ISO-8859-1'), ('', None))
    """
    kind, _, parameters = content_type.partition(";")
    match = _CHARSET.search(parameters)
    return _ascii(kind.strip().lower()) or "", _ascii(match[1]) if match else None
