"""Names of authors, out of what pages write in their place: `Av Kari Nordmann og Ola Hansen, reportere`."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from pipeline.extract.page.titles import bare, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDRESS: Final = re.compile(
    r"<?\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?|\bhttps?://[^\s()]+|\bwww\.[^\s()]+|(?<!\w)@\w+"
)
_PARENTHESES: Final = re.compile(r"\s*[(\[（][^()\[\]（）]*[)\]）]")
_BY: Final = re.compile(
    r"(?:"
    r"(?:by|(?:[^\W\d_]+ +){1,3}?(?-i:by)"
    r"|(?:story|words|text|written|reported|posted|published|opinion|analysis|review) by)\s*:?\s+"
    r"|(?:veröffentlicht|verfasst|publiziert|erstellt|publisert|publicerad|publiceret|udgivet|skrevet|skrivet"
    r"|skriven|geschreven|publié|rédigé|écrit|publicado|escrito|pubblicato|scritto)"
    r" (?:von|av|af|door|par|por|da)\s*:?\s+"
    r"|(?:(?:eine? +)?(?:kommentar|analyse|gastbeitrag|bericht|interview|reportage|beitrag|essay|kolumne"
    r"|porträt|rezension|geschrieben) +)?von\s*:?\s+(?!der\b|den\b|dem\b)"
    r"|(?:(?:tekst|text|af|av) +)?(?:av|af)\s*:?\s+"
    r"|(?:teksti|tekst|text|texte|texto|testo|words|author|authors|autor|autora|autorin|autoren|autore|auteur"
    r"|författare|forfatter|kirjoittaja|skribent|höfundur|текст|автор|journalist|reporter|von|by|autor[/:*]in|autor\(in\))"
    r"(?: (?:og|och|und|et|and|&) (?:foto|fotos|bild|bilder|photo|photos))?\s*:\s*"
    r"|(?:eftir|par|por|di|door|przez)\s+(?=[^\W\d_]\S*\s+\S)"
    r"|[:–—-]\s*)",
    re.IGNORECASE,
)
_PHOTO: Final = re.compile(
    r"[\s,;|(/]*\b(?:fotos?|photos?|bild(?:er)?|kuvat?|illustrasjon|video)\s*:.*\Z", re.IGNORECASE
)
_CUT: Final = re.compile(
    r"\s*[;|•·●\n、，؛]\s*|\s*,\s+(?:(?:and|og|och|und|et|y|ja|ve|и|та|und)\s+)?|\s+(?:&|\+|and|og|och|und|et|y|e|ja|ve|и|та|with|mit|med)\s+",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"(?:^|[\s-])(?:\w*(?:reporters?|correspondents?|editors?|journalists?|columnists?|writers?|producers?|contributors?|analysts?"
    r"|redakteur(?:in)?|redaktør|redaktör|journaliste?|journalister|korrespondent(?:in|en)?|correspondant|reporterin"
    r"|fotograf(?:er)?|photographers?|kommentator|skribent|praktikant|toimittaja|volontär(?:in)?|redattore|redactor(?:a)?"
    r"|periodista|professor|ceo|director|staff writer))(?:$|[\s,.-])",
    re.IGNORECASE,
)
_LEADING_ROLE: Final = re.compile(
    r"(?:reporter|journalist|correspondent|editor|redaktør|redaktör|redakteur(?:in)?|korrespondent|author|autor(?:in)?)"
    r"\s*:?\s+(?=\S+\s+\S)",
    re.IGNORECASE,
)
_BESIDE_NAME: Final = re.compile(
    # a role, what stands before one
    r"\s+(?:senior|chief|staff|special|contributing|political|foreign|assistant|associate|deputy|managing|executive"
    r"|investigative|freelance|journalist\w*|reporter\w*|redakt\w+|[kc]orrespond[ae]n\w+|editors?|columnists?"
    r"|writers?|envoyée?s?|skribent|kommentator|fotograf\w*|photographers?|periodista|toimittaja)(?!\w).*\Z"
    # where it was written
    r"|\s+(?-i:in|aus|à|fra|från)\s+(?-i:[^\W\d_a-zß-ÿ])\w+.*\Z"
    r"|\s+[-–—|/]\s.*\Z",
    re.IGNORECASE,
)
"""What stands behind a name where readers see it."""
_INTERFACE: Final = re.compile(
    r"\A(?:text|view|print|e-?mail|share|follow|contact|search|menu|read|more|all|about|my|artikel|article)\s"
    r"|(?<!\w)(?:information|archive|login|account|licen[sc]e|lizenz|lisens|licens|commons|posts|newsletter)(?!\w)",
    re.IGNORECASE,
)
"""Words of buttons and links, in no name."""
_TRAILING: Final = re.compile(r"\s*(?:기자|특파원|記者|記者|编辑|記)\s*$|[\s,:;–—|/-]+$")
_AFTER_NAMES: Final = re.compile(
    r"(?:\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|share|follow|updated|published|posted|contact))+\Z",
    re.IGNORECASE,
)
"""What stands behind names where line ends are lost."""
_ORGANISATION: Final = re.compile(
    r"\.(?:\w{2,4}|online)$|\b(?:redaktion(?:en)?|redaksjonen|newsroom|news ?desk|staff|desk|editorial|agency"
    r"|agentur|ajans\w*|agencia|agence|online|news|media|tv|radio|press|presse|redacción|rédaction|redazione"
    r"|toimitus|team|nachrichten|zeitung|admin|administrator|editor|webmaster|guest|gast|contributor)\b",
    re.IGNORECASE,
)
_ALONE: Final = frozenset(("by", "av", "af", "von", "par", "por", "di", "text", "tekst", "foto", "photo"))
_LETTERS: Final = re.compile(r"[A-ZÆØÅÄÖ]{2,6}|[a-zæøåäö]{2,5}")
"""What agencies are called by."""
_SENTENCE: Final = re.compile(r"[@!?…\"“”«»<>{}=%#*:/]|\d|[a-zæøåäö]{3}\.(?:\s|\Z)")
_PARTICLES: Final = frozenset(
    (
        *(
            "von",
            "van",
            "der",
            "den",
            "de",
            "del",
            "della",
            "di",
            "da",
            "dos",
            "do",
            "la",
            "le",
            "el",
            "al",
            "bin",
        ),
        *("ibn", "af", "av", "zu", "zum", "zur", "ter", "ten", "y", "e", "du", "des", "dal", "und", "ul"),
    )
)
_LONGEST: Final = 80
_MOST: Final = 20
_LONGEST_LIST: Final = 1000
_MOST_WORDS: Final = 5
"""In a name that follows another: more are what the former one is."""


def split(text: str, *, visible: bool = False) -> list[str]:
    """The names in what a page gives as its author or authors, as written, without what is no name.

    With `visible` the text is what readers see, where cities, agencies and roles stand among the names: only
    what has the shape of a person's name is taken.
    """
    text = _ADDRESS.sub(" ", tidy(text[:_LONGEST_LIST]))
    text = _PHOTO.sub("", _without_by(_PARENTHESES.sub("", text).strip()))
    found: list[str] = []
    for part in _CUT.split(text):
        name = _without_by(part.strip())
        name = _LEADING_ROLE.sub("", name, count=1)
        while (shorter := _TRAILING.sub("", name)) != name:
            name = shorter
        name = name.strip(' \t,:;–—|/-"').lstrip(".")
        if not any(map(str.isalpha, name)) or len(name) > _LONGEST or name.casefold() in _ALONE:
            continue
        if visible:
            name = _AFTER_NAMES.sub("", name)
            if len((shorter := _BESIDE_NAME.sub("", name)).split()) > 1:
                name = shorter
        if found and (_ROLE.search(name) or len(name.split()) > _MOST_WORDS):
            continue
        if visible and (not looks_personal(name) or (found and name.isupper() and not found[0].isupper())):
            continue
        if name not in found:
            found.append(name)
    return found[:_MOST]


def _without_by(text: str) -> str:
    match = _BY.match(text)
    return text[match.end() :].strip() if match else text


def looks_personal(name: str) -> bool:
    """Whether it has the shape of a person's name: two to five words with capitals, or none in its script."""
    if not 3 <= len(name) <= 50 or any(
        pattern.search(name) for pattern in (_SENTENCE, _ROLE, _ORGANISATION, _INTERFACE)
    ):
        return False
    words = name.split()
    if not any(unicodedata.category(character) in ("Lu", "Ll") for character in name):
        return len(words) <= 3 and len(name) <= 12
    capital = [word for word in words if word.casefold() not in _PARTICLES]
    return (
        2 <= len(words) <= 5
        and len(capital) >= 2
        and all(word[0].isupper() or word[0] in "'’" for word in capital)
    )


def looks_given(name: str) -> bool:
    """Whether it can be whom a byline names: a few words that begin with a capital, none of a button's."""
    return (
        3 <= len(name) <= 30
        and len(name.split()) <= 3
        and name[0].isupper()
        and not any(pattern.search(name) for pattern in (_SENTENCE, _INTERFACE))
    )


def is_organisation(name: str, *, site: Iterable[str]) -> bool:
    """Whether a name is the site's or its publisher's, or otherwise none of a person."""
    said = bare(name)
    return bool(_ORGANISATION.search(name) or _LETTERS.fullmatch(name)) or any(
        said == known or (len(known) > 3 and (said.startswith(known) or known.startswith(said)))
        for one in site
        if (known := bare(one))
    )
