"""What somebody decides about articles: recorded in the lake, then published by runs of Airflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from newsdesk.access import FormDep, VisitorDep, field
from newsdesk.lake import LakeDep
from newsdesk.rendering import Said, back, many
from newsdesk.runs import rebuild, trigger
from pipeline import flow
from pipeline.decisions import REFUSE, RELEASE, RESTORE, WITHDRAW
from pipeline.flow.identities import read_identities
from pipeline.newsdesk.quarantine import quarantine_view

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from newsdesk.runs import Run
    from pipeline.lake import Lake

router = APIRouter()

DONE: Final = {
    RELEASE: "released",
    REFUSE: "rejected for good",
    WITHDRAW: "withdrawn",
    RESTORE: "as before: what was decided no longer holds",
}
MOST_RUNS: Final = 100
"""Runs that one decision starts; what it changes beyond waits for the next announcement."""

RERUNNING: Final = "rerun_quarantine"
"""The DAG that reads again."""

NOTE_CHARACTERS: Final = 1_000
LINKED_RUNS: Final = 5

_OWN_PAGE: Final = re.compile(r"/quarantine|/articles/[0-9a-f]{6,32}")
_ASKED: Final = ("source", "reason", "period", "text", "page")


@router.post("/decisions")
def decide(request: Request, lake: LakeDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Record a decision about the articles of the form, or about all addresses that begin so."""
    kind, why, prefix = field(form, "kind"), field(form, "why"), field(form, "prefix")
    ids = [value for value in form.getlist("article") if isinstance(value, str)]
    if kind not in DONE:
        raise HTTPException(400, f"{kind!r} is nothing that can be decided here: {', '.join(DONE)}.")
    if bool(ids) == bool(prefix):
        raise HTTPException(400, "Nothing is selected. Go back, and select what you decide about.")
    if prefix:
        periods = flow.decide_addresses(lake, kind, prefix, by=visitor.name, why=why).periods
        what = f"Articles whose address begins with {prefix}"
    else:
        decided = flow.decide_articles(lake, kind, ids, by=visitor.name, why=why)
        periods = _own(
            lake, [str(d.decision.article_id) for d in decided], {p for d in decided for p in d.periods}
        )
        what = many(len(decided), "article")
    return _back(request, form, publish(request, f"{what}: {DONE[kind]}.", periods, why=f"{kind}: {why}"))


@router.post("/rerun")
def rerun(request: Request, lake: LakeDep, form: FormDep) -> Response:
    """Have what is in quarantine, as the page was narrowed, read again by the code of today."""
    asked = {name: field(form, f"back_{name}") for name in ("source", "reason", "period")}
    why = field(form, "why")
    if not why:
        raise HTTPException(400, "Why? A reason is kept with every decision.")
    view = quarantine_view(lake, source=asked["source"], reason=asked["reason"], period=asked["period"])
    if not view.rows:
        raise HTTPException(400, "No such row is in quarantine.")
    conf = {
        "periods": sorted(view.periods) if asked["period"] else [],
        "reason": asked["reason"] or None,
        "source": asked["source"] or None,
        "why": why,
    }
    run = trigger(request, RERUNNING, conf, period=None, note=why[:NOTE_CHARACTERS])
    said = Said(
        "What is in quarantine is read again; its periods are published then.", [("The run", run.path)]
    )
    return _back(request, form, said)


def _own(lake: Lake, ids: Sequence[str], periods: Collection[str]) -> list[str]:
    """Of the periods that may change those where the articles are: publishing these looks at the others."""
    own: set[str] = set().union(*read_identities(lake).periods(ids).values())
    return sorted(own.intersection(periods))


def publish(request: Request, done: str, periods: Sequence[str], *, why: str) -> Said:
    """Have some periods published, each by a run of Airflow, and say so."""
    runs: list[tuple[str, Run]] = []
    for period in periods[:MOST_RUNS]:
        try:
            runs.append((period, rebuild(request, period, why=why[:NOTE_CHARACTERS])))
        except HTTPException as error:
            left = (
                f"{done} Airflow refused to publish {period}: {error.detail} It holds once it is published."
            )
            return Said(left, _links(runs))
    if len(periods) > len(runs):
        rest = many(len(periods) - len(runs), "more period")
        return Said(f"{done} {rest} may change: `dagspress publish` brings all up to date.", _links(runs))
    if not runs:
        return Said(f"{done} No period changes by it.")
    return Said(
        f"{done} It holds when {many(len(runs), 'period')} {'is' if len(runs) == 1 else 'are'} published.",
        _links(runs),
    )


def _links(runs: Sequence[tuple[str, Run]]) -> list[tuple[str, str]]:
    return [(f"Run for {period}", run.path) for period, run in runs[:LINKED_RUNS]]


def _back(request: Request, form: FormData, said: Said) -> Response:
    """To the page that the form was on, narrowed as it was."""
    path = field(form, "back")
    if not _OWN_PAGE.fullmatch(path):
        path = "/quarantine"
    return back(request, path, said, **{name: field(form, f"back_{name}") for name in _ASKED})
