from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from pipeline.duplicates import SKETCH_BYTES, similarity, sketches
from pipeline.duplicates.shingles import shingles
from pipeline.normalise.identity import fold
from tests.unit.duplicates.stories import edited, story, table

PINNED = {
    "kommunen": (
        "Kommunen åpner den nye brua over elva fredag. Ordføreren klipper snora klokka tolv, og "
        "etterpå blir det kaffe på torget for alle som vil komme."
    ),
    "repeated": "Ja, nei, ja, nei. " * 12,
    "greek": "Ο δήμος ανοίγει τη νέα γέφυρα πάνω από το ποτάμι την Παρασκευή " * 2
    + "και μετά καφές για όλους.",
    "joined": "市議会は 新しい橋を 金曜日に 開通させる 予定だと 発表した 😀 " + " ".join(map(str, range(40))),
}
"""Lakes keep sketches of texts like these."""

PINNED_DIGESTS = {
    "kommunen": "8733cf8bbc3b4d56",
    "repeated": "713aed7b5f8b5f3e",
    "greek": "9c7fbf4ced72312b",
    "joined": "3204caf1e980099c",
}
"""SHA-256 of the sketch, its first 16 digits."""


def sketch(text: str) -> bytes | None:
    (found,) = sketches([fold(text)])
    return found


def test_sketches_never_change() -> None:
    found = {name: hashlib.sha256(sketch(text) or b"").hexdigest()[:16] for name, text in PINNED.items()}
    assert found == PINNED_DIGESTS
    assert (sketch(PINNED["kommunen"]) or b"")[:16].hex() == "042aca59d1ddf53701eb2b20190d2551"


def test_sketches_are_the_same_in_another_process_with_another_hash_seed() -> None:
    code = (
        "import json, sys; from pipeline.duplicates import sketches; "
        "print(json.dumps([s and s.hex() for s in sketches(json.load(sys.stdin))]))"
    )
    texts = [fold(text) for text in PINNED.values()]
    result = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(texts),
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(result.stdout) == [s and s.hex() for s in sketches(texts)]


@pytest.mark.parametrize(
    ("words", "has_sketch"), [(0, False), (1, False), (4, False), (23, False), (24, True), (25, True)]
)
def test_short_texts_have_no_sketch(words: int, has_sketch: bool) -> None:
    (found,) = sketches([story(1, words=words)])
    assert (found is not None) == has_sketch
    assert found is None or len(found) == SKETCH_BYTES


def test_nothing_has_no_sketches() -> None:
    assert sketches([]) == []
    assert sketches(["", ""]) == [None, None]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 90)), max_size=12))
def test_a_sketch_does_not_depend_on_the_texts_beside_it(made: list[tuple[int, int]]) -> None:
    texts = [story(number, words=words) for number, words in made]
    assert sketches(texts) == [sketches([text])[0] for text in texts]


def test_texts_of_any_size_are_sketched_alike() -> None:
    long = " ".join(story(number, words=400) for number in range(60))  # more than a window and a batch
    whole = shingles([long])
    assert len(whole.hashes) == long.count(" ") + 1 - 4
    halves = long.split(" ")
    middle = len(halves) // 2
    parts = shingles([" ".join(halves[: middle + 2]), " ".join(halves[middle - 2 :])])
    assert Counter(parts.hashes.tolist()) == Counter(whole.hashes.tolist())
    giant = "a" * 200_000
    (alone,) = sketches([f"{giant} {long}"])
    assert alone is not None
    assert alone == sketches(["ja", f"{giant} {long}", "nei"])[1]


def test_a_shingle_has_one_hash_wherever_it_stands() -> None:
    found = shingles(["en to tre fire fem", "x en to tre fire fem", "en to tre fire", "to tre fire fem en"])
    assert found.text.tolist() == [0, 1, 1, 3]
    assert found.hashes[0] == found.hashes[2]
    assert len(set(found.hashes.tolist())) == 3


def test_words_that_are_cut_elsewhere_are_other_shingles() -> None:
    found = shingles(["ab c d e f", "a bc d e f", "a b c d ef"])
    assert len(set(found.hashes.tolist())) == 3


@pytest.mark.parametrize("changed", [0, 3, 10, 25, 60])
def test_equal_slots_estimate_the_similarity(changed: int) -> None:
    estimates, truths = [], []
    for number in range(60):
        text = story(number)
        other = edited(text, changed=changed, seed=number) if changed else text
        one, two = table([text, other])
        estimates.append((one == two).mean())
        truths.append(similarity(text, other))
    assert np.mean(estimates) == pytest.approx(np.mean(truths), abs=0.02)
    assert max(abs(e - t) for e, t in zip(estimates, truths, strict=True)) < 0.16


def test_texts_of_few_different_shingles_are_compared_by_all_slots() -> None:
    one, same, other = table(["ja nei " * 30 + "ja", "ja nei " * 50 + "ja", "nei jo " * 30 + "nei"])
    assert (one == same).all()
    assert (one == other).mean() < 0.1


def reference(text: str) -> bytes:
    """The sketch of one text as it is defined, in plain integers."""
    mask = (1 << 64) - 1

    def mix(value: int) -> int:
        for _ in range(2):
            value = (value ^ (value >> 32)) * 0xD6E8FEB86659FD93 & mask
        return value ^ (value >> 32)

    words = text.split(" ")
    hashes = []
    for start in range(len(words) - 4):
        total = 0
        for position, byte in enumerate(" ".join(words[start : start + 5]).encode()):
            letter = mix((byte + 1) * 0xBF58476D1CE4E5B9 & mask)
            total += letter * pow(0x9E3779B97F4A7C15, position, 1 << 64)
        hashes.append(mix(total & mask))
    factors = [mix(number * 0x9E3779B97F4A7C15 & mask) | 1 for number in range(1, 257)]
    slots: dict[int, int] = {}
    for factor in factors[:128]:
        reached: dict[int, int] = {}
        for product in ((value * factor) & mask for value in hashes):
            slot, least = product >> 57, (product >> 25) & 0xFFFFFFFF
            reached[slot] = min(least, reached.get(slot, least))
        slots = reached | slots
    for slot in set(range(128)) - set(slots):
        slots[slot] = min(((value * factors[128 + slot] & mask) >> 25) & 0xFFFFFFFF for value in hashes)
    return b"".join((slots[slot] & 0xFFFF).to_bytes(2, "little") for slot in range(128))


@pytest.mark.parametrize(
    "text", [*map(fold, PINNED.values()), "ja " * 40 + "ja", story(1, words=24)], ids=range(len(PINNED) + 2)
)
def test_a_sketch_is_what_plain_integers_give(text: str) -> None:
    assert sketches([text]) == [reference(text)]
