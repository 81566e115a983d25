"""What stands between a feed from anywhere and an XML parser.

No DTD is read and no entity resolved by a parser: the document type is cut off, the entities that it or
HTML names are put in as text, within a budget. Then one pass of expat finds what a feed reader needs of
the document; the rest (media, comments, what is too long or too much) is cut out of it, so that no later
step meets input that costs more than its length.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.entities import name2codepoint
from typing import Final
from xml.parsers import expat

from pipeline.errors import Unreadable
from pipeline.settings import MIB

DEEPEST: Final = 512
"""Most elements within each other. Markup of a page has some thirty."""
EXPANDED: Final = MIB
"""Most characters that a document's own entities may add."""
_ENTITIES: Final = 5_000
_LONGEST_TOKEN: Final = MIB
_NAMESPACES: Final = 256
"""Most prefixes. A feed reader goes through all of them for every element."""
_CHILDREN: Final = 500
"""Most elements read of one item."""
_LONGEST_NAME: Final = 4_096
"""Longest element, in bytes, where a name, a date or an address is expected."""

_DECLARATION: Final = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[^\s\"'<>%]+)\s+"
    r"(?:(?P<external>SYSTEM|PUBLIC)\b|\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')",
)
_IN_DOCTYPE: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!ENTITY(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
    r"|\"[^\"]*\"|'[^']*'|[\[\]>]",
    re.DOTALL,
)
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LITERAL: Final = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_REFERENCE: Final = re.compile(rf"{_LITERAL}|&(?:(#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][\w.-]*);)?", re.DOTALL)
_SUSPECT: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")
_SPACE: Final = re.compile(r"[\s\ufeff\x00]*")
_PREDEFINED: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


def body_of(text: str) -> str:
    """A document from its root element on: no declaration, no document type, references to entities as text.

    Raises Unreadable (bomb) when its entities are external, nested or too many, or expand too far.
    """
    at, entities = _after_prolog(text)
    body = _ILLEGAL.sub("", text[at:] if at else text)
    return _with_entities(body, entities) if _SUSPECT.search(body) else body


def _after_prolog(text: str) -> tuple[int, dict[str, str]]:
    """Where the prolog ends, and the entities it declares."""
    at = 0
    entities: dict[str, str] = {}
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
        if text.startswith("<?", at):
            end = text.find("?>", at)
        elif text.startswith("<!--", at):
            end = text.find("-->", at) + 1
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            end, found = _doctype(text, at + 9)
            entities.update(found)
            at = end
            continue
        else:
            return at, entities
        if end <= 0:
            return at, entities
        at = end + 2


def _doctype(text: str, at: int) -> tuple[int, dict[str, str]]:
    """The end of a document type, and the entities it declares."""
    entities: dict[str, str] = {}
    inside = False
    for found in _IN_DOCTYPE.finditer(text, at):
        part = found[0]
        if part == "[":
            inside = True
        elif part == "]":
            inside = False
        elif part == ">" and not inside:
            return found.end(), entities
        elif part.startswith("<!ENTITY"):
            _declare(part, entities)
    return len(text), entities


def _declare(token: str, entities: dict[str, str]) -> None:
    declared = _DECLARATION.match(token)
    if declared is None or declared["parameter"]:
        return  # nothing we read refers to a parameter entity
    if declared["external"]:
        raise Unreadable(
            "bomb", f"It declares the external entity {declared['name'][:80]!r}, which a feed has no use for."
        )
    value = declared["double"] if declared["double"] is not None else declared["single"]
    if any(ref not in name2codepoint for ref in re.findall(r"&([^#;\s&]+);", value)):
        raise Unreadable(
            "bomb",
            f"The entity {declared['name'][:80]!r} is made of other entities: it may expand without end.",
        )
    if len(entities) >= _ENTITIES:
        raise Unreadable("bomb", f"It declares more than {_ENTITIES} entities.")
    entities.setdefault(declared["name"], html.unescape(value))


