"""What every kind of feed is read into: `Entry`, and the `Channel` that holds them.

An entry keeps what an `Item` leaves behind (markup, the identifier even where it identifies nothing), so
that items, and whoever wants the feed as it is written, are served from one reading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pipeline.extract.feeds.markup import paragraphs, plain
from pipeline.item import Feed, Item

if TYPE_CHECKING:
    from collections.abc import Iterable

_USUAL: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][^\s\[\]]*)?")
_LONGEST_URL: Final = 4_096
_LONGEST_TTL: Final = 31 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Text:
    """A text as written, and whether it is HTML."""

    value: str
    markup: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it: a name, an e-mail address, or both."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed, as written.

    Attributes:
        guid: its identifier, even where it is repeated.
        link: the address it gives; absolute where the feed's own address is known.
        origin: the publisher's own address, where `link` leads through somebody else's.
        published: the date of publication; for want of one, that of the last change.
    """

    guid: str | None = None
    link: str | None = None
    origin: str | None = None
    title: Text | None = None
    summary: Text | None = None
    content: Text | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    published: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed as written. `count` is how many entries it has, `entries` those that were taken."""

    title: Text | None = None
    link: str | None = None
    language: str | None = None
    ttl: int | None = None
    encoding: str = "utf-8"
    entries: tuple[Entry, ...] = ()
    count: int = 0
    problems: tuple[str, ...] = ()


def feed_of(channel: Channel) -> Feed:
    """The channel with its entries as items."""
    repeated = _repeated(channel.entries)
    return Feed(
        items=tuple(_item(entry, repeated, channel.language) for entry in channel.entries),
        title=_plain(channel.title),
        url=web_address(channel.link),
        language=channel.language,
        ttl=None if channel.ttl is None else min(channel.ttl, _LONGEST_TTL),
        problems=channel.problems,
    )


def web_address(url: str | None) -> str | None:
    """An absolute http(s) address; None for anything else."""
    if url is None or len(url) > _LONGEST_URL:
        return None
    if _USUAL.fullmatch(url):
        return url
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return url.strip() if parts.scheme in {"http", "https"} and host else None


def _item(entry: Entry, repeated: frozenset[str], language: str | None) -> Item:
    return Item(
        url=web_address(entry.origin) or web_address(entry.link),
        guid=None if entry.guid in repeated else entry.guid,
        title=_plain(entry.title),
        summary=_paragraphs(entry.summary),
        content=_paragraphs(entry.content),
        authors=_names(entry.authors),
        tags=entry.tags,
        language=entry.language or language,
        published=entry.published,
        updated=entry.updated,
    )


def _repeated(entries: Iterable[Entry]) -> frozenset[str]:
    """Identifiers that stand on entries with different links, and so identify none of them."""
    links: defaultdict[str, set[str | None]] = defaultdict(set)
    for entry in entries:
        if entry.guid is not None:
            links[entry.guid].add(entry.origin or entry.link)
    return frozenset(guid for guid, of_guid in links.items() if len(of_guid) > 1)


def _names(authors: Iterable[Author]) -> tuple[str, ...]:
    """Their names; e-mail addresses only when no name is given."""
    authors = tuple(authors)
    names = [plain(author.name, markup=True) for author in authors if author.name]
    given = names or [author.email for author in authors if author.email]
    return tuple(dict.fromkeys(name for name in given if name))


def _plain(text: Text | None) -> str | None:
    return None if text is None else plain(text.value, markup=text.markup) or None


def _paragraphs(text: Text | None) -> str | None:
    return None if text is None else paragraphs(text.value, markup=text.markup) or None
