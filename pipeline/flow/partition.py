"""A partition under construction: from the staged objects of a period to the bytes that replace it.

A pure function of what is staged for the period and around it, and of the code; nothing here writes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.article import SCHEMA_VERSION, arrow_schema
from pipeline.assemble import recurring_paragraphs
from pipeline.clean import RECURRING, in_order
from pipeline.decisions import REFUSE, WITHDRAW
from pipeline.errors import AccountingError
from pipeline.flow.neighbourhood import Neighbourhood
from pipeline.normalise import measures_of
from pipeline.validate import (
    Failure,
    check_partitions,
    check_rows,
    partition_facts,
    quality_report,
    row_suite_version,
)
from pipeline.version import code_digest
from pipeline.write import fingerprint, to_json, to_parquet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pipeline.assemble.copies import Found
    from pipeline.decisions import Decision, Decisions
    from pipeline.flow.history import Past
    from pipeline.flow.inputs import Inputs
    from pipeline.lake import Lake
    from pipeline.stopwatch import Stopwatch
    from pipeline.validate import PartitionFacts, RowResults

COUNTS: Final = ("published", "duplicates", "superseded", "quarantined", "rejected", "withdrawn")
"""G1: `in` is the sum of these, for every period."""

STRINGS: Final = pa.list_(pa.field("element", pa.string(), nullable=False))

_COLUMNS: Final = tuple(arrow_schema().names)


class Objects(NamedTuple):
    """The bytes of a partition's objects."""

    articles: bytes
    quarantine: bytes | None
    """None when no row failed: then there is no such object."""
    summary: bytes


@dataclass(slots=True, kw_only=True)
class Partition:
    """A period, built and validated."""

    inputs: Inputs
    digest: str
    """Equal digests, equal partitions (see `content_digest`)."""
    staged: int
    rejected: Counter[str]
    """Rejections by reason; `refused` where somebody decided so."""
    withdrawn: int
    """Staged rows of articles that were withdrawn."""
    rows: pa.Table
    """What will be published, copies marked."""
    quarantined: pa.Table
    reasons: list[list[Failure]]
    """Why, for each quarantined row."""
    results: RowResults
    facts: PartitionFacts
    gate: list[Failure]
    related: set[str]
    """Other periods that this partition follows from: with copies or versions of its articles."""
    concerned: set[str]
    """Other periods in which something may change when this one does; the related ones among them."""

    @property
    def period(self) -> str:
        """Its period."""
        return self.inputs.period

    def counts(self) -> dict[str, int]:
        """G1's equation; raises AccountingError where it does not hold."""
        counts = {
            "in": self.staged + self.rejected.total() - self.rejected["refused"],
            "published": self.facts.published,
            "duplicates": self.facts.duplicates,
            "superseded": self.facts.superseded,
            "quarantined": len(self.quarantined),
            "rejected": self.rejected.total(),
            "withdrawn": self.withdrawn,
        }
        if counts["in"] != sum(counts[name] for name in COUNTS) or counts["superseded"] < 0:
            raise AccountingError(f"{self.period}: the numbers do not add up: {counts}. Please report it.")
        return counts

    def quality(self) -> dict[str, Any]:
        """What the suites found, with the gate's verdict, as plain values."""
        report = quality_report(self.period, self.results, facts=self.facts, gate=self.gate)
        return report | {"digest": self.digest, "numbers": self.counts()}

    @property
    def approval(self) -> Decision | None:
        """Who let it through its gate, where that is shut."""
        return self.inputs.decisions.approval(self.period, self.digest) if self.gate else None

    def objects(self) -> Objects:
        """The bytes to write."""
        articles = to_parquet(self.rows)
        quarantine = to_parquet(_quarantine_table(self.quarantined, self.reasons)) if self.reasons else None
        summary = {
            "period": self.period,
            "schema_version": SCHEMA_VERSION,
            **self.counts(),
            "captures": _captures(self.rows, self.quarantined),
            "sources": _histogram(self.rows["source"]),
            "languages": _histogram(pc.fill_null(self.rows["language"], "uncertain")),
            "rules": _histogram(pc.list_flatten(self.rows["rules"])),
            "warnings": _histogram(pc.list_flatten(self.rows["warnings"])),
            "quarantine_reasons": dict(
                sorted(Counter(f.expectation for r in self.reasons for f in r).items())
            ),
            "rejected_reasons": dict(sorted(self.rejected.items())),
            "profile": {source: found.as_json() for source, found in self.facts.sources.items()},
            "related": sorted(self.related),
            "objects": {
                "articles": fingerprint(articles),
                "quarantine": fingerprint(quarantine) if quarantine is not None else None,
            },
            "digest": self.digest,
            "code": code_digest(),
            "suite": row_suite_version(),
        }
        if approval := self.approval:
            summary["approved"] = {
                "by": approval.by,
                "at": approval.at,
                "why": approval.why,
                "failures": [failure.sentence for failure in self.gate],
            }
        return Objects(articles, quarantine, to_json(summary))


