"""Our own files, and bytes out of the lake: reports show but cannot act, all else is a download."""

from __future__ import annotations

import mimetypes
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from starlette.responses import Response, StreamingResponse

from newsdesk.headers import DOCUMENT_POLICY
from newsdesk.lake import LakeDep
from newsdesk.rendering import DIGESTS, STATIC
from pipeline.lake import CAPTURES, QUALITY, articles_name, quarantine_name

router = APIRouter()

DOCUMENTS: Final = f"{QUALITY}docs/"
SHOWN: Final = frozenset({"text/html", "text/css", "image/png", "image/svg+xml", "font/woff2"})
PARTITIONS: Final = {"articles": articles_name, "quarantine": quarantine_name}


@router.get("/static/{name}")
def static(name: str, v: str = "") -> Response:
    """A file that pages use. It may be kept where its address names its digest."""
    if name not in STATIC:
        raise HTTPException(404, "There is no such file.")
    kept = {"Cache-Control": "private, max-age=31536000, immutable"} if v == DIGESTS[name] else {}
    return Response(STATIC[name], media_type=_kind(name), headers=kept)


@router.get("/docs/{period}/{path:path}")
@router.get("/docs/{period}")
def documents(lake: LakeDep, period: str, path: str = "") -> Response:
    """What Great Expectations says of a period. It shows, but runs and fetches nothing."""
    name = _below(DOCUMENTS, f"published={period}/{path or 'index.html'}")
    kind, data = _kind(name), lake.find(name)
    if data is None or kind not in SHOWN:
        raise HTTPException(404, f"There are no Data Docs of {period} under this name yet.")
    return Response(data, media_type=kind, headers={"Content-Security-Policy": DOCUMENT_POLICY})


@router.get("/captures/{name:path}")
def capture(lake: LakeDep, name: str) -> Response:
    """The bytes of a capture, as they were received."""
    return _download(lake, _below(CAPTURES, name))


@router.get("/periods/{period}/{part}.parquet")
def partition(lake: LakeDep, period: str, part: str) -> Response:
    """What stands of a period, or what of it is in quarantine."""
    if part not in PARTITIONS:
        raise HTTPException(404, "There is no such file.")
    name = _below("", PARTITIONS[part](period))
    return _download(lake, name, shown_as=f"{part}-{period}.parquet")


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _below(prefix: str, name: str) -> str:
    """An object's full name, of one that a person may ask for."""
    if any(part in ("", ".", "..") for part in name.split("/")) or not name.isprintable() or "\\" in name:
        raise HTTPException(404, "No object has such a name.")
    return prefix + name


def _download(lake: LakeDep, name: str, *, shown_as: str = "") -> Response:
    info = lake.info(name)
    if info is None:
        raise HTTPException(404, f"{name} does not exist.")
    file = quote(shown_as or name.rsplit("/", 1)[-1], safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{file}",
        "Content-Length": str(info.size),
        "Content-Security-Policy": DOCUMENT_POLICY,
    }
    return StreamingResponse(lake.read_chunks(name), media_type="application/octet-stream", headers=headers)
