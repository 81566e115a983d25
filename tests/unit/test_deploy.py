"""What the containers run besides Airflow: secrets, the health check, the cleaner of logs."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, strategies as st

from deploy.clean_logs import DAY, clean
from deploy.composition import env_of
from deploy.healthy import sickness
from deploy.make_env import OPTIONS, REPOSITORY, SECRETS, completed, main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# --- secrets ---------------------------------------------------------------------------------------------


def test_secrets_are_made_for_their_owner_alone_and_never_twice(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    main(path)
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    main(path)
    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [".env"]


def test_every_secret_is_long_and_its_own() -> None:
    one, other = env_of(completed("")), env_of(completed(""))
    assert SECRETS.keys() <= one.keys()
    assert all(len(one[name]) >= 16 and one[name] != other[name] for name in SECRETS)
    assert len({one[name] for name in SECRETS}) == len(SECRETS)
    Fernet(one["FERNET_KEY"])
    # they stand in addresses as they are
    assert all(one[name].isalnum() for name in SECRETS if name.startswith(("DATABASE", "BROKER", "STORE")))


@given(st.sets(st.sampled_from(sorted(SECRETS | OPTIONS))))
def test_what_is_there_stays(names: set[str]) -> None:
    text = "# mine\n" + "".join(f"{name}=chosen\n" for name in sorted(names))
    after = completed(text)
    assert after.startswith(text)
    assert completed(after) == after
    assert all(env_of(after)[name] == "chosen" for name in names)
    assert SECRETS.keys() <= env_of(after).keys()


def test_a_last_line_without_an_end_is_not_continued() -> None:
    assert env_of(completed("PORT=8081"))["PORT"] == "8081"


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    script = REPOSITORY / "deploy" / "make_env.py"
    subprocess.run([sys.executable, "-I", "-S", script, tmp_path / "env"], check=True, capture_output=True)
    assert (tmp_path / "env").exists()


def test_git_never_keeps_them() -> None:
    ignored = subprocess.run(
        ["git", "check-ignore", ".env", "dagspress.env"], cwd=REPOSITORY, capture_output=True
    )
    assert ignored.stdout.split() == [b".env", b"dagspress.env"]


def test_the_builder_sees_only_what_it_copies() -> None:
    lines = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert not any(".env" in rule for rule in rules[1:])


# --- health ----------------------------------------------------------------------------------------------


@pytest.fixture
def page() -> Iterator[tuple[str, dict[str, bytes]]]:
    """An address, and what is answered there; an empty answer is a failure."""
    said: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = said.get("body", b"")
            self.send_response(200 if "body" in said else 503)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", said
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("body", "part", "words"),
    [
        (b'{"scheduler": {"status": "healthy"}}', "scheduler", ""),
        (b'{"scheduler": {"status": "unhealthy"}}', "scheduler", "scheduler is unhealthy"),
        (b'{"scheduler": {"status": null}}', "scheduler", "scheduler is not mentioned"),
        (b'{"scheduler": "healthy"}', "scheduler", "scheduler is not mentioned"),
        (b"{}", "scheduler", "scheduler is not mentioned"),
        (b"[]", "scheduler", "scheduler is not mentioned"),
        (b"no json", "scheduler", "http://"),
        (b"no json", "", ""),
        (None, "", "503"),
        (None, "scheduler", "503"),
    ],
)
def test_a_part_is_well_only_when_its_page_says_so(
    page: tuple[str, dict[str, bytes]], body: bytes | None, part: str, words: str
) -> None:
    url, said = page
    if body is not None:
        said["body"] = body
    found = sickness(url, part)
    assert (words in found) if words else found == ""


def test_nobody_there_is_not_well() -> None:
    assert "refused" in sickness("http://127.0.0.1:9/", "scheduler")


# --- logs ------------------------------------------------------------------------------------------------


def aged(path: Path, days: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    return path


def test_old_logs_go_and_young_ones_stay(tmp_path: Path) -> None:
    old = aged(tmp_path / "dag_id=a" / "run_id=1" / "attempt=1.log", 31)
    young = aged(tmp_path / "dag_id=a" / "run_id=2" / "attempt=1.log", 29)
    outside = aged(tmp_path.parent / f"{tmp_path.name}-outside.log", 99)
    link = tmp_path / "dag_id=a" / "latest.log"
    link.symlink_to(outside)
    folder = tmp_path / "elsewhere"
    folder.symlink_to(tmp_path.parent, target_is_directory=True)
    before = time.time() - 30 * DAY
    assert clean(tmp_path, older_than=before) == 1
    assert not old.exists()
    assert young.exists()
    assert outside.exists()
    assert link.is_symlink()
    os.utime(old.parent, (before, before))
    assert clean(tmp_path, older_than=before) == 0
    assert not old.parent.exists()
    assert young.parent.exists()


@pytest.mark.parametrize("value", ["0", "-1", "a week", ""])
def test_days_that_are_none_end_the_cleaner(tmp_path: Path, value: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "deploy.clean_logs", tmp_path],
        env=os.environ | {"LOG_DAYS": value}, cwd=REPOSITORY, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "LOG_DAYS" in ended.stderr
