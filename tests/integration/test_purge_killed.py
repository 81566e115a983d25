"""A purge is killed at any write: no other article is lost meanwhile, and purging again completes it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from pipeline import flow
from tests.files_with_a_secret import SECRET, lines, zipped
from tests.integration.replaying import copied, product, replay
from tests.integration.test_kill import Killable
from tests.integration.test_purge import holding, load, rows_of, withdrawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pipeline.lake import Lake


@pytest.fixture
def killable() -> Iterator[Killable]:
    process = Killable()
    yield process
    process.close()


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_purge_that_is_killed_loses_nothing_and_is_completed_by_the_next(
    killable: Killable,
    new_lake: Callable[[], Lake],
    lake_env: Callable[[Lake], Mapping[str, str]],
    tmp_path: Path,
) -> None:
    first = new_lake()
    load(first, tmp_path, "a.zip", zipped({"a.jsonl": lines()}))
    load(first, tmp_path, "b.jsonl", lines().splitlines()[1] + b"\n", hour=1)
    gone = withdrawn(first)
    before = rows_of(first)

    def prepared() -> Lake:
        lake = new_lake()
        copied(first, lake, "")
        return lake

    undisturbed = prepared()
    assert killable.run(lake_env(undisturbed), purge=gone) == 0
    assert holding(undisturbed, SECRET) == []
    expected = product(undisturbed)
    for write in itertools.count():
        lake = prepared()
        if killable.run(lake_env(lake), write=write, when="before", purge=gone) == 0:
            break
        for when in ("before", "within"):
            if when == "within":
                lake = prepared()
                assert killable.run(lake_env(lake), write=write, when=when, purge=gone) == -9
            if when == "before":
                other = new_lake()
                replay(lake, other, seed=write)
                assert rows_of(other) == before, f"replayed after a kill before write {write}"
            flow.publish(lake, flow.known_periods(lake))
            assert rows_of(lake) == before, f"killed {when} write {write}"
            assert killable.run(lake_env(lake), purge=gone) == 0
            assert holding(lake, SECRET) == [], f"killed {when} write {write}"
            assert product(lake) == expected, f"killed {when} write {write}"
    assert write >= 15
