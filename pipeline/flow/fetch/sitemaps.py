"""Asking a sitemap for the articles of one day, also of a day long past."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pipeline.acquire.memory import DayDone
from pipeline.errors import Unreadable
from pipeline.extract.feeds import day_of, in_days, read_sitemap
from pipeline.flow.fetch.feeds import LONGEST_GAP, newest
from pipeline.normalise import parse_date

if TYPE_CHECKING:
    from pipeline.flow.fetch.visit import Visit
    from pipeline.item import Item

DEEPEST_INDEX: Final = 3
"""Sitemap indexes within sitemap indexes."""

LATE: Final = dt.timedelta(days=2)
"""How long after a day a live run may still look for what it lacked."""

_DAY: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-/_.]?(0[1-9]|1[0-2])(?:[-/_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)


async def fetch_sitemap(visit: Visit) -> None:
    """Read the files that may list the day's articles, and fetch the pages of those that are new."""
    source, memory, result, day = visit.source, visit.memory, visit.result, visit.day.day
    now = visit.clock()
    limits = visit.fetching.limits
    days = [day, *_earlier(visit)] if visit.day.live else [day]
    visit.next_poll = visit.in_turn(now)
    done = memory.days.get(day.isoformat())
    items: list[Item] = []
    undated = 0
    asked: list[str] = []
    urls = done.asked if done is not None and done.asked and not visit.refetch else [source.url]
    for d in days:
        if (of_day := memory.days.get(d.isoformat())) is not None:
            visit.had.update(of_day.had)
    for _ in range(DEEPEST_INDEX):
        if len(asked) + len(urls) > limits.sitemap_files:
            result.problem(
                f"{source.url} lists more than {limits.sitemap_files} files for {day}; the first were read "
                "(DAGSPRESS_MAX_SITEMAP_FILES)."
            )
            visit.unread = True
            urls = urls[: limits.sitemap_files - len(asked)]
        asked += urls
        children: list[str] = []
        # as they were does not help on a day whose articles were never looked for in them, nor on a past
        # day, which keeps nothing of what it lacks
        found = await visit.documents(urls, kind="sitemap", conditional=visit.day.live and done is not None)
        for url, exchange in found.items():
            try:
                sitemap = read_sitemap(exchange.body, url=exchange.url)
            except Unreadable as error:
                if url == source.url:
                    raise
                result.problem(f"{url}: {error.detail}")
                visit.unread = True
                continue
            visit.understood(url, exchange)
            for problem in sitemap.problems:
                result.problem(f"{url}: {problem}")
            items += in_days(sitemap.items, days[-1], day, zone=source.zone)
            undated += sum(day_of(item, source.zone) is None for item in sitemap.items)
            children += [
                loc for loc, changed in sitemap.maps if any(_may_list(loc, changed, d) for d in days)
            ]
        urls = [url for url in dict.fromkeys(children) if url not in asked]
        if not urls:
            break
    if undated:
        number = "1 address" if undated == 1 else f"{undated} addresses"
        result.notes.append(
            f"{number} in its sitemaps have no day, neither beside them nor within: not taken."
        )
    if urls:
        result.problem(
            f"{source.url} leads over more than {DEEPEST_INDEX} levels of files; the rest is not read."
        )
        visit.unread = True
    result.listed = len(items)
    result.newest = newest(items, now=now)
    new = visit.news(items)
    result.new = len(new)
    await visit.pages(new, feed=source.url)
    zone = ZoneInfo(source.zone) if source.zone else dt.UTC
    over = now >= dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    whole = over and not visit.waiting and not visit.unread
    had = sorted(visit.had) if not visit.day.live else done.had if done is not None else []
    memory.days[day.isoformat()] = (
        DayDone(whole=True, had=had if now.date() - day <= LATE else [])
        if whole
        else DayDone(asked=asked, had=had)
    )


def _earlier(visit: Visit) -> list[dt.date]:
    """The days before a live run's own, latest first, of which something may be listed that nobody has seen.

    One, since some is listed late, and days end later elsewhere than in UTC; after an outage more.
    """
    day, last = visit.day.day, visit.memory.last_success
    gap = (day - last.date()).days + 1 if last is not None else 1
    return [day - dt.timedelta(days=n) for n in range(1, min(max(gap, 1), LONGEST_GAP) + 1)]


def _may_list(url: str, changed: str | None, day: dt.date) -> bool:
    """Whether a file of a sitemap index may list articles of a day, by its name or when it last changed.

    >>> _may_list("https://a.example/sitemap-2026-11.xml", None, dt.date(2026, 11, 24))
    True
    >>> _may_list("https://a.example/sitemap-2026-11-23.xml", "2026-11-25", dt.date(2026, 11, 24))
    False
    """
    named = [match for match in _DAY.finditer(url) if match[0].strip("-/_.")]
    if named:
        year, month, date = named[-1].groups()
        if (int(year), int(month)) != (day.year, day.month):
            return False
        return date is None or int(date) == day.day
    if changed is None:
        return True
    period = parse_date(changed).period
    return period == "undated" or period[:10] >= day.isoformat()[: len(period)]
