"""HTTP/1.1 with a server that is near: plain http, whole bodies, connections that are kept.

For the many small requests to a lake, each of which costs a general client more than it costs the server.
A request is tried once. Whatever is not a complete answer of the plain kind is None, and the caller asks
in its own way: here is no retry, no redirect, no proxy, no TLS.
"""

from __future__ import annotations

import os
import select
import socket
import weakref
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_BYTES: Final = 8 * MIB
"""Longer bodies, either way, are none of ours: they are not to be held in memory."""
_MOST_HEADERS: Final = 100
_LINE_BYTES: Final = 64 * 1024
_WITHOUT_BODY: Final = {204, 304}


class _UnfitError(ValueError):
    """What was asked or answered is HTTP of another kind than ours, or none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer. The names of its headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes
    keeps: bool
    """Whether the server takes another request on the connection."""


class Wire:
    """Connections to one server. Safe to share between threads; a forked process opens its own."""

    def __init__(self, url: str, *, connect_seconds: float, read_seconds: float) -> None:
        """`url` is `http://host[:port]`, without a path."""
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{url!r} is not http://host[:port].")
        self.url = url
        port = parts.port or 80
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self._host = host if port == 80 else f"{host}:{port}"
        self._address = parts.hostname, port
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._idle: deque[socket.socket] = deque()
        self._process = os.getpid()
        weakref.finalize(self, _close, self._idle)

    def __repr__(self) -> str:
        return f"<Wire {self.url}>"

    def exchange(
        self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes = b""
    ) -> Reply | None:
        """Send a request and read its answer; None when that fails, or is not as simple as that.

        A None says nothing of what the server did: ask only for what may be done twice.
        """
        if len(body) > MOST_BYTES:
            return None
        try:
            head = _head(method, target, [("Host", self._host), *headers], len(body))
            connection = self._connection()
        except (OSError, ValueError):
            return None
        keeps = False
        try:
            connection.sendall(head + body)
            with connection.makefile("rb") as stream:
                reply = _reply(stream, bodiless=method == "HEAD")
            keeps = reply.keeps
        except (OSError, ValueError):
            return None
        else:
            return reply
        finally:
            if keeps:
                self._idle.append(connection)
            else:
                connection.close()

    def _connection(self) -> socket.socket:
        if self._process != os.getpid():
            self._process = os.getpid()
            _close(self._idle)
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                break
            if _is_silent(connection):
                return connection
            connection.close()
        connection = socket.create_connection(self._address, timeout=self._connect_seconds)
        connection.settimeout(self._read_seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def _close(connections: deque[socket.socket]) -> None:
    while connections:
        connections.pop().close()


def _is_silent(connection: socket.socket) -> bool:
    """Whether an idle connection is still good: the server has neither closed it nor said more."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return not poll.poll(0)


def _head(method: str, target: str, headers: Iterable[tuple[str, str]], length: int) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    if length or method == "PUT":
        lines.append(f"Content-Length: {length}")
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        raise _UnfitError("a line break in a header")
    return f"{text}\r\n\r\n".encode()


def _reply(stream: BinaryIO, *, bodiless: bool) -> Reply:
    version, _, rest = _line(stream).partition(b" ")
    status = _number(rest[:3])
    if version not in {b"HTTP/1.1", b"HTTP/1.0"} or not 200 <= status < 600:
        raise _UnfitError("no status line of ours")
    headers = _headers(stream)
    coding = headers.get("transfer-encoding", "").lower()
    if bodiless or status in _WITHOUT_BODY:
        body = b""
    elif coding == "chunked":
        body = b"".join(_chunks(stream))
    elif coding:
        raise _UnfitError(coding)
    else:
        body = _exactly(stream, _number(headers.get("content-length", "").encode()))
    keeps = version == b"HTTP/1.1" and "close" not in headers.get("connection", "").lower()
    return Reply(status, headers, body, keeps)


def _headers(stream: BinaryIO) -> dict[str, str]:
    """What stands before the empty line."""
    headers: dict[str, str] = {}
    for _ in range(_MOST_HEADERS):
        line = _line(stream)
        if not line:
            return headers
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    raise _UnfitError("more headers than any server sends")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The body of RFC 9112, section 7.1."""
    total = 0
    while size := _number(_line(stream).partition(b";")[0].strip(), base=16):
        total += size
        if total > MOST_BYTES:
            raise _UnfitError("a long body")
        yield _exactly(stream, size)
        if _line(stream):
            raise _UnfitError("a chunk that does not end where it should")
    _headers(stream)  # the trailer


def _exactly(stream: BinaryIO, length: int) -> bytes:
    if length > MOST_BYTES:
        raise _UnfitError("a long body")
    data = stream.read(length)
    if len(data) != length:
        raise _UnfitError("a body cut short")
    return data


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline(_LINE_BYTES)
    if not line.endswith(b"\r\n"):
        raise _UnfitError("a line without an end")
    return line[:-2]


def _number(digits: bytes, *, base: int = 10) -> int:
    if not digits.isalnum():  # int() also takes signs, spaces and underscores
        raise _UnfitError("no number")
    return int(digits, base)