def _with_entities(body: str, entities: dict[str, str]) -> str:
    """References to characters that XML has, and to entities, as text; a bare ampersand as what it is."""
    budget = EXPANDED

    def replace(found: re.Match[str]) -> str:
        nonlocal budget
        name = found[1]
        if name is None:
            return "&amp;" if found[0] == "&" else found[0]
        if name in _PREDEFINED:
            return found[0]
        if name.startswith("#"):
            return _character(name)
        value = entities.get(name)
        if value is None:
            code = name2codepoint.get(name)
            return f"&amp;{name};" if code is None else f"&#{code};"
        budget -= len(value)
        if budget < 0:
            raise Unreadable("bomb", f"Its entities expand to more than {EXPANDED} characters.")
        return html.escape(_ILLEGAL.sub("", value))

    return _REFERENCE.sub(replace, body)


def _character(reference: str) -> str:
    """A reference to a character, `#8212` or `#x2014`; nothing when XML has no such character."""
    digits = reference[1:]
    code = int(digits[1:], 16) if digits[0] in "xX" and len(digits) < 10 else 0
    if digits.isdecimal() and len(digits) < 10:
        code = int(digits)
    if code < 0x20:
        return f"&{reference};" if code in (9, 10, 13) else ""
    return "" if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF) else f"&{reference};"


# --- the sieve ----------------------------------------------------------------------------------------

