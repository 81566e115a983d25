"""RSS 0.9x to 2.0, RDF, Atom and CDF, through `feedparser`.

It gets a document that is well-formed, free of document types and reduced to what is read here
(`xml_safety`), so that none of its fallbacks is reached: the regular expressions of its loose parser, its
date formats and its author's names cost the square of what hostile input is long.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

import feedparser

from pipeline.errors import Unreadable
from pipeline.extract.feeds.entry import Author, Channel, Entry, Text, web_address
from pipeline.extract.feeds.markup import is_markup
from pipeline.extract.feeds.mend import mend
from pipeline.extract.feeds.xml_safety import MARK, Sieved, body_of, sieve
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.extract.feeds.xml_safety import Found

ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})
_ROOT: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_ELEMENT: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_JUNK: Final = 64 * 1024
"""Characters before the feed (warnings of the server's language, mostly) that are passed over."""
_MENDED: Final = 16 * MIB
"""Most characters of a feed that is not well-formed: to mend it costs some ten times its size of memory."""
_HTML_TYPES: Final = frozenset({"text/html", "html", "application/xhtml+xml", "xhtml"})
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PERIODS: Final = {
    "hourly": 3600,
    "daily": 24 * 3600,
    "weekly": 7 * 24 * 3600,
    "monthly": 30 * 24 * 3600,
    "yearly": 365 * 24 * 3600,
}


def read_rss(text: str, *, url: str, encoding: str, limit: int | None = None) -> Channel:
    """The feed in an XML text. Raises Unreadable (no_feed, bomb, corrupt)."""
    body, problems = _root_of(body_of(text))
    sieved, damage = _well_formed(body, limit)
    if sieved.root not in ROOTS:
        raise Unreadable("no_feed", f"The root element is <{sieved.root[:40]}>, which is not a feed's.")
    headers = {"content-type": "application/xml; charset=utf-8"}
    if web_address(url):
        headers["content-location"] = url
    document = b"<?xml version='1.0' encoding='utf-8'?>" + sieved.data
    try:
        parsed = feedparser.parse(
            io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a bug of feedparser's must not end the whole run
        raise Unreadable("corrupt", f"feedparser fails on it: {type(error).__name__}: {error}.") from error
    problems += damage
    if limit is not None and sieved.count > limit:
        problems.append(f"It has {sieved.count} items, of which the first {limit} were taken.")
    atom = sieved.root == "feed"
    entries = tuple(_entries(parsed.entries, sieved.found, atom=atom))
    feed = parsed.feed
    return Channel(
        title=_text(feed, "title", atom=atom),
        link=feed.get("link") or None,
        language=_language(feed.get("language")),
        ttl=_ttl(feed),
        encoding=encoding,
        entries=entries,
        count=sieved.count,
        problems=tuple(problems),
    )


def _root_of(body: str) -> tuple[str, list[str]]:
    """The document from the root of a feed on."""
    first = _ELEMENT.search(body, 0, _JUNK)
    if first is None:
        raise Unreadable("no_feed", "There is no element at its beginning: it is neither XML nor JSON.")
    if first[1].lower() in ROOTS:
        return body[first.start() :], []
    if first[1].lower() == "html":
        raise Unreadable("no_feed", "It is a web page, not a feed.")
    later = _ROOT.search(body, 0, _JUNK)
    if later is None:
        raise Unreadable("no_feed", f"The root element is <{first[1][:40]}>, which is not a feed's.")
    return body[later.start() :], ["Something stands before the feed; it was passed over."]


def _well_formed(body: str, limit: int | None) -> tuple[Sieved, list[str]]:
    """The document through the sieve, mended where it is not well-formed."""
    try:
        return sieve(body.encode(), limit=limit), []
    except expat.ExpatError as error:
        problem = f"It is not well-formed XML ({error}); what could be read was read."
    except Unreadable as error:
        problem = f"{error.detail} What could be read was read."  # or its end tags are missing
    if len(body) > _MENDED:
        problem = f"{problem} It was read up to character {_MENDED}."
    mended = mend(body[:_MENDED]).encode()
    for _ in range(3):
        try:
            return sieve(mended, limit=limit), [problem]
        except expat.ExpatError as error:
            # What mending does not know: the document ends there.
            lines = mended.split(b"\n", error.lineno)
            at = sum(len(line) + 1 for line in lines[: error.lineno - 1]) + error.offset
            mended = mend(mended[:at].decode("utf-8", "ignore")).encode()
    raise Unreadable("corrupt", f"It cannot be mended. {problem}")


def _entries(entries: list[Any], found: list[Found], *, atom: bool) -> Iterator[Entry]:
    for entry in entries:
        mark = entry.get(MARK, "")
        if mark.isdecimal() and int(mark) < len(found):
            yield _entry(entry, found[int(mark)], atom=atom)


def _entry(entry: Any, found: Found, *, atom: bool) -> Entry:
    link = entry.get("link") or _alternate(entry.get("links") or ())
    if not link and found.permalink:
        link = web_address(found.guid)
    return Entry(
        guid=found.guid,
        link=link or None,
        origin=entry.get("feedburner_origlink") or None,
        title=_text(entry, "title", atom=atom),
        summary=_text(entry, "summary", atom=atom) if found.summary else None,
        content=_content(entry) if found.content else None,
        authors=_authors(entry, found),
        tags=tuple(_tags(entry)),
        language=_language(found.language or entry.get("language")),
        published=found.published or found.updated,
        updated=found.updated,
    )


def _alternate(links: Any) -> str | None:
    return next((link["href"] for link in links if link.get("rel") == "alternate" and link.get("href")), None)


def _text(owner: Any, name: str, *, atom: bool) -> Text | None:
    value = owner.get(name)
    if not value:
        return None
    kind = (owner.get(f"{name}_detail") or {}).get("type", "")
    # Atom says which of the two a text is. RSS does not, or says it wrongly.
    return Text(value, kind in _HTML_TYPES if atom else is_markup(value))


def _content(entry: Any) -> Text | None:
    """The longest of its full texts."""
    texts = [
        Text(value, markup=kind in _HTML_TYPES or is_markup(value))
        for content in entry.get("content") or ()
        if (value := content.get("value"))
        and (
            (kind := content.get("type", "")).startswith("text")
            or kind in _HTML_TYPES
            or kind.endswith("xml")
        )
    ]
    return max(texts, key=lambda text: len(text.value), default=None)


def _authors(entry: Any, found: Found) -> tuple[Author, ...]:
    authors = [_author(text) for text in found.authors]
    authors += (
        Author(author.get("name") or None, author.get("email") or None)
        for author in entry.get("authors") or ()
        if author.get("name") or author.get("email")
    )
    if not authors:
        authors = [
            Author(credit["content"].strip())
            for credit in entry.get("media_credit") or ()
            if credit.get("content") and credit.get("role") in {"author", "writer", "reporter"}
        ]
    return tuple(dict.fromkeys(authors))


def _author(text: str) -> Author:
    """RSS's `mail@example.org (Name)`, and what else is written there."""
    found = _EMAIL.search(text)
    if found is None:
        return Author(name=text)
    name = (
        text.replace(found[0], "")
        .replace("()", "")
        .replace("<>", "")
        .replace("mailto:", "")
        .strip(" \t\r\n,;:-")
    )
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1].strip()
    return Author(name or None, found[0])


def _tags(entry: Any) -> Iterator[str]:
    seen = set()
    for tag in entry.get("tags") or ():
        name = " ".join((tag.get("label") or tag.get("term") or "").split())
        if name and name not in seen:
            seen.add(name)
            yield name


def _language(name: str | None) -> str | None:
    return (name or "").strip() or None


def _ttl(feed: Any) -> int | None:
    """Seconds: the longer of `ttl` (minutes) and what the syndication module asks for."""
    asked = []
    ttl = (feed.get("ttl") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", ttl):
        asked.append(int(ttl) * 60)
    period = _PERIODS.get((feed.get("sy_updateperiod") or "").strip().lower())
    if period is not None:
        frequency = (feed.get("sy_updatefrequency") or "1").strip()
        asked.append(period // max(1, int(frequency) if re.fullmatch(r"[0-9]{1,6}", frequency) else 1))
    return max(asked, default=0) or None
