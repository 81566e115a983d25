"""Explain: the way of one article from its raw bytes to its row, with what every rule did."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.acquire import Capture
from pipeline.article import Article, from_table
from pipeline.assemble import home, versions_of
from pipeline.clean import clean, clean_line, removed_lines, trace
from pipeline.errors import DagspressError, ObjectMissing
from pipeline.extract import extract
from pipeline.extract.hints import NO_HINTS
from pipeline.flow.identities import read_identities
from pipeline.flow.inputs import Inventory
from pipeline.flow.neighbourhood import Neighbourhood
from pipeline.lake import articles_name, quarantine_name, receipt_name, staged_prefix
from pipeline.normalise import normalise
from pipeline.record import Record
from pipeline.sources import hints, load_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.extract.hints import Hints
    from pipeline.lake import Lake

RAW_EXCERPT_BYTES = 2000

_DIGITS = re.compile("[0-9a-f]{6,32}")


class _NotThere(DagspressError):
    """A capture has no such record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One rule's work on one field."""

    field: str
    rule: str
    before: str
    after: str
    removed: list[str] = dataclasses.field(default_factory=list)
    """The lines that it took out, where that is all it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One staged version of the article: where its bytes are and what became of them."""

    capture: str
    """Object, and position in it."""
    dropped_as: str
    captured_at: str
    raw_bytes: int
    raw: str
    """The first of the bytes, undecodable ones escaped."""
    record: dict[str, Any]
    """The fields as written."""
    changes: list[Change]
    normalised: dict[str, Any]
    """The fields as comparable values."""
    problem: str = ""
    """Why its bytes cannot be read again; what follows from them is empty then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """From raw bytes to row."""

    article_id: str
    period: str
    state: str
    """`published`, `quarantined` or `staged` (waiting for its period to be published)."""
    row: dict[str, Any] | None
    reasons: list[str] = field(default_factory=list)
    """Why it is in quarantine."""
    versions: list[Version] = field(default_factory=list)
    """Oldest first."""


def explain(lake: Lake, article_id: str, *, period: str | None = None) -> Explanation:
    """Everything known of an article.

    `article_id` may be shortened to 6 digits or more where that is unambiguous; with `period` it is looked
    for there alone. The id of an article's later address leads to the article too.
    Raises DagspressError when there is none or more than one.
    """
    article_id = article_id.strip().lower()
    if len(article_id) < 6:
        raise DagspressError(f"{article_id!r} is too short: give at least 6 digits of the article_id.")
    rows = _find(lake, article_id, period)
    found = sorted({row["article_id"] for row in rows})
    if not found:
        where = f"period {period}" if period else "the archive, its quarantine or what is staged"
        raise DagspressError(f"No article {article_id!r} in {where}. `dagspress show PERIOD` lists them.")
    if len(found) > 1:
        raise DagspressError(f"{article_id!r} is short for {len(found)} articles: {', '.join(found[:5])} ...")
    best = rows[0]
    staged = _staged_versions(lake, best["published"], found[0])
    if best["state"] == "staged":  # it may stand under another id, that of its first address, or date
        where = home(row["published"] for row in staged)
        known = (row for id_ in sorted({r["article_id"] for r in staged}) for row in _find(lake, id_, where))
        best = next((row for row in known if row["state"] != "staged"), best)
    versions = [_version(lake, row) for row in staged]
    return Explanation(
        article_id=best["article_id"],
        period=best["published"],
        state=best.pop("state"),
        reasons=best.pop("reasons", None) or [],
        row=best,
        versions=versions,
    )


def _find(lake: Lake, article_id: str, period: str | None) -> list[dict[str, Any]]:
    """Rows with this id: published ones before quarantined before staged ones."""
    found: list[dict[str, Any]] = []
    periods = [period] if period else _periods(lake, article_id)
    for state, name in (("published", articles_name), ("quarantined", quarantine_name)):
        for p in periods:
            if lake.info(name(p)) is not None:
                found += [row | {"state": state} for row in _rows(lake, name(p), p, article_id)]
    if not found:
        for p in periods:
            found += [row | {"state": "staged"} for row in _staged_rows(lake, p, article_id)]
    return found


def _periods(lake: Lake, digits: str) -> list[str]:
    """Where articles may stand whose id begins so, or that of one of their versions."""
    if not _DIGITS.fullmatch(digits):
        return []
    identities = read_identities(lake)
    own = set().union(*identities.beginning(digits).values())
    return sorted(own.union(*(identities.concerned(period) for period in own)))


def _staged_rows(lake: Lake, period: str, article_id: str) -> Iterator[dict[str, Any]]:
    for item in lake.list(staged_prefix(period)):
        yield from _rows(lake, item.name, period, article_id)


def _staged_versions(lake: Lake, period: str, article_id: str) -> list[dict[str, Any]]:
    """What is staged of an article, also under other addresses and dates, oldest first."""
    neighbourhood = Neighbourhood(lake, {period: Inventory(lake, [period]).inputs(period)}, whole=())
    staged = from_table(neighbourhood.versions(period))
    rows = [dataclasses.asdict(article) for article in versions_of(staged, article_id)]
    return sorted(rows, key=lambda row: (row["captured_at"], row["capture"]))


def _rows(lake: Lake, name: str, period: str, article_id: str) -> Iterator[dict[str, Any]]:
    """Rows of one object whose id starts so; row groups that cannot hold it are not fetched."""
    with lake.open(name) as file:
        parquet = pq.ParquetFile(file)
        column = parquet.schema_arrow.get_field_index("article_id")
        for i in range(parquet.num_row_groups):
            stats = parquet.metadata.row_group(i).column(column).statistics
            if stats is not None and stats.has_min_max:
                width = len(article_id)
                if not stats.min[:width] <= article_id <= stats.max[:width]:
                    continue
            ids = parquet.read_row_group(i, columns=["article_id"]).column(0)
            mask = pc.starts_with(ids, article_id)
            if pc.any(mask).as_py():
                for row in parquet.read_row_group(i).filter(mask).to_pylist():
                    yield row | {"published": period}


def _version(lake: Lake, row: dict[str, Any]) -> Version:
    """Read the bytes again and follow them through the stages."""
    name, _, at = row["capture"].partition("#")
    source = name.split("source=", 1)[1].split("/", 1)[0]
    capture_id = name.rsplit("/", 1)[-1].split("-", 1)[0]
    try:
        capture = Capture.from_json(lake.get(receipt_name(source, capture_id)))
        record = _record(lake, capture, at, _hints(source))
    except (ObjectMissing, _NotThere) as error:
        return Version(
            capture=row["capture"],
            dropped_as=name.rsplit("/", 1)[-1].partition("-")[2],
            captured_at=row["captured_at"].isoformat(),
            raw_bytes=0,
            raw="",
            record={},
            changes=[],
            normalised={},
            problem=str(error),
        )
    cleaned = next(iter(clean([record])))
    article = next(
        iter(normalise([cleaned], source=source, capture=capture.object, captured_at=capture.captured_at))
    )
    return Version(
        capture=row["capture"],
        dropped_as=capture.name,
        captured_at=capture.captured_at.isoformat(),
        raw_bytes=len(record.raw),
        raw=record.raw[:RAW_EXCERPT_BYTES].decode("utf-8", "backslashreplace"),
        record={k: v for k, v in dataclasses.asdict(record).items() if k != "raw" and v not in (None, ())},
        changes=list(_changes(record)),
        normalised={
            name: getattr(article, name)
            for name in (f.name for f in dataclasses.fields(Article))
            if name != "text" and getattr(article, name) not in (None, [])
        },
    )


def _hints(source: str) -> Hints:
    """What the catalogue says of a source; nothing of one that it does not know (any more)."""
    return next((hints(known) for known in load_sources() if known.name == source), NO_HINTS)


def _record(lake: Lake, capture: Capture, at: str, hints: Hints) -> Record:
    with lake.open(capture.object) as file:
        for item in extract(file, capture.name, limits=lake.settings.limits, hints=hints, only=at):
            if isinstance(item, Record) and item.at == at:
                return item
    raise _NotThere(
        f"{capture.object} has no record at {at!r} for this version of the code. Ingest the file again, "
        "so that it is staged anew."
    )


def _changes(record: Record) -> Iterable[Change]:
    if "encoding" in record.rules:
        yield Change(field="(bytes)", rule="encoding", before="not UTF-8", after="decoded to text")
    title = clean_line(record.title).text if record.title else None
    for name in ("title", "lead", "text"):
        value = getattr(record, name)
        if value:
            for step in trace(value, title=title if name == "text" else None):
                yield Change(
                    field=name,
                    rule=step.rule,
                    before=step.before,
                    after=step.after,
                    removed=removed_lines(step.before, step.after) or [],
                )
