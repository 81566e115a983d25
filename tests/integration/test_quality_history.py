"""The history of what the suites found: the command, the documented queries, and how it meets damage."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from typer.testing import CliRunner

from pipeline import flow
from pipeline.cli import app
from pipeline.errors import DagspressError
from pipeline.flow.overview import read_overview
from pipeline.lake import BUILT, DOCS, OVERVIEW, docs_name
from pipeline.report import latest_reports, measurements

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.lake import Lake

DOCUMENT = Path(__file__).parents[2] / "docs" / "quality.md"
URL = "https://a.example"
PERIODS = ["2024-05-06", "2024-05-07"]
BEFORE, AFTER = (dt.datetime(2024, 5, day, 12, tzinfo=dt.UTC) for day in (4, 9))


@pytest.fixture
def load(lake: Lake, tmp_path: Path) -> Callable[..., None]:
    def put(
        name: str, period: str, count: int, *, url: str = "https://a.example", at: dt.datetime = AFTER
    ) -> None:
        lines = [
            json.dumps({
                "url": f"{url}/{name}/{number}",
                "title": f"Sak {number}",
                "text": f"Kommunen har behandlet sak {number} av {name} og vil ta den opp igjen til våren.",
                "date": period,
            })
            for number in range(count)
        ]  # fmt: skip
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        flow.load_path(lake, tmp_path / f"{name}.jsonl", source="a", clock=lambda: at)

    return put


@pytest.fixture
def history(lake: Lake, load: Callable[..., None]) -> Lake:
    """Two builds of a day, the second with bad addresses; one of the next day, which its gate stopped."""
    load("god", PERIODS[0], 3)
    flow.publish(lake, PERIODS[:1])
    load("rar", PERIODS[0], 2, url="ingen")
    load("gal", PERIODS[1], 30, at=BEFORE)
    flow.publish(lake, PERIODS)
    return lake


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_row_expectation_is_followed_from_build_to_build(history: Lake) -> None:
    found = [
        (row["unexpected"], row["evaluated"], row["share"], row["met"])
        for row in json.loads(run("quality", PERIODS[0], "--expectation", "url_is_http", "--json"))
    ]
    assert found == [(0, 3, 0.0, True), (2, 5, 0.4, False)]


def test_the_number_of_a_gate_stands_beside_its_bound(history: Lake) -> None:
    [row] = json.loads(run("quality", PERIODS[1], "--expectation", "quarantined_share", "--json"))
    assert (row["observed"], row["at_most"], row["met"]) == (1.0, 0.5, False)
    assert (row["evaluated"], row["unexpected"]) == (None, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", row["built"])


def test_csv_and_json_say_the_same(history: Lake) -> None:
    as_json = json.loads(run("quality", "--json"))
    as_csv = list(csv.DictReader(io.StringIO(run("quality", "--csv"))))
    assert as_csv == [{k: "" if v is None else str(v) for k, v in row.items()} for row in as_json]
    assert {row["period"] for row in as_json} == set(PERIODS)


def test_the_table_shows_what_was_not_met(history: Lake) -> None:
    table = run("quality", PERIODS[0])
    assert "2 of 5" in table
    assert "40.00%" in table
    assert "unique_article_ids" not in table
    assert "earlier" in run("quality", "--limit", "1")


def test_since_leaves_out_what_was_built_before(history: Lake) -> None:
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).date().isoformat()
    assert json.loads(run("quality", "--since", tomorrow, "--json")) == []
    assert json.loads(run("quality", "--since", "2024-01-01", "--json"))
    assert "Nothing" in run("quality", "--since", tomorrow)
    with pytest.raises(DagspressError, match="'May' is no day"):
        list(measurements(history, since="May"))


def test_what_is_no_report_is_named(history: Lake) -> None:
    history.put(f"{BUILT}2024-01-01/000000-x.jsonl", b"not a report\n")
    with pytest.raises(DagspressError, match=r"built=2024-01-01/000000-x\.jsonl is no quality report"):
        list(measurements(history))


@pytest.mark.parametrize("overview", ["there", "lost"])
def test_the_latest_report_of_a_period_is_that_of_its_latest_build(history: Lake, overview: str) -> None:
    builds = {period: line.build for period, line in read_overview(history).items()}
    if overview == "lost":
        history.delete(item.name for item in history.list(OVERVIEW))
    found = {report["period"]: report["digest"] for report in latest_reports(history, PERIODS)}
    assert found == builds
    with pytest.raises(DagspressError, match="1999: never built"):
        latest_reports(history, ["1999"])


def test_docs_are_built_of_all_or_of_those_that_were_asked_for(history: Lake) -> None:
    assert json.loads(run("docs", PERIODS[0], "--json")) == [docs_name(PERIODS[0])]
    assert history.periods(DOCS) == PERIODS[:1]
    assert "2 pages in" in run("docs")
    assert history.periods(DOCS) == PERIODS
    assert "2 of 5" in history.get(docs_name(PERIODS[0])).decode()


def test_docs_of_an_empty_lake_are_none(lake: Lake) -> None:
    assert "Nothing was built yet" in run("docs")
    assert lake.list(DOCS) == []


def test_publish_builds_docs_of_what_it_built_when_asked(lake: Lake, load: Callable[..., None]) -> None:
    load("god", PERIODS[0], 3)
    run("publish")
    assert lake.list(DOCS) == []
    load("rar", PERIODS[1], 3)
    run("publish", "--docs")
    assert lake.periods(DOCS) == PERIODS[1:]


def queries() -> list[str]:
    return re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)


def documented(number: int, lake: Lake, folder: Path) -> list[dict[str, Any]]:
    """What a query of the document finds in the lake as a folder."""
    for item in lake.list(BUILT):
        path = folder / item.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(lake.get(item.name))
    query = queries()[number].replace(".dagspress/lake/dagspress", str(folder))
    assert str(folder) in query
    with duckdb.connect() as connection:
        connection.execute(query)
        names = [column[0] for column in connection.description or []]
        return [dict(zip(names, row, strict=True)) for row in connection.fetchall()]


def test_the_documented_query_of_rows(history: Lake, tmp_path: Path) -> None:
    found = documented(0, history, tmp_path)
    [row] = [row for row in found if row["expectation"] == "url_is_http"]
    judged = sum(m.evaluated or 0 for m in measurements(history, expectation="url_is_http"))
    assert (row["unexpected"], row["share"]) == (2, round(2 / judged, 4))


def test_the_documented_query_of_the_gate(history: Lake, tmp_path: Path) -> None:
    found = documented(1, history, tmp_path)
    shut = [row for row in found if row["expectation"] == "quarantined_share" and not row["met"]]
    assert [(row["period"], float(row["observed"])) for row in shut] == [(PERIODS[1], 1.0)]
