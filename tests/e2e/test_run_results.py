"""What a run came to stands in Airflow itself, and whoever does not look is told; through a real Airflow."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.flow.partition import COUNTS
from pipeline.lake import docs_name
from pipeline.mutes import mute, read_mutes, unmute
from tests.receiving import SECRET, smtp_extra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import Up
    from tests.receiving import Letters, Webhook

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

DAYS = ("2015-05-04", "2015-05-06")
SHUT = "2015-11-08"


def lines(
    *periods: str, text: str = "Kaia på Myrvik ble {} centimeter høyere etter at steinene kom."
) -> bytes:
    records = [
        {"id": f"{p}/{n}", "date": p, "title": f"Stein {n}", "text": text.format(n)}
        for n, p in enumerate(periods)
    ]
    return "\n".join(json.dumps(record) for record in records).encode()


@pytest.fixture(scope="module")
def delivery(up: Up) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A file with articles of two days; the run that loaded it, and those that published it."""
    up.remember_runs()
    up.copy_into_inbox("kai.jsonl", lines(DAYS[0], DAYS[0], DAYS[1]))
    work = up.follow()
    [loading] = [run for run in work.load_runs if "1 file:" in (run["note"] or "")]
    return loading, {run["partition_key"]: run for run in work.publish_runs}


@pytest.fixture(scope="module")
def post(up: Up, letters: Letters) -> Iterator[Letters]:
    """Mail, by a connection of Airflow's."""
    connection = {
        "connection_id": "smtp_default",
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": letters.port,
        "extra": json.dumps(smtp_extra()),
    }
    up.airflow.post("connections", connection)
    yield letters
    connection["host"] = "nowhere.invalid"
    up.airflow.patch("connections/smtp_default", connection)


def told(webhook: Webhook, word: str, *, seconds: float = 60) -> dict[str, Any]:
    """The alert that holds a word; it is sent after its task has ended."""
    deadline = time.monotonic() + seconds
    while not (found := [alert for alert in webhook.got if word in alert["text"]]):
        assert time.monotonic() < deadline, [alert["what"] for alert in webhook.got]
        time.sleep(0.2)
    [alert] = found
    return alert


def note(up: Up, dag_id: str, run_id: str) -> str:
    return str(up.airflow.get(f"dags/{dag_id}/dagRuns/{run_id}")["note"])


def events(up: Up, asset: str) -> dict[str, dict[str, Any]]:
    """The latest event of every partition of an asset."""
    [found] = [a for a in up.airflow.get("assets", limit=100)["assets"] if a["name"] == asset]
    listed = up.airflow.get("assets/events", asset_id=found["id"], limit=1000, order_by="timestamp")
    return {event["partition_key"]: event["extra"] for event in listed["asset_events"]}


def failing_run(up: Up, period: str) -> str:
    """A run that cannot work, as a period was mistyped; gives its id."""
    run_id = up.run_by_hand("publish_articles", {"period": period})
    assert up.ended("publish_articles", run_id) == "failed"
    return run_id


def test_notes_say_what_was_loaded_and_what_was_published(
    delivery: tuple[dict[str, Any], dict[str, dict[str, Any]]],
) -> None:
    loading, publishing = delivery
    said = loading["note"]
    assert "1 file: 3 rows staged, 0 rejected." in said
    assert "2 periods announced: 2015-05-04, 2015-05-06." in said
    assert {p: run["note"] for p, run in publishing.items()} == {
        DAYS[0]: "2015-05-04: 2 published.",
        DAYS[1]: "2015-05-06: 1 published.",
    }


def test_events_carry_the_numbers_of_their_partition(
    up: Up, delivery: tuple[dict[str, Any], dict[str, dict[str, Any]]]
) -> None:
    staged, published = events(up, "staged_articles"), events(up, "articles")
    for day, rows in zip(DAYS, (2, 1), strict=True):
        assert staged[day]["periods"][day] == {"staged": rows}
        assert staged[day]["total"] == {"periods": 2, "staged": 3}
        numbers = dict.fromkeys(COUNTS, 0) | {"in": rows, "published": rows}
        assert published[day]["periods"][day] == {"state": "published", **numbers}


def test_what_was_built_has_its_page_in_data_docs(
    up: Up, delivery: tuple[dict[str, Any], dict[str, dict[str, Any]]]
) -> None:
    for day, run in delivery[1].items():
        assert up.task(run, "data_docs")["state"] == "success"
        assert up.lake.info(docs_name(day)) is not None


