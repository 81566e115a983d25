"""The normalise stage: cleaned records in, articles out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from pipeline.article import UNDATED, Article
from pipeline.normalise.counts import paragraph_count, word_count
from pipeline.normalise.dates import PublishedDate, parse_date
from pipeline.normalise.identity import article_id, content_hash
from pipeline.normalise.language import detect, from_hint
from pipeline.normalise.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.record import Record

_LONGEST_SOURCE: Final = 200


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
    if captured_at.tzinfo is None:
        raise ValueError("captured_at has no time zone")
    captured_at = captured_at.astimezone(dt.UTC)
    for record in records:
        yield _article(record, source=source, capture=capture, captured_at=captured_at)


def _article(record: Record, *, source: str, capture: str, captured_at: dt.datetime) -> Article:
    text = _storable(record.text or "")
    source = _source(record.source) or source
    captured_at = record.fetched_at.astimezone(dt.UTC) if record.fetched_at else captured_at
    canonical_url = _canonical_url(record)
    published_raw, published = _date(record.published_raw, record.zone)
    _, updated = _date(record.updated_raw, record.zone)
    language, confidence = detect(text)
    if language is None:
        language = from_hint(record.language)
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
        authors=[_storable(name) for name in record.authors],
        section=_known(record.section),
        tags=[_storable(tag) for tag in record.tags],
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
        word_count=word_count(text),
        paragraph_count=paragraph_count(text),
        content_hash=content_hash(text),
        paywalled=record.paywalled,
        rules=list(record.rules),
        capture=f"{capture}#{record.at}" if record.at else capture,
    )


def _canonical_url(record: Record) -> str | None:
    for url in (record.canonical_url, record.url):
        if url and (canonical := canonicalise(url)):
            return canonical
    return None


def _date(raw: str | None, zone: str | None) -> tuple[str | None, PublishedDate]:
    known = _known(raw)
    return known, parse_date(known, zone=zone) if known else PublishedDate(UNDATED)


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
