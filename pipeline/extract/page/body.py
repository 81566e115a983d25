"""The main text of a news page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pipeline.extract.page import body_state
from pipeline.extract.page.body_blocks import Block, Layout, layout, named
from pipeline.extract.page.body_words import (
    BOXES,
    COMMENTS,
    LEAD,
    NOT_BODY,
    NOT_BODY_IF_SMALL,
    ON_PARAGRAPHS,
    is_call,
    is_consent,
    is_credit,
)
from pipeline.extract.page.parse import parse

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_NOT_BODY_TAGS: Final = named("nav aside footer figcaption form menu address")
_HEADINGS: Final = named("h1 h2 h3 h4 h5 h6")
_FIGURED: Final = named("blockquote table")
_PARAGRAPHS: Final = _HEADINGS | named("p li tr")
_SELDOM_IN_LD: Final = _HEADINGS | named("li tr")
_WORDS: Final = re.compile(r"\w+")
_ENDS: Final = re.compile(r"[.!?…。！？:;\"'”’»«“)\]]\s*$")
_QUOTED: Final = named("quote pullquote zitat sitat citat")
_PIECE: Final = 12  # letters
_SCANT: Final = 250  # characters: less is hardly an article
_LONGEST_COMPARED: Final = 200_000  # letters; a piece begins at each
_SENTENCE: Final = re.compile(r"[.!?…。！？]")
_QUOTES: Final = "\"'“”„«»‘’›‹ "
_MARKUP: Final = re.compile(r"<[^>]*>")

_NO, _SOFT, _HARD = 0, 1, 2


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
    shown = _of_page(page, title=title, lead=lead, ld_body=ld_body) if page.blocks else Body(None, [])
    if ld_body and _is_withheld(ld_body, page, shown):
        return Body(shown.lead, _of_fragment(ld_body))
    size = sum(map(len, shown.paragraphs))
    if size < _SCANT and (state := body_state.markup(tree)):  # drawn by scripts, or no article
        paragraphs = _of_fragment(state)
        if len(paragraphs) > 1 and sum(map(len, paragraphs)) > 2 * size:
            return Body(shown.lead, paragraphs)
    return shown


def _is_withheld(ld_body: str, page: Layout, shown: Body) -> bool:
    """Whether the JSON-LD holds a body that the page does not show, or of which it shows but the beginning."""
    known = _letters(ld_body)
    have = _key("".join(shown.paragraphs))
    if len(known) < 2 * len(have):
        return False
    if len(have) < _SCANT:
        return True
    everything = "".join(_key(b.text) for b in page.blocks)
    if max(len(known), len(everything)) > _LONGEST_COMPARED:
        return False
    return _is_within(have, _pieces(known), share=0.8) and not _is_within(
        known, _pieces(everything), share=0.5
    )


def _letters(markup: str) -> str:
    return _key(html.unescape(_MARKUP.sub(" ", markup)))


def _of_fragment(markup: str) -> list[str]:
    """The paragraphs of a body that stands alone: HTML, or text with line ends."""
    if "<" not in markup:
        return [text for line in markup.splitlines() if (text := " ".join(html.unescape(line).split()))]
    page = layout(parse(f"<div>{markup}</div>"))
    whose = _dropped(page, -1)
    dropped = _checked(page, whose, 0)
    return _once(page, [k for k, b in enumerate(page.blocks) if not dropped[b.node] and _stays(b, page.tags)])


def _of_page(page: Layout, *, title: str | None, lead: str | None, ld_body: str | None) -> Body:
    blocks, tags = page.blocks, page.tags
    start = _headline(page, title)
    whose = _dropped(page, start)
    cards = _cards(page, start)
    best, region = _container(page, whose, cards, start)
    if start < 0:
        start, region = _from_body(page, best, region)
    dropped = _checked(page, whose, best)
    menus = _menus(page)
    fit = [
        k > start and not dropped[b.node] and not cards[b.node] and b.node not in menus and _stays(b, tags)
        for k, b in enumerate(blocks)
    ]
    end = page.ends[best]
    kept = [k for k, b in enumerate(blocks) if fit[k] and best <= b.node < end]
    sure = [k for k in kept if _is_sure(blocks[k], tags)]
    if sure:
        kept = [k for k in kept if sure[0] <= k <= sure[-1]]
        before, after = _around(page, fit, region, kept)
    else:
        before = after = []
    leads = _standfirst(page, dropped, start, kept, lead) if kept else {}
    kept = [k for k in (*before, *kept, *after) if k not in leads]
    if ld_body:
        kept = _confirmed(page, kept, ld_body)
    standfirst = "\n\n".join(dict.fromkeys(leads.values())) or None
    return Body(standfirst, _once(page, kept))


def _around(page: Layout, fit: list[bool], region: int, kept: list[int]) -> tuple[list[int], list[int]]:
    """Paragraphs of the body that stand outside of its container: the free beginning before a wall, a part more."""
    blocks = page.blocks
    end = page.ends[region]
    looks = {_look(page, blocks[k].node) for k in kept}
    before = [
        k for k in range(kept[0]) if fit[k] and region <= blocks[k].node < end and _belongs(page, blocks[k])
    ]
    first = next((n for n, k in enumerate(before) if page.tags[blocks[k].node] not in _HEADINGS), len(before))
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
    if tag in _HEADINGS:
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


def _confirmed(page: Layout, kept: list[int], ld_body: str) -> list[int]:
    """What is kept, without what a whole JSON-LD body does not have (headings and lists it often lacks)."""
    known = _letters(ld_body)
    keys = {k: _key(page.blocks[k].text) for k in kept}
    have = sum(map(len, keys.values()))
    if max(have, len(known)) > _LONGEST_COMPARED:
        return kept
    pieces = _pieces(known)
    agreed = {k for k, key in keys.items() if _is_within(key, pieces, share=0.5)}
    shared = sum(len(keys[k]) for k in agreed)
    # A body that lacks much of the page is the beginning of one, one that has much more is another's.
    if shared < 0.85 * len(known) or shared < 0.75 * have:
        return kept
    return [k for k in kept if k in agreed or page.tags[page.blocks[k].node] in _SELDOM_IN_LD]


def _once(page: Layout, kept: list[int]) -> list[str]:
    """The texts, without those that repeat another and quotes pulled out of the text."""
    blocks = page.blocks
    quotes = {k for k in kept if 30 < blocks[k].size < 300 and _may_repeat(page, blocks[k].node)}
    if quotes and sum(len(blocks[k].text) for k in kept) <= _LONGEST_COMPARED:
        pieces: set[str] = set()
        for k in kept:
            if k not in quotes:
                pieces |= _pieces(_key(blocks[k].text))
        kept = [k for k in kept if k not in quotes or not _is_within(_key(blocks[k].text), pieces, share=0.8)]
    seen: set[str] = set()
    texts = []
    for k in kept:
        b = blocks[k]
        if b.size > 30:
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


def _key(text: str) -> str:
    """What two writings of a text have in common: its letters and digits, without case."""
    return "".join(_WORDS.findall(text.casefold()))


def _pieces(key: str) -> set[str]:
    return {key[i : i + _PIECE] for i in range(len(key) - _PIECE + 1)}


def _is_within(key: str, pieces: set[str], *, share: float) -> bool:
    """Whether that share of a text is in what the pieces are of."""
    own = [key[i : i + _PIECE] for i in range(0, len(key) - _PIECE + 1, _PIECE)]
    return bool(own) and sum(piece in pieces for piece in own) >= share * len(own)


# --- where the article is -----------------------------------------------------------------------------


def _headline(page: Layout, title: str | None) -> int:
    """Index of the block that is the article's headline; -1 when none is found."""
    wanted = _key(title) if title else ""
    words = set(_WORDS.findall(title.casefold())) if title else set()
    h1s: list[int] = []
    near, likeness = -1, 0.6
    for k, b in enumerate(page.blocks):
        tag = page.tags[b.node]
        if tag not in _HEADINGS and _up_tag(page, b.node) not in _HEADINGS:
            continue
        heading = "h1" if tag == "h1" or _up_tag(page, b.node) == "h1" else tag
        key = _key(b.text)
        same = (
            len(key) > 8
            and len(wanted) > 8
            and (key == wanted or (len(key) * 2 > len(wanted) and key in wanted) or wanted in key)
        )
        if heading == "h1":
            if same:
                return k
            h1s.append(k)
        if same:
            like = 0.95
        elif words:
            own = set(_WORDS.findall(b.text.casefold()))
            like = len(own & words) / len(own | words) if own else 0.0
        else:
            continue
        if like > likeness:
            near, likeness = k, like
    if near >= 0:
        return near
    return h1s[0] if len(h1s) == 1 else -1


