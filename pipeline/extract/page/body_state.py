"""The body of a page that its scripts were to draw, from the state they were given: strings of JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

# Possessive, so that time is linear whatever the quotes do.
_STRING: Final = re.compile(r'"((?:[^"\\\n]|\\.){200,}+)"')
_PARAGRAPH: Final = re.compile(r"<p[\s>]|<br\s*/?>\s*<br", re.IGNORECASE)
_LONGEST: Final = 2_000_000
_DEEPEST: Final = 3


def markup(tree: HtmlElement) -> str | None:
    """The HTML of an article found in a script's state: the string with most paragraphs; None without."""
    best, most = None, 1
    for script in tree.iter("script"):
        text = script.text
        if not text or '"' not in text or len(text) > _LONGEST:
            continue
        for string in _strings(text, depth=0):
            count = len(_PARAGRAPH.findall(string))
            if count > most:
                best, most = string, count
    return best


def _strings(text: str, *, depth: int) -> Iterator[str]:
    """Long strings of the text, and those within strings that are JSON themselves."""
    for found in _STRING.finditer(text):
        try:
            string = json.loads(f'"{found[1]}"', strict=False)
        except ValueError:  # a script's own escapes, such as \' and \x22
            continue
        if string.lstrip()[:1] not in ("{", "["):
            yield string
        elif depth < _DEEPEST:
            yield from _strings(string, depth=depth + 1)
