"""Who may come in: nobody without a token, nobody from another machine."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.mark.parametrize("token", ["", "Bearer bm8.bm8.bm8"], ids=["no token", "a made-up token"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v2/dags"),
        ("GET", "/api/v2/dags/load_documents/dagRuns"),
        ("POST", "/api/v2/dags/load_documents/dagRuns"),
        ("GET", "/api/v2/dagSources/load_documents"),
        ("GET", "/api/v2/connections"),
        ("GET", "/api/v2/config"),
        ("GET", "/ui/dags"),
    ],
)
def test_the_api_refuses_whoever_is_not_logged_in(up: Up, method: str, path: str, token: str) -> None:
    headers = {"Authorization": token} if token else {}
    data = b'{"logical_date": null}' if method == "POST" else None
    request = urllib.request.Request(up.airflow.url + path, data=data, method=method, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(request, timeout=30)
    with refused.value as reply:
        assert reply.code in ({401} if not token else {401, 403})


def test_nothing_listens_beyond_loopback(up: Up) -> None:
    listening = set()
    for process in up.family():
        try:
            connections = process.net_connections(kind="inet")
        except psutil.NoSuchProcess:  # a task that ended meanwhile
            continue
        listening |= {(c.laddr.ip, c.laddr.port) for c in connections if c.status == psutil.CONN_LISTEN}
    assert len(listening) >= 2  # S3 and Airflow
    assert {ip for ip, _ in listening} <= {"127.0.0.1", "::1"}
