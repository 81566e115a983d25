"""A lake built anew elsewhere, from captures and decisions alone."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from pipeline import flow
from pipeline.acquire import Capture
from pipeline.flow.rerun import stage_again
from pipeline.lake import ARTICLES, CAPTURES, DECISIONS, QUARANTINE

if TYPE_CHECKING:
    from pipeline.lake import Lake


def copied(ours: Lake, other: Lake, *rooms: str) -> None:
    for room in rooms:
        for item in ours.list(room):
            other.put(item.name, ours.get(item.name))


def replay(ours: Lake, other: Lake, *, seed: int = 0) -> None:
    """Stage the captures of a lake in another one, in any order, and publish what comes of them."""
    copied(ours, other, CAPTURES, DECISIONS)
    stage_all(other, seed=seed)


def stage_all(lake: Lake, *, seed: int = 0) -> None:
    """Stage all captures in any order, publishing now and then."""
    order = random.Random(seed)
    captures = [Capture.from_json(lake.get(o.name)) for o in lake.list(CAPTURES) if "/_receipts/" in o.name]
    order.shuffle(captures)
    for capture in captures:
        staging = stage_again(lake, capture)
        if order.random() < 0.5:
            flow.publish(lake, staging.periods)
    flow.publish(lake, flow.known_periods(lake))


def product(lake: Lake) -> dict[str, bytes]:
    """The bytes of all that is published or in quarantine, summaries included."""
    return {o.name: lake.get(o.name) for room in (ARTICLES, QUARANTINE) for o in lake.list(room)}
