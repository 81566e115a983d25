"""Dates as feeds and sitemaps write them: ISO 8601 (W3C-DTF) and RFC 822, whose zones have names."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pipeline.extract.page.dates import day_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.item import Item

_LONGEST: Final = 80
_ISO: Final = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[T ]\S.*)?", re.ASCII)
_NAMED: Final = re.compile(r"\b(UT|WET|WEST|CET|CEST|MEZ|MESZ|EET|EEST)\Z")
_OFFSETS: Final = {
    # RFC 822 knows those of North America, which Python reads. These mean one thing each, too.
    "UT": "+0000",
    "WET": "+0000",
    "WEST": "+0100",
    "CET": "+0100",
    "CEST": "+0200",
    "MEZ": "+0100",
    "MESZ": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
}


def moment(raw: str) -> dt.date | dt.datetime | None:
    """What a date says: a day, or a time of a day (with its offset, where it has one).

    None when it is neither: months and years, too, are no day. Never raises.
    """
    text = raw.strip()
    if len(text) > _LONGEST:
        return None
    try:
        if _ISO.fullmatch(text):
            if len(text) <= 10:
                return dt.date.fromisoformat(text)
            return _possible(dt.datetime.fromisoformat(re.sub(r"\s+(?=[-+Z])", "", text)))
        return _possible(parsedate_to_datetime(_NAMED.sub(lambda found: _OFFSETS[found[1]], text)))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _possible(at: dt.datetime) -> dt.datetime:
    """The same, once it is known to exist in UTC as well."""
    if at.tzinfo is not None:
        at.astimezone(dt.UTC)  # OverflowError in the years 1 and 9999
    return at


def in_days(items: Iterable[Item], first: dt.date, last: dt.date, zone: str | None = None) -> Iterator[Item]:
    """The items whose day (see `day_of`) is one from `first` to `last`. Those without a day are not in."""
    for item in items:
        day = day_of(item, zone)
        if day is not None and first <= day <= last:
            yield item


def day_of(item: Item, zone: str | None = None) -> dt.date | None:
    """The day on which an item was published; for want of that date, changed, or else that its address has.

    Days are those of `zone` (an IANA name), else of UTC; a time without an offset, and a date alone, are of
    that zone. None: nothing tells.
    """
    tz: dt.tzinfo = dt.UTC if zone is None else ZoneInfo(zone)
    day = _day(item.published, tz) or _day(item.updated, tz)
    if day is None and item.url is not None and (in_address := day_in(item.url)) is not None:
        return dt.date.fromisoformat(in_address)
    return day


def _day(raw: str | None, tz: dt.tzinfo) -> dt.date | None:
    at = None if raw is None else moment(raw)
    if not isinstance(at, dt.datetime):
        return at
    if at.tzinfo is None:
        return at.date()
    try:
        return at.astimezone(tz).date()
    except OverflowError:
        return None
