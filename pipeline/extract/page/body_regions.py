"""Where on a page the article is: its headline, the element around its body, and what is no part of it.

All over the lists of `Layout`, in time proportional to their length.
"""

from __future__ import annotations

from typing import Final

from pipeline.extract.page.body_blocks import Block, Layout, named
from pipeline.extract.page.body_compare import WORDS, key
from pipeline.extract.page.body_words import BOXES, COMMENTS, NOT_BODY, NOT_BODY_IF_SMALL, ON_PARAGRAPHS

HEADINGS: Final = named("h1 h2 h3 h4 h5 h6")
PARAGRAPHS: Final = HEADINGS | named("p li tr")
"""Elements that hold one block of text, no body."""

_NOT_BODY_TAGS: Final = named("nav aside footer figcaption form menu address")
_FIGURED: Final = named("blockquote table")
_HEADLINES: Final = named("title headline heading")


def headline_of(page: Layout, title: str | None) -> int:
    """Index of the block that is the article's headline; -1 when none is found."""
    wanted = key(title) if title else ""
    words = set(WORDS.findall(title.casefold())) if title else set()
    h1s: list[int] = []
    near, likeness = -1, 0.6
    for k, b in enumerate(page.blocks):
        tag = page.tags[b.node]
        if tag not in HEADINGS and _up_tag(page, b.node) not in HEADINGS:
            continue
        heading = "h1" if tag == "h1" or _up_tag(page, b.node) == "h1" else tag
        letters = key(b.text)
        same = (
            len(letters) > 8
            and len(wanted) > 8
            and (
                letters == wanted
                or (len(letters) * 2 > len(wanted) and letters in wanted)
                or wanted in letters
            )
        )
        if heading == "h1":
            if same:
                return k
            h1s.append(k)
        if same:
            like = 0.95
        elif words:
            own = set(WORDS.findall(b.text.casefold()))
            like = len(own & words) / len(own | words) if own else 0.0
        else:
            continue
        if like > likeness:
            near, likeness = k, like
    if near >= 0:
        return near
    return h1s[0] if len(h1s) == 1 else -1


def seen_from_body(page: Layout, best: int, region: int) -> tuple[int, int]:
    """The headline and where the article may be: the last h1 before the body, the `article` around it."""
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
        elif heading < 0 and b.node > region and page.tags[b.node] in HEADINGS:
            heading = k
    return h1 if h1 >= 0 else heading, region


def _up_tag(page: Layout, node: int) -> str:
    parent = page.parents[node]
    return page.tags[parent] if parent >= 0 else ""


def dropped_by(page: Layout, start: int) -> list[str]:
    """Per element: the word by which it, or what it stands in, is no part of an article; empty without one.

    A word that begins with `<` is a tag, or says what the element is, wherever it stands.
    """
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
            and tag not in PARAGRAPHS
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
                if prose[i] < 0.5 * total:
                    dropped[i] = min(found)
            elif (found := words & NOT_BODY_IF_SMALL) and prose[i] < min(600, 0.2 * total):
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


def dropped_in(page: Layout, whose: list[str], best: int) -> list[bool]:
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


def cards_of(page: Layout, start: int) -> list[bool]:
    """Per element: whether it stands in a teaser of another article, a linked heading with little text."""
    tags, parents, blocks = page.tags, page.parents, page.blocks
    n = len(tags)
    heads, prose = [0] * n, [0] * n
    for k, b in enumerate(blocks):
        if b.linked >= 0.8 * b.size:
            if tags[b.node] in HEADINGS or not page.names[b.node].isdisjoint(_HEADLINES):
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
        found[i] = found[parents[i]] or (
            heads[i] >= 1 and prose[i] < min(600, 300 * heads[i]) and tags[i] not in HEADINGS
        )
    return found


def menus_of(page: Layout) -> set[int]:
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


def container_of(page: Layout, whose: list[str], cards: list[bool], start: int) -> tuple[int, int]:
    """The element that holds the body, most prose with least of anything else; the one around the article.

    More of the body may stand in the latter: what is free before a wall, what comes after a picture.
    """
    tags, parents, names, blocks = page.tags, page.parents, page.names, page.blocks
    n = len(tags)
    values = [0.0] * n
    listed: set[str] = set()
    for k, b in enumerate(blocks):
        tag = tags[b.node]
        if tag in HEADINGS:
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
    if start >= 0:
        i = blocks[start].node
        while i >= 0:
            called = tags[i] in ("article", "main")
            if values[i] > (min(0.3 * whole, 600) if called else max(0.3 * whole, 600)):
                low, high = i, page.ends[i]
                if called or not low <= best < high:
                    best = region = i
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
    while tags[best] in PARAGRAPHS:
        best = parents[best]
    return best, min(best, region)  # what encloses stands first


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
