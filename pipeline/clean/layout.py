"""White space: within lines, and between paragraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.clean.rule import Rule, is_latin_1

if TYPE_CHECKING:
    from collections.abc import Sequence

# All that Unicode calls white space, but the plain space and what earlier rules take (line ends, U+001C).
_SPECIAL: Final = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_RUN: Final = re.compile(" {2,}")


def _has_odd_plain_blanks(text: str) -> bool:
    return "  " in text or " \n" in text or "\n " in text


def _has_special_blanks(text: str) -> bool:
    return "\t" in text or "\xa0" in text or (not is_latin_1(text) and _SPECIAL.search(text) is not None)


def _has_odd_blanks(text: str) -> bool:
    return _has_odd_plain_blanks(text) or _has_special_blanks(text)


def _even_blanks(text: str) -> str:
    text = _RUN.sub(" ", _SPECIAL.sub(" ", text))
    return text.replace(" \n", "\n").replace("\n ", "\n")


SPACES: Final = Rule(
    name="spaces",
    repairs="No-break and other special spaces and tabs to plain spaces; runs of blanks to one; "
    "blanks at line ends.",
    examples=(
        ("10\xa0000 kroner i\u202f2019", "10 000 kroner i 2019"),
        ("to  mellomrom og\ttabulator", "to mellomrom og tabulator"),
        ("første \n  andre", "første\nandre"),
    ),
    suspects=_has_odd_blanks,
    apply=_even_blanks,
)


_BLANK_LINES: Final = re.compile(r"\n{3,}")


def _has_odd_paragraphs(text: str) -> bool:
    return "\n\n\n" in text or ("\n" in text and ("\n\n" not in text or text[-1] == "\n" or text[0] == "\n"))


def _even_paragraphs(text: str) -> str:
    text = text.strip("\n")
    if "\n\n" in text:
        return _BLANK_LINES.sub("\n\n", text)
    return text.replace("\n", "\n\n")


PARAGRAPHS: Final = Rule(
    name="paragraphs",
    repairs="Empty paragraphs dropped, exactly one blank line between the others; "
    "in a text without any blank line, each line is a paragraph.",
    examples=(
        ("Første avsnitt.\n\n\n\nAndre avsnitt.", "Første avsnitt.\n\nAndre avsnitt."),
        ("Første avsnitt.\nAndre avsnitt.", "Første avsnitt.\n\nAndre avsnitt."),
    ),
    suspects=_has_odd_paragraphs,
    apply=_even_paragraphs,
    paragraphs=True,
)


def even(text: str, lines: Sequence[str]) -> bool:
    """Whether a text that is `plain`, and so without special blanks, needs no rule of this module.

    `lines`: its lines. Searching for a blank beside a line end takes three times as long as looking at them.
    """
    if "  " in text:
        return False
    if len(lines) % 2 and not any(lines[1::2]):
        for paragraph in lines[::2]:
            if not paragraph or paragraph[0] == " " or paragraph[-1] == " ":
                break
        else:
            return True
    return not _has_odd_plain_blanks(text) and not _has_odd_paragraphs(text)
