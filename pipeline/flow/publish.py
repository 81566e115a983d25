"""From staged rows to a partition: assemble, validate, write. Convergent without locks (G4).

A partition is a pure function of the code, of what is staged for its period, and of the articles around it
that are copies or versions of its own. `_summary.json` carries the digest of all that; where it matches,
there is nothing to do, so publishing twice is harmless. Publishing a period looks at the others that this
concerns as well, and rebuilds those that are no longer what they would be.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa

from pipeline.errors import DagspressError, ObjectMissing
from pipeline.flow.checked import Checked
from pipeline.flow.history import read_past
from pipeline.flow.inputs import Inventory, listing_digest
from pipeline.flow.overview import GATE_FAILED, Line, now, published_line, record, record_news
from pipeline.flow.partition import COUNTS, build, glance
from pipeline.flow.processes import ALONE, WRITERS, Workers, lake_at
from pipeline.lake import (
    REJECTED,
    STAGED,
    Lake,
    ObjectInfo,
    articles_name,
    quality_name,
    quarantine_name,
    stopped_name,
    summary_name,
)
from pipeline.settings import MIB
from pipeline.stopwatch import Stopwatch
from pipeline.write import to_json, write_partition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pipeline.flow.history import Past
    from pipeline.flow.inputs import Inputs
    from pipeline.flow.partition import Partition
    from pipeline.settings import Settings

GROUP_BYTES: Final = 20 * MIB
"""Staged parquet that is rebuilt together: one validation serves many small periods."""

PARALLEL_BYTES: Final = 4 * MIB
"""Staged parquet from which several processes are worth their start."""

MAX_REBUILDS: Final = 20
"""Rebuilds of one period in a row before we say that it changes faster than it can be built."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What publishing a period came to."""

    period: str
    state: str
    """`published`, `unchanged` (nothing to do) or `gate_failed` (the former partition stays)."""
    summary: dict[str, Any]
    """The numbers of the partition as it was built (for `gate_failed`: as it would have been)."""
    failures: list[str] = field(default_factory=list)
    """Why the gate failed, in sentences."""
    build: str = ""
    """For `gate_failed`: the digest of what was built."""
    again: bool = False
    """For `gate_failed`: whether the same build was stopped before, and is waiting for a person already."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, for XCom, asset events and `--json`."""
        return asdict(self)

    def sentence(self) -> str:
        """What happened, for a log line or a note."""
        numbers = ", ".join(counted(self.summary[k], k) for k in COUNTS if self.summary[k]) or "no articles"
        match self.state:
            case "unchanged":
                return f"{self.period}: nothing is new ({numbers})"
            case "gate_failed":
                return f"{self.period}: not published, the former partition stays: {'; '.join(self.failures)}"
        return f"{self.period}: {numbers}"


def counted(number: int, name: str) -> str:
    """A count with its name, one of `COUNTS`, as it stands in a sentence.

    >>> counted(1, "duplicates"), counted(2, "duplicates"), counted(1, "published")
    ('1 duplicate', '2 duplicates', '1 published')
    """
    return f"{number} {name.removesuffix('s') if number == 1 else name}"


def known_periods(lake: Lake) -> list[str]:
    """Every period that something is staged for or was rejected in, sorted."""
    return sorted({*lake.periods(STAGED), *lake.periods(REJECTED)})


def pending(lake: Lake, periods: Iterable[str]) -> list[str]:
    """Those periods whose partition is not what would be built now, by this code."""
    periods = sorted(set(periods))
    checked = Checked(lake)
    current = _current(lake, Inventory(lake, periods), periods, checked)
    if current.keys() >= set().union(*current.values()):  # nothing is left to be looked at
        checked.save()
    return [p for p in periods if p not in current]


