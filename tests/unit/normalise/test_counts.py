from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from pipeline.normalise.counts import MIN_WORDS_FOR_LIX, Counts, count_each, paragraph_count
from pipeline.normalise.single_bytes import single_bytes


def counts(*texts: str) -> list[Counts]:
    return count_each(texts, list(map(single_bytes, texts)))


def word_count(text: str) -> int:
    return counts(text)[0].words


def words_and_lix(text: str) -> tuple[int, float | None]:
    return counts(text)[0].words, counts(text)[0].lix


def defined(text: str) -> Counts:
    """The counts as they are defined, found one character after the other."""
    words = re.findall(r"[\w'’-]+", text)
    words = [joined for word in words if (joined := re.sub(r"['’-]", "", word))]
    long_words = sum(len(word) >= 7 and word[:7].isalpha() for word in words)
    shape = re.sub(r"[^\w.!?:…\n]", "", text)
    shape = "".join("A" if c.isupper() and c.isalpha() else "a" if c.isalpha() else c for c in shape)
    shape = re.sub("[.!?:…]", ".", shape)
    ends = shape.count(".A") + shape.count(".\nA") - shape.count("aA.A")
    paragraphs = paragraph_count(text)
    lix = None
    if len(words) >= MIN_WORDS_FOR_LIX:
        lix = round(len(words) / (paragraphs + ends) + 100 * long_words / len(words), 1)
    return Counts(len(words), paragraphs, lix)


ANYTHING = st.text(alphabet="aÅbcdefgh0_-'’ .!:\n–«»éß½\x85ŁłЁ…\u200b日²ªŸ")


@given(st.lists(ANYTHING, max_size=5), st.integers(1, 60))
def test_texts_are_counted_as_defined_whatever_stands_beside_them(texts: list[str], times: int) -> None:
    texts = [text * times for text in texts]
    assert counts(*texts) == list(map(defined, texts))


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


SHORT = "Hun ser en bil. "  # four words, none of them long
LONG = "Ordføreren åpner utstillingen idag. "  # four words, two of them long


@pytest.mark.parametrize(
    ("text", "lix"),
    [
        (SHORT * 25, 4.0),
        (LONG * 25, 54.0),
        ((SHORT + LONG) * 20, 29.0),
        (SHORT * 24 + "Hun ser en", None),  # 99 words
        ("Hun ser en bil! " * 25, 4.0),
        ("Hun ser en bil … " * 25, 4.0),
        # a paragraph is a sentence, with or without its mark
        ("Hun ser en bil\n\n" * 24 + "Hun ser en bil", 4.0),
        ("Hun ser en bil.\n\n" * 24 + "Hun ser en bil.", 4.0),
        ("Hun ser en bil.\n" * 24 + "Hun ser en bil.", 4.0),
        # marks within a sentence
        ("Hun så bl.a. kl. 10.11 " * 25, 175.0),
        ("Ola N. Hansen ser. " * 25, 4.0),
        ("Hun er i NTB. " * 25, 4.0),
        ("– Hun ser «en bil.» " * 25, 4.0),
        ("«Hun ser en bil?» " * 25, 4.0),
        # what joins is no letter, and neither is a digit
        ("En F-16-jager ser. " * 34, 3.0),
        ("EU-landene ser en bil. " * 25, 29.0),
        ("I 1234567 ser en. " * 25, 4.0),
        # of any alphabet
        ("Она видит машину здесь. " * 25, 4.0),
        ("Председатель открывает выставку здесь. " * 25, 79.0),
        ("Łódź widzi jeden samochód. " * 25, 29.0),
    ],
)
def test_lix_is_words_per_sentence_and_the_share_of_long_words(text: str, lix: float | None) -> None:
    assert words_and_lix(text) == (word_count(text), lix)


@given(st.text(), st.integers(0, 80))
def test_any_text_has_a_sensible_lix(text: str, times: int) -> None:
    words, lix = words_and_lix(f"{text} " * times)
    assert words == word_count(f"{text} " * times)
    assert (lix is None) == (words < MIN_WORDS_FOR_LIX)
    assert lix is None or 0 < lix <= words + 100


@given(st.text(alphabet="aÅbcdefgh0_-'’ .!:\n–«»éß½A"))
def test_lix_does_not_depend_on_the_alphabet_of_the_rest(text: str) -> None:
    rest = f"{text} " * 100
    assert words_and_lix(f"ab {rest}") == words_and_lix(f"řb {rest}")
