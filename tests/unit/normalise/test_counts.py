from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise.counts import paragraph_count, word_count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("– … - -- '", 0),
        ("– Ja, sa hun.", 3),
        ("IS-krigerne og it's i TV 2", 6),
        ("'sitat' (parentes) og/eller", 4),
        ("Łódź – и-и Řím", 3),
        ("10 000 kroner", 3),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    assert word_count(text) == words


@given(st.text(alphabet="aå0_-'’ .\n–«»éß½"))
def test_count_does_not_depend_on_the_alphabet_of_the_rest(text: str) -> None:
    assert word_count(f"{text} ab") == word_count(f"{text} řb")


def test_a_long_rule_of_dashes_takes_linear_time() -> None:
    assert word_count("-" * 2_000_000 + " ja " + "-" * 2_000_000) == 1


@pytest.mark.parametrize(("text", "paragraphs"), [("", 0), ("En.", 1), ("En.\n\nTo\nlinjer.\n\nTre.", 3)])
def test_paragraphs_are_counted(text: str, paragraphs: int) -> None:
    assert paragraph_count(text) == paragraphs
