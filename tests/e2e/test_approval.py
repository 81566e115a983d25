"""What a gate stopped waits for a person in Airflow's Required Actions, and nothing else waits."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from pipeline.decisions import read_decisions
from pipeline.lake import STOPPED, articles_name, stopped_name, summary_name

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def lines(period: str, numbers: range, text: str | None = None) -> bytes:
    records = [
        {
            "id": f"{period}/{number}",
            "date": period,
            "title": f"Kake nummer {number}",
            "text": text or f"Bakeriet i gata solgte {number} kaker i helga, og deigen tok slutt på lørdag.",
        }
        for number in numbers
    ]
    return "\n".join(json.dumps(record) for record in records).encode()


def bad_day(up: Up, period: str) -> dict[str, Any]:
    """Ten good articles published, then 45 without a word; gives the run in which they wait for somebody."""
    up.remember_runs()
    up.copy_into_inbox(f"gode-{period}.jsonl", lines(period, range(10)))
    up.follow()
    up.remember_runs()
    up.copy_into_inbox(f"tomme-{period}.jsonl", lines(period, range(100, 145), "* * *"))
    [run] = up.follow().publish_runs
    assert (run["partition_key"], run["state"]) == (period, "success")
    assert (up.task(run, "publish")["state"], up.task(run, "ask")["state"]) == ("skipped", "success")
    assert "not published, the former partition stays: 45 of 55 rows are" in up.log(run, "publish")
    return waiting(up, period)


def waiting(up: Up, period: str) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        up.check()
        for run in up.airflow.runs("approve_articles"):
            if run["partition_key"] == period and up.task(run, "decision")["state"] == "awaiting_input":
                return dict(run)
        time.sleep(0.5)
    raise AssertionError(f"nobody is asked about {period}")


def digest(up: Up, period: str) -> str:
    return hashlib.sha256(up.lake.get(articles_name(period))).hexdigest()


def test_what_is_approved_in_the_browser_is_published(up: Up, logged_in: Page, tmp_path: Path) -> None:
    period = "2016-04-02"
    run = bad_day(up, period)
    before = digest(up, period)
    page = logged_in
    page.goto(
        f"{up.airflow.url}/dags/approve_articles/runs/{run['dag_run_id']}/tasks/decision/required_actions"
    )
    expect(page.get_by_text(f"Publish {period} although its gate is shut?").first).to_be_visible()
    expect(page.get_by_text("45 of 55 rows are quarantined").first).to_be_visible()
    page.get_by_label("Why").or_(page.locator("[name=element_why]")).first.fill("Bakeriet hadde stengt.")
    page.screenshot(path=tmp_path / "required_action.png")
    assert digest(up, period) == before
    page.get_by_role("button", name="Approve").click()
    assert up.ended("approve_articles", run["dag_run_id"]) == "success"
    found = json.loads(up.lake.get(summary_name(period)))
    assert (found["published"], found["quarantined"]) == (10, 45)
    assert (found["approved"]["by"], found["approved"]["why"]) == ("admin", "Bakeriet hadde stengt.")
    assert up.lake.info(stopped_name(period)) is None


def test_what_is_refused_leaves_the_former_partition(up: Up) -> None:
    period = "2016-09-03"
    run = bad_day(up, period)
    before = digest(up, period)
    path = f"dags/approve_articles/dagRuns/{run['dag_run_id']}/taskInstances/decision/-1/hitlDetails"
    up.airflow.patch(path, {"chosen_options": ["Refuse"], "params_input": {"why": "Feil fil."}})
    assert up.ended("approve_articles", run["dag_run_id"]) == "success"
    assert up.task(run, "settle")["state"] == "skipped"
    assert digest(up, period) == before
    assert [item.name for item in up.lake.list(STOPPED)] == [stopped_name(period)]
    [decision] = [d for d in read_decisions(up.lake) if d.period == period]
    assert (decision.kind, decision.by, decision.why) == ("keep", "admin", "Feil fil.")
