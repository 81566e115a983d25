"""Whether the sources of the catalogue still answer."""

from __future__ import annotations

import asyncio
import datetime as dt  # noqa: TC003 - a field of a dataclass
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import FetchError, OverLimit
from pipeline.flow.discover.finding import ACCEPT, INDEX_BYTES, read
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.acquire.fetcher import Fetcher
    from pipeline.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a source answered.

    Attributes:
        ok: whether it can be fetched and read.
        newest: the latest date among its items, in UTC.
        robots: what robots.txt says of it: `allowed` or `forbidden`, with the crawl delay; or `unknown`.
        note: what is wrong, or worth knowing; a sentence.
    """

    name: str
    ok: bool
    items: int | None = None
    newest: dt.datetime | None = None
    robots: str = "unknown"
    note: str = ""


async def check(
    fetcher: Fetcher,
    sources: Iterable[Source],
    *,
    now: dt.datetime,
    at_once: int = 8,
    done: Callable[[Answer], None] = lambda _: None,
) -> list[Answer]:
    """Ask every source, `at_once` at a time. One that fails is an answer, too, in their order."""
    turn = asyncio.Semaphore(at_once)

    async def ask(source: Source) -> Answer:
        async with turn:
            answer = await _check(fetcher, source, now)
        done(answer)
        return answer

    return list(await asyncio.gather(*map(ask, sources)))


async def _check(fetcher: Fetcher, source: Source, now: dt.datetime) -> Answer:
    url = source.url_on(now.date())
    if urlsplit(url).scheme not in {"http", "https"}:
        return Answer(name=source.name, ok=True, note="Not on the web; it is read when it is fetched.")
    robots = "unknown"
    try:
        rules = await fetcher.robots(url, spacing=source.spacing)
        robots = "allowed" if rules.allowed(url) else "forbidden"
        if rules.crawl_delay:
            robots += f", {rules.crawl_delay:g} s apart"
        most = MIB if source.kind == "archive" else INDEX_BYTES
        exchange = await fetcher.get(url, accept=ACCEPT, spacing=source.spacing, max_bytes=most)
    except OverLimit as error:
        if source.kind == "archive":  # it is there, and as large as archives are
            return Answer(name=source.name, ok=True, robots=robots)
        return Answer(name=source.name, ok=False, robots=robots, note=str(error))
    except FetchError as error:
        return Answer(name=source.name, ok=False, robots=robots, note=str(error))
    if source.kind == "archive":
        return Answer(name=source.name, ok=True, robots=robots)
    found = read(exchange, asked=url, how="address")
    if found is None:
        what = exchange.content_type or "something of no declared type"
        return Answer(name=source.name, ok=False, robots=robots, note=f"It is no {source.kind} but {what}.")
    notes: list[str] = []
    dates = found.dates
    if found.kind != source.kind:
        notes.append(f"It is a {found.kind}; the catalogue calls it a {source.kind}.")
    if exchange.moved_to:
        notes.append(f"It has moved for good to {exchange.moved_to}.")
    if not found.feed.items and not found.feed.maps:
        notes.append("It lists nothing.")
    elif dates and now - dates[-1] > source.oldest:
        notes.append(f"Its latest item is {(now - dates[-1]).days} days old.")
    notes += found.feed.problems[:2]
    wrong = await _wrong_sitemap(fetcher, source)
    if wrong is not None:
        notes.append(wrong)
    return Answer(
        name=source.name,
        ok=found.kind == source.kind and bool(found.feed.items or found.feed.maps) and wrong is None,
        items=len(found.feed.items) or len(found.feed.maps),
        newest=dates[-1] if dates else None,
        robots=robots,
        note=" ".join(notes),
    )


async def _wrong_sitemap(fetcher: Fetcher, source: Source) -> str | None:
    """What is wrong with the sitemap that tells what a feed dropped, if anything."""
    if source.sitemap is None:
        return None
    try:
        exchange = await fetcher.get(source.sitemap, spacing=source.spacing, max_bytes=INDEX_BYTES)
    except FetchError as error:
        return f"Its sitemap: {error}"
    found = read(exchange, asked=source.sitemap, how="address")
    if found is None or found.kind != "sitemap":
        return f"{source.sitemap} is no sitemap."
    if not found.feed.maps and not found.is_news:
        return f"{source.sitemap} has no dates of publication; it cannot tell what the feed dropped."
    return None
