"""Repair: what captures, receipts, notes and staged rows allow is made again. The rest is said plainly.

Every object that is to be removed is named in the plan. What may be the last copy of something, and what
nobody knows, is never touched. Each step can be done again after a crash; where nothing is wrong there is no
step.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from pipeline.acquire import Capture, find_capture, spool
from pipeline.errors import ObjectMissing
from pipeline.extract.hints import NO_HINTS
from pipeline.flow.identities import entries_of, fold, write_segment
from pipeline.flow.inputs import Inventory
from pipeline.flow.overview import now
from pipeline.flow.processes import ALONE, Workers
from pipeline.flow.publish import publish
from pipeline.flow.refresh import refresh_overview
from pipeline.flow.stage import Staging, stage
from pipeline.lake import (
    CAPTURES,
    IDENTITIES,
    OVERVIEW,
    STAGED,
    articles_name,
    articles_prefix,
    period_of,
    receipt_name,
    rejected_prefix,
    staged_prefix,
    staging_name,
    stopped_name,
)
from pipeline.stopwatch import Stopwatch
from pipeline.verify.captures import capture_id_of
from pipeline.verify.indexes import lines_of_overview, periods_of, read_index
from pipeline.verify.replay import hints_by_source, hints_used, replay
from pipeline.verify.staged import BROKEN
from pipeline.verify.survey import Held, in_threads, survey
from pipeline.write import read_object, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipeline.extract.hints import Hints
    from pipeline.flow.overview import Line
    from pipeline.flow.publish import Publication
    from pipeline.lake import Lake
    from pipeline.verify.finding import Finding

RECEIPT: Final = "write the receipt again"
INDEX: Final = "write the index of identities again"
STAGE: Final = "read the capture again"
BUILD: Final = "build the partition again"
LOOK: Final = "look at every period again"

_RECEIPTS: Final = {"receipt_missing", "receipt_damaged"}
_BYTES: Final = {"capture_missing", "capture_damaged", "purge_unfinished"}
_STAGE: Final = {
    "capture_unstaged", "note_damaged", "staged_missing", "staged_damaged", "staged_unknown",
    "rejected_missing", "rejected_damaged",
}  # fmt: skip
_ROWS_LOST: Final = {"staged_missing", "staged_damaged", "rejected_missing", "rejected_damaged"}
NOTES: Final = staging_name("", "").partition("source=")[0]

_BUILD: Final = {
    "partition_missing", "partition_damaged", "partition_stale", "quarantine_missing", "quarantine_damaged",
    "quarantine_unknown", "summary_missing", "summary_damaged", "summary_wrong", "article_twice",
}  # fmt: skip
_INDEX: Final = {"identities_damaged", "identities_incomplete"}
_LOOK: Final = {"overview_damaged", "overview_wrong"}

_ONLY_A_PERSON: Final = "It takes a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to be done."""

    action: str
    object: str
    """What it is done to."""
    removes: tuple[str, ...] = ()
    """Objects that are removed."""
    receipt: Capture | None = None
    """For `RECEIPT`: what it is to say."""
    period: str = ""
    """For `BUILD`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is not mended, and why."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done, in this order."""

    steps: list[Step] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @property
    def removes(self) -> list[str]:
        """Every object that would be removed."""
        return sorted({name for step in self.steps for name in step.removes})

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "steps": [{"action": s.action, "object": s.object, "removes": s.removes} for s in self.steps],
            "left": [asdict(left.finding) | {"why": left.why} for left in self.left],
        }


def plan_repair(lake: Lake, findings: Iterable[Finding]) -> Plan:
    """What repairing some findings would do. Writes nothing. Raises LakeError."""
    return _Planner(lake, list(findings)).plan()


