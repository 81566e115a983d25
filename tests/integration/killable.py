"""A process that ingests and publishes, and is killed (SIGKILL) at a chosen write.

Run as a program it prepares once (the validation library takes seconds to import), then forks a child for
each line of standard input: `{"env": {...}, "kill": {"write": N, "when": "before|within"}}`. The child
takes everything from the inbox to published partitions with a fixed clock, or, with `"fetch": {"now": ...,
"live": ...}`, what the sources of the catalogue give, or, with `"purge": ID`, purges an article. Killing it
before and within each request that changes the lake visits every state a crash can leave behind.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from typing import Any

import urllib3

import pipeline.explain  # noqa: F401 - so that the children need not
from pipeline import flow
from pipeline.flow.days import RunDay
from pipeline.lake import Lake
from pipeline.sources import load_sources
from pipeline.version import code_digest

CLOCK = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
CHANGING = {"PUT", "POST", "DELETE"}


def take_everything(lake: Lake) -> None:
    loaded = [flow.load(lake, file.name, clock=lambda: CLOCK) for file in flow.waiting(lake)]
    flow.publish(lake, flow.known_periods(lake))
    flow.clear(lake, loaded)


def fetch_everything(lake: Lake, *, now: str, live: bool) -> None:
    clock = dt.datetime.fromisoformat(now)
    for source in load_sources():
        flow.fetch(lake, source, RunDay(clock.date(), live), clock=lambda: clock)
    flow.publish(lake, flow.known_periods(lake))


def purge(lake: Lake, article_id: str) -> None:
    flow.purge(lake, [article_id], by="redaksjonen", why="Et krav.")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class HalfBody:
    """Hands out the first half of a request's body, then ends the process."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    def read(self, _size: int = -1) -> bytes:
        if not self._half:
            die()
        half, self._half = self._half, b""
        return half


def kill_at(write: int, when: str) -> None:
    """End this process at the `write`-th (from 0) request that changes the lake, whichever way it goes."""
    send = urllib3.HTTPConnectionPool.urlopen
    count = 0

    def sending(pool: Any, method: str, url: str, body: Any = None, headers: Any = None, **more: Any) -> Any:
        nonlocal count
        if method not in CHANGING:
            return send(pool, method, url, body, headers, **more)
        if count == write and when == "before":
            die()
        if count == write and when == "within" and body is not None:
            data = body if isinstance(body, bytes) else body.read()
            headers = {**headers, "Content-Length": str(len(data))}
            body = HalfBody(data)
        reply = send(pool, method, url, body, headers, **more)
        if count == write:
            die()
        count += 1
        return reply

    urllib3.HTTPConnectionPool.urlopen = sending  # type: ignore[method-assign, assignment]


def main() -> None:
    import great_expectations  # noqa: F401
    import pandas  # noqa: F401

    code_digest()  # of the code as it is now, also for children that come later
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ.update(order["env"])
            if order.get("kill"):
                kill_at(**order["kill"])
            if order.get("purge"):
                purge(Lake.from_env(), order["purge"])
            elif order.get("fetch"):
                fetch_everything(Lake.from_env(), **order["fetch"])
            else:
                take_everything(Lake.from_env())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
