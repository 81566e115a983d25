"""Deciding about articles: which rows it is about, and which periods have to be published then."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pipeline.decisions import RELEASE, decide
from pipeline.errors import DagspressError
from pipeline.flow.identities import read_identities
from pipeline.flow.publish import known_periods
from pipeline.lake import quarantine_name
from pipeline.write import read_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.decisions import Decision
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
    """Decide about one article. A release is from what its row in quarantine fails now.

    Raises DagspressError where there is no such article, or nothing to release it from.
    """
    periods = _periods(lake, article_id)
    failed = _failed(lake, article_id, periods) if kind == RELEASE else []
    decision = decide(lake, kind, by=by, why=why, article_id=article_id, failed=failed)
    return Decided(decision=decision, periods=periods)


def decide_addresses(lake: Lake, kind: str, prefix: str, *, by: str, why: str) -> Decided:
    """Withdraw, or restore, all articles whose canonical address begins so, also those yet to come."""
    decision = decide(lake, kind, by=by, why=why, prefix=prefix)
    return Decided(decision=decision, periods=known_periods(lake))


def _periods(lake: Lake, article_id: str) -> list[str]:
    """The periods that versions of an article are staged in, also under other addresses."""
    identities = read_identities(lake)
    own = identities.periods([article_id]).get(article_id, set())
    if not own:
        raise DagspressError(
            f"No article {article_id!r} is staged. `dagspress show PERIOD` lists them; give all 32 digits."
        )
    return sorted(own.union(*(identities.concerned(period) for period in own)) & set(known_periods(lake)))


def _failed(lake: Lake, article_id: str, periods: Iterable[str]) -> list[str]:
    for period in periods:
        if lake.info(quarantine_name(period)) is None:
            continue
        for row in read_object(lake, quarantine_name(period)).to_pylist():
            if row["article_id"] == article_id:
                return list(row["failed"])
    raise DagspressError(f"{article_id} is not in quarantine: there is nothing to release it from.")
