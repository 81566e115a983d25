"""Every day: is every source as fresh as it uses to be?"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException
from lake_assets import DEFAULTS

log = logging.getLogger(__name__)

DOC = """
### Watch sources

Judges every source by its own history: **fresh** (as usual), **late** (nothing new for longer than usual, or
failing), **silent** (nothing for longer than its `oldest` in `seeds/sources.yaml`), **degraded** (much less
than usual, incomplete articles, or a feed that rolls over between two polls). Asks nobody anything.

| task | does |
|---|---|
| `plan` | tells which sources |
| `judge` | one source, named in the grid with the verdict. Red when it is silent |
| `summary` | lists them all; red when one is silent, or could not be judged |

**Starts by itself** every day at 06:00 UTC.

**When it is red** a source is silent: the log of its `judge` says since when, and what to look at. Where a
source has ended for good, set `enabled: false` in the catalogue.
"""


@dag(
    dag_id="watch_sources",
    dag_display_name="Watch sources",
    description="Which source went silent, which feed rolls over faster than it is polled",
    schedule="0 6 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["dagspress", "sources"],
    doc_md=DOC,
)
def watch_sources() -> None:
    """Wire the tasks."""

    @task(execution_timeout=timedelta(minutes=5))
    def plan() -> list[str]:
        from pipeline.sources import load_sources

        return [source.name for source in load_sources() if source.enabled]

    @task(execution_timeout=timedelta(minutes=5), map_index_template="{{ source }}", do_xcom_push=False)
    def judge(name: str) -> None:
        from pipeline.flow.freshness import freshness
        from pipeline.lake import Lake
        from pipeline.sources import load_sources

        context = get_current_context()
        [source] = [source for source in load_sources() if source.name == name]
        found = freshness(Lake.from_env(), source, now=datetime.now(UTC))
        context["source"] = f"{name}: {found.verdict}"  # type: ignore[typeddict-unknown-key]
        context["ti"].xcom_push(key="freshness", value=found.as_json())
        if found.verdict == "silent":
            raise AirflowFailException(f"{name} is silent. {found.why}")
        log.log(logging.INFO if found.healthy else logging.WARNING, "%s: %s", found.verdict, found.why)

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def summary(planned: Any) -> dict[str, Any]:
        if planned is None:
            raise AirflowFailException("There was no plan: see the log of `plan`.")
        found = [f for f in get_current_context()["ti"].xcom_pull(task_ids=["judge"], key="freshness") if f]
        verdicts: dict[str, list[str]] = {}
        for item in found:
            verdicts.setdefault(item["verdict"], []).append(item["source"])
            log.info("%s is %s. %s", item["source"], item["verdict"], item["why"])
        if silent := verdicts.get("silent"):
            raise AirflowFailException(
                f"{len(silent)} of {len(found)} sources are silent: {', '.join(silent)}."
            )
        if unknown := sorted({*planned} - {item["source"] for item in found}):
            raise AirflowFailException(
                f"{len(unknown)} of {len(planned)} sources were not judged: {', '.join(unknown)}."
            )
        return dict(sorted(verdicts.items()))

    planned = plan()
    judge.expand(name=planned) >> summary(planned)


watch_sources()
