"""Who may come in, who may decide, and that a form was sent by the page that showed it.

Airflow mounts the applications of plugins without authentication: the gate stands before every route, so that
none can forget it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

from airflow.api_fastapi.app import API_BASE_URL, get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.auth.tokens import get_signing_key
from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from airflow.models.dag import DagModel
from fastapi import Depends, HTTPException, Request, status
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

if TYPE_CHECKING:
    from airflow.api_fastapi.auth.managers.base_auth_manager import ResourceMethod
    from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
    from starlette.types import ASGIApp, Receive, Scope, Send

PUBLISHING: Final = "publish_articles"
"""The DAG whose rights are asked for: who may see its runs may read, who may trigger it may decide."""

SAFE: Final = frozenset({"GET", "HEAD"})
FORM_SECONDS: Final = 12 * 3600
"""For so long a page may stand open before its forms are refused."""
FORM_FIELDS: Final = 2_000
TOKEN_FIELD: Final = "token"  # noqa: S105 - the name of a form's field


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is looking, and what they may do."""

    user: BaseUser
    may_decide: bool

    @property
    def name(self) -> str:
        """As it stands under decisions and runs."""
        return self.user.get_name()

    @property
    def form_token(self) -> str:
        """What a form has to carry to be this person's own."""
        return signer("form").dumps(str(self.user.get_id()))

    def wrote(self, token: object) -> bool:
        """Whether a form carries this person's token."""
        try:
            return bool(signer("form").loads(str(token), max_age=FORM_SECONDS) == str(self.user.get_id()))
        except BadSignature:
            return False


@functools.cache
def signer(purpose: str) -> URLSafeTimedSerializer:
    """Signs what comes back to us through a browser, with Airflow's secret."""
    return URLSafeTimedSerializer(get_signing_key("api", "secret_key"), salt=f"newsdesk {purpose}")


def may(user: BaseUser, method: ResourceMethod, dag_id: str = PUBLISHING) -> bool:
    """Whether a user may see (`GET`) or trigger (`POST`) the runs of a DAG."""
    return get_auth_manager().is_authorized_dag(
        method=method,
        access_entity=DagAccessEntity.RUN,
        details=DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id)),
        user=user,
    )


class Gate:
    """Lets in who may read. Whoever sends something must be allowed to decide, and come from our pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        from newsdesk.problems import problem

        request = Request(scope, receive)
        try:
            request.state.visitor = await _admit(request)
        except HTTPException as refused:
            await problem(request, refused.status_code, refused.detail)(scope, receive, send)
            return
        await self.app(scope, receive, send)


async def _admit(request: Request) -> Visitor:
    user = await get_user(request, None, await bearer_scheme(request))
    visitor = await run_in_threadpool(_visitor, user)
    if request.method not in SAFE:
        if not visitor.may_decide:
            raise HTTPException(
                status.HTTP_403_FORBIDDEN,
                "You may read here. Deciding is for those who may publish.",
            )
        if not same_origin(request):
            raise HTTPException(status.HTTP_403_FORBIDDEN, "This did not come from a page of the newsdesk.")
    return visitor


def _visitor(user: BaseUser) -> Visitor:
    if not may(user, "GET"):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "You may not see the runs of `publish_articles`.")
    return Visitor(user, may_decide=may(user, "POST"))


def same_origin(request: Request) -> bool:
    """Whether a browser says that one of our own pages sent this."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", "")).netloc  # plain http: no browser says the site
    return bool(origin) and origin in {request.headers.get("host"), urlsplit(API_BASE_URL).netloc}


def visitor_of(request: Request) -> Visitor:
    """Whom the gate let in."""
    visitor = request.state.visitor
    if not isinstance(visitor, Visitor):
        raise TypeError("The gate does not stand before this route.")
    return visitor


async def sent_form(request: Request) -> FormData:
    """The form that came with a request; refused unless it carries its sender's own token."""
    form = await request.form(max_files=0, max_fields=FORM_FIELDS)
    if not visitor_of(request).wrote(form.get(TOKEN_FIELD)):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "This form is too old, or not yours. Load the page again.",
        )
    return form


def field(form: FormData, name: str, *, most: int = 2_000) -> str:
    """A field of a form without the white space around it; empty where there is none."""
    value = form.get(name, "")
    if isinstance(value, UploadFile) or len(value) > most:
        raise HTTPException(
            status.HTTP_400_BAD_REQUEST, f"The field {name!r} is longer than {most} characters."
        )
    return value.strip()


VisitorDep = Annotated[Visitor, Depends(visitor_of)]
FormDep = Annotated[FormData, Depends(sent_form)]
"""Every route that changes something takes its form by this."""
