"""A period: its numbers, its checks, its rows, its runs; and having it built anew."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from newsdesk.access import FormDep, VisitorDep, field
from newsdesk.lake import LakeDep
from newsdesk.rendering import Said, back, page
from newsdesk.runs import APPROVING, rebuild, runs_of
from pipeline.newsdesk.period import NoSuchPeriod, known, period_view

router = APIRouter()


@router.get("/periods/{period}")
def period(request: Request, lake: LakeDep, visitor: VisitorDep, period: str) -> Response:
    """What is known of it."""
    try:
        view = period_view(lake, period)
    except NoSuchPeriod as error:
        raise HTTPException(404, str(error)) from None
    runs = runs_of(visitor, period)
    return page(request, "period.html", section="Archive", view=view, runs=runs, approving=APPROVING)


@router.post("/periods/{period}/rebuild")
def rebuild_period(request: Request, lake: LakeDep, form: FormDep, period: str) -> Response:
    """Start a run that builds it anew."""
    if not known(lake, period):
        raise HTTPException(404, f"Nothing is staged for {period}: there is nothing to build.")
    force = field(form, "force") == "yes"
    run = rebuild(request, period, why="Rebuild asked for at the newsdesk.", force=force)
    said = f"{period} is being rebuilt. This page shows what comes of it when it is loaded again."
    return back(request, f"/periods/{period}", Said(said, [("See the run", run.path)]))
