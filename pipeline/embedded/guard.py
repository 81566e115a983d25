"""A process that outlives its parent just long enough to end what the parent started.

Standard input is a pipe from the parent. Each line names the session of a service. The pipe ends when the
parent does, in whatever way (SIGKILL included); then every process of those sessions is ended.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import psutil


def members(sessions: set[int]) -> list[int]:
    """The processes of some sessions that run (a finished one that nobody collected does not)."""
    found = []
    for pid in psutil.pids():
        try:
            if os.getsid(pid) in sessions and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
        except (ProcessLookupError, PermissionError, psutil.Error):
            continue
    return found


def end(sessions: set[int], *, patience: float) -> None:
    """End all processes of some sessions; those that take longer than `patience` seconds are killed."""
    deadline = time.monotonic() + patience
    number = signal.SIGTERM
    while pids := members(sessions):
        if number == signal.SIGTERM or time.monotonic() > deadline:
            if time.monotonic() > deadline:
                number = signal.SIGKILL
            for pid in pids:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue
            if number == signal.SIGTERM:
                number = signal.SIGCONT  # asked once; from here on only wait
        time.sleep(0.1)


def main() -> None:
    """Collect sessions until the parent is gone, then end them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sessions = {int(line) for line in sys.stdin}
    end(sessions, patience=3)


if __name__ == "__main__":
    main()
