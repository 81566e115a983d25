"""What waits for a person: rows in quarantine, what could not be read, and what was decided last."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from newsdesk.lake import LakeDep
from newsdesk.rendering import Pages, address, here, page
from pipeline.newsdesk.quarantine import PAGE_ROWS, decisions_view, quarantine_view, rejected_view

router = APIRouter()

Words = Annotated[str, Query(max_length=200)]
MOST_PAGES = 100_000


@router.get("/quarantine")
def quarantine(
    request: Request,
    lake: LakeDep,
    source: Words = "",
    reason: Words = "",
    period: Words = "",
    text: Words = "",
    number: Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    """Rows of all periods, narrowed by what is asked for."""
    view = quarantine_view(lake, source=source, reason=reason, period=period, text=text, page=number)
    named = {"source": view.source, "reason": view.reason, "period": view.period, "text": view.text}
    asked = {name: value for name, value in named.items() if value}

    def link(to: int) -> str:
        return here(request) + address("/quarantine", {**asked, "page": to if to > 1 else None})

    values: dict[str, Any] = {"view": view, "asked": asked, "link": link}
    if view.total is not None:
        values["pages"] = Pages(view.page, PAGE_ROWS, view.total)
    return page(request, "quarantine.html", section="Quarantine", decisions=decisions_view(lake), **values)


@router.get("/rejected")
def rejected(request: Request, lake: LakeDep, after: Annotated[str, Query(max_length=300)] = "") -> Response:
    """What could not be read at all."""
    return page(
        request, "rejected.html", section="Quarantine", view=rejected_view(lake, after=after), first=not after
    )
