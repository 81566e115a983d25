"""Days rebuilt by Airflow's own backfill, asked for as a person does: Trigger, Backfill, a range, Run."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from pipeline import flow
from pipeline.embedded import run as steps
from pipeline.embedded.newsstand import GOOD, catalogue
from pipeline.flow.days import RunDay
from pipeline.lake import articles_name, source_state_name
from pipeline.settings import Fetching
from pipeline.sources import load_sources
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Page

    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

DAYS = 14
SITEMAP = "lauvdal"
FEEDS = [paper.name for paper in GOOD if paper.kind == "feed"][:9]
SOURCES = [*FEEDS, SITEMAP]
FETCHING = Fetching(allow_addresses=("127.0.0.0/8",), spacing_seconds=0.0, jitter_seconds=0.0, at_once=8)


@pytest.fixture(scope="module")
def today(up: Up) -> Iterator[dt.date]:
    """The newsstand's day, to which it returns in the end."""
    day = up.stand.today()
    yield day
    up.stand.set_today(day)


@pytest.fixture(scope="module")
def two_weeks(up: Up, today: dt.date) -> list[dt.date]:
    """Two weeks up to the day before yesterday, each day fetched on its evening and published."""
    up.sources.write_text(catalogue(up.stand, SOURCES))
    up.lake.delete(source_state_name(name) for name in SOURCES)
    days = [today - dt.timedelta(days=back) for back in range(DAYS + 1, 1, -1)]
    with ThreadPoolExecutor(1) as worker:  # the browser keeps an event loop in this thread
        worker.submit(fetch_and_publish, up, days).result()
    up.stand.set_today(today)
    up.turn_on_fetching()  # yesterday itself is Airflow's to schedule, not ours to rebuild
    up.settled()
    return days


def fetch_and_publish(up: Up, days: Sequence[dt.date]) -> None:
    periods: set[str] = set()
    for day in days:
        up.stand.set_today(day)
        now = up.stand.now() + dt.timedelta(minutes=30)
        for source in load_sources(up.sources):
            run_day = RunDay(day, live=True)
            fetched = flow.fetch(up.lake, source, run_day, fetching=FETCHING, clock=lambda now=now: now)
            assert fetched.error is None, fetched.error
            periods |= fetched.periods.keys()
    flow.publish(up.lake, periods)


def backfill(
    up: Up,
    page: Page,
    first: dt.date,
    last: dt.date,
    *,
    sources: Sequence[str] = (),
    every_run: bool = True,
    at_once: int = 4,
) -> list[dict[str, Any]]:
    """Fill in the form and wait for the runs; gives them, the first day first."""
    known = {run["dag_run_id"] for run in up.airflow.runs("fetch_news")}
    while any(
        b["completed_at"] is None for b in up.airflow.get("backfills", dag_id="fetch_news")["backfills"]
    ):
        up.check()  # a DAG has one backfill at a time
        time.sleep(0.5)
    page.goto(f"{up.airflow.url}/dags/fetch_news")
    page.get_by_role("button", name="Trigger").first.click()
    form = page.get_by_role("dialog").filter(has_text="Single Run")
    form.get_by_text("Backfill", exact=True).first.click()
    for field, day in zip(form.get_by_test_id("datetime-input").all(), (first, last), strict=True):
        field.click()
        popover = page.locator("[data-scope=popover][data-part=content][data-state=open]")
        popover.get_by_placeholder("YYYY/MM/DD").fill(day.strftime("%Y/%m/%d"))
        popover.get_by_placeholder("HH:mm").fill("00:00")
        page.keyboard.press("Escape")
        expect(popover).to_have_count(0)
    if every_run:
        form.get_by_text("All Runs", exact=True).click()
    form.locator("input[name=max_active_runs]").fill(str(at_once))
    if sources:
        # without this Airflow 3.3 sends no parameters with a backfill at all
        form.get_by_text("Override parameters on existing runs").click()
        form.locator("textarea[name=element_sources]").fill("\n".join(sources))
    page.screenshot(path=up.output.with_name("backfill.png"))
    button = form.get_by_role("button", name="Run Backfill")
    expect(button).to_be_enabled()
    button.click()
    expect(form).to_have_count(0)
    wanted = (last - first).days + 1
    deadline = time.monotonic() + 600
    while True:
        up.check()
        runs = [run for run in up.airflow.runs("fetch_news") if run["run_type"] == "backfill"]
        mine = [run for run in runs if run["dag_run_id"] not in known]
        if len(mine) == wanted and not any(run["state"] in steps.OPEN for run in mine):
            break
        assert time.monotonic() < deadline, [(r["dag_run_id"], r["state"]) for r in mine]
        time.sleep(1)
    up.settled()
    return sorted(mine, key=lambda run: str(run["data_interval_start"]))


