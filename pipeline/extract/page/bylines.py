"""The byline as readers see it: for pages whose markup names no person."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from pipeline.extract.page import names
from pipeline.extract.page.signals import hidden, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_NAMED: Final = re.compile(
    r"by-?line|author(?!i[tz])|\bautor|autore|auteur|forfatter|författare|skribent|journalist|kirjoittaja|reporter"
    r"|redakteur|writer|hofund",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|autore|forfatter|forfattare|skribent(?:er)?|journalist(?:er|en)?|by|staff"
    r"|people|person|profiles?|reporters?|contributors?|redaktion|redakteure?|writers?|columnists?)[/-]",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"(?:by|von|av|af|par|por|di|door|eftir|text|tekst|teksti|words by|written by|autor|author)\b\s*:?\s+[^\W\d_]",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"related|teaser|\bcard|recommend|comment|promo|newsletter|most-?read|popular|sidebar|footer|caption|image|figure"
    r"|photo|credit|copyright|rights|\bbio\b|biography|avatar|media",
    re.IGNORECASE,
)
_OUTSIDE: Final = frozenset(
    ("aside", "nav", "footer", "figure", "figcaption", "form", "script", "style", "head")
)
_LONGEST: Final = 160
_WITHIN: Final = 500
"""Elements after the heading that are looked at."""
_NEAR: Final = 40
"""Elements between one author of a byline and the next."""
_DEEPEST: Final = 40


def find(tree: HtmlElement, heading: HtmlElement | None, *, addresses: list[str]) -> list[str]:
    """Names of people in the byline after the heading (or from the top), else none.

    `addresses` are electronic ones the page gives in place of a name: who has such a one is the author.
    """
    found: list[str] = []
    last = 0
    surnames = {_plain(re.split(r"[._-]", address.partition("@")[0])[-1]) for address in addresses}
    begun: list[str] = []
    around = frozenset(() if heading is None else heading.iterancestors())
    for number, element in enumerate(itertools.islice(_after(tree, heading), _WITHIN)):
        if found and number - last > _NEAR:
            break
        tag = element.tag
        if tag in _OUTSIDE:
            continue
        marked = (
            element.get("rel") == "author"
            or "author" in (element.get("itemprop") or "")
            or bool(_NAMED.search(element.get("class") or ""))
            or (tag == "a" and bool(_LINK.search(element.get("href") or "")))
        )
        if not marked and (found or number > _NEAR * 5):
            continue
        text = text_of(element, limit=_LONGEST + 1)
        if not 3 <= len(text) <= _LONGEST:
            continue
        if not marked:
            if (
                not begun
                and _BY.match(text)
                and (people := names.split(text, visible=True))
                and not _elsewhere(element, around)
            ):
                begun = people
            elif surnames and len(text) < 50 and _plain(text.rpartition(" ")[2]) in surnames:
                return names.split(text, visible=True)
            continue
        people = [name for name in names.split(text, visible=True) if name not in found]
        if people and not _elsewhere(element, around):
            found += people
            last = number
    return found or begun


def _after(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[HtmlElement]:
    """Elements in the order of the page, from the heading on."""
    if heading is None:
        yield from tree.iter("*")
        return
    node = heading
    while node is not None:
        following = node.getnext()
        while following is not None:
            yield from following.iter("*")
            node, following = following, following.getnext()
        node = node.getparent()


def _elsewhere(element: HtmlElement, around: frozenset[HtmlElement]) -> bool:
    if hidden(element) or _ELSEWHERE.search(element.get("class") or ""):
        return True
    for parent in itertools.islice(element.iterancestors(), _DEEPEST):
        if parent in around or parent.tag in ("main", "body"):
            return False
        if parent.tag in _OUTSIDE or _ELSEWHERE.search(parent.get("class") or ""):
            return True
    return False


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ß", "ss"))
    return "".join(c for c in decomposed if c.isalpha() and not unicodedata.combining(c))
