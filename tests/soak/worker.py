"""A process that does the work of tasks, each in a child of its own that may be killed.

It prepares once (the validation library takes seconds to import), then forks a child for each line of
standard input: `{"id": 1, "env": {...}, "do": "fetch|load|publish", ...}`. It answers with lines
`{"id": 1, "pid": 2}` and, when the child ended, `{"id": 1, "code": 0}`. What a child has to tell is in the
file that the order names.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import selectors
import sys
import traceback
from pathlib import Path
from typing import Any

from pipeline import flow
from pipeline.flow.days import RunDay
from pipeline.lake import Lake
from pipeline.settings import Fetching
from pipeline.sources import load_sources
from pipeline.version import code_digest

QUICK = Fetching(
    allow_addresses=("127.0.0.0/8",), spacing_seconds=0.0, jitter_seconds=0.0, retry_seconds=(0.05, 0.2)
)


def fetch(lake: Lake, order: dict[str, Any]) -> dict[str, Any]:
    """Some sources for a day, as the tasks of a run do."""
    now = dt.datetime.fromisoformat(order["now"])
    day = RunDay(dt.date.fromisoformat(order["day"]), order["live"])
    found = [
        flow.fetch(lake, source, day, clock=lambda: now, fetching=QUICK)
        for source in load_sources()
        if source.name in order["sources"]
    ]
    return {
        "periods": sorted({period for item in found for period in item.periods}),
        "again": [i.source for i in found if i.state in ("failed", "deferred") or i.waiting or i.missing],
    }


def load(lake: Lake, order: dict[str, Any]) -> dict[str, Any]:
    """Everything in the inbox, as a run of `load_documents` does."""
    now = dt.datetime.fromisoformat(order["now"])
    loaded = [flow.load(lake, file.name, clock=lambda: now) for file in flow.waiting(lake)]
    flow.clear(lake, loaded)
    return {"periods": sorted({period for item in loaded for period in item.periods}), "again": []}


def publish(lake: Lake, order: dict[str, Any]) -> dict[str, Any]:
    """Some periods."""
    published = flow.publish(lake, order["periods"])
    return {"states": {p.period: p.state for p in published}, "again": []}


DOES = {"fetch": fetch, "load": load, "publish": publish}


def child(order: dict[str, Any]) -> None:
    """Do it, and end."""
    os.environ.update(order["env"])
    told = Path(order["told"])
    try:
        answer = DOES[order["do"]](Lake.from_env(), order)
    except BaseException:
        told.with_suffix(".error").write_text(traceback.format_exc())
        os._exit(1)
    told.write_text(json.dumps(answer))
    os._exit(0)


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    """Take orders until there are no more."""
    import pipeline.flow.preload  # noqa: F401

    code_digest()
    say(ready=True)
    running: dict[int, int] = {}
    rest = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while True:
            for _ in waiting.select(timeout=0.02):
                data = os.read(sys.stdin.fileno(), 1 << 16)
                if not data:
                    return
                *lines, rest = (rest + data).split(b"\n")
                for order in map(json.loads, lines):
                    pid = os.fork()
                    if pid == 0:
                        child(order)
                    running[pid] = order["id"]
                    say(id=order["id"], pid=pid)
            while running:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                say(id=running.pop(pid), code=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
