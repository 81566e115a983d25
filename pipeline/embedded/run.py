"""`make run`: the sample documents through the real DAGs, and what became of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pipeline.embedded.airflow import ApiRefused
from pipeline.embedded.processes import ServiceFailed
from pipeline.embedded.state import REPOSITORY
from pipeline.lake import ARTICLES, INBOX

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.embedded.airflow import Api
    from pipeline.embedded.services import Services
    from pipeline.embedded.state import State
    from pipeline.flow import Fetched, Loaded
    from pipeline.lake import Lake

SAMPLES: Final = REPOSITORY / "seeds" / "articles"
PATIENCE_SECONDS: Final = 600
OPEN: Final = {"queued", "running"}
DAGS: Final = ("load_documents", "fetch_news", "publish_articles")
ANNOUNCING: Final = DAGS[:2]


@dataclass(slots=True)
class Work:
    """The DAG runs that followed one drop."""

    load_runs: list[dict[str, Any]] = field(default_factory=list)
    fetch_runs: list[dict[str, Any]] = field(default_factory=list)
    publish_runs: list[dict[str, Any]] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)
    """Periods that were announced."""

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The runs that ended red."""
        return [run for run in self.runs if run["state"] == "failed"]

    @property
    def runs(self) -> list[dict[str, Any]]:
        """All of them."""
        return [*self.load_runs, *self.fetch_runs, *self.publish_runs]

    @property
    def published(self) -> set[str]:
        """Announced periods whose run has ended."""
        return {r["partition_key"] for r in self.publish_runs if r["state"] not in OPEN}

    def finished(self, lake: Lake) -> bool:
        """Whether everything that the drop set in motion has come to an end."""
        if any(run["state"] in OPEN for run in self.runs):
            return False
        return self.announced <= self.published and (bool(self.failed) or not waiting_files(lake))


def drop(lake: Lake, folder: Path) -> list[str]:
    """Put every file of a folder into the inbox, under the same names; returns the inbox names."""
    names = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = f"{INBOX}{path.relative_to(folder).as_posix()}"
            with path.open("rb") as file:
                lake.put_file(name, file, path.stat().st_size)
            names.append(name)
    return names


def waiting_files(lake: Lake) -> list[str]:
    """Names of what lies in the inbox."""
    from pipeline.acquire import waiting

    return [f.name for f in waiting(lake)]


def follow(
    services: Services, *, known: set[str], say: Callable[[str], None], fetching: bool = False
) -> Work:
    """Wait until the DAGs have dealt with the inbox; `known` are the runs that ended before.

    With `fetching` a run of `fetch_news` is expected, too.

    Raises ServiceFailed when a service ends or nothing is finished for too long.
    """
    api = services.airflow
    deadline = time.monotonic() + PATIENCE_SECONDS
    told: set[str] = set()
    quiet = 0
    while True:
        services.check()
        work = _work(api, known=known)
        begun = bool(work.load_runs) and (bool(work.fetch_runs) or not fetching)
        for run in work.runs:
            label = f"{run['dag_id']}{' ' + run['partition_key'] if run['partition_key'] else ''}"
            if run["state"] not in OPEN and run["dag_run_id"] not in told:
                told.add(run["dag_run_id"])
                say(f"{label}: {run['state']}")
        # twice in a row: a run may be about to be created
        quiet = quiet + 1 if begun and work.finished(services.lake) else 0
        if quiet == 2:
            return work
        if time.monotonic() > deadline:
            raise ServiceFailed(
                f"The DAG runs are not finished after {PATIENCE_SECONDS} s. See the logs in "
                f"{services.state.logs}/, or look at the runs with `make up`."
            )
        time.sleep(1)


def finished_runs(api: Api) -> set[str]:
    """Identifiers of the runs that have ended."""
    return {run["dag_run_id"] for dag_id in DAGS for run in api.runs(dag_id) if run["state"] not in OPEN}


def _work(api: Api, *, known: set[str]) -> Work:
    """The runs that are not among the known ones, and what they announced."""
    load_runs, fetch_runs, publish_runs = (
        [run for run in api.runs(dag_id) if run["dag_run_id"] not in known] for dag_id in DAGS
    )
    ended = [run for run in (*load_runs, *fetch_runs) if run["state"] not in OPEN]
    return Work(
        load_runs=load_runs,
        fetch_runs=fetch_runs,
        publish_runs=publish_runs,
        announced={period for run in ended for period in _announced(api, run)},
    )


def _announced(api: Api, run: dict[str, Any]) -> list[str]:
    """The periods that a run announced; none where its task was skipped.

    Not from the list of asset events: Airflow 3.3.2 fails to give it while a run that it led to is queued.
    """
    tasks = f"dags/{run['dag_id']}/dagRuns/{quote(run['dag_run_id'])}/taskInstances"
    if api.get(f"{tasks}/announce")["state"] != "success":
        return []
    periods: list[str] = api.get(f"{tasks}/announce/xcomEntries/return_value", deserialize=True)["value"]
    return periods


def loaded_files(api: Api, work: Work) -> list[Loaded]:
    """What the load tasks of some runs say of each file."""
    from pipeline.flow import Loaded

    batches = [batch for run in work.load_runs for batch in _pushed(api, run, "load", "loaded")]
    return sorted((Loaded.from_json(item) for batch in batches for item in batch), key=lambda item: item.name)


def fetched_sources(api: Api, work: Work) -> list[Fetched]:
    """What the fetch tasks of some runs say of each source."""
    from pipeline.flow import Fetched

    found = [value for run in work.fetch_runs for value in _pushed(api, run, "fetch", "fetched")]
    return sorted((Fetched.from_json(value) for value in found), key=lambda item: item.source)


def _pushed(api: Api, run: dict[str, Any], task_id: str, key: str) -> list[Any]:
    """What the mapped instances of a task pushed under a key."""
    tasks = f"dags/{run['dag_id']}/dagRuns/{quote(run['dag_run_id'])}/taskInstances"
    values = []
    for entry in api.get(f"{tasks}/{task_id}/listMapped", limit=1000)["task_instances"]:
        path = f"{tasks}/{task_id}/xcomEntries/{key}"
        with contextlib.suppress(ApiRefused):  # it failed before it pushed anything
            values.append(api.get(path, map_index=entry["map_index"], deserialize=True)["value"])
    return values


def start_fetching(api: Api, edition: dt.date) -> None:
    """Let `fetch_news` run for the day before the newsstand's edition.

    Turning it on makes Airflow schedule the day that has just ended; later a run by hand asks for it again.
    """
    if api.get("dags/fetch_news")["is_paused"]:
        api.patch("dags/fetch_news", {"is_paused": False})
        return
    instant = dt.datetime.combine(edition - dt.timedelta(days=1), dt.datetime.now(dt.UTC).timetz())
    api.post("dags/fetch_news/dagRuns", {"logical_date": instant.isoformat()})


def digests(state: State) -> dict[str, str]:
    """SHA-256 of every published object, by its name."""
    folder = state.bucket / ARTICLES
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }
