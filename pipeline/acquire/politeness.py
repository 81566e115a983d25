"""Politeness: when a host may be asked again, and by how many at a time, whoever asks on this machine.

Each host has a small file in a folder that all processes of a user share. Its lock is held only while the
times in it are read and written; the waiting is done outside. Requests at a time are counted by locks on
numbered files, which the system gives back when a process dies. What is broken there is a fresh start.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import fcntl
import hashlib
import logging
import os
import stat
import tempfile
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from pipeline.errors import NotDue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

log = logging.getLogger(__name__)

_LOCK_RETRY: Final = 0.002
"""Seconds until a lock that somebody holds is tried again; it is held for microseconds."""
_PLACE_RETRY: Final = 0.05
"""Seconds until a place that another process holds is tried again; it is held for a whole request."""


def shared_folder() -> Path:
    """The folder that all processes of this user share: `DAGSPRESS_HOSTS_FOLDER`, else a temporary one.

    Containers of one machine are as polite together when they mount the same folder there.
    """
    named = os.environ.get("DAGSPRESS_HOSTS_FOLDER")
    return Path(named) if named else Path(tempfile.gettempdir()) / f"dagspress-hosts-{os.getuid()}"


@dataclass(slots=True)
class _Times:
    """Of one host, in seconds since the epoch."""

    last: float = 0.0
    """When the latest request was let through, or came back."""
    spacing: float = 0.0
    """What that one wished to be left free after it."""
    not_before: float = 0.0
    """What the host asked for."""


class HostGate:
    """Lets requests to one host through: spaced, few at a time, and never before it said so.

    Args:
        folder: where processes meet; None: this process only.
        clock: seconds since the epoch. It must go on while one sleeps: this is about real time.
        longest_wait: seconds a caller waits because the host asked for it; beyond, NotDue is raised.
        longest_block: seconds a host may be blocked for at most.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        clock: Callable[[], float] = time.time,
        longest_wait: float = 120,
        longest_block: float = 7 * 24 * 3_600,
    ) -> None:
        self._folder = _own(folder) if folder is not None else None
        self._now = clock
        self._longest_wait = longest_wait
        self._longest_block = longest_block
        self._times: dict[str, _Times] = {}
        self._inside: dict[str, int] = {}
        self._queues: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, spacing: float, at_once: int) -> AsyncIterator[None]:
        """Wait for one's turn and have it: at most `at_once` inside, `spacing` s after others came or left.

        Ends count as well as starts: what is slow on its way arrives late, and the next must not be at its
        heels. Raises NotDue, with the instant, when the host asked for more than `longest_wait` from now.
        """
        async with self._room(host, at_once):
            with contextlib.ExitStack() as place:
                await self._start(host, spacing, at_once, place)
                try:
                    yield
                finally:
                    await self._end(host)

    async def block(self, host: str, *, seconds: float) -> None:
        """Let nobody ask this host for so long from now. A block is never shortened."""
        async with self._locked(host) as times:
            times.not_before = max(times.not_before, self._now() + min(seconds, self._longest_block))

    async def _start(self, host: str, spacing: float, at_once: int, place: contextlib.ExitStack) -> None:
        while True:
            async with self._locked(host) as times:
                now = self._now()
                if times.not_before - now > self._longest_wait:
                    until = dt.datetime.fromtimestamp(times.not_before, dt.UTC)
                    raise NotDue(
                        f"{host} is left alone until {until:%Y-%m-%d %H:%M:%S} UTC, as it asked to be.",
                        transient=True,
                        not_before=until,
                    )
                start = max(times.last + max(spacing, times.spacing), times.not_before)
                if start <= now:
                    # a place is only held while one asks, never while one waits: it is another process's too
                    if self._take_place(host, at_once, place):
                        times.last, times.spacing = now, spacing
                        return
                    start = now + _PLACE_RETRY
            # nothing is reserved: of those who wake up, one goes, and what a host asked for meanwhile is seen
            await asyncio.sleep(start - now)

    async def _end(self, host: str) -> None:
        async with self._locked(host) as times:
            times.last = max(times.last, self._now())

    @asynccontextmanager
    async def _room(self, host: str, at_once: int) -> AsyncIterator[None]:
        """One of the places of this process, first come, first served."""
        while self._inside.get(host, 0) >= at_once:
            await self._queue(host)
        self._inside[host] = self._inside.get(host, 0) + 1
        try:
            yield
        finally:
            self._inside[host] -= 1
            if not self._inside[host]:
                del self._inside[host]
            self._call_next(host)

    async def _queue(self, host: str) -> None:
        queue = self._queues.setdefault(host, deque())
        called = asyncio.get_running_loop().create_future()
        queue.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._call_next(host)  # the call was for us: pass it on
            raise

    def _call_next(self, host: str) -> None:
        queue = self._queues.get(host, deque())
        while queue:
            called = queue.popleft()
            if not called.done():
                called.set_result(None)
                break
        if not queue:
            self._queues.pop(host, None)

    def _take_place(self, host: str, at_once: int, place: contextlib.ExitStack) -> bool:
        """Take one of the places that all processes share, if one is free."""
        if self._folder is None:
            return True
        for number in range(at_once):
            try:
                file = os.open(self._folder / f"{_key(host)}.{number}", os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                log.warning("politeness holds for this process only: %s", error)
                return True
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(file)
            else:
                place.callback(os.close, file)
                return True
        return False

    @asynccontextmanager
    async def _locked(self, host: str) -> AsyncIterator[_Times]:
        """The times of a host, to read and to change; nobody else does meanwhile."""
        if self._folder is None:
            yield self._times.setdefault(host, _Times())
            return
        try:
            file = os.open(self._folder / f"{_key(host)}.json", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("politeness holds for this process only: %s", error)
            yield self._times.setdefault(host, _Times())
            return
        try:
            while not _try_lock(file):
                await asyncio.sleep(_LOCK_RETRY)
            with self._kept(file, host) as times:
                yield times
        finally:
            os.close(file)

    @contextlib.contextmanager
    def _kept(self, file: int, host: str) -> Iterator[_Times]:
        times = self._read(file)
        before = astuple(times)
        yield times
        if astuple(times) != before:
            data = orjson.dumps({"host": host, **asdict(times)})
            # shorter than a page, so no reader sees half of it; were it so, it is a fresh start
            os.pwrite(file, data, 0)
            os.ftruncate(file, len(data))

    def _read(self, file: int) -> _Times:
        try:
            value = orjson.loads(os.pread(file, 4096, 0) or b"{}")
            times = _Times(**{name: float(value.get(name, 0)) for name in ("last", "spacing", "not_before")})
        except (ValueError, TypeError, AttributeError, OverflowError):
            return _Times()
        now = self._now()
        # later than anybody can have meant: a clock was set back, or the file is damaged
        if not times.last <= now + 1 or not times.spacing <= 3_600:
            times.last = times.spacing = 0.0
        if not times.not_before <= now + self._longest_block:
            times.not_before = 0.0
        return times


def _own(folder: Path) -> Path | None:
    """The folder, made if need be, if it is ours alone: others could otherwise tell us when to ask."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        log.warning("politeness holds for this process only: %s", error)
        return None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        log.warning("politeness holds for this process only: %s is not ours", folder)
        return None
    return folder


def _key(host: str) -> str:
    return hashlib.sha256(host.encode()).hexdigest()[:32]


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
