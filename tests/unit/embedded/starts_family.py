"""A command with a family, to be ended in every way: `python starts_family.py FOLDER [--stubborn]`.

It starts services that fork children of their own, prints all their processes as JSON, and waits.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import psutil

from pipeline.embedded.processes import Children
from pipeline.embedded.signals import ending_on_signals

# a service whose child and grandchild outlive it, unless somebody ends them
PARENT = """
import os, signal, time
if {stubborn}:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgid(0, 0)
    os.fork()
print("ready", flush=True)
time.sleep(600)
"""
FAMILY = 3
SERVICES = 2


def main() -> None:
    folder, stubborn = Path(sys.argv[1]), "--stubborn" in sys.argv
    with ending_on_signals(), Children(folder) as children:
        for number in range(SERVICES):
            command = [sys.executable, "-c", PARENT.format(stubborn=stubborn)]
            child = children.start(f"service-{number}", command, env=dict(os.environ))
            children.on_close(child, patience=1)
            child.wait_until(lambda: child.log.read_text().count("ready") == FAMILY, seconds=30)  # noqa: B023
        mine = psutil.Process().children(recursive=True)
        print(json.dumps([p.pid for p in mine]), flush=True)
        time.sleep(600)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
