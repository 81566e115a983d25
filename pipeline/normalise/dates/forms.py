"""The forms in which dates are written, and what reads each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.normalise.dates import readers

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.normalise.dates.place import Place
    from pipeline.normalise.dates.published import PublishedDate


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def shown(pattern: str) -> re.Pattern[str]:
    """A form of readers' dates: in any alphabet, of any case."""
    return re.compile(pattern, re.IGNORECASE)


_YEAR: Final = "(?P<year>[0-9]{4})"
_SHORT_YEAR: Final = "['’]?(?P<short>[0-9]{2})"
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
_RFC_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_RFC_TIME: Final = _TIME.replace("|(?P<zone>", f"|(?P<rfc_zone>{'|'.join(readers.RFC_822_ZONES)})|(?P<zone>")

# --- as pages show dates ------------------------------------------------------------------------------

_WEEKDAY: Final = (
    "(?:(?:(?:mon|tue|wed|thu|fri|sat|sun|mån|tis|ons|tor|fre|lör|sön|man|tir|lør|søn|lau|þri|mið|fim|fös|maa|tii"
    "|kes|per|lun|mar|mer|jeu|ven|sam|dim|mié|mie|jue|vie|sáb|sab|dom|gio|die|mit|don|seg|ter|qua|qui|sex)"
    r"[^\W\d_]{0,9}"
    r"|ma|ti|ke|to|pe|la|su|mo|di|mi|do|fr|sa|so)\.?,? +)?(?:(?:den|am|le|el) +)?"
)
_NAME: Final = r"(?P<name>[^\W\d_]{3,11})\.?"
_DAY: Final = "(?P<day>[0-9]{1,2})"
_MONTH: Final = "(?P<month>[0-9]{1,2})"
SHOWN_TIME: Final = (
    r"(?:(?:(?: *[,|–-])* +|, *)(?:(?:kl|klo|klokken|klockan|klukkan|at|um|om|à|a las|alle|às)\b[.:]? *)?"
    r"(?P<hour>[0-9]{1,2})(?:[:.h] ?(?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2}))?"
    r"(?: *(?P<half>[ap]\.?m\b\.?))?)"
    rf"(?: *(?:uhr|h)\b\.?)?{_OFFSET})?"
)
"""The time behind a shown day, with what stands between them; perhaps none."""

_NAMED_DAY: Final = rf"{_WEEKDAY}{_DAY}(?:\.|st|nd|rd|th|er|º|:e)? *(?:(?:de|of) )? *{_NAME},? *(?:del? )?"

FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[dict[str, str | None], Place], PublishedDate]], ...]] = (
    (_form(_YEAR), readers.read_year),
    (_form(f"{_YEAR}-(?P<month>[0-9]{{2}})"), readers.read_month),
    (
        _form(f"{_YEAR}(?P<gap>[-/.])(?P<month>[0-9]{{1,2}})(?P=gap)(?P<day>[0-9]{{1,2}}){_TIME}"),
        readers.read_day,
    ),
    (_form(rf"(?P<day>[0-9]{{1,2}})\. ?(?P<month>[0-9]{{1,2}})\. ?{_YEAR}{_TIME}"), readers.read_day),
    (
        _form(
            "(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?"
            f"(?P<day>[0-9]{{1,2}}) +(?P<name>{_RFC_MONTHS}) +{_YEAR}{_RFC_TIME}"
        ),
        readers.read_day,
    ),
    (
        _form(f"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:t?{_BARE_CLOCK}{_OFFSET})?"),
        readers.read_day,
    ),
    (_form(f"{_YEAR}-(?P<day>[0-9]{{3}})"), readers.read_ordinal),
    (_form(f"{_YEAR}-?w(?P<week>[0-9]{{2}})(?:-?(?P<day>[1-7]))?"), readers.read_week),
    (_form(r"(?P<digits>[0-9]{10}|[0-9]{13})"), readers.read_unix),
    (_form(r"(?P<digits>[0-9]{10})\.(?P<fraction>[0-9]+)"), readers.read_unix),
    (shown(f"{_NAMED_DAY}{_YEAR}{SHOWN_TIME}"), readers.read_day),
    (shown(f"{_WEEKDAY}{_NAME} +{_DAY}(?:st|nd|rd|th)?,? +{_YEAR}{SHOWN_TIME}"), readers.read_day),
    (shown(f"{_WEEKDAY}{_NAME} +{_DAY} +{_CLOCK}{_OFFSET} +{_YEAR}"), readers.read_day),
    (shown(rf"{_WEEKDAY}{_DAY}\. ?{_MONTH}\. ?{_YEAR}{SHOWN_TIME}"), readers.read_day),
    (
        shown(
            f"{_WEEKDAY}(?P<first>[0-9]{{1,2}})(?P<gap>[/-])(?P<second_number>[0-9]{{1,2}})(?P=gap)"
            f"{_YEAR}{SHOWN_TIME}"
        ),
        readers.read_slashed,
    ),
    (
        shown(
            f"{_YEAR}[年년] ?(?P<month>[0-9]{{1,2}})[月월] ?{_DAY}[日일]"
            f"(?: *(?P<hour>[0-9]{{1,2}})[時시:] ?(?P<minute>[0-9]{{2}})[分분]?(?::(?P<second>[0-9]{{2}}))?"
            f"{_OFFSET})?"
        ),
        readers.read_day,
    ),
    # two digits of a year
    (
        _form(
            "(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?"
            f"(?P<day>[0-9]{{1,2}}) +(?P<name>{_RFC_MONTHS}) +{_SHORT_YEAR}{_RFC_TIME}"
        ),
        readers.read_day,
    ),
    (shown(f"{_NAMED_DAY}{_SHORT_YEAR}{SHOWN_TIME}"), readers.read_day),
    (shown(rf"{_WEEKDAY}{_DAY}\. ?{_MONTH}\. ?{_SHORT_YEAR}{SHOWN_TIME}"), readers.read_dotted),
    (
        shown(f"{_WEEKDAY}(?P<first>[0-9]{{1,2}})/(?P<second_number>[0-9]{{1,2}})/{_SHORT_YEAR}{SHOWN_TIME}"),
        readers.read_slashed,
    ),
    # as the Nordic countries write by hand: 6/2-19, 6/2 2019
    (
        shown(rf"{_WEEKDAY}{_DAY}/{_MONTH}(?: ?[-–] ?{_SHORT_YEAR}|(?: ?[-–] ?| +){_YEAR}){SHOWN_TIME}"),
        readers.read_dotted,
    ),
)
"""Tried in this order; the first that fits decides."""
