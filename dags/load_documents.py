"""From the inbox to staged rows, whenever something is dropped."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk import dag, get_current_context, task
from lake_assets import DEFAULTS, announce_periods, inbox, note, staged_articles
from notifier import ToldElsewhere, Troubles

if TYPE_CHECKING:
    from pipeline.flow import Loaded

log = logging.getLogger(__name__)

MOST_BATCHES: Final = 1000
"""Mapped tasks of one run; Airflow's own limit is 1024."""

LONGEST_NAME: Final = 80
"""Characters of a file's name shown in the grid; Airflow's database takes 250, and fails the task above."""

DOC = """
### Load documents

Takes what lies in the lake's `inbox/`, keeps its bytes as captures, reads and cleans them into staged rows,
and announces every period that is no longer up to date. `publish_articles` then runs once for each of these.

**Starts by itself** a few seconds after a file in the inbox is complete; trigger it by hand to look now.

| task | does |
|---|---|
| `list_inbox` | groups the files into batches |
| `load` | one batch: capture, extract, clean, normalise. A file that fails does not stop the others |
| `announce` | tells which periods changed. Skipped when nothing is new |
| `clear_inbox` | removes the files that are captured and announced, and nothing else |
| `summary` | the numbers; red when a batch failed |

**When it is red**: open the failed `load` in the grid; its log names the file and says what to do. The file
still lies in the inbox and is tried again by the next run (at the latest after 10 minutes). Nothing is lost
or doubled by clearing or triggering as often as you like.

**A file that cannot be read is not a failure**: it is kept, with the reason, under `rejected/`
(`dagspress show undated`).
"""


def _label(names: list[str]) -> str:
    """What a batch is called in the grid.

    >>> _label(["inbox/a.txt"]), _label(["inbox/a.txt", "inbox/b.txt", "inbox/c.txt"])
    ('a.txt', 'a.txt and 2 more')
    """
    first = names[0].removeprefix("inbox/")
    if len(first) > LONGEST_NAME:
        first = f"…{first[1 - LONGEST_NAME :]}"
    return first if len(names) == 1 else f"{first} and {len(names) - 1} more"


@dag(
    dag_id="load_documents",
    dag_display_name="Load documents",
    description="From the inbox to staged rows, whenever something is dropped",
    schedule=inbox,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["dagspress", "documents"],
    doc_md=DOC,
)
def load_documents() -> None:
    """Wire the tasks. A file leaves the inbox last of all: a crash anywhere is healed by the next event."""

    @task(execution_timeout=timedelta(minutes=10))
    def list_inbox() -> list[list[str]]:
        from pipeline.flow import batches, waiting
        from pipeline.lake import Lake

        files = waiting(Lake.from_env())
        groups = batches(files)
        log.info("%d files lie in the inbox, %d bytes", len(files), sum(f.size for f in files))
        if len(groups) > MOST_BATCHES:
            log.info("Taking %d of %d batches; the rest follows with a later run", MOST_BATCHES, len(groups))
        return groups[:MOST_BATCHES]

    @task(
        execution_timeout=timedelta(hours=6),
        map_index_template="{{ batch }}",
        on_failure_callback=None,  # `summary` tells of them all at once
    )
    def load(names: list[str]) -> None:
        from pipeline.errors import DagspressError, InboxChanged
        from pipeline.flow import load as load_file
        from pipeline.lake import Lake

        context = get_current_context()
        context["batch"] = _label(names)  # type: ignore[typeddict-unknown-key]
        lake = Lake.from_env()
        loaded: list[dict[str, Any]] = []
        gone: list[str] = []
        failed: list[DagspressError] = []
        for name in names:
            try:
                item = load_file(lake, name)
            except InboxChanged as changed:
                log.warning("%s", changed)  # its next version will announce itself
                gone.append(name)
            except DagspressError as error:
                log.error("%s: %s", name, error)
                failed.append(error)
            else:
                log.info(
                    "%s: %d records, %d staged, %d rejected%s",
                    name, item.records, item.staged, item.rejected, "" if item.new else " (known already)",
                )  # fmt: skip
                loaded.append(item.as_json())
        # pushed, not returned: what was loaded counts even where another file of the batch fails
        context["ti"].xcom_push(key="loaded", value=loaded)
        context["ti"].xcom_push(key="gone", value=gone)
        if failed:
            raise failed[0]

    @task(outlets=[staged_articles], trigger_rule="all_done", execution_timeout=timedelta(minutes=30))
    def announce() -> list[str]:
        from pipeline.report import notes

        loaded = _loaded()
        return announce_periods(notes.staged_by_period(loaded), by=f"{len(loaded)} files")

    @task(trigger_rule="none_failed", execution_timeout=timedelta(minutes=30))
    def clear_inbox() -> None:
        from pipeline.flow import clear
        from pipeline.lake import Lake

        loaded = _loaded()
        removed = clear(Lake.from_env(), loaded)
        log.info("%d of %d files left the inbox", len(removed), len(loaded))

    @task(trigger_rule="all_done", execution_timeout=timedelta(minutes=5))
    def summary(planned: Any) -> dict[str, int]:
        from pipeline.report import notes

        if planned is None:
            raise ToldElsewhere("The inbox could not be listed: see the log of `list_inbox`.")
        loaded = _loaded()
        files = {name for names in planned for name in names}
        failed = sorted(files - {item.name for item in loaded} - set(_pulled("gone")))
        numbers = {
            "files": len(loaded),
            "new": sum(item.new for item in loaded),
            "records": sum(item.records for item in loaded),
            "staged": sum(item.staged for item in loaded),
            "rejected": sum(item.rejected for item in loaded),
            "failed": len(failed),
        }
        log.info("%s", ", ".join(f"{n} {name}" for name, n in numbers.items()))
        said = notes.loaded(loaded, failed=[_label([name]) for name in failed])
        note(said)
        if failed:
            raise Troubles(said, [])
        return numbers

    planned = list_inbox()
    batches_loaded = load.expand(names=planned)
    batches_loaded >> announce() >> clear_inbox()
    batches_loaded >> summary(planned)  # red where a batch failed, and a leaf: it hides no other's failure


def _loaded() -> list[Loaded]:
    """What the batches of this run loaded, also those that failed in part."""
    from pipeline.flow import Loaded

    return [Loaded.from_json(item) for item in _pulled("loaded")]


def _pulled(key: str) -> list[Any]:
    """What the batches of this run pushed under a key, together."""
    batches = get_current_context()["ti"].xcom_pull(task_ids=["load"], key=key)
    return [item for batch in batches if batch for item in batch]


load_documents()
