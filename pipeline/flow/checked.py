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
    from collections.abc import Iterable, Mapping

    from pipeline.flow.inputs import Inputs
    from pipeline.lake import Lake, ObjectInfo


@dataclass(slots=True, kw_only=True)
class Entry:
    """What is remembered of a period."""

    listing: str | None = None
    """Digest of the listings when it was up to date, and all that it concerns were looked at; else None."""
    concerned: list[str] = field(default_factory=list)
    """The periods that had to do with it: copies or versions of its articles, ids."""


class Checked:
    """The memory, kept in one object for each month. What is found out counts for others once it is saved."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._groups: dict[str, dict[str, Entry]] = {}
        self._found: dict[str, Entry] = {}

    def knows(self, inputs: Inputs, outputs: Iterable[ObjectInfo]) -> bool:
        """Whether the period was up to date when the listings were these."""
        return self._entry(inputs.period).listing == self._listing(inputs, outputs)

    def concerned(self, period: str) -> set[str]:
        """The periods that had to do with it when it was last looked at."""
        return set(self._entry(period).concerned)

    def begin(self, concerned: Mapping[str, Iterable[str]]) -> None:
        """These periods will be rebuilt. Saved at once: who is killed then has not looked at the others.

        What was found out in the same run is not saved with it, for the same reason.
        """
        changed = set()
        for period, others in concerned.items():
            self._found.pop(period, None)
            entry = Entry(concerned=sorted(others))
            if self._group(period).get(period) != entry:
                self._group(period)[period] = entry
                changed.add(_group_of(period))
        self._write(changed)

    def remember(self, inputs: Inputs, outputs: Iterable[ObjectInfo], concerned: Iterable[str]) -> None:
        """The period is up to date with these listings."""
        listing = self._listing(inputs, outputs)
        self._found[inputs.period] = Entry(listing=listing, concerned=sorted(concerned))

    def save(self) -> None:
        """Keep what was found out: everything that it concerns was looked at too."""
        changed = set()
        for period, entry in self._found.items():
            if self._group(period).get(period) != entry:
                self._group(period)[period] = entry
                changed.add(_group_of(period))
        self._found.clear()
        self._write(changed)

    def _write(self, groups: Iterable[str]) -> None:
        for name in sorted(groups):
            entries = {period: asdict(entry) for period, entry in self._groups[name].items()}
            self._lake.put(checked_name(name), to_json(entries))

    def _listing(self, inputs: Inputs, outputs: Iterable[ObjectInfo]) -> str:
        return listing_digest(inputs, outputs, self._lake.settings.copy_days)

    def _entry(self, period: str) -> Entry:
        return self._found.get(period) or self._group(period).get(period, Entry())

    def _group(self, period: str) -> dict[str, Entry]:
        name = _group_of(period)
        if name not in self._groups:
            self._groups[name] = _entries(self._lake.find(checked_name(name)))
        return self._groups[name]


def _entries(data: bytes | None) -> dict[str, Entry]:
    """What was kept; nothing where it cannot be read, or another version of this code wrote it."""
    try:
        known = orjson.loads(data or b"{}")
        return {
            period: Entry(listing=entry["listing"], concerned=[str(p) for p in entry["concerned"]])
            for period, entry in known.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _group_of(period: str) -> str:
    return period if period == UNDATED else period[:7]
