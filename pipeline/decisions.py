"""Decisions of people about articles: who, when and why. The lake keeps them, and every rebuild honours them.

A decision is an immutable object; the latest one about an article, or about the beginning of an address,
counts. Where there are many they are folded into one object: whoever reads takes all, so nobody has to lock.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from pipeline.errors import DagspressError
from pipeline.lake import DECISIONS, decision_name, decisions_base_name
from pipeline.write import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.lake import Lake, ObjectInfo

RELEASE: Final = "release"
REFUSE: Final = "refuse"
WITHDRAW: Final = "withdraw"
RESTORE: Final = "restore"
PURGE: Final = "purge"
APPROVE: Final = "approve"
KEEP: Final = "keep"
RERUN: Final = "rerun"

KINDS: Final[Mapping[str, str]] = {
    RELEASE: "this row is fine: published although it failed these checks, which its warnings name",
    REFUSE: "rejected for good: neither published nor in quarantine",
    WITHDRAW: "taken down: nothing of it is published, in any replay",
    RESTORE: "earlier decisions about it no longer hold",
    PURGE: "taken down for good: its bytes are removed, so nothing is left to be restored",
    APPROVE: "this build of a period is published although its gate is shut",
    KEEP: "it is not: the former partition stays",
    RERUN: "what was in quarantine was read again by the code of today; this decides nothing by itself",
}
"""What can be decided, and what comes of it."""

_FATES: Final = {WITHDRAW: WITHDRAW, PURGE: WITHDRAW, REFUSE: REFUSE}
"""Why an article stands nowhere, by what was decided about it."""

FOLD_AT: Final = 64
"""So many objects are folded into one."""

MOST_WORDS: Final = 2_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody decided about an article, about all whose address begins so, or about a shut gate."""

    kind: str
    """One of `KINDS`."""
    by: str
    at: str
    """UTC instant, ISO 8601 to the microsecond."""
    why: str
    article_id: str | None = None
    prefix: str | None = None
    """Beginning of canonical addresses; for `withdraw` and `restore` alone."""
    period: str | None = None
    """For `approve` and `keep`: whose gate is shut."""
    build: str = ""
    """The digest of the build that it is about: another one is a new question."""
    failed: tuple[str, ...] = ()
    """For `release`: the expectations that it is released from; another failure is a new question."""
    scope: str = ""
    """For `rerun`: what was read again, in words."""

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.article_id or self.prefix or self.scope or f"{self.period} {self.build}"

    @property
    def digest(self) -> str:
        """Of all it says: 16 hex digits."""
        return hashlib.sha256(orjson.dumps(asdict(self))).hexdigest()[:16]