def publish(
    lake: Lake,
    periods: Iterable[str],
    *,
    force: bool = False,
    workers: Workers = ALONE,
    report: Callable[[Publication], None] = lambda _: None,
    watch: Stopwatch | None = None,
) -> list[Publication]:
    """Rebuild partitions from everything staged for them; those that are up to date are left alone.

    Also rebuilds others that this concerns and that are no longer up to date, and gives their results.
    `report` is called with each result as it is known; `force` rebuilds what is up to date too; `workers` do
    it side by side. Raises LakeError, ValidationError or AccountingError; a period whose gate fails is a
    result, not an error.
    """
    results: dict[str, Publication] = {}
    reports: dict[str, str] = {}
    watch = watch or Stopwatch()
    checked = Checked(lake)
    stopped: dict[str, str] = {}  # by the gate, with what the listings said: they are not built in vain again
    rebuilds: Counter[str] = Counter()
    asked = set(periods)
    todo, seen = set(asked), set[str]()
    while todo:
        # G4: list again after writing; whoever wrote last and saw less than there is now, builds again
        with watch.lap("look"):
            inventory = Inventory(lake, todo)
            settled = {p for p in todo & stopped.keys() if stopped[p] == _listed(lake, inventory, p)}
            unforced = todo - settled if seen or not force else set()
            current = _current(lake, inventory, unforced, checked)
        for period in sorted((asked & current.keys()) - results.keys()):
            summary = orjson.loads(lake.get(summary_name(period)))
            results[period] = Publication(period=period, state="unchanged", summary=summary)
            report(results[period])
        stale = todo - settled - current.keys()
        seen |= todo
        todo = stale.union(set().union(*current.values()) - seen)
        rebuilds.update(stale)
        if restless := sorted(p for p in stale if rebuilds[p] > MAX_REBUILDS):
            raise DagspressError(
                f"{', '.join(restless)}: what is staged changed {MAX_REBUILDS} times during publishing. "
                "Nothing is lost; publish again when less is being loaded."
            )
        with watch.lap("look"):
            former = _former(lake, inventory, stale, checked)
            checked.begin(former)
        for built in _build_all(lake, inventory, sorted(stale), workers, watch):
            period = built.publication.period
            if built.publication.state == "published":
                checked.remember(built.seen, built.written, built.concerned)
                todo |= built.concerned | former[period]
            else:  # the others stay as they are, too: what comes here from there stands there until then
                stopped[period] = _listed(lake, inventory, period)
            if period not in results:
                report(built.publication)
            results[period] = built.publication
            reports[period] = built.report
    checked.save()
    at = now()
    lines = [_line(result, at, reports.get(period, "")) for period, result in results.items()]
    if any(result.state == "unchanged" for result in results.values()):
        record_news(lake, lines)
    else:
        record(lake, lines)
    return [results[period] for period in sorted(results)]


def _line(result: Publication, at: str, report: str) -> Line:
    """The result, for the overview; `report`: the object with what the suites found."""
    if result.state != "gate_failed":
        return published_line(result.summary, at=at, quality=report)
    return Line(
        period=result.period,
        at=at,
        state=GATE_FAILED,
        failures=result.failures,
        build=result.build,
        quality=report,
    )


# --- what is up to date ---------------------------------------------------------------------------


def _current(
    lake: Lake, inventory: Inventory, periods: Iterable[str], checked: Checked
) -> dict[str, set[str]]:
    """Those of some periods that are up to date, by their listings or else by what they hold.

    With each goes which periods it concerns that are still to be looked at: none where the listings are
    known. The bytes are looked at because of two publishers at once: one that read less can write its
    articles after the other's summary, and die before it lists again.
    """
    current: dict[str, set[str]] = {}
    digests: dict[str, str] = {}
    for period in sorted(periods):
        outputs = inventory.outputs(period)
        if checked.knows(inventory.inputs(period), outputs):
            current[period] = set()
        elif any(o.name == summary_name(period) for o in outputs):
            summary = orjson.loads(lake.get(summary_name(period)))
            if _stands(lake, period, summary["objects"]):
                digests[period] = summary["digest"]
    for group in _groups([(p, inventory.inputs(p).size) for p in digests], GROUP_BYTES):
        try:
            found = glance(lake, _with_around(inventory, group), group)
        except ObjectMissing:  # staged anew meanwhile, so not up to date
            continue
        for period in group:
            digest, concerned = found[period]
            if digest == digests[period]:
                current[period] = concerned | checked.concerned(period)
                checked.remember(inventory.inputs(period), inventory.outputs(period), concerned)
    return current


def _former(lake: Lake, inventory: Inventory, stale: set[str], checked: Checked) -> dict[str, set[str]]:
    """For each of some periods the others that had to do with it: by their partitions, and by what is known.

    Partitions around it that were marked by articles of it must be looked at, also where those are gone. The
    stale ones are looked at in any case.
    """

    @functools.cache
    def related(period: str) -> set[str]:
        summary = lake.find(summary_name(period))
        return set(orjson.loads(summary).get("related", ())) if summary is not None else set()

    former = {}
    for period in stale:
        former[period] = checked.concerned(period)
        if any(o.name == summary_name(period) for o in inventory.outputs(period)):
            former[period] |= related(period)
        around = inventory.inputs(period).around.keys() - stale
        former[period] |= {other for other in around if period in related(other)}
    return former


def _stands(lake: Lake, period: str, objects: Mapping[str, Any]) -> bool:
    """Whether a partition's objects are those that its summary vouches for."""
    for name, expected in (
        (articles_name(period), objects["articles"]),
        (quarantine_name(period), objects["quarantine"]),
    ):
        if expected is None:
            if lake.info(name) is not None:
                return False
        elif not lake.same_bytes(name, expected["md5"], expected["sha256"]):
            return False
    return True


def _listed(lake: Lake, inventory: Inventory, period: str) -> str:
    return listing_digest(inventory.inputs(period), [], lake.settings.copy_days)


