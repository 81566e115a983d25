"""Sitemaps (sitemaps.org, Google News) to items: `read_sitemap`."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any, Final
from urllib.parse import urljoin

from lxml import etree  # type: ignore[import-untyped]

from pipeline.errors import Unreadable
from pipeline.extract.feeds.decode import decode_xml
from pipeline.extract.feeds.entry import web_address
from pipeline.extract.feeds.mend import mend
from pipeline.extract.feeds.reading import read_feed
from pipeline.extract.feeds.rss import ROOTS
from pipeline.extract.feeds.xml_safety import body_of
from pipeline.item import Feed, Item
from pipeline.settings import MIB

_GZIP: Final = b"\x1f\x8b"
_ROOT: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_HEAD: Final = 64 * 1024
_ITEMS: Final = frozenset({"url", "sitemap"})
_MOST: Final = 50_000
"""Most items of a feed that stands for a sitemap: what the protocol allows one."""
_MENDED: Final = 8 * MIB
"""Most characters that are mended: that holds the document in pieces."""


def read_sitemap(data: bytes, *, url: str, expanded: int = 64 * MIB) -> Feed:
    """What a sitemap lists: pages as `items`, other sitemaps as `maps`.

    XML (an index, or pages, with or without news), plain text, and RSS or Atom; compressed or not, as long
    as it holds no more than `expanded` bytes. An item is `published` when the news part says so; `lastmod`
    is `updated` and says nothing of publication. Raises Unreadable (no_feed, bomb, truncated, corrupt,
    binary, undecodable, empty), and nothing else: what can be read is read, `problems` says the rest.
    """
    problems: list[str] = []
    for _ in range(2):  # a file that is compressed, sent compressed
        if data.startswith(_GZIP):
            data = _expand(data, expanded, problems)
    if len(data) > expanded:
        raise Unreadable("too_large", f"The sitemap is larger than {expanded} bytes.")
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("empty", "There are no bytes where a sitemap should be.")
    text, _ = decode_xml(data)
    body = body_of(text)
    root = _ROOT.search(body, 0, _HEAD)
    if root is None:
        return _read_text(body, url, problems)
    name = root[1].lower()
    if name in ROOTS:
        return read_feed(data, url=url, limit=_MOST)
    if name not in {"urlset", "sitemapindex"}:
        raise Unreadable("no_feed", f"The root element is <{root[1][:40]}>, which is not a sitemap's.")
    return _read_xml(body[root.start() :], url, problems)


def _expand(data: bytes, most: int, problems: list[str]) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        expanded = stream.decompress(data, most + 1)
    except zlib.error as error:
        # Nothing says how far it got: once more, in small steps, up to the damage.
        expanded = _up_to_damage(data, most)
        if not expanded:
            raise Unreadable("corrupt", f"The compressed sitemap is damaged ({error}).") from None
        problems.append(f"The compressed data are damaged ({error}); what came before was read.")
    else:
        if not stream.eof and len(expanded) <= most:
            problems.append("The compressed data end too early; what there is was read.")
    if len(expanded) > most:
        raise Unreadable("bomb", f"The sitemap expands to more than {most} bytes.")
    return expanded


def _up_to_damage(data: bytes, most: int) -> bytes:
    stream, pieces, size = zlib.decompressobj(wbits=31), [], 0
    try:
        for at in range(0, len(data), 512):
            pieces.append(stream.decompress(data[at : at + 512], most + 1 - size))
            size += len(pieces[-1])
            if size > most:
                break
    except zlib.error:
        pass
    return b"".join(pieces)


def _read_text(text: str, url: str, problems: list[str]) -> Feed:
    """One address a line."""
    items, others = [], 0
    for line in text.splitlines():
        if address := web_address(line.strip()):
            items.append(Item(url=address))
        elif line.strip():
            others += 1
    if not items or others > len(items):
        raise Unreadable("no_feed", "It is neither XML nor a list of addresses.")
    if others:
        problems.append(f"{others} of its lines are not addresses; they were passed over.")
    return Feed(items=tuple(items), url=url, problems=tuple(problems))


def _read_xml(body: str, url: str, problems: list[str]) -> Feed:
    listed = _Listed(url)
    try:
        listed.read(body.encode())
    except etree.XMLSyntaxError as error:
        problem = f"It is not well-formed XML ({str(error)[:160]}); what could be read was read."
        mended = _mended(body)
        listed = _Listed(url)
        try:
            listed.read((mended or body).encode(), recover=mended is None)
        except etree.XMLSyntaxError:  # too deep, a text too long: the entries before it stand
            if not listed.items and not listed.maps:
                raise Unreadable("corrupt", f"The sitemap cannot be read ({str(error)[:160]}).") from None
        problems.append(problem)
    if listed.without:
        problems.append(f"{listed.without} of its entries have no usable address; they were passed over.")
    return Feed(items=tuple(listed.items), url=url, maps=tuple(listed.maps), problems=tuple(problems))


def _mended(body: str) -> str | None:
    """The document made well-formed; None when the parser must make of it what it can by itself."""
    if len(body) > _MENDED:
        return None
    try:
        return mend(body, _ITEMS)
    except Unreadable:
        return None


class _Listed:
    """What a sitemap lists, in its order."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.items: list[Item] = []
        self.maps: list[tuple[str, str | None]] = []
        self.without = 0
        """Entries without an address."""

    def read(self, data: bytes, *, recover: bool = False) -> None:
        """Read XML in one pass that holds one entry at a time. Raises XMLSyntaxError where it is none."""
        context = etree.iterparse(
            io.BytesIO(data),
            events=("end",),
            tag=("{*}url", "{*}sitemap"),
            recover=recover,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
        )
        for _, element in context:
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue
            self._add(element)
            element.clear()
            while element.getprevious() is not None:
                del parent[0]

    def _add(self, element: Any) -> None:
        parts = _children(element)
        address = _address(_text_of(parts.get("loc")), self._url)
        if address is None:
            self.without += 1
        elif _local(element) == "url":
            self.items.append(_item(parts, address))
        else:
            self.maps.append((address, _text_of(parts.get("lastmod"))))


def _children(element: Any) -> dict[str, Any]:
    """The first child of each name; without namespace or prefix, as both are often wrong."""
    found: dict[str, Any] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(_local(child), child)
    return found


def _local(element: Any) -> str:
    name: str = element.tag.rpartition("}")[2]
    return name.rpartition(":")[2].lower()


def _text_of(element: Any) -> str | None:
    if element is None:
        return None
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split()) or None


def _address(location: str | None, base: str) -> str | None:
    try:
        return None if location is None else web_address(location) or web_address(urljoin(base, location))
    except ValueError:
        return None


def _item(parts: dict[str, Any], address: str) -> Item:
    updated = _text_of(parts.get("lastmod"))
    if "news" not in parts:
        return Item(url=address, updated=updated)
    news = _children(parts["news"])
    publication = _children(news["publication"]) if "publication" in news else {}
    keywords = _text_of(news.get("keywords")) or ""
    return Item(
        url=address,
        title=_text_of(news.get("title")),
        tags=tuple(dict.fromkeys(tag for part in keywords.split(",") if (tag := part.strip()))),
        language=_text_of(publication.get("language")),
        published=_text_of(news.get("publication_date")),
        updated=updated,
    )
