"""G6: a partition that fails its gate leaves the former one, says why, and is published once it is right."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from pipeline import flow
from pipeline.errors import DagspressError
from pipeline.lake import ARTICLES, DECISIONS, QUALITY, QUARANTINE, STOPPED, stopped_name
from pipeline.report import archive, period

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.lake import Lake

PERIOD = "2024-05-06"
BEFORE, AFTER = (dt.datetime(2024, 5, day, 12, tzinfo=dt.UTC) for day in (4, 7))


def load(lake: Lake, folder: Path, name: str, count: int, *, at: dt.datetime) -> None:
    """Articles of our day; what was captured the days before is dated in the future, and bad."""
    lines = [
        json.dumps({
            "url": f"https://a.example/{name}-{number}",
            "title": f"Sak {number}",
            "text": f"Kommunen har behandlet sak {number} av {name} og vil ta den opp igjen senere i vår.",
            "date": PERIOD,
        })
        for number in range(count)
    ]  # fmt: skip
    (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    flow.load_path(lake, folder / f"{name}.jsonl", source="a", clock=lambda: at)


def product(lake: Lake) -> dict[str, bytes]:
    return {o.name: lake.get(o.name) for room in (ARTICLES, QUARANTINE) for o in lake.list(room)}


def state(lake: Lake) -> str:
    [line] = archive(lake)
    return str(line["state"])


def test_a_bad_day_waits_and_is_published_when_it_is_right_again(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "god", 10, at=AFTER)
    flow.publish(lake, [PERIOD])
    former = product(lake)
    assert state(lake) == "published"

    load(lake, tmp_path, "gal", 30, at=BEFORE)
    [stopped] = flow.publish(lake, [PERIOD])
    assert stopped.state == "gate_failed"
    assert product(lake) == former
    assert state(lake) == "gate failed"
    [reason] = period(lake, PERIOD)["gate_failures"]
    assert reason in stopped.failures
    assert json.loads(lake.get(stopped_name(PERIOD)))["published"] is False

    [again] = flow.publish(lake, [PERIOD])
    assert (stopped.again, again.again, again.build) == (False, True, stopped.build)

    load(lake, tmp_path, "bedre", 40, at=AFTER)
    [published] = flow.publish(lake, [PERIOD])
    assert (published.state, published.summary["published"]) == ("published", 50)
    assert state(lake) == "published"
    assert period(lake, PERIOD)["gate_failures"] == []
    assert lake.list(STOPPED) == []
    lines = [json.loads(line) for o in lake.list(QUALITY) for line in lake.get(o.name).splitlines()]
    # what comes out the same within a second is one object
    assert sorted(line["published"] for line in lines) in ([False, True, True], [False, False, True, True])
    assert {line["period"] for line in lines} == {PERIOD}


def test_what_somebody_approves_is_published_and_says_so(
    new_lake: Callable[[], Lake], tmp_path: Path
) -> None:
    lakes = new_lake(), new_lake()
    for lake in lakes:
        load(lake, tmp_path, "god", 10, at=AFTER)
        flow.publish(lake, [PERIOD])
        load(lake, tmp_path, "gal", 30, at=BEFORE)
    lake, other = lakes
    [stopped] = flow.publish(lake, [PERIOD])
    decided = flow.decide_gate(lake, "approve", PERIOD, by="Kari", why="En prøve.", build=stopped.build)
    [published] = flow.publish(lake, decided.periods)
    assert (published.state, published.summary["quarantined"]) == ("published", 30)
    assert published.summary["approved"]["by"] == "Kari"
    assert published.summary["approved"]["failures"] == stopped.failures
    assert lake.list(STOPPED) == []
    assert flow.pending(lake, [PERIOD]) == []
    for item in lake.list(DECISIONS):
        other.put(item.name, lake.get(item.name))
    flow.publish(other, [PERIOD])
    assert product(other) == product(lake)

    load(lake, tmp_path, "galere", 40, at=BEFORE)
    [new_question] = flow.publish(lake, [PERIOD])
    assert new_question.state == "gate_failed"


def test_what_somebody_keeps_shut_stays_as_it_was(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "god", 10, at=AFTER)
    flow.publish(lake, [PERIOD])
    former = product(lake)
    load(lake, tmp_path, "gal", 30, at=BEFORE)
    [stopped] = flow.publish(lake, [PERIOD])
    assert flow.decide_gate(lake, "keep", PERIOD, by="Kari", why="Feil kilde.").periods == []
    [still] = flow.publish(lake, [PERIOD])
    assert (still.state, still.again) == ("gate_failed", True)
    assert product(lake) == former
    load(lake, tmp_path, "mer", 1, at=BEFORE)
    flow.publish(lake, [PERIOD])
    with pytest.raises(DagspressError, match="built anew"):
        flow.decide_gate(lake, "approve", PERIOD, by="Kari", why="Likevel.", build=stopped.build)


def test_an_open_gate_is_nothing_to_decide(lake: Lake) -> None:
    with pytest.raises(DagspressError, match="is open"):
        flow.decide_gate(lake, "approve", PERIOD, by="Kari", why="Hvorfor ikke.")
