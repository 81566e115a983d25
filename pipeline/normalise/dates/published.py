"""What is known of a date."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - a field of a dataclass
from dataclasses import dataclass
from typing import Final

from pipeline.article import UNDATED


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A date as far as it is known.

    Attributes:
        period: `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or `undated`. Of an instant: its day at the offset as written,
            which is the publisher's day; UTC's for `Z` and Unix time.
        at: the instant in UTC, only when a time and its offset were given.
        offset: the offset as written, in the form `+01:00`; None when none was.
    """

    period: str
    at: dt.datetime | None = None
    offset: str | None = None


class Impossible(Exception):
    """The digits are in place, but there is no such date or time, or more than one."""


UNREADABLE: Final = PublishedDate(UNDATED)


def common_period(first: dt.date, last: dt.date) -> PublishedDate:
    """The finest period that holds both days; raises Impossible when none does."""
    for precision in (10, 7, 4):
        if first.isoformat()[:precision] == last.isoformat()[:precision]:
            return PublishedDate(first.isoformat()[:precision])
    raise Impossible


def spell_offset(offset: dt.timedelta) -> str:
    """An offset from UTC in the form `+01:00`, with seconds where it has any."""
    minutes, seconds = divmod(abs(int(offset.total_seconds())), 60)
    spelled = f"{'-' if offset.days < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{spelled}:{seconds:02}" if seconds else spelled
