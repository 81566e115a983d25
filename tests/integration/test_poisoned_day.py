"""A day that is not like the same day of the weeks before is stopped, with the reason (G6)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest

from pipeline import flow
from pipeline.flow.history import read_past
from pipeline.lake import ARTICLES, QUARANTINE, STATE, stopped_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.flow import Publication
    from pipeline.lake import Lake

DAY: Final = dt.date(2024, 5, 6)
NEXT_YEAR: Final = DAY.replace(year=2025)
BEFORE: Final = [DAY - dt.timedelta(days=7 * week) for week in range(5, 0, -1)]
USUAL: Final = {"avisa": 14, "bladet": 12}
"""Articles of each source on such a day."""

TEXTS: Final = {
    "nb": "Kommunestyret i {place} vedtok sak {n} {day} etter at {n} innbyggere hadde skrevet under "
    "på et opprop. Ordføreren sier at {n} millioner kroner er for lite til ny skole ved elva i {place}.",
    "en": "The council of {place} passed motion {n} on {day} after {n} people of the town had signed "
    "a petition. The mayor says that {n} million is too little for a new school near the river in {place}.",
}


def record(source: str, number: int, day: dt.date, **changes: Any) -> dict[str, Any]:
    text = TEXTS[changes.pop("language", "nb")]
    return {
        "url": f"https://{source}.example/{day}/{number}",
        "title": f"{source.title()}: sak {number} er avgjort",
        "text": text.format(place=f"{source}-{day:%d%m}", n=1000 + number * 37, day=day),
        "date": day.isoformat(),
        **changes,
    }


def drop(
    lake: Lake, folder: Path, source: str, name: str, records: list[dict[str, Any]], at: dt.date
) -> None:
    path = folder / f"{source}-{name}.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    captured = dt.datetime.combine(at, dt.time(23 if at == DAY else 1), dt.UTC)
    flow.load_path(lake, path, source=source, clock=lambda: captured)


@pytest.fixture
def usual_weeks(lake: Lake, tmp_path: Path) -> Lake:
    """Five such days of two sources, and the morning of the sixth."""
    for day in BEFORE:
        for source, count in USUAL.items():
            records = [record(source, number, day) for number in range(count)]
            drop(lake, tmp_path, source, f"{day}", records, day + dt.timedelta(days=1))
    flow.publish(lake, [day.isoformat() for day in BEFORE])
    for source in USUAL:
        drop(lake, tmp_path, source, "morning", [record(source, number, DAY) for number in range(2)], DAY)
    [morning] = flow.publish(lake, [DAY.isoformat()])
    assert morning.state == "published"  # the day is not over: few are no alarm
    return lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """What came the night after, and what is to be said of it."""

    given: dict[str, int] = field(default_factory=lambda: dict(USUAL))
    changes: Callable[[int], dict[str, Any]] = lambda number: {}
    """Of the articles of `avisa`."""
    day: dt.date = DAY
    """That those are dated."""
    reasons: tuple[str, ...] = ()


POISONS: Final = {
    "an empty feed": Poison(
        given={"avisa": 0, "bladet": 12},
        reasons=("'avisa' has 2 articles, usual on this day of the week are 14 (at least 4.2 are expected)",),
    ),
    "doubled volume": Poison(
        given={"avisa": 28, "bladet": 12},
        reasons=(
            "'avisa' has 28 articles, usual on this day of the week are 14 (at most 26.6 are expected)",
        ),
    ),
    "another language": Poison(
        changes=lambda number: {"language": "en"},
        reasons=(
            "100% of the articles of 'avisa' are in another language than usual: en 100% instead of nb 100%",
        ),
    ),
    "half the titles gone": Poison(
        changes=lambda number: {"title": None if number % 2 else f"Sak {number}"},
        reasons=("50% of the articles of 'avisa' have no title, usually 0%",),
    ),
    "cut to teasers": Poison(
        changes=lambda number: {"text": f"Sak {number} er avgjort i avisa {DAY:%d%m}, og {number} takker."},
        reasons=("half of the articles of 'avisa' have fewer than 10 words, usual are 33",),
    ),
}


def arrive(lake: Lake, folder: Path, poison: Poison) -> list[Publication]:
    for source, count in poison.given.items():
        changes = poison.changes if source == "avisa" else (lambda number: {})
        day = poison.day if source == "avisa" else DAY
        records = [record(source, number, day, **changes(number)) for number in range(count)]
        if records:
            drop(lake, folder, source, "night", records, DAY + dt.timedelta(days=1))
    return flow.publish(lake, flow.pending(lake, flow.known_periods(lake)))


def product(lake: Lake, day: dt.date = DAY) -> dict[str, bytes]:
    found = (o.name for room in (ARTICLES, QUARANTINE) for o in lake.list(room))
    return {name: lake.get(name) for name in found if day.isoformat() in name}


def rows(publication: Publication) -> int:
    """Those of the partition, copies too."""
    return int(publication.summary["published"] + publication.summary["duplicates"])


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_poisoned_day_is_stopped_with_the_reason(usual_weeks: Lake, tmp_path: Path, poison: Poison) -> None:
    former = product(usual_weeks)
    [stopped] = arrive(usual_weeks, tmp_path, poison)
    assert (stopped.state, tuple(stopped.failures)) == ("gate_failed", poison.reasons)
    assert product(usual_weeks) == former


def test_a_day_as_usual_is_published(usual_weeks: Lake, tmp_path: Path) -> None:
    [published] = arrive(usual_weeks, tmp_path, Poison())
    assert (published.state, rows(published)) == ("published", 26)


def test_a_source_that_vanished_is_missed(lake: Lake, tmp_path: Path) -> None:
    for day in (*BEFORE, DAY):
        for source, count in USUAL.items():
            if (day, source) != (DAY, "avisa"):
                records = [record(source, number, day) for number in range(count)]
                drop(lake, tmp_path, source, f"{day}", records, day + dt.timedelta(days=1))
    flow.publish(lake, [day.isoformat() for day in BEFORE])
    [stopped] = flow.publish(lake, [DAY.isoformat()])
    assert stopped.failures == ["'avisa' has no article, usual on this day of the week are 14"]
    assert product(lake) == {}


def test_dates_of_next_year_stop_both_days(usual_weeks: Lake, tmp_path: Path) -> None:
    former = product(usual_weeks)
    poison = Poison(given={"avisa": 25, "bladet": 12}, day=NEXT_YEAR)
    stopped = {p.period: p for p in arrive(usual_weeks, tmp_path, poison)}
    assert {p.state for p in stopped.values()} == {"gate_failed"}
    assert stopped[DAY.isoformat()].failures == [
        "'avisa' has 2 articles, usual on this day of the week are 14 (at least 4.2 are expected)"
    ]
    assert stopped[NEXT_YEAR.isoformat()].failures == [
        "the period begins 364 days after the latest of its captures",
        "25 of 25 rows are quarantined (more than 50%)",
    ]
    assert product(usual_weeks) == former
    assert product(usual_weeks, NEXT_YEAR) == {}


def test_what_is_approved_is_published_and_what_is_refused_is_not(usual_weeks: Lake, tmp_path: Path) -> None:
    former = product(usual_weeks)
    [stopped] = arrive(usual_weeks, tmp_path, POISONS["doubled volume"])
    flow.decide_gate(usual_weeks, "keep", stopped.period, by="Kari", why="Levert to ganger.")
    [kept] = flow.publish(usual_weeks, [stopped.period])
    assert product(usual_weeks) == former
    why = "Kari decided to keep the former partition: Levert to ganger."
    assert kept.failures == [*stopped.failures, why]
    flow.decide_gate(usual_weeks, "approve", stopped.period, by="Kari", why="Valgdag.")
    [published] = flow.publish(usual_weeks, [stopped.period])
    assert (published.state, rows(published)) == ("published", 40)
    assert published.summary["approved"]["failures"] == stopped.failures


def test_what_was_refused_stays_out_where_nothing_is_known_of_the_weeks_before(
    usual_weeks: Lake, new_lake: Callable[[], Lake], tmp_path: Path
) -> None:
    [stopped] = arrive(usual_weeks, tmp_path, POISONS["doubled volume"])
    flow.decide_gate(usual_weeks, "keep", stopped.period, by="Kari", why="Levert to ganger.")
    other = new_lake()
    for item in usual_weeks.list(""):
        if item.name.startswith(("staged/", "rejected/", "decisions/", "captures/", f"{STATE}identities/")):
            other.put(item.name, usual_weeks.get(item.name))
    [kept] = flow.publish(other, [stopped.period])  # the first that is published there
    assert (kept.state, kept.again, kept.build) == ("gate_failed", True, stopped.build)
    assert kept.failures == ["Kari decided to keep the former partition: Levert to ganger."]
    assert product(other) == {}
    assert json.loads(other.get(stopped_name(stopped.period)))["published"] is False


def test_other_thresholds_let_it_through(
    usual_weeks: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [stopped] = arrive(usual_weeks, tmp_path, POISONS["doubled volume"])
    thresholds = tmp_path / "thresholds.yaml"
    thresholds.write_text("overrides: {avisa: {max_volume: 3, why: Two editions a day.}}")
    monkeypatch.setenv("DAGSPRESS_THRESHOLDS", str(thresholds))
    assert flow.pending(usual_weeks, [stopped.period, *(d.isoformat() for d in BEFORE)]) == [stopped.period]
    [published] = flow.publish(usual_weeks, [stopped.period])
    assert published.state == "published"


def test_a_day_is_compared_with_what_is_published_of_the_weeks_before(usual_weeks: Lake) -> None:
    past = read_past(usual_weeks, [DAY.isoformat(), "2024-05", "undated"])
    assert list(past) == [DAY.isoformat()]
    weeks = past[DAY.isoformat()]
    assert [week and {s: p.rows for s, p in week.items()} for week in weeks] == [USUAL] * 5 + [None] * 3
