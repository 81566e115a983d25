"""Articles for the tests of validate: one that meets every expectation, and how to change it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pipeline.article import Article
from pipeline.validate import PartitionFacts

TEXT = (
    "Tirsdag snakket kommunestyret om ferja for tredje gang i år. Ordføreren mente at ruta må gå til kaia "
    "også om vinteren.\n\n– Øya kan ikke vente på bedre vær, sa hun til «Fjordposten» etter møtet."
)


def article(**changes: Any) -> Article:
    """An article that meets every expectation, with some fields changed."""
    fields: dict[str, Any] = {
        "article_id": "0123456789abcdef0123456789abcdef",
        "source": "fjordposten",
        "url": "https://fjordposten.example/ferja",
        "title": "Ferja kan bli helårs",
        "text": TEXT,
        "authors": ["Kari Fjord"],
        "language": "nb",
        "language_confidence": 0.98,
        "published": "2019-02-06",
        "published_at": dt.datetime(2019, 2, 6, 7, 30, tzinfo=dt.UTC),
        "published_raw": "2019-02-06T08:30:00+01:00",
        "published_offset": "+01:00",
        "published_from": "field",
        "first_seen_at": dt.datetime(2019, 2, 6, 9, 0, tzinfo=dt.UTC),
        "captured_at": dt.datetime(2019, 2, 6, 9, 0, tzinfo=dt.UTC),
        "word_count": 37,
        "paragraph_count": 2,
        "content_hash": "0f" * 32,
        "capture": "captures/source=fjordposten/date=2019-02-06/c-articles.jsonl#0+100",
    }
    return Article(**fields | changes)


def facts(**changes: Any) -> PartitionFacts:
    """The numbers of a sound partition of 100 rows, with some changed."""
    fields: dict[str, Any] = {
        "period": "2019-02-06",
        "rows": 100,
        "published": 100,
        "duplicates": 0,
        "superseded": 0,
        "quarantined": 0,
        "rejected": 0,
        "unique_article_ids": 100,
        "other_period_rows": 0,
        "language_known": 100,
        "median_words": 300.0,
    }
    return PartitionFacts(**fields | changes)