def test_a_forced_run_builds_what_is_up_to_date(
    up: Up, delivery: tuple[dict[str, Any], dict[str, dict[str, Any]]]
) -> None:
    said = {}
    for force in (False, True):
        run_id = up.run_by_hand("publish_articles", {"period": DAYS[1], "force": force})
        assert up.ended("publish_articles", run_id) == "success"
        said[force] = note(up, "publish_articles", run_id)
    assert said == {
        False: "2015-05-06: nothing is new (1 published).",
        True: "2015-05-06: 1 published.",
    }


def test_a_note_of_whoever_triggers_a_run_stays(
    up: Up, delivery: tuple[dict[str, Any], dict[str, dict[str, Any]]]
) -> None:
    body = {"logical_date": None, "conf": {"period": DAYS[1]}, "note": "Bare en prøve."}
    run_id = up.airflow.post("dags/publish_articles/dagRuns", body)["dag_run_id"]
    assert up.ended("publish_articles", run_id) == "success"
    assert note(up, "publish_articles", run_id) == "Bare en prøve."


def test_a_failed_task_is_told_by_webhook_and_mail_with_where_why_and_what_to_do(
    up: Up, webhook: Webhook, post: Letters
) -> None:
    run_id = failing_run(up, "1999-01-31")
    alert = told(webhook, "1999-01-31")
    assert alert["what"].startswith("Publish articles: publish failed. Nothing is staged for 1999-01-31.")
    assert alert["subjects"] == ["publish_articles", "publish_articles.publish"]
    assert alert["todo"].startswith("it was tried several times.")
    assert alert["link"].startswith(f"{up.airflow.url}/dags/publish_articles/runs/{run_id.partition(':')[0]}")
    assert "Nothing is staged for 1999-01-31" in note(up, "publish_articles", run_id)
    deadline = time.monotonic() + 60
    while not (mine := [letter for letter in post.got if "1999-01-31" in str(letter["Subject"])]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert mine[0]["To"] == "desk@example.org"
    log = up.log({"dag_id": "publish_articles", "dag_run_id": run_id}, "publish")
    assert "Told by webhook" in log
    assert SECRET not in log


def test_a_webhook_that_fails_changes_nothing(up: Up, webhook: Webhook) -> None:
    webhook.status = 500
    try:
        run_id = failing_run(up, "1999-02-28")
        told(webhook, "1999-02-28")
    finally:
        webhook.status = 200
    run = {"dag_id": "publish_articles", "dag_run_id": run_id}
    deadline = time.monotonic() + 30
    while "Not told by webhook: it answered 500." not in (log := up.log(run, "publish")):
        assert time.monotonic() < deadline, log
        time.sleep(0.5)
    assert "Nothing is staged for 1999-02-28" in log
    assert SECRET not in log


def test_what_is_muted_is_not_told_and_its_end_says_how_much_that_was(up: Up, webhook: Webhook) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    mute(up.lake, "publish_articles.publish", why="Vi prøver.", by="kari", until=until)
    try:
        failing_run(up, "1999-03-31")
        deadline = time.monotonic() + 60
        while [s.alerts for s in read_mutes(up.lake)] != [1]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        standing = unmute(up.lake, "publish_articles.publish")
    assert standing.sentence().endswith("by kari: Vi prøver.")
    assert not [alert for alert in webhook.got if "1999-03-31" in alert["text"]]


def test_a_gate_that_waits_for_a_person_is_told_and_its_run_says_who_decided(
    up: Up, webhook: Webhook
) -> None:
    up.remember_runs()
    up.copy_into_inbox("stille.jsonl", lines(*[SHUT] * 45, text="* * *"))
    [run] = up.follow().publish_runs
    assert run["note"].startswith(f"{SHUT}: not published, the former partition stays: 45 of 45 rows are")
    alert = told(webhook, f"{SHUT} is not published")
    assert "quarantined_share" in {reason["subject"] for reason in alert["reasons"]}
    assert alert["link"].endswith("/tasks/decision/required_actions")
    [asking] = [r for r in up.airflow.runs("approve_articles") if r["partition_key"] == SHUT]
    path = f"dags/approve_articles/dagRuns/{asking['dag_run_id']}/taskInstances/decision/-1/hitlDetails"
    up.airflow.patch(path, {"chosen_options": ["Refuse"], "params_input": {"why": "Feil fil."}})
    assert up.ended("approve_articles", asking["dag_run_id"]) == "success"
    assert note(up, "approve_articles", asking["dag_run_id"]) == (
        f"{SHUT}: refused by admin, the former partition stays: Feil fil."
    )
    assert events(up, "stopped_articles")[SHUT]["periods"][SHUT]["quarantined"] == 45
