"""G6: a partition that fails its gate leaves the former one, says why, and is published once it is right."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from pipeline import flow
from pipeline.lake import ARTICLES, QUALITY, QUARANTINE, STOPPED, stopped_name
from pipeline.report import archive, period

if TYPE_CHECKING:
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

    load(lake, tmp_path, "bedre", 40, at=AFTER)
    [published] = flow.publish(lake, [PERIOD])
    assert (published.state, published.summary["published"]) == ("published", 50)
    assert state(lake) == "published"
    assert period(lake, PERIOD)["gate_failures"] == []
    assert lake.list(STOPPED) == []
    lines = [json.loads(line) for o in lake.list(QUALITY) for line in lake.get(o.name).splitlines()]
    assert sorted(line["published"] for line in lines) == [False, True, True]
    assert {line["period"] for line in lines} == {PERIOD}
