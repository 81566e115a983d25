"""The way of one article from its raw bytes to its row, with what every rule changed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.report.words import dropped_as, heading, many, pairs, printable, safe, short, visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.explain import Change, Explanation

MOST_LINES: Final = 50
"""Of those that one rule took out; `--json` gives them all."""

_WORDS: Final = re.compile(r"\w+|[^\S\n]+|\n+|[^\w\s]")


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
    before: str, after: str, *, around: int = 30, most: int = 3, window: int = 20_000
) -> tuple[list[tuple[Text, Text]], int]:
    """The first places where two texts differ, marked, with what stands around them; and how many there are.

    Only the first `window` characters from the first difference on are looked at: comparing is quadratic.
    """
    shorter = min(len(before), len(after))
    same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), shorter)
    start = max(0, same - 200)  # with the words before it, so that words are compared as wholes
    old, new = _WORDS.findall(before[start : start + window]), _WORDS.findall(after[start : start + window])
    codes = [c for c in SequenceMatcher(None, old, new).get_opcodes() if c[0] != "equal"]
    if len(codes) > 1 and max(len(before), len(after)) > start + window:
        codes = [c for c in codes if c[2] < len(old) and c[4] < len(new)]  # where the window ends they differ
    places = [
        (_marked(old, a1, a2, "red", around), _marked(new, b1, b2, "green", around))
        for _, a1, a2, b1, b2 in codes[:most]
    ]
    return places, len(codes)


def _marked(tokens: list[str], start: int, end: int, style: str, around: int) -> Text:
    left, right = "".join(tokens[:start])[-around:], "".join(tokens[end:])[:around]
    middle = "".join(tokens[start:end])
    if len(middle) > 4 * around:
        middle = f"{middle[: 2 * around]} … {middle[-2 * around :]}"
    before = "…" if len("".join(tokens[:start])) > around else ""
    after = "…" if len("".join(tokens[end:])) > around else ""
    return Text.assemble(before + visible(left), (visible(middle), f"bold {style}"), visible(right) + after)
