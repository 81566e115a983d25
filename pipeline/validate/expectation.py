"""What an expectation is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CRITICAL: Final = "critical"
WARNING: Final = "warning"
INFO: Final = "info"

ABSENT: Final = "expect_column_values_to_be_null"
PRESENT: Final = "expect_column_values_to_not_be_null"
MATCHES: Final = "expect_column_values_to_match_regex"
BETWEEN: Final = "expect_column_values_to_be_between"
LENGTH: Final = "expect_column_value_lengths_to_be_between"
UNDAMAGED: Final = "expect_news_text_without_damage"
AT_LEAST: Final = "expect_column_pair_values_a_to_be_greater_than_b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that is expected of every row, of every partition, or of a source's part of one.

    Attributes:
        name: stable snake_case; stands in `warnings` and in quality results, so it is never renamed.
        severity: `critical` (quarantine; the gate closes), `warning` (kept and named) or `info` (counted).
        sentence: what is wrong when it fails; `{column}` is filled in, shortened, from the facts.
        doc: why it is expected.
        type: the registered name of a Great Expectations expectation over one column, or over two.
        column: the fact it judges.
        parameters: its other arguments; `column_A` and `column_B` where it compares two.
        observed: the fact a quality result shows for it; "": the one it judges.
        bound: the fact that holds its threshold, where every row has its own.
    """

    name: str
    severity: str
    sentence: str
    doc: str
    type: str
    column: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    observed: str = ""
    bound: str = ""

    @property
    def judges_nulls(self) -> bool:
        """Whether a null is judged, rather than passed over."""
        return self.type in (ABSENT, PRESENT, UNDAMAGED)

    @property
    def columns(self) -> set[str]:
        """The facts that it needs."""
        return {self.column, *(str(self.parameters[key]) for key in _PAIR if key in self.parameters)}

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the Great Expectations expectation."""
        if set(_PAIR) <= self.parameters.keys():
            return {**self.parameters, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
        return {"column": self.column, **self.parameters}


_PAIR: Final = ("column_A", "column_B")


def at_most(value: str, bound: str) -> dict[str, str]:
    """The parameters of `AT_LEAST` where a value must not exceed the bound beside it."""
    return {"column_A": bound, "column_B": value}


def at_least(value: str, bound: str) -> dict[str, str]:
    """The parameters of `AT_LEAST` where a value must reach the bound beside it."""
    return {"column_A": value, "column_B": bound}
