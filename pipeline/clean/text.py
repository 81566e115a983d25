"""Cleaning one text: which rules run, until nothing is left to repair."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.clean.layout import even
from pipeline.clean.rules import RULES, in_order, plain

if TYPE_CHECKING:
    from pipeline.clean.rule import Rule

_AGAIN: Final = tuple(rule for rule in RULES if not rule.once)
_LINE_RULES: Final = tuple(rule for rule in RULES if not rule.paragraphs)
_LINE_AGAIN: Final = tuple(rule for rule in _LINE_RULES if not rule.once)

# One repair may bring the next damage to light (mojibake stored as base and combining marks, say). Two rounds
# are the most that was ever needed; the limit only keeps the promise that this ends.
_ROUNDS: Final = 8

# Harmless before mojibake: no ASCII blank is a continuation byte.
_ASCII_BLANKS: Final = re.compile(r"[ \t\r\n]*[\t\r\n][ \t\r\n]*| {2,}")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text, and the names of the rules that changed it, in the registry's order."""

    text: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule did to the whole text."""

    rule: str
    before: str
    after: str


def clean_text(text: str) -> Cleaned:
    """Repair a text of paragraphs. Never raises.

    The result has one blank line between paragraphs and no outer white space; trimming the latter is no
    repair and leaves no name. Cleaning it again changes nothing, unless a decoded entity spells another one
    (`&amp;lt;`): each call decodes one level.
    """
    text, steps = _repair(text, RULES, _AGAIN)
    return Cleaned(text, in_order(step.rule for step in steps))


def clean_line(text: str) -> Cleaned:
    """Repair a text that is one line by its nature (a title, a name): line breaks become spaces.

    The joining and trimming are no repair and leave no name.
    """
    text = _ASCII_BLANKS.sub(" ", text)
    text, steps = _repair(text, _LINE_RULES, _LINE_AGAIN)
    return Cleaned(" ".join(text.split()), in_order(step.rule for step in steps))


def trace(text: str) -> list[Step]:
    """What each rule did on the way to `clean_text`, in the order in which it happened.

    Empty when no rule changed anything; a rule appears twice when it had to run again.
    """
    return _repair(text, RULES, _AGAIN)[1]


def _repair(text: str, rules: tuple[Rule, ...], again: tuple[Rule, ...]) -> tuple[str, list[Step]]:
    steps: list[Step] = []
    for _ in range(_ROUNDS):
        if plain(text) and even(text):  # most articles, at once
            break
        start = text
        for rule in rules:
            if not rule.suspects(text):
                continue
            after = rule.apply(text)
            if after != text and after.strip() != text.strip():
                steps.append(Step(rule.name, text, after))
            text = after
        text = text.strip()  # in the round, for the next one must find nothing in what is returned
        if text == start:
            break
        rules = again
    return text.strip(), steps
