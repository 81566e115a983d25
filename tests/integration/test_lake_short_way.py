"""Small requests take the short way, and nobody can tell by the result."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from pipeline.errors import LakeAccessDenied, LakeUnreachable, ObjectMissing
from pipeline.lake import Lake
from pipeline.s3 import SHORT_BYTES, _is_near, _ShortWay
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message
    from pathlib import Path


def long_ways(lake: Lake) -> Counter[str]:
    """Counts, from now on, what the client of a lake sends itself."""
    seen: Counter[str] = Counter()

    def count(event_name: str, **_: object) -> None:
        seen[event_name.rpartition(".")[2]] += 1

    lake.client.meta.events.register("before-send.s3", count)
    return seen


@pytest.fixture
def plain(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """The same lake, through a client that has no short way."""
    monkeypatch.setattr("pipeline.s3._is_near", lambda _: False)
    return Lake(lake.settings)


def work(lake: Lake) -> list[object]:
    """One of each small request, and what came of it."""
    lake.delete(["state/empty", "state/none"])
    return [
        lake.put("state/a b/æ+%20?&<1>.json", b"hello"),
        lake.put("state/empty", b""),
        lake.get("state/a b/æ+%20?&<1>.json"),
        lake.get("state/empty"),
        lake.find("state/none"),
        lake.info("state/empty"),
        lake.info("state/none"),
        lake.read_range("state/a b/æ+%20?&<1>.json", 1, 3),
        list(lake.read_chunks("state/a b/æ+%20?&<1>.json", chunk_bytes=2)),
        lake.list("state/"),
        lake.list("nothing/"),
        lake.periods(),
    ]


def test_small_requests_take_the_short_way(lake: Lake) -> None:
    """When botocore's events change, only this fails: the requests are then sent by the client."""
    seen = long_ways(lake)
    work(lake)
    assert seen == {}


def test_both_ways_lead_to_the_same(lake: Lake, plain: Lake) -> None:
    seen = long_ways(plain)
    assert work(lake) == work(plain)
    assert sum(seen.values()) == 14


