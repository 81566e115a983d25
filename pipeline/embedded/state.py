"""The folder where the embedded services keep everything: data, database, logs, secrets."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from pipeline.errors import DagspressError

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY: Final = Path(__file__).resolve().parents[2]
BUCKET: Final = "dagspress"
USER: Final = "admin"
READER: Final = "reader"
"""May look at everything and decide nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Generated once for each state folder. Never printed but on request."""

    s3_access_key: str
    s3_secret_key: str
    jwt_secret: str
    api_secret: str
    fernet_key: str
    admin_password: str
    reader_password: str

    def __repr__(self) -> str:
        return "Secrets(***)"


_NAMES: Final = frozenset(f.name for f in fields(Secrets))


def _made() -> dict[str, str]:
    return {
        "s3_access_key": "dagspress" + secrets.token_hex(6),
        "s3_secret_key": secrets.token_urlsafe(30),
        "jwt_secret": secrets.token_urlsafe(48),
        "api_secret": secrets.token_urlsafe(32),
        "fernet_key": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "admin_password": secrets.token_urlsafe(12),
        "reader_password": secrets.token_urlsafe(12),
    }


@dataclass(frozen=True, slots=True)
class State:
    """Where everything is below the state folder (`.dagspress/` in the repository)."""

    root: Path

    @property
    def lake(self) -> Path:
        """What the S3 server serves: a folder for each bucket."""
        return self.root / "lake"

    @property
    def bucket(self) -> Path:
        """The lake's objects as plain files."""
        return self.lake / BUCKET

    @property
    def inbox(self) -> Path:
        """Where a person drops documents."""
        return self.bucket / "inbox"

    @property
    def newsstand(self) -> Path:
        """What the newsstand of `make run` remembers, its catalogue and its access log."""
        return self.root / "newsstand"

    @property
    def postgres(self) -> Path:
        """The database's files."""
        return self.root / "postgres"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.root / "airflow"

    @property
    def logs(self) -> Path:
        """Logs of the services; those of tasks are in `tasks` below."""
        return self.root / "logs"

    @property
    def passwords(self) -> Path:
        """What Airflow's SimpleAuthManager reads."""
        return self.root / "passwords.json"

    @property
    def endpoint(self) -> Path:
        """Holds the S3 endpoint of the services that run now."""
        return self.root / "endpoint"

    def prepare(self) -> None:
        """Make the folders, also the one to drop documents into."""
        for folder in (self.root, self.lake, self.inbox, self.airflow, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        # The S3 server removes folders that became empty; a hidden file, no document, keeps this one.
        (self.inbox / ".keep").touch()

    def secrets(self) -> Secrets:
        """The secrets of this folder; those that it lacks are made."""
        path = self.root / "secrets.json"
        stored = json.loads(path.read_text()) if path.exists() else {}
        found = Secrets(**_made() | {name: stored[name] for name in stored.keys() & _NAMES})
        if asdict(found) != stored:
            write_private(path, json.dumps(asdict(found), indent=2))
        passwords = json.dumps({USER: found.admin_password, READER: found.reader_password})
        if not self.passwords.exists() or self.passwords.read_text() != passwords:
            write_private(self.passwords, passwords)  # Airflow makes one up for whom it does not find there
        return found

    def is_running(self) -> bool:
        """Whether a command has the services running from this folder."""
        try:
            with self.lock():
                return False
        except DagspressError:
            return self.endpoint.exists()

    @contextmanager
    def lock(self) -> Iterator[IO[str]]:
        """One command at a time uses the folder; the file keeps it locked as long as anybody has it open."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DagspressError(
                    f"The embedded services already run from {self.root} (`make up` or `make run`). "
                    "Stop them first (Ctrl-C where they run)."
                ) from None
            yield file


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)
