"""Characters that nobody sees: line ends of other systems, controls, zero-width marks, soft hyphens."""

from __future__ import annotations

import re
from typing import Final

from pipeline.clean.rule import Rule, is_latin_1

_LINE_END: Final = re.compile("\r+\n?|[\v\f\x85\u2028\u2029]")
_LINE_END_CHARACTERS: Final = "\r\v\f\x85\u2028\u2029"


def _end_line(match: re.Match[str]) -> str:
    found = match[0]
    if found == "\u2029":
        return "\n\n"
    # CR LF is one line end, and so is CR CR LF (converted twice); CR alone is one each.
    return "\n" * len(found) if found[-1] == "\r" else "\n"


LINE_ENDINGS: Final = Rule(
    name="line_endings",
    repairs="Line ends of other systems (CR LF, CR, NEL, form feed, U+2028), the paragraph end U+2029.",
    examples=(
        ("Første linje\r\nandre linje", "Første linje\nandre linje"),
        ("gammel Mac\rher", "gammel Mac\nher"),
        ("myk\u2028linje og hardt\u2029avsnitt", "myk\nlinje og hardt\n\navsnitt"),
        ("stormaskin\x85her", "stormaskin\nher"),
        ("ny\fside", "ny\nside"),
    ),
    suspects=lambda text: any(c in text for c in _LINE_END_CHARACTERS),
    apply=lambda text: _LINE_END.sub(_end_line, text),
)


_SURROGATE_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
# Of the noncharacters those that occur: the planes beyond U+FFFF have two each, and would make this slow.
_CONTROLS: Final = "\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_CONTROL: Final = re.compile(
    r"\x1b\[[0-9;?]{0,32}[A-Za-z]"  # terminal colours: all of the sequence, not just its ESC
    f"|[{_CONTROLS}]"
)
_MAYBE_CONTROL: Final = re.compile(f"[{_CONTROLS}]")  # a single class: `re` searches it 10 times as fast


def _join_pair(match: re.Match[str]) -> str:
    pair = match[0]
    return chr(0x10000 + ((ord(pair[0]) - 0xD800) << 10) + ord(pair[1]) - 0xDC00)


CONTROL_CHARACTERS: Final = Rule(
    name="control_characters",
    repairs="Control characters such as NUL, terminal escapes, halves of surrogate pairs, noncharacters.",
    examples=(
        ("Sto\x00rm i nord", "Storm i nord"),
        ("\x1b[31mVarsel\x1b[0m for kysten", "Varsel for kysten"),
        ("halv\ud83d emoji", "halv emoji"),
        ("hel \ud83d\ude00 emoji", "hel 😀 emoji"),
        ("ikke et tegn\uffff", "ikke et tegn"),
    ),
    suspects=lambda text: _MAYBE_CONTROL.search(text) is not None,
    apply=lambda text: _CONTROL.sub("", _SURROGATE_PAIR.sub(_join_pair, text)),
)


# In these a (non-)joiner changes what is read: Arabic and its neighbours, the Indic and Southeast Asian
# scripts, Mongolian; and a joiner between two emoji makes one of them.
_JOINING: Final = "\u0600-\u109f\u1780-\u18af\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
_EMOJI: Final = "©®‼-㊙\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"
_JOINER: Final = (
    f"(?<![{_JOINING}])(?:\u200c|\u200d(?![{_EMOJI}])|(?<![{_EMOJI}])\u200d)"  # only where it means nothing
)
_ZERO_WIDTH: Final = "[\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]"
_DIRECTION: Final = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_INVISIBLE: Final = re.compile(f"{_ZERO_WIDTH}|{_JOINER}|{_DIRECTION}")
_INVISIBLE_BUT_DIRECTION: Final = re.compile(f"{_ZERO_WIDTH}|{_JOINER}")
_MAYBE_INVISIBLE: Final = re.compile(
    "[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)


def _reveal(text: str) -> str:
    # Where Arabic or Hebrew is quoted, direction marks put the quotation in the right order.
    kept = _RIGHT_TO_LEFT.search(text) is not None
    return (_INVISIBLE_BUT_DIRECTION if kept else _INVISIBLE).sub("", text)


ZERO_WIDTH: Final = Rule(
    name="zero_width",
    repairs="Zero-width spaces, byte order marks, joiners and direction marks where they mean nothing.",
    examples=(
        ("\ufeffStorm i\u200b nord", "Storm i nord"),
        ("Bod\u2060ø\u200d by", "Bodø by"),
        ("\u202aTromsø\u202c\u200e", "Tromsø"),
    ),
    suspects=lambda text: not is_latin_1(text) and _MAYBE_INVISIBLE.search(text) is not None,
    apply=_reveal,
)


# At a line end before a small letter it parts a word, and the word is joined again.
_SOFT_HYPHEN: Final = re.compile("\xad+(?: ?\n(?=[a-zà-öø-ÿ]))?")

SOFT_HYPHENS: Final = Rule(
    name="soft_hyphens",
    repairs="Soft hyphens: places where a word may be parted, of use to a page only.",
    examples=(
        ("Utenriks\xaddeparte\xadmentet", "Utenriksdepartementet"),
        ("fiskeri\xad\nnæringen", "fiskerinæringen"),
    ),
    suspects=lambda text: "\xad" in text,
    apply=lambda text: _SOFT_HYPHEN.sub("", text),
)
