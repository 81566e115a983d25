"""Asking a feed what is new."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.errors import FetchError, Unreadable
from pipeline.extract.feeds import in_days, read_feed, read_sitemap
from pipeline.flow.fetch.visit import FIRST_SEEN, key_of
from pipeline.normalise import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.flow.fetch.visit import Visit
    from pipeline.item import Feed, Item

LONGEST_WAIT: Final = dt.timedelta(hours=20)
"""What a feed may ask for between two polls: a daily run must always find it due."""
FIRST_SEEN_WITHIN: Final = dt.timedelta(days=2)
"""An undated item that was not there at the last poll, so long ago at most, is dated by its first sight."""
LONGEST_GAP: Final = 14
"""Days back for which a news sitemap is asked what a feed may have dropped."""


async def poll_feed(visit: Visit) -> None:
    """Ask the feed if it changed, keep it, and fetch the pages of what is new."""
    source, memory, result = visit.source, visit.memory, visit.result
    if memory.moved_from not in (None, source.url):
        memory.moved_to = memory.moved_from = None  # the catalogue was corrected
    url = memory.moved_to or source.url
    now = visit.clock()
    last = memory.last_success
    found = await visit.documents([url], kind="feed")
    exchange = found.get(url)
    if exchange is None:
        visit.next_poll = _next_poll(visit, now=now)
        await visit.pages(await _gap(visit, [], now=now) if memory.gap else (), feed=url)
        return
    limit = source.items or visit.fetching.limits.feed_items
    feed = read_feed(
        exchange.body,
        url=exchange.url,
        content_type=exchange.content_type,
        charset=exchange.charset,
        limit=limit,
    )
    visit.understood(url, exchange)
    if exchange.moved_to:
        memory.moved_to, memory.moved_from = exchange.moved_to, source.url
        visit.understood(exchange.moved_to, exchange)
        result.notes.append(f"The feed has moved for good to {exchange.moved_to}; correct the catalogue.")
    for problem in feed.problems:
        result.problem(f"{url}: {problem}")
    memory.ttl = feed.ttl
    visit.next_poll = _next_poll(visit, now=now)
    result.listed = len(feed.items)
    result.newest = newest(feed.items, now=now)
    items = visit.news(_dated(visit, feed, last=last, now=now))
    seen = memory.known.keys() | visit.waiting.keys()
    if seen and feed.items and not any(key_of(item) in seen for item in feed.items):
        result.rolled_over = True
        since = f" since {last:%Y-%m-%d %H:%M} UTC" if last else ""
        result.notes.append(
            f"None of the {result.listed} items was listed before: some may have come and gone{since}."
        )
        memory.gap = memory.gap or (last or now).isoformat()
    if memory.gap:
        items += await _gap(visit, items, now=now)
    result.new = len(items)
    await visit.pages(items, feed=url)


def _next_poll(visit: Visit, *, now: dt.datetime) -> dt.datetime:
    """The longest of what the feed asks for (`ttl`, max-age, Expires), within reason, and the catalogue."""
    ttl = dt.timedelta(seconds=visit.memory.ttl or 0)
    asked = max(now + ttl, visit.fresh_until or now)
    return max(visit.in_turn(now), min(asked, now + LONGEST_WAIT))


def _dated(visit: Visit, feed: Feed, *, last: dt.datetime | None, now: dt.datetime) -> Iterable[Item]:
    """The items; undated ones that were not there a short while ago are dated by their first sight."""
    recent = last is not None and now - last <= FIRST_SEEN_WITHIN
    for item in feed.items:
        first_seen = None
        if item.published is None:
            key = key_of(item)
            if (known := visit.memory.known.get(key)) is not None:
                first_seen = known.first_seen
            elif (waiting := visit.waiting.get(key)) is not None:
                first_seen = waiting.item.get("published")
            elif recent:
                first_seen = now.date().isoformat()
        yield replace(item, published=first_seen, published_from=FIRST_SEEN) if first_seen else item


async def _gap(visit: Visit, items: list[Item], *, now: dt.datetime) -> list[Item]:
    """What the news sitemap lists since the gap began and the feed does not; tried until it answers."""
    memory, result, source = visit.memory, visit.result, visit.source
    since = dt.datetime.fromisoformat(memory.gap or now.isoformat())
    if source.sitemap is None:
        memory.gap = None
        result.notes.append("Poll it more often, or give it a news sitemap (`sitemap`).")
        return []
    try:
        found = await visit.documents([source.sitemap], kind="sitemap")
        exchange = found.get(source.sitemap)
        listed = read_sitemap(exchange.body, url=exchange.url).items if exchange is not None else ()
    except (FetchError, Unreadable) as error:
        result.notes.append(f"Its news sitemap could not be asked, and will be again: {error}")
        return []
    memory.gap = None
    if exchange is not None:
        visit.understood(source.sitemap, exchange)
    first = max(since.date(), now.date() - dt.timedelta(days=LONGEST_GAP))
    keys = {key_of(item) for item in items}
    missed = [i for i in visit.news(in_days(listed, first, now.date())) if key_of(i) not in keys]
    result.notes.append(f"Its news sitemap names {len(missed)} more since {since:%Y-%m-%d %H:%M} UTC.")
    return missed


def newest(items: Iterable[Item], *, now: dt.datetime) -> str | None:
    """The latest published date, an instant where one is known.

    Dates that have not come yet (of events, of mistaken clocks) do not tell how fresh a source is.
    """
    dates = [parse_date(item.published) for item in items if item.published and item.published_from == "feed"]
    keys = [date.at.isoformat() if date.at else date.period for date in dates if date.period != "undated"]
    tomorrow = (now + dt.timedelta(days=1)).isoformat()
    return max((key for key in keys if key <= tomorrow), default=None)
