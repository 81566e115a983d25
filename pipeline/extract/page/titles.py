"""The title: chosen among everything that names the article, by agreement.

Headings carry kickers, meta tags the site's name, JSON-LD at times a search engine's wording; what several
of them say in the same words is the title.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WEIGHTS: Final[dict[str, tuple[float, float]]] = {
    "own og": (3.2, 1.4),
    "own json-ld": (3.4, 1.3),
    "og": (1.6, 1.4),
    "json-ld": (1.0, 1.3),
    "heading": (0.8, 1.05),
    "item": (0.8, 0.9),
    "og with site": (0.6, 0.6),
    "meta": (0.5, 0.5),
    "title": (0.4, 0.7),
    "twitter": (0.3, 0.6),
    "name": (0.3, 0.3),
}
"""How much each kind of source counts: for the words, and for their spelling (quotes, dashes, capitals).

Measured on pages of many countries. Publishers who word a title differently in different places have one of
`og:title` and JSON-LD repeat the heading, as their templates do by default; the other was written on purpose
(`own`), and is the article's title in two cases of three.
"""

_SEPARATOR: Final = re.compile(r"\s+(?:[-–—|•·»«›‹:*]|::|//)\s+|\s*[|｜ㅣ：]\s*")
_KICKER: Final = re.compile(r":\s+|\s+[-–—|]\s+")
_GLUED: Final = "-–—|｜ㅣ：:"
_QUOTES: Final = str.maketrans(
    dict.fromkeys("‘’‚‛`´′", "'")
    | dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‐‑‒–—−", "-")
    | {"\u00ad": ""}
)
_SPACE: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"\w+")
_LONGEST: Final = 400
_MOST_CUTS: Final = 8
_LABEL: Final = 2
"""Words of what may stand before a title: `Sport | `, `Opinion | `."""
_LONGEST_SITE: Final = 50
_MOST_MORE: Final = 12
_LEAST_SHARE: Final = 0.6
_ENTITY: Final = re.compile(r"&(?:#\d{2,7}|#x[0-9a-fA-F]{2,6}|[a-zA-Z]{2,8});")


def tidy(text: str) -> str:
    """One line, entities that were escaped twice decoded."""
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    return _SPACE.sub(" ", text).strip()


def key(text: str) -> str:
    """What two spellings of one title have in common."""
    folded = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold()
    return _SPACE.sub(" ", folded).rstrip(" .…").lstrip()


def choose(candidates: Sequence[tuple[str, str]], *, site: Iterable[str]) -> str | None:
    """The title among `candidates`; None without any.

    Args:
        candidates: pairs of the kind of source (`json-ld`, `og`, `heading`, `item`, `meta`, `title`,
            `twitter`, `name`) and what it says.
        site: names of the site and the publisher: at the end (or beginning) of a candidate they are no part
            of it. Neither is what stands there and is left out by another candidate.
    """
    names = {name for one in site if len(one) <= _LONGEST_SITE and (name := bare(one))}
    said = [(kind, text) for kind, raw in candidates if (text := tidy(raw[: 4 * _LONGEST])[:_LONGEST])]
    known = {key(text) for kind, text in said if kind != "title"}
    firsts = {kind: key(text) for kind, text in reversed(said)}
    if firsts.get("og") == firsts.get("json-ld") is not None:
        known = set()  # both say it whole: so it is meant
    shown = [(kind, text, without_site(text, names=names, known=known)) for kind, text in said]
    tail = _shared_tail([text for kind, _, text in shown if kind in ("heading", "og", "json-ld")])
    groups = {kind: key(text) for kind, _, text in reversed(shown)}
    votes: dict[str, float] = defaultdict(float)
    spellings: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    seen: set[tuple[str, str]] = set()
    for kind, raw, whole in shown:
        text = tail if tail is not None and whole.endswith(tail) else whole
        group = key(text)
        if not _WORD.search(group) or bare(text) in names or (kind, group) in seen:
            continue
        seen.add((kind, group))
        words, spelling = WEIGHTS[_weighed_as(kind, raw == whole, groups)]
        votes[group] += words
        spellings[group][text] += spelling
    if not votes:
        return None
    best = max(votes, key=lambda group: votes[group])  # of equals the first
    return max(spellings[best], key=lambda text: spellings[best][text])


def _weighed_as(kind: str, uncut: bool, groups: dict[str, str]) -> str:
    heading, og, headline = groups.get("heading"), groups.get("og"), groups.get("json-ld")
    if kind == "og":
        if not uncut:
            return "og with site"
        return "og" if headline is not None and og == heading else "own og"
    if (
        kind == "json-ld"
        and og is not None
        and og == heading != headline
        # A headline that is the page's `title` may be a search engine's wording.
        and (headline != groups.get("title") or headline == groups.get("name"))
    ):
        return "own json-ld"
    return kind


def _shared_tail(texts: list[str]) -> str | None:
    """What two texts that differ end with, after different kickers: `Storm: Broen er stengt`."""
    tails: dict[str, tuple[str, str]] = {}
    for text in texts:
        found = _KICKER.search(text)
        if found is None:
            continue
        tail = text[found.end() :]
        head, former = text[: found.start()], tails.get(key(tail))
        if former is not None and not _words(former[0]) & _words(head) and len(_words(tail)) > 2:
            return tail if former[1] == tail else None
        tails[key(tail)] = (head, tail)
    return None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(key(text)))


def without_site(text: str, *, names: set[str], known: set[str]) -> str:
    """`text` without the parts at its ends that name the site, or that another candidate leaves out.

    `names` are as `bare` gives them, `known` are keys of candidates.
    """
    own = key(text)
    cuts = list(_SEPARATOR.finditer(text))[-_MOST_CUTS:]
    for cut in reversed(cuts):
        head = text[: cut.start()]
        if (said := key(head)) != own and said in known and len(_WORD.findall(head)) > 1:
            return head.strip()
    for cut in cuts[:1]:
        tail = text[cut.end() :]
        if (said := key(tail)) != own and said in known and len(_words(text[: cut.start()])) <= _LABEL:
            return tail.strip()
    while cuts:
        cut = cuts.pop()
        if _names_site(text[cut.end() :], names):
            text = text[: cut.start()]
        elif (first := _SEPARATOR.search(text)) and bare(text[: first.start()]) in names:
            text = text[first.end() :]
            break
        else:
            break
    # The rest may end with a section that is glued on.
    for position in range(len(text) - 1, max(len(text) - 40, 0), -1):
        if text[position] in _GLUED and key(text[:position]) in known:
            return text[:position].strip()
    return text.strip()


def _names_site(part: str, names: set[str]) -> bool:
    said = bare(part)
    return said in names or any(_is_about(said, name) for name in names if len(name) > 3)


def _is_about(said: str, name: str) -> bool:
    """`Avisen Sport` is the site `Avisen`; `Avisen er solgt til en ny eier` is news, and `Avis` anything."""
    longer = said.startswith(name) and len(said) <= len(name) + _MOST_MORE
    return longer or (name.startswith(said) and len(said) >= _LEAST_SHARE * len(name))


def bare(name: str) -> str:
    """Letters and digits alone, without what sites put before their names."""
    name = key(name).removeprefix("www.").removeprefix("the ")
    return "".join(_WORD.findall(name))
