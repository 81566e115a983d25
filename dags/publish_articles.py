"""Rebuild one period's partition, validate it, and replace it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

from airflow.sdk import Param, PartitionedAssetTimetable, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from lake_assets import (
    DEFAULTS,
    add_events,
    articles,
    document_built,
    note,
    noting,
    staged_articles,
    stopped_articles,
)

log = logging.getLogger(__name__)

DOC = """
### Publish articles

Rebuilds the partition of **one period** (`2019-02-06`, `2019-02`, `2019` or `undated`) from everything that
is staged for it: merges, marks duplicates, validates, and replaces `articles/published=<period>/` in one
step. Readers see the old partition or the new one.

**Starts by itself** once for each period that `load_documents` or `fetch_news` announces: the run's
*partition key* is the period. By hand: trigger it with the parameter `period`. Where nothing changed it does
nothing and says so (with `force` it rebuilds all the same); running it too often is harmless. Days around it
that hold copies of its articles, and periods that hold other versions of them, are rebuilt by the same run
where they are no longer what they would be.

**When it is red** it was tried several times. The log's last line says what is wrong and what to do; then
clear the task.

Where `data_docs` alone is red the partition is published all the same, and its page in Data Docs is of an
earlier build: clear the task.

**When its gate is shut** (volume, languages, duplicates, ...) nothing is published and readers still have the
former partition. The task `ask` hands it over to `approve_articles`, where it waits for a person in *Required
Actions*; this run is done, and nothing else waits.

**Rows that fail a check are not a failure**: they are kept, with every reason, under `quarantine/`.
"""

PERIOD = r"^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?|undated)$"


def period_of(partition_key: str | None, params: dict[str, Any]) -> str:
    """The period a run is for: its partition key, else the parameter of a manual run. Raises ValueError.

    >>> period_of("2019-02", {"period": None}), period_of(None, {"period": "undated"})
    ('2019-02', 'undated')
    """
    period = partition_key or params.get("period")
    if not period:
        raise ValueError("Which period? Trigger with the parameter `period`, such as 2019-02.")
    if re.fullmatch(PERIOD, period) is None:
        raise ValueError(f"{period!r} is no period: give 2019-02-06, 2019-02, 2019 or undated.")
    return str(period)


@dag(
    dag_id="publish_articles",
    dag_display_name="Publish articles",
    description="Rebuild one period's partition, validate it, and replace it",
    schedule=PartitionedAssetTimetable(assets=staged_articles),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULTS,
    params={
        "period": Param(
            None,
            type=["null", "string"],
            pattern=PERIOD,
            title="Period",
            description="For a run by hand: 2019-02-06, 2019-02, 2019 or undated",
        ),
        "force": Param(
            False,
            type="boolean",
            title="Rebuild in any case",
            description="Also where nothing changed: the same input and code give the same bytes",
        ),
    },
    tags=["dagspress", "articles"],
    doc_md=DOC,
)
def publish_articles() -> None:
    """Wire the tasks."""

    @task(outlets=[articles], execution_timeout=timedelta(hours=2))
    def publish() -> dict[str, Any]:
        from pipeline import flow
        from pipeline.flow.partition import COUNTS
        from pipeline.lake import Lake
        from pipeline.report import notes

        context = get_current_context()
        params = dict(context["params"])
        try:
            period = period_of(context["dag_run"].partition_key, params)
        except ValueError as error:
            raise AirflowFailException(str(error)) from None
        with noting(period):
            lake = Lake.from_env()
            # a mistyped period must not become an empty partition; an announced one is known
            if context["dag_run"].partition_key is None and period not in flow.known_periods(lake):
                raise AirflowFailException(
                    f"Nothing is staged for {period}. `dagspress show` lists the periods."
                )
            found = flow.publish(lake, [period], force=params["force"])
        for publication in found:
            log.info("%s", publication.sentence())
        said = notes.published(found, period=period)
        note(said)
        counts = notes.counts_of(found, ("in", *COUNTS))
        stopped = {p.period: counts[p.period] for p in found if p.state == "gate_failed"}
        asked = {p.period: counts[p.period] for p in found if p.state == "gate_failed" and not p.again}
        context["ti"].xcom_push(key="built", value=[p.period for p in found if p.state != "unchanged"])
        context["ti"].xcom_push(key="stopped", value=stopped)
        context["ti"].xcom_push(key="asked", value=asked)
        rebuilt = sorted(p.period for p in found if p.state == "published")
        if period in stopped and not rebuilt:
            raise AirflowSkipException(
                notes.published(found, period=period)
            )  # no event: nothing was published
        add_events(articles, {p: counts[p] for p in sorted({period, *rebuilt} - stopped.keys())})
        return {"period": period, **counts[period], "rebuilt": rebuilt}

    @task(outlets=[stopped_articles], trigger_rule="none_failed", execution_timeout=timedelta(minutes=5))
    def ask() -> list[str]:
        ti = get_current_context()["ti"]
        asked = ti.xcom_pull(task_ids="publish", key="asked") or {}
        if not asked:
            waiting = ", ".join(sorted(ti.xcom_pull(task_ids="publish", key="stopped") or {}))
            raise AirflowSkipException(f"Waiting already: {waiting}." if waiting else "Every gate is open.")
        add_events(stopped_articles, asked)
        return sorted(asked)

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=30))
    def data_docs() -> list[str]:
        return document_built("publish")

    publish() >> [ask(), data_docs()]


publish_articles()
