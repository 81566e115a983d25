"""How records name a language themselves."""

from __future__ import annotations

import re
from typing import Final

_HINTS: Final = {
    **dict.fromkeys(("no", "nob", "nor", "norwegian", "norsk", "bokmål"), "nb"),
    **dict.fromkeys(("nno", "nynorsk"), "nn"),
    **dict.fromkeys(("dan", "danish", "dansk"), "da"),
    **dict.fromkeys(("swe", "swedish", "svenska"), "sv"),
    **dict.fromkeys(("eng", "english"), "en"),
    **dict.fromkeys(("deu", "ger", "german"), "de"),
    **dict.fromkeys(("fra", "fre", "french"), "fr"),
    **{"fin": "fi", "isl": "is", "ice": "is", "nld": "nl", "dut": "nl", "spa": "es", "sme": "se", "iw": "he"},
}
_UNKNOWN: Final = frozenset({"und", "mul", "mis", "zxx"})
_TAG: Final = re.compile(r"[a-z]{2,3}")


def from_hint(hint: str | None) -> str | None:
    """The language that a record names itself, as we write it (`no` is `nb`, `en-GB` is `en`), or None."""
    primary = re.split("[-_]", (hint or "").strip().lower(), maxsplit=1)[0]
    tag = _HINTS.get(primary, primary)
    return tag if _TAG.fullmatch(tag) and tag not in _UNKNOWN else None
