"""The main text of a news page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pipeline.extract.page import body_state
from pipeline.extract.page.body_blocks import Block, Layout, layout, named
from pipeline.extract.page.body_compare import LONGEST, is_within, key, pieces as pieces_of
from pipeline.extract.page.body_regions import (
    HEADINGS,
    cards_of,
    container_of,
    dropped_by,
    dropped_in,
    headline_of,
    menus_of,
    seen_from_body,
)
from pipeline.extract.page.body_words import LEAD, is_byline, is_call, is_consent, is_credit
from pipeline.extract.page.parse import parse

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_SELDOM_IN_LD: Final = HEADINGS | named("li tr")
_ENDS: Final = re.compile(r"[.!?…。！？:;\"'”’»«“)\]]\s*$")
_QUOTED: Final = named("quote pullquote zitat sitat citat")
_SCANT: Final = 250  # characters: less is hardly an article
_SENTENCE: Final = re.compile(r"[.!?…。！？]")
_MARKUP: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Body:
    """The article of a page.

    Attributes:
        lead: the standfirst as it is shown between the headline and the body.
        paragraphs: the rest in reading order, headings, list items and quotes among them.
    """

    lead: str | None
    paragraphs: list[str]


def body(tree: HtmlElement, *, title: str | None, lead: str | None, ld_body: str | None) -> Body:
    """The article's text: what the page shows, else what its JSON-LD or its scripts hold.

    Args:
        title: the headline, as far as it is known: it shows where the article begins.
        lead: the description in the meta data: it shows which paragraph is the standfirst.
        ld_body: JSON-LD's `articleBody`, plain or HTML.
    """
    page = layout(tree)
    shown = _of_page(page, title=title, lead=lead, ld_body=ld_body)
    if _size(shown) < _SCANT and tree.find(".//nav") is not None:  # one that is not closed holds the page
        page = layout(tree, navs=True)
        shown = _of_page(page, title=title, lead=lead, ld_body=ld_body)
    if ld_body and _is_withheld(ld_body, page, shown):
        return Body(shown.lead, _of_fragment(ld_body))
    if _size(shown) < _SCANT and (state := body_state.markup(tree)):  # drawn by scripts, or no article
        drawn = Body(shown.lead, _of_fragment(state))
        if len(drawn.paragraphs) > 1 and _size(drawn) > 2 * _size(shown):
            return drawn
    return shown


def _size(found: Body) -> int:
    return sum(map(len, found.paragraphs))


def _is_withheld(ld_body: str, page: Layout, shown: Body) -> bool:
    """Whether the JSON-LD holds a body that the page does not show, or shows the beginning of."""
    known = _letters(ld_body)
    have = key("".join(shown.paragraphs))
    if len(known) < 2 * len(have):
        return False
    if len(have) < _SCANT:
        return True
    everything = "".join(key(b.text) for b in page.blocks)
    if max(len(known), len(everything)) > LONGEST:
        return False
    return is_within(have, pieces_of(known), share=0.8) and not is_within(
        known, pieces_of(everything), share=0.5
    )


def _letters(markup: str) -> str:
    return key(html.unescape(_MARKUP.sub(" ", markup)))


def _of_fragment(markup: str) -> list[str]:
    """The paragraphs of a body that stands alone: HTML, or text with line ends."""
    if "<" not in markup:
        return [text for line in markup.splitlines() if (text := " ".join(html.unescape(line).split()))]
    page = layout(parse(f"<div>{markup}</div>"))
    whose = dropped_by(page, -1)
    dropped = dropped_in(page, whose, 0)
    return _once(page, [k for k, b in enumerate(page.blocks) if not dropped[b.node] and _stays(b, page.tags)])


def _of_page(page: Layout, *, title: str | None, lead: str | None, ld_body: str | None) -> Body:
    if not page.blocks:
        return Body(None, [])
    start = headline_of(page, title)
    shown = _under(page, start, lead=lead, ld_body=ld_body)
    if start >= 0 and _size(shown) < _SCANT:  # it may be the headline's repetition below the article
        anywhere = _under(page, -1, lead=lead, ld_body=ld_body)
        if _size(anywhere) > 2 * _size(shown):
            return anywhere
    return shown


def _under(page: Layout, start: int, *, lead: str | None, ld_body: str | None) -> Body:
    """The article under the headline at that index, or under any."""
    blocks, tags = page.blocks, page.tags
    whose = dropped_by(page, start)
    cards = cards_of(page, start)
    best, region = container_of(page, whose, cards, start)
    if start < 0:
        start, region = seen_from_body(page, best, region)
    dropped = dropped_in(page, whose, best)
    menus = menus_of(page)
    end = page.ends[region]
    fit = [
        k > start
        and region <= b.node < end
        and not dropped[b.node]
        and not cards[b.node]
        and b.node not in menus
        and _stays(b, tags)
        for k, b in enumerate(blocks)
    ]
    end = page.ends[best]
    kept = [k for k, b in enumerate(blocks) if fit[k] and best <= b.node < end]
    sure = [k for k in kept if _is_sure(blocks[k], tags)]
    if sure:
        first, last = kept.index(sure[0]), kept.index(sure[-1])
        # A heading over the first paragraph, set as the body's own: not one of the page's header.
        above = blocks[kept[first - 1]].node if first else -1
        if above >= 0 and tags[above] in HEADINGS and page.parents[above] == best:
            first -= 1
        kept = kept[first : last + 1]
        before, after = _around(page, fit, region, kept)
    else:
        before = after = []
    leads = _standfirst(page, dropped, start, kept, lead) if kept else {}
    kept = [k for k in (*before, *kept, *after) if k not in leads]
    if ld_body and (agreed := _agreed(page, kept, ld_body)):
        first = next(n for n, k in enumerate(kept) if k in agreed)
        leads |= {k: blocks[k].text for k in kept[:first] if _is_paragraph(page, blocks[k])}
        kept = [k for k in kept[first:] if k in agreed or tags[blocks[k].node] in _SELDOM_IN_LD]
    standfirst = "\n\n".join(dict.fromkeys(leads.values())) or None
    return Body(standfirst, _once(page, kept))


def _around(page: Layout, fit: list[bool], region: int, kept: list[int]) -> tuple[list[int], list[int]]:
    """Paragraphs of the body outside of its container.

    Before it those that read like one (free, before a wall), after it those that look like the body's own.
    """
    blocks = page.blocks
    end = page.ends[region]
    looks = {_look(page, blocks[k].node) for k in kept}
    before = [
        k for k in range(kept[0]) if fit[k] and region <= blocks[k].node < end and _belongs(page, blocks[k])
    ]
    first = next((n for n, k in enumerate(before) if page.tags[blocks[k].node] not in HEADINGS), len(before))
    after: list[int] = []
    waiting: list[int] = []
    for k in range(kept[-1] + 1, len(blocks)):
        b = blocks[k]
        if b.node >= end:
            break
        if not fit[k]:
            continue
        if _is_paragraph(page, b) and _look(page, b.node) in looks:
            after += [*waiting, k]
            waiting = []
        elif _belongs(page, b) and _look(page, b.node) in looks:
            waiting.append(k)
    return before[first:], after


def _belongs(page: Layout, b: Block) -> bool:
    tag = page.tags[b.node]
    if tag in HEADINGS:
        return b.linked == 0
    return (tag == "li" and b.size >= 40 and b.linked == 0) or _is_paragraph(page, b)


def _is_paragraph(page: Layout, b: Block) -> bool:
    return (
        page.tags[b.node] not in _SELDOM_IN_LD
        and b.size >= 80
        and b.linked * 3 < b.size
        and bool(_SENTENCE.search(b.text))
    )


def _look(page: Layout, node: int) -> tuple[str, frozenset[str], frozenset[str]]:
    parent = page.parents[node]
    return page.tags[node], page.names[node], page.names[parent] if parent >= 0 else frozenset()


def _agreed(page: Layout, kept: list[int], ld_body: str) -> set[int]:
    """What of it the JSON-LD has too, where that is the same body and whole; else nothing.

    Such a body begins after the standfirst, has no boxes, and often lacks headings and lists.
    """
    known = _letters(ld_body)
    keys = {k: key(page.blocks[k].text) for k in kept}
    have = sum(map(len, keys.values()))
    if max(have, len(known)) > LONGEST:
        return set()
    pieces = pieces_of(known)
    agreed = {k for k, letters in keys.items() if is_within(letters, pieces, share=0.5)}
    shared = sum(len(keys[k]) for k in agreed)
    # A body that lacks much of the page is the beginning of one, one that has much more is another's.
    return agreed if shared >= 0.85 * len(known) and shared >= 0.75 * have else set()


def _once(page: Layout, kept: list[int]) -> list[str]:
    """The texts, without those that repeat another and quotes pulled out of the text."""
    blocks = page.blocks
    quotes = {k for k in kept if 30 < blocks[k].size < 300 and _may_repeat(page, blocks[k].node)}
    if quotes and sum(len(blocks[k].text) for k in kept) <= LONGEST:
        pieces: set[str] = set()
        for k in kept:
            if k not in quotes:
                pieces |= pieces_of(key(blocks[k].text))
        kept = [k for k in kept if k not in quotes or not is_within(key(blocks[k].text), pieces, share=0.8)]
    seen: set[str] = set()
    texts = []
    for k in kept:
        b = blocks[k]
        if b.size > 80:  # a short line may be meant to come again
            if b.text in seen:
                continue
            seen.add(b.text)
        texts.append(b.text)
    return texts


def _may_repeat(page: Layout, node: int) -> bool:
    """A quote or an item of a list: what is set beside the text to sum it up."""
    parent = page.parents[node]
    return (
        page.tags[node] in ("blockquote", "li")
        or (parent >= 0 and page.tags[parent] == "blockquote")
        or not page.names[node].isdisjoint(_QUOTED)
        or (parent >= 0 and not page.names[parent].isdisjoint(_QUOTED))
    )


def _is_prose(b: Block) -> bool:
    return b.linked * 2 < b.size and (b.size >= 80 or (b.size >= 30 and bool(_ENDS.search(b.text))))


def _is_sure(b: Block, tags: list[str]) -> bool:
    tag = tags[b.node]
    if tag in HEADINGS:
        return False
    return _is_prose(b) or (tag in ("li", "tr") and b.linked * 4 < b.size and b.size >= 15)


def _stays(b: Block, tags: list[str]) -> bool:
    tag = tags[b.node]
    if tag == "h1":
        return False
    if b.linked >= 0.8 * b.size and tag not in ("li", "tr"):
        return False
    return not (
        is_call(b.text, linked=b.linked > 0) or is_credit(b.text) or is_byline(b.text) or is_consent(b.text)
    )


def _standfirst(
    page: Layout, dropped: list[bool], start: int, kept: list[int], lead: str | None
) -> dict[int, str]:
    """What stands between headline and body and is called a lead, or repeated as one in the meta data.

    Within the body itself it must be called so, and look other than what follows: descriptions often repeat
    the first paragraph.
    """
    if start < 0:
        return {}
    wanted = key(lead)[:60] if lead else ""
    found = {
        k: page.blocks[k].text
        for k in range(start + 1, kept[0])
        if _is_lead(page, page.blocks[k], wanted, hidden=dropped[page.blocks[k].node])
    }
    for k, following in pairwise(kept):
        b = page.blocks[k]
        if not _is_lead(page, b, "", hidden=False) or _look(page, b.node) == _look(
            page, page.blocks[following].node
        ):
            break
        found[k] = b.text
    return found


def _is_lead(page: Layout, b: Block, wanted: str, *, hidden: bool) -> bool:
    if not 25 <= b.size <= 1500 or b.linked * 2 > b.size:
        return False
    own = key(b.text)
    if len(wanted) > 20 and (own.startswith(wanted) or (len(own) > 25 and wanted.startswith(own))):
        return True
    if hidden or page.tags[b.node] == "figcaption":
        return False
    i = b.node
    for _ in range(3):
        if i >= 0:
            if not page.names[i].isdisjoint(LEAD):
                return True
            i = page.parents[i]
    return False