_PREFIXES: Final = {
    "": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_LANG: Final = "http://www.w3.org/XML/1998/namespace\nlang\nxml"
MARK: Final = "dagspress"
"""Name of the element that is put into each item: its text is the item's place in `Sieved.found`."""

_ITEMS: Final = frozenset({"item", "entry"})
_SUMMARIES: Final = (
    *("description", "summary", "abstract", "dc:description", "itunes:summary", "media:description"),
)
_CONTENTS: Final = frozenset({"content:encoded", "content", "fullitem", "body", "xhtml:body"})
_AUTHORS: Final = ("author", "dc:creator", "dc:author", "itunes:author")
_TEXTS: Final = frozenset({"title", "dc:title", *_SUMMARIES, *_CONTENTS})
_NAMES: Final = frozenset(
    (
        *("link", "language", "dc:language", "feedburner:origlink", "media:credit"),
        *("category", "keywords", "dc:subject", "media:category", "media:keywords", "itunes:keywords"),
    )
)
_GUIDS: Final = ("guid", "id")
_PUBLISHED: Final = ("pubdate", "published", "issued", "dcterms:issued", "dc:date")
_UPDATED: Final = ("updated", "modified", "dcterms:modified", "lastmod", "dc:date")
_AS_WRITTEN: Final = frozenset({*_GUIDS, *_PUBLISHED, *_UPDATED, *_AUTHORS})
_OF_FEED: Final = frozenset(
    (
        *("title", "dc:title", "link", "language", "dc:language", "ttl"),
        *("sy:updateperiod", "sy:updatefrequency"),
    )
)
_NAME: Final = re.compile(rb"[^\s/>]+")
_EMPTY: Final = re.compile(rb"<[^>]*/>\s*\Z|<[^>]*[^/>]>\s*(?:<!\[CDATA\[\s*\]\]>\s*)?</")


@dataclass(slots=True)
class Found:
    """What the sieve reads of one item itself, as written.

    Attributes:
        guid: the identifier (`guid`, Atom's `id`, else `rdf:about`).
        permalink: whether that may stand for the address of the item's page.
        language: the item's own `xml:lang`.
        authors: as written, where that is mere text (Atom's have parts).
        summary, content: whether it has an element for a summary, for the full text.
    """

    guid: str | None = None
    permalink: bool = False
    language: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: list[str] = field(default_factory=list)
    summary: bool = False
    content: bool = False


@dataclass(frozen=True, slots=True)
class Sieved:
    """A document reduced to what a feed reader needs.

    Attributes:
        data: the reduced document, UTF-8.
        root: local name of its root element, in lower case.
        count: the items it had; `found` has those that are left.
    """

    data: bytes
    root: str
    count: int
    found: list[Found]


def sieve(data: bytes, *, limit: int | None = None) -> Sieved:
    """Read a document once, and leave only the first `limit` items and what a reader needs of them.

    Raises `expat.ExpatError` when it is not well-formed, Unreadable (bomb) when it nests too deep.
    """
    return _Sieve(data, limit).run()


@dataclass(slots=True)
class _Span:
    """An element that ends where its next sibling or the end tag of its parent begins."""

    key: str
    start: int
    end: int = 0
    parts: bool = False
    """Whether it has elements of its own."""


class _Sieve:
    """The state of one pass: where we are, and what is to be replaced (start, end, by what)."""

    def __init__(self, data: bytes, limit: int | None) -> None:
        self._data = data
        self._limit = limit
        self._parser = parser = expat.ParserCreate("utf-8", "\n")
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.StartNamespaceDeclHandler = lambda prefix, _uri: self._declare(prefix)
        parser.EndElementHandler = lambda _name: self._end()
        parser.CommentHandler = lambda _text: self._cut(b"<!--", b"-->")
        parser.ProcessingInstructionHandler = lambda _target, _data: self._cut(b"<?", b"?>")
        self._edits: list[tuple[int, int, bytes]] = []
        self._depth = 0
        self._prefixes: set[str | None] = set()
        self._containers = 0
        """Depth down to which every open element holds items."""
        self._item = 0
        """Depth of the item we are in; 0: in none."""
        self._item_start = 0
        self._of_feed: _Span | None = None
        self._of_item: list[_Span] = []
        self._text: list[str] | None = None
        self._written: dict[str, str] = {}
        self._now = Found()
        self._root = ""
        self._count = 0
        self._found: list[Found] = []

    def run(self) -> Sieved:
        self._parser.Parse(self._data, True)
        pieces: list[bytes] = []
        at = 0
        for start, end, by in sorted(self._edits):
            if start >= at:
                pieces += (self._data[at:start], by)
                at = end
        pieces.append(self._data[at:])
        return Sieved(b"".join(pieces), self._root, self._count, self._found)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("bomb", f"Its elements are nested deeper than {DEEPEST}.")
        if attributes and sum(map(len, attributes.values())) > _LONGEST_TOKEN:
            raise Unreadable("bomb", f"An element has more than {_LONGEST_TOKEN} characters of attributes.")
        if self._item:
            if self._depth == self._item + 1:
                self._start_in_item(_key(name), attributes)
            else:
                self._of_item[-1].parts = True
        elif self._depth == self._containers + 1:
            self._start_in_feed(_key(name), attributes)

    def _declare(self, prefix: str | None) -> None:
        self._prefixes.add(prefix)
        if len(self._prefixes) > _NAMESPACES:
            raise Unreadable("bomb", f"It uses more than {_NAMESPACES} prefixes of namespaces.")

    def _start_in_feed(self, key: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        self._end_of_feed_span(at)
        if self._depth == 1:
            self._root = key.rpartition(":")[2]
            self._containers = 1
        elif key == "channel":
            self._containers = self._depth
        elif key in _ITEMS:
            self._item = self._depth
            self._item_start = at
            self._count += 1
            self._of_item = []
            self._written = {}
            about = _attribute(attributes, "about") or None
            self._now = Found(guid=about, language=attributes.get(_LANG))
            if changed := _attribute(attributes, "lastmod"):  # CDF
                self._written["lastmod"] = changed
            if self._limit is not None and self._count > self._limit:
                self._of_feed = _Span("", at)
        elif key not in _OF_FEED:
            self._of_feed = _Span(key, at)

    def _end_of_feed_span(self, at: int) -> None:
        if self._of_feed is not None:
            self._edits.append((self._of_feed.start, at, b""))
            self._of_feed = None

    def _start_in_item(self, key: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        if self._of_item:
            self._of_item[-1].end = at
        self._of_item.append(_Span(key, at))
        if key in _AS_WRITTEN and len(self._of_item) <= _CHILDREN:
            self._text = []
            self._parser.CharacterDataHandler = self._text.append
            if key == "guid":
                self._now.permalink = _attribute(attributes, "ispermalink").lower() != "false"

    def _end(self) -> None:
        if self._item:
            if self._depth == self._item + 1 and self._text is not None:
                self._end_of_written("".join(self._text).strip())
            elif self._depth == self._item:
                self._end_of_item(self._parser.CurrentByteIndex)
                self._item = 0
        elif self._depth == self._containers:
            self._end_of_feed_span(self._parser.CurrentByteIndex)
            self._containers -= 1
        self._depth -= 1

    def _end_of_written(self, text: str) -> None:
        self._text, self._parser.CharacterDataHandler = None, None
        span = self._of_item[-1]
        if not text or len(text) > _LONGEST_NAME:
            return
        if span.key not in _AUTHORS:
            self._written.setdefault(span.key, text)
        elif not span.parts and (span.key != "itunes:author" or not self._now.authors):
            self._now.authors.append(text)

    def _end_of_item(self, at: int) -> None:
        if self._of_feed is not None:
            return  # one too many: cut as a whole, with the next event outside it
        spans, written, now = self._of_item, self._written, self._now
        if spans:
            spans[-1].end = at
        now.guid = next((written[key] for key in _GUIDS if key in written), now.guid)
        now.permalink = now.permalink and "guid" in written
        now.published = next((written[key] for key in _PUBLISHED if key in written), None)
        now.updated = next((written[key] for key in _UPDATED if key in written), None)
        filled = {
            span.key
            for span in spans
            if span.key not in _TEXTS or not _EMPTY.match(self._data, span.start, span.end)
        }
        now.content = not filled.isdisjoint(_CONTENTS)
        summary = next((key for key in _SUMMARIES if key in filled), None)
        now.summary = summary is not None
        once = {summary, "title" if "title" in filled else "dc:title"}
        others = {*_SUMMARIES, "title", "dc:title"} - once
        for number, span in enumerate(spans):
            long = span.end - span.start > _LONGEST_NAME
            if (
                number >= _CHILDREN
                or span.key in others
                or not (
                    span.key in _TEXTS
                    or (span.key in _NAMES and not long)
                    or (span.key in _AUTHORS and span.parts)
                )
            ):
                self._edits.append((span.start, span.end, b""))
            elif span.key in once:
                others.add(span.key)  # the first of them counts
        self._mark(at)
        self._found.append(now)

    def _mark(self, at: int) -> None:
        """Number the item that ends at `at`: where its end tag begins, or after it when it has none."""
        mark = f"<{MARK}>{len(self._found)}</{MARK}>".encode()
        alone = not self._of_item and self._data[at - 2 : at] == b"/>"
        if alone and (name := _NAME.match(self._data, self._item_start + 1)):
            self._edits.append((at - 2, at, b">" + mark + b"</" + name[0] + b">"))
        else:
            self._edits.append((at, at, mark))

    def _cut(self, opening: bytes, closing: bytes) -> None:
        start = self._parser.CurrentByteIndex
        end = self._data.index(closing, start + len(opening)) + len(closing)
        self._edits.append((start, end, b""))


def _attribute(attributes: dict[str, str], wanted: str) -> str:
    """The value of an attribute by its local name in lower case; "" without."""
    for name, value in attributes.items():
        local = name.split("\n")[1] if "\n" in name else name
        if local.lower() == wanted:
            return value.strip()
    return ""


def _key(name: str) -> str:
    """`dc:date` and the like, in lower case, whatever prefix the document uses."""
    namespace, local, given = (*name.split("\n"), "")[:3] if "\n" in name else ("", name, "")
    prefix = _PREFIXES.get(namespace.lower(), given)
    return (f"{prefix}:{local}" if prefix else local).lower()
