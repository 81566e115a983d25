"""Which of a page's dates is when the article was published, and which when it was changed: as written."""

from __future__ import annotations

import datetime as dt
import email.utils
import itertools
import re
from typing import TYPE_CHECKING, Any, Final

from pipeline.extract.page.signals import following, preceding, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

    from pipeline.extract.page.signals import Signals
    from pipeline.item import Item

PUBLISHED: Final = (
    *("article:published_time", "og:article:published_time", "article:published", "article:published:time"),
    *(
        "og:published_time",
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
    ),
    *("cxenseparse:publishtime", "publishdate", "publish-date", "publish_date", "published_at", "pubdate"),
    *(
        "publication_date",
        "article.published",
        "published",
        "originalpublicationdate",
        "iso-8601-publish-date",
    ),
    *(
        "dcterms.created",
        "dcterms.issued",
        "dc.date.issued",
        "dc.date.created",
        "date",
        "dc.date",
        "dcterms.date",
    ),
    *("citation_publication_date", "citation_date", "article_date_original", "displaydate", "datecreated"),
    *("publication-date", "pub_date", "pdate", "ptime", "rnews:datepublished", "last-published", "timestamp"),
)
"""Meta tags that tell the date of publication; the more exact their meaning, the earlier."""

UPDATED: Final = (
    *(
        "article:modified_time",
        "og:article:modified_time",
        "og:updated_time",
        "datemodified",
        "last-modified",
    ),
    *("dcterms.modified", "dc.date.modified", "article:modified", "article:modified:time", "lastmod"),
    *("cxenseparse:recs:modifiedtime", "updated", "modified", "modified_time", "rnews:datemodified"),
)

