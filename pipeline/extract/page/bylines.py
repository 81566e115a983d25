"""The byline as readers see it: for pages whose markup names no person."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pipeline.extract.page import names
from pipeline.extract.page.signals import following, hidden, preceding, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_NAMED: Final = re.compile(
    r"by-?line|author(?!i[tz])|\bautor|autore|auteur|forfatter|författare|skribent|journalist|kirjoittaja|reporter"
    r"|redakteur|writer|hofund|verfasser|contributor|\byazar|\bfirma\b|\bsignatur|\bpenulis|tac-?gia",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"/(?:(?:authors?|autor(?:en|es)?|auteurs?|autore|forfatter|forfattare|skribent(?:er)?|journalist(?:er|en)?"
    r"|profiles?|reporters?|contributors?|redaktion|redakteure?|writers?|columnists?|editors?)[/-]"
    r"|(?:by|staff|people|person(?:er|en|e|as|nes?)?|users?|team|bio|firmas?|yazar(?:lar)?)/)",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"(?:by|von|av|af|par|por|di|door|eftir|text|tekst|teksti|words by|written by|autor|author)\b"
    r"\s*:?\s+[^\W\d_]",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"related|teaser|\bcard|recommend|comment|promo|newsletter|most-?read|popular|sidebar|footer|caption|image|figure"
    r"|photo|credit|copyright|rights|\bbio\b|biography|avatar",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"[\s|•·/,–—-]*(?:\(|\b(?:on|posted|published|updated|posté|publi\w+|opp?dat\w+|aktualisiert|stand|am|den|le|el|il|kl)"
    r"\b:?\s*)*(?:(?:\b|(?<=[a-zß-ÿ])(?-i:(?=[A-Z])))(?:jan|feb|m[aä]r|apr|ma[ijy]|ju[nl]|aug|sep|o[ck]t|nov|de[csz]"
    r"|dic|ene|abr|ago|mån|tirs?|ons|tor|fre|l[øö]r|s[øö]n|mon|tue|wed|thu|fri|sat|sun|mand|(?:mo|di|mi|do|fr|sa|so)\b)"
    r"[^\W\d_]*\.?,?\s+){0,3}"
    r"(?:\d|\b(?:updated|posted|published|publisert|oppdatert|stand):).*\Z",
    re.IGNORECASE | re.DOTALL,
)
"""The date and what comes with it: `By Ann Smith on June 26, 2014 at 9.00`."""
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
_ABOVE: Final = 40
"""Elements before the heading that are looked at."""
_DEEPEST: Final = 40
_PROSE: Final = 80
"""Characters of a paragraph above which it is one of the article's own."""
_LONGEST_SIGNATURE: Final = 40


def find(tree: HtmlElement, heading: HtmlElement | None, *, addresses: list[str]) -> list[str]:
    """Names of people in the byline after the heading (or from the top), else none.

    `addresses` are electronic ones the page gives in place of a name: who has such a one is the author.
    """
    around = frozenset(() if heading is None else heading.iterancestors())
    return _after(itertools.islice(following(tree, heading), _WITHIN), around, addresses=addresses) or (
        [] if heading is None else _before(heading, around)
    )


def _after(
    elements: Iterable[HtmlElement], around: frozenset[HtmlElement], *, addresses: list[str]
) -> list[str]:
    found: list[str] = []
    last = 0
    surnames = {_plain(re.split(r"[._-]", address.partition("@")[0])[-1]) for address in addresses}
    begun: list[str] = []
    for number, element in enumerate(elements):
        if found and number - last > _NEAR:
            break
        if element.tag in _OUTSIDE:
            continue
        marked = _is_marked(element)
        if not marked and (found or number > _NEAR * 5):
            continue
        text = text_of(element, limit=_LONGEST + 1)
        if not 3 <= len(text) <= _LONGEST:
            continue
        if not marked:
            if (
                not begun
                and _BY.match(text)
                and (people := names.split(_undated(text), visible=True))
                and not _elsewhere(element, around)
            ):
                begun = people
            elif not begun and number < _NEAR and len(text) < 50 and _is_beside_a_date(element):
                begun = names.split(text, visible=True)
            elif surnames and len(text) < 50 and _plain(text.rpartition(" ")[2]) in surnames:
                return names.split(text, visible=True)
            continue
        people = [name for name in names.split(_undated(text), visible=True) if name not in found]
        if people and not _elsewhere(element, around):
            found += people
            last = number
    return found or begun


def _before(heading: HtmlElement, around: frozenset[HtmlElement]) -> list[str]:
    """The byline above the headline: the nearest element that is marked as one."""
    found: list[str] = []
    for element in itertools.islice(preceding(heading), _ABOVE):
        if element.tag not in _OUTSIDE and element not in around and _is_marked(element):
            text = text_of(element, limit=_LONGEST + 1)
            if 3 <= len(text) <= _LONGEST and not _elsewhere(element, around):
                people = names.split(_undated(text), visible=True)
                if not people and found:
                    break
                found = people or found
    return found


def named(tree: HtmlElement, heading: HtmlElement | None) -> list[str]:
    """Whoever the byline at the heading names, an agency or a first name too: where nobody else is known."""
    around = frozenset(() if heading is None else heading.iterancestors())
    after = itertools.islice(following(tree, heading), 2 * _NEAR)
    above = () if heading is None else itertools.islice(preceding(heading), _ABOVE)
    for element in itertools.chain(after, above):
        if element.tag in _OUTSIDE or element in around or not _is_marked(element):
            continue
        text = _undated(text_of(element, limit=_LONGEST + 1))
        if 3 <= len(text) <= _LONGEST_SIGNATURE and not _elsewhere(element, around):
            found = names.split(text)
            if len(found) == 1 and names.looks_given(found[0]):
                return found
    return []


def _is_marked(element: HtmlElement) -> bool:
    """Whether markup says that it names authors."""
    return (
        "author" in (element.get("rel") or "")
        or "author" in (element.get("itemprop") or "")
        or bool(_NAMED.search(element.get("class") or ""))
        or (
            element.tag == "a" and bool(_LINK.search(element.get("href") or "")) and not _is_in_prose(element)
        )
    )


def _is_in_prose(link: HtmlElement) -> bool:
    """Whether it stands in a paragraph of a text: those link to people, too."""
    paragraph = next(link.iterancestors("p", "li", "td", "blockquote"), None)
    return paragraph is not None and len(text_of(paragraph, limit=_LONGEST + 1)) > _LONGEST


def _undated(text: str) -> str:
    match = _AFTER.search(text)
    return text[: match.start()] if match and match.start() > 0 else text


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
