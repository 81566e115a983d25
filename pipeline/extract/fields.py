"""From an object with fields, under the names of any common producer, to a `Record`.

`ALIASES` is the table. Of several names for one thing the first that is filled wins. Below the
object's own fields, those of a nested `metadata` (datatrove) and `html` (Fundus) are consulted.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pipeline.extract.reading import EXCERPT
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text", "content", "body", "maintext", "articleBody", "plaintext", "article_text"),
    "title": ("title", "headline"),
    "lead": ("lead", "description", "summary", "ingress"),
    "authors": ("authors", "author", "byline", "creator"),
    "url": ("url", "link", "source_url", "requested_url"),
    "canonical_url": ("canonical_url",),
    "section": ("section", "category"),
    "tags": ("tags", "keywords", "topics"),
    "language": ("language", "lang", "lang_fasttext"),
    # Our own rows carry all of the first three: as it was written, the instant made of it, the period.
    "published_raw": (
        "published_raw",
        "published_at",
        "published",
        "date",
        "date_publish",
        "date_published",
        "publish_date",
        "publishing_date",
        "datePublished",
        "publish_year",
        "pubDate",
        "created_at",
        "created",
    ),
    "updated_raw": ("updated", "updated_at", "modified", "date_modify", "dateModified"),
    "own_id": ("id", "guid", "uuid", "article_id", "doc_id"),
    "source": ("source", "source_domain", "publisher", "site"),
    "paywalled": ("paywalled", "isAccessibleForFree", "free_access"),
}
"""Field of `Record`: the names that producers give it, in order of preference."""

ALIASED_TEXT: Final = frozenset(ALIASES["text"])
_NESTED: Final[dict[str, frozenset[str]]] = {
    "metadata": frozenset(ALIASES) - {"text"},
    "html": frozenset({"url", "canonical_url"}),  # beside them stands the whole page, as `content`
}
_FREE: Final = frozenset({"isAccessibleForFree", "free_access"})
_NO_DATE: Final = frozenset({"none", "null", "nan", "nat", "undated"})  # str() of what was missing

_BLOCKS: Final = "p|div|span|h[1-6]|ul|ol|li|article|section|figure|blockquote|a|b|i|em|strong|br|img|table"
_MARKUP: Final = re.compile(
    rf"<p(?:\s[^<>]*)?>|\A\s*<(?:!--|!doctype|html|body|{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE
)


def build(
    fields: Mapping[str, Any], *, at: str, raw: bytes, rules: tuple[str, ...] = ()
) -> Record | Rejection:
    """The record that `fields` describe, or why it is none. Values are taken as written."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    known = _fill(values, fields, wrong)
    for name, targets in _NESTED.items():
        nested = fields.get(name)
        if nested and isinstance(nested, dict):
            found: dict[str, Any] = {}
            _fill(found, nested, [])
            values = {target: value for target, value in found.items() if target in targets} | values
    text = values.pop("text", None)
    if text is None:
        if wrong:
            return Rejection(
                at=at,
                reason="bad_field",
                detail=f"The field {wrong[0]} should hold the article's text, as a string or a list of "
                f"paragraphs, but holds {_kind(fields.get(wrong[0]))}. Correct it and drop it again.",
                excerpt=raw[:EXCERPT],
            )
        if not known:
            return Rejection(
                at=at,
                reason="no_text_field",
                detail=f"None of the fields {_names(fields)} is known to hold an article's text. Rename the "
                f"one that does to one of: {', '.join(ALIASES['text'])}.",
                excerpt=raw[:EXCERPT],
            )
        text = ""
    if "lead" not in values and isinstance(body := fields.get("body"), dict):
        lead = _lead(body.get("summary"))  # Fundus
        if lead is not None:
            values["lead"] = lead
    if "published_raw" in values:
        values["published_from"] = "field"
    return Record(at=at, raw=raw, text=text, rules=rules, **values)


