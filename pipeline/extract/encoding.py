"""Which encoding bytes are in, and their text.

UTF-8 is tried first and strictly. What is not UTF-8 is judged by its characters in their context, among
the encodings that Nordic and neighbouring newsrooms have used: general detectors need more text than a
short notice has (charset-normalizer takes "søndag" in Latin-1 for UTF-16, and one in five 300-byte notices
for something else than Windows-1252).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.errors import Unreadable

CANDIDATES: Final = (
    "cp1252",
    "iso8859-15",
    "mac_roman",
    "cp850",
    "cp865",
    "iso8859-10",
    "cp1250",
    "cp1251",
)
"""Single-byte encodings, the likelier first: it wins when the text is as good in both."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTES: Final = bytes(range(0x80, 0x100))
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_JUDGED: Final = 400
"""Characters beyond ASCII that are looked at."""
_SAMPLE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding that bytes are in.

    Attributes:
        name: the name Python knows it by.
        bom: bytes of the byte order mark, to be left out of the text.
        clean: whether it is UTF-8 without invalid bytes, as far as was looked.
    """

    name: str
    bom: int = 0
    clean: bool = True


def detect(head: bytes) -> Encoding | None:
    """The encoding of a text stream that begins with `head`; None when it is not text.

    A character cut at the end of `head` does no harm. A few control characters, NUL too, are damaged
    text, not binary.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            rest = head[len(mark) :]
            if name == "utf-8":
                found = _without_mark(rest)
                return found and Encoding(found.name, len(mark), found.clean)
            return Encoding(name, len(mark), clean=False) if _reads_as(rest, name) else None
    return _without_mark(head)


def decode(data: bytes) -> tuple[str, bool]:
    """The text of a whole document, and whether it was something else than clean UTF-8.

    In UTF-8 with stray bytes, these are read as Windows-1252 (U+FFFD where it has no character). A
    leading byte order mark is dropped. Raises Unreadable (binary, undecodable).
    """
    found = detect(data)
    if found is None:
        if is_binary(data):
            raise Unreadable("binary", "The bytes are neither text nor a format we know. Drop text instead.")
        raise Unreadable(
            "undecodable", "The bytes make no sense in any encoding we know. Convert the file to UTF-8."
        )
    text = data[found.bom :]
    if found.name != "utf-8":
        return text.decode(found.name, "replace"), True
    try:
        return text.decode("utf-8"), False
    except UnicodeDecodeError:
        return _not_utf8(text), True


def decode_line(data: bytes, encoding: Encoding | None) -> tuple[str, bool]:
    """The text of one line, and whether it was something else than clean UTF-8. Never raises.

    `encoding` is that of the file's head. A line may differ from it: files are concatenated, and a head
    of pure ASCII says nothing about what comes later.
    """
    if encoding is not None and encoding.name.startswith(("utf-16", "utf-32")):
        return data.decode(encoding.name, "replace"), True
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    if encoding is None or encoding.name == "utf-8" or _is_mostly_utf8(data):
        return _not_utf8(data), True
    return data.decode(encoding.name, "replace"), True


def is_binary(data: bytes) -> bool:
    """Whether there are more control characters than damaged text has."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > 2 + 0.03 * len(sample)


def _without_mark(data: bytes) -> Encoding | None:
    if b"\0" in data[:_SAMPLE] and (wide := _wide(data[:_SAMPLE])) is not None:
        return Encoding(wide, clean=False)
    if is_binary(data):
        return None
    if _is_utf8(data):
        return Encoding("utf-8")
    if _is_mostly_utf8(data):
        return Encoding("utf-8", clean=False)
    name, score = _best(data)
    # Sense is asked for only where much of the text hangs on it: a line of symbols is text too.
    if score < 0.5 and len(_HIGH.findall(data, 0, _SAMPLE)) > 0.3 * min(len(data), _SAMPLE):
        return None
    return Encoding(name, clean=False)


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether at least two of three characters beyond ASCII are UTF-8.

    One alone proves nothing: «BLÅ» in Latin-1 ends in a valid sequence.
    """
    sequences = _SEQUENCE.findall(data)
    stray = len(data) - len(data.translate(None, _HIGH_BYTES)) - sum(map(len, sequences))
    return len(sequences) >= 2 * stray


def _not_utf8(data: bytes) -> str:
    if _is_mostly_utf8(data):
        return data.decode("utf-8", _STRAY_AS_CP1252)
    return data.decode(_best(data)[0], "replace")


