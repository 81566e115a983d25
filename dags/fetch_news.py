"""Every day: ask every source what is new, and stage it; any past day can be rebuilt."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk import Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from daily_interval import DailyInterval
from lake_assets import DEFAULTS, FETCHING_POOL, announce_periods, note, noting, staged_articles
from notifier import ToldElsewhere, Troubles

if TYPE_CHECKING:
    from pipeline.flow import Fetched

log = logging.getLogger(__name__)

START: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Days before this cannot be backfilled."""

DOC = """
### Fetch news

For **one day** (the run's data interval, UTC) and every source of `seeds/sources.yaml`: asks politely what
is new, keeps everything received as a web archive under `captures/`, then extracts, cleans and normalises it
into staged rows, and announces every period they touch. `publish_articles` then runs once for each of these.

| task | does |
|---|---|
| `plan` | tells which day and which sources |
| `fetch` | one source, named in the grid. One that fails does not stop the others |
| `announce` | tells which periods changed. Skipped when nothing is new |
| `summary` | who gave what; red when a source failed |

**Backfill** (*Trigger*, *Backfill*, a range of days): each day is read again from its captures and published
anew, byte for byte. Sitemaps and archives are asked for days that were never fetched; a feed cannot be asked
about the past, and its task says so. Parameters: `sources` (names; none means all), `refetch` (ask again for
what is captured already); a backfill takes them only with *Override parameters on existing runs* ticked.

**Starts by itself** every day at midnight UTC, for the day that has just ended, once it is turned on: from
then on it sends requests to other people's servers. By hand: for the day of the run's logical date.

**When it is red** a source failed: its task in the grid is red, and its log says why and what to do. It is
asked again later, each time after a longer wait; nothing of the others is lost. **Skipped** means that it
asked us to wait, or has nothing for that day.
"""


@dag(
    dag_id="fetch_news",
    dag_display_name="Fetch news",
    description="Ask every source what is new, and stage it; any past day can be rebuilt",
    schedule=DailyInterval(),
    start_date=START,
    catchup=False,
    # Turning it on sends requests to other people's servers: somebody decides that.
    is_paused_upon_creation=True,
    max_active_runs=4,  # also the most that a backfill may ask for
    default_args=DEFAULTS,
    params={
        "sources": Param(
            None,
            type=["null", "array"],
            items={"type": "string"},
            title="Sources",
            description="Names of the sources to fetch, one a line; none means all of them",
        ),
        "refetch": Param(
            False,
            type="boolean",
            title="Fetch again",
            description="Also ask for what is captured already",
        ),
    },
    tags=["dagspress", "sources"],
    doc_md=DOC,
)
def fetch_news() -> None:
    """Wire the tasks. Captures are stored before they are read: the next try heals a crash anywhere."""

    @task(execution_timeout=timedelta(minutes=5))
    def plan() -> list[str]:
        from pipeline.flow.days import resolve_day
        from pipeline.sources import load_sources

        context = get_current_context()
        with noting("Nothing was fetched"):
            try:
                day = resolve_day(**_run(context))
            except ValueError as error:
                raise AirflowFailException(str(error)) from None
            sources = {source.name: source for source in load_sources()}
            wanted = context["params"]["sources"] or [s.name for s in sources.values() if s.enabled]
            if unknown := sorted(set(wanted) - sources.keys()):
                raise AirflowFailException(
                    f"No such source: {', '.join(unknown)}. `dagspress sources list` names them."
                )
        how = "what is new is asked for" if day.live else "feeds are not asked, captures are read again"
        log.info("%d sources for %s: %s", len(wanted), day.day, how)
        return list(dict.fromkeys(wanted))

    @task(
        pool=FETCHING_POOL,
        execution_timeout=timedelta(hours=3),
        map_index_template="{{ source }}",
        do_xcom_push=False,
        on_failure_callback=None,  # `summary` tells of them all at once
    )
    def fetch(name: str) -> None:
        from pipeline.errors import SourceFailed
        from pipeline.flow import fetch as fetch_source
        from pipeline.flow.days import resolve_day
        from pipeline.lake import Lake
        from pipeline.sources import load_sources

        context = get_current_context()
        context["source"] = name  # type: ignore[typeddict-unknown-key]
        [source] = [source for source in load_sources() if source.name == name]
        day = resolve_day(**_run(context))
        result = fetch_source(Lake.from_env(), source, day, refetch=context["params"]["refetch"])
        context["ti"].xcom_push(key="fetched", value=result.as_json())
        for problem in result.problems:
            log.warning("%s", problem)
        log.info("%s", result.sentence())
        if result.state == "failed":
            raise SourceFailed(result.sentence())
        if not result.read and result.state in ("empty", "deferred"):
            raise AirflowSkipException(result.sentence())

    @task(outlets=[staged_articles], trigger_rule="all_done", execution_timeout=timedelta(minutes=30))
    def announce() -> list[str]:
        from pipeline.report import notes

        fetched = _fetched()
        return announce_periods(notes.staged_by_period(fetched), by=f"{len(fetched)} sources")

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def summary(planned: Any) -> dict[str, Any]:
        from pipeline import alerts
        from pipeline.report import notes

        if planned is None:
            raise ToldElsewhere("There was no plan: see the log of `plan`.")
        fetched = _fetched()
        for item in fetched:
            log.info("%s", item.sentence())
        numbers: dict[str, Any] = {
            name: sum(getattr(item, name) for item in fetched)
            for name in ("requests", "new", "pages", "captures", "read", "records", "staged", "rejected")
        }
        numbers["sources"] = len(planned)
        numbers["failed"] = sorted({*planned} - {item.source for item in fetched if item.state != "failed"})
        log.info("%s", numbers)
        note(notes.fetched(fetched, failed=numbers["failed"]))
        if numbers["failed"]:
            said = {item.source: item.sentence() for item in fetched}
            raise Troubles(
                f"{len(numbers['failed'])} of {len(planned)} sources failed: {', '.join(numbers['failed'])}. "
                "What the others gave is staged and announced.",
                alerts.source_reasons(
                    (name, said.get(name, f"{name} was not fetched: the log of its task says why."))
                    for name in numbers["failed"]
                ),
            )
        return numbers

    planned = plan()
    sources_fetched = fetch.expand(name=planned)
    sources_fetched >> [announce(), summary(planned)]  # red where either fails: both run whatever came before


def _run(context: Any) -> dict[str, Any]:
    """What decides the day of a run (see `pipeline.flow.days`)."""
    run = context["dag_run"]
    return {
        "kind": str(getattr(run.run_type, "value", run.run_type)),
        "now": datetime.now(UTC),
        "interval_start": run.data_interval_start,
        "logical_date": run.logical_date or run.run_after,  # one day for all tasks, also around midnight
    }


def _fetched() -> list[Fetched]:
    """What the sources of this run gave, also those that failed in part."""
    from pipeline.flow import Fetched

    found = get_current_context()["ti"].xcom_pull(task_ids=["fetch"], key="fetched")
    return [Fetched.from_json(item) for item in found if item]


fetch_news()
