"""Commands that record what a person decides about articles."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from pipeline.cli.output import open_lake, out, print_json, publish_periods
from pipeline.errors import DagspressError

if TYPE_CHECKING:
    from pipeline.flow import Decided

Article = Annotated[str, typer.Argument(help="Its article_id, or the first 6 or more digits.")]
Why = Annotated[str, typer.Option("--why", help="The reason; it is kept with the decision.")]
By = Annotated[
    str | None, typer.Option(help="Who decides. None: the user of this machine.", show_default=False)
]
Later = Annotated[bool, typer.Option("--later", help="Record it; do not publish what it changes yet.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]


def release(article: Article, why: Why, by: By = None, later: Later = False, json: Json = False) -> None:
    """This row is fine: publish it although it fails these checks. Another failure is a new question."""
    _article("release", article, why, by, later, json)


def refuse(article: Article, why: Why, by: By = None, later: Later = False, json: Json = False) -> None:
    """Reject an article for good: it leaves quarantine, and no rebuild brings it back."""
    _article("refuse", article, why, by, later, json)


def withdraw(
    article: Annotated[
        str, typer.Argument(help="An article_id, or the beginning of addresses (https://...).")
    ],
    why: Why,
    by: By = None,
    later: Later = False,
    json: Json = False,
) -> None:
    """Take down an article, or all whose canonical address begins so: no rebuild publishes them again."""
    _either("withdraw", article, why, by, later, json)


def restore(
    article: Annotated[
        str, typer.Argument(help="An article_id, or the beginning of addresses (https://...).")
    ],
    why: Why,
    by: By = None,
    later: Later = False,
    json: Json = False,
) -> None:
    """Let earlier decisions about an article, or about these addresses, no longer hold."""
    _either("restore", article, why, by, later, json)


def approve(
    period: Annotated[str, typer.Argument(help="A period whose gate is shut.")],
    why: Why,
    by: By = None,
    later: Later = False,
    json: Json = False,
) -> None:
    """Publish what the gate of a period stopped, as it was built. Another build is a new question."""
    from pipeline import flow

    _apply(
        flow.decide_gate(open_lake(), "approve", period, by=by or _user(), why=why), later=later, json=json
    )


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


def _article(kind: str, article: str, why: str, by: str | None, later: bool, json: bool) -> None:
    from pipeline import flow

    decided = flow.decide_article(open_lake(), kind, article, by=by or _user(), why=why)
    _apply(decided, later=later, json=json)


def _either(kind: str, subject: str, why: str, by: str | None, later: bool, json: bool) -> None:
    from pipeline import flow

    if "://" not in subject:
        _article(kind, subject, why, by, later, json)
        return
    decided = flow.decide_addresses(open_lake(), kind, subject.strip(), by=by or _user(), why=why)
    _apply(decided, later=later, json=json)


def _apply(decided: Decided, *, later: bool, json: bool) -> None:
    from pipeline import report

    published = [] if later else publish_periods(open_lake(), decided.periods, quiet=json)
    if json:
        print_json(decided.as_json() | {"published": [p.as_json() for p in published]})
        return
    decision = decided.decision
    subject, by = report.printable(decision.subject), report.printable(decision.by)
    out.print(Text(f"{decision.kind}: {subject}, by {by}"))
    changed = [p for p in published if p.state != "unchanged"]
    if changed:
        out.print(report.render_published(changed))
    if later:
        out.print(f"It counts once these are published: {', '.join(decided.periods) or 'no period'}")
    if any(p.state == "gate_failed" for p in published):
        raise typer.Exit(1)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise DagspressError("This user has no name here: say who decides with --by.") from None
