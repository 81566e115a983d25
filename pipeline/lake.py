"""The lake: every object name, kept through the S3 client of `pipeline.s3`.

Writes are whole objects in one step (a single PUT, or a multipart upload that appears on completion),
with a checksum the server verifies; reads check lengths. Nothing here depends on conditional PUT,
on object metadata, on listing order or on versioning: several S3 servers lack one of them.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError as BotoConnectionError,
    EndpointConnectionError,
    FlexibleChecksumError,
    NoCredentialsError,
    PartialCredentialsError,
)

from pipeline.errors import (
    BucketMissing,
    ConfigurationError,
    IntegrityError,
    LakeAccessDenied,
    LakeError,
    LakeUnreachable,
    ObjectMissing,
)
from pipeline.s3 import connect
from pipeline.settings import MIB, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES: Final = 64 * MIB
"""Objects above this size are uploaded in parts of this size."""


_TRIES: Final = 10
_READERS: Final = 8

_MISSING: Final = {"404", "NoSuchKey", "NotFound"}
_NO_BUCKET: Final = {"NoSuchBucket"}
_DENIED: Final = {
    "403", "AccessDenied", "AllAccessDisabled", "Forbidden", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    "ExpiredToken", "InvalidToken", "RequestTimeTooSkewed",
}  # fmt: skip
_BAD_DIGEST: Final = {
    "BadDigest",
    "InvalidDigest",
    "XAmzContentSHA256Mismatch",
    "XAmzContentChecksumMismatch",
}


# --- names: where everything is -------------------------------------------------------------------

INBOX: Final = "inbox/"
CAPTURES: Final = "captures/"
STAGED: Final = "staged/"
ARTICLES: Final = "articles/"
QUARANTINE: Final = "quarantine/"
REJECTED: Final = "rejected/"
QUALITY: Final = "quality/"
STOPPED: Final = f"{QUALITY}published="
BUILT: Final = f"{QUALITY}built="
DOCS: Final = f"{QUALITY}docs/"
DECISIONS: Final = "decisions/"
STATE: Final = "state/"
IDENTITIES: Final = f"{STATE}identities/"
OVERVIEW: Final = f"{STATE}overview/"
MUTES: Final = f"{STATE}mutes/"
MUTED: Final = "muted-"


def safe_name(name: str) -> str:
    """The last part of a name as it may stand in an object name: printable, at most 80 characters."""
    name = re.sub(r"[^\w.()+-]+", "-", name.rsplit("/", 1)[-1]).strip("-.")
    return name[-80:] or "unnamed"


def capture_name(source: str, day: str, capture_id: str, name: str) -> str:
    """The bytes of a capture, as received."""
    return f"{CAPTURES}source={source}/date={day}/{capture_id}-{safe_name(name)}"


def receipt_name(source: str, capture_id: str) -> str:
    """When and from where a capture came. Found by the capture's id alone, whatever the day."""
    return f"{CAPTURES}source={source}/_receipts/{capture_id}.json"


def staging_name(source: str, capture_id: str) -> str:
    """What became of a capture's records: how many were staged in which period, how many rejected."""
    return f"{STATE}staging/source={source}/{capture_id}.json"


def captures_prefix(source: str, day: str) -> str:
    """All that was captured of a source for a day."""
    return f"{CAPTURES}source={source}/date={day}/"


def source_state_name(source: str) -> str:
    """What is remembered of a source between runs."""
    return f"{STATE}sources/{source}.json"


def identities_name(capture_id: str, version: str) -> str:
    """Which articles a capture staged in which periods."""
    return f"{IDENTITIES}{capture_id}-{version}.bin"


def identities_base_name(version: str) -> str:
    """The same of many captures."""
    return f"{IDENTITIES}base-{version}.bin"


def decision_name(at: str, digest: str) -> str:
    """What somebody decided, when (ISO 8601)."""
    return f"{DECISIONS}{re.sub('[^0-9T]', '', at[:19])}-{digest}.json"


def decisions_base_name(digest: str) -> str:
    """Many of them in one."""
    return f"{DECISIONS}base-{digest}.json"


def overview_name(at: str, digest: str) -> str:
    """What was found out about some periods, when (ISO 8601)."""
    return f"{OVERVIEW}{re.sub('[^0-9T]', '', at)}-{digest}.json"


def overview_base_name(digest: str) -> str:
    """Many of them in one."""
    return f"{OVERVIEW}base-{digest}.json"


def mute_name(folder: str) -> str:
    """What somebody does not want to hear of for a while."""
    return f"{MUTES}{folder}/mute.json"


def muted_name(folder: str, digest: str) -> str:
    """An alert that a mute held back."""
    return f"{MUTES}{folder}/{MUTED}{digest}.json"


