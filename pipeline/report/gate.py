"""A shut gate as a question to a person: the reasons and the numbers, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.flow.partition import COUNTS
from pipeline.lake import stopped_name, summary_name

if TYPE_CHECKING:
    from pipeline.lake import Lake


def gate_question(lake: Lake, period: str) -> dict[str, str] | None:
    """`period`, `build`, `subject` and `body` of what waits; None where the gate is open."""
    data = lake.find(stopped_name(period))
    if data is None:
        return None
    stopped = orjson.loads(data)
    standing = lake.find(summary_name(period))
    lines = [
        f"The gate stopped the new build of **{period}**. "
        + ("Readers still have the former partition." if standing else "Nothing is published of it yet."),
        "",
        *_reasons(stopped["partition"]["expectations"]),
        "",
        "| | new build | published now |",
        "|---|--:|--:|",
        *_numbers(stopped["numbers"], orjson.loads(standing) if standing else {}),
    ]
    return {
        "period": period,
        "build": stopped["digest"],
        "subject": f"Publish {period} although its gate is shut?",
        "body": "\n".join(lines),
    }


def _reasons(expectations: list[dict[str, Any]]) -> list[str]:
    return [f"- {e['reason']}" for e in expectations if not e["success"]]


def _numbers(new: dict[str, int], former: dict[str, Any]) -> list[str]:
    names = [k for k in ("in", *COUNTS) if new.get(k) or former.get(k)]
    return [f"| {name} | {new.get(name, 0)} | {former.get(name, '')} |" for name in names]
