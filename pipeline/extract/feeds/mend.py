"""Feeds that are not well-formed, made so, in one pass.

What people write: bare ampersands and `<`, HTML that nobody escaped, end tags that are missing or too many,
prefixes that nobody declared, attributes without quotes, a document that stops in the middle.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from pipeline.errors import Unreadable
from pipeline.extract.feeds.xml_safety import DEEPEST

_TOKEN: Final = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))"
    r"|(?P<dropped><!--.*?(?:-->|\Z)|<\?[^<>]*>?|<![A-Za-z][^<>]*>?)"
    r"|<(?P<end>/)?(?P<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)"
    r"(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>"
    r"|<",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"(?<![\w.:-])([A-Za-z_][\w.:-]*)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)'|([^\s\"'<>]+))"
)
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "wbr", "embed", "param", "area", "base"})
_NO_NAMESPACE: Final = frozenset(
    {"", "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"}
)
_HOLD_ITEMS: Final = frozenset({"rss", "rdf", "feed", "channel", "urlset", "sitemapindex"})
FEED_ITEMS: Final = frozenset({"item", "entry"})
_NAMESPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "a10": "http://www.w3.org/2005/Atom",
    "atom10": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


def mend(body: str, items: frozenset[str] = FEED_ITEMS) -> str:
    """A well-formed document with what `body` says, from its root element on; "" when there is no element.

    Elements of the names `items` are never within each other. Of a document that stops in the middle, what
    is complete is taken: half an address is none. References must have been dealt with
    (`xml_safety.body_of`). Raises Unreadable (bomb) when it nests too deep.
    """
    document = _Document(items)
    at = 0
    for found in _TOKEN.finditer(body):
        document.text(body[at : found.start()])
        at = found.end()
        if found["name"] is None:
            if found["cdata"] is not None:
                document.literal(found[0])
            elif found["dropped"] is None:
                document.text("<")
        elif found["end"]:
            document.end(found["name"])
        elif document.ended:
            break  # another root: junk after the end
        else:
            document.start(found["name"], found["rest"])
    else:
        document.text(body[at:])
    return document.finish()


class _Document:
    """What is written so far, and which elements are open."""

    def __init__(self, items: frozenset[str]) -> None:
        self._items = items
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._starts: list[int] = []
        """Where in the pieces each open element begins."""
        self._counts: Counter[str] = Counter()
        """How often each name, in lower case, is open."""
        self._used: set[str] = set()
        self._declared = {"xml", "xmlns"}
        """Prefixes: those that some name has, and those that the root declares."""

    @property
    def ended(self) -> bool:
        return bool(self._pieces) and not self._open

    def text(self, text: str) -> None:
        if self._open and text:
            self._pieces.append(text.replace("<", "&lt;").replace("]]>", "]]&gt;"))

    def literal(self, section: str) -> None:
        if self._open:
            self._pieces.append(section if section.endswith("]]>") else f"{section}]]>")

    def start(self, name: str, rest: str) -> None:
        if name.lower().startswith("xmlns:"):
            return  # an attribute that lost its element
        if name.lower() in self._items:
            while len(self._open) > 1 and not self._holds_items(self._open[-1]):
                self._end_innermost()
        root = not self._open
        attributes = _attributes(rest)
        prefixes = {key[6:] for key in attributes if key.startswith("xmlns:")}
        self._used.update(n.partition(":")[0] for n in (name, *attributes) if ":" in n)
        if root:
            self._declared |= prefixes
        written = "".join(f' {key}="{value}"' for key, value in attributes.items())
        if not root and (rest.rstrip().endswith("/") or name.lower() in _VOID):
            self._pieces.append(f"<{name}{written}/>")
            return
        # The end of the root's tag is a piece by itself: declarations go before it.
        self._starts.append(len(self._pieces))
        self._pieces += (f"<{name}{written}", ">")
        self._open.append(name)
        self._counts[name.lower()] += 1
        if len(self._open) > DEEPEST:
            raise Unreadable("bomb", f"Its elements are nested deeper than {DEEPEST}.")

    def end(self, name: str) -> None:
        """End the innermost element of that name and what is open in it; nothing when none is."""
        wanted = name.lower()
        if not self._counts[wanted]:
            return
        while self._end_innermost() != wanted:
            pass

    def _end_innermost(self) -> str:
        name = self._open.pop()
        self._starts.pop()
        self._pieces.append(f"</{name}>")
        name = name.lower()
        self._counts[name] -= 1
        return name

    def _holds_items(self, name: str) -> bool:
        return name.rpartition(":")[2].lower() in _HOLD_ITEMS

    def finish(self) -> str:
        if not self._pieces:
            return ""
        # It stopped in the middle of the first open element that holds no others of interest.
        for depth, name in enumerate(self._open):
            if depth and not self._holds_items(name) and name.lower() not in self._items:
                del self._pieces[self._starts[depth] :], self._open[depth:]
                break
        self._pieces += (f"</{name}>" for name in reversed(self._open))
        missing = sorted(self._used - self._declared)
        declarations = (f' xmlns:{p}="{_NAMESPACES.get(p.lower(), f"urn:undeclared:{p}")}"' for p in missing)
        return "".join((self._pieces[0], *declarations, *self._pieces[1:]))


def _attributes(rest: str) -> dict[str, str]:
    """The attributes of a tag as written, without those that XML does not allow."""
    attributes: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(rest):
        key = found[1]
        value = next((v for v in found.groups()[1:] if v is not None), "")
        if key.count(":") > 1 or key.endswith(":") or key in attributes:
            continue
        if key.startswith("xmlns") and (
            key in {"xmlns:xml", "xmlns:xmlns"} or value.strip() in _NO_NAMESPACE
        ):
            continue
        attributes[key] = value.replace('"', "&quot;")
    return attributes