def content_digest(lake: Lake, inputs: Inputs, neighbourhood: Neighbourhood, copies: Found) -> str:
    """SHA-256 (hex) of all that a partition follows from: equal digests, equal partitions.

    The code and the suites; what is staged and rejected for the period; what comes of the versions of its
    articles under other dates; what is a copy of what, also of articles around it.
    """
    digest = hashlib.sha256()
    lines = [code_digest(), row_suite_version(), str(lake.settings.copy_days)]
    lines += [str(o) for o in (*inputs.staged, *inputs.rejected)]
    lines += neighbourhood.shared[inputs.period]
    lines += sorted(neighbourhood.related[inputs.period] | copies.periods)
    lines += [f"{gone.article_id} {gone.fate}" for gone in neighbourhood.gone[inputs.period]]
    ids = neighbourhood.articles[inputs.period]["article_id"]
    lines += [f"{id_} {sorted(names)}" for id_, names in _releases(ids.to_pylist(), inputs.decisions).items()]
    lines += [
        f"{ids[row].as_py()} {mark.duplicate_of} {mark.duplicate_cluster}"
        for row, mark in sorted(copies.marks.items())
    ]
    digest.update("\n".join(lines).encode())
    return digest.hexdigest()


class Glance(NamedTuple):
    """What a partition would be if it was built now."""

    digest: str
    concerned: set[str]


def glance(lake: Lake, inputs: Mapping[str, Inputs], periods: Iterable[str]) -> dict[str, Glance]:
    """What some partitions would be if they were built now, without validating them.

    Who is in quarantine follows from the rows of a period alone: where the same rows were validated by the
    same code, the quarantine that stands is the one that would come out. Raises ObjectMissing.
    """
    periods = list(periods)
    neighbourhood = Neighbourhood(lake, inputs, whole=())
    gone = neighbourhood.quarantined(periods)
    found = {}
    for period in periods:
        copies = neighbourhood.copies_of(period, gone)
        digest = content_digest(lake, inputs[period], neighbourhood, copies)
        found[period] = Glance(digest, _concerned(inputs[period], neighbourhood, gone, copies))
    return found


def _concerned(
    inputs: Inputs, neighbourhood: Neighbourhood, gone: Mapping[str, Collection[str]], copies: Found
) -> set[str]:
    """The other periods in which something may change when this one does."""
    concerned = inputs.concerned | neighbourhood.related[inputs.period] | copies.periods
    if gone.get(inputs.period):  # also where rows were copies of those that are in quarantine now
        concerned |= neighbourhood.copies_of(inputs.period, {**gone, inputs.period: ()}).periods
    return concerned


def build(
    lake: Lake,
    inputs: Mapping[str, Inputs],
    periods: Iterable[str],
    *,
    past: Mapping[str, Past],
    watch: Stopwatch,
) -> list[Partition]:
    """Assemble and validate some periods. Raises ObjectMissing where something was staged anew meanwhile.

    `inputs`: of these periods and of all around them; `past`: what the gate compares them with.
    """
    periods = list(periods)
    with watch.lap("assemble"):
        neighbourhood = Neighbourhood(lake, inputs, whole=periods)
        articles = {p: _without_recurring(neighbourhood.articles[p]) for p in periods}
        rejected = {p: _rejected(lake, inputs[p]) for p in periods}
    with watch.lap("validate"):
        results = {p: _released(r, inputs[p].decisions) for p, r in _check_rows(articles).items()}
        bad = {p: results[p].quarantined() for p in periods}
    with watch.lap("duplicates"):
        ids = {p: articles[p]["article_id"] for p in periods if bad[p]}
        # after the rows that fail are out: a copy must not point at one that is not published
        gone = neighbourhood.quarantined(periods) | {
            p: frozenset(ids[p].take(pa.array(rows)).to_pylist()) if rows else frozenset()
            for p, rows in bad.items()
        }
        copies = {p: neighbourhood.copies_of(p, gone) for p in periods}
    with watch.lap("assemble"):
        partitions = [
            _partition(
                inputs[p],
                articles[p],
                results[p],
                copies[p],
                staged=neighbourhood.staged[p],
                gone=Counter(gone_.fate for gone_ in neighbourhood.gone[p]),
                rejected=rejected[p],
                digest=content_digest(lake, inputs[p], neighbourhood, copies[p]),
                related=neighbourhood.related[p] | copies[p].periods,
                concerned=_concerned(inputs[p], neighbourhood, gone, copies[p]),
                past=past.get(p, []),
            )
            for p in periods
        ]
    with watch.lap("validate"):
        verdicts = check_partitions([p.facts for p in partitions])
        for partition in partitions:
            partition.gate = verdicts[partition.period] + _kept(partition)
    return partitions


def _kept(partition: Partition) -> list[Failure]:
    """The reason why this build stays out where somebody decided so: wherever and whenever it is built."""
    kept = partition.inputs.decisions.kept(partition.period, partition.digest)
    if kept is None:
        return []
    sentence = f"{kept.by} decided to keep the former partition: {kept.why}"
    return [Failure(expectation="kept", severity="critical", sentence=sentence)]


