"""Report: what the lake holds and why, as plain values; and how a person reads them on a terminal."""

from __future__ import annotations

import base64
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipeline.errors import DagspressError
from pipeline.flow import known_periods, pending
from pipeline.flow.partition import COUNTS
from pipeline.lake import (
    ARTICLES,
    articles_name,
    quality_name,
    quarantine_name,
    rejected_prefix,
    summary_name,
)
from pipeline.write import read_object

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.explain import Explanation
    from pipeline.flow import Loaded, Publication
    from pipeline.lake import Lake

STYLES = {
    "published": "green",
    "duplicates": "cyan",
    "superseded": "cyan",
    "quarantined": "yellow",
    "rejected": "red",
}


# --- values ---------------------------------------------------------------------------------------


def archive(lake: Lake) -> list[dict[str, Any]]:
    """A line for each period: its counts, and whether it is up to date, waiting or stopped by its gate."""
    periods = sorted({*known_periods(lake), *lake.periods(ARTICLES)})
    waiting = set(pending(lake, periods))
    lines = []
    for period in periods:
        summary = _json(lake, summary_name(period)) or dict.fromkeys(("in", *COUNTS), 0)
        state = "published"
        if period in waiting:
            state = "gate failed" if _gate_failures(_json(lake, quality_name(period))) else "waiting"
        lines.append({"period": period, "state": state} | {k: summary[k] for k in ("in", *COUNTS)})
    return lines


def period(lake: Lake, period: str, *, limit: int = 20) -> dict[str, Any]:
    """What is published, quarantined and rejected of one period, and why; at most `limit` rows of each."""
    summary = _json(lake, summary_name(period))
    quality = _json(lake, quality_name(period))
    published, quarantined = [], []
    if lake.info(articles_name(period)) is not None:
        table = read_object(lake, articles_name(period)).slice(0, limit)
        published = [_row(row) for row in table.to_pylist()]
    if lake.info(quarantine_name(period)) is not None:
        table = read_object(lake, quarantine_name(period)).slice(0, limit)
        quarantined = [
            _row(row) | {"failed": row["failed"], "reasons": row["reasons"]} for row in table.to_pylist()
        ]
    rejected = []
    for item in lake.list(rejected_prefix(period)):
        for line in lake.get(item.name).splitlines():
            if len(rejected) < limit:
                rejected.append(orjson.loads(line))
    if summary is None and quality is None and not rejected and period not in known_periods(lake):
        raise DagspressError(f"There is no period {period!r}. `dagspress show` lists those there are.")
    return {
        "period": period,
        "summary": summary,
        "gate_failures": _gate_failures(quality),
        "pending": bool(pending(lake, [period])),
        "published": published,
        "quarantined": quarantined,
        "rejected": rejected,
    }


def _gate_failures(quality: dict[str, Any] | None) -> list[str]:
    """Why the gate stopped the latest build, in sentences; empty when it was published."""
    expectations = quality["partition"]["expectations"] if quality else []
    return [e["reason"] for e in expectations if not e["success"]]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    keep = ("article_id", "source", "language", "word_count", "rules", "warnings", "duplicate_of", "capture")
    return {k: row[k] for k in keep} | {"heading": row["title"] or row["text"][:80].split("\n")[0]}


def _json(lake: Lake, name: str) -> dict[str, Any] | None:
    data = lake.find(name)
    return orjson.loads(data) if data is not None else None


# --- what a person sees ---------------------------------------------------------------------------


def render_archive(lines: list[dict[str, Any]]) -> RenderableType:
    """The archive as a table with a total."""
    table = Table(title="The archive", title_justify="left", show_footer=True)
    total = Counter({k: sum(line[k] for line in lines) for k in ("in", *COUNTS)})
    table.add_column("period", footer="all")
    table.add_column("in", justify="right", footer=str(total["in"]))
    for name in COUNTS:
        table.add_column(name, justify="right", footer=str(total[name]), style=STYLES[name])
    table.add_column("state")
    for line in lines:
        counts = [str(line[k] or "·") for k in ("in", *COUNTS)]
        style = "" if line["state"] == "published" else "bold yellow"
        table.add_row(line["period"], *counts, Text(line["state"], style=style))
    return table


def render_period(view: dict[str, Any], *, sample: int = 20) -> RenderableType:
    """One period: the numbers, then rows with reasons."""
    parts: list[RenderableType] = [Text(f"Period {view['period']}", style="bold")]
    if summary := view["summary"]:
        equation = " + ".join(f"{summary[k]} {k}" for k in COUNTS)
        parts.append(Text(f"{summary['in']} in = {equation}"))
        parts.append(Text("languages: " + _histogram(summary["languages"])))
        parts.append(Text("sources: " + _histogram(summary["sources"])))
    else:
        parts.append(Text("Not published yet."))
    if view["gate_failures"]:
        parts.append(Text("The gate stopped the latest build; the former partition stays:", style="bold red"))
        parts += [Text(f"  - {failure}", style="red") for failure in view["gate_failures"]]
    elif view["pending"]:
        parts.append(Text(f"Newer input waits: dagspress publish {view['period']}", style="yellow"))
    if view["published"]:
        table = Table("article", "heading", "language", "words", "rules", "notes", title="Published",
                      title_justify="left")  # fmt: skip
        for row in view["published"][:sample]:
            notes = [*row["warnings"]]
            if row["duplicate_of"]:
                notes.append(f"copy of {row['duplicate_of'][:8]}")
            table.add_row(
                row["article_id"][:8], escape(_short(row["heading"])), row["language"] or "?",
                str(row["word_count"]), ", ".join(row["rules"]), ", ".join(notes),
            )  # fmt: skip
        parts.append(table)
    if view["quarantined"]:
        table = Table("article", "heading", "why", title="Quarantined", title_justify="left")
        for row in view["quarantined"][:sample]:
            table.add_row(
                row["article_id"][:8], escape(_short(row["heading"])), escape("\n".join(row["reasons"]))
            )
        parts.append(table)
    if view["rejected"]:
        parts.append(render_rejected(view["rejected"][:sample]))
    return Group(*parts)


