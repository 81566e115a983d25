"""Runs of our DAGs, by Airflow's own functions: with its permissions, its audit log and its user."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from airflow.api_fastapi.common.dagbag import create_dag_bag
from airflow.api_fastapi.core_api.datamodels.dag_run import TriggerDAGRunPostBody
from airflow.api_fastapi.core_api.routes.public.dag_run import trigger_dag_run
from airflow.models import Log
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from fastapi import HTTPException
from sqlalchemy import select

from newsdesk.access import PUBLISHING, may, visitor_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from fastapi import Request

    from newsdesk.access import Visitor

APPROVING: Final = "approve_articles"
SHOWN_RUNS: Final = 10

_dag_bag = functools.cache(create_dag_bag)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a DAG, and where Airflow shows it."""

    dag_id: str
    run_id: str
    state: str
    at: dt.datetime | None
    note: str

    @property
    def path(self) -> str:
        """Below Airflow's own address."""
        return f"/dags/{self.dag_id}/runs/{self.run_id}"


def rebuild(request: Request, period: str, *, why: str, force: bool = False) -> Run:
    """Have the partition of a period built anew. Raises HTTPException where Airflow refuses."""
    conf: dict[str, Any] = {"period": period}
    if force:
        conf["force"] = True
    return trigger(request, PUBLISHING, conf, period=period, note=why)


def trigger(request: Request, dag_id: str, conf: dict[str, Any], *, period: str | None, note: str) -> Run:
    """Start a run in the name of whoever asks, perhaps for a period. Raises HTTPException where refused."""
    visitor = visitor_of(request)
    if not may(visitor.user, "POST", dag_id):
        raise HTTPException(403, f"You may not trigger {dag_id}.")
    body = TriggerDAGRunPostBody(logical_date=None, conf=conf, note=note or None, partition_key=period)
    with create_session(scoped=False) as session:
        run: Any = trigger_dag_run(dag_id, body, _dag_bag(), visitor.user, session, request)
        extra = json.dumps({"method": request.method, "conf": conf, "newsdesk": request.url.path})
        session.add(
            Log(
                event="trigger_dag_run",
                owner=visitor.name,
                owner_display_name=visitor.name,
                extra=extra,
                dag_id=dag_id,
                run_id=run.run_id,
            )
        )
        return Run(dag_id, run.run_id, str(run.state), run.run_after, note)


def runs_of(visitor: Visitor, period: str, dag_ids: Iterable[str] = (PUBLISHING, APPROVING)) -> list[Run]:
    """The latest runs for a period that somebody may see, newest first."""
    seen = [dag_id for dag_id in dag_ids if may(visitor.user, "GET", dag_id)]
    query = (
        select(DagRun)
        .where(DagRun.dag_id.in_(seen), DagRun.partition_key == period)
        .order_by(DagRun.run_after.desc())
        .limit(SHOWN_RUNS)
    )
    with create_session(scoped=False) as session:
        return [
            Run(run.dag_id, run.run_id, str(run.state), run.run_after, run.note or "")
            for run in session.scalars(query)
        ]
