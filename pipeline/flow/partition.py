"""A partition under construction: from the staged objects of a period to the bytes that replace it.

A pure function of what is staged for the period and of the code; nothing here writes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson
import pyarrow as pa

from pipeline.article import SCHEMA_VERSION, from_table, to_table
from pipeline.assemble import mark_duplicates, merge
from pipeline.errors import AccountingError, ObjectMissing
from pipeline.lake import STAGED, rejected_prefix, staged_prefix
from pipeline.validate import (
    check_partitions,
    check_rows,
    partition_facts,
    quality_report,
    suite_version,
)
from pipeline.version import code_digest
from pipeline.write import fingerprint, read_object, to_json, to_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.article import Article
    from pipeline.lake import Lake, ObjectInfo
    from pipeline.stopwatch import Stopwatch
    from pipeline.validate import Failure, PartitionFacts, RowResults

COUNTS: Final = ("published", "duplicates", "superseded", "quarantined", "rejected")
"""G1: `in` is the sum of these, for every period."""

STRINGS: Final = pa.list_(pa.field("element", pa.string(), nullable=False))

Inputs = list["ObjectInfo"]


def inputs_of(lake: Lake, period: str) -> Inputs:
    """Everything that decides a partition, besides the code."""
    return lake.list(staged_prefix(period)) + lake.list(rejected_prefix(period))


def inputs_digest(inputs: Inputs) -> str:
    """SHA-256 (hex) of the inputs, the code and the suites: equal digests, equal partitions."""
    lines = [f"{o.name} {o.size} {o.etag}" for o in inputs]
    return hashlib.sha256("\n".join([code_digest(), suite_version(), *lines]).encode()).hexdigest()


class Objects(NamedTuple):
    """The bytes of a partition's objects."""

    articles: bytes
    quarantine: bytes | None
    """None when no row failed: then there is no such object."""
    quality: bytes
    summary: bytes


@dataclass(slots=True, kw_only=True)
class Partition:
    """A period under construction."""

    period: str
    inputs: Inputs
    staged: int
    rejected: Counter[str]
    """Rejections by reason."""
    merged: list[Article]
    """One row per article, before validation."""
    rows: list[Article] = field(default_factory=list)
    """What will be published, copies marked."""
    quarantined: list[tuple[Article, list[Failure]]] = field(default_factory=list)
    duplicates: int = 0
    results: RowResults | None = None
    facts: PartitionFacts | None = None
    gate: list[Failure] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """G1's equation; raises AccountingError where it does not hold."""
        counts = {
            "in": self.staged + self.rejected.total(),
            "published": len(self.rows) - self.duplicates,
            "duplicates": self.duplicates,
            "superseded": self.staged - len(self.merged),
            "quarantined": len(self.quarantined),
            "rejected": self.rejected.total(),
        }
        if counts["in"] != sum(counts[name] for name in COUNTS):
            raise AccountingError(f"{self.period}: the numbers do not add up: {counts}. Please report it.")
        return counts

    def quality_json(self) -> bytes:
        """What the suites found, with the gate's verdict."""
        if self.results is None or self.facts is None:
            raise AccountingError(f"{self.period} was not validated. Please report it.")
        report = quality_report(self.period, self.results, facts=self.facts, gate=self.gate)
        return to_json(report | {"digest": inputs_digest(self.inputs)})

    def objects(self) -> Objects:
        """The bytes to write."""
        articles = to_parquet(to_table(self.rows))
        quarantine = to_parquet(_quarantine_table(self.quarantined)) if self.quarantined else None
        summary = {
            "period": self.period,
            "schema_version": SCHEMA_VERSION,
            **self.counts(),
            "captures": len({a.capture.partition("#")[0] for a in self.merged}),
            "sources": _histogram(a.source for a in self.rows),
            "languages": _histogram(a.language or "uncertain" for a in self.rows),
            "rules": _histogram(rule for a in self.rows for rule in a.rules),
            "warnings": _histogram(name for a in self.rows for name in a.warnings),
            "quarantine_reasons": _histogram(f.expectation for _, why in self.quarantined for f in why),
            "rejected_reasons": dict(sorted(self.rejected.items())),
            "objects": {
                "articles": fingerprint(articles),
                "quarantine": fingerprint(quarantine) if quarantine is not None else None,
            },
            "digest": inputs_digest(self.inputs),
            "code": code_digest(),
            "suite": suite_version(),
        }
        return Objects(articles, quarantine, self.quality_json(), to_json(summary))


def build(lake: Lake, group: dict[str, Inputs], *, watch: Stopwatch) -> dict[str, Partition]:
    """Assemble and validate some periods; one whose inputs vanish while they are read is left out."""
    partitions = {}
    with watch.lap("assemble"):
        for period, inputs in group.items():
            try:
                partitions[period] = _assemble(lake, period, inputs)
            except ObjectMissing:  # staged anew meanwhile: the caller lists again
                continue
    with watch.lap("validate"):
        _validate(list(partitions.values()))
    return partitions


def _assemble(lake: Lake, period: str, inputs: Inputs) -> Partition:
    staged: list[Article] = []
    rejected: Counter[str] = Counter()
    for item in inputs:
        if item.name.startswith(STAGED):
            staged.extend(from_table(read_object(lake, item.name)))
        else:
            rejected.update(orjson.loads(line)["reason"] for line in lake.get(item.name).splitlines())
    return Partition(
        period=period, inputs=inputs, staged=len(staged), rejected=rejected, merged=merge(staged)
    )


def _validate(partitions: list[Partition]) -> None:
    """One run over the rows of all partitions, one over their facts."""
    results = check_rows(to_table([article for p in partitions for article in p.merged]))
    start = 0
    for partition in partitions:
        partition.results = results.select(range(start, start + len(partition.merged)))
        start += len(partition.merged)
        for i, article in enumerate(partition.merged):
            if why := partition.results.critical(i):
                partition.quarantined.append((article, why))
            else:
                article.warnings = partition.results.warnings(i)
                partition.rows.append(article)
        # after the rows that fail are out: a copy must not point at one that is not published
        partition.duplicates = mark_duplicates(partition.rows)
        partition.facts = partition_facts(
            partition.period,
            partition.rows,
            quarantined=len(partition.quarantined),
            superseded=partition.staged - len(partition.merged),
            rejected=partition.rejected.total(),
        )
    verdicts = check_partitions([p.facts for p in partitions if p.facts is not None])
    for partition in partitions:
        partition.gate = verdicts[partition.period]


def _quarantine_table(quarantined: list[tuple[Article, list[Failure]]]) -> pa.Table:
    """The rows as they would have been published, with `failed` (names) and `reasons` (sentences)."""
    table = to_table([article for article, _ in quarantined])
    for name, values in (
        ("failed", [[f.expectation for f in why] for _, why in quarantined]),
        ("reasons", [[f.sentence for f in why] for _, why in quarantined]),
    ):
        table = table.append_column(pa.field(name, STRINGS, nullable=False), pa.array(values, type=STRINGS))
    return table


def _histogram(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
