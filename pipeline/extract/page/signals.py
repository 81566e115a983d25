"""All that a page says about itself, gathered in one walk: plain values, nothing chosen yet."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lxml import etree  # type: ignore[import-untyped]

from pipeline.extract.page import json_ld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_SPACE: Final = re.compile(r"\s+")
_LD_TYPE: Final = re.compile(r"\s*application/ld\+json", re.IGNORECASE)
_ARTICLE_TYPE: Final = re.compile(r"(?:Article|BlogPosting|Report|Story|Review)\s*\Z")
_LONGEST_TEXT: Final = 1000
"""Characters of a heading, byline or time that are looked at."""
_ITEMS: Final = etree.XPath("//*[@itemprop]")
_NOT_SHOWN: Final = frozenset(("script", "style", "template", "noscript", "svg", "button"))
_MOST_ITEMS: Final = 400
_MOST: Final = 50
"""Headings, and times, that are looked at."""
_MOST_ABOVE: Final = 500
"""Elements in one that stands before another."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A first-level heading: its text, and whether it stands in the article or main element."""

    text: str
    inside: bool
    element: HtmlElement


@dataclass(frozen=True, slots=True)
class Time:
    """A `time` element: `datetime` (or None), what it shows, and the words around it in classes."""

    datetime: str | None
    text: str
    marks: str
    inside: bool
    element: HtmlElement


@dataclass(slots=True)
class Signals:
    """What was found.

    Attributes:
        meta: contents of meta tags by lower-case name (`property`, `name`, `itemprop`, `http-equiv`).
        canonical: `href` of the canonical link.
        items: microdata of the page's article: contents by lower-case `itemprop`.
        ld: JSON-LD.
    """

    language: str | None = None
    title: str | None = None
    base: str | None = None
    canonical: str | None = None
    alternates: list[tuple[str, str]] = field(default_factory=list)
    meta: dict[str, list[str]] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    items: dict[str, list[str]] = field(default_factory=dict)
    ld: json_ld.Found = field(default_factory=lambda: json_ld.find(()))

    def first(self, *names: str) -> str | None:
        """The first filled meta tag of these."""
        return next((values[0] for name in names if (values := self.meta.get(name))), None)

    def all(self, *names: str) -> list[str]:
        """Contents of all meta tags of these, in order."""
        return [value for name in names for value in self.meta.get(name, ())]


def gather(tree: HtmlElement) -> Signals:
    """Walk the page once."""
    found = Signals(language=_value(tree, "lang") or _value(tree, "xml:lang"))
    scripts: list[str] = []
    for element in tree.iter("meta", "link", "script", "title", "h1", "time", "base"):
        tag = element.tag
        if tag == "meta":
            _add_meta(found, element)
        elif tag == "link":
            relation = (element.get("rel") or "").lower().split()
            href = _value(element, "href")
            if href and "canonical" in relation:
                found.canonical = found.canonical or href
            elif href and "alternate" in relation and element.get("hreflang"):
                found.alternates.append((element.get("hreflang"), href))
        elif tag == "script":
            if _LD_TYPE.match(element.get("type") or "") and element.text:
                scripts.append(element.text)
        elif tag == "h1":
            if len(found.headings) < _MOST and not hidden(element) and (text := text_of(element)):
                found.headings.append(Heading(text, _inside(element), element))
        elif tag == "time":
            if len(found.times) < _MOST and not hidden(element):
                marks = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
                found.times.append(
                    Time(_value(element, "datetime"), text_of(element), marks, _inside(element), element)
                )
        elif tag == "title":
            parent = element.getparent()
            if found.title is None and parent is not None and parent.tag != "svg":
                found.title = text_of(element) or None
        elif found.base is None:
            found.base = _value(element, "href")
    found.ld = json_ld.find(scripts)
    _add_items(found, tree)
    return found


def following(tree: HtmlElement, start: HtmlElement | None) -> Iterator[HtmlElement]:
    """Elements in the order of the page: those after `start`, or all."""
    if start is None:
        yield from tree.iter("*")
        return
    node = start
    while node is not None:
        sibling = node.getnext()
        while sibling is not None:
            yield from sibling.iter("*")
            node, sibling = sibling, sibling.getnext()
        node = node.getparent()


