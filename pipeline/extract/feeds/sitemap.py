"""Sitemaps (sitemaps.org, Google News) to items: `read_sitemap`."""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from lxml import etree

from pipeline.errors import Unreadable
from pipeline.extract.feeds.decode import decode_xml
from pipeline.extract.feeds.entry import web_address
from pipeline.extract.feeds.reading import read_feed
from pipeline.extract.feeds.rss import ROOTS
from pipeline.extract.feeds.xml_safety import body_of
from pipeline.item import Feed, Item
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

_GZIP: Final = b"\x1f\x8b"
_ROOT: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_HEAD: Final = 64 * 1024
_NOT_A_PAGE: Final = frozenset({"image", "video", "link", "pagemap"})


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
        return read_feed(data, url=url)
    if name not in {"urlset", "sitemapindex"}:
        raise Unreadable("no_feed", f"The root element is <{root[1][:40]}>, which is not a sitemap's.")
    return _read_xml(body[root.start() :].encode(), url, problems)


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


def _read_xml(data: bytes, url: str, problems: list[str]) -> Feed:
    items: list[Item] = []
    maps: list[tuple[str, str | None]] = []
    without = 0
    context = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        for element in _children_of_root(context):
            kind = _local(element)
            if kind not in {"url", "sitemap"}:
                continue
            address = _address(element, url)
            if address is None:
                without += 1
            elif kind == "url":
                items.append(_item(element, address))
            else:
                maps.append((address, _text_of(element, "lastmod")))
    except etree.XMLSyntaxError as error:
        if not items and not maps:
            raise Unreadable("corrupt", f"The sitemap cannot be read ({str(error)[:200]}).") from None
        problems.append(f"It cannot be read to its end ({str(error)[:200]}); what came before was read.")
    else:
        if errors := context.error_log:
            problems.append(f"It is not well-formed XML ({errors[0].message[:120]}, line {errors[0].line}).")
    if without:
        problems.append(f"{without} of its entries have no usable address; they were passed over.")
    return Feed(items=tuple(items), url=url, maps=tuple(maps), problems=tuple(problems))


def _children_of_root(context: etree.iterparse) -> Iterator[etree._Element]:
    """The root's child elements, each dropped before the next is read."""
    for _, element in context:
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            continue
        yield element
        element.clear()
        while element.getprevious() is not None:
            del parent[0]


def _local(element: etree._Element) -> str:
    """The name without namespace or prefix, in lower case: both are often wrong."""
    name = element.tag
    return re.split(r"[}:]", name)[-1].lower() if isinstance(name, str) else ""


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next((child for child in element if _local(child) == name), None)


def _text_of(element: etree._Element | None, name: str) -> str | None:
    child = _child(element, name)
    if child is None:
        return None
    return " ".join("".join(str(text) for text in child.itertext()).split()) or None


def _address(element: etree._Element, base: str) -> str | None:
    location = _text_of(element, "loc")
    try:
        return None if location is None else web_address(urljoin(base, location))
    except ValueError:
        return None


def _item(element: etree._Element, address: str) -> Item:
    news = _child(element, "news")
    updated = _text_of(element, "lastmod")
    if news is None:
        return Item(url=address, updated=updated)
    keywords = _text_of(news, "keywords") or ""
    return Item(
        url=address,
        title=_text_of(news, "title"),
        tags=tuple(dict.fromkeys(tag for part in keywords.split(",") if (tag := part.strip()))),
        language=_text_of(_child(news, "publication"), "language"),
        published=_text_of(news, "publication_date"),
        updated=updated,
    )
