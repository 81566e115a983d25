"""One visit to one source: asking politely, keeping what comes before anybody reads it."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import tempfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

import orjson

from pipeline.acquire import acquire
from pipeline.acquire.memory import Document, Known, Waiting
from pipeline.acquire.warc import WarcWriter
from pipeline.errors import FetchError, NotDue
from pipeline.item import Item
from pipeline.normalise import canonicalise
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.acquire.exchange import Exchange
    from pipeline.acquire.fetcher import Fetcher
    from pipeline.acquire.memory import Memory
    from pipeline.acquire.warc import Kind
    from pipeline.flow.days import RunDay
    from pipeline.flow.fetch.result import Fetched
    from pipeline.lake import Lake
    from pipeline.settings import Fetching
    from pipeline.sources import Source

CAPTURE_BYTES: Final = 64 * MIB
"""A capture of pages is closed when it has grown to this size."""
FIRST_SEEN: Final = "first_seen"
AT_ONCE: Final = 8
"""Pages under way at a time, whatever their hosts; each host has its own limit below this."""
ATTEMPTS: Final = 5
"""Runs in which a page is asked for before it is given up."""
LONGEST_WAITING: Final = dt.timedelta(days=14)
"""After this a page is given up, even if its host never let us ask for it."""
RETRY: Final = dt.timedelta(minutes=30)

SLACK: Final = dt.timedelta(hours=1)
"""How much earlier than asked for a daily, or rarer, poll may come."""

_PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/xml", ""})
"""Media types that may hold a page. Some servers give none, or a wrong one."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """What there is to know and to use while a source is visited."""

    lake: Lake
    source: Source
    day: RunDay
    memory: Memory
    fetching: Fetching
    clock: Callable[[], dt.datetime]
    refetch: bool
    result: Fetched
    fetcher: Fetcher = field(init=False)
    next_poll: dt.datetime | None = None
    """When it may be asked again."""
    fresh_until: dt.datetime | None = None
    """Until when what it answered stays as it is, by its own word."""
    had: set[str] = field(default_factory=set)
    """Digests of the items of a past day that were dealt with: they are none of the present's news."""
    waiting: dict[str, Waiting] = field(init=False)
    """Items whose page is still to be had; what a past day lacks is asked for when that day is run again."""
    unread: bool = False
    """Whether a document that may list articles could not be read."""
    _pages: _OpenCapture | None = None

    def __post_init__(self) -> None:
        self.waiting = self.memory.waiting if self.day.live else {}

    def in_turn(self, now: dt.datetime) -> dt.datetime:
        """When the catalogue (`every`) lets the source be asked again."""
        every = self.source.every
        # runs begin now a little earlier, now a little later: once a day must not become every other day
        return now + (every - SLACK if every >= dt.timedelta(days=1) else every)

    # --- documents that list articles -----------------------------------------------------------------

    async def documents(
        self, urls: Sequence[str], *, kind: Kind, conditional: bool = True
    ) -> dict[str, Exchange]:
        """Those of some feeds or sitemaps that are not as they were (or all); kept in one capture.

        Failing ones are told in the result's problems; when all fail, the first error is raised.
        """
        results = await asyncio.gather(
            *(self._document(url, conditional=conditional) for url in urls), return_exceptions=True
        )
        found: dict[str, Exchange] = {}
        errors: list[FetchError] = []
        for url, result in zip(urls, results, strict=True):
            if isinstance(result, FetchError):
                errors.append(result)
                self.unread = True
                self.result.problem(f"{url}: {result}")
            elif isinstance(result, BaseException):
                raise result
            elif result is not None:
                found[url] = result
        changed = [exchange for url, exchange in found.items() if not self._kept(url, exchange)]
        if changed:
            capture = _OpenCapture(self, kind)
            try:
                for robots in await self._changed_robots(found):
                    capture.writer.document(robots, kind="robots")
                for exchange in changed:
                    capture.writer.document(exchange, kind=kind)
                await capture.store()
            finally:
                capture.close()
        if errors and len(errors) == len(urls):
            raise errors[0]
        return found

    def _kept(self, url: str, exchange: Exchange) -> bool:
        """Whether a document stands in a capture as it is."""
        known = self.memory.documents.get(url)
        return known is not None and known.digest == digest_of(exchange)

    async def _changed_robots(self, urls: Iterable[str]) -> list[Exchange]:
        """The robots.txt of these addresses' hosts, where they are not as they were kept last."""
        changed = []
        for origin in sorted({"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in urls}):
            exchange = (await self.fetcher.robots(origin)).exchange
            if exchange is None:
                continue
            if not self._kept(f"{origin}/robots.txt", exchange):
                self.understood(f"{origin}/robots.txt", exchange)
                changed.append(exchange)
        return changed

    async def _document(self, url: str, *, conditional: bool) -> Exchange | None:
        known = self.memory.documents.get(url) if conditional and not self.refetch else None
        exchange = await self.get(url, known, max_bytes=self.fetching.limits.index_bytes)
        self.fresh_until = max(filter(None, (self.fresh_until, exchange.fresh_until)), default=None)
        if known is not None and (exchange.status == 304 or known.digest == digest_of(exchange)):
            known.had = self.clock().date().isoformat()
            return None
        return exchange

    def understood(self, url: str, exchange: Exchange) -> None:
        """Remember a document that could be read: from now on it is asked for only if it changed."""
        self.memory.documents[url] = self._document_of(exchange)

    def _document_of(self, exchange: Exchange) -> Document:
        return Document(
            etag=exchange.etag,
            last_modified=exchange.last_modified,
            digest=digest_of(exchange),
            had=self.clock().date().isoformat(),
        )

    async def get(self, url: str, known: Document | None, *, max_bytes: int) -> Exchange:
        """Ask for a resource, by what is known of it."""
        exchange = await self.fetcher.get(
            url,
            etag=known.etag if known else None,
            last_modified=known.last_modified if known else None,
            max_bytes=max_bytes,
            spacing=self.source.spacing,
            at_once=self.source.at_once,
        )
        self.result.requests += len(exchange.hops)
        self.result.not_modified += exchange.status == 304
        return exchange

    # --- the articles they list -----------------------------------------------------------------------

    def news(self, items: Iterable[Item]) -> list[Item]:
        """Those items that are not known, or changed since; all are remembered as listed today.

        Of several with one key the first counts: they lead to one page.
        """
        today = self.clock().date().isoformat()
        first: dict[str, Item] = {}
        for item in items:
            first.setdefault(key_of(item), item)
        found: list[Item] = []
        for key, item in first.items():
            mark = mark_of(item)
            known, waiting = self.memory.known.get(key), self.waiting.get(key)
            if known is not None:
                known.listed = today
            if waiting is not None and mark_of(Item.from_json(waiting.item)) == mark:
                continue  # it is asked for in its own time
            if digest_of_key(key) in self.had and not self.refetch:
                continue
            if known is None or known.mark != mark or self.refetch:
                found.append(item)
        return found

    async def pages(self, items: Iterable[Item], *, feed: str | None) -> None:
        """Fetch the pages of some items, and of those left over from earlier runs that are due.

        What cannot be had now, for whatever reason, waits for a later run.
        """
        now = self.clock()
        waiting = self.waiting
        for item in items:
            key = key_of(item)
            entry = waiting.get(key) or Waiting(item={}, feed=feed, since=now.date().isoformat())
            # another version of what waits already waits no shorter
            waiting[key] = replace(entry, item=item.as_json(), kept=False)
        due = [
            key
            for key, entry in waiting.items()
            if entry.not_before is None or dt.datetime.fromisoformat(entry.not_before) <= now
        ]
        limits = self.fetching.limits
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(key: str) -> None:
            async with turns:
                await self._page(key)

        try:
            async with asyncio.timeout(limits.source_seconds):
                async with asyncio.TaskGroup() as tasks:
                    for key in due[: limits.source_pages]:
                        tasks.create_task(one(key))
        except BaseExceptionGroup as group:  # one page met what concerns all, such as a failing lake
            raise group.exceptions[0] from None
        except TimeoutError:
            self.result.problem(
                f"{self.source.name} took longer than {limits.source_seconds} s "
                "(DAGSPRESS_MAX_SOURCE_SECONDS); the rest follows with the next run."
            )
        if len(due) > limits.source_pages:
            self.result.problem(
                f"{len(due)} pages are due and {limits.source_pages} were asked for "
                "(DAGSPRESS_MAX_SOURCE_PAGES); the rest follows with the next run."
            )
        self.result.waiting = len(waiting)

    async def _page(self, key: str) -> None:
        entry = self.waiting[key]
        item = Item.from_json(entry.item)
        if item.url is None or not self.source.pages:
            text = item.content or item.summary
            self._without_page(replace(item, content=text), entry, "The source's pages are not fetched.")
            self._settle(key, item, Document())
            return
        known = self.memory.known.get(key)
        try:
            exchange = await self.get(
                item.url,
                known.page if known and not self.refetch else None,
                max_bytes=self.fetching.limits.page_bytes,
            )
        except FetchError as error:
            self._failed(key, item, entry, error)
            return
        page = self._document_of(exchange)
        if exchange.status == 304 or (known and not self.refetch and page.digest == known.page.digest):
            self._settle(key, item, known.page if known else page)
        elif exchange.content_type not in _PAGES:
            why = f"{item.url} is {exchange.content_type}, no page."
            self._without_page(item, entry, why, answer=exchange)
            self._settle(key, item, page)
        else:
            self._capture().writer.page(exchange, item=item, feed=entry.feed)
            self.result.pages += 1
            self._settle(key, item, page)
        await self._keep_if_large()

    def _failed(self, key: str, item: Item, entry: Waiting, error: FetchError) -> None:
        """Try again in a later run, or give up; the feed's own text counts as soon as the page fails."""
        self.result.problem(f"{item.url}: {error}")
        now = self.clock()
        entry.attempts += not isinstance(error, NotDue)  # then nobody was asked
        began = dt.date.fromisoformat(entry.since or now.date().isoformat())
        hopeful = error.transient or (self.day.live and entry.attempts == 1 and _is_not_there_yet(error))
        final = not hopeful or entry.attempts >= ATTEMPTS or now.date() - began > LONGEST_WAITING
        if not entry.kept and (item.content or final):
            self._without_page(item, entry, str(error), answer=error.exchange)
            entry.kept = True
        if final:
            self._settle(key, item, Document())
        else:
            wait = now + RETRY * 2 ** max(entry.attempts - 1, 0)
            entry.not_before = max(wait, error.not_before or wait).isoformat()

    def _without_page(self, item: Item, entry: Waiting, why: str, *, answer: Exchange | None = None) -> None:
        """Keep an item whose page could not be had, and what was answered instead of it."""
        self.result.missing += 1
        writer = self._capture().writer
        if answer is not None:
            writer.document(answer, kind="page")
        writer.missing(item, feed=entry.feed, url=item.url, error=why, at=self.clock())

    def _settle(self, key: str, item: Item, page: Document) -> None:
        """An item is dealt with: it is asked for again only if what is said of it changes."""
        self.waiting.pop(key, None)
        if not self.day.live:
            self.had.add(digest_of_key(key))
            return
        today = self.clock().date().isoformat()
        first_seen = item.published if item.published_from == FIRST_SEEN else None
        self.memory.known[key] = Known(mark=mark_of(item), listed=today, first_seen=first_seen, page=page)

    # --- captures -------------------------------------------------------------------------------------

    def _capture(self) -> _OpenCapture:
        if self._pages is None:
            self._pages = _OpenCapture(self, "pages")
        return self._pages

    async def _keep_if_large(self) -> None:
        if self._pages is not None and self._pages.writer.size >= CAPTURE_BYTES:
            await self.keep_rest()

    async def keep_rest(self) -> None:
        """Store the pages captured so far."""
        capture, self._pages = self._pages, None
        if capture is not None:
            storing = asyncio.create_task(capture.store())
            try:
                await asyncio.shield(storing)
            except asyncio.CancelledError:
                await storing  # its items are dealt with already: running out of time must not lose them
                raise
            finally:
                capture.close()


class _OpenCapture:
    """A web archive that is being written, on this machine's disk."""

    def __init__(self, visit: Visit, name: str) -> None:
        self._visit, self._name = visit, name
        self._file: BinaryIO = tempfile.TemporaryFile(prefix="dagspress-")  # noqa: SIM115 - closed below
        self.writer = WarcWriter(self._file)
        now = visit.clock()
        fields = {
            "software": visit.fetching.user_agent,
            "format": "WARC File Format 1.1",
            "isPartOf": visit.source.name,
            "description": f"{name} of {visit.source.url} for {visit.day.day}",
        }
        self.writer.info(fields, at=now)

    async def store(self) -> None:
        """Put it into the lake, and prove that it stands there."""
        visit = self._visit
        await asyncio.to_thread(
            acquire,
            visit.lake,
            self._file,
            name=f"{self._name}.warc.gz",
            source=visit.source.name,
            clock=visit.clock,
            day=visit.day.day,
        )
        visit.result.captures += 1

    def close(self) -> None:
        """Remove it from the disk."""
        self._file.close()


def _is_not_there_yet(error: FetchError) -> bool:
    """Whether a page may just be late: many feeds are ahead of the pages they link to."""
    return error.exchange is not None and error.exchange.status == 404


def key_of(item: Item) -> str:
    """What an item is known by between two polls."""
    if item.url:
        return canonicalise(item.url) or item.url
    return item.guid or mark_of(item)


def mark_of(item: Item) -> str:
    """Digest of what is said of an item: another one when its text, title or dates changed."""
    published = None if item.published_from == FIRST_SEEN else item.published  # that one we say ourselves
    said = (item.title, item.summary, item.content, published, item.updated)
    return hashlib.sha256(orjson.dumps(said)).hexdigest()[:16]


def digest_of_key(key: str) -> str:
    """What stands for a key where many are kept."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def digest_of(exchange: Exchange) -> str:
    """SHA-256 of the decoded body."""
    return hashlib.sha256(exchange.body).hexdigest()
