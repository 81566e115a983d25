"""Ask a person about a partition that its gate stopped, and do as they say."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, PartitionedAssetTimetable, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from lake_assets import DEFAULTS, add_events, articles, document_built, note, noting, stopped_articles
from notifier import Notifier

log = logging.getLogger(__name__)

DOC = """
### Approve articles

A partition that fails its partition checks is not published: readers keep the former one, and it waits here
for a person, in **Required Actions**, with the reasons and the numbers. Nothing else waits meanwhile.

**Starts by itself** once for each build that `publish_articles` could not publish.

* **Approve** publishes this build. The decision is kept in the lake with your name and reason, every rebuild
  and replay honours it, and the partition's summary names you.
* **Refuse** leaves the former partition. After three days without an answer that is what happens.

Another build of the period, of more or corrected input, is a new question; the answer to an older one then
changes nothing.

**When it is red**: what was approved could not be published. The last line of the task's log says why; clear
the task. *"was built anew since"*: the newer build has its own run.

The same without a browser: `dagspress approve PERIOD --why "..."`.
"""

APPROVE, REFUSE = "Approve", "Refuse"

PATIENCE: Final = timedelta(days=3)
"""How long a build waits for an answer."""


@dag(
    dag_id="approve_articles",
    dag_display_name="Approve articles",
    description="Ask a person about a partition that its gate stopped",
    schedule=PartitionedAssetTimetable(assets=stopped_articles),
    catchup=False,
    max_active_runs=10_000,  # those that wait for somebody must not keep others waiting
    default_args=DEFAULTS,
    tags=["dagspress", "articles"],
    doc_md=DOC,
)
def approve_articles() -> None:
    """Wire the question and the answer."""

    @task(execution_timeout=timedelta(minutes=10))
    def reasons() -> dict[str, str]:
        from pipeline.lake import Lake
        from pipeline.report import gate_question

        period = str(get_current_context()["dag_run"].partition_key)
        question = gate_question(Lake.from_env(), period)
        if question is None:
            note(f"The gate of {period} is open by now.")
            raise AirflowSkipException(f"The gate of {period} is open by now.")
        return question

    decision = HITLOperator(
        task_id="decision",
        subject="{{ ti.xcom_pull(task_ids='reasons')['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='reasons')['body'] }}",
        options=[APPROVE, REFUSE],
        defaults=REFUSE,
        params={"why": Param("", type="string", maxLength=2_000, title="Why")},
        execution_timeout=timedelta(minutes=10),
        response_timeout=PATIENCE,
        notifiers=[Notifier(gate=True)],
    )

    @task(outlets=[articles], execution_timeout=timedelta(hours=2))
    def settle() -> dict[str, Any]:
        from pipeline import flow
        from pipeline.flow.partition import COUNTS
        from pipeline.lake import Lake
        from pipeline.report import notes

        context = get_current_context()
        question = context["ti"].xcom_pull(task_ids="reasons")
        period, build = question["period"], question["build"]
        answer = context["ti"].xcom_pull(task_ids="decision")
        by, why = answered_by(answer)
        lake = Lake.from_env()
        if answer["chosen_options"] != [APPROVE]:
            flow.decide_gate(lake, "keep", period, by=by, why=why, build=build)
            note(f"{period}: refused by {by}, the former partition stays: {why}")
            raise AirflowSkipException(f"{period}: refused by {by}, the former partition stays.")
        with noting(f"{period}: approved by {by}, and not published"):
            decided = flow.decide_gate(lake, "approve", period, by=by, why=why, build=build)
            publications = flow.publish(lake, decided.periods)
        for publication in publications:
            log.info("%s", publication.sentence())
        note(f"{period}: approved by {by}: {why} {notes.published(publications, period=period)}")
        context["ti"].xcom_push(key="built", value=[p.period for p in publications if p.state != "unchanged"])
        counts = notes.counts_of(publications, ("in", *COUNTS))
        published = sorted(p.period for p in publications if p.state == "published")
        add_events(articles, {p: counts[p] for p in published})
        return {"period": period, "by": by, "published": published}

    @task(execution_timeout=timedelta(minutes=30))
    def data_docs() -> list[str]:
        return document_built("settle")

    reasons() >> decision >> settle() >> data_docs()


def answered_by(answer: dict[str, Any]) -> tuple[str, str]:
    """Who answered, and why.

    >>> answered_by({"responded_by_user": {"id": "1", "name": "kari"}, "params_input": {"why": "A test."}})
    ('kari', 'A test.')
    >>> answered_by({"responded_by_user": None, "params_input": {}})
    ('nobody', 'No answer in time.')
    """
    user = answer["responded_by_user"]
    if user is None:
        return "nobody", "No answer in time."
    return str(user["name"] or user["id"]), str(answer["params_input"].get("why") or "No reason given.")


approve_articles()