def preceding(start: HtmlElement) -> Iterator[HtmlElement]:
    """Elements in the order of the page, backwards from the one before `start`; those around it too."""
    node = start
    while node is not None:
        sibling = node.getprevious()
        while sibling is not None:
            yield from reversed(list(itertools.islice(sibling.iter("*"), _MOST_ABOVE)))
            node, sibling = sibling, sibling.getprevious()
        node = node.getparent()
        if node is not None:
            yield node


def text_of(element: HtmlElement, *, limit: int = _LONGEST_TEXT) -> str:
    """What an element shows as one line, about `limit` characters of it.

    Looks at no more elements than that either: elements nested without end cost no more than a few.
    """
    parts = [element.text or ""]
    length = len(parts[0])
    left = limit
    waiting: list[tuple[HtmlElement, Iterator[HtmlElement]]] = [(element, iter(element))]
    while waiting and length < limit and left > 0:
        node, children = waiting[-1]
        child = next(children, None)
        if child is None:
            waiting.pop()
            text = node.tail if waiting else None
            if node.tag in _BLOCKS:
                parts.append(" ")
        else:
            left -= 1
            if child.tag in _BLOCKS or child.tag == "br":
                parts.append(" ")
            if child.tag in _NOT_SHOWN:
                text = child.tail
            else:
                waiting.append((child, iter(child)))
                text = child.text
        if text:
            parts.append(text)
            length += len(text)
    return _SPACE.sub(" ", "".join(parts)).strip()


_BLOCKS: Final = frozenset(("p", "div", "li", "ul", "ol", "section", "tr", "td", "h1", "h2", "h3", "h4"))
_HIDING: Final = re.compile(r"(?:^|[\s;])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def hidden(element: HtmlElement) -> bool:
    """Whether the element itself says that it is not shown."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDING.search(element.get("style") or ""))
    )


def _inside(element: HtmlElement) -> bool:
    return next(element.iterancestors("article", "main"), None) is not None


def _value(element: HtmlElement, name: str) -> str | None:
    value = element.get(name)
    return value.strip() or None if value else None


def _add_meta(found: Signals, element: HtmlElement) -> None:
    content = element.get("content") or element.get("value")
    if not content or not (content := content.strip()):
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if name := element.get(attribute):
            for one in name.lower().split():
                found.meta.setdefault(one, []).append(content)


def _add_items(found: Signals, tree: HtmlElement) -> None:
    """Microdata: the properties of the first article, or of the page when no article is marked."""
    chosen: HtmlElement | None = None
    scopes: dict[HtmlElement, HtmlElement | None] = {}
    page: dict[str, list[str]] = {}
    for element in _ITEMS(tree)[:_MOST_ITEMS]:
        names = element.get("itemprop").lower().split()
        scope = _scope(element, scopes)
        kind = _type_of(scope)
        if scope is not None and "author" in (scope.get("itemprop") or "").lower():
            names = [f"author.{name}" for name in names]
            scope = _scope(scope, scopes)
            kind = _type_of(scope)
        if _ARTICLE_TYPE.search(kind):
            chosen = scope if chosen is None else chosen
            if scope is chosen:
                _put(found.items, names, element)
        elif not kind or "WebPage" in kind:
            # Whose author it is, only its place on the page tells: see `bylines`.
            _put(page, [name for name in names if not name.startswith("author")], element)
    for name, values in page.items():
        found.items.setdefault(name, values)


def _type_of(scope: HtmlElement | None) -> str:
    return "" if scope is None else scope.get("itemtype") or ""


def _scope(element: HtmlElement, known: dict[HtmlElement, HtmlElement | None]) -> HtmlElement | None:
    """The nearest element above with `itemscope`."""
    passed = []
    result: HtmlElement | None = None
    for parent in element.iterancestors():
        if parent in known:
            result = known[parent]
            break
        passed.append(parent)
        if parent.get("itemscope") is not None:
            result = parent
            break
    if result is not None and passed and passed[-1] is result:
        # below the scope it is the answer; of the scope itself it is not
        passed.pop()
    for parent in passed:
        known[parent] = result
    return result


_LONG: Final = frozenset(("articlebody", "text"))


def _put(into: dict[str, list[str]], names: list[str], element: HtmlElement) -> None:
    for name in names:
        if name in _LONG:
            continue
        value = element.get("content") or element.get("datetime") or ""
        if not value and element.tag in ("a", "link") and name in ("url", "mainentityofpage"):
            value = element.get("href") or ""
        if not (value := value.strip()):
            value = text_of(element)
        if value:
            into.setdefault(name, []).append(value)
