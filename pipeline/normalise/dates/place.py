"""Where a date was written: what the source's zone and language say of dates that leave something open."""

from __future__ import annotations

import functools
import zoneinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.normalise.dates.published import Impossible

if TYPE_CHECKING:
    import datetime as dt


class Place(NamedTuple):
    """Where and when, as far as they are known.

    Attributes:
        zone: IANA name of the source's time zone.
        language: BCP 47 tag of the article's language; a region tells more (`en-GB`).
        latest_year: the year of the capture (of the day after it): nothing was published later.
    """

    zone: str | None = None
    language: str | None = None
    latest_year: int | None = None

    def year_of(self, digits: int) -> int:
        """The year that two digits mean: the last such one up to the capture, of 80 years.

        Those that lie up to 20 years ahead are refused rather than put a century back.
        """
        if self.latest_year is None:
            raise Impossible
        years_ago = (self.latest_year - digits) % 100
        if years_ago >= _SHORT_YEARS or years_ago >= self.latest_year:
            raise Impossible
        return self.latest_year - years_ago

    def day_first(self) -> bool | None:
        """Whether `06/02/2019` is in February; None where nobody can tell.

        The day comes first in Europe and Australia, and in the languages of Europe; the month in the English
        of the United States. English alone tells nothing; a zone of the States tells nothing of what is in
        another language.
        """
        zone = self.zone or ""
        if zone.startswith(_DAY_FIRST_ZONES):
            return True
        primary, _, region = (self.language or "").replace("_", "-").casefold().partition("-")
        if zone.startswith(_MONTH_FIRST_ZONES):
            return False if primary in ("", "en") and region in ("", "us") else None
        if primary == "en":
            return True if region in _DAY_FIRST_ENGLISH else False if region == "us" else None
        return True if primary in _DAY_FIRST_LANGUAGES else None

    def year_first(self) -> bool:
        """Whether `19.02.06` may be in 2019."""
        return (self.language or "")[:2].casefold() in _YEAR_FIRST_LANGUAGES

    def offset_at(self, local: dt.datetime, *, name: str | None = None) -> dt.timedelta | None:
        """The offset from UTC at a local time: of the source's zone, or of the zone whose name is written.

        A name counts where the source's own clocks go by it at that time. Those of Europe's zones count in
        all of Europe: nobody there means another by them, but in summer some write CET of a clock that shows
        CEST, and that is no offset.
        """
        own = zone_named(self.zone)
        if name is None:
            return local.replace(tzinfo=own).utcoffset() if own else None
        name = _ALSO_CALLED.get(name.upper(), name.upper())
        kept_in = zone_named(_KEPT_IN.get(name)) if self._is_in_europe() else None
        for there in (local.replace(tzinfo=zone) for zone in (own, kept_in) if zone is not None):
            if there.tzname() == name:
                return there.utcoffset()
        return None

    def _is_in_europe(self) -> bool:
        if self.zone:
            return self.zone.startswith(_EUROPE)
        return (self.language or "").replace("_", "-").casefold().partition("-")[0] in _DAY_FIRST_LANGUAGES


@functools.lru_cache(maxsize=1024)
def zone_named(name: str | None) -> zoneinfo.ZoneInfo | None:
    """The zone of an IANA name; None when there is none."""
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # the latter: a name that is a folder
        return None


_SHORT_YEARS: Final = 80
_EUROPE: Final = (
    *("Europe/", "Arctic/", "Atlantic/Reykjavik", "Atlantic/Faroe", "Atlantic/Faeroe", "Atlantic/Canary"),
    *("Atlantic/Madeira", "Atlantic/Azores", "Iceland", "Africa/Ceuta"),
)
_DAY_FIRST_ZONES: Final = (*_EUROPE, "Australia/", "Pacific/Auckland")
# The zones of the United States: Canada writes both, the rest of America the day first or another language.
_MONTH_FIRST_ZONES: Final = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix"),
    *("America/Detroit", "America/Boise", "America/Anchorage", "America/Juneau", "America/Sitka"),
    *("America/Nome", "America/Adak", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/"),
    *("America/Menominee", "America/Metlakatla", "America/Yakutat", "Pacific/Honolulu", "US/"),
)
_DAY_FIRST_ENGLISH: Final = frozenset(("gb", "uk", "ie", "au", "nz"))
_DAY_FIRST_LANGUAGES: Final = frozenset(
    (
        *("no", "nb", "nn", "da", "sv", "fi", "is", "fo", "se", "sma", "smj", "smn", "sms", "fkv", "kl"),
        *("de", "nl", "fy", "lb", "fr", "es", "ca", "gl", "eu", "pt", "it", "mt", "ga", "cy", "br", "ro"),
        *("pl", "cs", "sk", "sl", "hr", "bs", "sr", "mk", "bg", "sq", "el", "et", "lv", "ru", "uk", "be"),
    )
)
_YEAR_FIRST_LANGUAGES: Final = frozenset(("hu", "lt", "ja", "ko", "zh", "mn"))
_ALSO_CALLED: Final = {"MEZ": "CET", "MESZ": "CEST", "OEZ": "EET", "OESZ": "EEST", "WEZ": "WET"}
_KEPT_IN: Final = {
    **dict.fromkeys(("CET", "CEST"), "Europe/Berlin"),
    **dict.fromkeys(("EET", "EEST"), "Europe/Helsinki"),
    **dict.fromkeys(("WET", "WEST"), "Europe/Lisbon"),
}
