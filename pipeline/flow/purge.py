"""Purging: the bytes of withdrawn articles removed from everything in the lake that holds them.

A purge is told first (a decision, then the receipts of the captures), and done then: a run that is killed is
completed by the next. Until a capture is read again, what is staged of it tells where to look; so everything
else that mentions an article goes first.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from pipeline.acquire import Capture, Purged, find_capture, spool
from pipeline.acquire.memory import Document, Known, load_memory, save_memory
from pipeline.article import UNDATED, from_table
from pipeline.assemble.versions import by_article
from pipeline.decisions import PURGE, WITHDRAW, Decisions, decision, read_decisions, record
from pipeline.errors import DagspressError, IntegrityError, ObjectMissing
from pipeline.extract import extract
from pipeline.extract.erase import erase
from pipeline.extract.erase_warc import documents, erase_documents
from pipeline.extract.streams import in_chunks
from pipeline.flow.decide import find_articles
from pipeline.flow.fetch.visit import mark_of
from pipeline.flow.identities import read_identities
from pipeline.flow.inputs import Inventory
from pipeline.flow.mentions import Mentions
from pipeline.flow.neighbourhood import Neighbourhood
from pipeline.flow.publish import Publication, known_periods, publish
from pipeline.flow.rerun import hints_of, stage_again
from pipeline.flow.stage import find_current, find_staging
from pipeline.item import Item
from pipeline.lake import (
    ARTICLES,
    CAPTURES,
    QUALITY,
    QUARANTINE,
    REJECTED,
    STAGED,
    articles_name,
    quarantine_name,
    receipt_name,
    staged_prefix,
)
from pipeline.normalise import canonicalise
from pipeline.normalise.identity import article_id as id_of
from pipeline.write import read_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.decisions import Decision
    from pipeline.flow.identities import Identities
    from pipeline.lake import Lake

_COLUMNS: Final = (
    "article_id", "source", "own_id", "url", "canonical_url", "title", "lead", "text", "published_at",
    "published_offset", "word_count", "content_hash", "capture",
)  # fmt: skip
_LISTING: Final = ("feed.warc.gz", "sitemap.warc.gz")
"""How captures of documents that list articles are named."""


@dataclass(slots=True, kw_only=True)
class Removal:
    """What is to be removed from one capture."""

    capture: Capture
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By their places; with `published` what they are staged, or rejected, as."""
    documents: list[str] = field(default_factory=list)
    """Places of feeds and sitemaps that mention an article."""
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a purge removes."""

    ids: list[str]
    """All ids that versions of the articles have."""
    removals: list[Removal]
    periods: list[str]
    left: list[str]
    """What may hold something of them and cannot be told apart from other articles, in sentences."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "article_ids": self.ids,
            "captures": [
                {
                    "object": removal.capture.object,
                    "records": sorted(removal.records),
                    "documents": removal.documents,
                    "bytes": removal.bytes,
                }
                for removal in self.removals
            ],
            "periods": self.periods,
            "left": self.left,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeResult:
    """What a purge removed."""

    decisions: list[Decision]
    objects: int
    """Captures that were rewritten."""
    published: list[Publication]
    left: list[str]
    """What still holds something of the articles, and what to do, in sentences."""


def plan_purge(lake: Lake, ids: Iterable[str] = (), *, prefix: str | None = None) -> Plan:
    """What purging some withdrawn articles, or all whose address begins so, would remove. Writes nothing.

    Raises DagspressError where one is not withdrawn.
    """
    return _plan(lake, ids, prefix)[0]


def purge(
    lake: Lake, ids: Iterable[str] = (), *, prefix: str | None = None, by: str, why: str
) -> PurgeResult:
    """Remove the bytes of withdrawn articles from the lake, for good; purge again what was broken off.

    Raises DagspressError where one is not withdrawn, or its bytes cannot be removed without another's: then
    nothing was changed.
    """
    ids = list(ids)
    plan, mentions = _plan(lake, ids, prefix)
    old = [r.capture for r in plan.removals if r.records and _was_read_otherwise(lake, r.capture)]
    if old:  # the places are those of an earlier code
        for capture in old:
            stage_again(lake, capture)
        plan, mentions = _plan(lake, ids, prefix)
    decided = {d.article_id: d for d in read_decisions(lake) if d.kind == PURGE}
    at = dt.datetime.now(dt.UTC)
    new = [decision(PURGE, by=by, why=why, article_id=id_, at=at) for id_ in plan.ids if id_ not in decided]
    decided |= {d.article_id: d for d in new}
    with contextlib.ExitStack() as opened:
        rewritten = []
        for removal in plan.removals:
            capture, file = _rewritten(lake, removal, mentions, decided)
            rewritten.append((capture, opened.enter_context(file)))
        record(lake, new)
        for capture, file in rewritten:
            _replace(lake, capture, file)
    captures = [capture for capture, _ in rewritten]
    _forget_waiting(lake, {capture.source for capture in captures}, set(plan.ids))
    _clear_quality(lake, plan.ids)
    stagings = [stage_again(lake, capture) for capture in captures]
    periods = {*plan.periods, *(p for s in stagings for p in s.periods)} & set(known_periods(lake))
    published = publish(lake, periods)
    left = [*plan.left, *_still_published(lake, plan.periods, set(plan.ids))]
    decisions = [decided[id_] for id_ in plan.ids]
    return PurgeResult(decisions=decisions, objects=len(captures), published=published, left=left)


