from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pipeline.duplicates import candidate_pairs, candidates as module, similarity
from tests.unit.duplicates.stories import edited, story, table

STORIES = [
    edited(story(number), changed=changed, seed=seed) if changed else story(number)
    for number in range(4)
    for seed, changed in enumerate((0, 4, 8, 20, 40))
] + [story(9, words=5), ""]
SKETCHES = table(STORIES)
CHOICES = st.lists(st.integers(0, len(STORIES) - 1), max_size=12)


def pairs(sketches: np.ndarray, **options: object) -> list[list[int]]:
    return candidate_pairs(sketches, **options).tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows_are_no_pairs(rows: int) -> None:
    assert candidate_pairs(SKETCHES[:rows]).shape == (0, 2)


def test_near_copies_are_pairs_and_other_stories_are_not() -> None:
    found = {tuple(pair) for pair in pairs(SKETCHES)}
    for one, other in itertools.combinations(range(len(STORIES)), 2):
        alike = similarity(STORIES[one], STORIES[other])
        if alike > 0.8:
            assert (one, other) in found
        if alike < 0.2:
            assert (one, other) not in found


def test_rows_without_a_sketch_are_no_pairs() -> None:
    assert pairs(np.zeros((5, 128), np.uint16)) == []


@settings(deadline=None, max_examples=50)
@given(CHOICES)
def test_a_pair_is_one_whatever_else_is_there(chosen: list[int]) -> None:
    alone = {
        (i, j)
        for i, j in itertools.combinations(range(len(chosen)), 2)
        if pairs(SKETCHES[[chosen[i], chosen[j]]])
    }
    found = pairs(SKETCHES[chosen])
    assert {tuple(p) for p in found} == alone
    assert found == sorted(found)
    assert len(found) == len(alone)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20), st.integers(0, 3)), max_size=12),
    st.integers(0, 9),
)
def test_rows_too_many_days_apart_are_no_pairs(rows: list[tuple[int, int, int]], reach: int) -> None:
    sketches = SKETCHES[[story_ for story_, _, _ in rows]]
    spans = np.array([(day, day + longer) for _, day, longer in rows], np.int64).reshape(-1, 2)
    expected = [
        [i, j]
        for i, j in pairs(sketches)
        if max(spans[i][0] - spans[j][1], spans[j][0] - spans[i][1]) <= reach
    ]
    assert pairs(sketches, days=spans, reach=reach) == expected
    assert pairs(sketches, days=spans[:, 0], reach=reach) == [
        [i, j] for i, j in pairs(sketches) if abs(spans[i][0] - spans[j][0]) <= reach
    ]


def test_few_rows_are_compared_as_many_are(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.concatenate([SKETCHES, np.zeros((2, 128), np.uint16)])
    few, days = pairs(rows), np.arange(len(rows))
    near = pairs(rows, days=days, reach=1)
    monkeypatch.setattr(module, "_FEW", 0)
    assert pairs(rows) == few != near == pairs(rows, days=days, reach=1)


def test_pairs_of_one_band_alone_that_share_too_little_are_left_out() -> None:
    one = np.arange(1, 129, dtype=np.uint16)
    other = one + np.uint16(1000)
    other[:4] = one[:4]
    assert pairs(np.stack([one, other])) == []
    other[:60] = one[:60]
    assert pairs(np.stack([one, other])) == [[0, 1]]


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_blocks_are_bounded_and_hold_each_pair_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", at_once)
    monkeypatch.setattr(module, "_FEW", 0)
    rows = np.repeat(SKETCHES[:1], 30, axis=0)
    blocks = list(module.candidates(rows))
    assert all(len(block) <= max(at_once, 29) for block in blocks)
    assert sorted(map(tuple, np.concatenate(blocks).tolist())) == list(itertools.combinations(range(30), 2))
