"""S3 and PostgreSQL as they run: on loopback alone, their secrets unseen, and gone when we are."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest

from pipeline.embedded.postgres import start_postgres
from pipeline.embedded.processes import LOOPBACK, Children
from pipeline.errors import LakeAccessDenied
from pipeline.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.embedded.s3 import S3Server

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    # not among pytest's, which the start of another one closes to the others
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o711)  # where we are root the database is somebody else, and must pass
        yield Path(folder)


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def listening(pid: int) -> set[tuple[str, int]]:
    """Addresses and ports that a process and its descendants accept connections on."""
    return {
        (connection.laddr.ip, connection.laddr.port)
        for process in family(pid)
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }


def test_s3_listens_on_loopback_alone(s3: S3Server) -> None:
    assert listening(s3.child.process.pid) == {(LOOPBACK, urlsplit(s3.endpoint).port)}


def test_keys_of_s3_are_not_among_the_arguments_that_everybody_can_read(s3: S3Server) -> None:
    for process in family(s3.child.process.pid):
        arguments = " ".join(process.cmdline())
        assert "serve s3" in arguments
        assert s3.access_key not in arguments
        assert s3.secret_key not in arguments
    assert s3.secret_key not in s3.child.log.read_text()


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_s3_refuses_other_keys(
    name: str, new_lake: Callable[[], Lake], monkeypatch: pytest.MonkeyPatch
) -> None:
    new_lake()
    monkeypatch.setenv(name, "another-key")
    with pytest.raises(LakeAccessDenied):
        Lake.from_env().list("")


def test_a_file_copied_into_the_folder_is_an_object_at_once(tmp_path: Path, s3: S3Server, lake: Lake) -> None:
    lake.put("inbox/.keep", b"")
    served = Path(next(a for a in s3.child.process.args if str(a).endswith("/lake")))  # type: ignore[union-attr]
    lake.list("inbox/")
    (served / lake.settings.bucket / "inbox" / "a.txt").write_bytes(b"x")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and len(lake.list("inbox/")) < 2:
        time.sleep(0.1)
    assert lake.get("inbox/a.txt") == b"x"


def test_postgres_answers_on_a_socket_of_its_owner_and_nowhere_else(open_folder: Path) -> None:
    folder = open_folder / "pg"
    with Children(open_folder / "logs") as children:
        url = start_postgres(children, folder)
        [server] = [p for p in psutil.Process().children() if p.name().startswith("postgres")]
        below = family(server.pid)
        assert len(below) > 1
        assert listening(server.pid) == set()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        connection = psycopg2.connect(host=url.split("host=")[1], user="postgres", dbname="airflow")
        connection.close()
    assert [p for p in below if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []


def test_a_second_start_finds_the_database_as_it_was_left(open_folder: Path) -> None:
    for statement in ("create table t as select 42 as n", "select n from t"):
        with Children(open_folder / "logs") as children:
            url = start_postgres(children, open_folder / "pg")
            connection = psycopg2.connect(host=url.split("host=")[1], user="postgres", dbname="airflow")
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
            connection.close()
    assert rows == [(42,)]


def test_a_database_whose_folder_has_a_long_name_is_reachable(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))  # where its socket goes instead
    folder = open_folder / ("a-very-long-name-" * 8) / "pg"
    with Children(open_folder / "logs") as children:
        url = start_postgres(children, folder)
        psycopg2.connect(host=url.split("host=")[1], user="postgres", dbname="airflow").close()
        assert Path(url.split("host=")[1]).parent == open_folder


BOTH = """
import json, sys, time
from pathlib import Path
import psutil
from pipeline.embedded.postgres import start_postgres
from pipeline.embedded.processes import Children
from pipeline.embedded.s3 import start_s3
from pipeline.embedded.signals import ending_on_signals

root = Path(sys.argv[1])
with ending_on_signals(), Children(root / "logs") as children:
    start_s3(children, root / "lake", access_key="dagspress-test", secret_key="test-secret-key")
    url = start_postgres(children, root / "pg")
    import psycopg2
    client = psycopg2.connect(host=url.split("host=")[1], user="postgres", dbname="airflow")
    print(json.dumps([p.pid for p in psutil.Process().children(recursive=True)]), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM], ids=lambda s: s.name)
def test_the_real_services_are_gone_when_their_command_is(ending: signal.Signals, open_folder: Path) -> None:
    """PostgreSQL's own processes each have a session of their own: they must end with their server."""
    with subprocess.Popen(
        [sys.executable, "-c", BOTH, open_folder],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as command:
        assert command.stdout is not None
        below = [psutil.Process(pid) for pid in json.loads(command.stdout.readline())]
        assert len(below) > 3
        command.send_signal(ending)
    _, left = psutil.wait_procs(below, timeout=20)
    assert left == []
