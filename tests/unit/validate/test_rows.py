"""Row checks: what each expectation finds, and that it finds nothing else."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pyarrow as pa
import pytest
from validate_inputs import TEXT, article

from pipeline.article import COLUMNS, Article, arrow_schema, to_table
from pipeline.errors import ValidationError
from pipeline.validate import ROW_SUITE, Count, Expectation, Failure, RowResults, check_rows

UTC = dt.UTC

FAILING: dict[str, tuple[dict[str, Any], str]] = {
    "required_columns": ({"capture": None}, "required and missing: 'capture'"),
    "article_id_well_formed": (
        {"article_id": "0123456789ABCDEF0123456789ABCDEF"},
        "the article_id '0123456789ABCDEF0123456789ABCDEF' is not 32 hex digits",
    ),
    "source_named": ({"source": " "}, "the source ' ' is blank"),
    "text_not_empty": ({"text": "– …\n\n***", "word_count": 0, "paragraph_count": 0}, "the text is empty"),
    "published_date_readable": (
        {"published": "undated", "published_at": None, "published_raw": "2019-13"},
        "the published date '2019-13' cannot be read as a date",
    ),
    "period_well_formed": (
        {"published": "2019-02-30", "published_at": None},
        "the period '2019-02-30' is neither a date nor `undated`",
    ),
    "published_not_in_future": (
        {"published": "2087-02-06", "published_at": None},
        "the published date '2087-02-06' lies after its capture on 2019-02-06 09:00 UTC",
    ),
    "published_after_first_newspaper": (
        {"published": "1604-12", "published_at": None},
        "the published date '1604-12' lies before the first newspaper, of 1605",
    ),
    "published_at_in_period": (
        {"published_at": dt.datetime(2019, 1, 6, 7, 30, tzinfo=UTC)},
        "the published instant 2019-01-06 07:30 UTC does not lie in the period '2019-02-06'",
    ),
    "content_hash_well_formed": ({"content_hash": ""}, "the content_hash '' is not 64 hex digits"),
    "counts_consistent": (
        {"word_count": 0},
        "the text has words, but word_count is 0 and paragraph_count 2",
    ),
    "text_not_short": ({"word_count": 19}, "the text has only 19 words (fewer than 20)"),
    "text_not_very_long": ({"word_count": 50_001}, "the text has 50001 words (more than 50000)"),
    "title_not_too_long": (
        {"title": "Ferja " * 84},
        "the title has more than 500 characters: '" + ("Ferja " * 10)[:59] + "…'",
    ),
    "url_is_http": ({"url": "/ferja"}, "the url '/ferja' is not an http or https address"),
    "no_replacement_characters": (
        {"text": TEXT + " \ufffdya i \ufffdst"},
        "2 characters were lost in decoding (U+FFFD stands for them)",
    ),
    "no_markup": ({"text": TEXT + "</p> <div"}, "markup is left in the text: '</p>'"),
    "no_mojibake": ({"text": TEXT + " FÃ¦rÃ¸yene"}, "wrongly decoded letters are left in the text: 'Ã¦'"),
    "language_known": ({"language": None}, "the language is not known"),
}


def check(*articles: Article) -> RowResults:
    return check_rows(to_table(articles))


def names(results: RowResults, row: int = 0) -> list[str]:
    return [f.expectation for f in results.failures[row]]


def test_every_expectation_has_a_failing_article() -> None:
    assert list(FAILING) == [e.name for e in ROW_SUITE if e.severity != "info"]


def test_an_article_fails_exactly_the_expectation_it_breaks() -> None:
    results = check(*(article(**changes) for changes, _ in FAILING.values()))
    assert list(results.failures) == [
        (Failure(expectation=e.name, severity=e.severity, sentence=FAILING[e.name][1]),)
        for e in ROW_SUITE
        if e.name in FAILING
    ]


COUNTED: dict[str, dict[str, Any]] = {
    "title_known": {"title": None},
    "address_known": {"url": None},
    "authors_known": {"authors": []},
    "instant_known": {"published_at": None},
}


def test_what_is_only_counted_is_neither_a_failure_nor_a_warning() -> None:
    assert list(COUNTED) == [e.name for e in ROW_SUITE if e.severity == "info"]
    results = check(*(article(**changes) for changes in COUNTED.values()))
    assert results.failures == ((),) * len(COUNTED)
    for row, name in enumerate(COUNTED):
        alone = results.select([row]).counts()
        assert {n: count.unexpected for n, count in alone.items() if count.unexpected} == {name: 1}


def test_counts_are_of_the_rows_that_were_judged() -> None:
    counts = check(article(), article(url=None), article(url="ferja")).counts()
    assert counts["url_is_http"] == Count(evaluated=2, unexpected=1)
    assert counts["language_known"] == Count(evaluated=3, unexpected=0)


MINIMAL = {  # the required fields, a counted text and its language
    name: None if f.nullable else [] if pa.types.is_list(f.type) else getattr(article(), name)
    for name, f in zip(COLUMNS, arrow_schema(), strict=True)
} | {"language": "nb"}

PASSING: list[tuple[str, dict[str, Any]]] = [
    ("perfect", {}),
    ("only what is required", MINIMAL),
    ("undated, no date given", MINIMAL | {"published": "undated"}),
    ("undated, a blank for a date", MINIMAL | {"published": "undated", "published_raw": " \u00a0"}),
    ("no title", {"title": None}),
    ("no authors", {"authors": []}),
    ("no url", {"url": None, "canonical_url": None}),
    ("url in capitals", {"url": "HTTPS://FJORDPOSTEN.EXAMPLE/"}),
    ("month", {"published": "2019-02", "published_at": None}),
    ("year", {"published": "2019", "published_at": None}),
    ("month with an instant in it", {"published": "2019-02"}),
    ("leap day", {"published": "2016-02-29", "published_at": None}),
    ("first newspaper", {"published": "1605", "published_at": None}),
    ("tomorrow, further east", {"published": "2019-02-07"}),
    (
        "yesterday by the publisher's clock",
        {"published": "2019-02-05", "published_at": dt.datetime(2019, 2, 6, 3, 0, tzinfo=UTC)},
    ),
    ("captured years later", {"captured_at": dt.datetime(2026, 1, 1, tzinfo=UTC)}),
    ("20 words", {"word_count": 20}),
    ("50,000 words", {"word_count": 50_000}),
    ("title of 500 characters", {"title": "x" * 500}),
    ("Cyrillic", {"text": "Паром ходит каждый день."}),
    (
        "letters of ours before a dash or a quote",
        {"text": TEXT + " «PÅ» – BLÅ” … Ä– â› ã ÂSEN 3 < 4 a <b og c"},
    ),
]


def test_sound_articles_pass() -> None:
    results = check(*(article(**changes) for _, changes in PASSING))
    assert {name: names(results, i) for i, (name, _) in enumerate(PASSING)} == {n: [] for n, _ in PASSING}


ALSO_FAILING: list[tuple[str, dict[str, Any]]] = [
    # `$` would let the line break pass
    ("article_id_well_formed", {"article_id": "0" * 32 + "\n"}),
    ("article_id_well_formed", {"article_id": "0" * 31}),
    ("content_hash_well_formed", {"content_hash": "0" * 64 + "\n"}),
    ("source_named", {"source": ""}),
    ("text_not_empty", {"text": "", "word_count": 0, "paragraph_count": 0}),
    ("period_well_formed", {"published": "2019-13", "published_at": None}),
    ("period_well_formed", {"published": "20190206", "published_at": None}),
    ("period_well_formed", {"published": "2019-2-6", "published_at": None}),
    ("period_well_formed", {"published": "2019-02-06\n", "published_at": None}),
    ("period_well_formed", {"published": "٢٠١٩", "published_at": None}),
    ("period_well_formed", {"published": "0000", "published_at": None}),
    ("period_well_formed", {"published": "", "published_at": None}),
    ("published_not_in_future", {"published": "2019-02-08", "published_at": None}),
    ("published_not_in_future", {"published": "2019-03", "published_at": None}),
    ("published_at_in_period", {"published_at": dt.datetime(2019, 2, 8, tzinfo=UTC)}),
    ("published_at_in_period", {"published_at": dt.datetime(2019, 2, 4, tzinfo=UTC)}),
    ("published_at_in_period", {"published": "undated", "published_raw": None}),
    ("counts_consistent", {"paragraph_count": 0}),
    ("counts_consistent", {"word_count": -1}),
    ("url_is_http", {"url": "ftp://fjordposten.example/ferja"}),
    ("url_is_http", {"url": "javascript:alert('http://x')"}),
    ("url_is_http", {"url": ""}),
    ("no_markup", {"text": TEXT + "<a href='/ferja'>"}),
    ("no_markup", {"text": TEXT + "<BR/>"}),
    ("no_markup", {"text": TEXT + "<!-- annonse"}),
    ("no_markup", {"text": TEXT + "]]>"}),
    ("no_markup", {"text": TEXT + " </script>"}),
    ("no_mojibake", {"text": TEXT + " bÃ¥t"}),
    ("no_mojibake", {"text": TEXT + " Ã…pen"}),
    ("no_mojibake", {"text": TEXT + " Ã\u0085pen"}),
    ("no_mojibake", {"text": TEXT + " pris: 5 â‚¬"}),
    ("no_mojibake", {"text": TEXT + " â€“ sa hun"}),
    ("no_mojibake", {"text": TEXT + " 5Â°"}),
    ("no_mojibake", {"text": TEXT + " Å¡koda"}),
]


def test_broken_articles_fail_that_alone() -> None:
    results = check(*(article(**changes) for _, changes in ALSO_FAILING))
    found = [(names(results, i), changes) for i, (_, changes) in enumerate(ALSO_FAILING)]
    assert found == [([name], changes) for name, changes in ALSO_FAILING]


def test_a_null_in_a_required_column_is_reported_once() -> None:
    required = [f.name for f in arrow_schema() if not f.nullable]
    results = check(*(article(**{column: None}) for column in required))
    assert [[f.sentence for f in failures] for failures in results.failures] == [
        [f"required and missing: '{column}'"] for column in required
    ]


def test_nulls_are_no_failures_of_what_judges_values() -> None:
    nothing = pa.table([pa.nulls(2, f.type) for f in arrow_schema()], schema=arrow_schema())
    results = check_rows(nothing)
    assert names(results) == ["required_columns", "language_known"]
    assert results.failures[0] == results.failures[1]
    judged = {name for name, count in results.counts().items() if count.evaluated}
    assert judged == {e.name for e in ROW_SUITE if e.judges_nulls}


def test_everything_wrong_with_a_row_is_reported_in_the_order_of_the_suite() -> None:
    results = check(
        article(),
        article(
            article_id="x",
            published="undated",
            published_raw="i går",
            published_at=None,
            url="x",
            language=None,
            text=TEXT + "</p> \ufffd Ã¸",
        ),
    )
    assert names(results, 0) == []
    assert names(results, 1) == [
        "article_id_well_formed",
        "published_date_readable",
        "url_is_http",
        "no_replacement_characters",
        "no_markup",
        "no_mojibake",
        "language_known",
    ]
    assert [f.expectation for f in results.critical(1)] == [
        "article_id_well_formed",
        "published_date_readable",
    ]
    assert results.warnings(1)[0] == "url_is_http"
    assert results.quarantined() == [1]


def test_rows_are_told_by_number_not_by_article_id() -> None:
    results = check(article(), article(url="x"), article())  # one id thrice
    assert [len(f) for f in results.failures] == [0, 1, 0]


def test_no_list_of_failing_rows_is_cut_off() -> None:
    results = check(*(article(language=None, url=f"side-{i}") for i in range(1000)))
    assert results.counts()["url_is_http"] == Count(evaluated=1000, unexpected=1000)
    assert results.failures[999][0].sentence == "the url 'side-999' is not an http or https address"


def test_a_long_or_invisible_value_is_shown_shortened_and_escaped() -> None:
    invisible, long = check(article(source="\u00a0\t"), article(url="x" * 10_000)).failures
    assert invisible[0].sentence == r"the source '\xa0\t' is blank"
    assert long[0].sentence == "the url '" + "x" * 59 + "…' is not an http or https address"


ALL = [
    article(),
    *(article(**changes) for changes, _ in FAILING.values()),
    article(**MINIMAL),
    article(word_count=None),
]


def test_a_row_gets_the_same_result_alone_and_in_any_company() -> None:
    together = check(*ALL)
    for i in range(0, len(ALL), 3):  # a third of a second each; the shuffles below see them all
        assert check(ALL[i]) == together.select([i])


@pytest.mark.parametrize("seed", range(4))
def test_neither_order_nor_chunks_change_a_result(seed: int) -> None:
    order = random.Random(seed).choices(range(len(ALL)), k=60)
    cut = seed * 11
    table = pa.concat_tables([to_table([ALL[i] for i in part]) for part in (order[:cut], order[cut:])])
    assert check_rows(table) == check(*ALL).select(order)


def test_a_slice_of_a_table_is_checked_as_itself() -> None:
    assert check_rows(to_table(ALL).slice(3, 5)) == check(*ALL).select(range(3, 8))


def test_no_rows_are_no_failures() -> None:
    results = check_rows(arrow_schema().empty_table())
    assert len(results) == 0
    assert set(results.counts().values()) == {Count(0, 0)}


def broken(**changes: Any) -> Expectation:
    fields: dict[str, Any] = {
        "name": "broken",
        "severity": "critical",
        "sentence": "never said",
        "doc": "raises",
        "type": "expect_column_values_to_be_between",
        "column": "url",
        "parameters": {"max_value": 1},
    }
    return Expectation(**fields | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({}, "broken raised .*must either be None or of the same type", id="a metric raises"),
        pytest.param(
            {"type": "expect_column_values_to_match_regex", "parameters": {"regex": "("}},
            "broken raised .*regular expression|broken raised .*missing \\)",
            id="an impossible pattern",
        ),
        pytest.param({"type": "expect_something_else"}, "broken cannot be built", id="no such expectation"),
        pytest.param({"parameters": {"most": 1}}, "broken cannot be built", id="no such parameter"),
    ],
)
def test_an_expectation_that_raises_is_our_error_not_bad_data(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=f"(?s){message}"):
        check_rows(to_table([article()]), suite=[*ROW_SUITE, broken(**changes)])


def test_a_suite_of_ones_own_is_used() -> None:
    own = broken(
        name="from_https", type="expect_column_values_to_match_regex", parameters={"regex": "^https:"}
    )
    results = check_rows(to_table([article(url="http://a.example/")]), suite=[own])
    assert results.failures == (
        (Failure(expectation="from_https", severity="critical", sentence="never said"),),
    )
