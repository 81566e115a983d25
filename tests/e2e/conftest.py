"""One real `python -m pipeline.embedded up` for all tests here, and proof that it ends without a trace."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from pipeline.embedded import run as steps
from pipeline.embedded.airflow import Api
from pipeline.embedded.newsstand import Newsstand, catalogue, running_newsstand
from pipeline.embedded.processes import LOOPBACK
from pipeline.embedded.s3 import lake_env
from pipeline.embedded.state import BUCKET, REPOSITORY, USER, State
from pipeline.lake import Lake
from tests.receiving import running_letters, running_webhook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.receiving import Letters, Webhook

expect.set_options(timeout=30_000)  # a busy machine is no reason to fail

CHROMIUM = Path("/usr/bin/chromium")
SPACING = 0.2
"""Least seconds between two requests to one host."""
READY = "Ctrl-C stops everything."
"""The last line of the banner."""


@dataclass(slots=True)
class Up:
    """The running command, as a person at the next terminal sees it."""

    state: State
    process: subprocess.Popen[bytes]
    output: Path
    airflow: Api
    lake: Lake
    stand: Newsstand
    """The papers that it fetches from."""
    sources: Path
    """The catalogue, which tests may write anew: every run reads it."""
    known: set[str] = field(default_factory=set)

    def check(self) -> None:
        """Fail when the command has ended by itself."""
        if self.process.poll() is not None:
            pytest.fail(f"`up` ended with {self.process.returncode}:\n{self.output.read_text()}")

    def copy_into_inbox(self, name: str, content: bytes) -> None:
        (self.state.inbox / name).write_bytes(content)

    def remember_runs(self) -> None:
        """What ran until now is none of the next `follow`'s business."""
        self.settled()
        self.known = steps.finished_runs(self.airflow)

    def follow(self) -> steps.Work:
        """Wait until everything since `remember_runs` has come to an end."""
        return steps.follow(self, known=self.known, say=lambda _: None)  # type: ignore[arg-type]

    def settled(self, *, seconds: float = 200) -> None:
        """Wait until no run of any DAG is open, twice in a row: a run may be about to be created."""
        deadline, quiet = time.monotonic() + seconds, 0
        while quiet < 3:
            self.check()
            runs = self.airflow.get("dags/~/dagRuns", state=sorted(steps.OPEN), limit=100)["dag_runs"]
            quiet = 0 if runs else quiet + 1
            open_ = [(run["dag_id"], run["state"], run["partition_key"]) for run in runs]
            assert time.monotonic() < deadline, f"open after {seconds} s: {open_}"
            time.sleep(0.7)

    def turn_on_fetching(self) -> str:
        """Let `fetch_news` be scheduled, and wait for the run for yesterday; gives its id."""
        self.airflow.patch("dags/fetch_news", {"is_paused": False})
        deadline = time.monotonic() + 120
        while not (runs := self.airflow.runs("fetch_news", run_type="scheduled")):
            assert time.monotonic() < deadline, "nothing is scheduled"
            time.sleep(0.3)
        return str(runs[0]["dag_run_id"])

    def run_by_hand(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Trigger a DAG; gives the identifier of its run."""
        body = {"logical_date": None, "conf": conf}
        return str(self.airflow.post(f"dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def ended(self, dag_id: str, run_id: str, *, seconds: float = 120) -> str:
        """Wait for a run; gives its state."""
        deadline = time.monotonic() + seconds
        while (state := self.airflow.get(f"dags/{dag_id}/dagRuns/{run_id}")["state"]) in steps.OPEN:
            self.check()
            if time.monotonic() > deadline:
                tasks = self.airflow.get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
                now = [(task["task_id"], task["state"], task["try_number"]) for task in tasks]
                pytest.fail(f"{run_id} is {state} after {seconds} s: {now}")
            time.sleep(0.3)
        return str(state)

    def task(self, run: dict[str, Any], task_id: str) -> dict[str, Any]:
        """A task instance of a run."""
        path = f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances/{task_id}"
        found: dict[str, Any] = self.airflow.get(path)
        return found

    def mapped(self, run: dict[str, Any], task_id: str) -> dict[str, dict[str, Any]]:
        """The instances of a mapped task, by what the grid calls them."""
        path = f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances/{task_id}/listMapped"
        found = self.airflow.get(path, limit=1000)["task_instances"]
        return {task["rendered_map_index"]: task for task in found}

    def pushed(self, run: dict[str, Any], task_id: str, key: str, map_index: int = -1) -> Any:
        """What a task handed on under a key."""
        path = f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances/{task_id}/xcomEntries/{key}"
        return self.airflow.get(path, map_index=map_index, deserialize=True)["value"]

    def log(self, run: dict[str, Any], task_id: str, map_index: int = -1) -> str:
        """What the first try of a task wrote, as the UI shows it."""
        path = f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances/{task_id}/logs/1"
        return str(self.airflow.get(path, full_content="true", map_index=map_index))

    def family(self) -> list[psutil.Process]:
        """The command and everything it started, directly or not, also what left its process tree."""
        own = psutil.Process(self.process.pid)
        return list({own, *own.children(recursive=True), *mentioning(self.state.root)})


def mentioning(folder: Path) -> list[psutil.Process]:
    """The running processes that name a folder among their arguments or in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(folder) in word for word in words):
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.pid != os.getpid()]


