"""What per-source selectors point at, and the text of fragments of markup: what BeautifulSoup is for.

Only pages of sources that have selectors are read by it, beside the parse that all pages get.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Final

from bs4 import BeautifulSoup, CData, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement
from lxml import etree  # type: ignore[import-untyped]
from soupsieve import SelectorSyntaxError

from pipeline.extract.page import parse as pages

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

    from pipeline.extract.hints import Hints

_BLOCKS: Final = frozenset(
    (
        *("p", "div", "section", "article", "blockquote", "pre", "ul", "ol", "li", "table", "tr", "figure"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_STRINGS: Final = (str, NavigableString, CData)
_BREAK: Final = "\x1e"  # stands for a line end of ours, as those of the markup are mere spaces
_BREAKS: Final = re.compile(f" ?{_BREAK}[ {_BREAK}]*")
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_MOST: Final = 20_000
"""Elements that one selector may fit."""
_VALUES: Final = ("content", "datetime", "value")
"""Attributes that hold what an element says, where it shows something else or nothing."""


def select(tree: HtmlElement, hints: Hints) -> tuple[dict[str, list[str]], HtmlElement]:
    """What the source's selectors point at, as texts by name, and the page without what they remove.

    Of several selectors for one thing the first that fits anything is taken. One with an error, which the
    catalogue reports, fits nothing.
    """
    # Written out of the tree, it is no deeper than that can be: what selectors cost grows with the depth.
    soup = parse(etree.tostring(tree, encoding="unicode", method="html"))
    removed = False
    for name, selector in hints.selectors:
        if name == "remove":
            for tag in _matches(soup, selector):
                tag.extract()
                removed = True
    found: dict[str, list[str]] = {}
    for name, selector in hints.selectors:
        if name == "remove" or name in found:
            continue
        within: set[int] = set()
        for tag in _matches(soup, selector):
            if any(id(parent) in within for parent in tag.parents):
                continue
            within.add(id(tag))
            value = text_of(tag) if name == "text" else _value(tag, date=name in ("published", "updated"))
            if value:
                found.setdefault(name, []).append(value)
    return found, pages.parse(str(soup)) if removed else tree


def parse(markup: str) -> BeautifulSoup:
    """BeautifulSoup over lxml."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(markup, "lxml")


def text_of(root: Tag) -> str:
    """All the text within, blocks as paragraphs; scripts and comments are none.

    A walk of our own, as bs4's changes to a tree take time with the square of its depth.
    """
    parts: list[str] = []
    waiting: list[PageElement | str] = [root]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Tag):
            if type(node) in _STRINGS:
                parts.append(str(node))
        elif node.name == "br":
            parts.append(_BREAK)
            waiting += reversed(node.contents)
        elif node.name in _BLOCKS:
            waiting += [_BREAK * 2, *reversed(node.contents), _BREAK * 2]
        else:
            waiting += reversed(node.contents)
    text = _SPACE.sub(" ", "".join(parts))
    return _BREAKS.sub(lambda run: "\n\n" if run[0].count(_BREAK) > 1 else "\n", text).strip()


def _matches(soup: BeautifulSoup, selector: str) -> list[Tag]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old spellings that it still understands
            return list(soup.select(selector, limit=_MOST))
    except (SelectorSyntaxError, ValueError, TypeError, NotImplementedError):
        return []


def _value(tag: Tag, *, date: bool) -> str:
    names: Any = _VALUES if date else _VALUES[:1]
    for name in names:
        value = tag.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return " ".join(text_of(tag).split())
