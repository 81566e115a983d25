"""News agencies, as bylines name them."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = {
    "NTB": ("ntb", "norsk telegrambyrå", "norsk telegrambyra", "ntb scanpix", "ntb-scanpix"),
    "NPK": ("npk", "nynorsk pressekontor"),
    "ANB": ("anb", "avisenes nyhetsbyrå"),
    "TT": ("tidningarnas telegrambyrå", "tt nyhetsbyrån", "nyhetsbyrån tt"),
    "Siren": ("nyhetsbyrån siren",),
    "Ritzau": ("ritzau", "ritzaus bureau", "ritzau scanpix"),
    "STT": ("suomen tietotoimisto", "stt-lehtikuva", "stt lehtikuva"),
    "Reuters": ("reuters", "thomson reuters"),
    "AFP": ("afp", "agence france-presse", "agence france presse"),
    "AP": ("associated press", "the associated press"),
    "dpa": ("dpa", "deutsche presse-agentur", "dpa-infocom"),
    "epd": ("epd", "evangelischer pressedienst"),
    "KNA": ("kna", "katholische nachrichten-agentur"),
    "SID": ("sport-informations-dienst",),
    "APA": ("austria presse agentur",),
    "Keystone-SDA": ("keystone-sda", "schweizerische depeschenagentur"),
    "ANP": ("algemeen nederlands persbureau",),
    "Belga": ("belga", "agence belga"),
    "ANSA": ("ansa", "agenzia ansa"),
    "EFE": ("agencia efe",),
    "PA": ("pa media", "press association", "the press association"),
    "UPI": ("upi", "united press international"),
    "Bloomberg": ("bloomberg", "bloomberg news"),
    "TASS": ("tass", "itar-tass"),
    "Interfax": ("interfax",),
    "Xinhua": ("xinhua", "xinhua news agency"),
    "Kyodo": ("kyodo", "kyodo news"),
    "PTI": ("pti", "press trust of india"),
    "AAP": ("aap", "australian associated press"),
}
_CALLED: Final = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings}
# In another case these are words, parties and initials: (Ap) is one, and (AP) the other.
_AS_WRITTEN: Final = frozenset(("AP", "TT", "STT", "SID", "APA", "ANP", "EFE", "PA", "sda", "SDA"))
_LONGEST: Final = 80

_DESK: Final = re.compile(
    r"[ -](?:staff|news|sports?|sporten|utenriks|innenriks|inrikes|utrikes|kultur|økonomi|ekonomi|scanpix"
    r"|pluss|nyhetsbyrå(?:n|et)?|bureau|direkt|info|writers?|(?:staff|sports) writer)\Z",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r" ?[/,+&–] ?| (?:og|och|and|und|samt|via) |-", re.IGNORECASE)


def agency(text: str) -> str | None:
    """What an agency is called whose name a text is, perhaps with a desk: `NTB utenriks`; None of others."""
    if len(text) > _LONGEST:
        return None
    if text in _AS_WRITTEN:
        return "Keystone-SDA" if text.casefold() == "sda" else text
    name = _CALLED.get(text.casefold())
    if name is None and (desk := _DESK.search(text)):
        return agency(text[: desk.start()])
    return name


def agencies(text: str) -> tuple[str, ...]:
    """The agencies that a text names when it names nothing else (`NTB-AFP`, `/ritzau/`); else none."""
    text = text.strip(" /©().,:;–-")
    if (one := agency(text)) is not None:
        return (one,)
    found = [agency(part) for part in _BETWEEN.split(text)] if len(text) <= _LONGEST else [None]
    return tuple(dict.fromkeys(name for name in found if name)) if all(found) else ()