def test_a_botocore_that_says_something_else_sends_the_requests_itself(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: Callable[..., object] = _ShortWay._answer
    monkeypatch.setattr(_ShortWay, "_answer", lambda self, **event: answer(self, request=event))
    seen = long_ways(lake)
    work(lake)
    assert sum(seen.values()) == 14


@pytest.mark.parametrize("way", ["lake", "plain"])
def test_a_page_is_read_as_the_client_reads_it(way: str, request: pytest.FixtureRequest, lake: Lake) -> None:
    for name in ("a", "a & b", "<c>", "æ/1", "æ/2", "published=2019-02/x", "published=2019-03/x"):
        lake.put(f"staged/{name}", name.encode())
    other: Any = boto3.session.Session().client("s3", endpoint_url=lake.settings.endpoint)
    ours: Any = request.getfixturevalue(way).client
    options: list[dict[str, Any]] = [{}, {"Delimiter": "/"}, {"MaxKeys": 2}, {"Prefix": "none/"}]
    for option in options:
        asked = {"Bucket": lake.settings.bucket, "Prefix": "staged/"} | option
        theirs, page = other.list_objects_v2(**asked), ours.list_objects_v2(**asked)
        for kind, names in {"Contents": ("Key", "Size", "ETag"), "CommonPrefixes": ("Prefix",)}.items():
            assert page[kind] == [{n: entry[n] for n in names} for entry in theirs.get(kind, [])]
        for name in ("IsTruncated", "NextContinuationToken"):
            assert page.get(name) == theirs.get(name)


def test_what_is_long_goes_the_long_way_and_comes_back_whole(lake: Lake) -> None:
    seen = long_ways(lake)
    data = bytes(range(256)) * (SHORT_BYTES // 256) + b"!"
    lake.put("captures/long", data)
    assert lake.get("captures/long") == data
    assert b"".join(lake.read_chunks("captures/long")) == data
    assert seen == {"PutObject": 1, "GetObject": 2}
    with lake.open("captures/long") as file:
        file.seek(-1, 2)
        assert file.read() == b"!"
    assert seen == {"PutObject": 1, "GetObject": 2}


def test_threads_do_not_get_each_others_answers(lake: Lake) -> None:
    def there_and_back(i: int) -> bool:
        name, data = f"state/threads/{i}", b"%d " % i * (i * 50)
        lake.put(name, data)
        return lake.get(name) == data and lake.find(f"{name}-none") is None and lake.info(name) is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(there_and_back, range(100)))


# --- a server that writes down what it was asked ---------------------------------------------------

Asked = list[tuple[str, str, "Message"]]


@contextmanager
def scribe(status: int = 200, body: bytes = b"") -> Iterator[tuple[str, Asked]]:
    """Answers everything alike, and writes down method, target and headers."""
    asked: Asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.command, self.path, self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the environment from which credentials come; None takes a variable away."""

    def set_all(**variables: str | None) -> None:
        nowhere = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
        for name, value in {"AWS_REGION": "us-east-1", **nowhere, **variables}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return set_all


def test_a_session_token_is_sent_and_signed(keys: Callable[..., None]) -> None:
    keys(AWS_ACCESS_KEY_ID="ASIA1", AWS_SECRET_ACCESS_KEY="any", AWS_SESSION_TOKEN="the-token")
    with scribe() as (endpoint, asked):
        Lake(Settings(bucket="b", endpoint=endpoint)).put("state/x", b"hello")
    [(method, target, headers)] = asked
    assert (method, target) == ("PUT", "/b/state/x")
    assert headers["X-Amz-Security-Token"] == "the-token"
    assert "x-amz-security-token" in headers["Authorization"]
    assert "content-md5" in headers["Authorization"]
    assert headers["Content-MD5"] == "XUFAKrxLKna5cZ2REBfFkg=="


def test_credentials_that_expire_are_renewed(keys: Callable[..., None], tmp_path: Path) -> None:
    """The program that gives them counts how often it was asked; a minute left is too little."""
    expires = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    issued = {"Version": 1, "SecretAccessKey": "any", "SessionToken": "any", "Expiration": expires}
    program = tmp_path / "issue.py"
    program.write_text(
        "import json, pathlib\n"
        f"count = pathlib.Path({str(tmp_path / 'count')!r})\n"
        "number = int(count.read_text()) + 1 if count.exists() else 1\n"
        "count.write_text(str(number))\n"
        f"print(json.dumps({issued!r} | {{'AccessKeyId': f'ASIA{{number}}'}}))\n"
    )
    config = tmp_path / "config"
    config.write_text(f"[default]\ncredential_process = {sys.executable} {program}\n")
    keys(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None, AWS_SESSION_TOKEN=None, AWS_PROFILE=None)
    keys(AWS_CONFIG_FILE=str(config))
    with scribe(body=b"hello") as (endpoint, asked):
        lake = Lake(Settings(bucket="b", endpoint=endpoint))
        seen = long_ways(lake)
        for _ in range(2):
            lake.get("state/x")
    used = [headers["Authorization"].partition("Credential=")[2].partition("/")[0] for *_, headers in asked]
    assert used[0] != used[1]
    assert seen == {}


def test_what_else_changes_a_call_still_does(keys: Callable[..., None]) -> None:
    keys(AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any")

    def mark(params: dict[str, Any], **_: object) -> None:
        params["headers"]["X-Amz-Mark"] = "1"

    with scribe() as (endpoint, asked):
        lake = Lake(Settings(bucket="b", endpoint=endpoint))
        lake.client.meta.events.register_last("before-call.s3.PutObject", mark)
        lake.put("state/x", b"hello")
    [(_, _, headers)] = asked
    assert headers["X-Amz-Mark"] == "1"
    assert "x-amz-mark" in headers["Authorization"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, b"<Error><Code>AccessDenied</Code></Error>", LakeAccessDenied),
        (404, b"<Error><Code>NoSuchKey</Code></Error>", ObjectMissing),
        (501, b"<Error><Code>NotImplemented</Code></Error>", LakeUnreachable),
        (200, b"<Error><Code>InternalError</Code></Error>", LakeUnreachable),
    ],
)
def test_refusals_are_told_as_the_client_tells_them(
    keys: Callable[..., None], status: int, body: bytes, error: type[Exception]
) -> None:
    keys(AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any")
    with scribe(status, body) as (endpoint, asked), pytest.raises(error):
        Lake(Settings(bucket="b", endpoint=endpoint)).list("state/")
    assert len(asked) > 1  # the client was asked, after the short way


# --- where there is a short way --------------------------------------------------------------------


def test_a_proxy_is_never_passed_by(keys: Callable[..., None]) -> None:
    with scribe(body=b"hello") as (proxy, asked):
        keys(
            AWS_ACCESS_KEY_ID="any",
            AWS_SECRET_ACCESS_KEY="any",
            http_proxy=proxy,
            no_proxy=None,
            NO_PROXY=None,
        )
        lake = Lake(Settings(bucket="b", endpoint="http://s3.example.org:9000"))
        assert lake.get("state/x") == b"hello"
    assert [target for _, target, _ in asked] == ["http://s3.example.org:9000/b/state/x"]


@pytest.mark.parametrize(
    ("endpoint", "http_proxy", "no_proxy", "near"),
    [
        ("http://127.0.0.1:9000", None, None, True),
        ("http://s3:9000/below/", None, None, True),
        ("https://s3.example.org", None, None, False),
        ("http://user:word@s3.example.org", None, None, False),
        ("http://s3.example.org", "http://proxy:3128", None, False),
        ("http://s3.example.org", "http://proxy:3128", "example.org", True),
        ("http://s3.example.org:9000", "http://proxy:3128", "*", True),
    ],
)
def test_only_what_is_reached_by_plain_http_is_near(
    keys: Callable[..., None], endpoint: str, http_proxy: str | None, no_proxy: str | None, near: bool
) -> None:
    keys(HTTP_PROXY=None, http_proxy=http_proxy, NO_PROXY=None, no_proxy=no_proxy)
    assert _is_near(endpoint) is near


def test_amazon_has_buckets_for_hosts_and_no_short_way(keys: Callable[..., None]) -> None:
    keys(AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any", AWS_ENDPOINT_URL_S3=None)
    client = Lake(Settings(bucket="some-bucket")).client
    url = client.generate_presigned_url("get_object", Params={"Bucket": "some-bucket", "Key": "state/x"})
    assert url.startswith("https://some-bucket.s3.")


def test_a_page_of_json_is_no_listing(keys: Callable[..., None]) -> None:
    keys(AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any")
    with (
        scribe(body=json.dumps({"Contents": []}).encode()) as (endpoint, _),
        pytest.raises(LakeUnreachable),
    ):
        Lake(Settings(bucket="b", endpoint=endpoint)).list("")
