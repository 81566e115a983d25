"""What verifying and repairing a lake came to, as a person reads it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group

from pipeline.report.archive import equation
from pipeline.report.words import heading, listed, many, safe, table
from pipeline.verify import KINDS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.verify import Plan, Verification

SHOWN = 20
"""Findings of one kind that are shown."""


def render_verification(found: Verification, *, most: int = SHOWN) -> RenderableType:
    """The findings by kind, each with what to do; then what was looked at and the archive's equation."""
    parts: list[RenderableType] = []
    for kind, group in groupby(found.findings, key=lambda finding: finding.kind):
        findings = list(group)
        cells = [[finding.object, finding.detail] for finding in findings[:most]]
        parts.append(heading(f"{kind}: {KINDS[kind].meaning}"))
        parts.append(table([("object", "path"), ("", "text")], cells))
        if len(findings) > most:
            parts.append(safe(f"... and {many(len(findings) - most, 'more object')} (--json names all)"))
        parts.append(safe(f"What to do: {KINDS[kind].remedy}.", "dim"))
    return Group(*parts, heading("The lake"), *(safe(line, style) for line, style in _told(found)))


def _told(found: Verification) -> list[tuple[str, str]]:
    seconds = sum(found.seconds.values())
    speed = f", {found.objects / seconds:,.0f} a second" if seconds else ""
    looked = (
        f"{many(found.objects, 'object')}, {found.bytes:,} bytes; {many(found.captures, 'capture')}, "
        f"{many(found.periods, 'partition')}"
    )
    told = [
        (f"{looked} ({found.mode}: {seconds:.1f} seconds{speed})", ""),
        (f"Captures hold {many(found.records, 'record')}.", ""),
        (f"Partitions: {equation(found.counts)}", ""),
    ]
    if found.gates:
        told.append((f"Wait at their gates, the former partition stands: {listed(found.gates)}", "yellow"))
    if found.older:
        told.append((f"Built by another version of the code: {listed(found.older)}", "yellow"))
    told += [(sentence, "yellow") for sentence in found.blind]
    if found.whole:
        told.append(("Whole: nothing was found.", "green"))
    else:
        told.append((f"{many(len(found.findings), 'finding')}.", "bold red"))
    return told


def render_plan(plan: Plan, *, most: int = SHOWN) -> RenderableType:
    """What a repair does, what it removes, and what it cannot mend."""
    parts: list[RenderableType] = []
    if plan.steps:
        cells = [[step.action, step.object] for step in plan.steps[:most]]
        parts += [heading("To be done"), table([("", "text"), ("object", "path")], cells)]
        if len(plan.steps) > most:
            parts.append(safe(f"... and {many(len(plan.steps) - most, 'more step')} (--json names all)"))
    if plan.removes:
        parts.append(heading("To be removed"))
        parts += [safe(name, "red") for name in plan.removes]
    if plan.left:
        cells = [
            [left.finding.object, f"{left.why}. {_sentence(left.finding.remedy)}"]
            for left in plan.left[:most]
        ]
        parts += [heading("Cannot be mended from here"), table([("object", "path"), ("", "text")], cells)]
        if len(plan.left) > most:
            parts.append(safe(f"... and {many(len(plan.left) - most, 'more object')} (--json names all)"))
    return Group(*parts)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
