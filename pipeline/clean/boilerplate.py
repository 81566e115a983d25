"""Boilerplate: a rule for each kind of lines that are no part of an article."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pipeline.clean.kinds import KINDS, PAYWALL, READ_ON, Kind
from pipeline.clean.lines import END, LONGEST, compiled, first_word, may_have_shape, spoken, without
from pipeline.clean.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CUTTING: Final = frozenset({PAYWALL.name, READ_ON.name})
"""Rules of lines that say, as the last of a text, that it goes on elsewhere."""

_HEADING: Final = re.compile(rf"[^:]{{4,40}}:?{END}")
_LINK: Final = re.compile(r"[•●·▪*►▶→>»] ?\S.{0,180}")
_BARE_LINK: Final = re.compile(r"[^\s–—].{0,150}[^.!:;,»”\"]")


class _Lines:
    """The lines of one kind. Patterns are compiled when they are first needed: all of them take 80 ms."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.words = kind.phrases.first_words() if kind.phrases else frozenset[str]()

    @cached_property
    def _phrase(self) -> re.Pattern[str] | None:
        return self.kind.phrases.pattern() if self.kind.phrases else None

    @cached_property
    def _shape(self) -> re.Pattern[str] | None:
        return compiled(self.kind.shape.pattern) if self.kind.shape else None

    def say(self, line: str) -> bool:
        """Whether a line that begins with one of `words` says one of the kind's phrases."""
        return self._phrase is not None and self._phrase.fullmatch(line) is not None and not spoken(line)

    def look(self, line: str) -> bool:
        """Whether a line has the kind's shape."""
        return self._shape is not None and self._shape.fullmatch(line) is not None and not spoken(line)

    def hold(self, line: str) -> bool:
        """Whether a line is of the kind."""
        return bool(line) and (
            (first_word(line) in self.words and self.say(line)) or (may_have_shape(line) and self.look(line))
        )

    def suspects(self, text: str) -> bool:
        """See `Rule`."""
        return any(map(self.hold, text.split("\n")))

    def apply(self, text: str) -> str:
        """See `Rule`."""
        lines = text.split("\n")
        dropped = {number for number, line in enumerate(lines) if self.hold(line)}
        if self.kind.links:
            for heading in tuple(dropped):
                dropped |= _links_below(lines, heading)
        return without(text, dropped)


def _links_below(lines: list[str], heading: int) -> set[int]:
    """The links under a bare heading ("Les også:"): lines with bullets; without, those of its paragraph."""
    found: set[int] = set()
    if not _HEADING.fullmatch(lines[heading]):
        return found
    same_paragraph = True
    for number in range(heading + 1, len(lines)):
        line = lines[number]
        if not line:
            same_paragraph = False
        elif _LINK.fullmatch(line) or (same_paragraph and _BARE_LINK.fullmatch(line)):
            found.add(number)
        else:
            break
    return found


_ALL: Final = tuple(map(_Lines, KINDS))
_SHAPED: Final = tuple(lines for lines in _ALL if lines.kind.shape)
_MARK: Final = re.compile("|".join(kind.shape.mark for kind in KINDS if kind.shape))


def _by_first_word() -> Mapping[str | None, list[_Lines]]:
    found: dict[str | None, list[_Lines]] = defaultdict(list)
    for lines in _ALL:
        for word in lines.words:
            found[word].append(lines)
    return dict(found)


_BY_FIRST_WORD: Final = _by_first_word()

BOILERPLATE: Final[tuple[Rule, ...]] = tuple(
    Rule(
        name=lines.kind.name,
        repairs=lines.kind.repairs,
        examples=lines.kind.examples,
        suspects=lines.suspects,
        apply=lines.apply,
        paragraphs=True,
    )
    for lines in _ALL
)
"""The rules, in the order of `KINDS`."""


def boilerplate_in(lines: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that would change a text of these lines: what they cost a sound article, which has none."""
    found: set[_Lines] = set()
    for line in lines:
        if not line or len(line) > LONGEST:
            continue
        for kind in _BY_FIRST_WORD.get(first_word(line), ()):
            if kind.say(line):
                found.add(kind)
        if may_have_shape(line) and _MARK.search(line):
            found.update(kind for kind in _SHAPED if kind.look(line))
    if not found:
        return ()
    return tuple(rule for kind, rule in zip(_ALL, BOILERPLATE, strict=True) if kind in found)
