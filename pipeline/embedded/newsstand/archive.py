"""A web archive by month, laid out as Common Crawl lays out CC-NEWS: a list of WARC files, and the files.

Written with warcio, not with our own writer: what we read is then not only what we wrote.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import re
import uuid
from typing import TYPE_CHECKING, Final

from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from pipeline.embedded.newsstand.pages import page

if TYPE_CHECKING:
    from pipeline.embedded.newsstand.edition import Edition
    from pipeline.embedded.newsstand.press import Paper

_HOUR: Final = 21
"""Of the day (UTC) at which its file is made."""
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
    found; a revisit of the first article; a page of a foreign host. Articles: `edition.stories(...)`.
    """
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True, warc_version="1.0")
    made = _made(day)
    count = 0

    def write(
        url: str,
        kind: str,
        body: bytes,
        *,
        head: StatusAndHeaders | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        nonlocal count
        at = made - dt.timedelta(minutes=30) + dt.timedelta(seconds=count)
        fields = {
            "WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{paper.name} {day} {count}')}>",
            **(more or {}),
        }
        count += 1
        writer.write_record(
            writer.create_warc_record(
                url, kind, payload=io.BytesIO(body), http_headers=head, warc_headers_dict=fields
            )
        )

    def answer(status: str, content_type: str) -> StatusAndHeaders:
        headers = [("Content-Type", content_type), ("Server", "newsstand")]
        return StatusAndHeaders(status, headers, protocol="HTTP/1.1")

    base = edition.base(paper)
    write(
        f"CC-NEWS-{day:%Y%m%d}.warc.gz",
        "warcinfo",
        b"software: newsstand\r\nformat: WARC File Format 1.0\r\n",
    )
    write(
        f"{base}/robots.txt", "response", b"User-agent: *\nDisallow:\n", head=answer("200 OK", "text/plain")
    )
    stories = edition.stories(paper.name, day)
    for story in stories:
        request = StatusAndHeaders(
            f"GET {story.path} HTTP/1.1", [("Host", base.partition("//")[2])], is_http_request=True
        )
        write(base + story.path, "request", b"", head=request)
        body = page(paper, story, base=base, others=edition.near(story)).encode(paper.encoding)
        write(base + story.path, "response", body, head=answer("200 OK", "text/html; charset=utf-8"))
    write(
        f"{base}/images/1.jpg",
        "response",
        b"\xff\xd8\xff\xe0" + bytes(600),
        head=answer("200 OK", "image/jpeg"),
    )
    write(f"{base}/gone", "response", b"<h1>404</h1>", head=answer("404 Not Found", "text/html"))
    if stories:
        profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
        head = answer("200 OK", "text/html; charset=utf-8")
        write(base + stories[0].path, "revisit", b"", head=head, more={"WARC-Profile": profile})
    write(
        "https://elsewhere.example/", "response", b"<html><title>-</title><p>Nothing here.</p></html>",
        head=answer("200 OK", "text/html"),
    )  # fmt: skip
    return file.getvalue()


def _made(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(_HOUR), tzinfo=dt.UTC)
