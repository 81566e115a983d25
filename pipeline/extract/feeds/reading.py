"""Any feed's bytes to a `Channel`, and from there to a `Feed`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import Unreadable
from pipeline.extract.feeds.decode import decode_xml
from pipeline.extract.feeds.entry import feed_of
from pipeline.extract.feeds.json_feed import read_json_feed
from pipeline.extract.feeds.rss import read_rss

if TYPE_CHECKING:
    from pipeline.extract.feeds.entry import Channel
    from pipeline.item import Feed


def read_feed(
    data: bytes, *, url: str, content_type: str = "", charset: str | None = None, limit: int | None = None
) -> Feed:
    """What a feed lists: RSS 0.9x to 2.0, RDF, Atom, CDF, JSON Feed 1.0 and 1.1.

    `url` is where it came from at last: relative links are relative to it (or to `xml:base`). Of more than
    `limit` items the first are taken, and `problems` says so. `content_type` may hold the charset.
    Raises Unreadable (no_feed, bomb, corrupt, binary, undecodable, empty), and nothing else: what can be
    read is read, and `problems` says what was wrong.
    """
    return feed_of(read_channel(data, url=url, content_type=content_type, charset=charset, limit=limit))


def read_channel(
    data: bytes, *, url: str, content_type: str = "", charset: str | None = None, limit: int | None = None
) -> Channel:
    """A feed as it is written; as `read_feed`."""
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("empty", "There are no bytes where a feed should be.")
    text, encoding = decode_xml(data, charset or _charset(content_type))
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        return read_json_feed(text, url=url, encoding=encoding, limit=limit)
    return read_rss(text, url=url, encoding=encoding, limit=limit)


def _charset(content_type: str) -> str | None:
    """The charset of a Content-Type header."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'") or None
    return None
