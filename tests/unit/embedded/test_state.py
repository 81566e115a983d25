"""The state folder: its secrets stay secret, and one command at a time uses it."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from pipeline.embedded.airflow import Api, airflow_env
from pipeline.embedded.services import Services
from pipeline.embedded.state import State, write_private
from pipeline.errors import DagspressError

if TYPE_CHECKING:
    from pipeline.embedded.s3 import S3Server
    from pipeline.lake import Lake

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path / "state")
    made.prepare()
    return made


def private(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) == 0o600


def test_files_with_secrets_are_for_their_owner_alone(state: State) -> None:
    before = os.umask(0)  # as open as it can be
    try:
        secrets = state.secrets()
        write_private(state.endpoint, "x")
    finally:
        os.umask(before)
    files = [p for p in state.root.rglob("*") if p.is_file()]
    holding = [p for p in files if any(s in p.read_text() for s in asdict(secrets).values())]
    assert sorted(p.name for p in holding) == ["passwords.json", "secrets.json"]
    assert all(private(p) for p in holding)
    assert private(state.endpoint)


def test_a_private_file_replaces_one_that_everybody_could_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), private(path)) == ("new", True)
    assert list(tmp_path.iterdir()) == [path]


def test_secrets_are_made_once_for_a_folder(state: State, tmp_path: Path) -> None:
    first = asdict(state.secrets())
    assert asdict(state.secrets()) == first
    other = asdict(State(tmp_path).secrets())
    assert not set(first.values()) & set(other.values())
    assert len(set(first.values())) == len(first)
    assert all(len(value) >= 16 for value in first.values())


def test_secrets_are_fit_for_what_takes_them(state: State) -> None:
    secrets = state.secrets()
    assert len(secrets.s3_access_key) >= 8
    assert "," not in secrets.s3_secret_key
    assert re.fullmatch(r"[\w-]{43}=", secrets.fernet_key)  # 32 bytes


@pytest.mark.parametrize("lacking", ["reader_password", "fernet_key"])
def test_a_folder_of_an_older_version_gets_the_secrets_it_lacks_and_keeps_the_rest(
    state: State, lacking: str
) -> None:
    before = asdict(state.secrets())
    path = state.root / "secrets.json"
    path.write_text(json.dumps({name: value for name, value in before.items() if name != lacking}))
    after = asdict(state.secrets())
    assert {name for name in before if after[name] != before[name]} == {lacking}
    assert json.loads(path.read_text()) == after == asdict(state.secrets())


@pytest.mark.parametrize("stored", [None, '{"admin": "of-an-older-version"}'], ids=["none", "older"])
def test_the_passwords_airflow_reads_are_those_we_tell(state: State, stored: str | None) -> None:
    secrets = state.secrets()
    told = {"admin": secrets.admin_password, "reader": secrets.reader_password}
    assert json.loads(state.passwords.read_text()) == told
    state.passwords.unlink()  # Airflow would make up others
    if stored is not None:
        state.passwords.write_text(stored)
    assert state.secrets() == secrets
    assert json.loads(state.passwords.read_text()) == told
    assert private(state.passwords)


def test_beside_the_admin_there_is_a_reader(state: State) -> None:
    env = airflow_env(state, state.secrets(), database="x", port=1, lake={})
    assert env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == "admin:admin,reader:viewer"


def test_no_repr_shows_a_secret(state: State, s3: S3Server, lake: Lake) -> None:
    secrets = state.secrets()
    env = airflow_env(state, secrets, database="x", port=1, lake=s3.env("x"))
    api = Api("http://127.0.0.1:1", secrets.admin_password, _token="a-token-of-airflow")
    services = Services(
        state=state, s3=s3, lake=lake, lake_env=env, airflow=api, newsstand=None, processes=[s3.child]
    )
    shown = " ".join(map(repr, (state, secrets, services, api, s3, s3.child, lake))) + f"{secrets} {services}"
    for value in (*asdict(secrets).values(), s3.access_key, s3.secret_key, "a-token-of-airflow"):
        assert value not in shown


def test_airflow_takes_its_settings_from_us_alone(
    state: State, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", "/somebody/elses")
    monkeypatch.setenv("AIRFLOW__SMTP__SMTP_PASSWORD", "somebody-elses")
    env = airflow_env(state, state.secrets(), database="db", port=1234, lake=s3.env("b"))
    assert env["AIRFLOW__CORE__DAGS_FOLDER"] == str(REPOSITORY / "dags")
    assert "AIRFLOW__SMTP__SMTP_PASSWORD" not in env
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW_HOME"] == str(state.airflow)
    assert env["DAGSPRESS_LAKE"] == "s3://b"


def test_one_command_at_a_time_uses_a_folder(state: State, tmp_path: Path) -> None:
    with state.lock():
        with pytest.raises(DagspressError, match=re.escape(f"already run from {state.root}")), state.lock():
            raise AssertionError("locked twice")
        with State(tmp_path / "another").lock():
            pass
    with state.lock():
        pass


def test_a_lock_ends_with_its_process_however_that_ends(state: State) -> None:
    holding = (
        "import sys, time; from pathlib import Path; from pipeline.embedded.state import State\n"
        "with State(Path(sys.argv[1])).lock():\n"
        "    print('locked', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, state.root], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        with pytest.raises(DagspressError, match="already run"), state.lock():
            pass
        holder.kill()
    with state.lock():
        pass


def command(name: str, state: State) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline.embedded", name, "--state", state.root],
        cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["run", "up"])
def test_a_second_command_is_refused_and_starts_nothing(name: str, state: State) -> None:
    with state.lock():
        refused = command(name, state)
    assert refused.returncode == 1
    assert refused.stderr == (
        f"error: The embedded services already run from {state.root} (`make up` or `make run`). "
        "Stop them first (Ctrl-C where they run).\n"
    )
    assert list(state.logs.iterdir()) == []


def test_without_running_services_there_is_no_environment_to_print(state: State) -> None:
    refused = command("env", state)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "make up" in refused.stderr


def test_the_environment_of_running_services_is_printed_for_a_shell(state: State) -> None:
    secrets = state.secrets()
    write_private(state.endpoint, "http://127.0.0.1:9")
    with state.lock():
        printed = command("env", state).stdout
    assert f"export AWS_SECRET_ACCESS_KEY={secrets.s3_secret_key}\n" in printed
    assert "export AWS_ENDPOINT_URL_S3=http://127.0.0.1:9\n" in printed
    assert "export DAGSPRESS_LAKE=s3://dagspress\n" in printed


def test_a_folder_stays_locked_until_the_services_of_a_killed_command_are_gone(state: State) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from pipeline.embedded.processes import Children, clean_env\n"
        "from pipeline.embedded.state import State\n"
        "state = State(Path(sys.argv[1]))\n"
        "with state.lock() as lock, Children(state.logs, lock=lock) as children:\n"
        "    child = children.start('sleeper', ['sleep', '60'], env=clean_env())\n"
        "    print(child.process.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, state.root]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY, text=True) as killed:
        assert killed.stdout is not None
        sleeper = int(killed.stdout.readline())
        killed.kill()
    deadline = time.monotonic() + 20
    while True:
        try:
            with state.lock():
                break
        except DagspressError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert not psutil.pid_exists(sleeper) or psutil.Process(sleeper).status() == psutil.STATUS_ZOMBIE
