"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from pipeline.errors import Unreadable
from pipeline.extract import json_value
from pipeline.extract.feeds.entry import Author, Channel, Entry, Text
from pipeline.settings import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST: Final = 16 * MIB
"""Values take some ten times their text's memory, and no feed lists that much."""
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json_feed(text: str, *, url: str, encoding: str, limit: int | None = None) -> Channel:
    """The feed in a JSON text. Raises Unreadable (no_feed, too_large)."""
    if len(text) > _LARGEST:
        raise Unreadable("too_large", f"The JSON is larger than {_LARGEST} characters.")
    try:
        # Numbers stay as written: they are identifiers, if anything.
        value = json.loads(text, strict=False, parse_int=str, parse_float=str, parse_constant=lambda _: None)
        feed = json_value.without_surrogates(value) if _SURROGATE.search(text) else value
    except (ValueError, RecursionError) as error:
        raise Unreadable("no_feed", f"It looks like JSON and is not valid ({str(error)[:120]}).") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Unreadable("no_feed", "The JSON is no feed: it has no list of items.")
    items: list[Any] = feed["items"]
    taken = items[:limit]
    problems = []
    if len(taken) < len(items):
        problems.append(f"It has {len(items)} items, of which the first {len(taken)} were taken.")
    if odd := sum(not isinstance(item, dict) for item in taken):
        problems.append(f"{odd} of its items are not objects; they were passed over.")
    if "jsonfeed.org/version/" not in str(feed.get("version")):
        problems.append("It does not say that it is a JSON Feed; it was read as one.")
    title = _string(feed.get("title"))
    return Channel(
        title=None if title is None else Text(title),
        link=_address(feed.get("home_page_url"), url),
        language=_string(feed.get("language")),
        encoding=encoding,
        entries=tuple(_entry(item, url) for item in taken if isinstance(item, dict)),
        count=len(items),
        problems=tuple(problems),
    )


def _entry(item: dict[str, Any], url: str) -> Entry:
    markup, text = _string(item.get("content_html")), _string(item.get("content_text"))
    title, summary = _string(item.get("title")), _string(item.get("summary"))
    updated = _string(item.get("date_modified"))
    return Entry(
        guid=_string(item.get("id")),
        link=_address(item.get("url"), url) or _address(item.get("external_url"), url),
        title=None if title is None else Text(title),
        summary=None if summary is None else Text(summary),
        content=Text(markup, markup=True) if markup else Text(text) if text else None,
        authors=tuple(dict.fromkeys(_authors(item))),
        tags=tuple(dict.fromkeys(tag for value in _list(item.get("tags")) if (tag := _string(value)))),
        language=_string(item.get("language")),
        published=_string(item.get("date_published")) or updated,
        updated=updated,
    )


def _authors(item: dict[str, Any]) -> Iterator[Author]:
    for author in (*_list(item.get("authors")), item.get("author")):  # 1.1, 1.0
        name = _string(author.get("name")) if isinstance(author, dict) else _string(author)
        if name:
            yield Author(name)


def _address(value: Any, base: str) -> str | None:
    address = _string(value)
    try:
        return None if address is None else urljoin(base, address)
    except ValueError:
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _string(value: Any) -> str | None:
    """A text that says something."""
    return value.strip() or None if isinstance(value, str) else None
