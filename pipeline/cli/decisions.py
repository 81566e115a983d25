"""Commands that record what a person decides about articles."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from pipeline.cli.output import open_lake, out, print_json, publish_periods
from pipeline.errors import DagspressError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.flow import Decided

Articles = Annotated[
    list[str], typer.Argument(help="One article_id or several, or the first 6 or more digits of each.")
]
Subjects = Annotated[
    list[str], typer.Argument(help="Article ids, or the beginning of addresses (https://...).")
]
Why = Annotated[str, typer.Option("--why", help="The reason; it is kept with the decision.")]
By = Annotated[
    str | None, typer.Option(help="Who decides. None: the user of this machine.", show_default=False)
]
Later = Annotated[bool, typer.Option("--later", help="Record it; do not publish what it changes yet.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]


def release(articles: Articles, why: Why, by: By = None, later: Later = False, json: Json = False) -> None:
    """These rows are fine: publish them although they fail a check. Another failure is a new question."""
    _articles("release", articles, why, by, later, json)


def refuse(articles: Articles, why: Why, by: By = None, later: Later = False, json: Json = False) -> None:
    """Reject articles for good: they leave quarantine, and no rebuild brings them back."""
    _articles("refuse", articles, why, by, later, json)


def withdraw(subjects: Subjects, why: Why, by: By = None, later: Later = False, json: Json = False) -> None:
    """Take down articles, or all whose canonical address begins so: no rebuild publishes them again."""
    _either("withdraw", subjects, why, by, later, json)


def restore(subjects: Subjects, why: Why, by: By = None, later: Later = False, json: Json = False) -> None:
    """Let earlier decisions about articles, or about these addresses, no longer hold."""
    _either("restore", subjects, why, by, later, json)


def approve(
    period: Annotated[str, typer.Argument(help="A period whose gate is shut.")],
    why: Why,
    by: By = None,
    later: Later = False,
    json: Json = False,
) -> None:
    """Publish what the gate of a period stopped, as it was built. Another build is a new question."""
    from pipeline import flow

    decided = flow.decide_gate(open_lake(), "approve", period, by=by or user(), why=why)
    _apply([decided], later=later, json=json)


def purge(
    why: Why,
    articles: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of withdrawn articles, or the first 6 or more digits.", show_default=False),
    ] = None,
    addresses: Annotated[
        str | None,
        typer.Option(help="All withdrawn articles whose address begins so.", show_default=False),
    ] = None,
    by: By = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to do it.")] = False,
    json: Json = False,
) -> None:
    """Remove the bytes of withdrawn articles from the lake, captures included. Nothing brings them back."""
    from pipeline import flow, report

    lake = open_lake()
    plan = flow.plan_purge(lake, articles or (), prefix=addresses)
    if json and not yes:
        print_json(plan.as_json())
        return
    if not json:
        out.print(Text(f"To be purged: {len(plan.ids)} article ids, in {len(plan.periods)} periods"))
        for removal in plan.removals:
            what = f"{len(removal.records)} records, {len(removal.documents)} documents"
            out.print(Text(f"  {report.printable(removal.capture.object)}: {what}, {removal.bytes:,} bytes"))
        _print_left(plan.left)
    if not yes:
        typer.confirm("These bytes are removed for good. Go on?", abort=True)
    result = flow.purge(lake, plan.ids, by=by or user(), why=why)
    if json:
        print_json(plan.as_json() | {"objects": result.objects, "left": result.left})
    else:
        out.print(f"Purged: {result.objects} captures were rewritten, {len(result.decisions)} ids are purged")
        _print_left(result.left)
    if result.left:
        raise typer.Exit(1)


def rerun(
    why: Why,
    periods: Annotated[
        list[str] | None, typer.Argument(help="Periods. None: all with a quarantine.", show_default=False)
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Only rows that fail this expectation.", show_default=False)
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only rows of this source.", show_default=False)] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Read again what is in quarantine, after the code or a source's hints were mended, and publish it."""
    from pipeline import flow, report

    result = flow.rerun(open_lake(), periods or (), reason=reason, source=source, by=by or user(), why=why)
    if json:
        print_json(result.as_json())
        return
    captures = "1 capture was" if result.captures == 1 else f"{result.captures} captures were"
    out.print(f"{captures} read again: {len(result.left)} left quarantine, {len(result.stayed)} stayed")
    changed = [p for p in result.published if p.state != "unchanged"]
    if changed:
        out.print(report.render_published(changed))


def decisions(json: Json = False) -> None:
    """All that was decided: when, by whom, about what, and why."""
    import dataclasses

    from pipeline.decisions import read_decisions
    from pipeline.report import safe, table

    found = read_decisions(open_lake())
    if json:
        print_json([dataclasses.asdict(decision) for decision in found])
    elif not found:
        out.print("Nothing was decided yet.")
    else:
        columns = [("when", "key"), ("by", "text"), ("decision", "text"), ("about", "path"), ("why", "text")]
        cells = [[d.at[:19].replace("T", " "), d.by, d.kind, d.subject, d.why] for d in found]
        out.print(table(columns, cells))
        out.print(safe(f"{len(found)} decisions"))


def _articles(kind: str, articles: list[str], why: str, by: str | None, later: bool, json: bool) -> None:
    from pipeline import flow

    decided = flow.decide_articles(open_lake(), kind, articles, by=by or user(), why=why)
    _apply(decided, later=later, json=json)


def _either(kind: str, subjects: list[str], why: str, by: str | None, later: bool, json: bool) -> None:
    from pipeline import flow

    addresses = [subject.strip() for subject in subjects if "://" in subject]
    if not addresses:
        _articles(kind, subjects, why, by, later, json)
        return
    if len(addresses) < len(subjects):
        raise DagspressError(f"Some of these are ids and some addresses: {kind} them by two commands.")
    lake = open_lake()
    decided = [flow.decide_addresses(lake, kind, prefix, by=by or user(), why=why) for prefix in addresses]
    _apply(decided, later=later, json=json)


def _apply(decided: Sequence[Decided], *, later: bool, json: bool) -> None:
    from pipeline import report

    periods = sorted({period for item in decided for period in item.periods})
    published = [] if later else publish_periods(open_lake(), periods, quiet=json)
    if json:
        print_json(
            {
                "decided": [item.as_json() for item in decided],
                "published": [p.as_json() for p in published],
            }
        )
        return
    for decision in (item.decision for item in decided):
        subject, by = report.printable(decision.subject), report.printable(decision.by)
        out.print(Text(f"{decision.kind}: {subject}, by {by}"))
    changed = [p for p in published if p.state != "unchanged"]
    if changed:
        out.print(report.render_published(changed))
    if later:
        out.print(f"It counts once these are published: {', '.join(periods) or 'no period'}")
    if any(p.state == "gate_failed" for p in published):
        raise typer.Exit(1)


def _print_left(left: list[str]) -> None:
    from pipeline.report import printable

    for sentence in left:
        out.print(Text(printable(sentence)), style="yellow")


def user() -> str:
    """The name of who runs the command. Raises DagspressError."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise DagspressError("This user has no name here: say who decides with --by.") from None
