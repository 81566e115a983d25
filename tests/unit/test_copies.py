"""Copies among articles of a period and of the days around it."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.article import Article
from pipeline.assemble import Mark
from pipeline.normalise import measures_of
from tests.unit.copied import marks

NOON = dt.datetime(2024, 2, 1, 12, tzinfo=dt.UTC)
PROSE = (
    "kommunen ordføreren vedtok bygging ny skole fjorden lang debatt mange møter innbyggerne mening saken "
    "delt bygda forslaget kom tre år siden planen arbeid våren snøen borte veien åpen biler ferje kai vinter"
)
WORDS = PROSE.split()


def story(seed: int, *, changed: int = 0, words: int = 200) -> str:
    """A text of its own for each seed; `changed` words at its end are others."""
    rng, other = random.Random(seed), random.Random(-seed - 1)
    text = [rng.choice(WORDS) + str(rng.randrange(30)) for _ in range(words)]
    return " ".join(text[: words - changed] + [other.choice(WORDS) + "x" for _ in range(changed)])


def article(article_id: str, text: str, published: str = "2024-02-01", **fields: Any) -> Article:
    defaults: dict[str, Any] = {
        "source": "documents",
        "first_seen_at": NOON,
        "captured_at": NOON,
        "capture": f"captures/x/1-a.jsonl#{article_id}",
    }
    return Article(
        article_id=article_id, text=text, published=published, **(defaults | measures_of(text) | fields)
    )


def test_exact_copies_are_marked_and_the_first_published_stands_for_all() -> None:
    text = "Noe har hendt."
    rows = [
        article("a", text),
        article("b", text, published_at=NOON),
        article("c", text, published_at=NOON - dt.timedelta(hours=1)),
        article("d", "Noe annet."),
    ]
    assert marks(rows) == {"a": Mark("c", "c"), "b": Mark("c", "c"), "c": Mark(None, "c")}


def test_empty_articles_are_nobodys_copy() -> None:
    assert marks([article("a", ""), article("b", "")]) == {}


@pytest.mark.parametrize(
    ("changed", "is_copy"), [(0, True), (10, True), (40, True), (100, False), (200, False)]
)
def test_near_copies_share_most_of_their_text(changed: int, *, is_copy: bool) -> None:
    rows = [article("a", story(1)), article("b", story(1, changed=changed))]
    assert (marks(rows) == {"a": Mark(None, "a"), "b": Mark("a", "a")}) == is_copy


@pytest.mark.parametrize(
    ("there", "is_copy"),
    [
        ("2024-02-04", True),
        ("2024-02-05", False),
        ("2024-01-29", True),
        ("2024-02", True),
        ("2024", True),
        ("2023", False),
        ("undated", False),
    ],
)
def test_copies_are_looked_for_a_few_days_around(there: str, *, is_copy: bool) -> None:
    found = marks([article("a", story(1)), article("b", story(1, changed=5), published=there)], reach=3)
    assert bool(found) == is_copy


def test_the_day_decides_and_not_when_it_was_seen() -> None:
    late = {"first_seen_at": NOON - dt.timedelta(days=9)}
    found = marks([article("a", story(1), "2024-02-03", **late), article("b", story(1), "2024-02-02")])
    assert found == {"a": Mark("b", "b"), "b": Mark(None, "b")}


def test_an_article_in_quarantine_is_nobodys_original() -> None:
    rows = [
        article("a", story(1)),
        article("b", story(1), "2024-02-02"),
        article("c", story(1), "2024-02-03"),
    ]
    found = marks(rows, gone={"2024-02-01": {"a"}})
    assert found == {"b": Mark(None, "b"), "c": Mark("b", "b")}


def test_what_hangs_together_is_one_cluster() -> None:
    """The first and the last share too little; each shares enough with the one between."""
    words = story(1, words=300).split()
    rows = [
        article("a", " ".join(words[:200])),
        article("b", " ".join(words[40:240])),
        article("c", " ".join(words[80:280])),
    ]
    assert {mark.duplicate_cluster for mark in marks(rows).values()} == {"a"}
    assert marks([rows[0], rows[2]]) == {}


articles = st.lists(
    st.builds(
        article,
        article_id=st.uuids().map(str),
        text=st.builds(story, st.integers(0, 3), changed=st.sampled_from([0, 5, 20])),
        published=st.sampled_from([f"2024-02-0{d}" for d in range(1, 10)] + ["2024-02", "undated"]),
        published_at=st.sampled_from([None, NOON]),
    ),
    max_size=12,
    unique_by=lambda a: a.article_id,
)


@settings(max_examples=50)
@given(articles, st.randoms(use_true_random=False))
def test_no_order_matters_and_no_cluster_is_without_an_original(
    rows: list[Article], order: random.Random
) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)
    found = marks(rows)
    assert found == marks(shuffled)
    originals = {id_ for id_, mark in found.items() if mark.duplicate_of is None}
    assert all(originals for mark in found.values())
    assert {mark.duplicate_of for mark in found.values()} - {None} <= {row.article_id for row in rows}
