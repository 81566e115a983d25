"""A page as a list of blocks of text and the elements they stand in: what the choice of the body works on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lxml import etree  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]


def named(words: str) -> frozenset[str]:
    """A vocabulary, from words separated by white space."""
    return frozenset(words.split())


NEVER_TEXT: Final = named(
    """script style noscript template iframe svg canvas object embed audio video map math head title meta link
    select option textarea button input progress meter dialog datalist frameset applet"""
)
_NEVER_BODY: Final = NEVER_TEXT | {"nav"}
# A table's cells too: a row of them is one line of text, unless they hold blocks.
_INLINE: Final = named(
    """a abbr acronym b bdi bdo big center cite code data del dfn em font i img ins kbd label mark nobr q rb
    rp rt ruby s samp small span strike strong sub sup td th time tt u var wbr"""
)
_SAYING: Final = named(
    """class id role itemprop property data-block-type data-component data-cy data-module data-name data-qa
    data-test-id data-testid data-type"""
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+(?![a-zß-ÿ])")
_LONGEST_NAME: Final = 400
_BREAK: Final = "\x1e"
_BREAKS: Final = re.compile(rf"\s*{_BREAK}[\s{_BREAK}]*")


# A character of these scripts is about a syllable or a word: lengths are in characters of an alphabet.
_DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSITY: Final = 2.5
_SAMPLE: Final = 20  # characters of each block that show which script a page is in


@dataclass(slots=True)
class Block:
    """A run of text without a block boundary in it.

    Attributes:
        text: white space collapsed; a single `br` is a line end.
        node: index of the element it stands in, in the lists of `Layout`.
        size: its length, in characters of an alphabet.
        linked: how much of that is inside links.
    """

    text: str
    node: int
    size: int
    linked: int


@dataclass(slots=True)
class Layout:
    """The block elements of a page in document order, in parallel lists, and the blocks of text.

    Attributes:
        parents: index of the enclosing block element; -1 for the root.
        ends: index after the last descendant.
        images: whether a picture stands in it or in what it holds.
        names: the words of its class, id, role, ...; with `articlebody` and `hidden` where it says so.
    """

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    names: list[frozenset[str]] = field(default_factory=list)
    images: list[bool] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


_NAMELESS: Final[frozenset[str]] = frozenset()


@lru_cache(maxsize=1 << 14)
def words_of(name: str) -> frozenset[str]:
    """The words of a class or id: `c-article__relatedLinks` is article, related, links."""
    return frozenset(word.lower() for word in _WORD.findall(name) if len(word) > 1)


def layout(tree: HtmlElement, *, navs: bool = False) -> Layout:
    """All text that is not markup's own, in document order. One pass; the tree is left as it is.

    What is in `nav` elements, a sixth of a usual page's time, is left out unless `navs`.
    """
    skipped = NEVER_TEXT if navs else _NEVER_BODY
    found = Layout()
    tags, parents, ends, blocks = found.tags, found.parents, found.ends, found.blocks
    current = -1
    buffer: list[str] = []
    links = linked = 0
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in skipped:
                walk.skip_subtree()
                continue
            if tag in _INLINE:
                if tag == "a":
                    links += 1
                elif tag in ("td", "th"):
                    buffer.append(" ")
                elif tag == "img" and current >= 0:
                    found.images[current] = True
            elif tag == "br":
                buffer.append(_BREAK)
            else:
                if buffer:
                    _flush(blocks, buffer, current, linked)
                    linked = 0
                    buffer = []
                tags.append(tag)
                parents.append(current)
                ends.append(0)
                found.names.append(_named(element))
                found.images.append(False)
                current = len(tags) - 1
            text = element.text
        else:
            text = element.tail
            if tag in skipped:
                pass
            elif tag in _INLINE:
                if tag == "a":
                    links -= 1
            elif tag != "br":
                if buffer:
                    _flush(blocks, buffer, current, linked)
                    linked = 0
                    buffer = []
                ends[current] = len(tags)
                if found.images[current] and parents[current] >= 0:
                    found.images[parents[current]] = True
                current = parents[current]
        if text:
            buffer.append(text)
            if links:
                linked += len(text.strip())
    sample = "".join([block.text[:_SAMPLE] for block in blocks])
    if len(_DENSE.findall(sample)) * 2 > len(sample):
        for block in blocks:
            block.size = int(block.size * _DENSITY)
            block.linked = int(block.linked * _DENSITY)
    return found


def _named(element: HtmlElement) -> frozenset[str]:
    names = _NAMELESS
    for key, value in element.items():
        if key in _SAYING:
            words = words_of(value[:_LONGEST_NAME])
            names = names | words if names else words
            if key == "itemprop" and "articleBody" in value:
                names = names | {"articlebody"}
        elif (
            key == "hidden"
            or (key == "aria-hidden" and value == "true")
            or (key == "style" and _HIDDEN.search(value))
        ):
            names = names | {"hidden"}
    return names


def _flush(blocks: list[Block], buffer: list[str], node: int, linked: int) -> None:
    joined = "".join(buffer)
    if _BREAK not in joined:
        if text := " ".join(joined.split()):
            blocks.append(Block(text, node, len(text), min(linked, len(text))))
        return
    runs = _BREAKS.sub(lambda run: "\n\n" if run[0].count(_BREAK) > 1 else _BREAK, joined)
    for run in runs.split("\n\n"):
        lines = [" ".join(line.split()) for line in run.split(_BREAK)]
        if text := "\n".join(line for line in lines if line):
            blocks.append(Block(text, node, len(text), min(len(text), linked * len(run) // len(joined))))