class _Planner:
    """One look at the findings of a verification."""

    def __init__(self, lake: Lake, findings: list[Finding]) -> None:
        self._lake = lake
        self._findings = findings
        self._steps: list[Step] = []
        self._left: list[Left] = []
        self._lost = {f.capture_id for f in findings if f.kind in _BYTES}
        self._hints: dict[str, Hints] | None = None
        self._captures_held: dict[str, Held] | None = None
        self._touched: set[str] = set()
        self._given: set[str] = set()
        """Periods that captures, read again, stage something for."""
        self._held: dict[str, str] = {}
        """Periods that must stay as they are, with the reason."""

    def plan(self) -> Plan:
        self._receipts()
        self._index()
        self._captures()
        self._partitions()
        self._overview()
        known = {*_RECEIPTS, *_INDEX, *_STAGE, *_BUILD, *_LOOK}
        for finding in self._findings:
            if finding.kind not in known and not self._stopped_report(finding):
                self._leave(finding, _ONLY_A_PERSON)
        return Plan(steps=self._steps, left=self._left)

    def _of(self, kinds: set[str]) -> list[Finding]:
        return [finding for finding in self._findings if finding.kind in kinds]

    def _leave(self, finding: Finding, why: str) -> None:
        self._left.append(Left(finding=finding, why=why))

    def _receipts(self) -> None:
        for finding in self._of(_RECEIPTS):
            receipt = proven_receipt(self._lake, finding)
            if receipt is None:
                self._lost.add(finding.capture_id)
                why = "The bytes and the staging note do not prove what it said"
                self._leave(finding, why)
            else:
                self._steps.append(Step(action=RECEIPT, object=finding.object, receipt=receipt))

    def _index(self) -> None:
        found = self._of(_INDEX)
        if found:
            removes = tuple(f.object for f in found if f.kind == "identities_damaged")
            self._steps.append(Step(action=INDEX, object=IDENTITIES, removes=removes))

    def _captures(self) -> None:
        done: set[str] = set()
        receipts = {s.receipt.capture_id: s.receipt for s in self._steps if s.receipt is not None}
        for finding in self._of(_STAGE):
            capture_id = finding.capture_id
            if capture_id in done:
                continue
            source = self._held_of(capture_id).source
            capture = receipts.get(capture_id)
            if capture is None and capture_id not in self._lost:
                capture = find_capture(self._lake, source, capture_id)
            if capture is None or not self._has_bytes(capture):
                self._leave(finding, "The bytes of its capture are lost: restore the capture first")
                if finding.kind in _ROWS_LOST:
                    period = period_of(finding.object) or ""
                    self._held[period] = f"{finding.object} is lost, whose rows it may be the last to hold"
                continue
            done.add(capture_id)
            gone, periods = self._leftovers(capture)
            self._touched |= periods
            self._steps.append(Step(action=STAGE, object=capture.object, removes=gone))

    def _has_bytes(self, capture: Capture) -> bool:
        """Whether the lake holds what its receipt says: a quick look did not read it."""
        try:
            return self._lake.sha256(capture.object) == capture.sha256
        except ObjectMissing:
            return False

    def _held_of(self, capture_id: str) -> Held:
        """What the listing has of a capture; the lake is listed once, where that is needed."""
        if self._captures_held is None:
            self._captures_held = survey(self._lake).captures
        return self._captures_held.get(capture_id) or Held()

    def _leftovers(self, capture: Capture) -> tuple[tuple[str, ...], set[str]]:
        """What reading a capture again removes, and the periods that it touches."""
        given = replay(self._lake, capture, self._hints_for(capture))
        there = [item.name for item in self._held_of(capture.capture_id).staged]
        gone = tuple(name for name in there if name not in given)
        self._given |= {period_of(name) or "" for name in given}
        return gone, {period_of(name) or "" for name in (*given, *there)}

    def _hints_for(self, capture: Capture) -> Hints:
        if self._hints is None:
            self._hints = hints_by_source()
        return best_hints(self._lake, capture, self._hints)

    def _partitions(self) -> None:
        for finding in self._of({"row_untraceable"}):
            self._held[finding.period] = (
                "it holds rows that nothing is staged of: building it again would drop them. Restore the "
                "capture, or let go of them by dagspress publish --force"
            )
        wanted = {f.period for f in self._of(_BUILD)} | self._touched
        wanted |= {f.period for f in self._findings if self._stopped_report(f)}
        for period in sorted(wanted):
            if self._lake.info(stopped_name(period)) is not None and not self._of_period_stopped(period):
                self._held[period] = (
                    "its gate is shut. dagspress show tells why: publish it once it is right, or approve it"
                )
        decisions = self._of({"decision_damaged"})
        if decisions:
            why = f"no partition is built while {decisions[0].object} cannot be read"
            self._held |= dict.fromkeys(wanted, why)
        elif self._held:
            self._hold_related(wanted)
        for period in sorted(p for p in wanted - self._held.keys() if self._is_known(p)):
            about = [finding for finding in self._findings if finding.period == period]
            removes = tuple(sorted(f.object for f in about if self._in_the_way(f)))
            step = Step(action=BUILD, object=articles_name(period), removes=removes, period=period)
            self._steps.append(step)
        for finding in self._findings:
            concerned = finding.kind in _BUILD or self._stopped_report(finding)
            if concerned and finding.period in self._held:
                self._leave(finding, f"The partition stays as it is: {self._held[finding.period]}")

    def _is_known(self, period: str) -> bool:
        """Whether anything is left of a period once what is left over is removed."""
        removed = {name for step in self._steps for name in step.removes}
        rooms = (staged_prefix(period), rejected_prefix(period), articles_prefix(period))
        there = {item.name for prefix in rooms for item in self._lake.list(prefix)}
        return bool(there - removed) or period in self._given

    def _hold_related(self, wanted: set[str]) -> None:
        """Whoever has to do with a period that must stay would build it as well."""
        inventory = Inventory(self._lake, wanted)
        related = {p: {*inventory.inputs(p).around, *inventory.inputs(p).concerned} for p in wanted}
        while True:
            more = {p: f"it has to do with {sorted(related[p] & self._held.keys())[0]}"
                    for p in wanted - self._held.keys() if related[p] & self._held.keys()}  # fmt: skip
            if not more:
                return
            self._held |= more

    def _in_the_way(self, finding: Finding) -> bool:
        """Whether an object that can be made again has to go first: it stops who reads it, or has no use."""
        if finding.kind in ("summary_damaged", "quarantine_unknown") or self._stopped_report(finding):
            return True
        if finding.kind != "quarantine_damaged":
            return False
        try:
            read_object(self._lake, finding.object)
        except (*BROKEN, ObjectMissing):
            return True
        return False

    def _of_period_stopped(self, period: str) -> bool:
        """Whether what its gate said of a period cannot be read: then it is built again."""
        return any(f.period == period and self._stopped_report(f) for f in self._findings)

    @staticmethod
    def _stopped_report(finding: Finding) -> bool:
        return finding.kind == "report_damaged" and bool(finding.period)

    def _overview(self) -> None:
        found = self._of(_LOOK)
        if found and self._of({"decision_damaged"}):
            for finding in found:
                self._leave(finding, "The periods cannot be looked at while a decision cannot be read")
        elif found:
            removes = tuple(
                name for name, data in lines_of_overview(self._lake) if data is None or _is_ahead(data)
            )
            self._steps.append(Step(action=LOOK, object=OVERVIEW, removes=removes))