def checked_name(group: str) -> str:
    """Which periods were found up to date, and with which listing: those of a month, of a year, undated."""
    return f"{STATE}checked/{group}.json"


def staged_prefix(period: str) -> str:
    """All that is staged for a period."""
    return f"{STAGED}published={period}/"


def staged_name(period: str, capture_id: str, part: int) -> str:
    """One part of what one capture staged for a period."""
    return f"{staged_prefix(period)}{capture_id}-{part:05d}.parquet"


def rejected_prefix(period: str) -> str:
    """All that was rejected and is accounted to a period (what has no known date: `undated`)."""
    return f"{REJECTED}published={period}/"


def rejected_name(period: str, capture_id: str, part: int) -> str:
    """One part of what was rejected of one capture: JSON Lines with bytes and reasons."""
    return f"{rejected_prefix(period)}{capture_id}-{part:05d}.jsonl"


def articles_prefix(period: str) -> str:
    """All that stands published of a period."""
    return f"{ARTICLES}published={period}/"


def quarantine_prefix(period: str) -> str:
    """All that is in quarantine of a period."""
    return f"{QUARANTINE}published={period}/"


def articles_name(period: str) -> str:
    """THE PRODUCT: the partition of a period."""
    return f"{ARTICLES}published={period}/articles.parquet"


def summary_name(period: str) -> str:
    """The numbers of a published partition, and the digest of what it was built from."""
    return f"{ARTICLES}published={period}/_summary.json"


def quarantine_name(period: str) -> str:
    """The rows of a period that failed a critical check, with the reasons."""
    return f"{QUARANTINE}published={period}/quarantine.parquet"


def quality_name(day: str, name: str) -> str:
    """What the suites found when some partitions were built on a day: JSON Lines, one for each period."""
    return f"{BUILT}{day}/{name}.jsonl"


def stopped_prefix(period: str) -> str:
    """What is kept of a period while its gate is shut."""
    return f"{STOPPED}{period}/"


def stopped_name(period: str) -> str:
    """What the suites found that shut the gate of a period; gone once it is published."""
    return f"{stopped_prefix(period)}stopped.json"


def docs_name(period: str) -> str:
    """What the suites found in a period, as a page."""
    return f"{DOCS}published={period}/index.html"


def docs_index_name() -> str:
    """The page that leads to those of all periods."""
    return f"{DOCS}index.html"


def period_of(name: str) -> str | None:
    """The period an object name belongs to: the value of its `published=` part."""
    match = re.search(r"(?:^|/)published=([^/]+)/", name)
    return match[1] if match else None


# --- the client -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What a listing says of an object."""

    name: str
    size: int
    etag: str

    def __str__(self) -> str:
        """Another for other bytes: what digests of listings are made of."""
        return f"{self.name} {self.size} {self.etag}"


