"""The quality report: complete, plain and the same bytes every time."""

from __future__ import annotations

import random

import orjson
from validate_inputs import article, facts

from pipeline.article import Article, to_table
from pipeline.validate import (
    ROW_SUITE,
    Failure,
    Profile,
    check_partitions,
    check_rows,
    gate_suite,
    load_thresholds,
    quality_report,
    suite_version,
)

ROWS = [article(article_id=f"{i:032x}", language=None if i % 2 else "nb", url=f"side-{i}") for i in range(50)]
ROWS.append(article(article_id="x"))
FACTS = facts(quarantined=1, language_known=10)


def report(rows: list[Article]) -> bytes:
    gate = check_partitions([FACTS])[FACTS.period]
    return orjson.dumps(quality_report(FACTS.period, check_rows(to_table(rows)), facts=FACTS, gate=gate))


def test_the_same_rows_in_any_order_give_the_same_bytes() -> None:
    shuffled = random.Random(7).sample(ROWS, k=len(ROWS))
    assert report(ROWS) == report(shuffled)


def test_a_period_reported_from_a_batch_is_reported_as_if_alone() -> None:
    others = [article(published="2018", published_at=None, url="x", text="</p>") for _ in range(3)]
    batch = check_rows(to_table([*others, *ROWS, *others]))
    cut = quality_report(FACTS.period, batch.select(range(3, 3 + len(ROWS))), facts=FACTS, gate=[])
    assert cut == quality_report(FACTS.period, check_rows(to_table(ROWS)), facts=FACTS, gate=[])


def test_a_report_says_what_was_expected_found_and_judged() -> None:
    quality = orjson.loads(report(ROWS))
    assert quality["period"] == "2019-02-06"
    assert quality["suite_version"] == suite_version()
    assert quality["published"] is False
    assert {k: v for k, v in quality["rows"].items() if k != "expectations"} == {
        "evaluated": 51,
        "quarantined": 1,
        "with_warnings": 50,
    }
    rows = {e["name"]: e for e in quality["rows"]["expectations"]}
    assert list(rows) == [e.name for e in ROW_SUITE]
    assert rows["article_id_well_formed"] == {
        "name": "article_id_well_formed",
        "severity": "critical",
        "expects": r"expect_column_values_to_match_regex(article_id, regex='\\A[0-9a-f]{32}\\Z')",
        "evaluated": 51,
        "unexpected": 1,
        "examples": [{"article_id": "x", "reason": "the article_id 'x' is not 32 hex digits"}],
    }
    examples = [e["article_id"] for e in rows["url_is_http"]["examples"]]
    assert rows["url_is_http"]["unexpected"] == 50
    assert examples == sorted(examples)
    assert len(examples) == 20

    partition = {e["name"]: e for e in quality["partition"]["expectations"]}
    assert list(partition) == [e.name for e in gate_suite(load_thresholds().partition)]
    assert partition["unknown_language_share"] == {
        "name": "unknown_language_share",
        "severity": "critical",
        "expects": "expect_column_values_to_be_between(judged_unknown_language_share, max_value=0.8)",
        "observed": 0.9,
        "threshold": {"at_most": 0.8},
        "judged": True,
        "success": False,
        "reason": "the language of 90 of 100 rows is not known (more than 80%)",
    }
    assert partition["median_words"]["threshold"] == {"at_least": 10, "at_most": 10_000}
    assert [e["name"] for e in partition.values() if not e["success"]] == ["unknown_language_share"]


def test_a_small_partition_is_observed_but_not_judged() -> None:
    few = facts(rows=1, unique_article_ids=1, language_known=1, quarantined=2)
    quality = quality_report(few.period, check_rows(to_table([article()])), facts=few, gate=[])
    [share] = [e for e in quality["partition"]["expectations"] if e["name"] == "quarantined_share"]
    assert (share["observed"], share["judged"], share["success"]) == (2 / 3, False, True)


def test_what_sources_are_compared_by_is_told_for_each_of_them() -> None:
    usual = Profile(rows=40, median_words=300.0, languages={"nb": 40})
    twice = Profile(rows=80, median_words=300.0, languages={"nb": 80})
    day = facts(sources={"a": usual, "b": twice, "c": usual}, past=[{"a": usual, "b": usual}] * 4)
    gate = check_partitions([day])[day.period]
    quality = quality_report(day.period, check_rows(to_table([article()])), facts=day, gate=gate)
    found = {e["name"]: e for e in quality["partition"]["expectations"]}
    assert found["volume_not_high"] == {
        "name": "volume_not_high",
        "severity": "critical",
        "expects": "expect_column_pair_values_a_to_be_greater_than_b(column_A='most_articles', "
        "column_B='judged_high_articles')",
        "observed": {"a": 40, "b": 80},
        "threshold": {"at_most": {"a": 76.0, "b": 76.0}},
        "judged": True,
        "success": False,
        "reason": "'b' has 80 articles, usual on this day of the week are 40 (at most 76 are expected)",
    }
    assert found["volume_not_low"]["judged"] is False  # the day is not over
    assert found["language_mix"]["observed"] == {"a": 0.0, "b": 0.0}


def test_what_somebody_decided_stands_among_the_reasons() -> None:
    kept = Failure(expectation="kept", severity="critical", sentence="kari decided so")
    quality = quality_report("2019-02-06", check_rows(to_table([article()])), facts=facts(), gate=[kept])
    last = quality["partition"]["expectations"][-1]
    assert (last["name"], last["success"], last["reason"]) == ("kept", False, "kari decided so")


def test_what_is_only_counted_is_counted() -> None:
    rows = check_rows(to_table([article(title=None, authors=[]), article(published_at=None), article()]))
    assert rows.failures == ((), (), ())
    quality = quality_report("2019-02-06", rows, facts=facts(), gate=[])
    counted = {e["name"]: e["unexpected"] for e in quality["rows"]["expectations"] if e["severity"] == "info"}
    assert counted == {"title_known": 1, "address_known": 0, "authors_known": 1, "instant_known": 1}
    assert quality["rows"]["with_warnings"] == 0