def _stray_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_STRAY_AS_CP1252: Final = "dagspress.cp1252"
codecs.register_error(_STRAY_AS_CP1252, _stray_as_cp1252)


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the NULs are."""
    if len(sample) < 4:
        return None
    nuls = [sample[i::4].count(0) * 4 / len(sample) for i in range(4)]
    high, low = 0.7, 0.3
    if min(nuls[1:]) > high and nuls[0] < low:
        name = "utf-32-le"
    elif min(nuls[:3]) > high and nuls[3] < low:
        name = "utf-32-be"
    elif min(nuls[1], nuls[3]) > high and max(nuls[0], nuls[2]) < low:
        name = "utf-16-le"
    elif min(nuls[0], nuls[2]) > high and max(nuls[1], nuls[3]) < low:
        name = "utf-16-be"
    else:
        return None
    return name if _reads_as(sample, name) else None


def _reads_as(data: bytes, name: str) -> bool:
    """Whether the bytes are text in a wide encoding: few invalid, unassigned or control characters."""
    text = codecs.getincrementaldecoder(name)("replace").decode(data[:_SAMPLE])
    bad = sum(unicodedata.category(c) in ("Cn", "Co", "Cs") or c == "\ufffd" for c in text)
    controls = sum(c < " " and c not in "\t\n\v\f\r\x1b" for c in text)
    return bad + controls <= 2 + 0.03 * len(text)


_NORDIC: Final = frozenset("åäöøæé")
_NORDIC_CAPITALS: Final = frozenset("ÅÄÖØÆÜÉ")
_WORDS: Final = frozenset("åÅöÖàé")
"""Letters that are words by themselves."""
_RUSSIAN: Final = re.compile("[А-яЁё]")
_NEIGHBOURS: Final = frozenset("čđŋšŧžČĐŊŠŦŽœŒąćęłńśżźŁŚŻěřůďťňőű")
_QUOTES: Final = frozenset("«»“”„‘’‚‹›")
_OF_NUMBERS: Final = frozenset("°½¼¾€£§¹²³ªº×±")
_ELSEWHERE: Final = frozenset("\u00a0\u00ad·•©®™´¨¤¢¥µ¿¡†")


def _best(data: bytes) -> tuple[str, float]:
    """The single-byte encoding in which the text makes most sense, and how much (above 0: it does)."""
    spans = []
    for found in _HIGH.finditer(data):
        at = found.start()
        spans.append(data[at - 1 if at else 0 : at + 2].rjust(3 if at + 1 < len(data) else 2).ljust(3))
        if len(spans) == _JUDGED:
            break
    scores = {
        name: sum(_sense(name, span) for span in spans) / max(1, len(spans)) - 0.05 * rank
        for rank, name in enumerate(CANDIDATES)
    }
    best = max(scores, key=lambda name: scores[name])
    return best, scores[best]


@lru_cache(maxsize=8192)
def _sense(name: str, span: bytes) -> float:
    """How likely the middle one of three bytes is as a character of `name`: above 0 is good."""
    text = span.decode(name, "replace")
    before, character, after = text[0], text[1], text[2]
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Co"):
        return -5
    if character.isalpha() and character not in "ªºµ":
        return _sense_of_letter(before, character, after)
    inside_word = before.isalpha() and after.isalpha()
    if character in _QUOTES:
        if inside_word:
            return 2 if character == "’" else -3
        if character == "’" and not before.isalnum():
            return 1
        return 2.5 if before.isalnum() != after.isalnum() else 1.5
    if inside_word:
        return 0.5 if character in "–—\u00a0\u00ad·" else -3
    if character in "–—":
        return 2 if before.isspace() == after.isspace() else 1
    if character == "…":
        return 2 if not after.isalpha() else 0.5
    if character in _OF_NUMBERS:
        if before.isdecimal() or after.isdecimal() or (before == "m" and character in "²³"):
            return 1.5
        return -3 if before.isalnum() or after.isalnum() else 1
    if character in _ELSEWHERE:
        return 0.5
    return -2 if unicodedata.category(character) in ("So", "Sm", "Sk") else -1


def _sense_of_letter(before: str, character: str, after: str) -> float:
    if character.isupper() and before.islower():
        return -3
    if character.islower() and before.isupper() and after.isupper():
        return -2
    letters = [c for c in (before, after) if c.isalpha()]
    if _is_cyrillic(character):
        if not letters:
            return 0.5
        if not all(map(_is_cyrillic, letters)):
            return -3
        return 2.5 if _RUSSIAN.match(character) else 0.5
    # Letters beyond ASCII are rarely neighbours: many in a row are another alphabet read as Latin.
    strange = 1.5 * ((not before.isascii()) + (not after.isascii()))
    if not letters and character not in _WORDS:
        weight = 2.0 if character in _NORDIC else 0.0  # the text may be cut there
    elif character in _NORDIC:
        weight = 3.0
    elif character in _NORDIC_CAPITALS:
        weight = 2.5
    elif character <= "ÿ":
        weight = 2.0 if character.islower() else 1.5
    else:
        weight = 2.0 if character in _NEIGHBOURS else 1.0
    return weight - strange


def _is_cyrillic(character: str) -> bool:
    return "Ѐ" <= character <= "ӿ"
