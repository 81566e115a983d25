"""What stands in a text twice: its title, and paragraphs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from pipeline.clean.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_WORDS: Final = 8
"""Of a paragraph that is taken out where it comes again later; shorter ones are dialogue and refrains."""

_LEAST_WORDS_AT_ONCE: Final = 4
"""Of one that is taken out directly after its twin; shorter ones may be meant ("Nei." "Nei.")."""

_SENTENCE_ENDS: Final = (".", "!", "…", "»", "”", '"')


def may_have_twins(lines: Sequence[str]) -> bool:
    """Whether two lines of a text are as long as one another: those of a paragraph and its twin are."""
    lengths = [len(line) for line in lines if line]
    return len(set(lengths)) < len(lengths)


def has_twins(text: str) -> bool:
    """Whether any paragraph stands in the text twice."""
    paragraphs = text.split("\n\n")
    return len(set(paragraphs)) < len(paragraphs)


def _without_twins(text: str) -> str:
    alone: list[str] = []
    for paragraph in text.split("\n\n"):
        if not (alone and alone[-1] == paragraph and _has_words(paragraph, _LEAST_WORDS_AT_ONCE)):
            alone.append(paragraph)
    times = Counter(alone)
    kept: dict[str | int, str] = {}
    for number, paragraph in enumerate(alone):
        # What comes three times, or is a question, is the structure of an interview or a list.
        chance = times[paragraph] == 2 and paragraph.endswith(_SENTENCE_ENDS)
        kept.setdefault(paragraph if chance and _has_words(paragraph, _LEAST_WORDS) else number, paragraph)
    return "\n\n".join(kept.values())


def _has_words(paragraph: str, least: int) -> bool:
    # Lines within a paragraph are verse, which has refrains.
    return "\n" not in paragraph and sum(any(map(str.isalpha, w)) for w in paragraph.split()) >= least


_LEAD: Final = "Stormen kom natt til mandag, og alle fergene ble liggende ved kai."

REPEATED_PARAGRAPHS: Final = Rule(
    name="repeated_paragraphs",
    repairs="A sentence or more, of at least eight words, that stands in the text twice; any paragraph of at "
    "least four words that follows itself. Questions, refrains and verse are kept.",
    examples=(
        (f"{_LEAD}\n\nIngen ble skadd.\n\n{_LEAD}", f"{_LEAD}\n\nIngen ble skadd."),
        ("Fergen går igjen mandag.\n\nFergen går igjen mandag.", "Fergen går igjen mandag."),
    ),
    suspects=has_twins,
    apply=_without_twins,
    paragraphs=True,
)


def begins_with_title(text: str, title: str) -> bool:
    """Whether the first paragraph of a text is its title, and not all there is."""
    end = text.find("\n\n")
    return end > 0 and abs(end - len(title)) <= len(title) and _same(text[:end], title)


def _same(paragraph: str, title: str) -> bool:
    # A paragraph that ends like a sentence where the title does not is the article's first sentence.
    sentence = paragraph.endswith((".", "!")) and not title.endswith((".", "!"))
    return not sentence and (folded := _fold(title)) == _fold(paragraph) and bool(folded)


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def repeated_title(title: str) -> Rule:
    """The rule that takes the title out of where the text begins; the title is a clean one."""

    def apply(text: str) -> str:
        while begins_with_title(text, title):
            text = text[text.index("\n\n") :].lstrip("\n")
        return text

    return Rule(
        name="repeated_title",
        repairs="The title as the first paragraph of the text.",
        examples=(
            ("Storm i nord\n\nFergene ble liggende.", "Fergene ble liggende."),
            ("STORM I NORD\n\nFergene ble liggende.", "Fergene ble liggende."),
        ),
        suspects=lambda text: begins_with_title(text, title),
        apply=apply,
        paragraphs=True,
        title=title,
    )


REPEATED_TITLE: Final = repeated_title("Storm i nord")
"""The rule with the title of its examples."""
