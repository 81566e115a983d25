"""HTTP as the wire speaks it, against servers that say exactly what a test tells them to say."""

from __future__ import annotations

import os
import socket
import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest
from hypothesis import given, strategies as st

from pipeline.wire import MOST_BYTES, Reply, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

OK = b"HTTP/1.1 200 OK\r\n"


class Said:
    """What a server was asked: the port that each request came from, and its bytes."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.requests: list[bytes] = []
        self.connections: list[socket.socket] = []

    def push(self, data: bytes) -> None:
        """Say something that nobody asked for."""
        self.connections[-1].sendall(data)


@contextmanager
def server(*replies: bytes, hang_up: bool = False) -> Iterator[tuple[Wire, Said]]:
    """Answers each request with the next of `replies`, byte for byte; with `hang_up` it then goes away."""
    said, left = Said(), list(replies)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            said.connections.append(self.connection)
            while left and (request := _request(cast("BinaryIO", self.rfile))):
                said.ports.append(self.client_address[1])
                said.requests.append(request)
                self.wfile.write(left.pop(0))
                self.wfile.flush()
                if hang_up:
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as tcp:
        thread = threading.Thread(target=tcp.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield Wire(f"http://127.0.0.1:{tcp.server_address[1]}", connect_seconds=5, read_seconds=0.5), said
        tcp.shutdown()
        thread.join()


def _request(stream: BinaryIO) -> bytes:
    head = b""
    while line := stream.readline():
        head += line
        if line == b"\r\n":
            break
    length = next((line[15:] for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), b"0")
    return head + stream.read(int(length))


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in (*chunks, b""))


def ask(*replies: bytes, method: str = "GET") -> Reply | None:
    with server(*replies, hang_up=True) as (wire, _):
        return wire.exchange(method, "/x", [])


# --- what is sent ----------------------------------------------------------------------------------


def test_a_request_is_sent_as_it_is_given() -> None:
    with server(OK + b'ETag: "abc"\r\nContent-Length: 0\r\n\r\n') as (wire, said):
        reply = wire.exchange("PUT", "/b/a%20b?x=1", [("X-One", "1"), ("X-Two", "2")], b"hello")
    assert reply == Reply(200, {"etag": '"abc"', "content-length": "0"}, b"", keeps=True)
    head = (
        f"PUT /b/a%20b?x=1 HTTP/1.1\r\nHost: {wire.url.removeprefix('http://')}\r\nX-One: 1\r\nX-Two: 2\r\n"
    )
    assert said.requests == [head.encode() + b"Content-Length: 5\r\n\r\nhello"]


def test_an_empty_body_has_a_length_too() -> None:
    with server(OK + b"Content-Length: 0\r\n\r\n") as (wire, said):
        wire.exchange("PUT", "/x", [])
    assert b"\r\nContent-Length: 0\r\n" in said.requests[0]


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\rb", "key\n"])
def test_a_header_with_a_line_break_is_never_sent(value: str) -> None:
    with server(OK + b"Content-Length: 0\r\n\r\n") as (wire, said):
        assert wire.exchange("GET", "/x", [("X-One", value)]) is None
    assert said.requests == []


def test_a_long_body_is_never_sent() -> None:
    with server(OK + b"Content-Length: 0\r\n\r\n") as (wire, said):
        assert wire.exchange("PUT", "/x", [], bytes(MOST_BYTES + 1)) is None
    assert said.requests == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Example.org", "example.org"),
        ("http://example.org:80", "example.org"),
        ("http://example.org:9000", "example.org:9000"),
        ("http://[::1]:9000", "[::1]:9000"),
    ],
)
def test_the_host_is_called_as_a_signature_calls_it(url: str, host: str) -> None:
    assert Wire(url, connect_seconds=1, read_seconds=1)._host == host


@pytest.mark.parametrize("url", ["https://example.org", "http://", "example.org:9000", "ftp://example.org"])
def test_other_than_plain_http_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not http://"):
        Wire(url, connect_seconds=1, read_seconds=1)


# --- what is read ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "said", "status", "body"),
    [
        ("GET", OK + b"Content-Length: 5\r\n\r\nhello", 200, b"hello"),
        ("GET", OK + b"content-length:5\r\nDATE: now\r\n\r\nhello", 200, b"hello"),
        ("GET", OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(b"hel", b"lo"), 200, b"hello"),
        (
            "GET",
            OK + b"Transfer-Encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
            200,
            b"hello",
        ),
        ("GET", b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
        ("GET", b"HTTP/1.1 404\r\nContent-Length: 2\r\n\r\nno", 404, b"no"),
        ("HEAD", OK + b"Content-Length: 5\r\n\r\n", 200, b""),
        ("DELETE", b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    ],
)
def test_whole_answers_are_read(method: str, said: bytes, status: int, body: bytes) -> None:
    reply = ask(said, method=method)
    assert reply is not None
    assert (reply.status, reply.body) == (status, body)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 2",
        OK + b"Content-Length: 5\r\n\r\nhell",
        OK + b"Content-Length: 5\r\n",
        OK + b"\r\nhello",
        OK + b"Content-Length: -5\r\n\r\nhello",
        OK + b"Content-Length: 5_0\r\n\r\n" + b"x" * 50,
        OK + b"Content-Length: \xb2\r\n\r\nhello",
        OK + b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1),
        OK + b"Transfer-Encoding: gzip\r\n\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (MOST_BYTES + 1),
        OK + b"X-One: 1\r\n" * 200 + b"Content-Length: 0\r\n\r\n",
        OK + b"X-Long: " + b"x" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/2 200\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_what_is_not_a_whole_plain_answer_is_none(said: bytes) -> None:
    assert ask(said) is None


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=5), st.data())
def test_a_body_in_chunks_comes_whole_or_not_at_all(chunks: list[bytes], data: st.DataObject) -> None:
    said = OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(*chunks)
    cut = data.draw(st.integers(0, len(said)))
    reply = ask(said[:cut])
    assert reply is None or (cut == len(said) and reply.body == b"".join(chunks))


def test_a_silent_server_is_not_waited_for_longer_than_was_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert (
            Wire(f"http://127.0.0.1:{port}", connect_seconds=5, read_seconds=0.05).exchange("GET", "/", [])
            is None
        )


def test_nobody_there_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert (
        Wire(f"http://127.0.0.1:{port}", connect_seconds=5, read_seconds=5).exchange("GET", "/", []) is None
    )


# --- connections -----------------------------------------------------------------------------------

ONE = OK + b"Content-Length: 1\r\n\r\n1"
TWO = OK + b"Content-Length: 1\r\n\r\n2"


def bodies(wire: Wire, count: int) -> list[bytes | None]:
    replies = [wire.exchange("GET", "/x", []) for _ in range(count)]
    return [None if reply is None else reply.body for reply in replies]


def test_a_connection_is_kept() -> None:
    with server(ONE, TWO) as (wire, said):
        assert bodies(wire, 2) == [b"1", b"2"]
    assert len(set(said.ports)) == 1


@pytest.mark.parametrize(
    "first",
    [
        OK + b"Connection: close\r\nContent-Length: 1\r\n\r\n1",
        b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n1",
    ],
)
def test_a_connection_that_is_spent_is_not_used_again(first: bytes) -> None:
    with server(first, TWO) as (wire, said):
        assert bodies(wire, 2) == [b"1", b"2"]
    assert len(set(said.ports)) == 2


def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next() -> None:
    with server(ONE + OK + b"Content-Length: 1\r\n\r\n?", TWO) as (wire, _):
        assert bodies(wire, 2) == [b"1", b"2"]
    with server(ONE, TWO) as (wire, said):
        assert bodies(wire, 1) == [b"1"]
        (idle,) = wire._idle
        said.push(b"?")
        idle.recv(1, socket.MSG_PEEK)  # wait until it is there
        assert bodies(wire, 1) == [b"2"]
    assert len(set(said.ports)) == 2


def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    with server(ONE, TWO, hang_up=True) as (wire, said):
        assert bodies(wire, 1) == [b"1"]
        (idle,) = wire._idle
        assert idle.recv(1, socket.MSG_PEEK) == b""  # wait until it is
        assert bodies(wire, 1) == [b"2"]
    assert len(set(said.ports)) == 2


def test_a_forked_process_does_not_use_the_connections_of_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(ONE, TWO) as (wire, said):
        assert bodies(wire, 1) == [b"1"]
        here = os.getpid()
        monkeypatch.setattr("pipeline.wire.os.getpid", lambda: here + 1)
        assert bodies(wire, 1) == [b"2"]
    assert len(set(said.ports)) == 2


def test_nothing_stays_open_when_a_wire_is_gone() -> None:
    with server(ONE) as (wire, _):
        bodies(wire, 1)
        (idle,) = wire._idle
        del wire
        assert idle.fileno() == -1