# --- what there is of an article --------------------------------------------------------------------


def _plan(lake: Lake, ids: Iterable[str], prefix: str | None) -> tuple[Plan, Mentions]:
    decisions = read_decisions(lake)
    identities = read_identities(lake)
    asked = list(ids)
    wanted = set(find_articles(lake, identities, asked)) if asked else set()
    if prefix is not None:
        wanted |= {row["article_id"] for row in _rows(lake, lake.periods(STAGED), prefix=prefix)}
    if not wanted:
        raise DagspressError("No such article is staged: there is nothing to purge.")
    wanted |= _of_one_purge(decisions, wanted)
    articles = _articles(lake, identities, wanted)
    _refuse_unless_withdrawn(Decisions(decisions), articles)
    wanted = wanted.union(*articles)
    places = identities.periods(wanted)
    rows = list(_rows(lake, sorted(set().union(*places.values())), ids=wanted))
    mentions = Mentions(rows)
    removals, left = _removals(lake, rows, mentions)
    periods = sorted({row["published"] for row in rows})
    return Plan(ids=sorted(wanted), removals=removals, periods=periods, left=left), mentions


def _of_one_purge(decisions: Sequence[Decision], ids: set[str]) -> set[str]:
    """What was purged together with some articles: a purge that was broken off is completed as a whole."""
    together = {(d.at, d.why) for d in decisions if d.kind == PURGE and d.article_id in ids}
    return {d.article_id for d in decisions if d.article_id and (d.at, d.why) in together}


def _articles(lake: Lake, identities: Identities, ids: set[str]) -> list[dict[str, str | None]]:
    """The articles that these are ids of: the ids of all versions of each, with their addresses."""
    found: dict[frozenset[str], dict[str, str | None]] = {}
    for period in sorted(set().union(*identities.periods(ids).values())):
        inputs = {period: Inventory(lake, [period]).inputs(period)}
        for versions in by_article(from_table(Neighbourhood(lake, inputs, whole=()).versions(period))):
            addresses = {version.article_id: version.canonical_url for version in versions}
            if not ids.isdisjoint(addresses):
                found[frozenset(addresses)] = addresses
    return list(found.values())


def _refuse_unless_withdrawn(holding: Decisions, articles: Iterable[Mapping[str, str | None]]) -> None:
    shown = [
        min(article)
        for article in articles
        if WITHDRAW not in {holding.fate(id_, address) for id_, address in article.items()}
    ]
    if shown:
        raise DagspressError(
            f"Only what is withdrawn can be purged: `dagspress withdraw {' '.join(shown[:5])}` first."
        )


def _rows(
    lake: Lake, periods: Iterable[str], *, ids: set[str] | None = None, prefix: str | None = None
) -> Iterator[dict[str, Any]]:
    """What is staged of some articles, with its period."""
    for period in periods:
        for item in lake.list(staged_prefix(period)):
            data = lake.get(item.name)
            keys = read_parquet(data, period=period, columns=["article_id", "canonical_url"]).to_pylist()
            numbers = [
                number
                for number, key in enumerate(keys)
                if (ids is not None and key["article_id"] in ids)
                or (prefix is not None and (key["canonical_url"] or "").startswith(prefix))
            ]
            if numbers:
                table = read_parquet(data, period=period, columns=list(_COLUMNS)).take(numbers)
                yield from (row | {"published": period} for row in table.to_pylist())


