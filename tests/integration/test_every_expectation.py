"""Every expectation of rows has a document that fails it and nothing else, and all who tell of it agree."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from pipeline import flow, report
from pipeline.article import UNDATED, arrow_schema
from pipeline.cli import app
from pipeline.flow.overview import read_overview
from pipeline.lake import Lake, articles_name, docs_name, quarantine_name, staged_prefix, summary_name
from pipeline.newsdesk.period import period_view
from pipeline.validate import ROW_SUITE, check_rows, partition_facts, quality_report
from pipeline.validate.docs import build_docs
from pipeline.validate.docs.render import render_page
from pipeline.write import read_object, to_staged_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.embedded.s3 import S3Server

AT: Final = dt.datetime(2024, 5, 9, 12, tzinfo=dt.UTC)
TEXT: Final = (
    "Tirsdag snakket kommunestyret om ferja for tredje gang i år. Ordføreren mente at ruta må gå til kaia "
    "også om vinteren.\n\n– Øya kan ikke vente på bedre vær, sa hun til Fjordposten etter møtet i går kveld."
)
TIME: Final = "T08:30:00+02:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that is sound but for what is changed in it."""

    sentence: str = ""
    """Why it fails, but for `info`, which says nothing of a row."""
    changes: dict[str, Any] = field(default_factory=dict)
    """Of its fields; None: it has no such field."""
    staged: dict[str, Any] = field(default_factory=dict)
    """Of its staged row: what no document can bring about, and another version of this code could."""
    moved_to: str = ""
    """The period that its staged row lies in, likewise."""
    period: str = ""
    """Where it stands, where that is not the day it was given."""
    also: frozenset[str] = frozenset()
    """What cannot but fail with it."""


DOCUMENTS: Final = {
    "article_id_well_formed": Document(
        staged={"article_id": "ABCDEF"}, sentence="the article_id 'ABCDEF' is not 32 hex digits"
    ),
    "source_named": Document(staged={"source": " "}, sentence="the source ' ' is blank"),
    "text_not_empty": Document(
        changes={"text": "– …\n\n***"}, sentence="the text is empty", also=frozenset({"language_known"})
    ),
    "published_date_readable": Document(
        changes={"date": "2024-13"},
        period=UNDATED,
        sentence="the published date '2024-13' cannot be read as a date",
        also=frozenset({"instant_known"}),
    ),
    "period_well_formed": Document(
        moved_to="2024-02-30",
        staged={"published_at": None},
        sentence="the period '2024-02-30' is neither a date nor `undated`",
        also=frozenset({"instant_known"}),
    ),
    "published_not_in_future": Document(
        changes={"date": f"2087-05-06{TIME}"},
        period="2087-05-06",
        sentence="the published date '2087-05-06' lies after its capture on 2024-05-09 12:00 UTC",
    ),
    "published_after_first_newspaper": Document(
        changes={"date": f"1604-12-05{TIME}"},
        period="1604-12-05",
        sentence="the published date '1604-12-05' lies before the first newspaper, of 1605",
    ),
    "published_at_in_period": Document(
        staged={"published_at": dt.datetime(2024, 5, 1, tzinfo=dt.UTC)},
        sentence="the published instant 2024-05-01 00:00 UTC does not lie in the period '{period}'",
    ),
    "content_hash_well_formed": Document(
        staged={"content_hash": "0f"}, sentence="the content_hash '0f' is not 64 hex digits"
    ),
    "counts_consistent": Document(
        staged={"paragraph_count": 0},
        sentence="the text has words, but word_count is 37 and paragraph_count 0",
    ),
    "text_not_short": Document(
        changes={
            "text": "Kommunestyret vedtok mandag kveld å bygge ny barneskole på Myrmo, sa ordføreren etter "
            "møtet i Havsund kulturhus."
        },
        sentence="the text has only 17 words (fewer than 20)",
    ),
    "text_not_very_long": Document(
        changes={"text": "\n\n".join(f"Avsnitt {n} handler om ferja til øya og kaia." for n in range(6000))},
        sentence="the text has 54000 words (more than 50000)",
    ),
    "title_not_too_long": Document(
        changes={"title": "Ferja kan bli helårs " * 30},
        sentence="the title has more than 500 characters: "
        "'Ferja kan bli helårs Ferja kan bli helårs Ferja kan bli hel…'",
    ),
    "url_is_http": Document(
        changes={"url": "/ferja"}, sentence="the url '/ferja' is not an http or https address"
    ),
    "no_replacement_characters": Document(
        changes={"text": f"{TEXT} \ufffdya og \ufffdya."},
        sentence="2 characters were lost in decoding (U+FFFD stands for them)",
    ),
    "no_markup": Document(changes={"text": f"{TEXT} Se <div"}, sentence="markup is left in the text: '<div'"),
    "no_mojibake": Document(
        changes={"text": f"{TEXT} Ferja heter Å¡koda."},
        sentence="wrongly decoded letters are left in the text: 'Å¡'",
    ),
    "language_known": Document(
        changes={"text": " ".join(str(number) for number in range(100, 160))},
        sentence="the language is not known",
    ),
    "title_known": Document(changes={"title": None}),
    "address_known": Document(changes={"url": None, "id": "7"}),
    "authors_known": Document(changes={"authors": None}),
    "instant_known": Document(changes={"date": "{day}"}),
}
"""For every expectation of the suite, the document that fails it."""

