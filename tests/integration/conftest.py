"""A newsdesk inside a real Airflow, started once for each test process that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk_server import Desk, start

from pipeline.embedded.processes import Children
from pipeline.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.embedded.s3 import S3Server


@pytest.fixture(scope="session")
def desk(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server with a lake of its own, which all tests share: each takes periods and sources of its own."""
    folder = tmp_path_factory.mktemp("desk")
    env = s3.env("lake-of-the-desk")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        lake = Lake.from_env()
    lake.create_bucket()
    with Children(folder / "logs") as children:
        yield start(children, folder, lake, env)
