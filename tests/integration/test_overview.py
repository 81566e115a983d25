"""The overview says of every period what was found out last, and can be made anew from the lake."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import TYPE_CHECKING

import pytest

from pipeline import flow
from pipeline.flow.overview import FOLD_AT, Line, read_overview, record, record_waiting
from pipeline.flow.refresh import refresh_overview
from pipeline.lake import OVERVIEW, QUALITY, articles_prefix
from pipeline.report import archive

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.lake import Lake

AT = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)


def load(lake: Lake, folder: Path, period: str, count: int, *, captured: dt.datetime = AT) -> None:
    lines = [
        json.dumps({
            "url": f"https://a.example/{period}/{number}",
            "title": f"Sak {number}",
            "text": f"Styret i laget har møtt {number} ganger om {period}, og vil møtes igjen til høsten.",
            "date": period,
        })
        for number in range(count)
    ]  # fmt: skip
    path = folder / f"{period}-{count}.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    flow.load_path(lake, path, source="a", clock=lambda: captured)


def as_archive(lines: dict[str, Line]) -> list[dict[str, object]]:
    return [{"period": p, "state": line.state, **line.counts} for p, line in lines.items()]


def test_it_follows_a_period_through_all_its_states(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "2024-05-02", 3)
    record_waiting(lake, ["2024-05-02"])
    assert as_archive(read_overview(lake)) == archive(lake)
    assert [line.state for line in read_overview(lake).values()] == ["waiting"]

    flow.publish(lake, ["2024-05-02"])
    [line] = read_overview(lake).values()
    assert (line.state, line.counts["published"], line.sources) == ("published", 3, {"a": 3})
    [report] = [json.loads(text) for text in lake.get(line.quality).splitlines()]
    assert (report["period"], report["digest"]) == ("2024-05-02", line.build)

    load(lake, tmp_path, "2024-05-02", 40, captured=dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
    record_waiting(lake, ["2024-05-02"])
    [waiting] = read_overview(lake).values()
    assert (waiting.state, waiting.counts, waiting.quality) == ("waiting", line.counts, line.quality)

    [stopped] = flow.publish(lake, ["2024-05-02"])
    [line] = read_overview(lake).values()
    assert (line.state, line.failures, line.build) == ("gate failed", stopped.failures, stopped.build)
    assert line.counts == waiting.counts
    assert as_archive(read_overview(lake)) == archive(lake)


def test_what_is_up_to_date_waits_no_longer(lake: Lake, tmp_path: Path) -> None:
    load(lake, tmp_path, "2024-05-02", 3)
    flow.publish(lake, ["2024-05-02"])
    [published] = read_overview(lake).values()
    record_waiting(lake, ["2024-05-02"])
    flow.publish(lake, ["2024-05-02"])
    [line] = read_overview(lake).values()
    assert line == Line(**{name: getattr(published, name) for name in Line.__slots__} | {"at": line.at})


def test_what_is_lost_is_found_in_the_lake(lake: Lake, tmp_path: Path) -> None:
    for period in ("2024-05-02", "2024-05", "undated"):
        load(lake, tmp_path, period, 3)
    flow.publish(lake, ["2024-05-02", "2024-05"])
    lines = read_overview(lake)
    lake.delete(item.name for item in lake.list(OVERVIEW))
    assert read_overview(lake) == {}
    assert as_archive(refresh_overview(lake)) == archive(lake)
    assert list(read_overview(lake)) == ["2024-05", "2024-05-02", "undated"]
    assert read_overview(lake)["2024-05"].counts == lines["2024-05"].counts

    objects = len(lake.list(OVERVIEW))
    refresh_overview(lake)
    assert len(lake.list(OVERVIEW)) == objects  # nothing was new

    for room in ("articles/", "staged/", "rejected/", QUALITY):
        lake.delete(item.name for item in lake.list(room) if "2024-05-02" in item.name)
    assert lake.list(articles_prefix("2024-05-02")) == []
    refresh_overview(lake)
    assert list(read_overview(lake)) == ["2024-05", "undated"]


@pytest.mark.parametrize("seed", range(3))
def test_folding_and_the_order_of_arrival_change_nothing(lake: Lake, seed: int) -> None:
    draw = random.Random(seed)
    lines = [
        Line(
            period=f"2024-05-{number % 9 + 1:02}",
            at=f"2024-06-01T00:00:00.{number:06}+00:00",
            state=draw.choice(["published", "waiting", "gate failed"]),
            counts=draw.choice([{}, {"in": number}]),
            quality=draw.choice(["", f"quality/{number}"]),
        )
        for number in range(FOLD_AT + 20)
    ]
    expected: dict[str, Line] = {}
    for line in sorted(lines, key=lambda line: line.at):
        expected[line.period] = line.after(expected.get(line.period))
    early, late = lines[: FOLD_AT - 1], lines[FOLD_AT - 1 :]  # what comes after folding is later, too
    draw.shuffle(early)
    for line in early + late:
        record(lake, [line])
    assert read_overview(lake) == dict(sorted(expected.items()))
    assert len(lake.list(OVERVIEW)) < FOLD_AT
