"""The registry: every cleaning rule, in the order in which they run.

The order matters more than the list. Entities come first, since they may spell damage. Mojibake is
mended before anything touches white space, soft hyphens or combining marks: U+0085, U+00A0 and U+00AD
are continuation bytes, and a damaged "Åpen" (`Ã\\x85pen`) would otherwise end as "à pen" or "Ãpen".
Boilerplate is looked for in lines that are whole again, so after all these. Links to the rest of an
article and what a paywall leaves come last of it: they tell that a text is cut off where nothing stands
below them. The title is looked for when no label stands above it, and twins when they are alike to the
letter.

A new rule is a `Rule` in a module of its kind and its place in one of the tuples below.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.clean.boilerplate import BOILERPLATE
from pipeline.clean.characters import ESCAPES, NFC
from pipeline.clean.entities import ENTITIES
from pipeline.clean.invisible import CONTROL_CHARACTERS, LINE_ENDINGS, SOFT_HYPHENS, ZERO_WIDTH
from pipeline.clean.layout import PARAGRAPHS, SPACES
from pipeline.clean.mojibake import MOJIBAKE
from pipeline.clean.repeats import REPEATED_PARAGRAPHS, REPEATED_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.clean.rule import Rule

CHARACTER_RULES: Final[tuple[Rule, ...]] = (
    ENTITIES,
    MOJIBAKE,
    LINE_ENDINGS,
    CONTROL_CHARACTERS,
    ZERO_WIDTH,
    SOFT_HYPHENS,
    NFC,
    ESCAPES,
)
"""Rules about single characters: a text of `plain` characters needs none of them."""

LAYOUT_RULES: Final[tuple[Rule, ...]] = (SPACES, PARAGRAPHS)
"""Rules about lines and paragraphs, for every text."""

PARAGRAPH_RULES: Final[tuple[Rule, ...]] = (*BOILERPLATE, REPEATED_TITLE, REPEATED_PARAGRAPHS)
"""Rules about lines and paragraphs that are no part of the article."""

RULES: Final[tuple[Rule, ...]] = CHARACTER_RULES + LAYOUT_RULES + PARAGRAPH_RULES

ENCODING: Final = "encoding"
"""The name that extract leaves when it had to decode bytes that were not UTF-8."""

RECURRING: Final = "recurring_paragraphs"
"""The name that assembling a period leaves where it took out what recurs across a source's articles."""

ELSEWHERE: Final[dict[str, str]] = {
    ENCODING: "Bytes that are not UTF-8, decoded by what they are. Done while the capture is read.",
    RECURRING: "A paragraph that recurs across many articles of one source within a period. Done when the "
    "period is assembled.",
}
"""What other stages do, by the name they leave."""

RULE_NAMES: Final[tuple[str, ...]] = (ENCODING, *(rule.name for rule in RULES), RECURRING)
"""Every name that the `rules` column can hold, in the order in which it holds them."""


# What needs no character rule: most articles match whole, in one scan of 10 µs. A letter that is also a UTF-8
# lead is plain unless continuations follow (see mojibake.py), an ampersand unless it may start an entity.
_CONTINUING: Final = "«»–—‘’“”„…§·°½€²³´•æøÆØ"
_LEADING_TWO: Final = "ÀÁÄÅÆÇÈÉÊËÍÐÓÔÖØÜÞß"
_LEADING_MORE: Final = "àáäåæçèéêëíïðñóôöøúüýþ"
_PLAIN: Final = "\\n !-%'-\\[\\]-~«»–—‘’“”„…§·°½€²³´•"
_PLAIN_TEXT: Final = re.compile(
    f"[{_PLAIN}]*+(?:(?:[{_LEADING_TWO}](?![{_CONTINUING}])|[{_LEADING_MORE}](?![{_CONTINUING}]{{2}})"
    f"|&(?![#A-Za-z]))[{_PLAIN}]*+)*+"
)


def plain(text: str) -> bool:
    """Whether no character rule could change the text, told in one scan; False means only "perhaps"."""
    return _PLAIN_TEXT.fullmatch(text) is not None


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Rule names, each once, in the registry's order; names it does not know come last, sorted."""
    found = set(names)
    if not found:
        return ()
    return (*(name for name in RULE_NAMES if name in found), *sorted(found.difference(RULE_NAMES)))


def describe() -> list[tuple[str, str, str, str]]:
    """Rows of the documentation's table: (name, what it repairs, before, after), one per example.

    What other stages do has no example: before and after are empty.
    """
    rows = [(rule.name, rule.repairs, before, after) for rule in RULES for before, after in rule.examples]
    return [
        (ENCODING, ELSEWHERE[ENCODING], "", ""),
        *rows,
        (RECURRING, ELSEWHERE[RECURRING], "", ""),
    ]
