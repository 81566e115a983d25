"""What the sources gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group

from pipeline.report.words import heading, many, safe, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from pipeline.flow import Fetched

STYLES = {"failed": "bold red", "deferred": "yellow", "empty": "dim"}


def render_fetched(fetched: Sequence[Fetched], *, problems: bool = True, most: int = 20) -> RenderableType:
    """Who gave what; then, unless `problems` is false, what went wrong, at most `most` sentences."""
    rows = []
    for item in fetched:
        periods = [period for period, number in item.periods.items() if number]
        rows.append(
            [
                item.source,
                item.kind,
                item.state,
                str(item.requests or ""),
                str(item.new or ""),
                str(item.staged or ""),
                str(item.rejected or ""),
                ", ".join(periods[:2]) + (f" and {len(periods) - 2} more" if len(periods) > 2 else ""),
            ]
        )
    columns = [
        ("source", "key"),
        ("kind", "key"),
        ("", "key"),
        ("requests", "number"),
        ("new", "number"),
        ("staged", "number green"),
        ("rejected", "number red"),
        ("periods", "text"),
    ]
    parts: list[RenderableType] = [heading("Fetched"), table(columns, rows)]
    parts += [safe(f"{i.source}: {i.error}", STYLES["failed"]) for i in fetched if i.error]
    parts += [safe(f"{i.source}: {note}", "yellow") for i in fetched for note in i.notes]
    if problems:
        told = [f"{item.source}: {problem}" for item in fetched for problem in item.problems]
        total = len(told) + sum(item.more_problems for item in fetched)
        if told:
            parts.append(heading("Went wrong"))
            parts += [safe(sentence) for sentence in told[:most]]
        if total > most:
            parts.append(safe(f"... and {many(total - most, 'more problem')}", "dim"))
    return Group(*parts)
