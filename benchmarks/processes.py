"""Whole processes with all that they start: seconds, CPU seconds and memory, on given cores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REAPER: Final = Path(__file__).with_name("reaper.py")
EVERY_SECONDS: Final = 0.2
"""Between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command, from its start to its end, with its descendants."""

    wall: float
    cpu: float
    """Of user and system."""
    peak_mib: float
    """The largest sum of PSS (what is shared is split among those that share it) that was seen."""
    machine: float
    """CPU seconds of the whole machine meanwhile."""
    output: bytes


def measure(command: Sequence[str], env: Mapping[str, str] | None = None, *, cores: int | None = None) -> Run:
    """Run a command to its end; `cores`: on the first so many only. Raises SystemExit when it fails."""
    pinned = ["taskset", "--cpu-list", f"0-{cores - 1}", *command] if cores else [*command]
    with tempfile.TemporaryDirectory() as folder:
        output, errors, report = (Path(folder) / name for name in ("output", "errors", "report"))
        before = busy()
        with output.open("wb") as out, errors.open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-S", "-E", str(REAPER), str(report), *pinned],
                stdout=out,
                stderr=err,
                env=os.environ | (env or {}),
            )
            with Memory(process.pid) as memory:
                process.wait()
        said = (output.read_bytes() + errors.read_bytes())[-3000:].decode(errors="replace")
        if process.returncode:
            raise SystemExit(f"{REAPER.name} failed.\n{said}")
        figures = json.loads(report.read_bytes())
        if figures["code"]:
            raise SystemExit(f"{' '.join(command)} ended with {figures['code']}.\n{said}")
        return Run(
            wall=figures["wall"],
            cpu=figures["cpu"],
            peak_mib=memory.peak / MIB,
            machine=busy() - before,
            output=output.read_bytes(),
        )


class Memory:
    """Looks at the memory of a process's descendants from time to time, in a thread."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self.peak = max(self.peak, proportional(self._pid))


def proportional(pid: int) -> int:
    """Bytes of PSS of a process's descendants; 0 for those that end meanwhile."""
    try:
        family = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_pss, family))


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.Error, OSError):
        return 0


def cpu_seconds(pid: int) -> float:
    """User and system, of a process that still runs."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def busy() -> float:
    """CPU seconds of the whole machine since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)