def render_rejected(rejected: list[dict[str, Any]]) -> Table:
    """What could not be read, where its bytes are, and why."""
    table = Table("where", "reason", "detail", title="Rejected", title_justify="left")
    for row in rejected:
        table.add_row(escape(_dropped_name(row["capture"])), row["reason"], escape(row["detail"]))
    return table


def render_loaded(loaded: list[Loaded]) -> Table:
    """What came in, file by file."""
    table = Table("file", "source", "records", "staged", "rejected", "periods", "", title="Came in",
                  title_justify="left")  # fmt: skip
    for item in loaded:
        periods = [p for p, n in item.periods.items() if n]
        shown = ", ".join(periods[:3]) + (f" and {len(periods) - 3} more" if len(periods) > 3 else "")
        reasons = ", ".join(f"{n} {reason}" for reason, n in item.reasons.items())
        table.add_row(
            escape(item.name.removeprefix("inbox/")), item.source, str(item.records), str(item.staged),
            Text(reasons or "·", style="red" if reasons else ""), shown, "" if item.new else "known already",
        )  # fmt: skip
    return table


def render_published(publications: list[Publication]) -> RenderableType:
    """What publishing came to, period by period."""
    styles = {"published": "green", "unchanged": "dim", "gate_failed": "bold red"}
    return Group(*(Text(p.sentence(), style=styles[p.state]) for p in publications))


def render_explanation(explanation: Explanation) -> RenderableType:
    """From raw bytes to row."""
    parts: list[RenderableType] = [
        Text(f"Article {explanation.article_id}: {explanation.state} in {explanation.period}", style="bold")
    ]
    parts += [Text(f"  because {reason}", style="yellow") for reason in explanation.reasons]
    for i, version in enumerate(explanation.versions, 1):
        heading = f"\nVersion {i} of {len(explanation.versions)}" if len(explanation.versions) > 1 else ""
        parts.append(
            Text(f"{heading}\nDropped as {version.dropped_as}, captured {version.captured_at}", style="bold")
        )
        parts.append(Text(f"Bytes: {version.raw_bytes} in {version.capture}"))
        parts.append(Text("Raw: " + _short(version.raw, 300), style="dim"))
        fields = Table("field", "as written", title="Extracted", title_justify="left")
        for name, value in version.record.items():
            fields.add_row(name, escape(_short(_plain(value), 200)))
        parts.append(fields)
        if version.changes:
            rules = Table("rule", "field", "before", "after", title="Cleaned", title_justify="left")
            for change in version.changes:
                before, after = _difference(change.before, change.after)
                rules.add_row(change.rule, change.field, escape(before), escape(after))
            parts.append(rules)
        else:
            parts.append(Text("Cleaned: nothing had to be repaired."))
        values = Table("column", "value", title="Normalised", title_justify="left")
        for name, value in version.normalised.items():
            values.add_row(name, escape(_short(_plain(value), 200)))
        parts.append(values)
    if explanation.row is not None:
        parts.append(Text("\nText as it stands:", style="bold"))
        parts.append(Text(explanation.row["text"]))
    return Group(*parts)


def _difference(before: str, after: str, *, around: int = 30, most: int = 3) -> tuple[str, str]:
    """The places where two texts differ, with a little of what stands around them."""
    from difflib import SequenceMatcher

    if max(len(before), len(after)) > 20_000:  # quadratic: a person reads the first places anyway
        before, after = before[:20_000], after[:20_000]
    lines_before, lines_after = [], []
    changes = [
        c for c in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if c[0] != "equal"
    ]
    for _, a1, a2, b1, b2 in changes[:most]:
        lines_before.append(_visible(before[max(0, a1 - around) : a2 + around]))
        lines_after.append(_visible(after[max(0, b1 - around) : b2 + around]))
    if len(changes) > most:
        lines_before.append(f"... and {len(changes) - most} more places")
    return "\n".join(lines_before), "\n".join(lines_after)


def _visible(text: str) -> str:
    """Text with what cannot be seen written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _dropped_name(capture: str) -> str:
    """`captures/…/<id>-name#at` as a person knows it: the dropped file's name and the position."""
    return capture.rsplit("/", 1)[-1].split("-", 1)[-1] if "#" not in capture else (
        capture.split("#", 1)[0].rsplit("/", 1)[-1].split("-", 1)[-1] + "#" + capture.split("#", 1)[1]
    )  # fmt: skip


def _histogram(counts: dict[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
    return ", ".join(f"{name} {n}" for name, n in ranked[:12]) or "none"


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _short(text: str, width: int = 60) -> str:
    text = _visible(" ".join(text.split()))
    return text if len(text) <= width else text[: width - 1] + "…"


def excerpt(line: dict[str, Any]) -> bytes:
    """The first bytes of something rejected."""
    return base64.b64decode(line["bytes_base64"])
