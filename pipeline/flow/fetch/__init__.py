"""From a source to staged rows: ask for a day what can be asked, keep it, stage all captures of that day.

Up to the capture everything is effect. From then on a day is what was captured for it: a run that asks
nothing (a backfill of a feed) and one that asked read the same captures and stage the same rows.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

from pipeline.acquire import captures_of, spool
from pipeline.acquire.fetcher import Fetcher
from pipeline.acquire.memory import Poll, load_memory, save_memory
from pipeline.errors import FetchError, ObjectMissing, SourceFailed, Unreadable
from pipeline.flow.fetch.archives import fetch_archives
from pipeline.flow.fetch.feeds import poll_feed
from pipeline.flow.fetch.result import Fetched
from pipeline.flow.fetch.sitemaps import fetch_sitemap
from pipeline.flow.fetch.visit import Visit
from pipeline.flow.load import utc_now
from pipeline.flow.stage import find_current, stage
from pipeline.settings import Fetching
from pipeline.sources import hints
from pipeline.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.acquire.memory import Memory, Outcome
    from pipeline.flow.days import RunDay
    from pipeline.lake import Lake
    from pipeline.sources import Source

__all__ = ["Fetched", "fetch"]


def fetch(
    lake: Lake,
    source: Source,
    day: RunDay,
    *,
    refetch: bool = False,
    fetching: Fetching | None = None,
    clock: Callable[[], dt.datetime] = utc_now,
    watch: Stopwatch | None = None,
) -> Fetched:
    """Fetch what can be fetched of a source for a day, and stage every capture taken for it.

    A source that fails is a result (`state` is `failed`), not an error: what was captured of it is staged all
    the same. `refetch` asks again for what is captured already, and whatever it was asked to wait for.
    Raises LakeError when the lake fails.
    """
    watch = watch or Stopwatch()
    fetching = fetching or Fetching.from_env()
    memory = load_memory(lake, source.name)
    result = Fetched(source=source.name, kind=source.kind, day=day.day.isoformat())
    now = clock()
    why_not = None if refetch and source.kind != "feed" else _why_not(source, day, memory)
    if why_not is None and not refetch and not _due(memory, day, now):
        result.state = "deferred"
        until = max(filter(None, (memory.not_before, memory.asked_to_wait)))
        why_not = f"It is not asked before {until}: {memory.why_not or 'it asked us to wait'}."
    if why_not:
        result.notes.append(why_not)
    else:
        visit = Visit(
            lake=lake,
            source=source,
            day=day,
            memory=memory,
            fetching=fetching,
            clock=clock,
            refetch=refetch,
            result=result,
        )
        with watch.lap("acquire"):
            _ask(visit)
        save_memory(lake, memory)
    _stage_captures(lake, source, day, result, watch)
    if not why_not and day.live and result.new_rows:
        memory.polls[-1].empty_fields = round(result.empty_fields / (3 * result.new_rows), 3)
        save_memory(lake, memory)
    return result


def _why_not(source: Source, day: RunDay, memory: Memory) -> str | None:
    """Why there is nothing to ask a source for a day."""
    if day.live:
        return None
    if source.kind == "feed":
        return "A feed cannot be asked about the past."
    done = memory.days.get(day.day.isoformat())
    if done is not None and done.whole:
        return "All of that day was fetched before."
    return None


def _due(memory: Memory, day: RunDay, now: dt.datetime) -> bool:
    """Whether it may be asked now. How often it wants to be asked for news does not concern the past."""
    if memory.asked_to_wait is not None and dt.datetime.fromisoformat(memory.asked_to_wait) > now:
        return False
    return memory.due(now) or (not day.live and memory.failures == 0)


def _ask(visit: Visit) -> None:
    """Let the source answer, remember how that went, and keep what came."""
    memory, result = visit.memory, visit.result
    now = visit.clock()
    outcome: Outcome
    try:
        asyncio.run(_acquire(visit))
    except (FetchError, SourceFailed, Unreadable) as error:
        message = error.detail if isinstance(error, Unreadable) else str(error)
        outcome, result.error = "failed", message
        until = getattr(error, "not_before", None)
        if until is not None:
            memory.asked_to_wait = until.isoformat()
        if visit.day.live:
            memory.failed(now, message, until)
            memory.moved_to = memory.moved_from = None  # the catalogue's address tells where it is by then
    else:
        outcome = "fetched" if result.captures else "unchanged"
        if visit.day.live:
            memory.succeeded()
            if visit.next_poll is not None and visit.next_poll > now:
                memory.defer(visit.next_poll, "it asked not to be asked more often, or the catalogue does")
    result.state = outcome
    if visit.day.live:
        memory.add(
            Poll(
                at=now.isoformat(timespec="seconds"),
                day=result.day,
                outcome=outcome,
                listed=result.listed,
                new=result.new,
                rolled_over=result.rolled_over,
                newest=result.newest,
                error=result.error,
            )
        )
    memory.forget(now.date())


async def _acquire(visit: Visit) -> None:
    retries = visit.fetching.retry_seconds
    async with Fetcher(visit.fetching, clock=visit.clock, backoff=retries) as fetcher:
        visit.fetcher = fetcher
        try:
            match visit.source.kind:
                case "feed":
                    await poll_feed(visit)
                case "sitemap":
                    await fetch_sitemap(visit)
                case "archive":
                    await fetch_archives(visit)
        finally:
            await visit.keep_rest()


def _stage_captures(lake: Lake, source: Source, day: RunDay, result: Fetched, watch: Stopwatch) -> None:
    captures = captures_of(lake, source.name, day.day)
    result.read = len(captures)
    for capture in captures:
        staging = find_current(lake, capture, hints=hints(source))
        if staging is None:
            file = lake.info(capture.object)
            if file is None:
                raise ObjectMissing(f"{capture.object} is gone. Restore it from a copy of the bucket.")
            with spool(lake, file) as copy:
                staging = stage(lake, capture, copy, watch=watch, hints=hints(source))
        result.add(staging)
    if result.state == "replayed":
        if captures:
            read = "1 capture was" if len(captures) == 1 else f"{len(captures)} captures were"
            result.notes.append(f"{read} read again.")
        else:
            result.state = "empty"
            result.notes.append(f"Nothing was captured for {day.day}.")
