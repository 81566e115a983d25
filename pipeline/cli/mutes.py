"""Commands about alerts that somebody does not want for a while."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.decisions import By, Json, user
from pipeline.cli.output import open_lake, out, print_json

Subject = Annotated[
    str,
    typer.Argument(
        help="all, a DAG, DAG.TASK, source:NAME, or an expectation of the gate.", metavar="SUBJECT"
    ),
]


_WORDS = [("by", "text"), ("why", "text")]


def mute(
    subject: Subject,
    why: Annotated[str, typer.Option("--why", help="The reason; it is told with what is held back.")],
    span: Annotated[str | None, typer.Option("--for", help="How long: 90m, 12h, 3d, 2w.")] = None,
    until: Annotated[
        str | None, typer.Option(help="Or until when: 2026-02-10, or with a time (UTC).")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Send no alerts about something for a while. It ends by itself, and its end says what it held back."""
    import dataclasses
    import datetime as dt

    from pipeline import mutes as room
    from pipeline.report import safe

    now = dt.datetime.now(dt.UTC)
    muted = room.mute(
        open_lake(), subject, why=why, by=by or user(), until=room.ending(span, until, now), now=now
    )
    if json:
        print_json(dataclasses.asdict(muted))
    else:
        out.print(safe(f"{muted.subject} is muted until {_minute(muted.until)} UTC, by {muted.by}"))


def unmute(subject: Subject, json: Json = False) -> None:
    """End a mute now, and say what it held back."""
    import dataclasses

    from pipeline import mutes as room
    from pipeline.report import safe

    standing = room.unmute(open_lake(), subject)
    if json:
        print_json(dataclasses.asdict(standing.mute) | {"alerts": standing.alerts})
    else:
        out.print(safe(standing.sentence()))


def mutes(json: Json = False) -> None:
    """What is muted: by whom, until when, why, and how many alerts that held back."""
    import dataclasses
    import datetime as dt

    from pipeline import mutes as room
    from pipeline.report import safe, table
    from pipeline.report.notes import some

    found, now = room.read_mutes(open_lake()), dt.datetime.now(dt.UTC)
    if json:
        print_json([dataclasses.asdict(each.mute) | {"alerts": each.alerts} for each in found])
    elif not found:
        out.print("Nothing is muted.")
    else:
        columns = [
            ("subject", "key"),
            ("until", "key"),
            ("alerts", "number"),
            ("by", "text"),
            ("why", "text"),
        ]
        cells = [
            [
                each.mute.subject,
                _minute(each.mute.until) if each.mute.holds(now) else "ended",
                str(each.alerts),
                each.mute.by,
                each.mute.why,
            ]
            for each in found
        ]
        out.print(table(columns, cells))
        out.print(safe(some(len(found), "mute")))


def _minute(instant: str) -> str:
    return instant[:16].replace("T", " ")