def _is_ahead(lines: Sequence[Line]) -> bool:
    """Whether something was found out later than now: nothing that is true would count beside it."""
    return any(line.at > now() for line in lines)


def proven_receipt(lake: Lake, finding: Finding) -> Capture | None:
    """The receipt that the bytes of a capture and its staging note prove; None where they do not."""
    source = finding.object.removeprefix(f"{CAPTURES}source=").partition("/")[0]
    capture_id = finding.capture_id
    stored = [
        item
        for item in lake.list(f"{CAPTURES}source={source}/date=")
        if item.name.rsplit("/", 1)[-1].startswith(f"{capture_id}-")
    ]
    try:
        data = lake.find(staging_name(source, capture_id))
        note = Staging(**orjson.loads(data or b""))
        captured_at = dt.datetime.fromisoformat(note.captured_at)
    except (ValueError, TypeError):
        return None
    if len(stored) != 1:
        return None
    [item] = stored
    sha256 = lake.sha256(item.name)
    if capture_id_of(source, sha256) != capture_id:
        return None
    return Capture(
        capture_id=capture_id,
        source=source,
        object=item.name,
        name=item.name.rsplit("/", 1)[-1].partition("-")[2],
        size=item.size,
        sha256=sha256,
        captured_at=captured_at,
    )


