"""The suites: every expectation of rows and of partitions, as data, with every threshold and its reason.

An expectation is one of Great Expectations' (`type` is its registered name, so that a custom one is used
by registering it), applied to one column of what `facts` or `partitions` derives. Expectations ignore
nulls there, except the two that are about null: a fact that does not apply to a row is null.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CRITICAL: Final = "critical"
WARNING: Final = "warning"

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

# --- thresholds of partitions ---------------------------------------------------------------------

MIN_ROWS: Final = 20
"""Shares and medians of fewer rows say nothing: 2 bad documents of 3 are no alarm."""

MAX_QUARANTINED_SHARE: Final = 0.5
"""Bad articles come singly. When more than half of a day is bad, a source or a rule of ours broke."""

MAX_UNKNOWN_LANGUAGE_SHARE: Final = 0.8
"""Language is null for short notices, which may be half of a day. Above this the text itself is damaged."""

MAX_DUPLICATE_SHARE: Final = 0.8
"""Agency stories and second deliveries reach half. Above this one text stands for all: a consent wall, an
error page."""

MIN_MEDIAN_WORDS: Final = 10
"""Half of the articles are shorter than a caption: the bodies were lost, the teasers kept."""

MAX_MEDIAN_WORDS: Final = 10_000
"""Half of the articles are longer than the longest feature: records are no longer cut into articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that is expected of every row, or of every partition.

    Attributes:
        name: stable snake_case; stands in `warnings` and in quality results, so it is never renamed.
        severity: `critical` (quarantine; the gate closes) or `warning` (kept and named).
        sentence: what is wrong when it fails; `{column}` is filled in, shortened, from the facts.
        doc: why it is expected.
        type: the registered name of a Great Expectations expectation over one column.
        column: the fact it judges.
        parameters: its other arguments.
        observed: the fact a quality result shows for it; "": the one it judges.
    """

    name: str
    severity: str
    sentence: str
    doc: str
    type: str
    column: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    observed: str = ""

    @property
    def judges_nulls(self) -> bool:
        """Whether a null is judged, rather than passed over."""
        return self.type in ("expect_column_values_to_be_null", "expect_column_values_to_not_be_null")


_ABSENT: Final = "expect_column_values_to_be_null"
_PRESENT: Final = "expect_column_values_to_not_be_null"
_MATCHES: Final = "expect_column_values_to_match_regex"
_BETWEEN: Final = "expect_column_values_to_be_between"
_LENGTH: Final = "expect_column_value_lengths_to_be_between"

# `\Z` rather than `$`, which would let a line break pass at the end

ROW_SUITE: Final[tuple[Expectation, ...]] = (
    Expectation(
        name="required_columns",
        severity=CRITICAL,
        sentence="required and missing: {missing_columns}",
        doc="Readers rely on the schema: what it declares as never null is there in every row.",
        type=_ABSENT,
        column="missing_columns",
    ),
    Expectation(
        name="article_id_well_formed",
        severity=CRITICAL,
        sentence="the article_id {article_id} is not 32 hex digits",
        doc="Revisions and duplicates are joined by it.",
        type=_MATCHES,
        column="article_id",
        parameters={"regex": r"\A[0-9a-f]{32}\Z"},
    ),
    Expectation(
        name="source_named",
        severity=CRITICAL,
        sentence="the source {source} is blank",
        doc="An article whose origin is not known can be neither traced nor corrected.",
        type=_MATCHES,
        column="source",
        parameters={"regex": r"\S"},
    ),
    Expectation(
        name="text_not_empty",
        severity=CRITICAL,
        sentence="the text is empty",
        doc="A news article has words; without a letter or digit there is nothing to read or count.",
        type=_ABSENT,
        column="wordless_text",
    ),
    Expectation(
        name="published_date_readable",
        severity=CRITICAL,
        sentence="the published date {unreadable_date} cannot be read as a date",
        doc="A date was given and would be lost silently in `undated`; releasable once the rule knows it.",
        type=_ABSENT,
        column="unreadable_date",
    ),
    Expectation(
        name="period_well_formed",
        severity=CRITICAL,
        sentence="the period {malformed_period} is neither a date nor `undated`",
        doc="The period names the partition: YYYY, YYYY-MM or YYYY-MM-DD that exists in the calendar.",
        type=_ABSENT,
        column="malformed_period",
    ),
    Expectation(
        name="published_not_in_future",
        severity=CRITICAL,
        sentence="the published date {published} lies after its capture on {captured_at}",
        doc="Nothing is captured before it is published: the date is that of an event, or a typing error.",
        type=_BETWEEN,
        column="days_ahead",
        parameters={"max_value": DAYS_AHEAD},
    ),
    Expectation(
        name="published_after_first_newspaper",
        severity=CRITICAL,
        sentence=f"the published date {{published}} lies before the first newspaper, of {FIRST_YEAR}",
        doc="Carolus' Relation of 1605 is the first newspaper: an earlier date is a misread one.",
        type=_BETWEEN,
        column="period_year",
        parameters={"min_value": FIRST_YEAR},
    ),
    Expectation(
        name="published_at_in_period",
        severity=CRITICAL,
        sentence="the published instant {published_at} does not lie in the period {published}",
        doc="The instant and the period come from one date; where they differ, one of them was misread.",
        type=_BETWEEN,
        column="days_apart",
        parameters={"max_value": DAYS_APART},
    ),
    Expectation(
        name="content_hash_well_formed",
        severity=CRITICAL,
        sentence="the content_hash {content_hash} is not 64 hex digits",
        doc="Duplicates are found by it.",
        type=_MATCHES,
        column="content_hash",
        parameters={"regex": r"\A[0-9a-f]{64}\Z"},
    ),
    Expectation(
        name="counts_consistent",
        severity=CRITICAL,
        sentence="the text has words, but word_count is {word_count} and paragraph_count {paragraph_count}",
        doc="A count that contradicts the text is an error of ours, and every statistic inherits it.",
        type=_BETWEEN,
        column="smaller_count",
        parameters={"min_value": 1},
    ),
    Expectation(
        name="text_not_short",
        severity=WARNING,
        sentence=f"the text has only {{word_count}} words (fewer than {SHORT_WORDS})",
        doc="Often a teaser in the place of the article.",
        type=_BETWEEN,
        column="counted_words",
        parameters={"min_value": SHORT_WORDS},
    ),
    Expectation(
        name="text_not_very_long",
        severity=WARNING,
        sentence=f"the text has {{word_count}} words (more than {LONG_WORDS})",
        doc="Often several articles in one record.",
        type=_BETWEEN,
        column="counted_words",
        parameters={"max_value": LONG_WORDS},
    ),
    Expectation(
        name="title_not_too_long",
        severity=WARNING,
        sentence=f"the title has more than {TITLE_CHARACTERS} characters: {{title}}",
        doc="Often the body or the lead in the place of the title.",
        type=_LENGTH,
        column="title",
        parameters={"max_value": TITLE_CHARACTERS},
    ),
    Expectation(
        name="url_is_http",
        severity=WARNING,
        sentence="the url {url} is not an http or https address",
        doc="It cannot be opened or fetched again: a relative link, a file path or an identifier.",
        type=_MATCHES,
        column="url",
        parameters={"regex": r"\A(?i:https?)://[^\s/]"},
    ),
    Expectation(
        name="no_replacement_characters",
        severity=WARNING,
        sentence="{replacement_characters} characters were lost in decoding (U+FFFD stands for them)",
        doc="Somebody decoded the text wrongly before it reached us; the letters are gone.",
        type=_BETWEEN,
        column="replacement_characters",
        parameters={"max_value": 0},
    ),
    Expectation(
        name="no_markup",
        severity=WARNING,
        sentence="markup is left in the text: {markup}",
        doc="A tag that extract or clean should have taken out.",
        type=_ABSENT,
        column="markup",
    ),
    Expectation(
        name="no_mojibake",
        severity=WARNING,
        sentence="wrongly decoded letters are left in the text: {mojibake}",
        doc="UTF-8 that was read as Windows-1252 (`Ã¦` for `æ`) and that clean could not repair.",
        type=_ABSENT,
        column="mojibake",
    ),
    Expectation(
        name="language_known",
        severity=WARNING,
        sentence="the language is not known",
        doc="Too short, mixed, or not text: queries by language miss the article.",
        type=_PRESENT,
        column="language",
    ),
)

PARTITION_SUITE: Final[tuple[Expectation, ...]] = (
    Expectation(
        name="unique_article_ids",
        severity=CRITICAL,
        sentence="{repeated_ids} of {rows} rows repeat the article_id of another",
        doc="One article, one row (G8): assemble did not merge what it should have.",
        type=_BETWEEN,
        column="repeated_ids",
        parameters={"max_value": 0},
    ),
    Expectation(
        name="rows_of_this_period",
        severity=CRITICAL,
        sentence="{other_period_rows} of {rows} rows belong to another period",
        doc="The partition column is told from the object's name: a stray row would change its date.",
        type=_BETWEEN,
        column="other_period_rows",
        parameters={"max_value": 0},
    ),
    Expectation(
        name="quarantined_share",
        severity=CRITICAL,
        sentence="{quarantined} of {candidates} rows are quarantined "
        f"(more than {MAX_QUARANTINED_SHARE:.0%})",
        doc="A source or a rule broke. `undated` is not judged: all unreadable dates gather there by design.",
        type=_BETWEEN,
        column="judged_quarantined_share",
        parameters={"max_value": MAX_QUARANTINED_SHARE},
        observed="quarantined_share",
    ),
    Expectation(
        name="unknown_language_share",
        severity=CRITICAL,
        sentence="the language of {language_unknown} of {rows} rows is not known "
        f"(more than {MAX_UNKNOWN_LANGUAGE_SHARE:.0%})",
        doc="Language detection fails for most when the text is damaged or is no text.",
        type=_BETWEEN,
        column="judged_unknown_language_share",
        parameters={"max_value": MAX_UNKNOWN_LANGUAGE_SHARE},
        observed="unknown_language_share",
    ),
    Expectation(
        name="duplicate_share",
        severity=CRITICAL,
        sentence="{duplicates} of {rows} rows are copies of another "
        f"(more than {MAX_DUPLICATE_SHARE:.0%})",
        doc="The same page was taken for many articles.",
        type=_BETWEEN,
        column="judged_duplicate_share",
        parameters={"max_value": MAX_DUPLICATE_SHARE},
        observed="duplicate_share",
    ),
    Expectation(
        name="median_words",
        severity=CRITICAL,
        sentence="the median of {rows} rows is {median_words} words, "
        f"not between {MIN_MEDIAN_WORDS} and {MAX_MEDIAN_WORDS}",
        doc="Bodies were lost, or records are no longer cut into articles.",
        type=_BETWEEN,
        column="judged_median_words",
        parameters={"min_value": MIN_MEDIAN_WORDS, "max_value": MAX_MEDIAN_WORDS},
        observed="median_words",
    ),
)


@functools.cache
def suite_version() -> str:
    """16 hex digits of what is expected and by which libraries: another version means other results.

    Cheap: great_expectations and pandas are asked for their versions, not imported.
    """
    digest = hashlib.sha256()
    for suite in (ROW_SUITE, PARTITION_SUITE):
        digest.update(json.dumps([asdict(e) for e in suite], sort_keys=True).encode())
    for library in ("great_expectations", "pandas"):
        digest.update(f"\0{library}={version(library)}".encode())
    return digest.hexdigest()[:16]
