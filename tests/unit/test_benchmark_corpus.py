"""The articles that quality and speed are measured on: the same every time, and what they say they are."""

from __future__ import annotations

import itertools
import random
import re

import pytest
from hypothesis import given, strategies as st

from benchmarks import generated
from benchmarks.corpus import Rounds
from benchmarks.damage import BOILERPLATE, DAMAGES, TYPOGRAPHY

CLEAN = "Ordføreren sier, at «broen» åpner 6. mai.\n\nFiskerne på Måsøyra er ikke enige. Det blir møte."

DAMAGED = {
    "backslash": "Ordføreren sier\\, at",
    "crlf": "mai.\r\n\r\nFiskerne",
    "entities": "&laquo;broen&raquo; &aring;pner",
    "mojibake": "Â«broenÂ» Ã¥pner",
    "nfd": "a\u030apner",
    "softhyphen": "\xad",
    "nbsp": "\xa0",
    "zero_width": "\u200b",
    "control": "\x00",
    "mixed": "Â\xad",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_is_what_its_name_says(kind: str) -> None:
    assert DAMAGED[kind] in DAMAGES[kind](CLEAN, random.Random(1))


def test_boilerplate_stands_in_paragraphs_of_its_own() -> None:
    paragraphs = DAMAGES["boilerplate"](CLEAN, random.Random(1)).split("\n\n")
    added = [p for p in paragraphs if p in BOILERPLATE]
    assert added
    assert [p for p in paragraphs if p not in BOILERPLATE] == CLEAN.split("\n\n")


@given(st.integers(0, 10_000))
def test_an_article_follows_from_its_number(number: int) -> None:
    article = generated.article(number)
    assert article == generated.article(number)
    truth = article["truth"]
    assert (truth["clean"] is None) == (truth["noise"] == "none")
    assert truth["noise"] in {"none", *DAMAGES, *TYPOGRAPHY}


@given(st.integers(1, 10_000))
def test_a_copy_has_an_earlier_original_in_its_language(number: int) -> None:
    article = generated.article(number)
    original_id = article["truth"]["dup_of"]
    assert (original_id is not None) == (article["truth"]["kind"] in {"exact", "near"})
    if original_id is not None:
        original = generated.article(int(original_id[1:]))
        assert int(original_id[1:]) < number
        assert original["truth"]["kind"] == "base"
        assert original["truth"]["lang"] == article["truth"]["lang"]


def test_copies_resemble_their_originals_and_nothing_else() -> None:
    articles = [a for a in generated.articles(150) if a["truth"]["kind"] != "junk"]
    undamaged = [a for a in articles if a["truth"]["noise"] == "none"]
    for one, other in itertools.combinations(undamaged, 2):
        families = {a["truth"]["dup_of"] or a["id"] for a in (one, other)}
        likeness = jaccard(one["text"], other["text"])
        assert likeness > 0.65 if len(families) == 1 else likeness < 0.4


def test_further_rounds_of_a_corpus_keep_its_copies_and_share_no_text() -> None:
    articles = list(generated.articles(300))
    rounds = Rounds(articles)
    first, second = list(rounds.round(1)), list(rounds.round(2))
    assert first == list(rounds.round(1))
    together = [*articles, *first, *second]
    for field in ("id", "url"):
        assert len({a[field] for a in together}) == len(together)
    places = {a["id"]: place for place, a in enumerate(articles)}
    for before, after in zip(articles, first, strict=True):
        assert before["truth"] == after["truth"]
        if before["truth"]["kind"] == "exact" and before["truth"]["noise"] == "none":
            original = first[places[before["truth"]["dup_of"]]]
            if original["truth"]["noise"] == "none":
                assert after["text"] == original["text"]
    plain = [a["text"] for a in first[:30] + second[:30] if a["truth"]["kind"] == "base"]
    assert all(jaccard(one, other) < 0.4 for one, other in itertools.combinations(plain, 2))


def jaccard(one: str, other: str) -> float:
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[i:] for i in range(5)), strict=False))
