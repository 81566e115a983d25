"""Which periods were found up to date, remembered by what the listings said then.

A cache beside the lake's truth: where it is lost, or two write it at once, a period is looked at again.
"""

from __future__ import annotations

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


class Checked:
    """Digests of listings, by period; kept in one object for each month."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._groups: dict[str, dict[str, str]] = {}
        self._changed: set[str] = set()

    def knows(self, inputs: Inputs, outputs: Iterable[ObjectInfo]) -> bool:
        """Whether the period was up to date when the listings were these."""
        digest = listing_digest(inputs, outputs, self._lake.settings.copy_days)
        return self._group(inputs.period).get(inputs.period) == digest

    def remember(self, inputs: Inputs, outputs: Iterable[ObjectInfo]) -> None:
        """The period is up to date, and the listings are these."""
        digest = listing_digest(inputs, outputs, self._lake.settings.copy_days)
        self._group(inputs.period)[inputs.period] = digest
        self._changed.add(_group_of(inputs.period))

    def save(self) -> None:
        """Write what changed."""
        for name in sorted(self._changed):
            self._lake.put(checked_name(name), to_json(self._groups[name]))
        self._changed.clear()

    def _group(self, period: str) -> dict[str, str]:
        name = _group_of(period)
        if name not in self._groups:
            data = self._lake.find(checked_name(name))
            self._groups[name] = orjson.loads(data) if data is not None else {}
        return self._groups[name]


def _group_of(period: str) -> str:
    return period if period == UNDATED else period[:7]
