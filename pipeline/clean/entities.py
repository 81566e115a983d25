"""HTML entities left in plain text."""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Final

from pipeline.clean.rule import Rule

# The semicolon is required: `html.unescape` on "a=1&copy=2" would write "a=1©=2".
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def _suspects(text: str) -> bool:
    return "&" in text and _ENTITY.search(text) is not None


def _decode(match: re.Match[str]) -> str:
    entity = match[0]
    if entity[1] == "#":
        return html.unescape(entity)  # knows that &#150; means Windows-1252's dash
    return html5.get(entity[1:], entity)


def _apply(text: str) -> str:
    return _ENTITY.sub(_decode, text)


ENTITIES: Final = Rule(
    name="entities",
    repairs="HTML entities that were never decoded. Decoded once: what a text quotes stays quoted.",
    examples=(
        ("Bl&aring;b&aelig;r &amp; fl&oslash;te", "Blåbær & fløte"),
        ("&laquo;Ja&raquo;, sa hun &#8211; og gikk", "«Ja», sa hun – og gikk"),
        ("Skriv &amp;lt; for mindre enn", "Skriv &lt; for mindre enn"),
        ("&#x27;Nordlys&#x27;", "'Nordlys'"),
    ),
    suspects=_suspects,
    apply=_apply,
    once=True,
)
