"""Partitions: each stands as its summary says, the numbers add up, and it is what would be built now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow.compute as pc

from pipeline.assemble import home
from pipeline.errors import DagspressError, ObjectMissing
from pipeline.flow.identities import article_bits
from pipeline.flow.overview import published_line
from pipeline.flow.partition import COUNTS
from pipeline.flow.publish import pending
from pipeline.lake import articles_name, quarantine_name, stopped_name, summary_name
from pipeline.validate import row_suite_version
from pipeline.verify.finding import Finding
from pipeline.verify.look import Summary
from pipeline.verify.rows import wrong_place
from pipeline.verify.staged import BROKEN
from pipeline.verify.survey import Stand, in_threads
from pipeline.version import code_digest
from pipeline.write import read_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from pipeline.lake import Lake
    from pipeline.verify.look import Look


def check_summaries(look: Look) -> Iterator[Finding]:
    """Every partition has a summary that can be read and adds up, and what that vouches for is there."""
    published = [
        (period, stand)
        for period, stand in look.periods.items() if stand.articles or stand.summary
        or stand.quarantine
    ]  # fmt: skip
    for (period, stand), data in in_threads(lambda known: _summary(look.lake, *known), published):
        look.step()
        found = list(_partition(look, period, stand, data))
        if found:  # it may have been published while we looked
            stand = look.periods[period] = _stand(look.lake, period, stand)
            found = list(_partition(look, period, stand, _summary(look.lake, period, stand)))
        yield from (_finding(kind, period, detail) for kind, detail in found)


def _summary(lake: Lake, period: str, stand: Stand) -> bytes | None:
    return lake.find(summary_name(period)) if stand.summary else None


def _stand(lake: Lake, period: str, former: Stand) -> Stand:
    """What stands of a period now."""
    names = (articles_name(period), summary_name(period), quarantine_name(period), stopped_name(period))
    articles, summary, quarantine, stopped = map(lake.info, names)
    return Stand(articles=articles, summary=summary, quarantine=quarantine, stopped=stopped, fed=former.fed)


_NAMES = {"partition": articles_name, "quarantine": quarantine_name, "summary": summary_name}


def _finding(kind: str, period: str, detail: str) -> Finding:
    name = _NAMES[kind.partition("_")[0]](period)
    return Finding(kind=kind, object=name, detail=detail, period=period)


def _partition(look: Look, period: str, stand: Stand, data: bytes | None) -> Iterator[tuple[str, str]]:
    """Kinds of findings, each with more about it."""
    if data is None:
        yield "summary_missing", ""
        return
    summary = _read(data, period)
    if summary is None:
        yield "summary_damaged", "it is no JSON, or lacks numbers"
        return
    look.summaries[period] = summary
    counts = summary.line.counts
    if counts["in"] != sum(counts[name] for name in COUNTS):
        yield "summary_wrong", f"{counts['in']} in are not {sum(counts[n] for n in COUNTS)} out"
    for kind, item in (("partition", stand.articles), ("quarantine", stand.quarantine)):
        vouched = summary.objects["articles" if kind == "partition" else kind]
        if item is None:
            if vouched is not None and look.lake.info(_NAMES[kind](period)) is None:
                yield f"{kind}_missing", ""
        elif vouched is None:
            yield f"{kind}_unknown", ""
        elif not look.same_bytes(item, vouched):
            yield f"{kind}_damaged", "its checksum is another one"


def _read(data: bytes, period: str) -> Summary | None:
    try:
        value = orjson.loads(data)
        summary = Summary(
            line=published_line(value, at=""),
            objects={name: value["objects"][name] for name in ("articles", "quarantine")},
            code=value["code"],
            suite=value["suite"],
        )
        numbers = all(isinstance(n, int) for n in summary.line.counts.values())
        vouched = [o for o in summary.objects.values() if o is not None]
        sums = all(isinstance(o["bytes"], int) and o["md5"] and o["sha256"] for o in vouched)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    fits = value["period"] == period and summary.objects["articles"] is not None
    return summary if numbers and sums and fits else None


def find_stale(look: Look) -> None:
    """Which partitions are not what would be built now: told once all else is known."""
    known = [p for p, stand in look.periods.items() if stand.fed or stand.summary]
    same = (code_digest(), row_suite_version())
    look.older = [p for p, s in look.summaries.items() if (s.code, s.suite) != same]
    damaged = [p for p in known if look.periods[p].summary and p not in look.summaries]
    asked = sorted({p for p in known if look.periods[p].fed} - {*look.older, *damaged})
    for period, why in _pending(look, asked).items():
        look.step()
        if look.periods[period].stopped is not None and not why:
            look.gates.append(period)
        else:
            look.stale[period] = why


def _pending(look: Look, periods: Sequence[str]) -> dict[str, str]:
    """Those that are not what would be built now; with a sentence where that cannot be told."""
    if not periods:
        return {}
    try:
        return dict.fromkeys(pending(look.lake, periods), "")
    except DagspressError:
        raise
    except BROKEN as error:
        if len(periods) == 1:
            return {periods[0]: f"what it is built from cannot be read: {error}"}
        half = len(periods) // 2
        return _pending(look, periods[:half]) | _pending(look, periods[half:])


FOLLOWS: Final = "it may follow from damage to what it is built from"

_INPUTS: Final = {
    "staged_missing", "staged_damaged", "staged_unknown", "staged_orphan", "rejected_missing",
    "rejected_damaged", "identities_incomplete", "quarantine_missing", "quarantine_damaged",
    "quarantine_unknown", "row_untraceable",
}  # fmt: skip


def check_stale(look: Look) -> Iterator[Finding]:
    """Partitions that are out of date, unless another finding about the period says why."""
    follows = FOLLOWS if look.kinds & _INPUTS else ""
    for period, why in look.stale.items():
        if period not in look.told:
            news = "newer input is staged" if period in look.summaries else "it was never built"
            yield _finding("partition_stale", period, follows or why or news)


def check_numbers(look: Look) -> Iterator[Finding]:
    """What came in of every period is what is noted of its captures."""
    if look.scope or look.notes.keys() != look.receipts.keys():
        return
    came: Counter[str] = Counter()
    for note in look.notes.values():
        came.update(note.periods)
        came["undated"] += note.rejected
    for period, summary in look.summaries.items():
        current = period not in look.stale and period not in look.older and period not in look.gates
        if current and came[period] != summary.line.counts["in"]:
            detail = f"{summary.line.counts['in']} in, staged and rejected are {came[period]}"
            yield _finding("summary_wrong", period, detail)


def check_rows(look: Look) -> Iterator[Finding]:
    """Partitions can be read, hold what their summaries say, and every row names bytes that are there."""
    ids: list[np.ndarray] = []
    periods = [p for p in look.periods if p in look.summaries]
    found = in_threads(lambda period: _tables(look.lake, period, look.periods[period]), periods)
    for number, (period, (articles, quarantine, problems)) in enumerate(found):
        look.step()
        for kind, problem in problems:
            yield _finding(kind, period, problem)
        if articles is None or problems:
            continue
        look.rows += len(articles)
        summary = look.summaries[period]
        vouched = (summary.objects["quarantine"] is None) == (quarantine is None)
        if wrong := _numbers(summary, articles, quarantine, of_quarantine=vouched):
            yield _finding("summary_wrong", period, wrong)
        yield from _traces(look, period, articles, quarantine)
        bits = np.fromiter(map(article_bits, articles["article_id"].to_pylist()), "<u8", len(articles))
        entries = np.zeros(len(bits), dtype=_STANDS)
        entries["article"], entries["period"] = bits, number
        ids.append(entries)
    yield from _twice(periods, ids)


_STANDS = np.dtype([("article", "<u8"), ("period", "<i4")])

_Tables = tuple["pa.Table | None", "pa.Table | None", list[tuple[str, str]]]


def _tables(lake: Lake, period: str, stand: Stand) -> _Tables:
    problems: list[tuple[str, str]] = []
    tables: list[Any] = [None, None]
    named = (("partition", stand.articles), ("quarantine", stand.quarantine))
    for place, (kind, item) in enumerate(named):
        if item is None:
            continue
        try:
            tables[place] = read_parquet(lake.get(item.name), period=period)
            tables[place].validate(full=True)
        except ObjectMissing:
            continue
        except BROKEN as error:
            problems.append((f"{kind}_damaged", f"it cannot be read: {error}"))
    return tables[0], tables[1], problems


def _numbers(
    summary: Summary, articles: pa.Table, quarantine: pa.Table | None, *, of_quarantine: bool
) -> str:
    """What a summary says otherwise than the rows; empty where nothing is."""
    copies = len(articles) - articles["duplicate_of"].null_count
    line = summary.line
    failed = Counter(quarantine["failed"].combine_chunks().flatten().to_pylist() if quarantine else ())
    of_rows: dict[str, Any] = {
        "published": len(articles) - copies,
        "duplicates": copies,
        "sources": dict(Counter(articles["source"].to_pylist())),
        "warnings": dict(Counter(pc.list_flatten(articles["warnings"]).to_pylist())),
    }
    if of_quarantine:
        of_rows |= {"quarantined": len(quarantine) if quarantine is not None else 0, "reasons": dict(failed)}
    said = {**line.counts, "sources": line.sources, "warnings": line.warnings, "reasons": line.reasons}
    wrong = [f"{name} are {value}, it says {said[name]}" for name, value in of_rows.items()
             if said[name] != value]  # fmt: skip
    return "; ".join(wrong)


def _traces(look: Look, period: str, articles: pa.Table, quarantine: pa.Table | None) -> Iterator[Finding]:
    """Rows whose bytes cannot be where they say; those of captures known to be lost are told of there."""
    unknown: Counter[str] = Counter()
    for table, name in ((articles, articles_name), (quarantine, quarantine_name)):
        if table is None:
            continue
        unknown.clear()
        for place in table["capture"].to_pylist():
            object_ = place.partition("#")[0]
            capture_id = object_.rsplit("/", 1)[-1].partition("-")[0]
            held, capture = look.whole.captures.get(capture_id), look.receipts.get(capture_id)
            if held is None:
                unknown[f"of {object_}, which does not exist"] += 1
            elif capture is not None and (
                problem := wrong_place(place, capture, plain=capture_id in look.plain)
            ):
                unknown[f"of {object_}: {problem}"] += 1
        if unknown:
            first, _ = unknown.most_common(1)[0]
            detail = f"{unknown.total()} rows, such as {first}"
            yield Finding(kind="row_untraceable", object=name(period), detail=detail, period=period)


def _twice(periods: Sequence[str], ids: list[np.ndarray]) -> Iterator[Finding]:
    if not ids:
        return
    entries = np.concatenate(ids)
    entries.sort(order="article")
    same = np.flatnonzero(entries["article"][1:] == entries["article"][:-1])
    stands: dict[int, set[str]] = {}
    for row in same.tolist():
        both = {periods[entries["period"][row]], periods[entries["period"][row + 1]]}
        stands.setdefault(int(entries["article"][row]), set()).update(both)
    for article, there in stands.items():
        right = home(there)
        for period in sorted(there - {right}) or [right]:
            detail = f"article {article:016x}..., which stands in {right} too"
            yield Finding(kind="article_twice", object=articles_name(period), detail=detail, period=period)
