"""Orders to a newsstand in another process, as JSON over `http://control.localhost:PORT/`.

`POST /` with `{"do": NAME, ...}` answers with JSON; what can be done are the keys of `ORDERS`. Stories are
named by `{"url": ...}`. A wrong order is answered 400 with `{"error": ...}`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import http.client
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from aiohttp import web

from pipeline.embedded.newsstand.catalogue import catalogue
from pipeline.embedded.processes import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.embedded.newsstand.press import Story
    from pipeline.embedded.newsstand.stand import Newsstand


async def handle(stand: Newsstand, request: web.BaseRequest) -> web.Response:
    """Carry out an order."""
    if request.method != "POST":
        return _answer({"error": f"POST one of: {', '.join(ORDERS)}."}, status=405)
    try:
        order = json.loads(await request.read())
        do = ORDERS[order.pop("do")]
    except (ValueError, KeyError, AttributeError) as error:
        return _answer({"error": f"No order in that: {error!r}. Orders: {', '.join(ORDERS)}."}, status=400)
    try:
        return _answer(do(stand, **order))
    except (KeyError, LookupError, TypeError, ValueError) as error:
        return _answer({"error": f"{type(error).__name__}: {error}"}, status=400)


def order(port: int, do: str, **arguments: Any) -> Any:
    """Give an order to the newsstand on a port; returns its answer, raises ValueError when it refuses."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        body = json.dumps({"do": do, **arguments})
        connection.request("POST", "/", body, {"Host": f"control.localhost:{port}"})
        answer = connection.getresponse()
        value = json.loads(answer.read())
    finally:
        connection.close()
    if answer.status != 200:
        raise ValueError(f"The newsstand refuses {do!r}: {value['error']}")
    return value


def _story(stand: Newsstand, url: str) -> Story:
    parts = urlsplit(url)
    source = (parts.hostname or "").removesuffix(".localhost").removesuffix(".example")
    story = stand.find(source, unquote(parts.path)) if source in stand.papers else None
    if story is None:
        raise LookupError(f"no article at {url}")
    return story


def _told(stand: Newsstand, story: Story) -> dict[str, Any]:
    return {"url": stand.url(story), **dataclasses.asdict(story), "guid": story.guid}


def _update(stand: Newsstand, *, url: str, **texts: Any) -> dict[str, Any]:
    return _told(stand, stand.update(_story(stand, url), **texts))


def _move_slug(stand: Newsstand, *, url: str, slug: str | None = None) -> dict[str, Any]:
    return _told(stand, stand.move_slug(_story(stand, url), slug))


def _set_today(stand: Newsstand, *, day: str | None = None) -> str:
    stand.set_today(dt.date.fromisoformat(day) if day else None)
    return stand.today().isoformat()


def _expected(stand: Newsstand, *, url: str) -> dict[str, Any] | None:
    expected = stand.expected(url)
    if expected is None:
        return None
    return {**dataclasses.asdict(expected), "text": expected.text, "period": expected.period}


def _stories(stand: Newsstand, *, source: str, day: str | None = None) -> list[dict[str, Any]]:
    found = stand.stories(source, dt.date.fromisoformat(day)) if day else stand.latest(source)
    return [_told(stand, story) for story in found]


def _log(stand: Newsstand, *, clear: bool = False) -> list[dict[str, Any]]:
    entries = [access.as_json() for access in stand.log]
    if clear:
        stand.log.clear()
    return entries


ORDERS: Final[dict[str, Callable[..., Any]]] = {
    "update": _update,
    "move_slug": _move_slug,
    "silence": lambda stand, **arguments: stand.silence(**arguments),
    "roll_over": lambda stand, **arguments: stand.roll_over(**arguments),
    "fail": lambda stand, **arguments: stand.fail(**arguments),
    "set_today": _set_today,
    "expected": _expected,
    "stories": _stories,
    "catalogue": lambda stand, **arguments: catalogue(stand, **arguments),
    "log": _log,
}
"""Every order, with its arguments by name: `update(url, title?, lead?, paragraphs?)`, `move_slug(url,
slug?)`, `silence(source, silent?)`, `roll_over(source)`, `fail(source, status, times?, retry_after?, ...)`,
`set_today(day?)`, `expected(url)`, `stories(source, day?)` (without day: what the feed holds),
`catalogue(names?)`, `log(clear?)`.
"""


def _answer(value: Any, *, status: int = 200) -> web.Response:
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    return web.Response(status=status, body=text.encode(), content_type="application/json")


def _plain(value: object) -> str:
    if isinstance(value, dt.date):  # and date-times, which are dates
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not for JSON")
