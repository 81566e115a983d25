"""Reading a published date."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Final

from pipeline.normalise.dates.forms import FORMS
from pipeline.normalise.dates.place import Place
from pipeline.normalise.dates.published import UNREADABLE, Impossible, PublishedDate
from pipeline.normalise.dates.relative import read_relative


def parse_date(
    raw: str,
    *,
    zone: str | None = None,
    captured_at: dt.datetime | None = None,
    language: str | None = None,
    relative: bool = True,
) -> PublishedDate:
    """Read a date of any precision. Never raises, never invents: what was not written stays unknown.

    Args:
        raw: the date as written.
        zone: IANA name of the zone of the source's clocks. One that is not known is as none.
        captured_at: when the date was captured (an aware instant): it is none of later.
        language: BCP 47 tag of the article's language.
        relative: whether it was written for those who read it at `captured_at`.

    Reads ISO 8601 (years, months, days; weeks and ordinals; times, offsets), year first with `/` or `.`,
    `6.2.2019` (day first, as the Nordic countries and Germany write), RFC 5322 (`Wed, 06 Feb 2019 10:11:12
    +0100`, with the zones' names that it defines), Unix time of 10 digits (seconds) or 13 (milliseconds), and
    what pages show: `6. februar 2019 kl. 10.11`, `February 6, 2019 10:11 AM`, `Wed Feb 06 10:11:12 +0100
    2019`, `2019年2月6日`. `06/02/2019` is the date that the zone or the language makes of it, and none where
    they are silent (`24/12/2019` is one everywhere). Impossible dates are none: their period is `undated`.

    `captured_at` tells the century of `6.2.19`, and for its readers the day of `i går` and `3 hours ago`
    (see `read_relative`); without it they are `undated`.

    A time without an offset gives the day alone, unless `zone` says where it was written: then it gives the
    instant. Of a time that a clock showed twice, the first is meant; one that it skipped counts on from the
    time before (02:30 is 03:30). A zone's name (CET) tells the offset where the source's own clocks go by it.

    A date that can be read is given as it stands, even one before the first newspaper or after its capture:
    the checks of rows refuse those, and their reason says more than `undated` would.
    """
    text = raw.strip()
    if len(text) > _LONGEST:
        return UNREADABLE
    instant = _instant(text)
    if instant is not None:
        return instant
    text = " ".join(text.split())
    place = Place(zone, language, _latest_year(captured_at) if captured_at else None)
    date = _read(text, place)
    if date is UNREADABLE and relative and captured_at is not None:
        return read_relative(text, captured_at, place)
    return date


_LONGEST: Final = 128
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-5][0-9])"
)


def _instant(text: str) -> PublishedDate | None:
    """The instant as nearly all machines write it; None leaves it to the forms."""
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        at = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # 24:00, a leap second, the year 0, or no date
        return None
    return PublishedDate(text[:10], at, _offset(text))


def _offset(instant: str) -> str | None:
    """The offset at the end of an instant; RFC 3339: at -00:00 that of the publisher is not known."""
    if instant[-1] == "Z":
        return "+00:00"
    offset = instant[-6:] if instant[-3] == ":" else f"{instant[-5:-2]}:{instant[-2:]}"
    return None if offset == "-00:00" else offset


def _latest_year(captured_at: dt.datetime) -> int:
    """The year of the day after: east of Greenwich the next one may have begun."""
    return captured_at.year + ((captured_at.month, captured_at.day) == (12, 31))


@functools.lru_cache(maxsize=4096)
def _read(text: str, place: Place) -> PublishedDate:
    for form, read in FORMS:
        match = form.fullmatch(text)
        if match is not None:
            try:
                return read(match.groupdict(), place)
            except Impossible:
                break
    return UNREADABLE
