"""Deciding about articles: which rows it is about, and which periods have to be published then."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pipeline.decisions import APPROVE, RELEASE, decide
from pipeline.errors import DagspressError
from pipeline.flow.identities import read_identities
from pipeline.flow.publish import known_periods, stopped_build
from pipeline.lake import quarantine_name, staged_prefix
from pipeline.write import read_object, read_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.decisions import Decision
    from pipeline.flow.identities import Identities
    from pipeline.lake import Lake


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision, and the periods that it may change: they are to be published."""

    decision: Decision
    periods: list[str]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def decide_article(lake: Lake, kind: str, article_id: str, *, by: str, why: str) -> Decided:
    """Decide about one article; its id may be shortened to 6 digits or more where that is unambiguous.

    A release is from what its row in quarantine fails now. Raises DagspressError where there is no such
    article, or nothing to release it from.
    """
    identities = read_identities(lake)
    article_id, own = _found(lake, identities, article_id.strip().lower())
    concerned = own.union(*(identities.concerned(period) for period in own))
    periods = sorted(concerned & set(known_periods(lake)))
    failed = _failed(lake, article_id, periods) if kind == RELEASE else []
    decision = decide(lake, kind, by=by, why=why, article_id=article_id, failed=failed)
    return Decided(decision=decision, periods=periods)


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


def _found(lake: Lake, identities: Identities, digits: str) -> tuple[str, set[str]]:
    """The id of the one article that begins so, and the periods that it is staged in."""
    if not re.fullmatch("[0-9a-f]{6,32}", digits):
        raise DagspressError(f"{digits!r} is no article_id: give 6 to 32 of its hex digits.")
    found: dict[str, set[str]] = defaultdict(set)
    for periods in identities.beginning(digits).values():
        for period in periods:
            for item in lake.list(staged_prefix(period)):
                rows = read_parquet(lake.get(item.name), period=period, columns=["article_id"])
                for article_id in rows["article_id"].to_pylist():
                    if article_id.startswith(digits):
                        found[article_id].add(period)
    if not found:
        raise DagspressError(f"No article {digits!r} is staged. `dagspress show PERIOD` lists articles.")
    if len(found) > 1:
        some = ", ".join(sorted(found)[:5])
        raise DagspressError(f"{digits!r} is short for {len(found)} articles: {some}.")
    return found.popitem()


def _failed(lake: Lake, article_id: str, periods: Iterable[str]) -> list[str]:
    for period in periods:
        if lake.info(quarantine_name(period)) is None:
            continue
        for row in read_object(lake, quarantine_name(period)).to_pylist():
            if row["article_id"] == article_id:
                return list(row["failed"])
    raise DagspressError(f"{article_id} is not in quarantine: there is nothing to release it from.")
