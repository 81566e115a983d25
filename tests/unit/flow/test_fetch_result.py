from __future__ import annotations

from pipeline.flow.fetch.result import Fetched
from pipeline.flow.stage import Staging


def staging(**periods: int) -> Staging:
    return Staging(
        capture_id="a",
        source="posten",
        code="c",
        captured_at="",
        periods={k.strip("_"): n for k, n in periods.items()},
    )


def test_periods_add_up_and_those_without_a_row_are_touched_too() -> None:
    result = Fetched(source="posten", kind="feed", day="2026-11-24")
    for found in (staging(undated=0, _2026=2), staging(_2025=1), staging(_2026=3, _2024=0), staging()):
        result.add(found)
    assert list(result.periods.items()) == [("2024", 0), ("2025", 1), ("2026", 5), ("undated", 0)]
