"""Deciding about articles: which rows it is about, and which periods have to be published then."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from pipeline.decisions import (
    APPROVE,
    PURGE,
    RELEASE,
    WITHDRAW,
    Decisions,
    decide,
    decision,
    read_decisions,
    record,
)
from pipeline.errors import DagspressError
from pipeline.flow.identities import read_identities
from pipeline.flow.publish import known_periods, stopped_build
from pipeline.lake import quarantine_name, staged_prefix
from pipeline.write import read_object, read_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipeline.decisions import Decision
    from pipeline.flow.identities import Identities
    from pipeline.lake import Lake


_DIGITS: Final = re.compile("[0-9a-f]{6,32}")
_FEW: Final = 5
"""So many are named in an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision, and the periods that it may change: they are to be published."""

    decision: Decision
    periods: list[str]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def decide_article(lake: Lake, kind: str, article_id: str, *, by: str, why: str) -> Decided:
    """Decide about one article (see `decide_articles`)."""
    return decide_articles(lake, kind, [article_id], by=by, why=why)[0]


def decide_articles(lake: Lake, kind: str, ids: Iterable[str], *, by: str, why: str) -> list[Decided]:
    """Decide the same about some articles, for one reason: about all of them, or none.

    An id may be shortened to 6 digits or more where that is unambiguous. A release is from what a row in
    quarantine fails now. Raises DagspressError where there is no such article, or nothing to decide.
    """
    identities, known = read_identities(lake), set(known_periods(lake))
    found = find_articles(lake, identities, ids)
    _refuse_purged(Decisions(read_decisions(lake)), kind, found)
    concerned = {period: identities.concerned(period) for period in set().union(*found.values())}
    periods = {
        article_id: sorted(own.union(*(concerned[period] for period in own)) & known)
        for article_id, own in found.items()
    }
    failed = _failed(lake, periods) if kind == RELEASE else {}
    at = dt.datetime.now(dt.UTC)
    decisions = [
        decision(kind, by=by, why=why, article_id=id_, failed=failed.get(id_, ()), at=at) for id_ in found
    ]
    return [
        Decided(decision=recorded, periods=periods[str(recorded.article_id)])
        for recorded in record(lake, decisions)
    ]


def decide_addresses(lake: Lake, kind: str, prefix: str, *, by: str, why: str) -> Decided:
    """Withdraw, or restore, all articles whose canonical address begins so, also those yet to come."""
    decision = decide(lake, kind, by=by, why=why, prefix=prefix)
    return Decided(decision=decision, periods=known_periods(lake))


def decide_gate(lake: Lake, kind: str, period: str, *, by: str, why: str, build: str = "") -> Decided:
    """Approve what the gate of a period stopped, or keep the former partition.

    `build`: the digest of what was looked at. Raises DagspressError where nothing is stopped, or where it was
    built anew since.
    """
    waiting = stopped_build(lake, period)
    if waiting is None:
        raise DagspressError(f"The gate of {period} is open: there is nothing to decide.")
    if build not in ("", waiting):
        raise DagspressError(f"{period} was built anew since: look at what waits now, and decide again.")
    decision = decide(lake, kind, by=by, why=why, period=period, build=waiting)
    return Decided(decision=decision, periods=[period] if kind == APPROVE else [])


def find_articles(lake: Lake, identities: Identities, ids: Iterable[str]) -> dict[str, set[str]]:
    """The articles whose ids begin so, in the order asked for, each with the periods that it is staged in.

    Raises DagspressError that names those of which there is none, or more than one.
    """
    asked = list(dict.fromkeys(id_.strip().lower() for id_ in ids))
    problems = [
        f"{digits!r} is no article_id: give 6 to 32 of its hex digits."
        for digits in asked
        if not _DIGITS.fullmatch(digits)
    ]
    if problems or not asked:
        raise DagspressError(" ".join(problems[:_FEW]) or "Which articles? Give their ids.")
    beginnings: dict[str, set[str]] = defaultdict(set)
    for digits in asked:
        for period in set().union(*identities.beginning(digits).values()):
            beginnings[period].add(digits)
    found: dict[str, dict[str, set[str]]] = {digits: defaultdict(set) for digits in asked}
    for period, wanted in sorted(beginnings.items()):
        staged = sorted(_staged_ids(lake, period))
        for digits in wanted:
            first = bisect.bisect_left(staged, digits)
            for article_id in itertools.takewhile(_beginning(digits), staged[first:]):
                found[digits][article_id].add(period)
    for digits, articles in found.items():
        if not articles:
            problems.append(f"No article {digits!r} is staged. `dagspress show PERIOD` lists articles.")
        elif len(articles) > 1:
            some = ", ".join(sorted(articles)[:_FEW])
            problems.append(f"{digits!r} is short for {len(articles)} articles: {some}.")
    if problems:
        raise DagspressError(" ".join(problems[:_FEW]))
    return {article_id: own for articles in found.values() for article_id, own in articles.items()}


def _beginning(digits: str) -> Callable[[str], bool]:
    return lambda article_id: article_id.startswith(digits)


def _staged_ids(lake: Lake, period: str) -> set[str]:
    found: set[str] = set()
    for item in lake.list(staged_prefix(period)):
        rows = read_parquet(lake.get(item.name), period=period, columns=["article_id"])
        found.update(rows["article_id"].to_pylist())
    return found


def _refuse_purged(decisions: Decisions, kind: str, ids: Iterable[str]) -> None:
    """Raise DagspressError where a purged article would be decided about."""
    articles = decisions.articles
    gone = [articles[id_] for id_ in ids if id_ in articles and articles[id_].kind == PURGE]
    if gone and kind != WITHDRAW:
        some = ", ".join(str(d.article_id) for d in gone[:_FEW])
        raise DagspressError(f"{some}: purged by {gone[0].by}. Nothing is left to {kind}.")


def _failed(lake: Lake, periods: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """What each of some articles is in quarantine for; `periods`: where they may be."""
    failed: dict[str, list[str]] = {}
    for period in sorted(set().union(*periods.values())):
        if lake.info(quarantine_name(period)) is not None:
            rows = read_object(lake, quarantine_name(period)).select(["article_id", "failed"]).to_pylist()
            failed |= {row["article_id"]: row["failed"] for row in rows if row["article_id"] in periods}
    missing = [article_id for article_id in periods if article_id not in failed]
    if missing:
        some = ", ".join(missing[:_FEW])
        raise DagspressError(f"{some}: not in quarantine, so there is nothing to release it from.")
    return failed