def _from_body(page: Layout, best: int, region: int) -> tuple[int, int]:
    """The headline, and where the article may be, seen from its body: the last h1 before it, the element around."""
    i = best
    while i > 0 and page.tags[i] not in ("article", "main"):
        i = page.parents[i]
    if i > 0:
        region = min(i, region)
    h1 = heading = -1
    for k, b in enumerate(page.blocks):
        if b.node >= best:
            break
        if page.tags[b.node] == "h1" or _up_tag(page, b.node) == "h1":
            h1 = k
        elif heading < 0 and b.node > region and page.tags[b.node] in _HEADINGS:
            heading = k
    return h1 if h1 >= 0 else heading, region


def _up_tag(page: Layout, node: int) -> str:
    parent = page.parents[node]
    return page.tags[parent] if parent >= 0 else ""


def _dropped(page: Layout, start: int) -> list[str]:
    """Per element: the tag or the word by which it, or what it stands in, is no part of an article; or none."""
    tags, parents, names, blocks = page.tags, page.parents, page.names, page.blocks
    n = len(tags)
    prose = [0] * n
    headline = [False] * n
    own_words = [False] * n  # quotes and tables are set as figures too
    text, counts = [0] * n, [0] * n
    for b in blocks:
        text[b.node] += b.size
        counts[b.node] += 1
        if b.size >= 60 and b.linked * 2 < b.size:
            prose[b.node] += b.size
    if start >= 0:
        i = blocks[start].node
        while i >= 0:
            headline[i] = True
            i = parents[i]
    for i in range(n - 1, 0, -1):
        up = parents[i]
        prose[up] += prose[i]
        text[up] += text[i]
        counts[up] += counts[i]
        if own_words[i] or tags[i] in _FIGURED:
            own_words[up] = True
    total = prose[0]
    nested = _nested(page, prose, start)
    dropped = [""] * n
    for i in range(1, n):
        p = parents[i]
        if dropped[p]:
            dropped[i] = dropped[p]
            continue
        if headline[i] and prose[i] > 0.2 * total:
            continue
        words, tag = names[i], tags[i]
        if (tag == "figure" and not own_words[i]) or (
            page.images[i]
            and text[i] < 350
            and counts[i] <= 3
            and prose[i] < 0.2 * total
            and tag not in _PARAGRAPHS
        ):
            dropped[i] = "<figure"
        elif i in nested:
            dropped[i] = "<article"
        elif tag in _NOT_BODY_TAGS:
            if prose[i] < 0.5 * total:
                dropped[i] = "<" + tag
        elif words:
            if tag == "p" or tag == "tr":
                words = words & ON_PARAGRAPHS
            if found := words & COMMENTS:
                if prose[i] < 0.9 * total:
                    dropped[i] = "<" + min(found)
            elif found := words & BOXES:
                if prose[i] < 0.7 * total:
                    dropped[i] = "<" + min(found)
            elif found := words & NOT_BODY:
                if prose[i] < 0.4 * total:
                    dropped[i] = min(found)
            elif found := words & NOT_BODY_IF_SMALL:
                if prose[i] < min(600, 0.2 * total):
                    dropped[i] = min(found)
    return dropped


