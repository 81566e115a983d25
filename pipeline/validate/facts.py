"""Facts about rows: what the row suite judges, derived from articles by Arrow.

Each fact of a row follows from that row alone. The long text is scanned here, once, and stays out of
pandas: only what was found in it goes on. Patterns are RE2's, which run in linear time.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.article import UNDATED, arrow_schema
from pipeline.period import span

if TYPE_CHECKING:
    from collections.abc import Sequence

COPIED: Final = ("article_id", "source", "content_hash", "title", "url", "language")
"""Columns that are judged as they are."""

SHOWN: Final = ("published", "published_at", "captured_at", "word_count", "paragraph_count")
"""Columns that are not judged themselves but stand in sentences."""

NO_PERIOD_DAYS: Final = 9_999_999
"""How far an instant is from `undated`: as far as can be."""

_TAGS: Final = (
    "address|article|aside|blockquote|body|br|button|center|div|dl|embed|em|figcaption|figure|font|footer|form"
    "|h[1-6]|head|header|hr|html|iframe|img|input|label|li|link|meta|nav|noscript|object|ol|picture|script"
    "|section|small|span|strong|style|sub|sup|svg|table|tbody|td|th|thead|tr|ul|video"
)
MARKUP: Final = (
    # names that no prose has after `<` count even when the tag is cut off; `a`, `b`, `i`, `p` only whole
    rf"(?i)(?P<found></?(?:{_TAGS})(?:[\s/>]|\z)|</?(?:a|b|i|p|q|s|u)(?:\s[^<>]{{0,300}})?/?>|<!--|<!\[CDATA\[|\]\]>)"
)

# what bytes 0x80-0xBF become when they are read as Windows-1252 or Latin-1
_CONTINUATION: Final = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
MOJIBAKE: Final = (
    # UTF-8 begins é, æ, ø, å with C3, signs and the no-break space with C2, dashes and quotes with E2 80, the
    # euro sign with E2 82, š and ž with C5. `Å` is a letter of ours: it counts only in those two pairs.
    f"(?P<found>Ã[{_CONTINUATION}]|Â[\u0080-\u00bf]|â€[{_CONTINUATION}]|â‚¬|Å[¡¾])"
)

_SUSPECT: Final = "[<\ufffdÃÂ]|â[€‚]|Å[¡¾]|]]>"
"""Every text with markup, mojibake or a replacement character matches; of sound ones hardly any does."""


def row_facts(table: pa.Table) -> pa.Table:
    """What the row suite judges and its sentences show, one row per article, in the order of `table`.

    `table` has the columns of `arrow_schema()`. A fact that does not apply to a row is null.
    """
    text = table["text"]
    has_words = pc.match_substring_regex(text, r"[\pL\pN]")
    wordless = pc.invert(has_words)
    word_count = _where(has_words, table["word_count"])
    facts = {name: table[name] for name in (*COPIED, *SHOWN)}
    facts |= {
        "missing_columns": _missing_columns(table),
        "wordless_text": _where(wordless, pc.utf8_slice_codeunits(text, 0, 20)),
        "unreadable_date": _unreadable_date(table),
        **_period_facts(table),
        "smaller_count": pc.min_element_wise(word_count, table["paragraph_count"], skip_nulls=False),
        "author_count": _above_zero(pc.list_value_length(table["authors"])),
        "counted_words": _where(pc.greater_equal(word_count, 1), word_count),
        **_damage(text),
    }
    return pa.table(facts)


def _where(mask: pa.ChunkedArray, values: pa.ChunkedArray | pa.Scalar) -> pa.ChunkedArray:
    """The values, or the one value, where the mask is true; null elsewhere."""
    return pc.if_else(mask, values, pa.scalar(None, values.type))


def _above_zero(counts: pa.ChunkedArray) -> pa.ChunkedArray:
    return _where(pc.greater(counts, 0), counts)


def _missing_columns(table: pa.Table) -> pa.Array:
    """Names of the columns that must not be null and are, per row; derived from the schema."""
    missing: dict[int, list[str]] = {}
    for field in arrow_schema():
        if not field.nullable and table[field.name].null_count:
            for row in pc.indices_nonzero(pc.is_null(table[field.name])).to_pylist():
                missing.setdefault(row, []).append(field.name)
    if not missing:
        return pa.nulls(len(table), pa.string())
    return pa.array([", ".join(missing[i]) if i in missing else None for i in range(len(table))], pa.string())


def _unreadable_date(table: pa.Table) -> pa.ChunkedArray:
    """The date as written where one was written but the article is undated."""
    given = pc.match_substring_regex(table["published_raw"], r"[^\s\pZ]")
    return _where(pc.and_kleene(given, pc.equal(table["published"], UNDATED)), table["published_raw"])


_EPOCH: Final = dt.date(1970, 1, 1).toordinal()


def _period_facts(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Facts about the period, and about the capture and the instant beside it. Days are those of UTC."""
    encoded = pc.dictionary_encode(table["published"].combine_chunks())
    periods: list[str] = encoded.dictionary.to_pylist()
    spans = [span(period) for period in periods]

    def of_period(values: Sequence[int | str | None], kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind).take(encoded.indices)

    year = of_period([int(p[:4]) if s else None for p, s in zip(periods, spans, strict=True)], pa.int32())
    first = of_period([s and s.first - _EPOCH for s in spans], pa.int32())
    last = of_period([s and s.last - _EPOCH for s in spans], pa.int32())
    malformed = [None if s or p == UNDATED else p for p, s in zip(periods, spans, strict=True)]
    captured, instant = _day(table["captured_at"]), _day(table["published_at"])
    apart = pc.max_element_wise(
        pc.subtract(first, instant), pc.subtract(instant, last), pa.scalar(0, pa.int32()), skip_nulls=False
    )
    undated = pc.and_kleene(pc.equal(table["published"], UNDATED), pc.is_valid(instant))
    return {
        "malformed_period": of_period(malformed, pa.string()),
        "period_year": year,
        "days_ahead": pc.subtract(first, captured),
        "days_apart": pc.if_else(undated, pa.scalar(NO_PERIOD_DAYS, pa.int32()), apart),
    }


