"""Simulated days of twenty sources: late captures, backfills, two publishers at once; disturbed, or not.

What disturbs them: faults on the way to the store and to the papers, and tasks that are killed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline import flow
from pipeline.embedded.newsstand import catalogue, running_newsstand
from pipeline.embedded.s3 import lake_env
from pipeline.lake import Lake
from pipeline.settings import Settings
from tests.soak.faults import PAPER, STORE, FaultyServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pipeline.embedded.s3 import S3Server

FIRST: Final = dt.date(2024, 3, 1)
SOURCES: Final = (
    "grinnfjord", "storli", "elmebaek", "hokmyra", "eastwick", "musterau", "koivuranta", "tverrelv",
    "lauvdal", "marshgate", "havnevik", "skogarkivet", "same-guid", "no-guid", "guid-link", "twice",
    "tracked", "relative", "zipped-map", "cp1252",
)  # fmt: skip
MOST_TRIES: Final = 40
"""Of one piece of work, before we say that it does not get done."""
STORE_FAULT_ONE_IN: Final = 250
PAPER_FAULT_ONE_IN: Final = 50
KILL_SHARE: Final = 0.25
"""Of all pieces of work, those that somebody tries to kill."""
LONGEST_LIFE: Final = 1.5
"""Seconds, after which those are killed."""


@dataclass(slots=True)
class Outcome:
    """What a run of days came to."""

    lake: Lake
    servers: dict[str, FaultyServer]
    kills: int = 0
    failures: int = 0
    """Pieces of work that ended with an error, and were done again."""
    seconds: float = 0.0

    @property
    def injected(self) -> Counter[str]:
        """Faults by where and what."""
        return Counter(
            {f"{w}: {name}": n for w, server in self.servers.items() for name, n in server.injected.items()}
        )


class Worker:
    """Talks to the process of `worker.py`."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder, self._env = folder, dict(env)
        self._numbers = itertools.count()
        self._said: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._log = (folder / "worker.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.worker"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        assert json.loads(self.process.stdout.readline()) == {"ready": True}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            said = json.loads(line)
            self._said[said["id"]].put(said)

    def start(self, **order: Any) -> Piece:
        """Begin a piece of work."""
        number = next(self._numbers)
        told = self._folder / f"told-{number}.json"
        self._said[number] = queue.Queue()
        line = json.dumps({"id": number, "env": self._env, "told": str(told), **order})
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return Piece(told, self._said[number], self._said[number].get(timeout=30)["pid"])

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)
        self._listener.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._log.close()


@dataclass(slots=True)
class Piece:
    """A piece of work under way."""

    told: Path
    said: queue.Queue[dict[str, Any]]
    pid: int

    def kill_after(self, seconds: float) -> bool:
        """Kill it unless it is done by then; whether it was killed."""
        try:
            said = self.said.get(timeout=seconds)
        except queue.Empty:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            return bool(self.said.get(timeout=30)["code"] == -signal.SIGKILL)
        self.said.put(said)
        return False

    def ended(self) -> dict[str, Any] | None:
        """What it told; None where it failed."""
        code = self.said.get(timeout=300)["code"]
        return json.loads(self.told.read_text()) if code == 0 else None

    def error(self) -> str:
        """The last line of what went wrong."""
        file = self.told.with_suffix(".error")
        return file.read_text().strip().rpartition("\n")[2] if file.exists() else "killed"


