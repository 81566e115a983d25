"""Which periods were found up to date, by what the listings said then; and which others that concerns.

A memory beside the lake's truth: where it is lost, or two write it at once, a period is looked at again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import orjson

from pipeline.article import UNDATED
from pipeline.flow.inputs import listing_digest
from pipeline.lake import checked_name
from pipeline.write import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.flow.inputs import Inputs
    from pipeline.lake import Lake, ObjectInfo


@dataclass(slots=True, kw_only=True)
class Entry:
    """What is remembered of a period."""

    listing: str | None = None
    """Digest of the listings when it was up to date, and all related periods were looked at; else None."""
    related: list[str] = field(default_factory=list)
    """The periods that had copies or versions of its articles."""


class Checked:
    """The memory, kept in one object for each month."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._groups: dict[str, dict[str, Entry]] = {}
        self._changed: set[str] = set()

    def knows(self, inputs: Inputs, outputs: Iterable[ObjectInfo]) -> bool:
        """Whether the period was up to date when the listings were these."""
        return self._entry(inputs.period).listing == self._listing(inputs, outputs)

    def related(self, period: str) -> list[str]:
        """The periods that its last builds had to do with."""
        return self._entry(period).related

    def begin(self, periods: Iterable[str]) -> None:
        """These will be rebuilt. Saved at once: who is killed then has not looked at the related ones."""
        for period in periods:
            self._set(period, Entry(related=self.related(period)))
        self.save()

    def remember(self, inputs: Inputs, outputs: Iterable[ObjectInfo], related: Iterable[str]) -> None:
        """The period is up to date with these listings; counts for others once it is saved."""
        listing = self._listing(inputs, outputs)
        self._set(inputs.period, Entry(listing=listing, related=sorted(related)))

    def save(self) -> None:
        """Write what changed."""
        for name in sorted(self._changed):
            entries = {period: asdict(entry) for period, entry in self._groups[name].items()}
            self._lake.put(checked_name(name), to_json(entries))
        self._changed.clear()

    def _listing(self, inputs: Inputs, outputs: Iterable[ObjectInfo]) -> str:
        return listing_digest(inputs, outputs, self._lake.settings.copy_days)

    def _entry(self, period: str) -> Entry:
        return self._group(period).get(period, Entry())

    def _set(self, period: str, entry: Entry) -> None:
        if self._entry(period) != entry:
            self._group(period)[period] = entry
            self._changed.add(_group_of(period))

    def _group(self, period: str) -> dict[str, Entry]:
        name = _group_of(period)
        if name not in self._groups:
            data = self._lake.find(checked_name(name))
            known = orjson.loads(data) if data is not None else {}
            self._groups[name] = {p: Entry(**entry) for p, entry in known.items()}
        return self._groups[name]


def _group_of(period: str) -> str:
    return period if period == UNDATED else period[:7]
