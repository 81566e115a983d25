"""Characters written in more than one way, and the backslashes of some export."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pipeline.clean.rule import Rule, is_latin_1

NFC: Final = Rule(
    name="nfc",
    repairs="Letters stored as a base and combining marks. NFC, never NFKC: ½, ² and … are the author's.",
    examples=(
        ("bla\u030ab\u00e6r pa\u030a fjellet", "blåbær på fjellet"),
        ("E\u0301n kafe\u0301", "Én kafé"),
        ("300 \u212b", "300 Å"),
    ),
    suspects=lambda text: not is_latin_1(text) and not unicodedata.is_normalized("NFC", text),
    apply=lambda text: unicodedata.normalize("NFC", text),
)


_WORD: Final = re.compile(r"\S+")
_ESCAPED: Final = re.compile(r"(?<![¯\\])\\++([!-/:-@\[\]-`{-~])")  # not the arm of ¯\_(ツ)_/¯
# A backslash before a letter or digit is a path, a pattern or code: hands off the whole word.
_CODE: Final = re.compile(r"\\[^\W_]")
_PATH: Final = re.compile(r"\W*[A-Za-z]:\\")


def _unescape(text: str) -> str:
    # By word, because a word's other backslashes tell what this one is.
    done = 0
    parts: list[str] = []
    while (found := text.find("\\", done)) >= 0:
        start = text.rfind(" ", done, found) + 1 or done
        end = text.find(" ", found)
        end = len(text) if end < 0 else end
        parts += (text[done:start], _WORD.sub(_unescape_word, text[start:end]))
        done = end
    parts.append(text[done:])
    return "".join(parts)


def _unescape_word(match: re.Match[str]) -> str:
    word = match[0]
    return word if _CODE.search(word) or _PATH.match(word) else _ESCAPED.sub(r"\1", word)


ESCAPES: Final = Rule(
    name="escapes",
    repairs="Punctuation escaped with a backslash by an export. Paths (`C:\\ny`) and code (`\\n`) are kept.",
    examples=(
        (r"sin del av lasset\, sa presidenten", "sin del av lasset, sa presidenten"),
        (r"\"Ja\", sa hun\; \'nei\', sa han\.", "\"Ja\", sa hun; 'nei', sa han."),
        (r"snø\_dybde \(cm\) \- se https:\/\/vaer.example", "snø_dybde (cm) - se https://vaer.example"),
    ),
    suspects=lambda text: "\\" in text and _ESCAPED.search(text) is not None,
    apply=_unescape,
)
