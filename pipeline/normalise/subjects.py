"""Sections and tags: what publishers file an article under."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ADDRESS: Final = re.compile(r"(?:[a-z][a-z+.-]*:)?//\S*|www\.\S*|/\S*", re.IGNORECASE)
# a decimal comma has a digit on either side
_LIST: Final = re.compile(r"[;|\n]|,(?![0-9])|(?<![0-9]),")


def read_section(section: str | None) -> str | None:
    """The name of a section, with single spaces; None when it is blank, or an address or path instead."""
    name = " ".join(section.split()) if section else ""
    return name if name and _ADDRESS.fullmatch(name) is None else None


def read_tags(tags: Iterable[str]) -> list[str]:
    """Tags, each once whatever its case, in their order and the spelling of the first.

    A single one that holds a list (`politikk, Stortinget`) is one: of several, each is a tag as it stands
    (`Oslo, Norge`).
    """
    given = list(tags)
    if len(given) == 1:
        given = _LIST.split(given[0])
    found: dict[str, str] = {}
    for tag in given:
        if name := " ".join(tag.split()):
            found.setdefault(name.casefold(), name)
    return list(found.values())
