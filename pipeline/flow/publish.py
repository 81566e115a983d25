"""From staged rows to a partition: assemble, validate, write. Convergent without locks (G4).

A partition is a pure function of what is staged for its period and of the code. `_summary.json` carries
the digest of both; where it matches, there is nothing to do, so publishing twice is harmless.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.errors import DagspressError
from pipeline.flow.partition import COUNTS, Inputs, build, inputs_digest, inputs_of
from pipeline.lake import REJECTED, STAGED, articles_name, quality_name, quarantine_name, summary_name
from pipeline.settings import MIB
from pipeline.stopwatch import Stopwatch
from pipeline.write import write_partition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.flow.partition import Partition
    from pipeline.lake import Lake

GROUP_BYTES: Final = 24 * MIB
"""Staged parquet that is rebuilt together: one validation serves many small periods."""

MAX_ROUNDS: Final = 20
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
    """Those periods whose partition is not built from what is staged now, by this code."""
    return [p for p in sorted(set(periods)) if _current(lake, p, inputs_of(lake, p)) is None]


def publish(
    lake: Lake,
    periods: Iterable[str],
    *,
    force: bool = False,
    report: Callable[[Publication], None] = lambda _: None,
    watch: Stopwatch | None = None,
) -> list[Publication]:
    """Rebuild partitions from everything staged for them; those that are up to date are left alone.

    `report` is called with each result as it is known; `force` rebuilds what is up to date too. Raises
    LakeError, ValidationError or AccountingError; a period whose gate fails is a result, not an error.
    """
    results: dict[str, Publication] = {}
    watch = watch or Stopwatch()

    def done(publication: Publication) -> None:
        results[publication.period] = publication
        report(publication)

    todo = []
    for period in sorted(set(periods)):
        inputs = inputs_of(lake, period)
        summary = None if force else _current(lake, period, inputs)
        if summary is not None:
            done(Publication(period=period, state="unchanged", summary=summary))
        else:
            todo.append((period, inputs))
    for group in _groups(todo):
        _publish_group(lake, group, done, watch)
    return [results[period] for period in sorted(results)]


def _current(lake: Lake, period: str, inputs: Inputs) -> dict[str, Any] | None:
    """The summary of the published partition if it is built from these inputs and its bytes still stand.

    The bytes are looked at because of two publishers at once: one that read less can write its articles
    after the other's summary, and die before it lists again.
    """
    data = lake.find(summary_name(period))
    if data is None:
        return None
    summary: dict[str, Any] = orjson.loads(data)
    if summary["digest"] != inputs_digest(inputs):
        return None
    for name, expected in (
        (articles_name(period), summary["objects"]["articles"]),
        (quarantine_name(period), summary["objects"]["quarantine"]),
    ):
        if expected is None:
            if lake.info(name) is not None:
                return None
        elif not lake.same_bytes(name, expected["md5"], expected["sha256"]):
            return None
    return summary


def _groups(todo: Sequence[tuple[str, Inputs]]) -> Iterator[dict[str, Inputs]]:
    group: dict[str, Inputs] = {}
    size = 0
    for period, inputs in todo:
        weight = sum(o.size for o in inputs)
        if group and size + weight > GROUP_BYTES:
            yield group
            group, size = {}, 0
        group[period] = inputs
        size += weight
    if group:
        yield group


def _publish_group(
    lake: Lake, group: dict[str, Inputs], done: Callable[[Publication], None], watch: Stopwatch
) -> None:
    for _ in range(MAX_ROUNDS):
        built = build(lake, group, watch=watch)
        with watch.lap("write"):
            results = {period: _write(lake, partition) for period, partition in built.items()}
        # G4: list again; whoever wrote last and saw less than there is now, builds again
        changed = {}
        for period, inputs in group.items():
            now = inputs_of(lake, period)
            if period not in results or now != inputs:
                changed[period] = now
            else:
                done(results[period])
        if not changed:
            return
        group = changed
    raise DagspressError(
        f"{', '.join(sorted(group))}: what is staged changed {MAX_ROUNDS} times during publishing. "
        "Nothing is lost; publish again when less is being loaded."
    )


def _write(lake: Lake, partition: Partition) -> Publication:
    """Replace the partition, or leave the former one where the gate is shut (G6)."""
    period = partition.period
    if partition.gate:
        lake.put(quality_name(period), partition.quality_json())
        return Publication(
            period=period,
            state="gate_failed",
            summary=partition.counts(),
            failures=[failure.sentence for failure in partition.gate],
        )
    objects = partition.objects()
    write_partition(
        lake,
        period,
        articles=objects.articles,
        quarantine=objects.quarantine,
        quality=objects.quality,
        summary=objects.summary,
    )
    return Publication(period=period, state="published", summary=orjson.loads(objects.summary))
