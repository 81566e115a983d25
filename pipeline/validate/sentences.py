"""From failing row numbers to sentences for people."""

from __future__ import annotations

import datetime as dt
import string
from typing import TYPE_CHECKING, Any, Final

from pipeline.validate.expectation import INFO
from pipeline.validate.results import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from pipeline.validate.expectation import Expectation

SHOWN_CHARACTERS: Final = 60
"""How much of an offending value a sentence quotes."""


def failures_of(
    facts: pa.Table, suite: Sequence[Expectation], failed: Mapping[str, Sequence[int]]
) -> tuple[tuple[Failure, ...], ...]:
    """For every row of `facts` what it fails, in the order of the suite; what is `info` is counted only.

    Values come from Arrow, not from pandas, where one null among the rows turns a 12 into a 12.0.
    """
    failures: list[list[Failure]] = [[] for _ in range(len(facts))]
    for expectation in suite:
        rows = failed[expectation.name]
        if not rows or expectation.severity == INFO:
            continue
        columns = [name for _, name, _, _ in string.Formatter().parse(expectation.sentence) if name]
        values = facts.select(columns).take(rows).to_pylist() if columns else [{}] * len(rows)
        for row, shown in zip(rows, values, strict=True):
            sentence = _WORDS.vformat(expectation.sentence, (), shown)
            failures[row].append(
                Failure(expectation=expectation.name, severity=expectation.severity, sentence=sentence)
            )
    return tuple(tuple(f) for f in failures)


class _Words(string.Formatter):
    """Values without a format of their own are shown."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return format(value, format_spec) if format_spec else show(value)


_WORDS: Final = _Words()


def show(value: Any) -> str:
    """A value as it stands in a sentence: strings quoted, shortened, and what is invisible escaped."""
    match value:
        case None:
            return "null"
        case str() if len(value) > SHOWN_CHARACTERS:
            return repr(value[: SHOWN_CHARACTERS - 1] + "…")
        case str():
            return repr(value)
        case dt.datetime():
            return value.strftime("%Y-%m-%d %H:%M UTC")
        case float():
            return f"{value:g}"
        case _:
            return str(value)
