"""The trigger that watches the inbox: it fires when files lie there that are complete and not yet announced.

It runs in the triggerer, in one asyncio loop with all other triggers: looking at the lake happens in a
thread, and what is heavy is imported there.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from pipeline.lake import ObjectInfo

NAMES_SHOWN = 10
LONGEST_PAUSE = 60.0


@dataclass(slots=True)
class Watch:
    """Decides what is to be announced. Knows nothing of Airflow, lakes or clocks.

    A file is complete when two looks in a row see the same size and ETag: somebody may still be copying it.
    What still lies there `remind_seconds` after it was announced is announced again: its run was lost.
    """

    remind_seconds: float
    _seen: set[ObjectInfo] = field(default_factory=set)
    _announced: dict[ObjectInfo, float] = field(default_factory=dict)

    def look(self, files: Sequence[ObjectInfo], now: float) -> list[ObjectInfo]:
        """Files to announce, given those that lie there; `now` in seconds of any steady clock."""
        complete = [f for f in files if f in self._seen]
        self._seen = set(files)
        self._announced = {f: at for f, at in self._announced.items() if f in self._seen}
        due = [
            f for f in complete if f not in self._announced or now - self._announced[f] >= self.remind_seconds
        ]
        self._announced.update(dict.fromkeys(due, now))
        return due


class InboxTrigger(BaseEventTrigger):
    """Fires an event when there are complete, unannounced files in the inbox of the configured lake.

    Args:
        interval: seconds between two looks. A look that takes long is repeated less often.
        remind: seconds after which files that still lie there are announced again.
    """

    def __init__(self, interval: float = 3.0, remind: float = 600.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.interval = interval
        self.remind = remind

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where to find this class, and its arguments. Where the lake is, the environment says."""
        return "inbox_trigger.InboxTrigger", {"interval": self.interval, "remind": self.remind}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, announce, sleep; for ever. An unreachable lake is waited for."""
        watch = Watch(self.remind)
        inbox = _Inbox()
        pause, complaint = self.interval, ""
        while True:
            try:
                await asyncio.to_thread(inbox.open)
                started = time.monotonic()
                files = await asyncio.to_thread(inbox.files)
            except Exception as error:
                # Whatever it is: a trigger that ends would leave the inbox unwatched.
                if str(error) != complaint:
                    complaint = str(error)
                    self.log.warning("The inbox cannot be looked at, will keep trying: %s", complaint)
                pause = min(LONGEST_PAUSE, 2 * pause)
            else:
                if complaint:
                    self.log.info("The inbox can be looked at again.")
                complaint = ""
                if due := watch.look(files, time.monotonic()):
                    names = [f.name for f in due[:NAMES_SHOWN]]
                    self.log.info("%d files wait in the inbox, such as %s", len(due), names[0])
                    yield TriggerEvent({"files": len(due), "names": names})  # type: ignore[no-untyped-call]
                # some servers read every file to list it: never spend more than a sixth of the time looking
                pause = max(self.interval, 5 * (time.monotonic() - started))
            await asyncio.sleep(pause)


class _Inbox:
    """Connects to the lake once, at the first look."""

    def __init__(self) -> None:
        self._look: Callable[[], list[ObjectInfo]] | None = None

    def open(self) -> None:
        """Import what is heavy, and connect; apart from looking, whose time says how often to look."""
        if self._look is None:
            from lake_connection import use_lake_connection

            from pipeline.acquire import waiting
            from pipeline.lake import Lake

            use_lake_connection()
            self._look = partial(waiting, Lake.from_env())

    def files(self) -> list[ObjectInfo]:
        """What lies in the inbox of the lake that was opened."""
        if self._look is None:
            raise RuntimeError("The lake is not open.")
        return self._look()
