"""The parts of a date, once a form has told them apart, read as what they mean."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Final

from pipeline.normalise.dates.published import Impossible, PublishedDate, common_period, spell_offset
from pipeline.normalise.dates.words import MONTH_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.normalise.dates.place import Place

    Parts = Mapping[str, str | None]

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
RFC_822_ZONES: Final = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
"""Offsets in hours that RFC 822 gives these names, in its own form of a date alone (RFC 5322, 4.3)."""


def read_year(parts: Parts, _place: Place) -> PublishedDate:
    """`2019`."""
    return PublishedDate(f"{_number(parts, 'year'):04}")


def read_month(parts: Parts, _place: Place) -> PublishedDate:
    """`2019-02`."""
    year, month = _number(parts, "year"), _number(parts, "month")
    if not 1 <= month <= 12:
        raise Impossible
    return PublishedDate(f"{year:04}-{month:02}")


def read_ordinal(parts: Parts, _place: Place) -> PublishedDate:
    """`2019-037`: a day of the year."""
    year, day = _number(parts, "year"), _number(parts, "day")
    if year == 0 or not 1 <= day <= 365 + calendar.isleap(year):
        raise Impossible
    return PublishedDate((dt.date(year, 1, 1) + dt.timedelta(days=day - 1)).isoformat())


def read_week(parts: Parts, _place: Place) -> PublishedDate:
    """`2019-W06-3`; of `2019-W06` the month, else the year, that holds all of it: a period knows no weeks."""
    year, week = _number(parts, "year"), _number(parts, "week")
    try:
        if parts["day"]:
            return PublishedDate(dt.date.fromisocalendar(year, week, _number(parts, "day")).isoformat())
        return common_period(dt.date.fromisocalendar(year, week, 1), dt.date.fromisocalendar(year, week, 7))
    except ValueError:
        raise Impossible from None


def read_unix(parts: Parts, _place: Place) -> PublishedDate:
    """Unix time of 10 digits (seconds) or 13 (milliseconds)."""
    digits, fraction = parts["digits"] or "", parts.get("fraction") or ""
    if len(digits) == 13:
        digits, fraction = digits[:10], digits[10:]
    at = _EPOCH + dt.timedelta(seconds=int(digits), microseconds=_microseconds(fraction))
    return PublishedDate(at.date().isoformat(), at)


def read_day(parts: Parts, place: Place) -> PublishedDate:
    """A day, with or without a time and its offset."""
    year = place.year_of(_number(parts, "short")) if parts.get("short") else _number(parts, "year")
    month, day = _read_month_of(parts), _number(parts, "day")
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise Impossible
    period = f"{year:04}-{month:02}-{day:02}"
    if not parts.get("hour"):
        return PublishedDate(period)
    clock = _read_clock(parts)
    offset, spelled = _read_offset(parts)
    if not parts["minute"] and not parts.get("half"):
        return PublishedDate(period)
    try:
        if offset is None:
            offset = place.offset_at(dt.datetime(year, month, day) + clock, name=parts.get("zone"))
            if offset is None:
                return PublishedDate(period)
            spelled = spell_offset(offset)
        at = dt.datetime(year, month, day, tzinfo=dt.UTC) + (clock - offset)
    except (ValueError, OverflowError):  # the year 0, or an instant before 1 or after 9999
        return PublishedDate(period)
    return PublishedDate(period, at, spelled)


def read_dotted(parts: Parts, place: Place) -> PublishedDate:
    """`06.02.19`: the day first, except where the year is."""
    if place.year_first() or place.day_first() is False:
        raise Impossible
    return read_day(parts, place)


def read_slashed(parts: Parts, place: Place) -> PublishedDate:
    """`06/02/2019`: the day or the month first, as the place has it."""
    first, second = _number(parts, "first"), _number(parts, "second_number")
    if not parts.get("short") and (max(first, second) > 12 or first == second):
        day_first: bool | None = second <= 12  # there is but one reading
    else:
        day_first = place.day_first()
    if day_first is None:
        raise Impossible
    day, month = (first, second) if day_first else (second, first)
    return read_day({**parts, "day": str(day), "month": str(month)}, place)


def _read_month_of(parts: Parts) -> int:
    name = parts.get("name")
    if not name:
        return _number(parts, "month")
    month = MONTH_OF.get(name.casefold())
    if month is None:
        raise Impossible
    return month


def _read_clock(parts: Parts) -> dt.timedelta:
    hour, minute, second = _number(parts, "hour"), _number(parts, "minute"), _number(parts, "second")
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise Impossible
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    # ISO 8601 knows the end of a day (24:00) and leap seconds (:60): the instant after.
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        raise Impossible
    fraction = _microseconds(parts.get("fraction") or "")
    return dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _read_offset(parts: Parts) -> tuple[dt.timedelta | None, str | None]:
    """The offset as written, and its spelling."""
    if parts["utc"]:
        return dt.timedelta(), "+00:00"
    hours = RFC_822_ZONES.get((parts.get("rfc_zone") or "").upper())
    if hours is not None:
        return dt.timedelta(hours=hours), f"-{-hours:02}:00"
    if not parts["sign"]:
        return None, None
    hours, minutes, seconds = (_number(parts, name) for name in ("off_h", "off_m", "off_s"))
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Impossible
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if parts["sign"] == "+":
        return offset, spell_offset(offset)
    # RFC 3339: at -00:00 the instant is known and the publisher's offset is not
    return -offset, spell_offset(-offset) if offset else None


def _number(parts: Parts, name: str) -> int:
    return int(parts.get(name) or 0)


def _microseconds(fraction: str) -> int:
    return int(fraction[:6].ljust(6, "0"))
