"""Purging what was fetched: its page, what feeds and sitemaps said of it, and what waits to be fetched."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from pipeline import flow
from pipeline.acquire.exchange import Exchange, Hop
from pipeline.acquire.memory import Waiting, load_memory, save_memory
from pipeline.acquire.warc import WarcWriter
from pipeline.item import Item
from pipeline.lake import CAPTURES, articles_name
from pipeline.write import read_object
from tests.files_with_a_secret import ARTICLES_OF, SECRET, expanded, page

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.lake import Lake

pytestmark = pytest.mark.slow

AT = dt.datetime(2024, 3, 10, 8, tzinfo=dt.UTC)
WHO = {"by": "redaksjonen", "why": "Et krav."}
FEED = "https://haug.example/feed"


def exchange(url: str, body: bytes, content_type: str) -> Exchange:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    request = b"GET / HTTP/1.1\r\nHost: haug.example\r\n\r\n"
    hop = Hop(url=url, address="192.0.2.7", request=request, status=200, head=head, body=body, at=AT)
    return Exchange(hops=(hop,), body=body)


def rss() -> bytes:
    items = "".join(
        f"<item><title>{a['title']}</title><link>{a['url']}</link><description>"
        f"&lt;p&gt;{a['text'].replace('&', '&amp;')}&lt;/p&gt;</description></item>"
        for a in ARTICLES_OF
    )
    return f"<rss version='2.0'><channel><title>Haug</title>{items}</channel></rss>".encode()


def json_feed() -> bytes:
    items = [{"id": a["url"], "url": a["url"], "content_text": a["text"]} for a in ARTICLES_OF]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


def captured(lake: Lake, folder: Path, name: str, write: object) -> None:
    path = folder / name
    with path.open("wb") as file:
        writer = WarcWriter(file)
        writer.info({"software": "test"}, at=AT)
        write(writer)  # type: ignore[operator]
    flow.publish(lake, flow.load_path(lake, path, source="haug", clock=lambda: AT).periods)


def item_of(number: int) -> Item:
    a = ARTICLES_OF[number]
    return Item(
        url=a["url"], title=a["title"], summary=a["text"][:60], content=a["text"], published=a["date"]
    )


def write_pages(writer: WarcWriter) -> None:
    for number, a in enumerate(ARTICLES_OF):
        if number == 2:
            writer.missing(item_of(number), feed=FEED, url=a["url"], error="It is gone.", at=AT)
        else:
            answer = exchange(a["url"], page(a), "text/html; charset=utf-8")
            writer.page(answer, item=item_of(number), feed=FEED)


def holding(lake: Lake) -> list[str]:
    return [
        item.name
        for item in lake.list("")
        if any(SECRET.encode() in part for part in expanded(item.name, lake.get(item.name)))
    ]


def rows(lake: Lake) -> list[dict[str, object]]:
    names = [articles_name(period) for period in flow.known_periods(lake)]
    return [row for name in names for row in read_object(lake, name).to_pylist()]


@pytest.mark.parametrize(("body", "said"), [(rss, b"Sak 3"), (json_feed, b"sak-3")])
def test_a_page_and_what_feeds_said_of_it_go(lake: Lake, tmp_path: Path, body: object, said: bytes) -> None:
    feed = body()  # type: ignore[operator]
    captured(lake, tmp_path, "pages.warc.gz", write_pages)
    captured(
        lake,
        tmp_path,
        "feed.warc.gz",
        lambda writer: writer.document(exchange(FEED, feed, "application/rss+xml"), kind="feed"),
    )
    memory = load_memory(lake, "haug")
    url = ARTICLES_OF[1]["url"]
    memory.waiting = {
        url: Waiting(item=item_of(1).as_json(), feed=FEED),
        "https://b.example/": Waiting(item={}, feed=None),
    }
    save_memory(lake, memory)
    before = rows(lake)
    assert len(before) == 4
    [gone] = [row for row in before if row["canonical_url"] == url]
    flow.publish(lake, flow.decide_article(lake, "withdraw", str(gone["article_id"]), **WHO).periods)
    assert len(holding(lake)) >= 4

    plan = flow.plan_purge(lake, [str(gone["article_id"])])
    assert [len(removal.documents) for removal in plan.removals] == [1, 0] or [
        len(removal.documents) for removal in plan.removals
    ] == [0, 1]
    assert flow.purge(lake, plan.ids, **WHO).left == []
    assert holding(lake) == []
    assert rows(lake) == [row for row in before if row != gone]
    memory = load_memory(lake, "haug")
    assert (list(memory.waiting), url in memory.known) == (["https://b.example/"], True)
    [listed] = [o.name for o in lake.list(CAPTURES) if o.name.endswith("feed.warc.gz")]
    parts = expanded(listed, lake.get(listed))
    assert any(said in part for part in parts)
    assert not any(b"sak-1" in part for part in parts)
    assert flow.purge(lake, plan.ids, **WHO).left == []
