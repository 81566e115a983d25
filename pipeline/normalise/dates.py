"""Published dates: what was written, at the precision at which it was written."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import zoneinfo
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
    +0100`, with the zones' names that it defines), Unix time of 10 digits (seconds) or 13 (milliseconds), and
    what pages show: `6. februar 2019 kl. 10.11`, `February 6, 2019 10:11 AM`, `Wed Feb 06 10:11:12 +0100
    2019`, `2019年2月6日`. `06/02/2019` is two dates and so none (`24/12/2019` is one), as are impossible
    dates: their period is `undated`.

    A time without an offset gives the day alone, unless `zone` (an IANA name) says where it was written:
    then it gives the instant. Of a time that a clock showed twice, the first is meant; one that it skipped
    counts on from the time before (02:30 is 03:30). A zone that is not known is as none.
    """
    text = raw.strip()
    if len(text) <= _LONGEST:
        for form, read in _FORMS:
            match = form.fullmatch(text)
            if match is not None:
                try:
                    return read(match.groupdict(), zone)
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


def _read_year(parts: Parts, _zone: str | None) -> PublishedDate:
    return PublishedDate(f"{_number(parts, 'year'):04}")


def _read_month(parts: Parts, _zone: str | None) -> PublishedDate:
    year, month = _number(parts, "year"), _number(parts, "month")
    if not 1 <= month <= 12:
        raise _Impossible
    return PublishedDate(f"{year:04}-{month:02}")


def _read_ordinal(parts: Parts, _zone: str | None) -> PublishedDate:
    year, day = _number(parts, "year"), _number(parts, "day")
    if year == 0 or not 1 <= day <= 365 + calendar.isleap(year):
        raise _Impossible
    return PublishedDate((dt.date(year, 1, 1) + dt.timedelta(days=day - 1)).isoformat())


def _read_week(parts: Parts, _zone: str | None) -> PublishedDate:
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


def _read_unix(parts: Parts, _zone: str | None) -> PublishedDate:
    digits, fraction = parts["digits"] or "", parts.get("fraction") or ""
    if len(digits) == 13:
        digits, fraction = digits[:10], digits[10:]
    at = _EPOCH + dt.timedelta(seconds=int(digits), microseconds=_microseconds(fraction))
    return PublishedDate(at.date().isoformat(), at)


def _read_day(parts: Parts, zone: str | None) -> PublishedDate:
    year, month, day = _number(parts, "year"), _read_month_of(parts), _number(parts, "day")
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise _Impossible
    period = f"{year:04}-{month:02}-{day:02}"
    if not parts["hour"]:
        return PublishedDate(period)
    clock = _read_clock(parts)
    offset, spelled = _read_offset(parts)
    if not parts["minute"] and not parts.get("half"):
        return PublishedDate(period)
    try:
        if offset is None:
            offset = _offset_at(dt.datetime(year, month, day) + clock, parts, zone)
            if offset is None:
                return PublishedDate(period)
            spelled = _spell_offset(offset)
        at = dt.datetime(year, month, day, tzinfo=dt.UTC) + (clock - offset)
    except (ValueError, OverflowError):  # the year 0, or an instant before 1 or after 9999
        return PublishedDate(period)
    return PublishedDate(period, at, spelled)


def _read_slashed(parts: Parts, zone: str | None) -> PublishedDate:
    first, second = _number(parts, "first"), _number(parts, "second_number")
    if first <= 12 and second <= 12 and first != second:
        raise _Impossible  # which is the day?
    day, month = (first, second) if first > 12 else (second, first)
    return _read_day({**parts, "day": str(day), "month": str(month)}, zone)


def _read_month_of(parts: Parts) -> int:
    name = parts.get("name")
    if not name:
        return _number(parts, "month")
    month = _MONTH_OF.get(name.casefold())
    if month is None:
        raise _Impossible
    return month


def _offset_at(local: dt.datetime, parts: Parts, zone: str | None) -> dt.timedelta | None:
    """The offset of the source's zone at a local time; None when none is known, or another was written."""
    if zone is None:
        return None
    try:
        there = local.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # the latter: a name that is a folder
        return None
    written = parts.get("zone")
    if written and written.upper() != there.tzname():
        return None
    return there.utcoffset()


def _read_clock(parts: Parts) -> dt.timedelta:
    hour, minute, second = _number(parts, "hour"), _number(parts, "minute"), _number(parts, "second")
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise _Impossible
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    # ISO 8601 knows the end of a day (24:00) and leap seconds (:60): the instant after.
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute + second > 0):
        raise _Impossible
    fraction = _microseconds(parts.get("fraction") or "")
    return dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)


