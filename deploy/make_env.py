"""Write .env: every secret of docker-compose.yml, generated. What is there already stays as it is.

Needs nothing but Python 3: `python3 deploy/make_env.py [FILE]`, or `make secrets`.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).resolve().parents[1]

SECRETS: dict[str, Callable[[], str]] = {
    "DATABASE_PASSWORD": lambda: secrets.token_hex(24),
    "BROKER_PASSWORD": lambda: secrets.token_hex(24),
    "STORE_ACCESS_KEY": lambda: "dagspress" + secrets.token_hex(6),
    "STORE_SECRET_KEY": lambda: secrets.token_hex(24),
    "FERNET_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "JWT_SECRET": lambda: secrets.token_urlsafe(48),
    "API_SECRET_KEY": lambda: secrets.token_urlsafe(32),
    "ADMIN_PASSWORD": lambda: secrets.token_urlsafe(15),
    "READER_PASSWORD": lambda: secrets.token_urlsafe(15),
}
"""Each variable and how its value is made; hexadecimal where it stands in URLs: nothing has to be escaped."""

CHOICES = {
    "COMPOSE_PROFILES": ("store", "which optional services run: `store` is the S3 server; empty: your own"),
}
"""What is written with a value that one may change."""

OPTIONS = {
    "BASE_URL": ("http://localhost:8080", "the address that people open, for links and cookies"),
    "PORT": ("8080", "of Airflow's pages on this machine's loopback"),
    "STORE_PORT": ("9000", "of the S3 server on this machine's loopback"),
    "WORKERS": ("2", "how many workers run tasks"),
    "TASKS_PER_WORKER": ("4", "how many tasks a worker runs at a time; each may take 1 GB"),
    "PARALLELISM": ("16", "how many tasks run at a time at all"),
    "LOG_DAYS": ("30", "how long logs of tasks are kept"),
    "DAGSPRESS_LAKE": ("s3://dagspress", "the bucket, and the prefix in it"),
    "AWS_ENDPOINT_URL_S3": ("http://object-store:9000", "where the S3 server is; empty: Amazon's"),
    "AWS_REGION": ("us-east-1", "its region"),
    "DOCUMENTS": (
        "./seeds/articles",
        "the folder that `docker compose run dagspress ingest` sees as /documents",
    ),
}
"""Variables with a default in docker-compose.yml, as hints in comments: (default, meaning)."""

NOTE = "# Secrets of docker-compose.yml. Keep this file to yourself, and a copy of it with your backups.\n"


def completed(text: str) -> str:
    """The text of a .env file with what it lacks."""
    known = set(re.findall(r"^(?:export )?([A-Z_0-9]+)=", text, flags=re.MULTILINE))
    hinted = set(re.findall(r"^#\s*([A-Z_0-9]+)=", text, flags=re.MULTILINE))
    lines = [f"{name}={make()}" for name, make in SECRETS.items() if name not in known]
    for name, (value, meaning) in CHOICES.items():
        if name not in known:
            lines += [f"# {meaning}", f"{name}={value}"]
    for name, (default, meaning) in OPTIONS.items():
        if name not in known | hinted:
            lines += [f"# {meaning}", f"# {name}={default}"]
    if text and not text.endswith("\n"):
        text += "\n"
    return (text or NOTE) + "".join(f"{line}\n" for line in lines)


def main(path: Path) -> None:
    """Write the file, readable by its owner alone, in one step."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    after = completed(before)
    if after == before:
        path.chmod(0o600)
        print(f"{path} has everything already.")
        return
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(after)
    temporary.replace(path)
    done = "completed" if before else "written"
    print(f"{path} is {done}. It holds the first passwords of the users `admin` and `reader`.")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / ".env")
