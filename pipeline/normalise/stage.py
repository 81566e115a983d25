"""The normalise stage: cleaned records in, articles out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from pipeline.article import UNDATED, Article
from pipeline.normalise.dates import PublishedDate, parse_date
from pipeline.normalise.identity import article_id
from pipeline.normalise.language import detect, from_hint
from pipeline.normalise.measures import measure_each
from pipeline.normalise.people import read_bylines
from pipeline.normalise.subjects import read_section, read_tags
from pipeline.normalise.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.record import Record

_BATCH_CHARACTERS: Final = 128_000
"""Texts that are measured together (measured: fewer take longer, more take no less)."""

_LONGEST_SOURCE: Final = 200
_LONGEST_LANGUAGE: Final = 35  # BCP 47, 4.4.1
_IN_DOCUMENTS: Final = frozenset(("header", "field"))
"""Where documents say their date: they are dropped long after they were written."""


def normalise(
    records: Iterable[Record], *, source: str, capture: str, captured_at: dt.datetime
) -> Iterator[Article]:
    """Make the fields of each record comparable. Pure; raises ValueError when `captured_at` is not aware.

    Args:
        records: records of one capture, cleaned.
        source: the capture's source; a record that names a sensible one (1 to 200 characters) keeps that.
        capture: the capture's object name.
        captured_at: when it was captured; a record that knows better (`fetched_at`) keeps that.
    """
    for article, _ in normalise_folding(records, source=source, capture=capture, captured_at=captured_at):
        yield article


def normalise_folding(
    records: Iterable[Record], *, source: str, capture: str, captured_at: dt.datetime
) -> Iterator[tuple[Article, str]]:
    """As `normalise`; with each article its text as `fold` folds it."""
    if captured_at.tzinfo is None:
        raise ValueError("captured_at has no time zone")
    captured_at = captured_at.astimezone(dt.UTC)
    for batch in _batches(records):
        texts = [_storable(record.text or "") for record in batch]
        detected = list(map(detect, texts))  # one after the other: its tables stay in the processor's cache
        for record, text, found, measured in zip(batch, texts, detected, measure_each(texts), strict=True):
            article = _article(
                record,
                text,
                found,
                measured.columns,
                source=source,
                capture=capture,
                captured_at=captured_at,
            )
            yield article, measured.folded


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += len(record.text or "")
        if size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _article(
    record: Record,
    text: str,
    detected: tuple[str | None, float | None],
    measured: dict[str, Any],
    *,
    source: str,
    capture: str,
    captured_at: dt.datetime,
) -> Article:
    source = _source(record.source) or source
    captured_at = record.fetched_at.astimezone(dt.UTC) if record.fetched_at else captured_at
    canonical_url = _canonical_url(record)
    language, confidence = detected
    hint = from_hint(record.language)
    if language is None:
        language = hint
    # A hint may name the region too.
    told = record.language if hint == language and record.language else language
    published_raw, published = _date(record.published_raw, record, captured_at, told)
    _, updated = _date(record.updated_raw, record, captured_at, told)
    byline = read_bylines(record.authors)
    return Article(
        article_id=article_id(
            canonical_url=canonical_url, source=source, own_id=record.own_id, raw=record.raw
        ),
        source=source,
        own_id=_known(record.own_id.strip()) if record.own_id else None,
        url=_known(record.url),
        canonical_url=canonical_url,
        title=_known(record.title),
        lead=_known(record.lead),
        text=text,
        subheadings=[_storable(heading) for heading in record.subheadings],
        authors=[_storable(name) for name in byline.authors],
        agencies=list(byline.agencies),
        section=_known(read_section(record.section)),
        tags=[_storable(tag) for tag in read_tags(record.tags)],
        language=language,
        language_confidence=confidence,
        published=published.period,
        published_at=published.at,
        published_raw=published_raw,
        published_offset=published.offset,
        published_from=record.published_from if published_raw else None,
        updated_at=updated.at,
        first_seen_at=captured_at,
        captured_at=captured_at,
        paywalled=record.paywalled,
        truncated=record.truncated,
        rules=list(record.rules),
        capture=f"{capture}#{record.at}" if record.at else capture,
        **measured,
    )


def _canonical_url(record: Record) -> str | None:
    for url in (record.canonical_url, record.url):
        if url and (canonical := canonicalise(url)):
            return canonical
    return None


def _date(
    raw: str | None, record: Record, captured_at: dt.datetime, language: str | None
) -> tuple[str | None, PublishedDate]:
    known = _known(raw)
    if known is None:
        return None, PublishedDate(UNDATED)
    date = parse_date(
        known,
        zone=record.zone,
        captured_at=captured_at,
        language=language if language and len(language) <= _LONGEST_LANGUAGE else None,
        relative=record.fetched_at is not None or record.published_from not in _IN_DOCUMENTS,
    )
    return known, date


def _source(named: str | None) -> str | None:
    name = _storable(" ".join((named or "").split()))
    return name if 1 <= len(name) <= _LONGEST_SOURCE and name.isprintable() else None


def _known(value: str | None) -> str | None:
    """A blank field is an unknown one."""
    return _storable(value) if value and not value.isspace() else None


def _storable(text: str) -> str:
    """Parquet holds UTF-8: surrogate pairs become their character, halves U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
