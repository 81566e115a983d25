"""Where a site's feeds and sitemaps are: what its pages and its robots.txt say."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]

from pipeline.extract.feeds.entry import web_address

_KINDS: Final = {
    "application/rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/x.atom+xml": "atom",
    "application/atom+xml": "atom",
    "application/feed+json": "json",
    "application/x-rss+xml": "rss",
    "text/rss+xml": "rss",
}
_LOOKS_LIKE_ONE: Final = re.compile(
    r"(?:^|[/._-])(?:rss(?:2|20)?|atom|feeds?|rdf)(?:\.(?:xml|php|aspx?|json|rdf|cms))?/?$"
    r"|(?:rss|atom|feed)[\w-]*\.(?:xml|rdf|json)$|\.(?:rss|atom|rdf)$",
    re.IGNORECASE,
)
_SITEMAP: Final = re.compile(r"^[ \t\ufeff]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_MOST: Final = 100


def find_feeds(html: bytes | str, url: str) -> list[tuple[str, str, str]]:
    """The feeds a page names: address, title, and kind (`rss`, `atom`, `json`; `feed` when not known).

    Those it declares (`<link rel="alternate">`) come first, then links that look like feeds. Each address
    once, at most a hundred. Never raises.
    """
    data = html.encode("utf-8", "replace") if isinstance(html, str) else html
    encoding = "utf-8" if isinstance(html, str) or _is_utf8(data) else None
    parser = etree.HTMLParser(encoding=encoding, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data.replace(b"\0", b""), parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    if root is None:
        return []
    base = next((_joined(url, href) for href in root.xpath("//base/@href")[:1]), None) or url
    declared: dict[str, tuple[str, str]] = {}
    linked: dict[str, tuple[str, str]] = {}
    for element in root.iter("link", "a"):
        address = _joined(base, element.get("href") or "")
        if address is None:
            continue
        kind = _KINDS.get((element.get("type") or "").partition(";")[0].strip().lower())
        relations = (element.get("rel") or "").lower().split()
        if element.tag == "link":
            if kind is not None and ("alternate" in relations or "feed" in relations):
                declared.setdefault(address, (" ".join((element.get("title") or "").split()), kind))
        elif kind is not None or _looks_like_one(address):
            text = " ".join("".join(element.itertext()).split())
            linked.setdefault(address, (text[:200], kind or "feed"))
        if len(declared) >= _MOST:
            break
    found = {**linked, **declared}
    return [(address, *found[address]) for address in dict.fromkeys((*declared, *linked))][:_MOST]


def sitemaps_in_robots(text: str) -> list[str]:
    """The sitemaps that a robots.txt names, each once, in its order."""
    found = (web_address(match[1]) for match in _SITEMAP.finditer(text))
    return list(dict.fromkeys(address for address in found if address is not None))


def _looks_like_one(address: str) -> bool:
    return _LOOKS_LIKE_ONE.search(urlsplit(address).path) is not None


def _joined(base: str, href: str) -> str | None:
    try:
        return web_address(urljoin(base, href.strip())) if href.strip() else None
    except ValueError:
        return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
