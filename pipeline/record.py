"""What extract yields: a `Record` for each article it could read, a `Rejection` for each it could not.

Records are plain values. Their fields are *as written* in the capture: nothing is repaired or
interpreted before clean and normalise.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - a field of a dataclass
from dataclasses import dataclass
from typing import Final

REASONS: Final[dict[str, str]] = {
    "binary": "not text and no known format",
    "truncated": "the compressed data or archive ends too early",
    "corrupt": "the compressed data, archive or table is damaged",
    "bomb": "it expands beyond the limits: too large, too deep, or by too high a ratio",
    "unsafe_name": "the archive member's name points outside the archive",
    "encrypted": "the archive member is encrypted",
    "not_json": "the line or item is not valid JSON",
    "not_an_object": "the JSON value is not an object with fields",
    "no_text_field": "no field of the record is known to hold the article's text",
    "bad_field": "a field has a type that cannot hold its meaning",
    "too_large": "a single record is larger than the limit",
    "empty": "the file holds no bytes or no records",
    "undecodable": "the bytes are not text in any encoding we know",
    "damaged": "the record of a web archive is damaged",
    "no_article": "the page holds no article",
    "no_feed": "the bytes are neither a feed nor a sitemap",
    "not_fetched": "the page could not be had, and its feed does not carry the text",
}
"""Every code a rejection can carry, with what it means. The codes are part of the lake's format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One article as it stands in a capture.

    Attributes:
        at: where in the capture the record's bytes are: "" for the whole file, else
            `[member path][@position]` with position `offset+length` (bytes of the decoded stream,
            for lines; of the file, for web archives, there also `member:offset+length` where one gzip
            member holds several), `item N` (JSON arrays) or `row N` (tables), counted from 0. Unique within a
            capture.
        raw: the record's own bytes (the file, the line, the item or row as canonical JSON).
        text: the body as written; paragraphs separated by blank lines. None when the field was absent.
        published_from: where the date was found: header, field, feed, json-ld, meta, url, first_seen.
        own_id: the identifier the producer gave the record.
        source: the origin the record itself names; None: that of its capture.
        rules: names of repairs made while decoding (`encoding`).
        subheadings: paragraphs of `text` that are subheadings, in order; found by clean.
        truncated: True where the text is visibly cut off, found by clean; None: nothing shows.
        fetched_at: when the bytes were received, where the capture says so of each record (web archives);
            None: when the capture was taken.
        zone: IANA time zone for times written without an offset, where the source declares one.
    """

    at: str
    raw: bytes
    text: str | None
    title: str | None = None
    lead: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    canonical_url: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    published_raw: str | None = None
    published_from: str | None = None
    updated_raw: str | None = None
    own_id: str | None = None
    source: str | None = None
    paywalled: bool | None = None
    rules: tuple[str, ...] = ()
    subheadings: tuple[str, ...] = ()
    truncated: bool | None = None
    fetched_at: dt.datetime | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Something in a capture that could not be read.

    Attributes:
        at: where, as in `Record.at`.
        reason: a key of `REASONS`.
        detail: what exactly, in a sentence a person can act on.
        excerpt: the first bytes of it (at most 4096); all of its bytes stay in the capture.
    """

    at: str
    reason: str
    detail: str
    excerpt: bytes = b""

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"unknown rejection reason {self.reason!r}")
