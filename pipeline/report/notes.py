"""What a run came to, in a sentence or two: the notes on runs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.flow import Fetched, Loaded, Publication

MOST_NAMES: Final = 5
"""Names told in a sentence; the rest are counted."""


def named(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """Names as they stand in a sentence.

    >>> named(["b", "a"]), named("abcdefg", 2)
    ('a, b', 'a, b and 5 more')
    """
    ordered = sorted(set(names))
    more = len(ordered) - most
    return ", ".join(ordered[:most]) + (f" and {more} more" if more > 0 else "")


def some(number: int, name: str) -> str:
    """A count with its noun.

    >>> some(1, "period"), some(2_000, "period")
    ('1 period', '2,000 periods')
    """
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def announced(periods: Sequence[str]) -> str:
    """Which periods a run announced."""
    if not periods:
        return "Nothing is new: every period is up to date."
    return f"{some(len(periods), 'period')} announced: {named(periods)}."


def fetched(found: Sequence[Fetched], *, failed: Sequence[str]) -> str:
    """What the sources of a run gave."""
    numbers = {
        "staged": sum(item.staged for item in found),
        "new": sum(item.new_rows for item in found),
        "rejected": sum(item.rejected for item in found),
    }
    said = ", ".join(f"{number:,} {name}" for name, number in numbers.items())
    asked = sum(item.requests for item in found)
    parts = [f"{some(len(found), 'source')}, {some(asked, 'request')}: {said}."]
    if failed:
        parts.append(f"{some(len(failed), 'source')} failed: {named(failed)}.")
    return " ".join(parts)


def loaded(found: Sequence[Loaded], *, failed: Sequence[str] = ()) -> str:
    """What the files of a run held."""
    staged, rejected = sum(item.staged for item in found), sum(item.rejected for item in found)
    known = sum(not item.new for item in found)
    parts = [f"{some(len(found), 'file')}: {some(staged, 'row')} staged, {rejected:,} rejected."]
    if not found and not failed:
        parts = ["Nothing lay in the inbox."]
    if known:
        parts.append(f"{known:,} of them known already.")
    if failed:
        parts.append(f"{some(len(failed), 'file')} could not be loaded: {named(failed)}.")
    return " ".join(parts)


def published(publications: Sequence[Publication], *, period: str) -> str:
    """What became of a period, and which others were rebuilt with it."""
    own = next(p for p in publications if p.period == period)
    others = [p for p in publications if p.period != period]
    rebuilt = [p.period for p in others if p.state == "published"]
    stopped = [p.period for p in others if p.state == "gate_failed"]
    parts = [f"{own.sentence()}."]
    if rebuilt:
        parts.append(f"Rebuilt with it: {named(rebuilt)}.")
    if stopped:
        parts.append(f"Not published with it, for their gates are shut: {named(stopped)}.")
    return " ".join(parts)


def verdicts(found: Mapping[str, Sequence[str]], *, unknown: Sequence[str] = ()) -> str:
    """How the sources are, by verdict; those that somebody should look at by name."""
    healthy = ("fresh", "new")
    parts = [
        f"{len(names)} {verdict}" + ("" if verdict in healthy else f" ({named(names)})")
        for verdict, names in sorted(found.items())
    ]
    if unknown:
        parts.append(f"{len(unknown)} not judged ({named(unknown)})")
    return f"{some(sum(map(len, found.values())) + len(unknown), 'source')}: {', '.join(parts) or 'none'}."


def counts_of(publications: Iterable[Publication], names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What became of each period, with its numbers: for asset events."""
    return {
        p.period: {"state": p.state, **{name: p.summary.get(name, 0) for name in names}} for p in publications
    }


def staged_by_period(items: Iterable[Fetched | Loaded]) -> dict[str, int]:
    """Rows staged for each period by several captures."""
    total: Counter[str] = Counter()
    for item in items:
        total.update(item.periods)
    return dict(sorted(total.items()))