def _removals(
    lake: Lake, rows: Sequence[dict[str, Any]], mentions: Mentions
) -> tuple[list[Removal], list[str]]:
    found: dict[str, Removal] = {}
    left: list[str] = []
    for row in rows:
        name, _, at = row["capture"].partition("#")
        _removal(lake, found, name).records[at] = row
    for name, at, excerpt in _rejections(lake):
        if at in found.get(name, _NOTHING).records or not mentions.in_text(excerpt):
            continue
        if "@" in at:
            row = {"article_id": rows[0]["article_id"], "source": _source(name), "published": UNDATED}
            _removal(lake, found, name).records[at] = row
        else:
            left.append(f"{name}{at and '#' + at} was rejected as a whole and seems to hold text of it.")
    for source in sorted({removal.capture.source for removal in found.values()}):
        for item in lake.list(f"{CAPTURES}source={source}/date="):
            if item.name.endswith(_LISTING) or item.name in found:
                removal = found.get(item.name) or Removal(capture=_capture(lake, item.name))
                with spool(lake, item) as copy:
                    limits = lake.settings.limits
                    removal.documents = [at for at, _ in documents(copy, mentions, limits=limits)]
                if removal.documents:
                    found[item.name] = removal
    for removal in found.values():
        places = (*removal.records, *removal.documents)
        removal.bytes = sum(_length(at) or removal.capture.size for at in places)
    return [removal for _, removal in sorted(found.items())], left


_NOTHING: Final = Removal(capture=None)  # type: ignore[arg-type]


def _removal(lake: Lake, found: dict[str, Removal], name: str) -> Removal:
    if name not in found:
        found[name] = Removal(capture=_capture(lake, name))
    return found[name]


def _capture(lake: Lake, name: str) -> Capture:
    capture = find_capture(lake, _source(name), name.rsplit("/", 1)[-1].split("-", 1)[0])
    if capture is None:
        raise ObjectMissing(f"{name} has no receipt. Restore it from a copy of the bucket.")
    return capture


def _source(name: str) -> str:
    return name.split("source=", 1)[1].split("/", 1)[0]


def _length(at: str) -> int:
    digits = at.rpartition("+")[2]
    return int(digits) if digits.isdigit() and "+" in at else 0


def _rejections(lake: Lake) -> Iterator[tuple[str, str, bytes]]:
    """Capture, place and first bytes of all that was rejected."""
    for item in lake.list(REJECTED):
        for line in lake.get(item.name).splitlines():
            value = orjson.loads(line)
            name, _, at = value["capture"].partition("#")
            yield name, at, base64.b64decode(value["bytes_base64"])


def _was_read_otherwise(lake: Lake, capture: Capture) -> bool:
    """Whether an earlier code staged a capture: what is purged of it already does not count here."""
    staging = find_staging(lake, capture)
    if staging is None or staging.purged != len(capture.purged):
        return False
    return find_current(lake, capture, hints=hints_of(capture.source)) is None


# --- captures -----------------------------------------------------------------------------------------


def _rewritten(
    lake: Lake, removal: Removal, mentions: Mentions, decided: Mapping[str | None, Decision]
) -> tuple[Capture, BinaryIO]:
    """The receipt and the bytes a capture is to have. Raises DagspressError where others would change."""
    capture, limits = removal.capture, lake.settings.limits
    known = {purged.at for purged in capture.purged}
    item = lake.info(capture.object)
    if item is None:
        raise ObjectMissing(f"{capture.object} is gone. Restore it from a copy of the bucket.")
    with spool(lake, item) as copy:
        before = _sha256(copy)
        if before not in {capture.sha256, *(purged.sha256_before for purged in capture.purged)}:
            raise IntegrityError(f"{capture.object} is not what its receipt says. Restore it from a copy.")
        places = {*removal.records, *known} - {p.at for p in capture.purged if p.published is None}
        out = erase(copy, capture.name, places, limits=limits)
        out.seek(0)
        erase_documents(out, list(documents(out, mentions, limits=limits)), limits=limits)
        _compare(lake, capture, copy, out, places)
    of_document = {"article_id": min(map(str, decided)), "source": capture.source, "published": None}
    gone = removal.records | dict.fromkeys(removal.documents, of_document)
    new = {at: _purged(at, row, before, decided) for at, row in gone.items() if at not in known}
    size = out.seek(0, 2)
    changed = replace(
        capture, size=size, sha256=_sha256(out), purged=(*capture.purged, *(new[at] for at in sorted(new)))
    )
    return changed, out


