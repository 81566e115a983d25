"""HTML entities left in plain text."""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Final

from pipeline.clean.rule import Rule

# The semicolon is required: `html.unescape` on "a=1&copy=2" would write "a=1©=2".
_NAME: Final = r"(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ENTITY: Final = re.compile(rf"&((?:amp;)*)({_NAME})")
_FIRST_SIGN: Final = "\xa0"  # before it are ASCII, which may be markup, and controls
_LOST: Final = "\ufffd"


def _suspects(text: str) -> bool:
    return "&" in text and _ENTITY.search(text) is not None


def _decode(match: re.Match[str]) -> str:
    levels, name = match[1], match[2]
    character = html.unescape(f"&{name}") if name[0] == "#" else html5.get(name, "")
    if levels and (character[:1] < _FIRST_SIGN or character == _LOST):
        return f"&{levels[4:]}{name}"
    return character or match[0]


def _apply(text: str) -> str:
    return _ENTITY.sub(_decode, text)


ENTITIES: Final = Rule(
    name="entities",
    repairs="HTML entities that were never decoded. What spells markup is decoded once (what a text quotes "
    "stays quoted), a letter or a sign however often it was encoded.",
    examples=(
        ("Bl&aring;b&aelig;r &amp; fl&oslash;te", "Blåbær & fløte"),
        ("&laquo;Ja&raquo;, sa hun &#8211; og gikk", "«Ja», sa hun – og gikk"),
        ("Skriv &amp;lt; for mindre enn", "Skriv &lt; for mindre enn"),
        ("Sm&amp;oslash;r &amp;amp;ndash; p&amp;#229; br&amp;oslash;d", "Smør – på brød"),
        ("&#x27;Nordlys&#x27;", "'Nordlys'"),
    ),
    suspects=_suspects,
    apply=_apply,
    once=True,
)
