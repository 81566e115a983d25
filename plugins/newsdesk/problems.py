"""What went wrong, as a page that says what to do, with the status that says it to programs."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from newsdesk.headers import SECURE
from newsdesk.rendering import page, render
from pipeline.errors import ConfigurationError, DagspressError, LakeError

if TYPE_CHECKING:
    from starlette.responses import Response

log = logging.getLogger(__name__)

TITLES: Final = {
    400: "That cannot be done",
    401: "Please log in",
    403: "Not allowed",
    404: "Nothing here",
    422: "That is not understood",
    500: "An error of ours",
    503: "The lake cannot be read",
}
ADVICE: Final = {
    404: "The archive lists every period that there is.",
    500: "The log of the API server says more. Nothing was changed in the lake.",
    503: "`dagspress doctor` says whether the store is there and the keys are right. Then try again.",
}


def problem(request: Request, code: int, detail: object) -> Response:
    """The page for a status. Who is not let in sees nothing of the newsdesk on it."""
    values = {
        "title": TITLES.get(code) or HTTPStatus(code).phrase,
        "detail": str(detail),
        "advice": ADVICE.get(code, ""),
        "code": code,
    }
    if getattr(request.state, "visitor", None) is None:
        login = get_auth_manager().get_url_login(next_url=str(request.url)) if code == 401 else ""
        response = render("refused.html", values | {"login": login}, status=code)
    else:
        response = page(request, "problem.html", status=code, section="", **values)
    for name, value in SECURE.items():
        response.headers.setdefault(name, value)
    return response


def handle_problems(app: FastAPI) -> None:
    """Have every error answered by a page."""

    @app.exception_handler(StarletteHTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        return problem(request, error.status_code, error.detail)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, error: RequestValidationError) -> Response:
        said = "; ".join(f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in error.errors())
        return problem(request, 422, said)

    @app.exception_handler(LakeError)
    @app.exception_handler(ConfigurationError)
    async def no_lake(request: Request, error: DagspressError) -> Response:
        log.warning("%s", error)
        return problem(request, 503, error)

    @app.exception_handler(DagspressError)
    async def refused(request: Request, error: DagspressError) -> Response:
        return problem(request, 400, error)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return problem(request, 500, "This page could not be made.")
