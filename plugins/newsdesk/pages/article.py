"""An article: where it stands, what rules did to it, and what may be decided about it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from newsdesk.lake import LakeDep
from newsdesk.rendering import page
from pipeline.errors import DagspressError, LakeError
from pipeline.newsdesk.article import article_view

router = APIRouter()


@router.get("/articles/{article_id}")
def article(
    request: Request, lake: LakeDep, article_id: str, period: str = Query("", max_length=20)
) -> Response:
    """One article; `period` says where it stands."""
    try:
        view = article_view(lake, article_id, period=period or None)
    except LakeError:
        raise
    except DagspressError as error:
        raise HTTPException(404, str(error)) from None
    return page(request, "article.html", section="", article=view)
