"""Taking web archives (WARC files) of a day: from the web, from S3, from a folder."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import io
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote, urljoin, urlsplit

from pipeline.acquire import acquire
from pipeline.acquire.memory import DayDone
from pipeline.errors import DagspressError, FetchError, ObjectMissing, SourceFailed
from pipeline.flow.fetch.selection import select_hosts
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.flow.fetch.visit import Visit

COMPLETE_AFTER: Final = dt.timedelta(days=3)
"""How long after a day its archive files may still be listed."""

_LIST: Final = re.compile(r"\.(?:paths|txt|list)(?:\.gz)?\Z")
_DAY_IN_NAME: Final = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])")
_LONGEST_LIST: Final = 64 * MIB


async def fetch_archives(visit: Visit) -> None:
    """Capture the archive files of the day, and those of the days before that came late."""
    memory, result, now = visit.memory, visit.result, visit.clock()
    visit.next_poll = visit.in_turn(now)
    errors: list[DagspressError] = []
    lists: dict[str, list[str]] = {}
    for day in (visit.day.day, *_earlier(visit)):
        done = memory.days.setdefault(day.isoformat(), DayDone())
        refetch = visit.refetch and day == visit.day.day
        failed = len(errors)
        try:
            files = await _files(visit, day, lists)
        except (FetchError, ObjectMissing, SourceFailed) as error:
            errors.append(error)
            result.problem(str(error))
            break
        result.listed += len(files)
        for url in files:
            if url in done.asked and not refetch:
                continue
            result.new += 1
            try:
                await _take(visit, url)
            except (FetchError, ObjectMissing, SourceFailed) as error:
                errors.append(error)
                result.problem(f"{url}: {error}")
            else:
                done.asked = [*dict.fromkeys([*done.asked, url])]
        if len(errors) == failed and now.date() - day >= COMPLETE_AFTER:
            memory.days[day.isoformat()] = DayDone(whole=True)
    if errors and not result.captures and len(errors) >= result.new:
        raise errors[0] if isinstance(errors[0], FetchError) else SourceFailed(str(errors[0]))


def _earlier(visit: Visit) -> list[dt.date]:
    """The days before a live run's own, since it is asked at all, whose files may not all be listed yet."""
    if not visit.day.live or not visit.memory.polls:
        return []
    day, done = visit.day.day, visit.memory.days
    days = [day - dt.timedelta(days=n) for n in range(1, COMPLETE_AFTER.days + 1)]
    return [
        d
        for d in days
        if d.isoformat() >= visit.memory.polls[0].day
        and not done.get(d.isoformat(), DayDone()).whole
        and (visit.source.url_on(d) != visit.source.url_on(day) or _is_list(visit.source.url_on(d)))
    ]


def _is_list(url: str) -> bool:
    return _LIST.search(urlsplit(url).path) is not None


async def _files(visit: Visit, day: dt.date, lists: dict[str, list[str]]) -> list[str]:
    """The archive files of a day; `lists` are those read so far."""
    url = visit.source.url_on(day)
    parts = urlsplit(url)
    if _is_list(url):
        if url not in lists:
            lists[url] = await _listed(visit, url)
        return [name for name in lists[url] if _is_of(name, day)]
    if parts.scheme == "file" and any(mark in parts.path for mark in "*?["):
        path = Path(unquote(parts.path))
        found = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
        return [found_path.as_uri() for found_path in found]
    return [url]


async def _listed(visit: Visit, url: str) -> list[str]:
    """The archive files that a list names, of whatever days."""
    parts = urlsplit(url)
    with tempfile.TemporaryFile(prefix="dagspress-") as copy:
        await _download(visit, url, copy, max_bytes=_LONGEST_LIST)
        copy.seek(0)
        data = copy.read()
    try:
        text = (_gunzip(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SourceFailed(f"{url} is no list of archive files: {error}.") from None
    # Common Crawl writes paths from the top of its host
    base = urljoin(url, "/") if parts.scheme in ("http", "https") else url
    names = [urljoin(base, line.strip()) for line in text.splitlines() if line.strip()]
    # a list from elsewhere must not name files of this machine
    kinds = ("http", "https") if parts.scheme in ("http", "https") else (parts.scheme,)
    return [name for name in names if urlsplit(name).scheme in kinds]


def _is_of(name: str, day: dt.date) -> bool:
    """Whether a file is of a day, by its name (`CC-NEWS-20261124010203-00001.warc.gz`)."""
    days = {"".join(match.groups()) for match in _DAY_IN_NAME.finditer(name.rsplit("/", 1)[-1])}
    return day.strftime("%Y%m%d") in days


def _gunzip(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        text = file.read(_LONGEST_LIST + 1)
    if len(text) > _LONGEST_LIST:
        raise SourceFailed(f"The list of archive files is larger than {_LONGEST_LIST} bytes.")
    return text


async def _take(visit: Visit, url: str) -> None:
    with (
        tempfile.TemporaryFile(prefix="dagspress-") as copy,
        tempfile.TemporaryFile(prefix="dagspress-") as selected,
    ):
        await _download(visit, url, copy, max_bytes=visit.fetching.limits.archive_bytes)
        await asyncio.to_thread(
            acquire,
            visit.lake,
            await asyncio.to_thread(_selected, visit, url, copy, selected),
            name=unquote(urlsplit(url).path),
            source=visit.source.name,
            clock=visit.clock,
            day=visit.day.day,
        )
        visit.result.captures += 1


def _selected(visit: Visit, url: str, copy: BinaryIO, selected: BinaryIO) -> BinaryIO:
    """What is kept of an archive: all, or the records of the hosts that the catalogue names."""
    if not visit.source.hosts:
        return copy
    copy.seek(0)
    damaged = select_hosts(copy, visit.source.hosts, selected, limits=visit.lake.settings.limits)
    if damaged is None:
        visit.result.notes.append(f"{url} is one stream: it is kept whole, whatever hosts it holds.")
        return copy
    if damaged:
        visit.result.problem(f"{url}: {damaged} damaged records were left out, whose host nothing tells.")
    return selected


async def _download(visit: Visit, url: str, file: BinaryIO, *, max_bytes: int) -> None:
    """Copy a resource from wherever it is."""
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        await visit.fetcher.download(
            url, file, max_bytes=max_bytes, spacing=visit.source.spacing, at_once=visit.source.at_once
        )
        visit.result.requests += 1
        return
    if parts.scheme == "s3":
        chunks = visit.lake.read_elsewhere(parts.netloc, parts.path.lstrip("/"))
    elif parts.scheme == "file":
        chunks = _read_local(Path(unquote(parts.path)))
    else:
        raise SourceFailed(f"{url}: archives are read by http, https, s3 and file addresses.")
    await asyncio.to_thread(_copy, chunks, file, max_bytes, url)


def _read_local(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(4 * MIB):
                yield chunk
    except OSError as error:
        raise SourceFailed(f"{path} cannot be read: {error.strerror}.") from None


def _copy(chunks: Iterator[bytes], file: BinaryIO, max_bytes: int, url: str) -> None:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise SourceFailed(f"{url} is larger than {max_bytes} bytes (DAGSPRESS_MAX_ARCHIVE_BYTES).")
        file.write(chunk)
