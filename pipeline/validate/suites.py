"""The suite of rows: every expectation as data, with every threshold and its reason; and what is in force.

An expectation is one of Great Expectations', or one of ours (`expectations`), applied to a column of what
`facts` derives. Expectations ignore nulls there, except those that are about null: a fact that does not apply
to a row is null.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from pipeline.validate.expectation import (
    ABSENT,
    BETWEEN,
    CRITICAL,
    INFO,
    LENGTH,
    MATCHES,
    PRESENT,
    UNDAMAGED,
    WARNING,
    Expectation,
)
from pipeline.validate.gate import gate_suite
from pipeline.validate.thresholds import load_thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable

# --- thresholds of rows ---------------------------------------------------------------------------

FIRST_YEAR: Final = 1605
"""Johann Carolus' Relation (Strasbourg, 1605) is the first printed newspaper: there is no older news."""

DAYS_AHEAD: Final = 1
"""East of Greenwich it is tomorrow already: up to UTC+14."""

DAYS_APART: Final = 1
"""The period is the publisher's day, `published_at` is UTC: offsets move it by one day at most."""

SHORT_WORDS: Final = 20
"""Below this it is a caption, a teaser or a cut-off body; a short notice has more."""

LONG_WORDS: Final = 50_000
"""A long newspaper feature has 10,000 words; beyond this it is a book or a whole issue in one record."""

TITLE_CHARACTERS: Final = 500
"""The longest headlines have some 300 characters; beyond this a body stands in the place of the title."""

# `\Z` rather than `$`, which would let a line break pass at the end

