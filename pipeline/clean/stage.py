"""The clean stage: records in, the same records repaired out."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any, Final

from pipeline.clean.rules import in_order
from pipeline.clean.structure import subheadings
from pipeline.clean.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pipeline.clean.text import Cleaned
    from pipeline.record import Record


def clean(records: Iterable[Record]) -> Iterator[Record]:
    """Repair the text and the single-line fields of each record; names of what changed go to its `rules`.

    What the text shows goes to `subheadings` and `truncated`.

    Single-line fields are title, lead, section, authors and tags. One that holds nothing after cleaning
    becomes None, or is dropped from its list. A text stays a text, even an empty one.
    """
    for record in records:
        yield _clean_record(record)


_LONGEST_NAME: Final = 200
_clean_known: Final = functools.lru_cache(maxsize=8192)(clean_line)


def _clean_name(text: str) -> Cleaned:
    """`clean_line` for what many records have in common: sections, tags and names."""
    return _clean_known(text) if len(text) <= _LONGEST_NAME else clean_line(text)


def _clean_record(record: Record) -> Record:
    rules = set(record.rules)

    def line(value: str | None, clean: Callable[[str], Cleaned] = clean_line) -> str | None:
        if not value:
            return None
        cleaned = clean(value)
        rules.update(cleaned.rules)
        return cleaned.text or None

    def names(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for value in values if (name := line(value, _clean_name)) is not None)

    title = line(record.title)
    authors = names(record.authors)
    text, found, truncated = record.text, record.subheadings, record.truncated
    if text is not None:
        cleaned = clean_text(text, title=title)
        rules.update(cleaned.rules)
        text = cleaned.text
        found = subheadings(text, authors=authors)
        truncated = truncated or cleaned.truncated or None
    fields: dict[str, Any] = {
        "text": text,
        "title": title,
        "lead": line(record.lead),
        "section": line(record.section, _clean_name),
        "authors": authors,
        "tags": names(record.tags),
        "rules": in_order(rules),
        "subheadings": found,
        "truncated": truncated,
    }
    changed = {name: value for name, value in fields.items() if value != getattr(record, name)}
    return dataclasses.replace(record, **changed) if changed else record
