"""`dagspress fetch`: what the DAG of that name does, from the command line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import output
from pipeline.errors import DagspressError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.flow import Fetched
    from pipeline.sources import Source


def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Names. None: every enabled source.", show_default=False),
    ] = None,
    day: Annotated[
        str | None, typer.Option(help="Day to fetch for (UTC), such as 2026-11-24. None: today.")
    ] = None,
    refetch: Annotated[
        bool, typer.Option("--refetch", help="Ask again for what is captured already, and do not wait.")
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Publish the periods that were touched as well.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")] = False,
) -> None:
    """Ask sources what is new, keep it, and stage it; a past day is read again from its captures.

    One source that fails never stops the others; the exit code is 1 then.
    """
    from pipeline import flow
    from pipeline.flow.days import resolve_day
    from pipeline.sources import load_sources

    try:
        run_day = resolve_day(kind="manual", now=dt.datetime.now(dt.UTC), given=day)
    except ValueError as error:
        raise DagspressError(str(error)) from None
    sources = _chosen(load_sources(), names or [])
    lake = output.open_lake()
    fetched: list[Fetched] = []
    with output.progress("fetching", len(sources), quiet=json) as bar:
        for source in sources:
            bar.at(source.name)
            fetched.append(flow.fetch(lake, source, run_day, refetch=refetch))
            bar.done()
    periods = sorted({period for item in fetched for period in item.periods})
    publications = output.publish_periods(lake, periods, quiet=json) if publish else []
    waiting = [] if publish else flow.pending(lake, periods)
    if json:
        output.print_json(
            {
                "fetched": [item.as_json() for item in fetched],
                "published": [item.as_json() for item in publications],
                "pending": waiting,
            }
        )
    else:
        from pipeline import report

        output.out.print(report.render_fetched(fetched))
        if publications:
            output.out.print(report.render_published(publications))
        output.print_waiting(waiting)
    if any(item.state == "failed" for item in fetched) or any(p.state == "gate_failed" for p in publications):
        raise typer.Exit(1)


def _chosen(sources: Sequence[Source], names: Sequence[str]) -> list[Source]:
    known = {source.name: source for source in sources}
    if unknown := sorted(set(names) - known.keys()):
        raise DagspressError(f"No such source: {', '.join(unknown)}. `dagspress sources list` names them.")
    return [known[name] for name in names] if names else [source for source in sources if source.enabled]