ROW_SUITE: Final[tuple[Expectation, ...]] = (
    Expectation(
        name="required_columns",
        severity=CRITICAL,
        sentence="required and missing: {missing_columns}",
        doc="Readers rely on the schema: what it declares as never null is there in every row.",
        type=ABSENT,
        column="missing_columns",
    ),
    Expectation(
        name="article_id_well_formed",
        severity=CRITICAL,
        sentence="the article_id {article_id} is not 32 hex digits",
        doc="Revisions and duplicates are joined by it.",
        type=MATCHES,
        column="article_id",
        parameters={"regex": r"\A[0-9a-f]{32}\Z"},
    ),
    Expectation(
        name="source_named",
        severity=CRITICAL,
        sentence="the source {source} is blank",
        doc="An article whose origin is not known can be neither traced nor corrected.",
        type=MATCHES,
        column="source",
        parameters={"regex": r"\S"},
    ),
    Expectation(
        name="text_not_empty",
        severity=CRITICAL,
        sentence="the text is empty",
        doc="A news article has words; without a letter or digit there is nothing to read or count.",
        type=ABSENT,
        column="wordless_text",
    ),
    Expectation(
        name="published_date_readable",
        severity=CRITICAL,
        sentence="the published date {unreadable_date} cannot be read as a date",
        doc="A date was given and would be lost silently in `undated`; releasable once the rule knows it.",
        type=ABSENT,
        column="unreadable_date",
    ),
    Expectation(
        name="period_well_formed",
        severity=CRITICAL,
        sentence="the period {malformed_period} is neither a date nor `undated`",
        doc="The period names the partition: YYYY, YYYY-MM or YYYY-MM-DD that exists in the calendar.",
        type=ABSENT,
        column="malformed_period",
    ),
    Expectation(
        name="published_not_in_future",
        severity=CRITICAL,
        sentence="the published date {published} lies after its capture on {captured_at}",
        doc="Nothing is captured before it is published: the date is that of an event, or a typing error.",
        type=BETWEEN,
        column="days_ahead",
        parameters={"max_value": DAYS_AHEAD},
    ),
    Expectation(
        name="published_after_first_newspaper",
        severity=CRITICAL,
        sentence=f"the published date {{published}} lies before the first newspaper, of {FIRST_YEAR}",
        doc="Carolus' Relation of 1605 is the first newspaper: an earlier date is a misread one.",
        type=BETWEEN,
        column="period_year",
        parameters={"min_value": FIRST_YEAR},
    ),
    Expectation(
        name="published_at_in_period",
        severity=CRITICAL,
        sentence="the published instant {published_at} does not lie in the period {published}",
        doc="The instant and the period come from one date; where they differ, one of them was misread.",
        type=BETWEEN,
        column="days_apart",
        parameters={"max_value": DAYS_APART},
    ),
    Expectation(
        name="content_hash_well_formed",
        severity=CRITICAL,
        sentence="the content_hash {content_hash} is not 64 hex digits",
        doc="Duplicates are found by it.",
        type=MATCHES,
        column="content_hash",
        parameters={"regex": r"\A[0-9a-f]{64}\Z"},
    ),
    Expectation(
        name="counts_consistent",
        severity=CRITICAL,
        sentence="the text has words, but word_count is {word_count} and paragraph_count {paragraph_count}",
        doc="A count that contradicts the text is an error of ours, and every statistic inherits it.",
        type=BETWEEN,
        column="smaller_count",
        parameters={"min_value": 1},
    ),
    Expectation(
        name="text_not_short",
        severity=WARNING,
        sentence=f"the text has only {{word_count}} words (fewer than {SHORT_WORDS})",
        doc="Often a teaser in the place of the article.",
        type=BETWEEN,
        column="counted_words",
        parameters={"min_value": SHORT_WORDS},
    ),
    Expectation(
        name="text_not_very_long",
        severity=WARNING,
        sentence=f"the text has {{word_count}} words (more than {LONG_WORDS})",
        doc="Often several articles in one record.",
        type=BETWEEN,
        column="counted_words",
        parameters={"max_value": LONG_WORDS},
    ),
    Expectation(
        name="title_not_too_long",
        severity=WARNING,
        sentence=f"the title has more than {TITLE_CHARACTERS} characters: {{title}}",
        doc="Often the body or the lead in the place of the title.",
        type=LENGTH,
        column="title",
        parameters={"max_value": TITLE_CHARACTERS},
    ),
    Expectation(
        name="url_is_http",
        severity=WARNING,
        sentence="the url {url} is not an http or https address",
        doc="It cannot be opened or fetched again: a relative link, a file path or an identifier.",
        type=MATCHES,
        column="url",
        parameters={"regex": r"\A(?i:https?)://[^\s/]"},
    ),
    Expectation(
        name="no_replacement_characters",
        severity=WARNING,
        sentence="{replacement_characters} characters were lost in decoding (U+FFFD stands for them)",
        doc="Somebody decoded the text wrongly before it reached us; the letters are gone.",
        type=BETWEEN,
        column="replacement_characters",
        parameters={"max_value": 0},
    ),
    Expectation(
        name="no_markup",
        severity=WARNING,
        sentence="markup is left in the text: {markup}",
        doc="A tag that extract or clean should have taken out.",
        type=UNDAMAGED,
        column="markup",
    ),
    Expectation(
        name="no_mojibake",
        severity=WARNING,
        sentence="wrongly decoded letters are left in the text: {mojibake}",
        doc="UTF-8 that was read as Windows-1252 (`Ã¦` for `æ`) and that clean could not repair.",
        type=UNDAMAGED,
        column="mojibake",
    ),
    Expectation(
        name="language_known",
        severity=WARNING,
        sentence="the language is not known",
        doc="Too short, mixed, or not text: queries by language miss the article.",
        type=PRESENT,
        column="language",
    ),
    Expectation(
        name="title_known",
        severity=INFO,
        sentence="there is no title",
        doc="Many short items have none; where it grows, the pages of a source changed.",
        type=PRESENT,
        column="title",
    ),
    Expectation(
        name="address_known",
        severity=INFO,
        sentence="there is no url",
        doc="What was dropped often has none; then its id is another with other words.",
        type=PRESENT,
        column="url",
    ),
    Expectation(
        name="authors_known",
        severity=INFO,
        sentence="there are no authors",
        doc="Notices and agency stories have none.",
        type=PRESENT,
        column="author_count",
    ),
    Expectation(
        name="instant_known",
        severity=INFO,
        sentence="there is no published_at",
        doc="Only the day, the month or the year is known.",
        type=PRESENT,
        column="published_at",
    ),
)


@functools.cache
def row_suite_version() -> str:
    """16 hex digits of what is expected of rows and by which libraries: another version means other rows.

    Cheap: great_expectations and pandas are asked for their versions, not imported.
    """
    return _digest(ROW_SUITE)


def suite_version() -> str:
    """The same of all that is expected, of partitions too, with the thresholds that hold."""
    thresholds = load_thresholds()
    return _digest((*ROW_SUITE, *gate_suite(thresholds.partition)), asdict(thresholds))


def _digest(suite: Iterable[Expectation], *others: object) -> str:
    digest = hashlib.sha256()
    digest.update(json.dumps([[asdict(e) for e in suite], *others], sort_keys=True).encode())
    for library in ("great_expectations", "pandas"):
        digest.update(f"\0{library}={version(library)}".encode())
    return digest.hexdigest()[:16]
