"""All of it together: S3, PostgreSQL and Airflow, from a state folder."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.embedded.airflow import Api, airflow_env, make_pool, migrate, start_airflow, wait_until_ready
from pipeline.embedded.newsstand.child import NewsstandServer, start_newsstand
from pipeline.embedded.postgres import start_postgres
from pipeline.embedded.processes import LOOPBACK, Child, Children, clean_env, free_port
from pipeline.embedded.s3 import S3Server, start_s3
from pipeline.embedded.state import BUCKET, write_private
from pipeline.lake import Lake
from pipeline.settings_table import check_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipeline.embedded.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What runs, and how to reach it."""

    state: State
    s3: S3Server
    lake: Lake
    lake_env: Mapping[str, str] = field(repr=False)  # holds the secret key
    airflow: Api
    newsstand: NewsstandServer | None
    processes: list[Child]

    def check(self) -> None:
        """Raise ServiceFailed if one of them has ended."""
        for process in self.processes:
            process.check()


@contextmanager
def running(
    state: State,
    *,
    port: int | None = None,
    newsstand: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Services]:
    """Everything, ready for use; stopped when the block is left. `port`: of Airflow; None takes a free one.

    With `newsstand` the sources are the made-up papers of a server of our own, and no others.
    Raises ServiceFailed with the end of the log that tells why, DagspressError when the folder is in use or
    a setting is wrong.
    """
    check_settings(clean_env() | {"DAGSPRESS_LAKE": f"s3://{BUCKET}"})
    with state.lock() as lock:
        state.endpoint.unlink(missing_ok=True)
        state.prepare()
        secrets = state.secrets()
        with Children(state.logs, lock=lock) as children:
            s3 = start_s3(
                children, state.lake, access_key=secrets.s3_access_key, secret_key=secrets.s3_secret_key
            )
            lake_env = s3.env(BUCKET)
            write_private(state.endpoint, s3.endpoint)
            say(f"S3 answers at {s3.endpoint}")
            press = start_newsstand(children, state.newsstand) if newsstand else None
            if press is not None:
                say(f"The newsstand answers at port {press.port}")
            database = start_postgres(children, state.postgres)
            say("PostgreSQL answers")
            port = port or free_port()
            env = airflow_env(
                state, secrets, database=database, port=port, lake=lake_env | (press.env() if press else {})
            )
            if migrate(children, state, env):
                say("Airflow's tables are made")
            airflow = start_airflow(children, env, cwd=state.airflow)
            api = Api(f"http://{LOOPBACK}:{port}", secrets.admin_password)
            wait_until_ready(airflow, api)
            make_pool(api)
            say(f"Airflow answers at {api.url}")
            yield Services(
                state=state, s3=s3, lake=_lake(lake_env), lake_env=lake_env, airflow=api,
                newsstand=press, processes=[s3.child, *([press.child] if press else []), *airflow],
            )  # fmt: skip
            stopping = time.monotonic()
        say(f"All stopped in {time.monotonic() - stopping:.0f} s")


def _lake(env: Mapping[str, str]) -> Lake:
    """The lake as a client that keeps what it was made with; the environment is left as it was."""
    before = dict(os.environ)
    os.environ.update(env)
    try:
        return Lake.from_env()
    finally:
        os.environ.clear()
        os.environ.update(before)
