"""Damage as texts meet it on their way: each kind does to a clean text what some software did."""

from __future__ import annotations

import re
import unicodedata
from html.entities import codepoint2name
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

BOILERPLATE: Final = (
    "Annonse",
    "ANNONSE",
    "Annonsørinnhold",
    "Artikkelen fortsetter under annonsen",
    "Saken fortsetter under bildet.",
    "Les også: Ferja er i rute igjen",
    "Læs også: Færgen sejler igen",
    "Läs också: Färjan går igen",
    "Abonner på nyhetsbrevet",
    "Meld deg på nyhetsbrevet vårt her",
    "Del på Facebook",
    "Følg oss på Facebook",
    "Foto: NTB",
    "Foto: Bjørkvik avis",
    "Publisert: 6. mai 2025 kl. 09:30  Oppdatert: 6. mai 2025 kl. 12:05",
    "Saken oppdateres.",
)
"""Lines that no author wrote."""

_WINDOWS_1252: Final = [
    bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in range(256)
]  # its five holes as browsers read them
_LONG_WORD: Final = re.compile(r"[^\W\d_]{9,}")
_FROM_ASCII: Final = re.compile("[^\x00-\x7f]")


def _often(text: str, old: str, new: str, rng: random.Random, *, share: float) -> str:
    """Replace some; the first for certain."""
    parts = text.split(old)
    joints = [new if number == 0 or rng.random() < share else old for number in range(len(parts) - 1)]
    return "".join(part + joint for part, joint in zip(parts, [*joints, ""], strict=True))


def boilerplate(text: str, rng: random.Random) -> str:
    """One to three lines between paragraphs, or at an end."""
    paragraphs = text.split("\n\n")
    for line in rng.sample(BOILERPLATE, rng.randint(1, 3)):
        paragraphs.insert(rng.randint(1, len(paragraphs)), line)
    return "\n\n".join(paragraphs)


def soft_hyphens(text: str, rng: random.Random) -> str:
    """In some of the long words."""

    def part(match: re.Match[str]) -> str:
        at = rng.randint(3, len(match[0]) - 3)
        return match[0][:at] + "\xad" + match[0][at:]

    return _LONG_WORD.sub(part, text)


def mojibake(text: str, _rng: random.Random) -> str:
    """UTF-8, read as Windows-1252."""
    return "".join(_WINDOWS_1252[byte] for byte in text.encode())


def entities(text: str, _rng: random.Random) -> str:
    """All letters that have a name in HTML, by that name."""

    def name(match: re.Match[str]) -> str:
        found = codepoint2name.get(ord(match[0]))
        return f"&{found};" if found else f"&#{ord(match[0])};"

    return _FROM_ASCII.sub(name, text.replace("&", "&amp;"))


def mixed(text: str, rng: random.Random) -> str:
    """Soft hyphens and no-break spaces, which then become mojibake: their bytes continue its sequences."""
    return mojibake(no_break_spaces(soft_hyphens(text, rng), rng), rng)


def no_break_spaces(text: str, rng: random.Random) -> str:
    """In place of some spaces."""
    return _often(text, " ", "\xa0", rng, share=0.1)


DAMAGES: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "boilerplate": boilerplate,
    "softhyphen": soft_hyphens,
    "nbsp": no_break_spaces,
    "backslash": lambda text, rng: _often(text, ",", "\\,", rng, share=1),
    "crlf": lambda text, _rng: text.replace("\n", "\r\n"),
    "nfd": lambda text, _rng: unicodedata.normalize("NFD", text),
    "mojibake": mojibake,
    "entities": entities,
    "zero_width": lambda text, rng: "\ufeff" + _often(text, ". ", ".\u200b ", rng, share=0.5),
    "control": lambda text, rng: _often(text, " ", "\x00 ", rng, share=0.05),
    "mixed": mixed,
}

TYPOGRAPHY: Final[dict[str, Callable[[str, random.Random], str]]] = {
    "curly": lambda text, _rng: text.replace("«", "“").replace("»", "”"),
}
"""What an author may have meant: it looks like damage and is none."""
