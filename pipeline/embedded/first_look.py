"""A first run of `load_documents`, so that whoever drops a file afterwards does not wait for a cold start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pipeline.embedded.run import OPEN

if TYPE_CHECKING:
    from pipeline.embedded.services import Services

PATIENCE_SECONDS: Final = 90


def first_look(services: Services, *, patience: float = PATIENCE_SECONDS) -> str:
    """Let `load_documents` look at the inbox and wait until that run has ended; returns its state.

    The first task after a start takes some 15 s longer: the process that tasks are forked from imports what
    they need (`airflow.PRELOADED`). After `patience` seconds the run is left to itself, with its state of
    then: a full inbox takes its time. Raises ServiceFailed when a service ends.
    """
    api = services.airflow
    run = api.post("dags/load_documents/dagRuns", {"logical_date": None})
    path = f"dags/load_documents/dagRuns/{quote(run['dag_run_id'])}"
    deadline = time.monotonic() + patience
    while run["state"] in OPEN and time.monotonic() < deadline:
        services.check()
        time.sleep(0.3)
        run = api.get(path)
    return str(run["state"])
