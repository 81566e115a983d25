"""From what publishing kept to Data Docs: the latest quality reports of some periods, as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from pipeline.flow.overview import read_overview
from pipeline.validate.docs import build_docs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.lake import Lake


def document(lake: Lake, periods: Iterable[str]) -> list[str]:
    """Build the pages of some periods; gives their names. Those without a report are left out."""
    return build_docs(lake, latest_reports(lake, periods))


def latest_reports(lake: Lake, periods: Iterable[str]) -> list[dict[str, Any]]:
    """What the suites said last of each of some periods, sorted."""
    lines = read_overview(lake)
    names = {p: lines[p].quality for p in sorted(set(periods)) if p in lines and lines[p].quality}
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(set(names.values())):
        for line in (lake.find(name) or b"").splitlines():
            report = orjson.loads(line)
            if names.get(report["period"]) == name:
                found[report["period"]] = report
    return [found[period] for period in sorted(found)]
