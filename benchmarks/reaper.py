"""Runs a command and waits for all that it leaves behind, so that every CPU second is accounted for.

`python -S -E reaper.py REPORT COMMAND...` writes seconds, CPU seconds and exit code to the file REPORT.
Orphans (the workers of a fork server whose owner is gone) become children of this process: Linux only.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main(report: str, *command: str) -> None:
    """Run it; ends when nothing is left of it."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status = os.waitpid(pid, 0)
    wall = time.perf_counter() - start
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, code = usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)
    with open(report, "w", encoding="ascii") as file:  # noqa: PTH123 - no more modules than are needed
        json.dump({"wall": wall, "cpu": cpu, "code": code}, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
