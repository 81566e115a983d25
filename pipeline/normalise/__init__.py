"""Normalise: makes fields comparable. Dates, addresses, identifiers, language, counts."""

from __future__ import annotations

from pipeline.normalise.dates import PublishedDate, parse_date
from pipeline.normalise.identity import article_id, content_hash
from pipeline.normalise.language import detect
from pipeline.normalise.measures import measures_of
from pipeline.normalise.stage import normalise, normalise_folding
from pipeline.normalise.urls import canonicalise

__all__ = [
    "PublishedDate",
    "article_id",
    "canonicalise",
    "content_hash",
    "detect",
    "measures_of",
    "normalise",
    "normalise_folding",
    "parse_date",
]
