"""The way of one article from its raw bytes to its row, with what every rule changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.report.edits import edits
from pipeline.report.words import dropped_as, heading, many, pairs, printable, safe, short, visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.explain import Change, Explanation

MOST_LINES: Final = 50
"""Of those that one rule took out; `--json` gives them all."""


def render_explanation(explanation: Explanation) -> RenderableType:
    """From raw bytes to row: what stood there, what each rule did, what became of it."""
    parts: list[RenderableType] = [
        safe(f"Article {explanation.article_id}: {explanation.state} in {explanation.period}", "bold")
    ]
    parts += [safe(f"because {reason}", "yellow") for reason in explanation.reasons]
    for i, version in enumerate(explanation.versions, start=1):
        if len(explanation.versions) > 1:
            parts.append(heading(f"Version {i} of {len(explanation.versions)}"))
        file, place = version.dropped_as, dropped_as(version.capture)[1]
        parts.append(heading(f"Dropped as {file}" + (f", {place}" if place else "")))
        parts.append(
            pairs(
                {
                    "captured": version.captured_at,
                    "bytes": f"{version.raw_bytes} in {version.capture}",
                    "raw": short(version.raw, 300),
                }
            )
        )
        if version.problem:
            parts.append(safe(f"Its bytes cannot be followed: {version.problem}", "yellow"))
            continue
        parts += [heading("Extracted: as written"), pairs(version.record)]
        if version.changes:
            parts.append(heading("Cleaned: before and after each rule"))
            parts += [_render_change(change) for change in version.changes]
        else:
            parts.append(heading("Cleaned: nothing had to be repaired"))
        parts += [heading("Normalised: as comparable values"), pairs(version.normalised)]
    if explanation.row is not None:
        parts += [heading("Text as it stands"), safe(explanation.row["text"])]
    return Group(*parts)


def _render_change(change: Change) -> RenderableType:
    return _render_removal(change) if change.removed else _render_repair(change)


def _render_removal(change: Change) -> RenderableType:
    lines = Table.grid(padding=(0, 1, 0, 0))
    lines.add_column(no_wrap=True, min_width=3, justify="right")
    lines.add_column(overflow="fold")
    for line in change.removed[:MOST_LINES]:
        lines.add_row(Text("-", "red"), Text(visible(line), "red"))
    parts: list[RenderableType] = [_headed(change, many(len(change.removed), "line") + " taken out"), lines]
    if len(change.removed) > MOST_LINES:
        parts.append(safe(f"    ... and {many(len(change.removed) - MOST_LINES, 'more line')}", "dim"))
    return Group(*parts)


def _render_repair(change: Change) -> RenderableType:
    places, count = differences(change.before, change.after)
    parts: list[RenderableType] = [_headed(change, many(count, "place"))]
    for before, after in places:
        lines = Table.grid(padding=(0, 1, 0, 0))
        lines.add_column(no_wrap=True, min_width=3, justify="right")
        lines.add_column(overflow="fold")
        lines.add_row(Text("-", "red"), before)
        lines.add_row(Text("+", "green"), after)
        parts.append(lines)
    if count > len(places):
        parts.append(safe(f"    ... and {many(count - len(places), 'more place')}", "dim"))
    return Group(*parts)


def _headed(change: Change, what: str) -> Text:
    return Text.assemble((printable(change.rule), "bold"), f" in {printable(change.field)}, {what}")


def differences(
    before: str, after: str, *, around: int = 30, most: int = 3
) -> tuple[list[tuple[Text, Text]], int]:
    """The first places where two texts differ, marked in what stands around them; and how many there are."""
    found = edits(before, after)
    places = [
        (
            _marked(before, edit.start, edit.end, "red", around),
            _marked(after, edit.new_start, edit.new_end, "green", around),
        )
        for edit in found[:most]
    ]
    return places, len(found)


def _marked(text: str, start: int, end: int, style: str, around: int) -> Text:
    left, right, middle = text[max(0, start - around) : start], text[end : end + around], text[start:end]
    if len(middle) > 4 * around:
        middle = f"{middle[: 2 * around]} … {middle[-2 * around :]}"
    before = "…" if start > around else ""
    after = "…" if len(text) - end > around else ""
    return Text.assemble(before + visible(left), (visible(middle), f"bold {style}"), visible(right) + after)