class Lake:
    """The bucket (and prefix) that holds it all. Safe to share between threads."""

    def __init__(self, settings: Settings, client: S3Client | None = None) -> None:
        self.settings = settings
        self.client = client or connect(settings)
        self._etags_tell = True  # the MD5 of the bytes; of encrypted objects they do not

    @classmethod
    def from_env(cls) -> Lake:
        """The lake that the environment names (see `pipeline.settings`)."""
        return cls(Settings.from_env())

    def __repr__(self) -> str:
        return f"<Lake {self.url} at {self.settings.endpoint or 'Amazon S3'}>"

    @property
    def url(self) -> str:
        """`s3://bucket/prefix`, without a trailing slash."""
        return f"s3://{self.settings.bucket}/{self.settings.prefix}".rstrip("/")

    def put(self, name: str, data: bytes) -> ObjectInfo:
        """Write an object in one step; the server verifies its checksum. Returns what a listing says of it.

        The checksum is Content-MD5, which every server knows. With the newer SHA-256 headers some servers
        answer ranged reads with the checksum of the whole, and readers that check it refuse the data.
        """
        with self._errors(name):
            reply = self.client.put_object(
                Bucket=self.settings.bucket, Key=self._key(name), Body=data, ContentMD5=_content_md5(data)
            )
        return ObjectInfo(name, len(data), reply.get("ETag", "").strip('"'))

    def put_file(self, name: str, file: BinaryIO, size: int) -> None:
        """Write an object from a seekable file; in parts when it is large, visible when all are there."""
        file.seek(0)
        if size <= PART_BYTES:
            self.put(name, file.read())
            return
        bucket, key = self.settings.bucket, self._key(name)
        with self._errors(name):
            upload = self.client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
            try:
                parts: list[CompletedPartTypeDef] = []
                while data := file.read(PART_BYTES):
                    number = len(parts) + 1
                    reply = self.client.upload_part(
                        Bucket=bucket,
                        Key=key,
                        UploadId=upload,
                        PartNumber=number,
                        Body=data,
                        ContentMD5=_content_md5(data),
                    )
                    parts.append({"PartNumber": number, "ETag": reply["ETag"]})
                self.client.complete_multipart_upload(
                    Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
                )
            except BaseException:
                with contextlib.suppress(Exception):  # what matters is what went wrong first
                    self.client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
                raise

    def get(self, name: str) -> bytes:
        """The whole object. Raises ObjectMissing; IntegrityError when it comes damaged twice."""
        data, etag = self._get(name)
        if self._is_other(hashlib.md5(data, usedforsecurity=False), etag):
            again, _ = self._get(name)
            if again == data:
                self._etags_tell = False
            elif self._is_other(hashlib.md5(again, usedforsecurity=False), etag):
                raise IntegrityError(f"{name}: other bytes came than its ETag says, twice. Read it again.")
            return again
        return data

    def _get(self, name: str) -> tuple[bytes, str]:
        with self._errors(name):
            reply = self.client.get_object(Bucket=self.settings.bucket, Key=self._key(name))
            data = reply["Body"].read()
        if len(data) != reply["ContentLength"]:
            raise IntegrityError(
                f"{name}: {len(data)} bytes came of {reply['ContentLength']}. Read it again."
            )
        return data, reply.get("ETag", "").strip('"')

    def _is_other(self, md5: hashlib._Hash, etag: str) -> bool:
        """Whether an ETag that is an MD5 is that of other bytes."""
        return self._etags_tell and len(etag) == 32 and md5.hexdigest() != etag

    def find(self, name: str) -> bytes | None:
        """The whole object, or None when there is none."""
        try:
            return self.get(name)
        except ObjectMissing:
            return None

    def read_chunks(self, name: str, *, chunk_bytes: int = MIB) -> Iterator[bytes]:
        """The object in chunks, in constant memory. Raises ObjectMissing, IntegrityError when cut short."""
        with self._errors(name):
            reply = self.client.get_object(Bucket=self.settings.bucket, Key=self._key(name))
            total, md5 = 0, hashlib.md5(usedforsecurity=False)
            for chunk in reply["Body"].iter_chunks(chunk_bytes):
                total += len(chunk)
                md5.update(chunk)
                yield chunk
        if total != reply["ContentLength"]:
            raise IntegrityError(f"{name}: {total} bytes came of {reply['ContentLength']}. Read it again.")
        if self._is_other(md5, reply.get("ETag", "").strip('"')):
            again = hashlib.md5(usedforsecurity=False)
            with self._errors(name):
                reply = self.client.get_object(Bucket=self.settings.bucket, Key=self._key(name))
                for chunk in reply["Body"].iter_chunks(chunk_bytes):
                    again.update(chunk)
            if again.digest() != md5.digest():
                raise IntegrityError(f"{name}: other bytes came than its ETag says. Read it again.")
            self._etags_tell = False

    def read_elsewhere(self, bucket: str, key: str, *, chunk_bytes: int = 4 * MIB) -> Iterator[bytes]:
        """An object of any bucket that these credentials may read, in chunks. Raises as `read_chunks`."""
        other = Lake(Settings(bucket=bucket, endpoint=self.settings.endpoint), self.client)
        return other.read_chunks(key, chunk_bytes=chunk_bytes)

    def open(self, name: str) -> BinaryIO:
        """The object as a seekable file that fetches what is read, for formats with a footer."""
        info = self.info(name)
        if info is None:
            raise ObjectMissing(f"{self.url}/{name} does not exist.")
        return io.BufferedReader(_ObjectFile(self, info), buffer_size=256 * 1024)

    def read_range(self, name: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`, which must lie in the object."""
        with self._errors(name):
            reply = self.client.get_object(
                Bucket=self.settings.bucket,
                Key=self._key(name),
                Range=f"bytes={start}-{start + length - 1}",
            )
            return reply["Body"].read()

    def sha256(self, name: str) -> str:
        """SHA-256 (hex) of the bytes that the lake returns for an object."""
        digest = hashlib.sha256()
        for chunk in self.read_chunks(name):
            digest.update(chunk)
        return digest.hexdigest()

    def info(self, name: str) -> ObjectInfo | None:
        """Size and ETag of an object, or None when there is none."""
        try:
            with self._errors(name):
                reply = self.client.head_object(Bucket=self.settings.bucket, Key=self._key(name))
        except ObjectMissing:
            return None
        return ObjectInfo(name, reply["ContentLength"], reply.get("ETag", "").strip('"'))

    def periods(self, prefix: str = STAGED) -> list[str]:
        """The periods that have objects below a prefix, sorted."""
        return sorted({period for name in self.folders(prefix) if (period := period_of(name))})

    def folders(self, prefix: str) -> list[str]:
        """The beginnings of names that continue a prefix up to the next `/`, sorted."""
        found = set()
        with self._errors(prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.settings.bucket, Prefix=self._key(prefix), Delimiter="/"
            )
            for page in pages:
                found |= {entry["Prefix"] for entry in page.get("CommonPrefixes", [])}
        return sorted(name.removeprefix(self.settings.prefix) for name in found)

    def read_all(self, prefix: str) -> list[tuple[ObjectInfo, bytes]]:
        """All objects below a prefix with their bytes, sorted by name: what stood there at one moment.

        For rooms whose objects are folded into one another. Raises ObjectMissing when they never hold still.
        """
        for _ in range(_TRIES):
            objects = self.list(prefix)
            try:
                with ThreadPoolExecutor(max_workers=_READERS) as pool:
                    return list(zip(objects, pool.map(lambda o: self.get(o.name), objects), strict=True))
            except ObjectMissing:  # folded meanwhile: what replaces it is there
                continue
        raise ObjectMissing(f"{self.url}/{prefix} changed {_TRIES} times while it was read. Try again.")

    def list(self, prefix: str) -> list[ObjectInfo]:
        """All objects below a prefix, sorted by name."""
        found = []
        with self._errors(prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.settings.bucket, Prefix=self._key(prefix)
            )
            for page in pages:
                for entry in page.get("Contents", []):
                    name = entry["Key"].removeprefix(self.settings.prefix)
                    if not name.endswith("/"):  # folder markers
                        found.append(ObjectInfo(name, entry["Size"], entry.get("ETag", "").strip('"')))
        return sorted(found, key=lambda o: o.name)

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects; those that are already gone are no error."""
        for name in names:
            with self._errors(name):
                self.client.delete_object(Bucket=self.settings.bucket, Key=self._key(name))

    def same_bytes(self, name: str, data_md5: str, data_sha256: str) -> bool:
        """Whether the lake holds just these bytes under a name; cheap where the ETag is an MD5."""
        info = self.info(name)
        if info is None:
            return False
        return info.etag == data_md5 or self.sha256(name) == data_sha256

    def check_bucket(self) -> None:
        """Raise a LakeError that says what is wrong when the bucket cannot be reached."""
        with self._errors(""):
            self.client.head_bucket(Bucket=self.settings.bucket)

    def create_bucket(self) -> None:
        """Create the bucket where it does not exist."""
        try:
            self.check_bucket()
        except (BucketMissing, ObjectMissing):
            with self._errors(""):
                self.client.create_bucket(Bucket=self.settings.bucket)

    def _key(self, name: str) -> str:
        return self.settings.prefix + name

    @contextlib.contextmanager
    def _errors(self, name: str) -> Iterator[None]:
        """Turn the client's errors into ours, each with what to do."""
        endpoint = self.settings.endpoint or "Amazon S3"
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _NO_BUCKET or (code in _MISSING and not name):
                raise BucketMissing(
                    f"Bucket {self.settings.bucket!r} does not exist at {endpoint}. Create it, or correct "
                    "DAGSPRESS_LAKE."
                ) from error
            if code in _MISSING:
                raise ObjectMissing(f"{self.url}/{name} does not exist.") from error
            if code in _DENIED:
                raise LakeAccessDenied(
                    f"{endpoint} refused access to {self.url}/{name} ({code}). Check AWS_ACCESS_KEY_ID, "
                    "AWS_SECRET_ACCESS_KEY and what they may do."
                ) from error
            if code in _BAD_DIGEST:
                raise IntegrityError(
                    f"{name}: bytes were damaged on their way ({code}). Try again."
                ) from error
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            kind = LakeUnreachable if status >= 500 or status == 429 else LakeError
            raise kind(f"{endpoint} answered {code or status} for {self.url}/{name}: {error}") from error
        except FlexibleChecksumError as error:
            raise IntegrityError(f"{name}: its checksum does not match: {error}. Read it again.") from error
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise ConfigurationError(
                "No S3 credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from error
        except EndpointConnectionError as error:
            raise LakeUnreachable(
                f"Nothing answers at {endpoint}. Start the object store, or correct AWS_ENDPOINT_URL_S3."
            ) from error
        except (BotoConnectionError, BotoCoreError) as error:
            raise LakeUnreachable(f"{endpoint} failed for {self.url}/{name}: {error}") from error


def _content_md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


class _ObjectFile(io.RawIOBase):
    """The bytes of an object behind the interface of a file."""

    def __init__(self, lake: Lake, info: ObjectInfo) -> None:
        self._lake, self._info, self._position = lake, info, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._info.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        length = min(len(buffer), self._info.size - self._position)
        if length <= 0:
            return 0
        data = self._lake.read_range(self._info.name, self._position, length)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
