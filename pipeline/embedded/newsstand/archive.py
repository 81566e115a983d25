"""A web archive by month, laid out as Common Crawl lays out CC-NEWS: a list of WARC files, and the files.

Written plainly here, not with the writer of our captures: what we read is then not only what we wrote.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import gzip
import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.embedded.newsstand.pages import page

if TYPE_CHECKING:
    from pipeline.embedded.newsstand.edition import Edition
    from pipeline.embedded.newsstand.press import Paper

_HOUR: Final = 21
"""Of the day (UTC) at which its file is made."""
_IDENTICAL: Final = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
_LIST: Final = re.compile(r"/crawl-data/CC-NEWS/([0-9]{4})/([0-9]{2})/warc\.paths\.gz")
_FILE: Final = re.compile(r"/crawl-data/CC-NEWS/[0-9]{4}/[0-9]{2}/CC-NEWS-([0-9]{8})[0-9]{6}-00000\.warc\.gz")


def listing(edition: Edition, path: str) -> bytes | None:
    """The gzipped list of a month's files, one path a line (relative to the host); None: not such a path."""
    match = _LIST.fullmatch(path)
    if match is None:
        return None
    day = dt.date(int(match[1]), int(match[2]), 1)
    lines = []
    while day.month == int(match[2]) and _made(day) <= edition.now():
        lines.append(f"crawl-data/CC-NEWS/{day:%Y/%m}/CC-NEWS-{day:%Y%m%d}{_HOUR:02d}0000-00000.warc.gz\n")
        day += dt.timedelta(days=1)
    return gzip.compress("".join(lines).encode(), mtime=0) if lines else None


def warc(edition: Edition, paper: Paper, path: str) -> bytes | None:
    """A file with a day's pages, and what an archive has beside articles; None: not such a path."""
    match = _FILE.fullmatch(path)
    if match is None:
        return None
    try:
        day = dt.datetime.strptime(match[1], "%Y%m%d").date()
    except ValueError:
        return None
    return None if _made(day) > edition.now() else build(edition, paper, day)


def build(edition: Edition, paper: Paper, day: dt.date) -> bytes:
    """The WARC file of a day: deterministic bytes, one gzip member for each record.

    Holds warcinfo; robots.txt; for each article its request and response; a picture; a page that is not
    found; a revisit of the first article; a page of a foreign host. Articles: `edition.stories(...)`. Of a
    `torn-archive` the page of the first article is damaged and the last record is cut off.
    """
    base = edition.base(paper)
    host = base.partition("//")[2]
    stories = edition.stories(paper.name, day)
    info = b"software: newsstand\r\nformat: WARC File Format 1.0\r\n"
    records = [
        _Record("warcinfo", None, "application/warc-fields", info),
        _response(f"{base}/robots.txt", b"User-agent: *\nDisallow:\n", content_type="text/plain"),
    ]
    for story in stories:
        asked = f"GET {story.path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        page_bytes = page(paper, story, base=base, others=edition.near(story)).encode(paper.encoding)
        records += [
            _Record("request", base + story.path, "application/http; msgtype=request", asked),
            _response(base + story.path, page_bytes),
        ]
    picture = b"\xff\xd8\xff\xe0" + bytes(600)
    records += [
        _response(f"{base}/images/1.jpg", picture, content_type="image/jpeg"),
        _response(f"{base}/gone", b"<h1>404</h1>", status="404 Not Found"),
    ]
    if stories:
        first = next(r for r in records if r.kind == "response" and r.url == base + stories[0].path)
        records.append(_revisit(first))
    records.append(
        _response("https://elsewhere.example/", b"<html><title>-</title><p>Nothing here.</p></html>")
    )
    began = _made(day) - dt.timedelta(minutes=30)
    written = [
        record.written(name=f"{paper.name} {day} {number}", at=began + dt.timedelta(seconds=number))
        for number, record in enumerate(records)
    ]
    if "torn-archive" in paper.traits:
        page_at = next(n for n, record in enumerate(records) if record.kind == "request") + 1
        written[page_at] = _garbled(written[page_at])
        written[-1] = written[-1][: len(written[-1]) // 2]
    return b"".join(written)


def _garbled(member: bytes) -> bytes:
    """A gzip member with damage in its middle."""
    middle = len(member) // 2
    return (
        member[:middle] + bytes(byte ^ 0x5A for byte in member[middle : middle + 32]) + member[middle + 32 :]
    )


@dataclass(frozen=True, slots=True)
class _Record:
    kind: str
    url: str | None
    content_type: str
    block: bytes
    more: str = ""
    """Further header lines."""

    def written(self, *, name: str, at: dt.datetime) -> bytes:
        """Its bytes; the id is made from `name`."""
        target = f"WARC-Target-URI: {self.url}\r\n" if self.url else ""
        head = (
            f"WARC/1.0\r\nWARC-Type: {self.kind}\r\n"
            f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>\r\n"
            f"WARC-Date: {at:%Y-%m-%dT%H:%M:%SZ}\r\n{target}{self.more}"
            f"Content-Type: {self.content_type}\r\nContent-Length: {len(self.block)}\r\n\r\n"
        )
        return gzip.compress(head.encode() + self.block + b"\r\n\r\n", mtime=0)


def _response(
    url: str, body: bytes, *, content_type: str = "text/html; charset=utf-8", status: str = "200 OK"
) -> _Record:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nServer: newsstand\r\n\r\n".encode()
    digest = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    more = f"WARC-Payload-Digest: sha1:{digest}\r\n"
    return _Record("response", url, "application/http; msgtype=response", head + body, more)


def _revisit(response: _Record) -> _Record:
    """The same again: its head alone, and by the digest what the body was."""
    head = response.block.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    more = f"{response.more}WARC-Profile: {_IDENTICAL}\r\nWARC-Refers-To-Target-URI: {response.url}\r\n"
    return dataclasses.replace(response, kind="revisit", block=head, more=more)


def _made(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(_HOUR), tzinfo=dt.UTC)