def _purged(at: str, row: Mapping[str, Any], before: str, decisions: Mapping[str | None, Decision]) -> Purged:
    instant, decided = row.get("published_at"), decisions[row["article_id"]]
    return Purged(
        at=at,
        article_id=row["article_id"],
        by=decided.by,
        decided_at=decided.at,
        why=decided.why,
        sha256_before=before,
        published=row["published"],
        source=row["source"],
        own_id=row.get("own_id"),
        published_at=instant.isoformat() if instant is not None else None,
        published_offset=row.get("published_offset"),
        word_count=row.get("word_count", 0),
        content_hash=row.get("content_hash", ""),
    )


def _compare(lake: Lake, capture: Capture, old: BinaryIO, new: BinaryIO, places: set[str]) -> None:
    """Raise DagspressError unless all else reads just as before."""
    emptied = {at.rpartition("@")[0] for at in places}
    missing = places - {purged.at for purged in capture.purged}

    def items(file: BinaryIO) -> Iterator[Any]:
        file.seek(0)
        found = extract(file, capture.name, limits=lake.settings.limits, hints=hints_of(capture.source))
        for item in found:
            missing.discard(item.at)
            empty = getattr(item, "reason", None) == "empty" and item.at in emptied
            if item.at not in places and not empty:
                yield item

    for was, is_ in itertools.zip_longest(items(old), items(new)):
        if was != is_:
            where = (was or is_).at
            raise DagspressError(
                f"{capture.object}: without the articles the record at {where!r} would be read otherwise. "
                "Nothing was changed: what is withdrawn stays unpublished. Purge that one with them, or drop "
                "the other articles anew and remove this capture."
            )
    if missing:
        raise DagspressError(f"{capture.object} holds no record at {', '.join(sorted(missing))}. Report it.")


def _replace(lake: Lake, capture: Capture, file: BinaryIO) -> None:
    """The receipt first: whoever reads the old bytes then leaves out what is to go."""
    lake.put(receipt_name(capture.source, capture.capture_id), capture.as_json())
    if lake.sha256(capture.object) == capture.sha256:
        return
    lake.put_file(capture.object, file, capture.size)
    if lake.sha256(capture.object) != capture.sha256:
        raise IntegrityError(f"{capture.object} does not hold the bytes it was given. Purge again.")


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in in_chunks(file):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


# --- what else knows of it ----------------------------------------------------------------------------


def _forget_waiting(lake: Lake, sources: Iterable[str], ids: set[str]) -> None:
    """Items that wait for their pages hold what a feed says of them: these are dealt with."""
    for source in sorted(sources):
        memory = load_memory(lake, source)
        gone = [key for key in memory.waiting if _id_of_address(key) in ids]
        for key in gone:
            item = Item.from_json(memory.waiting.pop(key).item)
            today = dt.datetime.now(dt.UTC).date().isoformat()
            memory.known[key] = Known(mark=mark_of(item), listed=today, page=Document())
        if gone:
            save_memory(lake, memory)


def _id_of_address(url: str) -> str | None:
    canonical = canonicalise(url)
    return id_of(canonical_url=canonical, source="", own_id=None, raw=b"") if canonical else None


def _clear_quality(lake: Lake, ids: Sequence[str]) -> None:
    """Take the articles out of the quality reports; pages that show them are made again from these."""
    wanted = set(ids)
    for item in lake.list(QUALITY):
        data = lake.get(item.name)
        if not any(id_.encode() in data for id_ in ids):
            continue
        if item.name.endswith(".jsonl"):
            lines = [orjson.dumps(_without(orjson.loads(line), wanted)) for line in data.splitlines()]
            lake.put(item.name, b"".join(line + b"\n" for line in lines))
        elif item.name.endswith(".json"):
            value = _without(orjson.loads(data), wanted)
            lake.put(item.name, orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        else:
            lake.delete([item.name])


def _without(value: Any, ids: set[str]) -> Any:
    """A report without what it says of some articles."""
    if isinstance(value, dict):
        return {name: _without(inner, ids) for name, inner in value.items()}
    if isinstance(value, list):
        of_them = (isinstance(v, dict) and v.get("article_id") in ids for v in value)
        return [_without(v, ids) for v, out in zip(value, of_them, strict=True) if not out]
    return value


def _still_published(lake: Lake, periods: Iterable[str], ids: set[str]) -> list[str]:
    left = []
    for period in periods:
        for room, name in ((ARTICLES, articles_name(period)), (QUARANTINE, quarantine_name(period))):
            data = lake.find(name)
            if data is None:
                continue
            rows = read_parquet(data, period=period, columns=["article_id"])
            if not ids.isdisjoint(rows["article_id"].to_pylist()):
                left.append(
                    f"{room}{period} still holds it, as the gate of {period} is shut: approve what waits "
                    "there, or mend it, and purge again."
                )
    return left
