"""What a clean text shows of itself: its subheadings, and whether it is cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container

_LONGEST: Final = 80
_MOST_WORDS: Final = 8
_CLOSED: Final = (".", "!", "?", "…", ":", ";", ",", ")", "”", '"', "»", "*", "-", "–")
_SENTENCE_ENDS: Final = (".", "!", "?", "…", "»", "”", '"', ")")
_QUOTED: Final = re.compile(r"«[^«»]*[^\W_]»|“[^“”]*[^\W_]”|\"[^\"]*[^\W_]\"")
_OPENING: Final = re.compile(r"(?:– )?[«“„\"]?([^\W_])")
_OTHER: Final = re.compile(
    r"(?:av|by|von|af|frå|fra|tekst|text|foto|photo|kilde|källa|kilder|quelle|source):? .*"  # whose it is
    r"|\d[\d\s.:/–-]*|.*(?:[@\n|•]|www\.|https?:).*",
    re.IGNORECASE,
)

_LINK: Final = (
    r"(?:les (?:mer|meir|videre|hele (?:saken|artikkelen))|læs (?:mere|videre)|läs (?:mer|vidare)|lue lisää"
    r"|lesa meira|weiterlesen|mehr lesen|read (?:more|on)|continue reading)"
)
_MARK: Final = re.compile(  # never an author's
    rf"(?:\[(?:…|\.\.\.)\]|\[\+ ?\d+ (?:chars?|characters|tegn)\]|(?:…|\.\.\.) ?{_LINK})[ .»›→>]*\Z",
    re.IGNORECASE,
)
_DOTS: Final = re.compile(r"[^\W_],? ?(?:…|\.\.\.)\Z")
_LONGEST_CUT: Final = 40


def subheadings(text: str, *, authors: Container[str] = ()) -> tuple[str, ...]:
    """The paragraphs of a clean text that are subheadings, in order.

    Short, open at the end, and between paragraphs of prose: an item of a list or a line of verse has
    neighbours of its own kind. Names of `authors` are none.
    """
    paragraphs = text.split("\n\n")
    return tuple(
        paragraph
        for number, paragraph in enumerate(paragraphs[1:-1], start=1)
        if len(paragraph) <= _LONGEST
        and _heads(paragraph)
        and _is_prose(paragraphs[number - 1])
        and _is_prose(paragraphs[number + 1])
        and paragraph not in authors
    )


def _heads(paragraph: str) -> bool:
    if paragraph.endswith(_CLOSED) and not _QUOTED.fullmatch(paragraph):
        return False
    opening = _OPENING.match(paragraph)
    return (
        opening is not None
        and not opening[1].islower()
        and len(paragraph.split()) <= _MOST_WORDS
        and not _OTHER.fullmatch(paragraph)
    )


def _is_prose(paragraph: str) -> bool:
    return paragraph.endswith(_SENTENCE_ENDS) and " " in paragraph


def cut_off(text: str) -> bool:
    """Whether a clean text visibly ends before its end: by dots after a word, by "[+1234 chars]" or the like.

    Dots that end a line of dialogue are the speaker's.
    """
    if "…" not in (tail := text[-_LONGEST_CUT:]) and "..." not in tail and "[+" not in tail:
        return False
    if _MARK.search(tail):
        return True
    return _DOTS.search(tail) is not None and text[text.rfind("\n") + 1] not in '–—-«“"'
