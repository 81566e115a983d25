"""What validation says of rows: plain values that can be cut by period."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from pipeline.validate.expectation import CRITICAL, WARNING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One expectation that a row, or a partition, does not meet."""

    expectation: str
    severity: str
    """`critical` or `warning`."""
    sentence: str
    """What is wrong, with the offending value shortened."""


class Count(NamedTuple):
    """How many rows an expectation judged, and how many failed it."""

    evaluated: int
    unexpected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResults:
    """The results of the row suite. Row numbers count from 0 in the order of the table that was checked."""

    article_ids: tuple[str | None, ...]
    """As they stand in the rows; for display, not for identity."""
    failures: tuple[tuple[Failure, ...], ...]
    """For every row all it fails, in the order of the suite; empty when it passes."""
    judged: Mapping[str, bytes]
    """For every expectation one byte a row: 1 where the row was judged, 0 where it does not apply."""
    counted: Mapping[str, bytes] = field(default_factory=dict)
    """For every `info` expectation one byte a row: 1 where the row fails it."""

    def __len__(self) -> int:
        return len(self.failures)

    def critical(self, row: int) -> list[Failure]:
        """Why the row must go to quarantine; empty when it may be published."""
        return [f for f in self.failures[row] if f.severity == CRITICAL]

    def warnings(self, row: int) -> list[str]:
        """Names of the warnings of a row: its `warnings` column."""
        return [f.expectation for f in self.failures[row] if f.severity == WARNING]

    def quarantined(self) -> list[int]:
        """Numbers of the rows that must go to quarantine."""
        return [row for row in range(len(self)) if self.critical(row)]

    def counts(self) -> dict[str, Count]:
        """For every expectation of the suite, rows judged and failed."""
        unexpected = dict.fromkeys(self.judged, 0)
        for failures in self.failures:
            for failure in failures:
                unexpected[failure.expectation] += 1
        unexpected |= {name: sum(mask) for name, mask in self.counted.items()}
        return {name: Count(sum(mask), unexpected[name]) for name, mask in self.judged.items()}

    def released(self, rows: Mapping[int, Collection[str]]) -> RowResults:
        """The results where these failures of some rows, by name, are warnings."""
        failures = list(self.failures)
        for row, names in rows.items():
            failures[row] = tuple(
                replace(f, severity=WARNING) if f.expectation in names else f for f in failures[row]
            )
        return replace(self, failures=tuple(failures))

    def select(self, rows: Iterable[int]) -> RowResults:
        """The results of some rows, numbered anew from 0 in the given order."""
        rows = list(rows)
        return RowResults(
            article_ids=tuple(self.article_ids[i] for i in rows),
            failures=tuple(self.failures[i] for i in rows),
            judged=_cut(self.judged, rows),
            counted=_cut(self.counted, rows),
        )


def _cut(masks: Mapping[str, bytes], rows: Sequence[int]) -> dict[str, bytes]:
    """The bytes of some rows."""
    if rows and rows == list(range(rows[0], rows[-1] + 1)):
        return {name: mask[rows[0] : rows[-1] + 1] for name, mask in masks.items()}
    return {name: bytes(mask[i] for i in rows) for name, mask in masks.items()}
