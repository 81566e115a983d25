"""The S3 client: boto3, with a shorter way for the small requests to a server that is near."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from xml.etree import ElementTree

import boto3
import urllib3
from botocore.awsrequest import AWSRequest, AWSResponse, HTTPHeaders
from botocore.config import Config
from botocore.handlers import add_expect_header
from botocore.response import StreamingBody

from pipeline.settings import MIB

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from botocore.signers import RequestSigner
    from types_boto3_s3.client import S3Client
    from urllib3.response import BaseHTTPResponse

    from pipeline.settings import Settings

    _Answer = tuple[AWSResponse, dict[str, Any]]

SHORT_BYTES: Final = 8 * MIB
"""Longer bodies, either way, go the client's own way, which takes them piece by piece."""

_CONNECTIONS: Final = 16
_CONNECT_SECONDS: Final = 10
_READ_SECONDS: Final = 60


def connect(settings: Settings) -> S3Client:
    """An S3 client with retries and time limits; credentials come from the environment."""
    # a session of its own: boto3's default one remembers the first credentials it saw
    client = boto3.session.Session().client(
        "s3",
        endpoint_url=settings.endpoint,
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            # the default is put together anew for every request, which is a fifth of its time
            user_agent="dagspress boto3",
            parameter_validation=False,
            # "standard" retries 5xx, throttling and time-outs with jittered exponential backoff
            retries={"mode": "standard", "total_max_attempts": 5},
            s3={"addressing_style": "path" if settings.endpoint else "auto"},
            # some servers reject the checksum trailers boto3 adds by default; we send Content-MD5 ourselves
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    # asking "may I send?" before each body costs a round trip, and saves none to a server that says yes
    client.meta.events.unregister("before-call.s3", add_expect_header)
    client.meta.events.register("before-parse.s3.ListObjectsV2", _read_page)
    if settings.endpoint and _is_near(settings.endpoint):
        # registered for all calls, so that it comes after whatever else changes a call
        client.meta.events.register_last("before-call", _ShortWay(settings.endpoint))  # type: ignore[arg-type]
    return client


# --- the short way --------------------------------------------------------------------------------


def _is_near(endpoint: str) -> bool:
    """Whether a server is reached by plain http and no proxy."""
    url = urlsplit(endpoint)
    proxied = "http" in getproxies() and not proxy_bypass(url.netloc)
    return url.scheme == "http" and bool(url.hostname) and not url.username and not proxied


class _ShortWay:
    """Sends the client's small requests itself, signed by the client, for half the processor time.

    It answers the event that a client emits before a request goes out. The client has said by then where
    the request goes and what is in it; without an answer the client sends it, with its retries, redirects
    and readings of errors. So only success is answered here, and that there is no such object.
    """

    _OPERATIONS: Final = {"PutObject", "GetObject", "HeadObject", "DeleteObject", "ListObjectsV2"}

    def __init__(self, endpoint: str) -> None:
        url = urlsplit(endpoint)
        self._origin = f"http://{url.netloc}"
        self._pool = urllib3.HTTPConnectionPool(
            url.hostname or "",
            url.port or 80,
            maxsize=_CONNECTIONS,
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
            retries=False,
        )

    def __call__(self, **event: Any) -> _Answer | None:
        try:
            return self._answer(**event)
        except (AttributeError, KeyError, TypeError):  # not the botocore that this is written for
            return None

    def _answer(
        self, *, model: OperationModel, params: dict[str, Any], request_signer: RequestSigner, **_: object
    ) -> _Answer | None:
        url: str = params["url"]
        if model.name not in self._OPERATIONS or not url.startswith(f"{self._origin}/"):
            return None
        body = params["body"]
        data = body.getvalue() if isinstance(body, io.BytesIO) else body
        if len(data) > SHORT_BYTES:  # known before it is signed, which takes a while
            return None
        request = AWSRequest(params["method"], url, params["headers"], body)
        request.context = params["context"]
        request_signer.sign(model.name, request)
        try:
            reply = self._pool.urlopen(
                params["method"],
                url.removeprefix(self._origin),
                data,
                dict(request.headers.items()),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            parsed = _parsed(model.name, reply)
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            return None
        return (AWSResponse(url, reply.status, HTTPHeaders(), None), parsed) if parsed else None


def _parsed(operation: str, reply: BaseHTTPResponse) -> dict[str, Any] | None:
    """What a client makes of a reply, as far as `Lake` reads it; None when the client shall see to it."""
    length = int(reply.headers.get("content-length") or 0)
    if length > SHORT_BYTES and operation != "HeadObject":
        reply.close()
        return None
    data = reply.read()
    reply.release_conn()
    parsed: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": reply.status, "RetryAttempts": 0}}
    if reply.status == 404:
        if operation == "HeadObject":
            return parsed | {"Error": {"Code": "404", "Message": "Not Found"}}
        if operation == "GetObject" and b"<Code>NoSuchKey</Code>" in data:
            return parsed | {"Error": {"Code": "NoSuchKey", "Message": "There is no such object."}}
        return None
    if reply.status not in {200, 204, 206}:
        return None
    match operation:
        case "ListObjectsV2":
            page = _page(data)
            return page and parsed | page
        case "GetObject":
            parsed |= {"Body": StreamingBody(io.BytesIO(data), len(data)), "ContentLength": len(data)}
        case "HeadObject" if "content-length" not in reply.headers:
            return None
        case "HeadObject":
            parsed["ContentLength"] = length
    if etag := reply.headers.get("etag"):
        parsed["ETag"] = etag
    return parsed


def _read_page(
    *, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    """Read a page of a listing in place of the client, which takes fifteen times as long."""
    if response_dict["status_code"] == 200 and (page := _page(response_dict["body"])):
        customized_response_dict |= page
        response_dict["body"] = b"<ListBucketResult/>"


def _page(body: bytes) -> dict[str, Any] | None:
    """What `Lake` reads of a page of a listing, named as the client names it; None when it is no page."""
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - from where all objects are, read as botocore does
    except ElementTree.ParseError:
        return None
    space, end, tag = root.tag.rpartition("}")
    if tag != "ListBucketResult":
        return None
    space += end
    key, size, etag = f"{space}Key", f"{space}Size", f"{space}ETag"
    contents = []
    for entry in root.iterfind(f"{space}Contents"):
        found = {child.tag: child.text or "" for child in entry}
        contents.append({"Key": found[key], "Size": int(found[size]), "ETag": found.get(etag, "")})
    page: dict[str, Any] = {
        "Contents": contents,
        "CommonPrefixes": [
            {"Prefix": entry.findtext(f"{space}Prefix", "")}
            for entry in root.iterfind(f"{space}CommonPrefixes")
        ],
        "IsTruncated": root.findtext(f"{space}IsTruncated") == "true",
    }
    for name in ("NextContinuationToken", "EncodingType"):
        if text := root.findtext(f"{space}{name}"):
            page[name] = text
    return page
