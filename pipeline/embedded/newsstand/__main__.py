"""`python -m pipeline.embedded.newsstand`: a newsstand as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import signal
from pathlib import Path

from pipeline.embedded.newsstand.catalogue import catalogue
from pipeline.embedded.newsstand.stand import Newsstand


def main() -> None:
    """Serve until told to end (SIGTERM, SIGINT)."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.embedded.newsstand", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="to listen on, of 127.0.0.1 (0: a free one)")
    parser.add_argument(
        "--today", type=dt.date.fromisoformat, help="the day it takes for today (the real one)"
    )
    parser.add_argument("--log", type=Path, help="file for the access log (JSON Lines)")
    parser.add_argument("--ready", type=Path, help="file written when it serves: JSON, `port` and `control`")
    parser.add_argument("--catalogue", type=Path, help="file for the sources.yaml of the good papers")
    options = parser.parse_args()
    asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, end.set)
    async with Newsstand(port=options.port, today=options.today, log=options.log) as stand:
        if options.catalogue is not None:
            _write(options.catalogue, catalogue(stand))
        if options.ready is not None:
            _write(options.ready, json.dumps({"port": stand.port, "control": stand.control_url}) + "\n")
        await end.wait()


def _write(path: Path, text: str) -> None:
    """At once and whole: somebody waits for it to appear."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    main()