def _nested(page: Layout, prose: list[int], start: int) -> set[int]:
    """The articles within the headline's article, where that has a text of its own: teasers of others."""
    if start < 0:
        return set()
    outer = page.blocks[start].node
    while outer >= 0 and page.tags[outer] != "article":
        outer = page.parents[outer]
    if outer < 0:
        return set()
    found: set[int] = set()
    i = outer + 1
    within = 0
    while i < page.ends[outer]:
        if page.tags[i] == "article":
            found.add(i)
            within += prose[i]
            i = page.ends[i]
        else:
            i += 1
    own = prose[outer] - within
    return found if len(found) > 1 and own >= 400 else set()


def _checked(page: Layout, whose: list[str], best: int) -> list[bool]:
    """Per element, whether it is dropped: not for a word that much of the body's own prose stands in.

    Such a word is a name of the layout here (`sidebar-grid__content`).
    """
    held: dict[str, int] = {}
    total = 0
    end = page.ends[best]
    for b in page.blocks:
        if best <= b.node < end and b.size >= 60 and b.linked * 2 < b.size:
            total += b.size
            if word := whose[b.node]:
                held[word] = held.get(word, 0) + b.size
    wrong = {word for word, size in held.items() if size > 0.4 * total and not word.startswith("<")}
    return [bool(word) and word not in wrong for word in whose]


def _cards(page: Layout, start: int) -> list[bool]:
    """Per element: whether it stands in a teaser of another article, a linked heading with little text."""
    tags, parents, blocks = page.tags, page.parents, page.blocks
    n = len(tags)
    heads, prose = [0] * n, [0] * n
    for k, b in enumerate(blocks):
        if b.linked >= 0.8 * b.size:
            if tags[b.node] in _HEADINGS or not page.names[b.node].isdisjoint(_HEADLINES):
                heads[b.node] += 1
        else:
            prose[b.node] += b.size
        if k == start:
            prose[b.node] += 10_000
    for i in range(n - 1, 0, -1):
        heads[parents[i]] += heads[i]
        prose[parents[i]] += prose[i]
    found = [False] * n
    for i in range(1, n):
        found[i] = found[parents[i]] or (heads[i] == 1 and prose[i] < 600 and tags[i] not in _HEADINGS)
    return found


