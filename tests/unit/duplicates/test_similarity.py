from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.duplicates import NEAR, similarity
from tests.unit.duplicates.stories import edited, story

WORDS = st.lists(st.sampled_from("abcd"), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0.0),
        ("ja", "ja", 1.0),
        ("ja", "nei", 0.0),
        ("", "en to tre fire fem", 0.0),
        ("en to tre fire fem", "en to tre fire fem", 1.0),
        ("en to tre fire fem", "en to tre fire fem seks", 1 / 2),
        ("en to tre fire fem seks sju", "to tre fire fem seks sju åtte", 2 / 4),
        ("en to tre fire fem", "fem fire tre to en", 0.0),
        ("a a a a a a a a", "a a a a a", 1.0),
    ],
)
def test_similarity(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == expected


def reference(one: str, other: str) -> float:
    a, b = ({tuple(w[i : i + 5]) for i in range(len(w) - 4)} for w in (one.split(), other.split()))
    if one == other:
        return float(bool(one))
    return len(a & b) / len(a | b) if a | b else 0.0


@given(WORDS, WORDS)
def test_similarity_is_the_share_of_common_shingles_either_way_round(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one) == reference(one, other)


@pytest.mark.parametrize("place", [0, 2, 4, 10, 19, 23])
def test_one_changed_word_in_the_shortest_text_with_a_sketch_is_a_near_copy(place: int) -> None:
    words = story(3, words=24).split(" ")
    changed = [*words[:place], "annet", *words[place + 1 :]]
    assert similarity(" ".join(words), " ".join(changed)) >= NEAR


def test_longer_versions_are_near_copies_and_other_stories_are_not() -> None:
    text = story(1)
    assert similarity(text, f"{text} {story(2, words=60)}") >= NEAR
    assert similarity(text, edited(text, changed=15)) >= NEAR
    assert similarity(text, edited(text, changed=60)) < NEAR
    assert similarity(text, story(2)) == 0
