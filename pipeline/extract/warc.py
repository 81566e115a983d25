"""Web archives (WARC, ISO 28500): Common Crawl's CC-NEWS, other crawlers' files, and our own captures.

What is read of them: the pages (responses with status 200, and resources and conversions, that are HTML),
and of our own captures the items that led to the pages. All else is left alone.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol, cast

import orjson

from pipeline.errors import Unreadable
from pipeline.extract import json_value
from pipeline.extract.budget import Budget
from pipeline.extract.hints import NO_HINTS, Hints
from pipeline.extract.page import decode, read_page
from pipeline.extract.reading import EXCERPT
from pipeline.extract.warc_frames import Damage, Frame, digest_fits, frames
from pipeline.extract.warc_http import HEAD, Head, charset_of, dechunked, head_of, media_type, payload
from pipeline.item import Item
from pipeline.record import Record, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.settings import Limits

__all__ = ["read", "read_one"]

HTML: Final = frozenset(("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"))
_DOUBTFUL: Final = frozenset(("", "text/plain", "application/xml", "text/xml", "application/octet-stream"))
"""What some servers call their pages."""
_LOOKS_LIKE_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_POSITION: Final = re.compile(r"@(\d{1,18})(?:\+(\d{1,18})|:\d{1,18}\+\d{1,18})\Z", re.ASCII)
_LISTS: Final = frozenset(f.name for f in dataclasses.fields(Item) if isinstance(f.default, tuple))
_NOT_AS_WRITTEN: Final = "The record is not what its digest says. Fetch or copy the file again."
_ORIGINALS: Final = 100_000
"""Pages that are remembered as what a later revisit may refer to."""


class PageReader(Protocol):
    """`pipeline.extract.page.read_page`."""

    def __call__(
        self,
        html: str,
        *,
        at: str,
        raw: bytes,
        url: str | None,
        hints: Hints,
        item: Item | None,
        rules: tuple[str, ...],
    ) -> Record | Rejection:
        """The article on a page."""
        ...


def read(
    file: BinaryIO,
    at: str,
    *,
    limits: Limits,
    hints: Hints = NO_HINTS,
    page_reader: PageReader = read_page,
    tally: Counter[str] | None = None,
) -> Iterator[Record | Rejection]:
    """Every article of a web archive, in the order of its records, and a Rejection for what is damaged.

    A record is at `{at}@{offset}+{length}`: the bytes of the file that hold it, with the `metadata` before
    it when that is ours; `{at}@{member}:{offset}+{length}` when one gzip member holds several.
    A stream that cannot be moved in waits in a temporary file. Memory is bounded by `limits.record_bytes`.
    Never raises for what is in the file. `tally` counts the records of each type, and `revisit unresolved`.
    """
    with ExitStack() as opened:
        broken: Unreadable | None = None
        if not file.seekable():
            spool = cast("BinaryIO", opened.enter_context(tempfile.TemporaryFile()))
            broken = _spool(file, spool)
            file = spool
        reading = _Reading(file, at, limits, hints, page_reader, tally)
        yield from reading.all(frames(file, budget=Budget(limits)))
        if broken is not None:
            yield Rejection(at=f"{at}@{file.seek(0, 2)}+0", reason=broken.reason, detail=broken.detail)


def read_one(
    file: BinaryIO,
    at: str,
    *,
    limits: Limits,
    hints: Hints = NO_HINTS,
    page_reader: PageReader = read_page,
) -> Record | Rejection | None:
    """What `read` yields at `at` (`[member path]@position`), by moving there; None: there is nothing.

    Only where the record leans on another (a revisit) is the whole of a seekable file read.
    """
    place = _POSITION.search(at)
    if place is None:
        return None
    prefix = at[: place.start()]
    if file.seekable():
        start = int(place[1])
        end = start + int(place[2] or 1)
        reading = _Reading(file, prefix, limits, hints, page_reader, None)
        for item in reading.all(frames(file, budget=Budget(limits), start=start, end=end)):
            if item.at == at:
                return item
    found = read(file, prefix, limits=limits, hints=hints, page_reader=page_reader)
    return next((item for item in found if item.at == at), None)


def _spool(file: BinaryIO, spool: BinaryIO) -> Unreadable | None:
    """Copy all that can be read; returns why that is not all."""
    try:
        shutil.copyfileobj(file, spool, 256 * 1024)
    except Unreadable as broken:
        return broken
    return None


@dataclass(frozen=True, slots=True)
class _About:
    """What our own `metadata` says of the response it refers to.

    Attributes:
        start: where it begins in the file; None inside a gzip member with others.
        kind: of a document that is no page.
    """

    refers_to: str
    start: int | None
    item: Item | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    """The body of an HTML record as it was sent, and what its fields say of it."""

    body: bytes
    charset: str | None
    head: Head | None = None


class _Reading:
    """One pass over the records of a file."""

    def __init__(
        self,
        file: BinaryIO,
        at: str,
        limits: Limits,
        hints: Hints,
        page_reader: PageReader,
        tally: Counter[str] | None,
    ) -> None:
        self._file = file
        self._at = at
        self._limits = limits
        self._hints = hints
        self._read_page = page_reader
        self._tally: Counter[str] = Counter() if tally is None else tally
        self._about: _About | None = None
        self._originals: dict[str, tuple[int, int, str]] = {}

    def all(self, found: Iterator[Frame | Damage]) -> Iterator[Record | Rejection]:
        for frame in found:
            if isinstance(frame, Damage):
                self._tally["damaged"] += 1
                yield Rejection(
                    at=f"{self._at}@{frame.position}",
                    reason=frame.reason,
                    detail=frame.detail,
                    excerpt=frame.excerpt,
                )
                continue
            kind = frame.kind
            self._tally[kind] += 1
            if kind == "response":
                item = self._response(frame)
            elif kind in ("resource", "conversion"):
                item = self._resource(frame)
            elif kind == "revisit":
                item = self._revisit(frame)
            elif kind == "metadata":
                item = self._metadata(frame)
            else:
                continue
            if item is not None:
                yield item

    # --- pages --------------------------------------------------------------------------------------

    def _response(self, frame: Frame) -> Record | Rejection | None:
        about = self._about_this(frame)
        if about is not None and about.kind is not None:
            return None
        at = self._place(frame, about)
        said = media_type(frame.fields.get("content-type", ""))
        start = frame.read(HEAD)
        head = head_of(start)
        if head is None:
            if said.startswith("text/") or not _url(frame).startswith(("http:", "https:")):
                return self._resource(frame)  # ftp, dns and the like
            return _damaged(at, "The response has no HTTP status line, or no end of its header.", start)
        if head.status != 200:
            return None
        body = start[head.size :]
        is_html = head.content_type in HTML or (not head.content_type and _LOOKS_LIKE_HTML.match(body))
        if not is_html and (about is None or head.content_type not in _DOUBTFUL):
            return self._no_page(frame, about, at=at, head=head, start=start)
        self._remember(frame)
        if frame.length - head.size > self._limits.record_bytes:
            return self._too_large(at, start)
        page = _Page(frame.read(start=head.size), head.charset, head)
        if not _intact(frame, page):
            return _damaged(at, _NOT_AS_WRITTEN, start)
        try:
            data = payload(page.body, head, limits=self._limits)
        except Unreadable as error:
            return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=start[:EXCERPT])
        if not is_html and not _LOOKS_LIKE_HTML.match(data, 0, HEAD):
            return self._no_page(frame, about, at=at, head=head, start=start)
        return self._page(data, page.charset, frame, at=at, item=about.item if about else None)

    def _no_page(
        self, frame: Frame, about: _About | None, *, at: str, head: Head, start: bytes
    ) -> Record | Rejection | None:
        """What an item led to that is something else: left alone, but for the item."""
        if about is None or about.item is None:
            return None
        why = f"the answer is no page ({head.content_type or 'of no declared type'})"
        return self._from_item(about.item, frame, at=at, raw=start, url=_url(frame), why=why)

    def _resource(self, frame: Frame) -> Record | Rejection | None:
        """A record whose block is the page itself."""
        said = frame.fields.get("content-type", "")
        if media_type(said) not in HTML:
            return None
        at, start = self._place(frame, None), frame.read(EXCERPT)
        self._remember(frame)
        if frame.length > self._limits.record_bytes:
            return self._too_large(at, start)
        page = _Page(frame.read(), charset_of(said))
        if not _intact(frame, page):
            return _damaged(at, _NOT_AS_WRITTEN, start)
        return self._page(page.body, page.charset, frame, at=at, item=None)

    def _page(
        self, data: bytes, charset: str | None, frame: Frame, *, at: str, item: Item | None
    ) -> Record | Rejection:
        try:
            text, recoded = decode(data, charset=charset)
        except Unreadable as error:
            return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=data[:EXCERPT])
        found = self._read_page(
            text,
            at=at,
            raw=data,
            url=_url(frame) or None,
            hints=self._hints,
            item=item,
            rules=("encoding",) if recoded else (),
        )
        return replace(found, fetched_at=_date(frame)) if isinstance(found, Record) else found

    def _too_large(self, at: str, start: bytes) -> Rejection:
        detail = (
            f"The page is larger than {self._limits.record_bytes} bytes. If it is one article, raise "
            "DAGSPRESS_MAX_RECORD_BYTES."
        )
        return Rejection(at=at, reason="too_large", detail=detail, excerpt=start[:EXCERPT])

    # --- revisits -----------------------------------------------------------------------------------

    def _remember(self, frame: Frame) -> None:
        """Note where a page is, for revisits that refer to it."""
        place = (frame.start, frame.end, frame.inner)
        for key in ("warc-record-id", "warc-payload-digest"):
            if value := frame.fields.get(key):
                self._originals[value] = place
        while len(self._originals) > _ORIGINALS:
            del self._originals[next(iter(self._originals))]

    def _revisit(self, frame: Frame) -> Record | Rejection | None:
        """The page of an earlier record of this file that was found unchanged."""
        about = self._about_this(frame)
        head = head_of(frame.read(HEAD))
        if head is not None and head.status not in (200, 304):
            return None
        keys = (frame.fields.get("warc-refers-to"), frame.fields.get("warc-payload-digest"))
        place = next((self._originals[key] for key in keys if key in self._originals), None)
        page = self._original(*place) if place is not None else None
        if page is None:
            self._tally["revisit unresolved"] += 1
            return None
        at = self._place(frame, about)
        try:
            data = payload(page.body, page.head, limits=self._limits) if page.head else page.body
        except Unreadable as error:
            return Rejection(at=at, reason=error.reason, detail=error.detail, excerpt=page.body[:EXCERPT])
        return self._page(data, page.charset, frame, at=at, item=about.item if about else None)

    def _original(self, start: int, end: int, inner: str) -> _Page | None:
        for frame in frames(self._file, budget=Budget(self._limits), start=start, end=end):
            if isinstance(frame, Damage) or frame.inner != inner:
                continue
            if frame.length > self._limits.record_bytes + HEAD:
                return None
            head = head_of(frame.read(HEAD))
            if head is None:
                page = _Page(frame.read(), charset_of(frame.fields.get("content-type", "")))
            else:
                page = _Page(frame.read(start=head.size), head.charset, head)
            return page if _intact(frame, page) else None
        return None

    # --- what our own captures say of a page --------------------------------------------------------

    def _metadata(self, frame: Frame) -> Record | Rejection | None:
        if media_type(frame.fields.get("content-type", "")) != "application/json":
            return None
        if frame.length > self._limits.record_bytes:
            return None
        raw = frame.read()
        at = self._place(frame, None)
        try:
            value = json_value.without_surrogates(orjson.loads(raw))
        except orjson.JSONDecodeError:
            return None if _intact(frame) else _damaged(at, "What is said of a page is damaged.", raw)
        if not isinstance(value, dict):
            return None
        item = _item(value.get("item"))
        missing, kind = value.get("missing"), value.get("kind")
        if isinstance(missing, dict):
            if not _intact(frame):
                return _damaged(at, "What is said of a page that is missing is damaged.", raw)
            url, why = _string(missing.get("url")), _string(missing.get("error"))
            return self._from_item(
                item or Item(), frame, at=at, raw=raw, url=url, why=why or "no reason is given"
            )
        self._about = _About(
            refers_to=frame.fields.get("warc-refers-to", ""),
            start=None if frame.inner else frame.start,
            item=item,
            kind=_string(kind),
        )
        return None

    def _about_this(self, frame: Frame) -> _About | None:
        about, name = self._about, frame.fields.get("warc-record-id")
        if about is None or not name or about.refers_to != name:
            return None
        self._about = None
        return about

    def _place(self, frame: Frame, about: _About | None) -> str:
        """Where the bytes are, from the beginning of what is said of them."""
        if about is None or about.start is None or frame.inner:
            return f"{self._at}@{frame.position}"
        return f"{self._at}@{about.start}+{frame.end - about.start}"

    def _from_item(
        self, item: Item, frame: Frame, *, at: str, raw: bytes, url: str | None, why: str
    ) -> Record | Rejection:
        """The article as its feed has it, for want of its page."""
        url = item.url or url
        if not (item.content and item.content.strip()):
            why = why.rstrip(".")
            named = url is not None and url in why
            detail = f"{why}." if named else f"{url or item.title or 'The page'} could not be had: {why}."
            return Rejection(at=at, reason="not_fetched", detail=detail, excerpt=raw[:EXCERPT])
        return Record(
            at=at,
            raw=raw,
            text=item.content,
            title=item.title,
            lead=item.summary,
            authors=item.authors,
            url=url,
            section=item.section,
            tags=item.tags,
            language=item.language or self._hints.language,
            published_raw=item.published,
            published_from=item.published_from if item.published else None,
            updated_raw=item.updated,
            own_id=item.guid,
            fetched_at=_date(frame),
            zone=self._hints.zone,
        )


def _intact(frame: Frame, page: _Page | None = None) -> bool:
    """Whether nothing says that the bytes are others than were written.

    Digests are asked only where no checksum vouches for the bytes, as some crawlers got theirs wrong.
    """
    if frame.vouched or "warc-truncated" in frame.fields:
        return True
    as_written = frame.as_written()
    if as_written is not None or page is None:
        return as_written is not False
    said = frame.fields.get("warc-payload-digest", "")
    fits = digest_fits(said, [page.body])
    if fits is False and page.head is not None and page.head.is_chunked:
        fits = digest_fits(said, [dechunked(page.body)])  # either is the payload, depending on the crawler
    return fits is not False


def _url(frame: Frame) -> str:
    """The WARC-Target-URI; some writers put it between angle brackets (a slip in WARC 1.0)."""
    return frame.fields.get("warc-target-uri", "").removeprefix("<").removesuffix(">")


def _date(frame: Frame) -> dt.datetime | None:
    """The WARC-Date; None when it is not a whole instant."""
    try:
        date = dt.datetime.fromisoformat(frame.fields.get("warc-date", ""))
    except ValueError:
        return None
    try:
        return date.replace(tzinfo=date.tzinfo or dt.UTC).astimezone(dt.UTC)
    except OverflowError:
        return None


def _damaged(at: str, detail: str, excerpt: bytes) -> Rejection:
    return Rejection(at=at, reason="damaged", detail=detail, excerpt=excerpt[:EXCERPT])


def _item(value: Any) -> Item | None:
    """The item, of what has the type it should have."""
    if not isinstance(value, dict):
        return None
    return Item.from_json(
        {
            k: [v for v in value_ if isinstance(v, str)] if k in _LISTS else value_
            for k, value_ in value.items()
            if isinstance(value_, list if k in _LISTS else str)
        }
    )


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
