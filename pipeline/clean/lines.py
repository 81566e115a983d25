"""Lines that are no part of an article: how they are told by what they say, and how they are taken out.

A line is boilerplate only if the whole of it is: inside a paragraph of prose nothing is touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 400
"""Characters of a line; a longer one is prose."""

_SHORT: Final = 60
_LONGEST_CAPTION: Final = 250

# What stands around a label: bullets, arrows, rules, brackets. No quotation marks: what is quoted is prose.
_EDGE: Final = r"[\s*_#|<>‹›»•●·▪►▶→↓▼↗=~\[\](){}/–—-]*+"
END: Final = r"[\s*_#|<>‹›»•●·▪►▶→↓▼↗=~\[\](){}/–—.:!…-]*+"
"""What may stand after it, in a regular expression."""
_BETWEEN: Final = r"[\s|/•·,.:–—-]*+"
_FIRST_WORD: Final = re.compile(rf"{_EDGE}([^\W\d_]++|©)")
_TOKEN: Final = re.compile(r"\(\?(?:-i)?[:=!]|\\.|.")
_SPEECH: Final = re.compile(r"[–—-] .*[.?!»”\"]")
_BLANKS: Final = re.compile(r"\n{3,}")

_UPPER: Final = "A-ZÆØÅÄÖÞÐÉÜÍÓÚÁŠŽČŁ"
_MONTHS: Final = (
    "jan|feb|m[aä]r|apr|ma[ijy]|maí|jun|jún|jul|júl|aug|ágú|sep|o[kc]t|nov|nóv|de[csz]|tammi|helmi|maalis"
    "|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu"
)
_DAYS: Final = (
    "man|mån|tir|tys|tis|ons|tor|fre|lør|lau|lör|søn|sun|sön|mon|tue|wed|thu|fri|sat|die|mit|don|sam|son"
)
_CLOCK: Final = (
    "kl|klo|klokka|klokken|klukkan|uhr|den|der|am|pm|um|at|on|og|och|and|i dag|i går|idag|igår|today"
    "|yesterday|for|siden|sedan|ago|hours?|minutes?|min|timer?|timmar|minutter|minuter|cet|cest|gmt|utc|e[sd]t|st|nd|rd|th"
)
_SLOTS: Final = {
    "date": rf"(?=\D{{0,40}}\d)(?:[\d\s.,:;/|()+–-]++|(?<=\d)[tz]\b"
    rf"|(?:(?:{_MONTHS})[^\W\d_]{{0,9}}|(?:{_DAYS})[^\W\d_]{{0,6}}|{_CLOCK})\b){{1,30}}+",
    "network": r"(?:facebook|twitter|x|instagram|linkedin|whats ?app|messenger|snapchat|telegram|tik ?tok"
    r"|youtube|bluesky|threads|mastodon|pinterest|reddit|e-?post(?:en)?|e-?mail|mail|sms)\b",
    "capital": rf"(?-i:[{_UPPER}])",
    "title": rf"(?-i:[{_UPPER}0-9«“„\"'–]).{{0,180}}(?<![.!])",
    "rest": r".{1,300}",
    "name": rf"(?:©\s?)?(?:(?-i:[{_UPPER}])[\w.'’&@-]*+|privat|dpa|skjermdump|skærmbillede|skärmdump|arkiv"
    r"|illustrasjon|faksimile|handout|imago|getty images|shutterstock|pixabay|unsplash)"
    rf"(?:[\s/,;|&+()–-]++(?!foto|photo)(?:(?-i:[{_UPPER}0-9©])[\w.'’&@-]*+|privat|dpa|arkiv|handout|pool|imago"
    r"|(?:via|for|og|och|and|und|ja|von|van|af|av|de|der|di|da|the|of)\b)\)?){0,11}+",
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """What lines of one kind say.

    A phrase is a regular expression that begins with a word, or with a choice of words; `{date}`,
    `{network}`, `{name}`, `{capital}`, `{title}` and `{rest}` stand for what their names say. Case does not
    matter.

    Attributes:
        whole: a line consists of one or several of these ("Del på Facebook | Del på Twitter").
        opening: or it is one of these, which may end in anything (`{title}`, `{rest}`).
    """

    whole: tuple[str, ...]
    opening: tuple[str, ...] = ()

    def first_words(self) -> frozenset[str]:
        """The words that such a line may begin with, folded."""
        return frozenset(word for phrase in self.whole + self.opening for word in _first_words(phrase))

    def pattern(self) -> re.Pattern[str]:
        """What such a line matches as a whole, in time linear in its length."""
        whole = f"(?:{'|'.join(self.whole)})"
        several = f"{whole}(?:{_BETWEEN}{whole})*+"
        return compiled(f"{_EDGE}(?:{'|'.join((several, *self.opening))}){END}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line looks like that is not told by its first word.

    Attributes:
        pattern: a regular expression with slots, for the whole line (see `may_have_shape`).
        mark: what stands in each such line, a regular expression that is quick to search for.
    """

    pattern: str
    mark: str


def may_have_shape(line: str) -> bool:
    """Whether a line is short or, being a caption, ends in a bracket."""
    return len(line) <= _SHORT or (line[-1] in ")]" and len(line) <= _LONGEST_CAPTION)


def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression with its slots filled in."""
    for name, slot in _SLOTS.items():
        source = source.replace(f"{{{name}}}", slot)
    return re.compile(source, flags)


def _first_words(phrase: str) -> set[str]:
    words = {word.strip().casefold() for word in _expand(_TOKEN.findall(phrase), [0])}
    if not all(word.isalpha() or word == "©" for word in words):
        raise ValueError(f"{phrase!r} does not begin with words")
    return words


def _expand(tokens: list[str], at: list[int]) -> set[str]:
    # The ways in which an expression of literals, choices and "?" can begin, each cut after its first word.
    done: set[str] = set()
    current = {""}
    while at[0] < len(tokens) and tokens[at[0]] != ")":
        piece = tokens[at[0]]
        at[0] += 1
        if piece == "|":
            done |= current
            current = {""}
            continue
        ways = {piece if piece.isalpha() or piece == "©" else " "}
        if piece.startswith("(?"):
            ways = _expand(tokens, at)
            at[0] += 1
        if tokens[at[0] : at[0] + 1] in (["?"], ["*"]):
            ways |= {""}
            at[0] += 1
        current = {word if word.endswith(" ") else word + more for word in current for more in ways}
    return done | current


def first_word(line: str) -> str | None:
    """The folded first word of a line that may be boilerplate; None for one that is not."""
    match = _FIRST_WORD.match(line) if len(line) <= LONGEST else None
    return match[1].casefold() if match else None


def spoken(line: str) -> bool:
    """Whether a line is a sentence of dialogue: it begins with a dash and ends like a sentence."""
    return line[0] in "–—-" and _SPEECH.fullmatch(line) is not None


def without(text: str, dropped: set[int]) -> str:
    """The text without the lines of these numbers, and without the holes that they leave."""
    if not dropped:
        return text
    kept = (line for number, line in enumerate(text.split("\n")) if number not in dropped)
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip("\n")


def removed_lines(before: str, after: str) -> list[str] | None:
    """The lines with text that `after` lacks; None where it is not `before` with some lines taken out."""
    removed: list[str] = []
    rest = (line for line in after.split("\n") if line.strip())
    expected = next(rest, None)
    for line in before.split("\n"):
        if line == expected:
            expected = next(rest, None)
        elif line.strip():
            removed.append(line)
    return removed if expected is None else None
