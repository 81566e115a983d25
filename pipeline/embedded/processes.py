"""Child processes that end when we end, in whatever way we end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self, cast

from pipeline.embedded import guard
from pipeline.embedded.signals import undisturbed
from pipeline.errors import DagspressError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

LOOPBACK = "127.0.0.1"


class ServiceFailed(DagspressError):
    """A service did not start, or ended by itself; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running service. Its process leads a session of its own, so all its descendants can be found."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    def check(self) -> None:
        """Raise ServiceFailed if it has ended."""
        code = self.process.poll()
        if code is not None:
            raise ServiceFailed(f"{self.name} ended with code {code}.\n{tail(self.log)}")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for a condition; raises ServiceFailed when the service ends or time runs out."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise ServiceFailed(f"{self.name} is not ready after {seconds:.0f} s.\n{tail(self.log)}")
            time.sleep(0.1)


class Children:
    """The services one command started. Leaving the `with` block stops them, the last one first."""

    def __init__(self, logs: Path, *, lock: IO[str] | None = None) -> None:
        """`lock`: an open file whose lock is kept until all services are gone, also when we are killed."""
        self._logs = logs
        self._stack = ExitStack()
        self._started: list[subprocess.Popen[bytes]] = []
        logs.mkdir(parents=True, exist_ok=True)
        # The guard sees to it that nothing is left even when this process is killed.
        self._guard = subprocess.Popen(
            [sys.executable, "-m", guard.__name__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=[] if lock is None else [lock.fileno()],
        )
        self._sessions = cast("IO[bytes]", self._guard.stdin)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: int | None = None,
    ) -> Child:
        """Start a service; its output goes to `<logs>/<name>.log`. `user`: id to run as, when we are root."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as output, undisturbed():
            process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
            self._started.append(process)
            self._sessions.write(f"{process.pid}\n".encode())
            self._sessions.flush()
        return Child(name, process, log, stop_signal)

    def on_close(self, *children: Child, patience: float = 15) -> None:
        """Stop these together when the block is left, before what was registered earlier."""
        self._stack.callback(stop, children, patience=patience)

    def close(self) -> None:
        """Stop everything."""
        try:
            self._stack.close()
        finally:
            self._sessions.close()
            self._guard.wait()  # it ends what was started and not registered
            for process in self._started:
                process.kill()
                process.wait()


def stop(children: Sequence[Child], *, patience: float) -> None:
    """Ask services to end, wait, and end whatever is left of their sessions."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + patience
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
    guard.end({child.process.pid for child in children}, patience=2)
    for child in children:
        child.process.wait()


def free_port(preferred: int | None = None) -> int:
    """A TCP port on loopback that nothing listens on: the preferred one, where it is free."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServiceFailed(f"No free TCP port on {LOOPBACK}.")


def listens(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def tail(log: Path, *, lines: int = 20) -> str:
    """The end of a log, and where the rest is."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        text = ""
    last = "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
    return f"The end of its log ({log}):\n{last or '    (empty)'}"


def clean_env() -> dict[str, str]:
    """Our environment without what would configure another Airflow, lake or database."""
    ours = ("AIRFLOW", "_AIRFLOW", "DAGSPRESS_LAKE", "AWS_", "RCLONE_", "PG")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