def _fill(values: dict[str, Any], fields: Mapping[str, Any], wrong: list[str]) -> bool:
    """Put into `values` what `fields` has. Whether any name for the text was there."""
    plan = _plan(tuple(fields))
    for target, read, names in plan:
        for name in names:
            value = fields[name]
            if value is None or value == "":
                continue
            try:
                taken = read(value)
            except _WrongTypeError:
                wrong.append(name)
                continue
            if taken is not None:
                values[target] = (not taken) if name in _FREE else taken
                break
    return bool(plan) and plan[0][0] == "text"  # the table begins with it


@functools.lru_cache(maxsize=1024)
def _plan(keys: tuple[str, ...]) -> tuple[tuple[str, Callable[[Any], Any], tuple[str, ...]], ...]:
    """Which of an object's keys fill which field, and how. Objects of one file mostly share their keys."""
    present = frozenset(keys)
    plan = []
    for target, aliases in ALIASES.items():
        names = tuple(name for name in aliases if name in present)
        if names:
            plan.append((target, _READERS[target], names))
    return tuple(plan)


# --- how a value is read; None: it is empty, or cannot hold the meaning -------------------------------


class _WrongTypeError(Exception):
    """The value cannot be the text of an article."""


def _text(value: Any) -> str | None:
    """A string, a list of paragraphs, or Fundus's body; markup becomes paragraphs."""
    if isinstance(value, bytes):  # parquet written without the string type
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            raise _WrongTypeError from None
    if isinstance(value, str):
        if "<" in value and _MARKUP.search(value):
            from pipeline.extract.html import paragraphs_of

            value = paragraphs_of(value)
        return None if not value or value.isspace() else value
    if isinstance(value, dict) and (not value or isinstance(value.get("sections"), list)):
        return "\n\n".join(_sections(value.get("sections", []))) or None
    return "\n\n".join(_lines(value)) or None


def _sections(sections: list[Any]) -> list[str]:
    """Fundus: each section has a headline and paragraphs, both lists of lines."""
    parts: list[str] = []
    for section in sections:
        if not isinstance(section, dict):
            raise _WrongTypeError
        for name in ("headline", "paragraphs"):
            part = section.get(name) or []
            parts += [part] if isinstance(part, str) else _lines(part)
    return parts


def _lines(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise _WrongTypeError
    return value


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and not value.isspace() else None


def _lead(value: Any) -> str | None:
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return _string(value)


def _named(value: Any) -> str | None:
    """A name, or an object that has one (schema.org's Person, Organization)."""
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) and value and not value.isspace() else None


def _people(value: Any) -> tuple[str, ...] | None:
    items = value if isinstance(value, list) else [value]
    return tuple(name for name in map(_named, items) if name is not None) or None


def _tags(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(tag for part in value.split(",") if (tag := part.strip())) or None
    return _people(value)


def _section(value: Any) -> str | None:
    return _named(value[0]) if isinstance(value, list) and value else _named(value)


def _date(value: Any) -> str | None:
    if isinstance(value, str):
        return None if value.isspace() or value.strip().lower() in _NO_DATE else value
    if isinstance(value, dt.date):  # a datetime is a date
        return value.isoformat()
    return _number(value)


def _number(value: Any) -> str | None:
    """A year or identifier that was written as a number (2019.0 where a column had gaps)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        if not isinstance(value, int) and (not math.isfinite(value) or value != int(value)):
            return str(value) if math.isfinite(value) else None
        return str(int(value))
    except (ValueError, ArithmeticError):  # thousands of digits
        return None


def _identifier(value: Any) -> str | None:
    return _string(value) if isinstance(value, str) else _number(value)


def _flag(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _text,
    "title": _string,
    "lead": _lead,
    "authors": _people,
    "url": _string,
    "canonical_url": _string,
    "section": _section,
    "tags": _tags,
    "language": _string,
    "published_raw": _date,
    "updated_raw": _date,
    "own_id": _identifier,
    "source": _named,
    "paywalled": _flag,
}


def _kind(value: Any) -> str:
    kinds = {bool: "a yes/no", int: "a number", float: "a number", dict: "an object", list: "a list"}
    return kinds.get(type(value), "something else")


def _names(fields: Mapping[str, Any]) -> str:
    shown = [str(name)[:40] for name in list(fields)[:20]]
    return (", ".join(shown) or "(there are none)") + (", ..." if len(fields) > 20 else "")
