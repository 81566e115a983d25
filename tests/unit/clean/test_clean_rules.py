from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st

from pipeline.clean import RULE_NAMES, RULES, Rule, clean_text, describe
from pipeline.clean.rules import CHARACTER_RULES, in_order, plain

EXAMPLES = [
    pytest.param(rule, before, after, id=f"{rule.name}-{i}")
    for rule in RULES
    for i, (before, after) in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "before", "after"), EXAMPLES)
def test_rule_does_what_its_example_says(rule: Rule, before: str, after: str) -> None:
    assert rule.suspects(before)
    assert rule.apply(before) == after


@pytest.mark.parametrize(("rule", "before", "after"), EXAMPLES)
def test_repaired_example_is_left_alone(rule: Rule, before: str, after: str) -> None:
    if not rule.once:
        assert rule.apply(after) == after


@pytest.mark.parametrize(("rule", "before", "after"), EXAMPLES)
def test_example_names_its_rule_in_a_whole_cleaning(rule: Rule, before: str, after: str) -> None:
    text = before if rule.paragraphs else f"Først.\n\n{before}\n\nSist."
    assert rule.name in clean_text(text, title=rule.title).rules


def test_order_is_the_one_that_keeps_continuation_bytes() -> None:
    assert RULE_NAMES == (
        "encoding",
        "entities",
        "mojibake",
        "line_endings",
        "control_characters",
        "zero_width",
        "soft_hyphens",
        "nfc",
        "escapes",
        "spaces",
        "paragraphs",
        "advertising",
        "read_also",
        "sharing",
        "newsletters",
        "cookies",
        "comments",
        "agency_slugs",
        "photo_credits",
        "publication_lines",
        "update_notices",
        "read_on",
        "paywall",
        "repeated_title",
        "repeated_paragraphs",
        "recurring_paragraphs",
    )


def test_names_are_put_in_the_order_of_the_registry() -> None:
    assert in_order(["spaces", "own", "escapes", "encoding", "spaces"]) == (
        "encoding",
        "escapes",
        "spaces",
        "own",
    )


def test_description_has_a_row_for_each_example_and_for_what_other_stages_do() -> None:
    examples = itertools.chain.from_iterable([rule.name] * len(rule.examples) for rule in RULES)
    assert [row[0] for row in describe()] == ["encoding", *examples, "recurring_paragraphs"]


NORDIC = st.text(alphabet="aeÅåÆæØøÃÂéÉÖßð«»–“”…§·°½€²´&#;l \n,.\\\xa0\xad\u030a")


@given(st.one_of(NORDIC, st.text()))
def test_plain_text_needs_no_character_rule(text: str) -> None:
    if plain(text):
        assert [rule.name for rule in CHARACTER_RULES if rule.suspects(text)] == []


@given(st.one_of(NORDIC, st.text()), st.sampled_from(RULES))
def test_detector_never_misses_what_the_rule_would_change(text: str, rule: Rule) -> None:
    if not rule.suspects(text):
        assert rule.apply(text) == text
