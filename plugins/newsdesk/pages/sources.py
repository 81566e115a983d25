"""The sources: how each is doing, and one with all its polls."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from newsdesk.lake import LakeDep
from newsdesk.rendering import page
from pipeline.errors import DagspressError, LakeError
from pipeline.newsdesk.sources import source_view, sources_view

router = APIRouter()


@router.get("/sources")
def sources(request: Request, lake: LakeDep) -> Response:
    """All of them, those that need a look first."""
    return page(
        request, "sources.html", section="Sources", view=sources_view(lake, now=dt.datetime.now(dt.UTC))
    )


@router.get("/sources/{name:path}")
def source(request: Request, lake: LakeDep, name: str) -> Response:
    """One of them."""
    try:
        view = source_view(lake, name, now=dt.datetime.now(dt.UTC))
    except LakeError:
        raise
    except DagspressError as error:
        raise HTTPException(404, str(error)) from None
    return page(request, "source.html", section="Sources", view=view)
