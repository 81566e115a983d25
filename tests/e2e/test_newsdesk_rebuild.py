"""The newsdesk in Airflow's frame: a period is rebuilt from its page, in the name of whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from pipeline.embedded.state import USER

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

PERIOD = "2012-03-04"


def test_a_period_is_rebuilt_from_its_page(up: Up, logged_in: Page) -> None:
    up.remember_runs()
    up.copy_into_inbox(
        "skrivebord.txt", f"date {PERIOD}\nStyret i laget har møtt hverandre to ganger i år.".encode()
    )
    up.follow()
    logged_in.goto(up.airflow.url)
    logged_in.get_by_role("link", name="Newsdesk").click()
    desk = logged_in.frame_locator("iframe[title=Newsdesk]")
    desk.get_by_role("navigation", name="Years").get_by_role("link", name="2012").click()
    desk.get_by_role("link", name=f"{PERIOD}: published, 1 article").click()
    desk.get_by_role("button", name="Rebuild", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text(f"{PERIOD} is being rebuilt")

    desk.get_by_role("link", name="See the run").click()  # out of the frame
    logged_in.wait_for_url("**/dags/publish_articles/runs/manual__*")
    [run] = up.airflow.runs("publish_articles", run_type="manual")
    assert (run["partition_key"], run["conf"]) == (PERIOD, {"period": PERIOD})
    assert (run["triggering_user_name"], run["note"]) == (USER, "Rebuild asked for at the newsdesk.")
    assert up.ended("publish_articles", run["dag_run_id"]) == "success"
    logged = up.airflow.get("eventLogs", dag_id="publish_articles", run_id=run["dag_run_id"])["event_logs"]
    assert [(event["event"], event["owner"]) for event in logged if event["event"] == "trigger_dag_run"] == [
        ("trigger_dag_run", USER)
    ]

    logged_in.goto(f"{up.airflow.url}/newsdesk/periods/{PERIOD}")
    runs = logged_in.get_by_role("region", name="Runs").get_by_role("row")
    expect(runs).to_have_count(3)  # with the head: the announced one, and ours
