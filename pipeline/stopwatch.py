"""Where the time goes: seconds per stage, each stage's own and not what it waited for the one before it."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

T = TypeVar("T")


class Stopwatch:
    """Adds up the seconds of each stage, also where stages pull from one another."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._inner = 0.0  # spent in stages that the running one called

    def over(self, stage: str, items: Iterable[T]) -> Iterator[T]:
        """The items, with the time it takes to produce them booked on a stage."""
        iterator = iter(items)
        done = object()
        while True:
            with self.lap(stage):
                item = next(iterator, done)
            if item is done:
                return
            yield item  # type: ignore[misc]

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        """Book the time of a block on a stage."""
        outer, self._inner = self._inner, 0.0
        start = perf_counter()
        try:
            yield
        finally:
            spent = perf_counter() - start
            self.seconds[stage] += spent - self._inner  # type: ignore[assignment]
            self._inner = outer + spent

    def add(self, seconds: Mapping[str, float]) -> None:
        """Book what another process measured: that is no time of a stage that waits for it."""
        for stage, spent in seconds.items():
            self.seconds[stage] += spent  # type: ignore[assignment]
