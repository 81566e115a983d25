"""What waits for a person: rows in quarantine, what could not be read, and what was decided last."""

from __future__ import annotations

import base64
from bisect import bisect_left
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.article import UNDATED
from pipeline.decisions import REFUSE, RELEASE, WITHDRAW, Decisions, read_decisions
from pipeline.errors import ObjectMissing
from pipeline.flow.overview import read_overview
from pipeline.lake import REJECTED, quarantine_name, summary_name
from pipeline.newsdesk.places import Place, place
from pipeline.record import REASONS
from pipeline.report.words import printable, short
from pipeline.validate.suites import ROW_SUITE
from pipeline.write import read_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.decisions import Decision
    from pipeline.flow.overview import Line
    from pipeline.lake import Lake

PAGE_ROWS: Final = 50
MOST_READ: Final = 1_000
"""Periods that are looked through for a source or for words, the latest ones."""

LATEST_DECISIONS: Final = 30
EXCERPT_CHARACTERS: Final = 600

RESTORABLE: Final = frozenset({RELEASE, REFUSE, WITHDRAW})
"""What a `restore` takes back."""

_READERS: Final = 8
_COLUMNS: Final = (
    "article_id", "source", "title", "text", "url", "language", "word_count", "captured_at", "capture",
    "failed", "reasons",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An expectation that rows fail, and how many of them."""

    name: str
    meaning: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A row in quarantine."""

    article_id: str
    period: str
    source: str
    heading: str
    excerpt: str
    language: str
    words: int
    captured_at: str
    place: Place
    failed: list[str]
    reasons: list[str]
    """In sentences, in the order of `failed`."""
    decided: Decision | None
    """What was decided since: it holds once the period is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineView:
    """What the page shows."""

    source: str
    reason: str
    period: str
    text: str
    page: int
    rows: list[Held]
    total: int | None
    """Rows that match; None where that takes to read them all."""
    more: bool
    """Whether there is a next page."""
    all_rows: int
    """In quarantine, whatever the filter."""
    periods: list[str]
    """Those with rows in quarantine that may match, the latest first."""
    cut: bool
    """Whether only the latest `MOST_READ` periods were looked through."""
    reasons: list[Reason]
    """Of all that is in quarantine in these periods, the most frequent first."""
    sources: list[str]
    """Names to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something that could not be read."""

    place: Place
    source: str
    reason: str
    meaning: str
    detail: str
    excerpt: str
    """The first of its bytes; what cannot be seen is escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedView:
    """A page of what could not be read, by capture."""

    rows: list[Unread]
    next: str
    """Where the next page begins; empty where there is none."""
    reasons: list[Reason]
    """Of all that was rejected, as it was published last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A decision, and whether it can be taken back."""

    decision: Decision
    undone: bool
    """Whether a later one about the same took its place."""
    restorable: bool


def quarantine_view(
    lake: Lake,
    *,
    source: str | None = None,
    reason: str | None = None,
    period: str | None = None,
    text: str | None = None,
    page: int = 1,
) -> QuarantineView:
    """A page of the rows in quarantine, the latest period first.

    `source`: of this one alone. `reason`: that fail this expectation. `period`: whose period begins so.
    `text`: with these words in the headline. Reads only the objects that the page needs. Raises LakeError.
    """
    source, reason, period, text = (str(value or "").strip() for value in (source, reason, period, text))
    page = max(page, 1)
    overview = read_overview(lake)
    lines = [line for line in overview.values() if line.counts.get("quarantined")]
    within = sorted(
        (line for line in lines if line.period.startswith(period)), key=_latest_first, reverse=True
    )
    chosen = [line for line in within if not reason or line.reasons.get(reason)]
    counted = not (source or text)
    numbers = [_rows_in(line, reason) for line in chosen]
    first, skipped = (page - 1) * PAGE_ROWS, 0
    if counted:  # whole periods before the page are passed over
        while numbers[skipped:] and first >= numbers[skipped]:
            first -= numbers[skipped]
            skipped += 1
    looked_at = chosen[skipped : skipped + MOST_READ]
    matching = _matching(lake, looked_at, source=source, reason=reason, words=text.casefold().split())
    found = list(islice(matching, first, first + PAGE_ROWS + 1))
    decided = Decisions(read_decisions(lake)).articles if found else {}
    return QuarantineView(
        source=source,
        reason=reason,
        period=period,
        text=text,
        page=page,
        rows=[_held(row, decided.get(row["article_id"])) for row in found[:PAGE_ROWS]],
        total=sum(numbers) if counted else None,
        more=len(found) > PAGE_ROWS,
        all_rows=sum(line.counts["quarantined"] for line in lines),
        periods=[line.period for line in chosen],
        cut=not counted and len(chosen) > MOST_READ,
        reasons=_ranked(within),
        sources=sorted({name for line in overview.values() for name in line.sources}),
    )


def _latest_first(line: Line) -> str:
    return "" if line.period == UNDATED else line.period


def _rows_in(line: Line, reason: str) -> int:
    return line.reasons.get(reason, 0) if reason else line.counts["quarantined"]


def _ranked(lines: Iterable[Line]) -> list[Reason]:
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(line.reasons)
    meanings = {expectation.name: expectation.doc for expectation in ROW_SUITE}
    return [Reason(name=name, meaning=meanings.get(name, ""), rows=rows) for name, rows in _by_number(counts)]


def _by_number(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _matching(
    lake: Lake, lines: Sequence[Line], *, source: str, reason: str, words: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Rows that match, in order; a few periods are read ahead."""
    with ThreadPoolExecutor(_READERS) as threads:
        for start in range(0, len(lines), _READERS):
            some = lines[start : start + _READERS]
            for rows in threads.map(lambda line: _quarantined(lake, line.period), some):
                for row in rows:
                    if source and row["source"] != source:
                        continue
                    if reason and reason not in row["failed"]:
                        continue
                    if words and not all(word in (row["title"] or "").casefold() for word in words):
                        continue
                    yield row


def _quarantined(lake: Lake, period: str) -> list[dict[str, Any]]:
    try:
        data = lake.get(quarantine_name(period))
    except ObjectMissing:  # published since it was looked up
        return []
    rows: list[dict[str, Any]] = read_parquet(data, period=period, columns=_COLUMNS).to_pylist()
    return rows


def _held(row: dict[str, Any], decided: Decision | None) -> Held:
    return Held(
        article_id=row["article_id"],
        period=row["published"],
        source=row["source"],
        heading=short(row["title"] or row["text"] or "No title", 120),
        excerpt=short(row["text"], 200),
        language=row["language"] or "",
        words=row["word_count"],
        captured_at=f"{row['captured_at']:%Y-%m-%d %H:%M UTC}",
        place=place(row["capture"]),
        failed=row["failed"],
        reasons=row["reasons"],
        decided=decided,
    )


def held_in(lake: Lake, period: str, *, most: int) -> list[Held]:
    """The first rows in quarantine of one period. Raises LakeError."""
    rows = _quarantined(lake, period)[:most]
    decided = Decisions(read_decisions(lake)).articles if rows else {}
    return [_held(row, decided.get(row["article_id"])) for row in rows]


# --- what could not be read ------------------------------------------------------------------------


def rejected_view(lake: Lake, *, after: str = "") -> RejectedView:
    """A page of what could not be read; `after`: the `next` of the page before. Raises LakeError."""
    names = [item.name for item in lake.list(REJECTED)]
    name, _, number = after.rpartition(":")
    begin = int(number) if number.isascii() and number.isdecimal() else 0
    first = bisect_left(names, REJECTED + name) if name else 0
    rows: list[Unread] = []
    for at in range(first, len(names)):
        lines = (lake.find(names[at]) or b"").splitlines()
        skip = begin if names[at] == REJECTED + name else 0
        fit = lines[skip : skip + PAGE_ROWS - len(rows)]
        rows += [_unread(orjson.loads(line)) for line in fit]
        if skip + len(fit) < len(lines):
            return _rejected(lake, rows, f"{names[at].removeprefix(REJECTED)}:{skip + len(fit)}")
        if len(rows) == PAGE_ROWS and at + 1 < len(names):
            return _rejected(lake, rows, f"{names[at + 1].removeprefix(REJECTED)}:0")
    return _rejected(lake, rows, "")


def _rejected(lake: Lake, rows: list[Unread], following: str) -> RejectedView:
    data = lake.find(summary_name(UNDATED))  # what cannot be read has no known date
    counts = Counter(orjson.loads(data)["rejected_reasons"]) if data is not None else Counter()
    reasons = [
        Reason(name=name, meaning=REASONS.get(name, "somebody decided so"), rows=number)
        for name, number in _by_number(counts)
    ]
    return RejectedView(rows=rows, next=following, reasons=reasons)


def _unread(line: dict[str, Any]) -> Unread:
    excerpt = base64.b64decode(line["bytes_base64"])[:EXCERPT_CHARACTERS]
    return Unread(
        place=place(line["capture"]),
        source=line["capture"].partition("source=")[2].partition("/")[0],
        reason=line["reason"],
        meaning=REASONS.get(line["reason"], ""),
        detail=printable(line["detail"]),
        excerpt=printable(excerpt.decode("utf-8", "backslashreplace")),
    )


# --- what was decided ------------------------------------------------------------------------------


def decisions_view(lake: Lake, *, most: int = LATEST_DECISIONS) -> list[Past]:
    """The latest decisions, the latest first. Raises LakeError."""
    every = read_decisions(lake)
    latest = {decision.subject: decision for decision in every}
    found = []
    for decision in reversed(every[-most:]):
        holds = latest[decision.subject] is decision
        found.append(
            Past(
                decision=decision,
                undone=not holds and decision.kind in RESTORABLE,
                restorable=holds and decision.kind in RESTORABLE,
            )
        )
    return found