class Decisions:
    """What holds now."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        latest: dict[str, Decision] = {}
        for decision in sorted(decisions, key=lambda d: (d.at, d.digest)):
            before = latest.get(decision.subject)
            if decision.kind != RERUN and (before is None or before.kind != PURGE):
                latest[decision.subject] = decision
        holding = [d for d in latest.values() if d.kind != RESTORE]
        self._articles = {d.article_id: d for d in holding if d.article_id is not None}
        self._builds = {(d.period, d.build): d for d in holding if d.kind in (APPROVE, KEEP)}
        self.prefixes = sorted(d.prefix for d in holding if d.prefix is not None)
        """Beginnings of addresses that are withdrawn."""

    def __bool__(self) -> bool:
        return bool(self._articles or self._builds or self.prefixes)

    @property
    def articles(self) -> Mapping[str, Decision]:
        """What was decided about articles, by their ids."""
        return self._articles

    def fate(self, article_id: str, canonical_url: str | None) -> str | None:
        """Why a version is to stand nowhere: `withdraw` or `refuse`; else None."""
        decision = self._articles.get(article_id)
        if decision is not None and decision.kind in _FATES:
            return _FATES[decision.kind]
        if canonical_url is not None and canonical_url.startswith(tuple(self.prefixes)):
            return WITHDRAW
        return None

    def released(self, article_id: str) -> frozenset[str]:
        """The expectations that an article need not meet."""
        decision = self._articles.get(article_id)
        return (
            frozenset(decision.failed) if decision is not None and decision.kind == RELEASE else frozenset()
        )

    def approval(self, period: str, build: str) -> Decision | None:
        """Who let this build of a period through its gate."""
        decision = self._builds.get((period, build))
        return decision if decision is not None and decision.kind == APPROVE else None

    def kept(self, period: str, build: str) -> Decision | None:
        """Who decided that the former partition stays in the place of this build."""
        decision = self._builds.get((period, build))
        return decision if decision is not None and decision.kind == KEEP else None

    def about(self, ids: Iterable[str], *, period: str) -> Decisions:
        """Those about some articles and about the gate of a period, and those about addresses."""
        some = Decisions()
        some._articles = {id_: self._articles[id_] for id_ in ids if id_ in self._articles}
        some._builds = {key: d for key, d in self._builds.items() if d.period == period}
        some.prefixes = self.prefixes
        return some

    def lines(self) -> list[str]:
        """What holds, for digests: who decided and why changes no row."""
        lines = [f"{id_} {d.kind} {' '.join(d.failed)}" for id_, d in sorted(self._articles.items())]
        lines += [f"{d.subject} {d.kind}" for d in self._builds.values()]
        return lines + [f"withdraw {prefix}" for prefix in self.prefixes]


def decide(lake: Lake, kind: str, *, by: str, why: str, **about: Any) -> Decision:
    """Record one decision (see `decision`). It counts from the next time that its periods are published."""
    [recorded] = record(lake, [decision(kind, by=by, why=why, **about)])
    return recorded


def decision(
    kind: str,
    *,
    by: str,
    why: str,
    article_id: str | None = None,
    prefix: str | None = None,
    period: str | None = None,
    build: str = "",
    failed: Iterable[str] = (),
    scope: str = "",
    at: dt.datetime | None = None,
) -> Decision:
    """A decision that may be recorded. Raises DagspressError when something is missing or does not fit."""
    made = Decision(
        kind=kind,
        by=by.strip(),
        at=(at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="microseconds"),
        why=why.strip(),
        article_id=article_id,
        prefix=prefix,
        period=period,
        build=build,
        failed=tuple(sorted(failed)),
        scope=scope,
    )
    _check(made)
    return made


def record(lake: Lake, decisions: Sequence[Decision]) -> Sequence[Decision]:
    """Record some decisions, all or none: they are one object of the lake."""
    if decisions:
        data = to_json([asdict(decision) for decision in decisions])
        digest = hashlib.sha256(data).hexdigest()[:16]
        lake.put(decision_name(decisions[0].at, digest), data)
        _fold(lake)
    return decisions


def _check(decision: Decision) -> None:
    if decision.kind not in KINDS:
        raise DagspressError(f"{decision.kind!r} is no decision: {', '.join(KINDS)}.")
    if not decision.by:
        raise DagspressError("Who decides? A decision without a name is none.")
    if not decision.why or len(decision.why) > MOST_WORDS:
        raise DagspressError(f"Why? A reason of 1 to {MOST_WORDS} characters is kept with every decision.")
    about = (decision.article_id, decision.prefix, decision.period, decision.scope or None)
    if about.count(None) != len(about) - 1 or (decision.kind == RERUN) != bool(decision.scope):
        raise DagspressError("A decision is about one article, the beginning of addresses, or one period.")
    if (decision.kind in (APPROVE, KEEP)) != bool(decision.period and decision.build):
        raise DagspressError("A gate, and it alone, is approved or kept shut: for one build of its period.")
    if decision.prefix is not None:
        if decision.kind not in (WITHDRAW, RESTORE):
            raise DagspressError(
                f"Only articles can be {decision.kind}d one by one; addresses are withdrawn."
            )
        if not decision.prefix.startswith(("https://", "http://")) or decision.prefix.count("/") < 3:
            raise DagspressError(
                f"{decision.prefix!r} is no beginning of addresses: give at least https://host/."
            )
    if (decision.kind == RELEASE) != bool(decision.failed):
        raise DagspressError(
            "A release names the expectations that the article need not meet, others do not."
        )


def read_decisions(lake: Lake) -> list[Decision]:
    """All decisions there ever were, the earliest first. Raises LakeError."""
    return _read(lake)[1]


def _read(lake: Lake) -> tuple[list[ObjectInfo], list[Decision]]:
    objects = lake.read_all(DECISIONS)
    found = {decision.digest: decision for _, data in objects for decision in _decisions(data)}
    return [item for item, _ in objects], sorted(found.values(), key=lambda d: (d.at, d.digest))


def _decisions(data: bytes) -> list[Decision]:
    values = orjson.loads(data)
    several = values if isinstance(values, list) else [values]
    return [Decision(**value | {"failed": tuple(value["failed"])}) for value in several]


def _fold(lake: Lake) -> None:
    if len(lake.list(DECISIONS)) < FOLD_AT:
        return
    objects, decisions = _read(lake)
    data = to_json([asdict(decision) for decision in decisions])
    base = decisions_base_name(hashlib.sha256(data).hexdigest()[:16])
    lake.put(base, data)
    lake.delete(o.name for o in objects if o.name != base)