UNSTORABLE: Final = {"required_columns": ({"content_hash": None}, "required and missing: 'content_hash'")}
"""What not even a staged row can be: parquet refuses it. Judged where rows are judged."""

DAYS: Final = {name: f"2023-{1 + n // 3:02}-{1 + n % 3 * 10:02}" for n, name in enumerate(DOCUMENTS)}
"""Far from each other: they are copies of one another."""


def period_of(name: str) -> str:
    document = DOCUMENTS[name]
    return document.period or document.moved_to or DAYS[name]


def sentence_of(name: str) -> str:
    return DOCUMENTS[name].sentence.replace("{period}", period_of(name))


def load(lake: Lake, folder: Any, name: str) -> None:
    """The document comes in, and its staged row is changed where a document cannot do it."""
    document = DOCUMENTS[name]
    fields = {
        "url": f"https://a.example/{name}",
        "title": "Ferja kan bli helårs",
        "text": TEXT,
        "authors": ["Kari Fjord"],
        "date": f"{DAYS[name]}{TIME}",
        **document.changes,
    }
    if fields["date"] == "{day}":
        fields["date"] = DAYS[name]
    given = {k: v for k, v in fields.items() if v is not None}
    path = folder / f"{name}.jsonl"
    path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    loaded = flow.load_path(lake, path, source="a", clock=lambda: AT)
    assert loaded.rejected == 0
    if document.staged or document.moved_to:
        [item] = lake.list(staged_prefix(DAYS[name]))
        table = read_object(lake, item.name)
        for column, value in document.staged.items():
            table = changed(table, column, value)
        lake.delete([item.name])
        lake.put(item.name.replace(DAYS[name], period_of(name)), to_staged_parquet(table))


def changed(table: pa.Table, column: str, value: object) -> pa.Table:
    own = table.schema.field(column)
    return table.set_column(table.schema.get_field_index(column), own, pa.array([value], own.type))


