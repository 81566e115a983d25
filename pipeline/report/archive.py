"""What the lake holds and why: as plain values, and as a person reads them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Group

from pipeline.acquire.documents import DOCUMENTS
from pipeline.article import UNDATED
from pipeline.errors import DagspressError
from pipeline.flow import known_periods, pending
from pipeline.flow.partition import COUNTS
from pipeline.flow.publish import counted
from pipeline.flow.refresh import look
from pipeline.lake import (
    articles_name,
    quarantine_name,
    rejected_prefix,
    stopped_name,
    summary_name,
)
from pipeline.record import REASONS
from pipeline.report.words import dropped_as, heading, listed, many, own_name, safe, short, table
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import RenderableType

    from pipeline.flow import Loaded, Publication
    from pipeline.lake import Lake

STYLES = {
    "published": "green",
    "duplicates": "cyan",
    "superseded": "cyan",
    "quarantined": "yellow",
    "rejected": "red",
    "withdrawn": "magenta",
}


RARE = {"withdrawn"}
"""What is not told where there is none."""


# --- values ---------------------------------------------------------------------------------------


def archive(lake: Lake) -> list[dict[str, Any]]:
    """A line for each period: its counts, and whether it is up to date, waiting or stopped by its gate."""
    return [
        {"period": line.period, "state": line.state, **{k: line.counts[k] for k in ("in", *COUNTS)}}
        for line in look(lake).values()
    ]


def period(lake: Lake, period: str, *, limit: int = 20) -> dict[str, Any]:
    """What is published, quarantined and rejected of one period, and why; at most `limit` rows of each."""
    summary = _json(lake, summary_name(period))
    stopped = _json(lake, stopped_name(period))
    published, quarantined = [], []
    if lake.info(articles_name(period)) is not None:
        table = read_object(lake, articles_name(period)).slice(0, limit)
        published = [_row(row) for row in table.to_pylist()]
    if lake.info(quarantine_name(period)) is not None:
        table = read_object(lake, quarantine_name(period)).slice(0, limit)
        quarantined = [
            _row(row) | {"failed": row["failed"], "reasons": row["reasons"]} for row in table.to_pylist()
        ]
    rejected: list[dict[str, Any]] = []
    for item in lake.list(rejected_prefix(period)):
        for line in lake.get(item.name).splitlines():
            if len(rejected) < limit:
                rejected.append(orjson.loads(line))
    if summary is None and stopped is None and not rejected and period not in known_periods(lake):
        raise DagspressError(f"There is no period {period!r}. `dagspress show` lists those there are.")
    waits = bool(pending(lake, [period]))
    return {
        "period": period,
        "summary": summary,
        "gate_failures": _gate_failures(stopped) if waits else [],
        "pending": waits,
        "published": published,
        "quarantined": quarantined,
        "rejected": rejected,
    }


def _gate_failures(stopped: dict[str, Any] | None) -> list[str]:
    """Why the gate stopped the latest build, in sentences; empty when it did not."""
    expectations = stopped["partition"]["expectations"] if stopped else []
    return [e["reason"] for e in expectations if not e["success"]]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    keep = ("article_id", "source", "language", "word_count", "rules", "warnings", "duplicate_of", "capture")
    return {k: row[k] for k in keep} | {"heading": row["title"] or row["text"][:80].split("\n")[0]}


def _json(lake: Lake, name: str) -> dict[str, Any] | None:
    data = lake.find(name)
    return orjson.loads(data) if data is not None else None


# --- what a person sees ---------------------------------------------------------------------------


def render_loaded(loaded: Sequence[Loaded], *, reasons: bool = True, most: int = 40) -> RenderableType:
    """What came in, file by file, and, unless `reasons` is false, why something was rejected.

    Of more than `most` files, those with something rejected come first and the others are counted.
    """
    shown = sorted(loaded, key=lambda item: not item.rejected)[:most] if len(loaded) > most else loaded
    rows = []
    for item in shown:
        periods = [p for p, n in item.periods.items() if n]
        rows.append(
            [
                own_name(item.name),
                item.source if item.source != DOCUMENTS else "",
                str(item.records),
                str(item.rejected or ""),
                ", ".join(periods[:2]) + (f" and {len(periods) - 2} more" if len(periods) > 2 else ""),
                "" if item.new else "known already",
            ]
        )
    columns = [
        ("file", "path"),
        ("source", "text"),
        ("records", "number"),
        ("rejected", "number red"),
        ("periods", "text"),
        ("", "text dim"),
    ]
    parts: list[RenderableType] = [heading("Came in"), table(columns, rows)]
    if rest := len(loaded) - len(shown):
        known = {id(item) for item in shown}
        records = sum(item.records for item in loaded if id(item) not in known)
        parts.append(safe(f"... and {many(rest, 'more file')} with {many(records, 'record')}"))
    if reasons and (bad := [item for item in loaded if item.rejected]):
        rows = [
            [own_name(item.name), "; ".join(_reason(n, reason) for reason, n in item.reasons.items())]
            for item in bad[:most]
        ]
        parts += [heading("Rejected"), table([("file", "path"), ("why", "text")], rows)]
        if len(bad) > most:
            parts.append(safe(f"... and {many(len(bad) - most, 'more file')}"))
    return Group(*parts)


def render_published(publications: Sequence[Publication], *, most: int = 20) -> RenderableType:
    """What publishing came to: a sentence for each period; of many periods, those that need a look."""
    styles = {"published": "", "unchanged": "dim", "gate_failed": "bold red"}
    shown = [p for p in publications if p.state == "gate_failed"]
    rest = [p for p in publications if p.state != "gate_failed"]
    parts: list[RenderableType] = [heading("Published")]
    if len(publications) > most:
        parts.append(safe(f"{many(len(rest), 'period')}: {equation(total([p.summary for p in rest]))}"))
        odd = [p for p in rest if p.summary["quarantined"] or p.summary["rejected"]]
        shown += odd[: max(0, most - len(shown))]
    else:
        shown += rest
    parts += [safe(p.sentence(), styles[p.state]) for p in shown]
    return Group(*parts)


def render_archive(lines: Sequence[dict[str, Any]], *, most: int = 60) -> RenderableType:
    """The archive as a table with its total and the equation; of many periods a row for each year."""
    rows = list(lines)
    if folded := len(rows) > most:
        rows = _by_year(rows)
    sums = total(lines)
    states = {"published": "", "gate failed": "gate failed", "waiting": "waits"}
    names = [k for k in COUNTS if k not in RARE or sums[k]]
    cells = [
        [line["period"], *(str(line[k] or "·") for k in ("in", *names)), states.get(line["state"], "")]
        for line in rows
    ]
    columns = [("period", "key"), ("in", "number")]
    columns += [(name, f"number {STYLES[name]}") for name in names]
    columns.append(("", "text bold yellow"))
    parts: list[RenderableType] = [
        heading("The archive"),
        table(columns, cells, footer=["all", *(str(sums[k]) for k in ("in", *names)), ""]),
        safe(f"{many(len(lines), 'period')}: {equation(sums)}"),
    ]
    if folded:
        parts.append(safe("Each period by itself: dagspress show --json", "dim"))
    stopped = [line["period"] for line in lines if line["state"] == "gate failed"]
    waits = [line["period"] for line in lines if line["state"] == "waiting"]
    if stopped:
        parts.append(safe(f"Stopped by the gate (why: dagspress show PERIOD): {listed(stopped)}", "bold red"))
    if waits:
        parts.append(safe(f"Wait for dagspress publish: {listed(waits)}", "yellow"))
    return Group(*parts)


def render_period(view: dict[str, Any], *, sample: int = 20) -> RenderableType:
    """One period: the numbers, then rows with reasons, at most `sample` of each kind."""
    summary = view["summary"]
    parts: list[RenderableType] = [safe(f"Period {view['period']}", "bold")]
    if summary:
        parts.append(safe(equation(summary)))
        parts.append(safe(f"languages: {_histogram(summary['languages'])}"))
        parts.append(safe(f"sources: {_histogram(summary['sources'])}"))
    else:
        parts.append(safe("Not published yet."))
    if view["gate_failures"]:
        parts.append(safe("The gate stopped the latest build; the former partition stays:", "bold red"))
        parts += [safe(f"  - {failure}", "red") for failure in view["gate_failures"]]
    elif view["pending"]:
        parts.append(safe(f"Newer input waits: dagspress publish {view['period']}", "yellow"))
    summary = summary or {}
    if view["published"]:
        rows = []
        for row in view["published"][:sample]:
            notes = [name.replace("_", " ") for name in row["warnings"]]
            if row["duplicate_of"]:
                notes.append(f"copy of {row['duplicate_of'][:8]}")
            rows.append(
                [row["article_id"][:8], short(row["heading"]), row["language"] or "?",
                 str(row["word_count"]), ", ".join(row["rules"]), ", ".join(notes)]
            )  # fmt: skip
        columns = [("article", "key"), ("heading", "text"), ("language", "key"), ("words", "number"),
                   ("rules", "text"), ("notes", "text yellow")]  # fmt: skip
        parts += [heading("Published"), table(columns, rows)]
        parts += _more(summary.get("published", 0) + summary.get("duplicates", 0) - len(rows))
    if view["quarantined"]:
        shown = view["quarantined"][:sample]
        parts.append(render_quarantined(shown))
        parts += _more(summary.get("quarantined", 0) - len(shown))
    if view["rejected"]:
        shown = view["rejected"][:sample]
        parts.append(render_rejected(shown))
        parts += _more(summary.get("rejected", 0) - len(shown))
    return Group(*parts)


def render_quarantined(rows: Sequence[dict[str, Any]], *, periods: Sequence[str] = ()) -> RenderableType:
    """Rows that failed a critical check: the file they came in (with `periods`, their own) and why."""
    cells = [
        [row["article_id"][:8], *([periods[i]] if periods else []), dropped_as(row["capture"])[0],
         "; ".join(row["reasons"])]
        for i, row in enumerate(rows)
    ]  # fmt: skip
    columns = [("article", "key"), *([("period", "key")] if periods else []), ("file", "path"),
               ("why", "text")]  # fmt: skip
    return Group(heading("Quarantined"), table(columns, cells))


def render_rejected(rows: Sequence[dict[str, Any]]) -> RenderableType:
    """What could not be read: in which file, where in it, and why."""
    cells = []
    for row in rows:
        file, place = dropped_as(row["capture"])
        cells.append([file, (f"{short(place)}: " if place else "") + row["detail"]])
    return Group(heading("Rejected"), table([("file", "path"), ("why", "text")], cells))


def total(summaries: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The sums of G1's numbers."""
    summaries = list(summaries)
    return {k: sum(summary[k] for summary in summaries) for k in ("in", *COUNTS)}


def equation(summary: Mapping[str, Any]) -> str:
    """G1, spelt out."""
    told = (k for k in COUNTS if k not in RARE or summary.get(k))
    return f"{summary['in']} in = " + " + ".join(counted(summary[k], k) for k in told)


def _by_year(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    years: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        years[line["period"] if line["period"] == UNDATED else line["period"][:4]].append(line)
    folded = []
    for year, group in years.items():
        states = {line["state"] for line in group} - {"published"}
        label = year if len(group) == 1 else f"{year} ({many(len(group), 'period')})"
        state = "gate failed" if "gate failed" in states else "waiting" if states else "published"
        folded.append({"period": label, "state": state} | total(group))
    return folded


def _more(number: int) -> list[RenderableType]:
    return [safe(f"... and {number} more (--limit shows more)", "dim")] if number > 0 else []


def _reason(number: int, reason: str) -> str:
    meaning = REASONS.get(reason, reason)
    return meaning if number == 1 else f"{number} times {meaning}"


def _histogram(counts: dict[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
    rest = f" and {len(ranked) - 12} more" if len(ranked) > 12 else ""
    return (", ".join(f"{name} {n}" for name, n in ranked[:12]) or "none") + rest