_OFFSET: Final = re.compile(
    r"(?:Z|[-+−]\d\d:?(?:\d\d)?|\b(?:UTC|GMT|UT))(?:\s*\([^()]*\))?\s*\Z", re.IGNORECASE
)
_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d))?)?")
_DIGITS: Final = re.compile(r"(?<!\d)(?:19|20)\d\d|(?<!\d)\d{10}(?:\d{3})?(?!\d)")
_DURATION: Final = re.compile(r"P[T\d]")
_URL_DATE: Final = re.compile(
    r"(?<![\d])(?P<y>(?:19|20)\d\d)(?P<gap>[/_-]|)(?P<m>0[1-9]|1[0-2]|(?<=[/_-])[1-9](?=[/_-]))(?P=gap)"
    r"(?P<d>0[1-9]|[12]\d|3[01]|(?<=[/_-])[1-9])(?!\d)"
)
_URL_MONTH: Final = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>0[1-9]|1[0-2])/")
_EMBEDDED: Final = re.compile(
    r"(?<![a-z])(?:date_?|first_?)?(?:publish(?:ed)?|publication|pub|deploy|display|release|issued)"
    r"(?:_?(?:at|date|dt|time|on))?\\?[\"']\s*:\s*\\?[\"']((?:19|20)\d\d[-./]\d\d[-./]\d\d[^\"'\\]{0,20})",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(
    r"updat|modif|oppdat|endret|opdater|aktualis|geänder|uppdat|muokat", re.IGNORECASE
)
_DATELINE: Final = re.compile(
    r"publi|date|time|posted|dato|datum|fecha|tarih|pvm|julkais|byline|meta", re.IGNORECASE
)
_SHORT: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d\d)(?![\d.])")
_NEAR: Final = 40
_AT_MOST: Final = 400
_BEFORE: Final = 40
"""Characters that may stand before the date in a line that is not called a dateline."""
_NOT_SHOWN: Final = frozenset(("script", "style", "template", "noscript"))
_LONGEST: Final = 128
_TIME_ELEMENT: Final = "time"
_MINUTE: Final = dt.timedelta(minutes=1)
_QUARTER: Final = dt.timedelta(minutes=15)
"""By whose multiples the offsets of zones differ."""
_MONTH: Final = r"[^\W\d_]{3,12}\.?"
_CLOCK: Final = r"\d{1,2}[:.h時시]\s?\d\d(?:[:.分분]\d\d)?(?:\s*[ap]\.?m\b\.?)?"
_TIME: Final = rf"(?:[\s,|–-]{{1,4}}(?:(?:kl|at|um|klo|klukkan|à|a las|alle)\b\.?:?\s*)?{_CLOCK})?"
_SHOWN: Final = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:\. ?|/|-| ?(?:st|nd|rd|th)? )(?:(?:de|d') ?)?(?:\d{{1,2}}|{_MONTH})[./ ,-]{{1,2}}"
    rf"(?:de )?(?:19|20)\d\d(?!\d){_TIME}"
    rf"|(?<!\w){_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d(?!\d){_TIME}"
    rf"|(?<!\d)(?:19|20)\d\d[-/.年년] ?\d{{1,2}}[-/.月월] ?\d{{1,2}}[日일]?(?:T{_CLOCK}|{_TIME})",
    re.IGNORECASE,
)


def published(
    found: Signals,
    article: dict[str, Any],
    *,
    selected: str | None,
    item: Item | None,
    url: str | None,
    tree: HtmlElement,
    heading: HtmlElement | None,
) -> tuple[str | None, str | None]:
    """The date of publication as written, and where it was found (`Record.published_from`).

    What the source's own selector points at is it. Else the first place that is filled says the day; of the
    places that agree with it, the first that gives the instant with its offset is taken.
    """
    if selected:
        return selected, "meta"
    candidates = [
        (raw, where)
        for raw, where in _published(found, article, item=item)
        if len(raw) <= _LONGEST and _DIGITS.search(raw) and not _DURATION.match(raw)
    ]
    if not candidates:
        candidates = [(raw, "meta") for raw in _shown(tree, heading, url=url)]
    if not candidates and url is not None:
        if (raw := day_in(url)) is not None:
            candidates = [(raw, "url")]
        elif (month := _month_in(url)) is not None:
            candidates = [(f"{month[0]}-{month[1]:02}", "url")]
    if not candidates and item is not None and item.published:
        candidates = [(item.published, item.published_from)]
    return _most_exact(candidates)


def updated(found: Signals, article: dict[str, Any], *, selected: str | None) -> str | None:
    """The date of the last change as written."""
    candidates = [
        (raw, "")
        for raw in (
            selected,
            _value(article, "dateModified"),
            *found.all(*UPDATED),
            *found.items.get("datemodified", ()),
        )
        if raw and len(raw) <= _LONGEST and _DIGITS.search(raw)
    ]
    return _most_exact(candidates)[0]


def _published(found: Signals, article: dict[str, Any], *, item: Item | None) -> Iterator[tuple[str, str]]:
    for name in ("datePublished", "dateCreated", "uploadDate"):
        if raw := _value(article, name):
            yield raw, "json-ld"
    for raw in found.items.get("datepublished", ())[:1]:
        yield raw, "meta"
    for name in PUBLISHED:
        for raw in found.meta.get(name, ())[:1]:
            yield raw, "meta"
    for page in found.ld.pages:
        if raw := _value(page, "datePublished"):
            yield raw, "json-ld"
    if item is not None and item.published and item.published_from == "feed":
        yield item.published, "feed"
    for time in sorted(found.times[:20], key=lambda one: not one.inside):
        said = f"{time.marks} {time.text[:30]}"
        # Themes call the time of what was never changed both: `entry-date published updated`.
        if time.datetime and ("publish" in time.marks.lower() or not _CHANGED.search(said)):
            yield time.datetime, _TIME_ELEMENT
            break


def _value(node: dict[str, Any], name: str) -> str | None:
    value = node.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() or None if isinstance(value, str) else None


def _most_exact(candidates: list[tuple[str, str]]) -> tuple[str | None, str | None]:
    """The first that gives an offset and agrees with the very first; else the first with a time that does."""
    if not candidates:
        return None, None
    first = candidates[0]
    chosen = first
    if not _has_offset(first[0]):
        agreeing = [one for one in candidates[1:] if _agree(first[0], one)]
        with_offset = (one for one in agreeing if _has_offset(one[0]))
        with_time = (one for one in agreeing if ":" in one[0] and ":" not in first[0])
        chosen = next(with_offset, None) or next(with_time, first)
    return chosen[0], "meta" if chosen[1] == _TIME_ELEMENT else chosen[1]


def _agree(first: str, other: tuple[str, str]) -> bool:
    """Whether another date is the same one, told with more: the time of a day, or the offset of a time."""
    ours, theirs = _clock(first), _clock(other[0])
    if theirs is None:
        return False
    if ours is None:  # in a form that only normalise reads
        return other[1] != _TIME_ELEMENT
    apart = abs(theirs - ours)
    if ":" not in first:
        # A day, and offsets. Of the times on a page, who knows whose they are.
        return apart <= dt.timedelta(hours=38) and other[1] != _TIME_ELEMENT
    # The same clock, or that of another zone.
    return apart <= dt.timedelta(hours=14) and (apart + _MINUTE) % _QUARTER <= 2 * _MINUTE


def _has_offset(raw: str) -> bool:
    # Unix time is an instant too; a day has hyphens but no clock.
    return bool(_OFFSET.search(raw) and ":" in raw) or (raw.isdigit() and len(raw) in (10, 13))


def _clock(raw: str) -> dt.datetime | None:
    """What the clock showed, of the forms that machines write."""
    match = _ISO.match(raw.strip())
    parts = match.groups() if match is not None else email.utils.parsedate(raw)
    if parts is None:
        return None
    try:
        return dt.datetime(*(int(part or 0) for part in parts[:6]))  # type: ignore[arg-type]
    except ValueError:
        return None


def day_in(url: str) -> str | None:
    """The day in an address's path, `/2024/03/11/` or `2024-03-11` or `20240311`, in ISO 8601."""
    for match in _URL_DATE.finditer(url.partition("?")[0]):
        try:
            return dt.date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
        except ValueError:
            continue
    return None


def _month_in(url: str) -> tuple[int, int] | None:
    """The year and month in an address's path: `/2024/03/`."""
    match = _URL_MONTH.search(url.partition("?")[0])
    return (int(match["y"]), int(match["m"])) if match else None


def _datelines(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[HtmlElement]:
    """Where the dateline may be: soon after the heading, above it, further down where it is called so."""
    after = [e for e in itertools.islice(following(tree, heading), _AT_MOST) if e.tag not in _NOT_SHOWN]
    yield from after[:_NEAR]
    if heading is not None:
        around = frozenset(heading.iterancestors())
        for element in itertools.islice(preceding(heading), _NEAR):
            if element.tag not in _NOT_SHOWN and element not in around:
                yield element
    yield from (element for element in after[_NEAR:] if _DATELINE.search(_marks(element)))


def _marks(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _shown(tree: HtmlElement, heading: HtmlElement | None, *, url: str | None) -> Iterator[str]:
    """Last resorts: the dateline near the heading, then attributes and data of scripts named for the date."""
    month = None if url is None else _month_in(url)
    for element in _datelines(tree, heading):
        text = text_of(element, limit=200)
        if len(text) > 160 or not any(map(str.isdigit, text)) or _CHANGED.match(text):
            continue
        if (match := _SHOWN.search(text)) and (match.start() <= _BEFORE or _DATELINE.search(_marks(element))):
            yield match[0]
            return
        if month is not None and (match := _SHORT.search(text)):
            day, number_of_month, year = (int(part) for part in match.groups())
            if (2000 + year, number_of_month) == month:  # the address tells which of the numbers is the year
                yield f"{month[0]}-{month[1]:02}-{day:02}"
                return
    for element in tree.iter("*"):
        for name, value in element.attrib.items():
            if (
                name.startswith("data-")
                and "publi" in name
                and len(value) <= 40
                and _ISO.match(value)
                and not _CHANGED.search(name)
            ):
                yield value
                return
        if element.tag == "script" and element.text and (match := _EMBEDDED.search(element.text)):
            yield match[1]
            return
