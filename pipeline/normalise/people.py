"""Who wrote it: names of people and desks, and agencies, out of bylines as publishers write them."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.normalise.agencies import agencies, agency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Byline(NamedTuple):
    """Whom bylines name, each once, in their order, in the spelling of the first."""

    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


def read_bylines(bylines: Iterable[str]) -> Byline:
    """The authors and the agencies of some bylines: `Av Kari Nordmann og Ola Hansen (NTB), foto: Per Olsen`.

    Taken off are what introduces names (`Av`, `Text:`), addresses and handles, roles, places and dates behind
    them, and who took the pictures. Names are left as they are written: in capitals, with their particles,
    and whole where it is not certain that there are two: `Nordmann, Kari`, `Kari og Ola Nordmann`, `Dag og
    Tid`, `Hansen & Co`. Organisations and desks that are no agencies are authors.
    """
    authors: dict[str, str] = {}
    found: dict[str, None] = {}
    for byline in bylines:
        read = _read(byline)
        for name in read.authors:
            authors.setdefault(name.casefold(), name)
        found.update(dict.fromkeys(read.agencies))
    return Byline(tuple(authors.values()), tuple(found))


@functools.lru_cache(maxsize=8192)
def _read(byline: str) -> Byline:
    text = " ".join(byline.split())
    if len(text) > _LONGEST:
        return Byline((text,))
    text = _PICTURES.sub(";", _TEXT_AND_PICTURES.sub(";", _ADDRESS.sub(" ", text)))
    text = _DATE.sub("", _without_label(text))
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1]
    found: list[str] = []
    text = _PARENTHESIS.sub(functools.partial(_parenthesis, found), text)
    authors: list[str] = []
    for part in _parts(text):
        name = _name(part)
        if known := agencies(name):
            found += known
            continue
        first, _, last = name.rpartition(" ")
        if _is_full(first) and last != last.lower() and (known_last := agency(last)):
            name = first
            found.append(known_last)
        if any(map(str.isalpha, name)) and name.casefold() not in _NOBODY:
            authors.append(name)
    return Byline(tuple(authors), tuple(found))


def _parenthesis(found: list[str], match: re.Match[str]) -> str:
    """Parentheses behind a name go, and what agencies they name to `found`; those of pictures stay."""
    if _PICTURE.fullmatch(match[1].strip(" :.")):
        return match[0]
    found += [name for part in match[1].split(",") for name in agencies(part)]
    return ""


def _parts(text: str) -> Iterator[str]:
    """What is certain to name somebody else than what is beside it, without roles and places."""
    for segment in _others_named(_SEGMENTS.split(text)):
        for slashed in _slashed(segment):
            for listed in _listed(slashed):
                yield from _joined(listed)


def _others_named(parts: list[str]) -> list[str]:
    """The first part, and of the others those that name somebody, without their roles."""
    first, *others = parts
    return [
        first,
        *(name for part in others if not _is_beside_a_name(name := _name(_ROLE_AND.sub("", part)))),
    ]


def _slashed(text: str) -> list[str]:
    parts = [part.strip() for part in text.split("/")]
    return _others_named(parts) if any(map(agencies, parts)) or all(map(_is_full, parts)) else [text]


def _listed(text: str) -> list[str]:
    """The names between commas; one name where the first is a single word: `Nordmann, Kari`."""
    first, *others = _others_named([_AND_FIRST.sub("", part).strip() for part in _COMMAS.split(text)])
    if not others or _is_full(first) or agencies(first):
        return [first, *others]
    known = [part for part in others if agencies(part)]
    return [", ".join([first, *(part for part in others if part not in known)]), *known]


def _joined(text: str) -> list[str]:
    """The names between words that join, where each side has the shape of a whole name."""
    first, *others = _JOINERS.split(text)
    names = [first]
    for joiner, name in zip(others[::2], others[1::2], strict=True):
        if _are_two(names[-1], joiner.strip().casefold(), name):
            names.append(name)
        else:
            names[-1] += joiner + name
    return names


def _are_two(left: str, joiner: str, right: str) -> bool:
    if agencies(left) or agencies(right):
        return True
    if left.endswith("-") or ("," in left) != ("," in right):
        return False
    if _ORGANISATION.search(left) or _ORGANISATION.search(right):
        return False
    # `Kari og Ola Nordmann` share a name; `Ola Hansen og Kari` do not
    words_needed = 1 if joiner in _JOIN_PEOPLE else 2
    return _is_full(left) and _is_name(right) and len(right.split()) >= words_needed


def _is_name(text: str) -> bool:
    """Whether it begins as names do."""
    return text[:1] != text[:1].lower() or _PARTICLE.match(text) is not None or not _CASED.search(text)


def _is_full(text: str) -> bool:
    """Whether it has the words of a whole name."""
    return " " in text.strip()


def _is_beside_a_name(text: str) -> bool:
    """Whether it tells of the one named before: a role, a place, a clause."""
    return (
        not text
        or text.casefold() in _PLACES
        or len(text.split()) > _MOST_WORDS
        or (not _is_name(text) and not agencies(text))
        or _ROLE.search(text) is not None
    )


def _name(text: str) -> str:
    """A name without what introduces it, and without a role before or behind it; "" of who took pictures."""
    name = _without_label(text)
    if _PICTURE_BEHIND.search(name):
        return ""
    name = _ROLE_BEHIND.sub(r"\1", _ROLE_BEFORE.sub("", _FULL_STOP.sub("", name))).strip(_MARKS)
    at = _PLACE_BEHIND.fullmatch(name)
    return at[1] if at and at[2].casefold() in _PLACES else name


def _without_label(text: str) -> str:
    text = text.strip(_MARKS)
    while (match := _LABEL.match(text)) is not None:
        text = text[match.end() :]
    return text


_LONGEST: Final = 300
_MOST_WORDS: Final = 5
_MARKS: Final = ' \t,:;–—-|/"“”„«»*•·'
_NOBODY: Final = frozenset(
    ("av", "af", "by", "von", "text", "tekst", "foto", "photo", "null", "none", "unknown")
)
_JOIN_PEOPLE: Final = frozenset(("og", "och", "and", "und", "sekä", "ja", "samt"))

_ADDRESS: Final = re.compile(
    r"<?\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?|\bhttps?://[^\s()]+|\bwww\.[^\s()]+|(?<!\w)@\w+"
)
_AND: Final = r"(?:og|och|and|und|&|\+|/)"
_TEXT_WORD: Final = r"(?:tekst|text|teksti|texte|words|ord)"
_PICTURE_WORD: Final = (
    r"(?:fotos?|foton|fotograf(?:i|er)?|photos?|photographs?|bilder?|bild|kuvat?|video|illustrasjon(?:er)?"
    r"|illustration(?:er)?|grafikk|grafik|grafiikka)"
)
_TEXT_AND_PICTURES: Final = re.compile(
    rf"\b(?:{_TEXT_WORD} ?{_AND} ?{_PICTURE_WORD}|{_PICTURE_WORD} ?{_AND} ?{_TEXT_WORD})\b"
    r"(?: ?:| (?:av|af|by|von)\b:?)?",
    re.IGNORECASE,
)
_PICTURES: Final = re.compile(
    rf"[\s,;|(/–-]*(?:\b{_AND} )?\b{_PICTURE_WORD} ?(?::|(?:av|af|by|von)\b:?).*?(?=\b{_TEXT_WORD} ?:|\Z)",
    re.IGNORECASE,
)
_PICTURE: Final = re.compile(_PICTURE_WORD, re.IGNORECASE)
_PICTURE_BEHIND: Final = re.compile(rf"\({_PICTURE_WORD}[ :.]*\)\Z", re.IGNORECASE)
_DATE: Final = re.compile(
    r"[\s,|–-]+(?:(?:publi\w+|oppdatert|uppdaterad|opdateret|updated|posted)\b:? *)?"
    r"[0-9]{1,2}(?:[./]|\. ?| )(?:[0-9]{1,2}[./-]|[^\W\d_]{3,9}\.? )(?:[0-9]{2}){1,2}\b.*\Z",
    re.IGNORECASE,
)
_WRAPPED: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_PARENTHESIS: Final = re.compile(
    r"\s*[(\[]([^()\[\]]*)[)\]](?=\s*(?:[,;/|&+]|(?:og|och|and|und|[–-])\s|\Z))", re.IGNORECASE
)
_SEGMENTS: Final = re.compile(r"\s*[;|•·●\n、，；]\s*|\s+[–—-]+\s+")
_COMMAS: Final = re.compile(r"\s*,(?!\s*(?:[js]r|inc|ltd|llc|ph\.?d|m\.?d|iii?)\b)\s*", re.IGNORECASE)
_JOINERS: Final = re.compile(r"(\s+(?:og|och|and|und|&|\+|sekä|ja|samt|et|y)\s+)", re.IGNORECASE)
_AND_FIRST: Final = re.compile(r"\A\s*(?:og|och|and|und|samt|&)\s+", re.IGNORECASE)
_CASED: Final = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ]")

_PARTICLE: Final = re.compile(
    r"(?:von|van|der|den|de|del|della|di|da|dos|do|du|des|la|le|el|al|bin|ibn|af|av|zu|zur|zum|ter|ten)\s|[dl]['’]",
)
_TWO_NAMES: Final = r"(?=(?-i:[^\W\d_a-zß-ÿ])\S* +(?-i:[^\W\d_a-zß-ÿ]|v[ao]n |de ))"
_LABEL: Final = re.compile(
    r"(?:"
    # what is said to have been done, by whom
    r"(?:(?:skrevet|skrivet|skriven|publisert|publicerad|publiceret|udgivet|geschrieben|verfasst|veröffentlicht"
    r"|written|reported|posted|published|words|story|tekst|text|opinion|analyse|analysis|kommentar|kommentator)"
    r" (?:av|af|by|von)|by|av|af|von|door|eftir|par|por)\s*:\s*"
    r"|(?:skrevet|skrivet|skriven|publisert|publicerad|publiceret|udgivet|geschrieben|verfasst|veröffentlicht"
    r"|written|reported|posted|published|words|story|tekst|text|opinion|analyse|analysis|kommentar)"
    r" (?:av|af|by|von)\s+"
    r"|(?:by|av)\s+|(?-i:Af|AF)\s+"
    # these begin names as well, and those of one word after them most of all
    rf"|(?:af|von|door|eftir|(?-i:Par|Por|par|por|di))\s+{_TWO_NAMES}"
    r"|(?:tekst|text|teksti|texte|texto|testo|words|ord|journalist|reporter|forfatter|författare|toimittaja|author"
    r"|autor(?:in)?|skribent|kirjoittaja|höfundur)s?\s*:\s*"
    rf"|(?:tekst|text|teksti)\s+{_TWO_NAMES}"
    r")",
    re.IGNORECASE,
)
_ROLES: Final = (
    r"(?:[^\W\d_]*(?:reporter|korrespondent|correspondent|redaktør|redaktör|redakteur|redigerer|journalist|editor"
    r"|columnist|kommentator|skribent|praktikant|toimittaja|volontär|forfatter|författare|spaltist"
    r"|anmelder|kritiker|producer|analyst|analytiker|fotograf|photographer|contributor|writer)"
    r"(?:in|e|en|er|ere|s|a|na|innen)?|[^\W\d_]{3,}(?:sjef|chef))"
)
_ROLE: Final = re.compile(rf"(?<!\w){_ROLES}(?!\w)", re.IGNORECASE)
_ROLE_AND: Final = re.compile(rf"\A{_ROLES}\s+{_AND}\s+(?=[^\W\d_]\S*\s+\S)", re.IGNORECASE)
_ROLE_BEFORE: Final = re.compile(
    rf"\A(?:[^\W\d_]+ (?=(?-i:[a-zæøåäöü])))?{_ROLES} {_TWO_NAMES}", re.IGNORECASE
)
_ROLE_BEHIND: Final = re.compile(rf"\A(\S+ \S.*?) {_ROLES}(?: (?:i|in|ved|på|at|for) .*)?\Z")
_FULL_STOP: Final = re.compile(r"(?<=[a-zß-ÿ]{3})\.\Z")  # of no abbreviation: Jr., Inc.
_PLACE_BEHIND: Final = re.compile(r"(\S+ \S.*) (?:i|in|fra|frå|från|aus) (\S.*)")
_ORGANISATION: Final = re.compile(
    r"(?<!\w)(?:co|as|asa|ab|a/s|inc|ltd|gmbh|ag|oy|plc|llc|university|universit\w+|college|institut\w*|ministry"
    r"|department|office|council|commission|committee|association|society|company|school|centre|center|foundation"
    r"|[^\W\d_]*(?:departementet?|forbundet?|foreninge?n?|forening|stiftelsen?|rådet|råd|verket|direktoratet|utvalget"
    r"|selskapet?|byrå(?:et)?|høgskolen?|högskolan?|senteret))(?!\w)",
    re.IGNORECASE,
)
_PLACES: Final = frozenset(
    (
        *("oslo", "bergen", "trondheim", "stavanger", "kristiansand", "tromsø", "bodø", "drammen", "ålesund"),
        *("stockholm", "göteborg", "malmö", "uppsala", "københavn", "kobenhavn", "aarhus", "århus", "odense"),
        *(
            "aalborg",
            "helsinki",
            "helsingfors",
            "tampere",
            "turku",
            "reykjavík",
            "reykjavik",
            "tórshavn",
            "nuuk",
        ),
        *(
            "london",
            "paris",
            "berlin",
            "hamburg",
            "münchen",
            "frankfurt",
            "köln",
            "wien",
            "zürich",
            "brussel",
        ),
        *("bryssel", "bruxelles", "brussels", "brüssel", "madrid", "roma", "rom", "rome", "moskva", "moskau"),
        *("moscow", "kiev", "kyiv", "kyjiv", "warszawa", "warsaw", "washington", "new york", "los angeles"),
        *(
            "beijing",
            "tokyo",
            "jerusalem",
            "istanbul",
            "kairo",
            "cairo",
            "beirut",
            "genève",
            "geneva",
            "genf",
        ),
    )
)
"""Where reports come from: behind a name and a comma it is no other author."""
