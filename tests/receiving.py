"""Servers that take what the notifier sends: mail and posts."""

from __future__ import annotations

import email
import email.policy
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from pipeline.embedded.processes import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

SECRET = "hemmelig-token"


@dataclass
class Webhook:
    """A server that takes what is posted."""

    url: str
    status: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def running_webhook() -> Iterator[Webhook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.got.append(json.loads(body))
            self.send_response(hook.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hook = Webhook(f"http://127.0.0.1:{server.server_port}/{SECRET}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


class Letters(Message):
    """A server that takes letters."""

    port = 0

    def __init__(self) -> None:
        super().__init__()
        self.got: list[EmailMessage] = []

    def handle_message(self, message: Any) -> None:
        letter = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
        self.got.append(cast("EmailMessage", letter))


@contextmanager
def running_letters() -> Iterator[Letters]:
    letters = Letters()
    controller = Controller(letters, hostname="127.0.0.1", port=free_port())
    controller.start()
    letters.port = controller.port
    try:
        yield letters
    finally:
        controller.stop()


def smtp_extra() -> dict[str, Any]:
    """The extras of Airflow's connection to such a server."""
    return {
        "disable_ssl": True,
        "disable_tls": True,
        "from_email": "avis@example.org",
        "retry_limit": 0,
        "timeout": 5,
    }
