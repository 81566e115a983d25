"""Every day: is every source as fresh as it uses to be?"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException
from lake_assets import DEFAULTS, note
from notifier import Channels, ToldElsewhere, Troubles, tell

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
| `overview` | looks at every period, and corrects what is remembered of it where that is wrong |
| `mutes` | tells of mutes that have ended how many alerts they held back |

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

    @task(
        execution_timeout=timedelta(minutes=5),
        map_index_template="{{ source }}",
        do_xcom_push=False,
        on_failure_callback=None,  # `summary` tells of them all at once
    )
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
        from pipeline import alerts
        from pipeline.report import notes

        if planned is None:
            raise ToldElsewhere("There was no plan: see the log of `plan`.")
        found = [f for f in get_current_context()["ti"].xcom_pull(task_ids=["judge"], key="freshness") if f]
        verdicts: dict[str, list[str]] = {}
        for item in found:
            verdicts.setdefault(item["verdict"], []).append(item["source"])
            log.info("%s is %s. %s", item["source"], item["verdict"], item["why"])
        unknown = sorted({*planned} - {item["source"] for item in found})
        note(notes.verdicts(verdicts, unknown=unknown))
        silent = verdicts.get("silent", [])
        parts = []
        if silent:
            parts.append(f"{len(silent)} of {len(found)} sources are silent: {', '.join(silent)}.")
        if unknown:
            parts.append(f"{len(unknown)} of {len(planned)} sources were not judged: {', '.join(unknown)}.")
        if parts:
            why = {item["source"]: f"{item['source']} is silent. {item['why']}" for item in found}
            lost = {name: f"{name} was not judged: the log of its task says why." for name in unknown}
            troubles = [(name, (why | lost)[name]) for name in (*silent, *unknown)]
            raise Troubles(" ".join(parts), alerts.source_reasons(troubles))
        return dict(sorted(verdicts.items()))

    @task(execution_timeout=timedelta(hours=2))
    def overview() -> int:
        from pipeline.flow.refresh import refresh_overview
        from pipeline.lake import Lake

        periods = refresh_overview(Lake.from_env())
        log.info("%d periods are as the overview says", len(periods))
        return len(periods)

    @task(execution_timeout=timedelta(minutes=5))
    def mutes() -> None:
        tell(Channels.from_env(), None)

    overview()
    mutes()
    planned = plan()
    judge.expand(name=planned) >> summary(planned)


watch_sources()
