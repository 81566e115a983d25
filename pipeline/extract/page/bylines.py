"""The byline as readers see it: for pages whose markup names no person."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pipeline.extract.page import names
from pipeline.extract.page.signals import following, hidden, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_NAMED: Final = re.compile(
    r"by-?line|author(?!i[tz])|\bautor|autore|auteur|forfatter|författare|skribent|journalist|kirjoittaja|reporter"
    r"|redakteur|writer|hofund",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|autore|forfatter|forfattare|skribent(?:er)?|journalist(?:er|en)?|by|staff"
    r"|profiles?|reporters?|contributors?|redaktion|redakteure?|writers?|columnists?)[/-]",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"(?:by|von|av|af|par|por|di|door|eftir|text|tekst|teksti|words by|written by|autor|author)\b"
    r"\s*:?\s+[^\W\d_]",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"related|teaser|\bcard|recommend|comment|promo|newsletter|most-?read|popular|sidebar|footer|caption|image|figure"
    r"|photo|credit|social|share|copyright|rights|\bbio\b|biography|avatar|media",
    re.IGNORECASE,
)
_OUTSIDE: Final = frozenset(
    ("aside", "nav", "footer", "figure", "figcaption", "form", "script", "style", "head")
)
_DATE: Final = re.compile(
    r"\W{0,3}(?:[^\W\d]{2,12}\W{1,3})?"
    r"(?:\d{1,2}[./-]\d{1,2}[./-]|\d{1,2}\.? [^\W\d]{3,10}\.? )(?:\d\d){1,2}\b"
)
_LONGEST: Final = 160
_WITHIN: Final = 500
"""Elements after the heading that are looked at."""
_NEAR: Final = 40
"""Elements between one author of a byline and the next."""
_DEEPEST: Final = 40
_PROSE: Final = 80
"""Characters of a paragraph above which it is one of the article's own."""
_LONGEST_SIGNATURE: Final = 40


def find(tree: HtmlElement, heading: HtmlElement | None, *, addresses: list[str]) -> list[str]:
    """Names of people in the byline after the heading (or from the top), else none.

    `addresses` are electronic ones the page gives in place of a name: who has such a one is the author.
    """
    found: list[str] = []
    last = 0
    surnames = {_plain(re.split(r"[._-]", address.partition("@")[0])[-1]) for address in addresses}
    begun: list[str] = []
    around = frozenset(() if heading is None else heading.iterancestors())
    for number, element in enumerate(itertools.islice(following(tree, heading), _WITHIN)):
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
            elif not begun and number < _NEAR and len(text) < 50 and _is_beside_a_date(element):
                begun = names.split(text, visible=True)
            elif surnames and len(text) < 50 and _plain(text.rpartition(" ")[2]) in surnames:
                return names.split(text, visible=True)
            continue
        people = [name for name in names.split(text, visible=True) if name not in found]
        if people and not _elsewhere(element, around):
            found += people
            last = number
    return found or begun


def signature(tree: HtmlElement, heading: HtmlElement | None) -> list[str]:
    """The name that stands by itself, set off, before the first or after the last paragraph of the body."""
    columns: dict[HtmlElement, list[tuple[HtmlElement, str]]] = defaultdict(list)
    for element in following(tree, heading):
        if element.tag == "p" and (text := text_of(element, limit=_PROSE + 1)):
            columns[element.getparent()].append((element, text))
    if not columns:
        return []
    column = max(columns.values(), key=lambda paragraphs: sum(len(text) > _PROSE for _, text in paragraphs))
    around = frozenset(() if heading is None else heading.iterancestors())
    for paragraphs in (column[::-1], column):
        for element, text in itertools.takewhile(lambda one: len(one[1]) <= _PROSE, paragraphs):
            found = names.split(text, visible=True) if _is_set_off(element, text) else []
            if len(found) == 1 and not _elsewhere(element, around):
                return found
    return []


def _is_beside_a_date(element: HtmlElement) -> bool:
    """Whether the next element, or the one before, is a date: `Kari Nordmann | 06.02.2019`."""
    return len(element) <= 1 and any(
        beside is not None
        and (beside.tag == "time" or bool(_DATE.match(text_of(beside, limit=60))))
        and len(text_of(beside, limit=60)) < 60
        for beside in (element.getnext(), element.getprevious())
    )


def _is_set_off(element: HtmlElement, text: str) -> bool:
    """Whether all of a short paragraph is bold or italic."""
    return (
        len(text) <= _LONGEST_SIGNATURE
        and not (element.text or "").strip()
        and len(element) > 0
        and element[0].tag in ("strong", "b", "em", "i")
        and text_of(element[0]) == text
    )


def _elsewhere(element: HtmlElement, around: frozenset[HtmlElement]) -> bool:
    if hidden(element) or _ELSEWHERE.search(element.get("class") or ""):
        return True
    named = True
    for parent in itertools.islice(element.iterancestors(), _DEEPEST):
        if parent in around or parent.tag in ("main", "body"):
            return False
        if parent.tag in _OUTSIDE or (named and _ELSEWHERE.search(parent.get("class") or "")):
            return True
        named = named and parent.tag != "article"  # above it are columns, whatever they are called
    return False


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ß", "ss"))
    return "".join(c for c in decomposed if c.isalpha() and not unicodedata.combining(c))
