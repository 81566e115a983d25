"""Repair: what the captures allow is made again, byte for byte; the rest is said and left as it is."""

from __future__ import annotations

import contextlib
import itertools
import random
from typing import TYPE_CHECKING

import pytest
from damaged import (
    CAPTURES,
    DAMAGES,
    STOPPED_PERIOD,
    TEXT,
    Damage,
    drop,
    everything,
    flip,
    healthy,
    one,
    product,
    receipt_of,
    restore,
    staged_of,
    stop_at_gate,
)

from pipeline import flow
from pipeline.errors import ObjectMissing
from pipeline.lake import articles_name, stopped_name, summary_name
from pipeline.verify import plan_repair, repair, verify
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.embedded.s3 import S3Server
    from pipeline.lake import Lake
    from pipeline.verify import Step

pytestmark = pytest.mark.long


@pytest.fixture
def whole(s3: S3Server) -> Mapping[str, bytes]:
    return healthy(s3)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name.replace(" ", "_"))
def test_what_can_be_mended_is_and_the_rest_is_left_alone(
    lake: Lake, whole: Mapping[str, bytes], damage: Damage
) -> None:
    undamaged = product(restore(lake, whole))
    damage.plant(lake)
    before = everything(lake)
    findings = verify(lake).findings
    plan = plan_repair(lake, findings)
    assert everything(lake) == before
    repair(lake, plan)
    mended = everything(lake)
    assert before.keys() - mended.keys() <= {*plan.removes}
    left = verify(lake).findings
    if damage.mended:
        assert (left, plan.left) == ([], [])
        assert product(lake) == undamaged
    else:
        assert plan.steps == []
        assert {item.finding for item in plan.left} == set(left) == set(findings)
        assert mended == before
    again = plan_repair(lake, left)
    assert again.steps == []
    repair(lake, again)
    assert everything(lake) == mended


# --- more than one thing at once --------------------------------------------------------------------


def mend(lake: Lake) -> list[tuple[str, str]]:
    """Repair, and what is left then."""
    repair(lake, plan_repair(lake, verify(lake).findings))
    return [(f.kind, f.object) for f in verify(lake).findings]


@pytest.mark.parametrize("seed", range(3))
def test_many_kinds_at_once_are_mended_together(lake: Lake, whole: Mapping[str, bytes], seed: int) -> None:
    undamaged = product(restore(lake, whole))
    some = random.Random(seed).sample([d for d in DAMAGES if d.mended], 5)
    for damage in some:
        with contextlib.suppress(StopIteration, ObjectMissing, ValueError):  # another took its object away
            damage.plant(lake)
    assert (mend(lake), [d.name for d in some if product(lake) != undamaged]) == ([], [])


def test_rows_that_are_staged_nowhere_any_more_stay_published(lake: Lake, whole: Mapping[str, bytes]) -> None:
    restore(lake, whole)
    capture, staged = one(lake, CAPTURES, TEXT), staged_of(lake, TEXT)
    lake.delete([capture, staged])
    flip(lake, articles_name("2024-03-02"), 3000)  # a neighbour, whose rebuilding would look at it
    before = everything(lake)
    plan = plan_repair(lake, verify(lake).findings)
    assert plan.steps == []
    assert {left.finding.object for left in plan.left} >= {capture, staged, articles_name("2024-03-02")}
    repair(lake, plan)
    assert everything(lake) == before
    lake.put(capture, whole[capture])
    assert mend(lake) == []
    assert product(lake) == {name: data for name, data in whole.items() if name in product(lake)}


def test_a_dropped_file_mends_its_capture(lake: Lake, whole: Mapping[str, bytes]) -> None:
    undamaged = product(restore(lake, whole))
    name = one(lake, CAPTURES, TEXT)
    flip(lake, name)
    lake.put("inbox/tekst.txt", whole[name])
    flow.load(lake, "inbox/tekst.txt")
    assert verify(lake).findings == []
    assert product(lake) == undamaged


def test_a_quick_repair_stages_nothing_from_damaged_bytes(lake: Lake, whole: Mapping[str, bytes]) -> None:
    restore(lake, whole)
    drop(lake, staged_of(lake, TEXT))
    flip(lake, one(lake, CAPTURES, TEXT))
    before = everything(lake)
    plan = plan_repair(lake, verify(lake, mode="quick").findings)
    assert plan.steps == []
    assert everything(lake) == before


def test_a_receipt_that_nothing_proves_is_not_made_up(lake: Lake, whole: Mapping[str, bytes]) -> None:
    restore(lake, whole)
    lake.delete([receipt_of(lake, TEXT)])
    flip(lake, one(lake, CAPTURES, TEXT))
    plan = plan_repair(lake, verify(lake).findings)
    assert (plan.steps, [left.finding.kind for left in plan.left]) == ([], ["receipt_missing"])


def test_a_damaged_partition_behind_a_shut_gate_waits_for_a_person(lake: Lake) -> None:
    stop_at_gate(lake)
    flip(lake, articles_name(STOPPED_PERIOD), 3000)
    before = everything(lake)
    plan = plan_repair(lake, verify(lake).findings)
    assert plan.steps == []
    assert "its gate is shut" in plan.left[0].why
    repair(lake, plan)
    assert everything(lake) == before
    decided = flow.decide_gate(lake, "approve", STOPPED_PERIOD, by="redaksjonen", why="Så er det.")
    flow.publish(lake, decided.periods)
    assert verify(lake).whole


def test_what_a_gate_said_is_said_again(lake: Lake) -> None:
    stop_at_gate(lake)
    lake.put(stopped_name(STOPPED_PERIOD), b"{")
    rows = read_object(lake, articles_name(STOPPED_PERIOD))
    assert mend(lake) == []
    assert lake.get(stopped_name(STOPPED_PERIOD)).startswith(b"{\n")
    assert read_object(lake, articles_name(STOPPED_PERIOD)) == rows


class Killed(Exception):
    """Where a test ends a repair."""


def killer(last: int) -> Callable[[Step], None]:
    """Ends a repair at its step of this number."""
    steps = itertools.count()

    def at(_step: Step) -> None:
        if next(steps) == last:
            raise Killed

    return at


def test_a_repair_that_was_killed_is_done_again(lake: Lake, whole: Mapping[str, bytes]) -> None:
    undamaged = product(restore(lake, whole))
    drop(lake, staged_of(lake, TEXT))
    lake.put(summary_name("2024-03-05"), b"{")
    plan = plan_repair(lake, verify(lake).findings)
    for last in range(len(plan.steps)):
        with contextlib.suppress(Killed):
            repair(lake, plan, progress=killer(last))
    assert mend(lake) == []
    assert product(lake) == undamaged
