"""Published dates: what was written, at the precision at which it was written."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.article import UNDATED

if TYPE_CHECKING:
    from collections.abc import Callable


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


def parse_date(raw: str, *, zone: str | None = None) -> PublishedDate:
    """Read a date of any precision. Never raises, never invents: what was not written stays unknown.

    Reads ISO 8601 (years, months, days; weeks and ordinals; times, offsets), year first with `/` or `.`,
    `6.2.2019` (day first, as the Nordic countries and Germany write), RFC 5322 (`Wed, 06 Feb 2019 10:11:12
    +0100`), and Unix time of 10 digits (seconds) or 13 (milliseconds). A time without an offset gives the day
    alone. `06/02/2019` is two dates and so none, as are impossible dates: their period is `undated`.
    """
    text = raw.strip()
    if len(text) <= _LONGEST:
        for form, read in _FORMS:
            match = form.fullmatch(text)
            if match is not None:
                try:
                    return read(match.groupdict())
                except _Impossible:
                    break
    return _UNREADABLE


class _Impossible(Exception):
    """The digits are in place, but there is no such date or time."""


_UNREADABLE: Final = PublishedDate(UNDATED)
_LONGEST: Final = 128
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

Parts = dict[str, str | None]


def _read_year(parts: Parts) -> PublishedDate:
    return PublishedDate(f"{_number(parts, 'year'):04}")


def _read_month(parts: Parts) -> PublishedDate:
    year, month = _number(parts, "year"), _number(parts, "month")
    if not 1 <= month <= 12:
        raise _Impossible
    return PublishedDate(f"{year:04}-{month:02}")


def _read_ordinal(parts: Parts) -> PublishedDate:
    year, day = _number(parts, "year"), _number(parts, "day")
    if year == 0 or not 1 <= day <= 365 + calendar.isleap(year):
        raise _Impossible
    return PublishedDate((dt.date(year, 1, 1) + dt.timedelta(days=day - 1)).isoformat())


def _read_week(parts: Parts) -> PublishedDate:
    year, week = _number(parts, "year"), _number(parts, "week")
    try:
        if parts["day"]:
            return PublishedDate(dt.date.fromisocalendar(year, week, _number(parts, "day")).isoformat())
        first = dt.date.fromisocalendar(year, week, 1).isoformat()
        last = dt.date.fromisocalendar(year, week, 7).isoformat()
    except ValueError:
        raise _Impossible from None
    # A period knows no weeks: the month, else the year, that holds all of this one.
    for precision in (7, 4):
        if first[:precision] == last[:precision]:
            return PublishedDate(first[:precision])
    raise _Impossible


def _read_unix(parts: Parts) -> PublishedDate:
    digits, fraction = parts["digits"] or "", parts.get("fraction") or ""
    if len(digits) == 13:
        digits, fraction = digits[:10], digits[10:]
    at = _EPOCH + dt.timedelta(seconds=int(digits), microseconds=_microseconds(fraction))
    return PublishedDate(at.date().isoformat(), at)


def _read_day(parts: Parts) -> PublishedDate:
    year, day = _number(parts, "year"), _number(parts, "day")
    name = parts.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else _number(parts, "month")
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise _Impossible
    period = f"{year:04}-{month:02}-{day:02}"
    if not parts["hour"]:
        return PublishedDate(period)
    clock = _read_clock(parts)
    offset = _read_offset(parts)
    if offset is None or not parts["minute"]:
        return PublishedDate(period)
    try:
        at = dt.datetime(year, month, day, tzinfo=dt.UTC) + (clock - offset)
    except (ValueError, OverflowError):  # the year 0, or an instant before 1 or after 9999
        return PublishedDate(period)
    return PublishedDate(period, at, _spell_offset(parts, offset))


def _read_clock(parts: Parts) -> dt.timedelta:
    hour, minute, second = _number(parts, "hour"), _number(parts, "minute"), _number(parts, "second")
    # ISO 8601 knows the end of a day (24:00) and leap seconds (:60): the instant after.
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        raise _Impossible
    fraction = _microseconds(parts.get("fraction") or "")
    return dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _read_offset(parts: Parts) -> dt.timedelta | None:
    if parts["utc"]:
        return dt.timedelta()
    if not parts["sign"]:
        return None
    hours, minutes, seconds = (_number(parts, name) for name in ("off_h", "off_m", "off_s"))
    if hours > 23 or minutes > 59 or seconds > 59:
        raise _Impossible
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return offset if parts["sign"] == "+" else -offset


def _spell_offset(parts: Parts, offset: dt.timedelta) -> str | None:
    sign = "+" if parts["utc"] or parts["sign"] == "+" else "-"
    if sign == "-" and not offset:
        return None  # RFC 3339: at -00:00 the instant is known and the publisher's offset is not
    minutes, seconds = divmod(abs(int(offset.total_seconds())), 60)
    spelled = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{spelled}:{seconds:02}" if seconds else spelled


def _number(parts: Parts, name: str) -> int:
    return int(parts.get(name) or 0)


def _microseconds(fraction: str) -> int:
    return int(fraction[:6].ljust(6, "0"))


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


_YEAR: Final = "(?P<year>[0-9]{4})"
_CLOCK: Final = (
    "(?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?)?"
)
_BARE_CLOCK: Final = "(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?"
_OFFSET: Final = (
    "(?: *(?:(?P<utc>z|utc?|gmt)"
    "|(?P<sign>[-+−])(?P<off_h>[0-9]{2})(?::?(?P<off_m>[0-9]{2})(?::(?P<off_s>[0-9]{2}))?)?"
    "|[a-z]{1,5}))?"  # another zone's name tells no offset: CST is three of them
    r"(?: *\[[^\[\]]*\]| *\([^()]*\))?"  # RFC 9557's [Europe/Oslo] and RFC 5322's (CET), beside an offset
)
_TIME: Final = f"(?:(?:t| +|, *){_CLOCK}{_OFFSET})?"

_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[Parts], PublishedDate]], ...]] = (
    (_form(_YEAR), _read_year),
    (_form(f"{_YEAR}-(?P<month>[0-9]{{2}})"), _read_month),
    (_form(f"{_YEAR}(?P<gap>[-/.])(?P<month>[0-9]{{1,2}})(?P=gap)(?P<day>[0-9]{{1,2}}){_TIME}"), _read_day),
    (_form(rf"(?P<day>[0-9]{{1,2}})\. ?(?P<month>[0-9]{{1,2}})\. ?{_YEAR}{_TIME}"), _read_day),
    (
        _form(
            "(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?"
            f"(?P<day>[0-9]{{1,2}}) +(?P<name>{'|'.join(_MONTHS)}) +{_YEAR}{_TIME}"
        ),
        _read_day,
    ),
    (_form(f"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:t?{_BARE_CLOCK}{_OFFSET})?"), _read_day),
    (_form(f"{_YEAR}-(?P<day>[0-9]{{3}})"), _read_ordinal),
    (_form(f"{_YEAR}-?w(?P<week>[0-9]{{2}})(?:-?(?P<day>[1-7]))?"), _read_week),
    (_form(r"(?P<digits>[0-9]{10}|[0-9]{13})"), _read_unix),
    (_form(r"(?P<digits>[0-9]{10})\.(?P<fraction>[0-9]+)"), _read_unix),
)