def _read_offset(parts: Parts) -> tuple[dt.timedelta | None, str | None]:
    """The offset as written, and its spelling."""
    if parts["utc"]:
        return dt.timedelta(), "+00:00"
    hours = _RFC_822.get((parts.get("rfc_zone") or "").upper())
    if hours is not None:
        return dt.timedelta(hours=hours), f"-{-hours:02}:00"
    if not parts["sign"]:
        return None, None
    hours, minutes, seconds = (_number(parts, name) for name in ("off_h", "off_m", "off_s"))
    if hours > 23 or minutes > 59 or seconds > 59:
        raise _Impossible
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if parts["sign"] == "+":
        return offset, _spell_offset(offset)
    # RFC 3339: at -00:00 the instant is known and the publisher's offset is not
    return -offset, _spell_offset(-offset) if offset else None


def _spell_offset(offset: dt.timedelta) -> str:
    minutes, seconds = divmod(abs(int(offset.total_seconds())), 60)
    spelled = f"{'-' if offset < dt.timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{spelled}:{seconds:02}" if seconds else spelled


def _number(parts: Parts, name: str) -> int:
    return int(parts.get(name) or 0)


def _microseconds(fraction: str) -> int:
    return int(fraction[:6].ljust(6, "0"))


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def _shown(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_YEAR: Final = "(?P<year>[0-9]{4})"
_CLOCK: Final = (
    "(?P<hour>[0-9]{2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?)?"
)
_BARE_CLOCK: Final = "(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})?"
_OFFSET: Final = (
    "(?: *(?:(?P<utc>z|utc?|gmt)(?![-+−])"
    "|(?:utc|gmt)?(?P<sign>[-+−])(?P<off_h>[0-9]{2})(?::?(?P<off_m>[0-9]{2})(?::(?P<off_s>[0-9]{2}))?)?"
    "|(?P<zone>[a-z]{1,5})))?"  # another zone's name tells no offset: CST is three of them
    r"(?: *\[[^\[\]]*\]| *\([^()]*\))?"  # RFC 9557's [Europe/Oslo] and RFC 5322's (CET), beside an offset
)
_TIME: Final = f"(?:(?:t| +|, *){_CLOCK}{_OFFSET})?"
# In its own form of a date RFC 822 defines these (and RFC 5322, 4.3, still reads them).
_RFC_822: Final = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_RFC_TIME: Final = _TIME.replace("|(?P<zone>", f"|(?P<rfc_zone>{'|'.join(_RFC_822)})|(?P<zone>")

# --- as pages show dates ------------------------------------------------------------------------------

_NAMES: Final = (
    # English; Bokmål, Nynorsk, Danish, Swedish, Icelandic; Finnish; German, Dutch; French; Spanish,
    # Portuguese, Italian; Turkish; Russian, Ukrainian. Not Polish and Croatian, where one `listopada` is
    # November and the other October.
    "jan january januar januari janúar tammikuuta tammikuu jänner jän janvier janv enero ene janeiro gennaio"
    " gen ocak января січня",
    "feb february februar februari febrúar helmikuuta helmikuu feber febr februarie février févr fév febrero"
    " fevereiro fev febbraio şubat февраля лютого",
    "mar march mars marts maaliskuuta maaliskuu märz mär maart mrt marzo março mart марта березня",
    "apr april apríl huhtikuuta huhtikuu avril avr abril abr aprile nisan апреля квітня",
    "may mai maj maí toukokuuta toukokuu mei mayo maio maggio mag mayıs мая травня",
    "jun june juni júní kesäkuuta kesäkuu juin junio junho giugno giu haziran июня червня",
    "jul july juli júlí heinäkuuta heinäkuu juillet juil julio julho luglio lug temmuz июля липня",
    "aug august augusti ágúst elokuuta elokuu augustus août agosto ago ağustos августа серпня",
    "sep sept september syyskuuta syyskuu septembre septiembre setembro settembre set eylül сентября вересня",
    "oct okt october oktober október lokakuuta lokakuu octobre octubre outubro out ottobre ott"
    " ekim октября жовтня",
    "nov november nóvember marraskuuta marraskuu novembre noviembre novembro kasım ноября листопада",
    "dec des dez december desember joulukuuta joulukuu dezember décembre déc diciembre dic dezembro dicembre"
    " aralık декабря грудня",
)
_MONTH_OF: Final = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_WEEKDAY: Final = (
    "(?:(?:(?:mon|tue|wed|thu|fri|sat|sun|mån|tis|ons|tor|fre|lör|sön|man|tir|lør|søn|lau|þri|mið|fim|fös|maa|tii"
    "|kes|per|lun|mar|mer|jeu|ven|sam|dim|mié|mie|jue|vie|sáb|sab|dom|gio|die|mit|don|seg|ter|qua|qui|sex)"
    r"[^\W\d_]{0,9}"
    r"|ma|ti|ke|to|pe|la|su|mo|di|mi|do|fr|sa|so)\.?,? +)?(?:(?:den|am|le|el) +)?"
)
_NAME: Final = r"(?P<name>[^\W\d_]{3,11})\.?"
_DAY: Final = "(?P<day>[0-9]{1,2})"
_SHOWN_TIME: Final = (
    r"(?:(?:(?: *[,|–-])* +|, *)(?:(?:kl|klo|klokken|klockan|klukkan|at|um|om|à|a las|alle|às)\b[.:]? *)?"
    r"(?P<hour>[0-9]{1,2})(?:[:.h] ?(?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2}))?"
    r"(?: *(?P<half>[ap]\.?m\b\.?))?)"
    rf"(?: *(?:uhr|h)\b\.?)?{_OFFSET})?"
)

_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[Parts, str | None], PublishedDate]], ...]] = (
    (_form(_YEAR), _read_year),
    (_form(f"{_YEAR}-(?P<month>[0-9]{{2}})"), _read_month),
    (_form(f"{_YEAR}(?P<gap>[-/.])(?P<month>[0-9]{{1,2}})(?P=gap)(?P<day>[0-9]{{1,2}}){_TIME}"), _read_day),
    (_form(rf"(?P<day>[0-9]{{1,2}})\. ?(?P<month>[0-9]{{1,2}})\. ?{_YEAR}{_TIME}"), _read_day),
    (
        _form(
            "(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?"
            f"(?P<day>[0-9]{{1,2}}) +(?P<name>{'|'.join(_MONTHS)}) +{_YEAR}{_RFC_TIME}"
        ),
        _read_day,
    ),
    (_form(f"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:t?{_BARE_CLOCK}{_OFFSET})?"), _read_day),
    (_form(f"{_YEAR}-(?P<day>[0-9]{{3}})"), _read_ordinal),
    (_form(f"{_YEAR}-?w(?P<week>[0-9]{{2}})(?:-?(?P<day>[1-7]))?"), _read_week),
    (_form(r"(?P<digits>[0-9]{10}|[0-9]{13})"), _read_unix),
    (_form(r"(?P<digits>[0-9]{10})\.(?P<fraction>[0-9]+)"), _read_unix),
    (
        _shown(
            rf"{_WEEKDAY}{_DAY}(?:\.|st|nd|rd|th|er|º|:e)? *(?:(?:de|of) )? *{_NAME},? *(?:del? )?"
            f"{_YEAR}{_SHOWN_TIME}"
        ),
        _read_day,
    ),
    (_shown(f"{_WEEKDAY}{_NAME} +{_DAY}(?:st|nd|rd|th)?,? +{_YEAR}{_SHOWN_TIME}"), _read_day),
    (_shown(f"{_WEEKDAY}{_NAME} +{_DAY} +{_CLOCK}{_OFFSET} +{_YEAR}"), _read_day),
    (_shown(rf"{_WEEKDAY}{_DAY}\. ?(?P<month>[0-9]{{1,2}})\. ?{_YEAR}{_SHOWN_TIME}"), _read_day),
    (
        _shown(
            f"{_WEEKDAY}(?P<first>[0-9]{{1,2}})(?P<gap>[/-])(?P<second_number>[0-9]{{1,2}})(?P=gap)"
            f"{_YEAR}{_SHOWN_TIME}"
        ),
        _read_slashed,
    ),
    (
        _shown(
            f"{_YEAR}[年년] ?(?P<month>[0-9]{{1,2}})[月월] ?{_DAY}[日일]"
            f"(?: *(?P<hour>[0-9]{{1,2}})[時시:] ?(?P<minute>[0-9]{{2}})[分분]?(?::(?P<second>[0-9]{{2}}))?"
            f"{_OFFSET})?"
        ),
        _read_day,
    ),
)
