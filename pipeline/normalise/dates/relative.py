"""Dates told from the day on which they were read: `i går`, `for 3 timer siden`, `mandag kl. 10.11`."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from pipeline.normalise.dates import words
from pipeline.normalise.dates.forms import SHOWN_TIME, shown
from pipeline.normalise.dates.place import zone_named
from pipeline.normalise.dates.published import UNREADABLE, Impossible, PublishedDate, common_period
from pipeline.normalise.dates.readers import read_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.normalise.dates.place import Place


def read_relative(text: str, captured_at: dt.datetime, place: Place) -> PublishedDate:
    """The date that is meant by a text that was captured then; `undated` when it is of none of these forms.

    Days are those of the source's zone (UTC's where it is not known):

    - `i går`, `today`, `tänään`, with a time or without: that day, and that instant if its offset is known;
    - `3 timer siden`, `vor 5 Minuten`, `2 days ago`: the day that counting back leads to, and no instant;
    - `2 uker siden`, `3 months ago`: the month, else the year, that holds every day they can mean;
    - `mandag`, in full and alone or with a time: the last one before the day of the capture. On a Monday it
      may be this one or the last one, and so is none.
    """
    zone = zone_named(place.zone) or dt.UTC
    try:
        today = captured_at.astimezone(zone).date()
        if match := _NAMED.fullmatch(text):
            return _read_named(match, today, place)
        if match := _AGO.fullmatch(text):
            return _read_ago(match, captured_at, today, zone)
    except (Impossible, ValueError, OverflowError):  # before the year 1
        pass
    return UNREADABLE


def _read_named(match: re.Match[str], today: dt.date, place: Place) -> PublishedDate:
    name = match["word"].casefold()
    days_back = words.DAYS_BACK.get(name)
    if days_back is None:
        days_back = (today.weekday() - words.WEEKDAY_OF[name]) % 7
        if days_back == 0:
            raise Impossible
    day = today - dt.timedelta(days=days_back)
    parts = {"year": f"{day.year:04}", "month": str(day.month), "day": str(day.day)}
    return read_day({**match.groupdict(), **parts}, place)


def _read_ago(
    match: re.Match[str], captured_at: dt.datetime, today: dt.date, zone: dt.tzinfo
) -> PublishedDate:
    unit = words.UNIT_OF.get(match["unit"].casefold())
    digits = match["number"]
    number = int(digits or 1)
    if unit is None or not (match["before"] or match["after"] or (digits and unit in _ALONE)):
        raise Impossible
    if unit in _CLOCK_UNITS:
        then = captured_at.astimezone(dt.UTC) - number * _CLOCK_UNITS[unit]
        return PublishedDate(then.astimezone(zone).date().isoformat())
    shortest, longest = _DAYS_OF[unit]
    # It is said until the next one is full.
    first = today - dt.timedelta(days=longest * (number + (unit != "day")))
    return common_period(first, today - dt.timedelta(days=shortest * number))


def _any_of(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


_ALONE: Final = frozenset(("minute", "hour"))
"""Units that need no word for `ago`: `5 min`, `3 t`."""
_CLOCK_UNITS: Final = {"minute": dt.timedelta(minutes=1), "hour": dt.timedelta(hours=1)}
_DAYS_OF: Final = {"day": (1, 1), "week": (7, 7), "month": (28, 31)}
_NAMED: Final = shown(rf"(?P<word>{_any_of([*words.DAYS_BACK, *words.WEEKDAY_OF])}){SHOWN_TIME}")
_AGO: Final = shown(
    rf"(?:(?P<before>{_any_of(words.AGO_BEFORE)}) +)?(?:(?:{_any_of(words.ABOUT)}) +)?"
    rf"(?:(?P<number>[0-9]{{1,3}}) ?|(?:{_any_of(words.ONE)}) +)"
    rf"(?P<unit>[^\W\d_]+)\.?(?: +(?P<after>{_any_of(words.AGO_AFTER)}))?"
)
