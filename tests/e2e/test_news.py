"""Papers of the newsstand become published rows through a real Airflow; what troubles one stops no other."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from conftest import SPACING

from pipeline.embedded import run as steps
from pipeline.embedded.newsstand import catalogue
from pipeline.lake import articles_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.embedded.newsstand import Access, Expected
    from tests.e2e.conftest import Up
    from tests.receiving import Webhook

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

FEEDS = ("grinnfjord", "storli", "eastwick")
GOOD = (*FEEDS, "lauvdal")
TRICKY = ("same-guid", "tracked")
TROUBLED = ("dead", "slow", "busy", "unwelcome", "huge-page", "entity-bomb")
SOURCES = (*GOOD, *TRICKY, *TROUBLED)
FAILING = {"dead", "unwelcome", "entity-bomb"}


@dataclasses.dataclass(frozen=True, slots=True)
class Fetching:
    """A run of `fetch_news`, and what followed from it."""

    run: dict[str, Any]
    tasks: dict[str, dict[str, Any]]
    results: dict[str, dict[str, Any]]
    published: dict[str, dict[str, Any]]
    """Rows by address."""
    expected: dict[str, Expected]
    """What the pages of three feeds said then, by address."""
    log: Sequence[Access]


def fetch(up: Up, **conf: Any) -> Fetching:
    """A run by hand, for today."""
    up.stand.log.clear()
    return followed(up, up.run_by_hand("fetch_news", conf))


def followed(up: Up, run_id: str) -> Fetching:
    up.ended("fetch_news", run_id, seconds=200)
    run = up.airflow.get(f"dags/fetch_news/dagRuns/{run_id}")
    tasks = up.mapped(run, "fetch")
    results = {name: up.pushed(run, "fetch", "fetched", task["map_index"]) for name, task in tasks.items()}
    up.settled()
    periods = sorted({period for result in results.values() for period in result["periods"]})
    rows = [row for period in periods for row in read_object(up.lake, articles_name(period)).to_pylist()]
    mine = {row["canonical_url"]: row for row in rows if row["source"] in SOURCES}
    pages = [up.stand.expected(up.stand.url(story)) for name in FEEDS for story in up.stand.latest(name)]
    said = {page.url: page for page in pages if page is not None}
    return Fetching(run, tasks, results, mine, said, list(up.stand.log))


@pytest.fixture(scope="module")
def first(up: Up) -> Fetching:
    """The first time that the twelve sources are asked: turned on, it is scheduled for yesterday."""
    up.sources.write_text(catalogue(up.stand, SOURCES))
    up.stand.log.clear()
    return followed(up, up.turn_on_fetching())


@pytest.fixture(scope="module")
def second(up: Up, first: Fetching) -> tuple[dict[str, str], Fetching, dict[str, str]]:
    """The feeds once more: what was published before, the run, and what is published after."""
    before = steps.digests(up.state)
    again = fetch(up, sources=list(FEEDS))
    return before, again, steps.digests(up.state)


def test_every_source_is_a_task_of_its_own_name(first: Fetching) -> None:
    assert first.tasks.keys() == set(SOURCES)


def test_a_failing_source_is_red_and_the_others_finish(first: Fetching) -> None:
    assert {name for name, task in first.tasks.items() if task["state"] == "failed"} == FAILING
    assert {t["state"] for name, t in first.tasks.items() if name not in FAILING} == {"success"}
    assert first.run["state"] == "failed"


def test_the_summary_says_who_gave_what(up: Up, first: Fetching) -> None:
    said = up.log(first.run, "summary")
    for name in SOURCES:
        assert f"{name}, " in said
    assert "3 of 12 sources failed: dead, entity-bomb, unwelcome" in said


def test_the_sources_that_failed_are_told_in_one_alert(first: Fetching, webhook: Webhook) -> None:
    [alert] = [alert for alert in webhook.got if "3 of 12 sources failed" in alert["text"]]
    assert [r["subject"] for r in alert["reasons"]] == [f"source:{name}" for name in sorted(FAILING)]
    [why] = [r["sentence"] for r in alert["reasons"] if r["subject"] == "source:unwelcome"]
    assert "robots.txt disallows" in why
    assert not [a for a in webhook.got if "fetch_news.fetch" in a["subjects"]]


def test_the_note_of_the_run_says_what_came(first: Fetching) -> None:
    assert "3 sources failed: dead, entity-bomb, unwelcome." in first.run["note"]
    assert "12 sources, " in first.run["note"]
    assert "periods announced: " in first.run["note"]


def test_the_reason_stands_in_the_log_of_the_task(up: Up, first: Fetching) -> None:
    for name, reason in (("unwelcome", "robots.txt disallows"), ("entity-bomb", "entit")):
        assert reason in up.log(first.run, "fetch", first.tasks[name]["map_index"])


def test_articles_are_published_under_their_own_days(first: Fetching) -> None:
    assert len(first.expected) >= 20
    for url, expected in first.expected.items():
        row = first.published[url]
        assert (row["title"], row["text"]) == (expected.title, expected.text)
        assert (row["published"], row["published_at"]) == (expected.period, expected.published)


@pytest.mark.parametrize("name", TRICKY)
def test_one_guid_for_all_and_links_with_tracking_are_the_right_number_of_rows(
    up: Up, first: Fetching, name: str
) -> None:
    stories = {up.stand.url(story) for story in up.stand.latest(name)}
    assert {url for url, row in first.published.items() if row["source"] == name} == stories
    assert first.results[name]["staged"] == len(stories)


def test_a_page_over_the_limit_is_told_and_its_neighbours_are_published(first: Fetching) -> None:
    result = first.results["huge-page"]
    assert result["state"] == "fetched"
    assert all("DAGSPRESS_MAX_PAGE_BYTES" in problem for problem in result["problems"])
    assert result["staged"] == result["pages"] > 0


def test_requests_to_a_host_are_spaced(first: Fetching) -> None:
    for name in SOURCES:
        clocks = [access.clock for access in first.log if access.source == name]
        gaps = [later - earlier for earlier, later in itertools.pairwise(clocks)]
        assert all(gap >= SPACING - 0.02 for gap in gaps), (name, min(gaps))


def test_nothing_is_asked_inside_retry_after(first: Fetching) -> None:
    log = [access for access in first.log if access.source == "busy"]
    refused = [access for access in log if access.status == 429]
    assert refused
    for refusal in refused:
        after = min((a.clock for a in log if a.clock > refusal.clock), default=refusal.clock + 60)
        assert after - refusal.clock >= 0.95


def test_robots_txt_is_asked_first_and_obeyed(first: Fetching) -> None:
    for name in {access.source for access in first.log}:
        paths = [access.path for access in first.log if access.source == name]
        assert paths[0] == "/robots.txt"
    assert [a.path for a in first.log if a.source == "unwelcome"] == ["/robots.txt"]


def test_we_say_who_we_are(first: Fetching) -> None:
    assert {(access.user_agent or "")[:10] for access in first.log} == {"Dagspress/"}


def test_a_second_run_asks_for_changes_alone_and_changes_nothing(
    second: tuple[dict[str, str], Fetching, dict[str, str]],
) -> None:
    before, again, after = second
    assert again.run["state"] == "success"
    assert {result["captures"] for result in again.results.values()} == {0}
    asked = [access for access in again.log if access.path != "/robots.txt"]
    assert asked
    assert all(access.conditional and access.status == 304 for access in asked)
    assert after == before


def test_the_parameter_narrows_the_sources(
    second: tuple[dict[str, str], Fetching, dict[str, str]],
) -> None:
    _, again, _ = second
    assert again.tasks.keys() == {access.source for access in again.log} == set(FEEDS)


def test_an_update_is_a_revision_and_a_moved_slug_the_same_article(
    up: Up, first: Fetching, second: object
) -> None:
    updated, moved = up.stand.latest("grinnfjord")[:2]
    old = up.stand.url(moved)
    updated, moved = up.stand.update(updated), up.stand.move_slug(moved)
    after = fetch(up, sources=["grinnfjord"])
    row = after.published[up.stand.url(updated)]
    assert (row["revisions"], row["text"].split("\n\n")[-1]) == (2, updated.paragraphs[-1])
    row = after.published[up.stand.url(moved)]
    assert row["article_id"] == first.published[old]["article_id"]
    assert old not in after.published


def test_a_source_that_does_not_exist_is_named(up: Up, first: Fetching) -> None:
    run_id = up.run_by_hand("fetch_news", {"sources": ["nowhere"]})
    assert up.ended("fetch_news", run_id) == "failed"
    run = {"dag_id": "fetch_news", "dag_run_id": run_id}
    assert "No such source: nowhere" in up.log(run, "plan")


def test_watch_sources_is_red_for_the_silent_one_alone(up: Up, first: Fetching) -> None:
    run_id = up.run_by_hand("watch_sources", {})
    assert up.ended("watch_sources", run_id, seconds=120) == "failed"
    run = {"dag_id": "watch_sources", "dag_run_id": run_id}
    states = {name: task["state"] for name, task in up.mapped(run, "judge").items()}
    assert states.keys() >= {"grinnfjord: fresh", "dead: silent"}
    assert {name for name, state in states.items() if state == "failed"} == {
        f"{name}: silent" for name in FAILING
    }


def test_nothing_secret_stands_in_what_tasks_hand_on(up: Up, first: Fetching) -> None:
    secrets = up.state.secrets()
    said = json.dumps([first.results, up.log(first.run, "summary")], default=str)
    for secret in (secrets.s3_secret_key, secrets.admin_password, secrets.fernet_key):
        assert secret not in said


def test_a_scheduled_run_is_for_the_day_that_has_ended_and_one_by_hand_for_today(
    first: Fetching, second: tuple[dict[str, str], Fetching, dict[str, str]]
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    assert first.run["run_type"] == "scheduled"
    days = [{r["day"] for r in fetching.results.values()} for fetching in (first, second[1])]
    assert days == [{(today - dt.timedelta(days=1)).isoformat()}, {today.isoformat()}]


def test_what_would_fail_again_is_not_tried_again(first: Fetching) -> None:
    assert {first.tasks[name]["try_number"] for name in FAILING} == {1}
