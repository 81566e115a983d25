"""What all tests share: settings of hypothesis, and a real S3 server, started once for each test process."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import botocore.session
import pytest
from botocore.loaders import Loader
from hypothesis import HealthCheck, settings

from pipeline.embedded.processes import Children
from pipeline.embedded.s3 import S3Server, start_s3
from pipeline.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_numbers = itertools.count()

# a machine that is busy for seconds is no reason to fail
settings.register_profile("dagspress", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dagspress")


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Packed bytes hold the time, and would be called otherwise in every process."""
    if isinstance(val, bytes) and (len(val) > 40 or not val.isascii()):
        return f"{argname}-bytes"
    return None


@pytest.fixture(scope="session", autouse=True)
def _own_hosts_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What hosts asked for outlives a process, and the next test's server may get an old one's port."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSPRESS_HOSTS_FOLDER", str(tmp_path_factory.mktemp("hosts")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _service_models_are_read_once() -> Iterator[None]:
    """Every lake has a session of boto3 of its own, and every session parses 2 MB of JSON."""
    loader = Loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", lambda _: loader)
        yield


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server over a temporary folder."""
    folder = tmp_path_factory.mktemp("s3")
    with Children(folder / "logs") as children:
        yield start_s3(children, folder / "lake", access_key="dagspress-test", secret_key="test-secret-key")


@pytest.fixture
def new_lake(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Lake]:
    """Makes empty lakes, each in a bucket of its own; the environment names the latest."""

    def make() -> Lake:
        for name, value in s3.env(f"lake-{next(_numbers)}").items():
            monkeypatch.setenv(name, value)
        lake = Lake.from_env()
        lake.create_bucket()
        return lake

    return make


@pytest.fixture
def lake(new_lake: Callable[[], Lake]) -> Lake:
    """An empty lake, which the environment names too."""
    return new_lake()


@pytest.fixture
def lake_env(s3: S3Server) -> Callable[[Lake], Mapping[str, str]]:
    """The environment that names a lake, for another process."""
    return lambda lake: s3.env(lake.settings.bucket)


@pytest.fixture
def drop(lake: Lake) -> Callable[[str, bytes | str], str]:
    """`drop("a.txt", "date 2019 ...")` puts a file into the inbox and gives its name there."""

    def put(name: str, content: bytes | str) -> str:
        lake.put(f"inbox/{name}", content.encode() if isinstance(content, str) else content)
        return f"inbox/{name}"

    return put
