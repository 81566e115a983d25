"""Dropped files, good, bad and known ones, become published rows by themselves, through a real Airflow."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.embedded import run as steps
from pipeline.embedded.airflow import ApiRefused
from pipeline.flow.partition import COUNTS
from pipeline.lake import articles_name, rejected_prefix, summary_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from pipeline.lake import Lake
    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

JUNK = bytes(range(256)) * 40
LETTER = (
    "date 2018-03-01 Ferja til Stokka ble innstilt i går kveld, og mange måtte vente til det lysnet av dag."
)
BAKED, BY_HAND = "2018-04-02", "2018-05"


def story(number: int, period: str, text: str | None = None) -> dict[str, Any]:
    body = (
        text
        or f"Butikken på hjørnet solgte {number} brød i går, og bakeren måtte opp om natta for å steke flere."
    )
    return {"id": f"{period}/{number}", "date": period, "title": f"Brød nummer {number}", "text": body}


def lines(*records: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode()


def summary(lake: Lake, period: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(lake.get(summary_name(period)))
    return found


def states(runs: list[dict[str, Any]]) -> set[str]:
    return {run["state"] for run in runs}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one drop of several files led to."""

    work: steps.Work
    left: list[str]
    """Files in the inbox afterwards."""
    undated: dict[str, Any]
    """The numbers of what has no date, before: papers of other tests may have left something there."""


@pytest.fixture(scope="module")
def delivery(up: Up) -> Delivery:
    """Good files, and junk among them, copied at once into a settled Airflow."""
    up.remember_runs()
    before = up.lake.find(summary_name("undated"))
    undated = json.loads(before) if before else {"in": 0, "rejected": 0}
    up.copy_into_inbox("brev.txt", LETTER.encode())
    up.copy_into_inbox("lyd.mp3", JUNK)
    up.copy_into_inbox("brød.jsonl", lines(*(story(n, BAKED) for n in range(10))))
    up.copy_into_inbox("mai.jsonl", lines(*(story(n, BY_HAND) for n in range(3))))
    return Delivery(up.follow(), steps.waiting_files(up.lake), undated)


def test_what_is_copied_or_uploaded_is_published_by_itself(up: Up) -> None:
    up.remember_runs()
    started = time.monotonic()
    up.copy_into_inbox(
        "kopiert.txt", b"date 2017-01-02 En gul bil sto parkert utenfor biblioteket hele dagen."
    )
    up.lake.put("inbox/avis/lastet.txt", b"date 2017-01-03 En gul sykkel sto igjen utenfor rutebilstasjonen.")
    seconds = {}
    while len(seconds) < 2 and time.monotonic() - started < 120:
        up.check()
        for period in ("2017-01-02", "2017-01-03"):
            if period not in seconds and up.lake.info(summary_name(period)):
                seconds[period] = time.monotonic() - started
        time.sleep(0.2)
    print("\nfrom dropped to published:", {p: f"{s:.1f} s" for p, s in seconds.items()})
    assert len(seconds) == 2
    [copied] = read_object(up.lake, articles_name("2017-01-02")).to_pylist()
    [uploaded] = read_object(up.lake, articles_name("2017-01-03")).to_pylist()
    assert copied["text"] == "En gul bil sto parkert utenfor biblioteket hele dagen."
    assert (copied["source"], uploaded["source"]) == ("documents", "avis")
    work = up.follow()
    assert states([*work.load_runs, *work.publish_runs]) == {"success"}


def test_junk_among_good_files_stops_none_of_them(up: Up, delivery: Delivery) -> None:
    assert states([*delivery.work.load_runs, *delivery.work.publish_runs]) == {"success"}
    assert delivery.work.published == {"2018-03-01", BAKED, BY_HAND, "undated"}
    assert delivery.left == []
    [row] = read_object(up.lake, articles_name("2018-03-01")).to_pylist()
    assert f"date 2018-03-01 {row['text']}" == LETTER
    lines = [
        line for o in up.lake.list(rejected_prefix("undated")) for line in up.lake.get(o.name).splitlines()
    ]
    mine = [row for row in map(json.loads, lines) if row["capture"].startswith("captures/source=documents/")]
    assert [row["reason"] for row in mine] == ["binary"]


def test_the_numbers_of_every_partition_add_up(up: Up, delivery: Delivery) -> None:
    found = {period: summary(up.lake, period) for period in delivery.work.published}
    counts = {period: numbers["in"] for period, numbers in found.items()}
    assert counts == {"2018-03-01": 1, BAKED: 10, BY_HAND: 3, "undated": delivery.undated["in"] + 1}
    for period, numbers in found.items():
        assert numbers["in"] == sum(numbers[name] for name in COUNTS), period
    assert found["undated"]["rejected"] == delivery.undated["rejected"] + 1


def test_the_same_bytes_again_change_nothing(up: Up, delivery: Delivery) -> None:
    before = steps.digests(up.state)
    up.remember_runs()
    up.copy_into_inbox("samme brev.txt", LETTER.encode())
    work = up.follow()
    assert states(work.load_runs) == {"success"}
    assert {up.task(run, "announce")["state"] for run in work.load_runs} == {"skipped"}
    assert work.publish_runs == []
    assert steps.digests(up.state) == before
    assert steps.waiting_files(up.lake) == []


def test_a_run_by_hand_publishes_the_period_it_is_given(up: Up, delivery: Delivery) -> None:
    run_id = up.run_by_hand("publish_articles", {"period": BY_HAND})
    assert up.ended("publish_articles", run_id) == "success"
    run = {"dag_id": "publish_articles", "dag_run_id": run_id}
    assert f"{BY_HAND}: nothing is new (3 published)" in up.log(run, "publish")


@pytest.mark.parametrize(
    ("conf", "message"),
    [({}, "Which period?"), ({"period": "1999-12"}, "Nothing is staged for 1999-12.")],
    ids=["without a period", "with an unknown one"],
)
def test_a_run_by_hand_that_cannot_work_fails_at_once(up: Up, conf: dict[str, str], message: str) -> None:
    run_id = up.run_by_hand("publish_articles", conf)
    assert up.ended("publish_articles", run_id) == "failed"
    run = {"dag_id": "publish_articles", "dag_run_id": run_id}
    assert up.task(run, "publish")["try_number"] == 1
    assert message in up.log(run, "publish")


def test_what_is_no_period_is_refused_when_it_is_asked_for(up: Up) -> None:
    with pytest.raises(ApiRefused, match="400"):
        up.run_by_hand("publish_articles", {"period": "2019-13"})