@pytest.fixture(scope="module")
def told(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """All of them published, with their pages."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in s3.env("every-expectation").items():
            patch.setenv(variable, value)
        lake = Lake.from_env()
        lake.create_bucket()
        folder = tmp_path_factory.mktemp("documents")
        for name in DOCUMENTS:
            load(lake, folder, name)
        flow.publish(lake, flow.known_periods(lake))
        build_docs(lake, report.latest_reports(lake))
        yield lake


def test_every_expectation_has_a_document() -> None:
    assert sorted([*DOCUMENTS, *UNSTORABLE]) == sorted(e.name for e in ROW_SUITE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_fails_it_and_nothing_else(told: Lake, name: str) -> None:
    failed = {e["name"] for e in quality(told, name)["rows"]["expectations"] if e["unexpected"]}
    assert failed == {name} | DOCUMENTS[name].also


@pytest.mark.parametrize("name", UNSTORABLE)
def test_what_cannot_be_stored_is_told_of_where_rows_are_judged(told: Lake, name: str) -> None:
    changes, sentence = UNSTORABLE[name]
    period = period_of("title_known")
    sound = read_object(told, articles_name(period)).select(arrow_schema().names)
    bad = sound
    for column, value in changes.items():
        bad = changed(bad, column, value)
        with pytest.raises(pa.ArrowInvalid, match="non-nullable"):
            to_staged_parquet(bad)
    results = check_rows(bad)
    assert [f.sentence for f in results.critical(0)] == [sentence]
    facts = partition_facts(period, sound.slice(0, 0), quarantined=sound, superseded=0, rejected=0)
    found = quality_report(period, results, facts=facts, gate=[])
    page = render_page(found | {"digest": "", "numbers": {"quarantined": 1}})
    assert told_on(page, name) == ("1 of 1 (100 %)", [sentence])


def quality(lake: Lake, name: str) -> dict[str, Any]:
    [found] = report.latest_reports(lake, [period_of(name)])
    return found


def by_severity(severity: str) -> Any:
    names = [e.name for e in ROW_SUITE if e.severity == severity and e.name in DOCUMENTS]
    return pytest.mark.parametrize("name", names)


@by_severity("critical")
def test_a_critical_failure_is_in_quarantine_with_its_reason(told: Lake, name: str) -> None:
    period = period_of(name)
    [row] = read_object(told, quarantine_name(period)).to_pylist()
    assert (row["failed"], row["reasons"]) == ([name], [sentence_of(name)])
    summary = json.loads(told.get(summary_name(period)))
    assert (summary["quarantined"], summary["published"]) == (1, 0)
    assert summary["quarantine_reasons"] == {name: 1}
    assert read_overview(told)[period].reasons == {name: 1}
    [shown] = report.period(told, period)["quarantined"]
    assert (shown["failed"], shown["reasons"]) == ([name], [sentence_of(name)])
    assert sentence_of(name) in show(period)


@by_severity("warning")
def test_a_warning_is_published_and_stands_in_its_column(told: Lake, name: str) -> None:
    period = period_of(name)
    [shown] = report.period(told, period)["published"]
    assert shown["warnings"] == [name]
    summary = json.loads(told.get(summary_name(period)))
    assert (summary["quarantined"], summary["published"], summary["warnings"]) == (0, 1, {name: 1})
    assert read_overview(told)[period].warnings == {name: 1}
    assert name.replace("_", " ") in show(period)


@by_severity("info")
def test_what_is_counted_is_published_and_names_no_row(told: Lake, name: str) -> None:
    period = period_of(name)
    [shown] = report.period(told, period)["published"]
    assert shown["warnings"] == []
    summary = json.loads(told.get(summary_name(period)))
    assert (summary["quarantined"], summary["published"], summary["warnings"]) == (0, 1, {})


def show(period: str) -> str:
    result = CliRunner().invoke(app, ["show", period], env={"COLUMNS": "300"})
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_report_history_and_page_agree(told: Lake, name: str) -> None:
    period, severity = period_of(name), {e.name: e.severity for e in ROW_SUITE}[name]
    found = next(e for e in quality(told, name)["rows"]["expectations"] if e["name"] == name)
    assert (found["evaluated"], found["unexpected"], found["severity"]) == (1, 1, severity)
    reasons = [example["reason"] for example in found["examples"]]
    assert reasons == ([sentence_of(name)] if severity != "info" else [])
    [measured] = report.measurements(told, period=period, expectation=name)
    assert (measured.evaluated, measured.unexpected, measured.share) == (1, 1, 1.0)
    assert told_on(told.get(docs_name(period)), name) == ("1 of 1 (100 %)", reasons)


@pytest.mark.parametrize("name", [name for name, document in DOCUMENTS.items() if not document.moved_to])
def test_the_newsdesk_tells_the_same(told: Lake, name: str) -> None:
    view = period_view(told, period_of(name))
    assert view.checks is not None
    assert view.docs
    [check] = [check for check in view.checks.rows if check.name == name]
    assert (check.evaluated, check.unexpected) == (1, 1)
    assert [reason for _, reason in check.examples] == ([sentence_of(name)] if sentence_of(name) else [])
    assert view.warnings == ([(name, 1)] if check.severity == "warning" else [])
    held = [(row.failed, row.reasons) for row in view.quarantined]
    assert held == ([([name], [sentence_of(name)])] if check.severity == "critical" else [])


def told_on(page: bytes, name: str) -> tuple[str, list[str]]:
    """What a page of the Data Docs says of an expectation: how many failed it, and why."""
    parsed = BeautifulSoup(page, "html.parser")
    [row] = [tag.find_parent("tr") for tag in parsed.select(".name") if tag.get_text(strip=True) == name]
    assert row is not None
    observed, *_ = [tag.get_text(strip=True) for tag in row.select(".value")]
    return observed, [tag.get_text(strip=True) for tag in row.select("table.examples td:last-child")]