def _rejected(lake: Lake, inputs: Inputs) -> Counter[str]:
    lines = (line for item in inputs.rejected for line in lake.get(item.name).splitlines())
    return Counter(orjson.loads(line)["reason"] for line in lines)


def _check_rows(articles: Mapping[str, pa.Table]) -> dict[str, RowResults]:
    """One validation of the rows of all periods."""
    results = check_rows(pa.concat_tables([table.select(_COLUMNS) for table in articles.values()]))
    start, found = 0, {}
    for period, table in articles.items():
        found[period] = results.select(range(start, start + len(table)))
        start += len(table)
    return found


def _released(results: RowResults, decisions: Decisions) -> RowResults:
    """The results with what somebody released articles from as warnings."""
    names = _releases([id_ or "" for id_ in results.article_ids], decisions)
    rows = {row: names[id_] for row, id_ in enumerate(results.article_ids) if id_ in names}
    return results.released(rows) if rows else results


def _releases(ids: Sequence[str], decisions: Decisions) -> dict[str, frozenset[str]]:
    """What some articles are released from, those that are."""
    if not decisions:
        return {}
    return {id_: names for id_ in ids if (names := decisions.released(id_))}


def _without_recurring(articles: pa.Table) -> pa.Table:
    """The articles without the paragraphs that are their source's boilerplate."""
    found = recurring_paragraphs(articles)
    if not found:
        return articles
    rows = sorted(found)
    changed = articles.take(pa.array(rows)).to_pylist()
    for row, values in zip(rows, changed, strict=True):
        kept = [p for p in values["text"].split("\n\n") if p not in found[row]]
        values["text"] = "\n\n".join(kept)
        values["subheadings"] = [heading for heading in values["subheadings"] if heading in kept]
        values["rules"] = list(in_order({*values["rules"], RECURRING}))
        values |= measures_of(values["text"])
    names = ("text", "subheadings", "rules", *measures_of(""))
    return _replaced(articles, rows, {name: [values[name] for values in changed] for name in names})


def _partition(
    inputs: Inputs,
    articles: pa.Table,
    results: RowResults,
    copies: Found,
    *,
    staged: int,
    gone: Counter[str],
    rejected: Counter[str],
    digest: str,
    related: set[str],
    concerned: set[str],
    past: Past,
) -> Partition:
    bad = results.quarantined()
    marked = sorted(copies.marks)
    columns: dict[str, list[Any]] = {
        "duplicate_of": [copies.marks[row].duplicate_of for row in marked],
        "duplicate_cluster": [copies.marks[row].duplicate_cluster for row in marked],
    }
    table = _replaced(articles.select(_COLUMNS), marked, columns)
    warned = [row for row, failures in enumerate(results.failures) if failures and results.warnings(row)]
    table = _replaced(table, warned, {"warnings": [results.warnings(row) for row in warned]})
    rows = table
    if bad:
        out = set(bad)
        rows = table.take(pa.array([row for row in range(len(table)) if row not in out], pa.int64()))
    quarantined = table.take(pa.array(bad, pa.int64()))
    return Partition(
        inputs=inputs,
        digest=digest,
        staged=staged,
        rejected=rejected + Counter({"refused": gone[REFUSE]}),
        withdrawn=gone[WITHDRAW],
        rows=rows,
        quarantined=quarantined,
        reasons=[results.critical(row) for row in bad],
        results=results,
        facts=partition_facts(
            inputs.period,
            rows,
            quarantined=quarantined,
            superseded=staged - gone.total() - len(articles),
            rejected=rejected.total() + gone[REFUSE],
            past=past,
        ),
        gate=[],
        related=related,
        concerned=concerned,
    )


def _replaced(table: pa.Table, rows: list[int], columns: Mapping[str, list[Any]]) -> pa.Table:
    """The table with other values in some rows (their numbers, ascending)."""
    if not rows:
        return table
    # values are taken from the column and the new ones behind it: works for lists as well
    order = list(range(len(table)))
    for new, row in enumerate(rows):
        order[row] = len(table) + new
    for name, values in columns.items():
        position = table.schema.get_field_index(name)
        field = table.schema.field(position)
        old = table.column(position).combine_chunks()
        both = pa.concat_arrays([old, pa.array(values, field.type)])
        table = table.set_column(position, field, both.take(pa.array(order)))
    return table


def _quarantine_table(quarantined: pa.Table, reasons: list[list[Failure]]) -> pa.Table:
    """The rows as they would have been published, with `failed` (names) and `reasons` (sentences)."""
    for name, values in (
        ("failed", [[f.expectation for f in why] for why in reasons]),
        ("reasons", [[f.sentence for f in why] for why in reasons]),
    ):
        quarantined = quarantined.append_column(
            pa.field(name, STRINGS, nullable=False), pa.array(values, type=STRINGS)
        )
    return quarantined


def _captures(*tables: pa.Table) -> int:
    return len({c.partition("#")[0] for table in tables for c in table["capture"].to_pylist()})


def _histogram(values: pa.ChunkedArray) -> dict[str, int]:
    return dict(sorted(Counter(values.to_pylist()).items()))
