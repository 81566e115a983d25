"""UTF-8 that was read as a single-byte encoding, and Windows-1252 that was read as Latin-1."""

from __future__ import annotations

import re
from typing import Final

from ftfy import TextFixerConfig, fix_encoding
from ftfy.chardata import UTF8_CLUES

from pipeline.clean.rule import Rule

# A pair of a UTF-8 lead and its continuations, as any of the single-byte encodings that ftfy knows shows
# them. ftfy's own test takes 800 µs for an article, this one 25 (measured); the one leading class is
# what lets `re` skip ahead.
_LEAD2: Final = UTF8_CLUES["utf8_first_of_2"]
_LEAD3: Final = UTF8_CLUES["utf8_first_of_3"]
_LEAD4: Final = UTF8_CLUES["utf8_first_of_4"]
# A plain space is none here ("Å være"); U+FFFD and U+001A stand for bytes that were lost on the way.
CONTINUATION: Final = UTF8_CLUES["utf8_continuation"].replace(" ", "") + "\ufffd\x1a"
_LEAD_DOS_OR_MAC: Final = (
    "√├┬"  # 0xC2 and 0xC3 in MacRoman and code page 437, whose letters ftfy's list lacks
)
_LEADS: Final = _LEAD2 + _LEAD3 + _LEAD4 + _LEAD_DOS_OR_MAC
_SEQUENCE: Final = (
    f"(?<=[ÃÂ])[ ]|(?<=[{_LEAD2}])[{CONTINUATION}]"
    f"|(?<=[{_LEAD3}])[{CONTINUATION}]{{2}}|(?<=[{_LEAD4}])[{CONTINUATION}]{{3}}"
    f"|(?<=[{_LEAD_DOS_OR_MAC}])[^\\x00-\\x7f]"
)
_SUSPECT_LINE: Final = re.compile(f"[{_LEADS}](?:{_SEQUENCE})")
# U+0080 to U+00FF, which is nearly all there is, as Latin-1 or Windows-1252 shows it. "sloppy" is ftfy's
# codec: Windows-1252 with Latin-1 in its five holes.
_TWO_BYTES: Final = re.compile(f"[ÂÃ][{bytes(range(0x80, 0xC0)).decode('sloppy-windows-1252')}\x80-\x9f]")
# U+0085 alone is a line end (see `line_endings`); among other C1 characters it is Windows-1252's ellipsis.
_C1_BUT_NEL: Final = "[\x80-\x84\x86-\x9f]"
_C1: Final = re.compile(_C1_BUT_NEL)
_C1_OR_NEL: Final = re.compile("[\x80-\x9f]")
_SUSPECT: Final = re.compile(f"[{_LEADS}\x80-\x84\x86-\x9f](?:{_SEQUENCE}|(?<={_C1_BUT_NEL}))")

_CONFIG: Final = TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    fix_c1_controls=False,
    explain=False,
)


def _suspects(text: str) -> bool:
    return _SUSPECT.search(text) is not None


def _apply(text: str) -> str:
    if _SUSPECT_LINE.search(text):
        text = _decode(text)
    if _C1.search(text):
        text = _C1_OR_NEL.sub(_from_windows_1252, text)
    return text


def _decode(text: str) -> str:
    # Line by line: a line that is damaged throughout is decoded whole, whatever the others look like.
    lines = [_decode_line(line) if _SUSPECT_LINE.search(line) else line for line in text.split("\n")]
    decoded = "\n".join(lines)
    if decoded != text:
        # ftfy leaves "SÃ¥ ble hun" alone, for there might be such a word: not in a text damaged elsewhere.
        decoded = _TWO_BYTES.sub(_from_two_bytes, decoded)
    return decoded


def _decode_line(line: str) -> str:
    # Two such pairs and a line that is valid UTF-8 throughout are no accident, and ftfy would take 30 times
    # as long to say the same.
    if len(_TWO_BYTES.findall(line)) > 1:
        for encoding in ("sloppy-windows-1252", "latin-1"):
            try:
                decoded = line.encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
            if not _SUSPECT_LINE.search(decoded):
                return decoded
    fixed: str = fix_encoding(line, _CONFIG)
    return fixed


def _from_two_bytes(match: re.Match[str]) -> str:
    lead, continuation = match[0][0], match[0][1]
    low = ord(continuation) if continuation <= "\xff" else continuation.encode("sloppy-windows-1252")[0]
    return bytes((ord(lead), low)).decode("utf-8")


def _from_windows_1252(match: re.Match[str]) -> str:
    # The five bytes without a meaning stay: `control_characters` removes them.
    return match[0].encode("latin-1").decode("windows-1252", "ignore") or match[0]


MOJIBAKE: Final = Rule(
    name="mojibake",
    repairs="UTF-8 decoded as Windows-1252 or the like, even twice; Windows-1252 decoded as Latin-1.",
    examples=(
        ("PÃ¥ sjÃ¸en blÃ¥ste det", "På sjøen blåste det"),
        ("Ã\x85pen dag hos Â«ÆrfuglÂ»", "Åpen dag hos «Ærfugl»"),
        ("Ã\xa0 la carte", "à la carte"),
        ("Han sa â€“ og det er sant â€“ ingenting", "Han sa – og det er sant – ingenting"),
        ("fÃƒÂ¸rst", "først"),
        ("\x93Ja\x94, sa hun \x96 og gikk\x85", "“Ja”, sa hun – og gikk…"),
    ),
    suspects=_suspects,
    apply=_apply,
)
