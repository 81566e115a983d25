"""A page as a flat list of blocks of text, each with the element it stands in: what the choice of the body works on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lxml import etree  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

NEVER_TEXT: Final = frozenset(
    "script style noscript template iframe svg canvas object embed audio video map math head title meta link "
    "select option textarea button input progress meter dialog datalist frameset applet".split()
)
_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big center cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s "
    "samp small span strike strong sub sup time tt u var wbr img".split()
)
_SAYING: Final = frozenset(
    "class id role itemprop data-component data-testid data-test-id data-type data-module data-name data-qa "
    "data-testid data-block-type data-cy property".split()
)
_WORD: Final = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+(?![a-zß-ÿ])")
_LONGEST_NAME: Final = 400
_BREAK: Final = "\x1e"
_BREAKS: Final = re.compile(rf"\s*{_BREAK}[\s{_BREAK}]*")


@dataclass(slots=True)
class Block:
    """A run of text without a block boundary in it.

    Attributes:
        text: white space collapsed; a single `br` is a line end.
        node: index of the element it stands in, in `Layout.tags`.
        linked: characters of it that are inside links.
        bold: characters of it that are inside strong, b, ...
    """

    text: str
    node: int
    linked: int = 0
    bold: int = 0


@dataclass(slots=True)
class Layout:
    """The block elements of a page in document order, in parallel lists, and the blocks of text.

    Attributes:
        parents: index of the enclosing block element; -1 for the root.
        ends: index after the last descendant.
        names: the words of its class, id, role, ...
    """

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    names: list[frozenset[str]] = field(default_factory=list)
    elements: list[HtmlElement] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@lru_cache(maxsize=1 << 14)
def words_of(name: str) -> frozenset[str]:
    """The words of a class or id: `c-article__relatedLinks` is article, related, links."""
    return frozenset(word.lower() for word in _WORD.findall(name) if len(word) > 1)


_NONE: Final[frozenset[str]] = frozenset()


def layout(tree: HtmlElement) -> Layout:
    """All blocks of text that are shown, in document order. One pass; the tree is left as it is."""
    found = Layout()
    tags, parents, ends, names, elements, blocks = (
        found.tags, found.parents, found.ends, found.names, found.elements, found.blocks,
    )
    current = -1
    buffer: list[str] = []
    links = bolds = linked = bold = 0
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in NEVER_TEXT:
                walk.skip_subtree()
                continue
            if tag in _INLINE:
                if tag == "a":
                    links += 1
                elif tag in ("strong", "b"):
                    bolds += 1
            elif tag == "br":
                buffer.append(_BREAK)
            else:
                if buffer:
                    _flush(blocks, buffer, current, linked, bold)
                    linked = bold = 0
                    buffer = []
                name = _NONE
                hidden = False
                for key, value in element.items():
                    if key in _SAYING:
                        said = words_of(value[:_LONGEST_NAME])
                        name = said if not name else name | said
                    elif (key == "hidden" or (key == "aria-hidden" and value == "true")
                          or (key == "style" and _HIDDEN.search(value))):
                        hidden = True
                if hidden:
                    name = name | {"hidden"}
                tags.append(tag)
                parents.append(current)
                ends.append(0)
                names.append(name)
                elements.append(element)
                current = len(tags) - 1
            text = element.text
            if text:
                buffer.append(text)
                if links:
                    linked += len(text)
                if bolds:
                    bold += len(text)
        else:
            if tag not in NEVER_TEXT:
                if tag in _INLINE:
                    if tag == "a":
                        links -= 1
                    elif tag in ("strong", "b"):
                        bolds -= 1
                elif tag != "br":
                    if buffer:
                        _flush(blocks, buffer, current, linked, bold)
                        linked = bold = 0
                        buffer = []
                    ends[current] = len(tags)
                    current = parents[current]
            text = element.tail
            if text:
                buffer.append(text)
                if links:
                    linked += len(text)
                if bolds:
                    bold += len(text)
    return found


_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def _flush(blocks: list[Block], buffer: list[str], node: int, linked: int, bold: int) -> None:
    joined = "".join(buffer)
    if _BREAK not in joined:
        text = " ".join(joined.split())
        if text:
            blocks.append(Block(text, node, linked, bold))
        return
    runs = _BREAKS.sub(lambda run: "\n\n" if run[0].count(_BREAK) > 1 else _BREAK, joined.strip(" \t\r\n\f" + _BREAK))
    for part in runs.split("\n\n"):
        lines = [" ".join(line.split()) for line in part.split(_BREAK)]
        text = "\n".join(line for line in lines if line)
        if text:
            share = len(part) / len(joined)
            blocks.append(Block(text, node, int(linked * share), int(bold * share)))
