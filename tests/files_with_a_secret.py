"""Four articles of which one holds a secret, in every kind of file."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "hemmeligheten"
"""A word of the article that has to go."""


def text_of(n: int) -> str:
    """A text that is like no other, in which å, æ and ø stand."""
    words = " ".join(f"ord{n}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    own = f" Her står {SECRET} om Kåre Bø." if n == 1 else ""
    return f"Skolen på Vestre Haug blir lagt ned, sier rektor.{own} {words}.\n\nFAU vil klage på vedtaket."


def article(n: int) -> dict[str, Any]:
    return {
        "title": f"Sak {n}",
        "text": text_of(n),
        "date": f"2024-03-0{1 + n % 2}",
        "url": f"https://haug.example/sak-{n}",
    }


ARTICLES_OF = [article(n) for n in range(4)]


def lines(*, ascii_only: bool = False) -> bytes:
    return b"".join(json.dumps(a, ensure_ascii=ascii_only).encode() + b"\n" for a in ARTICLES_OF)


def texts() -> dict[str, bytes]:
    return {f"sak-{n}.txt": f"date {a['date']} {a['text']}".encode() for n, a in enumerate(ARTICLES_OF)}


def page(a: dict[str, Any]) -> bytes:
    paragraphs = "".join(f"<p>{p}</p>" for p in a["text"].split("\n\n"))
    return (
        f"<!doctype html><html lang=nb><head><title>{a['title']}</title>"
        f"<meta property='article:published_time' content='{a['date']}'>"
        f"<link rel=canonical href='{a['url']}'></head>"
        f"<body><article><h1>{a['title']}</h1>{paragraphs}</article></body></html>"
    ).encode()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def table() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ARTICLES_OF), out)
    return out.getvalue()


def warc_record(kind: str, block: bytes, **fields: str) -> bytes:
    names = {"warc_record_id": f"<urn:test:{hashlib.md5(block).hexdigest()}>", **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in names.items())
    return (
        (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2024-03-09T10:00:00Z\r\n{head}"
            f"Content-Length: {len(block)}\r\n\r\n"
        ).encode()
        + block
        + b"\r\n\r\n"
    )


def warc_records() -> list[bytes]:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    return [
        warc_record(
            "response",
            head + page(a),
            warc_target_uri=a["url"],
            content_type="application/http; msgtype=response",
        )
        for a in ARTICLES_OF
    ]


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "lines": ("a.jsonl", lines),
    "escaped lines": ("a.jsonl", lambda: lines(ascii_only=True)),
    "lines of no name": ("a", lines),
    "array": ("a.json", lambda: json.dumps(ARTICLES_OF, ensure_ascii=False, indent=2).encode()),
    "wrapped": ("a.json", lambda: json.dumps({"count": 4, "articles": ARTICLES_OF}).encode()),
    "utf-16 lines": ("a.jsonl", lambda: lines().decode().encode("utf-16")),
    "gzip": ("a.jsonl.gz", lambda: gzip.compress(lines())),
    "bz2": ("a.jsonl.bz2", lambda: bz2.compress(lines())),
    "xz": ("a.jsonl.xz", lambda: lzma.compress(lines())),
    "zstd": ("a.jsonl.zst", lambda: zstandard.compress(lines())),
    "parquet": ("a.parquet", table),
    "zip of texts": ("a.zip", lambda: zipped(texts())),
    "zip of lines": ("a.zip", lambda: zipped({"x/æ.jsonl": lines(), "tom.txt": b""})),
    "stored zip": ("a.zip", lambda: zipped(texts(), zipfile.ZIP_STORED)),
    "tar.gz": ("a.tar.gz", lambda: gzip.compress(tarred(texts()))),
    "zip in tar": ("a.tar", lambda: tarred({"b.zip": zipped({"c.jsonl.gz": gzip.compress(lines())})})),
    "pages in zip": ("a.zip", lambda: zipped({f"{n}.html": page(a) for n, a in enumerate(ARTICLES_OF)})),
    "warc": ("a.warc", lambda: b"".join(warc_records())),
    "warc.gz": ("a.warc.gz", lambda: b"".join(map(gzip.compress, warc_records()))),
    "warc in one member": ("a.warc.gz", lambda: gzip.compress(b"".join(warc_records()))),
}


def expanded(name: str, data: bytes, depth: int = 0) -> list[bytes]:
    """The bytes, and all that they expand to."""
    found = [data]
    try:
        if data.startswith(b"PAR1"):
            found.append(json.dumps(pq.read_table(io.BytesIO(data)).to_pylist(), default=repr).encode())
        elif data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found += [
                    part for n in archive.namelist() for part in expanded(n, archive.read(n), depth + 1)
                ]
        elif data.startswith(b"\x1f\x8b"):
            found += expanded(name, gzip.decompress(data), depth + 1)
        elif data.startswith(b"BZh"):
            found += expanded(name, bz2.decompress(data), depth + 1)
        elif data.startswith(b"\xfd7z"):
            found += expanded(name, lzma.decompress(data), depth + 1)
        elif data.startswith(b"\x28\xb5\x2f\xfd"):
            found += expanded(name, zstandard.ZstdDecompressor().decompressobj().decompress(data), depth + 1)
        elif data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                members = [archive.extractfile(m) for m in archive if m.isreg()]
                found += [part for m in members if m for part in expanded(name, m.read(), depth + 1)]
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise AssertionError(f"{name} cannot be opened") from error
    for part in list(found):
        for line in part.splitlines():
            if line.startswith(b"{") and b"bytes_base64" in line:
                found.append(base64.b64decode(json.loads(line)["bytes_base64"]))
    return found
