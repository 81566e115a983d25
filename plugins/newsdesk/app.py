"""The web application: the gate, then the pages."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, HTTPException
from lake_connection import use_lake_connection

from newsdesk.access import Gate
from newsdesk.headers import Headers
from newsdesk.pages import archive, article, decisions, files, period, quarantine, sources
from newsdesk.problems import handle_problems
from pipeline.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES: Final = (
    archive.router,
    period.router,
    article.router,
    quarantine.router,
    sources.router,
    decisions.router,
    files.router,
)
"""A router for each page."""

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def configured_lake() -> Lake:
    """The lake that the environment, or the connection that it names, tells of; raises ConfigurationError."""
    use_lake_connection()
    return Lake.from_env()


def create_app(open_lake: Callable[[], Lake] = configured_lake) -> FastAPI:
    """The application that Airflow mounts at `/newsdesk`. A lake that is not there is a page, too."""
    app = FastAPI(title="Newsdesk", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.open_lake = functools.cache(open_lake)
    for router in PAGES:
        app.include_router(router)
    app.add_api_route("/{path:path}", _nothing_here, methods=list(METHODS))  # last: whatever is no page
    handle_problems(app)
    app.add_middleware(Gate)
    app.add_middleware(Headers)
    return app


def _nothing_here(path: str) -> None:
    raise HTTPException(404, f"There is no page /{path[:200]}.")
