"""How long an answer says it stays fresh, and how long a host asks to be left alone."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = dt.timedelta(days=7)
"""Nothing is believed to stay fresh for longer: it is news."""

_DIRECTIVE: Final = re.compile(r'([a-z-]+)(?:\s*=\s*"?([^",]*)"?)?', re.IGNORECASE)
_SECONDS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)


def fresh_until(headers: Mapping[str, str], *, now: dt.datetime) -> dt.datetime | None:
    """The UTC instant before which there is no need to ask again (RFC 9111), or None when none is given.

    `max-age` less `Age`, else `Expires` less `Date`; `no-cache` and `no-store` mean at once. `s-maxage` is
    for shared caches and passed over. At most a week from now.
    """
    directives = {
        name.lower(): value.strip() for name, value in _DIRECTIVE.findall(headers.get("Cache-Control", ""))
    }
    if "no-cache" in directives or "no-store" in directives:
        return None
    if (age := _number(directives.get("max-age"))) is not None:
        seconds = age - (_number(headers.get("Age")) or 0)
    elif (expires := http_date(headers.get("Expires"))) is not None:
        seconds = (expires - (http_date(headers.get("Date")) or now)).total_seconds()
    else:
        return None
    return now + min(dt.timedelta(seconds=seconds), LONGEST) if seconds > 0 else None


def retry_after(headers: Mapping[str, str], *, now: dt.datetime, longest: float) -> float | None:
    """Seconds that `Retry-After` asks to wait, in either form, 0 to `longest`; None when it is not given.

    >>> retry_after({"Retry-After": "120"}, now=dt.datetime.now(dt.UTC), longest=60)
    60.0
    """
    value = headers.get("Retry-After")
    seconds = _number(value)
    if seconds is None:
        at = http_date(value)
        if at is None:
            return None
        seconds = (at - now).total_seconds()
    return min(max(seconds, 0.0), float(longest))


def http_date(value: str | None) -> dt.datetime | None:
    """An HTTP date in any of its three forms as a UTC instant, or None when it is none."""
    if not value or len(value) > 64:
        return None
    try:
        at = parsedate_to_datetime(value.strip())
        return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _number(value: str | None) -> float | None:
    if value is None or not _SECONDS.fullmatch(value.strip()):
        return None
    # more digits than any time needs would overflow
    return min(float(value.strip()[:18]), 1e10)
