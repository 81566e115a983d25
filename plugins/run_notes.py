"""Notes on runs: when a run ends, what its tasks said of it becomes its note, in the grid and in the API.

Tasks push a sentence under the XCom key `note`; only the scheduler may write to a run. Whoever started a run
with a note of their own keeps it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY: Final = "note"
LONGEST: Final = 1_000
"""Characters that Airflow's database takes; one more would stop the scheduler."""


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:  # noqa: ARG001 - as Airflow calls it
    """A run went well."""
    _write(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:  # noqa: ARG001 - as Airflow calls it
    """A run is red."""
    _write(dag_run)


def note_of(said: Mapping[str, Any], failed: Iterable[str]) -> str:
    """The note of a run: what its tasks said, by their names, and which failed without a word about it.

    >>> note_of({"summary": "2 files.", "announce": "Nothing is new."}, [])
    '2 files. Nothing is new.'
    >>> note_of({"summary": "2 of 3 sources."}, ["fetch", "summary"]), note_of({}, ["plan"])
    ('2 of 3 sources.', 'Failed: plan.')
    """
    names = sorted(set(failed))
    parts = [str(sentence).replace("\0", "") for sentence in said.values() if sentence]
    if names and not said.keys() & set(names):
        parts.append(f"Failed: {', '.join(names)}.")
    note = " ".join(parts)
    return note if len(note) <= LONGEST else f"{note[: LONGEST - 1]}…"


def _write(dag_run: Any) -> None:
    """Set the note within the session that ends the run; what goes wrong here, Airflow logs and forgets."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from sqlalchemy import select
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None:
        return
    with session.no_autoflush:
        standing = dag_run.dag_run_note
        if standing is not None and standing.user_id is not None:
            return
        notes = session.execute(
            select(XComModel.task_id, XComModel.value)
            .where(
                XComModel.dag_id == dag_run.dag_id, XComModel.run_id == dag_run.run_id, XComModel.key == KEY
            )
            .order_by(XComModel.timestamp)
        )
        failed = session.scalars(
            select(TaskInstance.task_id).where(
                TaskInstance.dag_id == dag_run.dag_id,
                TaskInstance.run_id == dag_run.run_id,
                TaskInstance.state == "failed",
            )
        )
        note = note_of(dict(notes.tuples().all()), failed.all())
    if note:
        dag_run.note = note


class RunNotes(AirflowPlugin):
    """Makes the notes known to Airflow."""

    name = "dagspress_run_notes"
    listeners = [sys.modules[__name__]]  # noqa: RUF012 - as Airflow wants it