def _day(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    """The UTC day of each instant, counted from 1970-01-01."""
    return pc.cast(pc.cast(instants, pa.date32()), pa.int32())


def _damage(text: pa.ChunkedArray) -> dict[str, pa.Array]:
    """What is left of damage in each text: lost characters counted, the first markup and mojibake quoted.

    A sound text costs one scan; only those with a suspicious character are looked at again.
    """
    rows = pc.indices_nonzero(pc.fill_null(pc.match_substring_regex(text, _SUSPECT), False))
    suspects = text.take(rows).combine_chunks()
    lost = pc.count_substring(suspects, "\ufffd")
    return {
        "replacement_characters": _scatter(lost, rows, _where(pc.is_valid(text), pa.scalar(0, pa.int32()))),
        "markup": _scatter(_first(suspects, MARKUP), rows, pa.nulls(len(text), pa.string())),
        "mojibake": _scatter(_first(suspects, MOJIBAKE), rows, pa.nulls(len(text), pa.string())),
    }


def _first(text: pa.Array, pattern: str) -> pa.Array:
    """The first thing in each text that the group `found` of `pattern` matches; null where none does."""
    return pc.struct_field(pc.extract_regex(text, pattern), "found")


def _scatter(values: pa.Array, rows: pa.Array, into: pa.Array) -> pa.Array:
    """`into` with `values` at `rows`, which ascend."""
    mask = np.zeros(len(into), dtype=bool)
    mask[rows.to_numpy()] = True
    return pc.replace_with_mask(into, pa.array(mask), values)