def _with_around(inventory: Inventory, periods: Iterable[str]) -> dict[str, Inputs]:
    """The inputs of some periods and of those around them."""
    own = {p: inventory.inputs(p) for p in periods}
    around = sorted({other for inputs in own.values() for other in inputs.around} - own.keys())
    return own | {p: inventory.inputs(p) for p in around}


# --- building -------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Built:
    """A period that was built, and written unless its gate was shut."""

    publication: Publication
    seen: Inputs
    """What it was built from, with the quarantine of those that were built with it."""
    written: list[ObjectInfo]
    concerned: set[str]
    """The other periods in which something may change now."""
    report: str = ""
    """The object with what the suites found."""

    @property
    def quarantine(self) -> ObjectInfo | None:
        """The object in quarantine, if any was written."""
        name = quarantine_name(self.publication.period)
        return next((item for item in self.written if item.name == name), None)


def _build_all(
    lake: Lake, inventory: Inventory, periods: Sequence[str], workers: Workers, watch: Stopwatch
) -> Iterator[Built]:
    """Build some periods, neighbours together. Those whose inputs vanish are left for the next round."""
    sizes = [(p, inventory.inputs(p).size) for p in periods]
    total = sum(size for _, size in sizes)
    groups = _groups(sizes, min(GROUP_BYTES, total // workers.processes + 1))
    past = read_past(lake, periods)
    work = (
        (lake.settings, group, _with_around(inventory, group), {p: past[p] for p in group if p in past})
        for group in groups
    )
    for built, seconds in workers.map(_build_group, work, here=(lake, watch), alone=total < PARALLEL_BYTES):
        watch.add(seconds)
        yield from built


def _build_group(
    settings: Settings,
    group: Sequence[str],
    inputs: Mapping[str, Inputs],
    past: Mapping[str, Past],
    *,
    here: tuple[Lake, Stopwatch] | None = None,
) -> tuple[list[Built], dict[str, float]]:
    """Build and write some periods; the seconds are of another process than the caller's (`here`)."""
    lake, watch = here or (lake_at(settings), Stopwatch())
    built: list[Built] = []
    with contextlib.suppress(ObjectMissing):  # staged anew meanwhile: the caller lists again
        partitions = build(lake, inputs, group, past=past, watch=watch)
        with watch.lap("write"), ThreadPoolExecutor(WRITERS) as threads:
            report = _report(lake, partitions)
            built = list(threads.map(partial(_write, lake), partitions))
    quarantines = {b.publication.period: b.quarantine for b in built if b.written}
    pa.default_memory_pool().release_unused()  # what the next group needs, it asks for
    for b in built:
        b.seen, b.report = inputs[b.publication.period].after(quarantines), report
    return built, {} if here else dict(watch.seconds)


def _groups(sizes: Iterable[tuple[str, int]], most: int) -> list[list[str]]:
    groups: list[list[str]] = []
    room = 0
    for period, size in sizes:
        if not groups or size > room:
            groups.append([])
            room = most
        groups[-1].append(period)
        room -= size
    return groups


def _report(lake: Lake, partitions: Sequence[Partition]) -> str:
    """Keep what the suites found, in one object for all that was built together; gives its name."""
    at = dt.datetime.now(dt.UTC)
    data = b"".join(orjson.dumps(partition.quality()) + b"\n" for partition in partitions)
    digest = hashlib.sha256(data).hexdigest()[:12]
    return lake.put(quality_name(f"{at:%Y-%m-%d}", f"{at:%H%M%S%f}-{digest}"), data).name


def stopped_build(lake: Lake, period: str) -> str | None:
    """The digest of the build of a period that its gate stopped; None where the gate is open."""
    stopped = lake.find(stopped_name(period))
    return str(orjson.loads(stopped)["digest"]) if stopped is not None else None


def _write(lake: Lake, partition: Partition) -> Built:
    """Replace the partition, or leave the former one where the gate is shut (G6)."""
    period = partition.period
    if partition.gate and partition.approval is None:
        stands = partition.inputs.was_stopped and stopped_build(lake, period) == partition.digest
        again = stands or any(failure.expectation == "kept" for failure in partition.gate)
        if not stands:
            lake.put(stopped_name(period), to_json(partition.quality()))
        publication = Publication(
            period=period,
            state="gate_failed",
            summary=partition.counts(),
            failures=[failure.sentence for failure in partition.gate],
            build=partition.digest,
            again=again,
        )
        return Built(
            publication=publication, seen=partition.inputs, written=[], concerned=partition.concerned
        )
    objects = partition.objects()
    written = write_partition(
        lake,
        period,
        articles=objects.articles,
        quarantine=objects.quarantine,
        summary=objects.summary,
        quarantine_stands=partition.inputs.quarantined is not None,
        was_stopped=partition.inputs.was_stopped,
    )
    summary = orjson.loads(objects.summary)
    publication = Publication(period=period, state="published", summary=summary)
    return Built(
        publication=publication, seen=partition.inputs, written=written, concerned=partition.concerned
    )