_HEADLINES: Final = named("title headline heading")


def _menus(page: Layout) -> set[int]:
    """The items of lists that hold little but links."""
    items: dict[int, list[Block]] = {}
    for b in page.blocks:
        if page.tags[b.node] == "li":
            items.setdefault(page.parents[b.node], []).append(b)
    found: set[int] = set()
    for listed in items.values():
        if sum(b.linked for b in listed) >= 0.8 * sum(b.size for b in listed):
            found.update(b.node for b in listed)
    return found


def _container(page: Layout, whose: list[str], cards: list[bool], start: int) -> tuple[int, int]:
    """The element that holds the body, and the one within which more of it may stand: most prose with least of anything else."""
    tags, parents, names, blocks = page.tags, page.parents, page.names, page.blocks
    n = len(tags)
    values = [0.0] * n
    listed: set[str] = set()
    for k, b in enumerate(blocks):
        tag = tags[b.node]
        if tag in _HEADINGS:
            continue
        value = _value(b, tag)
        if word := whose[b.node]:
            value = 0.1 * max(0.0, value) if not word.startswith("<") else 0.0
        elif k < start or cards[b.node]:
            value = min(0.0, value)
        if tag == "li":
            if b.text in listed:  # the same list of teasers in several places
                value = min(0.0, value)
            listed.add(b.text)
        values[b.node] += value
    for i in range(n - 1, 0, -1):
        values[parents[i]] += values[i]
    best = max(range(n), key=lambda i: (values[i], i))
    whole = values[best]
    region = best
    low, high = 0, n
    if (
        start >= 0
    ):  # the article element around the headline, else what else is marked as the page's main part
        i = blocks[start].node
        while i >= 0:
            if tags[i] in ("article", "main") and values[i] > min(0.3 * whole, 600):
                best = region = i
                low, high = i, page.ends[i]
                break
            i = parents[i]
    bodies = [i for i in range(low, high) if "articlebody" in names[i] and not whose[i] and values[i] > 0]
    if bodies:
        around = bodies[0]
        for i in bodies[1:]:
            while not around <= i < page.ends[around]:
                around = parents[around]
        if values[around] > min(1000, 0.3 * values[best]):
            best = around
            if not region <= best < page.ends[region]:
                region = best
    children: dict[int, list[int]] = {}
    for i in range(best + 1, page.ends[best]):
        children.setdefault(parents[i], []).append(i)
    while best in children:
        child = max(children[best], key=lambda i: values[i])
        if values[child] < 0.8 * values[best] or tags[child] == "p":
            break
        best = child
    while tags[best] in _PARAGRAPHS:
        best = parents[best]
    return best, region


def _value(b: Block, tag: str) -> float:
    """How much a block speaks for the element around it, in characters."""
    if b.linked * 2 > b.size:
        return -min(b.size, 100)
    if b.size < 25:
        return -5
    value = min(b.size - 2 * b.linked, 1000)
    if tag == "li" or tag == "tr":
        return value * 0.5
    return value


# --- what of it is the body ---------------------------------------------------------------------------


def _is_prose(b: Block) -> bool:
    return b.linked * 2 < b.size and (b.size >= 80 or (b.size >= 30 and bool(_ENDS.search(b.text))))


def _is_sure(b: Block, tags: list[str]) -> bool:
    tag = tags[b.node]
    if tag in _HEADINGS:
        return False
    return _is_prose(b) or (tag in ("li", "tr") and b.linked * 4 < b.size and b.size >= 15)


def _stays(b: Block, tags: list[str]) -> bool:
    tag = tags[b.node]
    if tag == "h1":
        return False
    if b.linked >= 0.8 * b.size and tag not in ("li", "tr"):
        return False
    return not (is_call(b.text) or is_credit(b.text) or is_consent(b.text))


def _standfirst(
    page: Layout, dropped: list[bool], start: int, kept: list[int], lead: str | None
) -> dict[int, str]:
    """What stands between the headline and the body and is called, or repeated in the meta data as, a lead.

    Within the body itself it must be called so, and look other than what follows: descriptions often repeat the
    first paragraph.
    """
    if start < 0:
        return {}
    wanted = _key(lead)[:60] if lead else ""
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
    key = _key(b.text)
    if len(wanted) > 20 and (key.startswith(wanted) or (len(key) > 25 and wanted.startswith(key))):
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
