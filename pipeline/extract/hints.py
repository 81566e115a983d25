"""What the catalogue says of a source that helps to read its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SELECTABLE: Final = (
    "title",
    "lead",
    "text",
    "authors",
    "published",
    "updated",
    "section",
    "tags",
    "remove",
)
"""What a selector can point at; `remove` names what is no part of the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Per-source help for extract. Part of what decides a row: other hints stage anew.

    Attributes:
        selectors: pairs (one of `SELECTABLE`, CSS selector).
        language: BCP 47 tag of most of the source's articles.
        zone: IANA time zone for times written without an offset.
    """

    selectors: tuple[tuple[str, str], ...] = ()
    language: str | None = None
    zone: str | None = None


NO_HINTS: Final = Hints()
