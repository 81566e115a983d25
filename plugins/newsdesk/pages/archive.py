"""The archive: a calendar of what there is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from newsdesk.lake import LakeDep
from newsdesk.rendering import page
from pipeline.flow.overview import read_overview
from pipeline.report.archive import total

router = APIRouter()


@router.get("/")
def archive(request: Request, lake: LakeDep) -> Response:
    """One year of it."""
    totals = total(line.counts for line in read_overview(lake).values())
    return page(request, "archive.html", section="Archive", totals=totals)