def results(up: Up, run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    tasks = up.mapped(run, "fetch")
    return {name: up.pushed(run, "fetch", "fetched", task["map_index"]) for name, task in tasks.items()}


@pytest.fixture(scope="module")
def rebuilt(
    up: Up, logged_in: Page, two_weeks: list[dt.date]
) -> tuple[dict[str, str], list[dict[str, Any]], dict[str, str]]:
    """What was published, the runs of a backfill of two weeks and the day before, what is published now."""
    before = steps.digests(up.state)
    up.stand.log.clear()
    began = time.monotonic()
    runs = backfill(up, logged_in, two_weeks[0] - dt.timedelta(days=1), two_weeks[-1])
    seconds = time.monotonic() - began
    tasks = sum(
        up.airflow.get(f"dags/fetch_news/dagRuns/{run['dag_run_id']}/taskInstances", limit=1)["total_entries"]
        for run in runs
    )
    print(
        f"\nbackfill of {len(runs)} days over {len(SOURCES)} sources: {seconds:.0f} s, {tasks} task instances"
    )
    return before, runs, steps.digests(up.state)


def test_every_day_of_the_range_is_a_run_and_succeeds(
    rebuilt: tuple[dict[str, str], list[dict[str, Any]], dict[str, str]], two_weeks: list[dt.date]
) -> None:
    _, runs, _ = rebuilt
    assert len(runs) == DAYS + 1
    assert {run["state"] for run in runs} == {"success"}


def test_the_partitions_keep_their_bytes(
    rebuilt: tuple[dict[str, str], list[dict[str, Any]], dict[str, str]], two_weeks: list[dt.date]
) -> None:
    before, _, after = rebuilt
    extra = two_weeks[0] - dt.timedelta(days=1)  # this day's sitemap had not been asked yet
    name = articles_name(extra.isoformat()).removeprefix("articles/")
    assert {n: d for n, d in after.items() if n != name} == {n: d for n, d in before.items() if n != name}
    assert len(before) >= DAYS


def test_each_day_is_read_from_its_own_captures(
    up: Up,
    rebuilt: tuple[dict[str, str], list[dict[str, Any]], dict[str, str]],
    two_weeks: list[dt.date],
) -> None:
    _, runs, _ = rebuilt
    for run, day in zip(runs[1:], two_weeks, strict=True):
        found = results(up, run)
        assert found.keys() == set(SOURCES)
        for name, result in found.items():
            assert (result["day"], result["captures"]) == (day.isoformat(), 0), name
            assert result["read"] > 0, name
            # the sitemap was asked before its day had ended, and is asked once more
            assert result["state"] == ("unchanged" if name == SITEMAP else "replayed"), name


def test_no_feed_is_asked_about_the_past(
    up: Up, rebuilt: tuple[dict[str, str], list[dict[str, Any]], dict[str, str]]
) -> None:
    assert {access.source for access in up.stand.log} <= {SITEMAP}
    _, runs, _ = rebuilt
    for name in FEEDS:
        result = results(up, runs[3])[name]
        assert "A feed cannot be asked about the past." in result["notes"]


def test_a_day_without_captures_says_so(
    up: Up,
    rebuilt: tuple[dict[str, str], list[dict[str, Any]], dict[str, str]],
    two_weeks: list[dt.date],
) -> None:
    _, runs, _ = rebuilt
    run = runs[0]
    tasks = up.mapped(run, "fetch")
    for name in FEEDS:
        assert tasks[name]["state"] == "skipped"
        said = up.log(run, "fetch", tasks[name]["map_index"])
        assert f"Nothing was captured for {two_weeks[0] - dt.timedelta(days=1)}" in said


def test_a_sitemap_is_fetched_for_exactly_the_days_and_sources_that_are_asked_for(
    up: Up, logged_in: Page, today: dt.date, two_weeks: list[dt.date]
) -> None:
    up.sources.write_text(catalogue(up.stand, SOURCES))
    up.settled()
    first, last = today - dt.timedelta(days=24), today - dt.timedelta(days=22)
    up.stand.log.clear()
    runs = backfill(up, logged_in, first, last, sources=[SITEMAP], at_once=2)
    assert {run["state"] for run in runs} == {"success"}
    for offset, run in enumerate(runs):
        day = first + dt.timedelta(days=offset)
        found = results(up, run)
        assert found.keys() == {SITEMAP}
        stories = {up.stand.url(story) for story in up.stand.stories(SITEMAP, day)}
        assert found[SITEMAP]["new"] == len(stories)
        rows = read_object(up.lake, articles_name(day.isoformat())).to_pylist()
        assert {row["canonical_url"] for row in rows} == stories
    assert {access.source for access in up.stand.log} == {SITEMAP}
    pages = {a.path for a in up.stand.log if up.stand.expected(f"http://{SITEMAP}.localhost{a.path}")}
    assert len(pages) == sum(
        len(up.stand.stories(SITEMAP, first + dt.timedelta(days=offset))) for offset in range(3)
    )
