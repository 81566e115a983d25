from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from pipeline.acquire.memory import Known, Memory
from pipeline.flow.days import RunDay
from pipeline.flow.fetch.result import Fetched
from pipeline.flow.fetch.visit import Visit, key_of, mark_of
from pipeline.item import Item
from pipeline.settings import Fetching
from pipeline.sources import Source

if TYPE_CHECKING:
    from pipeline.lake import Lake

NOW = dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)


def visit(memory: Memory, *, refetch: bool = False) -> Visit:
    """A visit that asks nobody anything."""
    return Visit(
        lake=cast("Lake", None),
        source=Source(name="posten", kind="feed", url="https://posten.example/rss"),
        day=RunDay(NOW.date(), live=True),
        memory=memory,
        fetching=Fetching(),
        clock=lambda: NOW,
        refetch=refetch,
        result=Fetched(source="posten", kind="feed", day="2026-11-24"),
    )


def settled(*items: Item) -> Memory:
    memory = Memory(source="posten")

    for item in visit(memory).news(items):
        memory.known[key_of(item)] = Known(mark=mark_of(item), listed="2026-11-24")
    return memory


def test_items_of_one_address_are_news_once_and_not_in_turns() -> None:
    items = [Item(url="https://posten.example/1", title=title) for title in ("Ny bru", "Ny bru åpnet")]
    assert visit(Memory(source="posten")).news(items) == items[:1]
    memory = settled(*items)
    assert [visit(memory).news(items) for _ in range(3)] == [[], [], []]
    assert visit(memory, refetch=True).news(items) == items[:1]


def test_an_item_of_which_something_else_is_said_is_news() -> None:
    before, after = (
        Item(url="https://posten.example/1", title=title) for title in ("Ny bru", "Ny bru åpnet")
    )
    assert visit(settled(before)).news([after]) == [after]
