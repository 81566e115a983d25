"""A `Source`: what the catalogue says of one origin of articles."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["feed", "sitemap", "archive"]

KINDS: Final[tuple[Kind, ...]] = ("feed", "sitemap", "archive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A named origin of articles.

    Attributes:
        name: of letters, digits, `.` and `-`, at most 80; part of object names, so it never changes.
        kind: `feed` (RSS, Atom, JSON Feed), `sitemap` (plain, index, Google News), `archive` (WARC files).
        url: of the feed or sitemap, by http(s). Of an archive: a WARC file, or a list of such
            (`warc.paths.gz`), by http(s), s3 or file; `%Y`, `%y`, `%m`, `%d` and `%j` stand for the day.
        title: what a person calls it.
        language: BCP 47 tag of most of its articles.
        zone: IANA time zone for times it writes without an offset.
        sitemap: of a feed: a news sitemap that tells what the feed dropped between two polls.
        selectors: CSS selectors for its pages, where general rules fail (see `pipeline.extract.hints`).
        hosts: of an archive: keep only pages of these hosts and their subdomains; empty: all.
        pages: whether the linked pages are fetched; False: the feed's own text is all there is to have.
        items: most items taken in one poll; None: the general limit.
        spacing: least seconds between two requests to its host; None: the general setting.
        at_once: most requests at a time to its host; None: the general setting.
        every: least time between two polls.
        items_per_day: about how many articles it brings a day, until its history tells.
        oldest: age of its latest article above which it counts as silent.
        enabled: whether it is fetched.
    """

    name: str
    kind: Kind
    url: str
    title: str | None = None
    language: str | None = None
    zone: str | None = None
    sitemap: str | None = None
    selectors: tuple[tuple[str, str], ...] = ()
    hosts: tuple[str, ...] = ()
    pages: bool = True
    items: int | None = None
    spacing: float | None = None
    at_once: int | None = None
    every: dt.timedelta = field(default=dt.timedelta(0))
    items_per_day: float | None = None
    oldest: dt.timedelta = field(default=dt.timedelta(days=3))
    enabled: bool = True

    def url_on(self, day: dt.date) -> str:
        """The address for a day: an archive's date codes filled in (`%%` is a percent sign); else `url`."""
        if self.kind != "archive":
            return self.url
        return _CODE.sub(lambda code: "%" if code[0] == "%%" else day.strftime(code[0]), self.url)


DATE_CODES: Final = ("%Y", "%y", "%m", "%d", "%j")
_CODE: Final = re.compile("|".join(("%%", *DATE_CODES)))
