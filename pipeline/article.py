"""The article: the one definition of a row of the archive (schema version 1).

The Arrow schema, the data dictionary in `docs/` and the expectation suites follow from it.
Null means unknown: nothing is ever invented.
"""

from __future__ import annotations

import dataclasses
import datetime as dt  # noqa: TC003 - `from_table` builds rows with it at run time
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

SCHEMA_VERSION: Final = 1

UNDATED: Final = "undated"
"""The period of an article whose published date is not known."""


def _column(doc: str, **kwargs: Any) -> Any:
    return field(metadata={"doc": doc}, **kwargs)


@dataclass(slots=True, kw_only=True)
class Article:
    """One normalised news article: a row."""

    article_id: str = _column(
        "Stable identifier, 32 hex digits: of the canonical URL, else of the record's own id within its "
        "source, else of its raw bytes"
    )
    source: str = _column("Named origin of the article")
    own_id: str | None = _column(
        "Identifier that the publisher or producer gave it (a feed's guid); null when none was given",
        default=None,
    )
    url: str | None = _column("Address as it was given", default=None)
    canonical_url: str | None = _column("Address in canonical form", default=None)
    title: str | None = _column("Headline; null when none was given", default=None)
    lead: str | None = _column("Standfirst; null when none was given", default=None)
    text: str = _column("Body: paragraphs joined by blank lines")
    subheadings: list[str] = _column(
        "Paragraphs of text that are subheadings, in order", default_factory=list
    )
    authors: list[str] = _column("Names of people or desks, in order", default_factory=list)
    agencies: list[str] = _column("News agencies that the byline names (NTB, Reuters)", default_factory=list)
    section: str | None = _column("Section as named by the publisher", default=None)
    tags: list[str] = _column("Keywords as given by the publisher", default_factory=list)
    language: str | None = _column("BCP 47 tag (nb, nn, da, sv, en, ...); null when uncertain", default=None)
    language_confidence: float | None = _column(
        "How probable it is that the language is right, 0.8 to 1 (calibrated); null when the record named it",
        default=None,
    )
    published: str = _column(
        "The period: published date at the precision that is known (2019-02-06, 2019-02, 2019 or undated); "
        "the partition column"
    )
    published_at: dt.datetime | None = _column(
        "UTC instant of publication, only when a time with its offset was given", default=None
    )
    published_raw: str | None = _column("Published date as written", default=None)
    published_offset: str | None = _column("UTC offset as written, such as +01:00", default=None)
    published_from: str | None = _column(
        "Where the date was found: header, field, feed, json-ld, meta, url, first_seen", default=None
    )
    updated_at: dt.datetime | None = _column("UTC instant of the latest update, when given", default=None)
    first_seen_at: dt.datetime = _column("UTC instant of the first capture that holds the article")
    captured_at: dt.datetime = _column("UTC instant of the capture that this revision was read from")
    revision: int = _column("Number of this revision, from 1", default=1)
    revisions: int = _column("How many differing revisions are known", default=1)
    word_count: int = _column("Words in text", default=0)
    paragraph_count: int = _column("Paragraphs in text", default=0)
    lix: float | None = _column(
        "Readability (Björnsson 1968): words per sentence plus the percentage of words over six letters; "
        "null for a text too short to tell",
        default=None,
    )
    content_hash: str = _column("SHA-256 (hex) of the folded text: equal for exact duplicates")
    duplicate_of: str | None = _column(
        "article_id of the copy that stands for all; null on that copy", default=None
    )
    duplicate_cluster: str | None = _column("Identifier shared by all copies; null when alone", default=None)
    paywalled: bool | None = _column("Whether the publisher marks the article as paid", default=None)
    truncated: bool | None = _column(
        "True where the text is visibly cut off; null when nothing shows", default=None
    )
    rules: list[str] = _column("Cleaning rules that changed the article", default_factory=list)
    warnings: list[str] = _column("Non-critical expectations the row failed", default_factory=list)
    capture: str = _column("Object, and position in it, of the bytes: `key` or `key#position`")
    schema_version: int = _column("Version of this schema", default=SCHEMA_VERSION)


COLUMNS: Final[tuple[str, ...]] = tuple(f.name for f in dataclasses.fields(Article))


def describe() -> list[tuple[str, str, bool, str]]:
    """Rows of the data dictionary: (column, Arrow type, nullable, meaning)."""
    docs = {f.name: f.metadata["doc"] for f in dataclasses.fields(Article)}
    return [(f.name, str(f.type), f.nullable, docs[f.name]) for f in arrow_schema()]


@functools.cache
def arrow_schema() -> pa.Schema:
    """The Arrow schema of articles (and of staged rows)."""
    import pyarrow as pa

    types = {
        "str": pa.string(),
        "int": pa.int32(),
        "float": pa.float32(),
        "bool": pa.bool_(),
        "dt.datetime": pa.timestamp("us", tz="UTC"),
        "list[str]": pa.list_(pa.field("element", pa.string(), nullable=False)),
    }
    fields = []
    for f in dataclasses.fields(Article):
        declared = str(f.type)
        base = declared.removesuffix(" | None")
        fields.append(pa.field(f.name, types[base], nullable=base != declared))
    return pa.schema(fields)


SKETCH: Final = "sketch"
"""The column that staged rows have besides: what near copies are found by (see `pipeline.duplicates`)."""

SKETCH_BYTES: Final = 256


@functools.cache
def staged_schema() -> pa.Schema:
    """The Arrow schema of staged rows: that of articles, and the sketch of their text."""
    import pyarrow as pa

    return arrow_schema().append(pa.field(SKETCH, pa.binary(SKETCH_BYTES)))


def to_table(articles: Sequence[Article]) -> pa.Table:
    """Articles as an Arrow table with `arrow_schema`, in the given order."""
    import pyarrow as pa

    schema = arrow_schema()
    columns = [pa.array([getattr(a, f.name) for a in articles], type=f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def from_table(table: pa.Table) -> list[Article]:
    """The articles of a table written with `to_table`."""
    return [Article(**row) for row in table.select(list(COLUMNS)).to_pylist()]
