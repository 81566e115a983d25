"""The archive: a calendar of what there is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from newsdesk.lake import LakeDep
from newsdesk.rendering import page
from pipeline.newsdesk.archive import archive_view

router = APIRouter()

Year = Annotated[int | None, Query(ge=1, le=9999)]


@router.get("/")
def archive(request: Request, lake: LakeDep, year: Year = None) -> Response:
    """One year of it, the latest unless it is said."""
    return page(request, "archive.html", section="Archive", view=archive_view(lake, year=year))
