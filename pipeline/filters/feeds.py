"""`dagspress feed`: feeds in, what they list out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.errors import Unreadable
from pipeline.extract.feeds import moment, read_channel
from pipeline.settings import FetchLimits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipeline.extract.feeds.entry import Author, Channel, Entry, Text


def feed_lines(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """A line of JSON for every line: what the feed at `path` (relative to `folder`) lists, or `error`.

    Lines come as `{"id", "path", "content_type", "url"}`, the last two where known, and go out as `{"id",
    "title", "language", "encoding", "items", "problems"}`: identifiers, links and markup as the feed writes
    them, times in ISO 8601 where they can be read, else as written. Lines come out without a line end.
    """
    for number, line in enumerate(lines, start=1):
        yield _read_line(line, folder, number)


def _read_line(line: bytes, folder: Path, number: int) -> bytes:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return _error({}, f"line {number}: not valid JSON ({error})")
    if not isinstance(row, dict):
        return _error({}, f"line {number}: not a JSON object")
    path, url, content_type = row.get("path"), row.get("url") or "", row.get("content_type") or ""
    if not isinstance(path, str) or not path:
        return _error(row, f"line {number}: has no path")
    if not isinstance(url, str) or not isinstance(content_type, str):
        return _error(row, f"line {number}: its url or content_type is not a string")
    limit = FetchLimits().index_bytes
    try:
        with (folder / path).open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            return _error(row, f"{path} is larger than {limit} bytes")
        channel = read_channel(data, url=url, content_type=content_type)
    except (OSError, ValueError) as error:  # no such file, a name that cannot be one
        return _error(row, f"{path}: cannot be opened ({error})")
    except Unreadable as error:
        return _error(row, f"{path}: {error}")
    return _dumps(_channel(row, channel))


def _channel(row: dict[str, Any], channel: Channel) -> dict[str, Any]:
    return {
        "id": row.get("id"),
        "title": _value(channel.title),
        "language": channel.language,
        "encoding": channel.encoding,
        "items": [_entry(entry) for entry in channel.entries],
        "problems": channel.problems,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    authors = [name for author in entry.authors if (name := author.name or author.email)]
    return {
        "id": entry.guid,
        "title": _value(entry.title),
        "link": entry.link,
        "published": _instant(entry.published),
        "updated": _instant(entry.updated),
        "author": _author(entry.authors[0]) if entry.authors else None,
        "authors": list(dict.fromkeys(authors)),
        "summary": _value(entry.summary),
        "content": _value(entry.content),
        "tags": entry.tags,
    }


def _author(author: Author) -> str | None:
    if author.name and author.email:
        return f"{author.name} ({author.email})"
    return author.name or author.email


def _value(text: Text | None) -> str | None:
    return None if text is None else text.value


def _instant(raw: str | None) -> str | None:
    at = None if raw is None else moment(raw)
    return raw if at is None else at.isoformat().replace("+00:00", "Z")


def _error(row: dict[str, Any], message: str) -> bytes:
    return _dumps({**({"id": row["id"]} if "id" in row else {}), "error": message})


def _dumps(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row)