def port_of_no_client() -> int:
    """A free port below those that connections are given: Airflow takes it half a minute later."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)):
                return port


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Not among pytest's: those are closed to other users, as which PostgreSQL runs where we are root."""
    with tempfile.TemporaryDirectory(prefix="dagspress-e2e-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _lake(state: State) -> Lake:
    secrets = state.secrets()
    names = lake_env(
        state.endpoint.read_text(), BUCKET, access_key=secrets.s3_access_key, secret_key=secrets.s3_secret_key
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in names.items():
            patch.setenv(name, value)
        return Lake.from_env()


@pytest.fixture(scope="session")
def stand() -> Iterator[Newsstand]:
    """The papers, of today."""
    with running_newsstand(today=dt.datetime.now(dt.UTC).date(), slow_seconds=0.5) as stand:
        yield stand


@pytest.fixture(scope="session")
def webhook() -> Iterator[Webhook]:
    """Takes the alerts that are posted."""
    with running_webhook() as webhook:
        yield webhook


@pytest.fixture(scope="session")
def letters() -> Iterator[Letters]:
    """Takes the alerts that are mailed, once a connection leads here."""
    with running_letters() as letters:
        yield letters


@pytest.fixture(scope="session")
def up(folder: Path, stand: Newsstand, webhook: Webhook) -> Iterator[Up]:
    """Started once, ready for files. Its stop is a test too: the last one."""
    state, output, port = State(folder / "state"), folder / "output", port_of_no_client()
    sources = folder / "sources.yaml"
    sources.write_text(catalogue(stand))
    command = [sys.executable, "-m", "pipeline.embedded", "up", "--state", str(state.root)]
    started = time.monotonic()
    with output.open("wb") as stdout:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={
                **os.environ,
                "DAGSPRESS_PORT": str(port),
                "DAGSPRESS_SOURCES": str(sources),
                "DAGSPRESS_ALLOW_ADDRESSES": "127.0.0.0/8",
                "DAGSPRESS_SPACING_SECONDS": str(SPACING),
                "DAGSPRESS_JITTER_SECONDS": "0.05",
                "DAGSPRESS_REQUESTS_PER_HOST": "1",  # of two, one may be overtaken on its way
                "DAGSPRESS_MAX_RESPONSE_SECONDS": "20",
                "DAGSPRESS_MAX_CONNECT_SECONDS": "20",
                "DAGSPRESS_NOTIFY_WEBHOOK": webhook.url,
                "DAGSPRESS_NOTIFY_MAIL_TO": "desk@example.org",
            },
            stdout=stdout,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C at the tests is not one at it
        )
    try:
        while READY not in output.read_text():
            if process.poll() is not None or time.monotonic() - started > 200:
                pytest.fail(f"`up` is not ready:\n{output.read_text()}")
            time.sleep(0.2)
        print(f"\nready after {time.monotonic() - started:.1f} s")
        api = Api(f"http://127.0.0.1:{port}", state.secrets().admin_password)
        up = Up(state, process, output, api, _lake(state), stand, sources)
        yield up
        _assert_stops_without_a_trace(up)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()  # its guard ends the rest
                process.wait()


@pytest.fixture(scope="module")
def logged_in(up: Up) -> Iterator[Page]:
    """A page of a fresh browser that talks to nobody of its own accord, past the login."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    arguments = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments.split())
        page = browser.new_page(viewport={"width": 1280, "height": 1200}, locale="en-GB")
        page.set_default_timeout(30_000)
        page.goto(up.airflow.url)
        page.locator("input[name=username]").fill(USER)
        page.locator("input[name=password]").fill(up.airflow.password)
        page.locator("button[type=submit]").click()
        page.locator("input[name=username]").wait_for(state="detached")
        yield page
        browser.close()


def _assert_stops_without_a_trace(up: Up) -> None:
    before = up.family()
    assert len(before) > 8  # itself, its guard, S3, PostgreSQL and its workers, Airflow's four
    started = time.monotonic()
    up.process.send_signal(signal.SIGINT)
    code = up.process.wait(60)
    print(f"\nstopped in {time.monotonic() - started:.1f} s")
    said = up.output.read_text()
    assert code == 0, said
    assert "All stopped in" in said
    assert "Traceback" not in said
    left = [p for p in before if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert left == []
    assert mentioning(up.state.root) == []
    assert not up.state.is_running()
