"""The clean stage: records in, the same records repaired out."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pipeline.clean.rules import in_order
from pipeline.clean.structure import subheadings
from pipeline.clean.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.record import Record


def clean(records: Iterable[Record]) -> Iterator[Record]:
    """Repair the text and the single-line fields of each record; names of what changed go to its `rules`.

    What the text shows goes to `subheadings` and `truncated`.

    Single-line fields are title, lead, section, authors and tags. One that holds nothing after cleaning
    becomes None, or is dropped from its list. A text stays a text, even an empty one.
    """
    for record in records:
        yield _clean_record(record)


def _clean_record(record: Record) -> Record:
    rules = set(record.rules)

    def line(value: str | None) -> str | None:
        if not value:
            return None
        cleaned = clean_line(value)
        rules.update(cleaned.rules)
        return cleaned.text or None

    def lines(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value for value in map(line, values) if value is not None)

    title = line(record.title)
    authors = lines(record.authors)
    text, found, truncated = record.text, record.subheadings, record.truncated
    if text is not None:
        cleaned = clean_text(text, title=title)
        rules.update(cleaned.rules)
        text = cleaned.text
        found = subheadings(text, authors=authors)
        truncated = truncated or cleaned.truncated or None
    return dataclasses.replace(
        record,
        text=text,
        title=title,
        lead=line(record.lead),
        section=line(record.section),
        authors=authors,
        tags=lines(record.tags),
        rules=in_order(rules),
        subheadings=found,
        truncated=truncated,
    )
