from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings, strategies as st

from pipeline.duplicates import NEAR, candidate_pairs, connected, similarity
from tests.unit.duplicates.stories import edited, story, table

TEXTS = [
    edited(story(number), changed=changed, seed=seed) if changed else story(number)
    for number in range(3)
    for seed, changed in enumerate((0, 6, 12, 18, 24, 30))
] + [story(7, words=8), "", story(8, words=24)]
SKETCHES = table(TEXTS)
DAYS = np.array([random.Random(i).randrange(12) for i in range(len(TEXTS))])


def by_pairs(chosen: list[int], days: np.ndarray, reach: int | None) -> list[int]:
    """Components in the plainest way: every pair, until nothing changes."""
    near = [
        (i, j)
        for i, j in candidate_pairs(SKETCHES[chosen], days=days, reach=reach).tolist()
        if similarity(TEXTS[chosen[i]], TEXTS[chosen[j]]) >= NEAR
    ]
    labels = list(range(len(chosen)))
    while True:
        before = labels[:]
        for i, j in near:
            labels[i] = labels[j] = min(labels[i], labels[j])
        if labels == before:
            return labels


@settings(deadline=None)
@given(
    st.lists(st.integers(0, len(TEXTS) - 1), max_size=30),
    st.none() | st.integers(0, 6),
)
def test_rows_are_of_one_cluster_when_near_copies_lead_from_one_to_the_other(
    chosen: list[int], reach: int | None
) -> None:
    days = DAYS[chosen]

    def is_near(one: int, other: int) -> bool:
        return similarity(TEXTS[chosen[one]], TEXTS[chosen[other]]) >= NEAR

    labels = connected(SKETCHES[chosen], is_near, days=days, reach=reach)
    assert labels.tolist() == by_pairs(chosen, days, reach)


@settings(deadline=None)
@given(st.permutations(range(len(TEXTS))))
def test_clusters_do_not_depend_on_the_order(order: list[int]) -> None:
    def clusters(rows: list[int]) -> set[frozenset[int]]:
        labels = connected(
            SKETCHES[rows], lambda i, j: similarity(TEXTS[rows[i]], TEXTS[rows[j]]) >= NEAR
        ).tolist()
        return {frozenset(r for r, own in zip(rows, labels, strict=True) if own == one) for one in labels}

    assert clusters(order) == clusters(list(range(len(TEXTS))))


def test_no_pair_is_looked_at_twice_nor_one_that_hangs_together() -> None:
    base = story(1, words=200)
    texts = [f"{base} {story(100 + i, words=12)}" for i in range(400)]
    looked: list[tuple[int, int]] = []

    def is_near(one: int, other: int) -> bool:
        looked.append((one, other))
        return similarity(texts[one], texts[other]) >= NEAR

    assert set(connected(table(texts), is_near).tolist()) == {0}
    assert len(looked) == 399

    looked.clear()
    nothing = connected(table(texts[:40]), lambda i, j: bool(looked.append((i, j))))  # type: ignore[func-returns-value]
    assert nothing.tolist() == list(range(40))
    assert len(looked) == len(set(looked)) == 40 * 39 // 2


def test_rows_known_to_be_the_same_hang_together() -> None:
    sketches = np.zeros((6, 128), np.uint16)
    labels = connected(sketches, lambda i, j: False, same=[(4, 2), (5, 4), (1, 0)])
    assert labels.tolist() == [0, 0, 2, 3, 2, 2]


def test_no_rows_have_no_clusters() -> None:
    assert connected(SKETCHES[:0], lambda i, j: True).tolist() == []
