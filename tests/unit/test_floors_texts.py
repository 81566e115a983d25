"""The floors of quality of texts, on articles of our own; those on public data are `make floors`."""

from __future__ import annotations

import tomllib

from benchmarks import texts


def test_articles_of_our_own_are_above_the_floors() -> None:
    floors = tomllib.loads(texts.FLOORS.read_text(encoding="utf-8"))["generated"]
    found, results, _ = texts.on_generated()
    assert texts.below(results, floors, found) == []


def test_a_figure_below_its_floor_and_other_data_are_told() -> None:
    result = texts.Result()
    result.add("clean: nfd", right=True)
    result.add("clean: nfd", right=False, failure="m1: expected 'å', got 'a'")
    floors = {"digest": "0", "clean: nfd": 0.6, "clean: absent": 0.1}
    low, absent, other = texts.below([result], floors, "1")
    assert low == "clean: nfd: 0.5000, floor 0.6"
    assert absent == "clean: absent: 0.0000, floor 0.1"
    assert other.endswith("their digest is 1")
    assert texts.below([result], {"digest": "0", "clean: nfd": 0.5}, "0") == []
