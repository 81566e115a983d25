"""The gate: what closes it, what just does not, and what small partitions are spared."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from validate_inputs import article, facts

from pipeline.article import to_table
from pipeline.errors import ValidationError
from pipeline.validate import (
    Expectation,
    PartitionFacts,
    Profile,
    check_partitions,
    gate_suite,
    load_thresholds,
    partition_facts,
)


def profile(rows: int, **changes: Any) -> Profile:
    """A source's part of a day, as usual."""
    fields: dict[str, Any] = {
        "median_words": 300.0,
        "languages": {"nb": rows * 9 // 10, "nn": rows - rows * 9 // 10},
        "missing": {"title": rows // 10, "lead": rows},
    }
    return Profile(rows=rows, **fields | changes)


CLOSED: dict[str, tuple[dict[str, Any], str]] = {
    "unique_article_ids": ({"unique_article_ids": 99}, "1 of 100 rows repeat the article_id of another"),
    "rows_of_this_period": ({"other_period_rows": 1}, "1 of 100 rows belong to another period"),
    "schema_as_declared": ({"other_columns": "title"}, "its columns are not those of the schema: 'title'"),
    "period_not_in_future": (
        {"days_ahead": 2},
        "the period begins 2 days after the latest of its captures",
    ),
    "quarantined_share": (
        {"rows": 40, "unique_article_ids": 40, "language_known": 40, "quarantined": 60},
        "60 of 100 rows are quarantined (more than 50%)",
    ),
    "unknown_language_share": (
        {"language_known": 19},
        "the language of 81 of 100 rows is not known (more than 80%)",
    ),
    "duplicate_share": (
        {"published": 19, "duplicates": 81},
        "81 of 100 rows are copies of another (more than 80%)",
    ),
    "median_words": (
        {"median_words": 9.5},
        "the median of 100 rows is 9.5 words, not between 10 and 10000",
    ),
    "source_present": (
        {"sources": {}, "over": True},
        "'a' has no article, usual on this day of the week are 40",
    ),
    "volume_not_low": (
        {"sources": {"a": profile(11)}, "over": True},
        "'a' has 11 articles, usual on this day of the week are 40 (at least 12 are expected)",
    ),
    "volume_not_high": (
        {"sources": {"a": profile(77)}},
        "'a' has 77 articles, usual on this day of the week are 40 (at most 76 are expected)",
    ),
    "columns_filled": (
        {"sources": {"a": profile(40, missing={"title": 20, "lead": 40})}},
        "50% of the articles of 'a' have no title, usually 10%",
    ),
    "language_mix": (
        {"sources": {"a": profile(40, languages={"nb": 10, "en": 30})}},
        "75% of the articles of 'a' are in another language than usual: "
        "en 75%, nb 25% instead of nb 90%, nn 10%",
    ),
    "length_as_usual": (
        {"sources": {"a": profile(40, median_words=99.0)}},
        "half of the articles of 'a' have fewer than 99 words, usual are 300",
    ),
}


PAST = [{"a": profile(40)}] * 4


def compared(**changes: Any) -> PartitionFacts:
    return facts(**{"sources": {"a": profile(40)}, "past": PAST} | changes)


def test_every_partition_expectation_closes_the_gate_alone() -> None:
    periods = {name: f"2019-02-{day:02d}" for day, name in enumerate(CLOSED, 1)}
    gate = check_partitions(
        [compared(period=periods[name], **changes) for name, (changes, _) in CLOSED.items()]
    )
    assert {p: [(f.expectation, f.sentence) for f in failures] for p, failures in gate.items()} == {
        periods[e.name]: [(e.name, CLOSED[e.name][1])] for e in gate_suite(load_thresholds().partition)
    }


OPEN: list[dict[str, Any]] = [
    {},
    {"quarantined": 100},  # half of the candidates
    {"language_known": 20},
    {"published": 20, "duplicates": 80},
    {"median_words": 10.0},
    {"median_words": 10_000.0},
    {"rejected": 100_000, "superseded": 100_000},  # what is no row does not count
    {"days_ahead": 1},
    {"sources": {}},  # the day is not over
    {"sources": {"a": profile(1)}},
    {"sources": {"a": profile(12)}, "over": True},
    {"sources": {"a": profile(76)}},
    {"sources": {"a": profile(40, missing={"title": 15, "lead": 40})}},
    {"sources": {"a": profile(40, languages={"nb": 16, "en": 20, "nn": 4})}},
    {"sources": {"a": profile(40, languages={})}},  # what is not known is no other language
    {"sources": {"a": profile(40, median_words=100.0)}},
    {"sources": {"a": profile(40, median_words=900.0)}},
    {"sources": {"a": profile(40), "b": profile(1_000)}},  # new
    {"past": PAST[:2], "sources": {"a": profile(400)}},  # too few weeks
    {"past": [*PAST[:2], None, None], "sources": {"a": profile(400)}},
    {"past": [{"a": profile(9)}] * 8, "sources": {}, "over": True},  # too few articles
    {"past": [{"documents": profile(40)}] * 8, "sources": {}, "over": True},  # not compared
]


def test_the_gate_is_open_at_the_edge() -> None:
    at_the_edge = [compared(period=str(2000 + i), **changes) for i, changes in enumerate(OPEN)]
    assert check_partitions(at_the_edge) == {f.period: [] for f in at_the_edge}


def test_unreadable_dates_gather_in_undated_without_closing_it() -> None:
    assert check_partitions([facts(period="undated", quarantined=10_000)]) == {"undated": []}


def small(rows: int, **changes: Any) -> PartitionFacts:
    return facts(**{"rows": rows, "unique_article_ids": rows, "language_known": rows} | changes)


FEW: list[tuple[PartitionFacts, list[str]]] = [
    (small(1, quarantined=2), []),
    (small(0, quarantined=19, median_words=None), []),
    (small(0, quarantined=20, median_words=None), ["quarantined_share"]),
    (small(0, median_words=None), []),
    (small(19, language_known=0, duplicates=18, median_words=1.0), []),
    (
        small(20, language_known=0, duplicates=19, median_words=1.0),
        ["unknown_language_share", "duplicate_share", "median_words"],
    ),
    (small(2, unique_article_ids=1), ["unique_article_ids"]),  # never right, however few
]


def test_shares_are_judged_from_twenty_rows_on() -> None:
    few = [dataclasses.replace(one, period=str(2000 + i)) for i, (one, _) in enumerate(FEW)]
    gate = check_partitions(few)
    assert [[f.expectation for f in gate[one.period]] for one in few] == [closed for _, closed in FEW]


def test_a_period_is_judged_the_same_alone_and_among_others() -> None:
    many = [
        facts(
            period=f"{1900 + i}",
            quarantined=i * 3,
            language_known=i % 100,
            median_words=float(i) if i else None,
        )
        for i in range(120)
    ]
    together = check_partitions(many)
    assert list(together) == [f.period for f in many]
    for one in many[::17]:
        assert check_partitions([one]) == {one.period: together[one.period]}


def test_no_periods_are_no_failures() -> None:
    assert check_partitions([]) == {}


def test_a_period_given_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="every period once"):
        check_partitions([facts(), facts()])


def test_a_partition_expectation_that_raises_is_our_error() -> None:
    bad = Expectation(
        name="broken", severity="critical", sentence="", doc="", column="rows", type="expect_nothing_known"
    )
    with pytest.raises(ValidationError, match="broken"):
        check_partitions([facts()], suite=[bad])


def test_facts_of_a_partition_are_counted_from_its_rows() -> None:
    rows = [
        article(article_id="0" * 32, word_count=10),
        article(article_id="1" * 32, word_count=20, duplicate_of="0" * 32, language=None),
        article(article_id="1" * 32, word_count=60, published="2019-02"),
    ]
    later = article(captured_at=dt.datetime(2019, 2, 7, tzinfo=dt.UTC))
    assert partition_facts(
        "2019-02-06", to_table(rows), quarantined=to_table([later] * 4), superseded=5, rejected=6, past=PAST
    ) == PartitionFacts(
        period="2019-02-06",
        rows=3,
        published=2,
        duplicates=1,
        superseded=5,
        quarantined=4,
        rejected=6,
        unique_article_ids=2,
        other_period_rows=1,
        language_known=2,
        median_words=20.0,
        days_ahead=-1,
        over=True,
        sources={
            "fjordposten": Profile(
                rows=3, median_words=20.0, languages={"nb": 2}, missing={"lead": 3, "section": 3}
            )
        },
        past=PAST,
    )


def test_a_partition_without_rows_has_no_median_and_no_sources() -> None:
    found = partition_facts("2019", to_table([]), quarantined=to_table([]), superseded=0, rejected=0)
    assert (found.median_words, found.sources, found.days_ahead, found.over) == (None, {}, None, False)


@pytest.mark.parametrize(
    ("period", "captured", "days_ahead", "over"),
    [
        ("2019-02-06", "2019-02-06T23:59:59", 0, False),
        ("2019-02-06", "2019-02-07T00:00:00", -1, True),
        ("2019-02-06", "2019-02-01T00:00:00", 5, False),
        ("2019-02", "2019-02-28T23:00:00", -27, False),
        ("2019", "2020-01-01T00:00:00", -365, True),
        ("undated", "2020-01-01T00:00:00", None, False),
    ],
)
def test_a_period_is_over_once_something_was_captured_after_it(
    period: str, captured: str, days_ahead: int | None, over: bool
) -> None:
    at = dt.datetime.fromisoformat(captured).replace(tzinfo=dt.UTC)
    rows = to_table([article(published=period, captured_at=at)])
    found = partition_facts(period, rows, quarantined=rows.slice(0, 0), superseded=0, rejected=0)
    assert (found.days_ahead, found.over) == (days_ahead, over)


def test_another_schema_is_told_by_its_columns() -> None:
    rows = to_table([article()])
    other = rows.drop_columns(["lead"]).append_column("ingress", rows["lead"])
    found = partition_facts("2019-02-06", other.append_column("lead", rows["word_count"]),
                            quarantined=rows.slice(0, 0), superseded=0, rejected=0)  # fmt: skip
    assert found.other_columns == "lead, ingress"
