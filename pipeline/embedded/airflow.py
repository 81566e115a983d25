"""Airflow's four processes on loopback, set up by environment alone.

They are started one by one and not by `airflow standalone`: that one also starts log servers on every
interface, and what its components say is lost.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from pipeline.embedded.processes import LOOPBACK, Child, Children, ServiceFailed, clean_env
from pipeline.embedded.state import READER, REPOSITORY, USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.embedded.state import Secrets, State

READY_SECONDS: Final = 120
DAGS: Final = frozenset(
    {
        "approve_articles",
        "fetch_news",
        "load_documents",
        "publish_articles",
        "rerun_quarantine",
        "watch_sources",
    }
)
FETCHING_POOL: Final = "fetching"
"""The pool of the tasks that ask sources, as the DAGs name it."""
FETCHING_SLOTS: Final = 8
_MARK: Final = "dagspress-airflow-version"

# Tasks inherit these from one process instead of importing them again: Great Expectations alone takes 7 s.
PRELOADED: Final = (
    "airflow",
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.task_runner",
    "pandas",
    "great_expectations",
    "pipeline.flow",
)


def airflow_env(
    state: State, secrets: Secrets, *, database: str, port: int, lake: Mapping[str, str]
) -> dict[str, str]:
    """The environment of every Airflow process (and of `airflow` on the command line)."""
    cores = os.cpu_count() or 2
    url = f"http://{LOOPBACK}:{port}"
    settings = {
        "CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": str(min(16, cores + 1)),
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__FERNET_KEY": secrets.fernet_key,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin,{READER}:viewer",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(state.passwords),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__MP_FORKSERVER_PRELOAD": ",".join(PRELOADED),
        "DATABASE__SQL_ALCHEMY_CONN": database,
        "API__HOST": LOOPBACK,
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.api_secret,
        "API_AUTH__JWT_SECRET": secrets.jwt_secret,
        "SCHEDULER__MP_START_METHOD": "forkserver",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "TRIGGERER__JOB_HEARTBEAT_SEC": "2",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "LOGGING__BASE_LOG_FOLDER": str(state.logs / "tasks"),
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {
        **clean_env(),
        **lake,
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        "AIRFLOW_HOME": str(state.airflow),
        "PYTHONPATH": str(REPOSITORY),
        "GX_ANALYTICS_ENABLED": "false",
        "NO_PROXY": f"{LOOPBACK},localhost",
        "no_proxy": f"{LOOPBACK},localhost",
    }


def migrate(children: Children, state: State, env: Mapping[str, str]) -> bool:
    """Bring the database to the installed Airflow's schema; returns whether there was anything to do.

    `airflow db check-migrations` would take as long as starting Airflow: a mark beside the data remembers.
    """
    mark = state.postgres / _MARK
    installed = version("apache-airflow")
    if mark.exists() and mark.read_text() == installed:
        return False
    child = children.start("db-migrate", [*_airflow(), "db", "migrate"], env=env)
    children.on_close(child)
    if child.process.wait(600) != 0:
        child.check()
    mark.write_text(installed)
    return True


def start_airflow(children: Children, env: Mapping[str, str], *, cwd: Path) -> list[Child]:
    """Start the four processes; `wait_until_ready` waits for them."""
    commands = {
        "api-server": ["api-server"],
        # their log servers would listen on every interface; the logs are files on this machine anyway
        "scheduler": ["scheduler", "--skip-serve-logs"],
        "triggerer": ["triggerer", "--skip-serve-logs"],
        "dag-processor": ["dag-processor"],
    }
    started = [
        children.start(name, [*_airflow(), *arguments], env=env, cwd=cwd)
        for name, arguments in commands.items()
    ]
    children.on_close(*started)
    return started


def wait_until_ready(services: Sequence[Child], api: Api) -> None:
    """Wait until every component reports in and the DAGs are there; raises ServiceFailed."""
    deadline = time.monotonic() + READY_SECONDS
    waiting = "the API server"
    while time.monotonic() < deadline:
        for service in services:
            service.check()
        try:
            health = api.get("monitor/health")
            sick = [name for name, part in health.items() if part["status"] != "healthy"]
            waiting = ", ".join(sick)
            if not sick:
                dags = {dag["dag_id"] for dag in api.get("dags")["dags"]}
                errors = api.get("importErrors")["import_errors"]
                if errors:
                    raise ServiceFailed(
                        f"{errors[0]['filename']} cannot be imported:\n{errors[0]['stack_trace']}"
                    )
                if dags >= DAGS:
                    return
                waiting = "the DAGs"
        except OSError:
            pass
        time.sleep(0.3)
    logs = services[0].log.parent
    raise ServiceFailed(f"Airflow is not ready after {READY_SECONDS} s: waiting for {waiting}. See {logs}/.")


def make_pool(api: Api) -> None:
    """Make the pool for asking sources, unless it is there: somebody may have changed its size."""
    if FETCHING_POOL not in {pool["name"] for pool in api.get("pools", limit=1000)["pools"]}:
        api.post(
            "pools",
            {
                "name": FETCHING_POOL,
                "slots": FETCHING_SLOTS,
                "description": "Sources that are asked at the same time",
                "include_deferred": False,
            },
        )


@dataclass(slots=True)
class Api:
    """Airflow's REST API, as a user. Raises ApiRefused, or OSError when nothing answers."""

    url: str
    password: str = field(repr=False)
    user: str = USER
    _token: str = field(default="", repr=False)

    def get(self, path: str, **query: Any) -> Any:
        """GET below `/api/v2/`."""
        return self._call("GET", path + (f"?{urlencode(query, doseq=True)}" if query else ""))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST below `/api/v2/`."""
        return self._call("POST", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """PATCH below `/api/v2/`."""
        return self._call("PATCH", path, body)

    def runs(self, dag_id: str, **query: Any) -> list[dict[str, Any]]:
        """Runs of a DAG, the latest first; `query` narrows them."""
        reply = self.get(f"dags/{quote(dag_id)}/dagRuns", limit=1000, order_by="-id", **query)
        runs: list[dict[str, Any]] = reply["dag_runs"]
        return runs

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return _request(method, f"{self.url}/api/v2/{path}", body, token=self.token())

    def token(self) -> str:
        """What Airflow knows the user by."""
        if not self._token:
            login = {"username": self.user, "password": self.password}
            self._token = _request("POST", f"{self.url}/auth/token", login)["access_token"]
        return self._token


class ApiRefused(ServiceFailed):
    """Airflow's API answered with an error."""


def _request(method: str, url: str, body: Mapping[str, Any] | None = None, *, token: str = "") -> Any:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, method=method, headers=headers)  # noqa: S310 - http, loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")[:500]
        raise ApiRefused(f"{method} {url}: {error.code} {detail}") from error


def _airflow() -> list[str]:
    return [sys.executable, "-m", "airflow"]