@dataclass(slots=True)
class Days:
    """The same days for everybody, and for the disturbed ones what disturbs them."""

    worker: Worker
    outcome: Outcome
    draw: random.Random | None
    """Draws who is killed; None: nobody."""
    set_today: Callable[[dt.date], None]
    say: Callable[[str], None]

    def run(self, count: int, seed: int) -> None:
        """All of them, and at the end whatever is still to be published."""
        plan = random.Random(seed)
        for number in range(count):
            day = FIRST + dt.timedelta(days=number)
            self.set_today(day)
            self.say(f"{day}: {self.outcome.injected.total()} faults, {self.outcome.kills} kills")
            if plan.random() < 0.4:
                late = day - dt.timedelta(days=plan.randrange(1, 20))
                self.outcome.lake.put(f"inbox/late-{day}.jsonl", documents(late, plan))
            past = day - dt.timedelta(days=plan.randrange(1, 10)) if plan.random() < 0.3 else None
            self._day(day, past)

    def _day(self, day: dt.date, past: dt.date | None) -> None:
        half = len(SOURCES) // 2
        works: list[dict[str, Any]] = [
            {"do": "fetch", "day": f"{day}", "live": True, "sources": SOURCES[:half]},
            {"do": "fetch", "day": f"{day}", "live": True, "sources": SOURCES[half:]},
            {"do": "load"},
        ]
        if past is not None and past >= FIRST:
            works.append({"do": "fetch", "day": f"{past}", "live": False, "sources": SOURCES})
        told = self._all(works, day)
        periods = sorted({period for answer in told for period in answer["periods"]})
        # both want all: whoever comes last saw what the other wrote
        self._all([{"do": "publish", "periods": periods}, {"do": "publish", "periods": periods[::-1]}], day)

    def _all(self, works: Sequence[dict[str, Any]], day: dt.date) -> list[dict[str, Any]]:
        """Do pieces of work at the same time, each until it is done; what they told at last."""
        with contextlib.ExitStack() as stack:
            answers: list[dict[str, Any]] = []
            if self.draw is None:
                return [self._until_done(work, day) for work in works]
            threads = [
                threading.Thread(target=lambda w=work: answers.append(self._until_done(w, day)))
                for work in works
            ]
            for thread in threads:
                thread.start()
                stack.callback(thread.join)
        assert len(answers) == len(works), "a piece of work was not done"
        return answers

    def _until_done(self, work: dict[str, Any], day: dt.date) -> dict[str, Any]:
        now = dt.datetime.combine(day, dt.time(22, 30), dt.UTC)
        seen: set[str] = set()
        for _ in range(MOST_TRIES):
            piece = self.worker.start(**work, now=now.isoformat())
            if self.draw is not None and self.draw.random() < KILL_SHARE:
                killed = piece.kill_after(self.draw.uniform(0, LONGEST_LIFE))
                self.outcome.kills += killed
                if killed:
                    continue
            answer = piece.ended()
            if answer is None:
                self.outcome.failures += 1
                self.say(f"again: {work['do']}: {piece.error()[:200]}")
                continue
            seen |= set(answer.get("periods", ()))
            if not answer["again"] or self.draw is None:
                return answer | {"periods": sorted(seen)}
            now += dt.timedelta(hours=1)  # those that failed are left alone for a while
        raise AssertionError(f"{work} is not done after {MOST_TRIES} tries: {piece.error()}")


def documents(day: dt.date, plan: random.Random) -> bytes:
    """Some that come late: of a day that was published."""
    lines = []
    for _ in range(plan.randrange(1, 4)):
        number = plan.randrange(10**6)
        text = (
            f"Laget møttes {day} for å avgjøre sak {number}, som {number % 89} av medlemmene hadde meldt. "
            f"Etter {number % 17} timer ble de enige om å utsette sak {number} til neste møte i foreningen."
        )
        lines.append(
            json.dumps({"id": f"{number}", "date": f"{day}", "title": f"Sak {number}", "text": text})
        )
    return "\n".join(lines).encode()


@contextlib.contextmanager
def running_days(
    s3: S3Server, bucket: str, folder: Path, *, port: int, seed: int | None, say: Callable[[str], None]
) -> Iterator[Days]:
    """Everything that days need. `port`: of the papers; `seed`: of what disturbs them (None: nothing)."""
    folder.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        stand = stack.enter_context(running_newsstand(today=FIRST, slow_seconds=0.1))
        calm = seed is None
        to_store = FaultyServer(int(s3.endpoint.rpartition(":")[2]), STORE, seed or 0, STORE_FAULT_ONE_IN)
        to_papers = FaultyServer(stand.port, PAPER, (seed or 0) + 1, PAPER_FAULT_ONE_IN, port)
        for server in (to_store, to_papers):
            server.calm = calm
            stack.enter_context(server.running())
        stand.port = to_papers.port
        sources = folder / "sources.yaml"
        sources.write_text(catalogue(stand, SOURCES), encoding="utf-8")
        keys = {"access_key": s3.access_key, "secret_key": s3.secret_key}
        env = lake_env(f"http://127.0.0.1:{to_store.port}", bucket, **keys) | {
            "DAGSPRESS_SOURCES": str(sources),
            "DAGSPRESS_HOSTS_FOLDER": str(folder),
            "DAGSPRESS_MAX_RESPONSE_SECONDS": "20",
        }
        lake = _direct(s3, bucket)
        lake.create_bucket()
        outcome = Outcome(lake, {"store": to_store, "paper": to_papers})
        worker = Worker(folder, env)
        stack.callback(worker.close)
        started = time.monotonic()
        days = Days(worker, outcome, None if calm else random.Random(seed), stand.set_today, say)
        yield days
        outcome.seconds = time.monotonic() - started


def _direct(s3: S3Server, bucket: str) -> Lake:
    os.environ |= {"AWS_ACCESS_KEY_ID": s3.access_key, "AWS_SECRET_ACCESS_KEY": s3.secret_key}
    return Lake(Settings(bucket=bucket, endpoint=s3.endpoint))


def finish(lake: Lake) -> None:
    """Publish what is still to be published, undisturbed."""
    flow.publish(lake, flow.pending(lake, flow.known_periods(lake)))
