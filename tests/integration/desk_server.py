"""Airflow's API server with the newsdesk in it, over a database and a lake of its own.

Run as a program with a port it serves until it is killed. At `/astray` the same newsdesk looks at a store
that nobody serves.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pipeline.embedded.processes import LOOPBACK, Children, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.lake import Lake

REPOSITORY = Path(__file__).parents[2]
PASSWORDS = {"admin": "a-password", "reader": "another-password", "nobody": "a-third-password"}
USERS = "admin:admin,reader:viewer,nobody:"


@dataclass(slots=True)
class Reply:
    """What came back."""

    code: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Desk:
    """The running server, seen by a person without a browser."""

    port: int
    lake: Lake
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def ask(
        self,
        path: str,
        *,
        user: str | None = "admin",
        method: str = "GET",
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Ask for a path as it stands here, dots and all."""
        sent = dict(headers or {})
        if user is not None:
            sent["Cookie"] = f"_token={self.token(user)}"
        body = None
        if form is not None:
            method, body = "POST", urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        return self._ask(method, path, body, sent)

    def page(self, path: str, **options: Any) -> str:
        """The page at a path, which must be there."""
        reply = self.ask(path, **options)
        assert reply.code == 200, f"{path}: {reply.code} {reply.text[:2000]}"
        return reply.text

    def token(self, user: str) -> str:
        if user not in self.tokens:
            body = json.dumps({"username": user, "password": PASSWORDS[user]})
            reply = self._ask("POST", "/auth/token", body, {"Content-Type": "application/json"})
            self.tokens[user] = json.loads(reply.body)["access_token"]
        return self.tokens[user]

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Reply:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            reply = connection.getresponse()
            return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()


def start(children: Children, folder: Path, lake: Lake, env: Mapping[str, str]) -> Desk:
    """Start the server, and wait until it answers."""
    passwords = folder / "passwords.json"
    passwords.write_text(json.dumps(PASSWORDS))
    port = free_port()
    settings = {
        "AIRFLOW_HOME": folder,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder}/airflow.db",
        "AIRFLOW__CORE__PLUGINS_FOLDER": REPOSITORY / "plugins",
        "AIRFLOW__CORE__DAGS_FOLDER": REPOSITORY / "dags",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": USERS,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": passwords,
        "AIRFLOW__API__BASE_URL": f"http://{LOOPBACK}:{port}",
        "AIRFLOW__API__SECRET_KEY": "a secret of these tests",
        "AIRFLOW__API_AUTH__JWT_SECRET": "another secret of these tests, which is long enough for it",
        "PYTHONPATH": REPOSITORY,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "_AIRFLOW"))}
    child = children.start(
        "desk",
        [sys.executable, __file__, str(port)],
        env={**kept, **env, **{name: str(value) for name, value in settings.items()}},
        cwd=folder,
    )
    desk, deadline = Desk(port, lake), time.monotonic() + 100
    while time.monotonic() < deadline:
        child.check()
        try:
            if desk.ask("/newsdesk/", user=None).code == 401:
                return desk
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


def serve(port: int) -> None:
    import uvicorn
    from airflow import settings
    from airflow.api_fastapi.app import create_app
    from airflow.models import import_all_models
    from airflow.models.base import Base
    from starlette.routing import Mount

    from pipeline.lake import Lake
    from pipeline.settings import Settings

    import_all_models()
    Base.metadata.create_all(settings.engine)
    app = create_app("core")
    from newsdesk.app import create_app as create_newsdesk

    astray = Settings(bucket="astray", endpoint=f"http://{LOOPBACK}:9")
    app.router.routes.insert(0, Mount("/astray", create_newsdesk(lambda: Lake(astray))))
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
