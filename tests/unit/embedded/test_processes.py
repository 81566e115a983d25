"""However a command ends, nothing that it started is left."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from starts_family import FAMILY, PARENT, SERVICES

from pipeline.embedded.processes import (
    LOOPBACK,
    Child,
    Children,
    ServiceFailed,
    clean_env,
    free_port,
    listens,
    stop,
    tail,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REPOSITORY = Path(__file__).parents[3]


def alive(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those that run. psutil knows a process by its number and its start: no other is taken for it."""
    left = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
        except psutil.NoSuchProcess:
            continue
    return left


def left_of(processes: Sequence[psutil.Process], *, seconds: float = 20) -> list[psutil.Process]:
    """What still runs of some processes after a while."""
    deadline = time.monotonic() + seconds
    while (left := alive(processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@pytest.fixture
def family(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A command and all processes below it, the guard included."""
    command = [sys.executable, Path(__file__).with_name("starts_family.py"), tmp_path / "logs"]
    stubborn = getattr(request, "param", False)
    parent = subprocess.Popen(
        [*command, *(["--stubborn"] if stubborn else [])],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    below = [psutil.Process(pid) for pid in json.loads(parent.stdout.readline())]
    try:
        assert len(below) == SERVICES * FAMILY + 1
        yield parent, below
    finally:
        for process in alive(below):
            process.kill()
        parent.kill()
        parent.wait()
        parent.stdout.close()


ENDINGS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda s: s.name)
def test_nothing_is_left_after_a_signal(
    ending: signal.Signals, family: tuple[subprocess.Popen[str], list[psutil.Process]]
) -> None:
    parent, below = family
    parent.send_signal(ending)
    assert parent.wait(30) == (-ending if ending == signal.SIGKILL else 130)
    assert left_of(below) == []


@pytest.mark.parametrize("family", [True], indirect=True, ids=["stubborn"])
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_nothing_is_left_of_what_ignores_signals(
    ending: signal.Signals, family: tuple[subprocess.Popen[str], list[psutil.Process]]
) -> None:
    parent, below = family
    parent.send_signal(ending)
    parent.wait(30)
    assert left_of(below) == []


def test_a_second_ctrl_c_does_not_disturb_the_stopping(
    family: tuple[subprocess.Popen[str], list[psutil.Process]],
) -> None:
    parent, below = family
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGINT):
        parent.send_signal(number)
        time.sleep(0.02)
    assert parent.wait(30) == 130
    assert left_of(below) == []


def test_nothing_is_left_of_a_group_that_is_killed_but_for_the_guard(
    family: tuple[subprocess.Popen[str], list[psutil.Process]],
) -> None:
    """Whoever cancels a job signals its whole group. The guard is not in it."""
    parent, below = family
    os.killpg(parent.pid, signal.SIGKILL)
    parent.wait(30)
    assert left_of(below) == []


def start_family(children: Children) -> tuple[Child, list[psutil.Process]]:
    """A service with a child and a grandchild, and its processes: its own is the first."""
    command = [sys.executable, "-c", PARENT.format(stubborn=False)]
    child = children.start("service", command, env=dict(os.environ))
    child.wait_until(lambda: child.log.read_text().count("ready") == FAMILY, seconds=30)
    leader = psutil.Process(child.process.pid)
    below = [leader, *leader.children(recursive=True)]
    assert len(alive(below)) == FAMILY
    return child, below


def test_close_ends_the_descendants_of_services_too(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child, below = start_family(children)
        children.on_close(child)
    assert alive(below) == []


def test_stopping_a_service_ends_its_descendants_while_others_go_on(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child, below = start_family(children)
        _, others = start_family(children)
        stop([child], patience=5)
        assert alive(below) == []
        assert alive(others) == others


def test_descendants_are_ended_although_their_service_ended_long_ago(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child, below = start_family(children)
        children.on_close(child)
        child.process.kill()
        child.process.wait()
        assert alive(below) == below[1:]
    assert alive(below) == []


def test_what_was_started_but_not_registered_is_ended_too(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        _, below = start_family(children)
    assert alive(below) == []


def test_an_error_in_the_block_ends_everything_and_is_passed_on(tmp_path: Path) -> None:
    below: list[psutil.Process] = []

    def fail() -> None:
        with Children(tmp_path) as children:
            below.extend(start_family(children)[1])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert alive(below) == []


def test_services_are_stopped_the_last_one_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    waits = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2] + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    with Children(tmp_path) as children:
        for name in ("storage", "database", "users"):
            child = children.start(name, [sys.executable, "-c", waits, order, name], env=dict(os.environ))
            children.on_close(child)
            child.wait_until(lambda: "ready" in child.log.read_text(), seconds=30)  # noqa: B023
    assert order.read_text().split() == ["users", "database", "storage"]


def test_a_service_that_ends_by_itself_is_an_error_with_the_end_of_its_log(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start(
            "broken", [sys.executable, "-c", "print('no disk left'); raise SystemExit(3)"], env={}
        )
        with pytest.raises(ServiceFailed, match=r"(?s)broken ended with code 3.*broken\.log.*no disk left"):
            child.wait_until(lambda: False, seconds=30)


def test_a_service_that_is_never_ready_is_an_error(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        child = children.start("slow", [sys.executable, "-c", "import time; time.sleep(600)"], env={})
        children.on_close(child)
        with pytest.raises(ServiceFailed, match=r"slow is not ready after 0 s.\n.*\n    \(empty\)"):
            child.wait_until(lambda: False, seconds=0.3)


def test_a_service_gets_the_given_environment_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "somebody-elses")
    with Children(tmp_path) as children:
        child = children.start(
            "tells", [sys.executable, "-c", "import os; print(sorted(os.environ))"], env={"GIVEN": "1"}
        )
        child.process.wait(30)
        printed = child.log.read_text()
    assert "GIVEN" in printed
    assert "AWS" not in printed


def test_a_clean_environment_names_no_other_lake_airflow_or_database(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = {
        "AIRFLOW_HOME", "AIRFLOW__CORE__FERNET_KEY", "_AIRFLOW__AS_LIBRARY", "DAGSPRESS_LAKE",
        "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "RCLONE_CONFIG", "PGHOST", "PGPASSWORD",
    }  # fmt: skip
    for name in foreign:
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("DAGSPRESS_MAX_RECORD_BYTES", "7")
    env = clean_env()
    assert foreign & env.keys() == set()
    assert env["DAGSPRESS_MAX_RECORD_BYTES"] == "7"
    assert env["PATH"] == os.environ["PATH"]


def test_a_free_port_is_the_preferred_one_where_that_is_free() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert listens(port)
        assert free_port(port) not in {port, 0}
    assert not listens(port)


def test_the_end_of_a_log_says_where_the_rest_is(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"".join(b"line %d \xff\n" % n for n in range(100)))
    assert tail(log, lines=2) == f"The end of its log ({log}):\n    line 98 \ufffd\n    line 99 \ufffd"
    assert tail(tmp_path / "missing.log").endswith("(empty)")
