"""Work shared out among processes of one machine, its results in order."""

from __future__ import annotations

import functools
import multiprocessing
import os
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pipeline.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from multiprocessing.context import ForkServerContext

    from pipeline.settings import Settings

T = TypeVar("T")

WRITERS: Final = 4
"""Objects that are written at once, by threads: most of it is waiting for the lake."""

WAITING: Final = 4
"""Pieces of work that lie ready for each process: more would only fill memory."""


class Workers:
    """Some processes; with one, the work is done here.

    They are forked when they are needed first, from a process that has imported everything and started no
    thread ("forkserver"), and stay until the end of the `with` block. Where the caller is itself a process
    that may have no children, the work is done here too.
    """

    def __init__(self, processes: int = 1) -> None:
        alone = processes < 2 or multiprocessing.current_process().daemon
        self.processes = 1 if alone else processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def prepare(self) -> None:
        """Let the fork server begin to import what it needs: large work is coming."""
        if self.processes > 1:
            _context()
            forkserver.ensure_running()

    def map(
        self, function: Callable[..., T], work: Iterable[tuple[Any, ...]], *, here: Any, alone: bool = False
    ) -> Iterator[T]:
        """Results of `function(*arguments)` in the order of `work`, which is taken as it is needed.

        Args:
            function: of a module, with an argument `here`: None where it runs in another process.
            work: its arguments; they and the results must be picklable.
            here: what it may use where it runs in this process.
            alone: whether to do it here in any case, as for little work.
        """
        if alone or self.processes == 1:
            for arguments in work:
                yield function(*arguments, here=here)
            return
        pool = self._started()
        running: deque[Future[T]] = deque()
        try:
            for arguments in work:
                running.append(pool.submit(function, *arguments))
                if len(running) >= self.processes * WAITING:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.processes, mp_context=_context())
        return self._pool


ALONE: Final = Workers()
"""This process."""


@functools.lru_cache(maxsize=4)
def lake_at(settings: Settings) -> Lake:
    """The lake of a process that works for others: a client takes a tenth of a second to make."""
    return Lake(settings)


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.flow.preload"])
    return context


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))
