"""The main text of a news page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.extract.page.body_blocks import Block, Layout, layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_DROP_TAGS: Final = frozenset("nav aside footer figcaption figure form menu address".split())
_DROP_WORDS: Final = frozenset(
    """
    related relateds recommended recommendation recommendations newsletter newsletters share sharing shares sharebar
    social socials promo promos
    advert adverts advertisement advertising ad ads adslot sponsor sponsored caption captions credit credits byline bylines
    breadcrumb breadcrumbs cookie cookies consent gdpr paywall subscribe subscription signup sidebar toolbar
    popular trending outbrain taboola tags taglist navigation navbar menu login bio
    copyright timestamp tooltip modal popup overlay banner carousel slideshow
    complementary contentinfo search hidden
    teaser teasers disclaimer author authors
    """.split()
)
_COMMENT_WORDS: Final = frozenset("comment comments disqus respond commentlist kommentare kommentar".split())
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())


@dataclass(frozen=True, slots=True)
class Body:
    """The article of a page.

    Attributes:
        lead: the standfirst as it is shown between the headline and the body.
        paragraphs: the rest in reading order, headings, list items and quotes among them.
    """

    lead: str | None
    paragraphs: list[str]


def body(
    tree: HtmlElement, *, title: str | None, lead: str | None, ld_body: str | None, remove: Sequence[str] = ()
) -> Body:
    """The article's text."""
    page = layout(tree)
    n = len(page.tags)
    blocks = page.blocks
    if not blocks:
        return Body(None, [])
    tags, parents, names = page.tags, page.parents, page.names
    prose = [0] * n
    h1s = [0] * n
    for b in blocks:
        size = len(b.text)
        if tags[b.node] == "h1":
            h1s[b.node] = 1
        elif size >= 60 and b.linked * 2 < size:
            prose[b.node] += size
    for i in range(n - 1, 0, -1):
        prose[parents[i]] += prose[i]
        h1s[parents[i]] += h1s[i]
    total = prose[0]
    dropped = [False] * n
    for i in range(n):
        p = parents[i]
        if p >= 0 and dropped[p]:
            dropped[i] = True
            continue
        words = names[i]
        if words and not words.isdisjoint(_COMMENT_WORDS) and not h1s[i]:
            dropped[i] = prose[i] < 0.9 * total
        elif tags[i] in _DROP_TAGS or (words and not words.isdisjoint(_DROP_WORDS)):
            dropped[i] = prose[i] < 0.4 * total and not (h1s[i] and prose[i] > 0.2 * total)
    values = [0.0] * n
    for b in blocks:
        if dropped[b.node] or tags[b.node] in _HEADINGS:
            continue
        values[b.node] += _value(b, tags[b.node])
    for i in range(n - 1, 0, -1):
        values[parents[i]] += values[i]
    best = max(range(n), key=lambda i: (values[i], i))
    # descend
    children: dict[int, list[int]] = {}
    for i in range(best + 1, page.ends[best]):
        children.setdefault(parents[i], []).append(i)
    while best in children:
        child = max(children[best], key=lambda i: values[i])
        if values[child] < 0.8 * values[best] or tags[child] == "p":
            break
        best = child
    end = page.ends[best]
    kept = [b for b in blocks if best <= b.node < end and not dropped[b.node]]
    first = next((k for k, b in enumerate(kept) if tags[b.node] not in _HEADINGS and _prose(b)), 0)
    last = next((k for k in range(len(kept) - 1, -1, -1) if tags[kept[k].node] not in _HEADINGS and _prose(kept[k])), len(kept) - 1)
    kept = kept[first:last + 1]
    return Body(None, [b.text for b in kept if b.linked < 0.8 * len(b.text) and tags[b.node] != "h1"])


def _prose(b: Block) -> bool:
    return len(b.text) >= 40 and b.linked < 0.5 * len(b.text)


def _value(b: Block, tag: str) -> float:
    size = len(b.text)
    linked = min(b.linked, size)
    if linked * 2 > size:
        return -min(size, 100)
    if size < 25:
        return -5
    value = min(size - 2 * linked, 1000)
    return value * 0.5 if tag in ("li", "td") else value
