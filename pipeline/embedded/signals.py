"""Ctrl-C, SIGTERM and a closed terminal all end a command the same way: everything is stopped in order."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_deferring = 0
_came = False


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Raise KeyboardInterrupt in the block at the first of these signals; ignore those that follow."""
    before = {number: signal.signal(number, _handle) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold a signal back until the end of the block."""
    global _deferring
    _deferring += 1
    try:
        yield
    finally:
        _deferring -= 1
    if _came and not _deferring:
        _interrupt()


def _handle(_number: int, _frame: FrameType | None) -> None:
    global _came
    _came = True
    for number in ENDING:  # once is enough; stopping is not to be interrupted
        signal.signal(number, signal.SIG_IGN)
    if not _deferring:
        _interrupt()


def _interrupt() -> None:
    global _came
    _came = False
    raise KeyboardInterrupt
