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

    decided = flow.decide_gate(open_lake(), "approve", period, by=by or _user(), why=why)
    _apply([decided], later=later, json=json)


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

    decided = flow.decide_articles(open_lake(), kind, articles, by=by or _user(), why=why)
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
    decided = [flow.decide_addresses(lake, kind, prefix, by=by or _user(), why=why) for prefix in addresses]
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


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise DagspressError("This user has no name here: say who decides with --by.") from None
