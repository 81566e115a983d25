"""Places: whether what a row says of its bytes can be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipeline.acquire import Capture

_BYTES: Final = re.compile(r"@(\d{1,18})\+(\d{1,18})", re.ASCII)


def wrong_place(place: str, capture: Capture, *, plain: bool) -> str:
    """What is wrong with the place of a row's bytes in its capture; empty where nothing is.

    `plain`: whether places count bytes of the object itself; else they are in what it packs.
    """
    name, _, at = place.partition("#")
    if name != capture.object:
        return f"a row names {name}"
    match = _BYTES.fullmatch(at)
    if match is None or not plain or any(purged.at == at for purged in capture.purged):
        return ""
    first, end = int(match[1]), int(match[1]) + int(match[2])
    return "" if end <= capture.size else f"bytes {first} to {end} of {capture.size}"
