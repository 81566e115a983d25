"""JSON-LD of any shape: the objects on a page that are articles, and those that speak of the page."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.extract import json_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ARTICLE: Final = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report|Story|Review)\Z")
_LIST: Final = re.compile(
    r"(?:CollectionPage|ItemList|SearchResultsPage|ProfilePage|AboutPage|ContactPage)\Z"
)
_PAGE: Final = re.compile(r"(?:WebPage|ItemPage|VideoObject|AudioObject|PodcastEpisode)\Z")
# Below these stand other articles, or parts of this one that have titles and dates of their own.
_OTHERS: Final = frozenset(
    (
        *("itemListElement", "hasPart", "isPartOf", "liveBlogUpdate", "comment", "mentions", "citation"),
        *("relatedLink", "isBasedOn", "publisher", "breadcrumb", "review", "subjectOf", "image", "video"),
    )
)
_BEGINNING: Final = re.compile(r"(?:(?://|/\*)\s{0,4})?<!(?:--|\[CDATA\[)\s{0,4}(?:\*/)?")
_END: Final = re.compile(r"(?://|/\*)?\s{0,4}(?:-->|\]\]>)\s{0,4}(?:\*/)?\Z")
_WITHIN: Final = 40
"""Characters at the end of a script that `_END` may be in."""
_TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")
_OUTER: Final = " \t\r\n;\ufeff"
_DEEPEST: Final = 12
_MOST: Final = 2000
"""Objects looked at on one page: a page has some dozens."""


@dataclass(frozen=True, slots=True)
class Found:
    """The objects of a page.

    Attributes:
        articles: those that are articles, in order; the page's own ones before those it only lists.
        listed: how many of `articles`, at the end, stand in lists of others.
        pages: those that describe the page, or its film or sound.
        lists: those by which the page says that it is a list, or about somebody.
        by_id: objects by `@id`, for values that only refer.
    """

    articles: list[dict[str, Any]]
    listed: int
    pages: list[dict[str, Any]]
    lists: list[dict[str, Any]]
    by_id: dict[str, dict[str, Any]]

    def resolve(self, value: Any) -> Any:
        """The object that `value` refers to by `@id`, else `value`."""
        if isinstance(value, dict) and len(value) <= 2 and "name" not in value:
            known = self.by_id.get(str(value.get("@id")))
            return known if known is not None else value
        return value


def find(scripts: Iterable[str]) -> Found:
    """Read the contents of `application/ld+json` scripts. What is no JSON is passed over."""
    own: list[dict[str, Any]] = []
    listed: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    lists: list[dict[str, Any]] = []
    by_id: dict[str, dict[str, Any]] = {}
    seen = 0
    for script in scripts:
        for value in _values(script):
            waiting: list[tuple[Any, int, bool]] = [(value, 0, False)]
            while waiting and seen < _MOST:
                node, depth, elsewhere = waiting.pop()
                if depth > _DEEPEST:
                    continue
                if isinstance(node, list):
                    waiting += [(item, depth + 1, elsewhere) for item in reversed(node)]
                elif isinstance(node, dict):
                    seen += 1
                    kinds = kinds_of(node)
                    if any(_ARTICLE.search(kind) for kind in kinds):
                        (listed if elsewhere else own).append(node)
                    elif not elsewhere and any(_PAGE.search(kind) for kind in kinds):
                        pages.append(node)
                    elif depth <= 2 and any(_LIST.search(kind) for kind in kinds):
                        lists.append(node)
                    name = node.get("@id")
                    if isinstance(name, str) and len(node) > len(by_id.get(name, ())):
                        by_id[name] = node
                    waiting += [
                        (item, depth + 1, elsewhere or key in _OTHERS)
                        for key, item in reversed(node.items())
                        if isinstance(item, dict | list)
                    ]
    return Found(own + listed, len(listed), pages, lists, by_id)


def kinds_of(node: dict[str, Any]) -> list[str]:
    """The names in `@type`."""
    kinds = node.get("@type") or node.get("type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _values(script: str) -> Iterator[Any]:
    """The JSON values in a script: mostly one, at times wrapped, damaged, or several in a row."""
    text = script.strip(_OUTER)
    if match := _BEGINNING.match(text):
        text = text[match.end() :].lstrip(_OUTER)
    if match := _END.search(text, max(len(text) - _WITHIN, 0)):
        text = text[: match.start()]
    if not (text := text.rstrip(_OUTER)):
        return
    try:
        yield orjson.loads(text)
        return
    except ValueError:  # line ends inside strings and the like, which Python's parser takes
        pass
    for attempt in (text, _TRAILING_COMMA.sub("", text), html.unescape(text)):
        try:
            values = list(_in_a_row(attempt))
        except (ValueError, RecursionError):
            continue
        yield from map(_tidy, values)
        return


def _tidy(value: Any) -> Any:
    try:
        return json_value.without_surrogates(value)
    except RecursionError:
        return None


_DECODER: Final = json.JSONDecoder(strict=False)
_BETWEEN: Final = re.compile(r"[\s,;]*")


def _in_a_row(text: str) -> Iterator[Any]:
    position = 0
    while position < len(text):
        value, position = _DECODER.raw_decode(text, position)
        yield value
        found = _BETWEEN.match(text, position)
        position = found.end() if found else position
