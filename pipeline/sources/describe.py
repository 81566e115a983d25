"""The fields of a source as a table: what `docs/sources.md` shows follows from the code."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import Final

from pipeline.sources.source import Source
from pipeline.sources.values import FIELDS
from pipeline.sources.writing import duration

_ATTRIBUTE: Final = re.compile(r"^ {4}(\w+): (.*(?:\n {8,}.*)*)", re.MULTILINE)


def describe() -> list[tuple[str, str, str, str]]:
    """Of every field: name, what is allowed, what holds without it (`required`, or empty), meaning."""
    _, _, attributes = inspect.cleandoc(Source.__doc__ or "").partition("Attributes:\n")
    meanings = {name: " ".join(text.split()) for name, text in _ATTRIBUTE.findall(attributes)}
    rows = []
    for field in dataclasses.fields(Source):
        form = FIELDS[field.name]
        only = "" if len(form.kinds) == 3 else f" (only {', '.join(form.kinds)})"
        rows.append((field.name, form.form + only, _default(field.default), meanings[field.name]))
    return rows


def _default(value: object) -> str:
    if value is dataclasses.MISSING:
        return "required"
    if isinstance(value, bool):
        return str(value).lower()
    if value in (None, ()):
        return ""
    return duration(value) if hasattr(value, "total_seconds") else str(value)  # type: ignore[arg-type]


def table() -> str:
    """The rows as Markdown."""
    rows = "".join(
        f"| `{name}` | {form} | {default} | {meaning} |\n" for name, form, default, meaning in describe()
    )
    return f"| field | allowed | without it | meaning |\n|---|---|---|---|\n{rows}"
