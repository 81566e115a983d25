"""What the lake holds for publishing, as its listings say it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pipeline.decisions import Decisions, read_decisions
from pipeline.flow.identities import article_bits, read_identities
from pipeline.lake import (
    ARTICLES,
    QUARANTINE,
    REJECTED,
    STAGED,
    STOPPED,
    articles_prefix,
    period_of,
    quarantine_prefix,
    rejected_prefix,
    staged_prefix,
    stopped_prefix,
)
from pipeline.period import Calendar
from pipeline.validate import row_suite_version
from pipeline.version import code_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.flow.identities import Identities
    from pipeline.lake import Lake, ObjectInfo

FEW_PERIODS: Final = 16
"""Up to this many are listed one by one, beyond that whole rooms: a request serves a thousand objects."""

_ROOMS: Final = {
    STAGED: staged_prefix,
    REJECTED: rejected_prefix,
    QUARANTINE: quarantine_prefix,
    ARTICLES: articles_prefix,
    STOPPED: stopped_prefix,
}

Listing = dict[str, list["ObjectInfo"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that decides a partition, besides the code."""

    period: str
    staged: list[ObjectInfo]
    rejected: list[ObjectInfo]
    around: dict[str, list[ObjectInfo]]
    """What is staged for the periods around, where copies are looked for."""
    quarantined: ObjectInfo | None
    """The quarantine object of the period itself: an output of the former build."""
    quarantined_around: dict[str, ObjectInfo]
    """The quarantine objects of those periods: who is there is nobody's original."""
    elsewhere: dict[str, list[ObjectInfo]]
    """Staged objects of other periods that may hold versions of this one's articles."""
    elsewhere_around: list[ObjectInfo]
    """The same of the periods around: what decides which articles stand there."""
    was_stopped: bool
    """Whether its latest build was stopped by the gate."""
    linked: Mapping[int, int] = field(repr=False)
    """Those articles: the first 64 bits of their ids, each with the number of its group."""
    decisions: Decisions = field(repr=False)
    """Those that may be about articles here or around."""
    concerned: set[str]
    """The other periods in which something may change when this one does, by what is known of identities."""

    def after(self, quarantines: Mapping[str, ObjectInfo | None]) -> Inputs:
        """The same once these periods, by name, have left this in quarantine, or nothing."""
        changed = {p: o for p, o in quarantines.items() if p in self.around}
        known = self.quarantined_around | changed
        return replace(
            self, quarantined_around={p: o for p in self.around if (o := known.get(p)) is not None}
        )

    @property
    def size(self) -> int:
        """Bytes of what is staged."""
        return sum(o.size for o in self.staged)


class Inventory:
    """Listings of one moment, for some periods and those around them."""

    def __init__(self, lake: Lake, periods: Iterable[str]) -> None:
        wanted = set(periods)
        self._reach = lake.settings.copy_days
        self.identities: Identities = read_identities(lake)
        self.decisions = Decisions(read_decisions(lake))
        self._decided = self.identities.periods(self.decisions.articles)
        self._known = set(lake.periods(STAGED))
        self.calendar = Calendar(self._known)
        around = {other for period in wanted for other in self.calendar.around(period, self._reach)}
        linked = {place.period for period in wanted | around for place in self.identities.elsewhere(period)}
        of_room = {
            STAGED: wanted | around | linked,
            REJECTED: wanted,
            QUARANTINE: wanted | around,
            ARTICLES: wanted,
            STOPPED: wanted,
        }
        self._rooms = {room: _list(lake, room, needed) for room, needed in of_room.items()}

    def inputs(self, period: str) -> Inputs:
        """What decides this partition."""
        around = self.calendar.around(period, self._reach)
        staged, quarantined = self._rooms[STAGED], self._rooms[QUARANTINE]
        return Inputs(
            period=period,
            staged=staged.get(period, []),
            rejected=self._rooms[REJECTED].get(period, []),
            around={other: staged[other] for other in around if other in staged},
            quarantined=next(iter(quarantined.get(period, ())), None),
            quarantined_around={other: quarantined[other][0] for other in around if other in quarantined},
            elsewhere=self._elsewhere(period),
            elsewhere_around=[o for p in around for objects in self._elsewhere(p).values() for o in objects],
            was_stopped=period in self._rooms[STOPPED],
            linked=self.identities.articles(period),
            decisions=self._decisions(period, {period, *around}),
            concerned=self.identities.concerned(period) & self._known,
        )

    def _decisions(self, period: str, periods: set[str]) -> Decisions:
        linked = self.identities.articles(period)
        about = [
            article_id
            for article_id, there in self._decided.items()
            if article_bits(article_id) in linked or not periods.isdisjoint(there)
        ]
        return self.decisions.about(about, period=period)

    def _elsewhere(self, period: str) -> Listing:
        found: Listing = defaultdict(list)
        for place in self.identities.elsewhere(period):
            for item in self._rooms[STAGED].get(place.period, []):
                if _capture_bits(item) == place.capture:
                    found[place.period].append(item)
        return dict(found)

    def outputs(self, period: str) -> list[ObjectInfo]:
        """What stands published and quarantined of a period."""
        return self._rooms[ARTICLES].get(period, []) + self._rooms[QUARANTINE].get(period, [])


def listing_digest(inputs: Inputs, outputs: Iterable[ObjectInfo], reach: int) -> str:
    """SHA-256 (hex) of listings alone: a period whose listings have not changed is what it was."""
    lines = [code_digest(), row_suite_version(), str(reach)]
    lines += [str(o) for o in (*inputs.staged, *inputs.rejected)]
    for objects in (*inputs.around.values(), *inputs.elsewhere.values()):
        lines += [str(o) for o in objects]
    lines += [str(o) for o in inputs.elsewhere_around]
    lines += inputs.decisions.lines()
    lines += [str(o) for o in (*inputs.quarantined_around.values(), *sorted(outputs, key=lambda o: o.name))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _capture_bits(item: ObjectInfo) -> int:
    return article_bits(item.name.rsplit("/", 1)[-1])


def _list(lake: Lake, room: str, periods: set[str]) -> Listing:
    if len(periods) <= FEW_PERIODS:
        found = {period: lake.list(_ROOMS[room](period)) for period in sorted(periods)}
        return {period: objects for period, objects in found.items() if objects}
    listing: Listing = defaultdict(list)
    for item in lake.list(room):
        period = period_of(item.name)
        if period in periods:
            listing[period].append(item)
    return dict(listing)
