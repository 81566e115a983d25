"""The verification of a lake: its checks, one after the other, and what they came to."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import ConfigurationError
from pipeline.flow.partition import COUNTS
from pipeline.verify.captures import check_bytes, check_notes, check_receipts
from pipeline.verify.finding import KINDS, Finding
from pipeline.verify.indexes import (
    check_decisions,
    check_identities,
    check_overview,
    check_reports,
    check_strays,
    periods_of,
    read_index,
)
from pipeline.verify.look import Look
from pipeline.verify.partitions import (
    check_numbers,
    check_rows,
    check_stale,
    check_summaries,
    find_stale,
)
from pipeline.verify.replay import Unwritten, hints_by_source
from pipeline.verify.staged import check_content, check_presence, check_replay
from pipeline.verify.survey import Scope, narrowed, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.lake import Lake

QUICK: Final = "quick"
FULL: Final = "full"
REPLAY: Final = "replay"


@dataclass(frozen=True, slots=True)
class Check:
    """One look at a part of the lake."""

    name: str
    run: Callable[[Look], Iterator[Finding]]
    full: bool = False
    """Whether it reads every byte."""


CHECKS: Final = (
    Check("names", check_strays),
    Check("decisions", check_decisions),
    Check("receipts", check_receipts),
    Check("bytes of captures", check_bytes, full=True),
    Check("staging notes", check_notes),
    Check("summaries", check_summaries),
    Check("what is staged", check_presence),
    Check("staged rows", check_content, full=True),
    Check("replays", check_replay, full=True),
    Check("numbers", check_numbers),
    Check("rows", check_rows, full=True),
    Check("reports", check_reports, full=True),
    Check("identities", check_identities),
    Check("partitions", check_stale),
    Check("overview", check_overview),
)
"""In this order: later ones use what earlier ones found out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verification came to."""

    mode: str
    findings: list[Finding] = field(default_factory=list)
    objects: int = 0
    bytes: int = 0
    captures: int = 0
    periods: int = 0
    rows: int = 0
    """Rows, staged, published and quarantined, that were read."""
    records: int = 0
    """What was read from all captures: staged and rejected."""
    counts: dict[str, int] = field(default_factory=dict)
    """G1's numbers, of all partitions together."""
    gates: list[str] = field(default_factory=list)
    """Periods that wait at their gates: the former partition stands."""
    older: list[str] = field(default_factory=list)
    """Partitions that another version of the code built."""
    blind: list[str] = field(default_factory=list)
    """What could not be told, and why, in sentences."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By check."""

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        findings = [asdict(f) | {"meaning": KINDS[f.kind].meaning, "remedy": f.remedy} for f in self.findings]
        return asdict(self) | {"findings": findings, "whole": self.whole}


def verify(
    lake: Lake,
    *,
    mode: str = FULL,
    scope: Scope = Scope(),  # noqa: B008 - it is frozen
    progress: Callable[[str, int], None] = lambda _name, _steps: None,
) -> Verification:
    """Look whether a lake holds what it says it holds. Writes nothing. Raises LakeError.

    Args:
        lake: the lake.
        mode: `quick` looks at names, sizes, checksums that listings tell, receipts, notes, summaries and
            indexes; `full` reads every byte; `replay` also reads every capture again as staging does.
        scope: what to look at.
        progress: is called with the check at hand and how many things more it looked at.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "listing"):
        look, findings = _begin(lake, mode, scope)
    seen = {(finding.kind, finding.object) for finding in findings}
    for check in CHECKS:
        if check.full and mode == QUICK:
            continue
        look.progress = partial(progress, check.name)
        progress(check.name, 0)
        with _timed(seconds, check.name):
            for finding in check.run(look):
                if (finding.kind, finding.object) not in seen:
                    seen.add((finding.kind, finding.object))
                    findings.append(finding)
                    look.told.add(finding.period)
                    look.kinds.add(finding.kind)
            if check.run is check_summaries:
                _look_for_stale(look, findings)
    order = list(KINDS)
    findings.sort(key=lambda f: (order.index(f.kind), f.object))
    lines = [summary.line for summary in look.summaries.values()]
    return Verification(
        mode=mode,
        findings=findings,
        objects=look.whole.objects,
        bytes=look.whole.bytes,
        captures=len(look.receipts),
        periods=len(look.summaries),
        rows=look.rows,
        records=sum(note.staged + note.rejected for note in look.notes.values()),
        counts={name: sum(line.counts[name] for line in lines) for name in ("in", *COUNTS)},
        gates=look.gates,
        older=look.older,
        blind=look.blind,
        seconds=seconds,
    )


def _begin(lake: Lake, mode: str, scope: Scope) -> tuple[Look, list[Finding]]:
    unwritten = Unwritten(lake)
    whole = survey(lake)
    index, damaged = read_index(lake)
    blind: list[str] = []
    hints = {}
    try:
        hints = hints_by_source()
    except ConfigurationError as error:
        blind.append(f"What was fetched cannot be compared with what is staged of it: {error}")
    look = Look(
        lake=unwritten,
        survey=narrowed(whole, scope, lambda capture_id: periods_of(index, capture_id)),
        whole=whole,
        scope=scope,
        replay=mode == REPLAY,
        progress=lambda _: None,
        hints=hints,
        index=index,
        index_damaged=bool(damaged),
        blind=blind,
    )
    return look, damaged


def _look_for_stale(look: Look, findings: list[Finding]) -> None:
    unreadable = [f for f in findings if f.kind in ("decision_damaged", "identities_damaged")]
    if unreadable:
        look.blind.append(
            "Which partitions are out of date cannot be told, as "
            f"{', '.join(f.object for f in unreadable[:3])} cannot be read."
        )
        return
    find_stale(look)


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[name] = round(time.perf_counter() - began, 3)