def best_hints(lake: Lake, capture: Capture, known: dict[str, Hints]) -> Hints:
    """The hints that a capture was staged with; where that is not known, those of its source."""
    own = known.get(capture.source, NO_HINTS)
    try:
        return hints_used(lake, capture, own) or own
    except (ValueError, TypeError):  # the note is what is damaged
        return own


# --- doing it ---------------------------------------------------------------------------------------


def repair(
    lake: Lake,
    plan: Plan,
    *,
    workers: Workers = ALONE,
    progress: Callable[[Step], None] = lambda _: None,
) -> list[Publication]:
    """Do what a plan says; gives what building partitions came to. Raises LakeError, ValidationError."""
    known = hints_by_source() if any(step.action == STAGE for step in plan.steps) else {}
    for step in plan.steps:
        if step.action in (BUILD, LOOK):
            continue
        progress(step)
        if step.receipt is not None:
            lake.put(receipt_name(step.receipt.source, step.receipt.capture_id), step.receipt.as_json())
        elif step.action == INDEX:
            _write_index(lake, step.removes)
        else:
            _stage_again(lake, step.object, known, workers)
    built = _build(lake, [step for step in plan.steps if step.action == BUILD], workers, progress)
    for step in plan.steps:
        if step.action == LOOK:
            progress(step)
            lake.delete(step.removes)
            refresh_overview(lake)
    return built


def _stage_again(lake: Lake, name: str, known: dict[str, Hints], workers: Workers) -> None:
    source = name.removeprefix(f"{CAPTURES}source=").partition("/")[0]
    capture = find_capture(lake, source, name.rsplit("/", 1)[-1].partition("-")[0])
    item = lake.info(name)
    if capture is None or item is None:
        raise ObjectMissing(f"{name} is gone. Verify again.")
    hints = best_hints(lake, capture, known)
    with spool(lake, item) as file:
        # as if a run had been killed here: all that is there of the capture is looked at, and replaced
        begun = Staging(
            capture_id=capture.capture_id,
            source=source,
            code="",
            captured_at=capture.captured_at.isoformat(),
        )
        lake.put(staging_name(source, capture.capture_id), to_json(asdict(begun)))
        stage(lake, capture, file, watch=Stopwatch(), hints=hints, workers=workers)


def _write_index(lake: Lake, damaged: Sequence[str]) -> None:
    """A segment for every capture that the readable parts of the index lack; then the others go."""
    index, _ = read_index(lake)
    written: set[str] = set()
    notes = [o.name for o in lake.list(NOTES)]
    for name, data in in_threads(lambda name: lake.find(name), notes):
        try:
            note = Staging(**orjson.loads(data or b""))
        except (ValueError, TypeError):
            continue
        periods = {period for period, rows in note.periods.items() if rows}
        if not periods_of(index, note.capture_id).issuperset(periods):
            written.add(_write_segment(lake, note, name))
    lake.delete(set(damaged) - written)
    fold(lake)


def _write_segment(lake: Lake, note: Staging, name: str) -> str:
    """Write what a capture staged to the index again; gives the object's name, or nothing."""
    parts = []
    for object_ in note.objects:
        if not object_.startswith(STAGED):
            continue
        try:
            parts.append(entries_of(read_object(lake, object_), note.capture_id))
        except (*BROKEN, ObjectMissing):
            continue  # reading its capture again writes all of them
    if not parts:
        return ""
    entries = np.concatenate(parts)
    entries.sort()
    segment = write_segment(lake, note.capture_id, entries)
    if segment not in note.objects:
        kept = [o for o in note.objects if not o.startswith(IDENTITIES)]
        lake.put(name, to_json(asdict(note) | {"objects": [*kept, segment]}))
    return segment


def _build(
    lake: Lake, steps: Sequence[Step], workers: Workers, progress: Callable[[Step], None]
) -> list[Publication]:
    if not steps:
        return []
    for step in steps:
        progress(step)
        lake.delete(step.removes)
    periods = [step.period for step in steps]
    return publish(lake, periods, force=True, workers=workers)
