"""The suite of the gate: what is expected of a period as a whole, and of every source's part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pipeline.validate.expectation import (
    ABSENT,
    AT_LEAST,
    BETWEEN,
    CRITICAL,
    Expectation,
    at_least,
    at_most,
)

if TYPE_CHECKING:
    from pipeline.validate.thresholds import PartitionThresholds

DAYS_AHEAD: Final = 1
"""East of Greenwich it is tomorrow already: up to UTC+14."""


def gate_suite(thresholds: PartitionThresholds) -> tuple[Expectation, ...]:
    """Every expectation of the gate, with the thresholds of a period; those of sources stand in the facts."""
    return (*_partition_suite(thresholds), *SOURCE_SUITE)


def _partition_suite(t: PartitionThresholds) -> tuple[Expectation, ...]:
    return (
        Expectation(
            name="unique_article_ids",
            severity=CRITICAL,
            sentence="{repeated_ids} of {rows} rows repeat the article_id of another",
            doc="One article, one row (G8): assemble did not merge what it should have.",
            type=BETWEEN,
            column="repeated_ids",
            parameters={"max_value": 0},
        ),
        Expectation(
            name="rows_of_this_period",
            severity=CRITICAL,
            sentence="{other_period_rows} of {rows} rows belong to another period",
            doc="The partition column is told from the object's name: a stray row would change its date.",
            type=BETWEEN,
            column="other_period_rows",
            parameters={"max_value": 0},
        ),
        Expectation(
            name="schema_as_declared",
            severity=CRITICAL,
            sentence="its columns are not those of the schema: {other_columns}",
            doc="Readers rely on the schema: names, types, and what is never null.",
            type=ABSENT,
            column="other_columns",
        ),
        Expectation(
            name="period_not_in_future",
            severity=CRITICAL,
            sentence="the period begins {days_ahead} days after the latest of its captures",
            doc="Nothing is captured before it is published: a year was mistyped, or guessed, for many.",
            type=BETWEEN,
            column="judged_days_ahead",
            parameters={"max_value": DAYS_AHEAD},
            observed="days_ahead",
        ),
        Expectation(
            name="quarantined_share",
            severity=CRITICAL,
            sentence="{quarantined} of {candidates} rows are quarantined "
            f"(more than {t.max_quarantined_share:.0%})",
            doc="A source or a rule broke. `undated` is not judged: all unreadable dates gather there.",
            type=BETWEEN,
            column="judged_quarantined_share",
            parameters={"max_value": t.max_quarantined_share},
            observed="quarantined_share",
        ),
        Expectation(
            name="unknown_language_share",
            severity=CRITICAL,
            sentence="the language of {language_unknown} of {rows} rows is not known "
            f"(more than {t.max_unknown_language_share:.0%})",
            doc="Language detection fails for most when the text is damaged or is no text.",
            type=BETWEEN,
            column="judged_unknown_language_share",
            parameters={"max_value": t.max_unknown_language_share},
            observed="unknown_language_share",
        ),
        Expectation(
            name="duplicate_share",
            severity=CRITICAL,
            sentence="{duplicates} of {rows} rows are copies of another "
            f"(more than {t.max_duplicate_share:.0%})",
            doc="The same page was taken for many articles.",
            type=BETWEEN,
            column="judged_duplicate_share",
            parameters={"max_value": t.max_duplicate_share},
            observed="duplicate_share",
        ),
        Expectation(
            name="median_words",
            severity=CRITICAL,
            sentence="the median of {rows} rows is {median_words} words, "
            f"not between {t.min_median_words:g} and {t.max_median_words:g}",
            doc="Bodies were lost, or records are no longer cut into articles.",
            type=BETWEEN,
            column="judged_median_words",
            parameters={"min_value": t.min_median_words, "max_value": t.max_median_words},
            observed="median_words",
        ),
    )


SOURCE_SUITE: Final[tuple[Expectation, ...]] = (
    Expectation(
        name="source_present",
        severity=CRITICAL,
        sentence="{source} has no article, usual on this day of the week are {usual_articles}",
        doc="A source vanished: it was not asked, does not answer, or is read wrongly.",
        type=ABSENT,
        column="missed_articles",
    ),
    Expectation(
        name="volume_not_low",
        severity=CRITICAL,
        sentence="{source} has {articles} articles, usual on this day of the week are {usual_articles} "
        "(at least {least_articles} are expected)",
        doc="It broke off, or most of its articles came under another date.",
        type=AT_LEAST,
        column="judged_low_articles",
        parameters=at_least("judged_low_articles", "least_articles"),
        observed="articles",
        bound="least_articles",
    ),
    Expectation(
        name="volume_not_high",
        severity=CRITICAL,
        sentence="{source} has {articles} articles, usual on this day of the week are {usual_articles} "
        "(at most {most_articles} are expected)",
        doc="It came twice under other addresses, or its archive came with today's date.",
        type=AT_LEAST,
        column="judged_high_articles",
        parameters=at_most("judged_high_articles", "most_articles"),
        observed="articles",
        bound="most_articles",
    ),
    Expectation(
        name="columns_filled",
        severity=CRITICAL,
        sentence="{missing_share:.0%} of the articles of {source} have no {missing_column:s}, "
        "usually {usual_missing_share:.0%}",
        doc="Its pages changed, and a column is no longer found on them.",
        type=AT_LEAST,
        column="missing_rise",
        parameters=at_most("missing_rise", "max_missing_rise"),
        bound="max_missing_rise",
    ),
    Expectation(
        name="language_mix",
        severity=CRITICAL,
        sentence="{language_shift:.0%} of the articles of {source} are in another language than usual: "
        "{languages:s} instead of {usual_languages:s}",
        doc="A translation, another edition, or another site under the same address.",
        type=AT_LEAST,
        column="language_shift",
        parameters=at_most("language_shift", "max_language_shift"),
        bound="max_language_shift",
    ),
    Expectation(
        name="length_as_usual",
        severity=CRITICAL,
        sentence="half of the articles of {source} have fewer than {source_median_words} words, usual are "
        "{usual_median_words}",
        doc="Teasers in the place of articles, or whole pages with all that stands around.",
        type=AT_LEAST,
        column="length_change",
        parameters=at_most("length_change", "max_length_change"),
        bound="max_length_change",
    ),
)
"""Judged against the same source on the same day of the week in the weeks before."""
