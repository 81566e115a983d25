"""What a cleaning rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One named repair, with its examples beside it.

    Attributes:
        name: what it is called in the `rules` column. Part of the archive's format: never renamed.
        repairs: the damage it repairs, in a sentence.
        examples: pairs (before, after), of this rule alone. Tests and the documentation come from them.
        suspects: whether `apply` could change the text. Cheap, and never false when it would.
        apply: the repair, for any str at all. Never raises.
        once: whether it may see a text only once (`&amp;lt;` must not end as `<`).
        paragraphs: whether it is about paragraphs, and so not for single-line fields such as titles.
        title: the article's title, for a rule that depends on it; in the registry that of its examples.
    """

    name: str
    repairs: str
    examples: tuple[tuple[str, str], ...]
    suspects: Callable[[str], bool]
    apply: Callable[[str], str]
    once: bool = False
    paragraphs: bool = False
    title: str | None = None


def is_latin_1(text: str) -> bool:
    """Whether a text has no character above U+00FF: told at once, and then many kinds of damage are none."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
