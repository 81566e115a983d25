"""The lake against a real S3 server, also behind a proxy that fails."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from pipeline.errors import (
    BucketMissing,
    ConfigurationError,
    IntegrityError,
    LakeAccessDenied,
    LakeError,
    LakeUnreachable,
    ObjectMissing,
)
from pipeline.lake import PART_BYTES, Lake, period_of, safe_name
from pipeline.settings import Settings
from tests.soak.faults import STORE, FaultyServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.embedded.s3 import S3Server


def test_what_is_put_comes_back(lake: Lake) -> None:
    lake.put("state/a b/æøå.json", b"{}")
    assert lake.get("state/a b/æøå.json") == b"{}"
    assert [o.name for o in lake.list("state/")] == ["state/a b/æøå.json"]


def test_what_is_missing_is_told_from_what_is_empty(lake: Lake) -> None:
    lake.put("state/empty", b"")
    assert lake.find("state/empty") == b""
    assert lake.find("state/none") is None
    assert lake.info("state/none") is None
    with pytest.raises(ObjectMissing, match="state/none does not exist"):
        lake.get("state/none")


def test_a_listing_is_complete_and_sorted_beyond_one_page(lake: Lake) -> None:
    names = [f"state/many/{i:04d}" for i in range(1100)]
    for name in reversed(names):
        lake.put(name, b"x")
    assert [o.name for o in lake.list("state/many/")] == names


def test_periods_are_read_from_folders(lake: Lake) -> None:
    for period in ("2019", "2019-02", "undated"):
        lake.put(f"staged/published={period}/a-00000.parquet", b"x")
    assert lake.periods() == ["2019", "2019-02", "undated"]


def test_a_large_file_goes_up_in_parts_and_comes_back_whole(lake: Lake) -> None:
    data = hashlib.shake_128(b"seed").digest(PART_BYTES + 5)
    lake.put_file("captures/large", io.BytesIO(data), len(data))
    assert lake.sha256("captures/large") == hashlib.sha256(data).hexdigest()
    assert lake.same_bytes("captures/large", hashlib.md5(data).hexdigest(), hashlib.sha256(data).hexdigest())
    with lake.open("captures/large") as file:
        file.seek(-3, io.SEEK_END)
        assert file.read() == data[-3:]


def test_two_prefixes_of_one_bucket_do_not_see_each_other(lake: Lake) -> None:
    def below(prefix: str) -> Lake:
        return Lake(
            Settings(bucket=lake.settings.bucket, prefix=prefix, endpoint=lake.settings.endpoint), lake.client
        )

    one, other = below("one/"), below("other/")
    one.put("state/x", b"1")
    assert [o.name for o in one.list("")] == ["state/x"]
    assert other.list("") == []


def test_deleting_twice_is_no_error(lake: Lake) -> None:
    lake.put("state/x", b"1")
    lake.delete(["state/x"])
    lake.delete(["state/x"])
    assert lake.info("state/x") is None


# --- errors a person can act on --------------------------------------------------------------------


def test_wrong_credentials_are_named(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    with pytest.raises(LakeAccessDenied, match="AWS_SECRET_ACCESS_KEY") as error:
        Lake(lake.settings).list("")
    assert "not-the-secret" not in str(error.value)


def test_no_credentials_are_named(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(ConfigurationError, match="AWS_ACCESS_KEY_ID"):
        Lake(lake.settings).list("")


def test_a_missing_bucket_is_named(lake: Lake) -> None:
    elsewhere = Lake(Settings(bucket="no-such-bucket", endpoint=lake.settings.endpoint))
    with pytest.raises(BucketMissing, match="no-such-bucket"):
        elsewhere.check_bucket()
    with pytest.raises(BucketMissing, match="no-such-bucket"):
        elsewhere.list("")


def test_a_silent_endpoint_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    nowhere = Lake(Settings(bucket="bucket", endpoint="http://127.0.0.1:9"))
    with pytest.raises(LakeUnreachable, match=r"127\.0\.0\.1:9.*AWS_ENDPOINT_URL_S3"):
        nowhere.list("")


# --- a network that fails ---------------------------------------------------------------------------


@contextmanager
def proxy(endpoint: str, failures: list[str]) -> Iterator[str]:
    """A server in front of S3 that spoils the next requests as `failures` says, then forwards.

    `503`: SlowDown; `reset`: the connection is cut before an answer; `cut`: the body ends in its middle;
    `flip`: a bit of what is sent is turned.
    """
    target = urlsplit(endpoint)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            failure = failures.pop(0) if failures else ""
            if failure == "503":
                reply = (
                    b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate</Message></Error>"
                )
                self.send_response(503)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)
                return
            if failure == "flip":
                body = bytes([body[0] ^ 1]) + body[1:]
            if failure == "reset":
                self.close_connection = True
                return
            upstream = http.client.HTTPConnection(target.hostname or "", target.port)
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            data = answer.read()
            upstream.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() != "transfer-encoding":
                    self.send_header(name, value)
            self.end_headers()
            if failure == "cut":
                data = data[: len(data) // 2]
                self.close_connection = True
            self.wfile.write(data)

        do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = forward  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def behind(lake: Lake, endpoint: str) -> Lake:
    return Lake(Settings(bucket=lake.settings.bucket, prefix=lake.settings.prefix, endpoint=endpoint))


@pytest.mark.parametrize("failures", [["503", "503"], ["reset"], ["reset", "503"]])
def test_passing_failures_are_retried(lake: Lake, failures: list[str]) -> None:
    with proxy(lake.settings.endpoint or "", list(failures)) as endpoint:
        behind(lake, endpoint).put("state/x", b"hello")
    with proxy(lake.settings.endpoint or "", list(failures)) as endpoint:
        assert behind(lake, endpoint).get("state/x") == b"hello"


def test_a_server_that_never_recovers_is_an_error_that_says_so(lake: Lake) -> None:
    with (
        proxy(lake.settings.endpoint or "", ["503"] * 50) as endpoint,
        pytest.raises(LakeUnreachable, match="SlowDown"),
    ):
        behind(lake, endpoint).put("state/x", b"hello")


def test_bytes_damaged_on_their_way_are_not_stored(lake: Lake) -> None:
    with (
        proxy(lake.settings.endpoint or "", ["flip"] * 9) as endpoint,
        pytest.raises((IntegrityError, LakeAccessDenied)),
    ):
        behind(lake, endpoint).put("state/x", b"hello")
    assert lake.find("state/x") is None


@pytest.mark.parametrize("read", [Lake.get, lambda lake, name: b"".join(lake.read_chunks(name))])
def test_a_body_cut_short_is_never_taken_for_the_whole(
    lake: Lake, read: Callable[[Lake, str], bytes]
) -> None:
    whole = b"hello, world" * 1000
    lake.put("state/x", whole)
    with proxy(lake.settings.endpoint or "", ["cut"]) as endpoint:
        assert read(behind(lake, endpoint), "state/x") == whole
    with (
        proxy(lake.settings.endpoint or "", ["cut"] * 9) as endpoint,
        pytest.raises(LakeUnreachable),
    ):
        read(behind(lake, endpoint), "state/x")


# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("inbox/a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("Ærlig talt (1).txt", "Ærlig-talt-(1).txt"),
        ("...", "unnamed"),
        ("a\nb\x00.txt", "a-b-.txt"),
        ("x" * 200 + ".jsonl.gz", "x" * 71 + ".jsonl.gz"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_period_of_a_name() -> None:
    assert period_of("articles/published=2019-02/articles.parquet") == "2019-02"
    assert period_of("inbox/a.txt") is None


def test_bytes_that_were_changed_on_their_way_are_read_again(
    s3: S3Server, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.put("state/a", b"as it was written")
    faulty = FaultyServer(int(s3.endpoint.rpartition(":")[2]), {"corrupted": STORE["corrupted body"]}, 1, 1)
    with faulty.running():
        there = Lake(Settings(bucket=lake.settings.bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
        with pytest.raises(IntegrityError, match="other bytes came than its ETag says, twice"):
            there.get("state/a")
        with pytest.raises(IntegrityError, match="other bytes came"):
            list(there.read_chunks("state/a"))
        faulty.one_in = 2
        for _ in range(20):
            with contextlib.suppress(IntegrityError):
                assert there.get("state/a") == b"as it was written"
        assert faulty.injected.total() > 4
        faulty.one_in = 1
        with pytest.raises(LakeError):
            there.put("state/b", b"what is changed on its way there")
    assert lake.find("state/b") is None


def test_an_etag_that_is_no_md5_says_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.put("state/a", b"encrypted by the store")
    get_object = lake.client.get_object

    def encrypted(**request: Any) -> Any:
        return {**get_object(**request), "ETag": '"d41d8cd98f00b204e9800998ecf8427e"'}

    monkeypatch.setattr(lake.client, "get_object", encrypted)
    assert b"".join(lake.read_chunks("state/a")) == b"encrypted by the store"
    assert lake.get("state/a") == b"encrypted by the store"
