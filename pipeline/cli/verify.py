"""`dagspress verify` and `dagspress repair`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import err, open_lake, out, print_json
from pipeline.errors import DagspressError

if TYPE_CHECKING:
    from pipeline.lake import Lake
    from pipeline.verify import Scope, Verification

Periods = Annotated[
    list[str] | None,
    typer.Option("--period", help="Only this period; may be given several times.", show_default=False),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only captures of this source, and their periods.", show_default=False),
]
Quick = Annotated[
    bool, typer.Option("--quick", help="Names, sizes, receipts, notes and summaries; not every byte.")
]
Replay = Annotated[
    bool, typer.Option("--replay", help="Read every capture again as well, and compare what comes of it.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]


def verify(
    quick: Quick = False,
    replay: Replay = False,
    period: Periods = None,
    source: Sources = None,
    json: Json = False,
) -> None:
    """Is everything there, and is it what it was? Every row, its capture, its checksums, its numbers.

    Changes nothing. Exit code 0 when the lake is whole, 1 when something was found.
    """
    from pipeline.report.verified import render_verification

    found = _look(open_lake(), _mode(quick, replay), _scope(period, source), quiet=json)
    if json:
        print_json(found.as_json())
    else:
        out.print(render_verification(found))
    if not found.whole:
        raise typer.Exit(1)


def repair(
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it. Without it: only say what would be done.")
    ] = False,
    quick: Quick = False,
    replay: Replay = False,
    period: Periods = None,
    source: Sources = None,
    json: Json = False,
) -> None:
    """Make again what the captures allow, and say what cannot be mended and what to do about it.

    Everything that is to be removed is named first. Exit code 0 when the lake is whole in the end.
    """
    from pipeline import flow
    from pipeline.report import render_published
    from pipeline.report.verified import render_plan, render_verification
    from pipeline.verify import plan_repair, repair as mend

    lake = open_lake()
    mode, scope = _mode(quick, replay), _scope(period, source)
    found = _look(lake, mode, scope, quiet=json)
    plan = plan_repair(lake, found.findings)
    if not json and plan.left + plan.steps:
        out.print(render_plan(plan))
    published = []
    if yes and plan.steps:
        with flow.Workers(flow.cores()) as workers, err.status("repairing", spinner="dots") as status:
            published = mend(
                lake,
                plan,
                workers=workers,
                progress=lambda step: status.update(f"{step.action}: {step.object}"),
            )
        found = _look(lake, mode, scope, quiet=json)
    if json:
        print_json(
            {
                "plan": plan.as_json(),
                "done": yes and bool(plan.steps),
                "published": [publication.as_json() for publication in published],
                "found": found.as_json(),
            }
        )
    else:
        if published:
            out.print(render_published(published))
        if yes or not plan.steps:
            out.print(render_verification(found))
        else:
            out.print("\nNothing was changed. Do it: dagspress repair --yes", style="yellow")
    if not found.whole:
        raise typer.Exit(1)


def _mode(quick: bool, replay: bool) -> str:
    if quick and replay:
        raise DagspressError("--quick reads no bytes, and --replay reads them all twice: give one of them.")
    return "quick" if quick else "replay" if replay else "full"


def _scope(periods: list[str] | None, sources: list[str] | None) -> Scope:
    from pipeline.article import UNDATED
    from pipeline.period import span
    from pipeline.verify import Scope

    if wrong := [p for p in periods or () if p != UNDATED and span(p) is None]:
        raise DagspressError(f"{wrong[0]!r} is no period: 2019-02-06, 2019-02, 2019 or undated.")
    return Scope(periods=frozenset(periods or ()), sources=frozenset(sources or ()))


def _look(lake: Lake, mode: str, scope: Scope, *, quiet: bool) -> Verification:
    from pipeline.verify import verify as look

    done = 0
    if quiet or not err.is_terminal:
        return look(lake, mode=mode, scope=scope)
    with err.status("listing", spinner="dots") as status:

        def told(check: str, steps: int) -> None:
            nonlocal done
            done = done + steps if steps else 0
            if done % 100 == 0:
                status.update(f"{check}: {done:,}" if done else check)

        return look(lake, mode=mode, scope=scope, progress=told)
