"""The sentences that become notes on runs, and what asset events carry."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from pipeline import alerts, mutes
from pipeline.flow import Fetched, Loaded, Publication
from pipeline.flow.partition import COUNTS
from pipeline.report import notes

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def loaded(name: str, *, staged: int = 1, rejected: int = 0, new: bool = True, **periods: int) -> Loaded:
    return Loaded(
        name=name,
        size=1,
        etag="e",
        capture_id="c",
        source="documents",
        new=new,
        records=staged + rejected,
        staged=staged,
        rejected=rejected,
        periods=periods,
        reasons={},
    )


def fetched(name: str, **numbers: Any) -> Fetched:
    return Fetched(source=name, kind="feed", day="2026-03-01", **numbers)


def publication(period: str, state: str = "published", *failures: str, **n: int) -> Publication:
    summary = dict.fromkeys(("in", *COUNTS), 0) | n
    return Publication(period=period, state=state, summary=summary, failures=list(failures))


LOADED = {
    "nothing": ([], [], "Nothing lay in the inbox."),
    "one": ([loaded("a")], [], "1 file: 1 row staged, 0 rejected."),
    "known ones are counted": (
        [loaded("a", staged=1200), loaded("b", new=False, rejected=2)],
        [],
        "2 files: 1,201 rows staged, 2 rejected. 1 of them known already.",
    ),
    "failed ones are named": (
        [loaded("a")],
        ["c", "b"],
        "1 file: 1 row staged, 0 rejected. 2 files could not be loaded: b, c.",
    ),
    "all failed": (
        [],
        [f"{n}" for n in range(7)],
        "0 files: 0 rows staged, 0 rejected. 7 files could not be loaded: 0, 1, 2, 3, 4 and 2 more.",
    ),
}


@pytest.mark.parametrize(("found", "failed", "said"), LOADED.values(), ids=LOADED)
def test_what_was_loaded(found: list[Loaded], failed: list[str], said: str) -> None:
    assert notes.loaded(found, failed=failed) == said


def test_what_was_fetched() -> None:
    found = [
        fetched("avisa", requests=3, staged=20, new_rows=5, rejected=1),
        fetched("bladet", requests=1, state="failed"),
    ]
    assert notes.fetched(found, failed=["bladet"]) == (
        "2 sources, 4 requests: 20 staged, 5 new, 1 rejected. 1 source failed: bladet."
    )
    assert notes.fetched([], failed=[]) == "0 sources, 0 requests: 0 staged, 0 new, 0 rejected."


def test_what_was_announced() -> None:
    assert notes.announced([]) == "Nothing is new: every period is up to date."
    assert notes.announced(["2019"]) == "1 period announced: 2019."
    assert notes.announced([f"201{n}" for n in range(8)]) == (
        "8 periods announced: 2010, 2011, 2012, 2013, 2014 and 3 more."
    )


def test_what_was_published_with_what_was_rebuilt_around_it() -> None:
    found = [
        publication("2019-02-05"),
        publication("2019-02-06", published=2, duplicates=1),
        publication("2019-02-07", "gate_failed", "too few"),
        publication("2019-02-08", "unchanged"),
    ]
    assert notes.published(found, period="2019-02-06") == (
        "2019-02-06: 2 published, 1 duplicate. Rebuilt with it: 2019-02-05. "
        "Not published with it, for their gates are shut: 2019-02-07."
    )
    assert notes.published(found, period="2019-02-07") == (
        "2019-02-07: not published, the former partition stays: too few. "
        "Rebuilt with it: 2019-02-05, 2019-02-06."
    )


def test_how_the_sources_are() -> None:
    verdicts = {"fresh": ["a", "b"], "silent": ["c"]}
    assert notes.verdicts(verdicts, unknown=["d"]) == "4 sources: 2 fresh, 1 silent (c), 1 not judged (d)."
    assert notes.verdicts({}) == "0 sources: none."


def test_rows_are_summed_by_period_and_a_period_without_rows_stays() -> None:
    """Where an earlier code staged rows and this one does not, something is to be removed."""
    items = [loaded("a", **{"2019": 2, "2020": 0}), loaded("b", **{"2019": 1, "undated": 4})]
    assert notes.staged_by_period(items) == {"2019": 3, "2020": 0, "undated": 4}


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 9), max_size=150))
def test_events_never_carry_more_than_they_may(
    airflow_module: Callable[[str], ModuleType], numbers: dict[str, int]
) -> None:
    counts = {period: {"state": "published", "in": number} for period, number in numbers.items()}
    extra = airflow_module("lake_assets").event_extra(counts)
    assert extra["total"].get("in", 0) == sum(numbers.values())
    assert extra["total"]["periods"] == len(numbers)
    assert extra["periods"] == (counts if len(counts) <= 100 else {})


@given(st.text(max_size=2_000), st.integers(1, 600))
def test_a_sentence_is_one_printable_line_of_bounded_length(text: str, most: int) -> None:
    said = alerts.sentence(text, most)
    assert len(said) <= most
    assert said == said.strip()
    assert not any(c.isspace() and c != " " for c in said)
    assert "\0" not in said
    assert alerts.sentence(said, most) == said


@pytest.mark.parametrize("module", [notes, alerts, mutes])
def test_the_examples_of_sentences_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
