"""What is approved is published by the task itself, with its note, its events and its page; no Airflow."""

from __future__ import annotations

import json
from collections import defaultdict
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pipeline import flow
from pipeline.lake import docs_name, summary_name
from pipeline.report import gate_question

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    import pytest

    from pipeline.lake import Lake

PERIOD = "2016-04-02"


class Event:
    """The events of an asset, as a task adds to them."""

    def __init__(self) -> None:
        self.extra: dict[str, Any] = {}
        self.partitions: list[str] = []

    def add_partitions(self, keys: list[str]) -> None:
        self.partitions += keys


def lines(numbers: range, text: str) -> str:
    records = [
        {"id": f"{PERIOD}/{n}", "date": PERIOD, "title": f"Kake nummer {n}", "text": text.format(n)}
        for n in numbers
    ]
    return "\n".join(json.dumps(record) for record in records)


def test_settling_an_approval(
    lake: Lake,
    drop: Callable[[str, bytes | str], str],
    airflow_module: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = lines(range(10), "Bakeriet i gata solgte {} kaker i helga, og deigen tok slutt på lørdag.")
    flow.load(lake, drop("a.jsonl", good))
    flow.publish(lake, [PERIOD])
    flow.load(lake, drop("b.jsonl", lines(range(100, 145), "* * *")))
    [stopped] = flow.publish(lake, [PERIOD])
    assert stopped.state == "gate_failed"
    pushed: dict[str | None, Any] = {}
    answer = {
        "chosen_options": ["Approve"],
        "responded_by_user": {"id": "1", "name": "kari"},
        "params_input": {"why": "Bakeriet hadde stengt."},
    }
    pulled = {"reasons": gate_question(lake, PERIOD), "decision": answer}
    ti = SimpleNamespace(
        xcom_push=lambda key, value: pushed.update({key: value}),
        xcom_pull=lambda task_ids, key="return_value": (
            pushed.get(key) if task_ids == "settle" else pulled[task_ids]
        ),
    )
    events: dict[Any, Event] = defaultdict(Event)
    context = {"ti": ti, "outlet_events": events}
    module, assets = airflow_module("approve_articles"), airflow_module("lake_assets")
    for each in (module, assets):
        monkeypatch.setattr(each, "get_current_context", lambda: context)
    dag = module.approve_articles()
    result = dag.get_task("settle").python_callable()
    assert result == {"period": PERIOD, "by": "kari", "published": [PERIOD]}
    assert pushed["note"] == (
        f"{PERIOD}: approved by kari: Bakeriet hadde stengt. {PERIOD}: 10 published, 45 quarantined."
    )
    [event] = events.values()
    assert event.partitions == [PERIOD]
    assert event.extra["periods"][PERIOD]["quarantined"] == 45
    assert json.loads(lake.get(summary_name(PERIOD)))["approved"]["by"] == "kari"
    assert dag.get_task("data_docs").python_callable() == [docs_name(PERIOD)]
