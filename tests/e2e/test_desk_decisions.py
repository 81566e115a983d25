"""Deciding at the newsdesk, in a real browser: selected, explained, recorded, published by Airflow."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from pipeline.decisions import read_decisions
from pipeline.lake import articles_name, quarantine_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from conftest import Up
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

SOURCE = "desk-avis"
AHEAD = (dt.datetime.now(dt.UTC) + dt.timedelta(days=90)).date().isoformat()
BODY = "Skolen på Vestre Haug blir lagt ned til høsten, etter et vedtak i kommunestyret mandag. "


@pytest.fixture(scope="module")
def held(up: Up) -> Up:
    """Four articles dated ahead, of a source of their own."""
    up.remember_runs()
    lines = [
        {"title": f"<b>Sak</b> {n}", "text": f"{BODY * 2} Sak nummer {n}.", "date": AHEAD, "url": f"https://desk.example/{n}"}
        for n in range(4)
    ]  # fmt: skip
    folder = up.state.inbox / SOURCE
    folder.mkdir()
    (folder / "saker.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    up.follow()
    assert quarantined(up) == {"0", "1", "2", "3"}
    return up


def quarantined(up: Up) -> set[str]:
    if up.lake.info(quarantine_name(AHEAD)) is None:
        return set()
    rows = read_object(up.lake, quarantine_name(AHEAD)).to_pylist()
    return {row["url"].rsplit("/", 1)[-1] for row in rows if row["source"] == SOURCE}


def published(up: Up) -> set[str]:
    if up.lake.info(articles_name(AHEAD)) is None:
        return set()
    rows = read_object(up.lake, articles_name(AHEAD)).to_pylist()
    return {row["url"].rsplit("/", 1)[-1] for row in rows if row["source"] == SOURCE}


def send(up: Up, page: Page, button: str, why: str) -> str:
    """Give the reason, press the button, and wait for the runs that follow; what the desk said."""
    up.remember_runs()
    page.locator("textarea[name=why]").first.fill(why)
    page.get_by_role("button", name=button, exact=True).first.click()
    said = page.get_by_role("status").inner_text()
    up.settled()
    return said


def test_several_rows_are_released_for_one_reason(held: Up, logged_in: Page) -> None:
    page = logged_in
    page.goto(f"{held.airflow.url}/newsdesk/quarantine?source={SOURCE}")
    page.get_by_label("Select: <b>Sak</b> 0").check()
    page.get_by_label("Select: <b>Sak</b> 1").check()
    said = send(held, page, "Release", "De er <i>avtalt</i>.")
    assert "2 articles: released." in said
    assert f"source={SOURCE}" in page.url
    assert published(held) >= {"0", "1"}
    assert quarantined(held) == {"2", "3"}
    made = [decision for decision in read_decisions(held.lake) if decision.kind == "release"]
    assert len(made) == 2
    assert {(d.kind, d.by, d.why) for d in made} == {("release", "admin", "De er <i>avtalt</i>.")}
    runs = held.airflow.runs("publish_articles", run_type="manual")
    assert any(AHEAD in json.dumps(run["conf"]) and run["state"] == "success" for run in runs)


def test_one_is_rejected_for_good_on_its_own_page_and_that_is_undone(held: Up, logged_in: Page) -> None:
    page = logged_in
    page.goto(f"{held.airflow.url}/newsdesk/quarantine?source={SOURCE}&text=sak+2")
    page.get_by_role("link", name="<b>Sak</b> 2", exact=True).click()
    send(held, page, "Reject for good", "Ikke vår.")
    assert "2" not in quarantined(held)
    page.reload()
    assert "rejected for good" in page.locator(".facts").inner_text()
    assert "refuse by admin" in page.locator(".alert").inner_text()
    send(held, page, "Undo", "Likevel vår.")
    assert "2" in quarantined(held)


def test_nobody_decides_without_a_reason(held: Up, logged_in: Page) -> None:
    page = logged_in
    before = len(read_decisions(held.lake))
    page.goto(f"{held.airflow.url}/newsdesk/quarantine?source={SOURCE}")
    page.get_by_label("Select all on this page").check()
    assert page.locator("input[name=article]:checked").count() == len(quarantined(held)) > 0
    page.get_by_role("button", name="Release", exact=True).click()
    assert page.evaluate("document.activeElement.name") == "why"
    assert len(read_decisions(held.lake)) == before


def test_what_is_in_quarantine_is_read_again_when_somebody_asks(held: Up, logged_in: Page) -> None:
    page = logged_in
    page.goto(f"{held.airflow.url}/newsdesk/quarantine?source={SOURCE}&period={AHEAD[:7]}")
    before = quarantined(held)
    held.remember_runs()
    page.locator("#rerun-why").fill("Regelen er rettet.")
    page.get_by_role("button", name="Read again").click()
    assert "read again" in page.get_by_role("status").inner_text()
    held.settled()
    [run] = held.airflow.runs("rerun_quarantine")
    assert (run["state"], run["triggering_user_name"]) == ("success", "admin")
    made = read_decisions(held.lake)[-1]
    assert (made.kind, made.by, made.why) == ("rerun", "admin", "Regelen er rettet.")
    assert made.scope == f"quarantine in {AHEAD} of {SOURCE}"
    assert quarantined(held) == before
