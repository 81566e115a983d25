"""Cleaning one text: which rules run, until nothing is left to repair."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from pipeline.clean.boilerplate import CUTTING, boilerplate_in
from pipeline.clean.layout import even
from pipeline.clean.repeats import (
    REPEATED_PARAGRAPHS,
    begins_with_title,
    has_twins,
    may_have_twins,
    repeated_title,
)
from pipeline.clean.rules import CHARACTER_RULES, LAYOUT_RULES, in_order, plain
from pipeline.clean.structure import cut_off

if TYPE_CHECKING:
    from pipeline.clean.rule import Rule

_REPAIRS: Final = CHARACTER_RULES + LAYOUT_RULES
_LINE_REPAIRS: Final = tuple(rule for rule in _REPAIRS if not rule.paragraphs)

# One repair may bring the next damage to light (mojibake stored as base and combining marks, say). Two rounds
# are the most that was ever needed; the limit only keeps the promise that this ends.
_ROUNDS: Final = 8

# Harmless before mojibake: no ASCII blank is a continuation byte.
_ASCII_BLANKS: Final = re.compile(r"[ \t\r\n]*[\t\r\n][ \t\r\n]*| {2,}")


class Cleaned(NamedTuple):
    """A cleaned text.

    Attributes:
        text: what it is now.
        rules: the names of the rules that changed it, in the registry's order.
        truncated: whether it is visibly cut off, or said so where something was taken out.
    """

    text: str
    rules: tuple[str, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule did to the whole text."""

    rule: str
    before: str
    after: str


def clean_text(text: str, *, title: str | None = None) -> Cleaned:
    """Repair a text of paragraphs, and take out what is no part of the article. Never raises.

    `title`: the article's, clean; it is taken out of where the text begins.

    The result has one blank line between paragraphs and no outer white space; trimming the latter is no
    repair and leaves no name. Cleaning it again changes nothing, unless a decoded entity spells markup
    (`&amp;lt;`): each call decodes one level of that.
    """
    text, steps = _clean(text, title)
    truncated = cut_off(text) or any(map(_cuts, steps))
    return Cleaned(text, in_order(step.rule for step in steps), truncated)


def clean_line(text: str) -> Cleaned:
    """Repair a text that is one line by its nature (a title, a name): line breaks become spaces.

    The joining and trimming are no repair and leave no name.
    """
    if plain(text) and "\n" not in text and "  " not in text:  # most lines, at once
        return Cleaned(text.strip(" "), ())
    text = _ASCII_BLANKS.sub(" ", text)
    steps: list[Step] = []
    for number in range(_ROUNDS):
        if plain(text) and even(text, text.split("\n")):
            break
        start = text
        text = _apply(_LINE_REPAIRS, text, steps, first=number == 0)
        if text == start:
            break
    return Cleaned(" ".join(text.split()), in_order(step.rule for step in steps))


def trace(text: str, *, title: str | None = None) -> list[Step]:
    """What each rule did on the way to `clean_text`, in the order in which it happened.

    Empty when no rule changed anything; a rule appears twice when it had to run again.
    """
    return _clean(text, title)[1]


def _clean(text: str, title: str | None) -> tuple[str, list[Step]]:
    steps: list[Step] = []
    settled: str | None = None  # a text of which nothing was taken out
    for number in range(_ROUNDS):
        start = text
        lines = text.split("\n")
        # Most articles pass all four tests, in the first round.
        if not (plain(text) and even(text, lines)):
            text = _apply(_REPAIRS, text, steps, first=number == 0)
        text = text.strip()
        if text == settled:
            break
        if text != start:
            lines = text.split("\n")
        repaired = text
        if rules := boilerplate_in(lines):
            text = _apply(rules, text, steps)
        if title and begins_with_title(text, title):
            text = _apply((repeated_title(title),), text, steps)
        if may_have_twins(lines) and has_twins(text):
            text = _apply((REPEATED_PARAGRAPHS,), text, steps)
        if text == start:
            break
        settled = text if text == repaired else None
    return text, steps


def _apply(rules: tuple[Rule, ...], text: str, steps: list[Step], *, first: bool = True) -> str:
    for rule in rules:
        if (rule.once and not first) or not rule.suspects(text):
            continue
        after = rule.apply(text)
        if after != text and after.strip() != text.strip():
            steps.append(Step(rule.name, text, after))
        text = after
    return text.strip()  # in the round, for the next one must find nothing in what is returned


def _cuts(step: Step) -> bool:
    """Whether it took the last line, and that one said that the text goes on elsewhere."""
    return step.rule in CUTTING and _last_line(step.before) != _last_line(step.after)


def _last_line(text: str) -> str:
    return text[text.rfind("\n") + 1 :]
